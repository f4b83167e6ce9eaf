"""The tornado draws what the record holds: lengths, colours, values with units, switch points."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.text import Text
from matplotlib.transforms import Bbox

import own_or_hosted
from hard_questions import findings
from own_or_hosted import UNCERTAIN
from tuneplan.report.charts import CHARTS, NothingToDraw
from tuneplan.report.charts.canvas import Drawn, draw
from tuneplan.report.charts.input_names import in_plain_words
from tuneplan.report.charts.looks import Looks
from tuneplan.report.charts.tornado import MOST_ROWS
from tuneplan.study.sensitivity.analysis import Effect, Sensitivity, sensitivity
from tuneplan.study.sensitivity.indices import Indices, Share
from tuneplan.study.verdict import verdict

LOOKS = Looks.of(["own", "hosted", "third"])


@pytest.fixture(scope="module")
def found() -> Sensitivity:
    """Two inputs, both of which flip the choice."""
    made = sensitivity(verdict(own_or_hosted.ran(*UNCERTAIN, draws=256)))
    assert made is not None
    return made


def pictured(found: Sensitivity) -> Drawn:
    return draw(CHARTS["tornado"], [found], looks=LOOKS, source="")


def axes(found: Sensitivity) -> Axes:
    return pictured(found).figure.axes[0]


def words(ax: Axes) -> list[str]:
    return [each.get_text() for each in (*ax.texts, *ax.get_yticklabels())]


def shown(found: Sensitivity) -> list[Effect]:
    """Inputs from the longest bar down: of this record by the whole way between its ends."""
    moving = [each for each in found.effects if each.swing > 1e-6]
    return sorted(moving, key=lambda each: -each.swing)


def test_bars_end_where_the_record_says_and_wear_the_colour_of_who_wins_there(found: Sensitivity) -> None:
    bars = axes(found).patches
    expected = [(end.difference, LOOKS[end.winner].colour) for effect in shown(found) for end in (effect.low, effect.high)]
    assert len({colour for _, colour in expected}) == 2  # or nothing is tested
    drawn = [(bar.get_x() + bar.get_width(), to_hex(bar.get_facecolor())) for bar in bars[: len(expected)]]
    for (end, colour), (wanted, wanted_colour) in zip(drawn, expected, strict=True):
        assert end == pytest.approx(wanted)
        assert colour.upper() == wanted_colour.upper()
    assert {bar.get_x() for bar in bars[: len(expected)]} == {found.nominal.difference}


def test_the_ends_of_inputs_are_typed_with_their_units(found: Sensitivity) -> None:
    said = words(axes(found))
    for text in ("120k requests/month", "480k requests/month", "$1.1/hour", "$2.9/hour"):
        assert text in said, text


def test_each_side_of_zero_says_who_is_better_there(found: Sensitivity) -> None:
    ax = axes(found)
    sides = {each.get_text(): each for each in ax.texts if "better" in each.get_text()}
    assert set(sides) == {f"‹ {found.against} better", f"{found.best} better ›"}
    assert sides[f"{found.best} better ›"].get_color() == LOOKS[found.best].colour
    low, high = ax.get_xlim()
    assert low < 0.0 < high


def test_a_switch_point_is_marked_on_its_bar_and_typed_beside_it(found: Sensitivity) -> None:
    clear = [(effect, flip) for effect in shown(found) for flip in effect.switches if not flip.too_close]
    assert clear
    ax = axes(found)
    marks = [line for line in ax.lines if line.get_marker() == "D"]
    assert len(marks) == len(clear)
    for (effect, flip), mark in zip(clear, marks, strict=True):
        ends = sorted((effect.low.difference, effect.high.difference))
        assert ends[0] < float(mark.get_xdata()[0]) < ends[1]  # type: ignore[index]
        assert any(f"◇ {flip.to} " in text for text in words(ax))


def test_zero_far_away_is_left_out(found: Sensitivity) -> None:
    far = replace(
        found, nominal=replace(found.nominal, difference=1e6),
        effects=tuple(replace(each, low=replace(each.low, difference=1e6 - 1.0), high=replace(each.high, difference=1e6 + 1.0), switches=()) for each in found.effects),
    )  # fmt: skip
    low, _ = axes(far).get_xlim()
    assert low > 9e5


def test_both_ends_on_one_side_stay_apart(found: Sensitivity) -> None:
    one = shown(found)[0]
    above = replace(one, low=replace(one.low, difference=found.nominal.difference + 100.0), high=replace(one.high, difference=found.nominal.difference + 50.0), switches=())
    first, second = axes(replace(found, effects=(above,))).patches[:2]
    assert first.get_y() + first.get_height() == pytest.approx(second.get_y())
    assert sorted([first.get_width(), second.get_width()]) == pytest.approx([50.0, 100.0])


def test_values_stand_clear_of_bars_though_both_ends_lie_on_one_side(found: Sensitivity) -> None:
    """Each beside the end of its own bar, on the side away from the middle."""
    one, other = shown(found)[:2]
    above = replace(one, low=replace(one.low, difference=found.nominal.difference + 100.0), high=replace(one.high, difference=found.nominal.difference + 50.0), switches=())
    below = replace(other, low=replace(other.low, difference=found.nominal.difference - 90.0), high=replace(other.high, difference=found.nominal.difference - 20.0), switches=())
    figure = pictured(replace(found, effects=(above, below))).figure
    figure.draw_without_rendering()
    ax = figure.axes[0]
    bars = [bar.get_window_extent() for bar in ax.patches[:4]]
    ends = [each for each in ax.texts if "better" not in each.get_text() and "medians" not in each.get_text()]
    assert len(ends) == 4
    for text in ends:
        box = Text.get_window_extent(text)
        letters = Bbox.from_extents(box.x0, box.y0 + 0.2 * box.height, box.x1, box.y1 - 0.2 * box.height)  # without room for tails
        assert not any(letters.overlaps(bar) for bar in bars), text.get_text()


def test_the_title_speaks_of_medians_and_the_note_of_what_holds_while_all_else_is_uncertain(found: Sensitivity) -> None:
    """Not the same question: a tornado may turn where no input turns the choice by itself, and the other way round."""
    told = pictured(found).told
    assert told.title.startswith("With all else at its median, “")
    assert f"would flip the choice of {found.nominal.winner}" in told.title
    assert "◇: where it flips the choice by itself with all else as uncertain as it is" in told.note
    quiet = pictured(replace(found, effects=tuple(replace(each, switches=()) for each in found.effects))).told
    assert quiet.title == told.title
    assert "With all else as uncertain as it is, no input flips the choice by itself." in quiet.note


def test_a_nominal_winner_who_is_not_the_recommended_is_told(found: Sensitivity) -> None:
    other = replace(found, nominal=replace(found.nominal, winner=found.against))
    assert pictured(other).told.title.startswith(f"With all at their medians {found.against} is chosen, not {found.best}; so, ")


def test_an_input_that_acts_through_luck_alone_is_named_though_it_has_no_bar(found: Sensitivity) -> None:
    moving, still = shown(found)[0], shown(found)[1]
    part = Share(mean=0.12, low=0.09, high=0.15)
    middle = replace(still.low, difference=found.nominal.difference)
    lucky = replace(still, low=middle, high=middle, shares=Indices(first_order=part, total_order=part), switches=())
    note = pictured(replace(found, effects=(lucky, moving))).told.note
    assert f"No bar, as it acts through luck alone: “{in_plain_words(still.input.label)}” (12 % of the variance)." in note
    assert "No bar" not in pictured(found).told.note


def test_one_input_and_forty(found: Sensitivity) -> None:
    one = shown(found)[0]
    assert len(axes(replace(found, effects=(one,))).get_yticks()) == 1
    many = tuple(
        replace(
            one, input=replace(one.input, name=f"tasks.{'x' * 60}{place}.traffic", label=f"tasks.{'x' * 60}{place}.traffic"),
            high=replace(one.high, difference=one.high.difference - place),
        )
        for place in range(40)
    )  # fmt: skip
    picture = pictured(replace(found, effects=many))
    labels = [each.get_text() for each in picture.figure.axes[0].get_yticklabels()]
    assert len(labels) == len(set(labels)) == MOST_ROWS
    assert f"{40 - MOST_ROWS} more inputs move it too." in picture.told.note


def test_who_turns_the_choice_is_shown_however_short_its_bar(found: Sensitivity) -> None:
    one, other = shown(found)[:2]
    still = replace(one, low=replace(one.low, winner=found.nominal.winner), high=replace(one.high, winner=found.nominal.winner), switches=())
    many = tuple(replace(still, input=replace(one.input, name=f"tasks.x{place}.traffic", label=f"tasks.x{place}.traffic")) for place in range(MOST_ROWS + 3))
    middle = found.nominal.difference
    short = replace(other, low=replace(other.low, difference=middle - 1.0, winner="third"), high=replace(other.high, difference=middle + 1.0), switches=())
    picture = pictured(replace(found, effects=(*many, short)))
    labels = [each.get_text() for each in picture.figure.axes[0].get_yticklabels()]
    assert len(labels) == MOST_ROWS
    assert labels[-1] == in_plain_words(other.input.label)
    assert f"“{labels[-1]}” would flip the choice" in picture.told.title


def test_a_third_who_wins_is_named(found: Sensitivity) -> None:
    one = shown(found)[0]
    third = replace(one, high=replace(one.high, winner="third"))
    picture = pictured(replace(found, effects=(third,)))
    assert "third" in picture.told.note
    assert to_hex(picture.figure.axes[0].patches[1].get_facecolor()).upper() == LOOKS["third"].colour.upper()


def test_what_nobody_moves_is_not_drawn() -> None:
    twins = findings("twins").sensitivity
    assert twins is not None
    with pytest.raises(NothingToDraw, match="no input moves the difference"):
        draw(CHARTS["tornado"], [twins], looks=Looks.of(["one", "other"]), source="")


def test_a_difference_in_points_has_a_band_within_which_it_decides_nothing() -> None:
    plain = findings("many draws").sensitivity
    assert plain is not None
    ax = draw(CHARTS["tornado"], [plain], looks=Looks.of(plain.verdict.decision.strategies), source="").figure.axes[0]
    assert "[point]" in ax.get_xlabel()
    assert any("all at their medians" in text and "points" in text for text in words(ax))


def test_who_breaks_the_limits_is_said_to_be_chosen_nowhere(found: Sensitivity) -> None:
    decision = found.verdict.decision
    alone = replace(decision, allowed=tuple(name == found.best for name in decision.strategies))
    picture = pictured(replace(found, verdict=replace(found.verdict, decision=alone)))
    assert f"{found.against} breaks the limits, so it is chosen nowhere." in picture.told.note
    assert "breaks the limits" not in pictured(found).told.note
