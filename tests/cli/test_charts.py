"""``simulate charts`` as a person meets it: files, names, refusals."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tuneplan.cli.main import NOTHING_FEASIBLE, USAGE
from tuneplan.report.charts import CHARTS

FEW = ("--draws", "64", "-q")
STARTS = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}


def test_all_charts_are_files_in_every_format_asked_for(simulate: Callable, scenario: Callable[..., Path], tmp_path: Path) -> None:
    """SVG, which every chart is drawn as elsewhere, beside it."""
    ended = simulate("charts", scenario(), "-o", tmp_path / "a/b", "--format", "png,pdf", *FEW)
    assert ended.code == 0
    written = ended.out.split()
    assert {Path(name).name for name in written} == {each.name for each in (tmp_path / "a/b").iterdir()}
    assert "cost-quality.png" in {Path(name).name for name in written}
    for name in written:
        content = Path(name).read_bytes()
        assert content.startswith(STARTS[Path(name).suffix[1:]])
        assert len(content) < 1_000_000


def test_one_chart_by_name_with_its_source_in_the_caption(simulate: Callable, scenario: Callable[..., Path], tmp_path: Path) -> None:
    ended = simulate("charts", scenario(), "--chart", "cost-quality", "--format", "svg", "-o", tmp_path, *FEW, "--seed", "3")
    assert ended.out == f"{tmp_path / 'cost-quality.svg'}\n"
    text = " ".join("".join(ET.fromstring((tmp_path / "cost-quality.svg").read_bytes()).itertext()).split())
    assert "Two tasks: 64 draws, seed 3, scenario " in text


def test_the_list_says_what_each_answers(simulate: Callable, scenario: Callable[..., Path], tmp_path: Path) -> None:
    ended = simulate("charts", scenario(), "--list", "-o", tmp_path / "none")
    assert [line.split()[0] for line in ended.out.strip().split("\n") if not line.startswith(" ")] == list(CHARTS)
    said = " ".join(ended.out.split())
    assert all(each.question in said for each in CHARTS.values())
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--chart", "cost-qualty"), 'no chart "cost-qualty"; did you mean "cost-quality"?'),
        (("--format", "gif"), "--format: 'gif' is none of png, svg, pdf"),
        (("--format", ","), "--format: nothing is none of png, svg, pdf"),
        (("--draws", "0"), "draws: 0 is not a whole number from 1"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_any_work(
    simulate: Callable, scenario: Callable[..., Path], tmp_path: Path, options: tuple[str, ...], message: str
) -> None:
    ended = simulate("charts", scenario(), "-o", tmp_path / "none", *options)
    assert (ended.code, ended.out) == (USAGE, "")
    assert message in ended.err
    assert not (tmp_path / "none").exists()


def test_a_folder_that_is_a_file_is_refused(simulate: Callable, scenario: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    ended = simulate("charts", scenario(), "--chart", "cost-quality", "-o", tmp_path / "taken", *FEW)
    assert ended.code == USAGE
    assert "taken: can't be made a folder: File exists" in ended.err
    assert (tmp_path / "taken").read_text(encoding="utf-8") == "mine"


def test_nothing_feasible_is_drawn_all_the_same(simulate: Callable, scenario: Callable[..., Path], tmp_path: Path) -> None:
    ended = simulate("charts", scenario(), "--set", "tasks.email.score.must=0.99", "--chart", "cost-quality", "-o", tmp_path, *FEW)
    assert ended.code == NOTHING_FEASIBLE
    assert (tmp_path / "cost-quality.png").exists()


def test_without_matplotlib_one_line_names_the_extra_before_any_work(
    simulate: Callable, scenario: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    ended = simulate("charts", scenario(), "-o", tmp_path / "none", *FEW)
    assert (ended.code, ended.out) == (USAGE, "")
    assert ended.err == 'charts need matplotlib: pip install "tuneplan[charts]"\n'
    assert not (tmp_path / "none").exists()


def test_a_chart_that_takes_long_is_drawn_when_asked_for_by_name(
    simulate: Callable, scenario: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in set(CHARTS) - {"groupings", "cost-quality"}:
        monkeypatch.delitem(CHARTS, name)
    monkeypatch.setitem(CHARTS, "groupings", replace(CHARTS["groupings"], unasked=lambda findings: "it takes long"))
    every = simulate("charts", scenario(), "-o", tmp_path / "every", "--draws", "64")
    assert "groupings: left out, it takes long\n" in every.err
    assert [each.name for each in (tmp_path / "every").iterdir()] == ["cost-quality.png"]
    asked = simulate("charts", scenario(), "--chart", "groupings", "-o", tmp_path / "asked", *FEW)
    assert asked.out == f"{tmp_path / 'asked/groupings.png'}\n"
