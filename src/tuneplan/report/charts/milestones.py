"""Launches on a line of their own: marks with their dates beside them, wherever there is room on that line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tuneplan.report.charts.labels import placed
from tuneplan.report.charts.looks import Look
from tuneplan.report.charts.names import readable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Annotation

SIZE, SMALL = 7.5, 5.5
"""Size of type, and of a mark. [point of type]"""
GAP = 4.5
"""From a mark to words beside it. [point of type]"""
BEHIND = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
"""What lies behind words, which may stand on a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestones:
    """First launch, launch of all, and the day by which that is so in nine of ten draws.

    Attributes
    ----------
    y
        Height of the line, in the units of the axes.
    first, full, late
        In the units of the axes; infinite: never; ``first`` equals ``full`` where all is launched at once.
    first_words, full_words
        What is said of them.
    """

    y: float
    first: float
    full: float
    late: float
    first_words: str
    full_words: str
    look: Look


def milestones(ax: Axes, rows: Sequence[Milestones], *, end: float) -> list[Annotation]:
    """Draw the lines, one a row.

    Parameters
    ----------
    end
        Where the axis ends.
    """
    for row in rows:
        _marks(ax, row, end)
    made = [(_words(ax, row, row.first_words), _words(ax, row, row.full_words)) for row in rows]

    def place(renderer: Any) -> None:
        for row, (first, full) in zip(rows, made, strict=True):
            _beside(ax, row, first, full, end, renderer)

    return placed(ax, [text for pair in made for text in pair], place)


def _marks(ax: Axes, row: Milestones, end: float) -> None:
    """An open mark, a filled one, and a line to the late end, which an arrow closes where it lies outside."""
    colour, late = row.look.colour, min(row.late, end)
    if row.full < end:
        ax.plot([row.full, late], [row.y, row.y], color=colour, linewidth=1.2, solid_capstyle="butt", label="_to P90", zorder=2.0)
    if row.late > end:
        ax.plot([end], [row.y], marker=">", color=colour, markersize=4.0, clip_on=False, label="_beyond", zorder=3.0)
    elif row.late > row.full:
        ax.plot([late], [row.y], marker="|", color=colour, markersize=6.0, markeredgewidth=1.2, label="_P90", zorder=3.0)
    if row.first <= end and row.first < row.full:
        ax.plot([row.first], [row.y], marker=row.look.mark, color=colour, markerfacecolor="white", markeredgewidth=1.1, markersize=SMALL, linestyle="none", label="_first", zorder=4.0, clip_on=False)
    if row.full <= end:
        ax.plot([row.full], [row.y], marker=row.look.mark, color=colour, markersize=SMALL + 0.5, linestyle="none", label="_full", zorder=4.0, clip_on=False)


def _words(ax: Axes, row: Milestones, words: str) -> Annotation:
    made = ax.annotate(
        words, (0.0, row.y), xytext=(0.0, 0.0), textcoords="offset points", ha="left", va="center_baseline", fontsize=SIZE, color=readable(row.look.colour), bbox=BEHIND,
        annotation_clip=False, zorder=2.5,
    )  # fmt: skip
    made.set_parse_math(False)
    return made


def _beside(ax: Axes, row: Milestones, first: Annotation, full: Annotation, end: float, renderer: Any) -> None:
    """Move the words of a row to where they fit: those of the full launch first, right of its line, then in it, then left of it."""
    from matplotlib.text import Text

    box, scale = ax.get_window_extent(renderer), float(ax.get_figure(root=True).dpi) / 72.0  # type: ignore[union-attr]
    for text, words in ((first, row.first_words), (full, row.full_words)):
        text.set_text(words)
        text.set_visible(True)  # what is hidden has no size
    wide = [float(Text.get_window_extent(each, renderer).width) if each.get_text() else 0.0 for each in (first, full)]
    at = [float(ax.transData.transform((min(each, end), 0.0))[0]) for each in (row.first, row.full, row.late)]
    gaps = gaps_of(at, (box.x0, box.x1), GAP * scale, has_first=bool(first.get_text()))
    where = beside_first, beside_full = fitting(gaps, wide)
    if beside_first is None and beside_full is not None and row.first_words:  # both beside the first mark, as one
        full.set_text(f"{row.first_words}, {row.full_words}")
        both = gaps[0][1] - float(Text.get_window_extent(full, renderer).width)
        where = (None, both) if both >= box.x0 else where
        full.set_text(full.get_text() if both >= box.x0 else row.full_words)
    for text, left in zip((first, full), where, strict=True):
        text.set_visible(left is not None and bool(text.get_text()))
        if left is not None:
            text.xy = (float(ax.transData.inverted().transform((left, 0.0))[0]), row.y)


def gaps_of(at: Sequence[float], box: tuple[float, float], air: float, *, has_first: bool) -> list[tuple[float, float]]:
    """Free pieces of a line: left of the first mark, between the marks, along the line to the late end, right of that. [pixel]

    >>> gaps_of([30.0, 60.0, 80.0], (0.0, 100.0), 2.0, has_first=True)
    [(0.0, 28.0), (32.0, 58.0), (63.2, 78.0), (82.0, 100.0)]
    """
    first, full, late = at
    before = first if has_first else full
    return [(box[0], before - air), (before + air, full - air), (full + 1.6 * air, late - air), (max(late, full) + air, box[1])]


def fitting(gaps: Sequence[tuple[float, float]], wide: Sequence[float]) -> tuple[float | None, float | None]:
    """Where the words of the first and of the full launch begin; None where there is no room, and for the first where both share one. [pixel]

    Words of the full launch stand right of its line if they can, then in it, then left of its mark; those of the first
    left of its mark, then right of it.

    >>> gaps = [(0.0, 28.0), (32.0, 58.0), (62.0, 78.0), (82.0, 100.0)]
    >>> fitting(gaps, (20.0, 15.0)), fitting(gaps, (20.0, 24.0)), fitting(gaps, (0.0, 27.0))
    ((8.0, 82.0), (8.0, 34.0), (28.0, 1.0))
    """
    first, full = wide
    room = [right - left for left, right in gaps]
    taken = next((place for place in (3, 2, 1, 0) if room[place] >= full), None)
    left_of_full = None if taken is None else gaps[taken][0] if taken in (2, 3) else gaps[taken][1] - full
    if taken == 0 and first > 0.0:
        return None, left_of_full
    beside_first = gaps[0][1] - first if room[0] >= first else gaps[1][0] if room[1] >= first + (full if taken == 1 else 0.0) else None
    return beside_first, left_of_full

