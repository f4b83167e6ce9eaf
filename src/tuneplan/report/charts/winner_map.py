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


@chart(question="At which values of the two most telling inputs does another strategy win?", of=("winner_map",), height=lambda found: 4.6)
def winner_map(found: WinnerMap | OddsMap, *, ax: Axes, looks: Looks) -> Told:
    """Cells in the colour of who is chosen, the deeper the surer, with lines of equal chance."""
    drawn = winners_of(found)
    ax.imshow(colours(drawn, looks), origin="lower", aspect="auto", interpolation="nearest")
    _borders(drawn, ax)
    _lines(drawn, ax)
    _close(drawn, ax)
    _now(drawn, ax)
    unnamed = [row for row in drawn.winners if not _name(drawn, row, ax, looks)]
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


def _lines(drawn: Winners, ax: Axes) -> None:
    """Lines of equal chance, each region's own."""
    for row in drawn.winners:
        field = np.ma.masked_where(drawn.chosen != row, drawn.chance)
        levels = [each for each in LINES if field.min() < each < field.max()]
        if min(field.shape) < 2 or not levels:
            continue
        lines = ax.contour(field, levels=levels, colors=INK, linewidths=0.9, linestyles=[LINES[each] for each in levels])
        ax.clabel(lines, fmt=lambda level: f"{100 * level:.0f} %", fontsize=7, inline_spacing=2)


def _close(drawn: Winners, ax: Axes) -> None:
    """Dots where it is too close to call."""
    rows, columns = np.nonzero(drawn.close & (drawn.chosen >= 0))
    ax.plot(columns, rows, ".", color=INK, markersize=2.2, alpha=0.75, label="too close to call")


def _now(drawn: Winners, ax: Axes) -> None:
    """Where both inputs stand now."""
    at = drawn.across.place(drawn.across.now), drawn.down.place(drawn.down.now)
    if math.isnan(at[0]) or math.isnan(at[1]):
        return
    ax.plot(*at, marker="P", color="white", markeredgecolor=INK, markersize=9, linestyle="none", zorder=6, label="now")
    ax.annotate(
        "as it stands", at, xytext=(8, 7), textcoords="offset points", fontsize=7.5, zorder=7,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0, "alpha": 0.85},
    )  # fmt: skip


def _name(drawn: Winners, row: int, ax: Axes, looks: Looks) -> bool:
    """The name of a strategy in the middle of what it holds; False where there is no room."""
    here = drawn.chosen == row
    if here.sum() < min(SMALLEST, drawn.chosen.size / 4):
        return False
    *_, inmost = _peeled(here)
    places = np.argwhere(inmost)
    down, across = places[np.square(places - places.mean(axis=0)).sum(axis=1).argmin()].tolist()
    columns = drawn.chosen.shape[1]
    side = "left" if across < 0.2 * columns else "right" if across > 0.8 * columns else "center"
    name = drawn.strategies[row]
    ax.text(
        across, down, fitted(name), ha=side, va="center", fontweight="bold", color=INK, zorder=8,
        bbox={"facecolor": "white", "edgecolor": looks[name].colour, "pad": 2.0, "alpha": 0.9, "linewidth": 1.2},
    )  # fmt: skip
    return True


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
    said = ["Lines: chance that the one chosen is best; the deeper the colour, the surer."]
    said += ["Dots: too close to call."] if drawn.close.any() else []
    return " ".join([*said, drawn.note])
