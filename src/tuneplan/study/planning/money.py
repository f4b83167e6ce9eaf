"""What purchases cost, draw by draw, and what they take of the budget at the confidence asked for."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from tuneplan.axes import Array, Mask
from tuneplan.core import costs_of
from tuneplan.core.costs import COSTS
from tuneplan.late import np
from tuneplan.study.planning.worth import Worth

AROUND = 0.04
"""Ranks on either side of the confidence whose mean, nearer ones counted more, is the money that a plan takes: a
single rank has no smooth price."""
TRIED = 1000.0
"""Purchases at which costs are read off: every line is affine in a task's examples once there are any. [example]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """Costs as affine functions of what is bought; exact, as every cost line is.

    Attributes
    ----------
    fixed, price
        What counts against the budget: before the first example, ``(instance, draw)``, and for each one more,
        ``(instance, task, draw)``. [USD]
    fixed_in_all, price_in_all
        The same of all cost lines in the mean, ``(instance,)`` and ``(instance, task)``. [USD]
    confidence
        Chance with which the budget has to do, ``(instance,)``. [share]
    """

    fixed: Array
    price: Array
    fixed_in_all: Array
    price_in_all: Array
    confidence: Array

    def covered(self, bought: Array) -> Array:
        """What counts against the budget, ``(instance, task)`` -> ``(instance, draw)``. [USD]"""
        return np.asarray(self.fixed + np.einsum("std,st->sd", self.price, bought))

    def spend(self, bought: Array) -> tuple[Array, Array]:
        """Money taken at the confidence, ``(instance,)``, and the price of one more there, ``(instance, task)``. [USD]

        A weighted mean over the draws ranked around that quantile; the price is its exact derivative.
        """
        covered = self.covered(bought)
        spent, price = np.empty(len(covered)), np.empty(self.price.shape[:2])
        for confidence in sorted(set(self.confidence.tolist())):
            which = np.flatnonzero(self.confidence == confidence)
            first, weight = ranks(covered.shape[1], confidence)
            here, last, rows = covered[which], first + len(weight), np.arange(len(which))[:, None]
            among = np.argpartition(here, (first, last - 1), axis=1)[:, first:last]
            among = among[rows, np.argsort(here[rows, among], axis=1, kind="stable")]
            spent[which] = (here[rows, among] * weight).sum(axis=1)  # no product of matrices: its last bit hangs on the other rows
            price[which] = np.einsum("sdt,d->st", np.moveaxis(self.price, 2, 1)[which[:, None], among], weight)
        return spent, price

    def only(self, rows: Mask) -> Money:
        """Some instances alone."""
        return replace(self, fixed=self.fixed[rows], price=self.price[rows], fixed_in_all=self.fixed_in_all[rows], price_in_all=self.price_in_all[rows], confidence=self.confidence[rows])


def ranks(draws: int, confidence: float) -> tuple[int, Array]:
    """First of the ranks nearest to a quantile, and their weights, which fall off to both sides and add up to 1.

    Certainty takes the dearest draw alone.

    >>> first, weight = ranks(1000, 0.9)
    >>> first, len(weight), float(weight[0] / weight[40]) < 0.05
    (860, 80, True)
    >>> ranks(1000, 1.0), ranks(1, 0.9)
    ((999, array([1.])), (0, array([1.])))
    """
    around = min(AROUND, 1.0 - confidence, confidence)
    first = max(min(math.floor((confidence - around) * draws + 1e-9), draws - 1), 0)
    last = max(first + 1, min(math.ceil((confidence + around) * draws - 1e-9), draws))
    off = np.abs(np.arange(first, last) + 0.5 - confidence * draws) / max(around * draws, 1.0)
    weight = np.maximum(1.0 - off, 0.0) if last - first > 1 else np.ones(1)
    weight = weight if weight.sum() > 0.0 else np.ones(len(weight))
    return first, weight / weight.sum()


def money_of(worth: Worth, *, covers: tuple[str, ...], confidence: float) -> Money:
    """Fixed costs and prices of every strategy, from costs at two sizes.

    Parameters
    ----------
    worth
        At the draws for costs.
    covers
        Components that count against the budget.
    """
    planned = np.repeat(worth.planned, worth.scenarios, axis=0)
    low, high = (costs_of(worth.with_examples(size * planned[None])) for size in (TRIED, 2.0 * TRIED))
    draws = worth.draws // worth.scenarios
    fixed, price = np.zeros((len(planned), draws)), np.zeros((*planned.shape, draws))
    fixed_in_all, price_in_all = np.zeros(len(planned)), np.zeros(planned.shape)
    for name, line in low.items():
        few, many = (worth.by_instance(each[0]) for each in (line, high[name]))
        slope = (many - few) / TRIED
        price_in_all += slope.mean(axis=2)
        fixed_in_all += (few - slope * TRIED).mean(axis=2).sum(axis=1)
        if COSTS[name].labels["component"] in covers:
            price += slope
            fixed += (few - slope * TRIED).sum(axis=1)
    return Money(fixed=fixed, price=price, fixed_in_all=fixed_in_all, price_in_all=price_in_all, confidence=np.full(len(planned), confidence))
