"""``simulate compare``: two files, or one with a change."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tuneplan.cli.main import DONE, INVALID, STRICT, USAGE


def test_one_file_against_itself_changed(simulate: Callable, scenario: Callable) -> None:
    ended = simulate("compare", scenario(), "--set", "horizon=6 months", "--draws", 64)
    assert (ended.code, ended.err) == (DONE, "")
    assert ended.out.startswith("Two tasks: B against A\n")
    assert "two.yaml --set 'horizon=6 months'" in " ".join(ended.out.split())
    assert "The recommendation stays" in ended.out


def test_two_files(simulate: Callable, scenario: Callable, tmp_path: Path) -> None:
    one = scenario()
    other = tmp_path / "other.yaml"
    other.write_text(one.read_text().replace("10k requests", "50k requests").replace("Two tasks", "More traffic"))
    ended = simulate("compare", one, other, "--draws", 64, "--format", "json")
    assert ended.code == DONE
    found = json.loads(ended.out)
    assert [step["name"] for step in found["steps"]] == ["tasks.qa.traffic"]
    assert simulate("compare", one, other, "--draws", 64).out.startswith("More traffic (B) against Two tasks (A)\n")
    both = json.loads(simulate("compare", one, other, "--set", "horizon=6 months", "--draws", 64, "--format", "json").out)
    assert [step["name"] for step in both["steps"]] == ["tasks.qa.traffic"], "a change holds for both files"


def test_a_scenario_of_the_file(simulate: Callable, scenario: Callable) -> None:
    text = "\noverrides: {dear: {gpu.price: $9/hour}}\nscenarios: {squeeze: [dear]}\n"
    path = scenario(("strategies:\n", f"{text}strategies:\n"))
    ended = simulate("compare", path, "--scenario", "squeeze", "--draws", 64, "--order", "reverse", "--of", "unified")
    assert ended.code == DONE
    assert "gpu" in ended.out


@pytest.mark.parametrize("form", ["text", "json", "csv", "md"])
def test_same_seed_same_bytes_in_every_form(form: str, simulate: Callable, scenario: Callable) -> None:
    words = ("compare", scenario(), "--set", "horizon=6 months", "--draws", 64, "--format", form)
    first = simulate(*words)
    assert first.code == DONE
    assert simulate(*words).out == first.out != ""


def test_one_file_alone_is_refused_with_the_remedy(simulate: Callable, scenario: Callable) -> None:
    ended = simulate("compare", scenario())
    assert ended.code == USAGE
    assert "nothing to compare with: name a second file, or change this one" in ended.err


def test_an_unknown_strategy_and_a_broken_side(simulate: Callable, scenario: Callable) -> None:
    ended = simulate("compare", scenario(), "--set", "horizon=6 months", "--of", "unifid")
    assert (ended.code, ended.out) == (USAGE, "")
    assert 'did you mean "unified"?' in ended.err
    assert simulate("compare", scenario(), "--set", "horizn=6 months").code == INVALID
    assert simulate("compare", scenario(), "--set", "horizon=6 months", "--draws", 0).code == USAGE
    assert simulate("compare", scenario(), "nowhere.yaml").code != DONE


def test_warnings_of_both_sides_are_told_once(simulate: Callable, scenario: Callable) -> None:
    path = scenario(("gpu: {kind: h100-sxm, provider: lambda}", "gpu: {kind: h100-sxm, provider: aws}\nstart: 2027-06-07"))
    ended = simulate("compare", path, "--set", "horizon=6 months", "--draws", 64)
    assert ended.err.count("the rent of h100-sxm") == 1
    assert simulate("compare", path, "--set", "horizon=6 months", "--draws", 64, "-q").err == ""
    assert simulate("compare", path, "--set", "horizon=6 months", "--strict").code == STRICT


def test_a_result_is_not_written_over_either_side(simulate: Callable, scenario: Callable, tmp_path: Path) -> None:
    one = scenario()
    other = tmp_path / "other.yaml"
    other.write_text(one.read_text())
    ended = simulate("compare", one, other, "--draws", 64, "-o", other)
    assert ended.code == USAGE
    assert "this file was read" in ended.err
