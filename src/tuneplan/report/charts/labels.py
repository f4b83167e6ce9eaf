"""Names beside what they name, instead of a legend: at the ends of lines, or around points, never over one another.

Where a label may stand is known only once the figure has its final size, so texts are made at once, as
ordinary annotations (``ax.texts``), and moved apart each time that the figure is drawn: at any size,
resolution and format.

>>> from matplotlib.figure import Figure
>>> figure = Figure()
>>> ax = figure.add_subplot()
>>> made = at_ends(ax, [Label(text=name, x=1.0, y=0.5, colour="#222222") for name in ("unified", "specialists")])
>>> figure.draw_without_rendering()
>>> overlap(made) == 0.0
True
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from tuneplan.report.charts.looks import INK, QUIET
from tuneplan.report.charts.names import fitted, readable
from tuneplan.report.words import plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Annotation

__all__ = ["Label", "along", "around", "at_ends", "fitted", "overlap", "placed", "readable", "spread"]
GAP = 5.0
"""From a point to its label. [point of type]"""
AIR = 1.5
"""Between two labels. [point of type]"""
RINGS = (1.0, 2.2, 3.6, 5.5, 8.0, 11.0, 15.0, 20.0, 27.0, 36.0)
"""Distances at which a place for a label is looked for, in gaps."""
SIDES = (0.0, 180.0, 90.0, 270.0, 35.0, 325.0, 145.0, 215.0, 62.0, 298.0, 118.0, 242.0)
"""Directions, the best one first: right, left, above, below, between. [degree]"""
RING_COSTS = 0.15
"""How many hidden points a gap further out is as bad as."""
BEHIND = {"facecolor": "white", "alpha": 0.6, "edgecolor": "none", "pad": 0.4}
"""What lies behind a label among marks and lines."""
LED_FROM, LED_RING = 4.0, 3.0
"""From how far a thin line leads from a label to what it names: beside an end [point of type], around a point [gap]."""
Box = tuple[float, float, float, float]
"""Left, bottom, right, top. [pixel]"""
Side = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A text and what it belongs to.

    Attributes
    ----------
    text
        A name, or a few words; a line break in it stays.
    x, y
        In the units of the axes.
    weight
        ``normal`` or ``bold``.
    """

    text: str
    x: float
    y: float
    colour: str = INK
    weight: str = "normal"
    size: float = 8.5


def at_ends(ax: Axes, labels: Sequence[Label], *, led: bool = False) -> list[Annotation]:
    """Labels in a column right of the axes, each at the height of its line's end or as near as the others allow.

    Layouts keep room for them. A label that had to move is led to its end by a thin line.

    Parameters
    ----------
    labels
        ``x``, ``y``: the end of each line.
    led
        Whether a thin line leads to every one, as they name places within the axes.
    """
    made = [_text(ax, each, leads_from=(0.0, 0.5), coordinates=("axes fraction", "offset points")) for each in labels]

    def place(renderer: Any) -> None:
        box, scale = ax.get_window_extent(renderer), _pixels_a_point(ax)
        ends = [ax.transData.transform((each.x, each.y)) for each in labels]
        sizes = [_size(each, renderer) for each in made]
        heights = [high + AIR * scale for _, high in sizes]
        centres = spread([float(np.clip(end[1], box.y0, box.y1)) for end in ends], heights, low=box.y0, high=box.y1)
        for text, end, size, centre in zip(made, ends, sizes, centres, strict=True):
            right = 1.0 + GAP * scale / box.width  # of the axes, as those change while the figure is laid out
            _move(text, to=(right, (centre - size[1] / 2.0 - end[1]) / scale), is_led=led or abs(centre - end[1]) > LED_FROM * scale)

    return placed(ax, made, place)


