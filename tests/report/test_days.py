"""Days as people say them: dates as long as there are any."""

from __future__ import annotations

import math
from datetime import date

import pytest

from tuneplan.report.days import on_day, on_short


@pytest.mark.parametrize(
    ("start", "day", "said"),
    [
        (date(2027, 1, 4), float((date(2999, 12, 31) - date(2027, 1, 4)).days), "31 December 2999"),
        (date(2027, 1, 4), float((date.max - date(2027, 1, 4)).days), "31 December 9999"),
        (date(9999, 1, 4), 130.5, "14 May 9999"),
        (date(9999, 1, 4), 361.9, "31 December 9999"),
        (date(9999, 1, 4), 362.0, "day 363"),
        (date(9999, 1, 4), 1e6, "after 100 years"),
        (date(2027, 1, 4), math.inf, "never"),
        (date(2027, 1, 4), math.nan, "unknown"),
        (None, 36_525.0, "day 36526"),
        (None, 36_526.0, "after 100 years"),
    ],
)
def test_a_day_is_a_date_as_long_as_the_calendar_has_one(start: date | None, day: float, said: str) -> None:
    assert on_day(day, start) == said


def test_a_far_deadline_is_dated_in_tables_too() -> None:
    assert on_short(float((date(2999, 12, 31) - date(2027, 1, 4)).days), date(2027, 1, 4)) == "31 Dec 2999"
