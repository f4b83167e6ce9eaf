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


def shared(work: Callable[[Item], Result], items: Sequence[Item], workers: int) -> list[Result]:
    """What a function that can be pickled makes of each item, in their order.

    Parameters
    ----------
    workers
        Processes at work.
    """
    crew: list[tuple[BaseProcess, Connection]] = []
    try:
        with _apart():
            for _ in range(workers):
                crew.append(_started(work))
        done = _dealt([line for _, line in crew], items)
        return [done[number] if number in done else work(item) for number, item in enumerate(items)]
    finally:
        _ended(crew)


def _started(work: Callable[[Any], Any]) -> tuple[BaseProcess, Connection]:
    """A worker, which ends with this process at the latest."""
    context = multiprocessing.get_context("spawn")
    line, far_end = context.Pipe()
    process = context.Process(target=_at_work, args=(far_end, work), daemon=True)
    process.start()
    far_end.close()  # once the worker alone holds it, the line breaks with the worker
    return process, line


def _dealt(lines: Sequence[Connection], items: Sequence[Any]) -> dict[int, Any]:
    """Results by number of the item: each worker gets the next one as soon as it has none; without those of workers that are gone."""
    left, done, busy = iter(range(len(items))), dict[int, Any](), dict[Connection, int]()

    def give(line: Connection) -> None:
        number = next(left, None)
        if number is not None:
            with suppress(OSError):
                line.send(items[number])
                busy[line] = number

    for line in lines:
        give(line)
    while busy:
        ready = wait(list(busy))
        for line in [each for each in busy if each in ready]:
            number = busy.pop(line)
            with suppress(EOFError, OSError):
                done[number] = line.recv()
                give(line)
    return done


def _ended(crew: Sequence[tuple[BaseProcess, Connection]]) -> None:
    """End workers, whatever they do; one of whom an impatient Ctrl-C leaves something is ended by its line, or as this process ends."""
    for process, _ in crew:
        process.kill()
    for process, line in crew:
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
    Ctrl-C: a worker that it met before it was at work would tell the user so.
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
