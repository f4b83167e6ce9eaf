"""Columns of a table of rows: which key each one is, and what its cells say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from tuneplan.core.registry import Param
from tuneplan.scenario.edits import key_at
from tuneplan.scenario.grammar.dimensions import SUFFIX, QuantityError, convert, declared_unit
from tuneplan.scenario.grammar.quantities import parse
from tuneplan.scenario.grammar.ranges import UNSAID
from tuneplan.scenario.swept import key_in
from tuneplan.study.sweep import records
from tuneplan.study.sweep.columns import NO_CODES
from tuneplan.study.sweep.csv_text import QUOTE
from tuneplan.study.sweep.records import Varied
from tuneplan.study.sweep.refusals import counted

MOST_TEXTS = 10_000
"""Different values of a key that are no numbers: more would have to be held."""
_HEAD = re.compile(r"(.*?)\s*\[([^\[\]]*)\]")
_AMOUNT = rf"[$+-]?[0-9.]+(?:[eE][+-]?[0-9]+)? ?{SUFFIX}?"
_BARE = re.compile(rf"(?:(?:[0-9.]+ ?% ?CI|uniform) )?{_AMOUNT}(?: to {_AMOUNT}(?: mode {_AMOUNT})?)?")
"""A number, or an interval, that says no unit; one that stands last holds for all of it."""
_NUMBER = re.compile(r"[+-]?(?:0|[1-9][0-9]*)(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,3})?")
_STATISTICS = frozenset(
    (records.COST, records.COST_P10, records.COST_P90, records.COST_ERROR, records.SCORE, records.SCORE_LOW, records.SCORE_HIGH,
     records.SCORE_ERROR, records.NET_BENEFIT, records.PROBABILITY_BEST, records.REGRET, records.LIMITS_MET, records.ALLOWED)
)  # fmt: skip
_OF_ROWS = (records.ROW, records.RECOMMENDED, records.REASON, records.CLOSE, records.MARGIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of a column.

    Attributes
    ----------
    place
        Of the column, from 0.
    key
        Without the unit.
    typed_unit
        In which its bare numbers are; empty: none is said.
    param
        The number that the key stands for; None: it stands for none.
    guarded
        Whether texts that begin like a formula have a quote before them, as in our own files.
    """

    place: int
    key: str
    typed_unit: str = ""
    param: Param | None = None
    guarded: bool = False

    def plain(self, cell: str) -> float | None:
        """The number of a cell that is digits in the declared unit, and allowed; None where there is more to it."""
        param = self.param
        if param is None or param.whole or not _is_declared(self.typed_unit, param) or _NUMBER.fullmatch(cell) is None:
            return None
        number = float(cell)
        return number if param.low <= number <= param.high else None


@lru_cache(maxsize=256)
def _is_declared(unit: str, param: Param) -> bool:
    """Whether bare numbers are in the declared unit."""
    if not unit:
        return param.may_be_bare or declared_unit(param.unit).may_be_bare
    return not unit.startswith("%") and all(convert(number, unit, param.unit) == number for number in (1.0, 3.0, 1e-3))


def heads_of(names: Sequence[str], units: Sequence[str] = ()) -> tuple[list[Head], list[str]]:
    """Columns that are keys, and the names of those that are results of a sweep and not read.

    Parameters
    ----------
    units
        One a name, where the file says them apart.

    Raises
    ------
    QuantityError
        A unit is not one of its key.
    """
    split = [_split(name, units[place] if units else "") for place, name in enumerate(names)]
    bare = {name for name, _ in split}
    ours = {records.ROW, records.RECOMMENDED} <= bare
    heads, results = [], []
    for place, (name, unit) in enumerate(split):
        key = key_at(name)
        if key is None and ours and _is_result(name):
            results.append(name)
        else:
            param = None if key is None else key.param
            typed_unit = "" if key is None else _checked(name, unit, param)  # of an unknown key that alone is told
            heads.append(Head(place=place, key=name, typed_unit=typed_unit, param=param, guarded=ours))
    return heads, results


def _split(name: str, unit: str) -> tuple[str, str]:
    match = _HEAD.fullmatch(name.strip())
    return (key_in(match[1]), match[2].strip()) if match else (key_in(name), unit)


def _is_result(name: str) -> bool:
    return name in _OF_ROWS or name.rpartition(".")[2] in _STATISTICS


def _checked(name: str, unit: str, param: Param | None) -> str:
    """A unit that fits, or nothing where none is needed."""
    if unit in UNSAID or (param is not None and unit == param.unit and param.may_be_bare):
        return ""
    if param is None:
        raise QuantityError(f"{name} [{unit}] has a unit and is no number: leave [{unit}] out")
    try:
        convert(1.0, unit, param.unit)
    except QuantityError as error:
        raise QuantityError(f"{name} [{unit}]: {unit} {error}") from None
    return unit


