"""Quantiles and medians along draws: those of numpy to the bit, from one sort.

A sort of a few thousand draws takes less time than to search for each rank; and numpy's own load masked
arrays when they are first called, which takes as long as all quantiles of a verdict.
"""

from __future__ import annotations

from collections.abc import Sequence

from tuneplan.axes import Array
from tuneplan.late import np


def quantiles_of_draws(draws: Array, shares: Sequence[float]) -> Array:
    """Quantiles along the last axis, on a straight line between ranks; NaN where any draw is. ``(.., draw)`` -> ``(share, ..)``

    >>> quantiles_of_draws(np.array([[4.0, 1.0, 2.0], [0.0, 1.0, 0.0]]), (0.25, 1.0)).tolist()
    [[1.5, 0.0], [4.0, 1.0]]
    """
    ordered, last = np.sort(draws, axis=-1), draws.shape[-1] - 1
    place = last * np.asarray(shares)
    below = np.floor(place)
    lower, upper = (ordered[..., rank.astype(np.intp)] for rank in (below, np.minimum(below + 1.0, last)))
    part, step = place - below, upper - lower
    found = np.where(part >= 0.5, upper - step * (1.0 - part), lower + step * part)  # from the nearer rank, as numpy does
    found[np.isnan(ordered[..., -1])] = np.nan
    return np.moveaxis(found, -1, 0)


def median_of_draws(draws: Array) -> Array:
    """Median along the last axis, none of which is NaN: the middle one, or the mean of the two. ``(.., draw)`` -> ``(..)``

    >>> median_of_draws(np.array([[3.0, 1.0, 2.0, 9.0], [1.0, 1.0, 5.0, 7.0]])).tolist()
    [2.5, 3.0]
    """
    count = draws.shape[-1]
    return np.sort(draws, axis=-1)[..., (count - 1) // 2 : count // 2 + 1].mean(axis=-1)  # type: ignore[no-any-return]
