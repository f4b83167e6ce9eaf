"""Rows as text of a CSV file, and back, to the bit.

Numbers are written as the shortest text that reads back as the same number. A spreadsheet runs a cell that
begins like a formula: such texts get a quote before them, which reading takes away again.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np

from tuneplan.study.sweep.records import COUNT, NUMBER, YES_NO, Output, Rows

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the begin of a formula."""
QUOTE = "'"
YES, NO = "yes", "no"


def header(columns: Sequence[Output]) -> bytes:
    """The first line: names with units.

    >>> header([Output(name="row", unit="", kind=COUNT, doc=""), Output(name="unified.cost", unit="USD", kind=NUMBER, doc="")])
    b'row,unified.cost [USD]\\n'
    """
    named = [f"{each.name} [{each.unit}]" if each.unit and each.kind == NUMBER else each.name for each in columns]
    return (",".join(map(_cell, named)) + "\n").encode()


def text_of(rows: Rows, columns: Sequence[Output]) -> bytes:
    """A block as lines."""
    cells = [_column(rows[each.name], each.kind) for each in columns]
    lines = "\n".join(map(",".join, zip(*cells, strict=True)))
    return f"{lines}\n".encode()


def rows_from(lines: Iterable[str], columns: Sequence[Output], names: Sequence[str], size: int) -> Iterator[Rows]:
    """Rows of some columns from lines after the header, so many at a time.

    Raises
    ------
    ValueError
        A line has too many or too few cells, or no number where there is to be one.
    """
    places = [([each.name for each in columns].index(name), name) for name in names]
    kinds = {each.name: each.kind for each in columns}
    cells = csv.reader(lines, strict=True)
    while some := list(islice(cells, size)):
        if any(len(row) != len(columns) for row in some):
            raise ValueError("a line that is cut off")
        yield {name: _values([row[place] for row in some], kinds[name]) for place, name in places}


def _column(values: np.ndarray, kind: str) -> list[str]:
    if kind == NUMBER:
        texts = list(map(repr, np.asarray(values, float).tolist()))
        for row in np.flatnonzero(np.isnan(values)):
            texts[row] = ""
        return texts
    if kind == COUNT:
        return list(map(str, values.tolist()))
    if kind == YES_NO:
        return [YES if each else NO for each in values.tolist()]
    return list(map(_Cells().__getitem__, values.tolist()))


class _Cells(dict[str, str]):
    """Text -> its cell; few texts stand in many rows."""

    def __missing__(self, text: str) -> str:
        self[text] = _cell(text)
        return self[text]


def _cell(text: str) -> str:
    """A text that is no formula, with what CSV needs around it.

    >>> _cell("a,b"), _cell("=1+1"), _cell("'tis"), _cell("")
    ('"a,b"', "'=1+1", "''tis", '')
    """
    guarded = f"{QUOTE}{text}" if text.startswith((QUOTE, *FORMULA_STARTS)) else text
    if any(letter in guarded for letter in ',"\n\r'):
        return '"{}"'.format(guarded.replace('"', '""'))
    return guarded


def _values(cells: list[str], kind: str) -> np.ndarray:
    if kind == NUMBER:
        return np.array([float(each) if each else np.nan for each in cells], float)
    if kind == COUNT:
        return np.array(cells, np.int64) if not cells else np.array([int(each) for each in cells], np.int64)
    if kind == YES_NO:
        if not {YES, NO}.issuperset(cells):
            raise ValueError(f"something else than {YES} and {NO}")
        return np.array([each == YES for each in cells], bool)
    texts = np.empty(len(cells), object)
    texts[:] = [each.removeprefix(QUOTE) for each in cells]
    return texts
