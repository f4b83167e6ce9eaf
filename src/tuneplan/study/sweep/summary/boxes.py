"""Rules as boxes: for each key the numbers of the values that it may have; boxes of one outcome are joined where they touch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tuneplan.axes import Array
from tuneplan.study.sweep.summary.rules import Condition, Key

BLANK = -1
"""Number of no value, before that of the least one."""
DIGITS = 15
"""Significant digits that are tried for a round number."""
Limits = tuple[int, int] | frozenset[int]
"""Of numbers the first and last place among the sorted values; of texts which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A key as rules see it.

    Attributes
    ----------
    values
        Its distinct numbers, rising; of texts none.
    texts
        Its texts; of numbers none.
    has_blank
        Of numbers: whether rows have none.
    has_rest
        Of texts: whether there are others, too rare to be told apart; their number is that after the last.
    """

    key: Key
    values: Array
    texts: tuple[str, ...]
    has_blank: bool = False
    has_rest: bool = False

    @property
    def whole(self) -> Limits:
        """All its values."""
        return frozenset(range(len(self.texts) + self.has_rest)) if self.key.is_text else (BLANK if self.has_blank else 0, len(self.values) - 1)


@dataclass(frozen=True, slots=True)
class Box:
    """Limits of each key, and rows by outcome."""

    limits: tuple[Limits, ...]
    counts: tuple[int, ...]

    @property
    def outcome(self) -> int:
        """The commonest one."""
        return int(np.argmax(self.counts))


def joined(boxes: Sequence[Box]) -> list[Box]:
    """Boxes of one outcome become one where their limits differ in one key and touch there, until none do.

    >>> joined([Box(((0, 3),), (5, 0)), Box(((4, 9),), (6, 1)), Box(((10, 11),), (0, 4))])
    [Box(limits=((0, 9),), counts=(11, 1)), Box(limits=((10, 11),), counts=(0, 4))]
    """
    left = list(boxes)
    for first in range(len(left)):
        for second in range(first + 1, len(left)):
            both = _union(left[first], left[second])
            if both is not None:
                return joined([*left[:first], both, *left[first + 1 : second], *left[second + 1 :]])
    return left


def _union(one: Box, other: Box) -> Box | None:
    differ = [axis for axis, (mine, theirs) in enumerate(zip(one.limits, other.limits, strict=True)) if mine != theirs]
    if one.outcome != other.outcome or len(differ) > 1:
        return None
    limits = list(one.limits)
    for axis in differ:
        mine, theirs = one.limits[axis], other.limits[axis]
        if isinstance(mine, frozenset) and isinstance(theirs, frozenset):
            limits[axis] = mine | theirs
        elif isinstance(mine, tuple) and isinstance(theirs, tuple) and (mine[1] + 1 == theirs[0] or theirs[1] + 1 == mine[0]):
            limits[axis] = min(mine[0], theirs[0]), max(mine[1], theirs[1])
        else:
            return None
    return Box(tuple(limits), tuple(a + b for a, b in zip(one.counts, other.counts, strict=True)))


def conditions(limits: Sequence[Limits], features: Sequence[Feature]) -> tuple[Condition, ...]:
    """What a box asks of the keys that it limits, in words that can be checked."""
    return tuple(_condition(each, feature) for each, feature in zip(limits, features, strict=True) if each != feature.whole)


def _condition(limits: Limits, feature: Feature) -> Condition:
    if isinstance(limits, frozenset):
        rest = len(feature.texts)
        out = [each for each in range(rest) if each not in limits]
        is_other = rest in limits or (not feature.has_rest and len(out) < len(limits) and rest > 2)
        return Condition(key=feature.key, texts=tuple(feature.texts[each] for each in (out if is_other else sorted(limits))), is_other=is_other)
    low, high = limits
    above = round_between(*feature.values[low - 1 : low + 1].tolist()) if low > 0 else float("nan")
    below = round_between(*feature.values[high : high + 2].tolist()) if 0 <= high < len(feature.values) - 1 else float("nan")
    return Condition(key=feature.key, above=above, below=below, blank=low == BLANK if feature.has_blank else None)


def round_between(low: float, high: float) -> float:
    """The number with the fewest digits between two, as near as it goes to their middle.

    >>> round_between(20e3, 40e3), round_between(41_234.0, 42_999.0), round_between(-1.0, 3.0), round_between(0.1, 0.11)
    (30000.0, 42000.0, 0.0, 0.105)
    """
    if low < 0.0 < high:
        return 0.0
    middle = low + (high - low) / 2.0
    return next((found for digits in range(DIGITS) if low < (found := float(f"{middle:.{digits}e}")) < high), middle)
