"""A grid of points: a map of winners for two keys, lines for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tuneplan.report.charts.looks import FAINT, INK, Looks
from tuneplan.report.charts.registry import Chart, NothingToDraw, Told
from tuneplan.report.grid import answer, recommended
from tuneplan.report.words import plain, share
from tuneplan.study.grid import GRID, Axis, Grid

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_WRITTEN = 12
"""Columns of a map whose cells have room for a chance."""
MOST_TICKS = 8


def sweep(*records: Grid, ax: Axes, looks: Looks) -> Told:
    """Who is best where."""
    (found,) = records
    if len(found.axes) == 1 or found.mode != GRID:
        return _lines(found, ax, looks)
    if len(found.axes) == 2:
        return _map(found, ax, looks)
    raise NothingToDraw("a map has two keys; sweep fewer, or take .to_xarray() and choose")


def _lines(found: Grid, ax: Axes, looks: Looks) -> Told:
    axis, several = found.axes[0], len(found.axes) > 1
    numeric = bool(axis.values) and not several
    across = np.array(axis.values) if numeric else np.arange(len(axis.texts), dtype=float)
    order = np.argsort(across)
    for row, name in enumerate(found.strategies):
        chance = np.array([point.decision.probability_best[row] for point in found.points])
        look = looks[name]
        ax.plot(across[order], chance[order], color=look.colour, linestyle=look.line, marker=look.mark, label=plain(name))
    for value, point in zip(across, found.points, strict=True):
        if point.decision.best is None:
            ax.axvline(value, color=FAINT, linewidth=5.0, zorder=0)
    ax.set_ylim(-0.03, 1.03)
    ax.set_ylabel("chance to be best [share]")
    ax.set_xlabel(" and ".join(plain(each.key) for each in found.axes))
    if numeric:
        _numeric(ax, axis)
    else:
        _named(ax, [" / ".join(texts) for texts in zip(*(each.texts for each in found.axes), strict=True)])
    ax.legend()
    nowhere = sum(point.decision.best is None for point in found.points)
    return Told(title=answer(found), alt=f"Chance of each strategy to be best, by {axis.key}. {answer(found)}", note="Grey: nothing meets the limits." if nowhere else "")


def _numeric(ax: Axes, axis: Axis) -> None:
    low, high = min(axis.values), max(axis.values)
    if low > 0.0 and high / low >= 10.0:
        ax.set_xscale("log")
    if len(axis.values) <= MOST_TICKS:
        ax.set_xticks(axis.values, axis.texts)
        ax.set_xticks([], minor=True)
    else:
        ax.set_xlabel(f"{plain(axis.key)} [{axis.unit}]")


def _named(ax: Axes, names: list[str]) -> None:
    ax.set_xticks(range(len(names)), [plain(name) for name in names])
    if sum(map(len, names)) > 60:
        ax.tick_params(axis="x", labelrotation=30)


def _map(found: Grid, ax: Axes, looks: Looks) -> Told:
    from matplotlib.patches import Patch, Rectangle

    down, across = found.axes
    for point in found.points:
        row, column = point.place
        name = recommended(point)
        look = looks[name] if name else None
        colour = look.colour if look is not None else FAINT
        hatch = look.hatch if look is not None else ""
        ax.add_patch(Rectangle((column - 0.5, row - 0.5), 1.0, 1.0, facecolor=colour, alpha=0.75 if name else 1.0, hatch=hatch, edgecolor="white", linewidth=0.8))
        if len(across.texts) <= MOST_WRITTEN:
            best = point.decision.best
            said = "-" if best is None else share(point.decision.probability_best[best])
            ax.text(column, row, said, ha="center", va="center", fontsize=7, color=INK, bbox={"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 1.2})
    ax.set_xlim(-0.5, len(across.texts) - 0.5)
    ax.set_ylim(-0.5, len(down.texts) - 0.5)
    _named(ax, list(across.texts))
    ax.set_yticks(range(len(down.texts)), [plain(text) for text in down.texts])
    ax.set_xlabel(plain(across.key))
    ax.set_ylabel(plain(down.key))
    ax.grid(visible=False)
    shown = [name for name in found.strategies if any(recommended(point) == name for point in found.points)]
    handles = [Patch(facecolor=looks[name].colour, hatch=looks[name].hatch, edgecolor="white", alpha=0.75, label=plain(name)) for name in shown]
    if any(not recommended(point) for point in found.points):
        handles.append(Patch(facecolor=FAINT, label="nothing meets the limits"))
    ax.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.01, 1.0))
    return Told(title=answer(found), alt=f"Who is recommended, by {down.key} and {across.key}. {answer(found)}", note="Numbers: the chance to be best.")


def _height(found: Grid) -> float:
    return min(7.0, 2.2 + 0.34 * len(found.axes[0].texts)) if len(found.axes) == 2 and found.mode == GRID else 3.6


SWEEP = Chart(name="sweep", question="Who is best where?", of=("grid",), draw=sweep, height=_height)
"""Not among the charts of a study: which keys to turn is asked for."""
