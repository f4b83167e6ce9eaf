"""Runs on capacity that is taken away now and then."""

from __future__ import annotations

from dataclasses import dataclass

from tuneplan.axes import Array
from tuneplan.core.schedule import luck
from tuneplan.late import np

MOST_INTERRUPTIONS = 512
"""Times that a run is interrupted before it is given up; it never ends then."""
BEFORE_RUNS = 2
"""Numbers of a model's stream that are read before those of its runs: the gate's and that of waiting for capacity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """How capacity comes and goes.

    Attributes
    ----------
    hazard
        Interruptions an hour of running. ``(replica,)`` [1/hour]
    between, restart
        Hours of work between checkpoints, 0: all the time; hours to start again. ``(replica,)`` [hour]
    point
        The stream of each model's luck. ``(model, replica)``
    """

    hazard: Array
    between: Array
    restart: Array
    point: Array

    def gap(self, run: int, number: int) -> Array:
        """Hours of running before an interruption of a run, counted from the one before. ``(model, replica)``

        Parameters
        ----------
        run
            0 the search, then the final run of each round.
        """
        drawn = luck.stream(self.point, 1, first=BEFORE_RUNS + MOST_INTERRUPTIONS * run + number)[0]
        return luck.waiting_time(drawn, self.hazard)


def with_interruptions(work: Array, spot: Spot, *, run: int) -> Array:
    """Hours that a run takes in all. ``(model, replica)``

    Work since the last checkpoint is lost, and starting again takes time; with checkpoints all the time only
    restarts are lost.

    Parameters
    ----------
    work
        Hours that it takes undisturbed.
    """
    done, taken, running = np.zeros_like(work), np.zeros_like(work), work > 0.0
    for number in range(MOST_INTERRUPTIONS):
        reached = done + spot.gap(run, number)
        running = running & (reached < work)
        if not running.any():
            return taken + (work - done)  # type: ignore[no-any-return]
        taken = np.where(running, taken + (reached - done) + spot.restart, taken)
        done = np.where(running, saved_of(reached, spot.between), done)
    return np.where(running, np.inf, taken + (work - done))  # type: ignore[no-any-return]


def saved_of(reached: Array, between: Array) -> Array:
    """Work that is still there after an interruption: up to the last checkpoint. [hour]

    >>> saved_of(np.array([2.5, 2.5]), np.array([1.0, 0.0])).tolist()
    [2.0, 2.5]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(between > 0.0, np.floor(reached / between) * between, reached)  # type: ignore[no-any-return]
