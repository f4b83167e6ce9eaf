"""``simulate voi`` as a person meets it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tuneplan.cli.main import NOTHING_FEASIBLE, USAGE
from tuneplan.report.voi import USUAL

LEARN = "{tasks.email.half_gap_examples: {noise: 60%}, router.accuracy: {noise: 5%}}"
CHECKS = f"checks: {{pilot: {{learn: {LEARN}, n: 3, cost: $2k, days: 10}}}}\n"


@pytest.fixture
def checked(scenario: Callable[..., Path]) -> Path:
    path = scenario()
    path.write_text(path.read_text(encoding="utf-8") + CHECKS, encoding="utf-8")
    return path


def test_it_answers(simulate: Callable, checked: Path) -> None:
    ended = simulate("voi", checked, "--draws", "512", "-q")
    assert ended.code == 0
    assert ended.out.startswith("Two tasks: what is worth finding out first\n\n")
    assert "(EVPI" in ended.out
    assert ended.out.endswith("512 draws, seed 0.\n")
    assert ended.err == ""
    assert simulate("voi", checked, "--draws", "512", "-q").out == ended.out


def test_16384_draws_are_usual(simulate: Callable, checked: Path) -> None:
    assert simulate("voi", checked, "-q").out.endswith(f"{USUAL} draws, seed 0.\n")
    assert USUAL == 16384


def test_as_json_and_csv_and_markdown(simulate: Callable, checked: Path) -> None:
    data = json.loads(simulate("voi", checked, "--draws", "128", "--format", "json").out)
    assert list(data)[:4] == ["schema_version", "tool", "scenario", "design"]
    assert data["design"] == {"draws": 128, "seed": 0, "scrambles": 8}
    table = list(csv.DictReader(io.StringIO(simulate("voi", checked, "--draws", "128", "--format", "csv").out)))
    whole = next(row for row in table if (row["knowledge"], row["figure"]) == ("EVPI", "worth"))
    assert float(whole["value"]) == data["evpi"]["worth"]
    assert whole["unit"] == "point"
    assert simulate("voi", checked, "--draws", "128", "--format", "md").out.startswith("**Two tasks: what is worth finding out first**\n")


def test_too_few_draws_have_no_error_in_json(simulate: Callable, checked: Path) -> None:
    data = json.loads(simulate("voi", checked, "--draws", "16", "--format", "json").out)
    assert data["evpi"]["simulation_error"] is None


def test_changes_reach_checks(simulate: Callable, checked: Path) -> None:
    data = json.loads(simulate("voi", checked, "--draws", "128", "--format", "json", "--set", "checks.pilot.cost=5 USD").out)
    assert data["checks"][0]["cost"] == 5.0


def test_nothing_feasible_has_its_exit_code(simulate: Callable, checked: Path) -> None:
    ended = simulate("voi", checked, "--draws", "64", "--set", "tasks.email.score.must=0.999")
    assert ended.code == NOTHING_FEASIBLE
    assert "Nothing meets the limits" in ended.out


def test_an_unknown_number_is_named_with_its_place(simulate: Callable, checked: Path) -> None:
    checked.write_text(checked.read_text(encoding="utf-8").replace("half_gap_examples", "half_gap_exampels"), encoding="utf-8")
    ended = simulate("voi", checked)
    assert ended.code == 3
    assert 'two.yaml:18:26: checks.pilot.learn: "tasks.email.half_gap_exampels" is no number of this scenario; did you mean "tasks.email.half_gap_examples"?' in ended.err


def test_what_is_known_exactly_is_a_warning(simulate: Callable, checked: Path) -> None:
    ended = simulate("voi", checked, "--draws", "64", "--set", "router.accuracy=95%")
    assert ended.code == 0
    assert "checks.pilot.learn: known exactly, so that there is nothing to learn: router.accuracy" in ended.err
    assert simulate("voi", checked, "--draws", "64", "--set", "router.accuracy=95%", "--strict").code == 5


def test_draws_that_are_none_are_refused(simulate: Callable, checked: Path) -> None:
    ended = simulate("voi", checked, "--draws", "0")
    assert ended.code == USAGE
    assert "draws: 0 is not a whole number from 1" in ended.err


def test_check_and_show_echo_checks(simulate: Callable, checked: Path, tmp_path: Path) -> None:
    said = " ".join(simulate("check", checked, "--set", "checks.pilot.n=5").out.split())
    assert "checks.pilot: $2k, 10 days, 5 observations of tasks.email.half_gap_examples (noise 60%) and router.accuracy (noise 5%) (--set)" in said
    data = json.loads(simulate("check", checked, "--format", "json").out)
    assert data["checks"] == [{
        "name": "pilot", "n": 3, "cost": 2000.0, "days": 10.0,
        "learn": [{"path": "tasks.email.half_gap_examples", "noise": 0.6}, {"path": "router.accuracy", "noise": 0.05}],
    }]  # fmt: skip
    for given in ([], ["--given"], ["--origin"]):
        shown = tmp_path / "shown.yaml"
        simulate("show", checked, "-o", shown, *given)
        again = json.loads(simulate("check", shown, "--format", "json").out)
        assert again["checks"] == data["checks"]
    figures = [json.loads(simulate("voi", path, "--draws", "128", "--format", "json").out) for path in (checked, shown)]
    assert figures[0]["checks"] == figures[1]["checks"]
    assert figures[0]["quantities"] == figures[1]["quantities"]
