"""Rounding that keeps sums."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuneplan.report.splits import apportioned, points_split, usd_split
from tuneplan.report.words import usd_at_least

PARTS = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=12)


@given(PARTS)
def test_parts_add_up_and_stay_within_one_unit(parts: list[float]) -> None:
    whole = math.fsum(parts)
    found = apportioned(parts, whole)
    assert sum(found) == round(whole)
    assert all(abs(count - part) <= 1.0 + 1e-9 for count, part in zip(found, parts, strict=True))


def test_what_is_nothing_stays_nothing() -> None:
    assert points_split({"a": 0.0, "b": 0.006, "c": 0.006, "d": 0.006}) == {
        "a": "0.00", "b": "+0.01", "c": "+0.01", "d": "0.00", "all": "+0.02",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("labels", "routing", "shown"),
    [
        (-3.0, 0.5, {"labels": "-$3.00", "routing": "+$0.50", "all": "-$2.50"}),
        (-9_000.4, 0.6, {"labels": "-$9000", "routing": "$0", "all": "-$9000"}),
        (20_004.0, -6.0, {"labels": "+$20.01k", "routing": "-$0.01k", "all": "+$20.00k"}),
        (2e7, 1e6, {"labels": "+$20.00M", "routing": "+$1.00M", "all": "+$21.00M"}),
        (0.0, 0.0, {"all": "$0"}),
    ],
)
def test_one_unit_for_all_dollars(labels: float, routing: float, shown: dict[str, str]) -> None:
    assert usd_split({"labels": labels, "routing": routing}) == shown


def test_small_lines_are_summed_as_other_lines() -> None:
    found = usd_split({f"line{number}": 20_000.0 - number for number in range(9)})
    assert list(found) == [*(f"line{number}" for number in range(6)), "other lines", "all"]
    assert found["other lines"] == "+$59.98k"


@given(st.floats(1e-3, 1e12))
def test_a_limit_is_never_shown_too_low(amount: float) -> None:
    text = usd_at_least(amount).removeprefix("$")
    size = {"k": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}.get(text[-1], 1.0)
    assert amount * (1 - 1e-12) <= float(text.rstrip("kMBT")) * size <= amount * 1.0101
