"""What holds for every chart and every question: it draws or says why not, in words and units, and stays on the paper."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from hard_questions import DRAWS, TEXTS, findings
from tuneplan.report.charts import CHARTS, NothingToDraw
from tuneplan.report.charts.canvas import Drawn
from tuneplan.report.charts.drawing import drawn

QUESTIONS = (*TEXTS, *DRAWS)
ALWAYS = ("cost-quality",)
"""Charts that have something to show of every question."""
LARGEST = 400_000
"""Bytes of an SVG: a memo holds a dozen."""


def made(name: str, which: str) -> Drawn | NothingToDraw:
    """The chart, or why there is nothing to show."""
    try:
        return drawn(CHARTS[name], findings(which))
    except NothingToDraw as reason:
        return reason


@pytest.mark.parametrize("which", QUESTIONS)
@pytest.mark.parametrize("name", CHARTS)
def test_it_draws_or_says_why_not(name: str, which: str) -> None:
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
    assert "draws, seed 1, scenario" in text
    assert not picture.without_font - set("日本語の要約特化モデル")


@pytest.mark.parametrize("which", QUESTIONS)
@pytest.mark.parametrize("name", CHARTS)
def test_nothing_leaves_the_paper(name: str, which: str) -> None:
    """All that is drawn lies within the figure: no label is cut."""
    picture = made(name, which)
    if isinstance(picture, NothingToDraw):
        return
    figure = picture.figure
    figure.draw_without_rendering()
    box, paper = figure.get_tightbbox(), figure.bbox_inches
    assert box is not None
    room = 0.06
    assert box.x0 >= paper.x0 - room
    assert box.y0 >= paper.y0 - room
    assert box.x1 <= paper.x1 + room
    assert box.y1 <= paper.y1 + room


def test_every_question_is_answered_by_some_chart() -> None:
    assert all(any(isinstance(made(name, which), Drawn) for name in CHARTS) for which in QUESTIONS)
    assert all(any(isinstance(made(name, which), Drawn) for which in QUESTIONS) for name in CHARTS)
