"""How fast a sweep goes, and how long it will take."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

RECENT_S = 15.0
"""Seconds over which the rate is taken: longer than a block takes, shorter than patience."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a sweep is.

    Attributes
    ----------
    rows_done, rows
        That are kept, and in all.
    rows_resumed
        Of those done, which an earlier run had kept.
    seconds
        Since this run began.
    rows_a_second
        Of late; NaN before anything was done.
    seconds_left
        At this rate; NaN where that is unknown.
    bytes_written
        In all, those of earlier runs too.
    warning
        Something to be told to the user; mostly empty.
    """

    rows_done: int
    rows: int
    rows_resumed: int
    seconds: float
    rows_a_second: float
    seconds_left: float
    bytes_written: int
    warning: str = ""


Told = Callable[[Progress], None]


class Pace:
    """The clock of a run.

    Parameters
    ----------
    rows, resumed, written
        Rows in all, those that were kept before, and their bytes.
    clock
        Seconds, from any start.
    """

    def __init__(self, rows: int, resumed: int, written: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rows, self._resumed, self._done, self._bytes = rows, resumed, resumed, written
        self._clock, self._begin = clock, clock()
        self._marks = deque([(self._begin, resumed)])

    def after(self, rows: int, written: int) -> Progress:
        """How far it is once so many more rows, of so many bytes, are kept."""
        now = self._clock()
        self._done, self._bytes = self._done + rows, self._bytes + written
        if rows:
            self._marks.append((now, self._done))
        while len(self._marks) > 2 and self._marks[1][0] <= now - RECENT_S:  # the last mark before that stays
            self._marks.popleft()
        return self._progress(now)

    def warned(self, warning: str) -> Progress:
        """The same with something to be told."""
        return self._progress(self._clock(), warning)

    def _progress(self, now: float, warning: str = "") -> Progress:
        begin, done = self._marks[0]
        rate = (self._done - done) / (now - begin) if self._done > done and now > begin else math.nan
        left = self._rows - self._done
        return Progress(
            rows_done=self._done, rows=self._rows, rows_resumed=self._resumed, seconds=now - self._begin, rows_a_second=rate,
            seconds_left=left / rate if left else 0.0, bytes_written=self._bytes, warning=warning,
        )  # fmt: skip
