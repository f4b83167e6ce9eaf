"""Learning curves as drawn: a panel a task, lines as recorded, marks at plans, dots at pilots."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hard_questions import findings
from tuneplan.report.charts import CHARTS, NothingToDraw, Told
from tuneplan.report.charts.canvas import draw, styled
from tuneplan.report.charts.looks import Looks
from tuneplan.study.learning_curves import LearningCurves, Measured

CHART = CHARTS["learning-curves"]


@pytest.fixture(scope="module")
def found() -> LearningCurves:
    return findings("plain").learning_curves


def drawn(found: LearningCurves) -> tuple[list[Axes], Told, Looks]:
    """Panels by task, without the axes that they stand in."""
    names = {line.strategy for curves in found.tasks for line in curves.lines} | set(found.left_out)
    looks = Looks.of(sorted(names))
    figure = Figure()
    with styled(salt="test"):
        told = CHART.draw(found, ax=figure.add_subplot(), looks=looks)
    return [ax for ax in figure.axes[1:] if ax.axison], told, looks


def lines(panel: Axes) -> dict[str, tuple[list[float], list[float]]]:
    return {str(each.get_label()).lstrip("_"): (list(each.get_xdata()), list(each.get_ydata())) for each in panel.lines}


def test_a_panel_a_task_and_a_line_a_strategy(found: LearningCurves) -> None:
    panels, _, looks = drawn(found)
    assert [panel.get_title(loc="left") for panel in panels] == [each.task for each in found.tasks]
    for panel, curves in zip(panels, found.tasks, strict=True):
        shown = lines(panel)
        for line in curves.lines:
            assert shown[line.strategy] == (list(curves.examples), [point.mean for point in line.points])
        colours = {str(each.get_label()).lstrip("_"): each.get_color() for each in panel.lines}
        assert all(colours[line.strategy] == looks[line.strategy].colour for line in curves.lines)
        assert shown["base"][1][0] == pytest.approx(curves.base)
        assert shown["ceiling"][1][0] == pytest.approx(curves.ceiling)
        assert panel.get_xscale() == "log"


def test_marks_stand_where_plans_are_and_on_their_lines(found: LearningCurves) -> None:
    panels, _, _ = drawn(found)
    for panel, curves in zip(panels, found.tasks, strict=True):
        shown = lines(panel)
        for line in curves.lines:
            if line.planned > 0.0:
                assert shown[f"plan {line.strategy}"] == ([line.planned], [curves.at(line.strategy, line.planned).mean])
            else:
                assert f"plan {line.strategy}" not in shown


def test_bands_are_of_the_leading_two_trained_strategies(found: LearningCurves) -> None:
    panels, told, _ = drawn(found)
    bands = {str(each.get_label()) for panel in panels for each in panel.collections if str(each.get_label()).startswith("_band")}
    assert bands == {f"_band {name}" for name in found.leading}
    assert all(name in told.note for name in found.leading)
    band = next(each for each in panels[0].collections if each.get_label() == f"_band {found.leading[0]}")
    heights = band.get_paths()[0].vertices[:, 1]
    points = found.tasks[0].line(found.leading[0]).points
    assert (heights.min(), heights.max()) == pytest.approx((min(each.p10 for each in points), max(each.p90 for each in points)))


def test_names_stand_once_a_row_beside_the_last_panel(found: LearningCurves) -> None:
    panels, _, _ = drawn(found)
    assert [len(panel.texts) > 0 for panel in panels] == [False, False, True]
    assert {text.get_text() for text in panels[-1].texts} == {line.strategy for line in found.tasks[0].lines} | {"base", "ceiling"}


def test_pilots_are_dots_with_their_errors_and_are_said(found: LearningCurves) -> None:
    assert "pilots" not in drawn(found)[1].note
    pilots = tuple(Measured(task="email", strategy=name, examples=500.0, points=71.0, error=1.2) for name in ("unified", ""))
    panels, told, looks = drawn(replace(found, measured=pilots))
    dots = [container for container in panels[0].containers if str(container.get_label()).startswith("_pilot")]
    assert len(dots) == 2
    assert (dots[0].lines[0].get_xdata()[0], dots[0].lines[0].get_ydata()[0]) == (500.0, 71.0)
    assert dots[0].lines[0].get_color() == looks["unified"].colour
    assert not panels[1].containers
    assert "your pilots" in told.note


def test_the_title_tells_what_twice_the_examples_would_do(found: LearningCurves) -> None:
    title = drawn(found)[1].title
    gains = {each.task: each.doubled.mean for each in found.tasks}
    assert found.tasks[0].leader in title
    assert all(f"{gain:+.1f}" in title and task in title for task, gain in gains.items() if gain >= 1.0)


def test_of_many_tasks_one_is_named_only_where_it_stands_out(found: LearningCurves) -> None:
    """Equal tasks differ by simulation alone, which is no advice."""

    def title(*gains: float, error: float) -> str:
        one = found.tasks[0]
        tasks = tuple(replace(one, task=f"t{place}", doubled=replace(one.doubled, mean=gain, error=error)) for place, gain in enumerate(gains))
        return drawn(replace(found, tasks=tasks))[1].title

    start = "Twice the examples of a task would move unified by"
    assert title(0.5, 0.6, 0.7, 0.6, error=0.1) == f"{start} about +0.60 points, whichever task it is"
    assert title(0.2, 0.6, 0.9, 0.6, error=0.01) == f"{start} +0.20 (t0) to +0.90 points (t2)"
    assert title(0.2, 0.6, 0.9, 0.9, error=0.01) == f"{start} +0.20 (t0) to +0.90 points"
    assert title(0.2, 0.2, 0.9, 0.9, error=0.01) == f"{start} +0.20 to +0.90 points"


def test_the_text_for_who_cannot_see_gives_every_line(found: LearningCurves) -> None:
    alt = drawn(found)[1].alt
    assert all(name in alt for name in (*(each.task for each in found.tasks), *(line.strategy for line in found.tasks[0].lines)))
    assert "as planned" in alt


def test_twenty_tasks_share_their_scales_and_fit() -> None:
    many = findings("twenty tasks").learning_curves
    panels, told, _ = drawn(many)
    assert len(panels) == 20
    assert len({panel.get_ylim() for panel in panels}) == 1
    assert len({panel.get_xlim() for panel in panels}) == 1
    assert len(told.title) < 200


def test_scales_that_do_not_agree_are_not_shared(found: LearningCurves) -> None:
    first, *rest = found.tasks
    shifted = replace(first, base=first.base - 400.0, ceiling=first.ceiling - 400.0, lines=tuple(
        replace(line, points=tuple(replace(point, mean=point.mean - 400.0, p10=point.p10 - 400.0, p90=point.p90 - 400.0) for point in line.points)) for line in first.lines
    ))  # fmt: skip
    panels, _, _ = drawn(replace(found, tasks=(shifted, *rest)))
    assert panels[0].get_ylim()[1] < panels[1].get_ylim()[0]


def test_what_there_was_no_room_for_is_said(found: LearningCurves) -> None:
    note = drawn(replace(found, left_out=("quiet",), tasks_left_out=tuple(f"t{number}" for number in range(9))))[1].note
    assert "Not shown: quiet." in note
    assert "Not shown: 9 more tasks." in note


def test_nothing_trained_is_nothing_to_draw(found: LearningCurves) -> None:
    with pytest.raises(NothingToDraw, match="no strategy is trained"):
        draw(CHART, [replace(found, tasks=())], looks=Looks.of([]), source="")


def test_it_draws_into_axes_of_a_figure_of_somebody_else(found: LearningCurves) -> None:
    figure = Figure()
    ax = figure.add_axes((0.1, 0.1, 0.8, 0.8))
    CHART.draw(found, ax=ax, looks=Looks.of(["unified", "specialists", "prompted"]))
    assert len(ax.child_axes) == len(found.tasks)
