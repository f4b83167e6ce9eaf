"""Format clashes in pilots: events that happened or did not, weighed one by one.

Of an event with chance p beforehand, the odds afterwards are ``p / (1 - p)`` times how much better it explains what
was measured. Where nothing else explains a collapse, the event is taken to have happened, and all else is found anew;
where what was measured shows none, its chance falls. Either way the normal score of its point moves until the chance
is right. One collapsed run may also have failed by itself (a wrong template, a training that diverged), so that a
clash is believed as far as it is likelier than that; each further run that collapses speaks for the clash.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from tuneplan.axes import Array
from tuneplan.evidence.calibration.modes import Mode, misfit_of
from tuneplan.evidence.calibration.problem import LUCK_OF_FORMAT, Problem, moving, predicted_at

SEVERITY = "law.clash_severity"
"""Name of how much a clash takes away."""
HAPPENS, FARTHEST, GRID = -6.0, 4.0, 161
"""Normal score at which an event of any chance that a scenario may have happens; ends and nodes of a grid of scores."""
SEVERITIES = 16
"""Severities at which an event is tried, equally likely beforehand."""
STARTS = 8
"""Starts of the search where an event happened, beside the best so far at each severity."""
WORTH_TRYING = 0.05
"""Chance by a first look from which all else is found anew, as though the event had happened."""
NODES = 256
"""Points from which a spread is worked out."""
SUREST = 0.99
"""Chance that an event happened is taken to be at most."""
FAILED = 0.01
"""Chance that a run fails by itself, whatever it trains; assumed."""
COLLAPSED = 3.0
"""Standard errors by which an event has to move a run that speaks for it; assumed."""
STRAIN = 3.0
"""Standard deviations by which numbers may move in all; beyond, events are looked for from their medians too; assumed."""
LEAST_CHANCE = 1e-4
"""Chance below which none falls: the first look holds all else as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event after the pilots.

    Attributes
    ----------
    before, after
        Its chance.
    shift
        Where the normal score of its point is centred now.
    happened
        Whether it is taken to have happened.
    runs
        Measured scores that speak for it.
    """

    name: str
    before: float
    after: float
    happened: bool
    runs: int = 0

    @property
    def spread(self) -> float:
        """Standard deviation of the normal score of its point: of one that happened that of points below its chance,
        so that it may not happen where less is left to chance, as with another framing."""
        below = (np.arange(NODES) + 0.5) / NODES * self.before
        return float(special.ndtri(below).std()) if self.happened else 1.0

    @property
    def shift(self) -> float:
        """So that the share of points below the chance beforehand is the chance afterwards."""
        return float(special.ndtri(self.before) - self.spread * special.ndtri(min(self.after, SUREST)))


def with_events(problem: Problem, found: list[Mode]) -> tuple[Problem, list[Mode], tuple[Event, ...]]:
    """The problem with the events that happened, its modes, and every event that pilots speak of."""
    happened: dict[str, tuple[float, int]] = {}
    while True:
        chances = {name: each for name, each in chances_of(problem).items() if name not in happened}
        looked = {name: _odds(problem, found[0], name, before) for name, before in chances.items()}
        tried = {name for name, after in looked.items() if after > WORTH_TRYING}
        if _strained(problem, found[0]):  # all else may have been bent to explain collapses: look from where nothing is
            start = _nothing_moved(problem)
            tried |= {name for name, before in chances.items() if _odds(problem, start, name, before) > WORTH_TRYING}
        best: tuple[float, str, Problem, list[Mode], int] | None = None
        for name in sorted(tried):
            other, modes = _found_anew(problem, found[0], name)
            runs = _runs_of(other, modes[0], problem)
            gain = special.logit(chances[name]) + min(_height(other, modes) - _height(problem, found), -runs * np.log(FAILED))
            looked[name] = float(special.expit(gain))
            if gain > 0.0 and (best is None or gain > best[0]):
                best = (gain, name, other, modes, runs)
        if best is None:
            break
        _, name, problem, found, runs = best
        happened[name] = (looked[name], runs)
    events = []
    for name, before in sorted(chances_of(problem).items()):
        after, runs = happened.get(name, (looked.get(name, before), 0))
        events.append(Event(name=name, before=before, after=max(after, LEAST_CHANCE), happened=name in happened, runs=runs))
    return problem, found, tuple(events)


def _strained(problem: Problem, mode: Mode) -> bool:
    """Whether explaining what was measured moved the numbers farther than what priors usually lead to does."""
    half = len(problem.forward.observations) / 2.0
    return bool(0.5 * (mode.score**2).sum() > half + STRAIN * np.sqrt(half))


def _nothing_moved(problem: Problem) -> Mode:
    """The medians of all, as a place to look from."""
    score = np.zeros(len(problem.names))
    predicted = problem.predict(score[:, None])[:, 0]
    return Mode(score=score, misfit=np.nan, predicted=predicted, slopes=np.empty((0, 0)))


def _runs_of(other: Problem, mode: Mode, problem: Problem) -> int:
    """How many measured numbers an event moves far, and towards what was measured."""
    without = predicted_at(other.forward, other.names, mode.score[:, None], problem.fixed)
    there, apart = (np.abs(other.residuals(each)[:, 0]) for each in (mode.predicted[:, None], without))
    moved = np.abs(without[:, 0] - mode.predicted) > COLLAPSED * other.spread
    return int((moved & (there < apart)).sum())


def chances_of(problem: Problem) -> dict[str, float]:
    """Every event that would move a prediction -> its chance beforehand, read off the prediction itself."""
    forward = problem.forward
    names = [name for name in forward.names if name.startswith(LUCK_OF_FORMAT)]
    if not names:
        return {}
    nodes = np.linspace(-FARTHEST, FARTHEST, GRID)
    scores = np.zeros((len(names), len(names) * GRID))
    for row in range(len(names)):
        scores[row, row * GRID : (row + 1) * GRID] = nodes
    predicted = forward.at(names, scores).reshape(len(forward.observations), len(names), GRID)
    found = {}
    for row, name in enumerate(names):
        jumps = np.flatnonzero((predicted[:, row, 1:] != predicted[:, row, :-1]).any(axis=0))
        if len(jumps):
            found[name] = float(special.ndtr((nodes[jumps[0]] + nodes[jumps[0] + 1]) / 2.0))
    return found


def _odds(problem: Problem, mode: Mode, name: str, before: float) -> float:
    """Chance of an event with all else as it is, severity left open."""
    severities = special.ndtri((np.arange(SEVERITIES) + 0.5) / SEVERITIES)
    known = SEVERITY in problem.names
    scores = np.repeat(mode.score[:, None], SEVERITIES, axis=1)
    fixed = {**problem.fixed, name: HAPPENS}
    names: Sequence[str] = problem.names if known else (*problem.names, SEVERITY)
    there = predicted_at(problem.forward, names, scores if known else np.concatenate([scores, severities[None]]), fixed)
    gain = _likelihood(problem, there) - _likelihood(problem, mode.predicted[:, None])[0]
    return float(special.expit(special.logsumexp(gain) - np.log(SEVERITIES) + special.logit(before)))


def _likelihood(problem: Problem, predicted: Array) -> Array:
    """Logarithm, constants aside. ``(column,)``"""
    return -misfit_of(np.zeros((1, predicted.shape[1])), problem.residuals(predicted))


def _found_anew(problem: Problem, mode: Mode, name: str) -> tuple[Problem, list[Mode]]:
    """The problem where an event happened, and its modes."""
    fixed = {**problem.fixed, name: HAPPENS}
    other = replace(problem, names=moving(problem.forward, fixed), fixed=fixed)
    held = dict(zip(problem.names, mode.score.tolist(), strict=True))
    severities = special.ndtri((np.arange(STARTS) + 0.5) / STARTS)
    from_here = np.array([[held.get(each, severity if each == SEVERITY else 0.0) for severity in severities] for each in other.names])
    return other, other.modes(np.concatenate([from_here, other.starts(STARTS)], axis=1))


def _height(problem: Problem, found: list[Mode]) -> float:
    """Logarithm of the mass at all modes."""
    _, height = problem.laplace(found)
    return float(special.logsumexp(height))
