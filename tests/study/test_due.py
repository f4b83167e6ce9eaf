"""Plans that have to ship by a deadline: no more than is in time, no less than has to be, none the other where time is ample."""

from __future__ import annotations

from typing import Any

import pytest

from building import scenario
from tuneplan.report.plans import remarks
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import monte_carlo
from tuneplan.study.options import ships
from tuneplan.study.planning import planned
from tuneplan.study.run import Run, run
from tuneplan.study.verdict import verdict

OPEN = {"data.examples": "auto", "data.price": "$3 to $6 per example", "data.pace": "3 to 5 examples/hour", "data.existing": 100}


def asked(date: str = "2027-05-01", must: str = "yes", **more: Any) -> Scenario:
    keys = {**OPEN, **more.pop("keys", {})}
    return scenario(dict.fromkeys("ab", keys), budget={"limit": "$60k"}, start="2027-01-04", deadline={"date": date, "must": must}, **more)


@pytest.fixture(scope="module")
def made() -> Run:
    return run(asked(), monte_carlo(1024))


def test_plans_ship_in_time_as_surely_as_asked_and_hardly_more_so(made: Run) -> None:
    assert {plan.binding for plan in made.plans.values()} == {"deadline"}
    for chance in ships(made).mean(axis=1).tolist():
        assert 0.87 <= chance <= 0.95


def test_what_is_left_over_is_told(made: Run) -> None:
    found = verdict(made)
    assert found.decision.best is not None
    told = [said for said in remarks(found) if "more examples would ship after the deadline" in said]
    assert len(told) == len(made.plans)
    assert all(plan.spend < plan.limit and plan.shadow_price == 0.0 for plan in made.plans.values())


@pytest.mark.parametrize("date", ["2027-12-20", "2027-01-06"])
def test_where_it_is_far_or_out_of_reach_plans_are_as_without(date: str) -> None:
    with_must, without = (planned(asked(date, must)).plans for must in ("yes", "no"))
    assert {name: plan.examples for name, plan in with_must.items()} == {name: plan.examples for name, plan in without.items()}
    assert all(plan.binding != "deadline" for plan in with_must.values())


def test_the_sooner_the_less_is_bought() -> None:
    bought = [{name: sum(plan.bought.values()) for name, plan in planned(asked(date)).plans.items()} for date in ("2027-03-15", "2027-05-01")]
    assert all(bought[0][name] < bought[1][name] for name in bought[0])


def test_where_points_have_a_price_plans_are_in_time_as_well() -> None:
    found = run(asked(keys={"value": "$1000 per point per month"}), monte_carlo(256))
    assert (ships(found).mean(axis=1) >= 0.85).all()
