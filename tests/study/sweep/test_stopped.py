"""Stopped at any moment, by Ctrl-C or without notice, a sweep is gone on with to the same bytes, and nobody stays at work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from killed_sweeps import files
from peak import TOLD
from toy_sweep import Toy
from tuneplan.study.sweep.dataset import opened
from tuneplan.study.sweep.pace import Progress
from tuneplan.study.sweep.storage import kept

TESTS = Path(__file__).resolve().parents[2]
TARGETS = ("results.csv", "results")
both = pytest.mark.parametrize("name", TARGETS)
PATIENCE = 60
"""Seconds after which something hangs."""


def python(code: str, folder: Path) -> subprocess.Popen[str]:
    """A process of its own, which knows the toys."""
    path = os.pathsep.join([str(TESTS), *sys.path])
    return subprocess.Popen([sys.executable, "-c", code], cwd=folder, env=os.environ | {"PYTHONPATH": path}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def told_by(code: str, folder: Path) -> str:
    process = python(code, folder)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    return out


@both
def test_killed_before_any_call_to_the_disk(name: str, tmp_path: Path) -> None:
    calls = told_by(f"import killed_sweeps, pathlib\nprint(killed_sweeps.at_every_step(pathlib.Path('.'), {name!r}))", tmp_path)
    assert int(calls) > 20


@both
def test_killed_ten_times_at_random(name: str, tmp_path: Path) -> None:
    killed = told_by(f"import killed_sweeps, pathlib\nprint(killed_sweeps.at_random(pathlib.Path('.'), {name!r}, workers=2))", tmp_path)
    assert int(killed) > 0


@both
@pytest.mark.parametrize(("workers", "releases"), [(1, True), (2, True), (2, False)])
def test_ctrl_c_ends_at_once_and_keeps_what_is_done(name: str, workers: int, releases: bool, tmp_path: Path) -> None:
    """Nobody stays at work: whoever does holds the pipe that is read here."""
    work = f"Toy(rows=40_000, rows_of_a_block=100, seconds=0.02, releases={releases})"
    caller = python(
        "from toy_sweep import Toy\nfrom tuneplan.study.sweep.storage import kept\n"
        f"try:\n    kept({work}, {name!r}, workers={workers}, told=lambda it: print(it.rows_done, flush=True))\n"
        "except KeyboardInterrupt:\n    print('interrupted')\n",
        tmp_path,
    )
    assert caller.stdout is not None
    while int(caller.stdout.readline()) < 200:
        pass
    os.killpg(caller.pid, signal.SIGINT)
    out, err = caller.communicate(timeout=PATIENCE)
    *rows, last = out.split()
    assert (last, err, caller.returncode) == ("interrupted", "", 0)
    there = opened(tmp_path / name)
    assert int(([200, *map(int, rows)])[-1]) <= there.rows < 40_000
    assert not [path for path in files(tmp_path) if "partial" in path or "lock" in path]
    assert sum(len(each["row"]) for each in there.batches(["row"])) == there.rows


def test_memory_does_not_grow_with_rows(tmp_path: Path) -> None:
    code = f"""{TOLD}
import sys
from toy_sweep import Toy
from tuneplan.study.sweep.dataset import opened
from tuneplan.study.sweep.storage import kept
def worked(rows, name):
    kept(Toy(rows=rows, rows_of_a_block=10_000), name)
    assert sum(len(each["row"]) for each in opened(name).batches(["row", "budget.limit", "unified.cost"], 10_000)) == rows
    return peak()
few = max(worked(30_000, "few.csv"), worked(100_000, "few"))
more = max(worked(150_000, "more.csv"), worked(1_000_000, "more"))
print(few, more)
"""
    few, more = map(int, told_by(code, tmp_path).split())
    assert more <= 1.1 * few


@both
def test_a_lock_holds_as_long_as_its_process(name: str, tmp_path: Path) -> None:
    """One that was killed leaves a file, which locks nobody out."""
    begin = "from toy_sweep import Toy\nfrom tuneplan.study.sweep.storage import kept\nwork = Toy(rows=100_000, rows_of_a_block=100, seconds=0.02)\n"
    holder = python(f"{begin}kept(work, {name!r}, told=lambda it: print(it.rows_done, flush=True))", tmp_path)
    assert holder.stdout is not None
    while int(holder.stdout.readline()) < 100:
        pass
    told = told_by(f"{begin}try:\n    kept(work, {name!r}, resume=True)\nexcept Exception as error:\n    print(error)", tmp_path)
    holder.kill()
    holder.communicate(timeout=PATIENCE)
    assert told.startswith(f"{name}: process {holder.pid} on ")
    assert told.endswith(" is working on this sweep; wait until it ends, or end it and go on with --resume\n")
    assert [path for path in files(tmp_path) if "lock" in path]
    with pytest.raises(KeyboardInterrupt):
        kept(Toy(rows=100_000, rows_of_a_block=100), tmp_path / name, resume=True, told=interrupt)
    assert not [path for path in files(tmp_path) if "lock" in path]


def interrupt(progress: Progress) -> None:
    """As somebody at the keyboard does."""
    raise KeyboardInterrupt
