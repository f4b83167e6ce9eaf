"""Cost by component: medians and bands of the verdict, a dollar equally wide everywhere, the budget where it counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from building import text_of
from money_charts import MANY, STARTUP, drawn, findings, lines, places, said, texts
from tuneplan.report.charts import CHARTS
from tuneplan.report.charts.cost_components import WIDE, _widths
from tuneplan.report.charts.looks import Looks
from tuneplan.report.charts.registry import NothingToDraw
from tuneplan.report.words import usd

GIVEN = tuple(f"tasks.{task}.data.examples=2k" for task in ("email", "summary", "qa"))


def picture(found: Any) -> Any:
    return drawn("cost-components", found.verdict, found.options, names=found.run.scenario.strategies)


def columns(made: Any) -> dict[str, Any]:
    return {ax.get_title(loc="left").replace("\n", " "): ax for ax in made.figure.axes if ax.get_title(loc="left")}


@pytest.fixture(scope="module")
def startup() -> Any:
    found = findings(STARTUP, *GIVEN)
    return found, picture(found)


def test_columns_go_from_what_the_budget_covers_to_the_total(startup: Any) -> None:
    _, made = startup
    assert list(columns(made)) == ["data", "training", "evaluation", "people", "counts against budget", "serving", "upkeep", "delay", "total"]


def test_marks_are_medians_and_bands_go_from_p10_to_p90(startup: Any) -> None:
    found, made = startup
    found_columns = columns(made)
    for row, each in enumerate(found.verdict.results):
        for name, band in {**each.components, "total": each.cost}.items():
            drawn_lines = found_columns[name].lines
            assert places(drawn_lines[2 * row]).tolist() == [[band.p10, row], [band.p90, row]]
            assert places(drawn_lines[2 * row + 1]).tolist() == [[band.median, row]]
            assert usd(band.median) in texts(made)


def test_a_thin_line_leads_from_nothing_to_each_band_and_numbers_stand_before_the_budget(startup: Any) -> None:
    found, made = startup
    panel = columns(made)["counts against budget"]
    starts = [segment for each in panel.collections if each.get_label() == "_from nothing" for segment in each.get_segments()]
    np.testing.assert_allclose([segment[1, 0] for segment in starts], np.quantile(found.options.covered, 0.1, axis=1))
    (limit,) = lines(made, "_budget")
    for text in panel.texts:
        assert text.get_zorder() > limit.get_zorder()
        assert text.get_bbox_patch() is not None


def test_what_counts_together_is_what_the_options_cover(startup: Any) -> None:
    found, made = startup
    medians = [places(line)[0, 0] for line in columns(made)["counts against budget"].lines[1:-1:2]]
    np.testing.assert_allclose(medians, np.median(found.options.covered, axis=1))
    (limit,) = lines(made, "_budget")
    assert set(limit.get_xdata()) == {60_000.0}
    assert limit.axes is columns(made)["counts against budget"]


def test_a_dollar_is_equally_wide_in_every_column(startup: Any) -> None:
    _, made = startup
    scale = [np.diff(ax.get_xlim())[0] / ax.get_window_extent().width for ax in columns(made).values()]
    assert max(scale) / min(scale) < 1.02


def test_it_is_so_in_axes_of_somebody_else_too(startup: Any) -> None:
    found, _ = startup
    ax = Figure().add_axes((0.2, 0.1, 0.7, 0.8))
    CHARTS["cost-components"].draw(found.verdict, found.options, ax=ax, looks=Looks.of(found.run.scenario.strategies))
    scale = [np.diff(each.get_xlim())[0] / each.get_window_extent().width for each in ax.child_axes]
    assert len(scale) == 9
    assert max(scale) / min(scale) == pytest.approx(1.0)


def test_widths_fill_the_row_and_keep_room_for_headings() -> None:
    widths, dollar = _widths([100.0, 1.0, 50.0], [0.5, 0.6, 0.5])
    assert sum(widths) == pytest.approx(WIDE)
    assert widths[1] == 0.6
    assert (widths[0] - widths[2]) / 50.0 == pytest.approx(dollar)
    assert sum(_widths([0.0, 0.0], [0.5, 0.6])[0]) == pytest.approx(1.1)


def test_without_a_budget_nothing_is_said_of_one() -> None:
    made = picture(findings(text_of(["only"])))
    assert "counts against budget" not in columns(made)
    assert lines(made, "_budget") == []
    assert "budget" not in said(made)


def test_a_budget_for_everything_is_a_line_in_the_total() -> None:
    every = "[data, training, evaluation, people, serving, upkeep, delay]"
    made = picture(findings(STARTUP, *GIVEN, f"budget.covers={every}", "budget.limit=90k USD"))
    assert "counts against budget" not in columns(made)
    assert lines(made, "_budget")[0].axes is columns(made)["total"]


@pytest.mark.parametrize("covered", [False, True])
def test_delay_has_a_column_where_launch_dates_count_alone_and_may_count_against_the_budget(covered: bool) -> None:
    covers = "budget.covers=[data, training, evaluation, people, delay]"
    timed = columns(picture(findings(STARTUP, *GIVEN, *([covers] if covered else []))))
    assert list(timed).index("delay") < list(timed).index("counts against budget") if covered else list(timed)[-2] == "delay"
    assert "delay" not in columns(picture(findings(STARTUP, *GIVEN, "schedule.counts=no")))


def test_components_that_nothing_is_spent_on_have_no_column() -> None:
    made = picture(findings(text_of(["a"], strategies=["prompted"])))
    assert "training" not in columns(made)
    assert {"people", "serving", "total"} <= set(columns(made))


def test_misfits_are_absent_and_named_and_alone_are_nothing() -> None:
    made = picture(findings(STARTUP, *GIVEN, "strategies.unified.serving=hosted", draws=8))
    assert "unified" not in [label.get_text() for label in next(iter(columns(made).values())).get_yticklabels()]
    assert "Can't be done, so absent: unified." in made.told.note
    with pytest.raises(NothingToDraw, match="no strategy can be done"):
        picture(findings(text_of(["a"], strategies={"unified": {"serving": "hosted"}}, method="full"), draws=8))


def test_the_title_is_about_the_recommended_strategy(startup: Any) -> None:
    found, made = startup
    best = found.verdict.decision.strategies[found.verdict.decision.best]
    assert made.told.title.startswith(f"{best} costs $")
    assert "P10-P90" in made.told.title


@pytest.mark.parametrize("draws", [1, 16])
def test_twelve_strategies_twenty_tasks_and_a_single_draw(draws: int) -> None:
    found = findings(text_of([f"task_{number}" for number in range(20)], strategies=MANY, law={}, budget__limit="90k USD"), draws=draws)
    made = picture(found)
    assert len(next(iter(columns(made).values())).get_yticklabels()) == 12
    assert len(made.file("svg")) < 150_000
