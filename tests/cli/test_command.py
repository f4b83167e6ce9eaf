"""What comes out, and where: results on stdout, files whole or not at all, processes that end well."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import tuneplan
from cli.conftest import start
from tuneplan.cli.main import DONE, INTERRUPTED, NOTHING_FEASIBLE, USAGE
from tuneplan.report.data import COLUMNS

needs_full_device = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")


def test_results_on_stdout_and_nothing_else(simulate: Callable, scenario: Callable) -> None:
    ended = simulate(scenario(), "--draws", 64)
    assert (ended.code, ended.err) == (DONE, "")
    assert ended.out.startswith("Two tasks\n\n")
    assert max(map(len, ended.out.splitlines())) <= 100
    assert "64 draws, seed 0" in ended.out


def test_run_may_be_left_out_and_options_may_come_first(simulate: Callable, scenario: Callable) -> None:
    path, words = scenario(), ("--draws", 64, "--format", "csv")
    results = {simulate(*order).out for order in ((path, *words), ("run", path, *words), (*words, path), (*words, "--", path))}
    assert len(results) == 1


def test_help_and_version(simulate: Callable) -> None:
    alone, asked = simulate(), simulate("--help")
    assert alone == asked
    assert (alone.code, alone.err) == (DONE, "")
    assert "simulate scenarios/startup.yaml" in alone.out
    run = simulate("run", "-h")
    assert "4 nothing meets the limits; 5 a warning under --strict; 130 interrupted" in run.out
    version = simulate("--version")
    assert (version.code, version.out) == (DONE, f"simulate, version {tuneplan.__version__}\n")


@pytest.mark.parametrize("draws", [1, 7])
def test_few_draws_work_in_every_format(simulate: Callable, scenario: Callable, draws: int) -> None:
    path = scenario()
    said = {form: simulate(path, "--draws", draws, "--format", form) for form in ("text", "md", "json", "csv")}
    assert {ended.code for ended in said.values()} == {DONE}
    assert f"{draws} draw{'' if draws == 1 else 's'}, seed 0" in said["text"].out
    assert "simulation error unknown (too few draws)" in " ".join(said["text"].out.split())
    assert json.loads(said["json"].out)["comparison"]["points"]["error"] is None


def test_two_hundred_tasks(simulate: Callable, tmp_path: Path) -> None:
    first = "{traffic: 1k requests/month, score: {base: 0.5, ceiling: 0.9}, data: {examples: 1k}}"
    tasks = "".join(f"  t{number}: {{like: t0}}\n" for number in range(1, 200))
    path = tmp_path / "many.yaml"
    head = "schema: 1\nname: Many\nbase: llama-3.1-8b\nstrategies: {unified: {}, prompted: {like_base: yes}}\n"
    path.write_text(f"{head}tasks:\n  t0: {first}\n{tasks}")
    ended = simulate(path, "--draws", 64, "--format", "csv")
    assert ended.code == DONE
    assert sum(row["quantity"] == "score" for row in csv.DictReader(io.StringIO(ended.out))) == 2 * 201
    assert max(map(len, simulate(path, "--draws", 8).out.splitlines())) <= 100


@pytest.mark.parametrize("limit", ["1e15 USD", "0 USD", "1e-9 USD"])
def test_extreme_numbers_are_numbers(simulate: Callable, scenario: Callable, limit: str) -> None:
    ended = simulate(scenario(), "--draws", 8, "--set", f"budget.limit={limit}")
    assert (ended.code, ended.err) == (DONE, "")


def test_exponents_are_read_as_numbers(simulate: Callable, scenario: Callable) -> None:
    ended = simulate(scenario(("10k requests", "1e14 requests")), "--draws", 8, "--format", "json")
    numbers = {each["path"]: each["value"] for each in json.loads(ended.out)["numbers"]}
    assert "100000000000000" in numbers["tasks.qa.traffic"].replace(",", "") or "1e+14" in numbers["tasks.qa.traffic"]


def test_equal_seeds_give_equal_bytes(simulate: Callable, scenario: Callable) -> None:
    path = scenario()
    first, again, other = (simulate(path, "--draws", 64, "--format", "csv", "--seed", seed).out for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_json_carries_its_provenance_and_no_nan(simulate: Callable, scenario: Callable) -> None:
    def refuse(word: str) -> float:
        raise AssertionError(f"{word} is no JSON")

    path = scenario()
    content = json.loads(simulate(path, "--draws", 64, "--seed", 3, "--format", "json").out, parse_constant=refuse)
    assert content["schema_version"] == 1
    assert content["tool"] == {"name": "tuneplan", "version": tuneplan.__version__}
    assert re.fullmatch("[0-9a-f]{12}", content["scenario"]["hash"])
    assert content["design"]["draws"] == 64
    assert content["design"]["seed"] == 3
    assert content["units"]["strategies.cost"] == "USD"
    assert content["recommended"] in {row["name"] for row in content["strategies"]}
    changed = simulate(path, "--draws", 64, "--set", "budget.limit=1k USD", "--format", "json").out
    assert json.loads(changed)["scenario"]["hash"] != content["scenario"]["hash"]


def test_csv_has_the_same_columns_whatever_happened(simulate: Callable, scenario: Callable) -> None:
    path = scenario()
    for extra in ((), ("--draws", 1), ("--set", "tasks.email.score.must=0.99")):
        table = list(csv.reader(io.StringIO(simulate(path, "--draws", 8, "--format", "csv", *extra).out)))
        assert tuple(table[0]) == COLUMNS
        assert {len(row) for row in table} == {len(COLUMNS)}
        assert all(math.isfinite(float(cell)) for row in table[1:] for cell in row[5:] if cell)
        assert all(row[4] for row in table[1:])


def test_a_csv_cell_never_starts_a_formula(simulate: Callable, scenario: Callable) -> None:
    path = scenario(("  qa:", "  -x:"), ("email/qa", "email/-x"), ("  specialists: {}", "  -y: {kind: specialists}"))
    table = list(csv.reader(io.StringIO(simulate(path, "--draws", 8, "--format", "csv").out)))
    words = {cell for row in table[1:] for cell in row[:5]}
    assert {"'-x", "'-y"} <= words
    assert not [word for word in words if word.startswith(("=", "+", "-", "@"))]


def test_markdown_tables_are_well_formed(simulate: Callable, scenario: Callable) -> None:
    out = simulate(scenario(), "--draws", 8, "--format", "md").out
    blocks = re.findall(r"(?:^\|.*\n)+", out, flags=re.MULTILINE)
    assert len(blocks) >= 5
    for block in blocks:
        lines = block.splitlines()
        assert re.fullmatch(r"\|:--\|(--:\|)+", lines[1])
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) == 1
        assert f"\n\n{block}\n" in out


def test_a_scenario_cannot_inject_markup_or_move_the_cursor(simulate: Callable, scenario: Callable) -> None:
    evil = '"<script>alert(1)</script> [a](http://b) *c* | `d`\u202e"'
    path = scenario(("name: Two tasks", f"name: {evil}\nquestion: {evil}"))
    markdown, text = simulate(path, "--draws", 8, "--format", "md").out, simulate(path, "--draws", 8).out
    assert markdown.count(r"\<script\>alert(1)\</script\> \[a\](http://b) \*c\* \| \`d\`") == 2
    assert not re.search(r"(?<!\\)[<`]", markdown)
    assert "\u202e" not in markdown + text
    assert simulate(scenario(("Two tasks", "x\nquestion: '# heading'")), "--format", "md", "--draws", 8).out.count("\n\\# heading\n") == 1


def test_a_file_is_written_whole(simulate: Callable, scenario: Callable, tmp_path: Path) -> None:
    path, target = scenario(), tmp_path / "out" / "result.json"
    target.parent.mkdir()
    target.write_text("before")
    ended = simulate(path, "--draws", 8, "--format", "json", "-o", target)
    assert (ended.code, ended.out, ended.err) == (DONE, "", "")
    assert json.loads(target.read_text())["design"]["draws"] == 8
    assert list(target.parent.iterdir()) == [target]
    assert simulate(path, "--draws", 8, "-o", "-").out.startswith("Two tasks")


def test_a_link_is_written_through(simulate: Callable, scenario: Callable, tmp_path: Path) -> None:
    real, link = tmp_path / "real.txt", tmp_path / "link.txt"
    link.symlink_to(real)
    assert simulate(scenario(), "--draws", 8, "-o", link).code == DONE
    assert link.is_symlink()
    assert real.read_text().startswith("Two tasks")


@pytest.mark.parametrize("target", ["missing/result.txt", ".", "two.yaml/x"])
def test_a_file_that_cannot_be_written(simulate: Callable, scenario: Callable, tmp_path: Path, target: str) -> None:
    ended = simulate(scenario(), "--draws", 8, "-o", tmp_path / target)
    assert (ended.code, ended.out) == (USAGE, "")
    assert re.fullmatch(r".*: can't be written: .+\n", ended.err)
    assert [each.name for each in tmp_path.iterdir()] == ["two.yaml"]


def test_an_interrupted_write_leaves_no_partial_file(
    simulate: Callable, scenario: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(self: Path, content: bytes) -> int:
        with self.open("wb") as stream:
            stream.write(content[:10])
        raise KeyboardInterrupt

    path, target = scenario(), tmp_path / "result.txt"
    target.write_text("before")
    monkeypatch.setattr(Path, "write_bytes", interrupted)
    ended = simulate(path, "--draws", 8, "-o", target)
    assert (ended.code, ended.err.strip()) == (INTERRUPTED, "interrupted; nothing was written")
    assert target.read_text() == "before"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["result.txt", "two.yaml"]


@needs_full_device
def test_a_full_disk_is_one_clear_line(simulate: Callable, scenario: Callable) -> None:
    ended = simulate(scenario(), "--draws", 8, "-o", "/dev/full")
    assert (ended.code, ended.out) == (USAGE, "")
    assert ended.err == "/dev/full: can't be written: No space left on device\n"
    assert Path("/dev/full").is_char_device()
    assert not [each for each in os.listdir("/dev") if "tuneplan" in each]


@needs_full_device
def test_a_full_disk_behind_stdout(scenario: Callable) -> None:
    with open("/dev/full", "wb") as full:
        process = start(scenario(), "--draws", "8", stdout=full)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (USAGE, b"stdout: can't be written: No space left on device\n")


def test_a_reader_who_leaves_is_no_error(scenario: Callable) -> None:
    process = start(scenario(), "--draws", "8", "--format", "json")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    assert process.wait(timeout=30) == DONE


def test_letters_that_a_terminal_lacks_are_no_error(scenario: Callable) -> None:
    process = start(scenario(("Two tasks", "日本")), "--draws", "8", env={"PYTHONIOENCODING": "ascii"})
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (DONE, b"")
    assert out.startswith(b"\\u65e5\\u672c")


MEMORY = 6 * 2**30
"""Bytes that the long run may take, so that a slow machine is not brought down."""


@pytest.mark.skipif(os.name != "posix", reason="signals of a terminal")
def test_ctrl_c_ends_a_long_run_at_once(scenario: Callable) -> None:
    ready = (
        "import resource, sys, tuneplan.api; "
        f"resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY})); print('ready', file=sys.stderr, flush=True); "
    )
    process = start(scenario(), "--draws", "400000", before=ready)
    assert process.stderr is not None
    assert process.stderr.readline() == b"ready\n"
    time.sleep(0.4)
    process.send_signal(signal.SIGINT)
    asked = time.monotonic()
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (INTERRUPTED, b"")
    assert err.strip() == b"interrupted; nothing was written"
    assert time.monotonic() - asked < 5


def test_what_would_make_something_feasible(simulate: Callable, scenario: Callable) -> None:
    path = scenario(("limit: $60k, covers: [data, training]", "limit: $500, covers: [data, people]"))
    ended = simulate(path, "--draws", 64)
    assert ended.code == NOTHING_FEASIBLE
    assert "What would do, one change alone" in ended.out
    found = json.loads(simulate(path, "--draws", 64, "--format", "json").out)["remedies"]
    budget = next(each for each in found["found"] if each["kind"] == "budget")
    words = [word for change in budget["changes"] for word in ("--set", change)]
    assert simulate(path, "--draws", 64, *words).code == DONE
    assert json.loads(simulate(scenario(), "--draws", 64, "--format", "json").out)["remedies"] is None
