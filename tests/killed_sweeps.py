"""Sweeps that are stopped without notice, in processes forked by one that has imported all it needs.

Run by ``python -c``: a test process has threads, and is not to be forked.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from toy_sweep import Toy
from tuneplan.study.sweep.storage import kept

SMALL = Toy(rows=150, rows_of_a_block=100)
SLOW = Toy(rows=30_050, rows_of_a_block=1000, seconds=0.002)


def files(folder: Path) -> dict[str, bytes]:
    """All files below a folder, by their paths."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def at_every_step(folder: Path, target: str) -> int:
    """A sweep that is killed before its first call to the disk, and resumed; one before its second; and so on: how many there are."""
    wait_for_no_disk()
    for step in range(1, 1000):
        (folder / "found").mkdir(exist_ok=True)
        done = forked(lambda step=step: (killed_at(step), kept(SMALL, folder / "found" / target)))
        kept(SMALL, folder / "found" / target, resume=True)
        expect_same(folder / "found", SMALL, folder, target)
        if done:
            return step - 1
        for path in sorted((folder / "found").rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
    raise AssertionError("it goes on and on")


def at_random(folder: Path, target: str, workers: int) -> int:
    """A sweep that is killed ten times at random moments and resumed: how often before it was done."""
    wait_for_no_disk()
    moments, killed = random.Random(7), 0
    (folder / "found").mkdir()
    for _ in range(10):
        killed += not forked(lambda: kept(SLOW, folder / "found" / target, resume=True, workers=workers), moments.uniform(0.0, 0.04))
    kept(SLOW, folder / "found" / target, resume=True)
    expect_same(folder / "found", SLOW, folder, target)
    return killed


def wait_for_no_disk() -> None:
    """What a process wrote before it is killed is with the system; to wait matters only where the power goes."""
    os.fsync = lambda handle: None  # type: ignore[assignment]


def expect_same(found: Path, work: Toy, folder: Path, target: str) -> None:
    """File by file, byte by byte, what an undisturbed run keeps."""
    if not (folder / "truth").exists():
        (folder / "truth").mkdir()
        kept(work, folder / "truth" / target)
    assert files(found) == files(folder / "truth")


def forked(run: Callable[[], Any], seconds: float | None = None) -> bool:
    """Whether it came to its end, in a process that is killed after so many seconds."""
    child = os.fork()
    if not child:
        run()
        os._exit(0)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) in (0, -signal.SIGKILL)
    return os.waitstatus_to_exitcode(status) == 0


def killed_at(step: int) -> None:
    """Let this process be killed before the call to the disk of that number; half of what it was to write is written."""
    left = step

    def counted(name: str) -> None:
        real = getattr(os, name)

        def call(*given: Any, **named: Any) -> Any:
            nonlocal left
            left -= 1
            if not left:
                if name == "write":
                    real(given[0], given[1][: len(given[1]) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*given, **named)

        setattr(os, name, call)

    for name in ("open", "write", "fsync", "ftruncate", "replace", "unlink", "mkdir"):
        counted(name)
