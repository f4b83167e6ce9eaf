"""Where a curve passes a level, between values that were tried."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tuneplan.study.decision import Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """A place on a curve between two values that were tried.

    Attributes
    ----------
    value
        On a straight line between them.
    error
        Its simulation error; NaN where unknown.
    low, high
        The two.
    rising
        Whether the curve rises there.
    jumps
        Whether it jumps between the two: no more is known, and ``value`` is the middle.
    """

    value: float
    error: float
    low: float
    high: float
    rising: bool
    jumps: bool = False


def crossings(values: Sequence[float], curve: Sequence[Estimate], level: float) -> tuple[Crossing, ...]:
    """Where a curve comes to lie above a level or ceases to, by straight lines between neighbours.

    Gaps are passed over in silence.

    Parameters
    ----------
    values
        Rising.
    """
    found = []
    for (one, before), (other, after) in pairwise(zip(values, curve, strict=True)):
        below, above = before.mean - level, after.mean - level
        known = not math.isnan(below) and not math.isnan(above)
        if known and (below > 0.0) != (above > 0.0):
            share = below / (below - above)
            slope = (above - below) / (other - one)
            error = ((1.0 - share) * before.error + share * after.error) / abs(slope)
            found.append(Crossing(value=one + share * (other - one), error=error, low=one, high=other, rising=above > below))
    return tuple(found)


def somewhere(low: float, high: float, *, rising: bool) -> Crossing:
    """Between two values; no more is known."""
    return Crossing(value=(low + high) / 2.0, error=float("nan"), low=low, high=high, rising=rising, jumps=True)
