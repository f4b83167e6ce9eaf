"""A sweep that was kept, opened again: rows in constant memory, from either kind of target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tuneplan.errors import UsageError
from tuneplan.scenario.reading.complaints import advice
from tuneplan.study.sweep import csv_file, parquet
from tuneplan.study.sweep.ledger import PARQUET, Ledger
from tuneplan.study.sweep.places import place_of
from tuneplan.study.sweep.records import Output, Rows

SIZE = 65_536
"""Rows at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A sweep on a disk.

    Attributes
    ----------
    path
        Where.
    about, columns
        Provenance, and what every row holds.
    rows
        That are there.
    is_complete
        Whether those are all.
    """

    path: str
    about: Mapping[str, Any]
    columns: tuple[Output, ...]
    rows: int
    is_complete: bool
    _ledger: Ledger
    _parts: tuple[int, ...] = ()

    def batches(self, names: Sequence[str] | None = None, size: int = SIZE) -> Iterator[Rows]:
        """Rows in their order, so many at a time; the last ones may be fewer.

        Parameters
        ----------
        names
            Columns; None: all.

        Raises
        ------
        UsageError
            No such column, or what was kept is damaged.
        """
        known = [each.name for each in self.columns]
        asked = list(dict.fromkeys(known if names is None else names))
        if unknown := [name for name in asked if name not in known]:
            raise UsageError(f"{self.path}: no column {unknown[0]}{advice(unknown[0], known)}")
        if not asked:
            return iter(())
        if self._ledger.kept == PARQUET:
            return _of_size(parquet.batches(place_of(self.path), self._parts, asked, size), size)
        return csv_file.batches(Path(self.path), self._ledger, asked, size)


def opened(path: str | Path) -> Dataset:
    """A sweep that was kept, complete or not.

    Parameters
    ----------
    path
        The CSV file, or the folder with its parts, or its URL.

    Raises
    ------
    UsageError
        No such file, or it is no sweep.
    """
    name = str(path)
    if "://" not in name and not Path(name).exists():
        raise UsageError(f"{name}: no such file or folder")
    if "://" in name or Path(name).is_dir():
        place = place_of(name)
        ledger = parquet.ledger_in(place)
        if ledger is None:
            raise UsageError(f"{name}: is no sweep (it has no {parquet.TOLD_IN})")
        parts = parquet.whole_parts(place, ledger)
        rows = sum(parquet.rows_in(ledger, number) for number in parts)
        return _dataset(name, ledger, rows, tuple(parts))
    ledger = csv_file.ledger_beside(Path(name))
    if ledger is None:
        raise UsageError(f"{name}: is no sweep (it has no {csv_file.sidecar_of(Path(name)).name} beside it)")
    return _dataset(name, ledger, ledger.rows_done, ())


def _dataset(name: str, ledger: Ledger, rows: int, parts: tuple[int, ...]) -> Dataset:
    return Dataset(
        path=name, about=ledger.about, columns=ledger.columns, rows=rows, is_complete=ledger.is_complete and rows == ledger.rows, _ledger=ledger, _parts=parts,
    )  # fmt: skip


def _of_size(some: Iterator[Rows], size: int) -> Iterator[Rows]:
    """The same rows, so many at a time: parts may be small, or their length no multiple of it."""
    held: list[Rows] = []
    rows = 0
    for each in some:
        held.append(each)
        rows += _length(each)
        while rows >= size:
            whole = _joined(held)
            yield {name: values[:size] for name, values in whole.items()}
            held, rows = [{name: values[size:] for name, values in whole.items()}], rows - size
    if rows:
        yield _joined(held)


def _length(rows: Rows) -> int:
    return len(next(iter(rows.values())))


def _joined(some: Sequence[Rows]) -> Rows:
    return some[0] if len(some) == 1 else {name: np.concatenate([each[name] for each in some]) for name in some[0]}
