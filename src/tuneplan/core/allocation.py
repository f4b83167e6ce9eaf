"""A budget becomes examples for each task: the purchases of highest value that the money allows.

``allocate`` maximises a smooth value over many instances at once (strategies, scenarios), each
with its own money, prices and caps, by a primal-dual interior-point method (Nocedal and Wright,
Numerical Optimization, 2006, ch. 19). Steps are relative to what is bought, since learning curves
are powers of examples: near a power law the relative curvature hardly changes, and a quasi-Newton
matrix (damped BFGS) learns it in a few steps. Multipliers of the budget are its shadow price.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from tuneplan.axes import Array, Mask
from tuneplan.core.distributions import point
from tuneplan.core.registry import Param
from tuneplan.late import np

BUDGET_PARAMS = (
    Param(name="budget_limit", key="budget.limit", unit="USD", high=1e15, example="$60k",
          doc="The most that may be spent on what the budget covers."),
    Param(name="budget_confidence", key="budget.confidence", unit="share", low=0.01, high=1.0,
          default=point(0.9), source="declared", doc="How sure a plan must be to meet the budget and every minimum score."),
    Param(name="most_examples", key="data.most", scope="task", unit="example", high=1e9, default=point(1e9),
          source="declared: no cap but what money buys", whole=True, example="20k examples",
          doc="The most examples that can be had, those owned included; read where examples is auto."),
    Param(name="least_examples", key="data.least", scope="task", unit="example", high=1e9, default=point(0.0),
          source="declared: none", whole=True, example="0",
          doc="The fewest examples that a plan may give the task, those owned included; read where examples is auto."),
)  # fmt: skip
"""The numbers of a budget; decided before the draws are known, so none may be uncertain."""

Value = Callable[[Array], Array]
"""Purchases, ``(trial, instance, task)`` -> what they are worth, ``(trial, instance)``."""
Spend = Callable[[Array], tuple[Array, Array]]
"""Purchases, ``(instance, task)`` -> money that they take, ``(instance,)``, and the price of one more, ``(instance, task)``."""

STEP = 1e-5
"""Relative step of the differences from which slopes are taken."""
SMALLEST = 1e-6
"""What is bought is never less inside the method; what ends there is nothing. [example]"""
ROUNDS = 60
"""Steps after which an instance is left as it is."""
NEAR = 0.995
"""Share of the way to a bound that one step may go."""
GAP = 1e-8
"""Loss that barriers may leave, against the value of what is bought."""
STILL = 2e-7
"""Gain of a step, against the value of what is bought, that counts as none: so small are they at a kink, as
where one draw takes another's rank among the costs."""
STILL_STEPS = 3
"""Such steps in a row after which an instance is taken to be at its top."""
FULL = 1e-3
"""Share of the money, or of a cap, that may be left where it binds."""
HALVINGS, SHRINKINGS = 12, 12


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


