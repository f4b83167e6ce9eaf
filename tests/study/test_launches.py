"""When strategies of a run ship: the numbers of the run, and nothing where they do not count."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from building import GIVEN, text_of
from tuneplan.scenario.load import load, loads
from tuneplan.study.design import monte_carlo
from tuneplan.study.launches import Launches, days, full_launches, lateness_decides, launches_of
from tuneplan.study.run import Run, run

STARTUP = Path(__file__).parents[2] / "scenarios" / "startup.yaml"
HORIZON = 365.25
ALONE = {"schedule": {"annotators": 2, "attrition": "0%/month"}}


def timed(*changes: str, draws: int = 64) -> Run:
    return run(load(STARTUP, overrides=changes), monte_carlo(draws))


NOBODY_LABELS = ("schedule.annotators=0", *GIVEN)
"""Examples to be made, which an own plan would not buy, and nobody to make them."""


@pytest.fixture(scope="module")
def startup() -> Run:
    return timed()


def of(made: Run) -> Launches:
    found = launches_of(made)
    assert found is not None
    return found


def test_dates_are_those_that_the_run_was_costed_with(startup: Run) -> None:
    dates = startup.lowered.inputs["dates_of_launch"][0]
    for row, each in enumerate(of(startup).strategies):
        tasks = len(startup.scenario.tasks)
        assert each.first.median == np.median(np.broadcast_to(dates[row, :tasks].min(axis=0), 64))
        assert each.full.median == np.median(np.broadcast_to(dates[row, tasks], 64))


def test_in_time_is_no_day_late_and_lateness_is_what_it_costs(startup: Run) -> None:
    late = startup.lowered.inputs["days_late"][0, :, 0]
    paid = startup.outcome.costs["lateness"].sum(axis=2)[0]
    for row, each in enumerate(of(startup).strategies):
        assert each.in_time == np.broadcast_to(late[row] == 0.0, 64).mean()
        assert each.late.mean * 500.0 == pytest.approx(np.broadcast_to(paid[row], 64).mean())


def test_first_is_never_after_full_nor_full_before_the_start(startup: Run) -> None:
    for each in of(startup).strategies:
        assert 0.0 < each.first.median <= each.full.median
        assert each.full.low <= each.full.p10 <= each.full.median <= each.full.p90 <= each.full.high


def test_without_counting_there_are_none() -> None:
    assert launches_of(timed("schedule.counts=no")) is None
    assert launches_of(run(loads(text_of()), monte_carlo(8))) is None


def test_what_cannot_be_done_does_not_ship() -> None:
    text = text_of(strategies={"small": {"kind": "unified"}, "large": {"kind": "unified", "base": "llama-3.1-70b"}}, gpu={"kind": "a10g"}, **ALONE)
    made = run(loads(text), monte_carlo(8))
    assert made.lowered.misfits
    assert [each.name for each in of(made).strategies] == [name for name in made.scenario.strategies if name not in made.lowered.misfits]
    assert of(made).of(next(iter(made.lowered.misfits))) is None


def test_without_a_deadline_nobody_is_late() -> None:
    found = of(run(loads(text_of(**ALONE)), monte_carlo(8)))
    assert math.isnan(found.deadline)
    assert all(math.isnan(each.in_time) and each.late.high == 0.0 for each in found.strategies)
    assert found.start is None


def test_who_never_ships_is_counted_and_ends_with_the_horizon() -> None:
    made = timed(*NOBODY_LABELS)
    for each in of(made).strategies:
        assert (each.never, math.isinf(each.full.median)) == ((0.0, False) if each.name == "prompted" else (1.0, True))
    assert full_launches(made).max() == pytest.approx(HORIZON)


def test_in_time_is_within_the_horizon_and_what_cannot_end_is_endless() -> None:
    short = of(timed("horizon=3 months"))
    assert [each.in_time for each in short.strategies] == pytest.approx([1.0 - each.never for each in short.strategies])
    assert not any(each.is_endless for each in short.strategies)
    assert (short.horizon, short.until(short.strategies[0])) == pytest.approx((91.3125, 91.3125))
    nobody = of(timed(*NOBODY_LABELS))
    assert [each.name for each in nobody.strategies if not each.is_endless] == ["prompted"]
    assert math.isinf(nobody.until(nobody.strategies[0]))
    for change in ("schedule.gate=0%", "schedule.engineers=0"):
        assert of(timed(change, *GIVEN)).strategies[0].is_endless, change


def test_one_draw_alone_has_dates() -> None:
    (each, *_) = of(timed(draws=1)).strategies
    assert each.full.low == each.full.median == each.full.high
    assert math.isnan(each.full.error)


def test_days_without_an_end_have_quantiles_that_are_draws() -> None:
    some = days(np.array([5.0, 1.0, np.inf, 3.0, 2.0, 4.0, 6.0, 7.0, 8.0, 9.0]), 1)
    assert (some.median, some.p90, some.high, some.mean) == (5.0, 9.0, math.inf, math.inf)
    assert days(np.array([1.0, 3.0]), 1).median == 2.0


def test_a_model_that_retires_before_launch_is_told_with_its_chance(startup: Run) -> None:
    (gone,) = of(startup).retiring
    full = np.broadcast_to(startup.lowered.inputs["dates_of_launch"][0, startup.scenario.strategies.index("prompted"), len(startup.scenario.tasks)], 64)
    assert (gone.model, gone.retires.isoformat(), gone.strategy) == ("gpt-4o-mini", "2027-01-14", "prompted")
    assert gone.chance == (full >= 10.0).mean() > 0.5
    assert of(timed("start=2026-10-05")).retiring == ()


@pytest.mark.parametrize(("changes", "decides"), [
    ((), False), (("budget.covers=[data, delay]",), True), (("deadline.must=yes",), True), (("tasks.email.value=$100 per point per month",), True),
])  # fmt: skip
def test_lateness_decides_where_it_is_priced_paid_for_or_a_limit(changes: tuple[str, ...], decides: bool) -> None:
    assert lateness_decides(timed(*changes, draws=8)) is decides
