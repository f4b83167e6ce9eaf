"""Pilot files: one measured run on one task a row, read strictly and complained about all at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tuneplan.core.registry import Param
from tuneplan.errors import Problem, ScenarioError
from tuneplan.evidence.calibration.columns import ALIASES, COLUMNS, EXAMPLES_OF, MEASURED, NUMBERS
from tuneplan.scenario.grammar import quantities
from tuneplan.scenario.reading.complaints import advice, listed, nearest, shown
from tuneplan.scenario.records import UNSEEN, Scenario

MOST_PILOTS = 500
MOST_BYTES = 20_000_000
MOST_PROBLEMS = 100
TOGETHER = "+"
"""Between tasks that were trained together."""
MISTYPED = 0.8
"""How alike a column's name is to one of ours when it is held for that one, mistyped."""


class PilotError(ScenarioError):
    """A pilot file that can't be used, with every problem found in it."""

    undone = "nothing was calibrated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row, converted.

    Attributes
    ----------
    line
        In the file.
    words
        Cells of texts, by column; empty ones left out.
    numbers
        Cells of numbers, by column, in the unit of ``columns.NUMBERS``; empty ones left out.
    examples
        Of other tasks trained beside, as the row itself says: task -> how many.
    columns
        Name of a column -> its place, counted from 1.
    sound
        Whether nothing was wrong with any cell by itself.
    """

    line: int
    words: Mapping[str, str]
    numbers: Mapping[str, float]
    examples: Mapping[str, float]
    columns: Mapping[str, int]
    sound: bool = True

    @property
    def task(self) -> str:
        """Where it was measured."""
        return self.words.get("task", "")

    def place(self, column: str) -> int:
        """Column of a complaint."""
        return self.columns.get(column, 1)


@dataclass(slots=True)
class Complaining:
    """Problems of one file."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def add(self, message: str, *, line: int = 0, column: int = 0, name: str = "") -> None:
        """Note one; beyond ``MOST_PROBLEMS`` none."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(message=message, path=name, file=self.file, line=line, column=column))

    def warn(self, message: str, *, line: int = 0, column: int = 0, name: str = "") -> None:
        """Note what is sound but worth a second look."""
        self.warnings.append(Problem(message=message, path=name, file=self.file, line=line, column=column))

    def raise_if_any(self) -> None:
        """Stop when something was noted.

        Raises
        ------
        PilotError
            With every problem.
        """
        if self.problems:
            raise PilotError(self.problems)


def read_rows(path: Path, scenario: Scenario, complaints: Complaining) -> tuple[Row, ...]:
    """Every row of a pilot file, with complaints about those that are not sound.

    Raises
    ------
    PilotError
        The file can't be read as a table at all.
    """
    lines = list(_lines(_text_of(path, complaints), complaints))
    complaints.raise_if_any()
    if len(lines) < 2:
        complaints.add("holds no pilot; the first line names the columns (task, strategy, examples, score), each other one is a measured run")
        complaints.raise_if_any()
    (_, head), *rows = lines
    names = _names(head, scenario, complaints)
    if len(rows) > MOST_PILOTS:
        complaints.add(f"{len(rows)} rows are too many, the most is {MOST_PILOTS}; give the runs that are most like those in question")
    complaints.raise_if_any()
    found = tuple(row for line, cells in rows if (row := _row(cells, names, line, scenario, complaints)) is not None)
    _refuse_repeated(rows, complaints)
    return found


def _text_of(path: Path, complaints: Complaining) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            complaints.add(f"is larger than {MOST_BYTES // 1_000_000} MB; a pilot file has at most {MOST_PILOTS} rows")
            return ""
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        complaints.add(f"is not UTF-8 at byte {error.start}; save it as CSV in UTF-8")
    except OSError as error:
        complaints.add(f"can't be read: {error.strerror or error}")
    return ""


def _lines(text: str, complaints: Complaining) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold anything, with the line each starts on; lines that begin with # are remarks."""
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in rows:
            if any(cell.strip() for cell in cells) and not cells[0].lstrip().startswith("#"):
                yield line, [cell.strip() for cell in cells]
            line = rows.line_num + 1
    except csv.Error as error:
        complaints.add(f"is no CSV: {error}", line=line, column=1)


