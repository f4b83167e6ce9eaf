"""What a strategy is expected to reach once some inputs are known: a regression on their ranks.

Each input is turned into its normal score (the rank of each draw, on the scale of a standard normal
number), so that a monotone change of an input changes nothing. The expectation of each strategy's
objective is then a natural cubic spline in the score of each input, with products of the scores of the
leading inputs of a set.

A fit chases noise, and the best of several noisy fits looks better than it is. So the choice is never
judged on the draws that it was fitted to: the draws fall into folds, a fold's choice comes from the fit
to all others, and what it gains is read off the fold's own draws. An input without influence then gains
nothing on average, at the price that what is found is at least so much: a choice made from a fit is no
better than the best choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import special

from tuneplan.axes import Array

KNOTS = 8
"""Of the spline of one input: as many columns."""
OUTERMOST = 2.4
"""Normal score of the last knot, beyond which the spline is straight: 130 of 16 384 draws lie there on either side."""
DRAWS_PER_COLUMN = 32
"""Draws that each column of a fit needs at least, so that it follows more than noise."""
MOST_COLUMNS = 200
"""Columns of the fit to a set of inputs."""
STRAIGHT, CURVED, PAIRED = 60, 8, 12
"""Leading inputs of a large set that get a straight line, a spline, and products with one another."""
RIDGE = 1e-9
"""Added to the normal equations, whose diagonal is about 1: it counts only where columns repeat one another."""
FOLDS = range(8, 1, -1)
"""Folds where the draws are one scramble: the first of these that divides them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What follows from knowing some inputs.

    Attributes
    ----------
    gain
        Expected objective of choosing by them, above the best choice without them. It may come out a little below 0.
    error
        Its simulation error; NaN where the draws are one scramble.
    changes
        Share of draws in which they change the choice.
    spread
        Variance between strategies that they explain, in squared units of the objective.
    explained
        Share that they explain of the variance of ``difference``; NaN where there is none.
    """

    gain: float
    error: float
    changes: float
    spread: float
    explained: float


@lru_cache(maxsize=4)
def spline(draws: int) -> Array:
    """Natural cubic spline in the normal scores of ranks, lowest rank first; orthonormal columns. ``(draw, column)``

    The first column is 1, the second the normal score itself.

    >>> columns = spline(512)
    >>> columns.shape, bool(np.allclose(columns.T @ columns / 512, np.eye(8)))
    ((512, 8), True)
    """
    score = special.ndtri((np.arange(draws) + 0.5) / draws)
    count = int(np.clip(draws // DRAWS_PER_COLUMN, 2, KNOTS))
    knots = np.linspace(-OUTERMOST, OUTERMOST, count)
    bend = np.maximum(score[:, None] - knots, 0.0) ** 3
    slope = (bend[:, :-1] - bend[:, -1:]) / (knots[-1] - knots[:-1])
    columns = np.column_stack([np.ones(draws), score, slope[:, :-1] - slope[:, -1:]])
    orthonormal, triangle = np.linalg.qr(columns)
    return orthonormal * np.sign(np.diag(triangle)) * np.sqrt(draws)  # type: ignore[no-any-return]


def columns_of(values: Array) -> Array:
    """The spline of one input, draw by draw; draws of equal value share their row. ``(draw, column)``

    Parameters
    ----------
    values
        ``(draw,)``; only their order counts.

    >>> values = np.array([3.0, 1.0, 2.0, 4.0])
    >>> bool((columns_of(values) == columns_of(np.exp(values))).all())
    True
    """
    order = np.argsort(values, kind="stable")
    rows = spline(len(values))
    starts = np.concatenate([[0], np.flatnonzero(np.diff(values[order])) + 1])
    if len(starts) < len(values):
        counts = np.diff(np.append(starts, len(values)))
        rows = np.repeat(np.add.reduceat(rows, starts) / counts[:, None], counts, axis=0)
    columns = np.empty_like(rows)
    columns[order] = rows
    return columns


def columns_of_set(inputs: Sequence[Array], *, most: int = MOST_COLUMNS) -> Array:
    """Columns of several inputs, the leading ones first: straight lines, splines, then products. ``(draw, column)``

    Parameters
    ----------
    inputs
        ``columns_of`` each, the one that matters most first.
    most
        Columns at most; fewer draws have fewer.
    """
    draws = len(inputs[0])
    room = int(np.clip(draws // DRAWS_PER_COLUMN, 2, most))
    scores = [each[:, 1] for each in inputs]
    curved, paired = inputs[:CURVED], range(min(len(inputs), PAIRED))
    columns = [np.ones(draws), *scores[:STRAIGHT]]
    columns += [scores[one] * scores[other] for one in paired for other in paired if one < other]
    columns += [each[:, place] for place in range(2, inputs[0].shape[1]) for each in curved]
    leading = range(min(len(inputs), 3))
    columns += [inputs[one][:, 2] * scores[other] for one in leading for other in leading if one != other and inputs[0].shape[1] > 2]
    return np.column_stack(columns[:room])


def folds_of(draws: int, scrambles: int) -> int:
    """Folds into which draws fall: their scrambles, else a few equal parts, else each draw by itself."""
    return scrambles if scrambles > 1 else next((count for count in FOLDS if draws % count == 0), draws)


def fitted(columns: Array, objective: Array, *, scrambles: int, difference: tuple[int, int] | None = None) -> Fit:
    """Choose by a fit, and judge the choice on draws that the fit has not seen.

    Parameters
    ----------
    columns
        ``(draw, column)``, the first of them 1.
    objective
        ``(strategy, draw)``; the more the better.
    scrambles
        Independent repetitions within the draws: they are the folds.
    difference
        Two strategies whose difference is to be explained.
    """
    strategies, draws = objective.shape
    folds = folds_of(draws, scrambles)
    here = columns.reshape(folds, draws // folds, -1)
    there = np.ascontiguousarray(objective.T).reshape(folds, draws // folds, strategies)
    gram = np.stack([block.T @ block for block in here]) / draws  # block by block: half the work, as each is symmetric
    moments = np.stack([block.T @ of for block, of in zip(here, there, strict=True)]) / draws
    whole, total = gram.sum(axis=0), moments.sum(axis=0)
    coefficients = _solved(whole - gram, total - moments)
    predicted = np.stack([block @ each for block, each in zip(here, coefficients, strict=True)])
    without = (total[0] - moments[:, 0]).argmax(axis=1)[:, None]  # by the mean alone
    choice = predicted.argmax(axis=2)
    gain = np.take_along_axis(there, choice[..., None], axis=2)[..., 0] - np.take_along_axis(there, without[..., None], axis=2)[..., 0]
    means = gain.mean(axis=1)
    overall = _solved(whole[None], total[None])[0]
    return Fit(
        gain=float(means.mean()),
        error=float(means.std(ddof=1) / np.sqrt(folds)) if scrambles > 1 else float("nan"),
        changes=float((choice != without).mean()),
        spread=float(_variance(overall - overall.mean(axis=1, keepdims=True), whole).sum()),
        explained=_explained(overall, whole, objective, difference),
    )


def _solved(gram: Array, moments: Array) -> Array:
    """Coefficients of least squares, fold by fold. ``(fold, column, strategy)``"""
    count = gram.shape[-1]
    return np.asarray(np.linalg.solve(gram + RIDGE * np.eye(count), moments), dtype=np.float64)


def _variance(coefficients: Array, gram: Array) -> Array:
    """Variance over the draws of what was fitted. ``(strategy,)``"""
    square = ((gram @ coefficients) * coefficients).sum(axis=0)
    return np.maximum(square - (gram[0] @ coefficients) ** 2, 0.0)  # type: ignore[no-any-return]


def _explained(coefficients: Array, gram: Array, objective: Array, difference: tuple[int, int] | None) -> float:
    """Share of the variance of a difference that a fit explains, less what a fit to noise would."""
    if difference is None:
        return float("nan")
    one, other = difference
    draws, free = objective.shape[1], coefficients.shape[0] - 1
    whole = float((objective[one] - objective[other]).var())
    if whole == 0.0 or draws <= free + 1:
        return float("nan")
    share = float(_variance(coefficients[:, [one]] - coefficients[:, [other]], gram)[0]) / whole
    return float(np.clip(1.0 - (1.0 - share) * (draws - 1) / (draws - 1 - free), 0.0, 1.0))
