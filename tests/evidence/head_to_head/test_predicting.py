"""What two models say of their difference: closed forms, symmetry, pilots, recovery."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from head_to_head_rows import ROW, case, silent
from tuneplan.core import evaluate
from tuneplan.evidence.head_to_head.arms import Arms, arms_of, inputs_of
from tuneplan.evidence.head_to_head.predicting import (
    before,
    given_specialist,
    predicted,
    weighted_quantiles,
    weights_of,
)
from tuneplan.evidence.head_to_head.questions import questions_of
from tuneplan.evidence.scores import summaries
from tuneplan.scenario.load import loads
from tuneplan.scenario.lower import lower
from tuneplan.study.design import monte_carlo

DESIGN = monte_carlo(512)


def arms(together, alone, *, missed=0.02, draws=512):
    """Two models of which the law is sure."""
    return Arms(
        together=np.full(draws, together), alone=np.full(draws, alone), missed_together=np.full(draws, missed), missed_alone=np.full(draws, missed)
    )


def test_where_the_law_is_sure_the_difference_is_its_error() -> None:
    """The sum of two t errors: median, band, chance and density against the library's."""
    belief = before(arms(0.55, 0.5), 4.0, DESIGN)
    sums = 2.0 * (stats.t.rvs(5, size=(2, 400_000), random_state=1)).sum(axis=0) + 5.0
    assert belief.middle == pytest.approx(5.0, abs=0.1)
    assert (belief.lower, belief.upper) == pytest.approx(tuple(np.quantile(sums, [0.1, 0.9])), abs=0.15)
    assert belief.p_positive == pytest.approx((sums > 0.0).mean(), abs=0.01)
    near = (np.abs(sums - 4.0) < 0.1).mean() / 0.2
    assert np.exp(belief.log_density) == pytest.approx(near, rel=0.03)


def test_a_measured_specialist_takes_its_own_error_out_of_the_difference() -> None:
    question = questions_of([case(specialist_score=50.0, unified_score=54.0)])[0]
    belief = given_specialist(arms(0.55, 0.5), question, DESIGN)
    assert belief.middle == pytest.approx(5.0, abs=0.1)
    assert belief.upper - belief.lower == pytest.approx(2 * 2.0 * stats.t.ppf(0.9, 5), rel=0.03)
    assert belief.log_density == pytest.approx(stats.t.logpdf(4.0, 5, loc=5.0, scale=2.0), abs=1e-6)


def test_draws_count_by_how_well_they_tell_the_specialist() -> None:
    weights = weights_of(Arms(together=np.zeros(3), alone=np.array([0.2, 0.5, 0.8]), missed_together=np.full(3, 0.02), missed_alone=np.full(3, 0.02)), 0.5)
    assert weights.sum() == pytest.approx(1.0)
    assert weights[1] > 0.999


def test_a_difference_stays_on_the_scale() -> None:
    belief = given_specialist(arms(0.99, 0.98, missed=0.1), questions_of([case(specialist_score=98.0)])[0], DESIGN)
    assert belief.upper <= 2.0 + 1e-9


def test_a_model_against_itself_is_a_tie_within_the_noise_of_a_seed() -> None:
    one, none = np.full(DESIGN.draws, 0.6), np.zeros(DESIGN.draws)
    told = before(Arms(together=one, alone=one, missed_together=none, missed_alone=none), 0.1, DESIGN)
    assert told.middle == pytest.approx(0.0, abs=0.02)
    assert -1.0 < told.lower < -0.1
    assert 0.1 < told.upper < 1.0
    assert told.p_positive == pytest.approx(0.5, abs=0.02)


def test_a_mixture_of_one_task_counts_the_tasks_beside_it() -> None:
    one, two = (predicted([case(cotrained_tasks=count, mixture_examples=None)], DESIGN)[0] for count in (1.0, 2.0))
    assert (one.predicted, one.lower, one.upper) == (two.predicted, two.lower, two.upper)


def test_an_unseen_task_without_examples_of_its_own_does_not_empty_the_mixture() -> None:
    said, silent_ = (predicted([case(seen="unseen", own_examples=own, mixture_examples=None)], DESIGN)[0] for own in (0.0, None))
    assert said.predicted == silent_.predicted
    assert said.upper - said.lower > 1.0


def test_long_names_become_names_of_a_scenario() -> None:
    row = case(task="Natural Questions open-domain QA (dev)" * 3, base_model="meta-llama/Llama-3.2-3B-Instruct (LoRA r=16)" * 2)
    other = case("H2", task="Natural Questions open-domain QA (dev)" * 3 + "!", base_model="meta-llama/Llama-3.2-3B-Instruct (LoRA r=16)" * 2 + "x")
    assert len(predicted([row, other], DESIGN)) == 4


def test_a_task_named_like_a_silent_one_keeps_its_data() -> None:
    named, plain = (predicted([case(task=name, base_model=None)], DESIGN)[0] for name in ("Other 1", "sst2"))
    assert named.predicted == pytest.approx(plain.predicted, abs=1.0)


def test_it_is_what_a_run_scores() -> None:
    """Both arms, errors and all, are the scores of ``evaluate`` for the row's scenario."""
    question = questions_of([case()])[0]
    score = evaluate(inputs_of(question.text, DESIGN)).score[0]
    drawn = 100.0 * (score[0, 0] - score[1, 0])
    (told, _) = predicted([case()], DESIGN)
    assert told.predicted == pytest.approx(np.median(drawn), abs=0.4)
    assert (told.lower, told.upper) == pytest.approx(tuple(np.quantile(drawn, [0.1, 0.9])), abs=0.9)


