"""All groupings at once where plans decide the examples: each at the point of its sets' paths that spends its budget."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tuneplan.axes import Array
from tuneplan.core.strategies import ModelOfTask
from tuneplan.study.groupings.family import Family
from tuneplan.study.groupings.partitions import sets_of
from tuneplan.study.groupings.paths import Paths, scores_along
from tuneplan.study.groupings.screening import CELLS_AT_ONCE, Screen, joined, screen_of
from tuneplan.study.groupings.terms import affine_costs
from tuneplan.study.groupings.values import SetValues

HALVINGS = 16
"""Halvings of a path until the point is found at which a budget is spent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedValues:
    """Paths of sets, and what their models add along them on the draws on which groupings are judged.

    Attributes
    ----------
    values
        At those draws.
    part
        What the model of a set adds to each request, ``(level + 1, request, draw)`` a set.
    """

    paths: Paths
    values: SetValues
    part: dict[int, Array]

    @classmethod
    def of(cls, family: Family, paths: Paths, groups: Sequence[int]) -> PlannedValues:
        """Of these sets."""
        paths.find(groups)
        values = SetValues.of(family)
        return cls(paths=paths, values=values, part=scores_along(paths, values, groups))


def screened_with_plans(planned: PlannedValues, groupings: Sequence[ModelOfTask]) -> Screen:
    """What each grouping costs and delivers under its own plan, draw by draw."""
    family = planned.values.family
    size = max(1, CELLS_AT_ONCE // ((family.tasks + 1) * family.design.draws))
    return joined([_screened(planned, tuple(groupings[start : start + size])) for start in range(0, len(groupings), size)])


def _screened(planned: PlannedValues, groupings: tuple[ModelOfTask, ...]) -> Screen:
    family, terms = planned.values.family, planned.paths.terms
    lines = affine_costs(family, groupings, terms)
    covered = [line for name, line in lines.items() if terms.is_covered(name)]
    fixed = sum((at_nothing.sum(axis=1) for at_nothing, _ in covered), np.zeros((len(groupings), 1)))
    price = sum((slope for _, slope in covered), np.zeros((len(groupings), family.tasks, 1)))
    along = planned.paths.along(groupings)
    level = _levels(along, fixed, price, limit=terms.limit, confidence=float(family.lowered.inputs["budget_confidence"].flat[0]))
    bought = _between(along, level)[:, :, None]
    costs = {name: (at_nothing + slope * bought)[None] for name, (at_nothing, slope) in lines.items()}
    return screen_of(planned.values, groupings, score=_scores(planned, groupings, level), costs=costs)


def _levels(along: Array, fixed: Array, price: Array, *, limit: float, confidence: float) -> Array:
    """How far along its path each grouping gets with its budget, at the confidence asked for. ``(grouping,)``"""
    low, high = np.zeros(along.shape[1]), np.full(along.shape[1], len(along) - 1.0)
    if not np.isfinite(limit):
        return high

    def fits(level: Array) -> np.ndarray:
        spent = fixed + np.einsum("std,st->sd", price, _between(along, level))
        rank = min(math.ceil(confidence * spent.shape[1] - 1e-9), spent.shape[1]) - 1
        return np.partition(spent, rank, axis=1)[:, rank] <= limit

    whole = fits(high)
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        enough = fits(middle)
        low, high = np.where(enough, middle, low), np.where(enough, high, middle)
    return np.where(whole, len(along) - 1.0, low)


def _between(along: Array, level: Array) -> Array:
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


def _scores(planned: PlannedValues, groupings: Sequence[ModelOfTask], level: Array) -> Array:
    """Score of each request under each grouping, at its point of the paths. ``(grouping, request, draw)``"""
    beside = planned.values.requests.beside
    found = np.empty((len(groupings), *planned.values.untrained.shape))
    for row, grouping in enumerate(groupings):
        groups = sets_of(grouping)
        weights = weights_of_levels(float(level[row]), len(planned.paths.prices) + 1)
        found[row] = sum(share * planned.part[group][at] for group in groups for at, share in weights.items())
        if len(groups) > 1 and beside is not None:
            found[row, -1] += beside
    return found
