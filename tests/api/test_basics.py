"""What a notebook holds."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import tuneplan
from tuneplan import Result, ScenarioError, Study, TuneplanError, UsageError, load, loads
from tuneplan.scenario.schema import COMPONENTS

CERTAIN = """\
schema: 1
name: Nothing uncertain
base: llama-3.1-8b
tasks:
  a: {traffic: 1k requests/month, tokens: {input: 100, output: 100}, score: {base: 0.5, ceiling: 0.9}}
  b: {traffic: 2k requests/month, tokens: {input: 100, output: 100}, score: {base: 0.6, ceiling: 0.9}}
evaluation: {price: 0.05 USD/item, per_model: 100 USD}
people: {engineer_week: 4k USD, weeks_prompting: 1 week}
serving: {price: 2 USD/hour, saturated_share: 30%, peak_factor: 4}
strategies: {plain: {kind: prompted, like_base: yes, prompt_tokens: 100}, longer: {kind: prompted, like_base: yes, prompt_tokens: 900}}
"""


@pytest.fixture(scope="module")
def study() -> Study:
    return load(Path(__file__).parents[2] / "scenarios" / "startup.yaml")


@pytest.fixture(scope="module")
def result(study: Study) -> Result:
    return study.run(draws=64, seed=3)


def test_public_names_are_there_and_few() -> None:
    assert set(tuneplan.__all__) <= set(dir(tuneplan))
    assert all(getattr(tuneplan, name) is not None for name in tuneplan.__all__)
    with pytest.raises(AttributeError, match="module 'tuneplan' has no attribute 'lod'"):
        tuneplan.lod  # noqa: B018


def test_load_and_loads_agree(study: Study) -> None:
    again = loads(Path(study.asked.file).read_text())
    assert (again.tasks, again.strategies) == (study.tasks, study.strategies)
    assert study.tasks == ("email", "summary", "qa")
    assert again.run(draws=64, seed=3).to_frame().equals(study.run(draws=64, seed=3).to_frame())
    assert load(str(study.asked.file)).tasks == study.tasks


def test_set_returns_a_new_study_and_the_later_of_two_holds(study: Study) -> None:
    richer = study.set("budget.limit", "80k USD").set("unseen.share", 0.25)
    assert study.changes == ()
    assert richer.changes == ("budget.limit=80k USD", "unseen.share=0.25")
    assert richer.asked.quantities["unseen.share"].distribution.median == 0.25
    assert richer.set("budget.limit", "90k USD").asked.quantities["budget.limit"].distribution.median == 90_000.0
    assert loads(CERTAIN).set("tasks.a.score.base", 1e-7).asked.quantities["tasks.a.score.base"].distribution.median == 1e-7


def test_errors_say_what_to_do(study: Study, result: Result) -> None:
    with pytest.raises(ScenarioError, match=r'^budget.limt: unknown key; did you mean "limit"\?'):
        study.set("budget.limt", "80k USD")
    with pytest.raises(ScenarioError, match=r"none\.yaml: no such file"):
        load("none.yaml")
    with pytest.raises(ScenarioError, match="the file is empty"):
        loads("")
    with pytest.raises(UsageError, match="draws: 0 is not a whole number from 1"):
        study.run(draws=0)
    with pytest.raises(UsageError, match="seed: -1 is not a whole number from 0 up"):
        study.run(draws=8, seed=-1)
    with pytest.raises(UsageError, match=r'^no strategy "speciallists"; did you mean "specialists"\?$'):
        result.difference("unified", "speciallists")
    assert issubclass(ScenarioError, TuneplanError)
    assert issubclass(UsageError, TuneplanError)


def test_arrays_have_the_axes_that_labels_name(study: Study, result: Result) -> None:
    assert result.labels == {"strategy": study.strategies, "request": ("email", "summary", "qa", "unseen"), "task": ("email", "summary", "qa"), "component": COMPONENTS}
    assert result.delivered.shape == result.cost.shape == (4, 64)
    assert result.score.shape == (4, 4, 64)
    assert result.recommended in study.strategies
    assert 0.0 <= result.score.min() <= result.score.max() <= 100.0


def test_difference_is_paired_and_has_a_sign(result: Result) -> None:
    forth, back = result.difference("unified", "prompted"), result.difference("prompted", "unified")
    assert forth.cost.mean == pytest.approx(-back.cost.mean)
    assert forth.cost.mean == pytest.approx(float((result.cost[0] - result.cost[3]).mean()))
    assert forth.points.low <= forth.points.median <= forth.points.high
    assert result.difference("unified", "unified").points.mean == 0.0


def test_frame_and_json_agree(result: Result) -> None:
    frame = result.to_frame()
    costs = frame[(frame["quantity"] == "cost") & (frame["component"] == "all")].set_index("strategy")
    content = json.loads(result.to_json())
    assert [row["cost"]["mean"] for row in content["strategies"]] == pytest.approx(costs["mean"].tolist())
    assert costs["mean"].tolist() == pytest.approx(result.cost.mean(axis=1).tolist())
    parts = frame[(frame["quantity"] == "cost") & (frame["component"] != "all")].groupby("strategy")["mean"].sum()
    assert parts[list(study_names(result))].tolist() == pytest.approx(costs["mean"].tolist())
    assert set(frame["unit"]) == {"USD", "point", "share", "example", "day"}


def study_names(result: Result) -> tuple[str, ...]:
    return tuple(result.labels["strategy"])


def test_what_is_printed_in_a_session(study: Study, result: Result) -> None:
    assert repr(study) == "<Study 'Startup assistant': 3 tasks, 4 strategies, 2 warnings>"
    assert repr(study.set("horizon", "6 months")) == "<Study 'Startup assistant': 3 tasks, 4 strategies, 1 changed, 2 warnings>"
    assert "Strategies, over 12 months" in repr(result)
    assert "**Strategies, over 12 months" in result._repr_markdown_()


def test_equal_seeds_give_equal_draws(study: Study, result: Result) -> None:
    again = study.run(draws=64, seed=3)
    assert (again.delivered == result.delivered).all()
    assert (again.cost == result.cost).all()
    assert not (study.run(draws=64, seed=4).cost == result.cost).all()


def test_arrays_keep_their_axes_where_nothing_is_uncertain() -> None:
    result = loads(CERTAIN).run(draws=64)
    assert result.delivered.shape == result.cost.shape == (2, 64)
    assert result.score.shape == (2, 3, 64)
    assert not np.ptp(result.delivered, axis=1).any()
    assert not np.ptp(result.cost, axis=1).any()
    difference = result.difference("plain", "longer")
    assert difference.points.mean == difference.points.error == 0.0
    assert np.isfinite(difference.cost.mean)


def test_a_study_of_a_chosen_scenario_keeps_it_when_changed(scenarios: Path) -> None:
    study = load(scenarios / "startup.yaml", scenario="squeeze")
    assert study.asked.quantities["budget.limit"].text == "$40k"
    changed = study.set("horizon", "6 months")
    assert changed.asked.chosen == "squeeze"
    assert changed.asked.quantities["gpu.price"].origin == "override gpu_dear"
    assert any("retires" in problem.message for problem in study.warnings)
