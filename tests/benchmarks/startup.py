"""Does a verdict, and a check, feel instant? Whole processes, side by side, in interleaved rounds.

``python tests/benchmarks/startup.py [--rounds N]`` prints JSON and fails when a ratio of medians is
above its goal. Absolute times are printed, never judged.
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
SCENARIO = "scenarios/startup.yaml"
COMMAND = "from tuneplan.cli.main import entry; entry()"
LIBRARIES = "import numpy, click, yaml, scipy.special; from pydantic import BaseModel"
LOADED = "import numpy, click, yaml; from tuneplan.late import special; special.ndtri"
"""What a verdict loads of them: of scipy.special the compiled functions alone, see ``tuneplan.late``."""
PAIRS = {
    "verdict with 4 096 draws, plans found": ((LIBRARIES,), (COMMAND, SCENARIO, "--set", "schedule.counts=no"), 2.5),
    "the same, and when each draw ships": ((LIBRARIES,), (COMMAND, SCENARIO), 2.5),
    "verdict, against what it loads itself": ((LOADED,), (COMMAND, SCENARIO), None),
    "check": (("import click, yaml; from pydantic import BaseModel",), (COMMAND, "check", SCENARIO), 1.3),
    "check, against pydantic before any of its names": (("import click, yaml, pydantic",), (COMMAND, "check", SCENARIO), None),
}
"""What is measured -> what is imported, what is run, and the goal for the ratio of their times; None: told alone.
pydantic loads its names when they are first used, so that its mere import is no measure of standing on it."""
AS_INSTALLED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Compiled files are kept, as they are for whoever installs the package."""


def seconds(code: str, *arguments: str) -> float:
    """Wall time of one Python process."""
    command = [sys.executable, "-c", code, *arguments]
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT, env=AS_INSTALLED)
    return time.perf_counter() - started


def measured(base: tuple[str, ...], ours: tuple[str, ...], goal: float | None, rounds: int) -> dict[str, float | None]:
    """Medians of interleaved rounds, after one that is not counted."""
    seconds(*base), seconds(*ours)
    pairs = [(seconds(*base), seconds(*ours)) for _ in range(rounds)]
    imports, whole = (statistics.median(times) for times in zip(*pairs, strict=True))
    return {"imports, seconds": round(imports, 3), "whole, seconds": round(whole, 3), "ratio": round(whole / imports, 2), "goal": goal}


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=31)
    rounds = parser.parse_args().rounds
    found = {name: measured(*pair, rounds) for name, pair in PAIRS.items()}
    print(json.dumps({**found, "rounds": rounds}, indent=2))
    return int(any(each["goal"] is not None and each["ratio"] > each["goal"] for each in found.values()))


if __name__ == "__main__":
    sys.exit(main())
