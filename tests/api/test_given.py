"""Whatever is given: a line that says what is needed, in the words of Python; and nothing that is held can be changed."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tuneplan as tp
from tuneplan import Result, ScenarioError, Study, UsageError

HERE = Path(__file__).parents[2] / "scenarios"
CALLS: dict[str, Callable[[Study, Result], Any]] = {
    "draws: True is not a whole number": lambda study, result: study.run(True),
    "seed: True is not a whole number": lambda study, result: study.run(8, seed=True),
    "draws: 64.0 is not a whole number": lambda study, result: study.run(64.0),
    "compare takes a study or a result, not None": lambda study, result: study.compare(None),
    "compare takes a study or a result, not a str": lambda study, result: study.compare("file.yaml"),
    "include takes what calibrate or fit gave, or text, not None": lambda study, result: study.include(None),
    "include takes what calibrate or fit gave, or text, not a Result": lambda study, result: study.include(result),
    "sweep takes keys with their values": lambda study, result: study.sweep(None),
    "not a str": lambda study, result: study.sweep("budget.limit"),
    "a strategy takes a text, for example 'unified', not 0": lambda study, result: result.difference(0, 1),
    r"at: \[1000.0, 'x'\] is no number of examples": lambda study, result: tp.fit(HERE / "curves.csv", at=[1e3, "x"]),
    "at: True is no number of examples": lambda study, result: tp.fit(HERE / "curves.csv", at=True),
    "at=0: a curve is carried on to more than 0 examples": lambda study, result: tp.fit(HERE / "curves.csv", at="0"),
    "fit takes the path of a file, not None": lambda study, result: tp.fit(None),
    "validate takes files, not 3": lambda study, result: tp.validate(3),
    "draws=8: bands need at least 64 draws": lambda study, result: tp.validate(draws=8),
    "calibrate takes the path of a file, not None": lambda study, result: tp.calibrate(None, scenario=study),
    "scenario takes the path of a file, not None": lambda study, result: tp.calibrate(HERE / "pilots.csv", scenario=None),
    "save takes the path of a file, not None": lambda study, result: result.save(None),
    "no path holds the letter of number 0": lambda study, result: result.save("a\0b"),
    "memo takes the path of a file, not None": lambda study, result: result.memo(None),
    "open takes the path of a file, not None": lambda study, result: tp.open(None),
    "load takes the path of a file, not None": lambda study, result: tp.load(None),
    "loads takes a text": lambda study, result: tp.loads(None),
    "scenario takes a text": lambda study, result: study.scenario(3),
    "3 is no path": lambda study, result: study.set(3, 4),
    "set takes a text": lambda study, result: study.set({3: 4}),
    "explain takes a text": lambda study, result: result.explain(3),
    "against: unified is the recommended": lambda study, result: result.sensitivity(against=result.recommended),
    "charts takes names": lambda study, result: result.charts(3),
    "plot takes a text": lambda study, result: result.plot(3),
    "steps: 'x' is not a whole number": lambda study, result: study.breakeven("budget.limit", steps="x", draws=8),
    "^steps: 1 is not between": lambda study, result: study.breakeven("budget.limit", steps=1, draws=8),
    "^start: ": lambda study, result: study.breakeven("budget.limit", start="x", draws=8),
    "start takes a value": lambda study, result: study.breakeven("budget.limit", start=3, draws=8),
    "^like ": lambda study, result: study.groupings(like="nobody", draws=8),
    "top: True is not a whole number": lambda study, result: study.groupings(top=True, draws=8),
}


@pytest.mark.parametrize("message", CALLS)
def test_what_makes_no_sense_is_told_in_a_line(given: Study, result: Result, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        CALLS[message](given, result)
    assert "--" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_errors_speak_of_no_command_line(study: Study) -> None:
    for call in (lambda: study.set("budget.limit", "20"), lambda: study.scenario("squeze"), lambda: study.set("budget", {}), lambda: tp.load(HERE / "startup.yaml", scenario="no")):
        with pytest.raises(ScenarioError) as caught:
            call()
        assert "--" not in str(caught.value)
    with pytest.raises(ScenarioError, match=r'^budget\.limit: "20" has no unit|^budget\.limit: '):
        study.set("budget.limit", "20")


def test_one_number_of_examples_is_enough() -> None:
    assert repr(tp.fit(HERE / "curves.csv", at=50_000, draws=100)) == repr(tp.fit(HERE / "curves.csv", at="50k", draws=100))


def test_numbers_of_numpy_are_numbers(given: Study, tmp_path: Path) -> None:
    result = given.run(np.int64(64), seed=np.int64(3))
    assert tp.open(result.save(tmp_path / "a.npz")).findings.run.design == result.findings.run.design


def test_a_result_is_compared_by_its_study(given: Study, result: Result) -> None:
    assert repr(given.compare(result, draws=64)) == repr(given.compare(result.study, draws=64))


def test_nothing_takes_another_name(given: Study, result: Result) -> None:
    sweep = given.sweep({"budget.limit": ["60k USD"]}, draws=8)
    for held in (given, result, result.voi(), sweep, result.difference("unified", "prompted")):
        for name in ("x", "record", "study", "asked"):
            with pytest.raises(FrozenInstanceError, match=f"{type(held).__name__} never changes: '{name}' can't be set"):
                setattr(held, name, 1)
        with pytest.raises(AttributeError):
            del held.name
    assert copy.copy(result).recommended == result.recommended
    assert pickle.loads(pickle.dumps(given)).asked == given.asked


def test_no_draw_can_be_written_over(given: Study) -> None:
    result = given.run(draws=16)
    before = {name: np.array(getattr(result, name)) for name in result.dims}
    told = repr(result)
    options, outcome = result.findings.options, result.findings.run.outcome
    for array in (result.delivered, result.cost, result.score, result.components, options.covered, options.objective, outcome.score, *outcome.costs.values()):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = -999.0
    for mapping in (result.labels, result.dims, result.probability_best, result.regret, result.plans):
        with pytest.raises(TypeError):
            mapping["unified"] = 1
    found = result.to_xarray()
    for name in before:
        found[name][...] = -999.0
        assert (getattr(result, name) == before[name]).all()
    assert repr(result) == told


def test_no_record_of_an_analysis_can_be_written_over(result: Result) -> None:
    frontier = result.frontier().record
    for array in (frontier.options.cost, frontier.over_value.expected, result.voi().record.run.outcome.score, tp.fit(HERE / "curves.csv", draws=100).record[0].values):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0.0


def test_no_point_of_a_sweep_can_be_written_over(given: Study) -> None:
    sweep = given.sweep({"budget.limit": ["2k USD", "60k USD"]}, draws=8)
    for name in ("delivered", "cost", "regret", "probability_best", "feasible", "recommended"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(sweep, name)[...] = 0
        sweep.to_xarray()[name][...] = sweep.to_xarray()[name].values


def test_star_leaves_the_open_of_python_alone() -> None:
    names: dict[str, Any] = {}
    exec("from tuneplan import *", names)  # what a star gives
    assert "open" not in names
    assert names["load"] is tp.load
    assert "open" in dir(tp)
