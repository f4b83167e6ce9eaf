"""One quantity moved at a time lands on the ends of its interval, whatever it is correlated with."""

from __future__ import annotations

import numpy as np
import pytest

from building import scenario
from tuneplan.scenario.lower import Lowered, lower
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import Nominal, monte_carlo
from tuneplan.study.run import at, run
from tuneplan.study.sensitivity.designs import ENDS, OneAtATime
from tuneplan.study.sensitivity.inputs import Input, inputs_of

CORRELATED = {
    "similarity": {"a/b": "near", "a/c": "0.2 to 0.5"},
    "tasks__a__traffic": "10k to 40k requests/month",
    "tasks__b__traffic": "5k to 9k requests/month",
    "tasks__a__data__price": "$2 to $5 per example",
    "tasks__b__data__price": "$1 to $3 per example",
    "correlations": {
        "busy": {"of": ["tasks.a.traffic", "tasks.b.traffic"], "value": 0.7},
        "against": {"of": ["tasks.a.data.price", "tasks.b.data.price"], "value": -0.4},
    },
}


def correlated(**more: object) -> Scenario:
    tasks = {
        name: {"traffic": CORRELATED.get(f"tasks__{name}__traffic", "1k requests/month"), "data.price": CORRELATED.get(f"tasks__{name}__data__price", "$1 per example")}
        for name in ("a", "b", "c")
    }
    return scenario(tasks, similar=CORRELATED["similarity"], correlations=CORRELATED["correlations"], law={}, **more)


def moved(inputs: tuple[Input, ...], asked: Scenario) -> Lowered:
    design = OneAtATime(moved=tuple(each.name for each in inputs), own={each.name: each.own for each in inputs})
    return lower([asked], design.points)


@pytest.fixture(scope="module")
def inputs() -> tuple[Input, ...]:
    return inputs_of(run(correlated(), monte_carlo(64))).moving


def test_every_input_lands_on_the_ends_of_its_own_interval(inputs: tuple[Input, ...]) -> None:
    draws = moved(inputs, correlated()).draws
    checked = 0
    for place, each in enumerate(inputs):
        if each.quantity is not None:
            low, high = draws[each.name][1 + 2 * place : 3 + 2 * place]
            assert (low, high) == pytest.approx(tuple(each.quantity.distribution.ppf(np.array(ENDS))), rel=1e-9), each.name
            checked += each.own < 1.0
    assert checked >= 6


def test_all_else_stays_at_its_median(inputs: tuple[Input, ...]) -> None:
    draws, nominal = moved(inputs, correlated()).draws, lower([correlated()], Nominal().points).draws
    for place, each in enumerate(inputs):
        others = [column for column in range(1 + 2 * len(inputs)) if column not in (1 + 2 * place, 2 + 2 * place)]
        if each.quantity is not None and each.own == 1.0:
            np.testing.assert_allclose(draws[each.name][others], nominal[each.name][0], rtol=1e-12)


def test_a_common_factor_moves_its_members_together_and_opposites_apart(inputs: tuple[Input, ...]) -> None:
    draws = moved(inputs, correlated()).draws
    place = {each.name: 1 + 2 * number for number, each in enumerate(inputs)}
    busy, against = place["correlation busy"], place["correlation against"]
    for name, column, rises in (
        ("tasks.a.traffic", busy, True), ("tasks.b.traffic", busy, True),
        ("tasks.a.data.price", against, True), ("tasks.b.data.price", against, False), ("similarity.a/b", place["similarity"], True),
    ):  # fmt: skip
        low, high = draws[name][column : column + 2]
        assert (low < draws[name][0] < high) if rises else (low > draws[name][0] > high), name


def test_there_is_no_luck_at_the_median(inputs: tuple[Input, ...]) -> None:
    numbers = moved(inputs, correlated()).inputs.numbers
    assert set(np.unique(numbers["discrepancy_draw"])) == {0.0}
    assert set(np.unique(numbers["clash_draw"])) <= {0.5, 1.0}


def test_tied_numbers_are_one_input() -> None:
    tasks = {"a": {"data.price": "$2 to $5 per example"}, "b": {"data.price": {"same_as": "tasks.a.data.price"}}}
    found = {each.name: each for each in inputs_of(run(scenario(tasks, similar=0.5), monte_carlo(64))).moving}
    assert found["tasks.a.data.price"].tied == ("tasks.b.data.price",)
    assert "tasks.b.data.price" not in found


def test_numbers_that_move_as_one_are_told_by_what_they_have_in_common() -> None:
    """Correlated wholly, a number has nothing of its own to move."""
    tasks = {name: {"data.price": "$2 to $5 per example"} for name in ("a", "b")}
    whole = {"all": {"of": ["tasks.a.data.price", "tasks.b.data.price"], "value": 1.0}}
    found = {each.name: each for each in inputs_of(run(scenario(tasks, similar=0.5, correlations=whole), monte_carlo(64))).moving}
    assert found["correlation all"].members == ("tasks.a.data.price", "tasks.b.data.price")
    assert not {"tasks.a.data.price", "tasks.b.data.price"} & set(found)


def test_constant_and_unread_numbers_are_told_apart() -> None:
    found = inputs_of(run(scenario(("a",), strategies=("unified",)), monte_carlo(64)))
    assert "tasks.a.data.examples" in found.constant
    assert "law.merge_noise" in found.unread
    assert not {each.name for each in found.moving} & {*found.constant, *found.unread}


def test_the_columns_of_a_name_do_not_hang_on_the_others() -> None:
    one = OneAtATime(moved=("a", "b")).points(["a", "b", "c"])
    other = OneAtATime(moved=("b", "a")).points(["c", "b", "a"])
    np.testing.assert_array_equal(one[:, [0, 1, 2]], other[::-1][:, [0, 3, 4]])


def test_the_same_points_give_the_same_results_as_a_run() -> None:
    ran = run(correlated(), monte_carlo(64, seed=2))
    again = at(ran, monte_carlo(64, seed=2))
    np.testing.assert_array_equal(again.outcome.delivered, ran.outcome.delivered)
    np.testing.assert_array_equal(again.outcome.cost_of(), ran.outcome.cost_of())
    assert (again.steps, again.unframed) == ({}, None)
