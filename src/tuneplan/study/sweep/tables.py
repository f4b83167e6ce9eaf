"""A table of rows: each line is a row, each column a key; read block by block, never as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tuneplan.errors import ScenarioError
from tuneplan.scenario.grammar.dimensions import QuantityError
from tuneplan.scenario.grammar.ranges import typed
from tuneplan.scenario.reading.complaints import as_problem
from tuneplan.scenario.records import Place, Scenario
from tuneplan.study.sweep import csv_table, parquet_table
from tuneplan.study.sweep.cells import Cells, Field, field_of, heads_of
from tuneplan.study.sweep.csv_table import Lines, Marks, TableError
from tuneplan.study.sweep.keys import of_values
from tuneplan.study.sweep.records import Varied
from tuneplan.study.sweep.refusals import Refusals, counted, is_unknown, refuse_keys

TABLE = "table"
MOST_COLUMNS = 1000
MOST_WRONG = 20
"""Wrong cells after which reading stops."""
MOST_READ = 500
"""Texts of a column that are read as a scenario reads them before anything is run; what is wrong with others is told in their rows."""
PARQUET = b"PAR1"
"""Begins every Parquet file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tabled:
    """Rows of a file, in its order.

    Attributes
    ----------
    path
        Of the file, from the root.
    is_parquet
        What it is; else CSV.
    fields
        Columns that are keys; ``width``: of the file, how many in all.
    digest
        SHA-256 of the file; ``size``: its bytes.
    marks
        Of CSV: rows between two marks, and where each begins, in bytes and as a line.
    """

    path: str
    is_parquet: bool
    fields: tuple[Field, ...]
    width: int
    rows: int
    digest: str
    size: int
    marks: tuple[int, tuple[int, ...], tuple[int, ...]] = (1, (), ())
    notes: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """What is varied, in the order of the file."""
        return tuple(each.head.key for each in self.fields)

    def at(self, start: int, stop: int) -> tuple[Varied, ...]:
        """Values of rows ``start`` to ``stop``.

        Raises
        ------
        ScenarioError
            The file is not what it was when the sweep began.
        """
        try:
            if Path(self.path).stat().st_size != self.size:
                raise TableError("has another size")
            if self.is_parquet:
                return parquet_table.block(self.path, self.fields, start, stop)
            rows = csv_table.block(self.path, self.width, self.marks, start, stop)
            return tuple(each.at([row[each.head.place] for row in rows]) for each in self.fields)
        except OSError as error:
            raise _error(f"can't be read any more: {error.strerror or error}", self.path) from None
        except (TableError, QuantityError, LookupError) as error:
            raise _error(f"was changed since the sweep began ({error}): start the sweep anew", self.path) from None

    def said(self) -> Mapping[str, Any]:
        """What it is, for JSON: the same wherever the file lies."""
        keys = {each.head.key: {"unit": each.head.param.unit if each.head.param is not None and not each.texts else ""} for each in self.fields}
        return {"mode": TABLE, "rows": self.rows, "sha256": self.digest, "keys": keys}


def _error(message: str, file: str, line: int = 0) -> ScenarioError:
    return ScenarioError([as_problem(message, _at(file, line))])


def _at(file: str, line: int) -> Place:
    return Place(file=file, line=line, column=1 if line else 0)


def tabled(path: Path, scenario: Scenario, refusals: Refusals) -> Tabled:
    """All rows of a file, every cell looked at once.

    Raises
    ------
    ScenarioError
        It can't be read, with the line; or everything wrong with its columns and the first wrong cells.
    UsageError
        It is Parquet, and the library for it is not there.
    """
    try:
        with open(path, "rb") as stream:
            is_parquet = stream.read(4) == PARQUET
        found = _parquet(path, scenario, refusals) if is_parquet else _csv(path, scenario, refusals)
    except IsADirectoryError:
        raise _error("this is a folder; give one CSV or Parquet file", str(path)) from None
    except OSError as error:
        said = "no such file" if isinstance(error, FileNotFoundError) else f"can't be read: {error.strerror or error}"
        raise _error(said, str(path)) from None
    except TableError as error:
        raise _error(str(error), str(path), error.line) from None
    refusals.raise_if_any()
    return found


@dataclass(slots=True)
class Empty:
    """Rows that name no key, so far; ``first``: line of the first of them."""

    count: int = 0
    first: int = 0

    def take(self, line: int) -> None:
        """Note one."""
        self.first = self.first or line
        self.count += 1

    def notes(self, file: str) -> Iterator[str]:
        """What is worth a second look."""
        if self.count == 1:
            yield f"{file}:{self.first}: every cell of the row is empty, so it is the scenario as it stands; delete the line unless that is meant"
        elif self.count:
            yield f"{file}:{self.first}: every cell is empty in {counted(self.count)} rows, this the first: each is the scenario as it stands; delete them unless that is meant"