def around(ax: Axes, labels: Sequence[Label], *, avoid: Sequence[tuple[float, float]] = (), gap: float = GAP) -> list[Annotation]:
    """Labels around points, the first ones nearest; they keep off one another, off the points, and off what else is to be avoided.

    Parameters
    ----------
    labels
        ``x``, ``y``: the points, the most important first.
    avoid
        Further places that no label should hide, in the units of the axes: marks, points along a line.
    gap
        From a point to its label, more where marks are large. [point of type]
    """
    made = [_text(ax, each, leads_from=(0.5, 0.5), coordinates="offset points", bbox=BEHIND) for each in labels]

    def place(renderer: Any) -> None:
        scale = _pixels_a_point(ax)
        room = _Room(ax.get_window_extent(renderer), [], ax.transData.transform([(each.x, each.y) for each in labels] + list(avoid)), gap * scale)
        for text, each in zip(made, labels, strict=True):
            mark = ax.transData.transform((each.x, each.y))
            area, ring, aligned = room.best(mark, _size(text, renderer), air=AIR * scale)
            room.taken.append(area)
            text.set_multialignment(aligned)
            _move(text, to=((area[0] - mark[0]) / scale, (area[1] - mark[1]) / scale), is_led=ring >= LED_RING)

    return placed(ax, made, place)


def along(x: Any, y: Any, *, logs: tuple[bool, bool] = (False, False), pieces: int = 5) -> list[tuple[float, float]]:
    """Places along a line, close enough for labels to keep off it; where a point is not finite there is none.

    Parameters
    ----------
    x, y
        Points of the line.
    logs
        Whether each axis is logarithmic.

    >>> [(round(x, 9), y) for x, y in along([1.0, 100.0], [0.0, 1.0], logs=(True, False), pieces=2)]
    [(1.0, 0.0), (10.0, 0.5), (100.0, 1.0)]
    """
    ends = [np.log(each) if is_log else np.asarray(each, dtype=float) for each, is_log in zip((x, y), logs, strict=True)]
    at = np.linspace(0.0, len(ends[0]) - 1.0, pieces * (len(ends[0]) - 1) + 1)
    found = [np.interp(at, np.arange(len(each)), each) for each in ends]
    kept = np.isfinite(found[0]) & np.isfinite(found[1])
    xs, ys = ((np.exp(each) if is_log else each)[kept].tolist() for each, is_log in zip(found, logs, strict=True))
    return list(zip(xs, ys, strict=True))


def overlap(texts: Sequence[Annotation]) -> float:
    """Largest area that two texts share, as last drawn. [square pixel]"""
    from matplotlib.text import Text

    boxes = []
    for each in texts:
        each.get_window_extent()  # which brings its place up to date
        boxes.append(Text.get_window_extent(each).extents)
    return max((_shared(one, other) for one, other in combinations(boxes, 2)), default=0.0)


def spread(wanted: Sequence[float], sizes: Sequence[float], *, low: float, high: float) -> list[float]:
    """Centres as near as possible to those wanted, so that nothing overlaps: in order, and within the ends where there is room.

    >>> spread([0.0, 0.0, 9.0], [2.0, 2.0, 2.0], low=-5.0, high=10.0)
    [-1.0, 1.0, 9.0]
    """
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    groups: list[list[int]] = []
    for index in order:
        groups.append([index])
        while len(groups) > 1 and _reach(groups[-2], wanted, sizes, low, high)[1] > _reach(groups[-1], wanted, sizes, low, high)[0] + 1e-9:
            groups[-2:] = [groups[-2] + groups[-1]]
    found = [0.0] * len(wanted)
    for group in groups:
        start = _reach(group, wanted, sizes, low, high)[0]
        for index in group:
            found[index] = start + sizes[index] / 2.0
            start += sizes[index]
    return found


def _reach(group: Sequence[int], wanted: Sequence[float], sizes: Sequence[float], low: float, high: float) -> tuple[float, float]:
    """Where a group that stands without gaps begins and ends."""
    whole, before = sum(sizes[index] for index in group), 0.0
    starts = []
    for index in group:
        starts.append(wanted[index] - before - sizes[index] / 2.0)
        before += sizes[index]
    start = sum(starts) / len(starts)
    start = max(low, min(start, high - whole)) if whole <= high - low else (low + high - whole) / 2.0
    return start, start + whole


