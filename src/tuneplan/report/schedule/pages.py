"""The page of ``simulate schedule``: when, how sure, who waits, what one more would change."""

from __future__ import annotations

import math
from collections.abc import Iterable

from tuneplan.report.launches import gone
from tuneplan.report.page import Page, of_pilots
from tuneplan.report.schedule import tables
from tuneplan.report.schedule.sentences import of_counting, of_deadline, of_never, of_waiting, opening
from tuneplan.report.tables import Table
from tuneplan.report.words import draws, listed, magnitude
from tuneplan.scenario.records import Scenario
from tuneplan.study.schedule.records import Schedule
from tuneplan.study.schedule.replayed import Replayed

EXACT = 1e-6
"""Days within which two ways to simulate agree: rounding, not the law."""
SURE = 2.0
"""Standard errors within which a figure is said to be known."""
LEAST = 0.1
"""Days, or points, below which it is not said how well one is known."""


def page(found: Schedule, scenario: Scenario, replayed: Replayed | None = None) -> Page:
    """The answer, launches, who waits for whom, loads, tasks; on what it rests."""
    parts: list[str | Table] = [*opening(found), *of_deadline(found), *gone(found.retiring)]
    if found.strategies:
        parts += [*of_never(found), tables.launches(found), *of_waiting(found)]
        more, tasks = tables.one_more(found), tables.tasks(found)
        parts += [*([more] if more else []), tables.loads(found), *([tasks] if tasks else [])]
    parts += [*of_counting(found, scenario), *of_pilots(scenario), stats(found, replayed)]
    return Page(title=f"{scenario.name}: when it ships", parts=tuple(parts))


def stats(found: Schedule, replayed: Replayed | None) -> str:
    """Draws, seed, how well dates and chances are known, and what was replayed event by event."""
    said = f"{draws(found.draws)}, seed {found.seed}.{_known_to(found)}"
    return said if replayed is None else f"{said} {_replayed(replayed, len({each.draw for each in found.strategies}))}"


def _known_to(found: Schedule) -> str:
    """How well the dates and chances that are told are known: the worst of any strategy."""
    dates = []
    for name in ("p50", "p90"):
        within = [each for each in found.strategies if (each.full.median if name == "p50" else each.full.p90) <= found.horizon]
        if known := _largest(getattr(each.errors, name) for each in within):
            dates.append(f"{known:.1f} days ({name.upper()})")
    told = [f"dates of full launches are known to about {listed(dates)}"] if dates else []
    if chance := _largest(100.0 * each.errors.in_time for each in found.strategies):
        told.append(f"chances in time {'' if dates else 'are known '}to {chance:.1f} points")
    return f" Given the plans, {', '.join(told)}." if told else ""


def _largest(errors: Iterable[float]) -> float:
    """Of those that are known, as much as is surely within; 0 where none is, or where nothing spreads."""
    found = max((SURE * each for each in errors if not math.isnan(each)), default=0.0)
    return max(found, LEAST) if found > 0.0 else 0.0


def _replayed(replayed: Replayed, shown: int) -> str:
    """How far event-by-event simulation is from the dates that are told."""
    more = replayed.draws - shown
    what = f"The {draws(shown)} shown{f' and {more} more' if more > 0 else ''} replayed event by event"
    if math.isinf(replayed.apart):
        return f"{what}: some date comes in one way to simulate and never in the other, which is a bug worth telling."
    if replayed.apart > EXACT:
        return f"{what}: dates differ by up to {magnitude(replayed.apart)} days, which is a bug worth telling."
    return f"{what}: dates agree to {max(replayed.apart, 1e-12):.0e} days."
