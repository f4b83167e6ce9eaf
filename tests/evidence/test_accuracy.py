"""Accuracy by kind, from predictions that are kept, is that of a validation."""

from __future__ import annotations

import math

import pytest

from tuneplan.evidence.accuracy import accuracies_of
from tuneplan.evidence.cases import bundled_cases
from tuneplan.evidence.predicted import Predicted, Predictions, as_csv, read_predictions
from tuneplan.evidence.validation import validate
from tuneplan.study.design import monte_carlo


def pair(predicted: float, measured: float, given: str = "inputs") -> Predicted:
    return Predicted(
        kind="head_to_head", case_id="x", source="paper", given=given, part="", examples=float("nan"), predicted=predicted, lower=predicted - 2.0,
        upper=predicted + 2.0, measured=measured,
    )  # fmt: skip


def test_winners_are_counted_among_decided_pairs_and_pilots_left_out() -> None:
    cases = (pair(1.0, 2.0), pair(-1.0, 3.0), pair(1.0, 0.4), pair(9.0, -9.0, given="inputs, specialist"))
    (found,) = accuracies_of(Predictions(version="0", draws=64, seed=0, cases=cases))
    assert (found.cases, found.sources, found.unit) == (3, 1, "point")
    assert found.median_error == 1.0
    assert found.coverage == pytest.approx(2.0 / 3.0)
    assert found.winners == 0.5


def test_it_is_what_a_validation_says() -> None:
    timed = [case for case in bundled_cases() if case.kind == "training_time"][:40]
    result = validate(timed, monte_carlo(64))
    (found,) = accuracies_of(read_predictions(as_csv(result)))
    (said,) = result.summaries
    assert (found.cases, found.sources, found.unit) == (said.measured, said.groups, "share")
    assert found.median_error == pytest.approx(said.median_error, rel=1e-3)
    assert found.coverage == pytest.approx(said.coverage.rows)
    assert math.isnan(found.winners)
