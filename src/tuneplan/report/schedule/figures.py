"""When it ships as data: JSON with dates, and tidy rows."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from tuneplan.report.data import provenance
from tuneplan.report.launches import gone, retired
from tuneplan.report.schedule.sentences import of_counting, of_deadline, of_never, of_waiting, opening
from tuneplan.scenario.cautions import cautions
from tuneplan.scenario.records import Scenario
from tuneplan.study.decision import Estimate
from tuneplan.study.design import AnyDesign
from tuneplan.study.schedule.records import Schedule, StrategyDates
from tuneplan.study.schedule.replayed import Replayed

UNITS = {
    "day": (
        "deadline", "horizon", "strategies.first", "strategies.full", "strategies.tasks", "strategies.late", "strategies.more.first", "strategies.more.full",
        "strategies.bars.begins", "strategies.bars.ends", "strategies.bars.late", "strategies.loads.each_waited", "strategies.errors.p50",
        "strategies.errors.p90", "replayed.apart",
    ),
    "USD": ("strategies.delay", "strategies.waiting", "strategies.more.usd"),
    "share": ("strategies.never", "strategies.in_time", "strategies.loads.load", "strategies.errors.in_time", "retiring.chance"),
    "hour": ("strategies.loads.busy", "strategies.loads.idle", "strategies.loads.waited"),
}
"""Unit -> fields of the JSON, whole."""
FURTHEST = 36_525.0
"""Days beyond which no date is told."""


def content(found: Schedule, scenario: Scenario, design: AnyDesign, replayed: Replayed | None = None) -> dict[str, Any]:
    """The whole as JSON; days count from the start, null where one never comes or nothing is known."""
    start = None if found.start is None else found.start.isoformat()
    return {
        **provenance(scenario, design),
        "units": {field: unit for unit, names in UNITS.items() for field in names if found.retiring or not field.startswith("retiring.")},
        "said": {
            "answer": " ".join([*opening(found), *of_deadline(found)]), "waiting": " ".join(of_waiting(found)),
            "never": " ".join(of_never(found)), "retiring": " ".join(gone(found.retiring)), "counts": " ".join(of_counting(found, scenario)),
        },
        "start": start,
        "deadline": found.deadline,
        "deadline_date": _date(found.deadline, found.start),
        "horizon": found.horizon,
        "counts_in_the_verdict": found.counts,
        "strategies": found.strategies,
        "dates": {each.name: _dates_of(each, found.start) for each in found.strategies} if start else None,
        "cannot_be_done": found.misfits,
        "retiring": retired(found.retiring),
        "replayed": replayed,
        "warnings": cautions(scenario),
    }  # fmt: skip


def _dates_of(each: StrategyDates, start: date | None) -> dict[str, Any]:
    """First and full launch, and each task's."""
    tasks = {task: _dates(days, start) for task, days in each.tasks.items()}
    return {"first": _dates(each.first, start), "full": _dates(each.full, start), "tasks": tasks}


def _dates(each: Estimate, start: date | None) -> dict[str, str | None]:
    """Quantiles as dates."""
    return {name: _date(day, start) for name, day in (("p10", each.p10), ("p50", each.median), ("p90", each.p90))}


def _date(day: float, start: date | None) -> str | None:
    if start is None or not day < FURTHEST:
        return None
    try:
        return (start + timedelta(days=math.floor(day))).isoformat()
    except OverflowError:  # a start at the end of the calendar
        return None


def rows(found: Schedule) -> Iterator[dict[str, str | float]]:
    """One row a figure: tidy, with its unit.

    Yields
    ------
    dict
        Strategy, quantity, of which task or resource, unit, mean and quantiles, simulation error; of launches the dates of
        two quantiles.
    """
    for each in found.strategies:
        yield from _launches(each, found.start)
        for load in each.loads:
            for name, unit, value in (("busy", "hour", load.busy), ("idle", "hour", load.idle), ("load", "share", load.load), ("work in line", "hour", load.waited)):
                yield _row(each.name, name, load.resource, unit, value)
            yield _one(each.name, "days in line, each", load.resource, "day", load.each_waited)
            yield _one(each.name, "count", load.resource, "1", load.count)
        for more in each.more:
            yield _one(each.name, "one more: count", more.resource, "1", float(more.count))
            for name, unit, value in (("first launch earlier", "day", more.first), ("full launch earlier", "day", more.full), ("worth", "USD", more.usd)):
                yield _row(each.name, f"one more: {name}", more.resource, unit, value)


def _launches(each: StrategyDates, start: date | None) -> Iterator[dict[str, str | float]]:
    for name, of, unit, value in (
        ("first launch", "", "day", each.first), ("full launch", "", "day", each.full), *(("launch", task, "day", days) for task, days in each.tasks.items()),
    ):  # fmt: skip
        yield {**_row(each.name, name, of, unit, value), "date_p50": _date(value.median, start) or "", "date_p90": _date(value.p90, start) or ""}
    for name, of, unit, value in (
        ("late", "", "day", each.late), ("cost of delay", "", "USD", each.delay), ("cost of waiting", "", "USD", each.waiting),
    ):  # fmt: skip
        yield _row(each.name, name, of, unit, value)
    yield _one(each.name, "in time", "", "share", each.in_time)
    yield _one(each.name, "never", "", "share", each.never)


def _row(strategy: str, quantity: str, of: str, unit: str, each: Estimate) -> dict[str, str | float]:
    return {
        "strategy": strategy, "quantity": quantity, "of": of, "unit": unit, "mean": each.mean, "p5": each.low, "p10": each.p10, "p50": each.median,
        "p90": each.p90, "p95": each.high, "simulation_error": each.error, "date_p50": "", "date_p90": "",
    }  # fmt: skip


def _one(strategy: str, quantity: str, of: str, unit: str, value: float) -> dict[str, str | float]:
    blank = float("nan")
    return _row(strategy, quantity, of, unit, Estimate(mean=value, low=blank, p10=blank, median=blank, p90=blank, high=blank, error=blank))
