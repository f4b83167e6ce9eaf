"""Files of learning curves: CSV, one measured point a row, read strictly and complained about all at once."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tuneplan.errors import Problem, ScenarioError
from tuneplan.evidence.curves.numbers import MOST_EXAMPLES, number_of
from tuneplan.evidence.curves.records import Curve, Scale
from tuneplan.scenario.grammar.dimensions import QuantityError
from tuneplan.scenario.reading.complaints import advice, nearest, shown

COLUMNS = ("curve", "task", "base_model", "examples", "loss", "score", "standard_error", "score_span", "higher_is_better", "part")
ALIASES = {"case_id": "curve", "model": "base_model", "dataset": "task", "n_examples": "examples", "test_loss": "loss"}
"""Other names of columns, taken where ours is not there."""
IGNORED = ("kind", "source", "group", "params", "family", "metric", "note")
"""Columns of case files that a fit has no use for."""
MOST_BYTES, MOST_ROWS, MOST_POINTS, MOST_PROBLEMS = 20_000_000, 20_000, 200, 100
YES_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
LARGEST = 1e12
NEEDED = (frozenset({"curve", "task", "base_model"}), frozenset({"examples"}), frozenset({"loss", "score"}))
"""One column of each is needed."""
HINT = "one row a measured point, with the columns curve (or task and base_model), examples, and loss or score"


class CurveError(ScenarioError):
    """Files of curves that can't be read, with every problem found in them."""

    undone = "nothing was fitted"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One point, converted."""

    line: int
    name: str
    task: str
    base_model: str
    examples: float
    value: float
    error: float
    scale: Scale


@dataclass(slots=True)
class _File:
    """A file being read."""

    name: str
    columns: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def complain(self, message: str, *, line: int = 0, column: str = "", place: int = 0) -> None:
        """Note a problem at a cell, a line, or the file."""
        at = place or (self.columns.index(column) + 1 if column in self.columns else 1)
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(message=message, path=column, file=self.name, line=line, column=at if line else 0))

    def warn(self, message: str, *, line: int, place: int) -> None:
        """Note what is left alone."""
        self.warnings.append(Problem(message=message, file=self.name, line=line, column=place))


def read_curves(path: Path) -> tuple[tuple[Curve, ...], tuple[Problem, ...]]:
    """Curves of a file, in the order in which they begin, and warnings.

    Raises
    ------
    CurveError
        Anything is wrong; all of it is said.
    """
    file = _File(name=str(path))
    lines = _lines(path, file)
    rows: list[_Row] = []
    if lines:
        _name_columns(lines[0][1], file)
        if not file.problems:
            rows = [row for line, cells in lines[1:] if (row := _row(line, cells, file)) is not None]
            if not rows and not file.problems:
                file.complain(f"there is no row to fit; {HINT}")
    curves = _curves(rows, file)
    if file.problems:
        raise CurveError(file.problems)
    return curves, tuple(file.warnings)


def _lines(path: Path, file: _File) -> list[tuple[int, list[str]]]:
    """Rows that hold anything, with their lines; those that begin with # are remarks."""
    try:
        if path.stat().st_size > MOST_BYTES:
            file.complain(f"is larger than {MOST_BYTES // 1_000_000} MB; give a part of it")
            return []
        text = path.read_bytes().decode("utf-8-sig")
        rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        found = []
        line = 1
        for cells in rows:
            if any(cell.strip() for cell in cells) and not cells[0].startswith("#"):
                found.append((line, [cell.strip() for cell in cells]))
            line = rows.line_num + 1
    except UnicodeDecodeError as error:
        file.complain(f"is not UTF-8 at byte {error.start}; save it as CSV in UTF-8")
    except OSError as error:
        file.complain(f"can't be read: {error.strerror or error}")
    except csv.Error as error:
        file.complain(f"is no CSV: {error}", line=line)
    else:
        if not found:
            file.complain(f"is empty; {HINT}")
        elif len(found) > MOST_ROWS + 1:
            file.complain(f"{len(found) - 1} rows are too many, the most is {MOST_ROWS}; give a part of them")
            return []
        return found
    return []


def _name_columns(head: Sequence[str], file: _File) -> None:
    """Names of columns as ours, and what is wrong with them."""
    if len(head) == 1 and any(mark in head[0] for mark in ";\t"):
        file.complain("cells are to be separated by commas", line=1)
        return
    file.columns = tuple(ALIASES[name] if name in ALIASES and ALIASES[name] not in head else name for name in head)
    for place, name in enumerate(file.columns, start=1):
        if file.columns.index(name) != place - 1:
            file.complain(f"two columns are named {shown(name)}" if name else "a column has no name", line=1, place=place)
        elif name not in (*COLUMNS, *IGNORED):
            _unknown(name, file, place)
    there = set(file.columns)
    for missing, why in _missing(there):
        file.complain(f"there is no column {missing}; {why}", line=1, place=1)
    if {"loss", "score"} <= there:
        file.complain("columns loss and score are both there; keep the one to fit", line=1, column="score")


def _unknown(name: str, file: _File, place: int) -> None:
    """A column that is not ours: an error where it may be one that is needed, mistyped; else it is left alone."""
    there = set(file.columns)
    needed = {column for some in NEEDED if not there & some for column in some}
    close = nearest(name, [column for column in COLUMNS if column not in there])
    if close in needed:
        file.complain(f'unknown column {shown(name)}; did you mean "{close}"?', line=1, place=place)
    else:
        meant = f'; did you mean "{close}"?' if close else "."
        file.warn(f"unknown column {shown(name)}{meant} It is not used", line=1, place=place)


