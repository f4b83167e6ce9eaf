"""Layers of a scenario: included files, the file, the overrides of the chosen set, --set; the later one holds."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tuneplan.errors import ScenarioError
from tuneplan.scenario.identity import fingerprint
from tuneplan.scenario.load import load, loads
from tuneplan.scenario.reading.includes import MOST_INCLUDED
from tuneplan.scenario.records import Scenario

BODY = """\
schema: 1
base: llama-3.1-8b
tasks:
  email:
    traffic: 20k requests/month
    score: {base: 0.5 to 0.6, ceiling: 0.9}
    data: {examples: 2k, price: $3 to $6 per example}
  qa: {like: email}
similarity: {email/qa: far}
strategies: {unified: {}, prompted: {like_base: yes}}
"""
OVERRIDES = """\
overrides:
  dear: {gpu.price: $4/hour, tasks.email.data.price: $9 per example}
  dearer: {gpu: {price: $8/hour}}
  poor: {budget.limit: $5k}
scenarios: {default: [poor], squeeze: [dear, dearer], calm: []}
"""

Files = Callable[[Mapping[str, str]], Path]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """A folder with a scenario, ``s.yaml``, and what it includes."""

    def write(texts: Mapping[str, str]) -> Path:
        for name, text in texts.items():
            path = tmp_path / "here" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path / "here" / "s.yaml"

    return write


def text_of(scenario: Scenario, path: str) -> str:
    return scenario.quantities[path].text


# include


def test_a_file_holds_over_what_it_includes_and_later_includes_over_earlier(files: Files) -> None:
    path = files({
        "s.yaml": "include: [one.yaml, two.yaml]\nhorizon: 3 months\n" + BODY,
        "one.yaml": "horizon: 1 month\nbudget: {limit: $1k, confidence: 80%}\ngpu: {price: $1/hour}\n",
        "two.yaml": "include: deep/three.yaml\nbudget: {limit: $2k}\n",
        "deep/three.yaml": "budget: {limit: $3k}\ngpu: {price: $3/hour}\n",
    })  # fmt: skip
    scenario = load(path)
    assert {key: text_of(scenario, key) for key in ("horizon", "budget.limit", "budget.confidence", "gpu.price")} == {
        "horizon": "3 months", "budget.limit": "$2k", "budget.confidence": "80%", "gpu.price": "$3/hour",
    }  # fmt: skip
    assert scenario.quantities["budget.limit"].origin == "include two.yaml"
    assert scenario.quantities["gpu.price"].place.file.endswith("deep/three.yaml")
    assert (scenario.origins["horizon"], scenario.origins["base"]) == ("file", "file")


def test_an_included_task_can_be_changed_copied_and_come_first(files: Files) -> None:
    included = "tasks:\n  first: {traffic: 1k requests/month, score: {base: 0.5}, data: {examples: 7}}\n"
    path = files({"s.yaml": "include: t.yaml\n" + BODY + "\n", "t.yaml": included})
    assert load(path).tasks == ("first", "email", "qa")
    changed = BODY.replace("  qa: {like: email}", "  first: {data: {examples: 9}}\n  qa: {like: first}")
    scenario = load(files({"s.yaml": "include: t.yaml\n" + changed, "t.yaml": included}))
    assert text_of(scenario, "tasks.first.data.examples") == "9"
    assert text_of(scenario, "tasks.qa.data.examples") == "9"
    assert text_of(scenario, "tasks.qa.traffic") == "1k requests/month"


def test_a_pair_may_be_said_anew_in_another_way(files: Files) -> None:
    def pairs(mine: str, theirs: str) -> set[str]:
        text = BODY.replace("email/qa: far", mine)
        scenario = load(files({"s.yaml": "include: p.yaml\n" + text, "p.yaml": f"similarity: {{{theirs}}}\n"}))
        return {path for path in {**scenario.quantities, **scenario.settings} if path.startswith("similarity.")}

    assert pairs("email/qa: far", "qa/email: near") == {"similarity.qa/email"}
    assert pairs("email/qa: far", "email>qa: 0.3, qa>email: 0.2") == {"similarity.email/qa"}
    assert pairs("email>qa: 0.3", "email/qa: far") == {"similarity.email>qa", "similarity.email/qa"}


def test_where_a_number_was_typed_does_not_change_the_hash(files: Files) -> None:
    apart = load(files({"s.yaml": "include: b.yaml\n" + BODY, "b.yaml": "budget: {limit: $2k}\n"}))
    assert fingerprint(apart) == fingerprint(loads(BODY + "budget: {limit: $2k}\n"))
    assert fingerprint(loads(BODY + OVERRIDES)) == fingerprint(loads(BODY + "budget: {limit: $5k}\n"))


BAD_INCLUDES: dict[str, tuple[str, str]] = {
    "missing": ("include: none.yaml\n", r's\.yaml:1:10: include: "none\.yaml": no such file'),
    "directory": ("include: folder\n", r'"folder": this is a directory'),
    "outside": ("include: ../out.yaml\n", r'"\.\./out\.yaml" lies outside the folder of the scenario; copy it there'),
    "absolute": ("include: /etc/passwd\n", r'"/etc/passwd" lies outside the folder'),
    "link to the outside": ("include: link.yaml\n", r'"link\.yaml" lies outside the folder'),
    "itself": ("include: s.yaml\n", r"include goes in a circle: s\.yaml -> s\.yaml"),
    "circle": ("include: [x.yaml]\n", r"x\.yaml:1:10: include: include goes in a circle: s\.yaml -> x\.yaml -> s\.yaml"),
    "list": ("include: list.yaml\n", r'list\.yaml:1:1: include: an included file holds keys such as "tasks:"'),
    "bytes": ("include: bytes.yaml\n", r'"bytes\.yaml": byte 0xe9 is not UTF-8 text'),
    "empty": ("include:\n", r"include: nothing is given; write the name of a file below the scenario's folder"),
    "table": ("include: {a: b}\n", r"include: write the name of a file below the scenario's folder, or a list of them"),
    "fault inside": ("include: fault.yaml\n", r"fault\.yaml:1:22: budget\.confidence: 140% is not a share"),
    "no YAML": ("include: syntax.yaml\n", r"syntax\.yaml:2:1: the \"\[\" of line 1, column 4 is not closed"),
    "twice in one": ("include: twice.yaml\n", r'twice\.yaml:2:1: "horizon" is given twice; first at line 1, column 1'),
    "nul": ('include: "a\\u0085b"\n', r"include: "),
}  # fmt: skip


@pytest.mark.parametrize(("head", "message"), BAD_INCLUDES.values(), ids=BAD_INCLUDES)
def test_a_bad_include_is_told_where_it_is_named(files: Files, tmp_path: Path, head: str, message: str) -> None:
    path = files({
        "s.yaml": head + BODY, "folder/x": "", "x.yaml": "include: s.yaml\n", "list.yaml": "- a\n",
        "fault.yaml": "budget: {confidence: 140%}\n", "syntax.yaml": "a: [1\n",
        "twice.yaml": "horizon: 3 months\nhorizon: 4 months\n",
    })  # fmt: skip
    (tmp_path / "here" / "bytes.yaml").write_bytes(b"name: Caf\xe9\n")
    (tmp_path / "out.yaml").write_text("horizon: 1 month\n")
    os.symlink(tmp_path / "out.yaml", tmp_path / "here" / "link.yaml")
    with pytest.raises(ScenarioError, match=message):
        load(path)


def test_too_many_files_are_not_read(files: Files) -> None:
    names = [f"f{number}.yaml" for number in range(MOST_INCLUDED + 1)]
    path = files({"s.yaml": f"include: [{', '.join(names)}]\n" + BODY, **dict.fromkeys(names, "horizon: 3 months\n")})
    with pytest.raises(ScenarioError, match=f"more than {MOST_INCLUDED} files are included"):
        load(path)


def test_text_has_no_folder_to_include_from() -> None:
    with pytest.raises(ScenarioError, match=r"scenario:1:10: include: a scenario that is no file has no folder to read from"):
        loads("include: a.yaml\n" + BODY)


# overrides and scenarios


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ("", {"budget.limit": "$5k"}),
        ("default", {"budget.limit": "$5k"}),
        ("calm", {}),
        ("squeeze", {"gpu.price": "$8/hour", "tasks.email.data.price": "$9 per example"}),
    ],
)
def test_the_overrides_of_the_chosen_scenario_hold(chosen: str, expected: dict[str, str]) -> None:
    scenario = loads(BODY + OVERRIDES, scenario=chosen)
    changed = {path: quantity.text for path, quantity in scenario.quantities.items() if quantity.origin.startswith("override")}
    assert changed == expected
    assert scenario.chosen == (chosen or "default")
    assert scenario.sets == ("default", "squeeze", "calm")
    assert text_of(scenario, "tasks.qa.data.price") == "$3 to $6 per example"


def test_precedence_from_the_file_to_the_command_line(files: Files) -> None:
    path = files({"s.yaml": "include: i.yaml\n" + BODY + OVERRIDES, "i.yaml": "gpu: {price: $1/hour}\n"})
    prices = [load(path), load(path, scenario="squeeze"), load(path, scenario="squeeze", overrides=["gpu.price=$16/hour"])]
    assert [text_of(each, "gpu.price") for each in prices] == ["$1/hour", "$8/hour", "$16/hour"]
    assert [each.quantities["gpu.price"].origin for each in prices] == ["include i.yaml", "override dearer", "--set"]


def test_an_override_may_add_a_strategy_and_is_placed_in_the_file() -> None:
    text = BODY + "overrides:\n  more: {strategies.merged.method: lora}\nscenarios: {with_more: [more]}\n"
    assert loads(text).strategies == ("unified", "prompted")
    scenario = loads(text, scenario="with_more")
    assert scenario.strategies == ("unified", "prompted", "merged")
    assert scenario.places["strategies.merged.method"].line == 12


BAD_OVERRIDES: dict[str, tuple[str, str, str]] = {
    "unknown scenario": ("", "squeze", r'--scenario: "squeze" is none of the scenarios; did you mean "squeeze"\?'),
    "unknown override": ("scenarios: {x: [dere]}\n", "", r'scenarios\.x: "dere" is not allowed; did you mean "dear"\?'),
    "scenario of a table": ("scenarios: {x: {a: b}}\n", "", r"scenarios\.x: needs a list of words; allowed: dear, poor"),
    "unknown key": ("overrides: {x: {gpu.prise: $4/hour}}\n", "", r'scenario:1:17: gpu\.prise: unknown key; did you mean "price"\?'),
    "unknown task": ("overrides: {x: {tasks.emial.traffic: 3 requests/month}}\n", "", r'tasks\.emial: unknown task; did you mean "email"'),
    "bad value, unused": ("overrides: {x: {budget.limit: 5k}}\n", "", r"1:31: budget\.limit: 5k needs a unit"),
    "bad scale, unused": ("overrides: {x: {tasks.email.score.scale: wide}}\n", "", r"tasks\.email\.score\.best: \"wide\" is not a number"),
    "nothing": ("overrides: {x: {}}\n", "", r"overrides\.x: an override names keys with their new values"),
    "a list": ("overrides: {x: [a]}\n", "", r"1:16: overrides\.x: an override names keys"),
    "include inside": ("overrides: {x: {include: a.yaml}}\n", "", r"include: include is read in files alone, not in an override"),
    "overrides inside": ("overrides: {x: {overrides.y: {a: b}}}\n", "", r"overrides is read in files alone"),
    "name": ("overrides: {a b: {horizon: 3 months}}\n", "", r'the name of an override holds letters, digits, "_" and "-"; not " "'),
    "twice": ("overrides: {x: {horizon: 3 months, horizon: 4 months}}\n", "", r'"horizon" is given twice'),
    "dotted twice": ("overrides: {x: {gpu.price: $4/hour, gpu: {price: $5/hour}}}\n", "", r"gpu\.price: given twice; first at line 1, column 17"),
}  # fmt: skip


@pytest.mark.parametrize(("head", "chosen", "message"), BAD_OVERRIDES.values(), ids=BAD_OVERRIDES)
def test_a_bad_override_is_told_whether_used_or_not(head: str, chosen: str, message: str) -> None:
    text = OVERRIDES
    if head.startswith("scenarios"):
        text = "overrides: {dear: {gpu.price: $4/hour}, poor: {budget.limit: $5k}}\n"
    elif head:
        text = ""
    with pytest.raises(ScenarioError, match=message):
        loads(head + BODY + text, scenario=chosen)


def test_a_scenario_where_none_is_declared() -> None:
    with pytest.raises(ScenarioError, match=r'"squeeze" is none of the scenarios; the file declares none, write "scenarios: \{NAME: \[OVERRIDE, \.\.\.\]\}"'):
        loads(BODY, scenario="squeeze")


def test_set_cannot_change_what_files_alone_hold() -> None:
    with pytest.raises(ScenarioError, match=r"--set: include: include is read in files alone"):
        loads(BODY, overrides=["include=a.yaml"])


def test_unused_overrides_are_known() -> None:
    assert list(loads(BODY + OVERRIDES.replace(", calm: []", "").replace("default: [poor], ", "")).unused) == ["poor"]
    assert loads(BODY + OVERRIDES).unused == {}


# the scale of a metric, in one


@pytest.mark.parametrize(
    ("scale", "ends"), [("0 to 100", (0, 100)), ("100", (0, 100)), ("5 to 1", (5, 1)), ("-1 to 1", (-1, 1)), ("1 to 5", (1, 5))]
)
def test_a_scale_is_its_two_ends(scale: str, ends: tuple[float, float]) -> None:
    low, high = sorted(ends)
    middle = (low + high) / 2
    floor = ", floor: 4.9" if ends[0] > ends[1] else ""
    score = f"score: {{base: {middle}, ceiling: {0.8 * ends[1] + 0.2 * ends[0]}, scale: {scale}{floor}}}"
    scenario = loads(BODY.replace("score: {base: 0.5 to 0.6, ceiling: 0.9}", score))
    found = tuple(scenario.quantities[f"tasks.qa.score.{end}"].distribution.median for end in ("worst", "best"))
    assert found == ends
    assert "tasks.email.score.scale" not in scenario.settings


def test_a_scale_and_its_ends_replace_one_another_across_layers() -> None:
    text = BODY.replace("score: {base: 0.5 to 0.6, ceiling: 0.9}", "score: {base: 60, ceiling: 90, scale: 0 to 100}")
    scenario = loads(text, overrides=["tasks.email.score.best=200", "tasks.qa.score.scale=0 to 300"])
    assert text_of(scenario, "tasks.email.score.best") == "200"
    assert text_of(scenario, "tasks.qa.score.best") == "300"


BAD_SCALES = {
    "empty": ("scale: ", r"score\.scale: write the worst and the best value, for example 0 to 100, or 5 to 1 for a loss"),
    "list": ("scale: [0, 100]", r"score\.scale: write the worst and the best value"),
    "words": ("scale: low to high", r'score\.worst: "low" is not a number'),
    "both": ("scale: 0 to 100, best: 5", r"score\.best is given too, at line 6, column \d+; give the scale, or its ends"),
    "same": ("scale: 5 to 5", r"score\.worst and score\.best are the same"),
    "falls": ("scale: 5 to 1", r"score\.floor: missing: a metric that falls"),
    "off it": ("scale: 2 to 5", r'"0\.5 to 0\.6" lies outside the metric\'s scale, 2 to 5'),
}


@pytest.mark.parametrize(("scale", "message"), BAD_SCALES.values(), ids=BAD_SCALES)
def test_a_bad_scale_is_refused_in_words(scale: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        loads(BODY.replace("ceiling: 0.9}", f"{scale}}}"))


SCORE = "score: {base: 0.5 to 0.6, ceiling: 0.9}"


@pytest.mark.parametrize("scale", ["scale: 0 to 1", "worst: 0, best: 1", "scale: 1", "scale: 1 to 0, floor: 0.9"])
@pytest.mark.parametrize("base", ["40%", "28 of 70", "beta a 2 b 3", "logit-normal 0.4 sd 0.3"])
def test_a_share_can_be_read_on_a_scale_from_0_to_1(base: str, scale: str) -> None:
    ceiling = "5%" if scale.startswith("scale: 1 to 0") else "90%"
    found = loads(BODY.replace(SCORE, f"score: {{base: {base}, ceiling: {ceiling}, {scale}}}"))
    assert found.quantities["tasks.qa.score.base"].distribution.median == pytest.approx(0.4, abs=0.02)


@pytest.mark.parametrize("base", ["28 of 40", "beta a 2 b 3", "{value: 28 of 40, source: a test}", "logit-normal 0.4 sd 0.3"])
def test_a_share_on_a_scale_of_its_own_is_refused(base: str) -> None:
    message = r"6:\d+: tasks\.email\.score\.base: this reads as a share between 0 and 1; this metric has a scale of 0 to 100: write the number on it, for example 60 to 80\n1 error"
    with pytest.raises(ScenarioError, match=message):
        loads(BODY.replace(SCORE, f"score: {{base: {base}, ceiling: 90, scale: 0 to 100}}"))
    with pytest.raises(ScenarioError, match=r"for example 1\.8 to 2\.6"):
        loads(BODY.replace(SCORE, f"score: {{base: {base}, ceiling: 1.1, floor: 4, scale: 5 to 1}}"))


def test_a_beta_between_its_ends_stands_on_any_scale() -> None:
    score = "score: {base: beta a 2 b 3 within 10 to 80, ceiling: 90, scale: 0 to 100}"
    assert 10 < loads(BODY.replace(SCORE, score)).quantities["tasks.qa.score.base"].distribution.median < 80


def test_copied_scores_have_to_fit_a_scale_given_here() -> None:
    """0.5 to 0.6 of a scale from 0 to 1 would be next to nothing out of 100; of 1 to 5 it is outside."""
    for scale, words in (("0 to 100", "0 to 100"), ("1 to 5", "1 to 5")):
        with pytest.raises(ScenarioError) as caught:
            loads(BODY.replace("qa: {like: email}", f"qa: {{like: email, score.scale: {scale}}}"))
        assert [problem.path for problem in caught.value.problems] == ["tasks.qa.score.base", "tasks.qa.score.ceiling"]
        assert caught.value.problems[0].message == f'"0.5 to 0.6" is copied (like email) and not on {words}, the scale given here: give score.base too'
    mended = "qa: {like: email, score.scale: 0 to 100, score.base: 50 to 60, score.ceiling: 90}"
    assert text_of(loads(BODY.replace("qa: {like: email}", mended)), "tasks.qa.score.base") == "50 to 60"


def test_a_copied_floor_of_0_fits_a_wider_scale() -> None:
    text = BODY.replace("ceiling: 0.9}", "ceiling: 0.9, floor: 0}")
    assert loads(text.replace("qa: {like: email}", "qa: {like: email, score.scale: 0 to 100, score.base: 50, score.ceiling: 90}"))


# what holds nowhere is read too


def problems_of(text: str, **options: object) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        loads(text, **options)  # type: ignore[arg-type]
    return [str(problem) for problem in caught.value.problems]


def test_a_mistake_that_something_lies_over_is_told(files: Files) -> None:
    wrong = BODY + "budget: {limit: 60kg}\n"
    mended = wrong + "overrides: {poor: {budget.limit: $5k}}\nscenarios: {default: [poor]}\n"
    alone = problems_of(wrong)
    assert len(alone) == 1
    assert problems_of(wrong, overrides=["budget.limit=$5k"]) == problems_of(mended) == alone
    with pytest.raises(ScenarioError, match=r"i\.yaml:1:17: budget\.limit: 60kg .*\n1 error"):
        load(files({"s.yaml": "include: i.yaml\n" + BODY + "budget: {limit: $5k}\n", "i.yaml": "budget: {limit: 60kg}\n"}))
    with pytest.raises(ScenarioError, match=r"--set: budget\.limit: 60kg .*\n1 error"):
        loads(BODY, overrides=["budget.limit=60kg", "budget.limit=$5k"])


def test_a_mistake_that_is_copied_or_scaled_is_told_once() -> None:
    (of_the_copy,) = problems_of(BODY.replace("$3 to $6 per example", "3 bags"), overrides=["tasks.email.data.price=$3/example"])
    assert "tasks.qa.data.price" in of_the_copy
    (of_a_scale,) = problems_of(BODY.replace("ceiling: 0.9}", "ceiling: 0.9, scale: 0 to wide}"))
    assert '"wide" is not a number' in of_a_scale
    (under_a_scale,) = problems_of(BODY.replace("ceiling: 0.9}", "ceiling: 0.9, scale: 0 to wide}"), overrides=["tasks.email.score.scale=0 to 1", "tasks.qa.score.scale=0 to 1"])
    assert '"wide" is not a number' in under_a_scale
    (pair,) = problems_of(BODY.replace("email/qa: far", "email/qa: far, email>qa: 0.2"), overrides=["similarity.email/qa=near"])
    assert "this pair is given twice" in pair


def test_a_tie_that_something_lies_over_is_told_when_it_is_none() -> None:
    (problem,) = problems_of(BODY.replace("$3 to $6 per example", "{same_as: [a]}").replace("qa: {like: email}", "qa: {like: email, data.price: $3/example}"), overrides=["tasks.email.data.price=$2/example"])
    assert "same_as takes the path of one other number" in problem


def test_a_number_lies_over_the_word_that_leaves_it_open() -> None:
    text = BODY.replace("examples: 2k", "examples: auto").replace("qa: {like: email}", "qa: {like: email, data.examples: 3k}")
    assert text_of(loads(text, overrides=["tasks.email.data.examples=5k"]), "tasks.email.data.examples") == "5k"


def test_an_end_laid_over_a_scale_keeps_the_other_end() -> None:
    scenario = loads(BODY.replace("score: {base: 0.5 to 0.6, ceiling: 0.9}", "score: {base: 3, ceiling: 4, scale: 1 to 5}"), overrides=["tasks.email.score.best=7"])
    assert [text_of(scenario, f"tasks.email.score.{end}") for end in ("worst", "best")] == ["1", "7"]


# what one key takes away, and what it needs


def test_labelling_takes_the_price_away_only_with_its_minutes() -> None:
    with pytest.raises(ScenarioError, match=r"tasks\.email\.data\.labelling\.wage: data\.price is given too; give the price or the labelling"):
        loads(BODY, overrides=["tasks.email.data.labelling.wage=$14/hour"])
    scenario = loads(BODY, overrides=["tasks.email.data.labelling={wage: $14/hour, minutes: 3 minutes}"])
    assert "tasks.email.data.price" not in scenario.quantities
    with pytest.raises(ScenarioError, match=r"tasks\.email\.data\.labelling\.minutes: missing: Minutes for one label, without which nothing else"):
        loads(BODY.replace("price: $3 to $6 per example", "labelling: {wage: $14/hour}"))


def test_a_tie_to_a_price_that_is_out_of_force_is_refused() -> None:
    text = BODY.replace("qa: {like: email}", "qa: {like: email, data.price: {same_as: tasks.email.data.price}}")
    with pytest.raises(ScenarioError, match=r"tasks\.email\.data\.price is out of force, as tasks\.email\.data\.labelling\.minutes is given"):
        loads(text, overrides=["tasks.email.data.labelling.minutes=2 minutes"])


def test_one_end_of_a_scale_leaves_the_other() -> None:
    text = BODY.replace("score: {base: 0.5 to 0.6, ceiling: 0.9}", "score: {base: 1.5 to 1.6, ceiling: 2, scale: 1 to 3}")
    scenario = loads(text, overrides=["tasks.email.score.best=4"])
    assert [text_of(scenario, f"tasks.email.score.{end}") for end in ("worst", "best")] == ["1", "4"]


MISLED = {
    "an override where none is declared": (BODY + "scenarios: {default: [nope]}\n", r'scenarios\.default: "nope" is no override; the file declares none'),
    "an interval that leaves the scale": (BODY.replace("ceiling: 0.9}", "ceiling: uniform 0.8 to 1.3}"), r'"uniform 0\.8 to 1\.3" lies outside the metric\'s scale, 0 to 1'),
    "a list without brackets": (BODY + "budget: {limit: $5k, covers: 'data, training'}\n", r"budget\.covers: needs a list of words: write \[data, training\]"),
    "a key one level too high": (BODY.replace("data: {examples: 2k,", "examples: 2k\n    data: {"), r'tasks\.email\.examples: unknown key; did you mean "data\.examples"'),
    "a missing colon": (BODY + "horizon 12 months\nbudget: {limit: $5k}\n", r'scenario:11:1: a ":" is missing'),
    "a dash with suffixes": (BODY.replace("20k requests/month", "20k-80k requests/month"), r"write an interval as 20k to 80k"),
}


@pytest.mark.parametrize(("text", "message"), MISLED.values(), ids=MISLED)
def test_the_remedy_fits_the_mistake(text: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        loads(text)


def test_names_that_look_alike_are_one_name_however_they_are_escaped() -> None:
    text = BODY.replace("  qa: {like: email}", '  "e\\u0301": {like: email}').replace("email/qa", "email/é")
    assert loads(text).tasks == ("email", "é")
