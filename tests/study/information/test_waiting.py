"""What the days of a check cost: where launch dates count, what all dates moved would; else the points that come later."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from building import scenario, text_of
from tuneplan.scenario.load import loads
from tuneplan.study.design import monte_carlo
from tuneplan.study.information.analysis import Information, value_of_information
from tuneplan.study.information.waiting import cost_of_waiting, moved
from tuneplan.study.options import options_of
from tuneplan.study.run import Run, run

DAYS = 14.0
TASKS = {"a": {"data.price": "$3 to $6 per example"}, "b": {"data.price": "$3 to $6 per example"}}
VALUED = {name: {**own, "value": "$300 per point per month"} for name, own in TASKS.items()}
EVERY_DAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DEADLINE = {"start": "2027-01-04", "deadline": {"date": "2027-03-01", "delay_cost": "$500/day"}}
BY_DATA = {"people.weeks_project": "0 weeks", "people.weeks_router": "0 weeks", "schedule.days": EVERY_DAY, "schedule.hours": "8 hours", "schedule.attrition": "0%/month", "schedule.onboarding": "0 workdays"}
CHECKS = """
checks:
  look: {learn: {tasks.a.traffic: {noise: 20%}}, n: 2, cost: $100, days: 14}
  glance: {learn: {tasks.a.traffic: {noise: 20%}}, n: 2, cost: $100, days: 0}
"""


def ran(tasks: Any = VALUED, **more: Any) -> Run:
    return run(scenario(tasks, **{**DEADLINE, **more}), monte_carlo(64))


def waits(found: Run, days: float, best: int = 0) -> float:
    return cost_of_waiting(found, options_of(found), best)(days)


@pytest.mark.parametrize("best", [0, 1])
def test_waiting_costs_what_all_dates_moved_cost(best: int) -> None:
    """A guideline that takes 14 days longer, where people work on every day and nobody is ready before the data, moves every date by 14 days."""
    now, later = (ran(schedule__guidelines=f"{days:g} workdays", **BY_DATA) for days in (20.0, 20.0 + DAYS))
    inputs = now.lowered.inputs
    np.testing.assert_allclose(later.lowered.inputs["dates_of_launch"][:, :, :3], inputs["dates_of_launch"][:, :, :3] + DAYS, atol=1e-6)
    missed = options_of(now).objective[best].mean() - options_of(later).objective[best].mean()
    assert missed > 1000.0
    assert waits(now, DAYS, best) == pytest.approx(missed)


def test_moved_by_nothing_a_run_is_itself() -> None:
    found = ran()
    same = moved(found, 0.0)
    for name, line in found.outcome.costs.items():
        np.testing.assert_array_equal(np.broadcast_to(same.outcome.costs[name], line.shape), line, err_msg=name)
    assert waits(found, 0.0) == 0.0


def test_the_longer_the_dearer() -> None:
    costs = [waits(ran(), days) for days in (0.0, 1.0, 7.0, 14.0, 400.0)]
    assert costs == sorted(costs)
    assert costs[1] > 0.0


def test_before_a_lax_deadline_waiting_adds_no_lateness() -> None:
    """Where points decide, only lateness has a price."""
    lax = ran(TASKS, deadline={"date": "2027-12-20", "delay_cost": "$500/day"})
    assert options_of(lax).unit == "point"
    assert waits(lax, DAYS) == 0.0


def test_after_the_deadline_every_day_costs_its_delay() -> None:
    late = ran(TASKS, deadline={"date": "2027-01-08", "delay_cost": "$500/day"})
    assert (late.lowered.inputs["days_late"] > 0.0).all()
    assert waits(late, DAYS) == pytest.approx(500.0 * DAYS)


def test_who_never_ships_loses_nothing_more() -> None:
    never = ran(schedule__annotators=0)
    assert np.isinf(never.lowered.inputs["dates_of_launch"][:, :, :2]).all()
    assert waits(never, DAYS) == 0.0


def test_who_would_gain_by_waiting_pays_nothing_for_it() -> None:
    """Points that are worth less than what serving costs."""
    cheap = ran({name: {**own, "value": "$0.001 per point per month"} for name, own in TASKS.items()}, deadline={"date": "2027-12-20"})
    assert options_of(cheap).unit == "USD"
    assert waits(cheap, DAYS) == 0.0


def test_where_dates_do_not_count_points_above_the_reference_come_later() -> None:
    """One task, a point worth $300 a month on all requests: gain times $300 a month, a day of 365.25 / 12."""
    found = run(scenario({"a": {"value": "$300 per point per month"}}, unseen__share="0%"), monte_carlo(256))
    gain = 100.0 * (found.outcome.score[0, 0, 0] - found.outcome.base_score[0, 0, 0]).mean()
    assert waits(found, DAYS) == pytest.approx(DAYS * gain * 300.0 * 12.0 / 365.25)


@pytest.mark.parametrize("given", [{}, {"schedule__counts": False}], ids=["dates count", "they do not"])
def test_no_launch_moves_beyond_the_horizon(given: Any) -> None:
    """A year, in which all that is to be had can be lost once."""
    found = ran(**given)
    of_a_year, of_many = waits(found, 366.0), waits(found, 3000.0)
    assert of_many == of_a_year > waits(found, DAYS) > 0.0


def test_where_dates_do_not_count_the_whole_horizon_loses_all_points_above_the_reference() -> None:
    found = run(scenario({"a": {"value": "$300 per point per month"}}, unseen__share="0%"), monte_carlo(256))
    gain = 100.0 * (found.outcome.score[0, 0, 0] - found.outcome.base_score[0, 0, 0]).mean()
    assert waits(found, 3000.0) == pytest.approx(12.0 * gain * 300.0)


def test_without_dates_and_prices_waiting_costs_nothing() -> None:
    assert waits(run(scenario(("a",)), monte_carlo(256)), DAYS) == 0.0


def checked(tasks: Any) -> Information:
    return value_of_information(run(loads(text_of(tasks, **DEADLINE) + CHECKS), monte_carlo(64)))


@pytest.mark.parametrize("tasks", [VALUED, TASKS], ids=["in dollars", "in points"])
def test_the_days_of_a_check_are_paid_for(tasks: Any) -> None:
    found = checked(tasks)
    by_name = {each.check.name: each for each in found.checks}
    best = found.decision.best
    assert best is not None
    assert by_name["glance"].waiting == 0.0
    assert by_name["look"].waiting == pytest.approx(waits(found.run, DAYS, best))
    assert by_name["look"].takes == 100.0 + by_name["look"].waiting > 100.0
    if found.options.unit == "USD":
        assert by_name["look"].net < by_name["glance"].net
