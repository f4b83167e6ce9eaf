"""How fast pilots pay on published papers: the bar against the mean of the pilots, and what is not reached without it.

Against no pilots the log score gains, the Brier score and the median error do not: the README says so.
"""

from __future__ import annotations

import pytest

from tuneplan.evidence.cases import bundled_cases
from tuneplan.evidence.pilots import PilotTrials, with_pilots
from tuneplan.study.design import monte_carlo

COUNTS = (0, 2, 4)


@pytest.fixture(scope="module")
def trials() -> PilotTrials:
    return with_pilots(bundled_cases(), COUNTS, monte_carlo(256), repeats=2)


def of(trials, by):
    return {each.pilots: each for each in trials.scores if each.by == by}


@pytest.mark.parametrize("count", COUNTS[1:])
def test_pilots_tell_more_by_the_law_than_by_their_mean(trials, measured, count):
    ours, theirs = of(trials, "law")[count], of(trials, "shrunk mean")[count]
    print(f"{count} pilots: right {ours.right[0]:.2f} ({theirs.right[0]:.2f}), Brier {ours.brier[0]:.3f} ({theirs.brier[0]:.3f}), log {ours.log_score[0]:.2f} ({theirs.log_score[0]:.2f}), error {ours.median_error[0]:.2f} ({theirs.median_error[0]:.2f})")
    measured(f"pilots, {count}", right=ours.right[0], brier=ours.brier[0], log_score=ours.log_score[0], median_error=ours.median_error[0])
    assert ours.brier[0] < theirs.brier[0]
    assert ours.log_score[0] > theirs.log_score[0]
    assert ours.median_error[0] < theirs.median_error[0]


def test_winners_are_called_after_four_pilots_and_bands_hold(trials):
    ours = of(trials, "law")
    assert ours[4].right[0] >= 0.75
    assert all(0.72 <= each.coverage[0] <= 0.95 for each in ours.values())


def test_four_pilots_cost_no_log_score(trials):
    """Room for two choices of pilots a paper."""
    ours = of(trials, "law")
    assert ours[4].log_score[0] > ours[0].log_score[0] - 0.05
