"""The clock of one replica: days of calendar time, working time beside it, and an order among equal moments.

The recursions of ``core.schedule`` settle who goes first at one and the same moment: whoever is done before whoever
asks, and of those who ask the first batch, place or model. Ranks say so here: of equal moments the lower rank
comes first.
"""

from __future__ import annotations

import math
from heapq import heappush

import numpy as np
import simpy

from tuneplan.axes import Array
from tuneplan.core.schedule.calendar import HOURS_PER_DAY, OPENS, ROUNDING, Calendar

ENDS = 1
"""Rank of what ends; SimPy's own of all that is not urgent."""
LEAVES = 2
"""Rank of whoever leaves and of capacity that is taken away: not before what ends at the same moment."""
BATCHES, PLACES, MODELS = 1_000, 1_000_000, 2_000_000
"""Ranks of the first batch that joins a line, of the first place that asks for work, of the first model that asks for anybody."""


class Moment(simpy.Event):
    """Comes at its time, whatever happens; see ``Clock.until``."""

    def __init__(self, clock: Clock) -> None:
        self.env = clock
        self.callbacks = []
        self._ok = True
        self._value = None


class Clock(simpy.Environment):
    """An environment in which dates are kept to the bit, which a delay added to now would not be, and have ranks."""

    def until(self, date: float, *, rank: int = ENDS) -> simpy.Event:
        """Comes at a date, at once where that is over; never where it is infinite."""
        if date == math.inf:
            return simpy.Event(self)
        moment = Moment(self)
        heappush(self._queue, (max(date, self._now), rank, next(self._eid), moment))  # type: ignore[misc]
        return moment

    def turn(self, rank: int) -> simpy.Event:
        """Comes now, after all that ends now and all of lower rank."""
        return self.until(self._now, rank=rank)


class Days:
    """``Calendar`` for one number at a time, operation by operation the same."""

    def __init__(self, calendar: Calendar) -> None:
        self.workdays: list[float] = calendar.workdays.tolist()
        self.begun: list[int] = np.searchsorted(calendar.workdays, np.arange(self.horizon), side="right").tolist()
        self.hours: list[float] = hours_of(calendar.hours)

    def of(self, replica: int) -> Day:
        """The days of one replica."""
        return Day(self.workdays, self.begun, self.hours[min(replica, len(self.hours) - 1)])

    @property
    def horizon(self) -> float:
        """The end of the last day that is known; nothing happens later. [day]"""
        return self.workdays[-1] + 1.0 if self.workdays else 0.0


def hours_of(hours: Array | float) -> list[float]:
    """Productive hours of a day, one a replica or one for all."""
    return [float(hours)] if isinstance(hours, float | int) else hours.ravel().tolist()


class Day:
    """Working days of one replica, of so many hours."""

    __slots__ = ("begun", "hours", "workdays")

    def __init__(self, workdays: list[float], begun: list[int], hours: float) -> None:
        self.workdays, self.begun, self.hours = workdays, begun, hours

    def date(self, worked: float) -> float:
        """See ``Calendar.date``. [day]"""
        if worked == math.inf:
            return math.inf
        whole = max(math.ceil(worked / self.hours - ROUNDING) - 1, 0)
        if whole >= len(self.workdays):
            return math.inf
        return self.workdays[whole] + (OPENS + (worked - whole * self.hours)) / HOURS_PER_DAY

    def worked(self, date: float) -> float:
        """See ``Calendar.worked``. [hour]"""
        if date == math.inf:
            return math.inf
        begun = self.begun[int(min(date, len(self.begun) - 1))]
        today = min(max((date - self.workdays[max(begun - 1, 0)]) * HOURS_PER_DAY - OPENS, 0.0), self.hours)
        return (begun - 1) * self.hours + today if begun > 0 else 0.0

    def after(self, date: float, hours: float) -> float:
        """See ``Calendar.after``. [day]"""
        return max(date, self.date(self.worked(date) + hours)) if hours > 0.0 else date
