"""Many small panels in one chart: how many beside each other, how high, and which scales they share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tuneplan.report.charts.canvas import panels

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW_HEIGHTS = ((1, 3.0), (3, 2.5), (6, 1.9), (12, 1.6))
"""So many panels -> height of a row of them; of more, ``SMALLEST_ROW``. [inch]"""
SMALLEST_ROW = 1.35
AROUND = 1.0
"""Height of title and caption. [inch]"""
WIDEST_SHARED = 2.5
"""Panels share a scale while the widest of them takes at least one in so many of its length."""


def columns_of(count: int) -> int:
    """Panels beside each other.

    >>> [columns_of(count) for count in (1, 2, 3, 4, 5, 9, 12, 20)]
    [1, 2, 3, 2, 3, 3, 4, 5]
    """
    if count <= 3:
        return max(count, 1)
    return 2 if count == 4 else 3 if count <= 9 else 4 if count <= 12 else 5


def height_of(count: int) -> float:
    """Height of a chart of so many panels. [inch]"""
    row = next((height for most, height in ROW_HEIGHTS if count <= most), SMALLEST_ROW)
    return AROUND + row * math.ceil(count / columns_of(count))


def grid(ax: Axes, count: int, **options: Any) -> list[Axes]:
    """So many panels in the place of one, row by row; places that stay over are left empty."""
    columns = columns_of(count)
    every = panels(ax, rows=math.ceil(count / columns), columns=columns, **options)
    for each in every[count:]:
        each.set_axis_off()
    return every[:count]


def is_left(place: int, count: int) -> bool:
    """Whether a panel is the first of its row."""
    return place % columns_of(count) == 0


def is_right(place: int, count: int) -> bool:
    """Whether it is the last of a full row."""
    return place % columns_of(count) == columns_of(count) - 1


def is_lowest(place: int, count: int) -> bool:
    """Whether there is no panel below it."""
    return place + columns_of(count) >= count


def is_in_last_row(place: int, count: int) -> bool:
    """Whether it stands in the last row, full or not."""
    return place // columns_of(count) == (count - 1) // columns_of(count)


def shared(ranges: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    """The range of all panels, where that leaves each of them enough of it to be read; else None.

    >>> shared([(60.0, 80.0), (65.0, 85.0)]), shared([(0.0, 1.0), (90.0, 95.0)])
    ((60.0, 85.0), None)
    """
    low, high = min(each[0] for each in ranges), max(each[1] for each in ranges)
    widest = max(each[1] - each[0] for each in ranges)
    return (low, high) if high - low <= WIDEST_SHARED * widest else None
