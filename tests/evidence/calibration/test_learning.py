"""What observations teach: nothing of nothing, the same in any order, more of more, and of one task for another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from evidence.calibration.conftest import TASKS, scenario_of
from tuneplan.axes import Array
from tuneplan.core import evaluate
from tuneplan.evidence.calibration import Observation, Posterior, calibrate
from tuneplan.scenario.lower import lower
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import monte_carlo

DESIGN = monte_carlo(1024)


def gain_of(scenario: Scenario, posterior: Posterior | None = None) -> Array:
    """Points of the model of all tasks above the specialist of each. ``(task, draw)``"""
    cube = DESIGN.points if posterior is None else posterior.cube(DESIGN)
    score = evaluate(lower([scenario], cube).inputs).score[0] * 100.0
    together = score[scenario.strategies.index("all"), : len(TASKS)]
    alone = np.stack([score[scenario.strategies.index(f"alone_{task}"), row] for row, task in enumerate(TASKS)])
    return together - alone  # type: ignore[no-any-return]


def test_of_nothing_nothing_is_learned(pilots: Scenario) -> None:
    posterior = calibrate(())
    assert posterior.names == ()
    names = ["law.interference_strength", "similarity", "tasks.a.headroom"]
    assert (posterior.cube(DESIGN)(names) == DESIGN.points(names)).all()
    assert np.array_equal(gain_of(pilots, posterior), gain_of(pilots))


def test_what_no_uncertain_number_moves_teaches_nothing() -> None:
    scenario = scenario_of({"all": {"a": 0}}, base=0.4)
    posterior = calibrate([Observation(scenario=scenario, strategy="all", request="a", value=0.7)])
    assert posterior.names == ()


def test_the_order_of_pilots_changes_nothing(measured: Sequence[Observation]) -> None:
    one, other = calibrate(measured), calibrate(measured[::-1])
    assert one.names == other.names
    assert np.array_equal(one.normal.mean, other.normal.mean)
    assert np.array_equal(one.normal.directions, other.normal.directions)


def test_a_measured_base_is_known_as_well_as_it_was_measured(pilots: Scenario) -> None:
    """In closed form: a log-normal or logit-normal number, a normal error, and a prior that is far wider."""
    posterior = calibrate([Observation(scenario=pilots, strategy="all", request="a", value=0.47, error=1e-4, reads="base")])
    assert posterior.names == ("tasks.a.score.base",)
    base = lower([pilots], posterior.cube(DESIGN)).draws["tasks.a.score.base"]
    assert np.median(base) == pytest.approx(0.47, abs=1e-4)
    assert np.std(base) < 2e-4


def test_the_posterior_of_a_straight_line_is_the_integral() -> None:
    """One number, a normal prior, a Student-t error of half its width: the variance by quadrature."""
    scenario = scenario_of({"all": {"a": 0}}, base="normal 0.5 sd 0.02")
    posterior = calibrate([Observation(scenario=scenario, strategy="all", request="a", value=0.52, error=0.01, reads="base")])
    score = np.linspace(-8.0, 8.0, 4001)
    density = np.exp(-(score**2) / 2.0) * (1.0 + (2.0 * (score - 1.0)) ** 2 / 5.0) ** -3.0
    mean = (density * score).sum() / density.sum()
    variance = (density * (score - mean) ** 2).sum() / density.sum()
    assert posterior.normal.mean[0] == pytest.approx(mean, abs=0.03)
    assert 1.0 - posterior.normal.known[0] == pytest.approx(variance, abs=0.03)


def test_predictions_come_to_what_was_measured(pilots: Scenario, measured: Sequence[Observation]) -> None:
    posterior = calibrate(measured)
    score = evaluate(lower([pilots], posterior.cube(DESIGN)).inputs).score[0]
    before = evaluate(lower([pilots], DESIGN.points).inputs).score[0]
    for each in measured:
        row, task = pilots.strategies.index(each.strategy), TASKS.index(each.request)
        assert np.median(score[row, task]) == pytest.approx(each.value, abs=0.02)
        assert np.std(score[row, task]) < 0.6 * np.std(before[row, task])


def test_more_pilots_are_never_wider_on_average(pilots: Scenario, measured: Sequence[Observation]) -> None:
    widths = [gain_of(pilots, calibrate(measured[:count])).std(axis=1).mean() for count in (0, 2, 4, 6)]
    assert widths == sorted(widths, reverse=True)


@pytest.mark.parametrize("better", [-8.0, 8.0])
def test_a_pair_on_one_task_moves_the_others_the_same_way(pilots: Scenario, better: float) -> None:
    """What all tasks have in common is learned: how they interfere, and how alike tasks are."""
    alone = Observation(scenario=pilots, strategy="alone_a", request="a", value=0.65)
    posterior = calibrate([alone, replace(alone, strategy="all", value=0.65 + better / 100.0)])
    moved = gain_of(pilots, posterior).mean(axis=1) - gain_of(pilots).mean(axis=1)
    assert np.sign(better) * moved[0] > 2.0
    assert (np.sign(better) * moved[1:] > 0.15).all()


def test_of_pilots_that_contradict_one_another_each_is_believed_less(pilots: Scenario, measured: Sequence[Observation]) -> None:
    same = replace(measured[0], error=0.01)
    posterior = calibrate([same, replace(same, value=same.value + 0.15)])
    assert (posterior.stretch > 2.0).all()
    assert (np.abs(posterior.residuals) > 3.0).all()
    assert (calibrate(measured).stretch == 1.0).all()


def test_an_odd_score_takes_nothing_from_what_the_others_taught(pilots: Scenario, measured: Sequence[Observation]) -> None:
    """Nor from hours: each observation answers for itself."""
    hours = Observation(scenario=pilots, strategy="alone_a", request="a", value=np.log(0.2), reads="gpu_hours")
    sound = calibrate([*measured, hours])
    spoilt = calibrate([*measured, hours, replace(measured[0], value=0.05)])
    assert np.count_nonzero(spoilt.stretch > 1.0) == 1
    assert spoilt.learned > 0.95 * sound.learned
    widths, moved = {}, {}
    for name, each in (("sound", sound), ("spoilt", spoilt)):
        draws = lower([pilots], each.cube(DESIGN)).draws["training.utilisation"]
        widths[name], moved[name] = np.std(np.log(draws)), np.median(draws)
        gain = gain_of(pilots, each)
        widths[f"gain {name}"], moved[f"gain {name}"] = gain.std(axis=1), gain.mean(axis=1)
    assert widths["spoilt"] == pytest.approx(widths["sound"], rel=0.1)
    assert moved["spoilt"] == pytest.approx(moved["sound"], rel=0.05)
    assert widths["gain spoilt"] == pytest.approx(widths["gain sound"], rel=0.2)


def test_scenarios_share_what_they_share_by_name(pilots: Scenario) -> None:
    """Observations of one scenario move another through the law's own numbers."""
    other = scenario_of({"all": {"x": 1000, "y": 1000}, "alone": {"x": 1000}}, tasks=("x", "y"))
    seen = [
        Observation(scenario=other, strategy="all", request="x", value=0.5),
        Observation(scenario=other, strategy="alone", request="x", value=0.65),
    ]
    posterior = calibrate(seen)
    assert "law.interference_strength" in posterior.names
    assert gain_of(pilots, posterior).mean() < gain_of(pilots).mean()
