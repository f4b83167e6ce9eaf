"""Blocks come back in order from anybody, no more of them at once than asked for."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from functools import partial
from operator import neg
from pathlib import Path

import pytest

from toy_sweep import killed_at_3, noted, process
from tuneplan.study.schedule.workers import ONE_THREAD, streamed
from tuneplan.study.sweep.sharing import AHEAD, by_processes, by_threads, here, sharing


@pytest.mark.parametrize("share", [here, by_threads(2), by_threads(9), by_processes(2)], ids=["here", "threads", "many threads", "processes"])
def test_results_come_in_order(share) -> None:
    assert list(share(neg, range(23))) == [-number for number in range(23)]
    assert list(share(neg, [7, 3, 5])) == [-7, -3, -5]
    assert list(share(neg, [])) == []


def test_few_are_done_before_their_turn() -> None:
    begun: list[int] = []
    results = by_threads(3)(lambda number: begun.append(number) or number, range(100))
    for turn in range(10):
        assert next(results) == turn
        time.sleep(0.01)
        assert len(begun) <= turn + 3 + AHEAD
    results.close()  # type: ignore[attr-defined]
    assert len(begun) < 20, "who is closed begins nothing more"
    assert not [each for each in threading.enumerate() if each.name.startswith("sweep")]


def test_processes_wait_for_their_turn(tmp_path: Path) -> None:
    results = streamed(partial(noted, tmp_path), list(range(40)), 2, ahead=3)
    for turn in range(10):
        assert next(results) == turn
        time.sleep(0.01)
        assert len(list(tmp_path.iterdir())) <= turn + 3
    results.close()  # type: ignore[attr-defined]
    assert not multiprocessing.active_children()


def test_threads_for_numpy_processes_for_python() -> None:
    assert sharing(1, blocks=9, releases=True) is here
    assert sharing(8, blocks=1, releases=False) is here
    assert threads_of(sharing(2, blocks=9, releases=True)) == {os.getpid()}
    assert os.getpid() not in threads_of(sharing(2, blocks=9, releases=False))


def threads_of(share) -> set[int]:
    return set(share(process, range(4)))


def test_workers_multiply_on_one_core(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless somebody says otherwise; the process that asked goes on as before."""
    monkeypatch.delenv(ONE_THREAD[0], raising=False)
    monkeypatch.setenv(ONE_THREAD[1], "2")
    assert list(streamed(os.getenv, ONE_THREAD[:2], 2, ahead=2)) == ["1", "2"]
    assert ONE_THREAD[0] not in os.environ


def test_one_who_was_killed_is_replaced() -> None:
    """What was lost is done by the caller; the others' share goes on in processes."""
    found = list(streamed(killed_at_3, range(20), 2, ahead=3))
    assert [number for number, _ in found] == list(range(20))
    assert found[3][1] == os.getpid()
    assert len({who for _, who in found} - {os.getpid()}) == 3
