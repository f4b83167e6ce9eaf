"""Examples by task and strategy: bars as long as the record says, owned apart from bought, with what stopped each plan."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from building import text_of
from money_charts import MANY, STARTUP, drawn, findings, texts
from tuneplan.report.charts.registry import NothingToDraw


def picture(found: Any) -> Any:
    return drawn("allocation", found.allocation, found.verdict, names=found.run.scenario.strategies)


def bars(ax: Any, label: str) -> np.ndarray:
    """Start and end of each bar of a panel. ``(task, 2)``"""
    (found,) = [each for each in ax.collections if each.get_label() == label]
    return np.array([segment[:, 0] for segment in found.get_segments()])


@pytest.fixture(scope="module")
def startup() -> Any:
    found = findings(draws=16)
    return found, picture(found)


def test_bars_hold_what_is_owned_then_what_is_bought(startup: Any) -> None:
    found, made = startup
    panels = [ax for ax in made.figure.axes if ax.collections]
    assert len(panels) == len(found.allocation.strategies) == 3
    for ax, each in zip(panels, found.allocation.strategies, strict=True):
        np.testing.assert_allclose(bars(ax, "owned"), np.stack([0.0 * each.owned, each.owned], axis=1))
        np.testing.assert_allclose(bars(ax, "bought"), np.stack([each.owned, each.owned + each.bought], axis=1))
    assert len({ax.get_xlim() for ax in panels}) == 1


def test_names_of_tasks_stand_once_and_those_of_strategies_above_with_what_stopped_them(startup: Any) -> None:
    found, made = startup
    panels = [ax for ax in made.figure.axes if ax.collections]
    assert [label.get_text() for label in panels[0].get_yticklabels()] == list(found.allocation.tasks)
    assert all(len(ax.get_yticks()) == 0 for ax in panels[1:])
    assert texts(made).count("stopped by\nthe budget") == 3
    assert {"unified", "specialists", "adapters"} <= set(texts(made))
    assert "Without training: prompted." in made.told.note


def test_the_title_is_about_the_recommended_strategy(startup: Any) -> None:
    found, made = startup
    best = found.verdict.decision.strategies[found.verdict.decision.best]
    assert made.told.title.startswith(f"{best} trains on ")
    assert "of them bought" in made.told.title


def test_a_title_names_a_task_only_where_it_stands_out() -> None:
    text = text_of({"a": {"data.examples": 900}, "b": {"data.examples": 200}, "c": {"data.examples": 300}}, strategies=["unified"])
    assert picture(findings(text, draws=8)).told.title.endswith("; a gets most (900)")
    text = text_of({"a": {"data.examples": 900}, "b": {"data.examples": 700}, "c": {"data.examples": 800}}, strategies=["unified"])
    assert picture(findings(text, draws=8)).told.title.endswith("; about 800 a task (700 to 900)")


def test_plans_for_tasks_that_are_the_same_name_none() -> None:
    tasks = {"first": {"data.examples": "auto"}, **{f"task_{number}": {"like": "first"} for number in range(5)}}
    title = picture(findings(text_of(tasks, strategies=["unified"], budget__limit="30k USD"), draws=16)).told.title
    assert "a task" in title
    assert not any(name in title for name in tasks)


def test_where_the_recommended_strategy_trains_nothing_the_title_says_so() -> None:
    text = text_of({"a": {"score.base": 0.85}}, strategies=["unified", "prompted"], budget={"limit": "1k USD", "covers": ["data"]})
    made = picture(findings(text, draws=16))
    assert made.told.title == "prompted trains on nothing; unified would train on 2.00k examples, all bought"


def test_where_nobody_trains_there_is_nothing_to_draw() -> None:
    with pytest.raises(NothingToDraw, match="no strategy that can be done trains anything"):
        picture(findings(text_of(["a"], strategies=["prompted"]), draws=8))


def test_uncertain_counts_have_a_band_and_a_word() -> None:
    made = picture(findings(text_of({"a": {"data.examples": "1k to 4k", "data.existing": "9k"}}, strategies=["unified"]), draws=64))
    (band,) = [line for ax in made.figure.axes for line in ax.lines if line.get_label() == "_band"]
    assert band.get_xdata()[0] < band.get_xdata()[1]
    assert "P10 to P90 as a line" in made.told.note
    assert "all owned already" in made.told.title


def test_a_misfit_is_absent_and_named() -> None:
    made = picture(findings(STARTUP, "strategies.unified.serving=hosted", *(f"tasks.{task}.data.examples=2k" for task in ("email", "summary", "qa")), draws=8))
    assert "unified" not in texts(made)
    assert "Can't be done, so absent: unified." in made.told.note


def test_many_strategies_and_tasks_keep_their_names_upright_and_say_once_what_stopped_them() -> None:
    made = picture(findings(text_of([f"task_{number}" for number in range(20)], strategies=MANY, law={}), draws=1))
    panels = [ax for ax in made.figure.axes if ax.collections]
    assert len(panels) == 10
    assert "Examples are given, not planned." in made.told.note
    assert {text.get_rotation() for ax in panels for text in ax.texts if text.get_weight() == "bold"} == {90.0}
    assert len(made.file("svg")) < 150_000
