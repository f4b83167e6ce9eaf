"""Replicas on many processes: the same to the bit for any number of them, whatever becomes of a worker."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import threading
import time
from dataclasses import fields
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from building import lowered, scenario
from random_projects import random_project
from tuneplan.core.schedule.project import Project, project_of
from tuneplan.study.schedule.agreement import recursion
from tuneplan.study.schedule.replica import some_of
from tuneplan.study.schedule.replications import AT_ONCE, histories, replicate
from tuneplan.study.schedule.simulation import simulate
from tuneplan.study.schedule.trace import History
from tuneplan.study.schedule.workers import shared

SEED = 7
TESTS = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def work() -> Project:
    return random_project(SEED, replicas=3 * AT_ONCE + 7)


@pytest.fixture(scope="module")
def alone(work: Project) -> History:
    return replicate(work, jobs=1).history


def assert_same(one: History, other: History) -> None:
    for field in fields(History):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name), err_msg=field.name)


@pytest.mark.parametrize("jobs", [2, 3])
def test_any_number_of_workers_gives_the_same_numbers(jobs: int, work: Project, alone: History) -> None:
    assert_same(replicate(work, jobs=jobs).history, alone)


def test_some_replicas_are_simulated_as_among_all(work: Project, alone: History) -> None:
    chosen = np.array([AT_ONCE + 3, 2, 100])
    some = replicate(work, chosen, jobs=1)
    assert some.replicas.tolist() == chosen.tolist()
    np.testing.assert_array_equal(some.history.done, alone.done[:, chosen])
    np.testing.assert_array_equal(simulate(work, 100).history.done, alone.done[:, 100])


def test_no_replica_at_all_is_an_error(work: Project) -> None:
    with pytest.raises(ValueError, match="no replica to simulate"):
        replicate(work, np.array([], dtype=int))


def test_a_worker_that_is_killed_changes_nothing(work: Project, alone: History) -> None:
    killed = []

    def kill() -> None:
        for _ in range(2_000):
            for child in multiprocessing.active_children():
                killed.append(child.pid)
                child.kill()
                return
            time.sleep(0.005)

    thread = threading.Thread(target=kill)
    thread.start()
    found = replicate(work, jobs=2).history
    thread.join()
    assert killed
    assert_same(found, alone)


def test_a_mistake_in_a_worker_is_told(work: Project) -> None:
    with pytest.raises(AttributeError, match="calendar"):
        shared(partial(histories, horizon=10.0), [some_of(work, np.arange(2)), None], 2)  # type: ignore[list-item]


def test_a_script_that_does_not_guard_its_main_part_runs_once(tmp_path: Path) -> None:
    """And no process stays behind, or is started by one that was started."""
    script = tmp_path / "plain.py"
    script.write_text(
        f"import sys\nsys.path.insert(0, {str(TESTS)!r})\nprint('begins')\nfrom random_projects import random_project\n"
        "from tuneplan.study.schedule.replications import replicate\n"
        f"work = random_project({SEED}, replicas=120)\nprint((replicate(work, jobs=2).history.done == replicate(work, jobs=1).history.done).all())\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout.split(), done.stderr) == (["begins", "True"], "")


# --- common random numbers ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def two_and_three() -> tuple[Project, Project]:
    given = {"deadline__date": "2027-06-30", "start": "2027-01-04", "gpu__spot": True, "schedule__gate": "30%"}
    few, more = (scenario(strategies=names, **given) for names in (("unified", "specialists"), ("unified", "specialists", "unified_then_specialists")))
    return tuple(project_of(lowered(it, draws=8).inputs) for it in (few, more))  # type: ignore[return-value]


def test_adding_a_strategy_changes_no_other_s_dates(two_and_three: tuple[Project, Project]) -> None:
    few, more = two_and_three
    own = few.delivery.there.shape[1]
    for way in (lambda it: replicate(it, np.arange(own), jobs=1).history.launch, lambda it: recursion(it)["launch"][..., :own]):
        np.testing.assert_array_equal(way(few), way(more))


def test_a_batch_has_the_same_luck_in_every_strategy(two_and_three: tuple[Project, Project]) -> None:
    work = two_and_three[1]
    for name in ("examples", "labelling", "rejected", "failed"):
        by_strategy = getattr(work.collection, name).reshape(-1, *work.shape[1:])
        np.testing.assert_array_equal(by_strategy, np.broadcast_to(by_strategy[:, :1], by_strategy.shape))


# --- what is told of a replica ----------------------------------------------------------------------------


def test_a_log_tells_what_happened_in_order(work: Project, alone: History) -> None:
    trace = simulate(work, 5)
    assert trace.log
    days = [row.day for row in trace.log]
    assert days == sorted(days)
    for batch in np.flatnonzero(np.isfinite(alone.done[:, 5]) & (work.collection.examples[:, 5] > 0.0)):
        (done,) = [row for row in trace.log if row.event == "done" and row.batch == batch]
        assert done.day == alone.done[batch, 5]
        assert done.examples == work.collection.examples[batch, 5]
    live = {row.model: row.day for row in trace.log if row.event == "is live"}
    assert live == {int(model): alone.live[model, 5] for model in np.flatnonzero(np.isfinite(alone.live[:, 5]) & (alone.live[:, 5] > 0.0))}


def test_a_log_tells_who_left_and_what_was_taken_away() -> None:
    events = {row.event for seed in range(12) for row in simulate(random_project(seed), 0).log}
    assert {"leaves", "is replaced", "begins to label", "begins to review", "begins to make again", "is settled", "has written", "GPUs are taken away", "run starts again", "is sent back"} <= events
