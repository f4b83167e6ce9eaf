"""Fresh processes that share work: safe beside threads, in notebooks, and in scripts that do not guard their main part.

Each worker has a line of its own to the process that called it, which no other holds: whatever becomes of either end,
the other learns of it. What a worker that was killed, or failed, had not finished is done by the caller instead, where
a mistake is told as if nobody else had been asked. Workers end with the call, however it ends, and with the caller.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import ModuleType
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
_STARTING = threading.Lock()
A_MOMENT_S = 2.0
"""Seconds that a process whose line broke may take to end."""
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""How many threads multiply matrices in a worker: one, unless said otherwise; the workers are the threads."""


def shared(work: Callable[[Item], Result], items: Sequence[Item], workers: int) -> list[Result]:
    """What a function that can be pickled makes of each item, in their order.

    Parameters
    ----------
    workers
        Processes at work.
    """
    return list(streamed(work, items, workers, ahead=len(items)))


def streamed(work: Callable[[Item], Result], items: Sequence[Item], workers: int, *, ahead: int) -> Iterator[Result]:
    """The same, each result when its turn has come.

    Parameters
    ----------
    workers
        Processes at work.
    ahead
        Items that may be begun beyond the one whose turn it is: about so many results are held at most.
    """
    crew = _Crew(work, items)
    try:
        crew.grow(workers)
        for turn in range(len(items)):
            crew.give(turn + ahead)
            while turn not in crew.done:
                if turn in crew.busy.values():
                    crew.take()
                    crew.give(turn + ahead)
                else:  # nobody has it, or who had it is gone
                    crew.pass_by(turn)
                    crew.done[turn] = work(items[turn])
            yield crew.done.pop(turn)
    finally:
        _ended(list(crew.members.items()))


class _Crew:
    """Workers by the lines to them, what each is busy with, and what they have done."""

    def __init__(self, work: Callable[[Any], Any], items: Sequence[Any]) -> None:
        self.members: dict[Connection, BaseProcess] = {}
        self.busy: dict[Connection, int] = {}
        self.done: dict[int, Any] = {}
        self._work, self._items, self._next, self._in_reserve = work, items, 0, 0

    def grow(self, workers: int) -> None:
        """Start so many, and be ready to start as many again in the place of those that are killed."""
        self._in_reserve = workers
        for _ in range(workers):
            self._join()

    def give(self, end: int) -> None:
        """The next items, up to a number, to those who have none."""
        for line in [each for each in self.members if each not in self.busy]:
            if self._next < min(end, len(self._items)):
                try:
                    line.send(self._items[self._next])
                    self.busy[line] = self._next
                    self._next += 1
                except OSError:
                    self._lose(line)

    def pass_by(self, number: int) -> None:
        """An item that the caller does."""
        self._next = max(self._next, number + 1)

    def take(self) -> None:
        """Wait until somebody has a result, or is gone."""
        ready = wait(list(self.busy))
        for line in [each for each in self.busy if each in ready]:
            number = self.busy.pop(line)
            try:
                self.done[number] = line.recv()
            except (EOFError, OSError):
                self._lose(line)

    def _join(self) -> None:
        with _apart():
            process, line = _started(self._work)
            self.members[line] = process

    def _lose(self, line: Connection) -> None:
        """One who failed has met a mistake, which the caller meets next; for one who was killed another one comes."""
        process = self.members.pop(line)
        process.join(A_MOMENT_S)
        was_killed = process.exitcode is not None and process.exitcode < 0
        _ended([(line, process)])
        if was_killed and self._in_reserve:
            self._in_reserve -= 1
            self._join()


def _started(work: Callable[[Any], Any]) -> tuple[BaseProcess, Connection]:
    """A worker, which ends with this process at the latest."""
    context = multiprocessing.get_context("spawn")
    line, far_end = context.Pipe()
    process = context.Process(target=_at_work, args=(far_end, work), daemon=True)
    process.start()
    far_end.close()  # once the worker alone holds it, the line breaks with the worker
    return process, line


def _ended(crew: Sequence[tuple[Connection, BaseProcess]]) -> None:
    """End workers, whatever they do; one of whom an impatient Ctrl-C leaves something is ended by its line, or as this process ends."""
    for _, process in crew:
        process.kill()
    for line, process in crew:
        process.join()
        line.close()


def _at_work(line: Connection, work: Callable[[Any], Any]) -> None:
    """A worker: one item after another, until the line breaks or it fails.

    Ctrl-C reaches every process of a terminal; the one that was called tells it, and ends the others.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_the_caller, daemon=True).start()
    with suppress(Exception):
        while True:
            line.send(work(line.recv()))


def _leave_with_the_caller() -> None:
    """Who was killed can end nobody, and a worker would hold what it inherited: files, and pipes of the terminal."""
    if (caller := multiprocessing.parent_process()) is not None:
        caller.join()
        os._exit(1)


@contextmanager
def _apart() -> Iterator[None]:
    """While processes start, keep from them what they would take over.

    The main module: they need nothing of it, and a script that does not guard its main part would begin anew in each.
    Ctrl-C: a worker that it met before it was at work would tell the user so. And the habit to multiply on all cores.
    """
    with _STARTING:
        main, masks = sys.modules["__main__"], hasattr(signal, "pthread_sigmask")
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if masks else set()
        unsaid = [name for name in ONE_THREAD if name not in os.environ]
        os.environ.update(dict.fromkeys(unsaid, "1"))
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main
            for name in unsaid:
                del os.environ[name]
            if masks:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
