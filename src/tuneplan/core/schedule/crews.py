"""Engineers, judges, places for runs: who asks first is served first, by whoever is free first."""

from __future__ import annotations

from dataclasses import dataclass

from tuneplan.axes import Array, Mask
from tuneplan.core.schedule.calendar import HOURS_PER_DAY, Calendar
from tuneplan.core.schedule.people import first_of
from tuneplan.late import np


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """All of one kind in all replicas; its arrays change while they work.

    Attributes
    ----------
    calendar
        When they work; None: day and night.
    free
        When each is free again; infinite: there is none. ``(place, replica)`` [day]
    busy, waited
        Hours of work so far, and hours of calendar time in which others stood in line. ``(replica,)`` [hour]
    """

    calendar: Calendar | None
    free: Array
    busy: Array
    waited: Array

    @classmethod
    def of(cls, count: Array, most: int, calendar: Calendar | None) -> Crew:
        """So many in each replica, all free, as far as more than ``most`` are never needed at once."""
        places = np.arange(int(min(count.max(), most)))[:, None]
        return cls(calendar=calendar, free=np.where(places < count, 0.0, np.inf), busy=np.zeros(count.shape), waited=np.zeros(count.shape))

    def serve(self, columns: Mask, asks: Array, hours: Array) -> tuple[Array, Array]:
        """When work begins and ends that asks in some replicas; never where there is nobody. ``(column,)`` [day]"""
        if not len(self.free):
            return np.full(len(columns), np.inf), np.full(len(columns), np.inf)
        replicas = self.free.shape[1]
        place, free = first_of(self.free if len(columns) == replicas else self.free.take(columns, axis=1))
        begins = np.maximum(asks, free)
        ends = begins + hours / HOURS_PER_DAY if self.calendar is None else self.calendar.of(columns).after(begins, hours)
        self.free.ravel()[place * replicas + columns] = ends
        self.busy[columns] += np.where(np.isfinite(ends), hours, 0.0)
        self.waited[columns] += np.where(np.isfinite(begins), begins - asks, 0.0) * HOURS_PER_DAY
        return begins, ends
