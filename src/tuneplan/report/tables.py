"""Tables as text: aligned for a terminal, or Markdown."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from tuneplan.report.words import as_markdown_words

INDENT = 4
"""Columns by which a sentence below a row stands back."""


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
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    flowing: bool = False
    sentence_below: bool = False


def width(text: str) -> int:
    """Columns that a text takes in a terminal.

    >>> width("é"), width("日本")
    (1, 4)
    """
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def wrapped(text: str, room: int) -> list[str]:
    """Lines of at most ``room`` columns, broken between words, or inside a word that is longer still.

    >>> wrapped("so many words", 7), wrapped("日本日本", 4), wrapped("", 4)
    (['so many', 'words'], ['日本', '日本'], [''])
    """
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width(longer) <= room:
            line = longer
            continue
        lines += [line] if line else []
        line = word
        while width(line) > room:
            cut = next(count for count in range(len(line), 0, -1) if count == 1 or width(line[:count]) <= room)
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line]


def as_text(table: Table, *, room: int = 100) -> str:
    """Aligned columns; too wide a table goes on below with its names repeated.

    >>> print(as_text(Table(title="", head=("", "cost"), rows=(("unified", "$1"), ("b", "$20")))))
             cost
    unified    $1
    b         $20
    """
    if table.sentence_below:
        return _with_sentences(table, room)
    if table.flowing and total_width(table) > room:
        return _flowing(table, room)
    rows = [table.head, *table.rows]
    blocks = [_aligned(rows, columns, left=table.flowing) for columns in _blocks(table, room)]
    return "\n\n".join([*([table.title] if table.title and not blocks else []), *blocks])


def total_width(table: Table) -> int:
    """Columns that a table takes in a terminal if nothing is broken."""
    columns = zip(table.head, *table.rows, strict=True)
    return sum(max(width(cell) for cell in column) + 2 for column in columns) - 2


def _flowing(table: Table, room: int) -> str:
    """Each row over several lines: its name, its second cell, below that the rest."""
    rows = [table.head, *table.rows]
    indent = min(max(width(row[0]) for row in rows), room // 2) + 2
    lines: list[str] = []
    for name, first, *rest in rows:
        beside = [line for text in (first, "  ".join(cell for cell in rest if cell)) for line in wrapped(text, room - indent) if line]
        names = wrapped(name, indent - 2)
        for row in range(max(len(names), len(beside))):
            left, right = (side[row] if row < len(side) else "" for side in (names, beside))
            lines.append(f"{left}{' ' * (indent - width(left))}{right}".rstrip())
    return "\n".join(lines)


def _with_sentences(table: Table, room: int) -> str:
    """Aligned rows, each with its last cell below it; a row that is too wide goes on as a sentence too."""
    rows = [row[:-1] for row in (table.head, *table.rows)]
    aligned = _aligned(rows, range(len(table.head) - 1), left=True).split("\n")
    lines = [aligned[0], *(line for pair in zip(aligned[1:], table.rows, strict=True) for line in (pair[0], *_below(pair[1][-1], room)))]
    return "\n".join(part for line in lines for part in (wrapped(line, room) if width(line) > room else [line]))


def _below(sentence: str, room: int) -> list[str]:
    return [f"{' ' * INDENT}{line}" for line in wrapped(sentence, room - INDENT)] if sentence else []


def as_markdown(table: Table) -> str:
    """A Markdown table.

    >>> print(as_markdown(Table(title="", head=("", "cost"), rows=(("a|b", "1"),))))
    |  | cost |
    |:--|--:|
    | a\\|b | 1 |
    """
    rows = [table.head, *table.rows]
    lines = ["| " + " | ".join(as_markdown_words(cell.strip()) for cell in row) + " |" for row in rows]
    rule = "|:--|" + (":--|" if table.flowing or table.sentence_below else "--:|") * (len(table.head) - 1)
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


def _aligned(rows: Sequence[Sequence[str]], columns: Sequence[int], *, left: bool) -> str:
    widths = [max(width(row[column]) for row in rows) for column in columns]
    lines = []
    for row in rows:
        cells = [row[column] for column in columns]
        gaps = [" " * (wide - width(cell)) for cell, wide in zip(cells, widths, strict=True)]
        padded = [cell + gap if left or not column else gap + cell for column, (cell, gap) in enumerate(zip(cells, gaps, strict=True))]
        lines.append("  ".join(padded).rstrip())
    return "\n".join(lines)
