"""Which strategy is best at which value of a point: acceptability curve, frontier, regret.

Two different questions, told apart: the *curve* says how often a strategy has the highest net benefit,
the *frontier* which one has the highest expected net benefit and how often that one is best. Under
skewed costs the strategy that is best on average need not be the one that is most often best
(Fenwick, Claxton and Sculpher 2001, doi 10.1002/hec.635). Words follow health economics.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tuneplan.axes import Array, Mask
from tuneplan.study.decision import TOO_CLOSE
from tuneplan.study.frontier.standing import frontier
from tuneplan.study.options import Options

STEPS_A_DECADE = 10
"""Values of a point that are looked at from one power of ten to the next."""
BEYOND = 3.0
"""How far the grid goes on beyond the first and the last price at which the frontier switches."""
FEW_SWITCHES = 4
"""Switches up to which values between two of them are shown too."""
FAR = 10.0
"""How far beyond the last switch a value shows what happens where a point is dear."""
CURVES = ("expected", "probability_best", "probability_error", "regret", "regret_error")
"""What there is of each strategy at each value."""
WITHOUT_PRICES = (1e2, 1e6)
"""Values of a point that are looked at where no strategy is dearer and better than another. [USD/point]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A value of a point at which the strategy of the highest expected net benefit changes.

    Attributes
    ----------
    value
        Extra dollars of the dearer strategy over its extra points, both expected: exact for these
        draws, as expected net benefit is a straight line in the value of a point. [USD/point]
    error
        Its simulation error; NaN where unknown.
    before, after
        Indices of the strategies below and above it.
    too_close
        Whether simulation error hides that the second delivers more at all: then there is no
        such value to speak of.
    """

    value: float
    error: float
    before: int
    after: int
    too_close: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OverValue:
    """What is best as the value of a delivered point over the horizon grows.

    Attributes
    ----------
    strategies
        Names, the first axis of the arrays.
    among
        Whether each takes part; the others hold NaN. ``(strategy,)``
    value
        0, then evenly spaced logarithms. ``(value,)`` [USD/point]
    expected
        Net benefit, value times delivered points less the cost. ``(strategy, value)`` [USD]
    probability_best
        The acceptability curve: share of draws with the highest net benefit, ties shared alike.
        ``(strategy, value)`` [share]
    regret
        Expected loss against choosing with hindsight. ``(strategy, value)`` [USD]
    probability_error, regret_error
        Simulation errors; NaN where unknown.
    best
        The acceptability frontier: index of the highest expected net benefit, of equals the cheapest,
        then the one with more points; -1 where nobody takes part. ``(value,)``
    too_close
        Whether simulation error hides which one that is. ``(value,)``
    switches
        Where it changes, in order.
    """

    strategies: tuple[str, ...]
    among: Mask
    value: Array
    expected: Array
    probability_best: Array
    probability_error: Array
    regret: Array
    regret_error: Array
    best: Mask
    too_close: Mask
    switches: tuple[Switch, ...]

    @property
    def most_often(self) -> Mask:
        """Index of the strategy that is most often best; where nobody takes part, 0. ``(value,)``"""
        return np.nan_to_num(self.probability_best, nan=-1.0).argmax(axis=0)  # type: ignore[no-any-return]

    @property
    def chance_of_best(self) -> Array:
        """How often the frontier's strategy is best. ``(value,)`` [share]"""
        return _along(self.probability_best, self.best)

    @property
    def perfect_information(self) -> Array:
        """Expected value of perfect information: the regret of the frontier's strategy. ``(value,)`` [USD]"""
        return _along(self.regret, self.best)

    @property
    def perfect_information_error(self) -> Array:
        """Its simulation error. ``(value,)`` [USD]"""
        return _along(self.regret_error, self.best)

    def leads(self, one: int, other: int, place: int) -> bool:
        """Whether one strategy is more often best than another, beyond simulation error."""
        chance, error = self.probability_best[:, place], np.nan_to_num(self.probability_error[:, place])
        return bool(chance[one] - chance[other] > TOO_CLOSE * np.hypot(error[one], error[other]))


