"""Decision rules from closed forms and by hand; the rule of the mean decides as ``decide`` does."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import ndtri

from tuneplan.axes import Array
from tuneplan.study.decision import decide
from tuneplan.study.frontier.cost_quality import taking_part
from tuneplan.study.frontier.rules import RULES, Choice, choices_of
from tuneplan.study.options import Options
from waist import normal, options


def chosen(found: Options) -> dict[str, Choice]:
    return {each.rule: each for each in choices_of(found, taking_part(found))}


def money(*objective: object) -> Options:
    return options([1.0] * len(objective), [0.0] * len(objective), objective=objective, unit="USD")


def test_two_normal_outcomes_under_every_rule_in_closed_form() -> None:
    """N(0, 1) against N(-.5, .1): the first by its mean, the second by every rule that fears bad draws."""
    found = chosen(money(normal("wide"), -0.5 + 0.1 * normal("narrow")))
    density = math.exp(-(1.2815516**2) / 2.0) / math.sqrt(2.0 * math.pi)
    truth = {
        "expected_value": (0.0, -0.5), "chance_constraint": (ndtri(0.1), -0.5 + 0.1 * ndtri(0.1)),
        "cvar": (-density / 0.1, -0.5 - 0.1 * density / 0.1),
    }  # fmt: skip
    for rule, values in truth.items():
        assert found[rule].value == pytest.approx(values, abs=0.01)
    assert {rule: each.choice for rule, each in found.items() if not each.rule.startswith("minimax")} == {
        "expected_value": 0, "chance_constraint": 1, "cvar": 1,
    }  # fmt: skip
    regret = ndtri(0.95) * math.hypot(1.0, 0.1)
    assert found["minimax_regret_95"].value == pytest.approx((-0.5 + regret, 0.5 + regret), abs=0.05)


def test_minimax_regret_by_hand() -> None:
    """Savage's rule on three acts and three states: the regrets are the column's best less the cell."""
    payoff = [[8.0, 2.0, 5.0], [4.0, 6.0, 3.0], [6.0, 5.0, 4.0]]
    found = chosen(money(*payoff))["minimax_regret"]
    assert found.value == (4.0, 4.0, 2.0)
    assert found.choice == 2
    assert found.extreme


def test_the_worst_tenth_counts_the_draw_at_its_edge_in_part() -> None:
    """Of 15 draws the worst 1.5 are 0 and half of 1."""
    assert chosen(money(np.arange(15.0)))["cvar"].value == pytest.approx((0.5 / 1.5,))


def test_the_chance_constraint_uses_the_confidence_of_the_budget() -> None:
    found = options([1.0], [np.arange(101.0)], confidence=0.75)
    assert chosen(found)["chance_constraint"].value == pytest.approx((25.0,))


@given(arrays(float, (2, 4, 64), elements=st.integers(-9, 9).map(float)), st.sampled_from(["point", "USD"]))
def test_the_rule_of_the_mean_decides_as_decide_does(drawn: np.ndarray, unit: str) -> None:
    """Level and too close included; of exact equals in front, margins may be taken from either."""
    leads = np.sort(drawn[1].mean(axis=1))[::-1]
    assume(leads[0] > leads[1])
    found = options(drawn[0] + 10.0, drawn[1], unit=unit)
    decision = decide(found.strategies, found.objective, cost=found.cost, limits=found.limits, scrambles=found.scrambles, name="", unit=unit)
    rule = chosen(found)["expected_value"]
    assert rule.choice == decision.best
    assert set(rule.tied) == set(decision.tied)


def test_of_level_strategies_every_rule_takes_the_cheaper() -> None:
    found = chosen(options([9.0, 5.0, 1.0], [7.3, 7.0, 2.0]))
    assert {(each.first, each.choice, each.tied) for each in found.values()} == {(0, 1, (0, 1))}
    assert not any(each.too_close for each in found.values())


def test_dollars_are_never_level() -> None:
    """Half a point is what a training seed hides; half a dollar is half a dollar."""
    found = chosen(options([9.0, 1.0], [0.0, 0.0], objective=[7.3, 7.0], unit="USD"))
    assert {(each.choice, each.tied) for each in found.values()} == {(0, (0,))}


def test_what_simulation_error_hides_is_too_close_and_what_is_the_same_is_not() -> None:
    noise = np.random.default_rng(5).normal(0.0, 1.0, (2, 512))
    assert chosen(money(noise[0], noise[1]))["expected_value"].too_close
    assert not chosen(money(noise[0], noise[0]))["expected_value"].too_close
    assert not chosen(money(noise[0], noise[1] + 9.0))["expected_value"].too_close


def test_numbers_that_hang_on_one_draw_have_no_simulation_error() -> None:
    found = chosen(money(normal("one"), normal("two")))
    assert np.isnan(found["minimax_regret"].error).all()
    assert (np.array(found["minimax_regret_95"].error) > 0.0).all()
    assert (np.array(found["cvar"].error) > 0.0).all()


def test_with_few_draws_errors_are_unknown_and_a_choice_is_made() -> None:
    found = chosen(money([1.0, 2.0], [3.0, 3.0]))
    assert {each.choice for each in found.values()} == {1}
    assert np.isnan(found["expected_value"].error).all()


def test_who_breaks_the_limits_is_no_choice_and_gives_nobody_regret() -> None:
    found = chosen(options([1.0, 99.0], [1.0, 50.0], budget=10.0))
    assert {each.choice for each in found.values()} == {0}
    assert found["minimax_regret"].value[0] == 0.0
    assert math.isnan(found["minimax_regret"].value[1])


def test_where_nobody_takes_part_nothing_is_chosen() -> None:
    found = choices_of(options([1.0], [1.0]), np.array([False]))
    assert {(each.first, each.choice, each.tied) for each in found} == {(None, None, ())}


@given(arrays(float, (3, 64), elements=st.integers(-9, 9).map(float)), st.permutations(range(3)))
def test_permuting_strategies_permutes_the_numbers(drawn: np.ndarray, order: list[int]) -> None:
    one, other = chosen(money(*drawn)), chosen(money(*drawn[order]))
    for rule, each in one.items():
        assert other[rule].value == pytest.approx([each.value[index] for index in order])


def test_a_rule_is_added_by_one_function() -> None:
    @RULES.add(title="best case", says="the best draw", better="higher", cares="the best that may happen", extreme="yes")
    def best_case(objective: Array) -> Array:
        """The highest of the best draws."""
        return objective.max(axis=1)  # type: ignore[no-any-return]

    try:
        found = chosen(money([1.0, 2.0], [0.0, 9.0]))["best_case"]
    finally:
        RULES.remove("best_case")
    assert (found.title, found.value, found.choice) == ("best case", (2.0, 9.0), 1)
    assert "best_case" not in chosen(money([1.0]))
