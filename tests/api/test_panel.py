"""Sliders: what they set, what they leave alone, and what is shown then."""

from __future__ import annotations

import sys

import pytest

from tuneplan import Study, UsageError
from tuneplan.api.panel import Panel
from tuneplan.errors import ScenarioError

RANGES = {"budget.limit": (2, 122, "k USD"), "unseen.share": (0, 50, "%"), "gpu.price": (1, 9, "USD/hour")}


@pytest.fixture(scope="module")
def panel(given: Study) -> Panel:
    return given.panel(RANGES, draws=64, seed=3)


@pytest.fixture(autouse=True)
def untouched(panel: Panel) -> None:
    panel.reset.click()


def test_untouched_it_asks_the_study_as_it_is(panel: Panel, given: Study) -> None:
    assert panel.study.changes == given.changes
    assert panel.result.recommended == given.run(64, seed=3).recommended


def test_sliders_start_where_the_study_stands(panel: Panel, given: Study) -> None:
    assert panel.sliders["budget.limit"].value == pytest.approx(60, abs=panel.sliders["budget.limit"].step)
    median = 100 * given.asked.quantities["unseen.share"].distribution.median
    assert panel.sliders["unseen.share"].value == pytest.approx(median, abs=panel.sliders["unseen.share"].step)
    assert panel.sliders["gpu.price"].value == pytest.approx(5)  # the file says nothing: the middle


@pytest.mark.parametrize("ends", [(70, 120), (10, 50), (10, 55.5)])
def test_a_range_that_leaves_the_study_out_is_widened_to_hold_it(given: Study, ends: tuple[float, float]) -> None:
    panel = given.panel({"budget.limit": (*ends, "k USD")}, draws=64)
    slider = panel.sliders["budget.limit"]
    assert slider.value == pytest.approx(60)
    assert (slider.min, slider.max) == ((60, 120) if ends[0] > 60 else (10, 60))
    slider.value = ends[1]
    panel.reset.click()
    assert slider.value == pytest.approx(60)
    assert panel.study.changes == given.changes


def test_what_a_plan_finds_is_auto_until_it_is_moved(given: Study) -> None:
    key = "tasks.email.data.examples"
    planned = given.set(key, "auto")
    panel = planned.panel({key: (500, 5000, "examples")}, draws=64)
    assert "as in the file: auto, until moved" in panel._standing
    panel.sliders[key].value = 1000
    assert "set to 1000 examples" in panel._standing
    assert panel.study.changes == (*planned.changes, f"{key}=1000 examples")


def test_what_the_budget_is_for_is_said_where_cost_holds_more(panel: Panel, given: Study) -> None:
    assert "the budget of $60.0k only data, training, evaluation and people" in panel.html
    every = ["data", "training", "evaluation", "people", "serving", "upkeep", "delay"]
    assert "Cost holds" not in given.set({"budget.covers": every, "budget.limit": "200k USD"}).panel(RANGES, draws=64).html


def test_a_moved_slider_asks_again_and_shows_the_answer(panel: Panel, given: Study) -> None:
    before = panel.html
    panel.sliders["unseen.share"].value = 40
    assert panel.study.changes == (*given.changes, "unseen.share=40%")
    assert panel.html != before
    expected = given.set("unseen.share", "40%").run(64, seed=3)
    assert (panel.result.delivered == expected.delivered).all()


def test_the_answer_names_whom_the_result_recommends(panel: Panel) -> None:
    panel.sliders["unseen.share"].value = 50
    assert f"Choose {panel.result.recommended}" in panel.html


def test_what_meets_no_limit_is_said(panel: Panel) -> None:
    panel.sliders["budget.limit"].value = 2
    assert panel.result.recommended is None
    assert panel.html.count("breaks a limit") == len(panel.study.strategies)


def test_notes_say_what_is_set_and_what_is_not(panel: Panel) -> None:
    panel.sliders["budget.limit"].value = 82
    notes = {row.children[0].description: row.children[1].value for row in panel.box.children[: len(RANGES)]}
    assert notes == {"budget.limit": "set to 82k USD", "unseen.share": "as in the file: 5% to 15%", "gpu.price": "as in the file"}


def test_reset_puts_everything_back(panel: Panel, given: Study) -> None:
    before, starts = panel.html, {key: slider.value for key, slider in panel.sliders.items()}
    panel.sliders["budget.limit"].value = 20
    panel.sliders["gpu.price"].value = 2
    panel.reset.click()
    assert panel.study.changes == given.changes
    assert {key: slider.value for key, slider in panel.sliders.items()} == starts
    assert panel.html == before


def test_what_can_not_be_asked_is_said_and_the_last_result_kept(given: Study) -> None:
    panel = given.panel({"tasks.email.score.base": (0.1, 0.8, ""), "tasks.email.score.ceiling": (0.7, 0.98, "")}, draws=64)
    panel.sliders["tasks.email.score.base"].value = 0.8
    last, study = panel.result, panel.study
    panel.sliders["tasks.email.score.ceiling"].value = 0.7
    assert panel.result is last
    assert panel.study is study
    assert "the ceiling is worse than the base" in panel.html


@pytest.mark.parametrize("wrong", [(5, 5, "k USD"), (9, 2, "k USD"), (2, 9), "20k USD", ("a", "b", "c")])
def test_a_range_that_is_none_is_refused_with_an_example(given: Study, wrong: object) -> None:
    with pytest.raises(UsageError, match=r"budget\.limit: a slider runs"):
        given.panel({"budget.limit": wrong}, draws=64)  # type: ignore[dict-item]


def test_a_key_that_is_none_is_refused(given: Study) -> None:
    with pytest.raises(ScenarioError, match=r"budget\.limmit"):
        given.panel({"budget.limmit": (1, 2, "k USD")}, draws=64)


def test_nothing_to_slide_is_refused(given: Study) -> None:
    with pytest.raises(UsageError, match="something to slide"):
        given.panel({}, draws=64)


def test_without_ipywidgets_the_extra_is_named_in_a_line(given: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    with pytest.raises(UsageError) as refused:
        given.panel(RANGES, draws=64)
    assert str(refused.value) == 'panel needs ipywidgets: pip install "tuneplan[notebook]"'


def test_a_notebook_shows_the_widget_and_a_page_how_it_stands(panel: Panel) -> None:
    panel.sliders["budget.limit"].value = 82
    shown = panel._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in shown
    assert shown["text/html"].endswith(panel.html)
    assert "set to 82k USD" in shown["text/html"]
    assert shown["text/plain"] == "<Panel: budget.limit, unseen.share, gpu.price>"


def test_bars_are_as_long_as_the_chances(panel: Panel) -> None:
    decision = panel.result.verdict.decision
    for chance in decision.probability_best:
        assert f"width:{14 * chance:.2f}em" in panel.html


def test_names_are_no_markup(given: Study) -> None:
    hostile = given.set("name", "<script>alert(1)</script>").panel({"budget.limit": (20, 120, "k USD")}, draws=64)
    assert "<script>" not in hostile._repr_mimebundle_()["text/html"]
