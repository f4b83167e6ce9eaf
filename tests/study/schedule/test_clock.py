"""Working time for one number at a time, and the order of what happens at one moment."""

from __future__ import annotations

import math

import numpy as np
import pytest

from random_projects import calendar_of
from tuneplan.study.schedule.clock import LEAVES, MODELS, PLACES, Clock, Days


@pytest.mark.parametrize(("weekday", "worked"), [(0, (0, 1, 2, 3, 4)), (5, (0, 1, 2, 3, 4)), (2, (6,)), (3, tuple(range(7)))])
def test_one_number_at_a_time_is_the_calendar_to_the_bit(weekday: int, worked: tuple[int, ...]) -> None:
    calendar = calendar_of(days=90, weekday=weekday, worked=worked, holidays=(1, 2, 30), hours=np.array([6.3]))
    day, rng = Days(calendar).of(0), np.random.default_rng(0)
    hours = np.concatenate([rng.uniform(0.0, 700.0, 500), 6.3 * np.arange(20), [np.inf]])
    dates = np.concatenate([rng.uniform(0.0, 120.0, 500), np.arange(10.0), [np.inf]])
    assert [day.date(each) for each in hours.tolist()] == calendar.date(hours).tolist()
    assert [day.worked(each) for each in dates.tolist()] == calendar.worked(dates).tolist()
    more = rng.uniform(0.0, 30.0, len(dates)) * (rng.random(len(dates)) < 0.8)
    assert [day.after(date, each) for date, each in zip(dates.tolist(), more.tolist(), strict=True)] == calendar.after(dates, more).tolist()


def test_of_what_happens_at_one_moment_lower_ranks_come_first() -> None:
    clock, seen = Clock(), []
    for name, rank in (("model", MODELS), ("place", PLACES), ("leaves", LEAVES), ("ends", 1), ("second place", PLACES + 1)):
        clock.until(2.0, rank=rank).callbacks.append(lambda _, name=name: seen.append((clock.now, name)))  # type: ignore[union-attr, misc]
    clock.until(1.0).callbacks.append(lambda _: seen.append((clock.now, "earlier")))  # type: ignore[union-attr]
    clock.run(until=3.0)
    assert seen == [(1.0, "earlier"), (2.0, "ends"), (2.0, "leaves"), (2.0, "place"), (2.0, "second place"), (2.0, "model")]


def test_dates_are_kept_to_the_bit_where_a_delay_would_lose_one() -> None:
    clock, seen, date = Clock(), [], 1.0 + 2.0**-52
    clock.until(0.3).callbacks.append(lambda _: clock.until(date).callbacks.append(lambda _: seen.append(clock.now)))  # type: ignore[union-attr]
    clock.run(until=2.0)
    assert seen == [date]


def test_what_is_over_happens_at_once_and_what_never_comes_does_not() -> None:
    clock, seen = Clock(), []
    clock.run(until=5.0)
    clock.until(1.0).callbacks.append(lambda _: seen.append(clock.now))  # type: ignore[union-attr]
    clock.until(math.inf).callbacks.append(lambda _: seen.append(math.inf))  # type: ignore[union-attr]
    clock.run(until=9.0)
    assert seen == [5.0]
