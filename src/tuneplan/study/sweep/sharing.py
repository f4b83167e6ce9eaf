"""Blocks shared out to threads or processes, and handed back in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, TypeVar

from tuneplan.study.schedule.workers import streamed

Made = TypeVar("Made")
AHEAD = 1
"""Blocks that may be done before their turn, beside one for each worker: more would only take memory."""


class Share(Protocol):
    """A way to share work out: what a function makes of each number, in their order."""

    def __call__(self, make: Callable[[int], Made], numbers: Sequence[int], /) -> Iterator[Made]:
        """Start, and hand back one after another."""


def here(make: Callable[[int], Made], numbers: Sequence[int], /) -> Iterator[Made]:
    """One after another, by the process that asks."""
    return map(make, numbers)


def by_threads(workers: int) -> Share:
    """Threads of this process: for work that lets others run meanwhile."""

    def share(make: Callable[[int], Made], numbers: Sequence[int], /) -> Iterator[Made]:
        waiting: deque[Future[Made]] = deque()
        pool = ThreadPoolExecutor(workers, thread_name_prefix="sweep")
        try:
            for number in numbers:
                waiting.append(pool.submit(make, number))
                if len(waiting) == workers + AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:  # what is in work ends; nothing else begins
            pool.shutdown(cancel_futures=True)

    return share


def by_processes(workers: int) -> Share:
    """Fresh processes: for work that is done in Python."""

    def share(make: Callable[[int], Made], numbers: Sequence[int], /) -> Iterator[Made]:
        return streamed(make, numbers, workers, ahead=workers + AHEAD)

    return share


def sharing(workers: int, *, blocks: int, releases: bool) -> Share:
    """How so many blocks are shared out best.

    Parameters
    ----------
    releases
        Whether the work lets other threads run.
    """
    workers = min(workers, blocks)
    if workers <= 1:
        return here
    return by_threads(workers) if releases else by_processes(workers)
