"""Scores in closed form."""

from __future__ import annotations

import math

import pytest

from tuneplan.evidence import scores
from tuneplan.evidence.cases import Case
from tuneplan.evidence.prediction import PREDICTORS, Prediction


@pytest.fixture(autouse=True)
def kinds():
    """Two kinds, whatever others there are."""
    for name, scale in (("of points", "points"), ("of ratios", "ratio")):
        PREDICTORS.add(name=name, unit="point" if scale == "points" else "GB", scale=scale)(lambda cases, design: [])
    yield
    for name in ("of points", "of ratios"):
        PREDICTORS.remove(name)


def predicted(measured, *, middle=0.0, half=1.0, chance=None, group="a", kind="of points", **more):
    name = f"{group}{measured}{middle}{chance}"
    case = Case(kind=kind, case_id=name, group=group, place=f"f:{name}", values={"oom": True} if more.get("fits") is not None else {})
    return Prediction(
        case=case, predicted=middle, lower=middle - half, upper=middle + half, measured=measured, p_unified_better=chance, **more
    )


def one(predictions):
    (found,) = scores.summaries(predictions)
    return found


def test_errors_are_differences_or_shares():
    points = one([predicted(2.0), predicted(-1.0), predicted(0.5)])
    assert (points.median_error, points.bias, points.coverage.rows, points.unit) == (1.0, -0.5, pytest.approx(2 / 3), "point")
    ratios = one([predicted(80.0, middle=100.0, kind="of ratios"), predicted(100.0, middle=75.0, kind="of ratios")])
    assert (ratios.median_error, ratios.bias, ratios.unit) == (0.25, 0.0, "share")


def test_each_paper_counts_once_in_a_mean_over_papers():
    rows = [predicted(1.0 + n, chance=0.9) for n in range(3)] + [predicted(-1.0, chance=0.9, group="b")]
    winners = one(rows).winners
    assert winners.decided == 4
    assert (winners.right.rows, winners.right.groups) == (0.75, 0.5)
    assert winners.right.error == pytest.approx(0.5)
    assert winners.brier.rows == pytest.approx((3 * 0.01 + 0.81) / 4)
    assert winners.brier.groups == pytest.approx((0.01 + 0.81) / 2)


def test_ties_are_not_decided_and_even_odds_are_half_right():
    assert one([predicted(0.4, chance=0.9)]).winners.decided == 0
    assert one([predicted(3.0, chance=0.5), predicted(-3.0, chance=0.5)]).winners.right.rows == 0.5


def test_what_was_not_measured_is_not_scored():
    found = one([predicted(None), predicted(0.0)])
    assert (found.cases, found.measured, found.coverage.rows) == (2, 1, 1.0)
    empty = one([predicted(None)])
    assert (empty.cases, empty.measured, empty.honest) == (1, 0, True)
    assert math.isnan(empty.median_error)


def test_runs_out_of_memory_that_are_called_a_fit_are_counted():
    assert one([predicted(None, fits=True), predicted(None, middle=1.0, fits=False)]).called_a_fit == 1
    assert one([predicted(1.0)]).called_a_fit is None


def test_the_worst_are_ranked_by_the_widths_of_their_bands():
    rows = [predicted(5.0, half=10.0), predicted(3.0, half=1.0), predicted(-1.0, half=0.0)]
    assert [each.measured for each in scores.worst(rows)] == [-1.0, 3.0, 5.0]
    assert len(scores.worst(rows, count=2)) == 2
    assert scores.surprise(predicted(0.0, half=0.0)) == 0.0


def test_ways_of_predicting_and_parts_are_apart():
    rows = [predicted(1.0, given="base"), predicted(1.0, given="none", part="unseen"), predicted(2.0, given="none", part="trained")]
    assert [(each.given, each.part) for each in scores.summaries(rows)] == [("base", ""), ("none", "trained"), ("none", "unseen")]
    assert [each.part for each in scores.summaries(rows, by=lambda each: each.case.group)] == ["a", "a"]
