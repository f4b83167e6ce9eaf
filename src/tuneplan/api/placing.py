"""Charts within axes that somebody else laid out: a title above, and nothing over the neighbours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tuneplan.report.charts.canvas import WIDTH
from tuneplan.report.tables import wrapped
from tuneplan.report.words import plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.gridspec import SubplotSpec
    from matplotlib.text import Text
    from matplotlib.transforms import Bbox

LETTERS_AN_INCH, FEWEST_LETTERS = 11.0, 24
"""Letters of a title."""
TITLE_GAP, TITLE_SIZE = 5.0, 9.5
"""Between a title and what stands below it, and its size where that has none. [point of type]"""
SMALLEST = 0.8
"""How much smaller letters of panels become, where these have less room than on paper of their own."""
KEPT = 0.3
"""Part of its place that a chart has at least, whatever its labels need."""
MARGIN = 0.01
"""Between a chart and the edge of the figure. [share of the figure]"""


def entitle(ax: Axes, title: str, panels: Sequence[Axes]) -> None:
    """A title above all that was drawn into axes, or into panels in their place; broken where they end."""
    from matplotlib.text import Text

    points = 72.0 / ax.get_figure(root=True).dpi  # type: ignore[union-attr]
    lines = wrapped(plain(title), max(FEWEST_LETTERS, int(LETTERS_AN_INCH * ax.get_window_extent().width * points / 72.0)))
    first = panels[0] if panels else ax
    own = first.get_title(loc="left")
    box = first.get_tightbbox()
    above = 0.0 if own or box is None else max(0.0, box.y1 - first.get_window_extent().y1) * points
    size = next((float(each.get_fontsize()) for each in first.findobj(Text) if isinstance(each, Text) and own and each.get_text() == own), TITLE_SIZE)
    if not panels:
        first.set_title("\n".join(lines), loc="left", pad=above + TITLE_GAP, fontsize=size)
        return
    higher = max(each.get_title(loc="left").count("\n") for each in panels) - own.count("\n")
    blank = [" "] * (math.ceil(len(lines) * TITLE_SIZE / size + 0.5) + higher)
    _across_panels(first, first.set_title("\n".join([*blank, own]), loc="left", pad=above + TITLE_GAP, fontsize=size), lines)


def _across_panels(first: Axes, room: Text, lines: Sequence[str]) -> None:
    """A title over several panels: a layout that makes room for it must not make the first of them as wide as it is."""
    whole = first.annotate("\n".join(lines), (0.0, 1.0), xycoords=room, ha="left", va="top", fontsize=TITLE_SIZE, annotation_clip=False)
    whole.set_in_layout(False)


def smaller(ax: Axes, panels: Sequence[Axes]) -> None:
    """Letters of panels as much smaller as these are narrower than on paper of their own, as far as one can read them."""
    from matplotlib.text import Text

    inches = ax.get_window_extent().width / ax.get_figure(root=True).dpi  # type: ignore[union-attr]
    share = max(SMALLEST, min(1.0, inches / WIDTH))
    for panel in panels if share < 1.0 else ():
        for axis in (panel.xaxis, panel.yaxis):
            axis.set_tick_params(labelsize=share * float(axis.get_major_ticks(1)[0].label1.get_fontsize()))
        ticks = {*panel.get_xticklabels(), *panel.get_yticklabels()}
        for each in {*panel.findobj(Text)} - ticks:
            each.set_fontsize(share * float(each.get_fontsize()))


def settle(ax: Axes, panels: Sequence[Axes]) -> None:
    """Move a chart in where its letters would lie over its neighbours; a figure that lays itself out is left to it."""
    from matplotlib.transforms import Bbox, BboxTransform

    figure, place = ax.get_figure(root=False), ax.get_subplotspec()
    if figure is None or place is None or ax.get_figure(root=True).get_layout_engine() is not None:  # type: ignore[union-attr]
        return
    every = [*panels] or [ax]
    boxes = [box for each in every if (box := each.get_tightbbox()) is not None]
    drawn, room = Bbox.union(boxes).transformed(figure.transSubfigure.inverted()), _room(place, ax.get_figure(root=True))  # type: ignore[arg-type]
    frame = Bbox.union([each.get_position() for each in every])
    over = [max(0.0, each) for each in (room.x0 - drawn.x0, room.y0 - drawn.y0, drawn.x1 - room.x1, drawn.y1 - room.y1)]
    inner = Bbox.from_extents(frame.x0 + over[0], frame.y0 + over[1], frame.x1 - over[2], frame.y1 - over[3])
    if not any(over) or inner.width < KEPT * room.width or inner.height < KEPT * room.height:
        return
    within = BboxTransform(frame, inner)
    for each in every:
        each.set_position(each.get_position().transformed(within))


def _room(place: SubplotSpec, figure: Figure) -> Bbox:
    """What belongs to one of several axes: the gap to its left and half of those above and below, as labels stand there."""
    from matplotlib.transforms import Bbox

    grid = place.get_gridspec()
    bottoms, tops, _lefts, rights = (list(each) for each in grid.get_grid_positions(figure))
    rows, columns, whole = place.rowspan, place.colspan, place.get_position(figure)
    left = rights[columns.start - 1] + MARGIN if columns.start > 0 else MARGIN
    right = whole.x1 if columns.stop < grid.ncols else 1.0 - MARGIN
    above = (whole.y1 + bottoms[rows.start - 1]) / 2.0 if rows.start > 0 else 1.0 - MARGIN
    below = (whole.y0 + tops[rows.stop]) / 2.0 if rows.stop < grid.nrows else MARGIN
    return Bbox.from_extents(left, below, right, above)
