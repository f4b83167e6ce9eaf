"""Launches on a line of their own: marks with their dates beside them, each where nobody takes it for the date of another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, Literal

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
SLACK = 1.04
"""How much wider than measured words may be: a browser has letters of its own."""
Piece = tuple[tuple[int, ...], int, Literal["left", "right"]]
"""Words that stand together (of the first launch, of all, of its P90), the gap in which they do, and its end at which they stand."""
OF_FIRST: tuple[tuple[Piece, ...], ...] = ((((0,), 0, "right"),), (((0,), 1, "left"),))
"""Where the words of the first launch stand: left of its mark, or right of it."""
OF_FULL: tuple[tuple[Piece, ...], ...] = (
    (((1, 2), 3, "left"),), (((1, 2), 2, "left"),), (((1,), 2, "left"), ((2,), 3, "left")), (((1, 2), 1, "right"),),
    (((1,), 1, "right"), ((2,), 3, "left")), (((1,), 1, "right"), ((2,), 2, "right")),
)  # fmt: skip
"""Those of the launch of all: right of its line, in it, each of both dates at its own end, left of its mark."""
TOGETHER: tuple[tuple[Piece, ...], ...] = (
    (((0, 1, 2), 0, "right"),), (((0, 1), 0, "right"), ((2,), 3, "left")), (((0, 1), 0, "right"), ((2,), 2, "right")), (((0, 1, 2), 3, "left"),),
    (((0, 1, 2), 2, "left"),), (((0, 1), 2, "left"), ((2,), 3, "left")),
)  # fmt: skip
"""As one where the marks are close; those of the first launch are always told before, so that no other date stands beside its mark alone."""
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
    first_words, full_words, late_words
        What is said of them.
    """

    y: float
    first: float
    full: float
    late: float
    first_words: str
    full_words: str
    late_words: str
    look: Look

    @property
    def words(self) -> tuple[str, str, str]:
        """What is said, in the order of the marks."""
        return self.first_words, self.full_words, self.late_words


def milestones(ax: Axes, rows: Sequence[Milestones], *, end: float) -> list[Annotation]:
    """Draw the lines, one a row.

    Parameters
    ----------
    end
        Where the axis ends.
    """
    for row in rows:
        _marks(ax, row, end)
    made = [[_words(ax, row, words) for words in row.words] for row in rows]

    def place(renderer: Any) -> None:
        for row, texts in zip(rows, made, strict=True):
            _beside(ax, row, texts, end, renderer)

    return placed(ax, [text for texts in made for text in texts], place)


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


def _beside(ax: Axes, row: Milestones, texts: Sequence[Annotation], end: float, renderer: Any) -> None:
    """Move the words of a row to where they fit."""
    box, scale = ax.get_window_extent(renderer), float(ax.get_figure(root=True).dpi) / 72.0  # type: ignore[union-attr]
    at = [float(ax.transData.transform((min(each, end), 0.0))[0]) for each in (row.first, row.full, row.late)]
    gaps = gaps_of(at, (box.x0, box.x1), GAP * scale, has_first=bool(row.first_words))
    wide = [SLACK * _width(text, words, renderer) for text, words in zip(texts, row.words, strict=True)]
    found = arranged(gaps, wide, between=SLACK * _width(texts[0], ", ", renderer), air=2.0 * GAP * scale)
    for text in texts:
        text.set_visible(False)
    for text, (which, gap, side) in zip(texts, found, strict=False):
        x = gaps[gap][0 if side == "left" else 1]
        text.set_text(", ".join(row.words[each] for each in which))
        text.set_visible(True)
        text.set_horizontalalignment(side)
        text.xy = (float(ax.transData.inverted().transform((x, 0.0))[0]), row.y)


def _width(text: Annotation, words: str, renderer: Any) -> float:
    """[pixel]"""
    from matplotlib.text import Text

    text.set_text(words)
    text.set_visible(True)  # what is hidden has no size
    return float(Text.get_window_extent(text, renderer).width) if words else 0.0


def gaps_of(at: Sequence[float], box: tuple[float, float], air: float, *, has_first: bool) -> list[tuple[float, float]]:
    """Free pieces of a line: left of the first mark, between the marks, along the line to the late end, right of that. [pixel]

    >>> gaps_of([30.0, 60.0, 80.0], (0.0, 100.0), 2.0, has_first=True)
    [(0.0, 28.0), (32.0, 58.0), (63.2, 78.0), (82.0, 100.0)]
    """
    first, full, late = at
    before = first if has_first else full
    return [(box[0], before - air), (before + air, full - air), (full + 1.6 * air, late - air), (max(late, full) + air, box[1])]


def arranged(gaps: Sequence[tuple[float, float]], wide: Sequence[float], *, between: float, air: float) -> tuple[Piece, ...]:
    """Which words stand together in which gap; where there is no room for all, those of P90 go first, then those of the first launch.

    Parameters
    ----------
    gaps
        As of ``gaps_of``. [pixel]
    wide
        Width of the words of the first launch, of all, of its P90; 0 where nothing is said. [pixel]
    between, air
        What parts words that stand together, and two texts in one gap. [pixel]

    >>> gaps = [(0.0, 28.0), (32.0, 58.0), (62.0, 78.0), (82.0, 100.0)]
    >>> arranged(gaps, (20.0, 9.0, 8.0), between=1.0, air=2.0)
    (((0,), 0, 'right'), ((1, 2), 3, 'left'))
    >>> arranged(gaps, (20.0, 15.0, 12.0), between=1.0, air=2.0)
    (((0,), 0, 'right'), ((1,), 2, 'left'), ((2,), 3, 'left'))
    """
    for left_out in ((), (2,), (0, 2), (0,)):
        there = tuple(each for each in range(3) if wide[each] > 0.0 and each not in left_out)
        for pieces in _arrangements(there, has_first=wide[0] > 0.0):
            if _fits(pieces, gaps, wide, between, air):
                return pieces
    return ()


def _arrangements(there: tuple[int, ...], *, has_first: bool) -> Iterator[tuple[Piece, ...]]:
    """Ways to place the words that are there, the clearest first. Without a first launch its own mark is that of all."""
    if 0 in there:
        every = [first + full for full, first in product(OF_FULL, OF_FIRST)] + list(TOGETHER)
    else:
        every = list(OF_FULL) + ([] if has_first else list(TOGETHER))
    for pieces in every:
        kept = ((tuple(each for each in which if each in there), gap, side) for which, gap, side in pieces)
        yield tuple(piece for piece in kept if piece[0])


def _fits(pieces: Sequence[Piece], gaps: Sequence[tuple[float, float]], wide: Sequence[float], between: float, air: float) -> bool:
    """Whether every gap holds what stands in it."""
    taken: dict[int, list[float]] = {}
    for which, gap, _ in pieces:
        taken.setdefault(gap, []).append(sum(wide[each] for each in which) + between * (len(which) - 1))
    return all(sum(widths) + air * (len(widths) - 1) <= gaps[gap][1] - gaps[gap][0] for gap, widths in taken.items())
