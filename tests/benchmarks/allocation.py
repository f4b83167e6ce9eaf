"""Plans of many scenarios at once against scipy, scenario by scenario, on the very same model and to the same optimum.

``python tests/benchmarks/allocation.py [--scenarios N] [--sample M]`` prints JSON and fails when the optima
differ by more than 1e-6 of the value, or when ours is less than 200 times as fast a scenario. scipy solves a
sample; both are measured in interleaved rounds. Absolute times are printed, never judged.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from scipy.optimize import minimize

from tuneplan.core.allocation import allocate
from tuneplan.scenario.load import load
from tuneplan.scenario.lower import lower
from tuneplan.scenario.planned import only
from tuneplan.scenario.schema import DEFAULT_COVERS
from tuneplan.study.design import Design
from tuneplan.study.planning.money import Money, money_of
from tuneplan.study.planning.worth import Worth

ROOT = Path(__file__).resolve().parents[2]
GOAL, GAP, ROUNDS = 200.0, 1e-6, 3


def many(count: int) -> tuple[Worth, Money, np.ndarray]:
    """The startup's unified strategy in as many scenarios as wanted: each a draw of its numbers, with a budget of its own."""
    scenario = only(load(ROOT / "scenarios/startup.yaml"), ["unified"])
    drawn = lower([scenario], Design(draws=count, scrambles=1).points).inputs
    tasks = len(scenario.tasks)
    worth = Worth(inputs=drawn, owned=drawn["existing"], planned=np.ones((1, tasks), dtype=bool), scenarios=count)
    money = money_of(worth, covers=scenario.listed("budget.covers", DEFAULT_COVERS), confidence=0.9)
    return worth, money, money.fixed[:, 0] + np.geomspace(2e3, 2e5, count)


def narrowed(worth: Worth, money: Money) -> Callable[[np.ndarray], tuple[Any, ...]]:
    """Some of the scenarios alone."""

    def only(rows: np.ndarray) -> tuple[Any, ...]:
        fewer, paid = worth.only(rows), money.only(rows)
        return fewer, paid.spend, narrowed(fewer, paid)

    return only


def one_of(worth: Worth, row: int) -> Worth:
    """One scenario alone."""
    return worth.only(np.array([row]))


def by_scipy(worth: Worth, money: Money, limit: float, row: int) -> float:
    """What SLSQP reaches from an equal share for every task."""
    alone, price, left = one_of(worth, row), money.price[row, :, 0], limit - money.fixed[row, 0]
    size = left / price
    ended = minimize(
        lambda share: -float(alone((share * size)[None, None])[0, 0]), np.full(len(size), 0.9 / len(size)), method="SLSQP",
        bounds=[(0.0, 1.0)] * len(size), constraints=[{"type": "ineq", "fun": lambda share: 1.0 - share.sum()}], options={"ftol": 1e-12, "maxiter": 200},
    )  # fmt: skip
    share = np.clip(ended.x, 0.0, 1.0)
    return float(alone((share / max(share.sum(), 1.0) * size)[None, None])[0, 0])


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> int:
    """Check that both find the same, then measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenarios", type=int, default=4096)
    parser.add_argument("--sample", type=int, default=24)
    asked = parser.parse_args()
    worth, money, limit = many(asked.scenarios)
    most = np.full((asked.scenarios, worth.planned.shape[1]), 1e9)

    def ours() -> np.ndarray:
        return allocate(worth, money.spend, money=limit, most=most, narrow=narrowed(worth, money)).value

    rows = np.linspace(0, asked.scenarios - 1, asked.sample).astype(int).tolist()
    found, theirs = ours(), np.array([by_scipy(worth, money, float(limit[row]), row) for row in rows])
    gap = float(((theirs - found[rows]) / theirs).max())
    times = [(seconds(ours), seconds(lambda: [by_scipy(worth, money, float(limit[row]), row) for row in rows])) for _ in range(ROUNDS)]
    each, other = median(one for one, _ in times) / asked.scenarios, median(two for _, two in times) / asked.sample
    print(json.dumps({
        "ours, microseconds a scenario": round(1e6 * each, 1), "scipy, microseconds a scenario": round(1e6 * other, 1), "ratio": round(other / each, 1),
        "goal": GOAL, "largest gap": gap, "largest gap allowed": GAP, "scenarios": asked.scenarios, "solved by scipy": asked.sample,
    }, indent=2))  # fmt: skip
    return int(other / each < GOAL or gap > GAP)


if __name__ == "__main__":
    sys.exit(main())
