"""A hundred squares, each in the colour of who is best in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from matplotlib.colors import to_hex
from matplotlib.path import Path

from hard_questions import findings
from tuneplan.report.charts import CHARTS, NothingToDraw
from tuneplan.report.charts.canvas import draw
from tuneplan.report.charts.decision_odds import MOST_SAID, NAMED, OTHERS, _told
from tuneplan.report.charts.drawing import drawn, looks_of
from tuneplan.report.charts.labels import fitted
from tuneplan.report.words import listed
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
    for row, (name, count) in enumerate(zip(odds.decision.strategies, odds.futures, strict=True)):
        expected[looks[name].colour.upper() if row in _told(odds)[:MOST_SAID] else OTHERS] += count
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
    assert "; else $" in told.title
    assert told.title.endswith(" short (median)")


def test_of_twelve_every_square_is_explained_the_last_ones_as_one_grey() -> None:
    found = findings("twelve strategies")
    picture = drawn(CHARTS["decision-odds"], found)
    words = next(ax for ax in picture.figure.axes if ax.texts)
    squares = next(ax for ax in picture.figure.axes if not ax.texts and ax.patches)
    colours = {to_hex(each.get_facecolor()) for each in squares.patches}
    assert colours <= {to_hex(each.get_facecolor()) for each in words.patches}
    assert len(words.texts) == 2 * (MOST_SAID + 1)
    odds = found.odds
    told = _told(odds)
    names = [odds.decision.strategies[row] for row in told[MOST_SAID:]]
    assert words.texts[-2].get_text().startswith(f"one of {len(names)} others: best ")
    assert len(names) <= NAMED
    assert words.texts[-1].get_text() == listed([fitted(each, letters=18, lines=1) for each in names])
    few = replace(odds, decision=replace(odds.decision, allowed=(True,) * len(odds.decision.strategies), same_as=tuple(range(len(odds.decision.strategies)))))
    words = next(ax for ax in draw(CHARTS["decision-odds"], [few], looks=looks_of(found), source="").figure.axes if ax.texts)
    assert words.texts[-1].get_text().endswith(f" and {len(odds.decision.strategies) - MOST_SAID - NAMED} more")


@pytest.mark.parametrize("count", [MOST_SAID, MOST_SAID + 1, MOST_SAID + 2])
def test_of_five_none_is_grey_and_of_six_one(count: int) -> None:
    """Strategies beyond break the limits."""
    found = findings("twelve strategies")
    odds = found.odds
    allowed = tuple(row in _told(odds)[:count] for row in range(len(odds.decision.strategies)))
    few = replace(odds, decision=replace(odds.decision, allowed=allowed))
    words = next(ax for ax in draw(CHARTS["decision-odds"], [few], looks=looks_of(found), source="").figure.axes if ax.texts)
    others = [each.get_text() for each in words.texts if each.get_text().startswith(("another: ", "one of "))]
    assert len(words.texts) == 2 * min(count, MOST_SAID + 1)
    assert [each.split(":")[0] for each in others] == {MOST_SAID: [], MOST_SAID + 1: ["another"], MOST_SAID + 2: ["one of 2 others"]}[count]


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
