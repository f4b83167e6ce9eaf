"""Grades in words."""

from __future__ import annotations

import pytest

from tuneplan.report.grades import GRADES, MEANINGS, graded, told


@pytest.mark.parametrize(("letter", "word"), GRADES.items())
def test_every_letter_has_a_word_that_the_legend_explains(letter: str, word: str) -> None:
    assert graded(letter) == word
    assert word in MEANINGS


def test_a_letter_of_a_users_own_is_theirs() -> None:
    assert (graded("B"), graded("")) == ("yours, B", "yours")


def test_a_source_that_says_its_grade_does_not_say_it_twice() -> None:
    assert told("A", "assumed (2026-11)") == "assumed (2026-11)"
    assert told("A", "arXiv 2402.17193; middle assumed (2026-11)") == "assumed: arXiv 2402.17193; middle assumed (2026-11)"
    assert told("U", "") == "yours"
