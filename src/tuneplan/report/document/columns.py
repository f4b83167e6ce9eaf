"""Columns of a table on paper: which hold numbers, how wide each is, and what fits beside what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import ceil

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
NAMES, WORDS = 0.28, 0.75
"""Share of the width that names alone, and all longest words together, may take before they are broken; where no
column holds sentences, words may take all of it."""
WHOLE = 12
"""Letters of a word, such as a date, that a column never breaks in two."""
SEAM = re.compile(r"(?<=[^\W\d][./_])(?=[^\W\d])")
"""Where a path or a long name may be broken."""
SPACE, SPACE_OR_SEAM, NEVER = re.compile(r"\s+"), re.compile(rf"\s+|{SEAM.pattern}"), re.compile(r"(?!)")


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


def of_short_words(table: Table) -> tuple[bool, ...]:
    """Whether each column holds nothing but dates and the like, which stay whole."""
    return tuple(all(len(row[column]) <= WHOLE for row in table.rows) for column in range(len(table.head)))


def widths(table: Table, room: int, *, breaks: re.Pattern[str] = SPACE) -> tuple[float, ...]:
    """Share of the width for each column, so that as few cells as can be are broken.

    Parameters
    ----------
    room
        Letters on a line.
    breaks
        Where a cell may be broken.

    >>> widths(Table(title="", head=("", "n"), rows=(("four", "12"),)), 40)
    (0.6, 0.4)
    """
    figures = of_numbers(table)
    wanted = [float(each) for each in _letters([table.head, *table.rows], [NEVER] * len(figures))]
    of_heads = _letters([table.head], [breaks] * len(figures))
    of_cells = _letters(table.rows or [table.head], [NEVER if each else breaks for each in figures])
    least = [max(pair) for pair in zip(of_heads, of_cells, strict=True)]
    if sum(wanted) > room:  # words stay whole but for the longest; what is left goes to those who want more
        kept = 1.0 if all(figures[1:]) else WORDS
        least = _shortened(least, room, kept)
        spare = max(room - sum(least), 0.0)
        beyond = [full - small for full, small in zip(wanted, least, strict=True)]
        wanted = [small + spare * more / sum(beyond) if sum(beyond) else small for small, more in zip(least, beyond, strict=True)]
    return tuple(each / sum(wanted) for each in wanted)


def _shortened(least: Sequence[int], room: int, kept: float) -> list[int]:
    """The same where words take too much: names get their part at most, then the longest of the others are broken."""
    name, *others = (min(least[0], int(NAMES * room)), *least[1:])
    most = next((most for most in range(room, WHOLE, -1) if sum(min(each, most) for each in others) <= kept * room - name), WHOLE)
    return [name, *(min(each, most) for each in others)]


def _letters(rows: Sequence[Sequence[str]], breaks: Sequence[re.Pattern[str]]) -> list[int]:
    """Letters of the longest piece of each column, each with its own breaks."""
    columns = zip(*rows, strict=True)
    return [max(width(piece) for cell in column for piece in at.split(cell)) + PADDING for column, at in zip(columns, breaks, strict=True)]


def fitting(table: Table, room: int) -> list[Table]:
    """The table, or several that repeat its first column, each no wider than ``room`` letters with words unbroken.

    >>> [part.head for part in fitting(Table(title="t", head=("", "aaaa", "bbbb"), rows=(("x", "1", "2"),)), 12)]
    [('', 'aaaa'), ('', 'bbbb')]
    """
    if table.flowing or table.sentence_below:
        return [table]
    name, *least = _letters([table.head, *table.rows], [SPACE] * len(table.head))
    beside = max(room - min(name, int(NAMES * room)), 1)
    parts = min(max(ceil(sum(least) / beside), 1), max(len(least), 1))
    each = max(ceil(len(least) / parts), 1)
    starts = range(1, max(len(table.head), 2), each)
    return [_part(table, [0, *range(start, min(start + each, len(table.head)))], number) for number, start in enumerate(starts)]


def _part(table: Table, columns: Sequence[int], number: int) -> Table:
    rows = tuple(tuple(row[column] for column in columns) for row in table.rows)
    title = f"{table.title}, continued" if number and table.title else table.title
    return Table(title=title, head=tuple(table.head[column] for column in columns), rows=rows)
