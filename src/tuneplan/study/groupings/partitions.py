"""Groupings as numbers: for each task the group that it is in, counted in order of first appearance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from tuneplan.core.strategies import ModelOfTask


def every_grouping(tasks: int) -> tuple[ModelOfTask, ...]:
    """All ways to group tasks, one model for all first, one a task last.

    Restricted growth strings in lexicographic order: a task joins a group of those before it, or
    opens the next one. There are 1, 2, 5, 15, 52, 203, 877, 4 140 of 1 to 8 tasks (Bell numbers).

    >>> every_grouping(3)
    ((0, 0, 0), (0, 0, 1), (0, 1, 0), (0, 1, 1), (0, 1, 2))
    """
    found: list[ModelOfTask] = [(0,)]
    for _ in range(tasks - 1):
        found = [(*grouping, group) for grouping in found for group in range(max(grouping) + 2)]
    return tuple(found)


def counted(groups: Sequence[int]) -> ModelOfTask:
    """The same grouping with its groups counted in order of first appearance.

    >>> counted((2, 0, 2, 5))
    (0, 1, 0, 2)
    """
    number: dict[int, int] = {}
    return tuple(number.setdefault(group, len(number)) for group in groups)


def sets_of(grouping: ModelOfTask) -> tuple[int, ...]:
    """Its groups, each as a whole number with one bit a task.

    >>> sets_of((0, 1, 0))
    (5, 2)
    """
    found = [0] * (max(grouping) + 1)
    for task, group in enumerate(grouping):
        found[group] |= 1 << task
    return tuple(found)


def members(group: int) -> tuple[int, ...]:
    """Tasks of a set.

    >>> members(5)
    (0, 2)
    """
    return tuple(task for task in range(group.bit_length()) if group >> task & 1)


def around(group: int, tasks: int) -> ModelOfTask:
    """A grouping that holds a set: beside it, all the others in one.

    >>> around(0b0110, 4), around(0b11, 2)
    ((0, 1, 1, 0), (0, 0))
    """
    return counted([group >> task & 1 for task in range(tasks)])


def membership(groups: Sequence[int], tasks: int) -> np.ndarray:
    """Whether a task is in a set, ``(set, task)`` of 0 and 1.

    >>> membership([5, 2], 3).tolist()
    [[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]
    """
    bits = np.array(groups, dtype=np.int64)[:, None] >> np.arange(tasks)[None]
    return (bits & 1).astype(np.float64)


def merges(grouping: ModelOfTask) -> Iterator[ModelOfTask]:
    """Every grouping with two of its groups made one.

    >>> list(merges((0, 1, 2)))
    [(0, 0, 1), (0, 1, 0), (0, 1, 1)]
    """
    count = max(grouping) + 1
    for first in range(count):
        for second in range(first + 1, count):
            yield counted([first if group == second else group for group in grouping])


def shifts(grouping: ModelOfTask) -> Iterator[ModelOfTask]:
    """Every grouping with one task moved to another group, or to one of its own.

    >>> list(shifts((0, 0, 1)))
    [(0, 1, 0), (0, 1, 2), (0, 1, 1), (0, 0, 0)]
    """
    count, seen = max(grouping) + 1, {grouping}
    for task in range(len(grouping)):
        for group in range(count + 1):
            moved = counted([*grouping[:task], group, *grouping[task + 1 :]])
            if moved not in seen:
                seen.add(moved)
                yield moved


def label(grouping: ModelOfTask, tasks: Sequence[str]) -> str:
    """A grouping in words.

    >>> label((0, 1, 0), ("email", "qa", "summary"))
    'email + summary | qa'
    """
    return " | ".join(" + ".join(tasks[task] for task in members(group)) for group in sets_of(grouping))
