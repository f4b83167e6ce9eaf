"""Costs along the horizon: lines and bands of the record, the crossing where the record says, in words that fit it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from building import text_of
from money_charts import MANY, STARTUP, drawn, findings, lines, places, said, texts
from tuneplan.report.charts.registry import NothingToDraw
from tuneplan.study.cumulative import Crossing, Cumulative

GIVEN = tuple(f"tasks.{task}.data.examples=2k" for task in ("email", "summary", "qa"))


def record(crossing: Crossing | None = None, **more: Any) -> Cumulative:
    months = np.arange(13.0)
    median = np.stack([20_000.0 + 0.0 * months, 3_000.0 * months])
    made = Cumulative(
        strategies=("trained", "bought"), months=months, p10=0.9 * median, median=median, p90=1.2 * median, horizon=(12.0, 12.0, 12.0), crossing=crossing,
    )  # fmt: skip
    return replace(made, **more)


def crossing(p10: float, median: float, p90: float, never: float = 0.0) -> Crossing:
    return Crossing(dearer="trained", cheaper="bought", p10=p10, median=median, p90=p90, never=never)


def picture(found: Cumulative) -> Any:
    return drawn("cumulative-cost", found, names=found.strategies)


def test_lines_are_medians_and_bands_go_from_p10_to_p90() -> None:
    found = record()
    made = picture(found)
    for row, name in enumerate(found.strategies):
        np.testing.assert_array_equal(places(lines(made, name)[0]), np.stack([found.months, found.median[row]], axis=1))
        (band,) = [each for each in made.figure.axes[0].collections if each.get_label() == f"_{name}"]
        (corners,) = [path.vertices for path in band.get_paths()]
        assert corners[:, 1].min() == found.p10[row].min()
        assert corners[:, 1].max() == found.p90[row].max()


def test_names_stand_at_the_ends_with_what_was_paid_in_all() -> None:
    assert {"trained $20.0k", "bought $36.0k"} <= set(texts(picture(record())))


def test_the_crossing_is_a_line_and_a_strip() -> None:
    made = picture(record(crossing(5.0, 7.0, 11.0)))
    assert set(lines(made, "_crossing")[0].get_xdata()) == {7.0}
    assert lines(made, "_crossing band")[0].get_xdata().tolist() == [5.0, 11.0]
    assert made.told.title == "trained starts dearer than bought and has paid that back by month 7 in half of the draws (P10-P90 5 to 11)"
    assert set(lines(made, "_crossing band")[0].get_ydata()) == {0.0}, "a piece of the axis of time, away from the money"
    assert "dearer start paid back by month 7\nin half of the draws (P10-P90 5 to 11)" in texts(made)
    assert "The broad piece of the axis is its P10 to P90." in made.told.note


def test_what_costs_the_same_in_all_is_level_whatever_happens_before() -> None:
    made = picture(record(replace(crossing(2.5, np.inf, np.inf, 0.7), is_level=True)))
    assert made.told.title == "trained and bought cost about the same in all: $20.0k and $36.0k"
    assert lines(made, "_crossing") == lines(made, "_crossing band") == []
    assert "aid back" not in said(made)


@pytest.mark.parametrize(
    ("found", "title", "marks"),
    [
        (crossing(2.5, 7.0, np.inf, 0.25), "trained starts dearer than bought and has paid that back by month 7 in half of the draws; that it never does: about 2 in 10 (25 %)", (1, 0)),
        (crossing(2.5, np.inf, np.inf, 0.7), "trained stays dearer than bought to the end of the horizon: about 7 in 10 (70 %)", (0, 0)),
        (crossing(np.inf, np.inf, np.inf, 1.0), "trained stays dearer than bought to the end of the horizon", (0, 0)),
        (crossing(0.0, 0.0, 4.0), "trained and bought cost about the same at the start; who is ahead there changes from draw to draw", (0, 1)),
        (None, "trained costs $20.0k (P10-P90 $18.0k to $24.0k) in all, $20.0k of it at the start", (0, 0)),
    ],
)  # fmt: skip
def test_what_is_said_of_a_crossing(found: Crossing | None, title: str, marks: tuple[int, int]) -> None:
    made = picture(record(found))
    assert made.told.title == title
    assert (len(lines(made, "_crossing")), len(lines(made, "_crossing band"))) == marks
    assert not any(word in said(made) for word in ("inf", "nan", "endless"))


def test_strategies_that_cost_the_same_are_named_together() -> None:
    same = np.stack([2_000.0 * np.arange(13.0)] * 2)
    assert picture(record(p10=same, median=same, p90=same)).told.title.startswith("trained and bought cost $24.0k")


def test_an_uncertain_horizon_is_shown_to_its_p90_and_told() -> None:
    made = picture(record(horizon=(3.0, 6.0, 9.0)))
    assert made.figure.axes[0].get_xlim() == (0.0, 9.0)
    assert "The horizon is uncertain, 3 to 9 months (P10-P90)" in made.told.note


@pytest.mark.parametrize("from_launch", [False, True])
def test_a_note_says_from_when_serving_is_paid(from_launch: bool) -> None:
    note = picture(record(from_launch=from_launch)).told.note
    assert ("month by month from launch" in note, "lateness day by day" in note) == (from_launch, from_launch)
    assert "month by month" in note


def test_of_many_strategies_the_two_that_lead_have_bands() -> None:
    found = findings(text_of(["a", "b"], strategies=MANY, law={})).cumulative
    made = picture(found)
    assert found.crossing is not None
    bands = {each.get_label() for each in made.figure.axes[0].collections}
    assert bands == {f"_{found.crossing.dearer}", f"_{found.crossing.cheaper}"}
    assert len([text for text in texts(made) if "$" in text]) >= len(found.strategies)


def test_of_a_real_run_lines_end_at_what_it_costs() -> None:
    found = findings(STARTUP, *GIVEN)
    made = picture(found.cumulative)
    for each in found.verdict.results:
        assert lines(made, each.name)[0].get_ydata()[-1] == pytest.approx(each.cost.median, rel=1e-9)


def test_without_strategies_or_months_nothing_is_drawn() -> None:
    with pytest.raises(NothingToDraw, match="the horizon has no length"):
        picture(findings(STARTUP, *GIVEN, "horizon=0 months", draws=8).cumulative)
    with pytest.raises(NothingToDraw, match="no strategy can be done"):
        picture(record(strategies=(), p10=np.empty((0, 13)), median=np.empty((0, 13)), p90=np.empty((0, 13))))
