"""Files read once and kept: what was read holds, and nothing else is looked up."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuneplan.errors import ScenarioError
from tuneplan.scenario.load import load, load_sets
from tuneplan.scenario.reading.texts import Texts

MAIN = (
    "schema: 1\ninclude: [team/more.yaml]\nbase: llama-3.1-8b\ntasks: {a: {traffic: 1k requests/month, score: {base: 0.5, ceiling: 0.9}}}\n"
    "strategies: {p: {kind: prompted, like_base: yes}}\noverrides: {longer: {horizon: 2 years}}\nscenarios: {default: [], long: [longer]}\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "team").mkdir()
    (tmp_path / "main.yaml").write_text(MAIN)
    (tmp_path / "team" / "more.yaml").write_text("horizon: 6 months\n")
    return tmp_path


def test_what_was_read_is_not_read_again(folder: Path) -> None:
    texts = Texts()
    first = load(folder / "main.yaml", texts=texts)
    (folder / "team" / "more.yaml").write_text("horizon: 9 months\n")
    assert load(folder / "main.yaml", texts=texts) == first
    assert load(folder / "main.yaml").quantities["horizon"].text == "9 months"
    assert [one.quantities["horizon"].text for _, one in load_sets(folder / "main.yaml", texts=texts)] == ["6 months", "2 years"]


def test_closed_texts_are_all_there_is_on_whatever_disk(folder: Path) -> None:
    texts = Texts()
    first = load(folder / "main.yaml", texts=texts)
    closed = Texts(known=texts.known, is_closed=True)
    (folder / "team" / "more.yaml").unlink()
    (folder / "team").rmdir()
    (folder / "team").symlink_to("/")
    assert load(folder / "main.yaml", texts=closed) == first
    with pytest.raises(ScenarioError, match=r"more\.yaml.*no such file was kept with the study"):
        load(folder / "main.yaml", texts=Texts(known={str(folder / "main.yaml"): MAIN}, is_closed=True))
    assert "more.yaml" in " ".join(texts.known)


@pytest.mark.parametrize(
    ("more", "message"),
    [("include: ../main.yaml\n", r"include goes in a circle: main\.yaml -> more\.yaml -> main\.yaml"), ("include: ../../x.yaml\n", "lies outside the folder of the scenario")],
)
def test_closed_texts_keep_the_rules_of_includes(more: str, message: str) -> None:
    known = {"there/main.yaml": MAIN, "there/team/more.yaml": more, "x.yaml": "horizon: 1 year\n"}
    with pytest.raises(ScenarioError, match=message):
        load("there/main.yaml", texts=Texts(known=known, is_closed=True))
