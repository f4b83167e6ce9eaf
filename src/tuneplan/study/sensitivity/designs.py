"""Further designs of the one door: one quantity moved at a time, and two sets of points crossed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import special

from tuneplan.axes import Array
from tuneplan.study.design import BELOW_ONE, Design

ENDS = (0.05, 0.95)
"""Where a number is put when it moves alone: the ends of its 90 % interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OneAtATime:
    """Every quantity at its median, then each one at the low and at the high end of its 90 % interval.

    The first column is the nominal one, ``.5`` throughout; then come two for each name. Luck stays at
    its median: nothing is missed by the law, and a clash happens only where it is likelier than not.

    Attributes
    ----------
    moved
        Names of the random numbers that move.
    own
        Name -> how much of its normal score is its own, where it is correlated (``Group.own``). With the
        common factor at its median such a number has to go further, to land on the ends of its interval.

    >>> OneAtATime(moved=("a",)).points(["a", "b"]).round(2).tolist()
    [[0.5, 0.05, 0.95], [0.5, 0.5, 0.5]]
    """

    moved: tuple[str, ...]
    own: Mapping[str, float] = field(default_factory=dict)
    seed: int = 0
    scrambles: int = 1

    @property
    def draws(self) -> int:
        """The nominal column, and two a name."""
        return 1 + 2 * len(self.moved)

    def points(self, names: Sequence[str]) -> Array:
        """Points in (0, 1), ``(name, draw)``."""
        column = {name: 1 + 2 * number for number, name in enumerate(self.moved)}
        points = np.full((len(names), self.draws), 0.5)
        for row, name in enumerate(names):
            if name in column:
                ends = special.ndtr(special.ndtri(np.array(ENDS)) / self.own.get(name, 1.0))
                points[row, column[name] : column[name] + 2] = np.clip(ends, 1.0 - BELOW_ONE, BELOW_ONE)
        return points


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """Which names take their points from the second set.

    Attributes
    ----------
    names
        These, or all but these where ``others``.
    """

    names: frozenset[str] = frozenset()
    others: bool = False

    def takes(self, names: Sequence[str]) -> np.ndarray:
        """Whether each name does. ``(name,)`` of bool"""
        return np.array([(name in self.names) != self.others for name in names], dtype=bool)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossed:
    """Two independent sets of points, and mixtures of them: what Sobol' indices are made of.

    Both sets are keyed by name like all draws, so that the order of quantities changes nothing.

    Attributes
    ----------
    each
        Points of a set.
    exchanges
        One block of columns each: the first set, with some names from the second.
    made
        Both sets by the names that they were asked for, where several designs share them.

    >>> crossed = Crossed(each=8, exchanges=(Exchange(), Exchange(names=frozenset({"a"})), Exchange(others=True)))
    >>> first, mixed, second = crossed.points(["a", "b"]).reshape(2, 3, 8).swapaxes(0, 1)
    >>> bool((mixed[0] == second[0]).all() and (mixed[1] == first[1]).all())
    True
    """

    each: int
    exchanges: tuple[Exchange, ...]
    seed: int = 0
    scrambles: int = 1
    made: dict[tuple[str, ...], list[Array]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def draws(self) -> int:
        """Of all blocks."""
        return self.each * len(self.exchanges)

    def points(self, names: Sequence[str]) -> Array:
        """Points in (0, 1), ``(name, draw)``, block after block."""
        if tuple(names) not in self.made:
            designs = [Design(draws=self.each, seed=self.seed, scrambles=1, stream=stream) for stream in ("first set\x00", "second set\x00")]
            self.made[tuple(names)] = [each.points(names) for each in designs]
        first, second = self.made[tuple(names)]
        return np.concatenate([np.where(each.takes(names)[:, None], second, first) for each in self.exchanges], axis=1)
