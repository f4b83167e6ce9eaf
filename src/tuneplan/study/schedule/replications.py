"""Many replicas, event by event, on all cores; and how far they are from the recursions.

Replicas are worked on in blocks of a size that does not hang on the number of workers, and none of them reads
anything of another: the results are the same to the bit for any number of them. Workers are fresh processes, safe
beside threads, in notebooks, and in scripts that do not guard their main part. What a worker that was killed had
not finished is simulated here instead.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType

import numpy as np

from tuneplan.axes import Mask
from tuneplan.core.schedule.project import Project
from tuneplan.study.schedule.clock import Days
from tuneplan.study.schedule.replica import replicas_of, some_of
from tuneplan.study.schedule.simulation import play_out
from tuneplan.study.schedule.trace import History, joined, together

AT_ONCE = 50
"""Replicas of a block."""
ALONE = 4
"""Blocks that are done sooner than workers begin."""
_STARTING = threading.Lock()


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
    parts = [histories(block, horizon) for block in blocks] if alone else _by_workers(blocks, horizon, workers)
    return Replications(replicas=chosen, horizon=horizon, history=joined(parts))


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def histories(block: Project, horizon: float) -> History:
    """All replicas of a block, one after another."""
    return together([play_out(replica, horizon) for replica in replicas_of(block)])


def _by_workers(blocks: Sequence[Project], horizon: float, workers: int) -> list[History]:
    """Blocks on several processes. A worker that is killed takes its pool with it: what is missing then is done here."""
    pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=_left_to_the_parent)
    try:
        with _apart():
            futures = [_submitted(pool, block, horizon) for block in blocks]
        return [_result(future, block, horizon) for future, block in zip(futures, blocks, strict=True)]
    finally:
        pool.shutdown(cancel_futures=True)


def _submitted(pool: ProcessPoolExecutor, block: Project, horizon: float) -> Future[History] | None:
    try:
        return pool.submit(histories, block, horizon)
    except BrokenProcessPool:
        return None


def _result(future: Future[History] | None, block: Project, horizon: float) -> History:
    try:
        return histories(block, horizon) if future is None else future.result()
    except BrokenProcessPool:
        return histories(block, horizon)


def _left_to_the_parent() -> None:
    """Ctrl-C reaches every process of a terminal; the one that was called tells it, and ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _apart() -> Iterator[None]:
    """While processes start, keep from them what they would take over.

    The main module: they need nothing of it, and a script that does not guard its main part would begin anew in each.
    Ctrl-C: a worker that it met before ``_left_to_the_parent`` would tell the user so.
    """
    with _STARTING:
        main, masks = sys.modules["__main__"], hasattr(signal, "pthread_sigmask")
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if masks else set()
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main
            if masks:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
