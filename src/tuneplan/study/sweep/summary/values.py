"""Values of keys as they come in batches: texts become numbers, distinct numbers are kept while they are few."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tuneplan.axes import Array

MOST_TEXTS = 10_000
"""Distinct texts of a column that are told apart."""
MOST_VALUES = 50_000
"""Distinct numbers of a key of a grid that are told apart."""
OTHER = -1
"""Stands for a text beyond those."""


class Texts(dict[str, int]):
    """Text -> number, in the order in which they are met; ``OTHER`` once there are too many."""

    def __missing__(self, text: str) -> int:
        if len(self) >= MOST_TEXTS:
            return OTHER
        self[text] = len(self)
        return len(self) - 1

    def numbers(self, column: np.ndarray) -> np.ndarray:
        """A column of texts as numbers. ``(row,)``

        >>> Texts().numbers(np.array(["b", "a", "b"], dtype=object)).tolist()
        [0, 1, 0]
        """
        return np.fromiter(map(self.__getitem__, column.tolist()), dtype=np.int64, count=len(column))

    def sorted_as(self, typed: Sequence[str]) -> tuple[tuple[str, ...], np.ndarray]:
        """Texts as they were typed, then others by name; and the new number of each old one. ``(text,)``"""
        place = {text: number for number, text in enumerate(typed)}
        ranked = sorted(self, key=lambda text: (place.get(text, len(place)), text))
        return tuple(ranked), np.argsort(np.array([self[text] for text in ranked], dtype=np.int64))


class Distinct:
    """The distinct numbers of a column, as long as there are few enough, its ends, and whether some row has none."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.values: Array | None = np.empty(0)
        self.low, self.high = np.inf, -np.inf
        self.has_blank = False

    def add(self, column: Array) -> None:
        """Look at some rows."""
        known = column[~np.isnan(column)]
        self.has_blank = self.has_blank or len(known) < len(column)
        if not len(known):
            return
        self.low, self.high = min(self.low, float(known.min())), max(self.high, float(known.max()))
        if self.values is not None:
            self.values = np.union1d(self.values, known)
            if len(self.values) > self.most:
                self.values = None

