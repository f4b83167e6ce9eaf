"""Switch points: the value of each input at which another strategy would be recommended.

For each uncertain number, the expected objective and cost of every strategy given its value
(``study.conditional``) are put to the rule of ``decide``: the highest objective, and of those level
with it the cheapest. Limits are judged over all draws, as they are for the verdict. No new runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tuneplan.axes import Array
from tuneplan.study.conditional import fitted
from tuneplan.study.decision import LEVEL, SAME_COST, TOO_CLOSE
from tuneplan.study.inputs import Input, inputs_of
from tuneplan.study.options import Options, options_of
from tuneplan.study.results import Verdict

GRID = 201
"""Values of an input, at equally likely steps, at which the rule is asked."""
FEWEST = 64
"""Draws below which no simulation error is known, and no switch point is looked for."""
MOST_INPUTS = 200
"""Inputs that are looked at: of more, those that go most closely with any difference."""
AT_ONCE = 256
"""Inputs whose draws are held twice at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchPoint:
    """A value of an input beyond which another strategy is recommended.

    Attributes
    ----------
    path, unit
        The input.
    value
        Where the recommendation changes.
    low, high
        The same within twice the simulation error.
    above
        Whether it changes for larger values; else for smaller ones.
    until
        Where the first recommendation returns; NaN: it doesn't.
    probability
        That the input lies there.
    to
        Who is recommended just beyond.
    gain
        What that one is ahead by on average there, in the unit of the objective; below 0 where it is
        level and cheaper.
    saved
        What it costs less there. [USD]
    too_close
        Whether simulation error may have made it: no switch point to act on.
    """

    path: str
    unit: str
    value: float
    low: float
    high: float
    above: bool
    until: float
    probability: float
    to: str
    gain: float
    saved: float
    too_close: bool


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


def switch_points(verdict: Verdict) -> tuple[SwitchPoint, ...]:
    """Every value of an uncertain input at which the recommendation changes, the most probable first.

    Those that simulation error may have made come last; what is no larger than twice that error is left
    out. None where there is no choice, and of fewer than ``FEWEST`` draws.
    """
    decision, run = verdict.decision, verdict.run
    if decision.best is None or sum(decision.allowed) < 2 or run.design.draws < FEWEST:
        return ()
    inputs = [each for each in inputs_of(run).moving if each.quantity is not None]
    return switch_points_of(options_of(run), decision.best, inputs, run.lowered.draws)


def switch_points_of(
    options: Options, best: int, inputs: Sequence[Input], draws: Mapping[str, Array]
) -> tuple[SwitchPoint, ...]:
    """The same from arrays.

    Parameters
    ----------
    best
        Row of the recommended strategy.
    draws
        Name of an input -> its values, ``(draw,)``.
    """
    rule = _Rule.of(options, best)
    looked_at = most_telling(inputs, draws, rule.outputs[: rule.count], most=MOST_INPUTS)
    found = [each for one in looked_at for each in _of_input(one, draws[one.name], options, rule, len(looked_at))]
    return tuple(sorted(found, key=lambda each: (each.too_close, -each.probability, each.path)))


def most_telling(inputs: Sequence[Input], draws: Mapping[str, Array], outputs: Array, *, most: int) -> list[Input]:
    """The inputs that correlate most with any output, in their order; all when there are no more than ``most``."""
    if len(inputs) <= most:
        return list(inputs)
    centred = outputs - outputs.mean(axis=1, keepdims=True)
    size = np.sqrt(np.square(centred).sum(axis=1, keepdims=True))
    scaled = np.divide(centred, size, out=np.zeros_like(centred), where=size > 0.0)
    closeness = []
    for start in range(0, len(inputs), AT_ONCE):
        some = np.stack([draws[each.name] for each in inputs[start : start + AT_ONCE]])
        apart = some - some.mean(axis=1, keepdims=True)
        closeness.append(np.abs(apart @ scaled.T).max(axis=1) / np.sqrt(np.square(apart).sum(axis=1)))
    kept = np.argsort(-np.concatenate(closeness), kind="stable")[:most]
    return [inputs[place] for place in sorted(kept.tolist())]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
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
    def of(cls, options: Options, best: int) -> _Rule:
        rows = [best, *(row for row in np.flatnonzero(options.allowed).tolist() if row != best)]
        cost, objective = options.cost[rows], options.objective[rows]
        outputs = np.concatenate([objective - objective[0], cost, cost[0] - (1.0 + SAME_COST) * cost])
        return cls(rows=tuple(rows), outputs=outputs, indifferent=indifference(options.unit))

    @property
    def count(self) -> int:
        """Strategies among which there is a choice."""
        return len(self.rows)


