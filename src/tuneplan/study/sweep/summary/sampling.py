"""A sample of rows that depends on nothing but their numbers: the same in any order and in batches of any size."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

MOST_SAMPLED = 200_000
"""Rows of a sample."""
_STEP, _FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def scattered(rows: np.ndarray) -> np.ndarray:
    """Numbers of rows as numbers without order, no two alike (SplitMix64). ``(row,)`` of uint64

    >>> len(set(scattered(np.arange(1000)).tolist()))
    1000
    """
    mixed = rows.astype(np.uint64) + _STEP
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))


class Sample:
    """Columns of the rows whose scattered numbers are least, gathered batch by batch; at most twice as many are held."""

    def __init__(self, most: int = MOST_SAMPLED) -> None:
        self.most = most
        self._held: list[tuple[np.ndarray, Mapping[str, np.ndarray]]] = []
        self._count = 0
        self._last: np.uint64 | None = None
        """No row beyond it can be in the sample."""

    def add(self, rows: np.ndarray, columns: Mapping[str, np.ndarray]) -> None:
        """Look at some rows."""
        order = scattered(rows)
        if self._last is not None:
            keep = order <= self._last
            order, columns = order[keep], {name: column[keep] for name, column in columns.items()}
        self._held.append((order, columns))
        self._count += len(order)
        if self._count > 2 * self.most:
            self._shrink()

    def taken(self) -> dict[str, np.ndarray]:
        """Columns of the sample, in the order of the scattered numbers; none where no row was looked at."""
        if not self._held:
            return {}
        self._shrink()
        order, columns = self._held[0]
        sorting = np.argsort(order, kind="stable")
        return {name: column[sorting] for name, column in columns.items()}

    def _shrink(self) -> None:
        order = np.concatenate([each for each, _ in self._held])
        names = list(self._held[0][1])
        columns = {name: np.concatenate([held[name] for _, held in self._held]) for name in names}
        if len(order) > self.most:
            keep = np.argpartition(order, self.most - 1)[: self.most]
            order, columns = order[keep], {name: column[keep] for name, column in columns.items()}
            self._last = order.max()
        self._held, self._count = [(order, columns)], len(order)
