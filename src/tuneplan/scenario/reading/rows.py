"""Rows of the catalogue that a scenario brings itself: in its own lines, or in a CSV file beside it."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, fields, replace
from typing import Any

from tuneplan.core.registry import Param
from tuneplan.errors import ScenarioError
from tuneplan.scenario import catalogue
from tuneplan.scenario.catalogue import Own, Row
from tuneplan.scenario.grammar import amounts, quantities
from tuneplan.scenario.grammar.dimensions import SUFFIX
from tuneplan.scenario.reading.complaints import Complaints, advice, listed, shown
from tuneplan.scenario.reading.includes import within
from tuneplan.scenario.reading.language import LIKE
from tuneplan.scenario.reading.source import clean
from tuneplan.scenario.reading.texts import Folder
from tuneplan.scenario.reading.tree import Listing, Scalar, Table
from tuneplan.scenario.reading.walk import Leaf
from tuneplan.scenario.records import Place

Column = Field[Any]
"""A column of a table, with what it notes about its cells."""
MOST_ROWS = 5_000
"""Rows of its own that a scenario may bring."""
DATE = re.compile(r"20[0-9]{2}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?")
NAMING = frozenset({"name", "gpu", "provider"})
"""Columns whose words other keys and rows refer to."""
SMALLEST, LARGEST = 1e-300, 1e18
"""Bounds of a cell's number, where its column notes no others."""
_CELL = re.compile(rf"(\$?)\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?:\s*{SUFFIX}(?![A-Za-z]))?)\s*([^0-9]*)")
"""A number with what a cell has no room for: a currency, a unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRows:
    """What a scenario brings to the catalogue.

    Attributes
    ----------
    rows
        The sound ones, in the order in which they hold.
    refused
        Names in the others: blamed in their row, and nowhere else as unknown.
    """

    rows: Own
    refused: frozenset[str]


def read_rows(leaves: Iterator[Leaf], root: Folder | None, complaints: Complaints) -> OwnRows:
    """Every row; a complaint for each that is not sound."""
    own: list[Row] = []
    sound: list[tuple[str, Table, Row]] = []
    refused: set[str] = set()
    for leaf, node in ((each, node) for each in leaves for node in _tables(each, root, complaints)):
        kind, before = leaf.path[1], len(complaints.problems)
        row = _row(kind, node, tuple(own), complaints)
        if row is None:
            if isinstance(leaf.node, Scalar):
                _name_cells(complaints, before)
            refused |= {value.text for key, value in node.entries if key.text in NAMING and isinstance(value, Scalar)}
            continue
        own.append(row)
        sound.append((kind, node, row))
        if len(own) > MOST_ROWS:
            complaints.add(f"more than {MOST_ROWS} rows", node.place, f"catalogue.{kind}")
            break
    for kind, node, row in sound:
        _stands_beside(kind, node, row, tuple(own), refused, complaints)
    return OwnRows(rows=tuple(own), refused=frozenset(refused))


def _name_cells(complaints: Complaints, before: int) -> None:
    """Say of each new problem of a cell of a CSV file which cell it is: its column is no column of letters."""
    for number, problem in enumerate(complaints.problems[before:], before):
        if problem.path.count(".") > 1:
            message = f"{problem.message} (line {problem.line}, cell {problem.column})"
            complaints.problems[number] = replace(problem, message=message)


def _stands_beside(kind: str, node: Table, row: Row, own: Own, refused: set[str], complaints: Complaints) -> None:
    """What a row needs in other tables, whatever the order in which they come."""
    if isinstance(row, catalogue.GPUPrice) and row.gpu not in catalogue.names("gpus", own) and row.gpu not in refused:
        hint = advice(row.gpu, catalogue.names("gpus", own))
        complaints.add(f"{shown(row.gpu)} is no GPU{hint}", _place_of("gpu", node), f"catalogue.{kind}.gpu")
    if isinstance(row, catalogue.GPU) and row.family not in (known := _families(own)):
        message = (
            f"{shown(row.family)} is no family of cards{advice(row.family, known)}; "
            "one of your own needs rows in utilisation for every setup, and in serving for every precision"
        )
        complaints.add(message, _place_of("family", node), f"catalogue.{kind}.family")


def _families(own: Own) -> tuple[str, ...]:
    """Families of cards of which is known how they train in every setup, and serve in every precision."""
    trains, serves = catalogue.utilisations(own), catalogue.serving_shares(own)
    setups, precisions = {setup for setup, _ in trains}, {precision for _, precision in serves}
    return tuple(
        family for family in dict.fromkeys(family for _, family in trains)
        if all((setup, family) in trains for setup in setups) and all((family, each) in serves for each in precisions)
    )  # fmt: skip


def _place_of(column: str, node: Table) -> Place:
    """Of a cell; of its row where the cell was left out."""
    return next((value.place for key, value in node.entries if key.text == column), node.place)


def _tables(leaf: Leaf, root: Folder | None, complaints: Complaints) -> Iterator[Table]:
    """Each row as a table of cells."""
    node, path = leaf.node, ".".join(leaf.path[:2])
    if isinstance(node, Table):
        yield node
    elif isinstance(node, Listing) or node.is_empty:
        complaints.add("write rows as a list of tables, or name a CSV file below the scenario's folder", leaf.at, path)
    else:
        yield from _of_csv(node, path, root, complaints)


def _of_csv(name: Scalar, path: str, root: Folder | None, complaints: Complaints) -> Iterator[Table]:
    """Rows of a CSV file; the place of a cell is its line and its number in the row."""
    file, fault = within(name.text, name.place, root)
    if file is None or root is None:
        return complaints.add(fault, name.place, path)
    try:
        text = clean(root.texts.of(file), str(file))
    except ScenarioError as error:
        for problem in error.problems:
            complaints.add(f"{shown(name.text)}: {problem.message}", name.place, path)
        return None
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        head = next(reader, [])
        found = False
        names = [Scalar(key.strip(), Place(file=str(file), line=1, column=number)) for number, key in enumerate(head, 1)]
        for cells in reader:
            line = reader.line_num
            if len(cells) > len(head):
                place = Place(file=str(file), line=line, column=len(head) + 1)
                complaints.add(f"{len(cells)} cells stand under {len(head)} names of columns", place, path)
            elif cells:
                found = True
                places = [Place(file=str(file), line=line, column=number) for number in range(1, len(cells) + 1)]
                filled = [each for each in zip(names, cells, places, strict=False) if each[1].strip()]
                yield Table(tuple((name, Scalar(cell.strip(), at, quoted=True)) for name, cell, at in filled), places[0])
        if not found:
            columns = listed(column.name for column in fields(catalogue.TABLES[path.rsplit(".", 1)[-1]].row))
            complaints.add(f"{shown(name.text)} holds no rows; its first line names the columns ({columns}), a row follows on each further line", name.place, path)
    except csv.Error as error:
        complaints.add(f"not readable as CSV: {error}", Place(file=str(file), line=reader.line_num, column=1), path)
    return None


def _row(kind: str, node: Table, own: Own, complaints: Complaints) -> Row | None:
    """One row, or None after a complaint."""
    spec = catalogue.TABLES[kind]
    columns = {column.name: column for column in fields(spec.row)}
    path, before = f"catalogue.{kind}", len(complaints.problems)
    cells: dict[str, str] = dict(spec.usual)
    given: dict[str, Scalar] = {}
    for key, value in node.entries:
        if key.text == LIKE and len(spec.key) == 1:
            cells |= _copied(kind, value, own, complaints, path) if isinstance(value, Scalar) else {}
        elif key.text not in columns:
            complaints.add(f"unknown column{advice(key.text, columns)}", key.place, f"{path}.{key.text}")
        elif not isinstance(value, Scalar):
            complaints.add("a cell holds one text or number", key.place, f"{path}.{key.text}")
        elif not value.is_empty:
            given[key.text] = value
    cells |= {name: value.text for name, value in given.items()}
    missing = [name for name in columns if name not in cells]
    if missing and len(complaints.problems) == before:
        complaints.add(f"a row of {kind} lacks {listed(missing)}", node.place, path)
    values = {name: _value(column, cells[name], given.get(name), complaints, path) for name, column in columns.items() if name in cells}
    if len(complaints.problems) == before:
        _fits_together(kind, values, node.place, complaints)
    return spec.row(**values) if len(complaints.problems) == before else None


def _copied(kind: str, name: Scalar, own: Own, complaints: Complaints, path: str) -> dict[str, str]:
    """Cells of another row of the table, as texts; all but what says where they come from."""
    known = catalogue.table(kind, own)
    if name.text not in known:
        complaints.add(f"{shown(name.text)} is no row of {kind}{advice(name.text, known)}", name.place, f"{path}.{LIKE}")
        return {}
    row = known[name.text]
    texts = {field.name: catalogue.as_cell(getattr(row, field.name)) for field in fields(row)}
    return {column: text for column, text in texts.items() if column not in ("name", "source", "as_of", "grade")}


def _value(column: Column, text: str, at: Scalar | None, complaints: Complaints, path: str) -> Any:
    """A cell in the type of its column; 0 after a complaint."""
    annotation, fault = str(column.type), _fault_of_word(column, text)
    if not fault and annotation in ("int", "float", "float | None") and text:
        try:
            return _number(column, annotation, text)
        except quantities.QuantityError as error:
            fault = str(error)
    if fault and at is not None:
        complaints.add(fault, at.place, f"{path}.{column.name}")
    return 0 if fault else catalogue.CONVERT[annotation](text)


def _number(column: Column, annotation: str, text: str) -> float | int:
    low, high = column.metadata.get("low", SMALLEST), column.metadata.get("high", LARGEST)
    param = Param(name=column.name, key=column.name, low=low, high=high, whole=annotation == "int", doc="A cell.")
    try:
        distribution = quantities.parse(text, param)
    except quantities.QuantityError as error:
        raise quantities.QuantityError(_in_a_cell(text, param) or str(error)) from None
    if not distribution.is_point:
        raise quantities.QuantityError(f"{text} is an interval; a cell holds one number")
    value = distribution.median
    return int(value) if annotation == "int" else value


def _in_a_cell(text: str, param: Param) -> str:
    """What is wrong with the text of a cell that no number of a scenario would have; empty: something else is."""
    try:
        match = _CELL.fullmatch(amounts.clean(text, param))
    except quantities.QuantityError:
        return ""  # a trap, which is told in its own words
    if match is None:
        return f"{shown(text)} is not a number; a cell holds one, in digits, for example 3"
    sign, number, unit = match.groups()
    return f"{shown(text)} has a unit; a cell holds digits without one: write {number.strip()}" if sign or unit else ""


def _fault_of_word(column: Column, text: str) -> str:
    """What is wrong with a cell that is a word; empty: nothing."""
    name, words = column.name, column.metadata.get("words", ())
    if words and text not in words:
        return f"{shown(text)} is not allowed{advice(text, words)}"
    if name == "as_of" and not DATE.fullmatch(text):
        return f"{shown(text)} is no day, month or year for which the numbers hold; write for example 2026-11-22 or 2026-11"
    if name == "retires" and text and not (DATE.fullmatch(text) and text.count("-") == 2):
        return f"{shown(text)} is not the last day of a model; write year-month-day, for example 2027-01-14, or leave it out"
    if name in ("as_of", "retires") and text.count("-") == 2 and not _is_in_the_calendar(text):
        return f"{shown(text)} is a day that no calendar has"
    if name == "source" and not text.strip():
        return "a row says where its numbers come from"
    if name == "grade" and not re.fullmatch("[A-Z]", text):
        return f"grade {shown(text)} is not one letter, for example B"
    return ""


def _is_in_the_calendar(day: str) -> bool:
    try:
        datetime.date.fromisoformat(day)
    except ValueError:
        return False
    return True


def _fits_together(kind: str, values: Mapping[str, object], place: Place, complaints: Complaints) -> None:
    """Rules between the cells of a row."""
    path = f"catalogue.{kind}"
    middle = "usd_per_hour" if kind == "gpu_prices" else "typical"
    ends = [values[name] for name in ("low", middle, "high") if values.get(name) is not None]
    numbers = [end for end in ends if isinstance(end, float)]
    if kind == "gpu_prices" and len(numbers) == 2:
        complaints.add("low and high belong together; give both or none", place, path)
    elif numbers != sorted(numbers):
        complaints.add("low, typical and high do not rise", place, path)
    elif len(numbers) > 1 and numbers[0] <= 0.0:
        complaints.add("the low end of a range of prices is above 0", place, path)
    if kind == "models" and float(str(values["active_params"])) > float(str(values["params"])):
        complaints.add("active_params are more than params", place, path)
