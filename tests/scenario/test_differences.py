"""In what two scenarios differ, and the scenarios between them."""

from __future__ import annotations

import pytest

from building import scenario, text_of
from tuneplan.scenario.differences import changed, mentions, said, with_taken
from tuneplan.scenario.identity import fingerprint
from tuneplan.scenario.load import loads
from tuneplan.scenario.records import Scenario
from tuneplan.scenario.steps import MOST_STEPS, steps_between

LETTERS = """\
schema: 1
base: llama-3.1-8b
horizon: 12 months
budget: {limit: $60k}
tasks:
  a: {traffic: 1k requests/month, score: {base: 0.4, ceiling: 0.9}, data: {examples: 2k, price: $3/example}}
  b: {like: a}
strategies: {unified: {}, specialists: {}}
"""


def changed_to(*changes: str, text: str = LETTERS) -> Scenario:
    return loads(text, overrides=changes)


def names(one: Scenario, other: Scenario) -> list[str]:
    return [step.name for step in steps_between(one, other)]


def test_what_means_the_same_does_not_differ() -> None:
    spelled = LETTERS.replace("$60k", "60000 USD").replace("schema: 1", "schema: 1\nname: Another\nquestion: Why?")
    assert changed(loads(LETTERS), loads(spelled)) == []
    reordered = LETTERS.replace("{unified: {}, specialists: {}}", "{specialists: {}, unified: {}}")
    assert changed(loads(LETTERS), loads(reordered)) == []


def test_changes_come_in_the_order_of_the_other_file_then_what_it_lacks() -> None:
    other = LETTERS.replace("horizon: 12 months\n", "").replace("strategies:", "unseen: {share: 10%}\nstrategies:")
    other = other.replace("$60k", "$70k").replace("b: {like: a}", "b: {like: a, traffic: 2k requests/month}")
    assert changed(loads(LETTERS), loads(other)) == ["budget.limit", "tasks.b.traffic", "unseen.share", "horizon"]
    assert changed(loads(other), loads(LETTERS)) == ["horizon", "budget.limit", "tasks.b.traffic", "unseen.share"]


def test_what_is_set_on_the_command_line_comes_last_in_its_order() -> None:
    both = changed_to("horizon=6 months", "budget.limit=$70k", text=LETTERS.replace("traffic: 1k", "traffic: 2k"))
    assert changed(loads(LETTERS), both) == ["tasks.a.traffic", "tasks.b.traffic", "horizon", "budget.limit"]


def test_taking_all_changes_arrives() -> None:
    one, other = loads(LETTERS), changed_to("method=lora", "tasks.a.data.price=$1/example", "correlations.x={of: [tasks.a.data.tokens, tasks.b.data.tokens], value: 0.5}")
    there = with_taken(one, other, changed(one, other))
    assert fingerprint(there) == fingerprint(other)
    assert there.correlations == other.correlations
    assert fingerprint(with_taken(there, one, changed(other, one))) == fingerprint(one)


