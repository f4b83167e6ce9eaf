"""Small scenarios with pilots as their strategies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from scipy import special

from building import text_of
from tuneplan.evidence.calibration import Observation
from tuneplan.evidence.calibration.observations import Forward
from tuneplan.scenario.load import loads
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import Design

TASKS = ("a", "b", "c")


def scenario_of(pilots: Mapping[str, Mapping[str, int]], *, tasks: Sequence[str] = TASKS, base: object = "0.4 to 0.5", **more: object) -> Scenario:
    """A scenario with one strategy a pilot: examples by task, of one model."""
    strategies = {
        name: {"kind": "unified", "examples": {task: counts.get(task, 0) for task in tasks}} for name, counts in pilots.items()
    }
    own = {task: {"score.base": base, "score.ceiling": "0.7 to 0.95"} for task in tasks}
    return loads(text_of(own, strategies=strategies, law={}, **more))


@pytest.fixture(scope="session")
def pilots() -> Scenario:
    """Each of three tasks alone, and all together."""
    return scenario_of({**{f"alone_{task}": {task: 1000} for task in TASKS}, "all": dict.fromkeys(TASKS, 1000)})


@pytest.fixture(scope="session")
def measured(pilots: Scenario) -> tuple[Observation, ...]:
    """What they score where everything is at a random place of the prior, without errors."""
    blank = tuple(
        Observation(scenario=pilots, strategy=strategy, request=task, value=0.0)
        for task in TASKS for strategy in (f"alone_{task}", "all")
    )  # fmt: skip
    forward = Forward.of(blank)
    truth = special.ndtri(Design(draws=1, scrambles=1, stream="truth").points(forward.names))
    truth[[name.startswith("clash.") for name in forward.names]] = 0.0
    found = forward.at(forward.names, truth)[:, 0]
    return tuple(
        Observation(scenario=pilots, strategy=each.strategy, request=each.request, value=float(value))
        for each, value in zip(blank, np.asarray(found), strict=True)
    )