def _along(array: Array, best: Mask) -> Array:
    return np.where(best >= 0, np.take_along_axis(array, np.maximum(best, 0)[None], axis=0)[0], np.nan)


def over_value(options: Options, among: Mask, *, value: Array | None = None) -> OverValue:
    """Acceptability curve, frontier and regret over the value of a point.

    Parameters
    ----------
    among
        Which strategies take part, ``(strategy,)`` of bool; each has to cost something finite.
    value
        Values to look at; None: ``grid_of`` the switches. [USD/point]
    """
    rows = np.flatnonzero(among)
    cost, points = options.cost[rows], options.priced[rows]
    switches = switches_of(cost, points, options.scrambles)
    looked_at = grid_of(cost, points, switches) if value is None else value
    cheaper = np.lexsort((-points.mean(axis=1), cost.mean(axis=1)))
    columns = [_at(each * points - cost, cheaper, options.scrambles) for each in looked_at] if len(rows) else []
    shape = (len(options.strategies), len(looked_at))
    spread = {name: _spread([getattr(each, name) for each in columns], rows, shape) for name in CURVES}
    return OverValue(
        strategies=options.strategies,
        among=among,
        value=looked_at,
        best=np.array([rows[each.best] for each in columns], dtype=int) if columns else np.full(len(looked_at), -1),
        too_close=np.array([each.too_close for each in columns], dtype=bool) if columns else np.zeros(len(looked_at), dtype=bool),
        switches=tuple(
            Switch(value=each.value, error=each.error, before=int(rows[each.before]), after=int(rows[each.after]), too_close=each.too_close)
            for each in switches
        ),
        **spread,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _At:
    """One value of a point; arrays ``(strategy,)``."""

    expected: Array
    probability_best: Array
    probability_error: Array
    regret: Array
    regret_error: Array
    best: int
    too_close: bool


def _at(benefit: Array, cheaper: Mask, scrambles: int) -> _At:
    """All about one value; of equals the first of ``cheaper`` is best."""
    expected = benefit.mean(axis=1)
    best = int(cheaper[expected[cheaper].argmax()])
    chance, chance_error = mean_and_error(wins(benefit), scrambles)
    regret, regret_error = mean_and_error(benefit.max(axis=0) - benefit, scrambles)
    margin, error = mean_and_error(benefit[best] - benefit, scrambles)
    others = (benefit != benefit[best]).any(axis=1)  # one that is the same in every draw is no rival
    return _At(
        expected, chance, chance_error, regret, regret_error, best,
        bool((margin <= TOO_CLOSE * np.nan_to_num(error))[others].any()),
    )  # fmt: skip


def _spread(columns: Sequence[Array], rows: Mask, shape: tuple[int, int]) -> Array:
    """Columns of those that take part, NaN in the rows of the others."""
    whole = np.full(shape, np.nan)
    if columns:
        whole[rows] = np.stack(columns, axis=1)
    return whole


def wins(objective: Array) -> Array:
    """Share of each draw that each strategy wins: 1, or alike among those that tie. ``(strategy, draw)``

    >>> wins(np.array([[1.0, 2.0], [1.0, 3.0]])).tolist()
    [[0.5, 0.0], [0.5, 1.0]]
    """
    winners = objective == objective.max(axis=0)
    return winners / winners.sum(axis=0)  # type: ignore[no-any-return]


def mean_and_error(draws: Array, scrambles: int) -> tuple[Array, Array]:
    """Mean and simulation error of several outputs, NaN with one scramble. ``(output,)`` each

    The same as ``decision.estimates``, without the quantiles.
    """
    if scrambles < 2:
        return draws.mean(axis=1), np.full(len(draws), np.nan)
    means = draws.reshape(len(draws), scrambles, -1).mean(axis=2)
    return draws.mean(axis=1), means.std(axis=1, ddof=1) / np.sqrt(scrambles)


def switches_of(cost: Array, points: Array, scrambles: int) -> tuple[Switch, ...]:
    """Values of a point at which the highest expected net benefit changes hands, in order.

    The error is that of a ratio of means to first order, which holds as long as the points are
    well above their own error; where they are not, ``too_close`` says so.

    Parameters
    ----------
    cost, points
        ``(strategy, draw)``; in USD and points.

    >>> [each.value for each in switches_of(np.array([[1.0], [9.0]]), np.array([[2.0], [4.0]]), 1)]
    [4.0]
    """
    means = cost.mean(axis=1).tolist(), points.mean(axis=1).tolist()
    steps = frontier(*means)
    kept: dict[tuple[float, float], int] = {}
    for index, step in enumerate(steps):
        if step.status == "frontier":
            kept.setdefault((means[0][index], means[1][index]), index)  # twins count once
    return tuple(_switch(cost, points, *pair, scrambles) for pair in pairwise(kept[each] for each in sorted(kept)))


def _switch(cost: Array, points: Array, before: int, after: int, scrambles: int) -> Switch:
    dearer, more = cost[after] - cost[before], points[after] - points[before]
    value = float(dearer.mean() / more.mean())
    _, (hidden, beyond) = mean_and_error(np.stack([more, dearer - value * more]), scrambles)
    return Switch(
        value=value, error=float(beyond / more.mean()), before=before, after=after,
        too_close=bool(more.mean() <= TOO_CLOSE * np.nan_to_num(hidden)),
    )  # fmt: skip


def grid_of(cost: Array, points: Array, switches: Sequence[Switch]) -> Array:
    """Values of a point to look at: 0, then even logarithms over whole powers of ten that hold every switch.

    A switch that simulation error hides may lie anywhere, and doesn't count. Where none is left, the
    grid lies around the middle one of the prices that other pairs of strategies ask for a point.

    >>> grid = grid_of(np.array([[1.0], [9.0]]), np.array([[2.0], [4.0]]), [])
    >>> float(grid[0]), float(grid[1]), float(grid[-1]), len(grid)
    (0.0, 1.0, 100.0, 22)
    """
    prices = [each.value for each in switches if not each.too_close] or _price_of_pairs(cost, points)
    low, high = (min(prices) / BEYOND, max(prices) * BEYOND) if prices else WITHOUT_PRICES
    first, last = int(np.floor(np.log10(low))), int(np.ceil(np.log10(high)))
    exponents = np.arange(STEPS_A_DECADE * first, STEPS_A_DECADE * last + 1) / STEPS_A_DECADE
    return np.concatenate([[0.0], 10.0**exponents])


def _price_of_pairs(cost: Array, points: Array) -> list[float]:
    """Median of the expected dollars a point more, over pairs of which one is dearer and better."""
    dearer, more = (np.subtract.outer(each.mean(axis=1), each.mean(axis=1)) for each in (cost, points))
    paid = (dearer > 0.0) & (more > 0.0)
    return [float(np.median(dearer[paid] / more[paid]))] if paid.any() else []


def milestones_of(over: OverValue, *, own: float) -> Array:
    """Values of a point that tell the whole story: 0, each switch, between two of them, and far beyond the last.

    Switches that simulation error hides are left out; where none is left, values over the whole grid are taken.

    Parameters
    ----------
    own
        Value of a point in the scenario; NaN: it gives none. [USD/point]
    """
    known = [each.value for each in over.switches if not each.too_close]
    between = [float(np.sqrt(low * high)) for low, high in pairwise(known)] if len(known) <= FEW_SWITCHES else []
    far = [known[-1] * FAR] if known else [float(each) for each in over.value[[1, len(over.value) // 2, -1]]]
    stated = [own] if np.isfinite(own) and own >= 0.0 else []
    return np.unique([0.0, *known, *between, *far, *stated])
