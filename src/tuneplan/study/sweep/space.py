"""All rows of a sweep: every value with every other, or row by row."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tuneplan.axes import Array
from tuneplan.scenario.swept import GRID, SOBOL
from tuneplan.study.sweep.columns import Column, Drawn
from tuneplan.study.sweep.points import key_for, latin, sobol
from tuneplan.study.sweep.records import Varied

MOST_ROWS = 10**11
"""Rows that a sweep may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Every value with every other; the last key changes fastest.

    >>> from tuneplan.study.sweep.columns import Numbers
    >>> both = Grid(columns=(Numbers(key="a", numbers=(1.0, 2.0), unit="1"), Numbers(key="b", numbers=(5.0, 6.0, 7.0), unit="1")))
    >>> both.rows, [each.numbers.tolist() for each in both.at(2, 5)]
    (6, [[1.0, 2.0, 2.0], [7.0, 5.0, 6.0]])
    """

    columns: tuple[Column, ...]
    notes: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """What is varied, in the order asked for."""
        return tuple(each.key for each in self.columns)

    @property
    def rows(self) -> int:
        """How many there are."""
        return math.prod(len(each) for each in self.columns)

    def at(self, start: int, stop: int) -> tuple[Varied, ...]:
        """Values of rows ``start`` to ``stop``."""
        rest = np.arange(start, stop, dtype=np.int64)
        found: list[Varied] = []
        for column in reversed(self.columns):
            rest, index = np.divmod(rest, len(column))
            found.append(column.at(index))
        return tuple(reversed(found))

    def said(self) -> Mapping[str, Any]:
        """What it is, for JSON."""
        return {"mode": GRID, "rows": self.rows, "keys": {each.key: each.said() for each in self.columns}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rowwise:
    """Rows one by one: the first value of each key, the second of each, and so on.

    Attributes
    ----------
    mode
        ``zip``, or ``list``.
    columns
        Of equal length.
    """

    mode: str
    columns: tuple[Column, ...]
    notes: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """What is varied, in the order asked for."""
        return tuple(each.key for each in self.columns)

    @property
    def rows(self) -> int:
        """How many there are."""
        return len(self.columns[0])

    def at(self, start: int, stop: int) -> tuple[Varied, ...]:
        """Values of rows ``start`` to ``stop``."""
        index = np.arange(start, stop, dtype=np.int64)
        return tuple(each.at(index) for each in self.columns)

    def said(self) -> Mapping[str, Any]:
        """What it is, for JSON."""
        return {"mode": self.mode, "rows": self.rows, "keys": {each.key: each.said() for each in self.columns}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """Rows drawn from ranges: each key has points of its own, found from its name, the seed and the row.

    Attributes
    ----------
    mode
        ``sobol`` or ``lhs``.
    drawn
        Keys, the first of which has the first dimension.
    rows
        How many points.
    """

    mode: str
    drawn: tuple[Drawn, ...]
    rows: int
    seed: int = 0
    notes: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """What is varied, in the order asked for."""
        return tuple(each.key for each in self.drawn)

    def at(self, start: int, stop: int) -> tuple[Varied, ...]:
        """Values of rows ``start`` to ``stop``."""
        return tuple(each.at(self._points(number, each.key, start, stop)) for number, each in enumerate(self.drawn))

    def _points(self, number: int, name: str, start: int, stop: int) -> Array:
        key = key_for(name, self.seed)
        return sobol(number, start, stop, key) if self.mode == SOBOL else latin(self.rows, start, stop, key)

    def said(self) -> Mapping[str, Any]:
        """What it is, for JSON."""
        return {"mode": self.mode, "rows": self.rows, "seed": self.seed, "keys": {each.key: each.said() for each in self.drawn}}