@dataclass(slots=True)
class Cells:
    """What the cells of one column say, so far.

    Attributes
    ----------
    texts
        Distinct texts as a scenario types them -> row and line in which each came first; no more than ``MOST_TEXTS``, and one.
    low, high
        Of its numbers, in the declared unit; ``low_at``, ``high_at``: row and line of each.
    is_numbers
        Whether every cell so far is one number, or empty.
    has_empty
        Whether one is empty: there the scenario itself holds.
    """

    head: Head
    texts: dict[str, tuple[int, int]] = field(default_factory=dict)
    low: float = np.inf
    high: float = -np.inf
    low_at: tuple[int, int] = (0, 0)
    high_at: tuple[int, int] = (0, 0)
    is_numbers: bool = True
    has_empty: bool = False

    def take(self, cell: str, row: int, line: int = 0) -> None:
        """Note a cell.

        Raises
        ------
        QuantityError
            It is no number where one is needed.
        """
        plain = self.head.plain(cell) if self.is_full else None
        if plain is not None:
            return self._widen(plain, (row, line))
        text = text_in(cell, self.head)
        if not text:
            self.has_empty = True
        elif text in self.texts:
            return None
        if not self.is_full:
            self.texts.setdefault(text, (row, line))
        if text and self.head.param is not None:
            number = number_in(text, cell, self.head)
            if number is None:
                self.is_numbers = False
            else:
                self._widen(number, (row, line))
        elif text:
            self.is_numbers = False
        return None

    @property
    def is_full(self) -> bool:
        """Whether there are more texts than are held."""
        return len(self.texts) > MOST_TEXTS

    def take_numbers(self, numbers: np.ndarray, rows: np.ndarray) -> None:
        """Note numbers that are in the declared unit and allowed, and the rows in which they stand."""
        for place in {int(numbers.argmin()), int(numbers.argmax())} if len(numbers) else ():
            self._widen(float(numbers[place]), (int(rows[place]), 0))

    def _widen(self, number: float, at: tuple[int, int]) -> None:
        if number < self.low:
            self.low, self.low_at = number, at
        if number > self.high:
            self.high, self.high_at = number, at


def text_in(cell: str, head: Head) -> str:
    """What a cell says, as a scenario types it."""
    cell = cell.strip().removeprefix(QUOTE) if head.guarded else cell.strip()
    return f"{cell} {head.typed_unit}" if head.typed_unit and _BARE.fullmatch(cell) else cell


def number_in(text: str, cell: str, head: Head) -> float | None:
    """The one certain number that a cell says, in the declared unit; None where it says something else.

    Raises
    ------
    QuantityError
        It is nothing that the key may be.
    """
    param = head.param
    assert param is not None
    plain = head.plain(cell.strip())
    if plain is not None:
        return plain
    if text in param.words or text.startswith("{") or (param.scope == "pair" and text.isalpha()):
        return None  # a word, or a table of keys: the reader of scenarios looks at it
    found = parse(text, param)
    return found.median if found.is_point else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column, as rows of a sweep have it.

    Attributes
    ----------
    head
        Which key it is.
    texts
        All different values, where one of them is no number; empty where all are numbers.
    own
        What an empty cell stands for, where all are numbers.
    """

    head: Head
    texts: tuple[str, ...] = ()
    own: float = np.nan

    def at(self, cells: Sequence[str]) -> Varied:
        """The values of some cells.

        Raises
        ------
        QuantityError, LookupError
            A cell was not there when the table was read before.
        """
        if self.texts:
            code = {text: number for number, text in enumerate(self.texts)}
            codes = np.fromiter((code[text_in(cell, self.head)] for cell in cells), dtype=np.int64, count=len(cells))
            return Varied(key=self.head.key, texts=self.texts, codes=codes)
        return self.of_numbers(self._numbers(cells))

    def of_numbers(self, numbers: np.ndarray) -> Varied:
        """Numbers in the declared unit; NaN: an empty cell."""
        assert self.head.param is not None
        return Varied(key=self.head.key, codes=NO_CODES, numbers=np.where(np.isnan(numbers), self.own, numbers), unit=self.head.param.unit)

    def _numbers(self, cells: Sequence[str]) -> np.ndarray:
        """Numbers in the declared unit, all at once where cells are nothing but digits."""
        if self.head.plain(cells[0]) is not None:
            with suppress(ValueError):
                return np.array(cells).astype(np.float64)
        return np.fromiter(map(self._number, cells), dtype=np.float64, count=len(cells))

    def _number(self, cell: str) -> float:
        text = text_in(cell, self.head)
        found = number_in(text, cell, self.head) if text else self.own
        if found is None:
            raise LookupError(text)
        return found


def field_of(cells: Cells, own: float | None) -> Field:
    """The column, once all cells were seen.

    Parameters
    ----------
    own
        The one certain number that the scenario itself gives for the key; None: it gives none.

    Raises
    ------
    QuantityError
        It has too many different texts.
    """
    if cells.head.param is not None and cells.is_numbers and not (cells.has_empty and own is None) and np.isfinite(cells.low):
        return Field(head=cells.head, own=np.nan if own is None else own)
    if cells.is_full:
        empty = ": fill the empty cells, or give the scenario one number for it" if cells.is_numbers else ""
        raise QuantityError(f"has more than {counted(MOST_TEXTS)} different values that are not all numbers{empty}")
    return Field(head=cells.head, texts=tuple(cells.texts))


