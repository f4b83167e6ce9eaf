"""First- and total-order Sobol' indices through the one door.

The first order is the share of the variance of an output that goes with a group of quantities alone;
the total order adds what it does together with others. In what is additive they agree. Estimators are
those of Saltelli et al. (2010, doi:10.1016/j.cpc.2009.09.018), table 2, rows (b) and (f), with a percentile
bootstrap: number by number what ``scipy.stats`` gives, which takes longer to load than a memo to write.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tuneplan.axes import Array
from tuneplan.study.sensitivity.designs import Crossed, Exchange
from tuneplan.study.side_by_side import side_by_side

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
    output: Callable[[Crossed], Array], groups: Sequence[Exchange], *, points: int, seed: int = 0,
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
        Draws of one call of ``output``; changes no result. Calls are made side by side.

    >>> def doubled(design: Crossed) -> Array:
    ...     return np.array([2.0, 1.0]) @ design.points(["a", "b"])
    >>> found = indices(doubled, [Exchange(names=frozenset({name})) for name in "ab"], points=1024)
    >>> [abs(each.first_order.mean - share) < 0.1 for each, share in zip(found, (0.8, 0.2))]
    [True, True]
    """
    blocks = [Exchange(), Exchange(others=True), *groups]
    size = max(1, draws_at_once // points)
    whole = Crossed(each=points, exchanges=tuple(blocks), seed=seed)
    parts = [replace(whole, exchanges=whole.exchanges[start : start + size]) for start in range(0, len(blocks), size)]
    made = [np.asarray(each) for each in side_by_side(output, parts)]
    first, second, *mixed = np.concatenate(made).reshape(len(blocks), points)
    return _of_evaluations(first, second, np.array(mixed).reshape(len(groups), points), seed=seed)


def _of_evaluations(first: Array, second: Array, mixed: Array, *, seed: int) -> tuple[Indices, ...]:
    """From the output at both sets, ``(point,)``, and at each mixture, ``(group, point)``."""
    if len(mixed) == 0:
        return ()
    whole = np.stack([first, second, *mixed])
    if not np.ptp(whole[:2]) > 0.0:
        nothing = Share(mean=0.0, low=0.0, high=0.0)
        return (Indices(first_order=nothing, total_order=nothing),) * len(mixed)

    means = shares_of(whole)
    rng = np.random.default_rng(seed)
    again = np.stack([shares_of(whole[:, at]) for at in rng.integers(0, len(first), (RESAMPLES, len(first)))])
    lows, highs = np.percentile(again, [50.0 * (1.0 - LEVEL), 50.0 * (1.0 + LEVEL)], axis=0)
    return tuple(
        Indices(first_order=_share(0, row, means, lows, highs), total_order=_share(1, row, means, lows, highs))
        for row in range(len(mixed))
    )


def shares_of(whole: Array) -> Array:
    """First- and total-order indices.

    Parameters
    ----------
    whole
        The output at the first set of points, at the second, and at each mixture, ``(2 + group, point)``.

    Returns
    -------
    Array
        ``(order, group)``; unknown where nothing varies.

    >>> shares_of(np.array([[1.0, 2.0], [3.0, 4.0], [3.0, 4.0]])).tolist()
    [[1.6], [1.6]]
    """
    first, second, *_ = centred = whole - whole[:2].mean()
    mixed = centred[2:]
    with np.errstate(invalid="ignore", divide="ignore"):  # a resample of one point alone
        shares: Array = np.stack([(second * (mixed - first)).mean(axis=-1), 0.5 * ((first - mixed) ** 2).mean(axis=-1)]) / centred[:2].var()
    return shares


def _share(order: int, row: int, means: Array, lows: Array, highs: Array) -> Share:
    return Share(mean=float(means[order, row]), low=float(lows[order, row]), high=float(highs[order, row]))
