"""From observations to a posterior."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy import special

from tuneplan.axes import Array
from tuneplan.evidence.calibration.events import Event, with_events
from tuneplan.evidence.calibration.modes import Mode
from tuneplan.evidence.calibration.observations import Forward, Observation
from tuneplan.evidence.calibration.posterior import Normal, Posterior, prior_of
from tuneplan.evidence.calibration.problem import DRAWN, FEWEST, Problem, moving

STARTS = 24
"""Places from which the highest one is looked for."""
ODD = 3.0
"""Standard errors by which an observation may miss what explains it best; beyond, it contradicts the others; assumed."""
USUAL = 2.0
"""Standard errors by which the largest residual of some tens of observations usually misses."""
RIVAL = 0.05
"""Share of the mass at a mode from which it is another reading of the same observations, as where two contradict one another; assumed."""


def calibrate(observations: Sequence[Observation], *, starts: int = STARTS, seed: int = 0) -> Posterior:
    """Learn from observations; of none, or where nothing moves them, the prior.

    Observations may come from several scenarios: a name is one number in all of them.

    Parameters
    ----------
    starts
        Places from which the highest one is looked for.
    seed
        Of the starts and the importance draws.
    """
    ordered = sorted(observations, key=_order)
    forward = Forward.of(ordered)
    names = moving(forward, {})
    if not names:
        return Posterior(names=(), normal=prior_of(), observations=tuple(ordered), residuals=np.zeros(len(ordered)), stretch=np.ones(len(ordered)))
    problem = Problem(forward=forward, names=names, seed=seed)
    problem, found, events = with_events(problem, problem.modes(problem.starts(starts)))
    residuals = _residuals(problem, found)
    stretch = stretch_of(residuals)
    if (stretch > 1.0).any():  # the errors of these are larger than was said, which says nothing of the others
        problem = replace(problem, stretch=stretch)
        found = problem.modes(problem.starts(starts))
    parts, height = problem.laplace(found)
    shares = special.softmax(height)
    normal, effective = problem.corrected(parts, shares)
    return Posterior(
        names=(*problem.names, *(each.name for each in events)), normal=_beside(normal, events), observations=tuple(ordered), residuals=residuals,
        stretch=stretch, happened=tuple(each.name for each in events if each.happened),
        once={each.name: each.after for each in events if each.happened and each.runs <= 1},
        modes=len(found), share=float(shares.max()), effective=effective, widened=effective * DRAWN < FEWEST,
    )  # fmt: skip


def _beside(normal: Normal, events: Sequence[Event]) -> Normal:
    """The same with the scores of events, each by itself."""
    known, spread = len(normal.known), np.array([each.spread for each in events])
    narrower = np.flatnonzero(spread < 1.0)
    directions = np.zeros((len(normal.mean) + len(events), known + len(narrower)))
    directions[: len(normal.mean), :known] = normal.directions
    directions[len(normal.mean) + narrower, known + np.arange(len(narrower))] = 1.0
    return Normal(
        mean=np.concatenate([normal.mean, [each.shift for each in events]]), directions=directions,
        known=np.concatenate([normal.known, 1.0 - spread[narrower] ** 2]),
    )  # fmt: skip


def _residuals(problem: Problem, found: Sequence[Mode]) -> Array:
    """In standard errors: the farthest over all modes that hold some of the mass; where pilots contradict one
    another, each mode fits one of them, and all of them are odd. ``(observation,)``"""
    _, height = problem.laplace(found)
    rivals = [mode for mode, share in zip(found, special.softmax(height), strict=True) if share >= RIVAL]
    each = problem.residuals(np.stack([mode.predicted for mode in (found[0], *rivals)], axis=1))
    farthest = np.abs(each).argmax(axis=1)
    first, odd = each[:, 0], np.abs(each).max(axis=1) > ODD
    return np.where(odd, each[np.arange(len(each)), farthest], first)


def stretch_of(residuals: Array) -> Array:
    """Factor on each standard error: an odd one is taken for so large that its residual is one that may be.

    >>> stretch_of(np.array([1.0, -2.9, 5.0])).tolist()
    [1.0, 1.0, 2.5]
    """
    far = np.abs(residuals)
    return np.where(far > ODD, far / USUAL, 1.0)


def _order(observation: Observation) -> tuple[object, ...]:
    """So that the order of pilots changes nothing."""
    each = observation
    return (each.scenario.name, each.scenario.file, each.strategy, each.request, each.reads, each.value, each.spread)
