"""The same model in EMA Workbench, monaco, squigglepy and a loop over scipy's samples, against ours.

``python tests/benchmarks/peers.py [--python PATH] [--rounds N]`` prints JSON. The model is the plain Python of
``tests/plain_model.py``, called scenario by scenario, then ``core.evaluate`` on all scenarios at once, as each peer
allows it: every peer draws the inputs itself, calls the model and collects what comes out. What it drew is first put
to ours, which has to find the same numbers; then both are measured a scenario, in interleaved rounds of one process:
ours draws its inputs too, and is compiled once, which is told apart.
It fails where they differ, or where a ratio misses its goal. Peers that are not installed are named and left out.
``--python`` names an environment that has them (``pip install "tuneplan[peers]"``); nothing at run time needs them.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import importlib.util
import io
import json
import logging
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from statistics import median
from typing import Any

from peer_runs import PEERS, ROOT, SCALAR, VARIED, VECTORISED, Question, plain_numbers

SCALAR_GOALS = {"ema_workbench": 300.0, "monaco": 200.0, "squigglepy": 500.0, "scipy": None}
VECTORISED_GOALS = {"ema_workbench": 3.0, "monaco": 3.0, "squigglepy": 3.0, "scipy": None}
GOALS = {SCALAR: SCALAR_GOALS, VECTORISED: VECTORISED_GOALS}
"""How many times as long a scenario a peer takes, at least; None: told alone."""
SIZES = {SCALAR: dict.fromkeys(SCALAR_GOALS, 150), VECTORISED: {"ema_workbench": 10_000, "monaco": 1_500, "squigglepy": 100_000, "scipy": 100_000}}
"""Scenarios of a peer's run: what it takes grows with them, so that fewer will do for a slow one."""
OURS = 100_000
"""Scenarios of our run."""
CLOSE = 1e-9


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Without the progress bars and the reports of peers."""
    logging.disable(logging.CRITICAL)
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        yield
    logging.disable(logging.NOTSET)


def apart(question: Question, name: str, kind: str) -> float:
    """How far what a peer found lies from what we find for the inputs that it drew, as a share."""
    import numpy as np

    values, found = PEERS[name](question, min(SIZES[kind][name], 300), kind)
    again = question.ours(values)
    assert all(np.ptp(each) > 0.0 for each in again.values())
    return max(float((np.abs(found[output] - each) / np.abs(each)).max()) for output, each in again.items())


def measured(question: Question, name: str, kind: str, rounds: int) -> dict[str, object]:
    """One peer beside ours, after a check that they agree."""

    def microseconds(work: Callable[[], object], count: int) -> float:
        started = time.perf_counter()
        work()
        return 1e6 * (time.perf_counter() - started) / count

    count, goal = SIZES[kind][name], GOALS[kind][name]
    with quiet():
        furthest = apart(question, name, kind)
        pairs = [
            (microseconds(lambda: PEERS[name](question, count, kind), count), microseconds(lambda: question.ours(question.drawn(OURS)), OURS))
            for _ in range(rounds)
        ]
    theirs, ours = (median(times) for times in zip(*pairs, strict=True))
    return {
        "theirs, microseconds a scenario": round(theirs, 2), "ours": round(ours, 3), "ratio": round(theirs / ours, 1), "goal": goal,
        "most they differ": furthest, "scenarios of theirs": count,
    }  # fmt: skip


def alone(plain: Mapping[str, Any], rounds: int) -> dict[str, Any]:
    """All that is installed here."""
    sys.path.insert(0, str(ROOT / "tests"))
    question = Question(plain)
    there = [name for name in PEERS if importlib.util.find_spec(name) is not None]
    for name in there:
        with quiet():
            importlib.import_module(name)
    return {
        "scenarios of ours": OURS, "compiling them once, seconds": round(question.compiling, 3), "rounds": rounds, "inputs that vary": len(VARIED), "not installed": [name for name in PEERS if name not in there],
        **{kind: {name: measured(question, name, kind, rounds) for name in there} for kind in GOALS},
    }  # fmt: skip


def missed(found: Mapping[str, Any]) -> bool:
    """Whether anything differs, or is not as fast as it was to be."""
    each = [row for kind in GOALS for row in found[kind].values()]
    return any(row["most they differ"] > CLOSE or (row["goal"] is not None and row["ratio"] < row["goal"]) for row in each)


def main() -> int:
    """Measure where the peers are, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=sys.executable, help="of an environment that has the peers")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.alone:
        print(json.dumps(alone(json.load(sys.stdin), asked.rounds)))
        return 0
    if shutil.which(asked.python) is None:
        parser.error(f"--python: {asked.python} is no program")
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])}
    child = [asked.python, __file__, "--alone", "--rounds", str(asked.rounds)]
    done = subprocess.run(child, input=json.dumps(plain_numbers()), check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment)
    found = json.loads(done.stdout)
    print(json.dumps(found, indent=2))
    return int(missed(found))


if __name__ == "__main__":
    sys.exit(main())
