"""From observations to a posterior."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy import special

from tuneplan.axes import Array
from tuneplan.evidence.calibration.events import Event, with_events
from tuneplan.evidence.calibration.observations import Forward, Observation
from tuneplan.evidence.calibration.posterior import Normal, Posterior, prior_of
from tuneplan.evidence.calibration.problem import DRAWN, FEWEST, Problem, moving

STARTS = 24
"""Places from which the highest one is looked for."""
ODD = 3.0
"""Standard errors by which observations may miss what explains them best; beyond, they contradict one another."""
USUAL = 2.0
"""Standard errors by which the largest residual of some tens of observations usually misses."""


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
        return Posterior(names=(), normal=prior_of(), observations=tuple(ordered), residuals=np.zeros(len(ordered)))
    problem = Problem(forward=forward, names=names, seed=seed)
    problem, found, events = with_events(problem, problem.modes(problem.starts(starts)))
    odd = problem.residuals(found[0].predicted[:, None])[:, 0]
    if np.abs(odd).max() > ODD:  # all errors are larger than was said: believe each the less (Birge 1932)
        problem = replace(problem, stretched=stretch_of(odd))
        found = problem.modes(problem.starts(starts))
    parts, height = problem.laplace(found)
    shares = special.softmax(height)
    normal, effective = problem.corrected(parts, shares)
    return Posterior(
        names=(*problem.names, *(each.name for each in events)), normal=_beside(normal, events), observations=tuple(ordered), residuals=odd,
        stretched=problem.stretched, happened=tuple(each.name for each in events if each.happened),
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


def stretch_of(residuals: Array) -> float:
    """Factor on all standard errors that brings the largest residual down to one that may be."""
    return float(max(1.0, np.abs(residuals).max() / USUAL))


def _order(observation: Observation) -> tuple[object, ...]:
    """So that the order of pilots changes nothing."""
    each = observation
    return (each.scenario.name, each.scenario.file, each.strategy, each.request, each.reads, each.value, each.spread)


