"""What analysts type by mistake and what attackers type on purpose: a clear error or a right answer, end to end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.conftest import SOURCE
from peak import TOLD
from tuneplan.cli.main import DONE, INVALID
from tuneplan.cli.run import NOTHING_FEASIBLE

Change = tuple[str, str]

REFUSED: dict[str, tuple[Change, str]] = {
    "an interval without end": (("20k to 80k requests", "20k to inf requests"), "is not a finite number"),
    "an interval to 1e999": (("20k to 80k requests", "20k to 1e999 requests"), "1e999 requests/month is too large or too small for a number here"),
    "no for a share": (("share: 10%", "share: no"), '"no" is not a number; write for example 12%'),
    "an octal": (("10k requests", "012 requests"), "012 requests/month begins with 0, which some tools read as octal: write 12"),
    "a thousands mark": (("10k requests", '"1,000 requests'), "quote"),
    "a thousands mark, quoted": (("traffic: 10k requests/month", 'traffic: "1,000 requests/month"'), "has marks between digits: write 1000, or with a suffix such as 1k"),
    "an m": (("10k requests", "5m requests"), "has an m: write 5 min, 5 months or 5M (million)"),
    "a sexagesimal": (("10k requests/month", "1:30"), "has a colon: write a duration with its unit"),
    "a suffix on one end": (("20k to 80k requests", "20 to 80k requests"), "can be read in two ways: write 20k to 80k, or 20 to 80000"),
    "a dash for an interval": (("20k to 80k requests", "20k-80k requests"), "has a dash: write an interval as"),
    "similarity beyond one": (("email/qa: far", "email/qa: 1.2"), "similarity.email/qa: 120% is not a share between 0 and 100%"),
    "similarity twice": (("{email/qa: far}", "{email/qa: far, qa/email: near}"), "this pair is given twice"),
    "similarity to itself": (("email/qa: far", "qa/qa: far"), "a task and itself are no pair"),
    "too many examples": (("examples: 2k", "examples: 1e13"), "is not allowed: between 0 and 1000000000000 examples"),
    "half an adapter rank": (("schema: 1", "schema: 1\nlora: {rank: 2.5}"), "2.5 is not a whole number"),
    "markup in a name": (("  qa:", '  "<script>":'), 'letters, digits, "_" and "-"; not "<"'),
    "a line break in a name": (("  qa:", '  "a\\nb":'), "the name of a task holds letters"),
    "a merge key": (("  qa:", "  <<: {a: 1}\n  qa:"), 'merge keys ("<<") are not read; use "like: NAME"'),
    "a tag": (("10%", "!!python/object:os.system 10%"), "has no meaning here; delete it"),
    "negative traffic": (("10k requests", "-10k requests"), "is not allowed: between 0 and"),
    "an empty list": (("tasks:\n  email:", "tasks: []\nmore:\n  email:"), "a list where keys belong"),
    "an empty choice": (("10k requests/month", "{choices: {}}"), "choices takes numbers with their weights"),
    "weights that do not add up": (("share: 10%", "share: {choices: {10%: 50%, 20%: 20%}}"), "weights of choices add up to 0.7, not 1"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "message"), REFUSED.values(), ids=REFUSED)
def test_is_refused_in_words(simulate: Callable, scenario: Callable, change: Change, message: str) -> None:
    ended = simulate(scenario(change), "--draws", 8)
    assert (ended.code, ended.out) == (INVALID, "")
    assert message in ended.err
    assert "nothing was run" in ended.err


WORKS: dict[str, tuple[Change, ...]] = {
    "no traffic": (("20k to 80k requests", "0 requests"), ("10k requests", "0 requests")),
    "a billion examples": (("examples: 2k", "examples: 1e9"),),
    "examples for nothing": (("price: $3 to $6 per example", "price: $0 per example"),),
    "a card for nothing": (("provider: lambda", "provider: lambda, price: $0/hour"),),
    "all requests unseen": (("share: 10%", "share: 100%"),),
    "an interval from nothing": (("20k to 80k requests", "0 to 80k requests"),),
    "an interval of a point": (("20k to 80k requests", "20k to 20k requests"),),
    "the largest traffic": (("10k requests", "1e15 requests"),),
    "the smallest price": (("$3 to $6 per example", "1e-300 USD per example"),),
    "a project at the end of all calendars": (("schema: 1", "schema: 1\nstart: 9999-12-30\ndeadline: {date: 9999-12-31, delay_cost: $1B/day}"),),
    "a project before Rome fell": (("schema: 1", "schema: 1\nstart: 0001-01-01\ndeadline: {date: 0001-01-02}"),),
    "the slowest annotator": (("price: $3 to $6 per example", "price: $3 per example, pace: 0.0001 examples/hour"), ("schema: 1", "schema: 1\nschedule: {batch: 1, annotators: 200}")),
    "the quickest annotator": (("price: $3 to $6 per example", "price: $3 per example, pace: 1e7 examples/hour"), ("schema: 1", "schema: 1\nschedule: {counts: yes}")),
    "a horizon of a century": (("schema: 1", "schema: 1\nhorizon: 1200 months\nschedule: {annotators: 1}"),),
    "a formula for a title": (("Two tasks", '"=1+1"'),),
    "Windows line ends": (("\n", "\n"),),
}


@pytest.mark.parametrize("changes", WORKS.values(), ids=WORKS)
def test_works(simulate: Callable, scenario: Callable, changes: tuple[Change, ...]) -> None:
    path = scenario(*changes)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    ended = simulate(path, "--draws", 64, "--format", "json", "-q")
    assert ended.code == DONE, ended.err
    content = json.loads(ended.out, parse_constant=lambda word: pytest.fail(word))
    assert content["recommended"]
    assert simulate(path, "--draws", 8, "-q").code == DONE


NEVER_SHIPS: dict[str, tuple[Change, ...]] = {
    "nobody there": (("schema: 1", "schema: 1\nschedule: {annotators: 0, reviewers: 0, engineers: 0, judges: 0, gpus: 0}"),),
    "nothing ever passes": (("schema: 1", "schema: 1\nschedule: {gate: 0%, rejected: 100%, attrition: 99%/month}"),),
    "one day a week": (("schema: 1", "schema: 1\nschedule: {days: [sun], hours: 0.1, handover: 3650 workdays, gpu_wait: 1e5 hours}"),),
    "no horizon": (("schema: 1", "schema: 1\nhorizon: 0 months\nschedule: {annotators: 1}"),),
}


@pytest.mark.parametrize("changes", NEVER_SHIPS.values(), ids=NEVER_SHIPS)
def test_what_never_ships_meets_no_limit(simulate: Callable, scenario: Callable, changes: tuple[Change, ...]) -> None:
    path = scenario(*changes)
    ended = simulate(path, "--draws", 64, "--format", "json", "-q")
    assert ended.code == NOTHING_FEASIBLE, ended.err
    content = json.loads(ended.out, parse_constant=lambda word: pytest.fail(word))
    assert content["recommended"] is None
    assert content["binding"]["broken_in_share_of_draws"]["horizon"] == 1.0
    assert simulate("schedule", path, "--draws", 8, "-q").code == NOTHING_FEASIBLE


LIMIT = 500 * 2**20
"""Resident bytes that a file under 100 kB may cost, whatever it holds."""
TASK = "{traffic: 1k requests/month, score: {base: 0.5, ceiling: 0.9}, data: {examples: 1k}}"
HEAD = "schema: 1\nbase: llama-3.1-8b\nstrategies: {unified: {}, specialists: {}, prompted: {like_base: yes}}\n"


def many_tasks(count: int) -> str:
    return HEAD + f"tasks:\n  t0: {TASK}\n" + "".join(f"  t{number}: {{like: t0}}\n" for number in range(1, count))


LARGE: dict[str, tuple[str, int]] = {
    "250 tasks and 64 strategies": (many_tasks(250).replace("prompted: {", "".join(f"s{n}: {{kind: specialists}}, " for n in range(60)) + "prompted: {"), 2),
    "10 000 unknown keys": ("\n".join(f"k{number}: 1" for number in range(10_000)), INVALID),
    "a chain of 249 copies": (many_tasks(1) + "".join(f"  c{n}: {{like: {'t0' if n == 248 else f'c{n + 1}'}}}\n" for n in range(249)), DONE),
    "more tasks than are read": (many_tasks(1000), INVALID),
    "6 000 pairs": (many_tasks(120) + "similarity:\n" + "".join(f"  t{a}/t{b}: .1\n" for a in range(110) for b in range(a))[:90_000].rsplit("\n", 1)[0] + "\n", DONE),
    "aliases upon aliases": ("a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(f"{c}: &{c} [{', '.join([f'*{p}'] * 9)}]\n" for p, c in zip('abcdefgh', 'bcdefghi', strict=True)), INVALID),
    "9 000 brackets": ("[" * 9_000, INVALID),
    "one long number": ("horizon: " + "9" * 90_000, INVALID),
    "one long interval": ("horizon: " + "1 to " * 18_000, INVALID),
    "one long name": ("x" * 90_000 + ": 1", INVALID),
    "a long word for a model": ("base: " + "llama-" * 15_000, INVALID),
    "many groups": (many_tasks(200).replace("unified: {}", f"unified: {{}}, g: {{groups: [{', '.join(f'[t{n}]' for n in range(200))}]}}"), 2),
}  # fmt: skip
"""What it is -> text, exit code with 8 draws (2: refused for want of memory, or run)."""


WATCHED = TOLD + """\
import atexit, pathlib
atexit.register(lambda: pathlib.Path({told!r}).write_text(str(peak())))
from tuneplan.cli.main import entry
entry()
"""
"""The command, which tells at its end how much memory it took."""


@pytest.mark.parametrize(("text", "code"), LARGE.values(), ids=LARGE)
def test_a_file_under_100_kb_stays_small(tmp_path: Path, text: str, code: int) -> None:
    """Checked, and run with few draws; every process is killed after a minute, so that none can hang."""
    path = tmp_path / "large.yaml"
    path.write_text(text)
    assert path.stat().st_size < 100_000
    for words in (("check",), ("run", "--draws", "8")):
        process = subprocess.Popen(
            [sys.executable, "-c", WATCHED.format(told=str(tmp_path / "peak")), *words, str(path), "-q"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(SOURCE)},
        )  # fmt: skip
        assert process.stderr is not None
        killer = threading.Timer(60.0, process.kill)
        killer.start()
        said = process.stderr.read()
        killer.cancel()
        ended = process.wait()
        assert b"Traceback" not in said
        assert ended in ({code, DONE} if code == 2 else {code}), said[:400]
        assert int((tmp_path / "peak").read_text()) < LIMIT


def test_fifty_megabytes_are_refused_unread(simulate: Callable, tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as stream:
        stream.truncate(50_000_000)
    ended = simulate("check", path)
    assert (ended.code, ended.out) == (INVALID, "")
    assert ended.err == f"{path}: larger than 1 MB, the most a scenario may be\n1 error; nothing was run\n"


def test_a_named_pipe_is_refused_and_not_waited_for(simulate: Callable, scenario: Callable, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    for words in ((tmp_path / "pipe.yaml",), (scenario(("schema: 1", "include: pipe.yaml\nschema: 1")),)):
        ended = simulate("check", *words)
        assert (ended.code, ended.out) == (INVALID, "")
        assert "this is a named pipe, from which nothing may ever come; give a file" in ended.err


def test_no_result_is_written_over_what_it_was_made_from(simulate: Callable, scenario: Callable, tmp_path: Path) -> None:
    (tmp_path / "more.yaml").write_text("horizon: 3 months\n")
    path = scenario(("schema: 1", "include: more.yaml\nschema: 1"))
    before = path.read_text()
    for command in ((), ("check",), ("show",), ("explain",)):
        for target in (path, tmp_path / "more.yaml", tmp_path / "." / path.name):
            ended = simulate(*command, path, "-o", target)
            assert (ended.code, ended.err) == (2, f"{target}: this file was read; give another name for the result\n")
    assert path.read_text() == before


def test_streams_that_the_shell_has_closed(scenario: Callable) -> None:
    path = scenario()
    line = f'{sys.executable} -c "from tuneplan.cli.main import entry; entry()"'
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    for words, code in ((f"check {path} >&-", DONE), (f"check {path}.none 2>/dev/full", INVALID), ("--help >/dev/full", 2), (f"init {path}.new <&-", 130)):
        ended = subprocess.run(["bash", "-c", f"{line} {words}"], capture_output=True, text=True, check=False, env=environment)
        assert ended.returncode == code, (words, ended.stderr)
        assert "Traceback" not in ended.stderr
        assert "a bug" not in ended.stderr


def test_a_link_to_itself_takes_no_result(simulate: Callable, scenario: Callable, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    ended = simulate("check", scenario(), "-o", tmp_path / "loop")
    assert (ended.code, ended.err) == (2, f"{tmp_path / 'loop'}: can't be written: too many levels of symbolic links\n")
