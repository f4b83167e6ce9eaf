"""Does a verdict feel instant? Whole processes, side by side, in interleaved rounds.

``python tests/benchmarks/startup.py [--rounds N]`` prints JSON and fails when the ratio of the
medians is above the goal. Absolute times are printed, never judged.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GOAL = 2.5
"""A full verdict with 4 096 draws takes at most this many times the import of what it stands on."""
LEAN = "import numpy, click, yaml, scipy.special"
VERDICT = "from tuneplan.cli.main import entry; entry()"


AS_INSTALLED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Compiled files are kept, as they are for whoever installs the package."""


def seconds(code: str, *arguments: str) -> float:
    """Wall time of one Python process."""
    command = [sys.executable, "-c", code, *arguments]
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT, env=AS_INSTALLED)
    return time.perf_counter() - started


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    scenario = "scenarios/startup.yaml"
    seconds(LEAN), seconds(VERDICT, scenario)
    pairs = [(seconds(LEAN), seconds(VERDICT, scenario)) for _ in range(rounds)]
    lean, verdict = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = verdict / lean
    print(json.dumps({
        "lean imports, seconds": round(lean, 3),
        "verdict with 4 096 draws, seconds": round(verdict, 3),
        "ratio": round(ratio, 2),
        "goal": GOAL,
        "rounds": rounds,
    }, indent=2))  # fmt: skip
    return int(ratio > GOAL)


if __name__ == "__main__":
    sys.exit(main())