@pytest.mark.parametrize("row", [
    silent(), case(own_examples=0.0), case(own_examples=1e12, mixture_examples=1e13), case(base_score=0.0), case(base_score=100.0),
    case(base_score=-20.0, specialist_score=130.0), case(base_params=1e5), case(base_params=1e14), case(cotrained_tasks=1e6),
    case(seen="unseen", own_examples=None, mixture_examples=None), case(score_span=1e-9, base_score=None, specialist_score=1e-10),
    case(kind="unified_then_specialise", own_examples=None), case(kind="unified_then_specialise", own_examples=0.0),
])  # fmt: skip
def test_whatever_a_row_says_bands_are_finite_and_in_order(row) -> None:
    for told in predicted([row], monte_carlo(64)):
        assert -100.0 <= told.lower <= told.predicted <= told.upper <= 100.0
        assert 0.0 <= told.p_unified_better <= 1.0
        assert told.log_score is None or np.isfinite(told.log_score)


def test_what_is_told_is_said() -> None:
    assert [told.given for told in predicted([case()], DESIGN)] == ["base", "base+specialist"]
    assert [told.given for told in predicted([case(base_score=None)], DESIGN)] == ["none", "specialist"]
    assert [told.given for told in predicted([silent()], DESIGN)] == ["none"]
    assert predicted([silent()], DESIGN)[0].measured is None


def test_the_order_of_rows_and_the_company_of_other_papers_change_nothing() -> None:
    rows = [case("H1", task="a"), case("H2", task="b"), case("H3", task="c", paper="Q")]
    forward, back = predicted(rows, DESIGN), predicted([rows[0], rows[1]][::-1], DESIGN)
    assert {(p.case.case_id, p.given, p.predicted) for p in back} <= {(p.case.case_id, p.given, p.predicted) for p in forward}


def test_rows_of_one_paper_lie_on_the_same_draws() -> None:
    """Numbers are shared by name, so that a pilot on one row tells of another: all of a task on one base, the law's on others."""

    def alike(**other):
        gaps = [each.together - each.alone for each in arms_of(questions_of([case("H1"), case("H2", **other)]), DESIGN)]
        return np.corrcoef(gaps)[0, 1]

    assert alike(mixture_examples=14_000.0) > 0.8
    assert alike(paper="Another") > 0.8
    names = [set(lowered_names(each.text)) for each in questions_of([case("H1"), case("H2", base_model="Other-7B")])]
    assert {"law.interference_strength", "law.mixing_shift", "similarity"} <= names[0] & names[1]
    assert not any(name.startswith(("tasks.qa", "discrepancy.qa")) for name in names[0] & names[1])


def lowered_names(text: str) -> list[str]:
    """Every name that a scenario draws."""
    asked: list[str] = []

    def cube(names):
        asked.extend(names)
        return np.full((len(names), 1), 0.5)

    lower([loads(text)], cube)
    return asked


def test_a_row_is_scored_on_examples_put_in_later_as_on_its_own_scenario() -> None:
    """A target's examples are a number of the same scenario: more of them close more of the gap."""
    few, many = arms_of(questions_of([case("H1", "unified_then_specialise", own_examples=300.0), case("H2", "unified_then_specialise", own_examples=1e6)]), DESIGN)
    assert many.alone.mean() > few.alone.mean() + 0.05
    assert abs(many.together - many.alone).mean() < abs(few.together - few.alone).mean()


def test_unseen_requests_go_to_the_specialist_most_like_them() -> None:
    """So it is better than any one of them, and the gap narrower where tasks are alike."""
    near, far = (arms_of(questions_of([case(seen="unseen", relation=relation)]), DESIGN)[0] for relation in ("parallel", "far"))
    assert (near.together - near.alone).mean() < (far.together - far.alone).mean()


def test_bands_hold_what_the_model_itself_says() -> None:
    """Truths drawn from the prior, 200 rows of unlike sizes: 80 % bands hold 80 % of them, with and without the pilot."""
    sizes = [(own, rest) for own in (300.0, 3e3, 3e4) for rest in (1e3, 1e4, 1e5)]
    rows, rng = [], np.random.default_rng(3)
    for number in range(198):
        own, rest = sizes[number % len(sizes)]
        rows.append(case(f"H{number}", paper=f"P{number}", own_examples=own, mixture_examples=own + rest, base_score=float(20 + number % 40)))
    truth = monte_carlo(1024, seed=9)
    drawn = []
    for row, both in zip(rows, arms_of(questions_of(rows), truth), strict=True):
        draw = int(rng.integers(1024))
        noise = stats.t.rvs(5, size=2, random_state=rng)
        scores = [np.clip(a[draw] + m[draw] * e, 0.0, 1.0) for a, m, e in ((both.together, both.missed_together, noise[0]), (both.alone, both.missed_alone, noise[1]))]
        drawn.append(case(row.case_id, **{**ROW, **row.values, "unified_score": 100 * float(scores[0]), "specialist_score": 100 * float(scores[1])}))
    for summary in summaries(predicted(drawn, DESIGN)):
        assert 0.72 <= summary.coverage.rows <= 0.88


def test_weights_move_quantiles() -> None:
    values = np.arange(5.0)
    assert weighted_quantiles(values, np.ones(5), (0.5,)) == (2.0,)
    assert weighted_quantiles(values, np.array([0.0, 0.0, 0.0, 0.0, 1.0]), (0.1, 0.9)) == (4.0, 4.0)
