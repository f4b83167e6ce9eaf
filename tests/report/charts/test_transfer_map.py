"""The transfer map as drawn: numbers as recorded, colours that mean the same, own examples set apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from hard_questions import findings
from tuneplan.report.charts import CHARTS, NothingToDraw, Told
from tuneplan.report.charts.looks import Looks
from tuneplan.report.charts.transfer_map import FEW
from tuneplan.report.words import signed_points
from tuneplan.study.transfers import Effect, Transfers

CHART = CHARTS["transfer-map"]


@pytest.fixture(scope="module")
def found() -> Transfers:
    return findings("plain").transfers


def drawn(found: Transfers) -> tuple[Axes, Told]:
    ax = Figure().add_subplot()
    return ax, CHART.draw(found, ax=ax, looks=Looks.of(["unified"]))


def with_effect(found: Transfers, row: int, column: int, effect: Effect | None) -> Transfers:
    rows = [list(each) for each in found.effects]
    rows[row][column] = effect
    return replace(found, effects=tuple(map(tuple, rows)))


def effect(mean: float, probability: float, found: Transfers) -> Effect:
    some = next(each for each in found.effects[0] if each is not None)
    return Effect(points=replace(some.points, mean=mean), probability=probability)


def printed(ax: Axes) -> dict[tuple[int, int], list[str]]:
    """Place by row and column -> what stands there, from the top."""
    texts: dict[tuple[int, int], list[str]] = {}
    for text in sorted(ax.texts, key=lambda each: each.get_position()[1]):
        column, row = text.get_position()
        texts.setdefault((round(row), round(column)), []).append(text.get_text())
    return texts


def test_every_effect_is_printed_and_all_others_stand_last(found: Transfers) -> None:
    ax, _ = drawn(found)
    texts = printed(ax)
    for row, effects in enumerate((*found.effects,)):
        for column, each in enumerate((*effects, found.together[row])):
            assert each is not None
            assert texts[row, column][0] == signed_points(each.points.mean)
    assert [label.get_text() for label in ax.get_xticklabels()] == [*found.sources, "all others"]
    assert [label.get_text() for label in ax.get_yticklabels()] == list(found.requests)


def test_colours_are_those_of_the_numbers_and_own_examples_have_none(found: Transfers) -> None:
    ax, _ = drawn(found)
    values = np.ma.filled(ax.images[0].get_array(), np.nan)
    for row, request in enumerate(found.requests):
        for column, source in enumerate(found.sources):
            each = found.effect(request, source)
            assert np.isnan(values[row, column]) if request == source else values[row, column] == pytest.approx(each.points.mean)


def test_the_scale_is_even_about_nothing_and_its_ends_are_told_apart_without_colour_names(found: Transfers) -> None:
    image = drawn(found)[0].images[0]
    low, high = image.get_clim()
    assert low == -high < 0.0
    middle, loss, gain = (image.cmap(at)[:3] for at in (0.5, 0.0, 1.0))
    assert middle == pytest.approx((1.0, 1.0, 1.0), abs=0.01)
    assert loss[0] - loss[2] > 0.2  # orange: red above blue
    assert gain[2] - gain[0] > 0.2  # blue: blue above red


def test_print_is_read_on_every_colour(found: Transfers) -> None:
    """At least 4.5 to 1, as WCAG asks of text."""
    ax, _ = drawn(found)
    image = ax.images[0]
    for text in ax.texts:
        for ground in (image.cmap(0.0)[:3], image.cmap(0.5)[:3], image.cmap(1.0)[:3]) if text.get_color() != "#5A5A5A" else (ax.get_facecolor()[:3],):
            assert contrast(to_rgb(text.get_color()), ground) >= 4.5


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Of two colours, as WCAG 2.2 defines it."""
    def brightness(colour: tuple[float, ...]) -> float:
        linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in colour]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


def test_a_doubted_sign_has_its_chance_below(found: Transfers) -> None:
    doubted = with_effect(with_effect(found, 0, 1, effect(-0.4, 0.3, found)), 1, 0, effect(1.4, 0.99, found))
    texts = printed(drawn(doubted)[0])
    assert texts[0, 1] == ["-0.40", "7 in 10"]
    assert texts[1, 0] == ["+1.4"]
    assert printed(drawn(with_effect(found, 0, 1, effect(0.001, 0.4, found)))[0])[0, 1] == ["0.00"]


def test_the_title_names_who_gains_and_who_loses_most(found: Transfers) -> None:
    quiet = replace(found, effects=tuple(tuple(effect(0.01, 0.5, found) for _ in row) for row in found.effects))
    told = drawn(with_effect(with_effect(quiet, 0, 1, effect(2.0, 0.9, found)), 2, 0, effect(-1.0, 0.1, found)))[1]
    assert told.title == "In unified email gains most from summary (+2.0 points), qa loses most to email (-1.0)"
    assert drawn(with_effect(quiet, 0, 1, effect(2.0, 0.9, found)))[1].title == "In unified no task loses to another; email gains most from summary (+2.0 points)"
    assert drawn(with_effect(quiet, 2, 0, effect(-1.0, 0.1, found)))[1].title == "In unified no task gains from another; qa loses most to email (-1.0 points)"


def test_where_none_does_much_alone_the_title_tells_what_all_do_together(found: Transfers) -> None:
    quiet = replace(found, effects=tuple(tuple(effect(0.1, 0.5, found) for _ in row) for row in found.effects))
    together = tuple(effect(mean, 0.5, found) for mean in (0.2, -2.0, 1.1, 9.0))
    assert drawn(replace(quiet, together=together))[1].title == (
        "In unified no task alone does much to another; all others together move tasks by -2.0 (summary) to +1.1 points (qa)"
    )
    alone = replace(quiet, together=(together[0], None, None, together[3]))
    assert drawn(alone)[1].title == "In unified no task alone does much to another; all others together move email by +0.20 points"
    level = replace(quiet, together=tuple(effect(0.01, 0.5, found) for _ in found.requests))
    assert drawn(level)[1].title == "In unified no task alone does much to another; nor do all others together"


def test_places_of_another_model_stay_empty(found: Transfers) -> None:
    ax, told = drawn(with_effect(found, 0, 1, None))
    assert (0, 1) not in printed(ax)
    assert np.isnan(np.ma.filled(ax.images[0].get_array(), np.nan)[0, 1])
    assert "email from summary" not in told.alt


def test_many_tasks_keep_their_numbers_short() -> None:
    many = findings("twenty tasks").transfers
    ax, told = drawn(many)
    assert len(many.sources) > FEW
    assert all(len(text.get_text()) <= 6 for text in ax.texts)
    assert "Small print" not in told.note


def test_models_of_one_task_are_nothing_to_draw() -> None:
    with pytest.raises(NothingToDraw, match="no strategy trains a model on the examples of two tasks"):
        drawn(findings("one task").transfers)
