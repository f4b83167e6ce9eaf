"""A grid of points: a map of winners for two keys, lines for one."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from tuneplan.report.charts import axes
from tuneplan.report.charts.labels import Label, at_ends, fitted
from tuneplan.report.charts.looks import FAINT, INK, Looks
from tuneplan.report.charts.registry import Chart, NothingToDraw, Told
from tuneplan.report.grid import NOTHING, answer, recommended
from tuneplan.report.words import listed, plain, share
from tuneplan.study.grid import GRID, Axis, Grid

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_NAMED, MOST_WRITTEN = 4, 10
"""Columns of a map whose cells have room for a name, and for a chance."""
MOST_TURNS = 4
"""Stretches that a title tells."""
BETWEEN_WORDS = 0.35
"""How strong a line is that leads from word to word, where nothing lies between."""
DEPTHS = (0.3, 0.85)
"""How much of its colour a cell has where its winner is never best, and where it always is."""


def sweep(*records: Grid, ax: Axes, looks: Looks) -> Told:
    """Who is best where."""
    (found,) = records
    if len(found.axes) == 1 or found.mode != GRID:
        return _lines(found, ax, looks)
    if len(found.axes) == 2:
        return _map(found, ax, looks)
    raise NothingToDraw("a map has two keys; sweep fewer, or take .to_xarray() and choose")


# --- one key, or several that rise together --------------------------------------------------------


def _lines(found: Grid, ax: Axes, looks: Looks) -> Told:
    """A line a strategy; those that are nowhere best are told, not drawn."""
    axis = found.axes[0]
    names = [", ".join(texts) for texts in zip(*(each.texts for each in found.axes), strict=True)]
    across = np.array(axis.values) if _is_measured(found) else np.arange(len(names), dtype=float)
    order = np.argsort(across, kind="stable")
    chances = np.array([found.points[row].decision.probability_best for row in order]).T
    shown = [row for row in range(len(found.strategies)) if chances[row].any()]
    for row in shown:
        look, name = looks[found.strategies[row]], fitted(found.strategies[row])
        ax.plot(across[order], chances[row], color=look.colour, linestyle=look.line, alpha=1.0 if _is_measured(found) else BETWEEN_WORDS, label=name)
        ax.plot(across[order], chances[row], color=look.colour, linestyle="none", marker=look.mark)
    for value, point in zip(across, found.points, strict=True):
        if point.decision.best is None:
            ax.axvline(value, color=FAINT, linewidth=6.0, zorder=0)
    ax.set_ylim(-0.03, 1.03)
    axes.shares(ax.yaxis, "chance to be best")
    _across(found, ax, across, names)
    at_ends(ax, [Label(text=fitted(found.strategies[row]), x=float(across[order[-1]]), y=float(chances[row, -1]), colour=looks[found.strategies[row]].colour) for row in shown])
    return Told(title=_turns(found, order, names), alt=_alt(found, names, order), note=_note(found, shown))


def _is_measured(found: Grid) -> bool:
    """Whether the key is a number, so that there is something between two values."""
    return len(found.axes) == 1 and bool(found.axes[0].values)


def _across(found: Grid, ax: Axes, across: np.ndarray, names: list[str]) -> None:
    """The axis of the key: numbers where all values are, else each value as typed."""
    axis = found.axes[0]
    label = " and ".join(plain(each.key) for each in found.axes)
    if not _is_measured(found):
        ax.set_xticks(across, [fitted(name) for name in names])
        ax.set_xlabel(label)
        if sum(map(len, names)) > 70:
            ax.tick_params(axis="x", labelrotation=30)
        return
    axes.logarithmic(ax.xaxis, across)
    _numbers(axis)(ax.xaxis, label)


def _numbers(axis: Axis) -> Any:
    """What dresses an axis of this unit."""
    if axis.unit == "USD":
        return axes.money
    if axis.unit == "share":
        return axes.shares
    return lambda of, label: axes.counts(of, label, "" if axis.unit == "1" else axis.unit)


def _turns(found: Grid, order: np.ndarray, names: list[str]) -> str:
    """Who is recommended along the key; counted where that changes too often to be told."""
    runs = [(name, [names[row] for row in rows]) for name, rows in groupby(order.tolist(), key=lambda row: recommended(found.points[row]) or NOTHING)]
    if len(runs) == 1:
        return answer(found)
    if len(runs) > MOST_TURNS:
        return answer(found)
    return _capital(listed([f"{name} {_span(places, is_measured=_is_measured(found))}" for name, places in runs]))


def _span(places: list[str], *, is_measured: bool) -> str:
    return f"from {places[0]} to {places[-1]}" if is_measured and len(places) > 1 else f"at {listed(places)}"


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}" if text.startswith(NOTHING) else text


def _alt(found: Grid, names: list[str], order: np.ndarray) -> str:
    said = [f"{names[row]}: {_cell(found, row)}" for row in order.tolist()]
    return f"Chance of each strategy to be best, by {' and '.join(axis.key for axis in found.axes)}. {'; '.join(said)}."


def _cell(found: Grid, row: int) -> str:
    point = found.points[row]
    best = point.decision.best
    return f"{NOTHING} meets the limits" if best is None else f"{point.decision.strategies[best]} ({share(point.decision.probability_best[best])})"


def _note(found: Grid, shown: list[int]) -> str:
    never = [fitted(name) for row, name in enumerate(found.strategies) if row not in shown]
    said = [f"Nowhere best: {listed(never)}."] if never else []
    said += ["Grey: nothing meets the limits."] if any(point.decision.best is None for point in found.points) else []
    return " ".join(said)


# --- two keys ------------------------------------------------------------------------------------


def _map(found: Grid, ax: Axes, looks: Looks) -> Told:
    """Cells in the colour of who is recommended, the deeper the surer."""
    from matplotlib.patches import Rectangle

    down, across = found.axes
    for point in found.points:
        row, column = point.place
        name, best = recommended(point), point.decision.best
        chance = 0.0 if best is None else point.decision.probability_best[best]
        colour = _shade(looks[name].colour, chance) if name else FAINT
        ax.add_patch(Rectangle((column - 0.5, row - 0.5), 1.0, 1.0, facecolor=colour, edgecolor="white", linewidth=0.8, hatch=looks[name].hatch if name else ""))
        said = _written(name, chance, columns=len(across.texts))
        if said:
            box = {"facecolor": "white", "alpha": 0.85, "edgecolor": "none", "pad": 1.2}
            ax.text(column, row, said, ha="center", va="center", fontsize=7.5, color=INK, bbox=box)
    ax.set_xlim(-0.5, len(across.texts) - 0.5)
    ax.set_ylim(-0.5, len(down.texts) - 0.5)
    for axis, key in ((ax.xaxis, across), (ax.yaxis, down)):
        axis.set_ticks(range(len(key.texts)), [fitted(plain(text)) for text in key.texts])
        axis.set_label_text(plain(key.key))
        axis.set_tick_params(length=0)
    if sum(map(len, across.texts)) > 60:
        ax.tick_params(axis="x", labelrotation=30)
    ax.spines[["left", "bottom"]].set_visible(False)
    _legend(found, ax, looks)
    cells = [f"{down.texts[point.place[0]]} and {across.texts[point.place[1]]}: {_cell(found, row)}" for row, point in enumerate(found.points)]
    return Told(title=_counted(found), alt=f"Who is recommended, by {down.key} and {across.key}. {'; '.join(cells)}.", note="Numbers: the chance to be best; the deeper the colour, the surer.")


def _counted(found: Grid) -> str:
    """Who wins at how many points, in a line."""
    counts = Counter(recommended(point) or NOTHING for point in found.points)
    said = [f"{name} at {count}" for name, count in sorted(counts.items(), key=lambda item: (item[0] == NOTHING, -item[1]))]
    return f"Of {len(found.points)} point{'' if len(found.points) == 1 else 's'}: {listed(said)}"


def _written(name: str, chance: float, *, columns: int) -> str:
    """What a cell says."""
    if columns > MOST_WRITTEN:
        return ""
    if not name:
        return NOTHING if columns <= MOST_NAMED else "-"
    return f"{fitted(name)}\n{share(chance)}" if columns <= MOST_NAMED else share(chance)


def _shade(colour: str, chance: float) -> tuple[float, float, float]:
    """A colour on white, the more of it the surer."""
    from matplotlib.colors import to_rgb

    depth = DEPTHS[0] + (DEPTHS[1] - DEPTHS[0]) * chance
    red, green, blue = (1.0 - depth * (1.0 - part) for part in to_rgb(colour))
    return red, green, blue


def _legend(found: Grid, ax: Axes, looks: Looks) -> None:
    """Names of the colours, where cells have no room for them."""
    from matplotlib.patches import Patch

    if len(found.axes[1].texts) <= MOST_NAMED:
        return
    winners = {recommended(point) for point in found.points}
    handles = [Patch(facecolor=_shade(looks[name].colour, 1.0), hatch=looks[name].hatch, edgecolor="white", label=fitted(name)) for name in found.strategies if name in winners]
    handles += [Patch(facecolor=FAINT, label="nothing meets the limits")] if "" in winners else []
    ax.legend(handles=handles, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3)


def _height(found: Grid) -> float:
    return min(7.0, 2.0 + 0.42 * len(found.axes[0].texts)) if len(found.axes) == 2 and found.mode == GRID else 3.6


SWEEP = Chart(name="sweep", question="Who is best where?", of=("grid",), draw=sweep, height=_height)
"""Not among the charts of a study: which keys to turn is asked for."""
