"""From runs to observations: one scenario in which every pilot is a strategy, with what was measured."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tuneplan.core.distributions import point
from tuneplan.errors import Problem
from tuneplan.evidence.calibration.columns import MEASURED
from tuneplan.evidence.calibration.observations import Forward, Observation
from tuneplan.evidence.calibration.pilots import Complaining, Row, read_rows
from tuneplan.evidence.calibration.runs import Trained, trained_of
from tuneplan.scenario.lowering.specs import grouping_of
from tuneplan.scenario.records import UNSEEN, Quantity, Scenario, Setting

PILOT = "pilot"
"""Begins the names of strategies that are pilots."""
LEAST_ERROR = 1e-6
"""Standard error below which nothing is measured. [share of the scale]"""
PER_CENT = 2.0
"""Score from which per cent may be meant on a scale of 0 to 1."""
TOKENS_ERROR = 0.02
"""Standard error of counted tokens, in logarithms; assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pilot:
    """One row, as it is predicted.

    Attributes
    ----------
    task
        Where it was measured.
    trained
        What was trained.
    strategy
        Its name in the scenario of pilots.
    observations
        What was measured: rows of ``Pilots.observations``.
    """

    line: int
    task: str
    trained: Trained
    strategy: str
    observations: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pilots:
    """A pilot file.

    Attributes
    ----------
    scenario
        In which every pilot is a strategy.
    observations
        Each thing measured, once.
    warnings
        What is sound but worth a second look.
    """

    file: str
    scenario: Scenario
    pilots: tuple[Pilot, ...]
    observations: tuple[Observation, ...]
    warnings: tuple[Problem, ...]


def read_pilots(path: Path, scenario: Scenario) -> Pilots:
    """A pilot file, for a scenario.

    Raises
    ------
    PilotError
        Anything is wrong with it; all of it is said.
    """
    complaints = Complaining(file=str(path))
    rows = read_rows(path, scenario, complaints)
    runs = trained_of(rows, scenario, complaints)
    names = {trained: f"{PILOT} {number}" for number, trained in enumerate(sorted({trained for _, trained in runs}, key=repr), start=1)}
    variant = with_pilots(scenario, names)
    places: dict[tuple[object, ...], int] = {}
    observations: list[Observation] = []
    pilots = []
    for row, trained in runs:
        made = []
        for each in _observations(row, names[trained], variant, complaints):
            place = places.setdefault(_once(each, row, trained), len(observations))
            observations += [each] if place == len(observations) else []
            made.append(place)
        pilots.append(Pilot(line=row.line, task=row.task, trained=trained, strategy=names[trained], observations=tuple(made)))
    complaints.raise_if_any()
    _refuse_unpredicted(pilots, {row.line: row for row in rows}, tuple(observations), complaints)
    complaints.raise_if_any()
    return Pilots(
        file=Path(path).name, scenario=variant, pilots=tuple(pilots), observations=tuple(observations), warnings=tuple(complaints.warnings)
    )


def _once(seen: Observation, row: Row, trained: Trained) -> tuple[object, ...]:
    """What rows of one run may both say, so that it is counted once: a base's score, hours of the run, a price."""
    if seen.reads == "score":
        return ("score", row.line)
    about = {"base": (row.task, trained.base), "gpu_hours": (trained,), "tokens": (trained,)}.get(seen.reads, (row.task,))
    return (seen.reads, *about, seen.value)


def with_pilots(scenario: Scenario, names: Mapping[Trained, str]) -> Scenario:
    """The scenario with pilots as its strategies, before any were learned from; nothing is left to a plan or a search.

    Each has the words and numbers of the strategy that it is like, the same numbers by name, and its own amounts.
    """
    settings: dict[str, Setting] = {path: value for path, value in scenario.settings.items() if not path.startswith("strategies.")}
    quantities = {path: each for path, each in scenario.quantities.items() if not path.startswith("strategies.")}
    for trained, name in names.items():
        head, prefix = f"strategies.{trained.like}.", f"strategies.{name}."
        if trained.like:
            settings |= {f"{prefix}{path.removeprefix(head)}": value for path, value in scenario.settings.items() if path.startswith(head)}
            quantities |= {
                own: replace(each, path=own, same_as=each.same_as or path)
                for path, each in scenario.quantities.items() if path.startswith(head)
                for own in [f"{prefix}{path.removeprefix(head)}"]
            }  # fmt: skip
        settings |= dict(_words(trained, prefix, scenario))
        if trained.kind:
            settings.pop(f"{prefix}groups", None)
        for path in [path for path in settings if path.startswith(f"{prefix}examples")]:
            del settings[path]
        quantities |= {each.path: each for each in _amounts(trained, prefix, scenario)}
    return replace(
        scenario, strategies=tuple(names.values()), settings=settings, quantities=quantities, calibration=None, checks=(),
        ties={path: other for path, other in scenario.ties.items() if not path.startswith("strategies.")},
    )  # fmt: skip


def _words(trained: Trained, prefix: str, scenario: Scenario) -> Iterator[tuple[str, Setting]]:
    if trained.kind:
        yield f"{prefix}kind", trained.kind
    elif f"strategies.{trained.like}.groups" not in scenario.settings:
        yield f"{prefix}kind", scenario.word(f"strategies.{trained.like}.kind", trained.like)
    method = trained.method
    if trained.kind and trained.like and not method:
        method = scenario.word(f"strategies.{trained.like}.method", grouping_of(scenario, trained.like).method or "")
    if method:
        yield f"{prefix}method", method
    if trained.base:
        yield f"{prefix}base", trained.base


