"""The event log of the runs that are told, as tidy rows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from tuneplan.study.schedule.replayed import Events
from tuneplan.study.schedule.trace import Row


def event_rows(events: Iterable[Events], start: date | None) -> Iterator[dict[str, str | float]]:
    """One row an event, in the order in which it happened, strategy after strategy.

    Yields
    ------
    dict
        Strategy, draw, day since the start, when that is (empty where the start is not known), who or what, the event, whose
        time it takes, task and number of the batch, model, examples.
    """
    for each in events:
        for row in each.log:
            yield {
                "strategy": each.strategy, "draw": str(each.draw), "day": row.day, "time": _time(row.day, start), "process": _process(each, row), "event": row.event,
                "resource": row.resource, "task": each.tasks[row.batch] if row.batch >= 0 else "", "batch": str(row.batch + 1) if row.batch >= 0 else "",
                "model": _model(each, row), "examples": row.examples,
            }  # fmt: skip


def _process(each: Events, row: Row) -> str:
    """Who or what, by the names that everything else has: batches counted from 1, models by their tasks."""
    what = row.process.partition(" ")[0]
    return f"batch {row.batch + 1}" if what == "batch" else f"model {_model(each, row)}" if what == "model" else row.process


def _model(each: Events, row: Row) -> str:
    return each.models[row.model] if 0 <= row.model < len(each.models) else ""


def _time(day: float, start: date | None) -> str:
    """To the minute."""
    if start is None or not math.isfinite(day):
        return ""
    try:
        return (datetime(start.year, start.month, start.day) + timedelta(minutes=round(24.0 * 60.0 * day))).isoformat(sep=" ", timespec="minutes")
    except OverflowError:
        return ""
