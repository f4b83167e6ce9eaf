"""The highest value within money and caps, for many instances at once: a primal-dual interior-point method.

Steps are relative to what is bought, since learning curves are powers of examples: near a power law the
relative curvature hardly changes, and a quasi-Newton matrix (damped BFGS) learns it in a few steps.
Source: Nocedal and Wright, Numerical Optimization, 2006, ch. 18.3 and 19.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

from tuneplan.axes import Array, Mask
from tuneplan.late import np

Value = Callable[[Array], Array]
"""Purchases, ``(trial, instance, task)`` -> what they are worth, ``(trial, instance)``."""
Spend = Callable[[Array], tuple[Array, Array]]
"""Purchases, ``(instance, task)`` -> money that they take, ``(instance,)``, and the price of one more, ``(instance, task)``."""

Narrow = Callable[[Mask], tuple[Value, Spend, Any]]
"""Rows of some instances -> value and spend of these alone, and how they are narrowed further."""

STEP = 1e-5
"""Relative step of the differences from which slopes are taken."""
SMALLEST = 1e-6
"""What is bought is never less inside the method; what ends there is nothing. [example]"""
ROUNDS = 60
"""Steps after which an instance is left as it is."""
NEAR = 0.995
"""Share of the way to a bound that one step may go."""
GAP = 1e-7
"""Loss that one barrier may leave, against the value of what is bought."""
OF_WHOLE = 2e-8
"""The same against the whole value, where that is more: nobody sees the eighth digit of a plan."""
STILL = 2e-7
"""Gain of a step, against the value of what is bought, that counts as none: so small are they at a kink, as
where one draw takes another's rank among the costs."""
STILL_STEPS = 2
"""Such steps in a row after which an instance is taken to be at its top."""
HALVINGS, SHRINKINGS = 12, 12
WORTH_NARROWING = 0.5
"""Share of instances below which working on them alone saves more than it costs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is asked of every instance; a purchase that can't be made is closed, its cap a stand-in."""

    value: Value
    spend: Spend
    narrow: Narrow | None
    money: Array
    cap: Array
    open_: Mask

    def worth(self, x: Array) -> tuple[Array, Array, Array, Array]:
        """Value, its slopes, money left and prices, with closed purchases at nothing."""
        bought = np.where(self.open_, x, 0.0)
        paid, prices = self.spend(bought)
        worth, slope = slopes(self.value, bought)
        left = np.where(np.isfinite(self.money), self.money - paid, np.inf)
        return worth, np.where(self.open_, slope, 0.0), left, np.where(self.open_, prices, 0.0)

    def only(self, rows: Mask) -> Problem:
        """The same for some instances."""
        assert self.narrow is not None
        value, spend, narrow = self.narrow(rows)
        return Problem(value=value, spend=spend, narrow=narrow, money=self.money[rows], cap=self.cap[rows], open_=self.open_[rows])


def climbed(problem: Problem, state: State, rounds: int) -> State:
    """Steps until every instance is done; where that can be, those that are done are set aside."""
    whole, rows = state, np.arange(len(state.x))
    for _ in range(rounds):
        going = ~state.done
        if not going.any():
            break
        if problem.narrow is not None and going.mean() < WORTH_NARROWING:
            whole, rows = _put(whole, rows, state), rows[going]
            state, problem = _taken(state, going), problem.only(np.flatnonzero(going))
        state = _step(problem, state)
    return _put(whole, rows, state)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where every instance stands: ``x`` is what is bought, ``(instance, task)``, as are its slope, prices and multipliers.

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


def slopes(value: Value, x: Array) -> tuple[Array, Array]:
    """Value at ``x`` and its slope in every direction, by one-sided differences in one call."""
    tasks = x.shape[1]
    ahead = np.maximum(STEP * x, 1e-2 * SMALLEST)
    trials = np.concatenate([x[None], x[None] + np.eye(tasks)[:, None, :] * ahead[None]])
    worth = value(trials)
    return worth[0], ((worth[1:] - worth[:1]).T / ahead).reshape(x.shape)


def _put(whole: State, rows: Mask, part: State) -> State:
    """The whole, with some instances as they are now."""
    found = {}
    for each in fields(whole):
        array = getattr(whole, each.name).copy()
        array[rows] = getattr(part, each.name)
        found[each.name] = array
    return State(**found)


def _taken(state: State, which: Mask) -> State:
    """Some instances alone."""
    return State(**{each.name: getattr(state, each.name)[which] for each in fields(state)})


def started(problem: Problem, *, left: Array, prices: Array) -> State:
    """An equal share of the money for every task, well within the caps."""
    open_, cap = problem.open_, problem.cap
    share = np.where(np.isfinite(left), left, np.inf) / (2.0 * np.maximum(open_.sum(axis=1), 1))
    x = np.minimum(share[:, None] / np.maximum(prices, 1e-12), 0.5 * cap)
    x = np.where(open_, np.maximum(x, 2.0 * SMALLEST), 0.5)
    for _ in range(SHRINKINGS):  # prices may grow with what is bought
        over = problem.spend(np.where(open_, x, 0.0))[0] >= problem.money
        if not (over & open_.any(axis=1)).any():
            break
        x = np.where(over[:, None] & open_, np.maximum(0.1 * x, 2.0 * SMALLEST), x)
    worth, slope, room, prices = problem.worth(x)
    room = np.where(room > 0.0, room, np.inf)
    scale = np.maximum((np.abs(slope) * x).sum(axis=1), 1e-12 * np.abs(worth) + 1e-300)
    barrier = 0.1 * scale / x.shape[1]
    return State(
        x=x, worth=worth, slope=slope, left=room, prices=prices, barrier=barrier, top=np.full(len(x), -np.inf), still=np.zeros(len(x)),
        of_least=barrier[:, None] / x, of_most=barrier[:, None] / (cap - x), of_money=barrier / room,
        curve=_diagonal(1.25 * np.maximum(np.abs(slope) * x, 1e-3 * scale[:, None])), gap=np.where(open_.any(axis=1), np.inf, 0.0), done=np.logical_not(open_.any(axis=1)),
    )  # fmt: skip


