"""Ticks as people read them: no two alike, few, on the scale that suits the spread."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from tuneplan.report.charts import axes


def ticks_of(dress: Any, low: float, high: float, **more: Any) -> list[str]:
    """Labels of the ticks within an axis from ``low`` to ``high``."""
    figure = Figure(figsize=(6.6, 4.0), layout="constrained")
    ax = figure.add_subplot()
    ax.plot([low, high], [0.0, 1.0])
    axes.logarithmic(ax.xaxis, [low, high])
    dress(ax.xaxis, "cost", **more)
    figure.draw_without_rendering()
    first, last = ax.get_xlim()
    return [each.get_text() for each, at in zip(ax.get_xticklabels(), ax.get_xticks(), strict=True) if first <= at <= last]


@settings(max_examples=25, deadline=None)
@given(st.floats(1e-2, 1e12), st.floats(1.001, 1e6))
def test_no_two_ticks_read_alike_and_there_are_two_at_least(low: float, ratio: float) -> None:
    found = ticks_of(axes.money, low, low * ratio)
    assert len(found) == len(set(found))
    assert 2 <= len(found) <= axes.TICKS + 2


def test_ticks_of_money_counts_shares_and_points() -> None:
    assert ticks_of(axes.money, 0.0, 50_000.0) == ["$0", "$10k", "$20k", "$30k", "$40k", "$50k"]
    assert ticks_of(axes.money, 1_000.0, 1_000_000.0) == ["$1k", "$10k", "$100k", "$1M"]
    assert ticks_of(axes.money, -1e6, 1e6) == ["-$1M", "-$500k", "$0", "$500k", "$1M"]
    assert ticks_of(axes.shares, 0.0, 1.0) == ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]
    assert ticks_of(axes.points, 60.0, 61.0, ticks=4) == ["60", "60.5", "61"]
    assert ticks_of(axes.counts, 0.0, 12_000.0, ticks=3) == ["0", "5k", "10k"]


def test_labels_hold_units() -> None:
    ax = Figure().add_subplot()
    said = []
    for dress in (axes.money, axes.points, axes.shares):
        dress(ax.xaxis, "it")
        said.append(ax.get_xlabel())
    axes.counts(ax.xaxis, "horizon", "month")
    assert [*said, ax.get_xlabel()] == ["it [USD]", "it [point]", "it", "horizon [month]"]


@pytest.mark.parametrize(("values", "scale"), [([1.0, 100.0], "log"), ([1.0, 10.0], "linear"), ([0.0, 1e9], "linear"), ([-1.0, 1e9], "linear"), ([], "linear")])
def test_a_wide_spread_of_positive_values_is_shown_by_powers(values: list[float], scale: str) -> None:
    ax = Figure().add_subplot()
    assert axes.logarithmic(ax.yaxis, values) is (scale == "log")
    assert ax.get_yscale() == scale
