"""Simple methods, each learnt on the other papers alone."""

from __future__ import annotations

import numpy as np
import pytest

from head_to_head_rows import case
from tuneplan.evidence.head_to_head.questions import questions_of
from tuneplan.evidence.head_to_head.yardsticks import (
    METHODS,
    Rows,
    hit_rate,
    likeliest_scale,
    located,
    yardsticks,
)

ALWAYS, FEW = "always specialist", "unified if few or unseen"


def paper(name, differences, **changed):
    """Rows of one paper with these differences."""
    return [
        case(f"{name}{number}", paper=name, group=changed.pop("group", name) if "group" in changed else name, task=f"t{number}",
             unified_score=60.0 + difference, **changed)
        for number, difference in enumerate(differences)
    ]  # fmt: skip


def of(found, name):
    return next(each for each in found if each.name == name).predictions


def test_a_rule_is_as_sure_as_it_was_right_elsewhere() -> None:
    """Two other papers, in which the specialist won always and half of the time; one more at even odds is added."""
    cases = [*paper("A", [-3.0]), *paper("B", [-1.0, -2.0]), *paper("C", [-1.0, 2.0])]
    (told,) = (each for each in of(yardsticks(cases), ALWAYS) if each.case.group == "A")
    assert told.p_unified_better == pytest.approx(1.0 - (0.5 + 1.0 + 0.5) / 3.0)
    assert told.predicted == pytest.approx(np.median([-1.0, -2.0, -1.0, 2.0]), abs=1.0)


def test_a_rule_never_speaks_against_itself_and_ties_count_for_nothing() -> None:
    cases = [*paper("A", [3.0]), *paper("B", [1.0, 0.2]), *paper("C", [2.0, -0.4])]
    assert all(each.p_unified_better < 0.5 for each in of(yardsticks(cases), ALWAYS))
    rows = Rows.of(questions_of(cases))
    assert hit_rate(rows, np.ones(len(rows.questions), dtype=bool)) == pytest.approx((0.5 + 3.0) / 4.0)


def test_papers_that_share_data_are_left_out_together() -> None:
    one = [*paper("A", [-3.0]), *paper("B", [-3.0])]
    for each in one:
        each.values["group"] = "same"  # type: ignore[index]
    others = paper("C", [2.0])
    told = of(yardsticks([*one, *others]), "constant")
    assert [each.predicted for each in told] == pytest.approx([2.0, 2.0, -3.0])


def test_rules_call_what_they_say() -> None:
    cases = [*paper("A", [1.0], own_examples=100.0), *paper("B", [1.0], own_examples=1e5, relation="far"), *paper("C", [1.0], seen="unseen"),
             *paper("D", [1.0], own_examples=None, relation="mixed")]  # fmt: skip
    few = [each.p_unified_better > 0.5 for each in of(yardsticks(cases), FEW)]
    assert few == [True, False, True, False]
    near = [each.p_unified_better > 0.5 for each in of(yardsticks(cases), "unified if close or unseen")]
    assert near == [True, False, True, False]


def test_cases_that_are_known_may_be_learnt_from_but_never_those_of_the_same_paper() -> None:
    known = [*paper("A", [9.0]), *paper("B", [-2.0])]
    (told,) = of(yardsticks(paper("A", [1.0]), known), "constant")
    assert told.predicted == pytest.approx(-2.0)


def test_a_scale_is_found_again() -> None:
    rng = np.random.default_rng(0)
    assert likeliest_scale(3.0 * rng.standard_t(5, size=4000), np.ones(4000)) == pytest.approx(3.0, rel=0.08)


def test_each_paper_counts_once() -> None:
    rows = Rows.of(questions_of([*paper("A", [5.0] * 9), *paper("B", [-1.0]), *paper("C", [-1.0])]))
    assert located(rows)[0] == pytest.approx(-1.0)


def test_a_regression_finds_what_decides() -> None:
    """Differences fall with own examples; eight papers, each of other sizes."""
    rng, cases = np.random.default_rng(1), []
    for number in range(8):
        for size in (2.5, 3.5, 4.5, 5.5):
            size += rng.uniform(-0.4, 0.4)
            cases += paper(f"P{number}{size:.2f}", [8.0 - 2.0 * size + rng.normal(0.0, 0.3)], own_examples=10.0**size, mixture_examples=None)
    told = of(yardsticks(cases), "ridge regression")
    errors = [abs(each.predicted - each.measured) for each in told]
    constant = [abs(each.predicted - each.measured) for each in of(yardsticks(cases), "constant")]
    assert np.median(errors) < 0.4 * np.median(constant)


def test_one_paper_alone_is_answered_without_a_word_of_itself() -> None:
    """Nothing to learn from: no call, a finite band."""
    for each in yardsticks(paper("A", [1.0, 2.0])):
        for told in each.predictions:
            assert np.isfinite([told.lower, told.predicted, told.upper, told.log_score]).all()


def test_every_yardstick_answers_every_measured_pair() -> None:
    cases = [*paper("A", [1.0]), *paper("B", [-1.0]), case("X", paper="C", unified_score=None)]
    assert {each.name: len(each.predictions) for each in yardsticks(cases)} == dict.fromkeys(METHODS, 2)
