"""Blocks of a run on the cores that there are: results in the order of the blocks, the same for any number of threads.

NumPy lets other threads work while it does, so that threads of the standard library do; from the size of a
block on, they spend next to nothing on waiting for one another.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from typing import TypeVar

MOST_THREADS = 4
"""Blocks that are worked on at a time: each takes memory of its own, and they share the way to it."""
_here = threading.local()
"""Whether this thread is one of several already: what it starts itself is then worked on one after another."""
Part = TypeVar("Part")
Found = TypeVar("Found")


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def side_by_side(work: Callable[[Part], Found], parts: Iterable[Part]) -> list[Found]:
    """What ``work`` makes of each part, in their order.

    >>> side_by_side(abs, [-3, 2, -1])
    [3, 2, 1]
    """
    waiting = list(parts)
    threads = min(cores(), MOST_THREADS, len(waiting))
    if threads <= 1 or getattr(_here, "is_one_of_several", False):
        return [work(each) for each in waiting]
    from concurrent.futures import ThreadPoolExecutor  # which a study of one block does without

    with ThreadPoolExecutor(threads, initializer=_begin) as pool:
        return list(pool.map(work, waiting))


def _begin() -> None:
    _here.is_one_of_several = True
