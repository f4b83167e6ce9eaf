"""An axis of time: months, weeks or days of the calendar where the first day is known, else days since the start."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tuneplan.report.charts import axes
from tuneplan.report.days import MONTHS, SHORT, is_dated

if TYPE_CHECKING:
    from matplotlib.axis import Axis

MOST_TICKS = 8
FIRST_FROM = 0.09
"""Share of the axis before its first round date from which the start of the project has a tick too."""
DAYS_UP_TO, WEEKS_UP_TO, YEARS_FROM = 12.0, 63.0, 48.0
"""Spans up to which days, and weeks, are told [day], and from which only years are [month]."""
MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)


def time(axis: Axis, start: date | None, *, end: float) -> None:
    """Dress an axis that begins with the start of a project and goes to ``end``. [day]"""
    from matplotlib.ticker import FixedFormatter, FixedLocator

    if start is None or not is_dated(start, end):
        axes.counts(axis, "time since the start", "day")
        return
    ticks = list(ticks_between(start, end))
    axis.set_major_locator(FixedLocator([day for day, _ in ticks]))
    axis.set_major_formatter(FixedFormatter([words for _, words in ticks]))


def ticks_between(start: date, end: float) -> Iterator[tuple[float, str]]:
    """Days that have a tick, counted from the start, and what stands below each; the year below the first and where it changes.

    >>> list(ticks_between(date(2027, 11, 15), 80.0))
    [(0.0, '15 Nov\\n2027'), (16.0, 'Dec'), (47.0, 'Jan\\n2028'), (78.0, 'Feb')]
    >>> list(ticks_between(date(2027, 1, 4), 3.0))
    [(0.0, '4 Jan\\n2027'), (1.0, '5 Jan'), (2.0, '6 Jan'), (3.0, '7 Jan')]
    """
    year = 0
    found = list(_days(start, end) if end <= WEEKS_UP_TO else _firsts(start, end))
    if not found or (found[0][0] - start).days > FIRST_FROM * end:
        found.insert(0, (start, f"{start.day} {MONTHS[start.month - 1][:SHORT]}"))
    for each, words in found:
        yield float((each - start).days), f"{words}\n{each.year}" if each.year != year and words != str(each.year) else words
        year = each.year


def _days(start: date, end: float) -> Iterator[tuple[date, str]]:
    """Days, or Mondays."""
    first = start if end <= DAYS_UP_TO else start + timedelta(days=-start.weekday() % 7)
    step = (1 if end <= DAYS_UP_TO else 7) * max(1, math.ceil(end / (1 if end <= DAYS_UP_TO else 7) / MOST_TICKS))
    each = first
    while (each - start).days <= end:
        yield each, f"{each.day} {MONTHS[each.month - 1][:SHORT]}"
        each += timedelta(days=step)


def _firsts(start: date, end: float) -> Iterator[tuple[date, str]]:
    """First days of months, as many as fit; of years where it is long."""
    months = end / (365.25 / 12.0)
    step = next((each for each in MONTH_STEPS if months / each <= MOST_TICKS), MONTH_STEPS[-1])
    number = start.year * 12 + start.month - 1 + (start.day > 1)
    number += -number % step
    while (each := date(number // 12, number % 12 + 1, 1)) <= start + timedelta(days=math.floor(end)):
        yield each, str(each.year) if months > YEARS_FROM else MONTHS[each.month - 1][:SHORT]
        number += step
