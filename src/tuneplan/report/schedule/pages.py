"""The page of ``simulate schedule``: when, how sure, who waits, what one more would change."""

from __future__ import annotations

import math

from tuneplan.report.launches import gone
from tuneplan.report.page import Page, of_pilots
from tuneplan.report.schedule import tables
from tuneplan.report.schedule.sentences import of_counting, of_deadline, of_never, of_waiting, opening
from tuneplan.report.tables import Table
from tuneplan.report.words import draws, magnitude
from tuneplan.scenario.records import Scenario
from tuneplan.study.schedule.records import Schedule
from tuneplan.study.schedule.replayed import Replayed

EXACT = 1e-6
"""Days within which two ways to simulate agree: rounding, not the law."""


def page(found: Schedule, scenario: Scenario, replayed: Replayed | None = None) -> Page:
    """The answer, launches, who waits for whom, loads, tasks; on what it rests."""
    parts: list[str | Table] = [*opening(found), *of_deadline(found), *gone(found.retiring)]
    if found.strategies:
        parts += [*of_never(found), tables.launches(found), *of_waiting(found)]
        more, tasks = tables.one_more(found), tables.tasks(found)
        parts += [*([more] if more else []), tables.loads(found), *([tasks] if tasks else [])]
    parts += [*of_counting(found), *of_pilots(scenario), stats(found, replayed)]
    return Page(title=f"{scenario.name}: when it ships", parts=tuple(parts))


def stats(found: Schedule, replayed: Replayed | None) -> str:
    """Draws, seed, simulation error, and what was replayed event by event."""
    errors = [each.full.error for each in found.strategies if not math.isnan(each.full.error)]
    within = f", simulation error of a mean launch up to {magnitude(max(errors))} days" if errors else ""
    said = f"{draws(found.draws)}, seed {found.seed}{within}."
    return said if replayed is None else f"{said} {_replayed(replayed)}"


def _replayed(replayed: Replayed) -> str:
    """How far event-by-event simulation is from the dates that are told."""
    what = f"{draws(replayed.draws)} replayed event by event"
    if math.isinf(replayed.apart):
        return f"{what}: some date comes in one way to simulate and never in the other, which is a bug worth telling."
    if replayed.apart > EXACT:
        return f"{what}: dates differ by up to {magnitude(replayed.apart)} days, which is a bug worth telling."
    return f"{what}: dates agree to {max(replayed.apart, 1e-12):.0e} days."
