"""Loading: what a file says is what the records hold, and all that is wrong comes out at once."""

from __future__ import annotations

import random
import re
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tuneplan.core.distributions import beta, point
from tuneplan.core.registry import Param
from tuneplan.errors import NotAvailableYet, Problem, ScenarioError
from tuneplan.scenario import catalogue
from tuneplan.scenario import load as loading
from tuneplan.scenario.identity import fingerprint
from tuneplan.scenario.load import load, loads
from tuneplan.scenario.lower import lower
from tuneplan.scenario.reading.checks import DECIDED_BEFORE
from tuneplan.scenario.reading.language import language_of
from tuneplan.scenario.records import Place, Scenario
from tuneplan.scenario.schema import Key, structure
from tuneplan.study.design import monte_carlo

NAMES = {
    "gpus": ("h100-sxm", "a100-80gb"),
    "models": ("llama-3.1-8b-instruct", "qwen2.5-7b"),
    "providers": ("lambda", "aws"),
    "apis": ("gpt-4o-mini",),
    "labels": ("demonstration", "crowd-label"),
}

PARAMS = (
    Param(name="traffic", key="traffic", scope="task", unit="request/month", doc="Requests.", required=True),
    Param(name="price", key="data.price", scope="task", unit="USD/example", doc="Price."),
    Param(name="minutes", key="data.labelling.minutes", scope="task", unit="minute/example", doc="Time."),
    Param(name="examples", key="data.examples", scope="task", unit="example", doc="N.", per_strategy=True),
    Param(name="existing", key="data.existing", scope="task", unit="example", doc="N.", per_strategy=True),
    Param(name="base", key="score.base", scope="request", unit="score", doc="Base.", required=True),
    Param(name="worst", key="score.worst", scope="request", unit="score", default=point(0), source="declared", doc="Worst."),
    Param(name="best", key="score.best", scope="request", unit="score", default=point(1), source="declared", doc="Best."),
    Param(name="floor", key="score.floor", scope="request", unit="score", doc="Floor."),
    Param(name="api_score", key="score", scope="strategy_request", unit="score", doc="Score."),
    Param(
        name="similarity",
        key="similarity",
        scope="pair",
        unit="share",
        high=1,
        default=beta(1.5, 4),
        source="assumed",
        doc="S.",
    ),
    Param(name="share", key="unseen.share", unit="share", high=1, default=point(0), source="declared", doc="Share."),
    Param(name="limit", key="budget.limit", unit="USD", doc="Limit."),
    Param(name="confidence", key="budget.confidence", unit="share", high=1, doc="Confidence."),
)

TASK = "{traffic: 20k to 80k requests/month, score: {base: 0.5 to 0.6}, data: {examples: 5k}}"
"""A task that lacks nothing."""

GOOD = """\
schema: 1
name: Startup assistant
start: 2027-01-04
question: One model for drafting, or three?
budget: {limit: $60k, covers: [data, training], confidence: 90%}
base: llama-3.1-8b-instruct
gpu: {kind: h100-sxm, provider: lambda, spot: no}
tasks:
  email:
    traffic: 20k to 80k requests/month
    score: {base: 0.55 to 0.65}
    data: {existing: 200, price: $3 to $6 per example, examples: 2k}
  summary: {like: email, data.price: $2 to $4 per example}
  qa:      {like: summary, traffic: 10k to 30k requests/month}
unseen: {share: 5% to 15%, score: {base: 0.50}}
similarity: {email/summary: near, email>qa: 0.1 to 0.3, qa>email: 0.2 to 0.5}
strategies:
  unified: {}
  specialists:
  pair: {groups: [[email, summary], [qa]], examples: {email: 500}}
  prompted: {api: gpt-4o-mini, score: {email: 0.6, summary: 0.7, qa: 0.6, unseen: 0.6}}
reference: prompted
"""


@pytest.fixture(autouse=True)
def _fixed_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "names", lambda kind, own=(): NAMES[kind])


def read(text: str = GOOD, *overrides: str) -> Scenario:
    return loads(text, file="a.yaml", overrides=overrides, params=PARAMS)


