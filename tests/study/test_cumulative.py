"""What has been paid by which month: adds up to the cost of the run, never falls, and crosses where money says so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from building import text_of
from tuneplan import load, loads
from tuneplan.core import declared_params
from tuneplan.core.costs import COSTS
from tuneplan.core.timing import TIMINGS
from tuneplan.scenario.lowering.finishing import FINISHED
from tuneplan.study.cumulative import (
    MOST_MONTHS,
    costs_by_timing,
    crossing_of,
    cumulative,
    month_of_crossing,
    months_of,
    paid_by,
)
from tuneplan.study.options import options_of
from tuneplan.study.results import Verdict
from tuneplan.units import DAYS_PER_MONTH

STARTUP = Path(__file__).parents[2] / "scenarios" / "startup.yaml"


def verdict_of(*changes: tuple[str, str], draws: int = 64) -> Verdict:
    study = load(STARTUP).set("tasks.email.data.examples", "2k").set("tasks.summary.data.examples", "2k").set("tasks.qa.data.examples", "2k")
    for change in changes:
        study = study.set(*change)
    return study.run(draws=draws).verdict


@pytest.fixture(scope="module")
def verdict() -> Verdict:
    return verdict_of()


def test_every_cost_line_says_when_it_is_due() -> None:
    assert {entry.name: entry.labels.get("due") for entry in COSTS if entry.labels.get("due") not in TIMINGS} == {}


def test_timings_ask_for_declared_and_finished_numbers_alone() -> None:
    known = {param.name for param in declared_params()} | set(FINISHED.entries) | {"elapsed"}
    assert {name for entry in TIMINGS for name in entry.arguments} <= known


UNTIMED = ("schedule.counts", "no")


@pytest.mark.parametrize(
    "changes",
    [
        (), (UNTIMED,), (("horizon", "3 to 30 months"),), (("horizon", "3 to 30 months"), UNTIMED), (("horizon", "0 months"),),
        (("upkeep.retrain_every", "1 to 5 months"), ("horizon", "7.5 months")), (("schedule.annotators", "0"), ("schedule.idle_pay", "$5/hour")),
    ],
)  # fmt: skip
def test_at_the_end_all_of_the_cost_is_paid(changes: tuple[tuple[str, str], ...]) -> None:
    run = verdict_of(*changes).run
    last = paid_by(run, float(months_of(run)[-1]), costs_by_timing(run))
    np.testing.assert_allclose(last, options_of(run).cost, rtol=1e-12)


def test_what_is_paid_monthly_begins_when_each_task_ships() -> None:
    """Against the monthly bill of each task, counted in plain months."""
    run = verdict_of().run
    inputs, due = run.lowered.inputs, costs_by_timing(run)
    bill = sum(run.outcome.costs[entry.name][0] for entry in COSTS if entry.labels["due"] == "monthly")
    served, launch = inputs["served_months"][0], inputs["launched_after"][0]
    each = bill / np.where(served > 0.0, served, 1.0)
    for month in (0.0, 2.0, 5.5, 11.0):
        expected = (each * np.maximum(month - launch, 0.0)).sum(axis=1)
        np.testing.assert_allclose(paid_by(run, month, {"monthly": due["monthly"]}), expected, rtol=1e-9, atol=1e-9)
    assert (launch[1, 0] < launch[1, 1]).any(), "some specialist ships before another"


def test_lateness_is_paid_day_by_day_after_the_deadline() -> None:
    run = verdict_of(("deadline.date", "2027-03-01")).run
    due, late = costs_by_timing(run), run.lowered.inputs["days_late"][0, :, 0]
    for day in (0.0, 57.0, 60.0, 100.0):  # the deadline's own day is the 57th
        expected = 500.0 * np.minimum(np.maximum(day - 57.0, 0.0), late)
        np.testing.assert_allclose(paid_by(run, day / DAYS_PER_MONTH, {"while_late": due["while_late"]}), expected, rtol=1e-9, atol=1e-9)
    assert late.max() > 43.0


def test_what_has_been_paid_never_falls_and_starts_with_what_is_due_at_the_start(verdict: Verdict) -> None:
    run, found = verdict.run, cumulative(verdict)
    for band in (found.p10, found.median, found.p90):
        assert (np.diff(band, axis=1) >= 0.0).all()
    assert (found.p10 <= found.median).all()
    assert (found.median <= found.p90).all()
    at_start = run.outcome.cost_of(("data", "training", "evaluation", "people"))[0]
    np.testing.assert_allclose(found.median[:, 0], np.median(at_start, axis=1), rtol=1e-9)


def test_shares_go_from_what_is_due_to_all_of_it() -> None:
    numbers = {"horizon_months": 12.0, "served_months": 12.0, "retrain_every": 5.0, "retirement_rate": 0.0, "deadline_day": np.nan, "days_late": 0.0}
    times = np.array([0.0, 1.0, 4.999, 5.0, 9.999, 10.0, 11.0, 12.0, 40.0])
    shares = {entry.name: entry.function(times, **{name: np.array(numbers[name]) for name in entry.arguments if name != "elapsed"}) for entry in TIMINGS}
    assert shares["start"].tolist() == [1.0] * 9
    assert shares["monthly"] == pytest.approx([0.0, 1 / 12, 4.999 / 12, 5 / 12, 9.999 / 12, 10 / 12, 11 / 12, 1.0, 1.0])
    assert shares["at_retrainings"].tolist() == [0.0, 0.0, 0.0, 0.5, 0.5, 1.0, 1.0, 1.0, 1.0]


def test_retirements_alone_fall_due_evenly_and_a_horizon_that_ends_with_a_retraining_does_without_it() -> None:
    never = TIMINGS["at_retrainings"].function
    even = never(np.array([0.0, 3.0, 6.0]), np.array(6.0), np.array(6.0), np.array(6.0), np.array(0.5))
    assert even.tolist() == [0.0, 0.5, 1.0]
    half = never(np.array([3.0, 6.0]), np.array(12.0), np.array(12.0), np.array(6.0), np.array(1.0))  # one planned, one forced
    assert half.tolist() == [0.125, 0.75]


def test_months_are_counted_from_launch() -> None:
    """Live after 2 of 12 months, retrained every 5: once, 7 months after the start."""
    at, twelve, ten, five, none = np.array([0.0, 2.0, 4.0, 6.9, 7.0, 12.0]), *(np.array(number) for number in (12.0, 10.0, 5.0, 0.0))
    assert TIMINGS["monthly"].function(at, twelve, ten) == pytest.approx([0.0, 0.0, 0.2, 0.49, 0.5, 1.0])
    assert TIMINGS["at_retrainings"].function(at, twelve, ten, five, none).tolist() == [0.0, 0.0, 0.0, 0.0, 1.0, 1.0]
    assert TIMINGS["monthly"].function(at, twelve, none).tolist() == [0.0] * 5 + [1.0], "of what never ships nothing is served"


def test_months_are_whole_and_not_too_many() -> None:
    assert months_of(verdict_of(("horizon", "6 months"), draws=2).run).tolist() == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    assert months_of(verdict_of(("horizon", "2.5 months"), draws=2).run).tolist() == [0.0, 1.0, 2.0, 2.5]
    assert months_of(verdict_of(("horizon", "0 months"), draws=2).run).tolist() == [0.0]
    long = months_of(verdict_of(("horizon", "1200 months"), draws=2).run)
    assert len(long) <= MOST_MONTHS + 1
    assert long[-1] == 1200.0


def test_the_crossing_of_straight_lines_is_where_they_cross() -> None:
    months, rate = np.arange(13.0), np.array([1.0, 2.0, 0.5])
    paid = np.stack([10.0 + 0.0 * months[:, None] * rate, months[:, None] * rate])
    found = crossing_of(["trained", "bought"], months, paid)
    assert found is not None
    assert (found.dearer, found.cheaper) == ("trained", "bought")
    assert (found.p10, found.median) == (10.0, 10.0)  # of 5, 10 and never, the higher of two neighbours
    assert np.isinf(found.p90)
    assert found.never == pytest.approx(1 / 3)
    mirrored = crossing_of(["bought", "trained"], months, paid[::-1])
    assert mirrored == found


def test_who_costs_the_same_at_the_start_has_no_crossing() -> None:
    assert crossing_of(["a", "b"], np.arange(2.0), np.array([[[1.0], [2.0]], [[1.0], [3.0]]])) is None


def test_the_last_crossing_counts() -> None:
    ahead = np.array([[1.0], [-1.0], [1.0], [-3.0]])
    assert month_of_crossing(np.arange(4.0), ahead).tolist() == [2.25]
    assert month_of_crossing(np.arange(1.0), np.array([[1.0, -1.0]])).tolist() == [np.inf, 0.0]


def test_a_crossing_is_of_the_two_that_lead(verdict: Verdict) -> None:
    found = cumulative(verdict).crossing
    assert found is not None
    assert verdict.comparison is not None
    assert {found.dearer, found.cheaper} == {verdict.comparison.best, verdict.comparison.second}
    assert found.p10 <= found.median <= found.p90


def test_a_crossing_is_level_where_the_verdict_finds_money_level(verdict: Verdict) -> None:
    alike = loads(text_of(["a", "b"], strategies={"one": {"kind": "unified", "price": "$4.00 per example"}, "other": {"kind": "unified", "price": "$4.01 per example"}}))
    for each, is_level in ((verdict, False), (alike.run(draws=16).verdict, True)):
        found = cumulative(each).crossing
        assert found is not None
        assert each.comparison is not None
        assert found.is_level == each.comparison.usd_level == is_level


def test_strategies_that_cannot_be_done_are_absent() -> None:
    unfit = verdict_of(("strategies.unified.serving", "hosted"), draws=8)
    misfits = set(unfit.run.lowered.misfits)
    assert misfits
    assert not misfits & set(cumulative(unfit).strategies)


def test_one_strategy_and_one_draw() -> None:
    found = cumulative(loads(text_of(["a"], strategies=["unified"])).run(draws=1).verdict)
    assert found.crossing is None
    assert (found.p10 == found.p90).all()
