"""Rates of late, not since the start; nothing is promised before anything is known."""

from __future__ import annotations

import math

import pytest

from tuneplan.study.sweep.pace import RECENT_S, Pace


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_nothing_is_known_at_the_start(clock: Clock) -> None:
    first = Pace(1000, 300, 5000, clock).after(0, 0)
    assert (first.rows_done, first.rows, first.rows_resumed, first.seconds, first.bytes_written, first.warning) == (300, 1000, 300, 0.0, 5000, "")
    assert math.isnan(first.rows_a_second)
    assert math.isnan(first.seconds_left)


def test_rows_of_an_earlier_run_have_no_rate(clock: Clock) -> None:
    pace = Pace(1000, 300, 5000, clock)
    clock.now += 2.0
    now = pace.after(100, 70)
    assert (now.rows_done, now.rows_a_second, now.seconds_left, now.bytes_written) == (400, 50.0, 12.0, 5070)


def test_the_rate_forgets(clock: Clock) -> None:
    """It was slow, and is fast since longer than what counts as of late."""
    pace = Pace(10**6, 0, 0, clock)
    for _ in range(10):
        clock.now += 10.0
        slow = pace.after(10, 0)
    assert slow.rows_a_second == pytest.approx(1.0)
    for _ in range(int(RECENT_S) + 11):
        clock.now += 1.0
        fast = pace.after(100, 0)
    assert fast.rows_a_second == pytest.approx(100.0)


def test_blocks_that_take_longer_than_what_is_recent(clock: Clock) -> None:
    pace = Pace(100, 0, 0, clock)
    for _ in range(4):
        clock.now += 4.0 * RECENT_S
        now = pace.after(6, 0)
    assert now.rows_a_second == pytest.approx(0.1)
    assert now.seconds_left == pytest.approx(760.0)


def test_at_the_end_nothing_is_left(clock: Clock) -> None:
    pace = Pace(100, 0, 0, clock)
    clock.now += 1.0
    assert pace.after(100, 0).seconds_left == 0.0
    assert pace.warned("hardly fits").warning == "hardly fits"
