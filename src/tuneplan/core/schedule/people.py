"""A pool of people who take the work that has waited longest, and how long each of them stays."""

from __future__ import annotations

from dataclasses import dataclass

from tuneplan.axes import Array, Mask
from tuneplan.late import np

MOST_PEOPLE = 256
"""People who follow one another in a place before it stays empty: it is years until then where anybody could work like that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """People of one pool, a place each: who leaves is replaced in her place.

    Arrays are by replica, last; hours are working time since the start.

    Attributes
    ----------
    ready
        When each place is filled for the first time, its training included; infinite: there is no such
        place. ``(place, replica)`` [hour]
    stays, gaps
        How long those who come one after another stay in a place, and how long it then is empty;
        ``(person, place, replica)``, nobody leaves where the first axis is 0 long. [hour]
    learning
        Exponent of practice: the n-th batch takes ``n^-learning`` of the time of the first. ``(replica,)``
    """

    ready: Array
    stays: Array
    gaps: Array
    learning: Array


class Pool:
    """People at work, in all replicas at once; arrays by place are flat, ``place * replicas + replica``.

    Attributes
    ----------
    busy
        Hours worked so far. ``(replica,)`` [hour]
    waited
        Hours that work stood in line so far, added up. ``(replica,)`` [hour]
    """

    def __init__(self, staff: Staff) -> None:
        self.staff = staff
        self.places, self.replicas = (int(count) for count in staff.ready.shape)
        self.everyone = np.arange(self.replicas)
        self.free = np.array(staff.ready)
        self.leaves_at_all = bool(len(staff.stays)) and bool(np.isfinite(staff.stays).any())
        self.leaves = (staff.ready + staff.stays[0]).ravel() if self.leaves_at_all else np.empty(0)
        self.person = np.zeros(self.free.size if self.leaves_at_all else 0, dtype=np.intp)
        self.learns = bool(np.any(staff.learning))
        self.practice = np.zeros(self.free.size if self.learns else 0, dtype=np.intp)
        self.paces = np.ones((1, self.replicas))
        self.busy, self.waited = np.zeros(self.replicas), np.zeros(self.replicas)

    def take(self, arrives: Array, hours: Array, *, teaches: bool = False) -> tuple[Array, Array]:
        """Give work to whoever has been free the longest, or is free first.

        Parameters
        ----------
        arrives
            When the work waits to be taken, never before that of an earlier call; infinite: it never does. ``(replica,)``
        hours
            That it takes without practice. ``(replica,)``
        teaches
            Whether it counts as practice.

        Returns
        -------
        begins, ends
            ``(replica,)``; infinite where nobody ever takes it.
        """
        if not self.places:
            never = np.full(self.replicas, np.inf)
            return never, never
        there = np.isfinite(arrives)
        if there.all():
            return self._taken(self.everyone, arrives, hours, teaches=teaches)
        columns = np.flatnonzero(there)
        begins, ends = np.full((2, self.replicas), np.inf)
        begins[columns], ends[columns] = self._taken(columns, arrives[columns], hours[columns], teaches=teaches)
        return begins, ends

    def _taken(self, columns: Mask, arrives: Array, hours: Array, *, teaches: bool) -> tuple[Array, Array]:
        """Begins and ends in some replicas, in all of which the work arrives."""
        cell, begins = self._next(columns, arrives)
        if self.learns:
            hours = hours * self._pace(cell, columns)
        ends = begins + hours
        self._count(columns, arrives, begins, hours)
        if self.leaves_at_all:
            ends = self._with_replacements(cell, columns, ends)
        if self.learns and teaches:
            self.practice[cell] += 1
        self.free.ravel()[cell] = ends
        return begins, ends

    def _next(self, columns: Mask, arrives: Array) -> tuple[Mask, Array]:
        """Who takes the work, and when. Whoever would but left with nothing in her hands is replaced, and the choice made anew."""
        free = self.free if len(columns) == self.replicas else self.free[:, columns]
        cell = first_of(free) * self.replicas + columns
        begins = np.maximum(arrives, self.free.ravel().take(cell))
        gone = np.flatnonzero((self.leaves.take(cell) <= begins) & np.isfinite(begins)) if self.leaves_at_all else ()
        while len(gone):
            self._renew(cell[gone])
            cell[gone] = first_of(self.free[:, columns[gone]]) * self.replicas + columns[gone]
            begins[gone] = np.maximum(arrives[gone], self.free.ravel()[cell[gone]])
            gone = gone[(self.leaves[cell[gone]] <= begins[gone]) & np.isfinite(begins[gone])]
        return cell, begins

    def _pace(self, cell: Mask, columns: Mask) -> Array:
        """Time that somebody with her practice takes, of that of a newcomer."""
        practice = self.practice.take(cell)
        most = int(practice.max(initial=0)) + 1
        if most > len(self.paces):
            batches = np.arange(len(self.paces), most)[:, None]
            self.paces = np.concatenate([self.paces, (1.0 + batches) ** -self.staff.learning])
        return self.paces.ravel().take(practice * self.replicas + columns)  # type: ignore[no-any-return]

    def _count(self, columns: Mask, arrives: Array, begins: Array, hours: Array) -> None:
        """Add up hours in line and hours of work."""
        taken = np.isfinite(begins)
        if not taken.all():
            columns, arrives, begins, hours = columns[taken], arrives[taken], begins[taken], hours[taken]
        if len(columns) == self.replicas:
            self.busy += hours
            self.waited += begins - arrives
        else:
            self.busy[columns] += hours
            self.waited[columns] += begins - arrives

    def _renew(self, cells: Mask) -> None:
        """The next person in some places, free when she has been found and trained; in the end nobody comes any more."""
        place, column, person = cells // self.replicas, cells % self.replicas, self.person[cells]
        gap = self.staff.gaps[np.minimum(person, len(self.staff.gaps) - 1), place, column]
        free = self.leaves[cells] + np.where(person < MOST_PEOPLE, gap, np.inf)
        self.free.ravel()[cells] = free
        self.leaves[cells] = free + self.staff.stays[np.minimum(person + 1, len(self.staff.stays) - 1), place, column]
        self.person[cells] += 1
        if self.learns:
            self.practice[cells] = 0

    def _with_replacements(self, cell: Mask, columns: Mask, ends: Array) -> Array:
        """When work ends whose holder may leave in the middle: who replaces her goes on where she stopped, at the pace of a newcomer."""
        cut = np.flatnonzero(self.leaves.take(cell) < ends)
        cut = cut[np.isfinite(ends[cut])]
        while len(cut):
            cells = cell[cut]
            left = ends[cut] - self.leaves[cells]
            longer = left / self._pace(cells, columns[cut]) if self.learns else left
            self.busy[columns[cut]] += longer - left
            self._renew(cells)
            ends[cut] = self.free.ravel()[cells] + longer
            cut = cut[self.leaves[cells] < ends[cut]]
        return ends


def first_of(times: Array) -> Mask:
    """Row of the earliest time of each column, the first of equal ones.

    >>> first_of(np.array([[2.0, 1.0], [1.0, 1.0]])).tolist()
    [1, 0]
    """
    row, best = np.zeros(times.shape[1], dtype=np.intp), times[0]
    for number in range(1, len(times)):
        earlier = times[number] < best
        np.copyto(row, number, where=earlier)
        best = np.minimum(best, times[number])
    return row
