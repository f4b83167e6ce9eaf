"""Many points at once are what each would be alone."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest

from tuneplan import ScenarioError, Study, Sweep, UsageError
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import monte_carlo
from tuneplan.study.grid import grid

LIMITS = ["2k USD", "20k USD", "60k USD"]


@pytest.fixture(scope="module")
def both(given: Study) -> Sweep:
    return given.sweep({"budget.limit": LIMITS, "tasks.qa.traffic": ["5k requests/month", "50k requests/month"]}, draws=64, seed=2)


@pytest.fixture(scope="module")
def one(given: Study) -> Sweep:
    return given.sweep({"budget.limit": LIMITS}, draws=64, seed=2)


def test_dimensions_have_names_and_labels(both: Sweep) -> None:
    assert both.dims == ("strategy", "budget.limit", "tasks.qa.traffic")
    assert both.labels["budget.limit"] == tuple(LIMITS)
    assert both.delivered.shape == both.cost.shape == both.regret.shape == both.probability_best.shape == (4, 3, 2)
    assert both.recommended.shape == (3, 2)


def test_a_point_is_what_its_own_study_says(given: Study, both: Sweep) -> None:
    alone = given.set({"budget.limit": "20k USD", "tasks.qa.traffic": "50k requests/month"}).run(draws=64, seed=2)
    decision = alone.verdict.decision
    assert both.recommended[1, 1] == alone.recommended
    assert both.delivered[:, 1, 1].tolist() == pytest.approx(alone.delivered.mean(axis=1).tolist())
    assert both.cost[:, 1, 1].tolist() == pytest.approx(np.median(alone.cost, axis=1).tolist())
    assert tuple(both.probability_best[:, 1, 1]) == decision.probability_best
    np.testing.assert_equal(both.regret[:, 1, 1], np.array(decision.regret))


def test_where_nothing_is_feasible_is_a_point_too(both: Sweep) -> None:
    assert both.recommended[0].tolist() == ["", ""]
    assert not both.probability_best[:, 0].any()
    assert np.isnan(both.regret[:, 0]).all()
    assert np.isfinite(both.cost).all()
    assert not both.feasible[:, 0].any()
    assert both.feasible[:, 2].all()
    assert (both.feasible == ~np.isnan(both.regret)).all()
    frame = both.to_frame()
    assert set(frame[frame["feasible"]]["budget.limit"]) == {"20k USD", "60k USD"}
    found = both.to_xarray()
    assert (found["feasible"].values == both.feasible).all()
    assert found["cost"].where(found["feasible"]).isnull().sel({"budget.limit": 2_000.0}).all()
    assert "nothing meets the limits at 2" in repr(both)


def test_points_meet_the_same_draws(given: Study, one: Sweep) -> None:
    twice = given.sweep({"budget.limit": ["60k USD", "60k USD"]}, draws=64, seed=2)
    assert (twice.cost[:, 0] == twice.cost[:, 1]).all()
    assert (twice.cost[:, 0] == one.cost[:, 2]).all()
    untouched = given.sweep({"tasks.qa.traffic": ["5k requests/month", "50k requests/month"]}, draws=64, seed=2).delivered
    assert untouched[3, 0] != untouched[3, 1]


def test_a_pairing_is_the_diagonal_of_the_grid(given: Study, both: Sweep) -> None:
    diagonal = given.sweep({"budget.limit": LIMITS[:2], "tasks.qa.traffic": ["5k requests/month", "50k requests/month"]}, draws=64, seed=2, mode="zip")
    assert diagonal.dims == ("strategy", "point")
    assert (diagonal.cost == np.stack([both.cost[:, 0, 0], both.cost[:, 1, 1]], axis=1)).all()
    assert diagonal.labels["point"] == ("2k USD, 5k requests/month", "20k USD, 50k requests/month")
    assert diagonal.to_xarray()["budget.limit"].dims == ("point",)
    assert tuple(diagonal.to_xarray()["point"].values) == diagonal.labels["point"]


def test_wrong_keys_and_values_are_all_told_and_nothing_is_run(given: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuneplan.study.grid.run", lambda *given: pytest.fail("something was run"))
    with pytest.raises(ScenarioError, match=r'sweep: budget.limt: unknown key; did you mean "limit"\?\n1 error'):
        given.sweep({"budget.limt": LIMITS})
    with pytest.raises(ScenarioError, match="2 errors; nothing was run"):
        given.sweep({"budget.limit": ["20k USD", "20", "20k requests"]})
    for values, mode, message in (
        ({}, "grid", "nothing to sweep; name keys"),
        ({"budget.limit": []}, "grid", "budget.limit has no values"),
        ({"budget.limit": LIMITS}, "line", "mode: 'line' is none of grid, zip"),
        ({"budget.limit": LIMITS, "horizon": ["6 months"]}, "zip", "budget.limit 3, horizon 1"),
        ({"budget.limit": [f"{each} USD" for each in range(1, 102)], "horizon": [f"{each} days" for each in range(1, 101)]}, "grid", "10100 points are too many"),
    ):
        with pytest.raises(UsageError, match=message):
            given.sweep(values, mode=mode)


def test_one_text_is_no_list_of_letters(given: Study) -> None:
    with pytest.raises(UsageError, match=r'budget.limit: values come in a list, for example \["60k USD"\]'):
        given.sweep({"budget.limit": "60k USD"})


def test_words_can_be_swept_and_stay_words(given: Study) -> None:
    found = given.sweep({"method": ["lora", "full"]}, draws=64)
    assert found.record.axes[0].values == ()
    assert found.to_xarray()["method"].values.tolist() == ["lora", "full"]
    assert found.to_xarray()["cost"].sel({"method": "full", "strategy": "prompted", "statistic": "p50"}).item() == found.cost[3, 1]


def test_new_strategies_at_some_points_are_refused(given: Study) -> None:
    def load(changes: list[str]) -> Scenario:
        return given._read([*changes, *(["strategies.more.kind=unified"] if "budget.limit=20k USD" in changes else [])])

    with pytest.raises(UsageError, match="points of a sweep have the same strategies"):
        grid(load, {"budget.limit": ("2k USD", "20k USD")}, monte_carlo(8))


def test_a_frame_is_tidy_and_has_units(both: Sweep) -> None:
    frame = both.to_frame()
    assert len(frame) == 3 * 2 * 4 * 7
    chosen = frame[(frame["quantity"] == "recommended") & (frame["mean"] == 1.0)]
    assert len(chosen) == 4
    assert frame.groupby("quantity")["unit"].unique().map(list).to_dict() == {
        "cost": ["USD"], "delivered score": ["point"], "probability best": ["share"], "probability limits met": ["share"], "regret": ["point"],
        "expected delivered score": ["point"], "recommended": ["yes_no"],
    }  # fmt: skip


def test_an_xarray_has_numbers_along_its_keys(both: Sweep) -> None:
    found = both.to_xarray()
    assert found["budget.limit"].values.tolist() == [2_000.0, 20_000.0, 60_000.0]
    assert found["budget.limit"].attrs["units"] == "USD"
    assert found["recommended"].sel({"budget.limit": 60_000.0}).values.tolist() == both.recommended[2].tolist()
    assert (found["cost"].sel(statistic="p10") <= found["cost"].sel(statistic="p90")).all()
    assert json.loads(both.to_json())["design"]["draws"] == 64


def test_two_keys_make_a_map_and_one_makes_lines(figures: None, both: Sweep, one: Sweep) -> None:
    ax = both.plot()
    assert len(ax.patches) == 6
    assert sum(text.get_text() == "nothing" for text in ax.texts) == 2
    assert [tick.get_text() for tick in ax.get_yticklabels()] == LIMITS
    ax = one.plot()
    drawn = {line.get_label(): line.get_ydata().tolist() for line in ax.lines if not line.get_label().startswith("_")}
    assert drawn["unified"] == one.probability_best[0].tolist()
    assert ax.get_xlabel() == "budget.limit [USD]"


def test_three_keys_have_no_map(given: Study) -> None:
    found = given.sweep({"budget.limit": LIMITS[:1], "horizon": ["6 months"], "unseen.share": [0.1]}, draws=8)
    with pytest.raises(UsageError, match="sweep: nothing to draw, a map has two keys"):
        found.plot()
    assert "<img" not in found._repr_html_()


def test_a_sweep_is_shown_with_its_chart(both: Sweep, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "data:image/png" in both._repr_html_()
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert "<img" not in both._repr_html_()
    assert "Point by point" in both._repr_html_()


@pytest.mark.parametrize(
    ("values", "twice"),
    [
        ({"router.accuracy": ["90%", "80%"], "router": [{"accuracy": "95%"}]}, "router.accuracy"),
        ({"router": ["{accuracy: 95%}"], "router.accuracy": ["90%"]}, "router.accuracy"),
        ({"budget.limit": ["60k USD"], "budget.limit ": ["2k USD"]}, "budget.limit"),
        ({"similarity.email/qa": ["0.5"], "similarity.qa/email": ["0.6"]}, "similarity.email/qa"),
        ({"strategies.unified.examples": [{"email": "2k"}], "strategies.unified": [{"examples": {"email": "1k"}}]}, "strategies.unified.examples.email"),
    ],
)
def test_keys_that_overrule_each_other_are_refused(given: Study, values: dict[str, list[object]], twice: str) -> None:
    with pytest.raises(UsageError, match=f"^{twice} is set twice, by "):
        given.sweep(values, draws=8)
    with pytest.raises(UsageError, match=f"^{twice} is set twice, by "):
        given.set({key: each[0] for key, each in values.items()})


def test_tables_that_set_different_things_are_fine(given: Study) -> None:
    both = {"router.accuracy": "90%", "budget": {"limit": "80k USD"}, "budget.confidence": "80%"}
    changed = given.set(both).asked.quantities
    assert (changed["budget.limit"].text, changed["budget.confidence"].text) == ("80k USD", "80%")
    assert given.set("budget.limit", "1k USD").set("budget.limit", "80k USD").asked.quantities["budget.limit"].text == "80k USD"
