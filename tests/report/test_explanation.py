"""Trees as text, Markdown and data: readable at 100 and 80 columns, nothing said twice, nothing injected."""

from __future__ import annotations

import json
import re
from functools import cache, reduce
from pathlib import Path

import numpy as np

from building import EXAMPLES_GIVEN, text_of
from tuneplan import load, loads
from tuneplan.core.distributions import point
from tuneplan.report.explanation import as_json, as_markdown, as_text
from tuneplan.report.grades import MEANINGS
from tuneplan.report.lines import Paper, width, wrapped
from tuneplan.scenario.records import Place, Quantity
from tuneplan.study.decision import Estimate
from tuneplan.study.explanation import Node, explain, trees
from tuneplan.study.explanation.node import settled
from tuneplan.study.results import Verdict

STARTUP = Path(__file__).parents[2] / "scenarios" / "startup.yaml"


@cache
def startup() -> Verdict:
    return reduce(lambda study, change: study.set(*change), EXAMPLES_GIVEN, load(STARTUP)).run(draws=256).verdict


def uncertain(mean: float) -> Estimate:
    return Estimate(mean=mean, low=0.9 * mean, p10=mean, median=mean, p90=mean, high=1.1 * mean, error=0.0)


def number(key: str, mean: float, *children: Node, **more: object) -> Node:
    given = {"label": key, "unit": "USD", "estimate": uncertain(mean), "text": f"What {key} is."} | more
    return Node(key=key, children=children, **given)  # type: ignore[arg-type]


def given(path: str, value: float = 2.0, **more: object) -> Node:
    said = {"text": "2", "grade": "", "origin": "file", "place": Place(file="a.yaml", line=3, column=7)} | more
    quantity = Quantity(path=path, distribution=point(value), unit="1", **said)  # type: ignore[arg-type]
    return Node(key=path, label=path, unit="1", text=f"Meaning of {path}.", quantity=quantity, opens=True)


def test_the_head_says_what_it_is_and_the_tree_what_it_was_made_of() -> None:
    text = as_text(explain(startup(), "unified.cost"))
    first, *_ = lines = text.splitlines()
    assert re.fullmatch(r"unified\.cost: \$5\d\.\dk \(90 % \$\d\d\.\dk to \$\d\d\.\dk\), median \$\d\d\.\dk", first)
    assert "Everything that unified costs over 12 months." in lines[1]
    assert any(re.match(r"├─ serving: \$1\d\.\dk", line) for line in lines)
    assert re.search(r"own GPUs: \$1\d\.\dk \(90 % \$\d\d\.\dk to \$\d\d\.\dk\)\. GPUs rented to serve, busy or idle\.", text)
    assert re.search(r"delay: \$\d[\d.]*k? .*\n.*lateness: ", text)
    assert "[scenarios/startup.yaml:28:50; yours]" in text.replace(str(STARTUP.parents[1]) + "/", "")
    assert "[default; assumed (2026-11)]" in text
    assert " ".join(text.split()).endswith(MEANINGS)


def test_no_line_is_wider_than_the_terminal() -> None:
    for tree in trees(startup()).values():
        grown = tree()
        for room in (160, 100, 80, 60):
            assert max(width(line) for line in as_text(grown, Paper(room=room)).splitlines()) <= room


def test_a_newcomer_gets_the_whole_of_a_line_under_its_own_key() -> None:
    """What is folded in the whole names where it goes on; there nothing is folded but what was simulated, and there nothing at all."""
    whole = " ".join(as_text(explain(startup(), "unified.cost")).split())
    assert re.search(r"goes on under a key of its own: .*unified\.cost\.own_gpus\.email, ", whole)
    line = " ".join(as_text(explain(startup(), "unified.cost.own_gpus.email")).split())
    assert "What ends in ... goes on under a key of its own: unified.launched_after.email." in line
    assert "tasks.email.tokens.input: 900 tokens" in line
    assert "tasks.email.tokens.input" not in whole
    launch = as_text(explain(startup(), "unified.launched_after.email"))
    assert "..." not in launch
    assert "schedule.annotators: 6 people" in launch
    assert "schedule.annotators" not in line


def test_small_parts_and_deep_ones_are_folded() -> None:
    deep = number("line", 60.0, number("one", 1.0, number("two", 1.0, number("three", 1.0, given("x")))), opens=True)
    small = number("small", 0.5, number("inside", 0.5), opens=True)
    text = as_text(number("all", 60.5, deep, small, adds_up=True))
    assert "two: $1.00 (90 % $0.9 to $1.10). What two is. ..." in text
    assert "three" not in text
    assert "small: $0.5 (90 % $0.45 to $0.55). What small is. ..." in text
    assert "What ends in ... goes on under a key of its own: line and small." in text
    alone = as_text(number("all", 60.0, number("one", 1.0, number("two", 1.0, number("three", 1.0, number("four", 1.0))))))
    assert "four" in alone
    assert "..." not in alone


def test_nothing_is_told_twice() -> None:
    again = number("again", 1.0, given("x"))
    text = as_text(number("all", 2.0, again, number("other", 1.0, again, given("x"), given("y"))))
    assert text.count("What again is.") == text.count("Meaning of x.") == text.count("a.yaml:3:7") - 1 == 1
    assert "again: $1.00 (90 % $0.9 to $1.10), as above" in text
    assert "as above: x" in text


