"""What would make something feasible, as people read it and as data."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from building import GIVEN, text_of
from tuneplan.report import text
from tuneplan.report.advice import recommendation
from tuneplan.report.data import as_json
from tuneplan.report.remedies import NOUNS, WORDS, cheapest, in_the_way, parts, said, to_write, would_do
from tuneplan.report.tables import Table
from tuneplan.report.words import usd_at_least
from tuneplan.scenario import load as loading
from tuneplan.scenario.load import loads
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import monte_carlo
from tuneplan.study.remedies.analysis import Remedies, remedies_of
from tuneplan.study.remedies.single_changes import KINDS
from tuneplan.study.results import Verdict
from tuneplan.study.run import run
from tuneplan.study.verdict import verdict

STARTUP = Path(__file__).parents[2] / "scenarios" / "startup.yaml"


def load(path: Path, *, overrides: Sequence[str] = (), scenario: str = "") -> Scenario:
    """A shipped scenario; of the startup with its examples given, so that no plan moves."""
    return loading.load(path, overrides=(*(GIVEN if path == STARTUP else ()), *overrides), scenario=scenario)


SHORT = ["budget.limit=35k USD", "tasks.email.score.must=0.65"]


@pytest.fixture(scope="module")
def short() -> tuple[Verdict, Remedies]:
    """Startup with too little money, and what would help."""
    judged = verdict(run(load(STARTUP, overrides=SHORT), monte_carlo(256)))
    found = remedies_of(judged)
    assert found is not None
    return judged, found


def test_every_kind_has_words() -> None:
    assert set(WORDS) == set(NOUNS) == set(KINDS)


def test_a_row_a_strategy_says_which_limit_binds(short: tuple[Verdict, Remedies]) -> None:
    table = in_the_way(short[1])
    assert table.head == ("", "budget.limit", "tasks.email.score.must", "all met", "budget needed")
    assert [row[0].strip() for row in table.rows] == ["unified", "specialists", "adapters", "prompted"]
    assert table.rows[3][-1] == "none would do"
    assert all(re.fullmatch(r"\$[0-9.]+k", row[-1]) for row in table.rows[:3])


def test_the_best_of_each_kind_is_told_once(short: tuple[Verdict, Remedies]) -> None:
    best = cheapest(short[1])
    assert len({(each.kind, said(each) if each.kind == "must" else "") for each in best}) == len(best)
    table = would_do(best)
    assert table.head == ("", "makes feasible", "more budget", "dollars", "points")
    assert [row[0].strip() for row in table.rows] == [said(each) for each in best]


def test_what_is_to_be_written_is_what_was_tried(short: tuple[Verdict, Remedies]) -> None:
    best = cheapest(short[1])
    for each, (_, written) in zip(best, to_write(best).rows, strict=True):
        if each.leave_out:
            assert written == f"take {each.leave_out} out of the file, and what names it"
        else:
            assert shlex.split(written) == [word for change in each.changes for word in ("--set", change)]


def test_many_changes_of_one_remedy_are_shortened() -> None:
    tasks = {f"t{number}": {"data.price": "$3/example"} for number in range(6)}
    found = remedies_of(verdict(run(loads(text_of(tasks, strategies=("unified",), budget__limit="$30k")), monte_carlo(64))))
    assert found is not None
    rows = {name.strip(): written for name, written in to_write(cheapest(found)).rows}
    price = next(written for name, written in rows.items() if "cheaper" in name)
    assert price.endswith(" and 2 more, which --format json lists")


def test_no_single_change_is_said_so(short: tuple[Verdict, Remedies]) -> None:
    told = parts(replace(short[1], found=()))
    assert told[1] == (
        "No single change of these would do: more budget, cheaper examples, fewer examples, more examples, another method, a smaller base, "
        "one task fewer, a lower minimum score and a lower confidence."
    )  # fmt: skip


def test_what_was_not_tried_is_named(short: tuple[Verdict, Remedies]) -> None:
    told = parts(replace(short[1], untried=(("price", "unified"), ("price", "adapters"), ("task", "unified"))))
    assert told[-1] == "Not tried, as the scenario is large: cheaper examples (for unified and adapters) and one task fewer (for unified)."


def test_many_limits_are_shortened_and_a_misfit_says_so() -> None:
    tasks = {f"t{number}": {"score.must": 0.85} for number in range(6)}
    found = remedies_of(verdict(run(loads(text_of(tasks, strategies=("unified",))), monte_carlo(64))))
    assert found is not None
    table = in_the_way(found)
    assert table.title.endswith("; 3 more limits are broken less often")
    assert table.rows[0][-1] == "none would do"
    misfit = replace(found, broken=tuple(replace(each, misfit="too large") for each in found.broken))
    assert in_the_way(misfit).rows[0][-2] == "can't be done"


def test_the_report_tells_it_after_the_recommendation(short: tuple[Verdict, Remedies]) -> None:
    told = text.as_terminal_text(*short[:1], False, short[1])
    assert told.index("Nothing meets the limits") < told.index("What would do, one change alone") < told.index("Strategies, over 12 months")
    assert max(map(len, told.splitlines())) <= 100
    assert "What would do" in text.as_markdown_text(short[0], False, short[1])
    assert "What would do" not in text.as_terminal_text(short[0])
    assert all(isinstance(each, str | Table) for each in parts(short[1]))


def test_json_holds_all_of_them_with_units(short: tuple[Verdict, Remedies]) -> None:
    found = json.loads(as_json(*short))
    assert len(found["remedies"]["found"]) == len(short[1].found)
    assert found["units"]["remedies.found.usd_asked"] == "USD"
    assert found["remedies"]["broken"][0]["strategy"] == "unified"
    assert json.loads(as_json(short[0]))["remedies"] is None


def test_a_confidence_below_even_odds_only_repeats_the_chance_of_today_and_is_not_told(short: tuple[Verdict, Remedies]) -> None:
    every = [each for each in short[1].found if each.kind == "confidence"]
    assert every
    only = [replace(every[0], value=value) for value in (0.7, 0.49)]
    assert [said(each) for each in cheapest(replace(short[1], found=tuple(only)))] == ["a confidence of 70 %"]
    assert cheapest(replace(short[1], found=(only[1],))) == []
    told = parts(replace(short[1], found=(only[1],)))[1]
    assert isinstance(told, str)
    assert told.endswith("one task fewer and a lower minimum score."), "that a lower confidence would not do is not true"


def test_more_budget_is_rounded_up_wherever_it_is_told() -> None:
    judged = verdict(run(load(STARTUP, overrides=["budget.limit=3k USD"]), monte_carlo(256)))
    found = remedies_of(judged)
    assert found is not None
    budget = next(each for each in found.found if each.kind == "budget")
    assert f"a limit of {usd_at_least(judged.enough)} would do for {judged.nearest} ({usd_at_least(judged.enough - judged.limit)} more)" in recommendation(judged)
    rows = {row[0].strip(): row for row in would_do([budget]).rows}
    assert rows[said(budget)][2] == usd_at_least(budget.usd_asked)
