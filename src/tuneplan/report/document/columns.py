"""Columns of a table on paper: which hold numbers, how wide each is, and what fits beside what."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tuneplan.report.document.letters import line
from tuneplan.report.tables import Table, width

NUMBER = re.compile(r"[<>≈~+\-−]?\s?\$?\d(?!\d{3}-\d\d)")
"""How a number begins; a date is none."""
SHORT = 26
"""Letters of a cell that may be a number with its interval; longer ones are sentences."""
NONE = ("", "-", "unknown", "endless", "can't be done")
"""Cells that say that there is no number."""
PADDING = 2
"""Letters of room beside a cell."""


def cleaned(table: Table) -> Table:
    """The same table, its cells on one line each and without indents."""
    return Table(
        title=line(table.title), head=tuple(map(line, table.head)), rows=tuple(tuple(map(line, row)) for row in table.rows), flowing=table.flowing,
        sentence_below=table.sentence_below,
    )  # fmt: skip


def of_numbers(table: Table) -> tuple[bool, ...]:
    """Whether each column holds numbers; the first holds names.

    >>> of_numbers(Table(title="", head=("", "cost", "why"), rows=(("a", "$1 (0-2)", "7 reasons that take a sentence"), ("b", "-", ""))))
    (False, True, False)
    """
    return (False, *(_is_of_numbers([row[column] for row in table.rows]) for column in range(1, len(table.head))))


def _is_of_numbers(cells: Sequence[str]) -> bool:
    said = [cell for cell in cells if cell not in NONE]
    return bool(said) and all(len(cell) <= SHORT for cell in said) and 2 * sum(bool(NUMBER.match(cell)) for cell in said) > len(said)


def widths(table: Table, room: int) -> tuple[float, ...]:
    """Share of the width for each column, so that as few cells as can be are broken.

    Parameters
    ----------
    room
        Letters on a line.

    >>> widths(Table(title="", head=("", "n"), rows=(("four", "12"),)), 40)
    (0.6, 0.4)
    """
    wanted = [_widest(table, column) for column in range(len(table.head))]
    least = [min(_longest_word(table, column), room / 2) for column in range(len(table.head))]
    if sum(wanted) > room:  # names and numbers stay whole, sentences share what is left
        spare = max(room - sum(least), 0.0)
        beyond = [full - small for full, small in zip(wanted, least, strict=True)]
        wanted = [small + spare * more / sum(beyond) if sum(beyond) else small for small, more in zip(least, beyond, strict=True)]
    return tuple(each / sum(wanted) for each in wanted)


def _widest(table: Table, column: int) -> float:
    return max(width(row[column]) for row in (table.head, *table.rows)) + PADDING


def _longest_word(table: Table, column: int) -> float:
    words = [word for row in (table.head, *table.rows) for word in row[column].split()]
    return max(map(width, words), default=1) + PADDING


def fitting(table: Table, room: int) -> list[Table]:
    """The table, or several that repeat its first column, each no wider than ``room`` letters with words unbroken.

    >>> [part.head for part in fitting(Table(title="t", head=("", "aaaa", "bbbb"), rows=(("x", "1", "2"),)), 12)]
    [('', 'aaaa'), ('', 'bbbb')]
    """
    if table.flowing or table.sentence_below:
        return [table]
    least = [min(_longest_word(table, column), room / 2) for column in range(len(table.head))]
    blocks: list[list[int]] = [[0]]
    for column in range(1, len(least)):
        if len(blocks[-1]) > 1 and sum(least[each] for each in blocks[-1]) + least[column] > room:
            blocks.append([0])
        blocks[-1].append(column)
    return [_part(table, block, number) for number, block in enumerate(blocks)]


def _part(table: Table, columns: Sequence[int], number: int) -> Table:
    rows = tuple(tuple(row[column] for column in columns) for row in table.rows)
    title = f"{table.title}, continued" if number and table.title else table.title
    return Table(title=title, head=tuple(table.head[column] for column in columns), rows=rows)
