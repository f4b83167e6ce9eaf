"""Groupings that are strategies of the scenario: those whose numbers are the same, and no others."""

from __future__ import annotations

import pytest

from building import scenario
from tuneplan.study.design import Design
from tuneplan.study.groupings.analysis import Groupings, groupings
from tuneplan.study.groupings.known import strategies_among
from tuneplan.study.options import options_of
from tuneplan.study.run import run

STRATEGIES = {
    "pair": {"groups": [["c"], ["a", "b"]]}, "dear": {"kind": "unified", "replay": "5k"}, "lora": {"kind": "specialists", "method": "lora"},
    "also_lora": {"kind": "unified", "method": "lora"}, "adapters": {}, "merged": {}, "prompted": {}, "unified_then_specialists": {},
    "each": {"kind": "specialists"}, "specialists": {}, "one": {"kind": "unified"},
}  # fmt: skip
QUESTION = scenario(strategies=STRATEGIES, router={"accuracy": "90% to 98%"}, law={})


def asked(like: str) -> Groupings:
    return groupings(QUESTION, Design(draws=64), like=like)


@pytest.mark.parametrize("like", ["", "lora", "dear", "adapters", "pair"])
def test_they_are_those_with_the_same_numbers(like: str) -> None:
    found, options = asked(like), options_of(run(QUESTION, Design(draws=64)))
    same: dict[str, set[str]] = {}
    for each in found.standings:
        for row, name in enumerate(options.strategies):
            if (each.cost.mean, each.points.mean) == pytest.approx((options.cost[row].mean(), options.points[row].mean()), rel=1e-9):
                same.setdefault(each.name, set()).add(name)
    known = strategies_among(QUESTION, like)
    assert set(known) == set(same)
    assert all(name in same[grouping] for grouping, name in known.items())


def test_under_no_words_and_under_those_of_another() -> None:
    assert strategies_among(QUESTION, "") == {"a + b | c": "pair", "a | b | c": "each", "a + b + c": "one"}
    assert strategies_among(QUESTION, "lora") == {"a | b | c": "lora", "a + b + c": "also_lora"}


def test_groups_that_are_to_be_found_are_no_grouping_yet() -> None:
    assert strategies_among(scenario(strategies={"best": {"groups": "search"}, "unified": {}}), "") == {"a + b + c": "unified"}
