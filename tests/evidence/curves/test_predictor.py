"""Learning curves as cases: which rows are fitted, which predicted, and that none looks ahead."""

from __future__ import annotations

import numpy as np
import pytest

from tuneplan.evidence.cases import Case, bundled_cases
from tuneplan.evidence.curves.predictor import learning_curve, log_density, part_of
from tuneplan.evidence.scores import is_honest, summaries
from tuneplan.study.design import monte_carlo

DESIGN = monte_carlo(64)


def case(examples: float, loss: float | None, part: str = "", name: str = "a", base: str = "") -> Case:
    values = {"case_id": name, "source": "s", "task": "t", "base_model": base, "examples": examples, "part": part or None, "loss": loss}
    return Case(kind="learning_curve", case_id=name, group="s", place=f"f.csv:{examples:.0f}", values=values)


def rows(last: float | None = 1.6) -> list[Case]:
    return [case(0, 4.0), case(200, 3.0), case(3200, 2.6), case(51_200, 2.0), case(409_600, last)]


def test_parts_are_as_said_else_by_size_else_what_was_not_measured() -> None:
    assert [part_of(each) for each in rows()] == ["fit"] * 4 + ["predict"]
    assert part_of(case(100, None)) == "predict"
    assert part_of(case(1e6, 1.0, "fit")) == "fit"


def test_what_is_predicted_is_not_looked_at() -> None:
    told, other, unknown = (learning_curve(rows(last), DESIGN)[0] for last in (1.6, 0.4, None))
    assert (told.predicted, told.lower, told.upper) == (other.predicted, other.lower, other.upper) == (unknown.predicted, unknown.lower, unknown.upper)
    assert (told.measured, unknown.measured, unknown.log_score) == (1.6, None, None)
    assert told.log_score is not None
    assert other.log_score is not None
    assert told.log_score > other.log_score


def test_predictions_stand_in_the_order_of_the_cases() -> None:
    mixed = [case(409_600, 1.6, "predict", "b"), case(102_400, 1.9, "predict", "a"), case(200, 3.0, "fit", "b"), case(200, 3.0, "fit", "a"), case(204_800, 1.8, "predict", "a")]
    found = learning_curve(mixed, DESIGN)
    assert [(each.case.case_id, each.case.number("examples")) for each in found] == [("b", 409_600.0), ("a", 102_400.0), ("a", 204_800.0)]
    assert all(each.lower < each.predicted < each.upper for each in found)


def test_a_curve_without_a_trained_point_is_told_from_published_ones_widely() -> None:
    found = learning_curve([case(0, 4.0), case(409_600, 1.6, "predict")], DESIGN)[0]
    assert found.missing == ("loss",)
    assert found.upper / found.lower > 1.5
    assert learning_curve(rows(), DESIGN)[0].missing == ()
    assert learning_curve([case(409_600, 1.6, "predict")], DESIGN)[0].missing == ("loss",)


def test_nothing_asked_is_nothing_predicted() -> None:
    assert learning_curve([case(200, 3.0), case(400, 2.9)], DESIGN) == []
    assert learning_curve([case(0, 3.0, "predict"), case(400, 2.9)], DESIGN) == []


def test_density_is_that_of_the_draws() -> None:
    draws = np.random.default_rng(0).normal(2.0, 0.5, 50_000)
    assert log_density(draws, 2.5) == pytest.approx(-0.5 - np.log(0.5 * np.sqrt(2 * np.pi)), abs=0.03)


def test_bundled_curves_are_predicted_honestly() -> None:
    cases = [each for each in bundled_cases() if each.kind == "learning_curve"]
    assert len(cases) == 1350
    (found,) = summaries(learning_curve(cases, DESIGN))
    assert (found.measured, found.groups) == (450, 3)
    assert found.median_error < 0.025
    assert is_honest(found.coverage.rows, found.measured)
