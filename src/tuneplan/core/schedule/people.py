"""A pool of people who take the work that has waited longest, and how long each of them stays."""

from __future__ import annotations

from dataclasses import dataclass

from tuneplan.axes import Array, Mask
from tuneplan.late import np

MOST_PEOPLE = 64
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
        How long those who come one after another stay in a place, and how long it then is empty; after the last the
        first begins again;
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

    Parameters
    ----------
    batches
        Pieces of work that may count as practice.

    Attributes
    ----------
    busy
        Hours worked so far. ``(replica,)`` [hour]
    waited
        Hours that work stood in line so far, added up. ``(replica,)`` [hour]
    """

    def __init__(self, staff: Staff, *, batches: int = 0) -> None:
        self.staff = staff
        self.places, self.replicas = (int(count) for count in staff.ready.shape)
        self.free = np.array(staff.ready, order="C")
        self.leaves_at_all = bool(len(staff.stays)) and bool(np.isfinite(staff.stays).any())
        self.leaves = (staff.ready + staff.stays[0]).ravel() if self.leaves_at_all else np.empty(0)
        self.person = np.zeros(self.free.size if self.leaves_at_all else 0, dtype=np.intp)
        self.learns = bool(np.any(staff.learning))
        self.paces = ((1.0 + np.arange(batches + 1)[:, None]) ** -staff.learning).ravel() if self.learns else np.empty(0)
        self.practice = np.tile(np.arange(self.replicas), self.places if self.learns else 0)  # cells of ``paces``
        self.is_one_for_good = self.places == 1 and not self.learns and not self.leaves_at_all
        self.busy, self.waited = np.zeros(self.replicas), np.zeros(self.replicas)

    def take(self, columns: Mask, arrives: Array, hours: Array, *, teaches: bool = False) -> tuple[Array, Array]:
        """Give work to whoever has been free the longest, or is free first.

        Parameters
        ----------
        columns
            Replicas in which there is such work.
        arrives
            When it waits to be taken, never before that of an earlier call. ``(column,)``
        hours
            That it takes without practice. ``(column,)``
        teaches
            Whether it counts as practice.

        Returns
        -------
        begins, ends
            ``(column,)``; infinite where nobody ever takes it.
        """
        place, free = first_of(self.free if len(columns) == self.replicas else self.free.take(columns, axis=1))
        cell, begins = place * self.replicas + columns, np.maximum(arrives, free)
        lasts = hours * self._pace(cell) if self.learns else hours
        ends = begins + lasts
        if self.leaves_at_all and len(leaving := np.flatnonzero(self.leaves.take(cell) < ends)):
            cell[leaving], begins[leaving], ends[leaving], worked = self._among_leavers(
                columns[leaving], arrives[leaving], hours[leaving], cell[leaving], begins[leaving]
            )
            lasts = np.array(lasts)
            lasts[leaving] = worked
        if self.learns and teaches:
            self.practice[cell] += self.replicas
        self.free.ravel()[cell] = ends
        tally(columns, begins - arrives, lasts, line=self.waited, work=self.busy)
        return begins, ends

    def _pace(self, cell: Mask) -> Array:
        """Time that the holders of some places take, of that of a newcomer."""
        return self.paces.take(self.practice.take(cell))  # type: ignore[no-any-return]

    # --- where somebody leaves before the work ends ---------------------------------------------------

    def _among_leavers(self, columns: Mask, arrives: Array, hours: Array, cell: Mask, begins: Array) -> tuple[Mask, Array, Array, Array]:
        """In which place the work is done after all, when it begins and ends, and hours of work.

        Who left with nothing in her hands is replaced and the choice made anew; who leaves in the middle is replaced by
        somebody who goes on where she stopped, at the pace of a newcomer.

        Parameters
        ----------
        cell, begins
            Who would take the work, and when, did nobody leave.
        """
        gone = np.flatnonzero((self.leaves[cell] <= begins) & np.isfinite(begins))
        if len(gone):
            self._renew_idle(columns[gone], arrives[gone])
            place, free = first_of(self.free.take(columns[gone], axis=1))
            cell[gone], begins[gone] = place * self.replicas + columns[gone], np.maximum(arrives[gone], free)
        lasts = hours * self._pace(cell) if self.learns else hours
        ends = begins + lasts
        cut = np.flatnonzero(self.leaves[cell] < ends)
        while len(cut := cut[np.isfinite(ends[cut])]):
            cells = cell[cut]
            left = ends[cut] - self.leaves[cells]
            longer = left / self._pace(cells) if self.learns else left
            lasts[cut] += longer - left
            ends[cut] = back = self._renew(cells) + longer
            cut = cut[self.leaves[cells] < back]
        return cell, begins, ends, lasts

    def _renew_idle(self, columns: Mask, arrives: Array) -> None:
        """Replace everybody who left before work arrives, in all places at once, until somebody is there or on her way."""
        cells, until = (np.arange(self.places)[:, None] * self.replicas + columns).ravel(), np.tile(arrives, self.places)
        while len(cells):
            left = np.flatnonzero(np.isfinite(self.leaves[cells]) & (self.leaves[cells] <= np.maximum(until, self.free.take(cells))))
            cells, until = cells[left], until[left]
            self._renew(cells)

    def _renew(self, cells: Mask) -> Array:
        """The next person in some places, and when she has been found and trained; in the end nobody comes any more. [hour]"""
        place, column, person = cells // self.replicas, cells % self.replicas, self.person[cells]
        free = self.leaves[cells] + self.staff.gaps[person % len(self.staff.gaps), place, column]
        free[person >= MOST_PEOPLE] = np.inf
        self.free.ravel()[cells] = free
        self.person[cells] = person = person + 1
        self.leaves[cells] = free + self.staff.stays[person % len(self.staff.stays), place, column]
        if self.learns:
            self.practice[cells] = column
        return free


def tally(columns: Mask, waited: Array, hours: Array, *, line: Array, work: Array) -> None:
    """Add up hours in line and hours of work, of what is taken at all; in place.

    Parameters
    ----------
    waited, hours
        ``(column,)`` [hour]
    line, work
        Sums so far. ``(replica,)`` [hour]
    """
    taken = np.isfinite(waited)
    if not taken.all():
        columns, waited, hours = columns[taken], waited[taken], hours[taken]
    some = slice(None) if len(columns) == len(line) else columns
    work[some] += hours
    line[some] += waited


def first_of(times: Array) -> tuple[Mask, Array]:
    """Row of the earliest time of each column, the first of equal ones, and that time.

    >>> [each.tolist() for each in first_of(np.array([[2.0, 1.0], [1.0, 1.0]]))]
    [[1, 0], [1.0, 1.0]]
    """
    if len(times) == 1:
        return np.zeros(times.shape[1], dtype=np.intp), times[0]
    earliest = times.min(axis=0)
    later = np.ones(times.shape[1], dtype=bool)
    row = np.zeros(times.shape[1], dtype=np.uint8 if len(times) < 256 else np.intp)
    for each in times[:-1]:  # as many rows as stand before the earliest
        later &= each > earliest
        row += later  # type: ignore[misc]
    return row.astype(np.intp), earliest
