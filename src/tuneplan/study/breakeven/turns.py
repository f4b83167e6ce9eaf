"""Where answers turn as an input is turned: the recommendation, who meets the limits, a chance."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from tuneplan.study.breakeven.asked import Asked, Pair, Step
from tuneplan.study.breakeven.crossings import Crossing, crossings, somewhere
from tuneplan.study.decision import LEVEL, Estimate, estimate
from tuneplan.study.options import Options


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """Where the recommendation changes; names are None where nothing meets the limits.

    Attributes
    ----------
    limits
        Whether it changes as one of the two comes to meet the limits, or ceases to.
    probability_above
        That the input, as uncertain as it is now, lies above; NaN where it is known exactly.
    """

    before: str | None
    after: str | None
    at: Crossing
    limits: bool
    probability_above: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Where a strategy comes to meet the limits as the input rises, or ceases to."""

    strategy: str
    admitted: bool
    at: Crossing


def passed(steps: Sequence[Step], asked: Asked, curve: Callable[[Step], Estimate], level: float) -> Iterator[Crossing]:
    """Where a curve of the subject passes a level; between neighbours that have other rivals it jumps."""
    for one, other in pairwise(steps):
        for found in crossings((one.value, other.value), (curve(one), curve(other)), level):
            near, far = asked.narrowed(one, other, lambda step: curve(step).mean > level)
            if near.decision.allowed == far.decision.allowed:
                yield _located((near, far), (one, other), curve, level)
            else:
                yield somewhere(near.value, far.value, rising=found.rising)


def flips(steps: Sequence[Step], asked: Asked) -> Iterator[Flip]:
    """Changes of the recommendation, one after another."""
    quantity = asked.dial.quantity
    draws = None if quantity is None else asked.base.lowered.draws.get(quantity.drawn_as)
    for start, end in pairwise(steps):
        one = start
        while one.best != end.best:
            near, far = asked.narrowed(one, end, lambda step: step.best)
            rows = [row for row in (near.decision.best, far.decision.best) if row is not None]
            turned = [row for row in rows if near.decision.allowed[row] != far.decision.allowed[row]]
            found = _of_limits((near, far), (one, end), turned[0]) if turned else _of_objective((near, far), (one, end), rows)
            above = float("nan") if draws is None else float((draws > found.value).mean())
            yield Flip(before=near.best, after=far.best, at=found, limits=bool(turned), probability_above=above)
            one = far


def admissions(steps: Sequence[Step], asked: Asked) -> Iterator[Admission]:
    """Changes of who meets the limits."""
    for one, other in pairwise(steps):
        for row, name in enumerate(one.decision.strategies):
            if one.decision.allowed[row] != other.decision.allowed[row]:
                pair = asked.narrowed(one, other, lambda step, row=row: step.decision.allowed[row])  # type: ignore[misc]
                yield Admission(strategy=name, admitted=other.decision.allowed[row], at=_of_limits(pair, (one, other), row))


def _located(pair: Pair, wide: Pair, curve: Callable[[Step], Estimate], level: float) -> Crossing:
    """Where a curve passes a level between two values; its simulation error by the slope of the whole step.

    A chance moves in steps of one draw, so that over a short way its slope is noise.
    """
    found, whole = (crossings([each.value for each in both], [curve(each) for each in both], level) for both in (pair, wide))
    if not found and whole:  # it touches the level at a value that was tried
        return whole[0]
    if not found:
        return somewhere(pair[0].value, pair[1].value, rising=curve(pair[1]).mean > curve(pair[0]).mean)
    return replace(found[0], error=whole[0].error) if whole else found[0]


def _of_limits(pair: Pair, wide: Pair, row: int) -> Crossing:
    """Where a strategy comes to meet the limits as surely as asked for, or ceases to."""
    return _located(pair, wide, lambda step: _met(step.options, row), pair[0].options.limits.confidence)


def _met(options: Options, row: int) -> Estimate:
    met = options.limits.in_budget[row] & options.limits.scores_met[row]
    found = estimate(np.broadcast_to(met, options.cost[row].shape).astype(float), options.scrambles)
    return replace(found, mean=min(found.mean, float(options.limits.met[row])))  # shipping in time is a limit of its own


def _of_objective(pair: Pair, wide: Pair, rows: Sequence[int]) -> Crossing:
    """Where one strategy's lead over the other passes what decides: 0, or as much as is level."""
    first, second = rows

    def lead(step: Step) -> Estimate:
        return estimate(step.options.objective[first] - step.options.objective[second], step.options.scrambles)

    sizes = (LEVEL, -LEVEL, 0.0) if pair[0].options.unit == "point" else (0.0,)
    found = [_located(pair, wide, lead, size) for size in sizes]
    return next((each for each in found if not each.jumps), found[0])
