"""Many replicas, event by event, on all cores; and how far they are from the recursions.

Replicas are worked on in blocks of a size that does not hang on the number of workers, and none of them reads
anything of another: the results are the same to the bit for any number of them.
"""

from __future__ import annotations

import multiprocessing
import os
from dataclasses import dataclass
from functools import partial

import numpy as np

from tuneplan.axes import Mask
from tuneplan.core.schedule.project import Project
from tuneplan.study.schedule.clock import Days
from tuneplan.study.schedule.replica import replicas_of, some_of
from tuneplan.study.schedule.simulation import play_out
from tuneplan.study.schedule.trace import History, joined, together
from tuneplan.study.schedule.workers import shared

AT_ONCE = 50
"""Replicas of a block."""
ALONE = 4
"""Blocks that are done sooner than workers begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replications:
    """Replicas that were simulated event by event.

    Attributes
    ----------
    replicas
        Their numbers on the axis of replicas.
    horizon
        Day at which each simulation ended. [day]
    history
        What came of them, on one more axis at the end.
    """

    replicas: Mask
    horizon: float
    history: History


def replicate(project: Project, replicas: Mask | None = None, *, jobs: int | None = None, until: float | None = None) -> Replications:
    """Simulate some replicas of a project, or all.

    Parameters
    ----------
    replicas
        Numbers on the axis of replicas; None: all.
    jobs
        Processes at work; None: one a core that is at hand. One, or few replicas, need no other process.
    until
        Day at which simulations end; by default the last that the calendar knows.
    """
    chosen = np.arange(project.delivery.there.shape[1]) if replicas is None else np.asarray(replicas, dtype=np.intp)
    if not len(chosen):
        raise ValueError("no replica to simulate")
    horizon = Days(project.calendar).horizon if until is None else until
    blocks = [some_of(project, chosen[start : start + AT_ONCE]) for start in range(0, len(chosen), AT_ONCE)]
    workers = min(jobs or cores(), len(blocks))
    alone = workers < 2 or multiprocessing.current_process().daemon or (jobs is None and len(blocks) <= ALONE)
    work = partial(histories, horizon=horizon)
    parts = [work(block) for block in blocks] if alone else shared(work, blocks, workers)
    return Replications(replicas=chosen, horizon=horizon, history=joined(parts))


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def histories(block: Project, horizon: float) -> History:
    """All replicas of a block, one after another."""
    return together([play_out(replica, horizon) for replica in replicas_of(block)])
