"""Plans that ship within the horizon where points have no price: no more is bought than that, and nothing else changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from building import scenario
from tuneplan.evidence.findings import Findings
from tuneplan.report.advice import recommendation
from tuneplan.report.document.blocks import Paragraph
from tuneplan.report.launches import said_too_late, too_late
from tuneplan.report.memo import limits, recommending
from tuneplan.report.memo.limits import STOPPED
from tuneplan.report.memo.pictures import Pictures
from tuneplan.report.remarks import remarks
from tuneplan.report.text import overview
from tuneplan.scenario.records import Scenario
from tuneplan.scenario.timed import COUNTS
from tuneplan.study.allocated import allocations
from tuneplan.study.design import monte_carlo
from tuneplan.study.options import options_of, ships
from tuneplan.study.planning import Plan, in_horizon, planned, planned_alike
from tuneplan.study.run import run
from tuneplan.study.verdict import verdict

OPEN = {"data.examples": "auto", "data.price": "$3 to $6 per example", "data.pace": "3 to 5 examples/hour", "data.existing": 100}
NOTHING_OWNED = {**OPEN, "data.existing": 0}
STRATEGIES = ("unified", "specialists", "two")
KINDS: dict[str, Any] = {"unified": {}, "specialists": {}, "two": {"kind": "unified_then_specialists"}}


def asked(annotators: int = 2, keys: dict[str, Any] = OPEN, **more: Any) -> Scenario:
    words = {"strategies": KINDS, "budget": {"limit": "$60k"}, "start": "2027-01-04", "horizon": "6 months", "schedule": {"annotators": annotators}, **more}
    return scenario(dict.fromkeys("ab", keys), **words)


def at_leisure(question: Scenario) -> Scenario:
    return replace(question, settings={**question.settings, COUNTS: False})


def plans_of(question: Scenario) -> dict[str, Plan]:
    return dict(planned(question).plans)


@pytest.fixture(scope="module")
def slow() -> Scenario:
    return asked()


@pytest.fixture(scope="module")
def hurried(slow: Scenario) -> dict[str, Plan]:
    """Its plans."""
    return plans_of(slow)


def test_a_plan_ships_as_surely_as_asked_and_is_allowed(slow: Scenario) -> None:
    found = run(slow, monte_carlo(512))
    assert {plan.binding for plan in found.plans.values()} == {"time"}
    assert (ships(found).mean(axis=1) > 0.86).all()  # on draws that the plan never saw
    assert options_of(found).allowed.all()


def test_it_buys_no_fewer_than_it_must(hurried: dict[str, Plan]) -> None:
    """What ships just so ships too late with a quarter more."""
    more = {f"strategies.{name}.examples.{task}": f"{1.25 * count:.0f}" for name, plan in hurried.items() for task, count in plan.examples.items()}
    wide = {name: {**KINDS[name], "examples": {task: more[f"strategies.{name}.examples.{task}"] for task in "ab"}} for name in STRATEGIES}
    assert (ships(run(asked(strategies=wide), monte_carlo(512))).mean(axis=1) < 0.8).all()


def test_all_that_the_money_buys_would_ship_too_late(slow: Scenario, hurried: dict[str, Plan]) -> None:
    lax = plans_of(at_leisure(slow))
    for name in STRATEGIES:
        assert lax[name].binding == "budget"
        assert hurried[name].spend < lax[name].spend <= 60_000.0
        assert hurried[name].expected < lax[name].expected
        assert (hurried[name].shadow_price, hurried[name].toll, hurried[name].is_feasible) == (0.0, {}, True)


def test_more_annotators_buy_at_least_as_many_examples(hurried: dict[str, Plan]) -> None:
    plans = [plans_of(asked(1)), hurried, plans_of(asked(4)), plans_of(asked(100))]
    bought = [[sum(plan.bought.values()) for plan in each.values()] for each in plans]
    assert (np.diff(bought, axis=0) >= 0.0).all()
    assert (np.diff(bought, axis=0)[:2] > 0.0).all()


@pytest.mark.parametrize("more", [{"annotators": 100, "horizon": "24 months"}, {"annotators": 2, "horizon": "10 years"}], ids=["many", "long"])
def test_plans_that_ship_in_time_are_as_without_dates(more: dict[str, Any]) -> None:
    assert repr(plans_of(asked(**more))) == repr(plans_of(at_leisure(asked(**more))))


def test_one_strategy_says_nothing_of_another(hurried: dict[str, Plan]) -> None:
    alone = plans_of(asked(strategies={"specialists": KINDS["specialists"]}))
    assert alone["specialists"].bought == hurried["specialists"].bought


def test_where_no_plan_ships_it_is_as_the_money_buys() -> None:
    question = asked(annotators=0, keys=NOTHING_OWNED)
    assert repr(plans_of(question)) == repr(plans_of(at_leisure(question)))


def test_where_nobody_labels_it_trains_on_what_is_owned() -> None:
    for plan in plans_of(asked(annotators=0)).values():
        assert (plan.binding, plan.examples, set(plan.bought.values())) == ("time", {"a": 100.0, "b": 100.0}, {0.0})


def test_where_no_money_is_asked_for_examples_time_alone_stops_it() -> None:
    plans = plans_of(asked(budget={"limit": "$60k", "covers": ["training"]}))
    assert {plan.binding for plan in plans.values()} == {"time"}
    assert all(0.0 < count < 10_000.0 for plan in plans.values() for count in plan.examples.values())


def test_of_two_tasks_it_buys_fewer_of_the_slow_one() -> None:
    """An hour has the same price for all: slow examples give way first."""
    tasks = {"a": {**OPEN, "data.pace": "2 examples/hour"}, "b": {**OPEN, "data.pace": "20 examples/hour"}}
    question = scenario(tasks, strategies={"unified": {}}, budget={"limit": "$60k"}, start="2027-01-04", horizon="6 months", schedule={"annotators": 1})
    hurried, lax = plans_of(question)["unified"], plans_of(at_leisure(question))["unified"]
    assert hurried.binding == "time"
    assert hurried.bought["a"] / lax.bought["a"] < 0.8 * hurried.bought["b"] / lax.bought["b"]


def test_minimum_scores_and_floors_are_kept() -> None:
    floor = asked(keys={**OPEN, "data.least": 700})
    for plan in plans_of(floor).values():
        assert plan.binding == "time"
        assert min(plan.examples.values()) >= 700.0


def test_where_points_have_a_price_it_is_no_limit() -> None:
    valued = asked(keys={**OPEN, "value": "$1000 per point per month"})
    assert "time" not in {plan.binding for plan in plans_of(valued).values()}


def test_plans_that_are_made_alike_know_it_too(slow: Scenario, hurried: dict[str, Plan]) -> None:
    assert {name: plan.bought for name, plan in planned_alike(slow).plans.items()} == {name: plan.bought for name, plan in hurried.items()}


def test_a_handful_of_plans_are_made_anew(slow: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    asked_for: list[int] = []
    whole = in_horizon.in_horizon

    def counted(plans: Any, dated: Any, solve: Any, tasks: Any, **due: Any) -> Any:
        return whole(plans, dated, lambda cases: (asked_for.append(len(cases)), solve(cases))[1], tasks, **due)

    monkeypatch.setattr("tuneplan.study.planning.delays.in_horizon", counted)
    plans_of(slow)
    assert 2 <= len(asked_for) <= 5


def test_one_draw_does() -> None:
    assert options_of(run(asked(), monte_carlo(1))).allowed.shape == (3,)


# --- in words ---------------------------------------------------------------------------------------


def test_the_plan_says_what_stops_it(slow: Scenario) -> None:
    found = verdict(run(slow, monte_carlo(64)))
    said = next(each for each in remarks(found) if "fewer examples than" in each)
    assert said.startswith("The plans of unified, specialists and two buy fewer examples")
    assert "More annotators or a longer horizon would help, more budget would not." in said
    assert {each.stopped_by for each in allocations(found.run).strategies} == {"time"}
    assert "horizon" in STOPPED["time"]


def test_what_ships_too_late_is_named_with_its_chance() -> None:
    given = {**OPEN, "data.examples": 3000}
    prompted = {**KINDS, "prompted": {"like_base": "yes"}}
    found = verdict(run(asked(keys=given, strategies=prompted), monte_carlo(64)))
    assert [each.name for each in too_late(found)] == list(STRATEGIES)
    said = next(each for each in remarks(found) if each.startswith("Too late for the horizon"))
    assert said_too_late(too_late(found)) in said
    assert "has to ship in 90 % of them" in said
    table = overview(found)
    column = table.head.index("all limits")
    assert [row[column] for row in table.rows][-1] == "100 %"
    assert table.rows[0][column] != "100 %"


def test_where_all_ship_nothing_is_said() -> None:
    found = verdict(run(asked(keys={**OPEN, "data.examples": 300}, annotators=20), monte_carlo(64)))
    assert too_late(found) == []
    assert "all limits" not in overview(found).head


@pytest.mark.parametrize(("annotators", "count", "said"), [(2, 3000, "Too late, and out for it: unified in"), (50, 300, "All options that can be done do.")], ids=["too late", "in time"])
def test_the_memo_names_the_horizon_among_the_limits(annotators: int, count: int, said: str) -> None:
    question = asked(annotators, keys={**OPEN, "data.examples": count}, strategies={**KINDS, "prompted": {"like_base": "yes"}})
    findings = Findings(verdict=verdict(run(question, monte_carlo(64))), load=lambda more=(): question)
    told = " ".join(block.text for block in limits.section(findings, Pictures(findings=findings)).blocks if isinstance(block, Paragraph))
    assert "nothing but money and time is a limit" in told
    assert said in told
    front = " ".join(block.text for block in recommending.options(findings).blocks if isinstance(block, Paragraph))
    assert "has to ship within the horizon in 90 % of draws" in front
    assert ("Too late: unified in" in front) == (annotators == 2)


def test_where_points_have_a_price_nothing_but_money_is_a_limit() -> None:
    question = asked(keys={**OPEN, "data.examples": 3000, "value": "$1000 per point per month"})
    findings = Findings(verdict=verdict(run(question, monte_carlo(64))), load=lambda more=(): question)
    assert too_late(findings.verdict) == []
    told = " ".join(block.text for block in limits.section(findings, Pictures(findings=findings)).blocks if isinstance(block, Paragraph))
    assert "nothing but money is a limit" in told


def test_where_nothing_is_in_time_no_budget_is_asked_for() -> None:
    found = verdict(run(asked(keys={**OPEN, "data.examples": 3000}), monte_carlo(64)))
    assert found.decision.best is None
    assert "no higher limit would do, as what is not built in time" in recommendation(found)
