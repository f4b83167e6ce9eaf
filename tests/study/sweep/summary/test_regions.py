"""Regions in words: rules that were planted are found, with their thresholds."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from toy_dataset import Toy, grid_of, toy
from tuneplan.study.sweep.summary import Summary, summary
from tuneplan.study.sweep.summary.boxes import Box, joined, round_between
from tuneplan.study.sweep.summary.regions import NEEDS
from tuneplan.study.sweep.summary.rules import Condition, Regions

BUDGET, TRAFFIC = "budget.limit", "tasks.email.traffic"


def planted(keys: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Nobody below $42k; unified above it with less than 31k requests, or wherever the method is full; else specialists."""
    poor, calm = keys[BUDGET] < 42e3, (keys[TRAFFIC] < 31e3) | (keys["method"] == "full")
    return {"unified": np.where(poor, np.nan, np.where(calm, 2.0, 1.0)), "specialists": np.where(poor, np.nan, np.where(calm, 1.0, 2.0))}


def drawn(rows: int) -> Toy:
    rng = np.random.default_rng(11)
    keys = {
        BUDGET: rng.uniform(10e3, 100e3, rows), TRAFFIC: rng.uniform(5e3, 60e3, rows), "idle": rng.random(rows),
        "method": np.array(["lora", "dora", "full"], dtype=object)[rng.choice(3, rows, p=[0.4, 0.4, 0.2])],
    }  # fmt: skip
    return toy(keys, planted, mode="sobol", units={BUDGET: "USD", TRAFFIC: "request/month"})


def rules(found: Summary) -> Regions:
    assert found.regions is not None
    return found.regions


def asked(conditions: tuple[Condition, ...]) -> dict[str, Condition]:
    return {each.key.name: each for each in conditions}


def test_a_planted_rule_is_found_with_its_thresholds() -> None:
    found = summary(drawn(3000))
    told = rules(found)
    assert sum(each.rows for each in told.regions) == sum(each.right for each in told.regions) == 3000
    assert {each.outcome for each in told.regions} == {0, 1, found.nobody}
    (nobody,) = (each for each in told.regions if each.outcome == found.nobody)
    assert nobody.rows == found.counts[found.nobody]
    assert set(asked(nobody.conditions)) == {BUDGET}
    assert asked(nobody.conditions)[BUDGET].below == pytest.approx(42e3, rel=2e-3)
    (apart,) = (each for each in told.regions if each.outcome == 1)
    limits = asked(apart.conditions)
    assert set(limits) == {BUDGET, TRAFFIC, "method"}
    assert limits[TRAFFIC].above == pytest.approx(31e3, rel=2e-2)
    assert (limits["method"].texts, limits["method"].is_other) == (("full",), True)
    assert (told.right, told.held_out) == (pytest.approx(1.0, abs=0.01), 750)
    assert told.commonest < 0.5


def test_thresholds_part_rows_into_those_below_and_above() -> None:
    found = summary(drawn(3000))
    first = rules(found).thresholds[0]
    assert (first.key.name, first.before, first.rows, first.where) == (BUDGET, found.nobody, 3000, ())
    assert first.value == pytest.approx(42e3, rel=2e-3)
    assert TRAFFIC in [each.key.name for each in rules(found).thresholds]


def test_on_a_grid_a_threshold_is_a_round_number_between_two_values() -> None:
    found = summary(toy(grid_of({"x": [1.0, 2.0, 3.0, 5.0], "y": [0.0, 1.0]}), lambda keys: {"a": keys["x"], "b": np.full(8, 3.9)}))
    (low, high) = sorted(rules(found).regions, key=lambda each: -each.rows)
    assert (low.outcome, low.rows, asked(low.conditions)["x"].below) == (1, 6, 4.0)
    assert (high.outcome, high.rows, asked(high.conditions)["x"].above) == (0, 2, 4.0)


