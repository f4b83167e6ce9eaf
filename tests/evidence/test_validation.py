"""The whole of it: kinds are dispatched, summaries and yardsticks stand side by side."""

from __future__ import annotations

import pytest

from tuneplan.errors import UsageError
from tuneplan.evidence.cases import bundled_cases
from tuneplan.evidence.columns import KINDS
from tuneplan.evidence.prediction import PREDICTORS
from tuneplan.evidence.scores import ALL
from tuneplan.evidence.validation import Validation, validate
from tuneplan.study.design import monte_carlo


@pytest.fixture(scope="module")
def whole() -> Validation:
    return validate(bundled_cases(), monte_carlo(256), by="relation", bundled=True)


def test_every_kind_has_a_predictor_and_the_bundle_has_nearly_every_kind() -> None:
    assert {entry.name for entry in PREDICTORS} >= set(KINDS)
    assert set(KINDS) - {case.kind for case in bundled_cases()} == {"unified_then_specialise"}


def test_every_bundled_case_is_predicted(whole: Validation) -> None:
    """A learning curve at the sizes that it was not fitted on."""
    told = {(each.case.kind, each.case.case_id) for each in whole.predictions}
    assert told == {(case.kind, case.case_id) for case in bundled_cases()}
    assert all(each.lower <= each.predicted <= each.upper for each in whole.predictions)


def test_bands_of_every_kind_are_honest(whole: Validation) -> None:
    by_kind = {(each.kind, each.way): each for each in whole.summaries if each.part in ("", ALL)}
    assert {kind for kind, _ in by_kind} == {case.kind for case in bundled_cases()}
    assert [key for key, each in by_kind.items() if not each.honest] == []


def test_errors_are_within_their_bars(whole: Validation) -> None:
    """Those of design: 20 % of training time, 8 % of memory with no run out of memory called a fit; room for the seed."""
    by_kind = {each.kind: each for each in whole.summaries if each.part == ""}
    assert by_kind["training_time"].median_error < 0.2
    assert by_kind["training_memory"].median_error < 0.08
    assert by_kind["training_memory"].called_a_fit == 0
    assert by_kind["serving"].median_error < 0.25
    assert by_kind["learning_curve"].median_error < 0.03


def test_head_to_heads_beat_every_yardstick_on_log_score_and_error(whole: Validation) -> None:
    ours = next(each for each in whole.summaries if each.kind == "head_to_head" and (each.way, each.part) == ("inputs", ALL))
    for name, found in whole.yardsticks.items():
        theirs = next(each for each in found if each.part == ALL)
        assert ours.log_score.groups > theirs.log_score.groups, name
        assert ours.error_over_groups < theirs.error_over_groups, name
        assert ours.winners.brier.rows < theirs.winners.brier.rows, name


def test_cases_are_told_apart_by_a_column(whole: Validation) -> None:
    relations = {each.part for each in whole.apart if each.kind == "head_to_head"}
    assert {"near", "far", "format", "mixed"} <= relations
    with pytest.raises(UsageError, match="--by colour: cases can be told apart by paper, source, kind"):
        validate(bundled_cases()[:1], monte_carlo(64), by="colour")
