"""Lines of a grid: along one key, all others fixed, where does the recommendation change."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tuneplan.axes import Array
from tuneplan.study.decision import LEVEL, SAME_COST
from tuneplan.study.sweep.records import ALLOWED, COST, Rows, of
from tuneplan.study.sweep.summary.moving import moved
from tuneplan.study.sweep.summary.reading import GRID, Asked
from tuneplan.study.sweep.summary.records import Along, Spread, Switch
from tuneplan.study.sweep.summary.rules import Key
from tuneplan.study.sweep.summary.values import MOST_TEXTS, Distinct

MOST_NUMBERS = 6_000_000
"""Numbers of all lines together that are held."""
WIDE = 30.0
"""Largest value over the smallest from which the middle between two is their geometric mean."""
MOST_POINTS = 2**62
"""Of a grid whose points can be numbered."""
UNSEEN = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A key of a grid: its numbers in order, or its texts."""

    key: Key
    values: Array
    texts: tuple[str, ...]

    @property
    def size(self) -> int:
        """How many values it has."""
        return len(self.texts) if self.key.is_text else len(self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Lines along one key; filled batch by batch.

    Attributes
    ----------
    axis
        Which key.
    numbers
        Of the lines looked at, rising; ``(line,)``.
    outcome
        ``(line, value)``; ``UNSEEN`` where there is no row.
    objective, cost
        ``(line, value, strategy)``; NaN where a strategy breaks the limits.
    """

    axis: int
    numbers: np.ndarray
    all_lines: int
    outcome: np.ndarray
    objective: Array
    cost: Array


def sides_of(words: Asked, distinct: Mapping[str, Distinct], texts: Mapping[str, tuple[str, ...]]) -> tuple[tuple[Side, ...], str]:
    """Values of every key, or why there are no lines."""
    if words.mode != GRID:
        return (), "since the rows are no grid"
    sides = []
    for key in words.keys:
        values = None if key.is_text else distinct[key.name].values
        is_told_apart = len(texts[key.name]) < MOST_TEXTS if key.is_text else values is not None and not distinct[key.name].has_blank
        if not is_told_apart:
            return (), f"since {key.name} has too many values, or none in some rows"
        sides.append(Side(key=key, values=np.empty(0) if values is None else values, texts=texts.get(key.name, ())))
    if not any(side.size > 1 and not side.key.is_text for side in sides):
        return (), "since no number has two values"
    if math.prod(side.size for side in sides) > MOST_POINTS:
        return (), "since the grid has too many points to be numbered"
    return tuple(sides), ""


def opened(sides: Sequence[Side], strategies: int, *, most: int = MOST_NUMBERS) -> list[Lines]:
    """Room for the lines along each number: all of them, or some at about equal distances where there are too many."""
    axes = [axis for axis, side in enumerate(sides) if not side.key.is_text and side.size > 1]
    sizes = [side.size for side in sides]
    made = []
    for axis in axes:
        every = math.prod(sizes) // sizes[axis]
        room = max(1, most // (len(axes) * sizes[axis] * (2 * strategies + 1)))
        count = min(every, room)
        spots = np.random.default_rng(axis).random(count) if count < every else np.zeros(count)
        numbers = ((np.arange(count) + spots) * (every / count)).astype(np.int64)
        shape = (count, sizes[axis])
        made.append(Lines(
            axis=axis, numbers=numbers, all_lines=every, outcome=np.full(shape, UNSEEN, dtype=np.int16),
            objective=np.full((*shape, strategies), np.nan), cost=np.full((*shape, strategies), np.nan),
        ))  # fmt: skip
    return made


def fill(lines: Sequence[Lines], sides: Sequence[Side], words: Asked, rows: Rows, codes: Sequence[np.ndarray], outcome: np.ndarray) -> None:
    """Put rows where they belong.

    Parameters
    ----------
    codes
        Number of each key's value in the order of its side, ``(row,)`` each.
    """
    sizes = [side.size for side in sides]
    objective = np.array([np.where(rows[of(name, ALLOWED)], rows[of(name, words.objective)], np.nan) for name in words.strategies]).T
    objective = np.where(np.isfinite(objective), objective, np.nan)
    cost = np.array([rows[of(name, COST)] for name in words.strategies]).T
    for each in lines:
        others = np.zeros(len(outcome), dtype=np.int64)
        for axis, (code, size) in enumerate(zip(codes, sizes, strict=True)):
            if axis != each.axis:
                others = others * size + code
        place = np.searchsorted(each.numbers, others)
        inside = np.flatnonzero(each.numbers[np.minimum(place, len(each.numbers) - 1)] == others)
        at = place[inside], codes[each.axis][inside]
        each.outcome[at] = outcome[inside]
        each.objective[at] = objective[inside]
        each.cost[at] = cost[inside]


def along(lines: Lines, sides: Sequence[Side], words: Asked) -> Along:
    """What lines along one key tell."""
    side, failed = sides[lines.axis], len(words.strategies) + 1
    known = (lines.outcome != UNSEEN) & (lines.outcome != failed)
    whole = np.flatnonzero(known.sum(axis=1) > 1)
    changes = known[:, 1:] & known[:, :-1] & (lines.outcome[:, 1:] != lines.outcome[:, :-1])
    line, place = np.nonzero(changes)
    value, between = _values(lines, side.values, words, line, place)
    before, after = lines.outcome[line, place], lines.outcome[line, place + 1]
    pairs = sorted(set(zip(before.tolist(), after.tolist(), strict=True)), key=lambda pair: (-int(((before == pair[0]) & (after == pair[1])).sum()), pair))
    others = _others(lines, sides)
    switches = []
    for pair in pairs:
        here = (before == pair[0]) & (after == pair[1])
        switches.append(Switch(
            before=pair[0], after=pair[1], value=spread(value[here]), lines=len(np.unique(line[here])), between=int(between[here].sum()),
            gap=_gap(side.values, place[here]) if between[here].all() else None,
            moved=moved(value[here], line[here], others, {axis: (sides[axis].key, sides[axis].values, sides[axis].texts) for axis in others}),
        ))  # fmt: skip
    return Along(key=side.key, lines=len(whole), all_lines=lines.all_lines, still=int((~changes[whole].any(axis=1)).sum()), switches=tuple(switches))


def _gap(values: Array, place: np.ndarray) -> tuple[float, float] | None:
    """The two values between which all changes lie; None where they lie between several."""
    return (float(values[place[0]]), float(values[place[0] + 1])) if len(np.unique(place)) == 1 else None


def _others(lines: Lines, sides: Sequence[Side]) -> dict[int, np.ndarray]:
    """Number of the value that every other key has on each line. ``(line,)``"""
    found, left = {}, lines.numbers
    for axis in reversed([axis for axis in range(len(sides)) if axis != lines.axis]):
        left, found[axis] = np.divmod(left, sides[axis].size)
    return dict(sorted(found.items()))


def _values(lines: Lines, values: Array, words: Asked, line: np.ndarray, place: np.ndarray) -> tuple[Array, np.ndarray]:
    """Where each change lies, and whether all that is known is that it lies between two values. ``(change,)``

    The lead of the one before over the one after falls from one value to the next; where it passes what the rule
    asks for, by a straight line, the recommendation changes. Where that explains it.
    """
    low, high = values[place], values[place + 1]
    is_wide = bool(len(values)) and values[0] > 0.0 and values[-1] >= WIDE * values[0]
    middle = np.sqrt(low * high) if is_wide else (low + high) / 2.0
    strategies = len(words.strategies)
    before, after = lines.outcome[line, place], lines.outcome[line, place + 1]
    both = np.flatnonzero((before < strategies) & (after < strategies))
    one, other, value, between = before[both], after[both], middle.copy(), np.ones(len(line), dtype=bool)
    ends, asked = [], []
    for at in (place[both], place[both] + 1):
        ends.append(lines.objective[line[both], at, one] - lines.objective[line[both], at, other])
        asked.append(_lead(lines.cost[line[both], at, one], lines.cost[line[both], at, other], words.unit))
    start, end = ends[0] - asked[0], ends[1] - asked[1]
    told = (asked[0] == asked[1]) & (start >= 0.0) & (end <= 0.0) & (start > end)
    share = start[told] / (start[told] - end[told])
    value[both[told]] = low[both[told]] + share * (high[both[told]] - low[both[told]])
    between[both[told]] = False
    return value, between


def _lead(one: Array, other: Array, unit: str) -> Array:
    """By how much one has to lead another to be recommended before it: below 0 where it is the cheaper one. ``(change,)``"""
    if unit != "point":
        return np.zeros(len(one))
    least = (1.0 + SAME_COST) * np.minimum(one, other)
    return np.where((one <= least) & (other <= least), 0.0, np.where(one < other, -LEVEL, LEVEL))


def spread(values: Array) -> Spread:
    """Quantiles of what is known.

    >>> spread(np.array([1.0, np.nan, 3.0]))
    Spread(p10=1.2, median=2.0, p90=2.8, count=2)
    """
    known = values[np.isfinite(values)]
    p10, median, p90 = np.quantile(known, (0.1, 0.5, 0.9)).tolist() if len(known) else [math.nan] * 3
    return Spread(p10=p10, median=median, p90=p90, count=len(known))
