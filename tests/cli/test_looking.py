"""``check``, ``show``, ``schema``, ``catalogue``, ``init``, ``completion``: looking, without running; warnings and their exit code."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from cli.conftest import SOURCE
from tuneplan.cli.main import DONE, INVALID, STRICT, USAGE
from tuneplan.scenario.load import load, loads
from tuneplan.scenario.schema import Key, structure

OLD = ("gpu: {kind: h100-sxm, provider: lambda}", "gpu: {kind: h100-sxm, provider: aws}\nstart: 2027-06-07")
"""A price that is old by then."""


# check


def test_check_echoes_each_interpretation(simulate: Callable, scenario: Callable) -> None:
    ended = simulate("check", scenario())
    assert (ended.code, ended.err) == (DONE, "")
    lines = ended.out.splitlines()
    assert lines[0].endswith("two.yaml is sound: 2 tasks, 3 strategies, 12 numbers and 6 choices given.")
    read = dict(line.split(maxsplit=1) for line in lines[2:-2])
    assert read["tasks.email.traffic"] == "log-normal, median 40k, 90 % 20k to 80k requests/month"
    assert read["similarity.email/qa"] == "far: beta a 1 b 9, mean 10%, sd 9% (assumed)"
    assert "  tasks.qa: 4 more, like email" in lines
    assert lines[-1] == "Neither start nor as_of is given, so the ages of prices are not judged."


def test_check_says_what_layers_ties_and_correlations_do(simulate: Callable, scenario: Callable) -> None:
    more = (
        "overrides: {dear: {budget.limit: $9k}}\nscenarios: {default: [dear]}\n"
        "correlations: {c: {of: [tasks.email.traffic, tasks.email.data.price], value: -0.5}}\n"
    )
    path = scenario(("qa: {like: email, traffic", "qa: {like: email, data.price: {same_as: tasks.email.data.price}, traffic"), ("strategies:", f"{more}strategies:"))
    out = simulate("check", path).out
    assert "given, scenario default." in out
    assert "$9k  (override dear)" in out
    assert "the same as tasks.email.data.price, draw by draw: log-normal, median $4.24, 90 % $3 to $6/example" in out
    assert "correlations.c: tasks.email.traffic and tasks.email.data.price go together, -0.5 in normal scores" in out


def test_check_as_data_with_and_without_errors(simulate: Callable, scenario: Callable) -> None:
    good = json.loads(simulate("check", scenario(OLD), "--format", "json").out)
    assert (good["sound"], good["errors"]) == (True, [])
    assert {"path": "budget.limit", "typed": "$60k", "meaning": "$60k", "line": 6, "column": 17}.items() <= next(
        each for each in good["readings"] if each["path"] == "budget.limit"
    ).items()
    assert good["warnings"][0]["path"] == "gpu.provider"
    ended = simulate("check", scenario(("share: 10%", "share: 140%")), "--format", "json")
    bad = json.loads(ended.out)
    assert (ended.code, bad["sound"], bad["errors"][0]["line"]) == (INVALID, False, 12)


def test_check_reads_every_set_of_overrides(simulate: Callable, scenario: Callable) -> None:
    more = "overrides: {dear: {tasks.email.data.labelling.minutes: 5 minutes, tasks.email.data.price: $3/example}}\nscenarios: {x: [dear]}\n"
    path = scenario(("strategies:", f"{more}strategies:"))
    assert simulate(path, "--draws", 8).code == DONE
    ended = simulate("check", path)
    assert ended.code == INVALID
    assert "data.price is given too; give the price or the labelling" in ended.err


TWO_SETS = "overrides: {a: {budget.limit: $3k, gpu.provider: vultr}, b: {privacy: no external API, serving.mode: hosted}}\nscenarios: {x: [a], y: [b]}\n"


@pytest.mark.parametrize("words", [(), ("--scenario", "x")])
def test_check_tells_what_is_wrong_with_all_sets_at_once(simulate: Callable, scenario: Callable, words: tuple[str, ...]) -> None:
    path = scenario(("strategies:", f"{TWO_SETS}strategies:"), ("share: 10%", "share: 140%"))
    ended = simulate("check", path, *words)
    lines = ended.err.splitlines()
    assert (ended.code, len(lines)) == (INVALID, 4), ended.err
    assert ":12:17: unseen.share: 140% is not a share" in lines[0]
    assert "vultr has no on-demand price for h100-sxm" in lines[1]
    assert lines[1].endswith(" (in scenario x)") is (words == ())
    assert "serving.mode: a host is an external API" in lines[2]
    assert lines[2].endswith(" (in scenario y)")
    assert lines[3] == "3 errors; nothing was run"
    errors = json.loads(simulate("check", path, *words, "--format", "json").out)["errors"]
    assert [error["line"] for error in errors] == [12, 14, 14]


def test_check_tells_the_warnings_of_every_set_once(simulate: Callable, scenario: Callable) -> None:
    more = "overrides: {a: {gpu.provider: lambda}, b: {budget.confidence: 70%}}\nscenarios: {x: [a], y: [b]}\n"
    path = scenario(OLD, ("strategies:", f"{more}strategies:"))
    ended = simulate("check", path)
    lines = ended.err.splitlines()
    assert (ended.code, len(lines)) == (DONE, 2), ended.err
    assert lines[0].startswith(f"warning: {path}:4:33: gpu.provider: the rent of h100-sxm is of ")
    assert lines[1].startswith(f"warning: {path}:15:")
    assert lines[1].endswith(" (in scenario x)")
    strict = simulate("check", path, "--strict")
    assert (strict.code, strict.out) == (STRICT, "")
    assert strict.err.splitlines()[:-1] == lines


def test_check_says_what_comes_later_where_nothing_else_is_wrong(simulate: Callable, scenario: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = (*structure(), Key(pattern="luck.**", kind="text", doc="Luck.", later=True))
    monkeypatch.setattr("tuneplan.scenario.reading.language.structure", lambda: keys)
    more = "overrides: {a: {luck: {horizon: [6, 12]}}}\nscenarios: {x: [a]}\n"
    ended = simulate("check", scenario(("strategies:", f"{more}strategies:")))
    assert (ended.code, "not available yet (in scenario x)" in ended.err) == (INVALID, True)


def test_check_says_how_many_rows_a_sweep_would_have(simulate: Callable, scenario: Callable) -> None:
    more = "sweep: {mode: sobol, points: 100, keys: {budget.limit: 20k..100k USD:log, method: [full, lora]}}\n"
    path = scenario(("strategies:", f"{more}strategies:"))
    out = simulate("check", path).out
    assert "sweep: 100 rows, mode sobol, of budget.limit, method\n" in out
    assert "100 points of mode sobol leave gaps: a power of two, 64 or 128" in out
    told = json.loads(simulate("check", path, "--format", "json").out)["sweep"]
    assert (told["rows"], told["mode"]) == (100, "sobol")
    assert "sweep" not in json.loads(simulate("check", scenario(), "--format", "json").out)


def test_check_refuses_a_sweep_that_could_not_run(simulate: Callable, scenario: Callable) -> None:
    more = "sweep: {keys: {budget.limit: 20k..100k USD}}\n"
    ended = simulate("check", scenario(("strategies:", f"{more}strategies:")))
    assert (ended.code, "budget.limit: 20k..100k USD does not say how many values" in ended.err) == (INVALID, True)
    whole = "sweep: {keys: {budget.limit: 1..9 USD:10000000, horizon: 1..12 months:10000, router.accuracy: 80%..90%:10000}}\n"
    ended = simulate("check", scenario(("strategies:", f"{whole}strategies:")))
    assert (ended.code, "1 000 000 000 000 000 combinations (10 000 000 x 10 000 x 10 000)" in ended.err) == (INVALID, True)


def test_show_keeps_a_sweep(simulate: Callable, scenario: Callable) -> None:
    more = 'sweep: {mode: zip, keys: {method: [full, lora], tasks.qa.traffic: [1k/month, {ci: [1k/month, 2k/month], source: "a, b"}]}}\n'
    path = scenario(("strategies:", f"{more}strategies:"))
    for words in ((), ("--given",)):
        again = loads(simulate("show", path, *words).out).sweep
        assert again is not None
        assert [(each.key, each.texts) for each in again.keys] == [(each.key, each.texts) for each in load(path).sweep.keys]
    assert "sweep:" not in simulate("show", scenario()).out


def test_a_scenario_is_chosen_by_name(simulate: Callable, scenario: Callable) -> None:
    path = scenario(("strategies:", "overrides: {poor: {budget.limit: $1}}\nscenarios: {squeeze: [poor]}\nstrategies:"))
    both = [json.loads(simulate(path, "--draws", 8, "--format", "json", *words).out) for words in ((), ("--scenario", "squeeze"))]
    assert [each["budget"]["limit"] for each in both] == [60_000.0, 1.0]
    assert [each["scenario"]["chosen"] for each in both] == ["", "squeeze"]
    assert len({each["scenario"]["hash"] for each in both}) == 2
    ended = simulate(path, "--scenario", "squeze")
    assert (ended.code, "did you mean" in ended.err) == (INVALID, True)


# warnings


def test_warnings_go_to_stderr_after_the_result_and_can_be_silenced(simulate: Callable, scenario: Callable) -> None:
    path = scenario(OLD)
    ended = simulate(path, "--draws", 8)
    assert ended.code == DONE
    assert ended.err.startswith(f"warning: {path}:4:33: gpu.provider: the rent of h100-sxm is of ")
    assert simulate(path, "--draws", 8, "--quiet").err == ""
    content = json.loads(simulate(path, "--draws", 8, "--format", "json").out)
    assert content["warnings"][0]["line"] == 4


@pytest.mark.parametrize("words", [(), ("check",), ("show",)])
def test_strict_makes_a_warning_an_error(simulate: Callable, scenario: Callable, words: tuple[str, ...]) -> None:
    path = scenario(OLD)
    ended = simulate(*words, path, "--strict")
    assert (ended.code, ended.out) == (STRICT, "")
    assert "warning: " in ended.err
    assert ended.err.rstrip().endswith("; nothing was run, as --strict asks")
    assert simulate(*words, scenario(), "--strict").code == DONE


# show


def test_show_says_where_each_leaf_comes_from(simulate: Callable, scenario: Callable, tmp_path: Path) -> None:
    (tmp_path / "more.yaml").write_text("horizon: 3 months\n")
    path = scenario(("schema: 1", "include: more.yaml\nschema: 1"), ("strategies:", "overrides: {x: {lora.rank: 8}}\nscenarios: {default: [x]}\nstrategies:"))
    out = simulate("show", path, "--origin", "--set", "budget.limit=70k USD").out
    origins = {line.split("#")[0].strip(): line.split("  # ", 1)[1] for line in out.splitlines() if "  # " in line}
    assert origins["horizon: 3 months"] == f"include more.yaml ({tmp_path / 'more.yaml'}:1:10)"
    assert origins["limit: 70k USD"] == "--set"
    assert origins["rank: 8"] == f"override x ({path}:15:28)"
    assert origins["base: llama-3.1-8b"] == f"{path}:4:7"
    assert origins["price: $2.49/hour"].startswith("catalogue; ")
    assert origins["method: full"] == "default"
    assert origins["sequence_length: 2048 tokens"] == "default; assumed (2026-11)"
    copied = [line for line in out.splitlines() if "# like email" in line]
    assert len(copied) == 4


def test_show_given_leaves_defaults_out(simulate: Callable, scenario: Callable) -> None:
    out = simulate("show", scenario(), "--given").out
    assert "sequence_length" not in out
    assert "unified: {}" in out
    assert "#" not in out.split("\n", 1)[1]


def test_show_keeps_odd_texts_and_rows_of_ones_own(simulate: Callable, scenario: Callable) -> None:
    odd = 'note: "# not a comment: {a}, *b, \'c\'"'
    rows = "catalogue:\n  labels:\n    - {name: mine, low: 1, typical: 2, high: 3, source: \"a, b: c\", as_of: 2026}\n"
    path = scenario(("  unified: {}", f"  unified: {{{odd}}}"), ("strategies:", f"{rows}strategies:"))
    text = simulate("show", path).out
    again = loads(text)
    assert again.settings["strategies.unified.note"] == load(path).settings["strategies.unified.note"]
    assert again.rows == load(path).rows


# schema


def test_schema_in_three_forms(simulate: Callable, scenarios: Path) -> None:
    assert json.loads(simulate("schema").out)["title"] == "a scenario"
    assert simulate("schema", "--format", "yaml").out == (scenarios / "reference.yaml").read_text(encoding="utf-8")
    markdown = simulate("schema", "--format", "md").out
    assert "tasks.TASK.data.price" in markdown.replace("\\", "")
    assert "--set > --scenario overrides > file > like/include > catalogue > declared default" in markdown.replace("\\", "").replace("&gt;", ">")


# catalogue


@pytest.mark.parametrize("kind", ["gpus", "models", "prices", "labels", "speeds"])
def test_catalogue_lists_rows_with_ages_in_every_form(simulate: Callable, kind: str) -> None:
    words = ("catalogue", kind, "--as-of", "2027-01-04")
    text, markdown = simulate(*words).out, simulate(*words, "--format", "md").out
    assert "age, days" in text
    assert max(map(len, text.splitlines())) <= 100
    assert "source" in markdown
    rows = json.loads(simulate(*words, "--format", "json").out)
    assert all(row["source"] and row["age_days"] >= 0 for row in rows)
    assert len(list(csv.DictReader(io.StringIO(simulate(*words, "--format", "csv").out)))) == len(rows)


def test_catalogue_marks_what_is_old_and_what_is_yours(simulate: Callable, scenario: Callable) -> None:
    rows = "catalogue:\n  labels:\n    - {name: demonstration, low: 1, typical: 2, high: 3, source: us, as_of: 2026-12-30}\n"
    path = scenario(("strategies:", f"{rows}strategies:"))
    out = simulate("catalogue", "labels", "--as-of", "2027-01-04", "--of", path).out
    lines = {line.split()[0]: line.split() for line in out.splitlines() if line.strip()}
    assert lines["demonstration"][-2:] == ["5", "yours"]
    assert "(old)" in lines["llm-pair"]


def test_catalogue_refuses_a_day_that_is_none(simulate: Callable) -> None:
    ended = simulate("catalogue", "gpus", "--as-of", "May")
    assert (ended.code, ended.err) == (USAGE, '--as-of: "May" is not a date; write year-month-day, for example 2027-01-04\n')


# init

FLAGS = ("--tasks", "mail, Zusammenfassung,問答", "--traffic", "5k to 9k requests/month", "--base", "qwen2.5-7b", "--budget", "20k USD")


@pytest.mark.parametrize(
    "flags", [FLAGS, ("--tasks", "only"), ("--budget", "20k USD"), ("--deadline", "2999-06-28")], ids=["all", "one task", "budget", "deadline"]
)
def test_what_init_writes_runs(simulate: Callable, tmp_path: Path, flags: tuple[str, ...]) -> None:
    path = tmp_path / "mine.yaml"
    ended = simulate("init", path, *flags)
    assert (ended.code, ended.out) == (DONE, "")
    assert ended.err == f"wrote {path}; next: simulate check {path}, then simulate {path}\n"
    assert simulate("check", path).code == DONE
    assert simulate(path, "--draws", 64).code == DONE


def test_init_uses_the_answers(simulate: Callable) -> None:
    scenario = loads(simulate("init", "-", *FLAGS).out)
    assert scenario.tasks == ("mail", "Zusammenfassung", "問答")
    assert scenario.quantities["tasks.mail.traffic"].text == "5k to 9k requests/month"
    assert (scenario.settings["base"], scenario.quantities["budget.limit"].text) == ("qwen2.5-7b", "20k USD")


def test_a_deadline_brings_people(simulate: Callable) -> None:
    scenario = loads(simulate("init", "-", "--deadline", "2999-06-28").out)
    assert scenario.settings["deadline.date"] == "2999-06-28"
    assert {"deadline.delay_cost", "schedule.annotators", "schedule.reviewers", "schedule.gpus"} <= set(scenario.quantities)
    silent = loads(simulate("init", "-", "--tasks", "a").out)
    assert not [path for path in (*silent.quantities, *silent.settings) if path.startswith(("deadline", "schedule"))]


def test_check_says_that_value_counts_from_the_first_day(simulate: Callable, scenario: Callable) -> None:
    valued, line = ("  qa:", "    value: 300 USD/point/month\n  qa:"), "Value counts from the first day on; a deadline, or schedule: {annotators: 3}, makes it count from each launch.\n"
    assert simulate("check", scenario(valued)).out.endswith(line)
    assert json.loads(simulate("check", "--format", "json", scenario(valued)).out)["launch_dates_count"] is False
    assert line not in simulate("check", scenario()).out
    for given in ("schedule.annotators=3", "schedule.counts=no"):
        assert line not in simulate("check", scenario(valued), "--set", given).out
    assert json.loads(simulate("check", "--format", "json", scenario(valued), "--set", "schedule.annotators=3").out)["launch_dates_count"] is True


def test_what_dates_that_do_not_count_leave_unread_is_told_once(simulate: Callable, scenario: Callable) -> None:
    ended = simulate(scenario(), "--draws", 8, "--set", "schedule={annotators: 3, counts: no, order: in turn}")
    assert [line for line in ended.err.splitlines() if "schedule" in line] == [
        "warning: --set: schedule.counts: launch dates do not count, so that no verdict reads schedule.annotators, schedule.order"
    ]


def test_init_asks_four_questions_and_again_after_a_wrong_answer(tmp_path: Path) -> None:
    path = tmp_path / "asked.yaml"
    process = subprocess.run(
        [sys.executable, "-c", "from tuneplan.cli.main import entry; entry()", "init", str(path)],
        input="a,b\n\nllama-9\nllama-3.1-8b\n\n", capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )  # fmt: skip
    assert process.returncode == DONE, process.stderr
    assert process.stderr.count("Base model") == 2
    assert '"llama-9" is not allowed' in process.stderr
    assert load(path).tasks == ("a", "b")


BAD_ANSWERS = {
    "a budget without unit": (("--budget", "20k"), "--budget: 20k needs a unit"),
    "an unknown base": (("--base", "llama"), '--base: "llama" is not allowed; did you mean one of'),
    "no task": (("--tasks", " , "), "--tasks: at least one name is needed"),
    "a task twice": (("--tasks", "a,a"), "--tasks: a name stands twice"),
    "a name that YAML would read otherwise": (("--tasks", "a: b"), "--tasks"),
    "a deadline in the past": (("--deadline", "2001-01-02"), '--deadline: "2001-01-02" is before the start'),
    "a deadline in words": (("--deadline", "spring"), '--deadline: "spring" is not a date'),
    "a deadline that injects a key": (("--deadline", "2999-06-28}\nbase: x"), "--deadline"),
    "traffic that injects a key": (("--traffic", "5k requests/month\nbase: x"), "--traffic"),
}


@pytest.mark.parametrize(("flags", "message"), BAD_ANSWERS.values(), ids=BAD_ANSWERS)
def test_init_refuses_answers_that_no_scenario_can_hold(simulate: Callable, tmp_path: Path, flags: tuple[str, ...], message: str) -> None:
    ended = simulate("init", tmp_path / "x.yaml", *flags)
    assert ended.code == USAGE
    assert message in ended.err.replace("Invalid value for ", "")
    assert list(tmp_path.iterdir()) == []


def test_init_writes_over_nothing_unless_told(simulate: Callable, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("mine")
    ended = simulate("init", path, *FLAGS)
    assert (ended.code, ended.err) == (USAGE, f"{path} exists; give another name, or --force to write over it\n")
    assert path.read_text() == "mine"
    assert simulate("init", path, *FLAGS, "--force").code == DONE
    assert yaml.safe_load(path.read_text())["schema"] == 1


# completion


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_name_the_command(shell: str) -> None:
    code = f"from tuneplan.cli.main import entry; import sys; sys.argv = ['simulate', 'completion', {shell!r}]; entry()"
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(SOURCE)})
    assert process.returncode == DONE, process.stderr
    assert "_SIMULATE_COMPLETE" in process.stdout


def completed(*words: str) -> list[str]:
    """What a shell would offer for the last word."""
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "_SIMULATE_COMPLETE": "bash_complete", "COMP_WORDS": " ".join(["simulate", *words]), "COMP_CWORD": str(len(words))}
    process = subprocess.run([sys.executable, "-c", "import sys; sys.argv = ['simulate']; from tuneplan.cli.main import entry; entry()"], capture_output=True, text=True, check=False, env=environment)
    return [line.split(",", 1)[-1] if line else "" for line in process.stdout.splitlines()]


def test_commands_files_keys_and_scenarios_are_completed(scenario: Callable) -> None:
    path = str(scenario(("strategies:", "overrides: {x: {lora.rank: 8}}\nscenarios: {calm: [x]}\nstrategies:")))
    assert {"run", "check"} <= set(completed(""))
    assert "tasks.email.data.price=" in completed("check", path, "--set", "tasks.email.data.pr")
    assert "calm" in completed("check", path, "--scenario", "")


# explain and the ledger


def test_explain_draws_the_tree_of_a_number(simulate: Callable, scenario: Callable) -> None:
    path = scenario()
    ended = simulate("explain", path, "unified.cost.labels", "--draws", 64)
    assert (ended.code, ended.err) == (DONE, "")
    assert ended.out.startswith("unified.cost.labels: $")
    assert "two.yaml:10:33" in ended.out
    assert max(map(len, ended.out.splitlines())) <= 100
    tree = json.loads(simulate("explain", path, "unified.cost", "--draws", 64, "--format", "json").out)
    assert (tree["key"], tree["unit"]) == ("unified.cost", "USD")
    assert simulate("explain", path, "unified.cost", "--draws", 64, "--format", "md").out.startswith("**unified.cost")


def test_explain_lists_its_keys_and_names_the_nearest(simulate: Callable, scenario: Callable) -> None:
    path = scenario()
    keys = simulate("explain", path, "--draws", 8).out.split()
    assert {"unified.cost", "unified.score.email", "margin", "tasks.email.data.price"} <= set(keys)
    ended = simulate("explain", path, "unified.csot", "--draws", 8)
    assert (ended.code, 'did you mean "unified.cost"' in ended.err) == (USAGE, True)
    assert "unified.cost.labels.qa" in completed("explain", str(path), "unified.cost.la")


def test_the_ledger_follows_the_verdict_on_demand(simulate: Callable, scenario: Callable) -> None:
    path = scenario()
    without, with_it = simulate(path, "--draws", 64), simulate(path, "--draws", 64, "--ledger")
    assert "law.discrepancy" not in without.out
    assert "law.discrepancy" in with_it.out
    assert max(map(len, with_it.out.splitlines())) <= 100
    markdown = simulate(path, "--draws", 64, "--ledger", "--format", "md").out
    paths = {each["path"] for each in json.loads(simulate(path, "--draws", 64, "--format", "json").out)["numbers"]}
    assert all(f"| {path.replace('_', chr(92) + '_')} |" in markdown or path in markdown for path in paths)


def test_json_records_what_was_changed_and_chosen(simulate: Callable, scenario: Callable) -> None:
    content = json.loads(simulate(scenario(), "--draws", 8, "--set", "method=lora", "--format", "json").out)
    assert content["scenario"]["changes"] == ["method=lora"]
    (method,) = [each for each in content["choices"] if each["path"] == "method"]
    assert (method["meaning"], method["origin"]) == ("lora", "--set")


def test_what_is_given_in_vain_is_a_warning_of_the_run(simulate: Callable, scenario: Callable) -> None:
    path = scenario(("schema: 1", "schema: 1\nlora: {rank: 8}"))
    assert simulate(path, "--draws", 8).err == f"warning: {path}:2:14: lora.rank: given, but nothing in this scenario reads it\n"


def test_csv_has_no_ledger(simulate: Callable, scenario: Callable) -> None:
    ended = simulate(scenario(), "--draws", 8, "--ledger", "--format", "csv")
    assert (ended.code, ended.err) == (USAGE, "--ledger goes with text and md; json always holds the numbers, csv holds outputs alone\n")


def test_a_check_loads_neither_numpy_nor_a_study() -> None:
    code = "import sys; from tuneplan.cli.main import main; main(['check', 'scenarios/startup.yaml', '-q']); sys.exit(sum(name == 'numpy' or name.startswith('tuneplan.study') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL, check=False).returncode == 0
