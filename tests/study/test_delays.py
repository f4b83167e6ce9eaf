"""Plans that know what an example delays: never worse on their own draws, the same where time has no price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest

from building import scenario
from tuneplan.report.plans import remarks
from tuneplan.scenario.records import Scenario
from tuneplan.scenario.timed import COUNTS
from tuneplan.study.design import monte_carlo
from tuneplan.study.options import options_of
from tuneplan.study.planning import Plan, delays, planned, planned_alike
from tuneplan.study.planning import plan as planning
from tuneplan.study.planning.cases import Case, Solved, solve
from tuneplan.study.planning.delays import DRAWS, _Clock, in_time
from tuneplan.study.run import Run, run
from tuneplan.study.verdict import verdict

OPEN = {"data.examples": "auto", "data.price": "$3 to $6 per example", "data.pace": "3 to 5 examples/hour", "data.existing": 100}
VALUED = {**OPEN, "value": "$1000 per point per month"}
DEADLINE: dict[str, Any] = {"start": "2027-01-04", "deadline": {"date": "2027-03-01", "delay_cost": "$500/day"}}


def asked(keys: Mapping[str, Any] = VALUED, tasks: str = "ab", **more: Any) -> Scenario:
    return scenario(dict.fromkeys(tasks, keys), **{"budget": {"limit": "$60k"}, **DEADLINE, **more})


def at_leisure(timed: Scenario) -> Scenario:
    return replace(timed, settings={**timed.settings, COUNTS: False})


def plans_of(question: Scenario) -> dict[str, Plan]:
    return dict(planned(question).plans)


def first_plans(question: Scenario) -> dict[str, Solved]:
    return {each.case.strategy: each for each in solve(question, [Case(strategy=name) for name in question.strategies], seed=0)}


def clock_of(question: Scenario, plans: Mapping[str, Solved]) -> _Clock:
    return _Clock(scenario=question, names=question.strategies, plans=plans, seed=0)


QUESTIONS: dict[str, dict[str, Any]] = {
    "a deadline": {},
    "a dear delay": {"deadline": {"date": "2027-02-01", "delay_cost": "$5k/day"}},
    "two annotators": {"schedule": {"annotators": 2}},
    "fifty annotators": {"schedule": {"annotators": 50, "reviewers": 10}},
    "against a strategy": {"strategies": {"unified": {}, "specialists": {}, "prompted": {}}, "reference": "prompted"},
    "against one that is planned": {"reference": "unified"},
    "three tasks, in turn": {"tasks": "abc", "schedule": {"order": "in turn"}},
    "two stages": {"strategies": ("unified_then_specialists", "merged", "adapters")},
    "nobody labels": {"schedule": {"annotators": 0}},
}


@pytest.mark.parametrize("words", QUESTIONS.values(), ids=QUESTIONS)
def test_a_plan_is_never_worse_for_knowing_what_it_delays(words: dict[str, Any]) -> None:
    """Nor worse than what buys nothing: at a first plan that ships after the horizon no example delays anything, and no toll would lead back."""
    question = asked(**words)
    question = replace(question, strategies=tuple(name for name in question.strategies if name != "prompted") + (("prompted",) if "prompted" in question.strategies else ()))
    first = {name: each for name, each in first_plans(question).items() if name != "prompted"}
    found = in_time(question, first, partial(solve, question, seed=0), unit="USD", seed=0)
    clock = _Clock(scenario=question, names=tuple(first), plans=first, seed=0)
    nothing = {name: replace(each, examples=each.existing, bought=np.zeros_like(each.bought)) for name, each in first.items()}
    before, after, least = (clock.worth(clock.lowered(plans, DRAWS))[0] for plans in (first, found, nothing))
    assert (after >= before).all()
    if words.get("reference") != "unified":  # against which nothing bought would be measured
        assert (after >= least - 1e-6 * np.abs(least)).all()
    for name, each in found.items():
        assert each.spend <= 60_000.0
        assert each.case.toll or each is first[name]
        if each.case.toll:
            assert after[list(first).index(name)] > before[list(first).index(name)]
            assert each.bought.sum() < first[name].bought.sum()


def test_a_dear_delay_buys_fewer_examples_and_more_net_benefit(monkeypatch: pytest.MonkeyPatch) -> None:
    """On draws that the plan never saw."""
    question = asked(deadline={"date": "2027-02-01", "delay_cost": "$5k/day"})
    with_time = run(question, monte_carlo(512))
    monkeypatch.setattr(planning, "in_time", lambda scenario, best, solve, **_: dict(best))
    without = run(question, monte_carlo(512))
    for name in question.strategies:
        assert sum(with_time.plans[name].bought.values()) < 0.8 * sum(without.plans[name].bought.values())
    gain = options_of(with_time).objective.mean(axis=1) - options_of(without).objective.mean(axis=1)
    assert (gain > 10_000.0).all()


@pytest.mark.parametrize("more", [{"schedule": {"counts": False}}, {"schedule": {"idle_pay": "$90/hour", "counts": False}}])
def test_where_dates_do_not_count_plans_are_as_before(more: dict[str, Any]) -> None:
    question = asked(**more)
    first = first_plans(question)
    found = plans_of(question)
    for name, each in first.items():
        assert list(found[name].bought.values()) == each.bought.tolist()
        assert found[name].toll == {}


def test_where_points_decide_plans_are_as_without_dates() -> None:
    """A score is what it is whenever it comes; what lateness costs is no part of the budget."""
    question = asked(OPEN)
    assert plans_of(question) == plans_of(at_leisure(question))


def test_the_toll_is_what_one_example_delays() -> None:
    """One annotator who works 8 hours on every day and makes two examples an hour: 1/16 of a day at $1000 a day."""
    sure = {
        "annotators": 1, "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "hours": "8 hours", "batch_spread": 0, "attrition": "0%/month", "rejected": "0%",
        "learning": "0%", "review_effort": "0%", "gate": "100%",
    }  # fmt: skip
    keys = {**OPEN, "data.pace": "2 examples/hour", "value": "$10 per point per month"}
    question = asked(keys, "a", strategies=("unified",), schedule=sure, deadline={"date": "2027-01-05", "delay_cost": "$1000/day"}, serving={"mode": "hosted"}, horizon="60 months")
    (solved,) = first_plans(question).values()
    plan = replace(solved, examples=np.array([1100.0]), bought=np.array([1000.0]))
    _, toll = clock_of(question, {"unified": plan}).measured({"unified": plan})
    assert toll[0, 0] == pytest.approx(1000.0 / 16.0, rel=0.02)


def test_a_task_of_which_nothing_is_bought_has_the_mean_toll_of_the_others() -> None:
    question = asked(tasks="abc", strategies=("specialists",))
    (solved,) = first_plans(question).values()
    plan = replace(solved, examples=np.array([1100.0, 100.0, 600.0]), bought=np.array([1000.0, 0.0, 500.0]))
    _, toll = clock_of(question, {"specialists": plan}).measured({"specialists": plan})
    assert toll[0, 1] == pytest.approx((toll[0, 0] + toll[0, 2]) / 2.0)
    assert (toll > 0.0).all()


def test_of_many_tasks_tolls_are_by_the_hour_of_labelling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks that are alike but for their pace: all measured together, the one that takes twice as long costs twice as much."""
    slow, quick = ({**VALUED, "data.pace": f"{pace} examples/hour"} for pace in (2, 4))
    question = scenario({"a": slow, "b": quick}, strategies=("unified",), budget={"limit": "$60k"}, **DEADLINE)
    (solved,) = first_plans(question).values()
    clock = clock_of(question, {"unified": solved})
    _, one_by_one = clock.measured({"unified": solved})
    monkeypatch.setattr(delays, "ONE_BY_ONE", 1)
    _, together = clock.measured({"unified": solved})
    assert together[0, 0] == pytest.approx(2.0 * together[0, 1])
    np.testing.assert_allclose(together, one_by_one, rtol=0.25)


