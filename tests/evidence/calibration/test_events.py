"""Format clashes in pilots: seen where nothing else explains a collapse, and less likely where none is seen."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from evidence.calibration.conftest import TASKS
from tuneplan.evidence.calibration import Observation, calibrate
from tuneplan.evidence.calibration.events import Event
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import monte_carlo

DESIGN = monte_carlo(8192)
CLASH = "clash.a.b+c"
BEFORE = 0.015
"""Low risk (.03), halved by instruction framing."""


def seen(pilots: Scenario, **scores: float) -> list[Observation]:
    """Scores of each task alone and of all together."""
    alone = [Observation(scenario=pilots, strategy=f"alone_{task}", request=task, value=0.65) for task in TASKS]
    return [*alone, *(Observation(scenario=pilots, strategy="all", request=task, value=scores.get(task, 0.65)) for task in TASKS)]


def test_a_collapse_is_a_clash_or_a_run_that_failed(pilots: Scenario) -> None:
    """One in 100 runs fails by itself, and 1.5 in 100 tasks clash: three to two."""
    posterior = calibrate(seen(pilots, a=0.25))
    assert posterior.happened == (CLASH,)
    assert posterior.once == {CLASH: pytest.approx(0.6, abs=0.02)}
    assert posterior.stretched == 1.0
    points = posterior.cube(DESIGN)([CLASH, "clash.b.a+c"])
    assert (points[0] < BEFORE).mean() == pytest.approx(0.6, abs=0.02)
    assert (points[1] < BEFORE).mean() < BEFORE


def test_a_second_run_that_collapses_leaves_no_doubt(pilots: Scenario) -> None:
    again = Observation(scenario=pilots, strategy="all", request="a", value=0.27)
    posterior = calibrate([*seen(pilots, a=0.25), again])
    assert posterior.happened == (CLASH,)
    assert posterior.once == {}
    assert (posterior.cube(DESIGN)([CLASH])[0] < BEFORE).mean() > 0.95


def test_where_none_is_seen_it_is_less_likely_than_before(pilots: Scenario) -> None:
    posterior = calibrate(seen(pilots))
    assert posterior.happened == ()
    points = posterior.cube(DESIGN)([f"clash.{task}.{'+'.join(other for other in TASKS if other != task)}" for task in TASKS])
    assert ((points < BEFORE).mean(axis=1) < 0.7 * BEFORE).all()


def test_pilots_of_single_tasks_say_nothing_of_clashes(pilots: Scenario) -> None:
    posterior = calibrate(seen(pilots)[:3])
    assert not [name for name in posterior.names if name.startswith("clash.")]


def test_a_usual_loss_is_no_clash(pilots: Scenario) -> None:
    assert calibrate(seen(pilots, a=0.63)).happened == ()


@pytest.mark.parametrize(("before", "after"), [(0.015, 0.9), (0.3, 0.01), (0.1, 0.1)])
def test_the_shift_makes_the_chance_right(before: float, after: float) -> None:
    for happened in (False, True):
        event = Event(name=CLASH, before=before, after=after, happened=happened)
        scores = event.spread * special.ndtri(DESIGN.points([CLASH])[0]) + event.shift
        assert np.mean(special.ndtr(scores) < before) == pytest.approx(after, abs=1e-3)


def test_what_happened_may_not_happen_where_less_is_left_to_chance() -> None:
    event = Event(name=CLASH, before=0.015, after=1.0, happened=True)
    points = special.ndtr(event.spread * special.ndtri(DESIGN.points([CLASH])[0]) + event.shift)
    assert (points < 0.015).mean() > 0.95
    assert 0.05 < (points < 0.0015).mean() < 0.6  # a task marker leaves a tenth of the chance
