"""What has been paid by which month, and when the dearer start has paid for itself."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tuneplan.report.charts import axes
from tuneplan.report.charts.labels import BEHIND, Label, at_ends
from tuneplan.report.charts.looks import INK, QUIET, Looks
from tuneplan.report.charts.names import beside, fitted
from tuneplan.report.charts.registry import NothingToDraw, Told, chart
from tuneplan.report.words import in_words, magnitude, share, usd
from tuneplan.study.cumulative import Crossing, Cumulative

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BANDS_UP_TO = 4
"""Strategies up to which each has a band; of more, the two that lead."""
STRIP = 0.965
"""Height of the strip that shows when the dearer start has paid for itself, as a share of the axes."""
SURE = 0.995
"""Chance from which something counts as certain in a title."""


@chart(question="What has been paid by which month, and when does a dearer start pay for itself?", of=("cumulative",))
def cumulative_cost(study: Cumulative, *, ax: Axes, looks: Looks) -> Told:
    """Medians along the horizon with bands, and the months in which the two leading strategies cross."""
    if not study.strategies:
        raise NothingToDraw("no strategy can be done")
    if len(study.months) < 2:
        raise NothingToDraw("the horizon has no length")
    leading = (study.crossing.dearer, study.crossing.cheaper) if study.crossing is not None else study.strategies[:2]
    for row, name in enumerate(study.strategies):
        look, leads = looks[name], name in leading
        if leads or len(study.strategies) <= BANDS_UP_TO:
            ax.fill_between(study.months, study.p10[row], study.p90[row], color=look.colour, alpha=0.2 if leads else 0.1, linewidth=0.0, label=f"_{name}")
        ax.plot(study.months, study.median[row], color=look.colour, linestyle=look.line, linewidth=2.0 if leads else 1.3, label=name, zorder=3.0 if leads else 2.5)
    end = _end(study)
    ax.set_xlim(0.0, end)
    ax.set_ylim(0.0, 1.04 * max(float(study.p90.max()), 1e-9))
    if study.crossing is not None:
        _crossing(ax, study.crossing, end)
    at_ends(ax, [_label(study, row, looks, is_bold=name in leading) for row, name in enumerate(study.strategies)])
    axes.counts(ax.xaxis, "time since the start", "month")
    axes.money(ax.yaxis, "paid so far")
    return Told(title=_title(study), alt=_alt(study), note=_note(study))


def _end(study: Cumulative) -> float:
    """Where the axis ends: with the horizon; of an uncertain one at its P90, as little is paid after it. [month]"""
    return min(float(study.months[-1]), study.horizon[2]) or float(study.months[-1])


def _label(study: Cumulative, row: int, looks: Looks, *, is_bold: bool) -> Label:
    name, paid = study.strategies[row], float(study.median[row, -1])
    return Label(text=beside(fitted(name), usd(paid)), x=_end(study), y=paid, colour=looks[name].colour, weight="bold" if is_bold else "normal")


def _crossing(ax: Axes, crossing: Crossing, end: float) -> None:
    """When the dearer start has paid for itself: a strip over the months of P10 to P90, a line at the middle of them."""
    top = ax.get_xaxis_transform()
    if crossing.p10 < end and crossing.p90 > 0.0:
        ax.plot([crossing.p10, min(crossing.p90, end)], [STRIP, STRIP], transform=top, color=QUIET, alpha=0.45, linewidth=5.0, solid_capstyle="butt", label="_crossing band")
    if 0.0 < crossing.median < end:
        ax.axvline(crossing.median, ymax=STRIP, color=INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=1.0, label="_crossing")
        is_late = crossing.median > 0.55 * end
        ax.annotate(
            f"dearer start paid back\nmonth {_month(crossing.median)} ({_band(crossing)})", (crossing.median, STRIP), xycoords=top, xytext=(-4.0 if is_late else 4.0, -6.0),
            textcoords="offset points", ha="right" if is_late else "left", va="top", fontsize=7.5, color=INK, bbox=BEHIND,
        )  # fmt: skip


def _month(value: float) -> str:
    """A month to a tenth below ten, whole above.

    >>> _month(6.96), _month(11.2)
    ('7', '11')
    """
    return f"{value:.1f}".removesuffix(".0") if value < 9.95 else f"{value:.0f}"


def _band(crossing: Crossing) -> str:
    if math.isinf(crossing.p10):
        return "P10-P90 never"
    return f"P10-P90 {_month(crossing.p10)} to {'never' if math.isinf(crossing.p90) else _month(crossing.p90)}"


def _title(study: Cumulative) -> str:
    crossing = study.crossing
    if crossing is None:
        row = min(range(len(study.strategies)), key=lambda each: float(study.median[each, -1]))
        last = f"{usd(float(study.median[row, -1]))} (P10-P90 {usd(float(study.p10[row, -1]))} to {usd(float(study.p90[row, -1]))})"
        return f"{study.strategies[row]} costs {last} in all, {usd(float(study.median[row, 0]))} of it at the start"
    if crossing.never >= SURE:
        return f"{crossing.dearer} stays dearer than {crossing.cheaper} to the end of the horizon"
    if math.isinf(crossing.median):
        return f"{crossing.dearer} stays dearer than {crossing.cheaper} to the end of the horizon: {_chance(crossing)}"
    if crossing.median <= 0.0:
        return f"{crossing.dearer} and {crossing.cheaper} cost about the same at the start; who is ahead there changes from draw to draw"
    until = f"{crossing.dearer} is dearer than {crossing.cheaper} until month {_month(crossing.median)}"
    return f"{until}; that it stays so to the end: {_chance(crossing)}" if math.isinf(crossing.p90) else f"{until} ({_band(crossing)})"


def _chance(crossing: Crossing) -> str:
    return f"{in_words(crossing.never)} ({share(crossing.never)})"


def _alt(study: Cumulative) -> str:
    rows = [
        f"{name}: {usd(float(study.median[row, 0]))} at the start, {usd(float(study.median[row, -1]))} at the end "
        f"(P10-P90 {usd(float(study.p10[row, -1]))} to {usd(float(study.p90[row, -1]))})"
        for row, name in enumerate(study.strategies)
    ]
    last = magnitude(float(study.months[-1]))
    crossed = f" {_title(study)}." if study.crossing is not None else ""
    return f"Money paid over {last} months, median. {'; '.join(rows)}.{crossed}"


def _note(study: Cumulative) -> str:
    said = "Lines are medians, bands P10 to P90. Data, training, evaluation and people are paid at the start, serving and care month by month, retraining when it is due."
    if study.crossing is not None and study.crossing.p10 < _end(study):
        said += f" Paid back: the month from which on {study.crossing.dearer} has cost no more than {study.crossing.cheaper}; the grey strip is its P10 to P90."
    if study.horizon[0] < study.horizon[2]:
        said += f" The horizon is uncertain, {_month(study.horizon[0])} to {_month(study.horizon[2])} months (P10-P90); after its end nothing more is paid."
    return said