def _names(head: list[str], scenario: Scenario, complaints: Complaining) -> tuple[str, ...]:
    """Names of columns, as ours; what is missing, twice or unknown."""
    if len(head) == 1 and (";" in head[0] or "\t" in head[0]):
        complaints.add("cells are to be separated by commas", line=1, column=1)
        return ()
    known = {*COLUMNS, *(f"{EXAMPLES_OF}{task}" for task in scenario.tasks)}
    names = tuple(_as_ours(name, known) for name in head)
    for number, name in enumerate(names, start=1):
        if not name or names.index(name) != number - 1:
            complaints.add(f"two columns are named {shown(name)}" if name else "a column has no name", line=1, column=number)
        elif name.startswith(EXAMPLES_OF) and name not in known:
            complaints.add(f"{shown(name)}: no task of the scenario{advice(name.removeprefix(EXAMPLES_OF), scenario.tasks)}", line=1, column=number)
        elif name not in known:
            close = nearest(name, known - set(names), alike=MISTYPED)
            if close is not None:
                complaints.warn(f'no column of ours; did you mean "{close}"? It is not used', line=1, column=number, name=name)
    for needed in ("task", "examples"):
        if needed not in names:
            close = nearest(needed, set(names) - known, alike=MISTYPED)
            meant = f"is {shown(close)} meant? " if close is not None else ""
            complaints.add(f"no column {needed}; {meant}columns: {listed(COLUMNS)}", line=1, column=names.index(close) + 1 if close is not None else 1)
    if not {"strategy", "trained_together"} & set(names):
        complaints.add(f"no column strategy or trained_together (tasks with {TOGETHER} between them), so nobody knows what was trained", line=1, column=1)
    if not set(MEASURED) & set(names):
        complaints.add(f"nothing was measured; columns: {listed(MEASURED)}", line=1, column=1)
    return names


def _as_ours(name: str, known: set[str]) -> str:
    """A column's name as we spell it: other names, capitals and blanks that people give it.

    >>> _as_ours("Trained together", {"trained_together"}), _as_ours("examples_QA", {"examples_QA"}), _as_ours("colour", set())
    ('trained_together', 'examples_QA', 'colour')
    """
    if name in known:
        return name
    folded = name.strip().lower()
    for each in (folded, folded.replace(" ", "_")):
        if ALIASES.get(each, each) in known:
            return ALIASES.get(each, each)
    return next((each for each in known if each.lower() == folded), name)


def _row(cells: list[str], names: tuple[str, ...], line: int, scenario: Scenario, complaints: Complaining) -> Row | None:
    """One row, or None where its cells can't be told apart."""
    if len(cells) != len(names):
        complaints.add(
            f"{len(cells)} cells, but {len(names)} columns; quote a cell that holds a comma", line=line, column=min(len(cells), len(names))
        )
        return None
    before = len(complaints.problems)
    words: dict[str, str] = {}
    numbers: dict[str, float] = {}
    examples: dict[str, float] = {}
    for column, (name, cell) in enumerate(zip(names, cells, strict=True), start=1):
        if not cell:
            continue
        param = NUMBERS["examples"] if name.startswith(EXAMPLES_OF) else NUMBERS.get(name)
        if param is None or (name == "base" and not _looks_like_number(cell)):
            words[name] = cell
            continue
        value = _number(cell, param, line, column, complaints)
        if value is not None and name.startswith(EXAMPLES_OF):
            examples[name.removeprefix(EXAMPLES_OF)] = value
        elif value is not None:
            numbers[name] = value
    columns = {name: number for number, name in enumerate(names, start=1)}
    task = words.get("task", "")
    if task not in (*scenario.tasks, UNSEEN):
        said = f"{shown(task)} is no task of the scenario{advice(task, (*scenario.tasks, UNSEEN))}" if task else "names no task"
        complaints.add(said, line=line, column=columns["task"], name="task")
    sound = len(complaints.problems) == before
    return Row(line=line, words=words, numbers=numbers, examples=examples, columns=columns, sound=sound)


def _looks_like_number(cell: str) -> bool:
    """Whether a base is a score, not the name of a model."""
    return cell[0].isdigit() or cell[0] in "+-."


def _number(cell: str, param: Param, line: int, column: int, complaints: Complaining) -> float | None:
    """A cell's one number in the unit of its column, or None after a complaint."""
    try:
        found = quantities.parse(cell, param)
    except quantities.QuantityError as error:
        complaints.add(str(error), line=line, column=column, name=param.name)
        return None
    if not found.is_point:
        complaints.add(f"{shown(cell)} is an interval; a pilot has one number here, and standard_error beside it", line=line, column=column, name=param.name)
        return None
    return found.median


def _refuse_repeated(rows: list[tuple[int, list[str]]], complaints: Complaining) -> None:
    first: dict[tuple[str, ...], int] = {}
    for line, cells in rows:
        if first.setdefault(tuple(cells), line) != line:
            message = f"the same as line {first[tuple(cells)]} in every cell; a run that was repeated has a score of its own, one that was copied stands once"
            complaints.add(message, line=line, column=1)