def _amounts(trained: Trained, prefix: str, scenario: Scenario) -> Iterator[Quantity]:
    counts = dict(trained.examples)
    for task in scenario.tasks:
        yield _given(f"{prefix}examples.{task}", counts.get(task, 0.0), "example")
        if trained.epochs is not None:
            yield _given(f"{prefix}epochs.{task}", trained.epochs, "epoch")


def _given(path: str, value: float, unit: str) -> Quantity:
    return Quantity(path=path, distribution=point(value), unit=unit, text=f"{value:g}", source="declared: of a pilot", grade="D")


# --- what was measured ---------------------------------------------------------------------------


def _observations(row: Row, strategy: str, scenario: Scenario, complaints: Complaining) -> Iterator[Observation]:
    """What a row measured, each in the unit of its reading."""
    numbers = row.numbers
    error = _error(row, scenario, complaints)
    for column, reads in (("base", "base"), ("score", "score")):
        if column in numbers:
            value = _normalised(row, column, scenario, complaints)
            if value is not None:
                yield Observation(scenario=scenario, strategy=strategy, request=row.task, value=value, error=error, reads=reads)
    if "tokens" in numbers and "gpu_hours" not in numbers:
        complaints.warn("tokens say nothing without gpu_hours, and are not used", line=row.line, column=row.place("tokens"), name="tokens")
    yield from _logarithms(row, strategy, scenario, complaints)
    if not set(MEASURED) & set(numbers):
        complaints.add("nothing was measured in this row: give score, base, gpu_hours, cost or annotator_minutes", line=row.line, column=row.place("score"), name="score")


def _logarithms(row: Row, strategy: str, scenario: Scenario, complaints: Complaining) -> Iterator[Observation]:
    """Hours, prices and minutes."""
    numbers = row.numbers

    def seen(value: float, reads: str, error: float | None = None) -> Observation:
        return Observation(scenario=scenario, strategy=strategy, request=row.task, value=math.log(value), reads=reads, error=error)

    if "gpu_hours" in numbers:
        yield seen(numbers["gpu_hours"], "gpu_hours")
        if "tokens" in numbers:
            yield seen(numbers["tokens"], "tokens", TOKENS_ERROR)
    if "cost" in numbers:
        examples = numbers.get("examples", 0.0)
        if not (numbers["cost"] > 0.0 and examples > 0.0):
            complaints.add("a price needs a cost and examples above 0", line=row.line, column=row.place("cost"), name="cost")
        else:
            yield seen(numbers["cost"] / examples, "label_price")
    if "annotator_minutes" in numbers:
        yield seen(numbers["annotator_minutes"], "minutes")


def _scale(task: str, scenario: Scenario) -> tuple[float, float]:
    """Worst and best of a task's metric."""
    owner = UNSEEN if task == UNSEEN else f"tasks.{task}"
    worst, best = (scenario.quantities.get(f"{owner}.score.{end}") for end in ("worst", "best"))
    return 0.0 if worst is None else worst.distribution.median, 1.0 if best is None else best.distribution.median


def _normalised(row: Row, column: str, scenario: Scenario, complaints: Complaining) -> float | None:
    """A score between 0 and 1, or None after a complaint."""
    (worst, best), value = _scale(row.task, scenario), row.numbers[column]
    if not min(worst, best) <= value <= max(worst, best):
        scale = f"{worst:g} to {best:g}"
        hint = f"; write {value / 100.0:g}" if (worst, best) == (0.0, 1.0) and PER_CENT <= value <= 100.0 else ""
        complaints.add(f"{value:g} lies beyond the scale of {row.task}, {scale}{hint}", line=row.line, column=row.place(column), name=column)
        return None
    return (value - worst) / (best - worst)


def _error(row: Row, scenario: Scenario, complaints: Complaining) -> float | None:
    """Standard error on a scale of 0 to 1; None: none is given."""
    if "standard_error" not in row.numbers:
        return None
    worst, best = _scale(row.task, scenario)
    error = row.numbers["standard_error"] / abs(best - worst)
    if not LEAST_ERROR <= error <= 1.0:
        message = f"{row.numbers['standard_error']:g} is no standard error on the scale {worst:g} to {best:g}; leave it empty where nobody knows"
        complaints.add(message, line=row.line, column=row.place("standard_error"), name="standard_error")
        return None
    return error


COLUMN_OF = {"minutes": "annotator_minutes", "label_price": "cost"}
"""Reading -> its column, where that has another name."""
REMEDIES = {
    "minutes": "the scenario prices examples, not minutes; give tasks.TASK.data.labelling.minutes, or leave annotator_minutes empty",
    "gpu_hours": "nothing was trained, so that no GPU-hours follow",
    "tokens": "nothing was trained, so that no tokens follow",
    "score": "the scenario does not say what it scores; give strategies.NAME.score",
}
"""What to do about a number that nothing predicts, by its reading."""


def _refuse_unpredicted(
    pilots: Sequence[Pilot], rows: Mapping[int, Row], observations: tuple[Observation, ...], complaints: Complaining
) -> None:
    """Complain of what was measured and nothing in the scenario predicts."""
    forward = Forward.of(observations)
    with np.errstate(all="ignore"):
        predicted = forward.at((), np.empty((0, 1)))[:, 0]
    for pilot in pilots:
        for place in pilot.observations:
            reads = observations[place].reads
            if not np.isfinite(predicted[place]):
                column = COLUMN_OF.get(reads, reads)
                complaints.add(REMEDIES.get(reads, "nothing predicts it"), line=pilot.line, column=rows[pilot.line].place(column), name=column)
