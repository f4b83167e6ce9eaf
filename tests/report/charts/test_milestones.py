"""Dates beside their marks: never a date beside the mark of another, and all of them wherever the line holds them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuneplan.report.charts.milestones import Piece, arranged, gaps_of

POSITIONS = st.lists(st.floats(0.0, 400.0), min_size=3, max_size=3).map(sorted)
WIDTHS = st.tuples(st.sampled_from([0.0, 50.0, 70.0]), st.floats(40.0, 90.0), st.sampled_from([0.0, 45.0, 110.0]))
BETWEEN, AIR = 5.0, 9.0


def found(at: list[float], wide: tuple[float, float, float]) -> tuple[list[tuple[float, float]], tuple[Piece, ...]]:
    gaps = gaps_of(at, (0.0, 400.0), 4.0, has_first=wide[0] > 0.0)
    return gaps, arranged(gaps, wide, between=BETWEEN, air=AIR)


@given(at=POSITIONS, wide=WIDTHS)
def test_words_lie_in_a_gap_and_not_on_one_another(at: list[float], wide: tuple[float, float, float]) -> None:
    gaps, pieces = found(at, wide)
    spans = []
    for which, gap, side in pieces:
        long = sum(wide[each] for each in which) + BETWEEN * (len(which) - 1)
        left, right = gaps[gap]
        spans.append((left, left + long) if side == "left" else (right - long, right))
        assert left - 1e-9 <= spans[-1][0]
        assert spans[-1][1] <= right + 1e-9
    spans.sort()
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@given(at=POSITIONS, wide=WIDTHS)
def test_only_words_of_the_first_launch_begin_beside_its_mark(at: list[float], wide: tuple[float, float, float]) -> None:
    _, pieces = found(at, wide)
    if wide[0] > 0.0:
        assert all(which[0] == 0 for which, gap, _ in pieces if gap == 0)
        assert all(which == (0,) for which, gap, side in pieces if gap == 1 and side == "left")


@given(at=POSITIONS)
def test_a_line_seven_times_as_long_as_a_date_holds_all_of_them(at: list[float]) -> None:
    _, pieces = found(at, (50.0, 55.0, 50.0))
    assert sorted(each for which, _, _ in pieces for each in which) == [0, 1, 2]


@pytest.mark.parametrize(
    ("at", "where"),
    [
        ([100.0, 150.0, 200.0], [((0,), 0), ((1, 2), 3)]),
        ([100.0, 150.0, 390.0], [((0,), 0), ((1, 2), 2)]),
        ([150.0, 200.0, 310.0], [((0,), 0), ((1,), 2), ((2,), 3)]),
        ([100.0, 380.0, 390.0], [((0,), 0), ((1, 2), 1)]),
        ([370.0, 380.0, 390.0], [((0, 1, 2), 0)]),
        ([10.0, 20.0, 200.0], [((0, 1, 2), 3)]),
    ],
)  # fmt: skip
def test_right_of_the_line_comes_first_then_in_it_then_each_date_at_its_own_end(at: list[float], where: list[tuple[tuple[int, ...], int]]) -> None:
    _, pieces = found(at, (50.0, 75.0, 60.0))
    assert [(which, gap) for which, gap, _ in pieces] == where
