"""Words of a Gantt chart: who ships first and how much later the others do, dates for who can't see it, who is waited for."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tuneplan.report.days import on_day, on_short, span, without_year
from tuneplan.report.words import listed, share
from tuneplan.study.schedule.records import TAKES_LONGER, Schedule, StrategyDates

SAME = 0.5
"""Days within which launches are told as one."""
MOST_NAMED = 3
"""Strategies after the first whose lag a title tells."""
SURELY = 0.005
"""Share of draws in which something never ships from which it is said."""
HALF = 0.5


AFTER = "after the horizon"


def never(each: StrategyDates) -> str:
    """What is said where no date is."""
    if each.never >= 1.0 - SURELY:
        return "ships after the horizon" if each.because in TAKES_LONGER else "never ships"
    return f"does not ship in {share(each.never)} of draws"


def title_of(schedule: Schedule) -> str:
    """Who ships first of what is trained, and how much later, or earlier, the others do."""
    ordered = sorted(schedule.strategies, key=lambda each: each.full.median)
    trained = [each for each in ordered if trains(each)]
    if not trained or trained[0].never > HALF:
        trained = ordered
    first, rest = trained[0], [each for each in ordered if abs(each.full.median - trained[0].full.median) >= SAME]
    same = [each.name for each in ordered if abs(each.full.median - first.full.median) < SAME]
    if first.never > HALF:
        return f"No strategy ships within the horizon in half of the draws{_because(first)}"
    launched = on_day(first.full.median, schedule.start)
    late = AFTER if first.full.p90 > schedule.horizon else on_day(first.full.p90, schedule.start)
    when = f"all of it by {launched}{'' if late == launched else f' (P90 {without_year(late, launched)})'}"
    if not rest:
        return f"{first.name if len(same) == 1 else _few(same)} {'ships' if len(same) == 1 else 'ship on the same day,'} {when}{_chance(first, schedule)}"
    among = " of what is trained" if rest[0].full.median < first.full.median else ""
    return f"{_few(same)} {'ships' if len(same) == 1 else 'ship'} first{among}, {when}; {_lags(first, rest)}"


def trains(each: StrategyDates) -> bool:
    """Whether anything is trained in it; what is only prompted ships before all else, which nobody needs to be told."""
    return any(bar.kind in ("data", "training") for bar in each.bars)


def _few(names: list[str]) -> str:
    """The first names, and how many there are besides.

    >>> _few(["a", "b"]), _few(["a", "b", "c", "d", "e"])
    ('a and b', 'a, b and 3 more')
    """
    return listed(names if len(names) <= MOST_NAMED else [*names[: MOST_NAMED - 1], f"{len(names) - MOST_NAMED + 1} more"])


def _lags(first: StrategyDates, rest: Sequence[StrategyDates]) -> str:
    """How much later the others ship, those that take as long together; of many the next and the last. Then how much earlier."""
    later, earlier = (_by_lag(first, [each for each in rest if (each.full.median < first.full.median) == sooner]) for sooner in (False, True))
    told = later if len(later) <= MOST_NAMED else [later[0], f"the last, {later[-1]}"]
    return ", ".join([*told, *(earlier if len(earlier) <= MOST_NAMED else [earlier[0]])])


def _by_lag(first: StrategyDates, others: Sequence[StrategyDates]) -> list[str]:
    """Others with what lies between their launch and the first's, those that take as long together."""
    found: dict[str, list[str]] = {}
    for each in others:
        lag = each.full.median - first.full.median
        found.setdefault("not within the horizon" if each.never > HALF else f"{span(abs(lag))} {'later' if lag > 0.0 else 'earlier'}", []).append(each.name)
    return [f"{_few(names)} {lag}" for lag, names in found.items()]


def _chance(each: StrategyDates, schedule: Schedule) -> str:
    if math.isnan(each.in_time):
        return ""
    return f", in time for the deadline of {on_day(schedule.deadline, schedule.start)} in {share(each.in_time)} of draws"


def _because(each: StrategyDates) -> str:
    return f", as {each.because}" if each.because else ""


def alt_of(schedule: Schedule) -> str:
    """The same with every date, for who can't see it."""
    said = []
    for each in schedule.strategies:
        first, full, late = (on_short(day, schedule.start) if day <= schedule.horizon or day == each.full.median else AFTER for day in (each.first.median, each.full.median, each.full.p90))
        chance = "" if math.isnan(each.in_time) else f", in time in {share(each.in_time)} of draws"
        waits = f", bottleneck: {each.bottleneck}" if each.bottleneck else ""
        dates = f"first launch {first}, all of it {full} (P90 {late})" if math.isfinite(each.full.median) else never(each)
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


def without_launch(schedule: Schedule) -> list[str]:
    """Who does not ship within the horizon, how often and why."""
    by_reason: dict[str, list[str]] = {}
    for each in schedule.strategies:
        if each.never >= SURELY:
            by_reason.setdefault(_because(each), []).append(f"{each.name} in {share(each.never)} of draws")
    return [f"Not shipped within the horizon{reason}: {_few(names)}." for reason, names in by_reason.items()]


def note_of(schedule: Schedule, end: float) -> str:
    """How to read it, for whom strategies wait, and what is not to be seen.

    Parameters
    ----------
    end
        Where the axis ends. [day]
    """
    said = ["Bars: the run in which all of it ships on the median day; pale: until that work has ended in nine of ten draws. Marks: first launch (open) and full launch (filled), medians; the line ends at P90."]
    said += _waits(schedule)
    said += without_launch(schedule)
    if schedule.deadline + 1.0 > end:
        said.append(f"The deadline, {on_day(schedule.deadline, schedule.start)}, lies beyond the axis.")
    if any(late > end for each in schedule.strategies for late in (each.full.p90,) if math.isfinite(late)):
        said.append("What is later than the axis is cut.")
    if not schedule.counts:
        said.append("Launch dates do not count in this scenario's verdict.")
    return " ".join(said)
