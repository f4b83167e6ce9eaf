"""The predictions that come with the tool are those of today's model, and say of what and with what they were made."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from tuneplan.evidence.cases import bundled_cases
from tuneplan.evidence.predicted import (
    DRAWS,
    FILE,
    SEED,
    Predicted,
    as_csv,
    bundled_predictions,
    read_predictions,
)
from tuneplan.evidence.validation import Validation, validate
from tuneplan.study.design import monte_carlo

CURVES = "learning_curve"
"""Of these, which take longest, tests/fitting makes all predictions again."""
LARGEST = 150_000
"""Bytes of the file."""


def same(one: Predicted, other: Predicted) -> bool:
    """Whether two predictions agree, but for what processors do to the last digits of a logarithm."""
    numbers = ("predicted", "lower", "upper", "measured")
    near = all(math.isclose(getattr(one, name), getattr(other, name), rel_tol=2e-3, abs_tol=0.02 if one.kind == "head_to_head" else 0.0) for name in numbers)
    words = ("kind", "case_id", "source", "given", "part")
    return near and all(getattr(one, name) == getattr(other, name) for name in words)


@pytest.fixture(scope="module")
def today() -> Validation:
    return validate([case for case in bundled_cases() if case.kind != CURVES], monte_carlo(DRAWS, seed=SEED), bundled=True)


def test_what_is_kept_is_what_is_predicted_today(today: Validation) -> None:
    """Where it is not: python tests/fitting/bundle_predictions.py."""
    kept = [each for each in bundled_predictions().cases if each.kind != CURVES]
    now = read_predictions(as_csv(today)).cases
    assert len(now) > 600
    assert [each.case_id for each, old in zip(now, kept, strict=True) if not same(each, old)] == []


def test_every_measured_bundled_case_is_kept() -> None:
    cases = bundled_predictions().cases
    measured = {(case.kind, case.case_id) for case in bundled_cases() if not case.flag("oom")}
    assert {(each.kind, each.case_id) for each in cases} == measured
    assert all(math.isnan(each.examples) == (each.kind != CURVES) for each in cases if each.kind in (CURVES, "serving"))


def test_it_says_with_what_it_was_made_and_is_small() -> None:
    kept = bundled_predictions()
    assert (kept.draws, kept.seed) == (DRAWS, SEED)
    assert kept.version
    assert FILE.stat().st_size < LARGEST
    with pytest.raises(AssertionError, match="does not say with what it was made"):
        read_predictions("kind,case_id\n")


def test_it_is_read_as_it_was_written(today: Validation) -> None:
    first = replace(today, predictions=today.predictions[:3])
    read = read_predictions(as_csv(first)).cases
    assert [each.case_id for each in read] == [each.case.case_id for each in first.predictions]
    assert [each.predicted for each in read] == pytest.approx([each.predicted for each in first.predictions], rel=1e-4)
    assert [each.inside for each in read] == [each.inside for each in first.predictions]


def test_pilot_predictions_are_told_from_those_of_inputs_alone() -> None:
    given = {each.given: each.is_from_inputs for each in bundled_predictions().cases}
    assert given == {"": True, "none": True, "base": True, "specialist": False, "base+specialist": False}