def edit(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


# What a sound file gives


def test_quantities_have_unit_text_and_place() -> None:
    price = read().quantities["tasks.email.data.price"]
    assert (price.unit, price.text, price.origin) == ("USD/example", "$3 to $6 per example", "file")
    assert price.place == Place(file="a.yaml", line=12, column=34)
    assert price.distribution.interval() == pytest.approx((3.0, 6.0))


def test_settings_have_the_type_of_their_kind() -> None:
    settings = read().settings
    assert settings["schema"] == 1
    assert settings["gpu.spot"] is False
    assert settings["start"] == "2027-01-04"
    assert settings["budget.covers"] == ("data", "training")
    assert settings["strategies.pair.groups"] == (("email", "summary"), ("qa",))
    assert settings["similarity.email/summary"] == "near"


def test_names_come_in_the_order_of_the_file() -> None:
    scenario = read()
    assert scenario.tasks == ("email", "summary", "qa")
    assert scenario.strategies == ("unified", "specialists", "pair", "prompted")
    assert scenario.name == "Startup assistant"
    assert read(edit("name: Startup assistant\n", "")).name == "a"


def test_tables_by_task_and_single_values() -> None:
    assert read().quantities["strategies.pair.examples.email"].distribution.median == 500.0
    scalar = read(edit("examples: {email: 500}", "examples: 1k"))
    assert scalar.quantities["strategies.pair.examples"].distribution.median == 1000.0


def test_the_full_form_of_a_quantity() -> None:
    form = "{ci: [5, 2k], level: 80%, source: log of May, grade: B}"
    for where in ("examples: {email: 500}", "{email: 500}"):
        new = f"examples: {form}" if where.startswith("examples") else f"{{email: {form}}}"
        scenario = read(edit(where, new))
        (quantity,) = [q for path, q in scenario.quantities.items() if path.startswith("strategies.pair.ex")]
        assert (quantity.source, quantity.grade) == ("log of May", "B")
        assert quantity.text == "{ci: [5, 2k], grade: B, level: 80%, source: log of May}"


@pytest.mark.parametrize("form", ["ci: [2, 5]", "value: 3", "choices: {2: .7, 5: .3}"])
def test_every_full_form_is_told_from_a_table_by_task(form: str) -> None:
    assert "strategies.pair.examples" in read(edit("{email: 500}", f"{{{form}}}")).quantities


def test_like_copies_along_a_chain_and_says_so() -> None:
    quantities = read().quantities
    copied = quantities["tasks.qa.data.price"]
    assert (copied.text, copied.origin, copied.place.line) == ("$2 to $4 per example", "like summary", 13)
    assert quantities["tasks.qa.score.base"].origin == "like email"
    assert quantities["tasks.qa.traffic"].origin == "file"
    assert "tasks.qa.like" not in read().settings


def test_like_may_come_before_what_it_copies_and_be_nested() -> None:
    scenario = read(edit("  email:\n", "  first: {like: email, data: {existing: 7}}\n  email:\n").replace(
        "[qa]]", "[qa, first]]").replace("score: {email: 0.6,", "score: {email: 0.6, first: 0.5,"))  # fmt: skip
    assert scenario.quantities["tasks.first.data.existing"].distribution.median == 7.0
    assert scenario.quantities["tasks.first.data.price"].text == "$3 to $6 per example"


def test_like_takes_one_of_two_alternatives_away() -> None:
    labelled = read(edit("data.price: $2 to $4 per example", "data.labelling.minutes: 5 minutes/example"))
    assert "tasks.summary.data.price" not in labelled.quantities
    assert "tasks.qa.data.price" not in labelled.quantities
    assert "tasks.email.data.price" in labelled.quantities


def test_like_among_strategies_copies_what_the_name_says() -> None:
    scenario = read(edit("  pair:", "  mine: {like: specialists, method: lora}\n  pair:"))
    assert scenario.settings["strategies.mine.kind"] == "specialists"
    grouped = read(edit("  pair:", "  mine: {like: unified, groups: [[email, summary, qa]]}\n  pair:"))
    assert "strategies.mine.kind" not in grouped.settings


def test_a_single_value_replaces_a_copied_table() -> None:
    scenario = read(edit("reference:", "  more: {like: pair, examples: 9}\nreference:"))
    assert "strategies.more.examples.email" not in scenario.quantities
    assert scenario.quantities["strategies.more.examples"].distribution.median == 9.0


@pytest.mark.parametrize("text", ["\ufeff" + GOOD, GOOD.replace("\n", "\r\n"), GOOD.replace("\n", "\r")])
def test_byte_order_mark_and_line_ends_change_nothing(text: str) -> None:
    assert read(text).quantities == read().quantities


def test_bytes_of_a_windows_editor(tmp_path: Path) -> None:
    path = tmp_path / "von Zoë.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + edit("Startup assistant", "Zoë").replace("\n", "\r\n").encode())
    scenario = load(path, params=PARAMS)
    assert scenario.name == "Zoë"
    assert scenario.quantities["budget.limit"].place == Place(file=str(path), line=5, column=17)


@pytest.mark.parametrize("name", ["résumé", "要約", "مهمة", "हिन्दी", "task-2_b", "1", "null", "no"])
def test_names_in_any_script(name: str) -> None:
    text = GOOD.replace("summary", name)
    assert read(text).tasks[1] == name


def test_equal_names_of_unequal_bytes_are_one_name() -> None:
    assert read(GOOD.replace("summary", "é", 1).replace("summary", "e\u0301")).tasks[1] == "é"


def test_spaces_around_the_sign_of_a_pair() -> None:
    assert "similarity.qa>email" in read(edit("qa>email", "qa > email")).quantities


def test_forms_of_yes_and_no() -> None:
    for word, value in (("yes", True), ("true", True), ("False", False), ('"no"', False)):
        assert read(edit("lambda, spot: no", f"aws, spot: {word}")).settings["gpu.spot"] is value


def test_the_numbers_of_the_model_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    scenario = loads(GOOD)
    assert scenario.quantities.keys() == read().quantities.keys()
    with pytest.raises(ScenarioError, match=r'tasks\.email\.data\.prise: unknown key; did you mean "price"'):
        loads(edit("price: $3", "prise: $3"))
    with pytest.raises(
        ScenarioError, match=r"tasks\.email\.score\.base: missing: .*\n.*tasks\.email\.traffic: missing: "
    ):
        loads(edit("    traffic: 20k to 80k requests/month\n    score: {base: 0.55 to 0.65}\n", ""))


# --set


def test_overrides_change_the_path_they_name_and_no_copy() -> None:
    scenario = read(GOOD, "tasks.email.data.existing=300", "budget.limit=$20k", "budget.limit=10k USD")
    assert scenario.quantities["tasks.email.data.existing"].origin == "--set"
    assert scenario.quantities["tasks.summary.data.existing"].text == "200"
    assert scenario.quantities["budget.limit"].text == "10k USD"
    assert scenario.quantities["budget.limit"].place == Place(file="--set")


def test_overrides_take_lists_tables_and_new_strategies() -> None:
    scenario = read(
        GOOD,
        "strategies.other.groups=[[email], [summary, qa]]",
        "strategies.copy={like: other, method: lora}",
        "budget={confidence: 80%}",
        "similarity.summary/email=0.4",
        "strategies.pair.kind=merged",
        "tasks.qa.like=email",
    )
    assert scenario.strategies[-2:] == ("other", "copy")
    assert scenario.settings["strategies.copy.groups"] == (("email",), ("summary", "qa"))
    assert scenario.quantities["budget.confidence"].text == "80%"
    assert scenario.quantities["similarity.email/summary"].text == "0.4"
    assert "similarity.email/summary" not in scenario.settings
    assert "strategies.pair.groups" not in scenario.settings
    assert scenario.quantities["tasks.qa.data.price"].text == "$3 to $6 per example"


def test_an_override_for_all_tasks_replaces_those_by_task() -> None:
    scenario = read(GOOD, "strategies.pair.examples=9")
    assert "strategies.pair.examples.email" not in scenario.quantities


# What is refused, each with its words

BAD = {
    "unknown key": (edit("price: $3", "prise: $3"), r"a\.yaml:12:27: tasks\.email\.data\.prise: unknown key; did you mean \"price\"\?"),
    "unknown deeper key": (edit("    traffic:", "    price: $1\n    traffic:"), r'tasks\.email\.price: unknown key; did you mean "data\.price"\?'),
    "unknown far key": (edit("schema: 1", "zzz: 1"), r"a\.yaml:1:1: zzz: unknown key; allowed: tasks, strategies, schema"),
    "missing space": (edit("{existing: 200, ", "{existing:200, "), r'unknown key; a space is missing after ":"'),
    "space after colon": (edit("limit: $60k", "limit:"), r'a\.yaml:5:15: a space is missing after ":"'),
    "dotted key": (edit("gpu: {kind: h100-sxm, provider: lambda, spot: no}", "gpu.kind: h100-sxm"), r"a\.yaml:7:1: gpu\.kind: dotted keys are read only .*; write gpu: \{kind: \.\.\.\}"),
    "dotted twice": (edit("{like: email, data.price:", "{like: email, data: {price: $1/example}, data.price:"), r"13:53: tasks\.summary\.data\.price: given twice; first at line 13, column 33"),
    "duplicate": (edit("existing: 200,", "existing: 200, existing: 2,"), r'"existing" is given twice; first at line 12, column 12'),
    "duplicate task": (edit("  qa: ", "  email: {}\n  qa: "), r'"email" is given twice; first at line 9, column 3'),
    "bad share": (edit("confidence: 90%", "confidence: 140%"), r"a\.yaml:5:61: budget\.confidence: 140% is not a share between 0 and 100%"),
    "bad unit": (edit("limit: $60k", "limit: 60k"), r"5:17: budget\.limit: 60k needs a unit"),
    "list as quantity": (edit("limit: $60k", "limit: [1, 2]"), r"budget\.limit: a list stands here; write for example \$60k"),
    "bad full form": (edit("limit: $60k", "limit: {ci: [2]}"), r"budget\.limit: ci takes two ends"),
    "no value": (edit("limit: $60k", "limit: "), r"5:10: budget\.limit: nothing is given; write for example \$60k"),
    "no word": (edit("base: llama-3.1-8b-instruct", "base:"), r"6:1: base: nothing is given; allowed: llama-3.1-8b-instruct, qwen2\.5-7b"),
    "no table": (edit("gpu: {kind: h100-sxm, provider: lambda, spot: no}", "gpu:"), r"gpu: nothing is given; allowed: kind, provider, spot"),
    "text for table": (edit("gpu: {kind: h100-sxm, provider: lambda, spot: no}", "gpu: h100-sxm"), r'gpu: "h100-sxm" stands where keys belong; allowed: kind'),
    "list for table": (edit("  specialists:\n", "  specialists: []\n"), r"19:3: strategies\.specialists: a list where keys belong; allowed: like"),
    "list of tasks": ("base: qwen2.5-7b\ntasks: [a, b]\nstrategies: {unified: {}}", r"2:1: tasks: a list where keys belong; write NAME: \{\.\.\.\}"),
    "table for text": (edit("name: Startup assistant", "name: {a: 1}"), r"2:7: name: a table of keys stands here; a text is needed"),
    "base model": (edit("base: llama-3.1-8b-instruct", "base: lama-3.1-8b"), r'6:7: base: "lama-3\.1-8b" is not allowed; did you mean "llama-3\.1-8b-instruct"\?'),
    "gpu": (edit("h100-sxm", "h100"), r'gpu\.kind: "h100" is not allowed; did you mean "h100-sxm"\?'),
    "provider": (edit("lambda", "zzz"), r'gpu\.provider: "zzz" is not allowed; allowed: lambda, aws'),
    "api": (edit("gpt-4o-mini", "gpt-4o"), r'strategies\.prompted\.api: "gpt-4o" is not allowed; did you mean "gpt-4o-mini"'),
    "yes or no": (edit("spot: no", "spot: maybe"), r'7:47: gpu\.spot: "maybe" is neither yes nor no'),
    "no date": (edit("2027-01-04", "4.1.2027"), r'start: "4\.1\.2027" is not a date; write year-month-day'),
    "no day": (edit("2027-01-04", "2027-02-30"), r'start: "2027-02-30" is a day that no calendar has'),
    "covers": (edit("[data, training]", "[data, trainings]"), r'5:38: budget\.covers: "trainings" is not allowed; did you mean "training"'),
    "covers twice": (edit("[data, training]", "[data, data]"), r'5:38: budget\.covers: "data" is listed twice'),
    "covers nothing": (edit("[data, training]", "[]"), r"budget\.covers: needs a list of words; allowed: data, training"),
    "schema 2": (edit("schema: 1", "schema: 2"), r"1:9: schema: schema 2 is not known here; this version reads schema: 1"),
    "schema text": (edit("schema: 1", "schema: one"), r'schema: "one" is not a whole number'),
    "like nobody": (edit("{like: email,", "{like: emial,"), r'13:19: tasks\.summary\.like: "emial" is none of the tasks; did you mean "email"'),
    "like nothing": (edit("{like: email,", "{like: ,"), r"tasks\.summary\.like: needs one name out of tasks"),
    "like oneself": (edit("{like: email,", "{like: summary,"), r"like goes in a circle: summary -> summary"),
    "like circle": (edit("{like: email,", "{like: qa,"), r"like goes in a circle: summary -> qa -> summary"),
    "like in strategies": (edit("  specialists:\n", "  x: {like: email}\n"), r'strategies\.x\.like: "email" is none of the strategies'),
    "like for unseen": (edit("unseen: {", "unseen: {like: email, "), r"unseen\.like: unknown key"),
    "task called unseen": (edit("  qa: ", "  unseen: {}\n  qa: "), r'no task may be called "unseen": it stands for requests'),
    "name with a dot": (edit("  qa: ", "  a.b: {}\n  qa: "), r'14:3: tasks\.a\.b: the name of a task holds letters, digits, "_" and "-"; not "\."'),
    "name with a slash": (edit("  pair:", "  a/b:"), r'the name of a strategy holds letters, digits, "_" and "-"; not "/"'),
    "long name": (edit("  qa: ", f"  {'x' * 61}: {{}}\n  qa: "), r"the name of a task has at most 60 characters; this one has 61"),
    "pair of unknown": (edit("email/summary", "email/sumary"), r'16:14: similarity\.email/sumary: unknown task "sumary"; did you mean "summary"'),
    "no pair": (edit("email/summary", "email"), r"similarity\.email: write a pair as a/b, or a>b where only a helps b"),
    "pair of one": (edit("email/summary", "email/email"), r"a task and itself are no pair"),
    "pair turned": (edit("email>qa: 0.1 to 0.3", "summary/email: 0.3"), r"16:35: similarity\.summary/email: this pair is given twice; first at line 16, column 14"),
    "pair both ways": (edit("email/summary: near", "email/qa: near"), r"give a/b once, or a>b and b>a"),
    "relation": (edit("near", "neer"), r'16:29: similarity\.email/summary: "neer" is no relation; did you mean "near"\?'),
    "far relation": (edit("near", "cousins"), r'"cousins" is no relation; allowed: parallel, near, .*, or a number from 0 to 1'),
    "unseen pair": (edit("unseen: {", "unseen: {similarity: {emial: far}, "), r'unseen\.similarity\.emial: unknown task "emial"; did you mean "email"'),
    "task of strategy": (edit("{email: 500}", "{emial: 500}"), r'20:55: strategies\.pair\.examples\.emial: unknown task "emial"; did you mean "email"'),
    "unseen has no examples": (edit("{email: 500}", "{unseen: 500}"), r'unknown task "unseen"; allowed: email, summary, qa'),
    "score of unknown": (edit("unseen: 0.6}", "unsen: 0.6}"), r'unknown task "unsen"; did you mean "unseen"'),
    "group lacks": (edit("[[email, summary], [qa]]", "[[email, summary]]"), r'20:18: strategies\.pair\.groups: task "qa" is in no group'),
    "group doubles": (edit("[[email, summary], [qa]]", "[[email, summary], [qa, email]]"), r'20:42: strategies\.pair\.groups: task "email" is in two groups; first at line 20, column 20'),
    "group unknown": (edit("[qa]]", "[qaa]]"), r'unknown task "qaa"; did you mean "qa"'),
    "flat groups": (edit("[[email, summary], [qa]]", "[email, summary, qa]"), r"write groups as lists of tasks, for example \[\[a, b\], \[c\]\]"),
    "text groups": (edit("[[email, summary], [qa]]", "all"), r"20:18: strategies\.pair\.groups: write groups as lists of tasks"),
    "no kind": (edit("  specialists:\n", "  specialist:\n"), r'19:3: strategies\.specialist: needs kind or groups, as its name is no kind; did you mean "specialists"'),
    "wrong kind": (edit("  specialists:\n", "  x: {kind: unifed}\n"), r'strategies\.x\.kind: "unifed" is not allowed; did you mean "unified"'),
    "kind and groups": (edit("{groups:", "{kind: merged, groups:"), r"strategies\.pair\.groups: kind and groups are both given; give one"),
    "reference": (edit("reference: prompted", "reference: promted"), r'22:12: reference: "promted" is not allowed; did you mean "prompted"'),
    "no base": (edit("base: llama-3.1-8b-instruct\n", ""), r"a\.yaml:1:1: base: missing: Base model"),
    "no tasks": ("base: qwen2.5-7b\nstrategies: {unified: {}}", r"1:1: tasks: missing; at least one is needed"),
    "no strategies": (f"base: qwen2.5-7b\ntasks: {{a: {TASK}}}\nstrategies: {{}}", r"strategies: missing; at least one is needed"),
    "many tasks": ("base: qwen2.5-7b\ntasks: {" + ", ".join(f"t{n}: {TASK}" for n in range(251)) + "}\nstrategies: {unified: }", r"tasks: 251 are given; at most 250 are read"),
    "many strategies": (f"base: qwen2.5-7b\ntasks: {{a: {TASK}}}\nstrategies: {{" + ", ".join(f"s{n}: {{kind: unified}}" for n in range(65)) + "}", r"strategies: 65 are given; at most 64 are read"),
    "two prices": (edit("data: {existing: 200,", "data: {labelling: {minutes: 5 minutes/example}, existing: 200,"), r"12:24: tasks\.email\.data\.labelling\.minutes: data\.price is given too"),
    "private api": (edit("reference:", "privacy: no external API\nreference:"), r'21:19: strategies\.prompted\.api: an external API, which "privacy: no external API" rules out'),
    "private fallback": (edit("reference:", "privacy: no external API\nrouter: {fallback: api, api: gpt-4o-mini}\nreference:"), r"router\.fallback: an external API"),
    "fallback without api": (edit("reference:", "router: {fallback: api}\nreference:"), r"router\.api: missing: the fallback is an API model; name it"),
    "api without score": (edit("summary: 0.7, qa: 0.6, unseen: 0.6}", "summary: 0.7}"), r"strategies\.prompted: an API model without a score for qa, unseen; add score: \{qa: 0\.60 to 0\.70\}, or like_base: yes"),
    "api but trained": (edit("unified: {}", "unified: {api: gpt-4o-mini}"), r"strategies\.unified\.api: read only where nothing is trained; add kind: prompted"),
    "falling metric": (edit("score: {base: 0.55 to 0.65}", "score: {base: 2, worst: 5, best: 1}"), r"tasks\.email\.score\.floor: missing: a metric that falls \(worst above best\) needs"),
    "no scale": (edit("score: {base: 0.55 to 0.65}", "score: {base: 2, worst: 1}"), r"tasks\.email\.score\.worst: score\.worst and score\.best are the same"),
    "no traffic": (edit("    traffic: 20k to 80k requests/month\n", ""), r"a\.yaml:9:3: tasks\.email\.traffic: missing: Requests\n1 error"),
    "no score": (edit("    score: {base: 0.55 to 0.65}\n", ""), r"a\.yaml:9:3: tasks\.email\.score\.base: missing: Base\n1 error"),
    "no examples": (edit(", examples: 2k", ""), r"a\.yaml:9:3: tasks\.email\.data\.examples: missing: strategy unified trains on it; add data: \{examples: 5k\}, auto to have a plan find it, or 0 for none\n1 error"),
    "examples misspelt": (edit("examples: 2k", "exampels: 2k"), r'data\.exampels: unknown key; did you mean "examples"\?\n1 error'),
    "table misspelt": (edit("score: {base: 0.55", "scor: {base: 0.55"), r'tasks\.email\.scor: unknown key; did you mean "score"\?\n1 error'),
    "deeper key required": (edit("score: {base: 0.55 to 0.65}", "base: 0.6"), r'tasks\.email\.base: unknown key; did you mean "score\.base"\?\n1 error'),
    "uncertain limit": (edit("limit: $60k", "limit: $50k to $70k"), r"a\.yaml:5:17: budget\.limit: this is decided before anything is known: give one number, not an interval\n1 error"),
    "uncertain confidence": (edit("90%", "{choices: {90%: .5, 80%: .5}}"), r"budget\.confidence: this is decided before anything is known"),
    "mode is no quantity": (edit("{email: 500}", "{mode: 500}"), r'strategies\.pair\.examples: "mode" is no key of a quantity'),
    "same_as is no quantity": (edit("{email: 500}", "{same_as: email}"), r'strategies\.pair\.examples: "email" is no number of this scenario'),
    "blank name": (edit("  pair:", '  " ":'), r"a strategy needs a name"),
    "list as date": (edit("2027-01-04", "[2027]"), r"start: a list stands here; a date is needed, for example 2027-01-04"),
    "table as schema": (edit("schema: 1", "schema: {a: 1}"), r"schema: a table of keys stands here; a whole number is needed"),
    "api and groups": (edit("{groups:", "{api: gpt-4o-mini, groups:"), r"strategies\.pair\.api: read only where nothing is trained"),
    "long unknown": (edit("lambda", "l" * 500), r'gpu\.provider: "l{57}\.\.\." is not allowed; allowed: lambda, aws'),
    "empty": ("", r"a\.yaml:1:1: the file is empty; a scenario holds keys such as"),
    "comment only": ("# hello\n", r"the file is empty"),
    "list": ("- a\n- b", r"this is a list; a scenario holds keys"),
    "text": ("hello", r"this is a text; a scenario holds keys"),
    "tab": ("base: x\ntasks:\n  \ta: {}", r"a\.yaml:3:3: a tab indents this line; YAML wants spaces"),
    "nul": ("base: x\nta\0sks: {}", r"a\.yaml:2:3: character U\+0000 cannot stand in a scenario"),
    "half a character": ("base: \ud800", r"a\.yaml:1:7: character U\+D800 cannot stand"),
    "large": ("#" * 1_000_001, r"larger than 1 MB"),
    "syntax": (edit("spot: no}", "spot: no"), r'a\.yaml:8:1: the "\{" of line 7, column 6 is not closed|a\.yaml:8:\d+: '),
    "flood": ("\n".join(f"k{n}: 1" for n in range(5000)), r"more than 100 errors; reading stopped here"),
    "cursor moves": (f'base: "x\\e[31m"\ntasks: {{a: {TASK}}}\nstrategies: {{unified: }}', r"an escape in this text stands for a control character"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_refused_in_words(text: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        read(text)


BAD_SETS = {
    "no equals": ("budget", r'--set: "budget" is no override; write key=value'),
    "no key": ("=3", r"is no override"),
    "hole": ("budget..limit=3", r"is no override"),
    "unknown key": ("budget.limt=$3", r'--set: budget\.limt: unknown key; did you mean "limit"'),
    "unknown task": ("tasks.emial.traffic=3", r'--set: tasks\.emial: unknown task; did you mean "email"'),
    "below a value": ("budget={limit.x: 3}", r"--set: budget\.limit\.x: unknown key; nothing may follow here"),
    "below a number": ("budget.limit.x=3", r'--set: budget\.limit: "x" is no key of a quantity'),
    "mistyped strategy": ("strategies.unifed.method=lora", r'needs kind or groups.*; did you mean "unified"'),
    "bad value": ("budget.limit=60k", r"--set: budget\.limit: 60k needs a unit"),
    "nothing": ("budget.limit=", r"--set: budget\.limit: nothing is given"),
    "text for table": ("budget=60k USD", r'--set: budget: "60k USD" stands where keys belong'),
    "broken list": ("strategies.pair.groups=[[a", r"--set: strategies\.pair\.groups: the \"\[\" of line 1"),
    "control": ("name=a\0b", r"--set: name: character U\+0000"),
    "deep": (".".join("a" * 20) + "=1", r"--set: a\.a.*: nested deeper than 12 levels"),
    "bad name": ("strategies.a/b.kind=unified", r"--set: strategies\.a/b: the name of a strategy holds"),
}  # fmt: skip


@pytest.mark.parametrize(("override", "message"), BAD_SETS.values(), ids=BAD_SETS.keys())
def test_bad_overrides_are_refused_in_words(override: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        read(GOOD, override)


def test_an_override_has_no_copies_so_these_lack_it() -> None:
    text = edit("    traffic: 20k to 80k requests/month\n", "").replace(", examples: 2k", "")
    with pytest.raises(ScenarioError) as caught:
        read(text, "tasks.email.traffic=1k requests/month", "tasks.email.data.examples=5k")
    assert [str(problem) for problem in caught.value.problems] == [
        "a.yaml:12:3: tasks.summary.data.examples: missing: strategy unified trains on it; add data: {examples: 5k}, auto to have a plan find it, or 0 for none",
        "a.yaml:12:3: tasks.summary.traffic: missing: Requests",
    ]


def test_like_nobody_is_not_missing_too() -> None:
    with pytest.raises(ScenarioError, match="1 error; nothing was run"):
        read(edit("{like: email,", "{like: emial,"))


WITHOUT_EXAMPLES = edit(", examples: 2k", "")


@pytest.mark.parametrize(
    "strategies",
    [
        "unified: {examples: 5k}",
        "unified: {examples: {email: 5k, summary: 4k, qa: 0}}",
        "mine: {like: unified}\n  unified: {examples: 5k}",
        "mine: {groups: [[email, summary], [qa]], examples: 5k}",
        "prompted: {like_base: yes}",
    ],
)
def test_tasks_need_no_examples_of_their_own_where_each_training_has_some(strategies: str) -> None:
    text = WITHOUT_EXAMPLES[: WITHOUT_EXAMPLES.index("strategies:")]
    scenario = read(f"{text}strategies:\n  {strategies}\n")
    assert "tasks.email.data.examples" not in scenario.quantities


def test_examples_of_some_tasks_leave_the_others_missing() -> None:
    text = WITHOUT_EXAMPLES[: WITHOUT_EXAMPLES.index("strategies:")]
    with pytest.raises(
        ScenarioError, match=r"13:3: tasks\.summary\.data\.examples: .* unified trains"
    ) as caught:
        read(f"{text}strategies: {{unified: {{examples: {{email: 5k, qa: 5k}}}}}}\n")
    assert len(caught.value.problems) == 1


def test_no_examples_may_be_said() -> None:
    assert (
        read(edit("examples: 2k", "examples: 0")).quantities["tasks.qa.data.examples"].distribution.median
        == 0.0
    )


UNCERTAIN = {
    "budget.limit": "$50k to $70k",
    "budget.confidence": "80% to 90%",
    "lora.rank": "8 to 16",
    "training.sequence_length": "1k to 2k tokens", "serving.latency": "20 to 50 ms/token",
}


@pytest.mark.parametrize("path", DECIDED_BEFORE)
def test_what_is_decided_before_is_certain(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    message = rf"--set: {re.escape(path)}: this is decided before anything is known: give one number"
    with pytest.raises(ScenarioError, match=message):
        loads(GOOD, overrides=[f"{path}={UNCERTAIN[path]}"])


PER_CENT = {
    "base": (edit("base: 0.55 to 0.65", "base: 55% to 65%, best: 5"), r"11:19: tasks\.email\.score\.base"),
    "worst alone": (edit("base: 0.55 to 0.65", "base: 55%, worst: 0.1"), r"11:19: tasks\.email\.score\.base"),
    "in words": (edit("base: 0.55 to 0.65", "base: 55 percent, best: 5"), r"11:19: tasks\.email\.score\.base"),
    "floor": (edit("base: 0.55 to 0.65", "base: 3, floor: 10%, best: 5"), r"tasks\.email\.score\.floor"),
    "level and ends": (edit("base: 0.55 to 0.65", "base: 80% CI 55% to 65%, best: 5"), r"tasks\.email\.score\.base"),
    "full form": (edit("base: 0.55 to 0.65", "base: {ci: [55%, 65%]}, best: 5"), r"tasks\.email\.score\.base"),
    "choices": (edit("base: 0.55 to 0.65", "base: {choices: {50%: .5, 60%: .5}}, best: 5"), r"tasks\.email\.score\.base"),
    "unseen": (edit("score: {base: 0.50}", "score: {base: 50%, best: 5}"), r"15:\d+: unseen\.score\.base"),
    "of a strategy": (edit("base: 0.55 to 0.65", "base: 3, best: 5").replace("email: 0.6,", "email: 60%,"), r"21:\d+: strategies\.prompted\.score\.email"),
    "of a strategy for all": (edit("base: 0.50", "base: 3, best: 5").replace("{email: 0.6, summary: 0.7, qa: 0.6, unseen: 0.6}", "60%"), r"21:\d+: strategies\.prompted\.score"),
    "scale in a copy": (edit("base: 0.55 to 0.65", "base: 55%").replace("{like: email,", "{like: email, score.best: 5,").replace("qa:      {like: summary", "qa: {like: email"), r"tasks\.summary\.score\.base"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "where"), PER_CENT.values(), ids=PER_CENT.keys())
def test_per_cent_on_a_scale_of_its_own_is_refused_once(text: str, where: str) -> None:
    message = f"{where}: per cent reads as hundredths; this metric has a scale of its own: write the number on it\n1 error"
    with pytest.raises(ScenarioError, match=message):
        read(text)


@pytest.mark.parametrize(
    "score",
    [
        "base: 55% to 65%",
        "base: 80% CI 3 to 4, best: 5",
        "base: {ci: [3, 4], level: 80%, source: 40% of May}, best: 5",
        "base: {choices: {3: 70%, 4: 30%}}, best: 5",
        "base: 3 to 4, best: 5, metric: share of 100%",
        "base: 3 to 4, worst: 0%, best: 5",
    ],
)
def test_per_cent_beside_a_number_is_no_score(score: str) -> None:
    assert "tasks.email.score.base" in read(edit("base: 0.55 to 0.65", score)).quantities


BRACES = {
    "thousands": ("existing: 200", "existing: 1,000", r"12:22: tasks\.email\.data\.existing: 1,000 has marks between digits: write 1000, or with a suffix such as 1k"),
    "decimal comma": ("existing: 200", "existing: 1,5", r"existing: 1,5 has a comma: write 1\.5 with a point"),
    "beta": ("base: 0.55 to 0.65", "base: beta(28, 12)", r"base: beta\(28, 12\) has parentheses: write beta a 28 b 12"),
    "braces": ("base: 0.55 to 0.65", "base: {28 of 40}", r"base: 28 of 40 stands in braces: leave them out"),
    "thousands in braces": ("existing: 200", "existing: {1,000}", r"existing: 1, 000 stands in braces: leave them out"),
}


@pytest.mark.parametrize(("old", "new", "message"), BRACES.values(), ids=BRACES)
def test_what_braces_and_commas_do_is_told_in_words(old: str, new: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message + r".*\n1 error"):
        read(edit(old, new))


def test_per_cent_elsewhere_than_on_the_scale_is_read() -> None:
    text = edit("base: 0.55 to 0.65", "base: 3, best: 5").replace("unseen: 0.6}", "unseen: 60%}")
    assert read(text).quantities["strategies.prompted.score.unseen"].distribution.median == 0.6


def test_the_fallback_is_scored_on_the_scale_of_the_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    text = edit("{base: 0.50}", "{base: 3, best: 5}").replace("unseen: 0.6}", "unseen: 3}")
    with pytest.raises(
        ScenarioError, match=r"--set: router\.score: per cent reads as hundredths; .*\n1 error"
    ):
        loads(text, overrides=["router={fallback: api, api: gpt-4o-mini, score: 60%}"])


def test_every_key_has_one_declaration() -> None:
    patterns = [key.pattern for key in language_of(PARAMS, ()).keys]
    assert len(patterns) == len(set(patterns))
    assert {"tasks.*.like", "strategies.*.like"} <= set(patterns)


def test_all_at_once_in_the_order_of_the_file() -> None:
    text = edit("price: $3", "prise: $3").replace("90%", "140%").replace("reference: p", "reference: x")
    with pytest.raises(ScenarioError, match="5 errors; nothing was run") as caught:
        read(text, "budget.limt=3", "gpu.spot=perhaps")
    places = [(problem.file, problem.line) for problem in caught.value.problems]
    assert places == [("--set", 0), ("--set", 0), ("a.yaml", 5), ("a.yaml", 12), ("a.yaml", 22)]


def test_a_copied_mistake_is_blamed_once() -> None:
    with pytest.raises(ScenarioError, match="1 error; nothing was run"):
        read(edit("existing: 200", "existing: many"))


def test_a_misspelt_required_key_is_not_missing_too() -> None:
    with pytest.raises(ScenarioError, match=r'bse: unknown key; did you mean "base".*\n1 error'):
        read(edit("base: llama", "bse: llama"))


LATER = {
    "luck: {budget.limit: [1, 2]}": r"a\.yaml:1:1: luck: not available yet",
    "as_of: 2027-01-04\nluck:": r"a\.yaml:2:1: luck: not available yet",
}


@pytest.fixture
def luck(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that comes with a later version."""
    keys = (*structure(), Key(pattern="luck.**", kind="text", doc="Luck.", later=True))
    monkeypatch.setattr("tuneplan.scenario.reading.language.structure", lambda: keys)


@pytest.mark.usefixtures("luck")
@pytest.mark.parametrize(("text", "message"), LATER.items())
def test_keys_of_a_later_version_are_named(text: str, message: str) -> None:
    with pytest.raises(NotAvailableYet, match=message):
        read(f"{text}\n{GOOD}")


@pytest.mark.usefixtures("luck")
def test_other_errors_come_before_what_is_not_available() -> None:
    with pytest.raises(ScenarioError, match="1 error") as caught:
        read("luck: x\n" + edit("near", "neer"))
    assert not isinstance(caught.value, NotAvailableYet)


def test_missing_numbers_are_asked_of_the_original_only(monkeypatch: pytest.MonkeyPatch) -> None:
    keys_of = loading.language_of

    def strict(params: object, strategies: object) -> object:
        language = keys_of(params, strategies)  # type: ignore[arg-type]
        marked = {"tasks.*.traffic", "unseen.score.base", "budget.limit"}
        keys = tuple(_required(key) if key.pattern in marked else key for key in language.keys)
        return loading.Language(root=language.root, keys=keys, strategies=language.strategies)

    monkeypatch.setattr(loading, "language_of", strict)
    text = edit("    traffic: 20k to 80k requests/month\n", "").replace("limit: $60k, ", "")
    with pytest.raises(ScenarioError) as caught:
        read(text.replace("score: {base: 0.50}", "note: x"))
    assert [str(problem) for problem in caught.value.problems] == [
        "a.yaml:5:1: budget.limit: missing: Limit",
        "a.yaml:9:3: tasks.email.traffic: missing: Requests",
        "a.yaml:14:1: unseen.score.base: missing: Base",
    ]


def _required(key: object) -> object:
    return replace(key, required=True)  # type: ignore[type-var]


# Files


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    cases: dict[str | Path, str] = {
        tmp_path / "none.yaml": r"none\.yaml: no such file",
        tmp_path: "this is a directory; give a scenario file",
        "a\0b": "cannot be read",
        "x" * 5000: "cannot be read",
    }
    for path, message in cases.items():
        with pytest.raises(ScenarioError, match=message):
            load(path, params=PARAMS)


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(ScenarioError, match=r"a\.yaml: no permission to read this file"):
        load("a.yaml", params=PARAMS)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"a: 1\nb: \xe9t\xe9\n", r":2:4: byte 0xe9 is not UTF-8 text; save the file as UTF-8"),
        (GOOD.encode("utf-16"), r":1:1: byte 0xff is not UTF-8 text"),
        (b"a" * 1_000_001, r"larger than 1 MB, the most a scenario may be"),
        (b"a: \0", r"1:4: character U\+0000"),
    ],
)
def test_bytes_that_are_no_scenario(tmp_path: Path, raw: bytes, message: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(raw)
    with pytest.raises(ScenarioError, match=message):
        load(path, params=PARAMS)


@pytest.mark.parametrize("seed", range(8))
def test_nothing_but_scenario_errors_whatever_the_text(seed: int) -> None:
    rng = random.Random(seed)
    pieces = (
        re.findall(r"\w+|\s+|.", GOOD) + list("{}[]:,&*!|>'\"%@`#-?\t\\~<") + ["<<", "&a ", "*a", "\n", "é"]
    )
    for _ in range(60):
        text = list(GOOD)
        for _ in range(rng.randint(1, 6)):
            at = rng.randrange(len(text))
            text[at : at + rng.randint(0, 8)] = rng.choice(pieces)
        assert all(problem.message for problem in problems_of("".join(text)))


def problems_of(text: str) -> tuple[Problem, ...]:
    try:
        read(text)
    except ScenarioError as error:
        return tuple(error.problems)
    return ()


# Size and identity


def test_a_long_chain_of_copies() -> None:
    tasks = "".join(f"  t{n}: {{like: t{n + 1}}}\n" for n in range(249))
    body = TASK.replace("examples: 5k", "examples: 5k, existing: 3")
    scenario = read(f"base: qwen2.5-7b\ntasks:\n{tasks}  t249: {body}\nstrategies: {{unified: }}")
    assert scenario.quantities["tasks.t0.data.existing"].origin == "like t249"


def test_two_hundred_tasks_are_read_in_no_time() -> None:
    body = TASK.replace("examples: 5k", "examples: 5k, price: $3 to $6 per example")
    tasks = "".join(f"  t{n}: {body}\n" for n in range(200))
    text = f"base: qwen2.5-7b\ntasks:\n{tasks}strategies: {{unified: , x: {{like: unified}}}}"
    read(text)
    times = []
    for _ in range(3):
        start = time.perf_counter()
        assert len(read(text).quantities) == 800
        times.append(time.perf_counter() - start)
    assert min(times) < 0.3


def test_fingerprint_sees_values_only() -> None:
    name = fingerprint(read())
    assert re.fullmatch("[0-9a-f]{12}", name)
    lines = GOOD.splitlines(keepends=True)
    shuffled = "# another comment\n" + "".join([lines[-1], *lines[:-1]])
    assert fingerprint(loads(shuffled, file="b.yaml", params=PARAMS)) == name
    assert fingerprint(read(edit("existing: 200", "existing: 201"))) != name
    assert fingerprint(read(edit("  specialists:\n", ""))) != name
    assert fingerprint(read(edit("lambda, spot: no", "aws, spot: yes"))) != name


def test_fingerprint_is_of_what_like_resolves_to() -> None:
    written_out = edit("{like: email, data.price: $2 to $4 per example}", (
        "{traffic: 20k to 80k requests/month, score: {base: 0.55 to 0.65},"
        " data: {existing: 200, price: $2 to $4 per example, examples: 2k}}"
    ))  # fmt: skip
    assert fingerprint(read(written_out)) == fingerprint(read())


def test_declarations_that_claim_one_key_are_a_mistake_of_ours() -> None:
    twice = Param(name="other", key="data.price", scope="task", doc="Another.")
    with pytest.raises(ValueError, match=r"two declarations claim the key tasks\.\*\.data\.price"):
        loads(GOOD, params=(*PARAMS, twice))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("$60k", "60k USD"), ("$60k", "60000 USD"), ("5% to 15%", "0.05 to 0.15"), ("[data, training]", "[training, data]"),
        ("name: Startup assistant", "name: Another title"), ("question: One model for drafting, or three?", "question: Which?"),
        ("  unified: {}", "  unified: {note: x}"),
    ],
)  # fmt: skip
def test_fingerprint_is_of_what_is_meant(old: str, new: str) -> None:
    assert fingerprint(read(edit(old, new))) == fingerprint(read())


def test_one_market_has_one_luck(monkeypatch: pytest.MonkeyPatch) -> None:
    """Training and serving rent the same card at the same price, draw by draw; another card has its own."""
    monkeypatch.undo()
    text = GOOD.replace(", provider: lambda, spot: no", "")
    rents = [lower([loads(each)], monte_carlo(64).points).inputs for each in (text, text + "serving: {gpu: a100-sxm-80gb}\n")]
    assert (rents[0]["gpu_price"] == rents[0]["serving_gpu_price"]).all()
    assert (rents[1]["gpu_price"] != rents[1]["serving_gpu_price"]).all()
