"""A sweep, ready to be worked out block by block, in any order and anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tuneplan.scenario.records import Scenario
from tuneplan.study.sweep import records
from tuneplan.study.sweep.making import Cases
from tuneplan.study.sweep.planning import PlannedCase
from tuneplan.study.sweep.records import COUNT, NUMBER, TEXT, YES_NO, Output, Rows, Space, Varied

EMPTY: Mapping[str, Any] = {NUMBER: np.nan, COUNT: 0, TEXT: "", YES_NO: False}
"""What stands where a row has nothing to say."""
LONGEST_REASON = 300
"""Letters of what is wrong with a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """``Work`` of a scenario; see there for what is not named here.

    Attributes
    ----------
    space
        Which rows there are.
    cases
        What makes a case of the overrides of a row.
    numbers
        Key of which every value is a certain number -> unit, and the number of each text; kept as numbers.
    objective
        What is decided by, in words.
    plans
        Strategies that plan anew in each row -> tasks of which they do.
    """

    space: Space
    cases: Cases
    numbers: Mapping[str, tuple[str, Mapping[str, float]]]
    objective: str
    plans: Mapping[str, tuple[str, ...]]
    rows_of_a_block: int
    about: Mapping[str, Any]

    @property
    def rows(self) -> int:
        return self.space.rows

    @property
    def blocks(self) -> int:
        return -(-self.rows // self.rows_of_a_block)

    @property
    def releases(self) -> bool:
        return not (self.cases.one_by_one or self.cases.is_planned)

    @property
    def columns(self) -> tuple[Output, ...]:
        varied = {key: self.numbers[key][0] if key in self.numbers else None for key in self.space.keys}
        return records.columns(varied, self.cases.strategies, objective=self.objective, unit=self.cases.unit, draws=self.cases.design.draws, plans=self.plans)

    def block(self, number: int) -> Rows:
        start = number * self.rows_of_a_block
        stop = min(start + self.rows_of_a_block, self.rows)
        varied = self.space.at(start, stop)
        found: dict[str, np.ndarray] = {each.name: _empty(each, stop - start) for each in self.columns}
        found[records.ROW] = np.arange(start, stop, dtype=np.int64)
        found |= {each.key: self._told(each) for each in varied}
        for texts, rows in self._apart(varied):
            self._fill(found, texts, varied, rows)
        return found

    def _told(self, varied: Varied) -> np.ndarray:
        """A key's column: numbers where all of it are, else texts."""
        if varied.numbers is not None:
            return varied.numbers
        known = self.numbers.get(varied.key)
        if known is not None:
            return np.array([known[1][text] for text in varied.texts]).take(varied.codes)
        return np.array(varied.texts, dtype=object).take(varied.codes)

    def _apart(self, varied: Sequence[Varied]) -> list[tuple[tuple[str, ...], np.ndarray]]:
        """Rows that are one case: the overrides that make it, and which rows."""
        apart = [each for each in varied if self.cases.one_by_one or each.key in self.cases.sorted.cases]
        rows = np.arange(len(varied[0]))
        if self.cases.one_by_one:
            return [(_changes(apart, row), rows[row : row + 1]) for row in rows.tolist()]
        if not apart:
            return [((), rows)]
        codes = np.stack([each.codes if each.numbers is None else np.unique(each.numbers, return_inverse=True)[1] for each in apart])
        _, first, which = np.unique(codes, axis=1, return_index=True, return_inverse=True)
        return [(_changes(apart, row), np.flatnonzero(which.ravel() == place)) for place, row in enumerate(first.tolist())]

    def _fill(self, found: dict[str, np.ndarray], texts: tuple[str, ...], varied: Sequence[Varied], rows: np.ndarray) -> None:
        """Columns of the rows of one case."""
        case = self.cases.of(texts)
        if isinstance(case, str):
            found[records.REASON][rows] = case[:LONGEST_REASON]
            return
        dials = () if self.cases.one_by_one else tuple(dial.key for dial in self.cases.sorted.dials)
        turned = [each for each in varied if each.key in dials]
        wrong = {int(row): why for row in rows.tolist() if (why := self.cases.wrong_with(texts, turned, row))} if self.cases.is_doubtful(texts) else {}
        for row, why in wrong.items():
            found[records.REASON][row] = why[:LONGEST_REASON]
        rows = np.array([row for row in rows.tolist() if row not in wrong], dtype=np.intp) if wrong else rows
        if len(rows) == 0:
            return
        values = {each.key: _values(each, self.cases.samples)[rows] for each in turned}
        if isinstance(case, PlannedCase):
            made = case.rows(values, lambda row: self.cases.source(_changes(varied, int(rows[row]))))
        else:
            made = case.rows(values)
        for name, column in made.items():
            found[name][rows] = column


def _changes(varied: Sequence[Varied], row: int) -> tuple[str, ...]:
    """What a row changes, as overrides."""
    return tuple(text for each in varied for text in each.changes(row))


def _empty(column: Output, rows: int) -> np.ndarray:
    kinds: Mapping[str, Any] = {NUMBER: np.float64, COUNT: np.int64, TEXT: object, YES_NO: np.bool_}
    return np.full(rows, EMPTY[column.kind], dtype=kinds[column.kind])


def _values(varied: Varied, samples: Sequence[Varied]) -> np.ndarray:
    """A dial's values: numbers, or which of the texts that it knows."""
    if varied.numbers is not None:
        return varied.numbers
    known = next(each for each in samples if each.key == varied.key)
    place = {text: number for number, text in enumerate(known.texts)}
    return np.array([place[text] for text in varied.texts], dtype=np.float64).take(varied.codes)


def scenario_of(work: Sweep, row: int) -> Scenario:
    """The scenario of one row, as it would be run by itself.

    Raises
    ------
    ScenarioError
        It is none.
    """
    return work.cases.source(_changes(work.space.at(row, row + 1), 0))
