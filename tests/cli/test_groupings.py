"""``simulate groupings``: as a person meets it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from itertools import groupby

import pytest

from tuneplan.cli.main import DONE, USAGE
from tuneplan.cli.run import NOTHING_FEASIBLE

THREE = ("  qa: {like: email, traffic: 10k requests/month}\n", "  qa: {like: email, traffic: 10k requests/month}\n  letters: {like: email}\n")
FEW = ("--draws", "64")


def test_it_says_which_is_best_and_by_how_much(simulate: Callable, scenario: Callable) -> None:
    ended = simulate("groupings", scenario(THREE), *FEW)
    assert (ended.code, ended.err) == (DONE, "")
    said = " ".join(ended.out.split())
    assert said.startswith("Two tasks: which tasks should share a model? Looked at all 5 groupings of 3 tasks, which rest on 7 models. All were run again, on 64 draws that did not choose the best (seed 0).")
    assert "Best: " in said
    assert "(specialists)" in said
    assert "simulation error" in said
    assert "Who belongs together" in said
    assert max(map(len, ended.out.splitlines())) <= 100


def test_same_seed_same_bytes(simulate: Callable, scenario: Callable) -> None:
    path = scenario(THREE)
    assert simulate("groupings", path, *FEW).out == simulate("groupings", path, *FEW).out


def test_json_holds_every_grouping_and_the_chart(simulate: Callable, scenario: Callable) -> None:
    found = json.loads(simulate("groupings", scenario(THREE), *FEW, "--format", "json").out)
    assert list(found)[:4] == ["schema_version", "tool", "scenario", "design"]
    screened = found["screened"]
    lists = [screened[name] for name in ("model_of_task", "models", "cost", "points", "objective", "limits_met", "best_merge")]
    assert {len(each) for each in lists} == {5}
    assert screened["model_of_task"] == ["0-0-0", "0-0-1", "0-1-0", "0-1-1", "0-1-2"]
    front = found["chart"]["front"]
    assert len(front["cost"]) == len(front["points"]) == len(front["name"]) >= 1
    assert front["cost"] == sorted(front["cost"])
    assert front["points"] == sorted(front["points"])
    assert found["looked_at"] | {"draws": 0} == {"groupings": 5, "all": True, "models": 7, "draws": 0, "best_found_in_known_cases": None, "most_missed": 0.0}
    assert found["units"]["standings.objective"] == found["objective"]["unit"] == "point"
    assert sorted(task for group in found["best"]["groups"] for task in group) == ["email", "letters", "qa"]


def test_every_field_with_a_unit_is_there(simulate: Callable, scenario: Callable) -> None:
    found = json.loads(simulate("groupings", scenario(THREE), *FEW, "--format", "json").out)
    for field in found["units"]:
        place = found
        for word in field.split("."):
            place = place[0][word] if isinstance(place, list) else place[word]


def test_csv_is_tidy(simulate: Callable, scenario: Callable) -> None:
    text = simulate("groupings", scenario(THREE), *FEW, "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["unit"] for row in rows} == {"USD", "point", "share"}
    assert all(row["mean"] for row in rows)
    seen = [row["quantity"] for row in rows]
    assert {name: len(list(each)) for name, each in groupby(sorted(seen))}["score looked at"] == 5


def test_markdown_escapes_what_names_hold(simulate: Callable, scenario: Callable) -> None:
    path = scenario(THREE, ("letters", "let_ters"))
    assert "let\\_ters" in simulate("groupings", path, *FEW, "--format", "md").out


def test_words_of_a_strategy(simulate: Callable, scenario: Callable) -> None:
    path = scenario(THREE, ("  specialists: {}", "  specialists: {}\n  adapters: {}"))
    said = " ".join(simulate("groupings", path, *FEW, "--like", "adapters").out.split())
    assert "under the words of adapters" in said


def test_nothing_within_the_limits_says_so(simulate: Callable, scenario: Callable) -> None:
    ended = simulate("groupings", scenario(THREE), *FEW, "--set", "budget.limit=1 USD")
    assert ended.code == NOTHING_FEASIBLE
    said = " ".join(ended.out.split())
    assert "No grouping keeps the limits as often as asked for. Nearest is email" in said
    assert "breaks the limits" in said


def test_one_task_has_nothing_to_compare(simulate: Callable, scenario: Callable) -> None:
    path = scenario(("  qa: {like: email, traffic: 10k requests/month}\n", ""), ("similarity: {email/qa: far}\n", ""))
    ended = simulate("groupings", path, *FEW)
    assert ended.code == DONE
    assert "One task has one grouping." in ended.out
    assert "Against" not in ended.out


def test_tasks_that_are_never_trained_are_the_same_everywhere(simulate: Callable, scenario: Callable) -> None:
    said = " ".join(simulate("groupings", scenario(THREE, ("examples: 2k, price: $3 to $6 per example", "examples: 0")), *FEW).out.split())
    assert "Best: email + qa + letters (one model)" in said
    assert "the same points" in said
    assert "Level with the best" in said


def test_too_close_to_call_says_what_would_settle_it(simulate: Callable, scenario: Callable) -> None:
    """Two tasks just as like each other as it takes for one model to be as good as two."""
    path = scenario(("similarity: {email/qa: far}", "similarity: {email/qa: 0.15}\nrouter: {accuracy: 100%}"))
    said = " ".join(simulate("groupings", path, "--draws", "64").out.split())
    assert re.search(r"That is too close to call; --draws \d+ would settle it\.", said)
    assert re.search(r"Level with the best \(within 0\.5 points or inside simulation error\): email (\| qa|\+ qa)\.", said)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--like", "specialist"), 'no such strategy; did you mean "specialists"?'),
        (("--like", "prompted"), "it trains nothing, so it has no other groupings"),
        (("--top", "0"), "--top: 0 is not a whole number from 1 to 40"),
        (("--draws", "0"), "draws: 0 is not a whole number"),
    ],
)
def test_mistakes_are_told_with_a_remedy(simulate: Callable, scenario: Callable, words: tuple[str, ...], message: str) -> None:
    ended = simulate("groupings", scenario(THREE), *words)
    assert (ended.code, ended.out) == (USAGE, "")
    assert message in ended.err
