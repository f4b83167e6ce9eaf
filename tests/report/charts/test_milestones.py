"""Dates beside their marks: in the first free piece of the line that holds them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuneplan.report.charts.milestones import fitting, gaps_of

POSITIONS = st.lists(st.floats(0.0, 400.0), min_size=3, max_size=3).map(sorted)


@given(at=POSITIONS, first=st.floats(0.0, 90.0), full=st.floats(10.0, 100.0))
def test_words_lie_in_a_gap_and_not_on_one_another(at: list[float], first: float, full: float) -> None:
    gaps = gaps_of(at, (0.0, 400.0), 4.0, has_first=first > 0.0)
    left_first, left_full = fitting(gaps, (first, full))
    pieces = [(left, left + wide) for left, wide in ((left_first, first), (left_full, full)) if left is not None and wide > 0.0]
    for begins, ends in pieces:
        assert any(left - 1e-9 <= begins and ends <= right + 1e-9 for left, right in gaps)
    if len(pieces) == 2:
        assert pieces[0][1] <= pieces[1][0] + 1e-9 or pieces[1][1] <= pieces[0][0] + 1e-9


@given(at=POSITIONS)
def test_a_line_four_times_as_long_as_its_words_always_holds_them(at: list[float]) -> None:
    gaps = gaps_of(at, (0.0, 400.0), 4.0, has_first=True)
    assert fitting(gaps, (0.0, (400.0 - 30.0) / 4.0 - 1.0))[1] is not None


@pytest.mark.parametrize(("at", "where"), [([100.0, 150.0, 200.0], 3), ([100.0, 150.0, 390.0], 2), ([100.0, 380.0, 390.0], 1), ([370.0, 380.0, 390.0], 0)])
def test_right_of_the_line_comes_first_then_in_it_then_left(at: list[float], where: int) -> None:
    gaps = gaps_of(at, (0.0, 400.0), 4.0, has_first=True)
    left = fitting(gaps, (30.0, 90.0))[1]
    assert left is not None
    assert gaps[where][0] <= left <= gaps[where][1]