def _csv(path: Path, scenario: Scenario, refusals: Refusals) -> Tabled:
    with open(path, "rb") as stream:
        lines, marks, row, empty = Lines(stream), Marks(), 0, Empty()
        names = csv_table.header_of(lines)
        columns, notes = _columns_of(names, (), _at(str(path), lines.number), refusals)
        for cells in csv_table.rows_in(lines, len(names)):
            marks.take(row, lines.offset, lines.number)
            for column in columns:
                _take(column, cells[column.head.place], row, _at(str(path), lines.number), refusals)
            if not any(cells[column.head.place].strip() for column in columns):
                empty.take(lines.number)
            row += 1
    found = Tabled(
        path=str(path.resolve()), is_parquet=False, fields=_fields_of(columns, row, scenario, str(path), refusals), width=len(names), rows=row,
        digest=lines.digest.hexdigest(), size=lines.at, marks=(marks.stride, tuple(marks.offsets), tuple(marks.lines)), notes=(*notes, *empty.notes(str(path))),
    )  # fmt: skip
    _refuse_values(found, columns, refusals)
    return found


def _parquet(path: Path, scenario: Scenario, refusals: Refusals) -> Tabled:
    file = parquet_table.opened(str(path))
    columns, notes = _columns_of(file.names, file.units, _at(str(path), 0), refusals)
    parquet_table.look(file, columns, lambda column, cell, row: _take(column, cell, row, _at(str(path), 0), refusals))
    found = Tabled(
        path=str(path.resolve()), is_parquet=True, fields=_fields_of(columns, file.rows, scenario, str(path), refusals), width=len(file.names), rows=file.rows,
        digest=parquet_table.digest_of(str(path)), size=path.stat().st_size, notes=notes,
    )  # fmt: skip
    _refuse_values(found, columns, refusals)
    return found


def _columns_of(names: Sequence[str], units: Sequence[str], place: Place, refusals: Refusals) -> tuple[list[Cells], tuple[str, ...]]:
    """The columns that are keys, and what to tell of the others.

    Raises
    ------
    ScenarioError
        A name is no key, is empty or stands twice, or a unit is not one of its key.
    """
    if len(names) > MOST_COLUMNS:
        raise TableError(f"{len(names)} columns are too many: at most {MOST_COLUMNS}", place.line)
    try:
        heads, results = heads_of(names, units)
    except QuantityError as error:
        raise TableError(str(error), place.line) from None
    seen: set[str] = set()
    for head in heads:
        if not head.key:
            refusals.add(f"column {head.place + 1} has no name; the first line names keys", place)
        elif head.key in seen:
            refusals.add("stands twice among the columns", place, head.key)
        else:
            refusals.take([each for each in refusals.wrong([f"{head.key}=x"], place) if is_unknown([each])])
        seen.add(head.key)
    refuse_keys({key: [""] for key in seen if key}, [place] * len(seen - {""}), refusals)
    if not heads:
        refusals.add("no column names a key to vary", place)
    refusals.raise_if_any()
    told = f"{place.file}: {len(results)} columns are results of a sweep and not read: {', '.join(results[:5])}{' ...' if len(results) > 5 else ''}"
    return [Cells(head=each) for each in heads], (told,) if results else ()


def _take(column: Cells, cell: str, row: int, place: Place, refusals: Refusals) -> None:
    """Note a cell, or what is wrong with it.

    Raises
    ------
    ScenarioError
        So many are wrong that reading stops.
    """
    try:
        column.take(cell, row, place.line)
    except QuantityError as error:
        refusals.add(str(error) if place.line else f"in row {row}: {error}", place, column.head.key)
        if len(refusals.problems) > MOST_WRONG:
            refusals.raise_if_any()


def _fields_of(columns: Sequence[Cells], rows: int, scenario: Scenario, file: str, refusals: Refusals) -> tuple[Field, ...]:
    """The columns, once all cells were seen.

    Raises
    ------
    ScenarioError
        Cells were wrong, there are no rows, or a column has too many texts.
    """
    if rows == 0:
        refusals.add("has names of keys and no rows", _at(file, 0))
    refusals.raise_if_any()
    fields = []
    for column in columns:
        try:
            fields.append(field_of(column, own_number(column.head.key, scenario)))
        except QuantityError as error:
            refusals.add(str(error), _at(file, 0), column.head.key)
    refusals.raise_if_any()
    return tuple(fields)


def own_number(key: str, scenario: Scenario) -> float | None:
    """The one certain number that a scenario gives for a key; None where it gives none, or takes it from another."""
    found = scenario.quantities.get(key)
    return found.distribution.median if found is not None and found.distribution.is_point and not found.same_as else None


def _refuse_values(found: Tabled, columns: Sequence[Cells], refusals: Refusals) -> None:
    """Note texts, and least and largest numbers, that are nothing their key may be, neither alone nor in the first row that has them."""
    for column, field in zip(columns, found.fields, strict=True):
        looked = {text: column.texts[text] for text in field.texts[:MOST_READ] if text}
        if not field.texts and field.head.param is not None:
            looked = {typed(number, field.head.param.unit): at for number, at in ((column.low, column.low_at), (column.high, column.high_at))}
        for text, (row, line) in looked.items():
            wrong = of_values(refusals.wrong([f"{field.head.key}={text}"], _at(found.path, line)), [(field.head.key, text)])
            if wrong and refusals.wrong([change for each in found.at(row, row + 1) for change in each.changes(0)], _at(found.path, line)):
                refusals.take(wrong)
