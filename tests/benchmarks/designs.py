"""A whole study of twelve tasks in six strategies: nominal, tornado, Monte Carlo and Sobol' indices, by what ``simulate sensitivity`` runs.

``python tests/benchmarks/designs.py [--rounds N] [--auto]`` prints JSON: the seconds of each design in a process
of its own, once its libraries are loaded, beside those that it takes to load them; the ratio of the two is judged,
in interleaved rounds. The designs are checked first: indices against the variance of the draws, the nominal design
against the middle of the tornado. What a verdict takes that also says what carried it is told beside. ``--auto`` tells besides what the study takes where a plan has to be found for
each strategy. Absolute times are printed and never judged.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[2]
TASKS, DRAWS = 12, 4096
STRATEGIES = ("unified", "specialists", "adapters", "unified_then_specialists", "merged", "prompted")
LIBRARIES = "import numpy, scipy.special, click, yaml"
GOAL = 12.0
"""Seconds of the study over those of loading its libraries: it takes 1.9 s (2 s are asked for) where loading takes .19 s, and room for noise."""
GIVEN, AUTO = "given", "auto"
ENVIRONMENT = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
T = TypeVar("T")


def text(examples: str = GIVEN) -> str:
    """Twelve tasks of which the nearer ones help each other more, with examples of their own or with what a plan buys."""
    lines = ["base: llama-3.1-8b", "budget: {limit: $600k, covers: [data, training, people]}", "unseen: {share: 5% to 15%}", "strategies:"]
    lines += [f"  {name}: {{{'like_base: yes' if name == 'prompted' else ''}}}" for name in STRATEGIES]
    lines.append("tasks:")
    for task in range(TASKS):
        count, score = 300 * (task + 1) if examples == GIVEN else "auto", "{base: 0.4 to 0.5, ceiling: 0.85 to 0.95}"
        data = f"{{examples: {count}, price: $3 to $6 per example}}"
        lines.append(f"  t{task}: {{traffic: {5 + task}k to {20 + task}k requests/month, score: {score}, data: {data}}}")
    near = {f"t{one}/t{other}": max(0.8 - 0.07 * (other - one), 0.05) for one in range(TASKS) for other in range(one + 1, TASKS)}
    return "\n".join([*lines, f"similarity: {{{', '.join(f'{pair}: {each:.2f} to {each + 0.15:.2f}' for pair, each in near.items())}}}"])


def alone(examples: str) -> dict[str, float | str | int]:
    """One study in this process, its libraries loaded: seconds of each design, of the first time that it is run."""
    exec(LIBRARIES)
    from tuneplan.scenario.load import loads
    from tuneplan.study.design import Nominal, monte_carlo
    from tuneplan.study.run import at, run
    from tuneplan.study.sensitivity import analysis, tornado
    from tuneplan.study.verdict import verdict

    seconds: dict[str, float] = {}

    def timed(name: str, work: Callable[[], T]) -> T:
        started = time.perf_counter()
        found = work()
        seconds[name] = time.perf_counter() - started
        return found

    def bars(*args: object, **more: object) -> tornado.Tornado:
        return timed("tornado", lambda: plain(*args, **more))

    plain, analysis.tornado = analysis.tornado, bars  # type: ignore[assignment]
    scenario = timed("reading", lambda: loads(text(examples)))
    simulated = timed("Monte Carlo", lambda: run(scenario, monte_carlo(DRAWS), explained=False))
    nominal = timed("nominal", lambda: run(scenario, Nominal()) if examples == GIVEN else at(simulated, Nominal()))
    judged = timed("verdict", lambda: verdict(simulated))
    found = timed("sensitivity", lambda: analysis.sensitivity(judged))
    assert found is not None
    check(nominal, found)
    seconds["Sobol' indices, switch points and regions"] = seconds.pop("sensitivity") - seconds["tornado"]
    whole = sum(seconds.values())
    if examples == GIVEN:
        timed("besides: a verdict that says what carried it", lambda: verdict(run(scenario, monte_carlo(DRAWS))))
    return {
        **{name: round(each, 3) for name, each in seconds.items()}, "whole": whole,
        "compared": f"{found.best} with {found.against}", "inputs": len(found.effects) + found.left_out, "points of a set": found.points,
    }  # fmt: skip


def check(nominal: object, found: object) -> None:
    """The designs are of one model: the middle of the tornado is the nominal design, and indices are shares of one variance."""
    from tuneplan.study.options import options_of
    from tuneplan.study.run import Run
    from tuneplan.study.sensitivity.analysis import Sensitivity

    assert isinstance(nominal, Run)
    assert isinstance(found, Sensitivity)
    options = options_of(nominal)
    rows = [options.strategies.index(name) for name in (found.best, found.against)]
    difference = float(options.objective[rows[0], 0] - options.objective[rows[1], 0])
    assert math.isclose(difference, found.nominal.difference, rel_tol=1e-9, abs_tol=1e-9)
    assert found.points
    shares = [each.shares.first_order.mean for each in found.effects if each.shares is not None]
    assert 0.3 < sum(shares) + sum(each.first_order.mean for each in (found.others, found.luck) if each is not None) < 1.3


def measured(examples: str, rounds: int) -> dict[str, object]:
    """Medians of interleaved rounds."""
    pairs = []
    for _ in range(rounds):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", LIBRARIES], check=True, cwd=ROOT, env=ENVIRONMENT)
        loading = time.perf_counter() - started
        child = subprocess.run([sys.executable, __file__, "--alone", examples], check=True, capture_output=True, text=True, cwd=ROOT, env=ENVIRONMENT)
        pairs.append((loading, json.loads(child.stdout)))
    loading, whole = median(one for one, _ in pairs), median(each["whole"] for _, each in pairs)
    middle = min((each for _, each in pairs), key=lambda each: abs(each["whole"] - whole))
    return {**middle, "whole": round(whole, 3), "loading the libraries": round(loading, 3), "ratio": round(whole / loading, 2)}


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--auto", action="store_true", help="tell of plans besides, which take minutes")
    parser.add_argument("--alone", default="", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.alone:
        print(json.dumps(alone(asked.alone)))
        return 0
    found: dict[str, object] = {"tasks": TASKS, "strategies": len(STRATEGIES), "draws": DRAWS, "rounds": asked.rounds}
    found["seconds, examples given"] = given = {**measured(GIVEN, asked.rounds), "goal, ratio": GOAL}
    if asked.auto:
        found["seconds, a plan for each strategy"] = {**measured(AUTO, 1), "goal, ratio": None}
    print(json.dumps(found, indent=2))
    return int(float(str(given["ratio"])) > GOAL)


if __name__ == "__main__":
    sys.exit(main())
