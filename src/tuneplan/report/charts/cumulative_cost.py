"""What has been paid by which month, and when the dearer start has paid for itself."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from tuneplan.report.charts import axes
from tuneplan.report.charts.labels import Label, around, at_ends
from tuneplan.report.charts.looks import INK, QUIET, Looks
from tuneplan.report.charts.names import beside, fitted
from tuneplan.report.charts.registry import NothingToDraw, Told, chart
from tuneplan.report.words import in_words, listed, magnitude, share, usd
from tuneplan.study.cumulative import Crossing, Cumulative

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BANDS_UP_TO = 4
"""Strategies up to which each has a band; of more, the two that lead."""
TELLING = 0.6
"""Share of the axis that P10 to P90 of a crossing may take up: wider, they say nothing and are not drawn."""
PIECES = 12
"""Places along a line that a label keeps off."""
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
    if study.crossing is not None and not study.crossing.is_level:
        _crossing(ax, study, study.crossing)
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


def _crossing(ax: Axes, study: Cumulative, crossing: Crossing) -> None:
    """When the dearer start has paid for itself: months from P10 to P90 as a broad piece of the axis, a line at their middle."""
    end, has_strip, has_line = _end(study), _has_strip(study), 0.0 < crossing.median < _end(study)
    if has_strip:
        ax.plot(
            [crossing.p10, min(crossing.p90, end)], [0.0, 0.0], transform=ax.get_xaxis_transform(), color=QUIET, alpha=0.7, linewidth=5.0,
            solid_capstyle="butt", clip_on=False, label="_crossing band",
        )  # fmt: skip
    if has_line:
        ax.axvline(crossing.median, color=INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=1.0, label="_crossing")
    if has_line or has_strip:
        said = f"dearer start paid back by month {_month(crossing.median)}\nin half of the draws" if has_line else "dearer start paid back"
        crossed = [(month, paid) for row in study.median for month, paid in zip(study.months.tolist(), row.tolist(), strict=True)]
        beside_line = [(crossing.median, share_of * ax.get_ylim()[1] / PIECES) for share_of in range(PIECES)] if has_line else []
        at = crossing.median if has_line else 0.5 * (crossing.p10 + min(crossing.p90, end))
        around(ax, [Label(text=f"{said} ({_band(crossing)})", x=at, y=0.0, size=7.5)], avoid=[*crossed, *beside_line])


def _has_strip(study: Cumulative) -> bool:
    """Whether P10 to P90 of the crossing say something: they lie on the axis and are not most of it."""
    crossing, end = study.crossing, _end(study)
    if crossing is None or crossing.is_level or crossing.p10 >= end or crossing.p90 <= 0.0:
        return False
    return min(crossing.p90, end) - crossing.p10 < TELLING * end


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
        same = [name for name, paid in zip(study.strategies, study.median, strict=True) if np.allclose(paid, study.median[row], rtol=1e-9, atol=0.0)]
        return f"{listed(same)} {'cost' if len(same) > 1 else 'costs'} {last} in all, {usd(float(study.median[row, 0]))} of it at the start"
    if crossing.is_level:
        ends = [usd(float(study.median[study.strategies.index(name), -1])) for name in (crossing.dearer, crossing.cheaper)]
        return f"{crossing.dearer} and {crossing.cheaper} cost about the same in all: {ends[0]} and {ends[1]}"
    if crossing.never >= SURE:
        return f"{crossing.dearer} stays dearer than {crossing.cheaper} to the end of the horizon"
    if math.isinf(crossing.median):
        return f"{crossing.dearer} stays dearer than {crossing.cheaper} to the end of the horizon: {_chance(crossing)}"
    if crossing.median <= 0.0:
        return f"{crossing.dearer} and {crossing.cheaper} cost about the same at the start; who is ahead there changes from draw to draw"
    until = f"{crossing.dearer} starts dearer than {crossing.cheaper} and has paid that back by month {_month(crossing.median)} in half of the draws"
    return f"{until}; that it never does: {_chance(crossing)}" if math.isinf(crossing.p90) else f"{until} ({_band(crossing)})"


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


def _later(study: Cumulative) -> str:
    """When what is not paid at the start is."""
    if study.from_launch:
        return "serving and care month by month from launch, retraining when it is due, lateness day by day"
    return "serving and care month by month, retraining when it is due"


def _note(study: Cumulative) -> str:
    said = f"Lines are medians, bands P10 to P90. Data, training, evaluation and people are paid at the start, {_later(study)}."
    crossing = study.crossing
    if crossing is not None and not crossing.is_level and crossing.p10 < _end(study):
        said += f" Paid back: the month from which on {crossing.dearer} has cost no more than {crossing.cheaper}, draw by draw; lines of medians may cross elsewhere."
        said += " The broad piece of the axis is its P10 to P90." if _has_strip(study) else ""
    if study.horizon[0] < study.horizon[2]:
        said += f" The horizon is uncertain, {_month(study.horizon[0])} to {_month(study.horizon[2])} months (P10-P90); after its end nothing more is paid."
    return said
