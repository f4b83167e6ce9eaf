"""A pool of people who take the work that has waited longest, and how long each of them stays."""

from __future__ import annotations

from dataclasses import dataclass

from tuneplan.axes import Array
from tuneplan.late import np


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
    """People at work, in all replicas at once.

    Attributes
    ----------
    busy
        Hours worked so far. ``(replica,)`` [hour]
    """

    def __init__(self, staff: Staff) -> None:
        self.staff = staff
        self.places, replicas = staff.ready.shape
        self.columns = np.arange(replicas)
        self.free = staff.ready.copy()
        self.leaves_at_all = bool(len(staff.stays)) and bool(np.isfinite(staff.stays).any())
        self.learns = bool(np.any(staff.learning))
        self.practice = np.zeros((self.places, replicas))
        self.person = np.zeros((self.places, replicas), dtype=np.intp)
        self.leaves = np.ascontiguousarray(staff.ready + staff.stays[0]) if self.leaves_at_all else np.full((1, 1), np.inf)
        self.busy = np.zeros(replicas)

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
            never = np.full(len(self.columns), np.inf)
            return never, never
        if self.leaves_at_all:
            self._replace_who_left(arrives)
        place = first_of(self.free) * len(self.columns) + self.columns
        free = self.free.ravel()
        begins = np.maximum(arrives, free[place])
        taken = np.isfinite(begins)
        if self.learns:
            practice = self.practice.ravel()
            hours = hours * (1.0 + practice[place]) ** -self.staff.learning
        ends = begins + hours
        if self.leaves_at_all:
            ends = self._with_replacements(place, ends, taken)
        if self.learns and teaches:
            practice[place] += taken
        self.busy += np.where(taken, hours, 0.0)
        free[place] = np.where(taken, ends, free[place])
        return begins, ends

    def _replace_who_left(self, arrives: Array) -> None:
        """Fill places whose holder left with nothing in her hands, before the work arrives."""
        while True:
            until = np.maximum(np.where(np.isfinite(arrives), arrives, -np.inf), self.free)
            gone = (self.leaves <= until) & np.isfinite(self.leaves)
            if not gone.any():
                return
            self._renew(np.flatnonzero(gone.ravel()))

    def _renew(self, cells: Array) -> None:
        """The next person in some places, free when she has been found and trained."""
        free, leaves, person = self.free.ravel(), self.leaves.ravel(), self.person.ravel()
        known = np.minimum(person[cells], len(self.staff.gaps) - 1)
        free[cells] = leaves[cells] + self.staff.gaps.reshape(len(self.staff.gaps), -1)[known, cells]
        person[cells] += 1
        self.practice.ravel()[cells] = 0.0
        following = np.minimum(person[cells], len(self.staff.stays) - 1)
        leaves[cells] = free[cells] + self.staff.stays.reshape(len(self.staff.stays), -1)[following, cells]

    def _with_replacements(self, place: Array, ends: Array, taken: Array) -> Array:
        """When work ends whose holder may leave in the middle: who replaces her goes on where she stopped, at the pace of a newcomer."""
        leaves, free, practice = self.leaves.ravel(), self.free.ravel(), self.practice.ravel()
        while True:
            cut = np.flatnonzero(taken & (leaves[place] < ends))
            if not len(cut):
                return ends
            cells = place[cut]
            left = (ends[cut] - leaves[cells]) * (1.0 + practice[cells]) ** self.staff.learning[cut]
            self._renew(cells)
            ends = ends.copy()
            ends[cut] = free[cells] + left


def first_of(times: Array) -> Array:
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
