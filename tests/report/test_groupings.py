"""How groupings are said: every claim as sure as its numbers, and no more lines than are read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from building import scenario
from tuneplan.report import groupings as report
from tuneplan.report.page import as_terminal_page
from tuneplan.report.remarks import remarks
from tuneplan.report.tables import Table
from tuneplan.scenario.planned import SEARCH
from tuneplan.study.design import monte_carlo
from tuneplan.study.groupings import search as searching
from tuneplan.study.groupings.analysis import Groupings, groupings
from tuneplan.study.run import run
from tuneplan.study.verdict import verdict

HARD = {"law.interference_strength": 1.0, "router.accuracy": "99%"}


def analysed(*args: Any, draws: int = 64, **words: Any) -> Groupings:
    return groupings(scenario(*args, **words), monte_carlo(draws))


def said(found: Groupings) -> str:
    """The page on one line."""
    return " ".join(as_terminal_page(report.page(found)).split())


def tables(found: Groupings) -> list[Table]:
    return [part for part in report.page(found).parts if isinstance(part, Table)]


@pytest.mark.parametrize("tasks", [1, 2, 3])
def test_it_says_how_many_were_looked_at(tasks: int) -> None:
    words = {1: "One task has one grouping. It was run again", 2: "all 2 groupings of 2 tasks, which rest on 3 models. All were run again", 3: "all 5 groupings of 3 tasks"}
    assert words[tasks] in said(analysed("abc"[:tasks]))


def test_a_search_says_how_often_it_is_known_to_find_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "MOST_COUNTED", 2)
    found = analysed("abc", law=HARD)
    assert "Of 200 random cases of 6 to 8 tasks the search found the best of all groupings in 197, and missed 0.38 points at most." in said(found)
    content = report.content(found)
    assert content["looked_at"]["best_found_in_known_cases"] == {"cases": 200, "found": 197}
    assert len(content["screened"]["cost"]) == content["looked_at"]["groupings"]
    assert "all other tasks apart" in tables(found)[1].title


def test_net_benefit_stands_first_where_it_decides() -> None:
    text = said(analysed({name: {"value": "$500 per point per month"} for name in "ab"}))
    assert "(net benefit " in text
    assert "of net benefit (90 %" in text


def test_many_pairs_are_cut_to_those_that_gain_most_and_least() -> None:
    found = analysed([f"t{number}" for number in range(6)], law=HARD)
    pairs = tables(found)[1]
    assert "(the 6 that gain most and the 4 that gain least of 15 pairs)" in pairs.title
    assert len(pairs.rows) == 10
    assert pairs.rows[0][0] == f"{found.pairs[0].one} + {found.pairs[0].other}"
    assert pairs.rows[-1][0] == f"{found.pairs[-1].one} + {found.pairs[-1].other}"


def test_many_level_ones_are_counted_after_the_first() -> None:
    found = analysed({name: {"data.examples": 0} for name in "abcd"})
    assert len(found.level) > report.MOST_NAMED
    assert f"; and {len(found.level) - 3} more." in said(found)


def test_the_best_the_plain_ones_and_the_front_are_marked() -> None:
    found = analysed("abc", law=HARD)
    notes = {row[0]: row[2] for row in tables(found)[0].rows}
    assert "best" in notes[found.best]
    assert "unified" in notes["a + b + c"]
    assert "specialists" in notes["a | b | c"]
    assert sum("front" in note for note in notes.values()) == sum(each.frontier.status == "frontier" for each in found.standings)


def test_what_cannot_be_settled_is_not_promised() -> None:
    found = analysed("ab")
    each = found.against[0]
    never = replace(each, objective=replace(each.objective, mean=1e-9, error=1.0))
    soon = replace(each, objective=replace(each.objective, mean=1.0, error=0.6))
    unknown = replace(each, objective=replace(each.objective, mean=0.0, error=float("nan")))
    assert report._settled(found, never) == "That is too close to call, and no number of draws that is worth the wait would settle it."
    assert report._settled(found, soon) == "That is too close to call; --draws 128 would settle it."
    assert report._settled(found, unknown) == "That is too close to call."


def test_every_row_has_a_unit() -> None:
    rows = report.rows(analysed("abc"))
    assert {row["unit"] for row in rows} == {"USD", "point", "share"}
    assert sum(row["quantity"] == "score looked at" for row in rows) == 5


def test_a_verdict_names_the_groups_that_were_found() -> None:
    asked = scenario("ab", strategies={"best": {"groups": [["a", "b"]]}, "unified": {}}, similar=0.0, law=HARD)
    asked = replace(asked, settings={**asked.settings, "strategies.best.groups": SEARCH})
    assert "Groups found for best: a | b; simulate groupings shows how others compare." in remarks(verdict(run(asked, monte_carlo(64))))
