"""When each strategy ships and who waits for whom: the run whose launch is the median, with what late draws add."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tuneplan.report.charts.gantt_rows import HEAD, KINDS, STRIP, Group, Lane, groups_of, late_piece
from tuneplan.report.charts.looks import FAINT, INK, QUIET, Look, Looks
from tuneplan.report.charts.milestones import Milestones, milestones
from tuneplan.report.charts.names import fitted, readable
from tuneplan.report.charts.registry import NothingToDraw, Told, chart
from tuneplan.report.charts.time_axis import time
from tuneplan.report.days import LONGEST, on_day, on_short, span, without_year
from tuneplan.report.words import listed, plain, share
from tuneplan.study.schedule.records import Bar, Schedule, StrategyDates

if TYPE_CHECKING:
    from matplotlib.axes import Axes

REST = 1.75
"""Height of all but the rows. [inch]"""
BAR = 0.1
"""Thickness of a piece of work. [inch]"""
LETTERS = 18
"""Letters of a line beside a row."""
FAR = 2.2
"""How many times the latest median launch the axis reaches at the most: what is later still is cut, with an arrow."""
THIN = 0.006
"""Least length of a piece of work, so that a run of hours is seen among months. [share of the axis]"""
SAME = 0.5
"""Days within which launches are told as one."""
MOST_NAMED = 3
"""Strategies after the first whose lag a title tells."""
SURELY = 0.005
"""Share of draws in which something never ships from which it is said."""
HALF = 0.5
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
    return Told(title=title_of(schedule), alt=_alt(schedule), note=_note(schedule, groups, end))


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
    at_once = each.full.median - each.first.median < SAME or not math.isfinite(each.first.median)
    by = "" if late == full else f", P90 {late}"
    return Milestones(
        y=y, first=each.full.median if at_once else each.first.median, full=each.full.median, late=each.full.p90,
        first_words="" if at_once else f"first {first}", full_words=f"all by {full}{by}" if math.isfinite(each.full.median) else _never(each), look=look,
    )  # fmt: skip


def _never(each: StrategyDates) -> str:
    """What is said where no date is."""
    return "never ships" if each.never >= 1.0 - SURELY else f"does not ship in {share(each.never)} of draws"


def _beside_axis(day: float, schedule: Schedule, end: float) -> str:
    """A date without its year, which the axis tells, where it tells it well enough."""
    told = on_short(day, schedule.start)
    return told.rpartition(" ")[0] if schedule.start is not None and math.isfinite(day) and end < YEARS_FROM else told


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
    for day in lane.launches:
        if day <= end:
            ax.plot([day], [middle], marker=look.mark, color=look.colour, markersize=3.2, markeredgecolor="white", markeredgewidth=0.4, linestyle="none", label="_launch", zorder=4.0)


def _bar(ax: Axes, bar: Bar, look: Look, y: float, thick: float, end: float) -> None:
    if bar.begins > end:
        return
    long = max(min(bar.ends, end) - bar.begins, THIN * end)
    if bar.ends > end:
        ax.plot([end], [y], marker=">", color=look.colour, markersize=3.5, clip_on=False, label="_beyond", zorder=3.0)
    ax.barh(y, long, left=min(bar.begins, end - long), height=thick, label=f"_{bar.kind}", zorder=2.0, **style_of(bar.kind, look.colour))


def style_of(kind: str, colour: str) -> dict[str, Any]:
    """How a kind of work is filled: tints and hatches of one colour, so that grey print tells them apart too."""
    fills = {"data": 0.4, "engineering": 0.0, "training": 1.0, "evaluation": 0.0, "deployment": 0.7}
    hatches = {"engineering": "//////", "evaluation": "||||||"}
    return {"facecolor": tint(colour, fills.get(kind, 0.7)), "edgecolor": colour, "linewidth": 0.6, "hatch": hatches.get(kind)}


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

    there = [kind for kind in KINDS if any(bar.kind == kind for group in groups for lane in group.lanes for strip in lane.strips for bar in strip)]
    handles: list[Any] = [Patch(label=kind, **style_of(kind, QUIET)) for kind in there]
    if schedule.horizon < end:
        ax.axvline(schedule.horizon, color=QUIET, linewidth=1.0, linestyle=(0, (1, 2)), zorder=1.5, label="_horizon")
        handles.append(Line2D([], [], color=QUIET, linewidth=1.0, linestyle=(0, (1, 2)), label="horizon"))
    if any(late > ends for group in groups for lane in group.lanes for strip in lane.strips for ends, late in (late_piece(strip),)):
        handles.append(Line2D([], [], color=tint(QUIET, 0.25), linewidth=3.0, label="until P90"))
    above = 0.16 if not math.isnan(schedule.deadline) else 0.03
    height = sum(group.height for group in groups)
    ax.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0.0, 1.0 + above / height), ncols=len(handles), fontsize=7.5, handlelength=1.4, handleheight=0.8, columnspacing=1.1,
        handletextpad=0.5, borderaxespad=0.0, borderpad=0.1,
    )  # fmt: skip


# --- words ----------------------------------------------------------------------------------------


def title_of(schedule: Schedule) -> str:
    """Who ships first, and how much later the others do."""
    ordered = sorted(schedule.strategies, key=lambda each: each.full.median)
    first, rest = ordered[0], [each for each in ordered[1:] if each.full.median - ordered[0].full.median >= SAME]
    same = [each.name for each in ordered if each.full.median - first.full.median < SAME]
    if first.never > HALF:
        return f"No strategy ships within the horizon in half of the draws{_because(first)}"
    launched = on_day(first.full.median, schedule.start)
    late = on_day(first.full.p90, schedule.start)
    when = f"all of it by {launched}{'' if late == launched else f' (P90 {without_year(late, launched)})'}"
    if not rest:
        return f"{first.name if len(same) == 1 else _few(same)} {'ships' if len(same) == 1 else 'ship on the same day,'} {when}{_chance(first, schedule)}"
    return f"{_few(same)} {'ships' if len(same) == 1 else 'ship'} first, {when}; {_lags(first, rest)}"


def _few(names: list[str]) -> str:
    """The first names, and how many there are besides.

    >>> _few(["a", "b"]), _few(["a", "b", "c", "d", "e"])
    ('a and b', 'a, b and 3 more')
    """
    return listed(names if len(names) <= MOST_NAMED else [*names[: MOST_NAMED - 1], f"{len(names) - MOST_NAMED + 1} more"])


def _lags(first: StrategyDates, rest: Sequence[StrategyDates]) -> str:
    """How much later the others ship, those that take as long together; of many the next and the last."""
    by_lag: dict[str, list[str]] = {}
    for each in rest:
        by_lag.setdefault("not within the horizon" if each.never > HALF else f"{span(each.full.median - first.full.median)} later", []).append(each.name)
    told = [f"{_few(names)} {lag}" for lag, names in by_lag.items()]
    return ", ".join(told) if len(told) <= MOST_NAMED else f"{told[0]}, the last, {told[-1]}"


def _chance(each: StrategyDates, schedule: Schedule) -> str:
    if math.isnan(each.in_time):
        return ""
    return f", in time for the deadline of {on_day(schedule.deadline, schedule.start)} in {share(each.in_time)} of draws"


def _because(each: StrategyDates) -> str:
    return f", as {each.because}" if each.because else ""


def _alt(schedule: Schedule) -> str:
    said = []
    for each in schedule.strategies:
        first, full, late = (on_short(day, schedule.start) for day in (each.first.median, each.full.median, each.full.p90))
        chance = "" if math.isnan(each.in_time) else f", in time in {share(each.in_time)} of draws"
        waits = f", bottleneck: {each.bottleneck}" if each.bottleneck else ""
        dates = f"first launch {first}, all of it {full} (P90 {late})" if math.isfinite(each.full.median) else _never(each)
        said.append(f"{each.name}: {dates}{chance}{waits}")
    due = "" if math.isnan(schedule.deadline) else f" The deadline is {on_day(schedule.deadline, schedule.start)}."
    return f"Work of each strategy along the calendar, from data to deployment. {'. '.join(said)}.{due}"


def _waits(schedule: Schedule) -> list[str]:
    """For whom strategies wait most."""
    by_resource: dict[str, list[str]] = {}
    for each in schedule.strategies:
        if each.bottleneck:
            by_resource.setdefault(each.bottleneck, []).append(each.name)
    if not by_resource:
        return []
    everyone = len(by_resource) == 1 and len(next(iter(by_resource.values()))) == len(schedule.strategies) > 1
    words = [f"{who}{'' if everyone else f' ({_few(names)})'}" for who, names in by_resource.items()]
    return [f"Bottleneck, of which one more brings the launch forward most: {listed(words)}."]


def _without_launch(schedule: Schedule) -> list[str]:
    """Who does not ship within the horizon, how often and why."""
    by_reason: dict[str, list[str]] = {}
    for each in schedule.strategies:
        if each.never >= SURELY:
            by_reason.setdefault(_because(each), []).append(f"{each.name} in {share(each.never)} of draws")
    return [f"Not shipped within the horizon{reason}: {_few(names)}." for reason, names in by_reason.items()]


def _note(schedule: Schedule, groups: Sequence[Group], end: float) -> str:
    said = ["Bars: the run in which all of it ships on the median day; pale: until that work has ended in nine of ten draws. Marks: first launch (open) and full launch (filled), medians; the line ends at P90."]
    said += _waits(schedule)
    said += _without_launch(schedule)
    if schedule.deadline + 1.0 > end:
        said.append(f"The deadline, {on_day(schedule.deadline, schedule.start)}, lies beyond the axis.")
    if any(late > end for each in schedule.strategies for late in (each.full.p90,) if math.isfinite(late)):
        said.append("What is later than the axis is cut.")
    if not schedule.counts:
        said.append("Launch dates do not count in this scenario's verdict.")
    return " ".join(said)
