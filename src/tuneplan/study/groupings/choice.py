"""Which of the groupings that were looked at: leaders, the front of cost against score, and the one to take."""

from __future__ import annotations

import numpy as np

from tuneplan.axes import Array
from tuneplan.study.decision import SAME_COST, TOO_CLOSE
from tuneplan.study.groupings.screening import Screen

ALIKE = 1e-9
"""Share of a number below which two of them differ by rounding alone."""


def reach(screen: Screen) -> Array:
    """Chance to keep every limit, as far as it is asked for; below 0 what can't be done at all. ``(grouping,)``"""
    limits = screen.options.limits
    met = np.where(limits.allowed, limits.confidence, np.minimum(limits.met, limits.confidence))
    return np.where(limits.possible, met, -1.0)


def ranked(screen: Screen) -> list[int]:
    """All of them: those that keep the limits first, the higher objective before the lower; then those that come
    nearest to keeping them, of equals the one that spends least of the budget.

    What rounding alone tells apart is ranked by cost, then by the number of models, then by name.
    """
    options, near = screen.options, reach(screen)
    cost = options.cost.mean(axis=1)
    worth = np.where(options.allowed, _rounded(options.objective.mean(axis=1)), _rounded(-options.covered.mean(axis=1)))
    return sorted(
        range(len(screen.groupings)),
        key=lambda row: (-near[row], -worth[row], cost[row], max(screen.groupings[row]), options.strategies[row]),
    )  # fmt: skip


def _rounded(means: Array) -> Array:
    """Means as multiples of what rounding alone may tell apart; what can't be known comes last."""
    known = np.isfinite(means)
    step = ALIKE * max(float(np.abs(means[known]).max(initial=0.0)), 1.0)
    return np.where(known, np.round(np.where(known, means, 0.0) / step), -np.inf)


def front(screen: Screen) -> list[int]:
    """Groupings that no other beats in both expected cost and expected score, the cheapest first."""
    cost, points = screen.options.cost.mean(axis=1), screen.options.points.mean(axis=1)
    order = [row for row in np.lexsort((-points, cost)).tolist() if screen.options.limits.possible[row]]
    kept: list[int] = []
    for row in order:
        if not kept or points[row] > points[kept[-1]]:
            kept.append(row)
    return kept


def leading(screen: Screen) -> list[int]:
    """The first of all, and those that simulation error hides it from; where none keeps the limits, the first alone."""
    options, order = screen.options, ranked(screen)
    if not options.allowed[order[0]]:
        return order[:1]
    among = [row for row in order if options.allowed[row]]
    margin = options.objective[order[0]] - options.objective[among]
    close = np.abs(margin.mean(axis=1)) <= TOO_CLOSE * _errors(margin, options.scrambles) + ALIKE * abs(float(options.objective[order[0]].mean()))
    return [row for row, hidden in zip(among, close.tolist(), strict=True) if hidden]


def chosen(screen: Screen) -> int:
    """The one to take: of those that simulation error can't tell apart the cheapest, of as cheap ones the simplest."""
    options, tied = screen.options, leading(screen)
    cost = {row: float(options.cost[row].mean()) for row in tied}
    cheap = [row for row in tied if cost[row] <= (1.0 + SAME_COST) * min(cost.values())]
    return min(cheap, key=lambda row: (max(screen.groupings[row]), tied.index(row)))


def _errors(draws: Array, scrambles: int) -> Array:
    """Simulation error of each mean; 0 where there is none to be known. ``(output,)``"""
    if scrambles < 2:
        return np.zeros(len(draws))
    return draws.reshape(len(draws), scrambles, -1).mean(axis=2).std(axis=1, ddof=1) / np.sqrt(scrambles)  # type: ignore[no-any-return]
