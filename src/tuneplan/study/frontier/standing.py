"""Who is on the frontier of cost and score, who is dominated; words follow health economics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tuneplan.axes import Array, Mask


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontierStep:
    """A strategy's standing in cost and score.

    Attributes
    ----------
    status
        ``frontier``, ``dominated`` or ``extendedly dominated``.
    usd_per_point
        Price of one more point against the frontier strategy before it; NaN elsewhere.
    """

    status: str
    usd_per_point: float


def frontier(cost: Sequence[float], points: Sequence[float]) -> tuple[FrontierStep, ...]:
    """Standing of each strategy by expected cost and points.

    >>> [step.status for step in frontier([1.0, 2.0, 3.0, 4.0], [0.0, 0.1, 5.0, 4.0])]
    ['frontier', 'extendedly dominated', 'frontier', 'dominated']
    """
    status = ["dominated"] * len(cost)
    price = [float("nan")] * len(cost)
    kept: list[int] = []
    equals: dict[int, int] = {}
    for index in sorted(range(len(cost)), key=lambda i: (cost[i], -points[i])):
        if kept and points[index] <= points[kept[-1]]:
            if (cost[index], points[index]) == (cost[kept[-1]], points[kept[-1]]):
                equals[index] = kept[-1]
            continue
        status[index] = "frontier"
        while len(kept) > 1 and _price(cost, points, kept[-1], index) <= price[kept[-1]]:
            status[kept.pop()] = "extendedly dominated"
        price[index] = _price(cost, points, kept[-1], index) if kept else float("nan")
        kept.append(index)
    for index, twin in equals.items():
        status[index], price[index] = status[twin], price[twin]
    return tuple(
        FrontierStep(status=word, usd_per_point=each if word == "frontier" else float("nan"))
        for word, each in zip(status, price, strict=True)
    )


def _price(cost: Sequence[float], points: Sequence[float], before: int, after: int) -> float:
    return (cost[after] - cost[before]) / (points[after] - points[before])


def on_frontier(cost: Array, points: Array) -> Mask:
    """Whether each strategy is on the frontier in each draw: best at some price of a point.

    The same rule as ``frontier``, draw by draw: every strategy that delivers more has to come at a
    higher price a point than every one that delivers less.

    Parameters
    ----------
    cost, points
        ``(strategy, draw)``; in USD and points.

    >>> on_frontier(np.array([[1.0], [2.0], [3.0]]), np.array([[0.0], [0.1], [5.0]])).ravel().tolist()
    [True, False, True]
    """
    kept = np.empty(cost.shape, dtype=bool)
    for index in range(len(cost)):
        more, dearer = points - points[index], cost - cost[index]
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            price = dearer / more
        below = np.where(more < 0.0, price, -np.inf).max(axis=0)
        above = np.where(more > 0.0, price, np.inf).min(axis=0)
        beaten = ((more == 0.0) & (dearer < 0.0)).any(axis=0)
        kept[index] = (np.maximum(below, 0.0) < above) & ~beaten
    return kept