def _of_input(one: Input, values: Array, options: Options, rule: _Rule, looked_at: int) -> Iterator[SwitchPoint]:
    """Switch points of one input."""
    ordered = np.sort(values)
    grid = ordered[np.rint(np.linspace(0.0, 1.0, GRID) * (len(ordered) - 1)).astype(int)]
    grid = grid[np.concatenate([[True], np.diff(grid) > 0.0])]
    fit = fitted(values, rule.outputs)
    means, errors = fit.at(grid)
    chosen, strength = _judged(means, errors, rule)
    # of so many values of pure noise the largest is about this: a switch has to be clearer
    needed = np.sqrt(2.0 * np.log(2.0 * looked_at * rule.count * len(fit.corners)))
    away = chosen != 0
    for start, end in _runs(away):
        sure = float(strength[start:end].max())
        if sure < TOO_CLOSE or (start == 0 and end == len(grid)):
            continue
        sides = [(start, start - 1)] if start > 0 else [(end - 1, end)]
        (inside, outside), above = sides[0], start > 0
        value = _crossing(grid, means, rule, int(chosen[inside]), (inside, outside))
        returns = start > 0 and end < len(grid)
        until = _crossing(grid, means, rule, int(chosen[end - 1]), (end - 1, end)) if returns else float("nan")
        beyond = _beyond(values, value, until, above=above)
        low, high = _unsure(grid, strength, inside, value)
        to = rule.rows[chosen[inside]]
        yield SwitchPoint(
            path=one.name,
            unit="" if one.quantity is None else one.quantity.unit,
            value=value,
            low=low,
            high=high,
            above=above,
            until=until,
            probability=float(beyond.mean()),
            to=options.strategies[to],
            gain=_mean(options.objective[to] - options.objective[rule.rows[0]], beyond),
            saved=_mean(options.cost[rule.rows[0]] - options.cost[to], beyond),
            too_close=bool(sure < needed),
        )


def _judged(means: Array, errors: Array, rule: _Rule) -> tuple[np.ndarray, Array]:
    """The rule at each value: who is chosen, and how clear that is in standard errors.

    Below 0 where the recommended one stays: by how much it is safe.
    """
    count, columns = rule.count, np.arange(means.shape[1])
    ahead, cost, saved = means[:count], means[count : 2 * count], means[2 * count :]
    ahead_error, saved_error = errors[:count], errors[2 * count :]
    chosen = preferred(ahead, cost, allowed=np.full(count, True), indifferent=rule.indifferent)
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


def _runs(flags: np.ndarray) -> Iterator[tuple[int, int]]:
    """First and one after the last place of each run of yes."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def _crossing(grid: Array, means: Array, rule: _Rule, to: int, between: tuple[int, int]) -> float:
    """Where the recommendation turns to another between two neighbours: where what decides passes 0."""
    inside, outside = between
    leader = int(means[: rule.count, inside].argmax())
    deciding = (
        means[to] - rule.indifferent, means[to] + rule.indifferent, means[2 * rule.count + to], means[leader] - rule.indifferent,
    )  # fmt: skip
    for each in deciding:
        one, other = float(each[inside]), float(each[outside])
        if (one > 0.0) != (other > 0.0):
            return float(grid[inside] + one / (one - other) * (grid[outside] - grid[inside]))
    return float((grid[inside] + grid[outside]) / 2.0)


def _beyond(values: Array, value: float, until: float, *, above: bool) -> np.ndarray:
    """Draws in which the input lies beyond. ``(draw,)`` of bool"""
    if not np.isnan(until):
        return (values > value) & (values < until)
    return values > value if above else values < value


def _unsure(grid: Array, strength: Array, near: int, value: float) -> tuple[float, float]:
    """Values around a crossing at which simulation error hides who is recommended."""
    clear = np.abs(strength) > TOO_CLOSE
    below, above = np.flatnonzero(clear & (grid < value)), np.flatnonzero(clear & (grid > value))
    return float(grid[below[-1]] if len(below) else grid[0]), float(grid[above[0]] if len(above) else grid[-1])


def _mean(draws: Array, where: np.ndarray) -> float:
    return float(draws[where].mean()) if where.any() else float("nan")
