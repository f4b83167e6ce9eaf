"""What the loader reads passes the schema; for each kind of key a wrong file is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from building import nested
from tuneplan.report.reference.json_schema import json_schema
from tuneplan.report.reference.scenario import reference_scenario
from tuneplan.scenario.load import loads
from tuneplan.scenario.reading.language import Language
from tuneplan.scenario.schema import Key

MOST_BYTES = 295_000
TIMESTAMP, BOOL, INT = "tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:int"


class Editor11(yaml.SafeLoader):
    """YAML 1.1 as editors read it: yes and no are truths, dates stay texts."""


class Editor12(Editor11):
    """YAML 1.2: yes and no are texts."""


def _without(*tags: str) -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    kept = yaml.SafeLoader.yaml_implicit_resolvers
    return {first: [each for each in rules if each[0] not in tags] for first, rules in kept.items()}


Editor11.yaml_implicit_resolvers = _without(TIMESTAMP)  # type: ignore[assignment]
Editor12.yaml_implicit_resolvers = _without(TIMESTAMP, BOOL, INT)  # type: ignore[assignment]
Editor12.add_implicit_resolver(BOOL, re.compile("(true|True|TRUE|false|False|FALSE)$"), list("tTfF"))
Editor12.add_implicit_resolver(INT, re.compile("[-+]?[0-9]+$"), list("-+0123456789"))
EDITORS = (Editor11, Editor12)


def seen(text: str, editor: type = Editor12) -> Any:
    return yaml.load(text, Loader=editor)


@pytest.fixture(scope="module")
def check(language: Language) -> Callable[..., list[str]]:
    """What an editor underlines: places and messages."""

    @cache
    def validator() -> Draft202012Validator:
        return Draft202012Validator(json_schema(language))

    def errors(file: Any) -> list[str]:
        return [f"{each.json_path}: {each.message}" for each in validator().iter_errors(file)]

    return errors


GOOD = """\
schema: 1
start: 2027-01-04
budget: {limit: $60k, covers: [data, training]}
base: llama-3.1-8b-instruct
gpu: {spot: no}
tasks:
  email:
    traffic: 20k to 80k requests/month
    score: {base: 0.55}
    data: {examples: 2000}
  日本: {like: email, data.price: $2 to $4 per example, score: {base: 60%}}
similarity: {email/日本: near}
lora: {rank: 16}
strategies:
  unified: {}
  specialists:
  pair: {groups: [[email], [日本]], examples: {email: 500}}
