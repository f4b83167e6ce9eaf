"""Does an event-by-event simulation feel instant? 36 batches x 4 strategies x 500 replications with SimPy, on two workers.

``python tests/benchmarks/schedule.py [--rounds N]`` prints JSON. First every date has to agree with the recursion's.
Then a ratio of processor times is judged, which two workers share: in the same rounds two plain SimPy processes hand a
ball to and fro, as many events as the project has in all. The goal of 5 s is one of absolute time, which is told and not
judged, as it hangs on the machine and on who else is at work there: the ball took 2.1 s, so that at ``GOAL`` two
free cores take 3.7 s. The recursion, which sweeps use, is told beside it.
"""
# ruff: noqa: E402 - threads are set before numpy is loaded

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

from tuneplan.cli.main import THREADS

for name in THREADS:  # before numpy is loaded, as the command does
    os.environ.setdefault(name, "1")

import numpy as np
import simpy

from tuneplan.core.schedule.project import Project, project_of
from tuneplan.core.schedule.timeline import play
from tuneplan.scenario.load import load
from tuneplan.scenario.lower import lower
from tuneplan.study.design import monte_carlo
from tuneplan.study.schedule.agreement import agreement
from tuneplan.study.schedule.clock import Clock, Days
from tuneplan.study.schedule.replica import replicas_of, some_of
from tuneplan.study.schedule.replications import replicate
from tuneplan.study.schedule.simulation import play_out

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = ROOT / "scenarios" / "startup.yaml"
PROJECT = (
    "tasks.email.data.examples=3k", "tasks.summary.data.examples=3k", "tasks.qa.data.examples=3k", "schedule.batch=250", "schedule.attrition=5%/month", "gpu.spot=yes", "gpu.provider=aws",
    "strategies.pair={groups: [[email, summary], [qa]]}",
)  # fmt: skip
"""12 batches of each of three tasks."""
BATCHES, STRATEGIES, REPLICATIONS, WORKERS = 36, ("unified", "specialists", "adapters", "pair"), 500, 2
GOAL = 3.5
"""Most processor time that the project may take, workers and their start included, in times of as many plain events."""
SECONDS = 5.0
SAME = 1e-9
"""Days by which dates may differ."""


def project() -> Project:
    """Draws of the startup with so many batches in each of so many strategies."""
    lowered = lower([load(SCENARIO, overrides=list(PROJECT))], monte_carlo(REPLICATIONS).points)
    whole = project_of(lowered.inputs)
    _, strategies, draws = whole.shape
    rows = [[spec.name for spec in lowered.inputs.structure.strategies].index(name) for name in STRATEGIES]
    return some_of(whole, np.arange(strategies * draws).reshape(strategies, draws)[rows, :REPLICATIONS].ravel())


def events_of(work: Project) -> int:
    """Events of one replica in twenty, times twenty."""
    found, horizon = 0, Days(work.calendar).horizon

    def counted(clock: Clock) -> None:
        nonlocal found
        found += 1
        simpy.Environment.step(clock)

    with patch.object(Clock, "step", counted):
        for each in replicas_of(some_of(work, np.arange(0, len(work.delivery.set_up), 20))):
            play_out(each, horizon)
    return 20 * found


def ball(events: int) -> None:
    """Two processes that hand a ball to and fro, a request of a resource, a moment and a release each time."""
    environment = simpy.Environment()
    hands = simpy.Resource(environment)

    def player() -> Iterator[simpy.Event]:
        while True:
            request = hands.request()
            yield request
            yield environment.timeout(1.0)
            hands.release(request)

    for _ in range(2):
        environment.process(player())
    environment.run(until=events / 3.0)


def seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Wall time, and processor time of this process and of those that it began."""
    started, before = time.perf_counter(), os.times()
    work()
    return time.perf_counter() - started, sum(os.times()[:4]) - sum(before[:4])


def main() -> int:
    """Agree first, then measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    work = project()
    apart, events = agreement(work, replicate(work, jobs=WORKERS)), events_of(work)
    batches = int((work.collection.examples > 0.0).sum(axis=0).min())
    times = [(seconds(lambda: ball(events)), seconds(lambda: replicate(work, jobs=WORKERS)), seconds(lambda: play(work))) for _ in range(rounds)]
    plain, simulated, recursion = np.median(times, axis=0)
    ratio = simulated[1] / plain[1]
    print(json.dumps({
        "batches, strategies, replications, workers": [batches, len(STRATEGIES), REPLICATIONS, WORKERS],
        "largest difference from the recursion, days": apart, "allowed": SAME, "events": events,
        "as many plain events in one process, seconds": round(plain[0], 2), "simulated, seconds": round(simulated[0], 2), "goal, seconds (told, not judged)": SECONDS,
        "plain events, processor seconds": round(plain[1], 2), "simulated, processor seconds": round(simulated[1], 2), "ratio of these": round(ratio, 2), "goal": GOAL,
        "recursion, processor seconds": round(recursion[1], 3), "times as fast as event by event": round(simulated[1] / recursion[1]), "rounds": rounds,
    }, indent=2))  # fmt: skip
    return int(apart > SAME or ratio > GOAL or batches < BATCHES)


if __name__ == "__main__":
    sys.exit(main())
