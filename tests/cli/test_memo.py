"""``simulate memo`` as a person meets it."""

from __future__ import annotations

import errno
import subprocess
import sys
import zipfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tuneplan.cli import memo as command
from tuneplan.cli.main import DONE, INTERRUPTED, NOTHING_FEASIBLE, STRICT, USAGE
from tuneplan.report.charts.drawing import drawn
from tuneplan.report.charts.registry import NothingToDraw
from tuneplan.report.document import writing
from tuneplan.report.memo import pictures


@pytest.fixture
def one_chart(monkeypatch: pytest.MonkeyPatch) -> None:
    """A memo with a single chart, where what is asked is whether it is written at all."""

    def sparingly(chart: Any, findings: Any) -> Any:
        if chart.name != "cost-quality":
            raise NothingToDraw("it is left out")
        return drawn(chart, findings)

    monkeypatch.setattr(pictures, "drawn", sparingly)


@pytest.mark.parametrize("name", ["memo.docx", "memo.md"])
def test_a_memo_in_each_format(simulate: Callable, scenario: Callable, tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    ended = simulate("memo", scenario(), "--draws", 64, "-o", target)
    assert (ended.code, ended.out, ended.err) == (DONE, f"{target}\n", "")
    whole = target.read_bytes()
    if name.endswith("docx"):
        with zipfile.ZipFile(target) as parts:
            whole = parts.read("word/document.xml")
            assert [each for each in parts.namelist() if each.startswith("word/media/")]
    assert b"Two tasks" in whole
    assert b"<pic:pic" in whole or b"](memo_charts/" in whole


def test_equal_seeds_give_equal_files(simulate: Callable, scenario: Callable, tmp_path: Path) -> None:
    path = scenario()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        target = tmp_path / name / "m.html"
        ended = simulate("memo", path, "--draws", 64, "--seed", 3, "-o", target)
        assert (ended.code, ended.out, ended.err) == (DONE, f"{target}\n", "")
    whole = (tmp_path / "one" / "m.html").read_bytes()
    assert b"Two tasks" in whole
    assert b"<svg" in whole
    assert whole == (tmp_path / "two" / "m.html").read_bytes()
    assert b"--seed 3 -o m.html" in whole, "the command makes this very file"


@pytest.mark.usefixtures("one_chart")
def test_nothing_feasible_is_an_answer_with_the_exit_code_of_run(simulate: Callable, scenario: Callable, tmp_path: Path) -> None:
    path = scenario(("  prompted: {like_base: yes}\n", ""))
    ended = simulate("memo", path, "--draws", 64, "--set", "budget.limit=0 USD", "-o", tmp_path / "memo.html")
    assert ended.code == NOTHING_FEASIBLE
    assert (tmp_path / "memo.html").read_text().rstrip().endswith("</html>")


@pytest.mark.usefixtures("one_chart")
def test_one_draw_makes_a_memo(simulate: Callable, scenario: Callable, tmp_path: Path) -> None:
    ended = simulate("memo", scenario(), "--draws", 1, "-o", tmp_path / "memo.html")
    assert (ended.code, ended.err) == (DONE, "")


@pytest.fixture
def idle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work that must not begin."""

    def begun(*words: Any, **options: Any) -> None:
        raise AssertionError("work began")

    monkeypatch.setattr(command, "findings_of", begun)


@pytest.mark.usefixtures("idle")
@pytest.mark.parametrize("name", ["memo.pdf", "memo", "-"])
def test_another_ending_is_refused_before_the_work(simulate: Callable, scenario: Callable, name: str) -> None:
    ended = simulate("memo", scenario(), "-o", name)
    assert (ended.code, ended.out, ended.err) == (USAGE, "", f"{name}: a memo is a file that ends in .html, .docx or .md\n")


@pytest.mark.usefixtures("idle")
def test_a_missing_extra_is_one_line_before_the_work(simulate: Callable, scenario: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "find_spec", lambda name: None if name in ("jinja2", "matplotlib") else find_spec(name))
    ended = simulate("memo", scenario())
    assert (ended.code, ended.out, ended.err) == (USAGE, "", 'a memo as .html needs matplotlib and jinja2: pip install "tuneplan[memo]"\n')


@pytest.mark.usefixtures("idle")
def test_a_missing_folder_is_said_before_the_work(simulate: Callable, scenario: Callable, tmp_path: Path) -> None:
    ended = simulate("memo", scenario(), "-o", tmp_path / "nowhere" / "memo.html")
    assert ended.code == USAGE
    assert "there is no folder" in ended.err


@pytest.mark.usefixtures("one_chart")
def test_a_scenario_is_not_written_over(simulate: Callable, scenario: Callable, tmp_path: Path) -> None:
    path = scenario().rename(tmp_path / "scenario.md")
    before = path.read_bytes()
    ended = simulate("memo", path, "--draws", 16, "-o", path)
    assert (ended.code, ended.out) == (USAGE, "")
    assert "this file was read; give another name for the result" in ended.err
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["scenario.md"]


@pytest.mark.usefixtures("one_chart")
@pytest.mark.parametrize(("error", "code"), [(KeyboardInterrupt(), INTERRUPTED), (OSError(errno.ENOSPC, "No space left on device"), USAGE)])
def test_a_memo_that_fails_leaves_the_old_one(
    simulate: Callable, scenario: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int
) -> None:
    def fails(self: Path, content: bytes) -> int:
        with self.open("wb") as stream:
            stream.write(content[: len(content) // 2])
        raise error

    path, target = scenario(), tmp_path / "memo.html"
    target.write_text("before")
    monkeypatch.setattr(Path, "write_bytes", fails)
    ended = simulate("memo", path, "--draws", 16, "-o", target)
    assert (ended.code, ended.out) == (code, "")
    assert target.read_text() == "before"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["memo.html", "two.yaml"]


@pytest.mark.usefixtures("one_chart")
def test_warnings_are_told_and_can_stop_it(simulate: Callable, scenario: Callable, tmp_path: Path) -> None:
    """Of a price that may have changed by the start."""
    words = ("memo", scenario(("schema: 1", "schema: 1\nstart: 2027-01-04")), "--draws", 16, "-o", tmp_path / "memo.html")
    assert simulate(*words, "--strict").code == STRICT
    assert [each.name for each in tmp_path.iterdir()] == ["two.yaml"]
    ended = simulate(*words)
    assert ended.code == DONE
    assert ended.err.startswith("warning: ")
    assert (tmp_path / "memo.html").exists()
    ended = simulate(*words, "-q")
    assert (ended.code, ended.err) == (DONE, "")


def test_any_name_is_a_name(simulate: Callable, scenario: Callable, tmp_path: Path) -> None:
    """Markup, a template, quotes, mathematics, other scripts and a very long word, one after the other."""
    hostile = r'"<script>alert(1)</script> {{7*7}} \"><img src=x onerror=alert(1)> ]]> &lt; $x$ 日本語 مرحبا 🚀"'
    path = scenario(("name: Two tasks", f'name: {hostile}\nquestion: {hostile[:-1]} {"x" * 500}"'))
    for name in ("memo.html", "memo.docx", "memo.md"):
        ended = simulate("memo", path, "--draws", 16, "-o", tmp_path / name, "-q")
        assert (ended.code, ended.err) == (DONE, "")
    page = (tmp_path / "memo.html").read_text()
    assert "<script" not in page
    assert "<img" not in page
    assert "{{7*7}}" in page
    assert "x" * 500 in page


def test_what_draws_and_writes_is_loaded_when_a_memo_is_asked_for() -> None:
    code = "import sys, tuneplan.cli.memo, tuneplan.cli.charts; assert not {'matplotlib', 'jinja2', 'docx'} & set(sys.modules), sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": ":".join(sys.path)})
