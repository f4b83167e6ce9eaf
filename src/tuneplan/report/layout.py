"""Rows of cells as a terminal of some width shows them; the first row holds names of columns, the first column names of rows."""

from __future__ import annotations

from collections.abc import Sequence

from tuneplan.report.lines import Paper, Role, width, wrapped

Rows = Sequence[Sequence[str]]

INDENT = 4
"""Columns by which what stands below a name stands back."""
GAP = 2
"""Columns between two cells."""
NUMBER = 24
"""Columns of a number with its interval: with less room beside names, cells stand below them."""
MARK = "> "
"""Begins the row that a reader should find first."""
QUALIFYING = ("90 %", "80 %", "P10-P90", "error", "± error")
"""Names of columns that mean nothing without the column before them: a table is not parted there."""


def aligned(rows: Rows, columns: Sequence[int], paper: Paper, *, left: bool = False) -> str:
    """Some columns side by side: the first one and, if ``left``, all others begin at one place; else they end there."""
    widths = [max(width(row[column]) for row in rows) for column in columns]
    lines = []
    for row in rows:
        cells = [row[column] for column in columns]
        gaps = [" " * (wide - width(cell)) for cell, wide in zip(cells, widths, strict=True)]
        padded = [cell + gap if left or not column else gap + cell for column, (cell, gap) in enumerate(zip(cells, gaps, strict=True))]
        lines.append((" " * GAP).join(padded).rstrip())
    return "\n".join([paper.ink("head", lines[0]), *(paper.ink(role_of(line), line) for line in lines[1:])])


def role_of(line: str) -> Role:
    """Whether a row is the one that readers should find first."""
    return "marked" if line.startswith(MARK) else "row"


def blocks_of(rows: Rows, room: int) -> list[list[int]]:
    """Columns of each block, the first one in all: as few blocks as fit into ``room``, about equally wide; none where one can't be.

    >>> blocks_of([("", "points", "90 %", "dollars"), ("a", "+1", "0 to 2", "$1.00k")], 18)
    [[0, 1, 2], [0, 3]]
    >>> blocks_of([("", "points"), ("a long name", "+1")], 16)
    []
    """
    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))]
    groups = _groups(rows[0], widths, room)
    blocks = found = _filled(groups, widths, room)
    while found and len(found) == len(blocks):
        blocks, room = found, room - 1
        found = _filled(groups, widths, room)
    return blocks


def _filled(groups: Sequence[Sequence[int]], widths: Sequence[int], room: int) -> list[list[int]]:
    """Blocks, each as full as it can be; none where a group does not fit beside the names."""
    blocks, used = [[0]], widths[0]
    for group in groups:
        wide = sum(GAP + widths[column] for column in group)
        if widths[0] + wide > room:
            return []
        if used + wide > room:
            blocks.append([0])
            used = widths[0]
        blocks[-1] += group
        used += wide
    return blocks if widths[0] <= room else []


def _groups(head: Sequence[str], widths: Sequence[int], room: int) -> list[list[int]]:
    """Columns that stay together, so far as they fit beside the names."""
    groups: list[list[int]] = []
    for column in range(1, len(head)):
        with_it = [*groups[-1], column] if groups and head[column] in QUALIFYING else []
        if with_it and widths[0] + sum(GAP + widths[each] for each in with_it) <= room:
            groups[-1] = with_it
        else:
            groups.append([column])
    return groups


def records(rows: Rows, paper: Paper) -> str:
    """Each row as a list: its name, and below it a line a cell with the name of its column."""
    head, *others = rows
    stub = f"{head[0].strip()}: " if head[0].strip() else ""
    wide = min(max(width(name) for name in head[1:]), (paper.room - INDENT) // 2)
    lines: list[str] = []
    for name, *cells in others:
        before = name[: len(name) - len(name.lstrip(" >"))]
        hanging = wrapped(f"{stub}{name[len(before):]}", paper.room - len(before))
        lines += [paper.ink(role_of(name), f"{before if not number else ' ' * len(before)}{part}") for number, part in enumerate(hanging)]
        lines += [line for column, cell in zip(head[1:], cells, strict=True) if cell for line in _beside(column, wide, cell, paper.room)]
    return "\n".join(lines)


def _beside(name: str, wide: int, cell: str, room: int) -> list[str]:
    """A cell beside the name of its column, both over several lines where they are long."""
    return [f"{' ' * INDENT}{line}".rstrip() for line in side_by_side(name, cell, wide, room - INDENT)]


def side_by_side(name: str, text: str, wide: int, room: int) -> list[str]:
    """A name in ``wide`` columns and a text in what is left of ``room``, each over several lines where it is too long.

    >>> side_by_side("name", "a long text", 4, 12)
    ['name  a long', '      text']
    """
    names, texts = wrapped(name, wide), wrapped(text, room - wide - GAP)
    names += [""] * (len(texts) - len(names))
    texts += [""] * (len(names) - len(texts))
    return [f"{left}{' ' * (wide + GAP - width(left))}{right}".rstrip() for left, right in zip(names, texts, strict=True)]


def flowing(rows: Rows, paper: Paper) -> str:
    """Each row over several lines: its name, beside it the second cell, below that the rest; below the name, if names are long."""
    longest = max(width(row[0]) for row in rows)
    if longest > min(paper.room // 2, paper.room - GAP - NUMBER):
        return "\n".join(line for name, *cells in rows for line in (*(wrapped(name, paper.room) if name else ()), *_below(cells, paper.room)))
    lines: list[str] = []
    for name, first, *rest in rows:
        room = paper.room - longest - GAP
        beside = [line for cells in ([first], rest) for line in packed(cells, room)] or [""]
        lines += [f"{left}{' ' * (longest + GAP - width(left))}{right}".rstrip() for left, right in zip([name, *[""] * len(beside)], beside, strict=False)]
    return "\n".join(lines)


def with_sentences(rows: Rows, paper: Paper) -> str:
    """Rows, each with its last cell below it; where they don't fit, all cells stand below the name."""
    short = [row[:-1] for row in rows]
    if sum(max(map(width, column)) + GAP for column in zip(*short, strict=True)) - GAP > paper.room:
        head = "  ".join(cell for cell in short[0] if cell)
        return "\n".join([*(paper.ink("head", line) for line in wrapped(head, paper.room)), *_stacked(rows[1:], paper.room)])
    shown = aligned(short, range(len(short[0])), paper, left=True).split("\n")
    return "\n".join([shown[0], *(line for row, line in zip(rows[1:], shown[1:], strict=True) for line in (line, *_below([row[-1]], paper.room)))])


def _stacked(rows: Rows, room: int) -> list[str]:
    """Each name on a line of its own, its cells below it, and below those its sentence."""
    return [line for name, *cells, said in rows for line in (*wrapped(name, room), *_below(cells, room), *_below([said], room))]


def _below(cells: Sequence[str], room: int) -> list[str]:
    """Cells one after the other, standing back."""
    return [f"{' ' * INDENT}{line}" for line in packed(cells, room - INDENT)]


def packed(cells: Sequence[str], room: int) -> list[str]:
    """Cells one after the other, as many a line as there is room for; only one that is longer than a line is broken.

    >>> packed(["2 to 3", "measured", "", "2026"], 16)
    ['2 to 3  measured', '2026']
    """
    lines: list[str] = []
    for cell in filter(None, cells):
        longer = f"{lines[-1]}{' ' * GAP}{cell}" if lines else cell
        lines = [*lines[:-1], longer] if lines and width(longer) <= room else [*lines, *wrapped(cell, room)]
    return lines
