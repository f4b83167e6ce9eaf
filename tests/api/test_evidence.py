"""Evidence in a notebook says what its commands say."""

from __future__ import annotations

import json
import warnings
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from tuneplan import ScenarioError, Study, UsageError, calibrate, fit, validate
from tuneplan.evidence.curves.fitting import fit as fitted
from tuneplan.evidence.curves.reading import read_curves
from tuneplan.report import curves, validation
from tuneplan.report.page import as_terminal_page

HERE = Path(__file__).parents[2] / "scenarios"


def test_what_pilots_taught_goes_into_the_next_study(study: Study) -> None:
    found = calibrate(HERE / "pilots.csv", scenario=study, draws=64)
    assert found.record.learned.pilots == 8
    knowing = study.include(found)
    assert knowing.asked.calibration == found.record.learned
    assert knowing.set("horizon", "6 months").asked.calibration == found.record.learned
    assert "Calibrated on 8 pilots" in repr(knowing.run(draws=64).voi())
    assert json.loads(found.to_json())
    assert len(found.to_frame()) == len(list(found.rows()))
    assert "<table" in found._repr_html_()
    assert calibrate(str(HERE / "pilots.csv"), scenario=HERE / "startup.yaml", draws=64).to_yaml() == found.to_yaml()


def test_too_few_draws_teach_nothing(study: Study) -> None:
    with pytest.raises(UsageError, match="draws: 8 are too few to say what pilots taught; give 64 or more"):
        calibrate(HERE / "pilots.csv", scenario=study, draws=8)


def test_curves_are_fitted_as_by_the_command(study: Study, figures: None) -> None:
    found = fit(HERE / "curves.csv", at=(10_000, 50_000.0), draws=100, seed=1)
    read, _ = read_curves(HERE / "curves.csv")
    assert repr(found) == as_terminal_page(curves.page(fitted(read, (10_000.0, 50_000.0), draws=100, seed=1), seed=1))
    assert found.to_yaml() == curves.as_scenario(found.record, source=str(HERE / "curves.csv"))
    assert study.include(found).asked.quantities["tasks.email.half_gap_examples"].origin == "include curves.yaml"
    assert set(found.to_frame()["curve"])
    figure = found.plot().get_figure()
    panels = [each for each in figure.axes if each.get_title(loc="left")]
    assert len(panels) == len(read)
    carried = next(line for line in panels[0].lines if line.get_label() == "carried on")
    assert carried.get_xdata().tolist() == found.record[0].at[found.record[0].told].tolist()
    assert carried.get_ydata() == pytest.approx(np.median(found.record[0].values, axis=0)[found.record[0].told])
    for wrong, message in ((99, "draws: 99 is not a whole number from 100"), (1.5, r"draws: 1\.5 is not")):
        with pytest.raises(UsageError, match=message):
            fit(HERE / "curves.csv", draws=wrong)
    with pytest.raises(UsageError, match="seed: -1"):
        fit(HERE / "curves.csv", draws=100, seed=-1)
    with pytest.raises(UsageError, match="0 examples"):
        fit(HERE / "curves.csv", at=[0.0], draws=100)


def test_a_case_of_ones_own_is_predicted(tmp_path: Path, figures: None) -> None:
    lines = (files("tuneplan.evidence") / "bundled" / "serving.csv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "some.csv").write_text("\n".join(lines[:8]) + "\n")
    found = validate(tmp_path / "some.csv", draws=64)
    assert repr(validate([tmp_path / "some.csv"], draws=64)) == repr(found) == as_terminal_page(validation.page(found.record))
    assert len(found.to_frame()) == 6
    assert json.loads(found.to_json())
    assert found.plot().get_figure() is not None
    assert "data:image/png" in found._repr_html_()
    (tmp_path / "bad.csv").write_text("kind,paper\nnothing,none\n")
    with pytest.raises(ScenarioError, match=r"bad\.csv"):
        validate(tmp_path / "bad.csv", draws=8)


def test_curves_of_another_base_are_told(study: Study) -> None:
    found = fit(HERE / "curves.csv", draws=100)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        study.include(found)
    with pytest.warns(UserWarning, match=r"curves: measured on llama-3\.1-8b, and the study has base qwen2\.5-7b"):
        study.set("base", "qwen2.5-7b").include(found)
