"""Tables as text: aligned for a terminal, or Markdown."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from tuneplan.report.words import as_markdown_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A heading, names of columns, and rows of cells; the first column holds names."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def width(text: str) -> int:
    """Columns that a text takes in a terminal.

    >>> width("é"), width("日本")
    (1, 4)
    """
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def as_text(table: Table, *, room: int = 100) -> str:
    """Aligned columns; too wide a table goes on below with its names repeated.

    >>> print(as_text(Table(title="", head=("", "cost"), rows=(("unified", "$1"), ("b", "$20")))))
             cost
    unified    $1
    b         $20
    """
    blocks = [_aligned([table.head, *table.rows], columns) for columns in _blocks(table, room)]
    return "\n\n".join([*([table.title] if table.title and not blocks else []), *blocks])


def as_markdown(table: Table) -> str:
    """A Markdown table.

    >>> print(as_markdown(Table(title="", head=("", "cost"), rows=(("a|b", "1"),))))
    |  | cost |
    |:--|--:|
    | a\\|b | 1 |
    """
    rows = [table.head, *table.rows]
    lines = ["| " + " | ".join(as_markdown_words(cell.strip()) for cell in row) + " |" for row in rows]
    rule = "|:--|" + "--:|" * (len(table.head) - 1)
    return "\n".join([lines[0], rule, *lines[1:]])


def _blocks(table: Table, room: int) -> list[list[int]]:
    """Columns of each block, so that each is as wide as ``room`` at most; the first in all."""
    widths = [max(width(row[column]) for row in (table.head, *table.rows)) for column in range(len(table.head))]
    blocks, used = [[0]], widths[0]
    for column in range(1, len(widths)):
        if used + 2 + widths[column] > room and len(blocks[-1]) > 1:
            blocks.append([0])
            used = widths[0]
        blocks[-1].append(column)
        used += 2 + widths[column]
    return blocks


def _aligned(rows: Sequence[Sequence[str]], columns: Sequence[int]) -> str:
    widths = [max(width(row[column]) for row in rows) for column in columns]
    lines = []
    for row in rows:
        cells = [row[column] for column in columns]
        first = cells[0] + " " * (widths[0] - width(cells[0]))
        rest = [" " * (wide - width(cell)) + cell for cell, wide in zip(cells[1:], widths[1:], strict=True)]
        lines.append("  ".join([first, *rest]).rstrip())
    return "\n".join(lines)
