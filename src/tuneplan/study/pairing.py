"""Two strategies on the same draws, whichever they are."""

from __future__ import annotations

from dataclasses import dataclass

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
        Chance that the first delivers more, costs less, and has the higher objective; ties counted half. [share]
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
        more_points=chance_above(points),
        less_cost=chance_above(-cost),
        better=chance_above(objective),
        allowed=(bool(options.allowed[one]), bool(options.allowed[other])),
    )
