"""An axis of time: its ticks are days of the calendar, few enough to be read, whatever the length of the project."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tuneplan.report.charts.time_axis import MOST_TICKS, ticks_between

START = date(2027, 1, 4)


def meant(words: str, day: float, start: date) -> bool:
    """Whether what stands below a tick is the date of its day."""
    found = start + timedelta(days=day)
    first = words.split("\n")[0]
    month = f"{found:%b}"
    return first in (month, f"{found.day} {month}", str(found.year))


@pytest.mark.parametrize("end", [0.5, 3.0, 12.0, 20.0, 63.0, 64.0, 200.0, 365.0, 1000.0, 1825.0, 36_000.0])
@pytest.mark.parametrize("start", [START, date(2027, 12, 31), date(2028, 2, 29)])
def test_ticks_are_few_in_order_within_the_axis_and_mean_their_day(start: date, end: float) -> None:
    ticks = list(ticks_between(start, end))
    at = [day for day, _ in ticks]
    assert 1 <= len(ticks) <= MOST_TICKS + 2
    assert at == sorted(set(at))
    assert min(at) >= 0.0
    assert max(at) <= end
    assert all(meant(words, day, start) for day, words in ticks)


def test_the_year_stands_below_the_first_tick_and_where_it_changes() -> None:
    words = [words for _, words in ticks_between(date(2027, 10, 1), 200.0)]
    assert words == ["Oct\n2027", "Nov", "Dec", "Jan\n2028", "Feb", "Mar", "Apr"]


def test_months_are_first_days_and_weeks_are_mondays() -> None:
    assert {(START + timedelta(days=day)).day for day, words in ticks_between(START, 300.0) if day > 0.0} == {1}
    assert {(START + timedelta(days=day)).weekday() for day, _ in ticks_between(START, 40.0)} == {0}
