"""Switch points: the value of each input at which another strategy would be recommended.

For each uncertain number, the expected objective and cost of every strategy given its value
(``study.sensitivity.conditional``) are put to the rule of ``decide``: the highest objective, and of those level
with it the cheapest. Limits are judged over all draws, as they are for the verdict. No new runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tuneplan.axes import Array
from tuneplan.study.decision import TOO_CLOSE
from tuneplan.study.options import Options, options_of
from tuneplan.study.results import Verdict
from tuneplan.study.sensitivity.conditional import Outputs, rising
from tuneplan.study.sensitivity.inputs import Input, inputs_of
from tuneplan.study.sensitivity.rule import Rule, judged

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
    rule = Rule.of(options, best)
    looked_at = most_telling(inputs, draws, rule.outputs[: rule.count], most=MOST_INPUTS)
    outputs = Outputs.of(rule.outputs)
    found = [each for one in looked_at for each in _of_input(one, draws[one.name], options, rule, outputs, len(looked_at))]
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
class _Seen:
    """What the rule says along an input: at values ``grid``, from expected outputs ``means``.

    Attributes
    ----------
    chosen
        Who is recommended, by its place in the rule; 0: as now.
    strength
        How clear that is, as ``judged``.
    """

    grid: Array
    means: Array
    chosen: np.ndarray
    strength: Array


def _of_input(one: Input, values: Array, options: Options, rule: Rule, outputs: Outputs, looked_at: int) -> Iterator[SwitchPoint]:
    """Switch points of one input."""
    ordered = np.sort(values)
    grid = rising(ordered[np.rint(np.linspace(0.0, 1.0, GRID) * (len(ordered) - 1)).astype(int)])
    fit = outputs.given(values, ordered)
    if not rule.chosen(fit.expected(grid)).any():  # nobody else anywhere, however sure that is
        return
    means, errors = fit.at(grid)
    chosen, strength = judged(means, errors, rule)
    seen = _Seen(grid=grid, means=means, chosen=chosen, strength=strength)
    # of so many values of pure noise the largest is about this: a switch has to be clearer
    needed = np.sqrt(2.0 * np.log(2.0 * looked_at * rule.count * len(fit.corners)))
    for start, end in _runs(chosen != 0):
        sure = float(strength[start:end].max())
        if sure >= TOO_CLOSE and (start > 0 or end < len(grid)):
            yield _switch(one, values, options, rule, seen, (start, end), too_close=bool(sure < needed))


def _switch(
    one: Input, values: Array, options: Options, rule: Rule, seen: _Seen, away: tuple[int, int], *, too_close: bool
) -> SwitchPoint:
    """The switch point before values ``away``, at which another is recommended; after them where they are the lowest."""
    start, end = away
    above, returns = start > 0, start > 0 and end < len(seen.grid)
    inside, outside = (start, start - 1) if above else (end - 1, end)
    value = _crossing(seen, rule, inside, outside)
    until = _crossing(seen, rule, end - 1, end) if returns else float("nan")
    beyond = _beyond(values, value, until, above=above)
    low, high = _unsure(seen, value)
    best, to = rule.rows[0], rule.rows[seen.chosen[inside]]
    return SwitchPoint(
        path=one.name,
        unit="" if one.quantity is None else one.quantity.unit,
        value=value,
        low=low,
        high=high,
        above=above,
        until=until,
        probability=float(beyond.mean()),
        to=options.strategies[to],
        gain=_mean(options.objective[to] - options.objective[best], beyond),
        saved=_mean(options.cost[best] - options.cost[to], beyond),
        too_close=too_close,
    )


def _runs(flags: np.ndarray) -> Iterator[tuple[int, int]]:
    """First and one after the last place of each run of yes."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def _crossing(seen: _Seen, rule: Rule, inside: int, outside: int) -> float:
    """Where the recommendation turns between two neighbours: where what decides passes 0."""
    grid, means, to = seen.grid, seen.means, int(seen.chosen[inside])
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


def _unsure(seen: _Seen, value: float) -> tuple[float, float]:
    """Values around a crossing at which simulation error hides who is recommended."""
    clear = np.abs(seen.strength) > TOO_CLOSE
    below, above = np.flatnonzero(clear & (seen.grid < value)), np.flatnonzero(clear & (seen.grid > value))
    return float(seen.grid[below[-1] if len(below) else 0]), float(seen.grid[above[0] if len(above) else -1])


def _mean(draws: Array, where: np.ndarray) -> float:
    return float(draws[where].mean()) if where.any() else float("nan")