def test_conventions_and_empty_parts_take_a_line() -> None:
    convention = {"origin": "default", "grade": "D", "text": "", "source": "declared"}
    parts = [number("big", 5.0), *(number(name, 0.0, given("z"), label=name, estimate=settled(0.0), opens=True) for name in ("none", "nought"))]
    text = as_text(number("all", 5.0, *parts, given("low", 0.0, **convention), given("high", 1.0, **convention), adds_up=True))
    assert "by convention: low 0, high 1 [declared]" in text
    assert "nothing for none and nought ..." in text
    assert "goes on under a key of its own: none and nought." in text


def test_a_rare_event_is_not_nothing() -> None:
    """Its interval is 0 to 0, its mean is not."""
    rare = Estimate(mean=-0.3, low=0.0, p10=0.0, median=0.0, p90=0.0, high=0.0, error=0.0)
    text = as_text(number("all", 5.0, number("big", 5.3), number("rare", -0.3, unit="point", estimate=rare), adds_up=True))
    assert "rare: -0.30 points (90 % 0.00 to 0.00 points)" in text


def test_what_is_no_number_or_unknown_is_said_so() -> None:
    unknown = settled(float("nan"))
    text = as_text(number("all", 1.0, number("a", 1.0, estimate=None), number("b", 1.0, estimate=unknown), number("c", 1.0, unit="yes_no", estimate=settled(0.0))))
    assert "├─ a. What a is." in text
    assert "b: $unknown" in text
    assert "c: no. What c is." in text


def test_an_input_tells_who_reads_it() -> None:
    text = as_text(explain(startup(), "budget.limit"))
    assert text.startswith("budget.limit: $60k\nThe most that may be spent")
    assert "It is read by:" in text
    assert re.search(r"├─ unified\.probability_in_budget: \d+(\.\d)? %\n", text)
    assert "..." not in text


def test_markdown_is_a_nested_list_and_escapes_names() -> None:
    text = as_markdown(explain(startup(), "unified.cost"))
    lines = text.splitlines()
    assert lines[0].startswith("**unified.cost: \\$5")
    assert any(line.startswith("- serving: \\$1") for line in lines)
    assert any(line.startswith("  - own GPUs: \\$1") for line in lines)
    assert "data\\_exponent" in as_markdown(explain(startup(), "unified.score.email"))
    assert "├" not in text


def test_a_hostile_scenario_injects_no_markup() -> None:
    hostile = {"value": "$4 per example", "source": "<script>alert(1)</script> | `rm` *bold*", "grade": "A"}
    tasks = {"__x__": {}, "-a": {}, "b": {"data.price": hostile}}
    scenario = loads(text_of(tasks, strategies=("unified", "specialists"), unseen={"share": 0.1, "score": {"base": 0.3}}))
    verdict = scenario.run(draws=64).verdict
    for key, tree in trees(verdict).items():
        marked = as_markdown(tree()).replace("**", "")
        assert not re.search(r"(?<!\\)[<>`|*_\[\]]", marked), key
    label = as_text(explain(verdict, "unified.cost.labels.b"))
    assert "assumed: <script>alert(1)</script> | `rm` *bold*" in " ".join(label.replace("│", "").split())


def test_nothing_moves_the_cursor_or_turns_a_line() -> None:
    bad = "a\x1b[2J\u202eb\nc\rd"
    place = Place(file=f"{bad}.yaml", line=3, column=7)
    tree = number(bad, 4.0, number("x", 3.0, label=bad, text=bad, opens=True), given(bad, source=bad, place=place), number("y", 1.0, label=bad, estimate=settled(0.0)), adds_up=True)
    for said in (as_text(tree), as_markdown(tree)):
        assert not {"\x1b", "\u202e", "\r"} & set(said)
    assert len(as_text(tree).splitlines()) == len(as_text(tree).split("\n")) - 1
    assert as_text(tree).count("a[2Jb cd") >= 5


def test_data_holds_all_that_is_folded() -> None:
    node = explain(startup(), "unified.cost")
    data = as_json(node)
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    paths: set[str] = set()

    def gather(each: dict) -> None:  # type: ignore[type-arg]
        paths.update({each["key"]} if "input" in each else set())
        for child in each.get("children", []):
            gather(child)

    gather(data)
    assert "tasks.email.tokens.input" in paths
    assert (data["unit"], data["adds_up"]) == ("USD", True)
    assert data["low"] < data["median"] < data["high"]
    row = next(each for each in walk_data(data) if "rows" in each)
    assert {"name", "source", "as_of", "grade"} == set(row["rows"][0])
    assert as_json(number("a", 1.0, estimate=settled(float("inf"))))["mean"] is None


def walk_data(data: dict) -> list[dict]:  # type: ignore[type-arg]
    return [data, *(each for child in data.get("children", []) for each in walk_data(child))]


def test_sentences_are_wrapped_between_words_and_long_words_inside() -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        text = " ".join("x" * size for size in rng.integers(1, 30, size=12))
        lines = wrapped(text, 20)
        assert max(map(len, lines)) <= 20
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
