"""The rule of ``decide`` where expectations are known, at many cases at once: given an input, or at one point.

The highest objective, and of those level with it the cheapest. Simulation error, which makes strategies
tie in a decision, is told as how clear the choice is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tuneplan.axes import Array
from tuneplan.study.decision import LEVEL, SAME_COST
from tuneplan.study.options import Options


def preferred(objective: Array, cost: Array, *, allowed: np.ndarray, indifferent: float) -> np.ndarray:
    """Who is recommended by the rule of ``decide``, where expectations are known. ``(case,)`` of int

    Parameters
    ----------
    objective, cost
        Expected, ``(strategy, case)``.
    allowed
        ``(strategy,)`` of bool, at least one.
    indifferent
        Differences in the objective that decide nothing.

    >>> preferred(np.array([[1.0, 3.0], [1.2, 1.0]]), np.array([[5.0], [9.0]]), allowed=np.array([True, True]), indifferent=0.5).tolist()
    [0, 0]
    """
    among = np.where(allowed[:, None], objective, -np.inf)
    behind = among.max(axis=0) - among
    tied = (behind < indifferent) | (behind == 0.0)
    paid = np.where(tied, cost, np.inf)
    kept = tied & (paid <= (1.0 + SAME_COST) * paid.min(axis=0))
    return np.where(kept, among, -np.inf).argmax(axis=0)  # type: ignore[no-any-return]


def indifference(unit: str) -> float:
    """Difference in the objective within which strategies are level."""
    return LEVEL if unit == "point" else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What the rule needs to know, as outputs to be expected.

    Attributes
    ----------
    rows
        Rows of the allowed strategies, the recommended one first.
    outputs
        For each of them: how far its objective is ahead of the recommended one's; its cost; what
        the recommended one costs more than it, were it allowed ``SAME_COST``. ``(output, draw)``
    indifferent
        Differences in the objective that decide nothing.
    """

    rows: tuple[int, ...]
    outputs: Array
    indifferent: float

    @classmethod
    def of(cls, options: Options, best: int) -> Rule:
        rows = [best, *(row for row in np.flatnonzero(options.allowed).tolist() if row != best)]
        cost, objective = options.cost[rows], options.objective[rows]
        outputs = np.concatenate([objective - objective[0], cost, cost[0] - (1.0 + SAME_COST) * cost])
        return cls(rows=tuple(rows), outputs=outputs, indifferent=indifference(options.unit))

    @property
    def count(self) -> int:
        """Strategies among which there is a choice."""
        return len(self.rows)

    def chosen(self, means: Array) -> np.ndarray:
        """Who is recommended where outputs are expected to be these, by the place in ``rows``. ``(case,)`` of int"""
        ahead, cost = means[: self.count], means[self.count : 2 * self.count]
        return preferred(ahead, cost, allowed=np.full(self.count, True), indifferent=self.indifferent)


def judged(means: Array, errors: Array, rule: Rule) -> tuple[np.ndarray, Array]:
    """The rule at each value: who is chosen, and how clear that is in standard errors.

    Below 0 where the recommended one stays: by how much it is safe.
    """
    count, columns = rule.count, np.arange(means.shape[1])
    ahead, saved = means[:count], means[2 * count :]
    ahead_error, saved_error = errors[:count], errors[2 * count :]
    chosen = rule.chosen(means)
    leader = ahead.argmax(axis=0)
    beaten = ahead[leader, columns] - rule.indifferent
    near = rule.indifferent - (ahead[leader, columns] - ahead[chosen, columns])
    near_error = ahead_error[chosen, columns] + ahead_error[leader, columns]
    level = np.minimum(
        _ratio(saved[chosen, columns], saved_error[chosen, columns]),
        np.where(chosen == leader, np.inf, _ratio(near, near_error)),
    )
    strength = np.where(beaten >= 0.0, _ratio(beaten, ahead_error[leader, columns]), level)
    # the recommended one is safe from each other by what that one lacks to be ahead, or to be level and cheaper
    lacking = np.where(saved[1:] > 0.0, -rule.indifferent, rule.indifferent) - ahead[1:]
    security = _ratio(lacking, ahead_error[1:]).min(axis=0)
    return chosen, np.where(chosen == 0, -np.maximum(security, 0.0), strength)


def _ratio(size: Array, error: Array) -> Array:
    """In standard errors; endless where there is none."""
    return np.divide(size, error, out=np.where(size > 0.0, np.inf, np.where(size < 0.0, -np.inf, 0.0)), where=error > 0.0)
