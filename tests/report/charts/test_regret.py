"""Regret: curves of the record, what knowing would be worth as their lower envelope, words for the value that matters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from money_charts import STARTUP, drawn, findings, frontier_of, lines, places, texts
from tuneplan.report.charts.registry import NothingToDraw
from tuneplan.report.words import usd
from waist import normal, options

NAMES = ("cheap", "dear")
GIVEN = tuple(f"tasks.{task}.data.examples=2k" for task in ("email", "summary", "qa"))


def study(own_value: float = float("nan"), **more: Any) -> Any:
    draws = 256
    cost = [1e4 * np.exp(0.3 * normal("a", draws=draws)), 5e4 + 5e3 * normal("b", draws=draws)]
    points = [60.0 + normal("c", draws=draws), 70.0 + 3.0 * normal("d", draws=draws)]
    return frontier_of(options(cost, points, names=NAMES, **more), own_value=own_value)


def picture(found: Any) -> Any:
    return drawn("regret", found, names=found.options.strategies)


def envelope(made: Any) -> np.ndarray:
    """Upper edge of the grey area. ``(corner, 2)``"""
    (area,) = [each for ax in made.figure.axes for each in ax.collections if each.get_label() == "_perfect information"]
    return np.asarray(area.get_paths()[0].vertices)


def test_curves_are_those_of_the_record_and_none_lies_below_the_envelope() -> None:
    found = study()
    made = picture(found)
    low, _ = made.figure.axes[0].get_ylim()
    for row, name in enumerate(NAMES):
        drawn_line, regret = places(lines(made, name)[0]), found.over_value.regret[row, 1:]
        np.testing.assert_array_equal(drawn_line[:, 0], found.over_value.value[1:])
        np.testing.assert_array_equal(drawn_line[regret >= low, 1], regret[regret >= low])
        assert (drawn_line[regret < low, 1] < low).all()
    least = found.over_value.perfect_information[1:]
    np.testing.assert_allclose(least, found.over_value.regret[:, 1:].min(axis=0))
    assert envelope(made)[:, 1].max() == pytest.approx(least.max())


def test_the_least_regret_is_always_in_sight() -> None:
    for found in (study(), study(own_value=3000.0)):
        made = picture(found)
        low, high = made.figure.axes[0].get_ylim()
        assert low < found.over_value.perfect_information.max() < high
        (dot,) = lines(made, "_told")
        ((value, worth),) = places(dot).tolist()
        assert low < worth < high
        assert f"EVPI {usd(worth)}\nat {usd(value)} a point" in texts(made)
        assert usd(worth) in made.told.title
        assert f"at {usd(value)} a point" in made.told.title.replace("At", "at")


def test_without_an_own_value_the_title_is_about_the_hardest_choice() -> None:
    found = study()
    (switch,) = found.over_value.switches
    title = picture(found).told.title
    assert title.startswith(f"Where cheap and dear are equally good, at {usd(switch.value)} a point, knowing beforehand would be worth $")


def test_with_an_own_value_the_title_is_about_it_and_a_line_marks_it() -> None:
    found = study(own_value=3000.0)
    made = picture(found)
    place = int(np.flatnonzero(found.milestones.value == 3000.0)[0])
    losses = [usd(float(each)) for each in found.milestones.regret[:, place]]
    assert made.told.title == f"At $3.00k a point choosing cheap loses {losses[0]} on average against knowing beforehand; dear {losses[1]}"
    assert [set(line.get_xdata()) for line in lines(made, "_own")] == [{3000.0}]
    assert "your value $3.00k" in texts(made)


def test_switches_are_lines_with_words() -> None:
    found = study()
    made = picture(found)
    (switch,) = found.over_value.switches
    assert [set(line.get_xdata()) for line in lines(made, "_switch")] == [{switch.value}]
    assert f"dear best\nfrom {usd(switch.value)}" in texts(made)


def test_who_takes_no_part_is_named() -> None:
    found = study(covered=[1e4, 9e4], budget=2e4)
    with pytest.raises(NothingToDraw, match="nothing to choose between"):
        picture(found)
    three = frontier_of(options([1e4, 2e4, 9e4], [60.0 + normal("a", draws=64), 61.0, 80.0], names=("a", "b", "c"), budget=5e4))
    made = picture(three)
    assert lines(made, "c") == []
    assert "Not compared, as they break the limits or can't be done: c." in made.told.note


def test_where_no_value_matters_regret_is_that_of_the_scenario() -> None:
    risky = np.where(np.arange(64) % 4 == 0, 58.0, 62.0)
    found = frontier_of(options([1e4, 1e4, 2e4], [60.0, risky, 50.0], names=("sure", "risky", "dear")))
    assert not found.over_value.switches
    made = picture(found)
    assert [places(lines(made, name)[0])[0, 0] for name in ("risky", "sure", "dear")] == pytest.approx([0.5, 1.5, 11.5])
    assert [label.get_text() for label in made.figure.axes[0].get_yticklabels()] == ["risky", "sure", "dear"]
    assert made.told.title == "Choosing risky loses 0.50 points on average against knowing beforehand; sure 1.5 points"
    assert made.figure.axes[0].get_xlabel() == "expected regret [point]"


def test_where_all_is_the_same_there_is_nothing_to_draw() -> None:
    with pytest.raises(NothingToDraw, match="nothing to choose between"):
        picture(frontier_of(options([1e4, 1e4], [60.0, 60.0], names=("a", "b"))))


@pytest.mark.parametrize("draws", [1, 64])
def test_a_real_run_and_a_single_draw(draws: int) -> None:
    made = picture(findings(STARTUP, *GIVEN, "tasks.email.value=300 USD/point/month", draws=draws).frontier)
    assert made.figure.axes[0].get_yscale() == "log"
    assert made.figure.axes[0].get_xlabel().endswith("[USD/point]")
    assert made.figure.axes[0].get_ylabel() == "expected regret [USD]"
