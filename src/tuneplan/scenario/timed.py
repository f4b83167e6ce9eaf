"""Whether launch dates count: a deadline or a number of the schedule makes them, unless the scenario says no."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import chain

from tuneplan.scenario.records import Scenario

COUNTS = "schedule.counts"
DEADLINE, MUST = "deadline.date", "deadline.must"
SECTIONS = ("schedule.", "deadline.")
"""Beginnings of the keys that make launch dates count."""


def is_timed(scenario: Scenario) -> bool:
    """Whether what strategies are worth, and cost, hangs on when they ship."""
    said = any(path.startswith(SECTIONS) for path in chain(scenario.quantities, scenario.settings))
    return bool(scenario.setting(COUNTS, said))


def timed(scenario: Scenario) -> Scenario:
    """The scenario with launch dates that count."""
    return replace(scenario, settings={**scenario.settings, COUNTS: True})


def start_of(scenario: Scenario) -> date | None:
    """The day on which the project starts; None where nobody says."""
    given = scenario.word("start", "")
    return date.fromisoformat(given) if given else None


def day_of(scenario: Scenario, key: str) -> float:
    """Days from the start to a date of the scenario; NaN where either is not given. [day]"""
    start, given = start_of(scenario), scenario.word(key, "")
    return float((date.fromisoformat(given) - start).days) if start and given else float("nan")
