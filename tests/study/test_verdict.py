"""From a run to a verdict: limits that would do, and whom the recommended one is compared with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tuneplan import load
from tuneplan.study.results import Estimate, money_is_level
from tuneplan.study.verdict import enough_budget

STARTUP = Path(__file__).parents[2] / "scenarios" / "startup.yaml"


@pytest.mark.parametrize(
    ("met", "confidence", "enough"),
    [([True] * 4, 0.5, 2.0), ([True] * 4, 1.0, 4.0), ([True, True, False, True], 0.75, 4.0), ([True, False, False, True], 0.75, np.nan)],
)
def test_the_smallest_limit_that_would_do(met: list[bool], confidence: float, enough: float) -> None:
    np.testing.assert_equal(enough_budget(np.array([1.0, 2.0, 3.0, 4.0]), np.array(met), confidence), enough)


def test_the_limit_named_does_and_a_cent_less_does_not() -> None:
    study = load(STARTUP).set("budget.limit", "1k USD")
    enough = study.run(draws=256).verdict.enough
    assert study.set("budget.limit", f"{enough + 0.01:.2f} USD").run(draws=256).recommended == "prompted"
    assert study.set("budget.limit", f"{enough - 0.01:.2f} USD").run(draws=256).recommended is None


def test_of_equals_the_nearest_needs_the_least() -> None:
    verdict = load(STARTUP).set("budget.limit", "1 USD").run(draws=64).verdict
    assert verdict.nearest == "prompted"
    assert verdict.binding == {"budget.limit": 1.0}


def test_no_limit_would_do_where_scores_are_missed() -> None:
    verdict = load(STARTUP).set("budget.limit", "1k USD").set("tasks.email.score.must", "0.94").run(draws=64).verdict
    assert np.isnan(verdict.enough)
    assert set(verdict.binding) <= {"budget.limit", "tasks.email.score.must"}


def test_chances_of_two_sides_add_up() -> None:
    verdict = load(STARTUP).run(draws=64).verdict
    comparison = verdict.comparison
    assert comparison is not None
    rival = next(each for each in verdict.rivals if each.name == comparison.second)
    assert comparison.usd_probability + rival.usd_probability == pytest.approx(1.0)
    assert comparison.points_probability + rival.probability == pytest.approx(1.0)
    assert (comparison.points_level, comparison.usd_level) == (rival.points_level, rival.usd_level)


@pytest.mark.parametrize(
    ("low", "mean", "high", "chance", "within", "level"),
    [(-1.0, 0.1, 1.0, 0.5, 0.0, True), (-1.0, 0.1, 1.0, 0.7, 0.0, False), (0.05, 0.1, 1.0, 0.6, 0.0, False), (0.05, 0.1, 1.0, 1.0, 0.5, True), (-3.0, 0.6, 4.0, 0.66, 0.5, False)],
)
def test_level_is_near_or_even(low: float, mean: float, high: float, chance: float, within: float, level: bool) -> None:
    difference = Estimate(mean=mean, low=low, p10=low, median=mean, p90=high, high=high, error=0.0)
    assert money_is_level(difference, chance, within=within) is level
