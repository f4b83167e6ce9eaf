"""What was measured, and what the model predicts for it: one function for many sets of normal scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy import special

from tuneplan.axes import Array
from tuneplan.core import unseen_score
from tuneplan.core.arrays import Inputs
from tuneplan.core.derived import Arrays
from tuneplan.core.learning import learn, score_of_models
from tuneplan.core.registry import Registry
from tuneplan.scenario.calibration import LARGEST_POINT, SMALLEST_POINT
from tuneplan.scenario.lower import lower
from tuneplan.scenario.records import UNSEEN, Scenario
from tuneplan.study.run import cells_of

CELLS_AT_ONCE = 400_000
"""Cells of one (model, request, draw) array, with those of pairs, that are worked on at a time."""
SCORE_ERROR = 0.01
"""Standard error of a measured score where none is given: one point; assumed, after the spread of repeated runs."""
LOG_ERROR = 0.1
"""The same of measured hours, prices and minutes, in logarithms; assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One measured number.

    Attributes
    ----------
    scenario
        In which ``strategy`` is what was run; examples are given, nothing is left to a plan or a search.
    strategy, request
        Where it was measured: a task, or ``unseen``.
    value
        As its reading has it: a score normalised to 0 at the worst of its scale and 1 at its best, of other readings
        the natural logarithm.
    error
        Standard error in the same unit; None: the usual one of its reading.
    reads
        A name of ``READINGS``.
    """

    scenario: Scenario
    strategy: str
    request: str
    value: float
    error: float | None = None
    reads: str = "score"

    @property
    def spread(self) -> float:
        """Standard error in force."""
        usual = SCORE_ERROR if self.reads in ("score", "base") else LOG_ERROR
        return usual if self.error is None else self.error


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """Where a reading is taken.

    Attributes
    ----------
    inputs
        As they were lowered.
    scores
        By model, where the reading asks for them. ``(scenario, model, request, draw)``
    strategy, request
        Rows.
    """

    inputs: Inputs
    scores: Array
    strategy: int
    request: int


READINGS: Registry[Callable[[At], Array]] = Registry("reading")
"""What may be measured: each gives ``(draw,)``; with the label ``of``, which is ``scores`` or ``numbers``."""


@READINGS.add(of="scores")
def score(at: At) -> Array:
    """Score of the model that serves a task, or of whatever answers unseen requests; normalised."""
    tasks = len(at.inputs.structure.tasks)
    if at.request >= tasks:
        return unseen_score(at.inputs, at.scores)[0, at.strategy, 0]  # type: ignore[no-any-return]
    return at.scores[0, at.inputs.structure.model_of_task[at.strategy, at.request], at.request]  # type: ignore[no-any-return]


@READINGS.add(of="scores")
def base(at: At) -> Array:
    """Score of the strategy's base, before any training; normalised."""
    return at.scores[0, at.inputs.structure.base_of_strategy[at.strategy], at.request]  # type: ignore[no-any-return]


@READINGS.add(of="numbers")
def gpu_hours(at: At) -> Array:
    """Logarithm of the GPU-hours of one run on all examples of a strategy."""
    each = Arrays(at.inputs)["final_hours"][0]
    return np.log(each[at.strategy if len(each) > 1 else 0].sum(axis=0))  # type: ignore[no-any-return]


@READINGS.add(of="numbers")
def tokens(at: At) -> Array:
    """Logarithm of the tokens that one run on all examples of a strategy trains on, all epochs."""
    tasks = len(at.inputs.structure.tasks)
    counts = [at.inputs[name][0] for name in ("examples", "example_tokens", "epochs")]
    examples, each, epochs = (array[at.strategy if len(array) > 1 else 0, :tasks] for array in counts)
    return np.log((examples * each * epochs).sum(axis=0))  # type: ignore[no-any-return]


@READINGS.add(of="numbers")
def label_price(at: At) -> Array:
    """Logarithm of the price of one kept example."""
    return np.log(_of_task(at, "human_price"))


