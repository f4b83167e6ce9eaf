"""``simulate calibrate`` as a person meets it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tuneplan.cli.main import INVALID, STRICT, USAGE

PILOTS = """\
task,strategy,examples,base,score
email,specialists,500,0.61,0.70
email,unified,500,,0.74
qa,unified,500,,0.72
"""


@pytest.fixture
def files(scenario: Callable[..., Path]) -> tuple[Path, Path]:
    """Pilots and a scenario."""
    path = scenario()
    pilots = path.with_name("pilots.csv")
    pilots.write_text(PILOTS, encoding="utf-8")
    return pilots, path


def test_it_reports_and_writes_nothing(simulate: Callable, files: tuple[Path, Path]) -> None:
    pilots, path = files
    before = sorted(path.parent.iterdir())
    ended = simulate("calibrate", pilots, "--scenario", path, "--draws", "256", "-q")
    assert ended.code == 0
    assert ended.err == ""
    assert ended.out.startswith("Two tasks: calibrated on 3 pilots of pilots.csv\n\nThe verdict ")
    assert "Nothing was written; -o calibrated.yaml writes what a scenario includes." in ended.out
    assert sorted(path.parent.iterdir()) == before
    assert simulate("calibrate", pilots, "--scenario", path, "--draws", "256", "-q").out == ended.out


def test_what_it_writes_a_scenario_includes(simulate: Callable, files: tuple[Path, Path]) -> None:
    pilots, path = files
    learned = path.with_name("calibrated.yaml")
    ended = simulate("calibrate", pilots, "--scenario", path, "--draws", "256", "-q", "--format", "json", "-o", learned)
    after = {each["name"]: each["expected"] for each in json.loads(ended.out)["after"]["strategies"]}
    path.write_text("include: calibrated.yaml\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert "calibrated from pilots.csv (3 pilots)" in simulate("check", path).out
    run = simulate("run", path, "--draws", "256", "--format", "json", "-q")
    assert {each["name"]: each["delivered"]["mean"] for each in json.loads(run.out)["strategies"]} == pytest.approx(after)
    text = simulate("run", path, "--draws", "256", "-q").out
    assert "Calibrated on 3 pilots of pilots.csv: " in text
    origins = {each["path"]: each["origin"] for each in json.loads(run.out)["numbers"]}
    assert origins["tasks.email.score.base"] == "calibrated from pilots.csv (3 pilots)"
    explained = simulate("explain", path, "tasks.email.score.base").out
    assert "calibrated from pilots.csv (3 pilots)" in " ".join(explained.split())


def test_numbers_are_echoed_as_they_are_in_force(simulate: Callable, files: tuple[Path, Path]) -> None:
    pilots, path = files
    simulate("calibrate", pilots, "--scenario", path, "--draws", "256", "-q", "-o", path.with_name("calibrated.yaml"))
    path.write_text("include: calibrated.yaml\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    lines = [line for line in simulate("check", path, "-q").out.splitlines() if line.startswith("  tasks.email.")]
    assert [line.split()[0] for line in lines if line.endswith("; moved by pilots since")] == ["tasks.email.score.base", "tasks.email.score.ceiling"]
    similar = next(line for line in simulate("check", path, "-q").out.splitlines() if line.startswith("  similarity.email/qa"))
    assert similar.endswith("; moved by pilots since")
    assert "moved" not in next(line for line in simulate("check", path, "-q", "--set", "tasks.email.score.base=0.6").out.splitlines() if "email.score.base" in line)
    said = " ".join(simulate("breakeven", path, "tasks.email.score.base", "--draws", "128", "-q").out.split())
    assert "tasks.email.score.base is now median 0.6" in said
    explained = " ".join(simulate("explain", path, "tasks.email.score.base", "-q").out.split())
    assert "[calibrated from pilots.csv (3 pilots); before: yours]" in explained


def test_show_writes_it_out_again(simulate: Callable, files: tuple[Path, Path], tmp_path: Path) -> None:
    pilots, path = files
    simulate("calibrate", pilots, "--scenario", path, "--draws", "256", "-q", "-o", path.with_name("calibrated.yaml"))
    path.write_text("include: calibrated.yaml\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    whole = tmp_path / "whole.yaml"
    whole.write_text(simulate("show", path).out, encoding="utf-8")
    one, other = (json.loads(simulate("run", each, "--draws", "128", "--format", "json", "-q").out) for each in (path, whole))
    assert one["strategies"] == other["strategies"]


@pytest.mark.parametrize(
    "words",
    [("sensitivity",), ("voi",), ("frontier",), ("groupings",), ("breakeven", "law.interference_strength"), ("compare", "--set", "law.discrepancy=0 points")],
    ids=lambda words: words[0],
)
def test_every_analysis_sees_it(simulate: Callable, files: tuple[Path, Path], words: tuple[str, ...]) -> None:
    pilots, path = files
    command, *rest = words
    usual = simulate(command, path, *rest, "--draws", "128", "-q")
    simulate("calibrate", pilots, "--scenario", path, "--draws", "256", "-q", "-o", path.with_name("calibrated.yaml"))
    path.write_text("include: calibrated.yaml\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    ended = simulate(command, path, *rest, "--draws", "128", "-q")
    assert (ended.code, ended.err) == (usual.code, usual.err)
    assert ended.out != usual.out
    if command != "compare":
        assert "Calibrated on 3 pilots of pilots.csv: numbers are as known after them." in " ".join(ended.out.split())
        assert "Calibrated on" not in usual.out
    data = json.loads(simulate(command, path, *rest, "--draws", "128", "-q", "--format", "json").out)
    assert data["scenario"]["calibrated"] == {"from": "pilots.csv", "pilots": 3}


def test_as_csv_and_markdown(simulate: Callable, files: tuple[Path, Path]) -> None:
    pilots, path = files
    table = list(csv.DictReader(io.StringIO(simulate("calibrate", pilots, "--scenario", path, "--draws", "128", "--format", "csv", "-q").out)))
    assert {row["about"] for row in table} == {"number", "pilot", "strategy", "further pilot"}
    assert all(row["unit"] for row in table if row["about"] == "strategy")
    assert simulate("calibrate", pilots, "--scenario", path, "--draws", "128", "--format", "md", "-q").out.startswith("**Two tasks: calibrated on 3 pilots")


def test_a_bad_file_writes_nothing(simulate: Callable, files: tuple[Path, Path]) -> None:
    pilots, path = files
    pilots.write_text(PILOTS + "qb,unified,many,,70\n", encoding="utf-8")
    learned = path.with_name("calibrated.yaml")
    learned.write_text("as it was", encoding="utf-8")
    ended = simulate("calibrate", pilots, "--scenario", path, "-o", learned)
    assert ended.code == INVALID
    assert ended.out == ""
    assert 'pilots.csv:5:1: task: "qb" is no task of the scenario' in ended.err
    assert 'pilots.csv:5:3: examples: "many" is not a number' in ended.err
    assert ended.err.endswith("2 errors; nothing was calibrated\n")
    assert learned.read_text(encoding="utf-8") == "as it was"


def test_nothing_that_was_read_is_written_over(simulate: Callable, files: tuple[Path, Path]) -> None:
    pilots, path = files
    for output in files:
        ended = simulate("calibrate", pilots, "--scenario", path, "--draws", "128", "-o", output)
        assert ended.code == USAGE
        assert "this file was read; give another name" in ended.err
    assert pilots.read_text(encoding="utf-8") == PILOTS


def test_warnings_of_the_pilot_file(simulate: Callable, files: tuple[Path, Path]) -> None:
    pilots, path = files
    pilots.write_text(PILOTS.replace("score", "score,methd", 1).replace("\n", ",\n").replace("methd,", "methd", 1), encoding="utf-8")
    ended = simulate("calibrate", pilots, "--scenario", path, "--draws", "128")
    assert 'methd: no column of ours; did you mean "method"? It is not used' in ended.err
    assert simulate("calibrate", pilots, "--scenario", path, "--draws", "128", "--strict").code == STRICT


def test_a_scenario_is_needed(simulate: Callable, files: tuple[Path, Path]) -> None:
    ended = simulate("calibrate", files[0])
    assert ended.code == USAGE
    assert "--scenario" in ended.err


def test_the_shipped_pilots_calibrate_the_shipped_scenario(simulate: Callable, scenarios: Path) -> None:
    ended = simulate("calibrate", scenarios / "pilots.csv", "--scenario", scenarios / "startup.yaml", "--draws", "256", "-q")
    assert ended.code == 0
    assert ended.out.startswith("Startup assistant: calibrated on 8 pilots of pilots.csv\n")


@pytest.mark.parametrize("draws", ["1", "2", "63"])
def test_too_few_draws_are_refused(simulate: Callable, files: tuple[Path, Path], draws: str) -> None:
    pilots, path = files
    ended = simulate("calibrate", pilots, "--scenario", path, "--draws", draws)
    assert ended.code == USAGE
    assert f"draws: {draws} are too few to say what pilots taught; give 64 or more" in ended.err
    assert ended.out == ""


def test_as_few_draws_as_allowed_are_enough(simulate: Callable, files: tuple[Path, Path]) -> None:
    pilots, path = files
    assert simulate("calibrate", pilots, "--scenario", path, "--draws", "64", "-q").code == 0


def test_it_may_be_written_anew(simulate: Callable, files: tuple[Path, Path]) -> None:
    pilots, path = files
    learned = path.with_name("calibrated.yaml")
    words = ("calibrate", pilots, "--scenario", path, "--draws", "128", "-q", "-o", learned)
    simulate(*words)
    path.write_text("include: calibrated.yaml\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    before = learned.read_text(encoding="utf-8")
    pilots.write_text(PILOTS + "email,specialists,1000,,0.72\n", encoding="utf-8")
    ended = simulate(*words)
    assert ended.code == 0
    assert "The scenario was calibrated from pilots.csv (3 pilots) before; that is left out here" in " ".join(ended.out.split())
    assert learned.read_text(encoding="utf-8") != before
    assert "pilots: 4\n" in learned.read_text(encoding="utf-8")


def test_a_file_that_holds_more_than_a_calibration_is_not_written_over(simulate: Callable, files: tuple[Path, Path]) -> None:
    pilots, path = files
    learned = path.with_name("calibrated.yaml")
    words = ("calibrate", pilots, "--scenario", path, "--draws", "128", "-q", "-o", learned)
    simulate(*words)
    learned.write_text(learned.read_text(encoding="utf-8") + "law: {format_examples: 400}\n", encoding="utf-8")
    path.write_text("include: calibrated.yaml\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    ended = simulate(*words)
    assert ended.code == USAGE
    assert "this file was read; give another name" in ended.err


def test_what_goes_nowhere_was_not_written(simulate: Callable, files: tuple[Path, Path]) -> None:
    pilots, path = files
    ended = simulate("calibrate", pilots, "--scenario", path, "--draws", "128", "-q", "-o", "/dev/null")
    assert ended.code == 0
    assert "/dev/null" not in ended.out
    assert "Nothing was written; -o calibrated.yaml" in ended.out
    alone = simulate("calibrate", pilots, "--scenario", path, "--draws", "128", "-q", "-o", "-").out
    assert alone.startswith("# What 3 pilots of pilots.csv taught")


def test_help_says_what_is_written_and_how_many_draws(simulate: Callable) -> None:
    said = " ".join(simulate("calibrate", "--help").out.split())
    assert "for a scenario to include; the report is printed as ever" in said
    assert "(4096; 64 at least)" in said
