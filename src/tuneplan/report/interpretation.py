"""What a scenario was understood to say: every number that was given, in the words of its distribution."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tuneplan.core.distributions import Distribution
from tuneplan.core.transfer import RELATIONS
from tuneplan.errors import Problem
from tuneplan.report.layout import side_by_side
from tuneplan.report.lines import PLAIN, Paper, width, wrapped
from tuneplan.report.words import duration, listed, plain
from tuneplan.scenario.cautions import date_of_prices
from tuneplan.scenario.grammar.quantities import describe, format_number
from tuneplan.scenario.reading.language import LIKE
from tuneplan.scenario.records import Check, Quantity, Scenario, Setting
from tuneplan.scenario.timed import COUNTS, is_timed

NOT_CHOICES = ("schema", "name", "question", "include")
"""Keys whose words need no reading."""
MARGIN, INSET = "  ", "    "
"""Before what is said, and before its further lines."""
LONGEST = 44
"""Columns that names get at most, so that what they mean begins at one place."""
ENDLESS = 2**31
"""Columns of a line that is never broken."""
LEAST = 32
"""Columns that meanings get beside them; where there are fewer, they stand below."""
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


def as_text(scenario: Scenario, paper: Paper = PLAIN, *, further: Sequence[str] = ()) -> str:
    """The summary, then a line for each thing that was said; copies are counted; then ``further`` sentences.

    Where nobody looks at it as it is written such a line stays whole, for programs that pick lines.
    """
    room = paper.room if paper.is_seen else ENDLESS
    every = readings(scenario)
    own = [each for each in every if not each.origin.startswith(LIKE)]
    wide = min(max((width(each.path) for each in own), default=0), LONGEST)
    lines = [*wrapped(summary(scenario), room), ""]
    lines += [line for each in own for line in _beside(plain(each.path), f"{plain(each.meaning)}{_from(each)}", wide, room)]
    lines += [line for said in (*_copies(every), *_correlations(scenario)) for line in _hanging(said, room)]
    lines += [line for said in (*_checks(scenario), *further) for line in _hanging(said, paper.room)]
    if date_of_prices(scenario) is None:
        lines += ["", *wrapped("Neither start nor as_of is given, so the ages of prices are not judged.", room)]
    if _counts_from_the_first_day(scenario):
        lines += ["", *wrapped("Value counts from the first day on; a deadline, or schedule: {annotators: 3}, makes it count from each launch.", room)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _counts_from_the_first_day(scenario: Scenario) -> bool:
    """Whether points are worth something, and nobody says anything of when they come."""
    valued = any(path.endswith(".value") for path in scenario.quantities)
    return valued and not is_timed(scenario) and COUNTS not in scenario.settings


def _beside(name: str, meaning: str, wide: int, room: int) -> list[str]:
    """A name and what it means; below it, where there is little room beside."""
    inner = room - len(MARGIN)
    if inner - wide < LEAST + len(MARGIN) or width(name) > wide:
        one = f"{name}{MARGIN}{meaning}"
        return [f"{MARGIN}{one}"] if width(one) <= inner else [*_hanging(name, room), *(f"{INSET}{line}" for line in wrapped(meaning, room - len(INSET)))]
    return [f"{MARGIN}{line}" for line in side_by_side(name, meaning, wide, inner)]


def _hanging(said: str, room: int) -> list[str]:
    """A sentence, its further lines a little back."""
    first, *rest = wrapped(said, room - len(INSET))
    return [f"{MARGIN}{first}", *(f"{INSET}{line}" for line in rest)]


def _from(each: Reading) -> str:
    return "" if each.origin == "file" else f"  ({each.origin})"


def _copies(every: Sequence[Reading]) -> list[str]:
    """How many things each task or strategy has from another."""
    counted = Counter((".".join(each.path.split(".")[:2]), each.origin) for each in every if each.origin.startswith(LIKE))
    return [f"{plain(owner)}: {count} more, {origin}" for (owner, origin), count in counted.items()]


def _correlations(scenario: Scenario) -> list[str]:
    return [
        f"correlations.{plain(each.name)}: {listed([plain(path) for path in each.of])} go together, {each.value:+.2g} in normal scores"
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
        lines.append(f"{head} of {learned}{f' ({changed})' if changed else ''}")
    return lines


def in_words(check: Check) -> str:
    """How often a check looks, and what it takes.

    >>> in_words(Check(name="pilot", learn=(), n=300, cost=2000.0, days=10.0))
    '$2k, 10 days, 300 observations'
    """
    waits = (duration(check.days, "day"),) if check.days else ()
    return ", ".join((format_number(check.cost, "USD"), *waits, format_number(float(check.n), "observation")))


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
        "launch_dates_count": is_timed(scenario),
        "errors": [],
        "warnings": list(warnings),
    }
