"""The section ``sweep``: read strictly, by no run, and asked for as on a command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from asked_sweeps import asked, asked_by, section, startup, values, with_section
from tuneplan.errors import ScenarioError, UsageError
from tuneplan.report.sweeping import swept
from tuneplan.scenario.identity import fingerprint
from tuneplan.scenario.load import load, loads
from tuneplan.scenario.swept import Sweep

WHOLE = """sweep:
  mode: sobol
  points: 64
  draws: 512
  plans: once
  seed: 3
  keys:
    budget.limit: 20k..100k USD:log
    method: [full, lora]
    tasks.email.traffic: [10k to 20k/month, 40k/month, {ci: [1k/month, 2k/month], source: "a, b"}]
    router.accuracy: own
"""
ROWS = "sweep: {rows: [{budget.limit: 20k USD}, {budget: {limit: 30k USD}, strategies.two: {groups: [[email, summary], [qa]]}}, {method: full}]}"


def test_a_section_says_what_the_command_line_says() -> None:
    theirs = asked(
        "budget.limit=20k..100k USD:log", "method=full,lora",
        'tasks.email.traffic=10k to 20k/month,40k/month,{ci: [1k/month, 2k/month], source: "a, b"}', "router.accuracy=own", mode="sobol", points=64, seed=3,
    )  # fmt: skip
    ours = asked_by(WHOLE)
    assert ours.said() == theirs.said()
    assert values(ours) == values(theirs)
    told = section(WHOLE).sweep
    assert told is not None
    assert (told.draws, told.plans) == (512, "once")


def test_a_grid_and_rows_of_a_section() -> None:
    assert asked_by("sweep: {keys: {budget.limit: 20k..80k USD:3, method: [full, lora]}}").said() == asked("budget.limit=20k..80k USD:3", "method=full,lora").said()
    assert values(asked_by(ROWS)) == [("20k USD", "", "", ""), ("", "{limit: 30k USD}", "{groups: [[email, summary], [qa]]}", ""), ("", "", "", "full")]


def test_words_of_the_command_line_hold_over_the_section_and_what_it_varies_in_its_stead() -> None:
    again = asked_by(WHOLE, mode="lhs", points=10, seed=4)
    assert again.rows == 10
    assert {**again.said(), "keys": None} == {"mode": "lhs", "rows": 10, "seed": 4, "keys": None}
    scenario = section(WHOLE)
    from tuneplan.study.sweep.asked import asked_of

    instead = asked_of(["horizon=6 months,12 months"], scenario=scenario, load=lambda changes: scenario)
    assert instead.keys == ("horizon",)
    assert instead.said()["mode"] == "grid"


@pytest.mark.parametrize("text", [WHOLE, ROWS])
def test_no_run_reads_it(text: str) -> None:
    scenario = section(text)
    assert fingerprint(scenario) == fingerprint(startup())
    assert scenario.quantities.keys() == startup().quantities.keys()
    assert scenario.settings == startup().settings
    assert scenario.strategies == startup().strategies


@pytest.mark.parametrize("text", [WHOLE, ROWS, "sweep: {table: 'my, rows.csv', mode: grid}"])
def test_what_is_shown_reads_back(text: str) -> None:
    told = section(text).sweep
    assert told is not None
    again = section(swept(told)).sweep
    assert again is not None
    assert _without_places(again) == _without_places(told)


def _without_places(sweep: Sweep) -> tuple[object, ...]:
    keys = [(each.key, each.texts, each.range, each.own) for each in sweep.keys]
    return sweep.mode, sweep.points, sweep.draws, sweep.plans, sweep.seed, sweep.table, keys, sweep.rows


WRONG = {
    "sweep: x": r'a.yaml:LINE:1: sweep: "x" stands where keys belong; allowed: mode, points',
    "sweep: {kees: {method: [full]}}": r'a.yaml:LINE:9: sweep.kees: unknown key; did you mean "keys"\?',
    "sweep: {budget.limit: [1 USD]}": "a.yaml:LINE:9: sweep.budget.limit: what is varied stands below keys; write keys: {budget.limit: ...}",
    "sweep: {mode: gird}": r'a.yaml:LINE:15: sweep.mode: "gird" is not allowed; did you mean "grid"\?',
    "sweep: {points: many}": 'a.yaml:LINE:17: sweep.points: "many" is not a whole number',
    "sweep: {plans: none}": 'a.yaml:LINE:16: sweep.plans: "none" is not allowed; did you mean "once"|allowed: own, once',
    "sweep: {keys: }": "a.yaml:LINE:9: sweep.keys: write keys with their values",
    "sweep: {keys: [method]}": "a.yaml:LINE:15: sweep.keys: write keys with their values",
    "sweep: {keys: {budget.limt: [1 USD]}}": r'a.yaml:LINE:16: budget.limt: unknown key; did you mean "limit"\?',
    "sweep: {keys: {method: [full, ful]}}": r'a.yaml:LINE:31: method: "ful" is not allowed; did you mean "full"\?',
    "sweep: {keys: {method: full}}": "a.yaml:LINE:24: method: write a list of values, a range LOW..HIGH:COUNT, or own",
    "sweep: {keys: {method: }}": "a.yaml:LINE:16: method: write a list of values",
    "sweep: {keys: {method: own}}": "a.yaml:LINE:24: method: write a list of values",
    "sweep: {keys: {method: []}}": "a.yaml:LINE:24: method: write a list of values",
    "sweep: {keys: {method: full..lora:3}}": "a.yaml:LINE:24: method: full..lora:3 is a range, and this is no number",
    "sweep: {keys: {router: {accuracy: [90%]}}}": "a.yaml:LINE:24: router: write a list of values.*a key is one word, dots and all",
    "sweep: {keys: {budget.limit: 5..5 USD:3}}": "a.yaml:LINE:30: budget.limit: 5..5 USD is empty",
    "sweep: {keys: {budget.limit: 5..9:3}}": "a.yaml:LINE:30: budget.limit: 5 needs a unit",
    "sweep: {keys: {budget.limit: [20k]}}": "a.yaml:LINE:31: budget.limit: 20k needs a unit",
    "sweep: {keys: {router.accuracy: 80%..120%:3}}": "a.yaml:LINE:33: router.accuracy: 120% is not a share",
    "sweep: {keys: {tasks.emial.traffic: 1..2/month:3}}": r'a.yaml:LINE:16: tasks.emial: unknown task; did you mean "email"\?',
    "sweep: {keys: {similarity.email/qb: 0.1..0.2:3}}": 'a.yaml:LINE:16: similarity.email/qb: unknown task "qb"',
    "sweep: {keys: {name: [a, b]}}": "a.yaml:LINE:16: name: belongs to the file as a whole",
    "sweep: {keys: {sweep.points: [4]}}": "a.yaml:LINE:16: sweep(.points)?: sweep is read in files alone",
    "sweep: {rows: x}": "a.yaml:LINE:15: sweep.rows: write a list of rows",
    "sweep: {rows: []}": "a.yaml:LINE:15: sweep.rows: write a list of rows",
    "sweep: {rows: [x]}": "a.yaml:LINE:16: sweep.rows: write a list of rows",
    "sweep: {rows: [{method: ful}]}": 'a.yaml:LINE:25: method: "ful" is not allowed',
    "sweep: {rows: [{question: why}]}": "a.yaml:LINE:17: question: belongs to the file as a whole",
}


@pytest.mark.parametrize(("text", "message"), WRONG.items())
def test_what_is_wrong_is_told_with_its_place(text: str, message: str) -> None:
    line = with_section(text).count("\n") + 1
    with pytest.raises(ScenarioError, match=message.replace("LINE", str(line))) as caught:
        section(text)
    assert len(caught.value.problems) == 1


ASKED_WRONG = {
    "sweep: {mode: grid}": "a.yaml:LINE:1: mode grid takes keys with their values; given is nothing",
    "sweep: {points: 64, mode: lhs, keys: {budget.limit: 1..9 USD:3}}": "a.yaml:LINE:53: budget.limit: 1..9 USD:3 counts values, and mode lhs draws",
    "sweep: {keys: {budget.confidence: [80% to 90%]}}": "a.yaml:LINE:16: budget.confidence: this is decided before anything is known",
    "sweep: {keys: {router.accuracy: [90%], router: [{accuracy: 95%}]}}": "a.yaml:LINE:40: router: router.accuracy is set twice",
    "sweep: {keys: {method: [full]}, rows: [{method: full}]}": "a.yaml:LINE:1: keys and rows are different ways",
    "sweep: {rows: [{method: full}, {router.score: 0.5}]}": "a.yaml:LINE:32: router.score: read only with router.fallback: api",
}


@pytest.mark.parametrize(("text", "message"), ASKED_WRONG.items())
def test_what_does_not_go_together_is_told_when_it_is_asked_for(text: str, message: str) -> None:
    line = with_section(text).count("\n") + 1
    with pytest.raises(ScenarioError, match=message.replace("LINE", str(line))):
        asked_by(text)


def test_an_empty_section_is_none() -> None:
    assert section("sweep: {}").sweep is None
    with pytest.raises(UsageError, match="nothing to sweep"):
        asked_by("sweep: {}")


def test_changes_and_overrides_hold_no_sweep(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="sweep is read in files alone, not in an override"):
        loads(with_section(""), overrides=["sweep.points=4"])
    (tmp_path / "more.yaml").write_text("sweep: {keys: {method: [full, lora]}}\n")
    (tmp_path / "a.yaml").write_text(with_section("include: more.yaml\n"))
    found = load(tmp_path / "a.yaml").sweep
    assert found is not None
    assert found.keys[0].texts == ("full", "lora")
