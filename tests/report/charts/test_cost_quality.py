"""Cost against quality: means, frontier and budget where the record says, few points, names without overlap, misfits absent."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib.text import Annotation, Text

from building import text_of
from money_charts import MANY, STARTUP, drawn, findings, frontier_of, lines, places, said, texts
from tuneplan.report.charts.labels import overlap
from tuneplan.report.charts.looks import Looks
from tuneplan.report.charts.registry import NothingToDraw
from tuneplan.report.words import usd
from waist import normal, options

NAMES = ("cheap", "middle", "dear", "bad")


def study(draws: int = 512, **more: Any) -> Any:
    cost = [np.exp(9.0 + 0.3 * normal("a", draws=draws)), 4e4 + 1e3 * normal("b", draws=draws), 9e4 + 5e3 * normal("c", draws=draws), 9.5e4]
    points = [60.0 + normal("d", draws=draws), 72.0 + normal("e", draws=draws), 75.0 + normal("f", draws=draws), 70.0]
    return frontier_of(options(cost, points, names=NAMES, **more))


@pytest.fixture(scope="module")
def plain() -> Any:
    found = study()
    return found, drawn("cost-quality", found, names=NAMES)


def test_marks_stand_at_the_means(plain: Any) -> None:
    found, made = plain
    for each in found.standings:
        (mark,) = lines(made, each.name)
        assert places(mark).tolist() == [[each.cost.mean, each.points.mean]]
        assert mark.get_marker() == Looks.of(NAMES)[each.name].mark


def test_the_frontier_joins_its_strategies_with_the_price_of_each_step(plain: Any) -> None:
    found, made = plain
    (line,) = lines(made, "_frontier")
    kept = [each for each in found.standings if each.status == "frontier"]
    assert places(line).tolist() == [[each.cost.mean, each.points.mean] for each in kept]
    first, second = (usd(each.price.mean) for each in kept[1:])
    assert [text for text in texts(made) if text.endswith(" a point")] == [f"{first} a point", f"{second} a point"]
    assert f"middle adds 12.0 points at {first} each and dear adds 3.0 points at {second} each" in made.told.title


def test_who_is_off_the_frontier_is_pale_and_says_why(plain: Any) -> None:
    _, made = plain
    assert "bad\ndominated" in texts(made)
    (pale,), (strong,) = lines(made, "bad"), lines(made, "dear")
    assert pale.get_alpha() < strong.get_alpha()


def test_without_a_limit_there_is_no_line_and_no_word_of_a_budget(plain: Any) -> None:
    _, made = plain
    assert lines(made, "_budget") == []
    assert "budget" not in said(made)


def test_the_budget_is_a_line_that_says_what_counts_and_ticks_show_it() -> None:
    found = study(covered=[5e3, 3e4, 6e4, 5e4], budget=6e4, confidence=0.9)
    made = drawn("cost-quality", found, names=NAMES)
    (line,) = lines(made, "_budget")
    assert set(line.get_xdata()) == {6e4}
    assert any(text.replace("\n", " ") == "budget $60.0k for data and people" for text in texts(made))
    ticks = {float(line.get_xdata()[0]) for line in lines(made, "_covered") if len(line.get_xdata()) == 1}
    assert ticks == {5e3, 3e4, 6e4, 5e4}
    assert "a tick shows what of each counts" in made.told.note


def test_a_budget_for_everything_needs_no_ticks() -> None:
    everything = ("data", "training", "evaluation", "people", "serving", "upkeep")
    found = frontier_of(options([1e4, 2e4], [1.0, 2.0], names=("a", "b"), budget=3e4), covers=everything)
    made = drawn("cost-quality", found, names=("a", "b"))
    assert lines(made, "_covered") == []
    assert "budget $30.0k" in texts(made)


def test_who_breaks_the_limits_is_hollow() -> None:
    made = drawn("cost-quality", study(covered=[5e3, 3e4, 9e4, 5e4], budget=6e4), names=NAMES)
    assert "dear\nbreaks the limits" in texts(made)
    assert lines(made, "dear")[0].get_markerfacecolor() == "white"
    assert lines(made, "middle")[0].get_markerfacecolor() != "white"


def test_misfits_are_absent_and_named() -> None:
    found = frontier_of(options([1e4, 2e4, np.nan], [1.0, 2.0, 3.0], names=("a", "b", "c"), possible=[True, True, False]), misfits={"c": "too large"})
    made = drawn("cost-quality", found, names=("a", "b", "c"))
    assert lines(made, "c") == []
    assert made.told.note.endswith("Can't be done, so absent: c.")


def test_where_nothing_can_be_done_nothing_is_drawn() -> None:
    found = frontier_of(options([1e4, 2e4], [1.0, 2.0], names=("a", "b"), possible=False), misfits={"a": "", "b": ""})
    with pytest.raises(NothingToDraw, match="no strategy can be done"):
        drawn("cost-quality", found, names=("a", "b"))


def test_where_nothing_meets_the_limits_all_are_compared_and_the_note_says_so() -> None:
    made = drawn("cost-quality", study(budget=1e3), names=NAMES)
    assert "Nothing meets the limits with 90 % confidence" in made.told.note
    assert len(lines(made, "_frontier")[0].get_xdata()) == 3


def test_money_goes_by_powers_of_ten_where_it_spreads() -> None:
    wide = drawn("cost-quality", frontier_of(options([1e3, 1e6], [1.0, 2.0], names=("a", "b"))), names=("a", "b"))
    near = drawn("cost-quality", frontier_of(options([1e4, 2e4], [1.0, 2.0], names=("a", "b"))), names=("a", "b"))
    assert (wide.figure.axes[0].get_xscale(), near.figure.axes[0].get_xscale()) == ("log", "linear")
    assert {"$1k", "$1M"} <= {each.get_text() for each in wide.figure.axes[0].get_xticklabels()}


def test_strategies_that_are_the_same_share_a_place_and_a_label() -> None:
    found = frontier_of(options([1e4 + normal("a", draws=64)] * 2 + [2e4], [1.0, 1.0, 2.0], names=("one", "two", "three")))
    made = drawn("cost-quality", found, names=("one", "two", "three"))
    assert "one\n= two" in texts(made)
    assert lines(made, "two") == []
    assert made.told.title.startswith("On average one (the same as two) delivers 1.0 points")
    alone = frontier_of(options([1e4 + normal("a", draws=64)] * 2, [1.0, 1.0], names=("one", "two")))
    title = drawn("cost-quality", alone, names=("one", "two")).told.title
    assert title.startswith("one and two are the same in cost and score, so take either: 1.0 points for $10")


def test_title_description_and_marks_are_means(plain: Any) -> None:
    found, made = plain
    first = next(each for each in found.standings if each.name == "cheap")
    assert usd(first.cost.mean) != usd(first.cost.median)
    assert made.told.title.startswith(f"On average cheap delivers {first.points.mean:.1f} points for {usd(first.cost.mean)};")
    assert f"cheap: {usd(first.cost.mean)} on average" in made.told.alt
    assert "P50" not in said(made)


def test_many_names_stand_in_a_column_with_lines_that_lead_to_their_marks() -> None:
    count = 12
    cost = [1e4 * (1.0 + 0.01 * row) * np.exp(0.1 * normal(f"cost {row}", draws=64)) for row in range(count)]
    names = [f"plan_{row}" for row in range(count)]
    found = frontier_of(options(cost, [60.0 - 0.1 * row + normal(f"{row}", draws=64) for row in range(count)], names=names))
    made = drawn("cost-quality", found, names=names)
    ax = made.figure.axes[0]
    right = {text.get_text(): text for text in ax.texts if text.get_text() in names and Text.get_window_extent(text).x0 > ax.get_window_extent().x1}
    assert set(right) == {each.name for each in found.standings if each.status != "frontier"}
    assert all(text.arrow_patch.get_visible() for text in right.values())


def test_a_single_draw_is_a_point_without_rings() -> None:
    found = frontier_of(options([1e4, 2e4], [1.0, 2.0], names=("a", "b")))
    assert found.options.cost.shape == (2, 1)
    made = drawn("cost-quality", found, names=("a", "b"))
    assert not made.figure.axes[0].patches
    assert "endless" not in said(made)


def test_twelve_strategies_with_any_names_do_not_overlap_and_the_file_stays_small() -> None:
    of_a_run = findings(text_of(["a", "b", "c"], strategies=MANY, law={}, budget__limit="90k USD")).frontier
    many = [1e4 * (1.0 + row) * np.exp(0.1 * normal(f"cost {row}", draws=4096)) for row in range(12)], [60.0 + row**0.5 + normal(f"{row}", draws=4096) for row in range(12)]
    for found in (of_a_run, frontier_of(options(*many, names=list(MANY)))):
        made = drawn("cost-quality", found, names=list(MANY))
        assert overlap([text for text in made.figure.axes[0].texts if isinstance(text, Annotation) and text.arrow_patch is not None]) == 0.0
        assert len(made.file("svg")) < 150_000


def test_names_and_words_of_the_scenario_are_no_markup() -> None:
    found = frontier_of(options([1e4, 2e4], [1.0, 2.0], names=("<b>x</b>", "$x_1$")))
    made = drawn("cost-quality", found, names=("<b>x</b>", "$x_1$"))
    text = made.file("svg").decode()
    assert "&lt;b&gt;x&lt;/b&gt;" in text
    assert "<b>" not in text
    assert "$x_1$" in text


def test_of_a_real_run_the_description_holds_every_number(capsys: pytest.CaptureFixture[str]) -> None:
    found = findings(STARTUP, *(f"tasks.{task}.data.examples=2k" for task in ("email", "summary", "qa")))
    made = drawn("cost-quality", found.frontier, names=found.run.scenario.strategies)
    for each in found.verdict.results:
        assert f"{each.name}: " in made.told.alt
    assert "The budget is $60.0k for data, training, evaluation and people." in made.told.alt
    assert capsys.readouterr() == ("", "")


