"""What came of one replica that was simulated event by event, or of many: dates, counts, hours, and what happened when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np

from tuneplan.axes import Array

COUNTS = ("bought", "labelled", "made again", "accepted", "rejected", "adjudicated", "left")
"""Examples that were bought; labelled or written for the first time; labelled again; that can be trained on; that a review
rejected; that were settled in the end; and that are still on their way when the simulation ends."""
BOUGHT, LABELLED, AGAIN, ACCEPTED, REJECTED, ADJUDICATED, LEFT = range(len(COUNTS))


class Row(NamedTuple):
    """One line of an event log.

    Attributes
    ----------
    day
        Since the start. [day]
    process
        Who, or what, it happened to: ``annotator 2``, ``batch 5``, ``model 1``, ``router``.
    event
        In words: ``begins to label``, ``leaves``, ``taken away``.
    resource
        One of ``records.RESOURCES``, or empty.
    batch, model
        Number of either; -1 where it is about none.
    examples
        That it is about.
    """

    day: float
    process: str
    event: str
    resource: str = ""
    batch: int = -1
    model: int = -1
    examples: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Dates, counts and hours of one replica, or, with replicas on one more axis at the end, of many. Dates are days; infinite: never.

    Attributes
    ----------
    begun, labelled, reviewed, done
        When the labelling of each batch began and ended, its review ended, and all of it could be trained on; of a
        generated batch the first two are when it was written. ``(batch,)``
    data_ready
        When the last example of each task was there; 0 where none is bought. ``(task,)``
    set_up, router
        When each was done; 0 where none is needed. ``()``
    step_begun, step_ended
        First begin and last end of each step of a model; NaN where it did not happen. ``(step, model)``
    trained, live
        When a model's last run ended, and when it answers requests; 0 where it never shall. ``(model,)``
    launch
        When each task's requests are first answered. ``(task,)``
    full
        When all of it has shipped, the router too. ``()``
    counts
        Examples, by ``COUNTS``. ``(7,)``
    busy
        Hours that each of ``records.RESOURCES`` worked, or ran, on pieces of work that ended. ``(5,)`` [hour]
    waited
        Hours that work which was taken had stood in line for it, of working time for the first two, else of calendar
        time. ``(5,)`` [hour]
    """

    begun: Array
    labelled: Array
    reviewed: Array
    done: Array
    data_ready: Array
    set_up: Array
    router: Array
    step_begun: Array
    step_ended: Array
    trained: Array
    live: Array
    launch: Array
    full: Array
    counts: Array
    busy: Array
    waited: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One replica, simulated event by event.

    Attributes
    ----------
    replica
        Its number on the axis of replicas.
    horizon
        Day at which the simulation ended. [day]
    history
        What came of it.
    log
        What happened, in order.
    """

    replica: int
    horizon: float
    history: History
    log: tuple[Row, ...]


def together(histories: Sequence[History]) -> History:
    """Replicas side by side, on one more axis at the end."""
    return History(**{field.name: np.stack([getattr(each, field.name) for each in histories], axis=-1) for field in fields(History)})


def joined(parts: Sequence[History]) -> History:
    """Blocks of replicas one after another."""
    return History(**{field.name: np.concatenate([getattr(each, field.name) for each in parts], axis=-1) for field in fields(History)})
