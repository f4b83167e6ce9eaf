"""A winner map: who is chosen over two inputs, with lines at which its chance to be best is 50, 70 and 90 %."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from tuneplan.report.charts.labels import fitted
from tuneplan.report.charts.looks import FAINT, INK, Looks
from tuneplan.report.charts.registry import Told, chart
from tuneplan.report.charts.two_inputs import NOBODY, UNKNOWN, Side, Winners, said, ticks, winners_of
from tuneplan.report.tables import width
from tuneplan.study.breakeven.winners import WinnerMap
from tuneplan.study.sensitivity.odds_map import OddsMap

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LINES = {0.5: (0, (1, 1.2)), 0.7: (0, (4, 1.5)), 0.9: "-"}
"""Chances at which lines run, and how they are drawn."""
DEPTHS = (0.22, 0.4, 0.62, 0.88)
"""How much of its colour a cell has: below the first line, between lines, above the last."""
MOST_TICKS = (6, 7)
"""Along the bottom and up the side."""
SMALLEST = 5
"""Cells that a region needs for its name to stand in it."""
WIDE, HIGH = 5.5, 2.9
"""About the size of the map, so that it is known what a text covers. [inch]"""
LETTER, LINE, SPARE = 0.085, 0.16, 0.1
"""About the width of a bold letter, the height of a line, and the room around a text. [inch]"""
CROSS = 0.11
"""From the middle of the cross to where its words begin. [inch]"""
HERE = "as it stands"
Area = tuple[float, float, float, float]
"""What a text covers: left, bottom, right, top. [cell]"""


@chart(question="At which values of the two most telling inputs does another strategy win?", of=("winner_map",), height=lambda found: 4.6)
def winner_map(found: WinnerMap | OddsMap, *, ax: Axes, looks: Looks) -> Told:
    """Cells in the colour of who is chosen, the deeper the surer, with lines of equal chance."""
    drawn = winners_of(found)
    ax.imshow(colours(drawn, looks), origin="lower", aspect="auto", interpolation="nearest")
    _borders(drawn, ax)
    covered = _now(drawn, ax)
    unnamed = []
    for row in drawn.winners:
        area = _name(drawn, row, covered, ax, looks)
        unnamed += [row] if area is None else []
        covered += [] if area is None else [area]
    _lines(drawn, covered, ax)
    _close(drawn, ax)
    _legend(drawn, unnamed, ax, looks)
    places, texts = ticks(drawn.across, MOST_TICKS[0])
    ax.set_xticks(places, texts)
    places, texts = ticks(drawn.down, MOST_TICKS[1])
    ax.set_yticks(places, texts)
    ax.set_xlabel(_labelled(drawn.across))
    ax.set_ylabel(_labelled(drawn.down))
    for side in ("top", "right"):
        ax.spines[side].set_visible(True)
    return Told(title=drawn.title, alt=said(drawn), note=_note(drawn))


def colours(drawn: Winners, looks: Looks) -> np.ndarray:
    """Colour of each cell: that of the strategy, on white the more of it the surer it is. ``(down, across, 3)``"""
    from matplotlib.colors import to_rgb

    own = {row: np.array(to_rgb(looks[drawn.strategies[row]].colour)) for row in drawn.winners} | {NOBODY: np.array(to_rgb(FAINT))}
    found = np.ones((*drawn.chosen.shape, 3))
    for row, colour in own.items():
        here = drawn.chosen == row
        depth = np.array(DEPTHS)[np.searchsorted(list(LINES), drawn.chance[here], side="right")] if row != NOBODY else np.ones(int(here.sum()))
        found[here] = 1.0 - depth[:, None] * (1.0 - colour)
    return found


def _borders(drawn: Winners, ax: Axes) -> None:
    """Lines between cells that belong to different ones."""
    from matplotlib.collections import LineCollection

    chosen = drawn.chosen
    upright = [((x + 0.5, y - 0.5), (x + 0.5, y + 0.5)) for y, x in np.argwhere(_differ(chosen[:, 1:], chosen[:, :-1])).tolist()]
    level = [((x - 0.5, y + 0.5), (x + 0.5, y + 0.5)) for y, x in np.argwhere(_differ(chosen[1:], chosen[:-1])).tolist()]
    ax.add_collection(LineCollection([*upright, *level], colors=INK, linewidths=1.3, capstyle="projecting"), autolim=False)


def _differ(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Whether neighbours belong to different ones, both known."""
    return np.asarray((one != other) & (one != UNKNOWN) & (other != UNKNOWN))


def _lines(drawn: Winners, covered: list[Area], ax: Axes) -> None:
    """Lines of equal chance, each region's own; their figures where no name stands."""
    for row in drawn.winners:
        field = np.ma.masked_where(drawn.chosen != row, drawn.chance)
        levels = [each for each in LINES if field.min() < each < field.max()]
        if min(field.shape) < 2 or not levels:
            continue
        lines = ax.contour(field, levels=levels, colors=INK, linewidths=0.9, linestyles=[LINES[each] for each in levels])
        for text in ax.clabel(lines, fmt=lambda level: f"{100 * level:.0f} %", fontsize=7, inline_spacing=2):
            own = _area(drawn, *text.get_position(), "50 %")
            text.set_visible(not any(_meet(own, each) for each in covered))


