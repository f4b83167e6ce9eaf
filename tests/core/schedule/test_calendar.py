"""Working time and calendar time, against a calendar walked through day by day."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tuneplan.core.schedule.calendar import OPENS, Calendar, workdays

WEEK = (0, 1, 2, 3, 4)
LAST = 60


def walked_date(days: list[float], hours: float, worked: float) -> float:
    """When so many hours have been worked: hours are taken off one day after another."""
    left = worked
    for day in days:
        if left <= hours + 1e-9 * hours:
            return day + (OPENS + left) / 24.0
        left -= hours
    return float("inf")


def walked_hours(days: list[float], hours: float, date: float) -> float:
    """Hours worked by a date: what each day has added by then."""
    return sum(min(max((date - day) * 24.0 - OPENS, 0.0), hours) for day in days)


calendars = some.builds(
    lambda weekday, days, holidays: workdays(weekday=weekday, days=tuple(days), holidays=tuple(holidays), until=LAST),
    weekday=some.integers(0, 6), days=some.sets(some.integers(0, 6), min_size=1), holidays=some.sets(some.integers(0, 20), max_size=12),
)  # fmt: skip


@given(days=calendars, hours=some.floats(0.5, 15.0), worked=some.floats(0.0, 700.0))
def test_a_date_is_found_by_walking_through_days(days: np.ndarray, hours: float, worked: float) -> None:
    found = float(Calendar(workdays=days, hours=hours).date(np.array([worked]))[0])
    expected = walked_date(days.tolist(), hours, worked)
    assert found == expected or found == pytest.approx(expected, abs=1e-9)


@given(days=calendars, hours=some.floats(0.5, 15.0), date=some.floats(0.0, 100.0))
def test_hours_worked_by_a_date_are_those_of_each_day(days: np.ndarray, hours: float, date: float) -> None:
    assert float(Calendar(workdays=days, hours=hours).worked(np.array([date]))[0]) == pytest.approx(walked_hours(days.tolist(), hours, date), abs=1e-9)


@given(days=calendars, hours=some.floats(0.5, 15.0), date=some.floats(0.0, 40.0), more=some.floats(0.0, 100.0))
def test_work_never_ends_before_it_begins(days: np.ndarray, hours: float, date: float, more: float) -> None:
    assert float(Calendar(workdays=days, hours=hours).after(np.array([date]), np.array([more]))[0]) >= date


@pytest.mark.parametrize(
    ("weekday", "days", "holidays", "expected"),
    [
        (5, WEEK, (), [2, 3, 4, 5, 6, 9, 10]),  # a start on a Saturday
        (0, WEEK, (0, 1, 2), [3, 4, 7, 8, 9, 10]),  # holidays at the start
        (0, (2,), (), [2, 9]),  # one day a week
        (3, tuple(range(7)), (), list(range(11))),  # every day
        (0, WEEK, tuple(range(11)), []),  # never
    ],
)
def test_days_worked_by_hand(weekday: int, days: tuple[int, ...], holidays: tuple[int, ...], expected: list[int]) -> None:
    assert workdays(weekday=weekday, days=days, holidays=holidays, until=10).tolist() == expected


def test_hours_may_differ_by_replica() -> None:
    calendar = Calendar(workdays=np.arange(5.0), hours=np.array([4.0, 8.0]))
    assert calendar.date(np.array([8.0, 8.0])) == pytest.approx([1 + 13 / 24, 17 / 24])
    assert calendar.of(np.array([1])).date(np.array([8.0])) == pytest.approx([17 / 24])


def test_what_lies_beyond_the_calendar_is_infinite_and_says_so_without_a_warning() -> None:
    for days in (np.arange(3.0), np.empty(0)):
        calendar = Calendar(workdays=days, hours=8.0)
        assert calendar.date(np.array([25.0, 1e300, np.inf])).tolist() == [np.inf] * 3
        assert calendar.worked(np.array([np.inf])).tolist() == [np.inf]
        assert calendar.after(np.array([np.inf, 400.0]), np.array([1.0, 30.0])).tolist() == [np.inf, np.inf]
