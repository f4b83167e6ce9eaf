"""A sweep over Dask is the sweep of one machine, also where workers die."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from toy_sweep import Toy
from tuneplan.errors import UsageError
from tuneplan.study.sweep import distributed as by
from tuneplan.study.sweep.pace import Progress
from tuneplan.study.sweep.storage import kept

ROWS, BLOCK = 12_000, 400


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two processes that are there already."""
    import logging

    import distributed

    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=logging.CRITICAL) as found:
        yield found


def parts(folder: Path) -> dict[str, bytes]:
    """Name of each part -> its bytes."""
    return {each.name: each.read_bytes() for each in sorted(folder.glob("part-*"))}


def test_a_killed_worker_changes_no_byte(cluster: Any, tmp_path: Path) -> None:
    work, killed = Toy(rows=ROWS, rows_of_a_block=BLOCK, seconds=0.02), []

    def kill(now: Progress) -> None:
        if not killed and now.rows_done > 2 * BLOCK:
            killed.append(next(iter(cluster.workers.values())).pid)
            os.kill(killed[0], signal.SIGKILL)

    share = by.by_dask(cluster.scheduler_address, workers=2, evaluations_of_a_block=20_000)
    found = kept(work, tmp_path / "dask", told=kill, share=share)
    kept(work, tmp_path / "alone")
    assert killed
    assert found.rows == ROWS
    assert parts(tmp_path / "dask") == parts(tmp_path / "alone")
    assert len(parts(tmp_path / "dask")) == work.blocks


def test_a_csv_file_too_and_a_cluster_of_its_own(tmp_path: Path) -> None:
    work = Toy(rows=3_000)
    kept(work, tmp_path / "dask.csv", share=by.by_dask("local", workers=2, evaluations_of_a_block=1_000))
    kept(work, tmp_path / "alone.csv")
    assert (tmp_path / "dask.csv").read_bytes() == (tmp_path / "alone.csv").read_bytes()


def test_a_mistake_on_a_worker_is_told_as_one(cluster: Any, tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="block 1 is a mistake"):
        kept(Toy(rows=3_000, fails_at=1), tmp_path / "dask", share=by.by_dask(cluster.scheduler_address, workers=2, evaluations_of_a_block=10**6))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense://x"])
def test_a_scheduler_that_does_not_answer(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by, "PATIENCE", "1s")
    with pytest.raises(UsageError, match=f"--scheduler {address}: nobody answers"):
        kept(Toy(rows=10), tmp_path / "dask", share=by.by_dask(address, workers=1, evaluations_of_a_block=1))


def test_workers_of_another_version_are_refused(cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by, "__version__", "99")
    with pytest.raises(UsageError, match=r"workers have tuneplan .* where this is 99"):
        kept(Toy(rows=10), tmp_path / "dask", share=by.by_dask(cluster.scheduler_address, workers=1, evaluations_of_a_block=1))


def test_dask_is_named_where_it_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"pip install 'tuneplan\[distributed\]'"):
        kept(Toy(rows=10), tmp_path / "dask", share=by.by_dask("local", workers=1, evaluations_of_a_block=1))
