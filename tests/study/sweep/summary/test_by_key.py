"""What each key alone tells."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from toy_dataset import Toy, grid_of, toy
from tuneplan.study.sweep.summary import summary
from tuneplan.study.sweep.summary.by_key import MOST_BINS
from tuneplan.study.sweep.summary.records import ByKey, Summary


def told(found: Summary, name: str) -> ByKey:
    return next(each for each in found.keys if each.key.name == name)


def by_x(keys: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {"low": np.where(keys["x"] < 0.5, 1.0, 0.0), "high": np.where(keys["x"] < 0.5, 0.0, 1.0)}


def uniform(rows: int, *, keys: int = 2) -> Toy:
    rng = np.random.default_rng(0)
    return toy({name: rng.random(rows) for name in ("x", "y", "z")[:keys]}, by_x, mode="lhs")


def test_a_key_that_decides_all_tells_all_and_one_that_decides_nothing_nothing() -> None:
    made = toy(grid_of({"y": [0.0, 1.0, 2.0], "x": [0.0, 0.4, 0.6, 1.0]}), by_x)
    found = summary(made)
    assert [each.key.name for each in found.keys] == ["x", "y"]
    x, y = told(found, "x"), told(found, "y")
    assert (x.right, x.gain) == (1.0, 0.5)
    assert x.information == pytest.approx(1.0 - 3.0 / (2.0 * math.log(2.0) * 12.0))  # one bit, less what chance leaves in 12 rows
    assert (y.information, y.told, y.right, y.gain) == (0.0, 0.0, 0.5, 0.0)


def test_few_values_have_a_bin_each_with_exact_counts() -> None:
    found = summary(toy(grid_of({"y": [0.0, 1.0, 2.0], "x": [0.0, 0.4, 0.6, 1.0]}), by_x))
    assert [(each.low, each.high, each.counts) for each in told(found, "x").bins] == [
        (0.0, 0.0, (3, 0, 0, 0)), (0.4, 0.4, (3, 0, 0, 0)), (0.6, 0.6, (0, 3, 0, 0)), (1.0, 1.0, (0, 3, 0, 0)),
    ]  # fmt: skip


def test_many_values_have_bins_of_about_equally_many_rows_that_hold_all() -> None:
    bins = told(summary(uniform(1003)), "x").bins
    assert len(bins) == MOST_BINS
    assert sum(sum(each.counts) for each in bins) == 1003
    assert max(abs(sum(each.counts) - 1003 / MOST_BINS) for each in bins) <= 2
    assert all(one.high == other.low for one, other in itertools.pairwise(bins))


def test_bins_of_many_values_of_a_grid_end_at_values_and_share_none() -> None:
    bins = told(summary(toy({"x": np.arange(20.0)}, by_x)), "x").bins
    assert len(bins) == MOST_BINS
    assert all(one.high + 1.0 == other.low for one, other in itertools.pairwise(bins))
    assert [sum(each.counts) for each in bins] == [each.high - each.low + 1 for each in bins]


def test_noise_does_not_count_as_knowledge() -> None:
    """Of keys without any say, what they seem to tell in few rows is taken off."""
    found = summary(uniform(400, keys=3))
    assert told(found, "x").told > 0.8
    assert max(told(found, name).told for name in ("y", "z")) < 0.03


def test_texts_have_bins_in_the_order_in_which_they_were_typed_and_the_rarest_share_one() -> None:
    names = [f"t{number}" for number in (5, 1, 9, 0, 3, 7, 2, 8, 6)]
    column = np.array([name for place, name in enumerate(names) for _ in range(20 - place)], dtype=object)
    rng = np.random.default_rng(1)
    made = toy({"x": rng.random(len(column)), "method": column}, by_x, mode="list")
    bins = told(summary(made), "method").bins
    assert [each.texts for each in bins] == [(name,) for name in names[:7]] + [()]
    assert sum(bins[-1].counts) == 13 + 12


def test_rows_without_a_value_have_a_bin_of_their_own() -> None:
    x = np.array([0.1, np.nan, 0.9, np.nan, 0.2])
    bins = told(summary(toy({"x": x}, by_x, mode="table")), "x").bins
    assert [each.is_blank for each in bins] == [False, False, False, True]
    assert sum(bins[-1].counts) == 2


def test_the_map_shows_the_two_keys_that_tell_most() -> None:
    rng = np.random.default_rng(2)
    keys = {name: rng.integers(0, 4, 500).astype(float) for name in ("none", "much", "some")}
    found = summary(toy(keys, lambda keys: {"a": 4.0 * keys["much"] + keys["some"], "b": np.full(500, 5.5)}, mode="list"))
    assert found.map is not None
    assert found.map.down is not None
    assert (found.map.across.key.name, found.map.down.key.name) == ("much", "some")
    assert sum(sum(cell.counts) for cell in found.map.cells) == 500
    for cell in found.map.cells:
        winner = int(4.0 * cell.across + cell.down < 5.5)
        assert cell.counts[winner] == sum(cell.counts)
