"""Every number in use, with where it came from."""

from __future__ import annotations

from tuneplan.report.grades import MEANINGS, graded
from tuneplan.report.known import row_shortly
from tuneplan.report.tables import Table
from tuneplan.report.words import plain
from tuneplan.scenario.grammar.quantities import describe
from tuneplan.scenario.inventory import of_row
from tuneplan.scenario.records import Place, Quantity
from tuneplan.study.in_use import idle, in_use, rows_in_use
from tuneplan.study.run import Run

__all__ = ["as_table", "entry", "idle", "in_use", "is_typed", "numbers", "place", "rows_as_table", "said_source"]


Entry = dict[str, str | int | float]


def numbers(run: Run) -> list[Entry]:
    """Numbers in use, by path: value in words, its median and 90 % interval, unit, origin, source, its date, grade,
    what it is the same as, and its place in a file (none and 0: typed in none)."""
    return [entry(quantity) for quantity in in_use(run)]


def entry(quantity: Quantity) -> Entry:
    """What the ledger says of one number."""
    at = quantity.place if is_typed(quantity) else Place()
    low, high = quantity.distribution.interval()
    return {
        "path": quantity.listed_as,
        "value": describe(quantity.distribution, quantity.unit),
        "median": quantity.distribution.median,
        "low": low,
        "high": high,
        "unit": quantity.unit,
        "origin": quantity.origin,
        "source": said_source(quantity),
        "as_of": quantity.as_of,
        "grade": quantity.grade or "U",
        "grade_in_words": graded(quantity.grade),
        "same_as": quantity.same_as,
        "file": at.file if at.line else "",
        "line": at.line,
        "column": at.column,
    }


def is_typed(quantity: Quantity) -> bool:
    """Whether somebody typed a number, or that it is the same as another."""
    return bool(quantity.text or quantity.same_as)


def said_source(quantity: Quantity, *, dated: bool = True) -> str:
    """Where a number comes from, with its date where it has one.

    >>> from tuneplan.core.distributions import point
    >>> said_source(Quantity(path="tasks.b.traffic", distribution=point(1.0), unit="request/month", text="1",
    ...     same_as="tasks.a.traffic"))
    'same as tasks.a.traffic'
    """
    source = quantity.dated_source if dated else quantity.source
    if quantity.same_as:
        return f"same as {quantity.same_as}" + (f"; {source}" if source else "")
    return source or ("given in the scenario" if quantity.text else "")


def place(quantity: Quantity, *, column: bool = False) -> str:
    """Where a number stands: ``file:line``, with its column if asked for, else where it was taken from.

    >>> from tuneplan.core.distributions import point
    >>> from tuneplan.scenario.records import Place
    >>> place(Quantity(path="horizon", distribution=point(12.0), unit="month", text="12 months",
    ...     place=Place(file="a.yaml", line=3, column=10)), column=True)
    'a.yaml:3:10'
    """
    at = quantity.place
    if not is_typed(quantity) or at.line == 0:
        return quantity.origin
    return ":".join([at.file, str(at.line), *([str(at.column)] if column else [])])


def as_table(run: Run) -> Table:
    """Every number in use, one row each; a terminal too narrow for it shows each over several lines."""
    rows = [
        (
            quantity.listed_as, describe(quantity.distribution, quantity.unit), graded(quantity.grade), place(quantity),
            quantity.as_of, said_source(quantity, dated=False),
        )
        for quantity in in_use(run)
    ]  # fmt: skip
    return Table(
        title=f"Numbers in use, by path. {MEANINGS}",
        head=("", "value", "grade", "where", "date", "source"),
        rows=tuple(tuple(plain(cell) for cell in row) for row in rows),
        flowing=True,
    )


def rows_as_table(run: Run) -> Table:
    """Rows of the catalogue that are read beside those numbers, with what they say."""
    rows = [
        (
            each.name, row_shortly(numbers), "yours" if row in run.scenario.rows else graded(row.grade), row.as_of, row.source,
        )
        for table, row in rows_in_use(run) for numbers in [list(of_row(table, row))] for each in numbers[:1]
    ]  # fmt: skip
    return Table(
        title="Rows of the catalogue in use", head=("", "value", "grade", "date", "source"),
        rows=tuple(tuple(plain(cell) for cell in row) for row in rows), flowing=True,
    )  # fmt: skip
