"""Everything that can be typed wrongly: an exit code, one place, what to do; never a traceback."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tuneplan.cli.main import BUG, INVALID, NOTHING_FEASIBLE, USAGE

Change = tuple[str, str]

INVALID_FILES: dict[str, tuple[Change, str, str]] = {
    "unknown key": (("traffic: 20k", "trafic: 20k"), ":8:5: tasks.email.trafic", 'unknown key; did you mean "traffic"?'),
    "wrong unit": (("$3 to $6 per example", "3 to 6 USD/hour"), ":10:33: tasks.email.data.price", "/example"),
    "unknown unit": (("80k requests/month", "80k requests/fortnight"), ":8:14:", "fortnight"),
    "other currency": (("$3 to $6 per example", "3 to 6 EUR"), ":10:33:", "convert it to US dollars first"),
    "share above one": (("share: 10%", "share: 140%"), ":12:17: unseen.share", "140% is not a share between 0 and 100%"),
    "upside down": (("0.55 to 0.65", "0.65 to 0.55"), ":9:19: tasks.email.score.base", "upside down: write the lower end first"),
    "not a number": (("base: 0.55 to 0.65", "base: nan"), ":9:19:", "nan is not a finite number"),
    "endless": (("base: 0.55 to 0.65", "base: .inf"), ":9:19:", "not"),
    "negative price": (("$3 to $6 per example", "-$3 per example"), ":10:33:", "not allowed: between $0"),
    "beyond a bound": (("10k requests", "1e18 requests"), ":11:30: tasks.qa.traffic", "1e+18 requests/month is not allowed"),
    "tab": (("  email:\n", "\temail:\n"), ":7:1:", "a tab indents this line"),
    "key given twice": (("name: Two tasks", "name: a\nname: b"), ":3:1:", '"name" is given twice; first at line 2, column 1'),
    "unknown GPU": (("h100-sxm", "h100-smx"), ":4:13: gpu.kind", 'did you mean "h100-sxm"?'),
    "unknown model": (("llama-3.1-8b", "lama-3.1-8b"), ":3:7: base", 'did you mean "llama-3.1-8b"?'),
    "unknown provider": (("provider: lambda", "provider: lamda"), ":4:33: gpu.provider", 'did you mean "lambda"?'),
    "unknown strategy": (("  unified: {}", "  mine: {}"), ":15:3: strategies.mine", "needs kind or groups"),
    "unknown task in a pair": (("email/qa", "email/qq"), ":13:14:", 'unknown task "qq"; allowed: email, qa'),
    "API model without scores": (("{like_base: yes}", "{api: gpt-4o-mini}"), ":17:14:", "add score: {email: 0.60 to 0.70}"),
    "name that is a formula": (("  qa:", '  "=qa":'), ":11:3: tasks.=qa", 'letters, digits, "_" and "-"; not "="'),
    "control character": (("Two tasks", '"a\\e[2J"'), ":2:7:", "control character"),
    "a plan of what is not certain": (("examples: 2k", "examples: auto, existing: 100 to 300"), ":10:38: tasks.email.data.existing", "a plan is decided before anything is known"),
    "sweep": (("schema: 1", "schema: 1\nsweep: {horizon: [6, 12]}"), ":2:9: sweep.horizon", "allowed: mode, points"),
    "deadline in the past": (("schema: 1", "schema: 1\nstart: 2027-01-04\ndeadline: {date: 2026-12-31}"), ":3:18: deadline.date", "is before the start, 2027-01-04"),
    "deadline of no project": (("schema: 1", "schema: 1\ndeadline: {date: 2027-04-30}"), ":2:18: deadline.date", "add start: 2027-01-04"),
    "weeks of work": (("schema: 1", "schema: 1\nschedule: {onboarding: 2 weeks}"), ":2:24: schedule.onboarding", "write 10 workdays"),
    "nobody makes anything": (("$3 to $6 per example", "$3 per example, pace: 0 examples/hour"), ":10:55: tasks.email.data.pace", "not allowed: between 0.0001"),
    "half a person": (("schema: 1", "schema: 1\nschedule: {annotators: 2.5}"), ":2:24: schedule.annotators", "2.5 people is not a whole number"),
    "all leave": (("schema: 1", "schema: 1\nschedule: {attrition: 100%/month}"), ":2:23: schedule.attrition", "between 0 and 99%/month"),
    "no YAML": (("schema: 1", "schema: [1"), ":", "error"),
}  # fmt: skip
"""What is wrong -> (text, what replaces it), the place named, what is said."""


@pytest.mark.parametrize(("change", "place", "message"), INVALID_FILES.values(), ids=INVALID_FILES)
def test_a_wrong_scenario_is_refused_with_place_and_remedy(
    simulate: Callable, scenario: Callable, tmp_path: Path, change: Change, place: str, message: str
) -> None:
    path, kept = scenario(change), tmp_path / "kept.txt"
    kept.write_text("before")
    ended = simulate(path, "--draws", 8, "-o", kept)
    assert ended.code == INVALID
    assert f"{path}{place}" in ended.err
    assert message in ended.err
    assert "nothing was run" in ended.err
    assert "Traceback" not in ended.err
    assert ended.out == ""
    assert kept.read_text() == "before"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["kept.txt", "two.yaml"]


def test_all_errors_come_at_once_in_the_order_of_the_file(simulate: Callable, scenario: Callable) -> None:
    ended = simulate(scenario(("share: 10%", "share: 140%"), ("0.55 to 0.65", "0.65 to 0.55"), ("h100-sxm", "h100-smx")))
    lines = ended.err.splitlines()
    assert [line.split(".yaml:")[1].split(":")[0] for line in lines[:-1]] == ["4", "9", "12"]
    assert lines[-1] == "3 errors; nothing was run"


FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", ":1:1: the file is empty"),
    "only a comment": (b"# nothing\n", "the file is empty"),
    "not UTF-8": (b"schema: 1\nname: Caf\xe9\n", ":2:10: byte 0xe9 is not UTF-8 text"),
    "binary": (b"\x00\x01\x02", "cannot stand in a scenario"),
    "a list": (b"- a\n", "this is a list; a scenario holds keys"),
}


@pytest.mark.parametrize(("content", "message"), FILES.values(), ids=FILES)
def test_a_file_that_is_no_scenario(simulate: Callable, tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "odd.yaml"
    path.write_bytes(content)
    ended = simulate(path)
    assert (ended.code, ended.out) == (INVALID, "")
    assert message in ended.err


def test_no_such_file_and_a_directory(simulate: Callable, tmp_path: Path) -> None:
    missing, folder = simulate(tmp_path / "none.yaml"), simulate(tmp_path)
    assert (missing.code, missing.out) == (folder.code, folder.out) == (INVALID, "")
    assert "no such file" in missing.err
    assert "this is a directory; give a scenario file" in folder.err


USES: dict[str, tuple[tuple[str, ...], int, str]] = {
    "unknown key in --set": (("FILE", "--set", "budget.limt=3k USD"), INVALID, '--set: budget.limt: unknown key; did you mean "limit"?'),
    "--set without a value": (("FILE", "--set", "budget.limit"), INVALID, "is no override; write key=value"),
    "--set of an unknown task": (("FILE", "--set", "tasks.emial.traffic=3 requests/month"), INVALID, 'did you mean "email"?'),
    "no draws": (("FILE", "--draws", "0"), USAGE, "draws: 0 is not a whole number from 1 to"),
    "too many draws": (("FILE", "--draws", "524289"), USAGE, "draws: 524289 is not a whole number from 1 to 524288"),
    "draws in words": (("FILE", "--draws", "many"), USAGE, "'many' is not a valid integer"),
    "negative seed": (("FILE", "--seed", "-1"), USAGE, "seed: -1 is not a whole number from 0 up"),
    "unknown option": (("FILE", "--sed", "1"), USAGE, "No such option '--sed'"),
    "unknown option first": (("--sed", "1", "FILE"), USAGE, "No such option '--sed'"),
    "unknown format": (("FILE", "--format", "xml"), USAGE, "is not one of 'text', 'json', 'csv', 'md'"),
    "two files": (("FILE", "FILE"), USAGE, "unexpected extra argument"),
    "no file": (("run",), USAGE, "Missing argument 'PATH'"),
    "unknown command": (("rum",), USAGE, 'no file and no command "rum"; did you mean "run"?'),
    "a word": (("zzzz",), USAGE, 'no file and no command "zzzz"; allowed: '),
}  # fmt: skip


@pytest.mark.parametrize(("words", "code", "message"), USES.values(), ids=USES)
def test_wrong_use(simulate: Callable, scenario: Callable, words: tuple[str, ...], code: int, message: str) -> None:
    ended = simulate(*(scenario() if word == "FILE" else word for word in words))
    assert (ended.code, ended.out) == (code, "")
    assert message in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("change", [("kind: h100-sxm", "kind: t4"), ("provider: lambda", "provider: lambda, spot: yes")])
def test_a_provider_that_does_not_rent_the_card_is_no_bug(simulate: Callable, scenario: Callable, change: Change) -> None:
    ended = simulate(scenario(change), "--draws", 8)
    assert (ended.code, ended.out) == (INVALID, "")
    assert re.search(r":4:\d+: gpu\.provider: lambda has no (spot|on-demand) price for", ended.err)


HUGE = (("base: llama-3.1-8b", "base: llama-3.1-405b"), ("kind: h100-sxm, provider: lambda", "kind: t4"))


def test_a_model_that_fits_no_card_is_named_and_left_out(simulate: Callable, scenario: Callable) -> None:
    ended = simulate(scenario(*HUGE), "--draws", 8)
    said = " ".join(ended.out.split())
    assert ended.code == 0
    assert "unified can't be done: llama-3.1-405b with method full does not fit 128 x t4" in said
    assert "try method lora or qlora, a larger card or a smaller base." in said
    assert "Choose prompted" in said


def test_nothing_fits(simulate: Callable, scenario: Callable) -> None:
    ended = simulate(scenario(*HUGE, ("  prompted: {like_base: yes}\n", "")), "--draws", 8)
    said = " ".join(ended.out.split())
    assert ended.code == NOTHING_FEASIBLE
    assert said.count("does not fit 128 x t4") == 2
    assert "Nothing meets the limits with 90 % confidence. unified can't be done: " in said
    assert "Nearest" not in said


def test_a_budget_that_nothing_meets_names_what_binds(simulate: Callable, scenario: Callable) -> None:
    ended = simulate(scenario(("limit: $60k", "limit: $10"), ("  prompted: {like_base: yes}\n", "")), "--draws", 8)
    said = " ".join(ended.out.split())
    assert ended.code == NOTHING_FEASIBLE
    assert re.search(r"Nearest is (unified|specialists): budget\.limit is broken in 100 % of draws\.", said)
    assert re.search(r"The limit of \$10\.0 covers data and training; a limit of \$[\d.]+k would do for (unified|specialists) \(\$[\d.]+k more\)\.", said)


def test_a_minimum_score_that_nothing_meets(simulate: Callable, scenario: Callable) -> None:
    must = ("ceiling: 0.85 to 0.95}", "ceiling: 0.85 to 0.95, must: 0.99}")
    path = scenario(must)
    ended = simulate(path, "--draws", 8)
    assert ended.code == NOTHING_FEASIBLE
    assert "tasks.email.score.must is broken in 100 % of draws" in " ".join(ended.out.split())
    for form in ("json", "csv", "md"):
        assert simulate(path, "--draws", 8, "--format", form).code == NOTHING_FEASIBLE


def test_a_bug_is_one_line_and_a_traceback_on_demand(
    simulate: Callable, scenario: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise RuntimeError("wheels\nfell\x1b[2J off")

    monkeypatch.setattr("tuneplan.report.text.as_terminal_text", broken)
    path = scenario()
    ended = simulate(path, "--draws", 8)
    assert (ended.code, ended.out) == (BUG, "")
    assert ended.err == "a bug in tuneplan: RuntimeError: wheels fell[2J off (rerun with --debug)\n"
    assert "Traceback" in simulate(path, "--draws", 8, "--debug").err


def test_too_little_memory_is_no_bug(simulate: Callable, scenario: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> str:
        raise MemoryError

    monkeypatch.setattr("tuneplan.report.text.as_terminal_text", full)
    ended = simulate(scenario(), "--draws", 8)
    assert (ended.code, ended.out) == (USAGE, "")
    assert "not enough memory for so many draws; try fewer" in ended.err


def test_a_file_name_cannot_move_the_cursor(simulate: Callable, tmp_path: Path) -> None:
    ended = simulate(tmp_path / "a\x1b[2J\u202eb.yaml")
    assert "no such file" in ended.err
    assert not {"\x1b", "\u202e"} & set(ended.err)
