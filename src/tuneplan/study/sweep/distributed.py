"""Blocks shared out over Dask: to processes of this machine, or to a cluster that is there already.

Every block is worked out and kept as on one machine, so that its bytes are the same; a worker that dies is replaced by
another one, which does its blocks again. Only numbers of blocks and what came of them pass through the scheduler.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any, TypeVar

from tuneplan.errors import UsageError
from tuneplan.study.sweep.sharing import Share
from tuneplan.version import __version__

Made = TypeVar("Made")
LOCAL = "local"
"""Address that stands for processes of this machine."""
EVALUATIONS_OF_A_TASK = 50_000
"""Draws of all rows that a task has at least: less, and the scheduler costs more than the work."""
RETRIES = 5
"""Workers that may die of a task before it is taken to be its fault."""
TASKS_AHEAD = 2
"""Tasks a thread of the cluster that wait or are done before their turn: more would only take memory."""
PATIENCE = "10s"
"""How long a scheduler may take to answer."""


def by_dask(address: str, *, workers: int, evaluations_of_a_block: int) -> Share:
    """Share blocks out over Dask.

    Parameters
    ----------
    address
        Of a scheduler, as ``tcp://HOST:8786``; ``local``: one of its own, for this run.
    workers
        Processes of a ``local`` one.
    evaluations_of_a_block
        Draws of all rows of a block; tasks have as many blocks as it takes to be worth the scheduler's while.

    Raises
    ------
    UsageError
        Dask is not installed, nobody answers, or workers have another version of this package.
    """
    blocks = max(1, -(-EVALUATIONS_OF_A_TASK // evaluations_of_a_block))

    def share(make: Callable[[int], Made], numbers: Sequence[int], /) -> Iterator[Made]:
        with ExitStack() as stack:
            client = _client(address, workers, stack)
            _same_version(client, address)
            yield from _shared(client, make, [tuple(numbers[start : start + blocks]) for start in range(0, len(numbers), blocks)])

    return share


def _client(address: str, workers: int, stack: ExitStack) -> Any:
    """Who talks to the scheduler; it ends with the stack, as does a cluster that was made for it."""
    distributed = _library()
    if address == LOCAL:
        import logging

        cluster = distributed.LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=logging.CRITICAL)
        return stack.enter_context(distributed.Client(stack.enter_context(cluster), set_as_default=False))
    try:
        return stack.enter_context(distributed.Client(address, timeout=PATIENCE, set_as_default=False))
    except (OSError, ValueError, TypeError) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UsageError(f"--scheduler {address}: nobody answers ({said}); give the address of a Dask scheduler, as tcp://HOST:8786, or {LOCAL}") from None


def _library() -> Any:
    from importlib import import_module

    try:
        return import_module("distributed")
    except ImportError:
        raise UsageError("--scheduler needs Dask: pip install 'tuneplan[distributed]'") from None


def _same_version(client: Any, address: str) -> None:
    """Refuse workers that would say something else.

    Raises
    ------
    UsageError
        A worker has another version of this package, or none; or there is no worker.
    """
    found = client.run(_version)
    if not found:
        raise UsageError(f"--scheduler {address}: the scheduler has no workers; start some, with tuneplan {__version__} installed")
    others = sorted({str(each) for each in found.values() if each != __version__})
    if others:
        raise UsageError(f"--scheduler {address}: workers have tuneplan {', '.join(others)} where this is {__version__}; install the same on all of them")


def _version() -> str:
    """Of the package, on a worker."""
    from tuneplan.version import __version__ as there

    return there


def _shared(client: Any, make: Callable[[int], Made], tasks: Sequence[tuple[int, ...]]) -> Iterator[Made]:
    """Results in the order of the tasks, a few of them ahead of the one whose turn it is."""
    killed: type[Exception] = _library().KilledWorker
    window = max(1, TASKS_AHEAD * sum(client.nthreads().values()))
    waiting: deque[tuple[tuple[int, ...], Any]] = deque()
    left = iter(tasks)
    try:
        while True:
            while len(waiting) < window and (task := next(left, None)) is not None:
                waiting.append((task, client.submit(_all_of, make, task, pure=False, retries=RETRIES)))
            if not waiting:
                return
            numbers, future = waiting.popleft()
            yield from future.result()
    except killed:
        raise UsageError(f"blocks {numbers[0]} to {numbers[-1]} ended every worker that took them: is there memory enough?") from None
    finally:
        client.cancel([future for _, future in waiting])


def _all_of(make: Callable[[int], Made], numbers: Sequence[int]) -> list[Made]:
    """What a task comes to, on a worker."""
    return [make(number) for number in numbers]
