"""What each strategy's money goes into: a band a component, on one scale, with what counts against the budget."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuneplan.report.charts import axes
from tuneplan.report.charts.canvas import panels
from tuneplan.report.charts.looks import FAINT, INK, QUIET, Looks
from tuneplan.report.charts.names import fitted, readable
from tuneplan.report.charts.registry import NothingToDraw, Told, chart
from tuneplan.report.words import listed, share, usd
from tuneplan.scenario.schema import COMPONENTS
from tuneplan.study.decision import Estimate, estimates
from tuneplan.study.options import Options
from tuneplan.study.results import StrategyResult, Verdict

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW, REST = 0.36, 1.75
"""Height of a strategy's row, and of everything else. [inch]"""
TOTAL, COVERED = "total", "counts against\nbudget"
"""Columns beside those of components."""
NAME_LETTERS = 17
"""Letters of a line of a name."""
WIDE = 5.1
"""Room of all columns. [inch]"""
EDGE, EDGES = 0.07, 2.0
"""Left of $0 [inch], and how many such edges a column has."""
NUMBER, LETTER, TICK = 0.42, 0.058, 0.64
"""Room of a number, of a letter of a heading, and of a tick. [inch]"""
FAR = 2.0
"""How far beyond the bands a budget is still shown."""
TINT = "#F3F3F3"
"""Behind what counts against the budget."""


def _height(verdict: Verdict, options: Options) -> float:
    return REST + ROW * max(2, len(_shown(verdict)))


@dataclass(frozen=True, slots=True)
class _Column:
    """A heading and what stands below it, a band a strategy."""

    title: str
    bands: tuple[Estimate, ...]
    is_covered: bool


@chart(question="What does each strategy's money go into, and what of it counts against the budget?", of=("verdict", "options"), height=_height)
def cost_components(verdict: Verdict, options: Options, *, ax: Axes, looks: Looks) -> Told:
    """A table of bands: strategies down, components across, dollars equally wide everywhere."""
    shown = _shown(verdict)
    if not shown:
        raise NothingToDraw("no strategy can be done")
    columns = _columns(verdict, options, shown)
    names = [fitted(each.name, letters=NAME_LETTERS) for each in shown]
    widths, dollar = _widths([_most(column, verdict.limit) for column in columns], [_least(column) for column in columns])
    for place, (column, wide, panel) in enumerate(zip(columns, widths, panels(ax, columns=len(columns), wspace=0.02, width_ratios=widths), strict=True)):
        _panel(panel, column, shown, looks)
        panel.set_xlim(-EDGE / dollar, (wide - EDGE) / dollar)
        _ticks(panel, int(wide / TICK))
        panel.set_yticks(range(len(shown)), names if place == 0 else [""] * len(shown))
        if column.title == COVERED or (column.title == TOTAL and not any(each.title == COVERED for each in columns)):
            _limit(panel, verdict.limit)
    return Told(title=_title(verdict, shown), alt=_alt(verdict, shown), note=_note(verdict, options))


def _shown(verdict: Verdict) -> list[StrategyResult]:
    """Strategies that can be done, in their order."""
    return [each for each in verdict.results if not each.misfit and math.isfinite(each.cost.mean)]


def _columns(verdict: Verdict, options: Options, shown: Sequence[StrategyResult]) -> list[_Column]:
    """Components that anything is spent on, those that the budget covers first; then what counts together, the others, the total."""
    spent = [name for name in COMPONENTS if any(each.components[name].mean > 0.0 for each in shown)]
    one = {name: _Column(name, tuple(each.components[name] for each in shown), name in verdict.covers) for name in spent}
    rows = [options.strategies.index(each.name) for each in shown]
    covered = _Column(COVERED, tuple(estimates(options.covered[rows], options.scrambles)), True)
    whole = _Column(TOTAL, tuple(each.cost for each in shown), False)
    inside, outside = ([one[name] for name in spent if (name in verdict.covers) is covers] for covers in (True, False))
    return [*inside, *([covered] if not math.isnan(verdict.limit) and outside else []), *outside, whole]


def _most(column: _Column, limit: float) -> float:
    """What has to fit into a column: its bands, and the budget where it is not far beyond. [USD]"""
    most = max(each.p90 for each in column.bands)
    return max(most, limit) if column.title == COVERED and limit < FAR * most else most


def _least(column: _Column) -> float:
    """Room that a heading and a number take. [inch]"""
    return max(NUMBER, LETTER * max(len(row) for row in column.title.split("\n")))