def _area(drawn: Winners, across: float, down: float, words: str, side: str = "center") -> Area:
    """About what a text covers whose middle, or the named end of it, stands at a place."""
    rows, columns = drawn.chosen.shape
    lines = words.split("\n")
    wide, high = (LETTER * max(map(width, lines)) + SPARE) * columns / WIDE, (LINE * len(lines) + SPARE) * rows / HIGH
    left = across - {"left": 0.0, "center": 0.5, "right": 1.0}[side] * wide
    return left, down - high / 2.0, left + wide, down + high / 2.0


def _meet(one: Area, other: Area) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _close(drawn: Winners, ax: Axes) -> None:
    """Dots where it is too close to call."""
    rows, columns = np.nonzero(drawn.close & (drawn.chosen >= 0))
    ax.plot(columns, rows, ".", color=INK, markersize=2.2, alpha=0.75, label="too close to call")


def _now(drawn: Winners, ax: Axes) -> list[Area]:
    """Where both inputs stand now, in words on the side where there is room; what that covers."""
    at = drawn.across.place(drawn.across.now), drawn.down.place(drawn.down.now)
    if math.isnan(at[0]) or math.isnan(at[1]):
        return []
    columns = drawn.chosen.shape[1]
    ax.plot(*at, marker="P", color="white", markeredgecolor=INK, markersize=9, linestyle="none", zorder=6, label="now")
    gap = CROSS * columns / WIDE
    words = _area(drawn, at[0] + gap, at[1], HERE, "left")
    is_left = words[2] > columns - 0.5
    ax.annotate(
        HERE, at, xytext=(-72.0 * CROSS if is_left else 72.0 * CROSS, 0), textcoords="offset points", ha="right" if is_left else "left", va="center", fontsize=7.5,
        zorder=7, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0, "alpha": 0.85},
    )  # fmt: skip
    return [_area(drawn, *at, "x"), _area(drawn, at[0] - gap, at[1], HERE, "right") if is_left else words]


def _name(drawn: Winners, row: int, covered: list[Area], ax: Axes, looks: Looks) -> Area | None:
    """The name of a strategy as far inside what it holds as other words leave room; what it covers, None where it has no place."""
    here = drawn.chosen == row
    if here.sum() < min(SMALLEST, drawn.chosen.size / 4):
        return None
    words = fitted(drawn.strategies[row])
    across, down, side = next((place for place in _places(drawn, here) if not any(_meet(_area(drawn, *place[:2], words, place[2]), each) for each in covered)), (-1, -1, ""))
    if not side:
        return None
    ax.text(
        across, down, words, ha=side, va="center", fontweight="bold", color=INK, zorder=8,
        bbox={"facecolor": "white", "edgecolor": looks[drawn.strategies[row]].colour, "pad": 2.0, "alpha": 0.9, "linewidth": 1.2},
    )  # fmt: skip
    return _area(drawn, across, down, words, side)


def _places(drawn: Winners, here: np.ndarray) -> Iterator[tuple[int, int, str]]:
    """Cells of a region from the inmost to its rim, those in the middle first, each with the side on which a text there is held: across, down, side."""
    columns = drawn.chosen.shape[1]
    for depth in reversed(list(_peeled(here))):
        places = np.argwhere(depth)
        far = np.square(places - places.mean(axis=0)).sum(axis=1)
        for down, across in places[np.argsort(far, kind="stable")].tolist():
            yield across, down, "left" if across < 0.2 * columns else "right" if across > 0.8 * columns else "center"


def _peeled(here: np.ndarray) -> Iterator[np.ndarray]:
    """A region, and what is left as its rim is taken off again and again."""
    while here.any():
        yield here
        framed = np.pad(here, 1)
        here = here & framed[:-2, 1:-1] & framed[2:, 1:-1] & framed[1:-1, :-2] & framed[1:-1, 2:]


def _legend(drawn: Winners, unnamed: list[int], ax: Axes, looks: Looks) -> None:
    """Colours of what has no room for its name."""
    from matplotlib.patches import Patch

    patches = [Patch(facecolor=looks[drawn.strategies[row]].colour, label=fitted(drawn.strategies[row])) for row in unnamed]
    patches += [Patch(facecolor=FAINT, label="nothing meets the limits")] if (drawn.chosen == NOBODY).any() else []
    if patches:
        ax.legend(handles=patches, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3)


def _labelled(side: Side) -> str:
    unit = "" if side.unit in ("1", "yes_no", "score", "share") else f" [{side.unit}]"
    return f"{side.name}{unit}"


def _note(drawn: Winners) -> str:
    said = ["Lines: chance that the one chosen is best (dotted 50 %, dashed 70 %, whole 90 %); the deeper the colour, the surer."]
    said += ["Dots: too close to call."] if drawn.close.any() else []
    return " ".join([*said, drawn.note])