def _step(problem: Problem, state: State) -> State:
    """One step of every instance that is not done, as far as it raises the value with its barriers."""
    direction = _direction(state, cap=problem.cap, open_=problem.open_)
    length = _within(state, direction, cap=problem.cap)
    before = _merit(state.worth, state.x, state.left, state.barrier, problem)
    enough = before - 1e-12 * np.abs(state.worth) - 1e-3 * state.barrier
    ahead = state.x + length[:, None] * direction
    reached = problem.worth(ahead)
    merit = _merit(reached[0], ahead, reached[2], state.barrier, problem)
    for _ in range(HALVINGS):
        failed = ~(merit >= enough) & ~state.done
        if not failed.any():
            break
        length = np.where(failed, 0.4 * length, length)
        ahead = state.x + length[:, None] * direction
        reached, merit = _again(problem, failed, ahead, reached, merit, state.barrier)
    moved = (merit >= enough) & ~state.done
    return _moved(state, moved, merit, ahead, reached, direction * length[:, None], problem)


Reached = tuple[Array, Array, Array, Array]


def _again(problem: Problem, failed: Mask, ahead: Array, reached: Reached, merit: Array, barrier: Array) -> tuple[Reached, Array]:
    """Where a shorter step leads; where that can be, the instances that failed are worked out alone."""
    if problem.narrow is None or failed.mean() > WORTH_NARROWING:
        now = problem.worth(ahead)
        return now, _merit(now[0], ahead, now[2], barrier, problem)
    rows = np.flatnonzero(failed)
    part = problem.only(rows)
    now = part.worth(ahead[rows])
    whole, merit = tuple(each.copy() for each in reached), merit.copy()
    for each, new in zip(whole, now, strict=True):
        each[rows] = new
    merit[rows] = _merit(now[0], ahead[rows], now[2], barrier[rows], part)
    return whole, merit  # type: ignore[return-value]


def _direction(state: State, *, cap: Array, open_: Mask) -> Array:
    """Newton's step on the barrier problem, in absolute purchases."""
    x, barrier, room = state.x, state.barrier[:, None], cap - state.x
    bounds = state.of_least * x + state.of_most * x * x / room
    money = state.prices * x
    matrix = state.curve + _diagonal(bounds) + (state.of_money / state.left)[:, None, None] * money[:, :, None] * money[:, None, :]
    pull = x * state.slope + barrier - barrier * x / room - (state.barrier / state.left)[:, None] * money
    matrix = np.where(open_[:, :, None] & open_[:, None, :], matrix, np.eye(x.shape[1])[None])
    size = np.maximum(np.einsum("ijj->ij", matrix).max(axis=1), 1e-300)[:, None, None]
    matrix = matrix / size + 1e-13 * np.eye(x.shape[1])
    step = np.linalg.solve(matrix, np.where(open_, pull, 0.0)[:, :, None] / size)[:, :, 0]
    return np.where(open_, x * np.clip(step, -1e3, 1e3), 0.0)


def _within(state: State, direction: Array, *, cap: Array) -> Array:
    """Longest step, at most a whole one, that stays inside every bound; prices as they are now. ``(instance,)``"""
    room = np.where(direction < 0.0, (state.x - SMALLEST) / np.where(direction < 0.0, -direction, 1.0), np.inf)
    room = np.minimum(room, np.where(direction > 0.0, (cap - state.x) / np.where(direction > 0.0, direction, 1.0), np.inf))
    paid = (state.prices * direction).sum(axis=1)
    of_money = np.where(paid > 0.0, state.left / np.where(paid > 0.0, paid, 1.0), np.inf)
    return np.minimum(1.0, NEAR * np.minimum(room.min(axis=1), of_money))


def _merit(worth: Array, x: Array, left: Array, barrier: Array, problem: Problem) -> Array:
    """The value with its barriers; minus infinity outside."""
    open_, cap = problem.open_, problem.cap
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(open_, np.log(x) + np.log1p(-x / cap), 0.0).sum(axis=1)
        logs = logs + np.where(np.isfinite(left), np.log(left), 0.0)
    inside = (left > 0.0) & (np.where(open_, x, 0.5) > 0.0).all(axis=1) & (x < cap).all(axis=1) & np.isfinite(worth)
    return np.where(inside, worth + barrier * np.where(inside, logs, 0.0), -np.inf)


def _moved(state: State, moved: Mask, merit: Array, x: Array, reached: Reached, step: Array, problem: Problem) -> State:
    """The state after a step: multipliers, curvature, a lower barrier where the step was a good one."""
    cap, open_, wide = problem.cap, problem.open_, moved[:, None]
    worth, slope, left, prices = reached
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
    higher = moved & (merit > state.top + np.maximum(STILL * size, OF_WHOLE * np.abs(worth_now)))
    still = np.where(higher, 0.0, state.still + 1.0)
    loss = (of_least * x_now + of_most * (cap - x_now)).sum(axis=1, where=open_) + of_money * np.where(np.isfinite(left_now), left_now, 0.0)
    floor = np.maximum(GAP * size, OF_WHOLE * np.abs(worth_now) + 1e-300)
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


def _learnt(state: State, x: Array, slope: Array, open_: Mask) -> Array:
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
