"""The reference scenario names every key, is read, runs, and is what the declarations make of it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import tuneplan
from tuneplan import ScenarioError
from tuneplan.report.reference.json_schema import json_schema
from tuneplan.report.reference.layout import UNKNOWN, reason
from tuneplan.report.reference.markdown import reference_markdown
from tuneplan.report.reference.scenario import WIDTH, as_scalar, reference_scenario
from tuneplan.scenario.grammar.quantities import parse
from tuneplan.scenario.load import loads
from tuneplan.scenario.lowering.defaults import usual_default
from tuneplan.scenario.reading.language import Language
from tuneplan.scenario.schema import RELATION_WORDS, Key

DRAWS = 64
RENEW = "renew it with: simulate schema --format yaml > scenarios/reference.yaml"


@pytest.fixture(scope="module")
def text(language: Language) -> str:
    return reference_scenario(language)


def everything(text: str) -> str:
    """The scenario with all that is left out put in."""
    return re.sub(r"^( *)#(?=[^\s#])", r"\1", text, flags=re.M)


def leaves(node: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    """Every dotted path of a tree of texts, tables included."""
    for key, value in node.items():
        path = f"{above}{key}"
        yield path, value
        if isinstance(value, dict):
            yield from leaves(value, f"{path}.")


def typed_in(text: str) -> dict[str, Any]:
    """Path -> value as typed, of all keys."""
    return dict(leaves(yaml.load(everything(text), Loader=yaml.BaseLoader)))


def places_of(key: Key, paths: dict[str, Any]) -> list[str]:
    pattern = re.escape(key.pattern.removesuffix(".**")).replace(r"\*", "[^.]+")
    return [path for path in paths if re.fullmatch(pattern, path)]


def test_the_committed_file_is_what_the_declarations_say(scenarios: Path, text: str) -> None:
    assert (scenarios / "reference.yaml").read_text(encoding="utf-8") == text, RENEW


def test_it_is_read_and_it_runs(text: str) -> None:
    result = tuneplan.loads(text).run(draws=DRAWS)
    assert result.recommended is not None


def test_every_key_appears(language: Language, text: str) -> None:
    paths = typed_in(text)
    assert [key.pattern for key in language.keys if not places_of(key, paths)] == []


def test_every_strategy_of_the_model_appears(language: Language, text: str) -> None:
    assert set(language.strategies) <= set(loads(text).strategies)


def test_every_value_is_read_by_its_own_declaration(language: Language, text: str) -> None:
    """Those of keys that are left out, too."""
    paths = typed_in(text)
    for key in language.keys:
        for path in places_of(key, paths):
            value = paths[path]
            assert value != "", path
            if key.param is not None and isinstance(value, str) and value not in RELATION_WORDS:
                parse(value, key.param)
            if key.words and isinstance(value, str) and not key.later:
                assert value in key.words, path


def test_what_is_typed_for_a_default_is_that_default(language: Language, text: str) -> None:
    quantities = loads(text).quantities
    typed = {path: key.param for key in language.keys if key.param for path in places_of(key, dict.fromkeys(quantities))}
    defaults = {path: param for path, param in typed.items() if param.default is not None and not param.example}
    assert len(defaults) > 50
    usual = {path: usual_default(param).distribution for path, param in defaults.items()}
    assert {path: quantities[path].distribution for path in defaults} == usual


def test_each_key_has_its_meaning_above_it(language: Language, text: str) -> None:
    lines = text.splitlines()
    live = loads(text)
    assert live.settings["tasks.email.score.metric"] == "win rate"
    for key in ("limit: $60k", "covers: [data, training, evaluation]", "rank: 16", "#groups: [[email, summary], [qa]]"):
        (number,) = [number for number, line in enumerate(lines) if line.strip() == key]
        assert lines[number - 1].lstrip().startswith("# ")
    assert "  # The most that may be spent on what the budget covers. US dollars, 0 or more. Optional.\n  limit: $60k\n" in text


def test_lines_are_short_and_clean(text: str) -> None:
    for line in text.splitlines():
        assert line == line.rstrip()
        assert len(line) <= WIDTH or not line.lstrip().startswith("# ")


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("tasks.*.data.labelling.minutes", "instead of data.price."),
        ("strategies.*.groups", "instead of kind."),
        ("tasks.*.headroom", "instead of score.ceiling."),
        ("unseen.headroom", "instead of score.ceiling."),
        ("router.confusion.*", "instead of router.accuracy."),
        ("law.saturation_examples", "it goes with law.transfer_form: saturating."),
        ("router.score", "it goes with router.fallback: api."),
        ("gpu.price", "so that other keys decide."),
    ],
)
def test_what_excludes_another_key_is_left_out_with_its_reason(pattern: str, why: str, language: Language, text: str) -> None:
    assert reason(language.key_of(pattern), language).endswith(why)
    given = loads(text)
    path = pattern.replace("tasks.*", "tasks.email").replace("strategies.*", "strategies.tuned").removesuffix(".*")
    assert [each for each in (*given.quantities, *given.settings) if each.startswith(path)] == []
    assert why in re.sub(r"\s+(# )?", " ", text)


def test_without_the_signs_the_loader_names_the_rivals(text: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(everything(text))
    said = str(caught.value)
    assert "data.price is given too" in said
    assert "kind and groups are both given" in said
    assert "router.accuracy is given too" in said
    assert "unknown key" not in said


def test_later_keys_stand_at_the_end_left_out(with_key: Callable[[Key], Language]) -> None:
    language = with_key(Key(pattern="luck.**", kind="luck", doc="Luck.", later=True, example="{good: 3}"))
    text = reference_scenario(language)
    assert "#luck: {good: 3}" in text.split("---- Not yet: keys that come with a later version ----")[1]


def test_a_kind_without_a_row_is_left_out(with_key: Callable[[Key], Language]) -> None:
    language = with_key(Key(pattern="riddle.*", kind="riddle", doc="A riddle."))
    text = reference_scenario(language)
    assert f"# A riddle. See what it means. Optional. Left out, so that the default holds.\n#riddle:\n  #example: {UNKNOWN}\n" in text
    assert "`riddle.NAME`" in reference_markdown(language)
    assert "riddle.*" in json_schema(language)["$defs"]


def test_a_later_key_in_a_table_is_left_out_alone(with_key: Callable[[Key], Language]) -> None:
    text = reference_scenario(with_key(Key(pattern="gpu.luck", kind="word", words=("good",), doc="Luck.", later=True)))
    assert "\ngpu:\n" in text
    assert "\n  #luck: good\n" in text


def test_a_word_whose_default_cannot_be_typed_is_left_out(with_key: Callable[[Key], Language]) -> None:
    text = reference_scenario(with_key(Key(pattern="gpu.luck", kind="word", words=("good", "bad"), doc="Luck.", default="that of the task")))
    assert "Default: that of the task. Left out, so that the default holds.\n  #luck: good\n" in text


def test_toys_are_in_it_and_it_still_runs(with_toys: Language) -> None:
    text = reference_scenario(with_toys)
    tuneplan.loads(text).run(draws=DRAWS)
    typed = typed_in(text)
    assert typed["storage.price"] == "lognormal $2/GB/month sd 0.5"
    assert typed["tasks.email.storage.size"] == typed["strategies.tuned.size"] == "5 GB"
    assert typed["strategies.tuned_by_task.size.qa"] == "5 GB"
    assert "strategies.halves" in typed
    assert typed["strategies.untouched"] == {"like": "prompted", "kind": "untouched"}
    assert "#miserliness: 50%" in text
    assert "it goes with law.transfer_form: miserly." in re.sub(r"\s+(# )?", " ", text)


@pytest.mark.parametrize(
    ("text", "scalar"),
    [
        ("20k to 80k requests/month", "20k to 80k requests/month"),
        ("$3 to $6 per example", "$3 to $6 per example"),
        ("[[a], [b]]", "[[a], [b]]"),
        ("what: this", "'what: this'"),
        ("it's # this", "'it''s # this'"),
        ("@home", "'@home'"),
        ("- a", "'- a'"),
        ("{a: 1", "{a: 1"),
    ],
)
def test_values_are_quoted_where_yaml_needs_it(text: str, scalar: str) -> None:
    assert as_scalar(text) == scalar


def test_no_run_loads_what_writes_it(scenarios: Path) -> None:
    program = (
        "import sys\n"
        "from tuneplan.cli.main import main\n"
        f"main(['run', {str(scenarios / 'unseen_task.yaml')!r}, '--draws', '16'])\n"
        "assert not [name for name in sys.modules if name.startswith('tuneplan.report.reference')]\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
