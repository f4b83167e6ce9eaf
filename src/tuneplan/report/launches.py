"""When strategies ship, where that counts: a sentence about the recommended one, a table of all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

from tuneplan.report.days import AFTER, median_and_p90, on_day, on_short, said_median_and_p90, without_year
from tuneplan.report.tables import Table
from tuneplan.report.words import in_words, listed, share
from tuneplan.study.launches import Launch, Launches, Retirement, lateness_decides
from tuneplan.study.results import Verdict

WORTH_NAMING = 0.05
"""By how much the next best is likelier, or less likely, to ship by the deadline where it is named."""
WORTH_SAYING = 0.005
"""Share of draws in which something never ships from which it is said."""
COSTS_ALONE = (
    "Lateness only costs money here, and money decides only between strategies that are level. For the deadline to decide more, give tasks a value, "
    "let the budget cover delay (budget.covers), or make it a limit (deadline.must: yes)."
)
"""Where points decide, and the budget does not pay for lateness."""
MOST_LATE = 4
"""Strategies that ship too late that are named."""
UNITS = {
    "day": ("deadline", "strategies.first", "strategies.full", "strategies.late"),
    "share": ("strategies.never", "strategies.in_time", "retiring.chance"),
}
"""Unit -> fields of the JSON."""


def ships(verdict: Verdict) -> list[str]:
    """When the recommended strategy ships, in a sentence or two; nothing where launch dates don't count."""
    launches, decision = verdict.launches, verdict.decision
    if launches is None or decision.best is None:
        return []
    launch = launches.of(decision.strategies[decision.best])
    if launch is None:
        return []
    if launch.never > 1.0 - WORTH_SAYING:
        return ["It never ships." if launch.is_endless else "It does not ship within the horizon."]
    said = _in_time(launch, verdict, launches) if not math.isnan(launch.in_time) else f"All of it ships {_by(launch, launches)}."
    return [said, *([f"In {share(launch.never)} of draws it does not ship within the horizon."] if launch.never >= WORTH_SAYING else [])]


def _by(launch: Launch, launches: Launches) -> str:
    when = said_median_and_p90(launch.full, launches.start, launches.horizon)
    return when if when == AFTER else f"by {when}"


def _in_time(launch: Launch, verdict: Verdict, launches: Launches) -> str:
    """How likely it is in time, beside the next best where that differs, and when it ships."""
    second = launches.of(verdict.comparison.second) if verdict.comparison is not None else None
    differs = second is not None and abs(second.in_time - launch.in_time) >= WORTH_NAMING
    against = f"; {second.name}: {share(second.in_time)}" if second is not None and differs else ""
    due = on_day(launches.deadline, launches.start)
    middle, late = (on_day(each, launches.start, launches.horizon) for each in (launch.full.median, launch.full.p90))
    when = f"{'' if middle == AFTER else 'on '}{without_year(middle, due)}" if middle == late else f"P50 {without_year(middle, due)}, P90 {without_year(late, middle)}"
    return f"It ships by the deadline of {due} in {share(launch.in_time)} of draws ({in_words(launch.in_time)}{against}), {when}."


def costs_alone(verdict: Verdict) -> list[str]:
    """That lateness hardly moves the choice, where it costs money and money is not what decides."""
    if verdict.launches is None or len(verdict.results) < 2 or lateness_decides(verdict.run):
        return []
    return [COSTS_ALONE] if any(row.components["delay"].high > 0.0 for row in verdict.results) else []


def gone(retiring: Sequence[Retirement]) -> list[str]:
    """A sentence for each API model that has retired when strategies ship that ask it."""
    found: dict[tuple[str, date], list[str]] = {}
    for each in retiring:
        if each.chance >= WORTH_SAYING:
            found.setdefault((each.model, each.retires), []).append(f"{each.strategy} ships in {share(each.chance)} of draws")
    then = "what ships then is a successor, whose scores and price nobody gave"
    return [f"{model} retires on {on_day(0.0, retires)}, before {listed(ships)}: {then}." for (model, retires), ships in found.items()]


def is_a_limit(verdict: Verdict) -> bool:
    """Whether a strategy has to ship within the horizon: where launch dates count, and points have no price that says what time is worth."""
    return verdict.launches is not None and verdict.decision.unit == "point"


def too_late(verdict: Verdict) -> list[Launch]:
    """Strategies that meet no limit as they do not ship within the horizon as surely as asked."""
    if verdict.launches is None or not is_a_limit(verdict):
        return []
    thrown_out = {name for name, allowed in zip(verdict.decision.strategies, verdict.decision.allowed, strict=True) if not allowed}
    most = 1.0 - float(verdict.run.lowered.inputs["budget_confidence"].flat[0])
    return [each for each in verdict.launches.strategies if each.name in thrown_out and each.never > most]


def said_too_late(late: Sequence[Launch]) -> str:
    """Which ships too late how often, in part of a sentence; of many, of the first.

    >>> said_too_late([])
    ''
    """
    named = [f"{each.name} in {share(each.never)}" for each in late[:MOST_LATE]]
    more = len(late) - MOST_LATE
    return listed([*named, *([f"{more} more too often"] if more > 0 else [])]) if named else ""


def deadline(launches: Launches) -> str:
    """The last day in time."""
    return on_day(launches.deadline, launches.start)


def table(launches: Launches, best: str = "") -> Table:
    """First and full launch of each strategy, and the chance to be in time where there is a deadline."""
    has_deadline, some_never = not math.isnan(launches.deadline), any(each.never >= WORTH_SAYING for each in launches.strategies)
    head: tuple[str, ...] = ("", "first launch P50 (P90)", "full launch P50 (P90)")
    head += ("in time", "days late, mean") if has_deadline else ()
    head += ("not shipped",) if some_never else ()
    rows = [_row(each, launches, best, has_deadline, some_never) for each in launches.strategies]
    due = f"; in time: all of it by {on_short(launches.deadline, launches.start)}" if has_deadline else ""
    return Table(title=f"Ships{due}{'; not shipped: by the end of the horizon' if some_never else ''}", head=head, rows=tuple(rows))


def _row(each: Launch, launches: Launches, best: str, has_deadline: bool, some_never: bool) -> tuple[str, ...]:
    cells = [f"{'> ' if each.name == best else '  '}{each.name}", *(median_and_p90(when, launches.start, launches.until(each)) for when in (each.first, each.full))]
    cells += [share(each.in_time), f"{each.late.mean:.0f}"] if has_deadline else []
    return (*cells, *([share(each.never)] if some_never else []))


def content(launches: Launches) -> dict[str, Any]:
    """For JSON."""
    start = None if launches.start is None else launches.start.isoformat()
    return {"start": start, "deadline": launches.deadline, "strategies": launches.strategies, "retiring": retired(launches.retiring)}


def retired(retiring: Sequence[Retirement]) -> list[dict[str, Any]]:
    """The same of API models that are gone by the launch."""
    return [{"model": each.model, "retires": each.retires.isoformat(), "strategy": each.strategy, "chance": each.chance} for each in retiring]


def units(record: str) -> dict[str, str]:
    """Field of the JSON below ``record`` -> unit.

    >>> units("launches")["launches.deadline"]
    'day'
    """
    return {f"{record}.{field}": unit for unit, names in UNITS.items() for field in names}
