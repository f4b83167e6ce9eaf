"""Whether numbers that were simulated differ by more than simulation does: before one of them is named as the most."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tuneplan.study.decision import Estimate

TWO, MORE = 2.77, 0.97
"""Standard errors that two equal means may seem apart in all but one of twenty cases, and what each doubling and more of
their number adds by its logarithm: ``TWO + MORE log(count / 2)``, within .25 of the studentized range up to 50 means and
above it beyond."""


def are_apart(some: Sequence[Estimate]) -> bool:
    """Whether the highest and the lowest mean are further apart than those of equal numbers would be.

    >>> def mean(value, error): return Estimate(mean=value, low=0.0, p10=0.0, median=0.0, p90=0.0, high=0.0, error=error)
    >>> are_apart([mean(0.5, 0.1), mean(0.7, 0.1)]), are_apart([mean(0.5, 0.01), mean(0.7, 0.01)]), are_apart([mean(0.5, 0.1)])
    (False, True, False)
    """
    if len(some) < 2:
        return False
    means = [each.mean for each in some]
    return max(means) - min(means) > (TWO + MORE * math.log(len(some) / 2.0)) * _error(some)


def stands_out(one: Estimate, others: Sequence[Estimate]) -> bool:
    """Whether a mean lies beyond all others by more than simulation error; nothing else to confuse it with: it does.

    >>> def mean(value, error): return Estimate(mean=value, low=0.0, p10=0.0, median=0.0, p90=0.0, high=0.0, error=error)
    >>> stands_out(mean(0.7, 0.1), [mean(0.5, 0.1)]), stands_out(mean(0.7, 0.01), [mean(0.5, 0.01)])
    (False, True)
    """
    return all(abs(one.mean - each.mean) > TWO * _error([one, each]) for each in others)


def _error(some: Sequence[Estimate]) -> float:
    """Simulation error of one of them, in the mean square; 0 where it is not known."""
    errors = [each.error for each in some if math.isfinite(each.error)]
    return math.sqrt(sum(error**2 for error in errors) / len(errors)) if errors else 0.0
