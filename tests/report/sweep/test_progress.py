"""One line of how far a sweep is."""

from __future__ import annotations

import math

import pytest

from tuneplan.report.progress import ROOM
from tuneplan.report.sweep.progress import line
from tuneplan.study.sweep.pace import Progress


def progress(done: int, rows: int, rate: float, left: float) -> Progress:
    return Progress(rows_done=done, rows=rows, rows_resumed=0, seconds=1.0, rows_a_second=rate, seconds_left=left, bytes_written=0)


@pytest.mark.parametrize(("done", "rows", "rate", "left", "said"), [
    (0, 1000, math.nan, math.nan, "0 of 1 000 rows"),
    (412_000, 10**6, 98_123.0, 5.99, "412 000 of 1 000 000 rows, 98 100 a second, 6 s left"),
    (10, 1000, 0.05, 19_800.0, "10 of 1 000 rows, 3 a minute, 5 h 30 min left"),
    (412_340_000, 10**9, 2.5e6, 240.0, "412.3 of 1 000 million rows, 2 500 000 a second, 4 min left"),
    (1000, 1000, 500.0, 0.0, "1 000 of 1 000 rows, 500 a second"),
])  # fmt: skip
def test_what_is_said(done: int, rows: int, rate: float, left: float, said: str) -> None:
    assert line(progress(done, rows, rate, left)) == said


def test_a_billion_rows_have_room() -> None:
    """With the seconds that are put behind it."""
    for rows in (10**8 - 1, 10**10):
        assert len(line(progress(rows - 1, rows, 1e5, 3.0e4))) + len(" (100000 s)") <= ROOM
