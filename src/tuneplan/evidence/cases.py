"""Case files: published measurements as CSV, one a row, read strictly and complained about all at once."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tuneplan.errors import Problem, ScenarioError
from tuneplan.evidence.columns import ALIASES, FACTORS, KINDS, YES_NO, Column, kind_of_columns
from tuneplan.scenario.reading.complaints import advice, listed, nearest, shown

BUNDLED = Path(__file__).parent / "bundled"
MOST_CASES = 20_000
MOST_BYTES = 50_000_000
MOST_PROBLEMS = 100
BEYOND_THE_SCALE = 5.0
"""A score that is so many times the width of its scale is on another scale."""
MISTYPED = 0.85
"""How alike a column's name is to one of ours when it is held for that one, mistyped."""


class CaseError(ScenarioError):
    """Case files that can't be read, with every problem found in them."""

    undone = "nothing was predicted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One published measurement: what was put in, and what came out.

    Attributes
    ----------
    kind
        A key of ``columns.KINDS``.
    case_id
        Its name in the file.
    group
        The paper or source that measured it.
    place
        File and line.
    values
        Every column, converted; None where the cell is empty.
    """

    kind: str
    case_id: str
    group: str
    place: str
    values: Mapping[str, str | float | bool | None]

    def number(self, column: str) -> float | None:
        """A number; None where nobody gave one."""
        value = self.values.get(column)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    def word(self, column: str) -> str:
        """A text; empty where nobody gave one."""
        value = self.values.get(column)
        return value if isinstance(value, str) else ""

    def flag(self, column: str) -> bool | None:
        """Yes or no; None where nobody said."""
        value = self.values.get(column)
        return value if isinstance(value, bool) else None


@dataclass(slots=True)
class _Reader:
    """One file being read."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def complain(self, message: str, *, line: int = 0, column: int = 0, name: str = "") -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(message=message, path=name, file=self.file, line=line, column=column))


def bundled_cases() -> tuple[Case, ...]:
    """The cases that come with the tool, by file name."""
    return _bundled()


@cache
def _bundled() -> tuple[Case, ...]:
    found, _ = read_cases(sorted(BUNDLED.glob("*.csv")))
    return found


def read_cases(paths: Sequence[Path]) -> tuple[tuple[Case, ...], tuple[Problem, ...]]:
    """Cases of files, and what is sound but worth a second look.

    Raises
    ------
    CaseError
        Anything is wrong with any file; all of it is said.
    """
    cases: list[Case] = []
    problems: list[Problem] = []
    warnings: list[Problem] = []
    for path in paths:
        reader = _Reader(file=str(path))
        cases += _cases_of(path, reader)
        problems += reader.problems
        warnings += reader.warnings
    problems += _repeated(cases)
    if not problems and len(cases) > MOST_CASES:
        problems.append(Problem(message=f"{len(cases)} rows are too many, the most is {MOST_CASES}; give a part of them", file=str(paths[-1])))
    if not problems and not cases:
        problems.append(Problem(message="there is no row in it; give one published measurement a row", file=", ".join(map(str, paths))))
    if problems:
        raise CaseError(problems)
    return tuple(cases), tuple(warnings)


def _cases_of(path: Path, reader: _Reader) -> list[Case]:
    text = _text_of(path, reader)
    if text is None:
        return []
    lines = list(_lines(text, reader))
    if not lines:
        if not reader.problems:
            reader.complain("is empty; the first line names the columns, each other one is a measurement")
        return []
    (_, head), *rows = lines
    names = _names(head, reader)
    if len(rows) > MOST_CASES:
        reader.complain(f"{len(rows)} rows are too many, the most is {MOST_CASES}; give a part of them")
    if reader.problems:
        return []
    return [case for line, cells in rows if (case := _case(cells, names, line, reader)) is not None]


def _text_of(path: Path, reader: _Reader) -> str | None:
    try:
        if path.stat().st_size > MOST_BYTES:
            reader.complain(f"is larger than {MOST_BYTES // 1_000_000} MB; give a part of it")
            return None
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reader.complain(f"is not UTF-8 at byte {error.start}; save it as CSV in UTF-8")
    except OSError as error:
        reader.complain(f"can't be read: {error.strerror or error}")
    return None


def _lines(text: str, reader: _Reader) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold anything, with the line each starts on; lines that begin with # are remarks."""
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in rows:
            if any(cell.strip() for cell in cells) and not cells[0].startswith("#"):
                yield line, [cell.strip() for cell in cells]
            line = rows.line_num + 1
    except csv.Error as error:
        reader.complain(f"is no CSV: {error}", line=line, column=1)