@READINGS.add(of="numbers")
def minutes(at: At) -> Array:
    """Logarithm of the minutes that one label takes."""
    return np.log(_of_task(at, "minutes"))


def _of_task(at: At, name: str) -> Array:
    array = at.inputs[name][0]
    return array[at.strategy if len(array) > 1 else 0, at.request]  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Observations of one scenario.

    Attributes
    ----------
    rows
        Which observations.
    columns
        Draws that are worked on at a time.
    """

    scenario: Scenario
    rows: tuple[int, ...]
    columns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """Predictions of all observations.

    Attributes
    ----------
    names
        Every name that any of their scenarios draws, in the order of the alphabet.
    """

    observations: tuple[Observation, ...]
    names: tuple[str, ...]
    groups: tuple[Group, ...]

    @classmethod
    def of(cls, observations: Sequence[Observation]) -> Forward:
        """Find the scenarios and the names that are drawn."""
        rows: dict[int, list[int]] = {}
        for row, each in enumerate(observations):
            rows.setdefault(id(each.scenario), []).append(row)
        names: set[str] = set()
        groups = []
        for some in rows.values():
            asked, cells = asked_of(observations[some[0]].scenario)
            names |= set(asked)
            columns = max(2, CELLS_AT_ONCE // cells)
            groups.append(Group(scenario=observations[some[0]].scenario, rows=tuple(some), columns=columns))
        return cls(observations=tuple(observations), names=tuple(sorted(names)), groups=tuple(groups))

    @property
    def measured(self) -> Array:
        """What was measured. ``(observation,)``"""
        return np.array([each.value for each in self.observations])

    @property
    def spread(self) -> Array:
        """Standard errors. ``(observation,)``"""
        return np.array([each.spread for each in self.observations])

    def at(self, names: Sequence[str], scores: Array) -> Array:
        """Predictions where these names have these normal scores, and all others are at their medians.

        Parameters
        ----------
        scores
            ``(name, column)``.

        Returns
        -------
        Array
            ``(observation, column)``.
        """
        row = {name: place for place, name in enumerate(names)}
        points = np.clip(special.ndtr(scores), SMALLEST_POINT, LARGEST_POINT)
        predicted = np.empty((len(self.observations), scores.shape[1]))
        for group in self.groups:
            for start in range(0, scores.shape[1], group.columns):
                end = start + group.columns
                predicted[list(group.rows), start:end] = self._predicted(group, row, points[:, start:end])
        return predicted

    def _predicted(self, group: Group, row: Mapping[str, int], points: Array) -> Array:
        scenario, observations = group.scenario, [self.observations[place] for place in group.rows]
        inputs = lower([scenario], partial(_placed, row, points), launched=False).inputs
        asks_scores = any(READINGS[each.reads].labels["of"] == "scores" for each in observations)
        by_model = score_of_models(inputs, learn(inputs)) if asks_scores else np.empty(0)
        found = []
        for each in observations:
            request = len(scenario.tasks) if each.request == UNSEEN else scenario.tasks.index(each.request)
            at = At(inputs=inputs, scores=by_model, strategy=scenario.strategies.index(each.strategy), request=request)
            found.append(np.broadcast_to(READINGS[each.reads].function(at), points.shape[1:]))
        return np.stack(found)


def _placed(row: Mapping[str, int], points: Array, names: Sequence[str]) -> Array:
    """Points of names that have a row, .5 of others: a cube."""
    asked = np.full((len(names), points.shape[1]), 0.5)
    for place, name in enumerate(names):
        if name in row:
            asked[place] = points[row[name]]
    return asked


def asked_of(scenario: Scenario) -> tuple[tuple[str, ...], int]:
    """Every name that a scenario asks of the cube, and the cells of one of its draws."""
    asked: list[str] = []

    def cube(names: Sequence[str]) -> Array:
        asked.extend(names)
        return np.full((len(names), 1), 0.5)

    inputs = lower([scenario], cube, launched=False).inputs
    return tuple(dict.fromkeys(asked)), cells_of(inputs.structure)
