"""A budget becomes examples for each task: the purchases of highest value that the money allows.

``allocate`` takes many instances at once (strategies, scenarios), each with its own money, prices and
caps; ``core.barrier`` climbs. The value of one more dollar is the budget's shadow price.
"""

from __future__ import annotations

from dataclasses import dataclass

from tuneplan.axes import Array, Mask
from tuneplan.core.barrier import ROUNDS, SMALLEST, Narrow, Problem, Spend, State, Value, climbed, started
from tuneplan.late import np

FULL = 1e-3
"""Share of the money, or of a cap, that may be left where it binds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """What to buy.

    Attributes
    ----------
    bought
        ``(instance, task)``. [example]
    value
        What that is worth, in the unit of the value. ``(instance,)``
    slope
        Value of one more example. ``(instance, task)``
    shadow_price
        Value of one more dollar; 0 where the budget does not bind. ``(instance,)``
    affordable
        Whether the money pays for anything at all. ``(instance,)`` of bool
    gap
        Bound on the loss that is left, were the value concave. ``(instance,)``
    """

    bought: Array
    value: Array
    slope: Array
    shadow_price: Array
    affordable: Mask
    gap: Array


def allocate(value: Value, spend: Spend, *, money: Array, most: Array, narrow: Narrow | None = None, rounds: int | None = None) -> Allocation:
    """Purchases of the highest value within the money and the caps.

    Parameters
    ----------
    value
        Smooth; rising or falling, concave or nearly so.
    spend
        Rises with every purchase; of nothing, it is what is paid anyway.
    money
        ``(instance,)``; infinite: no budget. [USD]
    most
        Cap on each purchase, ``(instance, task)``; 0: nothing can be bought. [example]
    narrow
        Value and spend of some instances alone; given, those that are done are worked on no further.
    rounds
        Steps after which an instance is left as it is; None: as many as usual.

    >>> worth = lambda x: np.sqrt(x).sum(axis=2)  # prices 1 and 4: spend in proportion 4 to 1
    >>> prices = np.array([[1.0, 4.0]])
    >>> found = allocate(worth, lambda x: ((prices * x).sum(axis=1), prices), money=np.array([100.0]), most=np.full((1, 2), 1e6))
    >>> found.bought.round(2).tolist(), found.shadow_price.round(4).tolist()
    ([[80.0, 5.0]], [0.0559])
    """
    nothing, prices = spend(np.zeros_like(most))
    affordable = nothing < money
    open_ = (most > 10.0 * SMALLEST) & affordable[:, None]
    problem = Problem(value=value, spend=spend, narrow=narrow, money=money, cap=np.where(open_, most, 1.0), open_=open_)
    state = climbed(problem, started(problem, left=money - nothing, prices=prices), ROUNDS if rounds is None else rounds)
    bought = np.where(open_ & (state.x > 2.0 * SMALLEST), state.x, 0.0)
    return Allocation(
        bought=bought, value=value(bought[None])[0], slope=state.slope, shadow_price=_shadow_price(state, problem),
        affordable=affordable, gap=state.gap,
    )  # fmt: skip


def _shadow_price(state: State, problem: Problem) -> Array:
    """Value of one more dollar: of what is bought within its bounds, the mean value a dollar; 0 where money is left."""
    free = problem.open_ & (state.x < (1.0 - FULL) * problem.cap)
    spent = np.where(free, state.prices * state.x, 0.0).sum(axis=1)
    a_dollar = np.where(free, state.slope * state.x, 0.0).sum(axis=1) / np.where(spent > 0.0, spent, 1.0)
    binds = np.isfinite(problem.money) & (state.left < FULL * np.maximum(spent, 1.0)) & (spent > 0.0)
    return np.where(binds, np.maximum(a_dollar, 0.0), 0.0)
