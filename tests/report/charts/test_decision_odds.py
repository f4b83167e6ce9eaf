"""A hundred squares, each in the colour of who is best in it."""

from __future__ import annotations

from collections import Counter

import pytest
from matplotlib.colors import to_hex
from matplotlib.path import Path

from hard_questions import findings
from tuneplan.report.charts import CHARTS, NothingToDraw
from tuneplan.report.charts.decision_odds import MOST_SAID
from tuneplan.report.charts.drawing import drawn, looks_of
from tuneplan.study.odds import FUTURES


@pytest.mark.parametrize("which", ["plain", "twelve strategies", "many draws"])
def test_squares_are_the_futures_of_each(which: str) -> None:
    found = findings(which)
    squares = next(ax for ax in drawn(CHARTS["decision-odds"], found).figure.axes if not ax.texts and ax.patches)
    counted: Counter[str] = Counter()
    for each in squares.patches:
        codes = each.get_path().codes
        assert codes is not None
        counted[to_hex(each.get_facecolor()).upper()] += int((codes == Path.MOVETO).sum())
    assert counted.total() == FUTURES
    looks, odds = looks_of(found), found.odds
    expected: Counter[str] = Counter()
    for name, count in zip(odds.decision.strategies, odds.futures, strict=True):
        expected[looks[name].colour.upper()] += count
    assert counted == +expected


def test_the_recommended_comes_first_with_its_chance_in_words() -> None:
    found = findings("plain")
    words = next(ax for ax in drawn(CHARTS["decision-odds"], found).figure.axes if ax.texts)
    best = found.verdict.decision.strategies[found.verdict.decision.best or 0]
    assert words.texts[0].get_text().startswith(f"{best}: best about ")
    assert words.texts[0].get_fontweight() == "bold"
    assert " short (" in words.texts[1].get_text()
    assert " points)" in words.texts[1].get_text()


def test_money_is_told_in_dollars() -> None:
    told = drawn(CHARTS["decision-odds"], findings("valued")).told
    assert "; else it falls $" in told.title


def test_of_twelve_the_first_are_told_and_the_others_counted() -> None:
    found = findings("twelve strategies")
    picture = drawn(CHARTS["decision-odds"], found)
    words = next(ax for ax in picture.figure.axes if ax.texts)
    assert len(words.texts) == 2 * MOST_SAID
    decision = found.verdict.decision
    alone = sum(allowed and decision.same_as[row] == row for row, allowed in enumerate(decision.allowed))
    assert f"{alone - MOST_SAID} more meet the limits." in picture.told.note


@pytest.mark.parametrize(
    ("which", "why"),
    [
        ("one strategy", "no other strategy than unified"), ("nothing feasible", "nothing meets the limits"), ("twins", "come out the same"),
        ("one draw", "64 at least"), ("eight draws", "64 at least"),
    ],
)  # fmt: skip
def test_why_there_are_none(which: str, why: str) -> None:
    with pytest.raises(NothingToDraw, match=why):
        drawn(CHARTS["decision-odds"], findings(which))
