"""``--chart FILE`` of analyses, as a person meets it."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from own_or_hosted import TEXT

Command = Callable[..., Any]
BEGINS = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}
UNCERTAIN = ("--set", "gpu.price=uniform $1 to $3 per hour", "--set", "tasks.chat.traffic=uniform 100k to 500k requests/month")


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """A card or an API; see ``own_or_hosted``."""
    path = tmp_path / "card.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.mark.parametrize(("words", "ending"), [
    (("schedule",), ".png"), (("frontier",), ".png"), (("sensitivity",), ".png"), (("voi",), ".png"), (("breakeven", "gpu.price"), ".png"),
    (("breakeven", "gpu.price", "tasks.chat.traffic"), ".png"), (("frontier",), ".svg"), (("breakeven", "gpu.price"), ".pdf"),
])  # fmt: skip
def test_a_chart_is_drawn_beside_what_is_printed(simulate: Command, card: Path, tmp_path: Path, words: tuple[str, ...], ending: str) -> None:
    picture = tmp_path / f"chart{ending}"
    command = (words[0], card, *words[1:], *UNCERTAIN, "--draws", "64", "-q", *(("--steps", "3") if words[0] == "breakeven" else ()))
    ended = simulate(*command, "--chart", picture)
    assert (ended.code, ended.err) == (0, "")
    assert picture.read_bytes().startswith(BEGINS[ending])
    assert ended.out == simulate(*command).out


def test_the_chart_is_that_of_the_question_asked(simulate: Command, card: Path, tmp_path: Path) -> None:
    picture = tmp_path / "map.svg"
    simulate("breakeven", card, "gpu.price", "tasks.chat.traffic", "--draws", "16", "--steps", "3", "-q", "--chart", picture)
    text = " ".join("".join(ET.fromstring(picture.read_bytes()).itertext()).split())
    for words in ("GPU: price [USD/hour]", "chat: traffic [request/month]", "16 draws, seed 0, scenario "):
        assert words in text, words


def test_another_ending_is_refused_before_anything_runs(simulate: Command, tmp_path: Path) -> None:
    ended = simulate("sensitivity", tmp_path / "missing.yaml", "--chart", "chart.gif")
    assert ended.code == 2
    assert "--chart: chart.gif does not end in .png, .svg or .pdf" in ended.err
    assert "missing.yaml" not in ended.err


def test_a_missing_matplotlib_is_said_before_anything_runs(simulate: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    ended = simulate("voi", tmp_path / "missing.yaml", "--chart", "chart.png")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.strip().endswith('charts need matplotlib: pip install "tuneplan[charts]"')


@pytest.mark.parametrize("words", [("schedule",), ("frontier",), ("sensitivity",), ("voi",), ("groupings",), ("breakeven", "gpu.price")])
def test_one_file_for_both_is_refused_before_anything_is_read_or_written(simulate: Command, tmp_path: Path, words: tuple[str, ...]) -> None:
    picture = tmp_path / "both.svg"
    ended = simulate(words[0], tmp_path / "missing.yaml", *words[1:], "-o", picture, "--chart", tmp_path / "." / "both.svg")
    assert (ended.code, ended.out) == (2, "")
    assert f"{picture} can't hold both the chart and the result; give one of them another name" in ended.err
    assert "missing.yaml" not in ended.err
    assert not picture.exists()


def test_two_names_of_one_file_are_one(simulate: Command, card: Path, tmp_path: Path) -> None:
    picture = tmp_path / "chart.svg"
    picture.write_text("kept", encoding="utf-8")
    (tmp_path / "linked.txt").symlink_to(picture)
    (tmp_path / "hard.txt").hardlink_to(picture)
    for other in ("linked.txt", "hard.txt"):
        ended = simulate("sensitivity", card, "-o", tmp_path / other, "--chart", picture)
        assert ended.code == 2
        assert "can't hold both" in ended.err
    assert picture.read_text(encoding="utf-8") == "kept"


def test_the_scenario_is_not_written_over(simulate: Command, card: Path, tmp_path: Path) -> None:
    """By a link, as no scenario ends as a chart does."""
    (tmp_path / "chart.svg").symlink_to(card)
    ended = simulate("sensitivity", card, *UNCERTAIN, "--draws", "64", "-q", "--chart", tmp_path / "chart.svg")
    assert ended.code == 2
    assert "give another name" in ended.err
    assert card.read_text(encoding="utf-8") == TEXT


def test_nothing_to_draw_is_said_and_the_answer_stands(simulate: Command, scenario: Callable[..., Path], tmp_path: Path) -> None:
    path, picture = scenario(("ceiling: 0.85 to 0.95}", "ceiling: 0.85 to 0.95, must: 0.99}")), tmp_path / "chart.png"
    ended = simulate("sensitivity", path, "--draws", "16", "-q", "--chart", picture)
    assert ended.code == 4
    assert ended.err == f"{picture}: not drawn, there is nothing to compare\n"
    assert not picture.exists()
