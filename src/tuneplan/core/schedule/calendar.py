"""Working time and calendar time: people work some hours of some days, machines always.

Working time counts the productive hours of a team since the start; calendar time counts days since midnight
of the first day. Both are continuous.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from tuneplan.axes import Array, Mask
from tuneplan.core.coefficients import Coefficient
from tuneplan.late import np

OPENS = 9.0
"""Hour at which a working day begins; it ends when its productive hours are over."""
HOURS_PER_DAY = 24.0
DAYS_PER_WEEK = 7.0
ROUNDING = 1e-9
"""Part of a day within which hours end with the day before, not with the next one."""
COEFFICIENTS = (
    Coefficient(name="OPENS", value=OPENS, unit="hour", source="declared: by day, not at night", as_of="2026-11", doc="Hour at which a working day begins."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Which days are worked.

    Attributes
    ----------
    workdays
        Days on which people work, counted from the start, rising. ``(day,)``
    hours
        Productive hours of one of them; a number, or one a replica. [hour]
    """

    workdays: Array
    hours: Array | float

    @property
    def days_of_a_week(self) -> float:
        """Weekdays that are ever worked. [day/week]"""
        return _known(self.workdays.tobytes()).days_of_a_week

    def of(self, replicas: Mask) -> Calendar:
        """The same for some replicas alone."""
        return replace(self, hours=self.hours[replicas]) if isinstance(self.hours, np.ndarray) and self.hours.size > 1 else self

    def date(self, worked: Array) -> Array:
        """When so many hours have been worked; the end of a day rather than the morning of the next. Infinite beyond
        the last day that is known. [day]

        >>> week = Calendar(workdays=np.array([0.0, 1.0, 4.0]), hours=8.0)
        >>> week.date(np.array([0.0, 8.0, 12.0, 20.0, 30.0])).round(3).tolist()
        [0.375, 0.708, 1.542, 4.542, inf]
        """
        known = _known(self.workdays.tobytes())
        whole = np.minimum(np.maximum(np.ceil(worked / self.hours - ROUNDING) - 1.0, 0.0), len(self.workdays))
        return known.workdays.take(whole.astype(np.intp)) + (OPENS + (worked - whole * self.hours)) / HOURS_PER_DAY  # type: ignore[no-any-return]

    def worked(self, date: Array) -> Array:
        """Hours worked by a date. [hour]

        >>> week = Calendar(workdays=np.array([0.0, 1.0, 4.0]), hours=8.0)
        >>> week.worked(np.array([0.0, 0.5, 0.9, 3.0, 4.5])).tolist()
        [0.0, 3.0, 8.0, 16.0, 19.0]
        """
        known = _known(self.workdays.tobytes())
        day = np.minimum(date, len(known.before) - 1.0).astype(np.intp)
        today = np.minimum(np.maximum((date - known.latest.take(day)) * HOURS_PER_DAY - OPENS, 0.0), self.hours)
        return np.where(np.isfinite(date), known.before.take(day) * self.hours + today, np.inf)  # type: ignore[no-any-return]

    def after(self, date: Array, hours: Array) -> Array:
        """When people who start at a date have worked so many hours more; at once where there is nothing to do, even at night. [day]

        >>> week = Calendar(workdays=np.array([0.0, 1.0, 4.0]), hours=8.0)
        >>> week.after(np.array([0.5, 3.0, 0.1]), np.array([4.0, 0.0, 0.0])).round(3).tolist()
        [0.667, 3.0, 0.1]
        """
        return np.where(hours > 0.0, np.maximum(date, self.date(self.worked(date) + hours)), date)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """Tables of a calendar.

    Attributes
    ----------
    workdays
        As given, then infinity.
    latest, before
        The latest working day that has begun by each day, and how many there were before it; before the first, one day
        that ended long ago and takes back what it counts. ``(day,)``
    days_of_a_week
        Weekdays that are ever worked, at least 1. [day/week]
    """

    workdays: Array
    latest: Array
    before: Array
    days_of_a_week: float


@cache
def _known(workdays: bytes) -> _Known:
    days = np.frombuffer(workdays)
    last = int(days[-1]) if len(days) else 0
    begun = np.searchsorted(days, np.arange(last + 1), side="right")
    return _Known(
        workdays=np.append(days, np.inf), latest=np.append(-np.inf, days)[begun], before=(begun - 1).astype(np.float64),
        days_of_a_week=float(max(len(set((days % DAYS_PER_WEEK).tolist())), 1)),
    )  # fmt: skip


def workdays(*, weekday: int, days: tuple[int, ...], holidays: tuple[int, ...], until: int) -> Array:
    """Days worked of a project.

    Parameters
    ----------
    weekday
        Of the start: 0 is a Monday.
    days
        Weekdays that are worked.
    holidays
        Days, counted from the start, that are not.
    until
        Last day that is looked at.

    >>> workdays(weekday=4, days=(0, 1, 2, 3, 4), holidays=(3,), until=5).tolist()
    [0.0, 4.0, 5.0]
    """
    every = np.arange(until + 1)
    return np.flatnonzero(np.isin((every + weekday) % int(DAYS_PER_WEEK), days) & ~np.isin(every, holidays)).astype(np.float64)
