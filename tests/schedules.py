"""Schedules made by hand: a few words a strategy -> the records that charts and memos read."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tuneplan.study.decision import Estimate
from tuneplan.study.schedule.records import Bar, Load, OneMore, Schedule, StrategyDates

START = date(2027, 1, 4)
NAN = float("nan")


def around(median: float, *, late: float | None = None, mean: float | None = None) -> Estimate:
    """A band about a median."""
    p90 = median if late is None else late
    return Estimate(mean=median if mean is None else mean, low=0.8 * median, p10=0.9 * median, median=median, p90=p90, high=1.1 * p90, error=0.0)


def bars(*, tasks: Sequence[str], models: Sequence[str], full: float, late: float) -> tuple[Bar, ...]:
    """Data one task after another, set-up, then the models, which are all launched on the last day."""
    each = 0.6 * full / len(tasks)
    found = [Bar(row=f"data: {task}", kind="data", begins=1.0 + each * place, ends=1.0 + each * (place + 1), late=late * 0.8) for place, task in enumerate(tasks)]
    found.append(Bar(row="set-up", kind="engineering", begins=0.4, ends=0.2 * full, late=0.3 * full))
    for model in models:
        parts = zip(("engineering", "training", "evaluation", "deployment"), (0.7, 0.75, 0.76, 0.9), (0.75, 0.76, 0.9, 1.0), strict=True)
        found += [Bar(row=model, kind=kind, begins=begins * full, ends=ends * full, late=ends * late) for kind, begins, ends in parts]
        found.append(Bar(row=model, kind="launch", begins=full, ends=full, late=late))
    return tuple(found)


def dates(
    name: str, full: float, *, first: float | None = None, late: float | None = None, tasks: Sequence[str] = ("email", "qa"), models: Sequence[str] | None = None,
    **more: Any,
) -> StrategyDates:  # fmt: skip
    """One strategy that ships on a day.

    Parameters
    ----------
    full, first, late
        Medians of the launch of all and of the first launch, the former unless given; P90 of the launch of all. [day]
    more
        What else its record holds.
    """
    p90 = 1.3 * full if late is None else late
    given = {
        "name": name, "first": around(full if first is None else first), "full": around(full, late=p90), "never": float(math.isinf(full)), "because": "", "tasks": {},
        "in_time": NAN, "late": around(0.0), "delay": around(0.0), "waiting": around(0.0), "loads": (), "more": (), "bottleneck": "", "draw": 0,
        "bars": bars(tasks=tasks, models=models or (name,), full=full, late=p90) if math.isfinite(full) else (),
    }  # fmt: skip
    return StrategyDates(**{**given, **more})


def schedule(*strategies: StrategyDates, **more: Any) -> Schedule:
    """Strategies on one calendar."""
    given: Mapping[str, Any] = {
        "start": START, "deadline": NAN, "horizon": 365.0, "counts": True, "is_priced": False, "is_valued": False, "strategies": strategies, "misfits": {}, "draws": 64, "seed": 0, "scrambles": 8,
    }  # fmt: skip
    return Schedule(**{**given, **more})


def waiting_for(resource: str, days: float, *, usd: float = NAN, count: int = 1) -> dict[str, Any]:
    """A bottleneck, and what one more of it changes."""
    load = Load(resource=resource, count=1.0, busy=around(100.0), idle=around(0.0), load=around(1.0), waited=around(50.0))
    more = OneMore(resource=resource, count=count, first=around(days), full=around(days), usd=around(usd))
    return {"bottleneck": resource if days >= 1.0 else "", "loads": (load,), "more": (more,)}
