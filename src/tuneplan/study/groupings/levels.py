"""Points on a path between its levels: how far a budget goes, what is bought there, from which levels scores are read."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from tuneplan.axes import Array
from tuneplan.study.groupings.terms import Terms

NOTHING_AT = 3.0
"""Factor on what the first dollars bring from which on none is spent."""
HALVINGS = 16
"""Halvings of a path until the point is found at which a budget is spent."""


def levels_of(along: Array, lines: Mapping[str, tuple[Array, Array]], terms: Terms) -> Array:
    """How far along its path each grouping gets with its budget, at the confidence asked for. ``(grouping,)``

    Parameters
    ----------
    along
        Purchases level by level, ``Paths.along``.
    lines
        Costs, ``affine_costs``.
    """
    covered = [line for name, line in lines.items() if terms.is_covered(name)]
    if not (np.isfinite(terms.limit) and covered):
        return np.full(along.shape[1], len(along) - 1.0)
    fixed: Array = np.zeros((1, 1)) + sum(nothing.sum(axis=1) for nothing, _ in covered)
    price: Array = np.zeros((1, 1, 1)) + sum(slope for _, slope in covered)
    return _halved(along, fixed, price, limit=terms.limit, confidence=terms.confidence)


def _halved(along: Array, fixed: Array, price: Array, *, limit: float, confidence: float) -> Array:
    """The last point at which the limit is kept; the first, where none keeps it."""
    low, high = np.zeros(along.shape[1]), np.full(along.shape[1], len(along) - 1.0)

    def fits(level: Array) -> np.ndarray:
        spent = fixed + np.einsum("std,st->sd", price, between(along, level))
        rank = min(math.ceil(confidence * spent.shape[1] - 1e-9), spent.shape[1]) - 1
        return np.partition(spent, rank, axis=1)[:, rank] <= limit

    whole = fits(high)
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        enough = fits(middle)
        low, high = np.where(enough, middle, low), np.where(enough, high, middle)
    return np.where(whole, len(along) - 1.0, low)


def places_at(prices: Array, brings: Array) -> Array:
    """Where on a path the last dollar brings as much as a price of money asks, in levels. ``(price,)``

    Above what it brings at the first level, less and less is bought, down to nothing at ``NOTHING_AT`` times as much;
    where a later dollar brings more than one before it, both are spent or neither.

    Parameters
    ----------
    prices
        What a dollar has to bring.
    brings
        What it brings at each level, the first of which is 1. ``(level,)``

    >>> places_at(np.array([9.0, 2.0, 1.0, 0.75, 0.5, 0.1]), np.array([1.0, 0.5])).round(2).tolist()
    [0.0, 0.37, 1.0, 1.42, 2.0, 2.0]
    """
    falling = np.log(np.maximum(np.minimum.accumulate(brings), 1e-300))
    ends = np.concatenate([[falling[0] + math.log(NOTHING_AT)], falling])
    asked = np.log(np.maximum(prices, 1e-300))
    return np.interp(-asked, -ends + 1e-12 * np.arange(len(ends)), np.arange(len(ends), dtype=np.float64))


def between(along: Array, level: Array) -> Array:
    """Purchases at a point between two levels: in proportion, from nothing to the first evenly. ``(grouping, task)``

    Parameters
    ----------
    along
        ``(level, grouping, task)``.
    level
        ``(grouping,)``.
    """
    rows = np.arange(along.shape[1])
    first = np.minimum(level.astype(int), len(along) - 2)
    share = (level - first)[:, None]
    low, high = along[first, rows], along[first + 1, rows]
    one, other = np.log1p(low), np.log1p(high)
    return np.asarray(np.where(first[:, None] == 0, low + share * (high - low), np.expm1(one + share * (other - one))))


def weights_of_levels(level: float, levels: int) -> dict[int, float]:
    """Levels from which a score at a point between them is read, and their weights: a parabola through three.

    Below the first price of money, and on a path too short for it, a line through two.

    >>> weights_of_levels(2.5, 6), weights_of_levels(0.25, 6)
    ({1: -0.125, 2: 0.75, 3: 0.375}, {0: 0.75, 1: 0.25})
    """
    if level < 1.0 or levels < 4:
        first = min(int(level), levels - 2)
        return {first: 1.0 - (level - first), first + 1: level - first}
    middle = min(max(math.floor(level + 0.5 - 1e-12), 2), levels - 2)
    off = level - middle
    return {middle - 1: off * (off - 1.0) / 2.0, middle: 1.0 - off * off, middle + 1: off * (off + 1.0) / 2.0}