"""


def edited(path: str, value: Any) -> Any:
    """The sound file with one thing changed."""
    file = seen(GOOD)
    *above, last = path.split(" ")
    place = file
    for word in above:
        place = place.setdefault(word, {}) if isinstance(place, dict) else place
    place[last] = value
    return file


def test_it_is_a_schema_small_and_self_contained(language: Language) -> None:
    schema = json_schema(language)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "$id" not in schema
    text = json.dumps(schema, indent=2)
    assert len(text) <= MOST_BYTES
    references = set(re.findall(r'"\$ref": "#/\$defs/([^"]*)"', text))
    assert references <= set(schema["$defs"])
    assert {"include", "overrides"} & set(schema["$defs"]["change:"]["properties"]) == set()
    assert re.findall(r'"\$ref": "[^#]', text) == []


@pytest.mark.parametrize("editor", EDITORS)
def test_the_shipped_scenarios_pass(scenarios: Path, editor: type, check: Callable[..., list[str]]) -> None:
    files = sorted(scenarios.glob("*.yaml"))
    assert len(files) >= 3
    assert {file.name: check(seen(file.read_text(encoding="utf-8"), editor)) for file in files} == {file.name: [] for file in files}


@pytest.mark.parametrize("editor", EDITORS)
def test_every_key_passes_with_the_value_of_the_reference(
    editor: type, language: Language, check: Callable[..., list[str]]
) -> None:
    """The keys that the reference leaves out stand here too, as no rule between keys is checked."""
    everything = re.sub(r"^( *)#(?=[^\s#])", r"\1", reference_scenario(language), flags=re.M)
    assert check(seen(everything, editor)) == []


@pytest.mark.parametrize("editor", EDITORS)
def test_what_the_loader_reads_passes(editor: type, check: Callable[..., list[str]]) -> None:
    loads(GOOD)
    assert check(seen(GOOD, editor)) == []


RIGHT = [
    ("budget limit", {"value": "$60k", "source": "a letter", "grade": "A"}),
    ("budget covers", "data"),
    ("tasks email data price", {"ci": ["$2/example", "$5/example"], "level": "80%", "shape": "log_normal"}),
    ("tasks email data quality", {"choices": {"90%": 0.5, "1": "50%"}}),
    ("tasks email epochs", {"same_as": "tasks.日本.epochs"}),
    ("tasks email score base", "28 of 40"),
    ("tasks email note", 5),
    ("tasks email mostly_format", "YES"),
    ("gpu kind", "a card of my own"),
    ("base", "a-model-of-mine"),
    ("similarity", {"email > 日本": 0.3}),
    ("router", {"confusion": {"email>日本": "3%"}}),
    ("unseen", {"similarity": {"email": "far"}}),
    ("strategies best", {"kind": "unified", "score": {"email": 0.6, "unseen": 0.5}}),
    ("strategies best", {"like": "pair", "examples.email": 700, "quality": {"value": "90%"}}),
    ("strategies best", {"like": "pair", "examples": {"email": "2k", "日本": {"ci": [2, 5]}}}),
    ("schema", "1"),
    ("deadline", {"date": "2027-04-30", "delay_cost": "$1k/day"}),
    ("schedule holidays", ["2027-04-02", "2027-04-05"]),
    ("schedule holidays", "2027-04-02"),
    ("schedule holidays", []),
    ("schedule days", ["mon", "sat"]),
    ("schedule annotators", 3),
    ("schedule onboarding", 3.5),
    ("schedule counts", "no"),
    ("tasks email data pace", "3 to 5 examples/hour"),
]


@pytest.mark.parametrize(("path", "value"), RIGHT, ids=[f"{path}: {value}" for path, value in RIGHT])
def test_all_that_is_right_is_left_alone(path: str, value: Any, check: Callable[..., list[str]]) -> None:
    assert check(edited(path, value)) == []


WRONG = [
    ("an unknown key at the top", "bugdet", {"limit": "$60k"}, "bugdet"),
    ("an unknown key in a task", "tasks email data prise", "$3/example", "prise"),
    ("an unknown key in a strategy", "strategies unified exampels", "2k", "exampels"),
    ("a quantity that is a list", "budget limit", ["$60k"], "budget.limit"),
    ("a quantity that is a truth", "budget limit", True, "budget.limit"),
    ("a quantity that is nothing", "budget limit", None, "budget.limit"),
    ("a bare number that needs a unit", "budget limit", 60_000, "budget.limit"),
    ("a bare number outside its bounds", "lora rank", 0, "lora.rank"),
    ("a bare number that is not whole", "lora rank", 2.5, "lora.rank"),
    ("a share above 1", "tasks email data quality", 90, "data.quality"),
    ("a full form with an unknown key", "tasks email epochs", {"value": 3, "sauce": "me"}, "epochs"),
    ("a full form without a meaning", "tasks email epochs", {"source": "me"}, "epochs"),
    ("a full form with two meanings", "tasks email epochs", {"value": 3, "ci": [2, 4]}, "epochs"),
    ("a level beside a value", "tasks email epochs", {"value": 3, "level": "80%"}, "epochs"),
    ("an interval with three ends", "tasks email epochs", {"ci": [2, 3, 4]}, "epochs"),
    ("an unknown shape", "tasks email epochs", {"ci": [2, 3], "shape": "round"}, "epochs"),
    ("a grade of two letters", "tasks email epochs", {"value": 3, "grade": "AB"}, "epochs"),
    ("a text that is a list", "question", ["why"], "question"),
    ("a word that is not allowed", "method", "adapters", "method"),
    ("a word of a law", "law", {"transfer_form": "cubic"}, "transfer_form"),
    ("a word that is a table", "method", {"full": True}, "method"),
    ("a catalogue name that is a number", "base", 8, "base"),
    ("neither yes nor no", "gpu spot", "maybe", "gpu.spot"),
    ("a date the other way round", "start", "04-01-2027", "start"),
    ("holidays that are no dates", "schedule holidays", ["Good Friday"], "holidays"),
    ("a holiday listed twice", "schedule holidays", ["2027-04-02", "2027-04-02"], "holidays"),
    ("a day that no week has", "schedule days", ["monday"], "days"),
    ("half a person", "schedule annotators", 2.5, "annotators"),
    ("more people than fit", "schedule annotators", 201, "annotators"),
    ("a pace without a unit", "tasks email data pace", 3, "pace"),
    ("names that are none", "budget covers", ["data", "fame"], "covers"),
    ("a name listed twice", "budget covers", ["data", "data"], "covers"),
    ("no names", "budget covers", [], "covers"),
    ("groups that are a list of tasks", "strategies pair groups", ["email", "日本"], "groups"),
    ("another version", "schema", 2, "schema"),
    ("a task with a dot", "tasks a.b", {"traffic": "1k requests/month", "score": {"base": 0.5}}, "a.b"),
    ("a task with a space", "tasks a b", {}, "a"),
    ("a task called unseen", "tasks unseen", {"traffic": "1k requests/month", "score": {"base": 0.5}}, "unseen"),
    ("a task that lacks its traffic", "tasks email", {"score": {"base": 0.5}}, "traffic"),
    ("a task that lacks its base score", "tasks email score", {"ceiling": 0.9}, "base"),
    ("a dotted key without like", "tasks email data.price", "$3/example", "data.price"),
    ("a dotted key at the top", "budget.limit", "$60k", "budget.limit"),
    ("a dotted key of a strategy without like", "strategies unified examples.email", "2k", "examples.email"),
    ("a pair of one task", "similarity email", "near", "email"),
    ("a pair of three tasks", "similarity a/b/c", "near", "a/b/c"),
    ("a misroute with a slash", "router", {"confusion": {"email/日本": "3%"}}, "email/日本"),
    ("no tasks", "tasks", {}, "tasks"),
    ("no strategies", "strategies", {}, "strategies"),
    ("a table that is a text", "budget", "$60k", "budget"),
]


@pytest.mark.parametrize(("path", "value", "named"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_a_wrong_file_is_refused(path: str, value: Any, named: str, check: Callable[..., list[str]]) -> None:
    errors = check(edited(path, value))
    assert errors
    assert any(named in error for error in errors)


@pytest.mark.parametrize("missing", ["base", "tasks", "strategies"])
def test_what_has_to_be_given_is_asked_for(missing: str, check: Callable[..., list[str]]) -> None:
    file = seen(GOOD)
    del file[missing]
    assert check(file) == [f"$: {missing!r} is a required property"]


def test_a_key_says_what_it_means(language: Language) -> None:
    schema = json_schema(language)
    price = schema["$defs"]["tasks.*.data.labelling.wage"]
    assert price["title"] == "tasks.TASK.data.labelling.wage"
    assert price["description"] == (
        "Pay an hour. US dollars per hour, 0 to 100k. Default: log-normal, median $14, 90 % $7.25 to $27/hour. "
        "Source: assumed: Prolific recommended 12, living wage 16.54 (2021 to 2025); spread assumed (2026-11)."
    )
    assert schema["$defs"]["method"]["description"] == "How weights are tuned. One of: full, lora, qlora. Default: full."
    assert schema["$defs"]["base"]["description"].endswith("It has to be given.")
    assert "h100-sxm" in schema["$defs"]["names:gpus"]["enum"]
    assert {key.pattern for key in language.keys} <= set(schema["$defs"])


def test_strategies_of_the_model_are_suggested_with_what_they_are(language: Language) -> None:
    strategies = json_schema(language)["$defs"]["file:strategies"]["properties"]
    assert tuple(strategies) == language.strategies
    assert strategies["merged"]["description"] == "Specialists, merged into one model without more training."


def test_a_later_key_passes_and_says_that_it_is_late(with_key: Callable[[Key], Language]) -> None:
    language = with_key(Key(pattern="luck.**", kind="word", words=("good", "bad"), doc="Luck.", later=True))
    schema = json_schema(language)
    assert Draft202012Validator(schema).is_valid({**seen(GOOD), "luck": {"of": ["any", "kind"]}})
    assert 'answered with "not available yet"' in schema["$defs"]["luck.**"]["description"]


def test_a_kind_without_a_row_takes_anything(with_key: Callable[[Key], Language]) -> None:
    valid = Draft202012Validator(json_schema(with_key(Key(pattern="riddle.*", kind="riddle", doc="A riddle.")))).is_valid
    assert valid({**seen(GOOD), "riddle": {"who.knows": [{"what": 1}]}})
    assert not valid({**seen(GOOD), "ridle": {}})


def test_changes_take_dotted_keys_at_any_depth(with_key: Callable[[Key], Language]) -> None:
    language = with_key(Key(pattern="changes.*", kind="override", doc="Named changes."))
    schema = json_schema(language)
    Draft202012Validator.check_schema(schema)
    assert len(json.dumps(schema, indent=2)) <= MOST_BYTES

    def is_valid(**changes: Any) -> bool:
        return Draft202012Validator(schema).is_valid({**seen(GOOD), "changes": {"dear": changes}})

    right: list[dict[str, Any]] = [
        {"gpu.price": "$4/hour"},
        {"tasks.email.data.price": "$9/example", "tasks.email.data": {"labelling.wage": "$20/hour"}},
        {"tasks": {"email.traffic": "1k requests/month"}},
        {"strategies.pair.examples": "2k", "strategies.pair.examples.email": {"ci": [2, 5]}},
        {"similarity.email/日本": "far", "router.confusion.email>日本": "3%"},
        nested({"gpu.price": "$4/hour"}),
        {},
    ]
    wrong: list[dict[str, Any]] = [
        {"gpu.prize": "$4/hour"},
        {"gpu.price": 4},
        {"tasks.email": "gone"},
        {"tasks.unseen.traffic": "1k requests/month"},
        {"similarity.email": "far"},
    ]
    assert [is_valid(**changes) for changes in right] == [True] * len(right)
    assert [is_valid(**changes) for changes in wrong] == [False] * len(wrong)


def test_a_file_that_another_one_completes_lacks_nothing(with_key: Callable[[Key], Language]) -> None:
    key = Key(pattern="beside", kind="include", doc="Files to read first.")
    valid = Draft202012Validator(json_schema(with_key(key))).is_valid
    part = {"tasks": {"email": {"traffic": "1k requests/month"}}}
    assert valid({**part, "beside": "whole.yaml"})
    assert valid({**part, "beside": ["one.yaml", "two.yaml"]})
    assert not valid({**part, "beside": ["one.yaml"], "baes": "x"})
    assert not valid(part)
    assert valid(seen(GOOD))


def test_toys_are_in_it(with_toys: Language) -> None:
    schema = json_schema(with_toys)
    assert "Price of keeping | one model's weights." in schema["$defs"]["storage.price"]["description"]
    valid = Draft202012Validator(schema).is_valid
    assert valid({**seen(GOOD), "storage": {"price": "$1 per GB per month"}, "law": {"transfer_form": "miserly", "miserliness": 0.5}})
    assert not valid({**seen(GOOD), "storage": {"prise": "$1 per GB per month"}})
    assert not valid({**seen(GOOD), "law": {"miserliness": 1.5}})
    assert "halves" in schema["$defs"]["file:strategies"]["properties"]


def _descriptions(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (value for key, value in node.items() if key == "description" and isinstance(value, str))
        for value in node.values():
            yield from _descriptions(value)


def test_every_description_is_one_line_of_whole_sentences(language: Language) -> None:
    for text in _descriptions(json_schema(language)):
        assert "\n" not in text
        assert text.endswith(".")
        assert ".." not in text.replace("LOW..HIGH", "LOW to HIGH")
