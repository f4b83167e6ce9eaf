"""The value of information of whole scenarios: laws between the values told, and choices that are none."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import yaml

from building import text_of
from tuneplan.scenario.load import load, loads
from tuneplan.scenario.records import Quantity, Scenario
from tuneplan.scenario.timed import COUNTS
from tuneplan.study.design import monte_carlo
from tuneplan.study.information.analysis import Information, groups_of, kind_of, value_of_information
from tuneplan.study.run import run

DRAWS = 2048
CHECKS = {
    "pilot": {"learn": {"tasks.a.half_gap_examples": {"noise": "60%"}, "law.interference_strength": {"noise": "100%"}}, "n": 3, "cost": "$2k", "days": 10},
    "survey": {"learn": {"tasks.b.traffic": {"noise": "30%"}}, "n": 2, "cost": "$500"},
}
TASKS = {
    "a": {"traffic": "20k to 80k requests/month"},
    "b": {"traffic": "5k to 90k requests/month", "score.base": "0.3 to 0.6"},
    "c": {"half_gap_examples": {"same_as": "tasks.a.half_gap_examples"}},
}
STRATEGIES = {"unified": {}, "specialists": {}, "adapters": {}}


def found_in(tasks: object = TASKS, *, draws: int = DRAWS, **more: object) -> Information:
    return value_of_information(run(question(tasks, **more), monte_carlo(draws)))


def question(tasks: object = TASKS, *, checks: object = CHECKS, **more: object) -> Scenario:
    """A scenario with checks, the paths of which are keys with dots."""
    text = text_of(tasks, **{"strategies": STRATEGIES, "law": {}, **more})  # type: ignore[arg-type]
    return loads(text + (yaml.safe_dump({"checks": checks}, sort_keys=False) if checks else ""))


@pytest.fixture(scope="module")
def found() -> Information:
    return found_in()


def told(found: Information) -> dict[frozenset[str], float]:
    every = [*found.quantities, *found.groups, found.everything]
    return {frozenset(each.of): each.worth.value for each in every}


def test_no_knowledge_is_worth_more_than_all_of_it(found: Information) -> None:
    values = told(found)
    assert 0.0 < max(values.values()) <= found.whole.value
    assert min(values.values()) >= 0.0


def test_what_is_told_never_falls_when_numbers_are_added(found: Information) -> None:
    values = told(found)
    inside = [(one, other) for one in values for other in values if one < other]
    assert len(inside) > 100
    assert all(values[one] <= values[other] for one, other in inside)


def test_no_check_is_worth_more_than_what_it_measures(found: Information) -> None:
    values = told(found)
    for each in found.checks:
        assert 0.0 <= each.worth.value <= each.perfect.value <= found.whole.value
        assert each.perfect.value >= max(values[frozenset([name])] for name in each.learned)


def test_evpi_is_the_regret_of_the_highest_mean(found: Information) -> None:
    row = found.decision.strategies.index(found.highest)
    assert found.whole.value == pytest.approx(found.decision.regret[row])
    assert found.decision.expected[row] == max(found.decision.expected)


def test_checks_change_no_run() -> None:
    with_checks, without = (run(question(checks=checks), monte_carlo(64)) for checks in (CHECKS, None))
    np.testing.assert_array_equal(with_checks.outcome.delivered, without.outcome.delivered)
    np.testing.assert_array_equal(with_checks.outcome.cost_of(), without.outcome.cost_of())


def test_equal_seeds_give_equal_values() -> None:
    one, other = found_in(draws=256), found_in(draws=256)
    assert repr((one.quantities, one.groups, one.checks)) == repr((other.quantities, other.groups, other.checks))


def test_the_order_of_tasks_strategies_and_checks_says_nothing(found: Information) -> None:
    turned = found_in(
        {name: TASKS[name] for name in "bca"}, strategies={name: STRATEGIES[name] for name in ("adapters", "unified", "specialists")},
        checks={name: CHECKS[name] for name in ("survey", "pilot")},
    )
    other = told(turned)
    assert other.keys() == told(found).keys()
    for names, value in told(found).items():
        assert other[names] == pytest.approx(value, abs=1e-9)
    assert [each.check.name for each in turned.checks] == [each.check.name for each in found.checks]
    assert [each.worth.value for each in turned.checks] == pytest.approx([each.worth.value for each in found.checks], abs=1e-9)


def test_tied_numbers_are_one(found: Information) -> None:
    names = [each.name for each in found.quantities]
    assert "tasks.a.half_gap_examples" in names
    assert "tasks.c.half_gap_examples" not in names


def test_a_check_of_a_tied_number_learns_the_one_it_is_tied_to() -> None:
    learn = {"learn": {"tasks.c.half_gap_examples": {"noise": "60%"}}, "n": 3, "cost": "$2k"}
    (only,) = found_in(checks={"pilot": learn}, draws=256).checks
    assert (only.learned, only.idle) == (("tasks.a.half_gap_examples",), ())


def test_better_checks_are_worth_more_and_blind_ones_nothing() -> None:
    def learned(noise: str, n: int) -> float:
        pilot = {"learn": {"law.interference_strength": {"noise": noise}}, "n": n, "cost": "$1k"}
        (only,) = found_in(checks={"pilot": pilot}, draws=4096).checks
        return only.worth.value

    exact = next(each.worth.value for each in found_in(draws=4096).quantities if each.name == "law.interference_strength")
    values = [learned("1000%", 1), learned("100%", 1), learned("100%", 100), learned("0%", 1)]
    assert values == sorted(values)
    assert values[0] < 0.2 * exact
    assert values[-1] == exact > 0.0


def test_what_a_check_measures_in_vain_is_named() -> None:
    learn = {"tasks.a.data.examples": {"noise": "10%"}, "law.saturation_examples": {"noise": "10%"}, "tasks.b.traffic": {"noise": "10%"}}
    (only,) = found_in(checks={"pilot": {"learn": learn, "n": 1, "cost": "$1"}}, draws=256).checks
    assert only.learned == ("tasks.b.traffic",)
    assert dict(only.idle) == {"tasks.a.data.examples": "it is known exactly", "law.saturation_examples": "nothing in this scenario reads it"}


def test_one_strategy_leaves_nothing_to_learn() -> None:
    found = found_in(strategies=("unified",), draws=256)
    assert not found.has_choice
    assert {found.whole.value, found.everything.worth.value, *told(found).values(), *(each.worth.value for each in found.checks)} == {0.0}


def test_equal_strategies_leave_nothing_to_learn() -> None:
    found = found_in(strategies={"unified": {}, "twin": {"kind": "unified"}}, draws=256)
    assert found.has_choice
    assert found.are_equal
    assert {found.whole.value, *told(found).values()} == {0.0}


def test_where_nothing_meets_the_limits_there_is_nothing_to_choose() -> None:
    found = found_in(budget={"limit": "$10"}, draws=256)
    assert (found.decision.best, found.highest, found.whole.value) == (None, "", 0.0)
    assert [math.isnan(each.net) for each in found.checks] == [True, True]


def test_strategies_that_break_the_limits_cannot_be_chosen_whatever_is_known() -> None:
    """With specialists out of the budget, all values are those of a scenario without them."""
    prices = {"strategies": {"unified": {}, "adapters": {}, "specialists": {"price": "$900/example"}}}
    found = found_in(budget={"limit": "$100k"}, draws=256, **prices)
    assert found.decision.allowed == (True, True, False)
    without = found_in(budget={"limit": "$100k"}, draws=256, strategies={"unified": {}, "adapters": {}})
    assert found.whole.value == without.whole.value
    names = told(without)
    assert {key: value for key, value in told(found).items() if key in names and len(key) == 1} == {key: value for key, value in names.items() if len(key) == 1}


@pytest.mark.parametrize("draws", [1, 2, 3, 7, 16, 61])
def test_few_draws_give_values_without_an_error(draws: int) -> None:
    found = found_in(draws=draws)
    assert math.isnan(found.whole.error)
    assert all(0.0 <= value <= found.whole.value for value in told(found).values())


def test_luck_is_no_number(found: Information) -> None:
    assert not [name for name in found.everything.of if name.startswith(("clash", "discrepancy"))]
    still = found_in(law={"law.discrepancy": "0 points", "law.level_discrepancy": "0 points", "law.mixing_shift": "0 points", "law.clash_severity": 0})
    assert still.everything.worth.value > 0.7 * still.whole.value
    assert found.everything.worth.value < 0.7 * found.whole.value


def quantity(path: str, unit: str = "1", same_as: str = "") -> Quantity:
    return Quantity(path=path, distribution=None, unit=unit, text="", same_as=same_as)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "unit", "kind"),
    [
        ("tasks.email.data.price", "USD/example", "prices"), ("people.engineer_week", "USD", "prices"), ("tasks.email.traffic", "request/month", "traffic"),
        ("unseen.share", "share", "traffic"), ("tasks.email.score.base", "score", "scores"), ("strategies.prompted.score.qa", "score", "scores"),
        ("similarity.a/b", "share", "similarity"), ("unseen.similarity.a", "share", "similarity"), ("tasks.a.data_exponent", "1", "learning curves"),
        ("unseen.half_gap_examples", "example", "learning curves"), ("law.keep_exponent", "1", "law"), ("router.accuracy", "share", "router"),
    ],
)  # fmt: skip
def test_numbers_fall_into_kinds(path: str, unit: str, kind: str) -> None:
    assert kind_of(quantity(path, unit)) == kind


def test_groups_hold_several_and_say_no_set_twice() -> None:
    numbers = [quantity("tasks.a.x"), quantity("tasks.a.y"), quantity("tasks.b.traffic"), quantity("law.z")]
    assert groups_of(numbers, ("a", "b")) == {"learning curves": ("tasks.a.x", "tasks.a.y")}
    more = [*numbers, quantity("law.u"), quantity("tasks.b.y"), quantity("strategies.s.score.b", "score")]
    assert groups_of(more, ("a", "b")) == {
        "learning curves": ("tasks.a.x", "tasks.a.y", "tasks.b.y"), "law": ("law.z", "law.u"), "task a": ("tasks.a.x", "tasks.a.y"),
        "task b": ("tasks.b.traffic", "tasks.b.y", "strategies.s.score.b"),
    }  # fmt: skip


def test_the_shipped_scenario_has_a_check_that_pays_while_nobody_waits(scenarios) -> None:  # type: ignore[no-untyped-def]
    timed = load(scenarios / "startup.yaml")
    at_leisure, in_time = (value_of_information(run(each, monte_carlo(4096))).checks[0] for each in (replace(timed, settings={**timed.settings, COUNTS: False}), timed))
    assert (at_leisure.check.name, at_leisure.waiting, at_leisure.net > 0.0) == ("mixing", 0.0, True)
    assert (in_time.check.name, in_time.worth.value) == ("mixing", at_leisure.worth.value)
    assert 0.0 < in_time.waiting < 500.0  # a day later by $500 a day, where the deadline is missed
