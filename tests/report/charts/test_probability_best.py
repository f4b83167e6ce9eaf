"""Chance to be best: curves of the record, the frontier under whoever is best on average, own values and switches marked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from building import text_of
from money_charts import STARTUP, drawn, findings, frontier_of, lines, places, said, texts
from tuneplan.report.charts.labels import overlap
from tuneplan.report.charts.registry import NothingToDraw
from tuneplan.report.words import in_words, share
from waist import normal, options

NAMES = ("cheap", "dear", "rare")
GIVEN = tuple(f"tasks.{task}.data.examples=2k" for task in ("email", "summary", "qa"))


def study(**more: Any) -> Any:
    draws = 256
    cost = [1e4 * np.exp(0.3 * normal("a", draws=draws)), 5e4 + 5e3 * normal("b", draws=draws), 9e4]
    points = [60.0 + normal("c", draws=draws), 70.0 + 3.0 * normal("d", draws=draws), 40.0]
    own = more.pop("own_value", float("nan"))
    return frontier_of(options(cost, points, names=NAMES, **more), own_value=own)


def picture(found: Any) -> Any:
    return drawn("probability-best", found, names=found.options.strategies)


def panels(made: Any) -> list[Any]:
    return [ax for ax in made.figure.axes if ax.axison]


@pytest.fixture(scope="module")
def both() -> Any:
    found = study(budget=7e4, own_value=3000.0)
    return found, picture(found)


def test_curves_are_those_of_the_record(both: Any) -> None:
    found, made = both
    _, by_value = panels(made)
    for row, name in enumerate(NAMES[:2]):
        (line,) = [each for each in by_value.lines if each.get_label() == name]
        np.testing.assert_array_equal(places(line), np.stack([found.over_value.value, found.over_value.probability_best[row]], axis=1)[1:])


def test_the_frontier_lies_under_whoever_is_best_on_average(both: Any) -> None:
    found, made = both
    by_budget, by_value = lines(made, "_frontier")
    np.testing.assert_array_equal(by_value.get_ydata(), found.over_value.chance_of_best[1:])
    over, kept = found.over_budget, found.over_budget.limit > 0.0
    of_best = [over.probability_best[best, place] if best >= 0 else np.nan for place, best in enumerate(over.recommended)]
    np.testing.assert_array_equal(by_budget.get_ydata(), np.array(of_best)[kept])
    assert by_value.get_linewidth() > 3.0 * lines(made, "cheap")[0].get_linewidth()


def test_own_budget_and_own_value_are_lines_with_words(both: Any) -> None:
    _, made = both
    assert [set(line.get_xdata()) for line in lines(made, "_own")] == [{7e4}, {3000.0}]
    assert {"your budget\n$70.0k", "your value\n$3.00k"} <= set(texts(made))


def test_switches_are_marked_where_they_are(both: Any) -> None:
    found, made = both
    (switch,) = found.over_value.switches
    by_value = panels(made)[1]
    assert [set(line.get_xdata()) for line in by_value.lines if line.get_label() == "_switch"] == [{switch.value}]
    assert any(text.startswith("dear\nfrom $") and text.endswith("a point") for text in texts(made))
    assert f"dear is best on average from ${switch.value / 1e3:.2f}k a point on" in made.told.title


def test_given_examples_make_steps_and_chances_start_where_somebody_is_feasible(both: Any) -> None:
    found, made = both
    (line,) = [each for each in panels(made)[0].lines if each.get_label() == "dear"]
    assert line.get_drawstyle() == "steps-post"
    first = line.get_xdata()[np.flatnonzero(np.isfinite(line.get_ydata()))[0]]
    assert first == pytest.approx(found.over_budget.thresholds[1].limit)


def test_the_title_gives_the_chance_in_words_too(both: Any) -> None:
    found, made = both
    chance = found.decision.probability_best[found.decision.best]
    assert made.told.title.startswith(f"That {NAMES[found.decision.best]} is best at $70.0k has a chance of {share(chance)} ({in_words(chance)})")


def test_who_is_never_best_is_named_instead_of_drawn(both: Any) -> None:
    _, made = both
    assert lines(made, "rare") == []
    assert "Never above 3 %, so not drawn: rare." in made.told.note


def test_planned_examples_make_points() -> None:
    base = options([1e4, 4e4], [60.0 + normal("a", draws=64), 66.0], names=("a", "b"), budget=6e4)
    found = frontier_of(base, planned=lambda limits: [options([1e4, limit], [60.0 + normal("a", draws=64), 60.0 + limit / 1e4], names=("a", "b"), budget=limit) for limit in limits])
    made = picture(found)
    assert lines(made, "b")[0].get_marker() == "o"
    assert "Plans are made anew for each budget marked" in made.told.note


def test_the_path_follows_what_is_recommended_where_two_are_level() -> None:
    found = frontier_of(options([1e4, 2e4], [60.0 + normal("a", draws=64), 60.03 + normal("a", draws=64)], names=("cheap", "level"), budget=6e4))
    assert found.over_budget.best[-1] == 1
    assert found.over_budget.recommended[-1] == 0
    path = lines(picture(found), "_frontier")[0].get_ydata()
    assert path[-1] == found.over_budget.probability_best[0, -1]


def test_where_draws_cannot_tell_two_apart_the_path_stays_with_the_cheaper() -> None:
    more = normal("c", draws=64)
    dear = 70.0 + normal("b", draws=64)
    found = frontier_of(options([1e4, 5e4, 6e4], [60.0 + normal("a", draws=64), dear, dear + 0.05 + 5.0 * (more - more.mean())], names=("cheap", "dear", "dearer"), scrambles=4))
    (known,) = [each for each in found.over_value.switches if not each.too_close]
    assert any(each.too_close for each in found.over_value.switches)
    path = lines(picture(found), "_frontier")[-1].get_ydata()
    assert path[-1] == found.over_value.probability_best[known.after, -1]


def test_where_nothing_is_feasible_the_first_budget_is_the_one_that_would_do() -> None:
    base = options([1e4, 4e4], [60.0 + normal("a", draws=64), 66.0], names=("a", "b"), budget=9e3)
    made = picture(frontier_of(base, planned=lambda limits: [options([1e4, 4e4], [60.0 + normal("a", draws=64), 66.0], names=("a", "b"), budget=limit) for limit in limits]))
    assert made.told.title.startswith("Nothing meets the limits at $9.00k")
    assert {1e4} in [set(line.get_xdata()) for line in lines(made, "_switch")]
    assert "a\nfrom $10.0k" in texts(made)
    assert "a from $10.0k" in made.told.alt


def test_names_stand_once_at_the_right_of_two_panels(both: Any) -> None:
    _, made = both
    names = [text.get_text() for ax in panels(made) for text in ax.texts if text.get_text() in NAMES]
    assert sorted(names) == sorted(set(names))
    left, right = panels(made)
    assert left.get_window_extent().y0 == right.get_window_extent().y0
    assert made.figure.get_size_inches()[1] <= 8.4 / 2.54 / 0.78 * 6.6 / 6.7, "printed it keeps 78 % of a column of A4"


def test_without_limit_or_own_value_no_line_stands_for_them() -> None:
    made = picture(study())
    assert lines(made, "_own") == []
    assert "nan" not in said(made)


def test_where_nothing_is_feasible_the_values_alone_are_shown() -> None:
    made = picture(study(budget=1e3, scores_met=False))
    assert len(panels(made)) == 1
    assert made.told.title.startswith("Nothing meets the limits at $1.00k")
    assert "all that can be done are compared" in made.told.note


def test_one_strategy_is_no_question() -> None:
    with pytest.raises(NothingToDraw, match="nothing to choose between"):
        picture(frontier_of(options([1e4], [60.0], names=("a",))))


@pytest.mark.parametrize("draws", [1, 64])
def test_of_a_real_run_labels_do_not_overlap(draws: int) -> None:
    found = findings(STARTUP, *GIVEN, draws=draws)
    made = picture(found.frontier)
    for ax in panels(made):
        assert overlap([text for text in ax.texts if text.arrow_patch is not None and text.get_position()[0] > 1.0]) == 0.0
    assert "$60.0k" in made.told.title


def test_strategies_that_are_the_same_are_no_question_of_chance() -> None:
    with pytest.raises(NothingToDraw, match="one and other are the same in cost and score"):
        picture(findings(text_of(["only"], strategies={"one": {"kind": "unified"}, "other": {"kind": "unified"}}, law={}), draws=8).frontier)