def _names(head: list[str], reader: _Reader) -> tuple[str, ...]:
    """Names of columns, as ours where another name is known."""
    if len(head) == 1 and (";" in head[0] or "\t" in head[0]):
        reader.complain("cells are to be separated by commas", line=1, column=1)
        return ()
    names = tuple(ALIASES.get(name, name) if ALIASES.get(name) not in head else name for name in head)
    for number, name in enumerate(names, start=1):
        if not name:
            reader.complain("a column has no name", line=1, column=number)
        elif names.index(name) != number - 1:
            reader.complain(f"two columns are named {shown(name)}", line=1, column=number)
    kinds = [KINDS[kind_of_columns(names)]] if "kind" not in names and kind_of_columns(names) else []
    if "kind" not in names and not kinds:
        reader.complain(f"no column kind, and no measured column that tells it; kinds: {listed(KINDS)}", line=1, column=1)
    known = {column for kind in KINDS.values() for column in kind.columns}
    for number, name in enumerate(names, start=1):
        close = nearest(name, known - set(names), alike=MISTYPED) if name and name not in known else None
        if close is not None and any(close in kind.columns for kind in kinds or KINDS.values()):
            told = Problem(message=f'no column of ours; did you mean "{close}"? It is not used', path=name, file=reader.file, line=1, column=number)
            reader.warnings.append(told)
    return tuple(f"{name}={original}" if original in FACTORS and name != original else name for name, original in zip(names, head, strict=True))


def _case(cells: list[str], names: tuple[str, ...], line: int, reader: _Reader) -> Case | None:
    if len(cells) != len(names):
        reader.complain(f"{len(cells)} cells, but {len(names)} columns; quote a cell that holds a comma", line=line, column=min(len(cells), len(names)))
        return None
    plain = tuple(name.partition("=")[0] for name in names)
    given = dict(zip(plain, cells, strict=True))
    word = given.get("kind") or ("" if "kind" in given else kind_of_columns(plain))
    if word not in KINDS:
        reader.complain(f"{shown(word)} is no kind of case{advice(word, KINDS)}", line=line, column=_place(plain, "kind"), name="kind")
        return None
    kind, before = KINDS[word], len(reader.problems)
    values: dict[str, str | float | bool | None] = {}
    for number, (name, cell) in enumerate(zip(names, cells, strict=True), start=1):
        label, _, original = name.partition("=")
        column = kind.columns.get(label)
        factor = FACTORS.get(original, 1.0)
        values[label] = (cell or None) if column is None else _value(column, cell, factor, reader, line, number)
    for column in kind.columns.values():
        if column.needed and not given.get(column.name):
            missing = f"no column {column.name}" if column.name not in given else f"{column.name} is empty"
            close = nearest(column.name, plain) if column.name not in given else None
            hint = f'; is "{close}" meant?' if close else f"; a case of kind {word} needs it"
            reader.complain(missing + hint, line=line if column.name in given else 1, column=_place(plain, column.name), name=column.name)
    _check_scale(values, reader, line, plain)
    if len(reader.problems) > before:
        return None
    return Case(kind=word, case_id=given["case_id"], group=str(values[kind.group]), place=f"{reader.file}:{line}", values=values)


def _place(names: Sequence[str], name: str) -> int:
    return names.index(name) + 1 if name in names else 1


def _value(column: Column, cell: str, factor: float, reader: _Reader, line: int, number: int) -> str | float | bool | None:
    """A cell as its column means it; None where it is empty or wrong, which is said."""
    if not cell:
        return None

    def complain(message: str) -> None:
        reader.complain(message, line=line, column=number, name=column.name)

    if column.kind == "yes_no":
        if cell.lower() not in YES_NO:
            complain(f"{shown(cell)} is neither yes nor no")
        return YES_NO.get(cell.lower())
    if column.kind == "text":
        if column.words and cell not in column.words:
            complain(f"{shown(cell)} is no {column.name}{advice(cell, column.words)}")
        return cell
    try:
        value = float(cell) * factor
    except ValueError:
        complain(f"{shown(cell)} is no plain number; write it in {column.unit}, without the unit" if column.unit != "1" else f"{shown(cell)} is no number")
        return None
    if not math.isfinite(value):
        complain(f"{shown(cell)} is no number; leave a cell empty where nothing is known")
    elif not column.low <= value <= column.high:
        complain(f"{cell} is not between {column.low:g} and {column.high:g} {column.unit}")
    else:
        return value
    return None


def _check_scale(values: Mapping[str, str | float | bool | None], reader: _Reader, line: int, names: Sequence[str]) -> None:
    """Scores far beyond the width of their scale are on another scale."""
    span = values.get("score_span")
    if not isinstance(span, float):
        return
    for name in ("base_score", "specialist_score", "unified_score", "hybrid_score"):
        score = values.get(name)
        if isinstance(score, float) and abs(score) > BEYOND_THE_SCALE * span:
            message = f"{score:g} on a scale that is {span:g} wide; score_span is the width of the metric's scale, in its own unit"
            reader.complain(message, line=line, column=_place(names, name), name=name)


def _repeated(cases: Sequence[Case]) -> list[Problem]:
    """Cases whose name was used before."""
    seen: dict[tuple[str, str, object], Case] = {}
    problems = []
    for case in cases:
        apart = KINDS[case.kind].rows_of_one_case
        first = seen.setdefault((case.kind, case.case_id, case.values.get(apart) if apart else None), case)
        if first is not case:
            file, _, line = case.place.rpartition(":")
            again = f" at {case.number(apart):g} {apart}" if apart else ""
            message = f"case {shown(case.case_id)} is there twice{again}; first in {first.place}"
            problems.append(Problem(message=message, path="case_id", file=file, line=int(line), column=1))
    return problems[:MOST_PROBLEMS]
