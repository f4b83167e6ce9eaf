"""A large sweep to Parquet: constant memory, constant time a row, and the same bytes however often it is killed.

``python tests/benchmarks/sweep.py [--full]`` prints JSON and fails when memory is above its goal or grows with rows, when
a row takes longer among ten million (``--full``), or when a sweep that was killed at random moments ends in other bytes. ``--full`` asks for
ten million rows and ten kills, which takes minutes; else it is a million and three. Seconds are printed, never judged.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMMAND = "from tuneplan.cli.main import entry; entry()"
MEMORY_MIB, GROWTH, SLOWER = 300.0, 1.1, 1.15
PER_TEN = ("--sweep", "tasks.email.traffic=10k..100k requests/month:log:1000", "--sweep", "similarity.email/summary=0.1..0.9:10")
"""Ten thousand rows for each budget."""


def sweep(rows: int, target: Path, *more: str) -> subprocess.Popen[bytes]:
    """A process that keeps so many rows, a multiple of ten thousand."""
    words = ["sweep", "scenarios/startup.yaml", "--set", "schedule.counts=no", "--plans", "once", "--draws", "1", "-q", "-o", str(target)]
    words += ["--sweep", f"budget.limit=20k..100k USD:{rows // 10_000}", *PER_TEN, *more]
    return subprocess.Popen([sys.executable, "-c", COMMAND, *words], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def measured(rows: int) -> tuple[float, float, dict[str, str]]:
    """Seconds, peak MiB and parts of an undisturbed run."""
    with tempfile.TemporaryDirectory() as folder:
        target, started = Path(folder) / "rows", time.perf_counter()
        process = sweep(rows, target)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, process.stderr.read().decode() if process.stderr else ""
        return time.perf_counter() - started, used.ru_maxrss / 1024.0, parts(target)


def parts(target: Path) -> dict[str, str]:
    """Name of each part -> digest of its bytes."""
    return {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in sorted(target.glob("part-*"))}


def killed(rows: int, kills: int, seconds: float) -> dict[str, str]:
    """Parts of a sweep that was killed so often at random moments and gone on with each time."""
    chance = random.Random(7)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "rows"
        for _ in range(kills):
            process = sweep(rows, target, "--resume")
            time.sleep(chance.uniform(0.3, 1.0) * max(seconds / kills, 1.0))
            process.send_signal(signal.SIGKILL)
            process.communicate()
        process = sweep(rows, target, "--resume")
        _, told = process.communicate()
        assert process.returncode == 0, told.decode()
        return parts(target)


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true")
    full = parser.parse_args().full
    many, few, kills = (10_000_000, 1_000_000, 10) if full else (1_000_000, 200_000, 3)
    small, base, large = (measured(rows) for rows in (20_000, few, many))
    a_row = {rows: (each[0] - small[0]) / (rows - 20_000) for rows, each in ((few, base), (many, large))}
    growth, slower = large[1] / base[1], a_row[many] / a_row[few]
    again = killed(few, kills, base[0])
    print(json.dumps({
        "rows": many, "seconds": round(large[0], 1), "microseconds a row": round(1e6 * a_row[many], 2), "peak, MiB": round(large[1], 1), "peak allowed, MiB": MEMORY_MIB,
        "peak over that of fewer rows": round(growth, 3), "allowed": GROWTH, "time of a row over that among fewer": round(slower, 3), "slower allowed": SLOWER,
        "fewer rows": few, "killed": kills, "parts": len(again), "parts as if never killed": again == base[2],
    }, indent=2))  # fmt: skip
    return int(large[1] > MEMORY_MIB or growth > GROWTH or (full and slower > SLOWER) or again != base[2])


if __name__ == "__main__":
    sys.exit(main())
