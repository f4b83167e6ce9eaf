"""Processes that share work end with their caller, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from operator import neg
from pathlib import Path

import pytest

from tuneplan.study.schedule.workers import shared

ENDLESS = "import os, time\ndef work(item):\n    os.write(1, b'at work\\n')\n    time.sleep(600)\n"
CALLER = (
    "import endless\nfrom tuneplan.study.schedule.workers import shared\n"
    "try:\n    shared(endless.work, [1, 2, 3], 2)\nexcept KeyboardInterrupt:\n    print('interrupted')\n"
)  # fmt: skip
PATIENCE = 60
"""Seconds after which something hangs."""


def test_every_item_is_done_once_and_in_order() -> None:
    assert shared(neg, range(9), 2) == [-item for item in range(9)]
    assert shared(neg, [], 2) == []


@pytest.mark.parametrize(
    ("signals", "told"),
    [((signal.SIGINT,), "interrupted\n"), ((signal.SIGTERM,), ""), ((signal.SIGKILL,), "")],
    ids=["Ctrl-C", "ended", "killed"],
)  # fmt: skip
def test_nobody_stays_at_work_for_a_caller_that_is_gone(signals: Sequence[signal.Signals], told: str, tmp_path: Path) -> None:
    """Whoever does holds the pipe that is read here, and it does not end."""
    caller = started(tmp_path)
    for each in signals:
        caller.send_signal(each)
    assert caller.communicate(timeout=PATIENCE)[0] == told


def test_an_impatient_ctrl_c_leaves_nobody_behind(tmp_path: Path) -> None:
    """To all processes of the terminal, twice."""
    caller = started(tmp_path)
    for _ in range(2):
        os.killpg(caller.pid, signal.SIGINT)
        time.sleep(0.05)
    caller.communicate(timeout=PATIENCE)
    assert caller.returncode is not None


def started(folder: Path) -> subprocess.Popen[str]:
    """A caller whose two workers are at work."""
    (folder / "endless.py").write_text(ENDLESS)
    (folder / "caller.py").write_text(CALLER)
    caller = subprocess.Popen([sys.executable, str(folder / "caller.py")], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True)
    assert caller.stdout is not None
    assert [caller.stdout.readline(), caller.stdout.readline()] == ["at work\n"] * 2
    return caller
