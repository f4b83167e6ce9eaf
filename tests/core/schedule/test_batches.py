"""Examples are cut into batches of which none is lost, and strategies that have the same are known."""

from __future__ import annotations

import numpy as np
import pytest

from timed_scenarios import inputs_of, scenario
from tuneplan.core.derived import Arrays
from tuneplan.core.schedule.batches import READS, batches_of
from tuneplan.core.schedule.declared import MOST_BATCHES
from tuneplan.core.schedule.project import project_of, read_by_phases
from tuneplan.core.schedule.replicas import Draws, Replicas

CASES = ((), ("schedule.batch=7",), ("schedule.batch=1000000",), ("tasks.a.data.examples=100k",), ("tasks.a.data.synthetic={share: 30%}", "schedule.order=in turn"), ("tasks.b.data.examples=10 to 3k",))


@pytest.mark.parametrize("changes", CASES)
def test_every_example_is_in_a_batch_and_all_batches_of_a_task_are_alike(changes: tuple[str, ...]) -> None:
    inputs = inputs_of(scenario(*changes), draws=8)
    found = batches_of(Replicas(Draws(inputs)))
    bought = np.ceil(np.broadcast_to(Arrays(inputs)["bought"], (1, 5, 3, 8)))
    examples = np.broadcast_to(found.examples, (len(found.task), 40))
    for task in range(3):
        assert (examples[found.task == task].sum(axis=0).reshape(5, 8) == bought[0, :, task]).all()
        for written in (False, True):
            own = np.where((each := examples[(found.task == task) & (found.generated == written)]) > 0.0, each, np.nan)
            if len(own):
                assert np.fmax.reduce(own, axis=0)[0] - np.fmin.reduce(own, axis=0)[0] <= 1.0
    assert ((examples > 0.0).sum(axis=0) <= MOST_BATCHES + 6).all()
    assert (np.diff(found.generated.astype(int)) >= 0).all()


def test_tasks_take_turns_where_they_should() -> None:
    one_by_one, in_turn = (project_of(inputs_of(scenario(change), draws=2)).collection.task.tolist() for change in ("schedule.order=one by one", "schedule.order=in turn"))
    assert one_by_one == [0] * 12 + [1] * 7 + [2] * 3
    assert in_turn[:9] == [0, 1, 2] * 3
    assert sorted(in_turn) == one_by_one


def test_what_tells_apart_strategies_by_their_data_is_all_that_data_read() -> None:
    inputs = inputs_of(scenario("tasks.a.data.synthetic={share: 30%}"), draws=2)
    assert set(read_by_phases(inputs)["data"]) == set(READS)
