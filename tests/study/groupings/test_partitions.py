"""Groupings as numbers: as many as Bell says, each once, in a stable order."""

from __future__ import annotations

import pytest

from tuneplan.study.groupings.partitions import (
    around,
    counted,
    every_grouping,
    members,
    merges,
    sets_of,
    shifts,
)

BELL = {1: 1, 2: 2, 3: 5, 4: 15, 5: 52, 6: 203, 7: 877, 8: 4140}


@pytest.mark.parametrize(("tasks", "count"), BELL.items())
def test_there_are_as_many_as_bell_says_each_once_and_in_order(tasks: int, count: int) -> None:
    found = every_grouping(tasks)
    assert len(found) == len(set(found)) == count
    assert list(found) == sorted(found)
    assert found[0] == (0,) * tasks
    assert found[-1] == tuple(range(tasks))
    assert all(grouping == counted(grouping) for grouping in found)


@pytest.mark.parametrize("tasks", [1, 3, 5])
def test_sets_of_a_grouping_hold_each_task_once(tasks: int) -> None:
    for grouping in every_grouping(tasks):
        assert sorted(task for group in sets_of(grouping) for task in members(group)) == list(range(tasks))


@pytest.mark.parametrize("tasks", [2, 4, 6])
def test_all_sets_of_all_groupings_are_all_sets(tasks: int) -> None:
    found = {group for grouping in every_grouping(tasks) for group in sets_of(grouping)}
    assert found == set(range(1, 2**tasks))


@pytest.mark.parametrize("tasks", [2, 5])
def test_a_set_is_one_of_the_groups_around_it(tasks: int) -> None:
    for group in range(1, 2**tasks):
        assert group in sets_of(around(group, tasks))


def test_every_grouping_is_reached_by_moves_from_any_other() -> None:
    reached, new = set(), {(0, 1, 2, 3)}
    while new:
        reached |= new
        new = {near for grouping in new for near in (*merges(grouping), *shifts(grouping))} - reached
    assert reached == set(every_grouping(4))


def test_merges_have_one_model_less() -> None:
    for grouping in every_grouping(5):
        found = list(merges(grouping))
        models = max(grouping) + 1
        assert len(found) == len(set(found)) == models * (models - 1) // 2
        assert all(max(each) == models - 2 and each == counted(each) for each in found)
