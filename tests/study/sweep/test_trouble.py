"""A disk that takes nothing more ends a sweep in words; what was written stays, whole, and can be gone on with."""

from __future__ import annotations

import errno
import json
import os
import pickle
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from killed_sweeps import files
from toy_sweep import Toy
from tuneplan.errors import UsageError
from tuneplan.study.sweep.dataset import opened
from tuneplan.study.sweep.pace import Progress
from tuneplan.study.sweep.parquet import write_part
from tuneplan.study.sweep.storage import kept
from tuneplan.study.sweep.trouble import NotKept

WORK = Toy(rows=1_150, rows_of_a_block=200)
TARGETS = ("results.csv", "results")
both = pytest.mark.parametrize("name", TARGETS)
BIG = 10**5
"""Bytes that nothing here comes to."""


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes]]:
    """What an undisturbed run keeps, by target."""
    found = {}
    for name in TARGETS:
        folder = tmp_path_factory.mktemp("truth")
        kept(WORK, folder / name)
        found[name] = files(folder)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "found").mkdir()
    return tmp_path / "found"


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """As the system sees to it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def limit_of(truth: dict[str, bytes], name: str) -> int:
    """Bytes that the first blocks keep to and a later one does not."""
    if name == "results.csv":
        return len(truth[name]) * 2 // 3
    sizes = [len(content) for path, content in sorted(truth.items()) if path.endswith(".parquet")]
    return max(sizes[: next(number for number in range(1, len(sizes)) if sizes[number] > max(sizes[:number]))])


@both
@pytest.mark.parametrize("workers", [1, 2])
def test_the_system_lets_no_file_grow(name: str, workers: int, folder: Path, truth: dict[str, dict[str, bytes]]) -> None:
    with files_no_larger_than(limit_of(truth[name], name)), pytest.raises(UsageError) as told:
        kept(WORK, folder / name, workers=workers)
    done = opened(folder / name).rows
    assert 0 < done < WORK.rows
    assert str(told.value).startswith(f"{folder / name}")
    assert "can't be written: File too large; " in str(told.value)
    assert str(told.value).endswith(
        f"; {done} of {WORK.rows} rows are safe in {folder / name}: keep it where files may be larger, or as a folder of Parquet parts, then go on with --resume"
    )
    assert not [path for path in files(folder) if "partial" in path or "lock" in path]
    kept(WORK, folder / name, resume=True)
    assert files(folder) == truth[name]


@contextmanager
def full_after(size: int, number: int = errno.ENOSPC) -> Iterator[None]:
    """A disk with so many bytes free: the last write is taken in part."""
    real, left = os.write, size

    def write(handle: int, content: bytes) -> int:
        nonlocal left
        if not left:
            raise OSError(number, os.strerror(number))
        taken = real(handle, content[:left])
        left -= taken
        return taken

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "write", write)
        yield


@both
@pytest.mark.parametrize(("number", "remedy"), [(errno.ENOSPC, "make room"), (errno.EDQUOT, "make room in your quota"), (errno.EIO, "")])
def test_a_full_disk(name: str, number: int, remedy: str, folder: Path, truth: dict[str, dict[str, bytes]]) -> None:
    """Wherever it gets full: in rows, or in what tells of them."""
    before = 0
    for size in range(2_000, BIG, 4_321):
        with full_after(size, number):
            try:
                kept(WORK, folder / name, resume=True)
                break
            except UsageError as error:
                told = str(error)
        if f"{name}/_sweep.json" in files(folder) or f"{name}.json" in files(folder):
            done = opened(folder / name).rows
            assert done >= before
            if name == "results.csv":
                counted = json.loads((folder / f"{name}.json").read_text())["bytes_done"]
                assert (folder / name).exists() is False or (folder / name).stat().st_size == counted, "half a block is left"
            before = done
            remedied = f"{remedy}, then " if remedy else ""
            assert told.endswith(f"{os.strerror(number)}; {done} of {WORK.rows} rows are safe in {folder / name}: {remedied}go on with --resume" if done else "no row was kept" + (f": {remedy}" if remedy else ""))
        assert not [path for path in files(folder) if "partial" in path or "lock" in path]
    assert before
    assert files(folder) == truth[name]


@both
@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_a_folder_that_can_not_be_written(name: str, number: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*given: Any, **named: Any) -> int:
        raise OSError(number, os.strerror(number))

    for call in ("open", "mkdir"):
        monkeypatch.setattr(os, call, refuse)
    with pytest.raises(UsageError, match=rf"{name}: can't be written: {os.strerror(number)}"):
        kept(WORK, folder / name)
    monkeypatch.undo()
    assert files(folder) == {}


@both
def test_what_can_not_fit_is_refused_and_what_may_not_is_told(name: str, folder: Path, truth: dict[str, dict[str, bytes]], monkeypatch: pytest.MonkeyPatch) -> None:
    size = sum(len(content) for path, content in truth[name].items() if not path.endswith(".json")) * (WORK.rows - 200) // WORK.rows
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=size // 3))
    with pytest.raises(UsageError, match=r"the rows that are left take about 0\.\d+ MB, and 0\.\d+ MB are free; 200 of 1150 rows are safe in .*: make room, then go on with --resume"):
        kept(WORK, folder / name)
    for free, warnings in ((size * 2, 0), (size, 1)):
        told: list[Progress] = []
        monkeypatch.setattr(shutil, "disk_usage", lambda path, free=free: SimpleNamespace(free=free))
        kept(WORK, folder / name, force=True, told=told.append)
        warned = [each for each in told if each.warning]
        assert len(warned) == warnings
        assert all(each.warning.endswith("are free: they may not fit") and each.rows_done == 200 for each in warned)
    assert files(folder) == truth[name]


def test_who_writes_a_part_leaves_no_half_of_it(folder: Path, truth: dict[str, dict[str, bytes]]) -> None:
    """Nobody comes to clean up after a worker on another machine."""
    with full_after(3_000), pytest.raises(UsageError, match="No space left on device"):
        write_part(WORK, 3, folder)
    assert files(folder) == {}


def test_an_error_of_a_worker_comes_home_whole() -> None:
    error = pickle.loads(pickle.dumps(NotKept("part: can't be written", "make room")))
    assert (str(error), error.remedy) == ("part: can't be written", "make room")
