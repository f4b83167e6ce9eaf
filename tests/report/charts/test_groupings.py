"""The chart of groupings: the front as recorded, the leaders named, and left out where it would take too long."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.markers import MarkerStyle

from building import text_of
from hard_questions import findings
from tuneplan.evidence.findings import Findings
from tuneplan.report.charts import CHARTS, NothingToDraw, Told
from tuneplan.report.charts.drawing import drawn as drawn_of
from tuneplan.report.charts.groupings import MISSED
from tuneplan.report.charts.looks import Looks
from tuneplan.scenario.load import loads
from tuneplan.study.design import monte_carlo
from tuneplan.study.groupings.analysis import Groupings, groupings
from tuneplan.study.run import run
from tuneplan.study.verdict import verdict

CHART = CHARTS["groupings"]
TORN = {"a/b": "parallel", "a/c": 0.0, "b/c": 0.0}


@pytest.fixture(scope="module")
def found() -> Groupings:
    """Two tasks that belong together and a third that harms them: a front of several."""
    text = text_of(("a", "b", "c"), similar=TORN, law={"law.interference_strength": 0.4}, budget={"limit": "$900k"})
    return groupings(loads(text), monte_carlo(64))


def drawn(found: Groupings) -> tuple[Axes, Told]:
    ax = Figure().add_subplot()
    return ax, CHART.draw(found, ax=ax, looks=Looks.of(found.scenario.strategies))


def marks(ax: Axes) -> dict[str, tuple[float, float]]:
    """Name of a standing -> where its mark stands."""
    return {str(each.get_label())[1:]: tuple(each.get_offsets()[0]) for each in ax.collections if each.get_label() != "_all"}


def names(ax: Axes) -> list[str]:
    return [text.get_text().replace("\n", " ") for text in ax.texts if not text.get_text().isdigit()]


def test_every_leader_stands_at_its_means(found: Groupings) -> None:
    ax, _ = drawn(found)
    assert marks(ax) == {each.name: pytest.approx((each.cost.mean, each.points.mean)) for each in found.standings}
    dots = next(each for each in ax.collections if each.get_label() == "_all")
    assert len(dots.get_offsets()) == len(found.searched.screen.groupings) == 5


def test_the_line_joins_the_front_in_order_of_cost(found: Groupings) -> None:
    ax, _ = drawn(found)
    [line] = [each for each in ax.lines if each.get_label() == "_front"]
    front = sorted((each.cost.mean, each.points.mean) for each in found.standings if each.frontier.status == "frontier")
    assert len(front) > 1
    assert list(zip(*line.get_data(), strict=True)) == front
    assert list(line.get_ydata()) == sorted(line.get_ydata())


def test_best_one_model_and_one_a_task_are_named_with_their_number_of_models(found: Groupings) -> None:
    ax, _ = drawn(found)
    assert found.best not in (found.unified, found.specialists)
    assert {f"best: {found.best}", "one model (unified)", "one model a task (specialists)"} <= set(names(ax))
    digits = {text.get_position(): text.get_text() for text in ax.texts if text.get_text().isdigit()}
    best = next(each for each in found.standings if each.name == found.best)
    assert digits[best.cost.mean, best.points.mean] == str(len(best.groups))


def test_which_tasks_share_is_read_off_every_mark_with_room(found: Groupings) -> None:
    ax, told = drawn(found)
    assert {"a + b | c", "a + c | b", "a | b + c"} <= {name.removeprefix("best: ") for name in names(ax)}
    digits = sorted(text.get_text() for text in ax.texts if text.get_text().isdigit())
    assert digits == ["1", "2", "2", "2", "3"]
    assert "Marks: leading groupings, with their number of models; " in told.note


def test_marks_that_lie_on_one_another_are_named_once_and_said_so(found: Groupings) -> None:
    there = next(each for each in found.standings if each.name == found.unified)
    rest = [each.name for each in found.standings if each.name not in (found.best, found.unified, found.specialists)]
    alike = replace(found, standings=tuple(
        replace(each, cost=there.cost, points=there.points, frontier=replace(each.frontier, status="dominated")) if each.name in rest else each
        for each in found.standings
    ))  # fmt: skip
    ax, told = drawn(alike)
    assert not set(rest) & set(names(ax))
    assert "those with a name hold their number of models" in told.note


def test_a_grouping_that_is_a_strategy_looks_as_it_does_elsewhere(found: Groupings) -> None:
    looks = Looks.of(found.scenario.strategies)
    ax, _ = drawn(found)
    for name, strategy in ((found.unified, "unified"), (found.specialists, "specialists")):
        mark = next(each for each in ax.collections if each.get_label() == f"_{name}")
        assert tuple(mark.get_facecolor()[0]) == to_rgba(looks[strategy].colour)
        assert len(mark.get_paths()[0].vertices) == len(MarkerStyle(looks[strategy].mark).get_path().vertices)
    bare = Figure().add_subplot()
    CHART.draw(found, ax=bare, looks=Looks.of([]))
    assert marks(bare) == marks(ax)


def test_a_line_is_spoken_of_where_there_is_one(found: Groupings) -> None:
    assert "line: the front" in drawn(found)[1].note
    single = replace(found, standings=tuple(
        replace(each, frontier=replace(each.frontier, status="frontier" if each.name == found.best else "dominated")) for each in found.standings
    ))  # fmt: skip
    assert "line" not in drawn(single)[1].note


def test_a_best_that_is_one_model_is_named_once_and_held_against_one_a_task(found: Groupings) -> None:
    swapped = replace(found, best=found.unified, against=tuple(replace(each, name=found.specialists) for each in found.against[:1]))
    ax, told = drawn(swapped)
    assert "best: one model (unified)" in names(ax)
    assert "one model (unified)" not in names(ax)
    assert told.title.startswith("Best grouping: one model for all tasks; ")
    assert told.title.endswith("against one model a task")


def test_the_title_tells_what_the_best_has_over_one_model(found: Groupings) -> None:
    against = next(each for each in found.against if each.name == found.unified)
    title = drawn(found)[1].title
    assert title.startswith(f"Best grouping: {found.best}; ")
    assert f"{against.points.mean:+.1f} points" in title
    assert "too close" not in title
    close = replace(against, objective=replace(against.objective, mean=0.01, error=1.0))
    assert "too close to call" in drawn(replace(found, against=(close,)))[1].title


def test_the_note_gives_bands_of_that_difference_and_the_text_those_of_cost(found: Groupings) -> None:
    told = drawn(found)[1]
    assert "P10 to P90: " in told.note
    assert "90 %: " in told.note
    assert told.alt.count("P10 to P90") == sum(each.frontier.status == "frontier" for each in found.standings)


def test_what_breaks_the_limits_has_another_edge_and_is_said(found: Groupings) -> None:
    broken = replace(found, standings=tuple(replace(each, allowed=False) for each in found.standings))
    ax, told = drawn(broken)
    assert all(tuple(each.get_edgecolor()[0]) == to_rgba(MISSED) for each in ax.collections if each.get_label() != "_all")
    assert "Broken edges: it breaks the limits." in told.note
    assert told.title.startswith("No grouping keeps the limits; nearest is ")
    assert f"nearest: {found.best}" in names(ax)
    assert "Broken" not in drawn(found)[1].note


def test_one_task_has_nothing_to_group() -> None:
    with pytest.raises(NothingToDraw, match="one task has one grouping"):
        drawn(findings("one task").groupings)


def test_groupings_that_all_deliver_the_same_say_where_to_look(found: Groupings) -> None:
    alike = [replace(each, points=replace(each.points, mean=0.0, low=0.0, high=0.0)) for each in found.against]
    with pytest.raises(NothingToDraw, match="every grouping delivers the same; simulate groupings --like STRATEGY"):
        drawn(replace(found, against=tuple(alike)))


def test_of_many_tasks_it_is_drawn_only_where_somebody_asks(found: Groupings) -> None:
    """Which takes minutes; here a record that was made before stands for them."""
    many = findings("twenty tasks")
    with pytest.raises(NothingToDraw, match="20 tasks takes long; --chart groupings draws it, simulate groupings says more"):
        drawn_of(CHART, many)
    assert "groupings" not in many.__dict__
    asked = Findings(verdict=many.verdict, load=many.load)
    asked.__dict__["groupings"] = found
    assert drawn_of(CHART, asked, is_asked=True).told.title.startswith("Best grouping")


def test_twelve_tasks_are_looked_at_unasked() -> None:
    question = loads(text_of([f"t{number}" for number in range(12)]))
    twelve = Findings(verdict=verdict(run(question, monte_carlo(8))), load=lambda further: question)
    assert CHART.unasked(twelve) == ""
