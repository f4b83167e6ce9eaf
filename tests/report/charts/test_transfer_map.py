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


def effect(mean: float, probability: float, found: Transfers, *, error: float = 0.001) -> Effect:
    some = next(each for each in found.effects[0] if each is not None)
    return Effect(points=replace(some.points, mean=mean, error=error), probability=probability)


def silent(found: Transfers) -> Transfers:
    """The same where nothing does anything to speak of."""
    nothing = effect(0.01, 0.5, found)
    return replace(found, effects=tuple(tuple(nothing for _ in row) for row in found.effects), together=tuple(nothing for _ in found.requests))


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


def test_the_title_names_who_gains_and_who_loses_most_the_larger_first(found: Transfers) -> None:
    quiet = silent(found)
    both = with_effect(with_effect(quiet, 0, 1, effect(2.0, 0.9, found)), 2, 0, effect(-1.0, 0.1, found))
    assert drawn(both)[1].title == "In unified email gains most from summary (+2.0 points), qa loses most to email (-1.0)"
    worse = with_effect(both, 2, 0, effect(-3.0, 0.1, found))
    assert drawn(worse)[1].title == "In unified qa loses most to email (-3.0 points), email gains most from summary (+2.0)"
    assert drawn(with_effect(quiet, 0, 1, effect(2.0, 0.9, found)))[1].title == "In unified no task loses to another; email gains most from summary (+2.0 points)"
    assert drawn(with_effect(quiet, 2, 0, effect(-1.0, 0.1, found)))[1].title == "In unified no task gains from another; qa loses most to email (-1.0 points)"


def test_the_title_does_not_deny_what_all_others_do(found: Transfers) -> None:
    quiet = silent(found)
    lost = replace(quiet, together=(*quiet.together[:2], effect(-1.7, 0.2, found), quiet.together[3]))
    assert drawn(with_effect(lost, 0, 1, effect(2.0, 0.9, found)))[1].title == (
        "In unified no task loses to another alone, but qa to all others together (-1.7 points); email gains most from summary (+2.0 points)"
    )
    won = replace(quiet, together=(effect(0.4, 0.8, found), *quiet.together[1:]))
    assert drawn(with_effect(won, 2, 0, effect(-1.0, 0.1, found)))[1].title == (
        "In unified no task gains from another alone, but email from all others together (+0.40 points); qa loses most to email (-1.0 points)"
    )


def test_most_is_said_only_of_what_stands_out_and_no_names_are_of_what_simulation_can_not_tell_apart(found: Transfers) -> None:
    near = with_effect(with_effect(silent(found), 0, 1, effect(-2.0, 0.1, found)), 2, 0, effect(-2.001, 0.1, found))
    assert drawn(near)[1].title == "In unified no task gains from another; qa loses to email (-2.0 points)"
    alike = replace(found, effects=tuple(tuple(effect(-1.0 - 0.1 * column, 0.1, found, error=0.2) for column in range(len(row))) for row in found.effects))
    together = replace(alike, together=tuple(effect(mean, 0.5, found, error=0.2) for mean in (0.1, 0.2, 0.3, 9.0)))
    assert drawn(together)[1].title == "In unified any task moves any other by about -1.1 points; all others together move one by about +0.20 points"


@pytest.mark.parametrize("which", ["plain", "valued", "many draws", "twenty tasks", "no limit"])
def test_signs_in_the_title_are_those_of_the_numbers_below(which: str) -> None:
    shown = findings(which).transfers
    tasks = [each.points.mean for row in shown.effects[:-1] for each in row if each is not None]
    own = [each.points.mean for request in shown.requests[:-1] if (each := shown.effect(request, request)) is not None]
    others = [each for each in tasks if each not in own]
    beside = [each.points.mean for each in shown.together[:-1] if each is not None]
    title = drawn(shown)[1].title
    for says, sign in (("no task gains from another", 1.0), ("no task loses to another", -1.0)):
        if says in title:
            assert max(sign * each for each in others) < 0.05
            assert (max(sign * each for each in beside) < 0.05) == (f"{says} alone, but" not in title)


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


def test_colours_end_at_what_happens_to_tasks_and_that_is_said(found: Transfers) -> None:
    """Training does far more to requests that nobody trained for: their colours would leave the rest white."""
    quiet = silent(found)
    small = with_effect(with_effect(quiet, 0, 1, effect(2.0, 0.9, found)), 3, 0, effect(-14.0, 0.1, found))
    ax, told = drawn(small)
    assert ax.images[0].get_clim() == (-2.0, 2.0)
    assert "Deepest colour: 2.0 points and more." in told.note
    assert "Deepest" not in drawn(with_effect(quiet, 0, 1, effect(2.0, 0.9, found)))[1].note


def test_why_another_strategy_than_the_recommended_one_is_shown(found: Transfers) -> None:
    assert "Shown is" not in drawn(found)[1].note
    assert drawn(replace(found, instead_of="specialists"))[1].note.startswith(
        "Shown is unified, as specialists, which is recommended, trains no model on the examples of two tasks."
    )


def test_tasks_without_room_are_said(found: Transfers) -> None:
    assert "Not shown: mail and chat." in drawn(replace(found, left_out=("mail", "chat")))[1].note
    assert "Not shown: 9 more tasks." in drawn(replace(found, left_out=tuple("abcdefghi")))[1].note


def test_places_of_another_model_stay_empty(found: Transfers) -> None:
    ax, told = drawn(with_effect(found, 0, 1, None))
    assert (0, 1) not in printed(ax)
    assert np.isnan(np.ma.filled(ax.images[0].get_array(), np.nan)[0, 1])
    assert "email from summary" not in told.alt
    assert "email from qa" in told.alt


def test_many_tasks_keep_their_numbers_short() -> None:
    many = findings("twenty tasks").transfers
    ax, told = drawn(many)
    assert len(many.sources) > FEW
    assert all(len(text.get_text()) <= 6 for text in ax.texts)
    assert "Small print" not in told.note


def test_models_of_one_task_are_nothing_to_draw() -> None:
    with pytest.raises(NothingToDraw, match="no strategy trains a model on the examples of two tasks"):
        drawn(findings("one task").transfers)
