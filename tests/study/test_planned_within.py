"""One question at several budgets: plans that are made at once are those of each alone, to the bit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from building import scenario
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import monte_carlo
from tuneplan.study.options import options_of
from tuneplan.study.planning import planned, planned_within
from tuneplan.study.run import run, run_within

OPEN = {"data.examples": "auto", "data.price": "$3 to $6 per example", "data.pace": "3 to 5 examples/hour"}
VALUED = {**OPEN, "value": "$1000 per point per month"}
LIMITS = (15e3, 60e3)
START = "2027-01-04"

QUESTIONS: dict[str, dict[str, Any]] = {
    "without dates": {},
    "some tasks are not worth their first example": {"tasks": {"a": {**OPEN, "traffic": "90k requests/month"}, "b": {**OPEN, "data.price": "$90/example"}}},
    "within the horizon, against one that is planned": {"reference": "specialists", "schedule": {"annotators": 2}, "start": START},
    "time has a price": {"tasks": {"a": VALUED}, "deadline": {"date": "2027-03-01", "delay_cost": "$500/day"}, "start": START},
    "idle people are paid": {"schedule": {"annotators": 3, "idle_pay": "$20/hour"}, "start": START},
    "a minimum score": {"tasks": {"a": {**OPEN, "score.must": 0.5}, "b": OPEN}},
}


def at_limits(words: dict[str, Any]) -> list[Scenario]:
    given = {"tasks": dict.fromkeys("ab", OPEN), "strategies": ("unified", "specialists", "prompted"), **words}
    return [scenario(given["tasks"], **{**{key: each for key, each in given.items() if key != "tasks"}, "budget": {"limit": f"{limit} USD"}}) for limit in LIMITS]


@pytest.mark.parametrize("words", QUESTIONS.values(), ids=QUESTIONS)
def test_plans_made_at_once_are_those_of_each_budget_alone(words: dict[str, Any]) -> None:
    questions = at_limits(words)
    together, alone = planned_within(questions, seed=1), [planned(each, seed=1) for each in questions]
    for one, other in zip(together, alone, strict=True):
        assert one.scenario == other.scenario
        assert {name: replace(plan, starved=()) for name, plan in one.plans.items()} == {name: replace(plan, starved=()) for name, plan in other.plans.items()}
    assert len({tuple(plan.spend for plan in each.plans.values()) for each in together}) == len(LIMITS)


def test_questions_that_differ_in_more_than_their_budget_are_planned_one_by_one() -> None:
    first, second = at_limits({})[:2]
    other = replace(second, quantities={**second.quantities, "tasks.a.data.price": first.quantities["tasks.b.data.price"]})
    dearer = scenario({"a": {**OPEN, "data.price": "$50/example"}, "b": OPEN}, strategies=("unified", "specialists", "prompted"), budget={"limit": "40k USD"})
    for questions in ([first, dearer], [first, replace(other, tasks=first.tasks[::-1])]):
        assert [each.plans for each in planned_within(questions, seed=0)] == [planned(each, seed=0).plans for each in questions]


def test_nothing_to_plan_is_left_as_it_is() -> None:
    given = [scenario({"a": {"data.examples": 500}}, strategies=("unified",), budget={"limit": f"{limit} USD"}) for limit in LIMITS]
    assert [each.scenario for each in planned_within(given, seed=0)] == given


def test_runs_within_several_budgets_are_those_of_each() -> None:
    questions, design = at_limits(QUESTIONS["without dates"]), monte_carlo(64)
    for found, question in zip(run_within(questions, design), questions, strict=True):
        one, other = options_of(found), options_of(run(question, design))
        assert found.asked is question
        assert all((getattr(one, name) == getattr(other, name)).all() for name in ("cost", "covered", "points", "objective", "allowed"))