def _missing(there: set[str]) -> Iterator[tuple[str, str]]:
    named, counted, measured = NEEDED
    if not there & named:
        yield "curve", "each curve needs a name, or a task and base_model"
    if not there & counted:
        yield "examples", "each point needs the examples that it was trained on, 0 for the base as it is"
    if not there & measured:
        yield "loss or score", "each point needs what was measured"


def _row(line: int, cells: Sequence[str], file: _File) -> _Row | None:
    """One point; None where it is wrong, which is said, or not to be fitted."""
    if len(cells) != len(file.columns):
        file.complain(f"{len(cells)} cells, but {len(file.columns)} columns; quote a cell that holds a comma", line=line)
        return None
    given = dict(zip(file.columns, cells, strict=True))
    before = len(file.problems)
    part = given.get("part", "")
    if part not in ("", "fit", "predict"):
        file.complain(f"{shown(part)} is no part{advice(part, ('fit', 'predict'))}", line=line, column="part")
    name = given.get("curve") or "/".join(word for word in (given.get("task", ""), given.get("base_model", "")) if word)
    if not name:
        file.complain("the curve has no name; fill in curve, or task and base_model", line=line, column=next(each for each in ("curve", "task", "base_model") if each in given))
    examples = _number(given, "examples", file, line, low=0.0, high=MOST_EXAMPLES)
    measured = "loss" if "loss" in given else "score"
    if part == "predict":
        return None
    value = _number(given, measured, file, line, low=1e-12 if measured == "loss" else -LARGEST, high=LARGEST)
    error = _number(given, "standard_error", file, line, low=0.0, high=LARGEST, empty=0.0)
    if error == 0.0 and given.get("standard_error"):
        file.complain("0 is no standard error; leave the cell empty where it is not known", line=line, column="standard_error")
    scale = Scale() if measured == "loss" else _scale(given, value, file, line)
    if len(file.problems) > before:
        return None
    return _Row(line=line, name=name, task=given.get("task", ""), base_model=given.get("base_model", ""), examples=examples,
                value=value, error=error, scale=scale)  # fmt: skip


def _number(given: Mapping[str, str], column: str, file: _File, line: int, *, low: float, high: float, empty: float | None = None) -> float:
    """A cell as a number; NaN where it is wrong, which is said."""
    text = given.get(column, "")
    if not text and empty is not None:
        return empty
    try:
        value = number_of(text, column, given)
    except QuantityError as error:
        file.complain(str(error), line=line, column=column)
        return math.nan
    if not math.isfinite(value):
        file.complain(f"{shown(text)} is no number to fit; leave the row out where nothing was measured", line=line, column=column)
    elif not low <= value <= high:
        file.complain(f"{text} is not between {low:g} and {high:g}", line=line, column=column)
    return value


def _scale(given: Mapping[str, str], value: float, file: _File, line: int) -> Scale:
    """The scale of a score: how wide it is, and which end is best."""
    said = given.get("higher_is_better", "").lower()
    if said and said not in YES_NO:
        file.complain(f"{shown(said)} is neither yes nor no", line=line, column="higher_is_better")
    span = _number(given, "score_span", file, line, low=1e-9, high=LARGEST, empty=1.0)
    if math.isfinite(value) and math.isfinite(span) and not 0.0 <= value <= span:
        wide = "score_span is" if given.get("score_span") else "no score_span is given, so that the scale is"
        file.complain(f"{value:g} is not between 0 and {span:g}; {wide} the width of the metric's scale, for example 100 for percent", line=line, column="score")
    return Scale(unit="score", best=span if YES_NO.get(said, True) else 0.0, span=span)


def _curves(rows: Sequence[_Row], file: _File) -> tuple[Curve, ...]:
    """Rows by name; complaints about whole curves."""
    together: dict[str, list[_Row]] = {}
    for row in rows:
        together.setdefault(row.name, []).append(row)
    return tuple(_curve(name, sorted(some, key=lambda row: (row.examples, row.line)), file) for name, some in together.items())


def _curve(name: str, rows: Sequence[_Row], file: _File) -> Curve:
    first = min(rows, key=lambda row: row.line)
    for row in rows:
        for column, same in (("score_span", row.scale == first.scale), ("task", row.task == first.task), ("base_model", row.base_model == first.base_model)):
            if not same:
                file.complain(f"curve {shown(name)} has another {column} (or direction) here than in line {first.line}; give each curve a name of its own", line=row.line, column=column)
    if not any(row.examples > 0.0 for row in rows):
        file.complain(f"curve {shown(name)} has no row with more than 0 examples; it takes one or more to fit anything", line=first.line, column="examples")
    if len(rows) > MOST_POINTS:
        file.complain(f"curve {shown(name)} has {len(rows)} points, the most is {MOST_POINTS}; average runs of equal size", line=first.line, column="examples")
    return Curve(
        name=name, task=first.task, base_model=first.base_model, examples=tuple(row.examples for row in rows),
        values=tuple(row.value for row in rows), errors=tuple(row.error for row in rows), scale=first.scale,
    )  # fmt: skip
