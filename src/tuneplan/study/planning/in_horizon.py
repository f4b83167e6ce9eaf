"""Plans that ship in time: within the horizon where points have no price, by the deadline where that is a must.

Where the plan that the money buys would ship too late too often, an hour of labelling is given a price in points, and
plans are made anew with it: the more it is, the fewer examples, and of these fewer that are slow to make. The least
price that does is looked for; where none does, not even one at which nothing is bought, the plan is left as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from tuneplan.axes import Array, Mask
from tuneplan.core.arrays import Inputs
from tuneplan.late import np
from tuneplan.study.planning.cases import Case, Solved
from tuneplan.units import DAYS_PER_MONTH

STEEP, STEP, FASTER = 1.6, 0.1, 2.0
"""Prices of an hour are powers of two of what an hour brings at the first plan. How much higher the next one is that is
tried: for each doubling of the time there is, by which it ships too late; at least; and at least this many times the last
one. Slopes of learning curves fall a little faster than examples grow, so that this is enough where labelling takes the time.
"""
DEAREST, ENDLESS = 30.0, 3.0
"""Power from which no higher price is tried, as nothing is bought there; doublings that count for what never ships."""
ROUNDS = 10
"""Prices that are tried, at most."""
LEAST = 1e-3
"""Part of what an hour brings on average that the last one is taken to bring at least."""
NEAR, NEAR_OF_MANY, MANY = 0.04, 0.3, 12
"""How much before the end of the horizon a plan may ship at the confidence asked for, and be kept, as a power of two; and
where there are more than so many tasks, of which each plan takes long.
"""
INNER = (0.1, 0.9)
"""Parts of the way between two prices within which the next one lies: the secant of a bent curve creeps."""
SHORT = 1e-9
"""What stands for no time at all."""

GLANCE, AMPLE = 64, -0.3
"""Draws of a first look, and the power of two of the horizon before which plans have to ship there at the confidence asked
for, to be looked at no closer: quantiles of so few draws stray by a tenth of the time.
"""

Dated = Callable[[Mapping[str, Solved]], Inputs]
"""Numbers of the strategies of some plans, in their order, with the dates at which they ship."""
Solve = Callable[[Sequence[Case]], list[Solved]]


def in_horizon(plans: Mapping[str, Solved], dated: Dated, solve: Solve, tasks: Sequence[str], *, due: str = "horizon") -> dict[str, Solved]:
    """Plans that ship in time as surely as asked; those that do already are the same.

    Parameters
    ----------
    plans
        Feasible ones, of at least one strategy.
    due
        By when: ``horizon``, or ``deadline``, and within the horizon.
    """
    inputs, found = dated(plans), dict(plans)
    hours = np.broadcast_to((1.0 / inputs["made_an_hour"])[0].mean(axis=2), (len(inputs.structure.strategies), len(tasks)))
    searches = [
        _Search(plan=plan, hours=row, tasks=tuple(tasks), due=due, error=_error(inputs), late=late)
        for plan, row, late in zip(plans.values(), hours, _late(inputs, len(plans), due).tolist(), strict=False)
        if late > 0.0 and _an_hour(plan, row) > 0.0
    ]
    for _ in range(ROUNDS):
        searches = [each for each in searches if not each.is_over]
        if not searches:
            break
        made = dict(zip([each.name for each in searches], solve([each.case for each in searches]), strict=True))
        late = _late(dated(made), len(made), due).tolist()
        searches = [each.after(made[each.name], now) for each, now in zip(searches, late, strict=True)]
        found |= {each.name: each.enough for each in searches if each.enough is not None}
    return found


def ships_amply(inputs: Inputs, strategies: int, due: str) -> Mask:
    """Whether each strategy ships so long before it is due that few draws are enough to tell. ``(strategy,)`` of bool"""
    return _late(inputs, strategies, due) <= AMPLE


def _late(inputs: Inputs, strategies: int, due: str) -> Array:
    """Time within which all of a strategy ships as surely as asked, against the time there is and as a power of two:
    above 0 it ships too late, endless: never so surely. ``(strategy,)``
    """
    full, days = inputs["dates_of_launch"][0, :strategies, len(inputs.structure.tasks)], inputs["horizon_months"][0, 0, 0] * DAYS_PER_MONTH
    days = np.minimum(days, inputs["deadline_day"][0, 0, 0]) if due == "deadline" else days
    part = np.broadcast_to(full / np.maximum(days, SHORT), (strategies, full.shape[1]))
    quantile = np.quantile(part, float(inputs["budget_confidence"].flat[0]), axis=1, method="inverted_cdf")
    return np.log2(np.maximum(quantile, SHORT))  # type: ignore[no-any-return]


def _error(inputs: Inputs) -> float:
    """Simulation error of the chance to ship, of a plan that ships just so. [share]"""
    asked = float(inputs["budget_confidence"].flat[0])
    return float(np.sqrt(asked * (1.0 - asked) / inputs["dates_of_launch"].shape[3]))


def _an_hour(plan: Solved, hours: Array) -> float:
    """What the last hour of labelling brings, over all tasks of which something is bought; at least a small part of what
    one brings on average, as a plan that needs no money buys until the last brings nothing. [point/hour]
    """
    spent = float((hours * plan.bought).sum())
    brings = float((np.maximum(plan.slope, 0.0) * plan.bought).sum())
    return max(brings, LEAST * abs(plan.value)) / spent if spent > 0.0 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """The least price of an hour at which one strategy ships in time.

    Attributes
    ----------
    plan
        The first one, which ships late.
    hours
        Of labelling an example takes, by task. ``(task,)``
    due
        By when it has to ship, as of ``in_horizon``.
    error
        Simulation error of the chance to ship. [share]
    late, early
        As of ``_late``, at the highest price known to be too low, and at the lowest known to be enough.
    low, high
        These prices, as powers of two; infinite: none is known to be enough.
    enough
        The best plan that ships in time; None: none yet.
    is_near
        Whether that ships just in time.
    """

    plan: Solved
    hours: Array
    tasks: tuple[str, ...]
    due: str
    error: float
    late: float
    early: float = 0.0
    low: float = 0.0
    high: float = float("inf")
    enough: Solved | None = None
    is_near: bool = False

    @property
    def name(self) -> str:
        return self.plan.case.strategy

    @property
    def near(self) -> float:
        return NEAR if len(self.tasks) <= MANY else NEAR_OF_MANY

    @property
    def is_over(self) -> bool:
        """Whether the search has come to an end, or no price is left to be tried."""
        return self.is_near or self.low >= DEAREST

    @property
    def power(self) -> float:
        """The next price: times rise with examples, which fall with the price, by powers; so the secant is of both as powers."""
        if not np.isfinite(self.high):
            return self.low + max(STEEP * min(self.late, ENDLESS) + STEP, FASTER * self.low)
        known = np.isfinite(self.late) and np.isfinite(self.early)
        part = (self.late + self.near / 2.0) / (self.late - self.early) if known else 0.5
        return self.low + min(max(part, INNER[0]), INNER[1]) * (self.high - self.low)

    @property
    def case(self) -> Case:
        """What is to be planned at it."""
        prices, before = _an_hour(self.plan, self.hours) * 2.0**self.power * self.hours, self.plan.case.toll
        return replace(self.plan.case, due=self.due, toll={task: before.get(task, 0.0) + each for task, each in zip(self.tasks, prices.tolist(), strict=True)})

    def after(self, made: Solved, late: float) -> _Search:
        """The search when the plan of ``case`` is known; one that trains nothing, or breaks other limits, has too few examples."""
        if late > 0.0:
            return replace(self, low=self.power, late=late)
        if not (made.feasible and made.examples.any()):
            return replace(self, high=self.power, early=-np.inf)
        enough = replace(made, confidence_error=float(np.hypot(made.confidence_error, self.error)))
        return replace(self, high=self.power, early=late, enough=enough, is_near=late >= -self.near)
