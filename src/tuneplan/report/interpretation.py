"""What a scenario was understood to say: every number that was given, in the words of its distribution."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tuneplan.core.distributions import Distribution
from tuneplan.core.transfer import RELATIONS
from tuneplan.errors import Problem
from tuneplan.report.tables import wrapped
from tuneplan.report.words import listed, plain
from tuneplan.scenario.cautions import date_of_prices
from tuneplan.scenario.grammar.quantities import describe, format_number
from tuneplan.scenario.reading.language import LIKE
from tuneplan.scenario.records import Check, Quantity, Scenario, Setting

NOT_CHOICES = ("schema", "name", "question", "include")
"""Keys whose words need no reading."""
WIDE = 100
"""Columns of text output."""
SIMILARITIES = ("similarity.", "unseen.similarity.")
OF_CHECKS = "checks."
"""Begins the paths of what could be found out first: no run reads it, so that it is told apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One thing that a scenario says.

    Attributes
    ----------
    typed
        As typed.
    meaning
        As understood.
    """

    path: str
    typed: str
    meaning: str
    origin: str
    file: str
    line: int
    column: int


def readings(scenario: Scenario) -> list[Reading]:
    """Everything that was given, in the order of the file; what is like another comes after it."""
    found = [_reading(scenario, path, quantity.text, f"{_meaning(quantity)}{_moved(scenario, '' if quantity.distribution.is_point else quantity.drawn_as)}") for path, quantity in _numbers(scenario).items()]
    found += [
        _reading(scenario, path, _typed(value), f"{_relation(value)}{_moved(scenario, path)}" if path.startswith(SIMILARITIES) else _typed(value))
        for path, value in scenario.settings.items()
        if _is_choice(path)
    ]
    found += [
        _reading(scenario, path, "", f"the same as {other}, draw by draw: its default") for path, other in scenario.ties.items()
    ]
    return sorted(found, key=lambda each: (each.file, each.line, each.column, each.path))


def _moved(scenario: Scenario, name: str) -> str:
    """That pilots moved a number, by the name of its draws, so that it is no longer what was given; similarities have one in common."""
    learned = scenario.calibration
    moved = learned is not None and (name in learned.names or (name.startswith(SIMILARITIES) and "similarity" in learned.names))
    return "; moved by pilots since" if moved else ""


def choices(scenario: Scenario) -> list[Reading]:
    """Words that were given and decide something, with where they come from."""
    return [each for each in readings(scenario) if each.path in scenario.settings]


def _is_choice(path: str) -> bool:
    """Whether a word decides something by itself."""
    return path not in NOT_CHOICES and not path.startswith(("scenarios.", "correlations.", OF_CHECKS))


def _numbers(scenario: Scenario) -> dict[str, Quantity]:
    """Numbers that a run may read."""
    return {path: quantity for path, quantity in scenario.quantities.items() if not path.startswith(OF_CHECKS)}


def _reading(scenario: Scenario, path: str, typed: str, meaning: str) -> Reading:
    place = scenario.places[path]
    return Reading(
        path=path, typed=typed, meaning=meaning, origin=scenario.origins.get(path, ""),
        file=place.file, line=place.line, column=place.column,
    )  # fmt: skip


def _meaning(quantity: Quantity) -> str:
    said = describe(quantity.distribution, quantity.unit)
    return f"the same as {quantity.same_as}, draw by draw: {said}" if quantity.same_as else said


def _typed(value: Setting) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return f"[{', '.join(_typed(each) for each in value)}]"
    return str(value)


def _relation(value: Setting) -> str:
    """A word for how alike two tasks are, as its prior: mean and spread need no library."""
    prior = RELATIONS[str(value)]
    return f"{value}: {_beta_in_words(prior)} (assumed)"


def _beta_in_words(prior: Distribution) -> str:
    a, b = prior.parameters[:2]
    mean, sd = a / (a + b), (a * b / ((a + b) ** 2 * (a + b + 1.0))) ** 0.5
    return f"beta a {a:g} b {b:g}, mean {mean:.0%}, sd {sd:.0%}"


def summary(scenario: Scenario) -> str:
    """What there is, in a sentence."""
    numbers = len(_numbers(scenario)) + len(scenario.ties)
    known = [path for path in scenario.settings if _is_choice(path)]
    parts = [
        _count(len(scenario.tasks), "task"), _count(len(scenario.strategies), "strategy"),
        _count(numbers, "number"), _count(len(known), "choice"),
    ]  # fmt: skip
    chosen = f", scenario {scenario.chosen}" if scenario.chosen else ""
    learned = "" if scenario.calibration is None else f", {plain(scenario.calibration.origin)}"
    return f"{plain(scenario.file)} is sound: {listed(parts)} given{chosen}{learned}."


def _count(number: int, noun: str) -> str:
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number} {noun if number == 1 else plural}"


def as_text(scenario: Scenario) -> str:
    """The summary, then a line for each thing that was said; copies are counted."""
    every = readings(scenario)
    own = [each for each in every if not each.origin.startswith(LIKE)]
    wide = min(max((len(each.path) for each in own), default=0), 44)
    lines = [summary(scenario), ""]
    lines += [f"  {plain(each.path).ljust(wide)}  {plain(each.meaning)}{_from(each)}" for each in own]
    lines += _copies(every)
    lines += _correlations(scenario)
    lines += _checks(scenario)
    if date_of_prices(scenario) is None:
        lines += ["", "Neither start nor as_of is given, so the ages of prices are not judged."]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _from(each: Reading) -> str:
    return "" if each.origin == "file" else f"  ({each.origin})"


def _copies(every: Sequence[Reading]) -> list[str]:
    """How many things each task or strategy has from another."""
    counted = Counter((".".join(each.path.split(".")[:2]), each.origin) for each in every if each.origin.startswith(LIKE))
    return [f"  {plain(owner)}: {count} more, {origin}" for (owner, origin), count in counted.items()]


def _correlations(scenario: Scenario) -> list[str]:
    return [
        f"  correlations.{plain(each.name)}: {listed([plain(path) for path in each.of])} go together, {each.value:+.2g} in normal scores"
        for each in scenario.correlations
    ]


def _checks(scenario: Scenario) -> list[str]:
    """What each check learns, how well, and what it takes; what changed it."""
    lines = []
    for each in scenario.checks:
        learned = listed([f"{plain(one.path)} (noise {format_number(one.noise, 'share')})" for one in each.learn])
        head = f"checks.{plain(each.name)}: {in_words(each)}"
        origins = (origin for path, origin in scenario.origins.items() if path.startswith(f"{OF_CHECKS}{each.name}."))
        changed = ", ".join(sorted({origin for origin in origins if origin != "file"}))
        first, *rest = wrapped(f"{head} of {learned}{f' ({changed})' if changed else ''}", WIDE - 4)
        lines += [f"  {first}", *(f"    {line}" for line in rest)]
    return lines


def in_words(check: Check) -> str:
    """How often a check looks, and what it takes.

    >>> in_words(Check(name="pilot", learn=(), n=300, cost=2000.0, days=10.0))
    '$2k, 10 days, 300 observations'
    """
    takes = ((check.cost, "USD"), *(((check.days, "day"),) if check.days else ()), (float(check.n), "observation"))
    return ", ".join(format_number(value, unit) for value, unit in takes)


def as_data(scenario: Scenario, warnings: Sequence[Problem]) -> dict[str, Any]:
    """The same for programs."""
    return {
        "sound": True,
        "file": scenario.file,
        "scenario": scenario.chosen,
        "tasks": scenario.tasks,
        "strategies": scenario.strategies,
        "readings": readings(scenario),
        "correlations": scenario.correlations,
        "checks": scenario.checks,
        "errors": [],
        "warnings": list(warnings),
    }