def _widths(most: Sequence[float], least: Sequence[float]) -> tuple[list[float], float]:
    """Widths of columns that fill the row, a dollar equally wide in each, and how wide it is. [inch, inch/USD]

    >>> _widths([90.0, 0.0], [0.5, 0.5])[0] == [WIDE - 0.5, 0.5]
    True
    """
    narrow: set[int] = set()
    while True:
        rest = sum(value for place, value in enumerate(most) if place not in narrow)
        room = WIDE - sum(least[place] for place in narrow) - EDGES * EDGE * (len(most) - len(narrow))
        dollar = room / rest if rest > 0.0 else 1.0
        found = {place for place, value in enumerate(most) if place not in narrow and dollar * value + EDGES * EDGE < least[place]}
        if not found or rest <= 0.0:
            break
        narrow |= found
    return [least[place] if place in narrow or rest <= 0.0 else dollar * value + EDGES * EDGE for place, value in enumerate(most)], dollar


def _panel(panel: Axes, column: _Column, shown: Sequence[StrategyResult], looks: Looks) -> None:
    """One column: a band from P10 to P90, the median as a mark and as a number."""
    for row, (each, band) in enumerate(zip(shown, column.bands, strict=True)):
        look = looks[each.name]
        panel.hlines(row, 0.0, band.p10, color=look.colour, linewidth=1.0, alpha=0.5, label="_from nothing")
        panel.plot([band.p10, band.p90], [row, row], color=look.colour, linewidth=5.0, alpha=0.4, solid_capstyle="butt", clip_on=False)
        panel.plot(band.median, row, look.mark, color=look.colour, markersize=4.5, markeredgecolor="white", markeredgewidth=0.4, clip_on=False)
        panel.annotate(
            usd(band.median), (0.0, row), xytext=(-2.0, 5.0), textcoords="offset points", fontsize=7, color=readable(look.colour), va="bottom", zorder=3.0,
            bbox={"facecolor": TINT if column.is_covered else "white", "edgecolor": "none", "pad": 0.6},
        )  # fmt: skip
    panel.set_ylim(len(shown) - 0.6, -0.85)
    panel.set_title(column.title, fontsize=8, color=INK, weight="bold" if column.title in (TOTAL, COVERED) else "normal", loc="left")
    panel.set_facecolor(TINT if column.is_covered else "none")
    panel.tick_params(axis="y", length=0.0, labelcolor=INK)
    panel.tick_params(axis="x", labelsize=7, length=2.0)
    panel.spines["left"].set_color(FAINT)


def _ticks(panel: Axes, count: int) -> None:
    """Few ticks; $0 alone where there is no room for two. The columns share a unit, which the ticks say."""
    axes.money(panel.xaxis, "", ticks=max(1, count))
    panel.set_xlabel("")
    if count < 1:
        panel.set_xticks([0.0])


def _limit(panel: Axes, limit: float) -> None:
    """The budget, as a line in the column of what counts against it; none where there is no limit."""
    if not math.isnan(limit):
        panel.axvline(limit, color=QUIET, linewidth=1.0, linestyle=(0, (4, 2)), label="_budget")


def _title(verdict: Verdict, shown: Sequence[StrategyResult]) -> str:
    """What most of the money goes into, of the recommended strategy or of the first."""
    best = verdict.decision.best
    name = "" if best is None else verdict.decision.strategies[best]
    each = next((each for each in shown if each.name == name), shown[0])
    dearest = max(each.components, key=lambda part: each.components[part].median)
    return f"{each.name} costs {usd(each.cost.median)} (P10-P90 {usd(each.cost.p10)} to {usd(each.cost.p90)}), most of it for {dearest}: {usd(each.components[dearest].median)}"


def _alt(verdict: Verdict, shown: Sequence[StrategyResult]) -> str:
    rows = []
    for each in shown:
        parts = [f"{name} {usd(band.median)} (P10-P90 {usd(band.p10)} to {usd(band.p90)})" for name, band in each.components.items() if band.high > 0.0]
        rows.append(f"{each.name}: {', '.join(parts)}; in all {usd(each.cost.median)} (P10-P90 {usd(each.cost.p10)} to {usd(each.cost.p90)})")
    limit = "" if math.isnan(verdict.limit) else f" The budget of {usd(verdict.limit)} is for {listed(list(verdict.covers))}."
    return f"Cost by component of each strategy, median and band. {'. '.join(rows)}.{limit}"


def _note(verdict: Verdict, options: Options) -> str:
    said = ["Marks and numbers are medians, bands P10 to P90; a dollar is equally wide in every column, in USD. Medians of parts do not add up to that of the whole."]
    if not math.isnan(verdict.limit):
        confidence = share(options.limits.confidence)
        said.append(f"Shaded costs count against the budget of {usd(verdict.limit)} (dashed), to be kept with {confidence} confidence.")
    absent = [each.name for each in verdict.results if each.misfit]
    return " ".join([*said, *([f"Can't be done, so absent: {listed(absent)}."] if absent else [])])