def allocate(value: Value, spend: Spend, *, money: Array, most: Array) -> Allocation:
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

    >>> worth = lambda x: np.sqrt(x).sum(axis=2)  # prices 1 and 4: spend in proportion 4 to 1
    >>> prices = np.array([[1.0, 4.0]])
    >>> found = allocate(worth, lambda x: ((prices * x).sum(axis=1), prices), money=np.array([100.0]), most=np.full((1, 2), 1e6))
    >>> found.bought.round(2).tolist(), found.shadow_price.round(4).tolist()
    ([[80.0, 5.0]], [0.0559])
    """
    nothing, prices = spend(np.zeros_like(most))
    affordable = nothing < money
    open_ = (most > 10.0 * SMALLEST) & affordable[:, None]
    cap = np.where(open_, most, 1.0)
    state = _start(value, spend, money=money, cap=cap, open_=open_, left=money - nothing, prices=prices)
    for _ in range(ROUNDS):
        if state.done.all():
            break
        state = _step(value, spend, state, money=money, cap=cap, open_=open_)
    bought = np.where(open_ & (state.x > 2.0 * SMALLEST), state.x, 0.0)
    return Allocation(
        bought=bought, value=value(bought[None])[0], slope=np.where(open_, state.slope, 0.0),
        shadow_price=_shadow_price(state, money, cap=cap, open_=open_), affordable=affordable, gap=state.gap,
    )  # fmt: skip


def _shadow_price(state: _State, money: Array, *, cap: Array, open_: Mask) -> Array:
    """Value of one more dollar: of what is bought within its bounds, the mean value a dollar; 0 where money is left."""
    free = open_ & (state.x < (1.0 - FULL) * cap)
    spent = np.where(free, state.prices * state.x, 0.0).sum(axis=1)
    a_dollar = np.where(free, state.slope * state.x, 0.0).sum(axis=1) / np.where(spent > 0.0, spent, 1.0)
    binds = np.isfinite(money) & (state.left < FULL * np.maximum(spent, 1.0)) & (spent > 0.0)
    return np.where(binds, np.maximum(a_dollar, 0.0), 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """Where every instance stands; shapes as of ``Allocation``.

    ``top`` is the highest value with its barriers so far, ``still`` counts steps in a row that did not pass it, ``of_least``, ``of_most`` and ``of_money`` are the multipliers of the bounds, ``left`` the money left,
    ``curve`` the quasi-Newton matrix in relative steps, ``(instance, task, task)``.
    """

    x: Array
    worth: Array
    slope: Array
    left: Array
    prices: Array
    barrier: Array
    top: Array
    still: Array
    of_least: Array
    of_most: Array
    of_money: Array
    curve: Array
    gap: Array
    done: Mask


def _slopes(value: Value, x: Array) -> tuple[Array, Array]:
    """Value at ``x`` and its slope in every direction, by one-sided differences in one call."""
    tasks = x.shape[1]
    ahead = np.maximum(STEP * x, 1e-2 * SMALLEST)
    trials = np.concatenate([x[None], x[None] + np.eye(tasks)[:, None, :] * ahead[None]])
    worth = value(trials)
    return worth[0], ((worth[1:] - worth[:1]).T / ahead).reshape(x.shape)


def _start(value: Value, spend: Spend, *, money: Array, cap: Array, open_: Mask, left: Array, prices: Array) -> _State:
    """An equal share of the money for every task, well within the caps."""
    share = np.where(np.isfinite(left), left, np.inf) / (2.0 * np.maximum(open_.sum(axis=1), 1))
    x = np.minimum(share[:, None] / np.maximum(prices, 1e-12), 0.5 * cap)
    x = np.where(open_, np.maximum(x, 2.0 * SMALLEST), 0.5)
    for _ in range(SHRINKINGS):  # prices may grow with what is bought
        over = spend(np.where(open_, x, 0.0))[0] >= money
        if not (over & open_.any(axis=1)).any():
            break
        x = np.where(over[:, None] & open_, np.maximum(0.1 * x, 2.0 * SMALLEST), x)
    worth, slope = _slopes(value, np.where(open_, x, 0.0))
    slope = np.where(open_, slope, 0.0)
    paid, prices = spend(np.where(open_, x, 0.0))
    scale = np.maximum((np.abs(slope) * x).sum(axis=1), 1e-12 * np.abs(worth) + 1e-300)
    barrier = 0.1 * scale / x.shape[1]
    room = np.where(money > paid, money - paid, np.inf)
    return _State(
        x=x, worth=worth, slope=slope, left=room, prices=prices, barrier=barrier, top=np.full(len(x), -np.inf), still=np.zeros(len(x)),
        of_least=barrier[:, None] / x, of_most=barrier[:, None] / (cap - x), of_money=barrier / room,
        curve=_diagonal(1.25 * np.maximum(np.abs(slope) * x, 1e-3 * scale[:, None])), gap=np.full(len(x), np.inf), done=np.logical_not(open_.any(axis=1)),
    )  # fmt: skip


def _step(value: Value, spend: Spend, state: _State, *, money: Array, cap: Array, open_: Mask) -> _State:
    """One step of every instance that is not done, as far as it raises the value with its barriers."""
    x, priced = state.x, np.where(open_, state.prices, 0.0)
    direction = _direction(state, cap=cap, priced=priced, open_=open_)
    length = _within(state, direction, cap=cap)
    before = _merit(state.worth, x, state.left, state.barrier, cap=cap, open_=open_)
    slack = 1e-12 * np.abs(state.worth) + 1e-3 * state.barrier
    for _ in range(HALVINGS):
        ahead = np.where(open_, x + length[:, None] * direction, x)
        paid, prices = spend(np.where(open_, ahead, 0.0))
        left = np.where(np.isfinite(money), money - paid, np.inf)
        worth, slope = _slopes(value, np.where(open_, ahead, 0.0))
        after = _merit(worth, ahead, left, state.barrier, cap=cap, open_=open_)
        failed = ~(after >= before - slack) & ~state.done
        if not failed.any():
            break
        length = np.where(failed, 0.4 * length, length)
    moved = ~failed & ~state.done
    return _moved(state, moved, after, ahead, worth, np.where(open_, slope, 0.0), left, prices, direction * length[:, None], cap, open_)


def _direction(state: _State, *, cap: Array, priced: Array, open_: Mask) -> Array:
    """Newton's step on the barrier problem, in absolute purchases."""
    x, barrier, room = state.x, state.barrier[:, None], cap - state.x
    bounds = state.of_least * x + state.of_most * x * x / room
    money = priced * x
    matrix = state.curve + _diagonal(bounds) + (state.of_money / state.left)[:, None, None] * money[:, :, None] * money[:, None, :]
    pull = x * state.slope + barrier - barrier * x / room - (state.barrier / state.left)[:, None] * money
    matrix = np.where(open_[:, :, None] & open_[:, None, :], matrix, np.eye(x.shape[1])[None])
    size = np.maximum(np.einsum("ijj->ij", matrix).max(axis=1), 1e-300)[:, None, None]
    matrix = matrix / size + 1e-13 * np.eye(x.shape[1])
    step = np.linalg.solve(matrix, np.where(open_, pull, 0.0)[:, :, None] / size)[:, :, 0]
    return np.where(open_, x * np.clip(step, -1e3, 1e3), 0.0)