def test_neighbouring_leaves_of_one_winner_are_one_region() -> None:
    """A tree parts a diagonal in steps; steps of one winner that touch in one key are told as one."""
    found = summary(toy(grid_of({"x": np.arange(40.0).tolist(), "y": [0.0, 1.0]}), lambda keys: {"a": np.abs(keys["x"] - 20.0), "b": np.full(80, 10.5)}))
    middle = [each for each in rules(found).regions if each.outcome == 1]
    assert len(middle) == 1
    assert (asked(middle[0].conditions)["x"].above, asked(middle[0].conditions)["x"].below) == (9.5, 30.5)
    assert middle[0].rows == middle[0].right == 42


def test_leaves_are_not_smaller_than_a_hundredth() -> None:
    found = summary(drawn(1000))
    assert min(each.rows for each in rules(found).regions) >= 10


def test_a_blank_is_a_value_of_its_own() -> None:
    x = np.where(np.arange(60) % 3 == 0, np.nan, np.arange(60.0))
    found = summary(toy({"x": x}, lambda keys: {"given": np.where(np.isnan(keys["x"]), 0.0, 1.0), "not": np.full(60, 0.5)}, mode="table"))
    told = {each.outcome: each for each in rules(found).regions}
    assert (told[1].rows, told[1].right, told[0].right) == (20, 20, 40)
    assert asked(told[1].conditions)["x"].blank is True
    assert asked(told[0].conditions)["x"].blank is False


@pytest.mark.parametrize("special", ["", "t19"])
def test_a_text_is_told_by_its_name_also_where_there_are_too_many_to_ask_for(special: str) -> None:
    """The rarest are never asked for by name; an empty text is a text."""
    texts = [special] * 60 + [f"t{number}" for number in range(19) for _ in range(5)]
    found = summary(toy({"word": np.array(texts, dtype=object)}, lambda keys: {"a": np.where(keys["word"] == special, 1.0, 0.0), "b": np.full(len(texts), 0.5)}, mode="table"))
    told = {each.outcome: asked(each.conditions)["word"] for each in rules(found).regions}
    assert (told[0].texts, told[0].is_other) == ((special,), False)
    assert (told[1].texts, told[1].is_other) == ((special,), True)


def test_rows_that_failed_take_no_part() -> None:
    made = drawn(500)
    failed = np.arange(500) % 5 == 0
    keys = {name: made.held[name] for name in (BUDGET, TRAFFIC, "idle", "method")}
    assert rules(summary(toy(keys, planted, mode="sobol", failed=failed))).sampled == 400


def test_where_one_outcome_is_all_there_is_it_wins_everywhere() -> None:
    (only,) = rules(summary(toy({"x": np.arange(50.0)}, lambda keys: {"a": np.ones(50)}))).regions
    assert (only.outcome, only.conditions, only.rows, only.right) == (0, (), 50, 50)


def test_without_scikit_learn_all_else_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.tree", None)
    found = summary(drawn(200))
    assert (found.regions, found.no_regions) == (None, NEEDS)
    assert found.keys[0].key.name == BUDGET


def test_boxes_that_touch_in_one_key_are_joined_and_others_not() -> None:
    whole = frozenset({0, 1, 2})
    one, other = Box(((0, 4), frozenset({0})), (5, 1)), Box(((0, 4), frozenset({2})), (7, 0))
    assert joined([one, other]) == [Box(((0, 4), frozenset({0, 2})), (12, 1))]
    apart = [Box(((0, 4), whole), (5, 0)), Box(((6, 9), whole), (5, 0))]
    assert joined(apart) == apart
    skew = [Box(((0, 4), frozenset({0})), (5, 0)), Box(((5, 9), whole), (5, 0))]
    assert joined(skew) == skew
    unlike = [Box(((0, 4), whole), (5, 0)), Box(((5, 9), whole), (0, 5))]
    assert joined(unlike) == unlike


@pytest.mark.parametrize(("low", "high"), [(1.0, np.nextafter(1.0, 2.0)), (0.0, 5e-324), (-3e-9, 7e-12), (1e308, 1.7e308), (-1e5, -99_999.0)])
def test_a_round_number_lies_between(low: float, high: float) -> None:
    assert low <= round_between(low, high) <= high