IDLE = {"schedule": {"annotators": 6, "reviewers": 2, "idle_pay": "$10/hour"}}


@pytest.mark.parametrize("keys", [OPEN, VALUED], ids=["in points", "in dollars"])
def test_a_budget_that_pays_for_idle_people_keeps_room_for_them(keys: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    question = asked(keys, budget={"limit": "$30k", "confidence": "90%"}, **IDLE)

    def kept() -> tuple[Run, np.ndarray]:
        found = run(question, monte_carlo(512))
        return found, options_of(found).limits.met

    found, chances = kept()
    assert (chances > 0.87).all()
    assert options_of(found).allowed.all()
    assert all(10_000.0 < plan.spend <= 30_000.0 for plan in found.plans.values())
    monkeypatch.setattr(planning, "in_time", lambda scenario, best, solve, **_: dict(best))
    assert (kept()[1] < 0.8).all()


def test_plans_that_are_made_alike_know_it_too() -> None:
    question = asked()
    assert {name: plan.bought for name, plan in planned_alike(question).plans.items()} == {name: plan.bought for name, plan in plans_of(question).items()}


def test_the_recommended_plan_says_what_an_example_delays() -> None:
    found = verdict(run(asked(), monte_carlo(256)))
    assert found.decision.best is not None
    plan = found.run.plans[found.decision.strategies[found.decision.best]]
    said = next(each for each in remarks(found) if "delays the launch" in each)
    assert said.startswith(f"The plan of {plan.strategy} counts that an example delays the launch: one more costs $")
    assert set(plan.toll) == {"a", "b"}
    lax = verdict(run(at_leisure(asked()), monte_carlo(256)))
    assert not any("delays" in each for each in remarks(lax))