def _text(ax: Axes, label: Label, *, leads_from: tuple[float, float], coordinates: Any, **more: Any) -> Annotation:
    line = {"arrowstyle": "-", "color": QUIET, "linewidth": 0.5, "shrinkA": 1.0, "shrinkB": 2.0, "relpos": leads_from}
    made = ax.annotate(
        "\n".join(plain(row) for row in label.text.split("\n")), (label.x, label.y), xytext=(1.0, 0.0), textcoords=coordinates, color=readable(label.colour),
        weight=label.weight, fontsize=label.size, ha="left", va="bottom", annotation_clip=False, arrowprops=line, linespacing=1.05, **more,
    )  # fmt: skip
    made.set_parse_math(False)
    return made


def _pixels_a_point(ax: Axes) -> float:
    return float(ax.get_figure(root=True).dpi) / 72.0  # type: ignore[union-attr]


def _size(text: Annotation, renderer: Any) -> tuple[float, float]:
    """Width and height of a text alone, without the line that leads from it. [pixel]"""
    from matplotlib.text import Text

    box = Text.get_window_extent(text, renderer)
    return float(box.width), float(box.height)


def _move(text: Annotation, *, to: tuple[float, float], is_led: bool) -> None:
    """Put the lower left corner of a text at a place in its own coordinates, and show or hide the line that leads to what it names."""
    text.xyann = to
    if text.arrow_patch is not None:
        text.arrow_patch.set_visible(is_led)


@dataclass(frozen=True, slots=True)
class _Room:
    """Where labels may stand: a box, what of it is taken, points to keep off, and how far a ring is; in pixels."""

    box: Any
    taken: list[Box]
    marks: Any
    gap: float

    def best(self, mark: Any, size: tuple[float, float], *, air: float) -> tuple[Box, float, Side]:
        """The place that hides least, of equals the nearest: what it covers, how far out it is, how its lines are aligned."""
        found = []
        for ring in RINGS:
            for rank, side in enumerate(SIDES):
                area, aligned = self.beside(mark, size, ring * self.gap, side)
                hidden, outside, points = self.cost(area, air)
                found.append(((hidden, outside, points + RING_COSTS * ring, rank), area, ring, aligned))
        return min(found)[1:]

    def beside(self, mark: Any, size: tuple[float, float], far: float, side: float) -> tuple[Box, Side]:
        """What a text of this size covers on this side of a mark."""
        across, up = float(np.cos(np.radians(side))), float(np.sin(np.radians(side)))
        aligned: Side = "left" if across > 0.3 else "right" if across < -0.3 else "center"
        left = mark[0] + far * across - size[0] * {"left": 0.0, "center": 0.5, "right": 1.0}[aligned]
        low = mark[1] + far * up - size[1] * (0.0 if up > 0.7 else 1.0 if up < -0.7 else 0.5)
        if abs(up) > 0.7:  # above and below it may slide sideways to stay inside
            left = max(self.box.x0, min(left, self.box.x1 - size[0]))
        return (left, low, left + size[0], low + size[1]), aligned

    def cost(self, area: Box, air: float) -> tuple[float, float, int]:
        """How much of other labels it hides, how far it stands out of the box, how many points it hides."""
        left, low, right, top = area[0] - air, area[1] - air, area[2] + air, area[3] + air
        hidden = sum(_shared((left, low, right, top), each) for each in self.taken)
        outside = max(0.0, self.box.x0 - area[0], area[2] - self.box.x1) + max(0.0, self.box.y0 - area[1], area[3] - self.box.y1)
        inside = (self.marks[:, 0] > left) & (self.marks[:, 0] < right) & (self.marks[:, 1] > low) & (self.marks[:, 1] < top)
        return hidden, outside, int(inside.sum())


def _shared(one: Box, other: Box) -> float:
    """Area that two boxes share."""
    across, up = min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])
    return across * up if across > 0.0 and up > 0.0 else 0.0


def placed(ax: Axes, made: list[Annotation], place: Callable[[Any], None]) -> list[Annotation]:
    """The same texts, placed whenever the axes are drawn or laid out: an artist that draws nothing comes before them."""
    from matplotlib.artist import Artist

    class Placing(Artist):
        """Moves the texts; here, as matplotlib is loaded when the first chart is drawn."""

        def draw(self, renderer: Any) -> None:
            place(renderer)

        def get_tightbbox(self, renderer: Any = None) -> None:
            place(renderer)

    if made:
        first = ax.add_artist(Placing())
        first.set_zorder(-1000.0)
        first.set_clip_on(False)
    return made