def test_said_as_typed() -> None:
    one = changed_to("method=lora", "gpu.spot=yes", "budget.covers=[data, people]", "strategies.pair={groups: [[a], [b]]}")
    assert [said(one, path) for path in ("budget.limit", "method", "gpu.spot", "budget.covers", "strategies.pair.groups", "horizon", "gpu.kind", "tasks", "catalogue")] == [
        "$60k", "lora", "yes", "data, people", "[a], [b]", "12 months", "not given", "a, b", "0 own rows",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("tasks.a.traffic", True), ("tasks.ab.traffic", False), ("similarity.a>b", True), ("similarity.b/c", False), ("unseen.similarity.a", True),
        ("router.confusion.b>a", True), ("strategies.x.examples.a", True), ("strategies.x.score", False), ("strategies.a.base", False), ("horizon", False),
    ],
)  # fmt: skip
def test_paths_that_speak_of_a_task(path: str, expected: bool) -> None:
    assert mentions(path, ["a"]) is expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (["horizon=6 months", "method=lora"], ["horizon", "method"]),
        (["gpu.kind=h200-sxm", "gpu.price=$2/hour", "horizon=6 months"], ["gpu", "horizon"]),
        (["base=llama-3.2-3b", "tasks.a.score.base=0.3"], ["base"]),
        (["tasks.a.score.base=0.3", "tasks.a.score.ceiling=0.8"], ["tasks.a.score.base", "tasks.a.score.ceiling"]),
        (["tasks.a.score.base=0.91", "tasks.a.score.ceiling=0.95"], ["tasks.a.score"]),
        (["strategies.specialists.one_deployment=yes", "strategies.specialists.method=qlora"], ["strategies.specialists"]),
        (["evaluation.judge=people", "evaluation.price=$1/item"], ["evaluation"]),
        (["router.fallback=api", "router.api=gpt-4o-mini", "router.score=0.5"], ["router"]),
        (["law.interference_form=additive", "law.additive_capacity=0.1"], ["law.interference_form"]),
        (["similarity.a>b=0.5", "similarity.b>a=0.2"], ["similarity.a/b"]),
        (["tasks.b.traffic={same_as: tasks.a.traffic}", "tasks.a.traffic=5k requests/month"], ["tasks.a.traffic"]),
        (["strategies.third.kind=merged", "reference=third"], ["strategies"]),
    ],
)
def test_what_makes_no_sense_apart_is_one_step(changes: list[str], expected: list[str]) -> None:
    assert names(loads(LETTERS), changed_to(*changes)) == expected


def test_labelling_takes_the_place_of_a_price() -> None:
    labelled = LETTERS.replace("price: $3/example", "labelling: {minutes: 5 min, wage: $20/hour}")
    assert names(loads(LETTERS), loads(labelled)) == ["tasks.a.data: labelling instead of price", "tasks.b.data: labelling instead of price"]
    assert names(loads(labelled), loads(LETTERS)) == ["tasks.a.data: price instead of labelling", "tasks.b.data: price instead of labelling"]


def test_a_task_on_one_side_alone_is_one_step_with_all_that_speaks_of_it() -> None:
    third = LETTERS.replace("  b: {like: a}", "  b: {like: a}\n  c: {like: a}").replace("specialists: {}", "specialists: {examples: {c: 1k}}")
    third += "similarity: {a/c: near, a/b: far}\n"
    assert names(loads(LETTERS), loads(third)) == ["tasks", "similarity.a/b"]
    step = steps_between(loads(LETTERS), loads(third))[0]
    assert {"tasks", "tasks.c.traffic", "strategies.specialists.examples.c", "similarity.a/c"} <= set(step.paths)


def test_own_rows_move_with_what_names_them() -> None:
    row = "{name: mine, like: llama-3.1-8b, params: 9B, active_params: 9B, instruction_tuned: yes, source: ours, as_of: 2026-10}"
    own = LETTERS.replace("llama-3.1-8b", "mine") + f"catalogue: {{models: [{row}]}}\n"
    assert names(loads(LETTERS), loads(own)) == ["catalogue"]
    assert fingerprint(with_taken(loads(LETTERS), loads(own), changed(loads(LETTERS), loads(own)))) == fingerprint(loads(own))


def test_many_changes_are_grouped_by_their_first_words() -> None:
    tasks = [f"t{number}" for number in range(MOST_STEPS + 1)]
    one = scenario(tasks)
    many = loads(text_of({name: {"score.ceiling": 0.8} for name in tasks}))
    assert len(steps_between(one, many)) == 1, "by section, as one task a step is too many"
    few = loads(text_of({name: {"score.ceiling": 0.8, "traffic": "1k requests/month"} if name < "t3" else {} for name in tasks}))
    assert {step.name.count(".") for step in steps_between(one, few)} == {1}
    assert sorted(path for step in steps_between(one, many) for path in step.paths) == sorted(changed(one, many))
