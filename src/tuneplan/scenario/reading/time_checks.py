"""What must hold of dates and of the people who keep them: a first day, counts that are decided, a pace said once."""

from __future__ import annotations

import re
from collections.abc import Callable

from tuneplan.scenario.reading.complaints import shown
from tuneplan.scenario.reading.draft import Draft
from tuneplan.scenario.reading.language import LIKE

START, DEADLINE, DELAY_COST, MUST, HOLIDAYS = "start", "deadline.date", "deadline.delay_cost", "deadline.must", "schedule.holidays"
DECIDED = ("annotators", "reviewers", "engineers", "judges", "gpus", "batch")
"""Numbers of a schedule that somebody decides, so that no draw may change them."""
PACE, MINUTES, IDLE_PAY = "tasks.*.data.pace", "labelling.minutes", "schedule.idle_pay"
OF_AN_HOUR = (PACE, IDLE_PAY)
"""Patterns of what people do, or earn, in an hour of work."""
_LONGER = re.compile(r"(?:/|\bper)\s*(?:[0-9.]+\s*)?(day|week|month|year)", re.IGNORECASE)


def _a_deadline_lies_ahead(draft: Draft) -> None:
    if DEADLINE not in draft.leaves:
        for path, why in ((DELAY_COST, "after which it could count"), (MUST, "that could be kept")):
            if path in draft.leaves and draft.settings.get(path, True):
                draft.complaints.add(f"there is no deadline {why}: add deadline: {{date: 2027-04-30}}", draft.places[path], path)
        return
    if START not in draft.leaves:
        message = "a deadline needs the day on which the project starts: add start: 2027-01-04"
        draft.complaints.add(message, draft.places[DEADLINE], DEADLINE)
        return
    start, deadline = draft.settings.get(START), draft.settings.get(DEADLINE)
    if isinstance(start, str) and isinstance(deadline, str) and deadline <= start:
        when = "is the day of the start" if deadline == start else f"is before the start, {start}"
        draft.complaints.add(f"{shown(deadline)} {when}; give a later day", draft.places[DEADLINE], DEADLINE)


def _holidays_have_a_start(draft: Draft) -> None:
    if draft.settings.get(HOLIDAYS) and START not in draft.leaves:
        message = "holidays need the day on which the project starts: add start: 2027-01-04"
        draft.complaints.add(message, draft.places[HOLIDAYS], HOLIDAYS)


def _counts_are_decided(draft: Draft) -> None:
    for name in DECIDED:
        path = f"schedule.{name}"
        given = draft.quantities.get(path)
        if given is not None and not given.distribution.is_point:
            message = f"{shown(given.text)} is an interval, and this is decided rather than found out: give one number"
            draft.complaints.add(message, draft.places[path], path)


def _pace_is_said_once(draft: Draft) -> None:
    for path, leaf in draft.leaves.items():
        if leaf.key.pattern != PACE:
            continue
        minutes = draft.leaves.get(path.replace(".pace", f".{MINUTES}"))
        if minutes is not None and not (leaf.origin.startswith(LIKE) and minutes.origin.startswith(LIKE)):
            message = f"data.{MINUTES} is given too, and says how fast examples are made; give the minutes or the pace"
            draft.complaints.add(message, leaf.at, path)


def _hours_are_hours_of_work(draft: Draft) -> None:
    for path, given in draft.quantities.items():
        leaf = draft.leaves[path]
        found = _LONGER.search(given.text) if leaf.key.pattern in OF_AN_HOUR else None
        if found is not None and not leaf.origin.startswith(LIKE):
            message = f"{shown(given.text)} would be spread over all hours of a {found[1].lower()}, nights too; say it for an hour of work"
            draft.complaints.add(message, draft.places[path], path)


TIME_RULES: tuple[Callable[[Draft], None], ...] = (
    _a_deadline_lies_ahead,
    _holidays_have_a_start,
    _counts_are_decided,
    _pace_is_said_once,
    _hours_are_hours_of_work,
)
"""Every rule of time."""
