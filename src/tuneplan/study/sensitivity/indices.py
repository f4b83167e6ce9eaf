"""First- and total-order Sobol' indices through the one door; estimators and bootstrap are scipy's.

The first order is the share of the variance of an output that goes with a group of quantities alone;
the total order adds what it does together with others. In what is additive they agree.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tuneplan.axes import Array
from tuneplan.study.design import AnyDesign
from tuneplan.study.sensitivity.designs import Crossed, Exchange

RESAMPLES = 200
"""Bootstrap resamples behind an interval."""
LEVEL = 0.9
"""Of the interval."""
DRAWS_AT_ONCE = 2**15
"""Draws of one call, so that the blocks of a large model fit into memory."""
FEWEST = 16
"""Points of a set below which no share is worth the name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share of the variance, with its 90 % bootstrap interval; noise may take either a little below 0."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Indices:
    """How much of the variance of an output goes with one group of quantities."""

    first_order: Share
    total_order: Share


def indices(
    output: Callable[[AnyDesign], Array], groups: Sequence[Exchange], *, points: int, seed: int = 0,
    draws_at_once: int = DRAWS_AT_ONCE,
) -> tuple[Indices, ...]:  # fmt: skip
    """Sobol' indices of groups of quantities.

    Parameters
    ----------
    output
        A design -> one number a draw, ``(draw,)``.
    groups
        Which quantities each consists of; what is in none takes the first set of points throughout.
    points
        Of each of the two sets, a power of 2; ``points * (groups + 2)`` draws are made.
    draws_at_once
        Draws of one call of ``output``; changes no result.

    >>> def doubled(design: AnyDesign) -> Array:
    ...     return np.array([2.0, 1.0]) @ design.points(["a", "b"])
    >>> found = indices(doubled, [Exchange(names=frozenset({name})) for name in "ab"], points=1024)
    >>> [abs(each.first_order.mean - share) < 0.1 for each, share in zip(found, (0.8, 0.2))]
    [True, True]
    """
    blocks = [Exchange(), Exchange(others=True), *groups]
    size = max(1, draws_at_once // points)
    made = [
        np.asarray(output(Crossed(each=points, exchanges=tuple(blocks[start : start + size]), seed=seed)))
        for start in range(0, len(blocks), size)
    ]
    first, second, *mixed = np.concatenate(made).reshape(len(blocks), points)
    return _of_evaluations(first, second, np.array(mixed).reshape(len(groups), points), seed=seed)


def _of_evaluations(first: Array, second: Array, mixed: Array, *, seed: int) -> tuple[Indices, ...]:
    """From the output at both sets, ``(point,)``, and at each mixture, ``(group, point)``."""
    from scipy import stats

    if len(mixed) == 0:
        return ()
    whole = np.stack([first, second, *mixed])
    if not np.ptp(whole[:2]) > 0.0:
        nothing = Share(mean=0.0, low=0.0, high=0.0)
        return (Indices(first_order=nothing, total_order=nothing),) * len(mixed)

    def shares(at: np.ndarray) -> Array:
        f_a, f_b, f_ab = whole[None, 0, at], whole[None, 1, at], whole[2:, None, at]
        # one more input that moves nothing: of a single one scipy returns no array
        found = stats.sobol_indices(func={"f_A": f_a, "f_B": f_b, "f_AB": np.concatenate([f_ab, f_a[None]])}, n=len(at))
        return np.stack([found.first_order[:-1], found.total_order[:-1]])

    means = shares(np.arange(len(first)))
    lows, highs = _bootstrapped(shares, len(first), seed, stats)
    return tuple(
        Indices(first_order=_share(0, row, means, lows, highs), total_order=_share(1, row, means, lows, highs))
        for row in range(len(mixed))
    )


def _bootstrapped(shares: Callable[[np.ndarray], Array], points: int, seed: int, stats: Any) -> tuple[Array, Array]:
    """Ends of the intervals, each as ``shares`` gives them; the resamples are those of the seed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)  # of an input that moves nothing
        found = stats.bootstrap(
            (np.arange(points),), shares, n_resamples=RESAMPLES, confidence_level=LEVEL, method="percentile",
            vectorized=False, random_state=np.random.default_rng(seed),
        ).confidence_interval  # fmt: skip
    return found.low, found.high


def _share(order: int, row: int, means: Array, lows: Array, highs: Array) -> Share:
    return Share(mean=float(means[order, row]), low=float(lows[order, row]), high=float(highs[order, row]))
