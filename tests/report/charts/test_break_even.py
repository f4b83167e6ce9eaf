"""A break-even drawn: the lines are the record's chances, flips stand where it says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

import own_or_hosted
from own_or_hosted import UNCERTAIN
from tuneplan.report.charts import NothingToDraw
from tuneplan.report.charts.break_even import BREAK_EVEN
from tuneplan.report.charts.canvas import Drawn, draw
from tuneplan.report.charts.looks import Looks
from tuneplan.study.breakeven.analysis import BreakEven, breakeven
from tuneplan.study.breakeven.dial import dial

LOOKS = Looks.of(["own", "hosted"])


def turned(key: str, *changes: str, draws: int = 128, steps: int = 5, **ends: str) -> BreakEven:
    base = own_or_hosted.ran(*changes, draws=draws)
    return breakeven(base, lambda further: own_or_hosted.asked([*changes, *further]), dial(base, key, steps=steps, **ends))


@pytest.fixture(scope="module")
def found() -> BreakEven:
    return turned("tasks.chat.traffic", *UNCERTAIN)


def pictured(found: BreakEven) -> Drawn:
    return draw(BREAK_EVEN, [found], looks=LOOKS, source="")


def panels(picture: Drawn) -> tuple[Axes, Axes]:
    upper, lower = (ax for ax in picture.figure.axes if ax.axison)
    return upper, lower


def test_lines_are_the_chances_of_the_record(found: BreakEven) -> None:
    upper, _ = panels(pictured(found))
    for row, name in enumerate(found.now.strategies):
        (line,) = [each for each in upper.lines if each.get_label() == name]
        assert np.asarray(line.get_xdata()) == pytest.approx([step.value for step in found.steps])
        assert np.asarray(line.get_ydata()) == pytest.approx([step.decision.probability_best[row] for step in found.steps])
        assert line.get_color() == LOOKS[name].colour
    assert {each.get_text() for each in upper.texts} >= {"own", "hosted"}


def test_flips_stand_through_both_panels_and_are_typed(found: BreakEven) -> None:
    assert len(found.flips) == 1
    flip = found.flips[0].at.value
    picture = pictured(found)
    for panel in panels(picture):
        assert any(np.asarray(each.get_xdata(), dtype=float).tolist() == [flip, flip] for each in panel.lines if len(each.get_xdata()) == 2)
    assert any(each.get_text().endswith("k requests/month") for each in panels(picture)[0].texts)
    assert "above it own" in picture.told.title


def test_the_strip_tells_who_is_recommended(found: BreakEven) -> None:
    upper, _ = panels(pictured(found))
    strip = [(each.get_label(), to_hex(each.get_facecolor()).upper(), each.get_x(), each.get_width()) for each in upper.patches if str(each.get_label()).startswith("recommended")]
    flip = found.flips[0].at.value
    assert [(label, colour) for label, colour, *_ in strip] == [(f"recommended {name}", LOOKS[name].colour.upper()) for name in ("hosted", "own")]
    assert strip[0][2] + strip[0][3] == pytest.approx(flip)
    assert strip[1][2] == pytest.approx(flip)


def test_the_lead_is_below_with_its_unit(found: BreakEven) -> None:
    _, lower = panels(pictured(found))
    (line,) = [each for each in lower.lines if each.get_label() == "mean"]
    assert np.asarray(line.get_ydata()) == pytest.approx([step.lead.mean for step in found.steps])
    assert lower.get_ylabel() == "hosted ahead by [USD]"
    assert lower.get_xlabel() == "chat: traffic [request/month]"


def test_wide_ranges_are_logarithmic() -> None:
    assert panels(pictured(turned("gpu.price", draws=8, start="$0.2/hour", end="$20/hour")))[1].get_xscale() == "log"
    assert panels(pictured(turned("gpu.price", draws=8, start="$1/hour", end="$3/hour")))[1].get_xscale() == "linear"


def test_one_draw_is_drawn_too() -> None:
    assert pictured(turned("gpu.price", draws=1)).told.title.startswith("own up to $")


def test_who_breaks_the_limits_has_no_line(found: BreakEven) -> None:
    steps = tuple(replace(step, decision=replace(step.decision, allowed=(False, True))) for step in found.steps)
    upper, _ = panels(pictured(replace(found, steps=steps)))
    assert "own" not in [each.get_label() for each in upper.lines]


def test_what_moves_nothing_is_not_drawn() -> None:
    with pytest.raises(NothingToDraw, match="moves nothing that is decided by"):
        pictured(turned("law.merge_noise", draws=8))