def _within(state: _State, direction: Array, *, cap: Array) -> Array:
    """Longest step, at most a whole one, that stays inside every bound; prices as they are now. ``(instance,)``"""
    room = np.where(direction < 0.0, (state.x - SMALLEST) / np.where(direction < 0.0, -direction, 1.0), np.inf)
    room = np.minimum(room, np.where(direction > 0.0, (cap - state.x) / np.where(direction > 0.0, direction, 1.0), np.inf))
    paid = (state.prices * direction).sum(axis=1)
    of_money = np.where(paid > 0.0, state.left / np.where(paid > 0.0, paid, 1.0), np.inf)
    return np.minimum(1.0, NEAR * np.minimum(room.min(axis=1), of_money))


def _merit(worth: Array, x: Array, left: Array, barrier: Array, *, cap: Array, open_: Mask) -> Array:
    """The value with its barriers; minus infinity outside."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(open_, np.log(x) + np.log1p(-x / cap), 0.0).sum(axis=1)
        logs = logs + np.where(np.isfinite(left), np.log(left), 0.0)
    inside = (left > 0.0) & (np.where(open_, x, 0.5) > 0.0).all(axis=1) & (x < cap).all(axis=1) & np.isfinite(worth)
    return np.where(inside, worth + barrier * np.where(inside, logs, 0.0), -np.inf)


def _moved(
    state: _State, moved: Mask, merit: Array, x: Array, worth: Array, slope: Array, left: Array, prices: Array, step: Array, cap: Array, open_: Mask
) -> _State:
    """The state after a step: multipliers, curvature, a lower barrier where the step was a good one."""
    wide = moved[:, None]
    x_now = np.where(wide, x, state.x)
    slope_now, worth_now = np.where(wide, slope, state.slope), np.where(moved, worth, state.worth)
    left_now, prices_now = np.where(moved, left, state.left), np.where(wide, prices, state.prices)
    barrier = state.barrier[:, None]
    of_least = _kept((barrier - state.of_least * step) / state.x, barrier / x_now)
    of_most = _kept((barrier + state.of_most * step) / (cap - state.x), barrier / (cap - x_now))
    of_money = _kept((state.barrier + state.of_money * (state.prices * step).sum(axis=1)) / state.left, state.barrier / left_now)
    curve = np.where(wide[:, :, None], _learnt(state, x, slope, open_), state.curve)
    pull = x_now * (slope_now - of_money[:, None] * prices_now + of_least - of_most)
    off = np.abs(np.where(open_, pull, 0.0)).max(axis=1)
    relative = np.where(open_, np.abs(step) / state.x, 0.0)
    size = np.abs(slope_now * x_now).sum(axis=1, where=open_)
    higher = moved & (merit > state.top + STILL * size)
    still = np.where(higher, 0.0, state.still + 1.0)
    loss = (of_least * x_now + of_most * (cap - x_now)).sum(axis=1, where=open_) + of_money * np.where(np.isfinite(left_now), left_now, 0.0)
    floor = np.maximum(GAP * size, 1e-14 * np.abs(worth_now) + 1e-300)
    near = (off <= 3.0 * state.barrier) | (still >= STILL_STEPS) | ~moved
    lower = np.where(near, np.maximum(0.15 * state.barrier, floor), state.barrier)
    done = state.done | ((state.barrier <= floor * 1.001) & near)
    return replace(
        state, x=x_now, worth=worth_now, slope=slope_now, left=left_now, prices=prices_now, barrier=lower,
        top=np.where(near, -np.inf, np.where(higher, merit, state.top)), still=np.where(near, 0.0, still),
        of_least=of_least, of_most=of_most, of_money=of_money, curve=curve, gap=np.where(moved, loss + (np.abs(pull) * relative).sum(axis=1, where=open_), state.gap), done=done,
    )  # fmt: skip


def _kept(multiplier: Array, central: Array) -> Array:
    """A multiplier, kept within sight of the central path."""
    return np.clip(multiplier, 1e-4 * central, 1e4 * central)


def _learnt(state: _State, x: Array, slope: Array, open_: Mask) -> Array:
    """Relative curvature after a step: grown or shrunk with the worth of what is bought, then damped BFGS."""
    worth_then, worth_now = np.abs(state.slope) * state.x, np.abs(slope) * x
    ratio = np.sqrt(np.clip(worth_now / np.where(worth_then > 0.0, worth_then, 1.0), 0.1, 10.0))
    curve = state.curve * ratio[:, :, None] * ratio[:, None, :]
    middle = np.sqrt(state.x * x)
    step = np.where(open_, (x - state.x) / middle, 0.0)
    change = np.where(open_, (state.slope - slope) * middle, 0.0)
    bent = np.einsum("ijk,ik->ij", curve, step)
    along, measured = (step * bent).sum(axis=1), (step * change).sum(axis=1)
    enough = measured >= 0.2 * along
    mix = np.where(enough, 1.0, 0.8 * along / np.where(enough, 1.0, np.maximum(along - measured, 1e-300)))[:, None]
    change = mix * change + (1.0 - mix) * bent
    measured = (step * change).sum(axis=1)
    usable = (along > 1e-300) & (measured > 1e-300)
    rise = change[:, :, None] * change[:, None, :] / np.where(usable, measured, 1.0)[:, None, None]
    fall = bent[:, :, None] * bent[:, None, :] / np.where(usable, along, 1.0)[:, None, None]
    return np.where(usable[:, None, None], curve + rise - fall, curve)


def _diagonal(values: Array) -> Array:
    """A diagonal matrix an instance."""
    return values[:, :, None] * np.eye(values.shape[1])
