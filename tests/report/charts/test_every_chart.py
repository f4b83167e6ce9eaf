"""What holds for every chart and every question: it draws or says why not, in words and units, and stays on the paper."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from functools import cache

import pytest
from matplotlib.legend import Legend

from hard_questions import DRAWS, TEXTS, findings
from tuneplan.report.charts import CHARTS, NothingToDraw
from tuneplan.report.charts.canvas import Drawn
from tuneplan.report.charts.drawing import drawn

QUESTIONS = (*TEXTS, *DRAWS)
ALWAYS = ("cost-quality",)
"""Charts that have something to show of every question."""
LARGEST = 400_000
"""Bytes of an SVG: a memo holds a dozen."""


PAIRS = [(name, which) for name in CHARTS for which in (("plain",) if CHARTS[name].of == ("validated",) else QUESTIONS)]
"""Each chart and question; what is the same for every study is drawn once."""
ROOM = 0.06
"""How far beyond the paper a rounded box may seem to reach. [inch]"""


@cache
def made(name: str, which: str) -> Drawn | NothingToDraw:
    """The chart, or why there is nothing to show."""
    try:
        return drawn(CHARTS[name], findings(which))
    except NothingToDraw as reason:
        return reason


@pytest.mark.parametrize(("name", "which"), PAIRS)
def test_it_draws_within_the_paper_or_says_why_not(name: str, which: str) -> None:
    picture = made(name, which)
    if isinstance(picture, NothingToDraw):
        assert name not in ALWAYS
        assert str(picture)
        assert not str(picture).endswith(".")
        return
    told = picture.told
    assert len(told.title) > 10
    assert len(told.alt) > 40
    assert not {"nan", "inf", "None"} & set(f"{told.title} {told.alt} {told.note}".replace("(", " ").replace(")", " ").split())
    svg = picture.file("svg")
    text = " ".join("".join(ET.fromstring(svg).itertext()).split())
    assert len(svg) < LARGEST
    assert f"{'1 draw' if which == 'one draw' else 'draws'}, seed 1, scenario" in text
    assert not picture.without_font - set("日本語の要約特化モデル")
    box, paper = picture.figure.get_tightbbox(), picture.figure.bbox_inches
    assert box is not None
    beyond = (paper.x0 - box.x0, paper.y0 - box.y0, box.x1 - paper.x1, box.y1 - paper.y1)
    assert max(beyond) <= ROOM, f"something lies {max(beyond):.2f} inches beyond the paper"
    dots = picture.figure.dpi
    for legend in picture.figure.findobj(Legend):
        extent = legend.get_window_extent()
        assert extent.x0 >= -ROOM * dots, "a legend begins left of the paper"
        assert extent.x1 <= (paper.x1 + ROOM) * dots, "a legend ends right of the paper"


def test_every_question_is_answered_by_some_chart_and_every_chart_answers_one() -> None:
    told = [(name, which) for name, which in PAIRS if isinstance(made(name, which), Drawn)]
    assert {name for name, _ in told} == set(CHARTS)
    assert {which for _, which in told} == set(QUESTIONS)
