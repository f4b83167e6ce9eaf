"""Points on a path between its levels: how far a budget goes, what is bought there, from which levels scores are read."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from tuneplan.axes import Array
from tuneplan.study.groupings.terms import Terms

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


def between(along: Array, level: Array) -> Array:
    """Purchases at a point between two levels, in proportion. ``(grouping, task)``"""
    rows = np.arange(along.shape[1])
    first = np.minimum(level.astype(int), len(along) - 2)
    share = (level - first)[:, None]
    one, other = np.log1p(along[first, rows]), np.log1p(along[first + 1, rows])
    return np.expm1(one + share * (other - one))  # type: ignore[no-any-return]


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
