"""Two strategies on the same draws, whichever they are."""

from __future__ import annotations

from dataclasses import dataclass

from tuneplan.axes import Array
from tuneplan.study.decision import Estimate, estimate
from tuneplan.study.options import Options
from tuneplan.study.verdict import chance_above


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """One strategy less another, draw by draw.

    Attributes
    ----------
    one, other
        Names.
    points, cost, objective
        Delivered points, cost over the horizon [USD], and what is decided by, in ``unit``; the first less the second.
    more_points, less_cost, better
        Chance that the first delivers more, costs less, and has the higher objective; ties counted half, but 0 where
        the two are the same in every draw. [share]
    same_points, same_cost
        Whether they deliver, and cost, the same in every draw.
    allowed
        Whether each of the two meets the limits.
    """

    one: str
    other: str
    points: Estimate
    cost: Estimate
    objective: Estimate
    name: str
    unit: str
    more_points: float
    less_cost: float
    better: float
    same_points: bool
    same_cost: bool
    allowed: tuple[bool, bool]


def pairing(options: Options, one: int, other: int) -> Pairing:
    """Two strategies by their place among the options."""
    points, cost, objective = (each[one] - each[other] for each in (options.points, options.cost, options.objective))
    return Pairing(
        one=options.strategies[one],
        other=options.strategies[other],
        points=estimate(points, options.scrambles),
        cost=estimate(cost, options.scrambles),
        objective=estimate(objective, options.scrambles),
        name=options.name,
        unit=options.unit,
        more_points=_chance(points),
        less_cost=_chance(-cost),
        better=_chance(objective),
        same_points=not points.any(),
        same_cost=not cost.any(),
        allowed=(bool(options.allowed[one]), bool(options.allowed[other])),
    )


def _chance(difference: Array) -> float:
    """That it lies above 0; of none in any draw there is no chance."""
    return chance_above(difference) if difference.any() else 0.0
