"""Days of a project as people say them: a date where its start is known, else a day that is counted from it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta

from tuneplan.study.decision import Estimate

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
"""Their names, whatever the language of the machine."""
SHORT = 3
"""Letters of a month in a table."""
LONGEST = 36_525.0
"""Days beyond which a number of days says nothing: a hundred years."""
WEEKS_FROM, MONTHS_FROM, YEARS_FROM = 14.0, 400.0, 1461.0
"""Days from which a span is told in weeks, months and years."""
UNITS = ((YEARS_FROM, 365.25, "year"), (MONTHS_FROM, 365.25 / 12.0, "month"), (WEEKS_FROM, 7.0, "week"))
"""The same with the length of each. [day]"""


AFTER = "after the horizon"
"""What is said of a day that a study does not look at."""


def on_day(day: float, start: date | None, horizon: float = math.inf) -> str:
    """A day of the project as a date, or counted from the start, whose day is day 1.

    Parameters
    ----------
    horizon
        Day after which it is only told to be later. [day]

    >>> on_day(102.4, date(2027, 1, 4)), on_day(102.4, None), on_day(math.inf, None), on_day(math.inf, None, 365.25)
    ('16 April 2027', 'day 103', 'never', 'after the horizon')
    """
    return _told(day, start, horizon, len(max(MONTHS, key=len)))


def on_short(day: float, start: date | None, horizon: float = math.inf) -> str:
    """The same for a table.

    >>> on_short(102.4, date(2027, 1, 4)), on_short(0.0, None)
    ('16 Apr 2027', 'day 1')
    """
    return _told(day, start, horizon, SHORT)


def is_dated(start: date, day: float) -> bool:
    """Whether the calendar goes on to a day that is counted from a date.

    >>> is_dated(date(2027, 1, 4), 1e4), is_dated(date(9998, 1, 1), 800.0)
    (True, False)
    """
    return start.year + day / 365.0 < date.max.year - 1


def _told(day: float, start: date | None, horizon: float, letters: int) -> str:
    if math.isnan(day):
        return "unknown"
    if day > horizon:
        return AFTER
    if day > LONGEST:
        return "never" if math.isinf(day) else _dated(day, start, letters) or f"after {LONGEST / 365.25:.0f} years"
    return _dated(day, start, letters) or f"day {math.floor(day) + 1}"


def _dated(day: float, start: date | None, letters: int) -> str:
    """A day as a date; empty where its start is not known, or calendars end before it."""
    if start is None or day >= date.max.toordinal() - start.toordinal() + 1:
        return ""
    found = start + timedelta(days=math.floor(day))
    return f"{found.day} {MONTHS[found.month - 1][:letters]} {found.year}"


def without_year(text: str, than: str) -> str:
    """A date without its year, where it stands beside one of the same year.

    >>> without_year("3 June 2027", "16 April 2027"), without_year("3 June 2028", "16 April 2027"), without_year("day 7", "day 5")
    ('3 June', '3 June 2028', 'day 7')
    """
    day, _, year = text.rpartition(" ")
    return day if year.isdigit() and " " in day and than.endswith(f" {year}") else text


def median_and_p90(each: Estimate, start: date | None, horizon: float = math.inf) -> str:
    """A date as a table shows it: the middle, and by when it is so in nine of ten draws.

    >>> each = Estimate(mean=105.0, low=90.0, p10=95.0, median=102.4, p90=150.0, high=160.0, error=0.0)
    >>> median_and_p90(each, date(2027, 1, 4))
    '16 Apr 2027 (3 Jun)'
    """
    middle, late = on_short(each.median, start, horizon), on_short(each.p90, start, horizon)
    return middle if middle == late else f"{middle} ({without_year(late, middle)})"


def said_median_and_p90(each: Estimate, start: date | None, horizon: float = math.inf) -> str:
    """The same in a sentence.

    >>> each = Estimate(mean=105.0, low=90.0, p10=95.0, median=102.4, p90=150.0, high=160.0, error=0.0)
    >>> said_median_and_p90(each, date(2027, 1, 4)), said_median_and_p90(each, None)
    ('16 April 2027 (P50; P90 3 June)', 'day 103 (P50; P90 day 151)')
    """
    middle, late = on_day(each.median, start, horizon), on_day(each.p90, start, horizon)
    return middle if middle == late else f"{middle} (P50; P90 {without_year(late, middle)})"


def signed_days(days: float) -> str:
    """A difference in days, whole where it is large.

    >>> signed_days(12.4), signed_days(-3.21), signed_days(0.01)
    ('+12', '-3.2', '0')
    """
    if abs(days) < 0.05:
        return "0"
    return f"{days:+.1f}" if abs(days) < 9.95 else f"{days:+.0f}"


def span(days: float) -> str:
    """A length of time, in the largest unit that still tells it apart.

    >>> [span(each) for each in (0.2, 1.0, 9.6, 42.0, 500.0, 2000.0, math.inf)]
    ['less than a day', '1 day', '10 days', '6 weeks', '16 months', '5 years', 'for ever']
    """
    return spans([days])[0]


def spans(several: Sequence[float]) -> list[str]:
    """Lengths of time that are told beside one another, in the unit of the shortest.

    >>> spans([13.6, 14.2]), spans([3.0, 28.0]), spans([20.0, 43.0])
    (['14 days', '14 days'], ['3 days', '28 days'], ['3 weeks', '6 weeks'])
    """
    least = min(several, default=0.0)
    length, unit = next(((length, unit) for begins, length, unit in UNITS if least >= begins), (1.0, "day"))
    return [_span(days, length, unit) for days in several]


def _span(days: float, length: float, unit: str) -> str:
    if math.isinf(days):
        return "for ever"
    count = round(days / length)
    return "less than a day" if days < 0.5 else f"{count} {unit}{'' if count == 1 else 's'}"
