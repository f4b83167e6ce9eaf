"""How fast pilots pay: who is predicted, what a baseline says, and that pilots are those of calibrate."""

from __future__ import annotations

import math

import numpy as np
import pytest

from head_to_head_rows import case
from tuneplan.errors import UsageError
from tuneplan.evidence.pilots import FEWEST_LEFT, after, counts_of, observed, papers_of, with_pilots
from tuneplan.evidence.shrunk_mean import Spread, by_mean, spread_of
from tuneplan.study.design import monte_carlo

DESIGN = monte_carlo(64)
ROWS = [
    case(f"{paper}{number}", task=f"task {number}", paper=paper, own_examples=2000.0 + 500 * number, specialist_score=60.0 + number,
         unified_score=60.0 + number + (2.0 if paper == "P" else -1.0))
    for paper in "PQ" for number in range(5)
]  # fmt: skip


@pytest.mark.parametrize("text", ["", "a", "1,-2", "17", "1.5"])
def test_numbers_of_pilots_are_whole_and_few(text: str) -> None:
    with pytest.raises(UsageError, match="give whole numbers from 0 to 16, for example 0,1,2,4"):
        counts_of(text)


def test_papers_need_pairs_left_to_predict() -> None:
    found, left_out = papers_of([*ROWS, case("R1", paper="R", task="alone")], most=5 - FEWEST_LEFT)
    assert [paper.name for paper in found] == ["P", "Q"]
    assert left_out == ("R",)
    assert papers_of(ROWS, most=5)[0] == []


def test_the_same_pairs_are_predicted_whatever_the_number_of_pilots() -> None:
    found = with_pilots(ROWS, (0, 2), DESIGN, repeats=2)
    rests = {(trial.paper, trial.repeat, trial.by, trial.pilots): [each.case.case_id for each in trial.predictions] for trial in found.trials}
    for (paper, repeat, by, count), rest in rests.items():
        assert rest == rests[paper, repeat, "law", 0], (paper, repeat, by, count)
        assert len(rest) == 3
    assert len({tuple(rest) for (paper, *_), rest in rests.items() if paper == "P"}) > 1
    assert [(each.pilots, each.by) for each in found.scores] == [(0, "law"), (2, "law"), (0, "shrunk mean"), (2, "shrunk mean")]


def test_no_pilot_leaves_the_priors() -> None:
    from tuneplan.evidence.head_to_head.predicting import head_to_head

    (paper, _), _ = papers_of(ROWS, 1)
    ours = {each.case.case_id: each.predicted for each in after([], paper.questions, DESIGN)}
    theirs = {each.case.case_id: each.predicted for each in head_to_head(ROWS[:5], DESIGN) if each.way == "inputs"}
    assert ours == pytest.approx(theirs, abs=1e-9)


def test_pilots_that_favour_the_mixture_move_the_rest_of_their_paper_towards_it() -> None:
    (paper, _), _ = papers_of(ROWS, 1)
    pilots, rest = paper.questions[:2], paper.questions[2:]
    known, unknown = after(pilots, rest, DESIGN), after([], rest, DESIGN)
    assert np.mean([each.p_unified_better for each in known]) > np.mean([each.p_unified_better for each in unknown])


def test_a_pilot_is_both_arms_of_a_pair() -> None:
    (paper, _), _ = papers_of(ROWS, 1)
    both = observed(paper.questions[0])
    assert [(each.strategy, each.value) for each in both] == [("unified", pytest.approx(0.62)), ("alone", pytest.approx(0.60))]
    assert both[0].scenario is both[1].scenario


def test_the_mean_of_pilots_is_drawn_towards_the_other_papers() -> None:
    """Normal priors in closed form: between papers 2 points, within 4."""
    (paper, _), _ = papers_of(ROWS, 1)
    found = by_mean(paper.questions[0], [6.0], Spread(middle=-2.0, between=2.0, within=4.0))
    assert found.predicted == pytest.approx((-2.0 / 4.0 + 6.0 / 16.0) / (1.0 / 4.0 + 1.0 / 16.0))
    assert found.upper - found.predicted == pytest.approx(1.2816 * math.sqrt(1.0 / 0.3125 + 16.0), rel=1e-3)
    none = by_mean(paper.questions[0], [], Spread(middle=-2.0, between=2.0, within=4.0))
    assert none.predicted == -2.0


def test_spreads_between_papers_are_cleared_of_those_within() -> None:
    found, _ = papers_of(ROWS, 1)
    spread = spread_of([paper.questions for paper in found])
    assert (spread.middle, spread.within) == (pytest.approx(0.5), pytest.approx(0.0, abs=1e-6))
    assert spread.between == pytest.approx(math.sqrt(4.5), rel=1e-3)
