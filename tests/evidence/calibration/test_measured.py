"""Scores that pilots measured are found again beside the scenario, and nothing is made of what is not theirs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tuneplan.evidence.calibration.measured import measured_scores
from tuneplan.scenario.calibration import Calibration
from tuneplan.scenario.load import load
from tuneplan.scenario.records import Scenario

PILOTS = """\
task,trained_together,examples,base,score,standard_error,others_examples,base_model,method
email,email,500,0.61,0.695,0.012,,,
email,email+summary+qa,400,,0.73,,300,,
qa,,0,,0.64,0.01,,,
summary,summary,200,,0.70,,,,lora
"""


def taught(scenario: Scenario, file: str = "pilots.csv", pilots: int = 4) -> Scenario:
    """The scenario as if it had been calibrated."""
    return replace(scenario, calibration=Calibration(file=file, pilots=pilots, names=(), shift=(), loadings=(), known=(), priors=()))


@pytest.fixture
def beside(scenarios: Path, tmp_path: Path) -> Scenario:
    """The startup in a folder with a pilot file."""
    (tmp_path / "startup.yaml").write_text((scenarios / "startup.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "pilots.csv").write_text(PILOTS, encoding="utf-8")
    return load(tmp_path / "startup.yaml")


def test_scores_after_training_are_found_in_points(beside: Scenario) -> None:
    """Neither a base nor what another method trained."""
    found = measured_scores(taught(beside))
    assert [(each.task, each.strategy, each.examples) for each in found] == [("email", "specialists", 500.0), ("email", "unified", 400.0)]
    assert [each.points for each in found] == pytest.approx([69.5, 73.0])
    assert [each.error for each in found] == pytest.approx([1.2, 1.0])


def test_nothing_is_shown_without_calibration_or_file(beside: Scenario, tmp_path: Path) -> None:
    assert measured_scores(beside) == ()
    (tmp_path / "pilots.csv").unlink()
    assert measured_scores(taught(beside)) == ()


def test_another_file_of_that_name_is_not_theirs(beside: Scenario, tmp_path: Path) -> None:
    assert measured_scores(taught(beside, pilots=5)) == ()
    (tmp_path / "pilots.csv").write_text("what,is,this\n1,2,3\n", encoding="utf-8")
    assert measured_scores(taught(beside)) == ()


def test_no_file_of_another_folder_is_read(beside: Scenario, tmp_path: Path) -> None:
    """The name comes out of a file that anybody may have written."""
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "pilots.csv").write_text(PILOTS, encoding="utf-8")
    assert measured_scores(taught(beside, file="inner/pilots.csv")) == ()
    assert measured_scores(taught(beside, file=str(tmp_path / "pilots.csv"))) == ()
