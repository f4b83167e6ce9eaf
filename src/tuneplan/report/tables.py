"""Tables, and how they read as Markdown; how a terminal shows them is ``layout``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tuneplan.report.layout import aligned, blocks_of, flowing, records, with_sentences
from tuneplan.report.lines import PLAIN, ROOM, Paper, titled, width, wrapped
from tuneplan.report.words import as_markdown_words, on_one_line, plain

__all__ = ["Table", "as_markdown", "as_text", "total_width", "width", "with_markdown_title", "with_title", "wrapped"]

LEAST_ROOM = 16
"""Columns that cells which may be cut get at least."""
CUT = "..."


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A heading, names of columns, and rows of cells; the first column holds names.

    Attributes
    ----------
    flowing
        Whether cells are sentences: where a terminal is too narrow, each row then goes on over
        several lines beside its name.
    sentence_below
        Whether the last cell of a row is a sentence, which a terminal shows below it.
    may_cut
        The column whose words lose their end in a terminal where that makes a row fit.
    shorter
        The same with fewer words, for a terminal in which this one does not fit.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    flowing: bool = False
    sentence_below: bool = False
    may_cut: int | None = None
    shorter: Table | None = None


def as_text(table: Table, paper: Paper = PLAIN) -> str:
    """Aligned columns; too wide a table goes on below with its names repeated, or shows each row as a list.

    >>> print(as_text(Table(title="", head=("", "cost"), rows=(("unified", "$1"), ("b", "$20")))))
             cost
    unified    $1
    b         $20
    """
    rows = _cut(table, max(paper.room, ROOM)) if table.may_cut is not None else _rows(table)
    if table.sentence_below:
        return with_sentences(rows, paper)
    if _width(rows) <= paper.room:
        return aligned(rows, range(len(table.head)), paper, left=table.flowing)
    if table.flowing:
        return flowing(rows, paper)
    blocks = blocks_of(rows, paper.room)
    return "\n\n".join(aligned(rows, columns, paper) for columns in blocks) if blocks else records(rows, paper)


def with_title(table: Table, paper: Paper = PLAIN) -> str:
    """A table for a terminal below its title, the shorter one where this one does not fit."""
    shown = table.shorter if table.shorter is not None and total_width(table) > paper.room else table
    return "\n".join([*([titled(plain(shown.title), paper)] if shown.title else []), as_text(shown, paper)])


def as_markdown(table: Table) -> str:
    """A Markdown table.

    >>> print(as_markdown(Table(title="", head=("", "cost"), rows=(("a|b", "1"),))))
    |  | cost |
    |:--|--:|
    | a\\|b | 1 |
    """
    lines = ["| " + " | ".join(as_markdown_words(cell.strip()) for cell in row) + " |" for row in _rows(table)]
    rule = "|:--|" + (":--|" if table.flowing or table.sentence_below else "--:|") * (len(table.head) - 1)
    return "\n".join([lines[0], rule, *lines[1:]])


def with_markdown_title(table: Table) -> str:
    """A Markdown table below its title."""
    title = f"**{as_markdown_words(plain(table.title))}**\n\n" if table.title else ""
    return f"{title}{as_markdown(table)}"


def total_width(table: Table) -> int:
    """Columns that a table takes in a terminal if nothing is broken."""
    return _width(_rows(table))


def _rows(table: Table) -> list[tuple[str, ...]]:
    """Head and rows, without what could move the cursor."""
    return [tuple(on_one_line(cell) for cell in row) for row in (table.head, *table.rows)]


def _width(rows: Sequence[Sequence[str]]) -> int:
    return sum(max(width(cell) for cell in column) + 2 for column in zip(*rows, strict=True)) - 2


def _cut(table: Table, room: int) -> list[tuple[str, ...]]:
    """Rows whose words in one column end early, as far as that makes them fit into ``room``."""
    rows, column = _rows(table), table.may_cut
    assert column is not None
    without = _width([(*row[:column], "", *row[column + 1 :]) for row in rows])
    most = max(LEAST_ROOM, room - without)
    return [(*row[:column], _shortened(row[column], most), *row[column + 1 :]) for row in rows]


def _shortened(text: str, room: int) -> str:
    return text if width(text) <= room else f"{wrapped(text, room - len(CUT))[0]}{CUT}"
