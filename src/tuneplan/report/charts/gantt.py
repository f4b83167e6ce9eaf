"""When each strategy ships and who waits for whom: the run whose launch is the median, with what late draws add."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tuneplan.report.charts.gantt_rows import (
    HEAD,
    KINDS,
    REVIEW,
    STRIP,
    Group,
    Lane,
    groups_of,
    late_piece,
    waits_of,
)
from tuneplan.report.charts.gantt_words import AFTER, SAME, alt_of, never, note_of, title_of
from tuneplan.report.charts.looks import FAINT, INK, QUIET, Look, Looks
from tuneplan.report.charts.milestones import Milestones, milestones
from tuneplan.report.charts.names import fitted, readable
from tuneplan.report.charts.registry import NothingToDraw, Told, chart
from tuneplan.report.charts.time_axis import time
from tuneplan.report.days import LONGEST, on_day, on_short, without_year
from tuneplan.report.words import plain, share
from tuneplan.study.schedule.records import Bar, Schedule, StrategyDates

if TYPE_CHECKING:
    from matplotlib.axes import Axes

REST = 1.9
"""Height of all but the rows. [inch]"""
BAR = 0.1
"""Thickness of a piece of work. [inch]"""
LETTERS = 18
"""Letters of a line beside a row."""
FAR = 2.2
"""How many times the latest median launch the axis reaches at the most: what is later still is cut, with an arrow."""
THIN = 0.006
"""Least length of a piece of work, so that a run of hours is seen among months. [share of the axis]"""
HEAVY = 1.1
"""Strokes of a hatch, which smaller print has to hold. [point of type]"""
LEAST_WAIT = 0.008
"""Least length of a wait between two pieces of work that is drawn. [share of the axis]"""
WAITS: dict[str, Any] = {"linewidth": 1.0, "linestyle": (0, (1, 1.6)), "solid_capstyle": "butt"}
HORIZON: dict[str, Any] = {"color": QUIET, "linewidth": 1.0, "linestyle": (0, (6, 2, 1, 2))}
WORDS = {REVIEW: "review, rework"}
"""What a kind is called in the key, where its name says too little."""
COLUMNS = 5
"""Entries of a line of the key."""
YEARS_FROM = 500.0
"""Length of the axis from which dates beside marks name their year. [day]"""


@chart(question="When will it ship, and who waits for whom?", of=("schedule",), height=lambda schedule: REST + sum(group.height for group in groups_of(schedule.strategies)))
def gantt(schedule: Schedule, *, ax: Axes, looks: Looks) -> Told:
    """Rows of work by strategy on one axis of time; launches on a line of their own above them."""
    if not schedule.strategies:
        raise NothingToDraw("no strategy can be done")
    groups, end = groups_of(schedule.strategies), end_of(schedule)
    top, rows, words = 0.0, [], []
    for group in groups:
        look = looks[group.strategy.name]
        rows.append(_milestones(group.strategy, schedule, look, top + 0.62 * HEAD, end=end))
        words += _group(ax, group, look, top, end)
        _in_time(ax, group.strategy, look, top + 0.62 * HEAD)
        top += group.height
    ax.set_xlim(0.0, end)
    ax.set_ylim(top + 0.05, 0.0)
    _beside(ax, words)
    milestones(ax, rows, end=end)
    time(ax.xaxis, schedule.start, end=end)
    ax.xaxis.grid(visible=True)
    _deadline(ax, schedule, end)
    _key(ax, groups, schedule, end)
    return Told(title=title_of(schedule), alt=alt_of(schedule), note=note_of(schedule, end))


def end_of(schedule: Schedule) -> float:
    """Where the axis ends: with the latest of all, but not far beyond the latest median launch. [day]"""
    launches = [each.full.median for each in schedule.strategies if math.isfinite(each.full.median)]
    done = [bar.ends for each in schedule.strategies for bar in each.bars if math.isfinite(bar.ends)]
    usual = max([*launches, *done], default=schedule.horizon)
    late = [late for each in schedule.strategies for late in (each.full.p90, *(bar.late for bar in each.bars)) if math.isfinite(late)]
    asked = [] if math.isnan(schedule.deadline) else [schedule.deadline + 1.0]
    return min(1.02 * max(usual, min(max([*late, *asked], default=usual), FAR * usual), SAME), LONGEST)


def _milestones(each: StrategyDates, schedule: Schedule, look: Look, y: float, *, end: float) -> Milestones:
    first, full, late = (_beside_axis(day, schedule, end) for day in (each.first.median, each.full.median, each.full.p90))
    full, late = (f"{full}, {AFTER}", "") if each.full.median > schedule.horizon else (full, AFTER if each.full.p90 > schedule.horizon else late)
    at_once = each.full.median - each.first.median < SAME or not math.isfinite(each.first.median)
    return Milestones(
        y=y, first=each.full.median if at_once else each.first.median, full=each.full.median, late=each.full.p90,
        first_words="" if at_once else f"first {first}", full_words=f"all by {full}" if math.isfinite(each.full.median) else never(each),
        late_words="" if late in (full, "") or not math.isfinite(each.full.median) else f"P90 {late}", look=look,
    )  # fmt: skip


def _beside_axis(day: float, schedule: Schedule, end: float) -> str:
    """A date without its year where that is the one in which the axis begins, and the axis not long."""
    told = on_short(day, schedule.start)
    return told if end >= YEARS_FROM else without_year(told, on_short(0.0, schedule.start))


def _group(ax: Axes, group: Group, look: Look, top: float, end: float) -> list[tuple[float, str, str | None]]:
    """Rows of one strategy; what stands beside each, in which colour: a name of its own for the first."""
    if top > 0.0:
        ax.axhline(top, color=FAINT, linewidth=0.6, zorder=0.5, label="_between")
    words: list[tuple[float, str, str | None]] = [(top + 0.62 * HEAD, fitted(group.strategy.name, letters=LETTERS, lines=2), readable(look.colour))]
    top += HEAD
    for lane in group.lanes:
        _lane(ax, lane, look, top, end)
        words.append((top + lane.height / 2.0, fitted(lane.words, letters=LETTERS + 4, lines=1), None))
        top += lane.height
    return words


def _lane(ax: Axes, lane: Lane, look: Look, top: float, end: float) -> None:
    """One row: pale lines to the late ends, then its pieces, then its launches."""
    middle = top + lane.height / 2.0
    thick = BAR if len(lane.strips) == 1 else 0.75 * STRIP
    first = middle - STRIP * (len(lane.strips) - 1) / 2.0
    for place, strip in enumerate(lane.strips):
        ends, late = late_piece(strip)
        if late > ends and ends < end:
            ax.barh(first + place * STRIP, min(late, end) - ends, left=ends, height=0.45 * thick, color=tint(look.colour, 0.25), linewidth=0.0, label="_late", zorder=1.0)
        for bar in strip:
            _bar(ax, bar, look, first + place * STRIP, thick, end)
    for begins, ends in waits_of(lane, LEAST_WAIT * end):
        if begins < end:
            ax.plot([begins, min(ends, end)], [middle, middle], color=look.colour, label="_waits", zorder=1.0, **WAITS)
    for day in lane.launches:
        if day <= end:
            ax.plot([day], [middle], marker=look.mark, color=look.colour, markersize=3.2, markeredgecolor="white", markeredgewidth=0.4, linestyle="none", label="_launch", zorder=4.0)


def _bar(ax: Axes, bar: Bar, look: Look, y: float, thick: float, end: float) -> None:
    if bar.begins > end:
        return
    long = max(min(bar.ends, end) - bar.begins, THIN * end)
    if bar.ends > end:
        ax.plot([end], [y], marker=">", color=look.colour, markersize=3.5, clip_on=False, label="_beyond", zorder=3.0)
    ax.barh(y, long, left=min(bar.begins, end - long), height=thick, label=f"_{bar.kind}", zorder=2.1 if bar.kind == REVIEW else 2.0, **style_of(bar.kind, look.colour))


def style_of(kind: str, colour: str) -> dict[str, Any]:
    """How a kind of work is filled: tints and hatches of one colour, so that grey print tells them apart too."""
    from matplotlib.patches import Patch

    fills = {"data": 0.45, REVIEW: 0.14, "engineering": 0.0, "training": 1.0, "evaluation": 0.0, "deployment": 0.7}
    hatches = {"engineering": "/////", "evaluation": "||||"}
    heavy = {"hatch_linewidth": HEAVY} if hasattr(Patch, "set_hatch_linewidth") else {}  # since matplotlib 3.10
    return {"facecolor": tint(colour, fills.get(kind, 0.7)), "edgecolor": colour, "linewidth": 0.6, "hatch": hatches.get(kind), **heavy}


def tint(colour: str, strength: float) -> str:
    """A colour mixed with white.

    >>> tint("#0072B2", 1.0), tint("#0072B2", 0.0)
    ('#0072b2', '#ffffff')
    """
    from matplotlib.colors import to_hex, to_rgb

    red, green, blue = (1.0 - strength * (1.0 - part) for part in to_rgb(colour))
    return to_hex((red, green, blue))


def _in_time(ax: Axes, each: StrategyDates, look: Look, y: float) -> None:
    """The chance to be in time, right of the axes."""
    if not math.isnan(each.in_time):
        ax.annotate(
            share(each.in_time), (1.0, y), xycoords=ax.get_yaxis_transform(), xytext=(6.0, 0.0), textcoords="offset points", ha="left", va="center_baseline", fontsize=8, weight="bold",
            color=readable(look.colour), annotation_clip=False,
        )  # fmt: skip


def _beside(ax: Axes, words: Sequence[tuple[float, str, str | None]]) -> None:
    """Names of strategies and of their rows."""
    ax.set_yticks([y for y, _, _ in words], [plain_lines(text) for _, text, _ in words])
    ax.tick_params(axis="y", length=0.0)
    ax.spines["left"].set_visible(False)
    for label, (_, _, colour) in zip(ax.get_yticklabels(), words, strict=True):
        label.set_fontsize(8.5 if colour else 7.5)
        label.set_color(colour or QUIET)
        label.set_fontweight("bold" if colour else "normal")


def plain_lines(text: str) -> str:
    """A text of several lines, none of which moves the cursor."""
    return "\n".join(plain(row) for row in text.split("\n"))


def _deadline(ax: Axes, schedule: Schedule, end: float) -> None:
    """The end of the last day in time, as a line with its date; the head of the column of chances."""
    if math.isnan(schedule.deadline):
        return
    day = schedule.deadline + 1.0
    head: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "bottom", "fontsize": 7.5, "annotation_clip": False}
    ax.annotate("in time", (1.0, 1.0), xytext=(6.0, 2.0), ha="left", color=QUIET, **head)
    if 0.0 <= day <= end:
        ax.axvline(day, color=INK, linewidth=1.0, linestyle=(0, (4, 2)), zorder=1.5, label="_deadline")
        side = "left" if day < 0.2 * end else "right" if day > 0.8 * end else "center"
        ax.annotate(f"deadline {on_day(schedule.deadline, schedule.start)}", (day / end, 1.0), xytext=(0.0, 2.0), ha=side, color=INK, **head)


def _key(ax: Axes, groups: Sequence[Group], schedule: Schedule, end: float) -> None:
    """What the fills mean, in grey, those alone that are there; and the end of the horizon, where it is on the axis."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    lanes = [lane for group in groups for lane in group.lanes]
    there = {bar.kind for lane in lanes for strip in lane.strips for bar in strip}
    handles: list[Any] = [Patch(label=WORDS.get(kind, kind), **style_of(kind, QUIET)) for kind in (KINDS[0], REVIEW, *KINDS[1:]) if kind in there]
    if any(waits_of(lane, LEAST_WAIT * end) for lane in lanes):
        handles.append(Line2D([], [], color=QUIET, label="waits", **WAITS))
    if any(late > ends for lane in lanes for strip in lane.strips for ends, late in (late_piece(strip),)):
        handles.append(Line2D([], [], color=tint(QUIET, 0.25), linewidth=3.0, label="until P90"))
    if schedule.horizon < end:
        ax.axvline(schedule.horizon, zorder=1.5, label="_horizon", **HORIZON)
        handles.append(Line2D([], [], label="horizon", **HORIZON))
    above = 0.16 if not math.isnan(schedule.deadline) else 0.03
    height = sum(group.height for group in groups)
    ax.legend(
        handles=handles, loc="lower right", bbox_to_anchor=(1.0, 1.0 + above / height), ncols=min(COLUMNS, len(handles)), fontsize=7.5, handlelength=1.6, handleheight=0.8,
        columnspacing=1.1, handletextpad=0.5, labelspacing=0.3, borderaxespad=0.0, borderpad=0.1,
    )  # fmt: skip
