"""What a sweep tells: counts, reasons, chances, and that neither the order of rows nor batches change anything."""

from __future__ import annotations

import math
import tracemalloc
from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from toy_dataset import Toy, grid_of, toy
from tuneplan.study.sweep.judging import REASONS
from tuneplan.study.sweep.records import Rows
from tuneplan.study.sweep.summary import Summary, summary
from tuneplan.study.sweep.summary.sampling import Sample, scattered

UNITS = {"budget.limit": "USD", "tasks.email.traffic": "request/month"}


def judge(keys: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Nobody below $20k; unified beyond, until specialists gain by traffic."""
    budget, traffic = keys["budget.limit"], keys["tasks.email.traffic"]
    unified = np.where(budget < 20e3, np.nan, 60.0)
    return {"unified": unified, "specialists": np.where(budget < 20e3, np.nan, 50.0 + traffic / 3e3), "prompted": np.full(len(budget), np.nan)}


def drawn(rows: int, *, mode: str = "sobol", **more: object) -> Toy:
    rng = np.random.default_rng(7)
    keys = {
        "budget.limit": 10.0 ** rng.uniform(4.0, 5.0, rows), "tasks.email.traffic": rng.uniform(5e3, 60e3, rows),
        "method": np.array(["lora", "full"], dtype=object)[rng.integers(0, 2, rows)],
    }  # fmt: skip
    return toy(keys, judge, mode=mode, units=UNITS, **more)  # type: ignore[arg-type]


def small_grid() -> Toy:
    keys = grid_of({"budget.limit": [10e3, 20e3, 40e3], "tasks.email.traffic": [10e3, 20e3, 40e3, 50e3], "method": ["lora", "full"]})
    return toy(keys, judge, units=UNITS)


def same(one: Summary, other: Summary) -> bool:
    """Equal, NaN to NaN."""
    return repr(one) == repr(other)


# --- truths --------------------------------------------------------------------------------------------------------------


def test_rows_are_counted_by_who_is_recommended() -> None:
    found = summary(small_grid())
    # of 24 rows 8 have too small a budget; of 16 others half lie below 30k requests
    assert found.counts == (8, 8, 0, 8, 0)
    assert (found.rows, found.asked, found.recommended, found.is_complete) == (24, 24, 16, True)
    assert [(each.text, each.rows) for each in found.reasons] == [("over the budget", 8)]
    assert found.failures == ()


def test_a_row_that_failed_is_told_from_one_beyond_the_limits() -> None:
    made = small_grid()
    held = {name: column.copy() for name, column in made.held.items()}
    for row, reason in ((0, REASONS[0]), (1, "budget.limit: has no unit"), (2, "budget.limit: has no unit")):
        held["recommended"][row], held["reason"][row] = "", reason
        for name in made.about["strategies"]:
            held[f"{name}.cost"][row] = np.nan
    found = summary(made.with_held(held))
    assert (found.counts[found.nobody], found.counts[found.failed]) == (6, 2)
    assert [(each.text, each.rows) for each in found.failures] == [("budget.limit: has no unit", 2)]
    assert (REASONS[0], 1) in [(each.text, each.rows) for each in found.reasons]


def test_reasons_come_most_frequent_first() -> None:
    keys = {"x": np.arange(6.0)}
    made = toy(keys, lambda keys: {"a": np.full(6, np.nan)}, reasons={0: "late", 1: "dear", 2: "late", 3: "late", 4: "poor", 5: "dear"})
    assert [(each.text, each.rows) for each in summary(made).reasons] == [("late", 3), ("dear", 2), ("poor", 1)]


def test_margins_and_chances_are_those_of_the_recommended() -> None:
    keys = {"x": np.arange(11.0)}
    found = summary(toy(keys, lambda keys: {"a": keys["x"], "b": np.zeros(11) - 1.0}, mode="zip"))
    assert (found.margin.p10, found.margin.median, found.margin.p90, found.margin.count) == (2.0, 6.0, 10.0, 11)
    assert found.best_chance_of_all == pytest.approx(0.75, abs=1e-9)
    assert math.isnan(found.best_chance[1])
    assert (found.close, found.within_error) == ((0, 0), 0)


def test_rows_within_simulation_error_are_counted_where_it_is_known() -> None:
    keys = {"x": np.array([0.1, 0.2, 0.3, 0.4])}
    judged = {"error": 0.1, "mode": "zip"}  # two errors of a difference: .283 points
    assert summary(toy(keys, lambda keys: {"a": keys["x"], "b": np.zeros(4)}, **judged)).within_error == 2  # type: ignore[arg-type]
    assert summary(toy(keys, lambda keys: {"a": keys["x"], "b": np.zeros(4)}, error=math.nan)).within_error is None
    assert summary(toy(keys, lambda keys: {"a": keys["x"], "b": np.zeros(4)}, unit="USD")).within_error is None
    assert summary(toy(keys, lambda keys: {"a": keys["x"], "b": np.zeros(4)}, draws=1)).within_error is None


def test_with_one_draw_there_are_no_chances() -> None:
    found = summary(drawn(64, draws=1))
    assert math.isnan(found.best_chance_of_all)
    assert all(math.isnan(each) for each in found.best_chance)


# --- invariance ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
@pytest.mark.parametrize("made", [drawn(300), small_grid()], ids=["drawn", "grid"])
def test_batches_of_any_size_tell_the_same(made: Toy, size: int) -> None:
    assert same(summary(made, size=size), summary(made))


@pytest.mark.parametrize("made", [drawn(300), small_grid()], ids=["drawn", "grid"])
def test_rows_in_any_order_tell_the_same(made: Toy) -> None:
    order = np.random.default_rng(3).permutation(made.rows)
    # texts are told in the order in which they were typed, which the provenance of a dataset may not hold
    assert same(summary(made.permuted(order)), summary(made))


def test_a_sample_is_the_same_in_any_order_and_batches() -> None:
    rows = np.arange(5000)
    whole, parts = Sample(100), Sample(100)
    whole.add(rows, {"x": rows * 2.0})
    for part in np.array_split(np.random.default_rng(1).permutation(rows), 77):
        parts.add(part, {"x": part * 2.0})
    assert np.array_equal(whole.taken()["x"], parts.taken()["x"])
    assert sorted(whole.taken()["x"]) == sorted((2.0 * rows[np.argsort(scattered(rows))][:100]).tolist())


def test_a_sample_is_spread_evenly() -> None:
    """Of rows in order, as many from each tenth; the chance of a larger deviation is below one in a million."""
    sample = Sample(10_000)
    sample.add(np.arange(100_000), {"x": np.arange(100_000)})
    counts = np.bincount(sample.taken()["x"] // 10_000)
    assert np.abs(counts - 1000).max() < 5.5 * np.sqrt(1000 * 0.9 * 0.9)


def test_more_rows_than_a_sample_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts stay exact; what comes from the sample says how large it is, and is the same for any batches."""
    monkeypatch.setattr(Sample.__init__, "__defaults__", (200,))
    made = drawn(1000)
    found = summary(made)
    assert (found.rows, found.sampled) == (1000, 200)
    assert found.counts == summary(made, size=13).counts
    assert same(found, summary(made, size=13))
    assert sum(sum(each.counts) for each in found.keys[0].bins) == 1000
    assert found.regions is not None
    assert found.regions.sampled == 200


class Endless:
    """Rows that are made as they are read: as many as asked for, in no memory."""

    def __init__(self, rows: int) -> None:
        self.made = drawn(1000)
        self.about, self.columns, self.rows, self.is_complete = {**self.made.about, "rows": rows}, self.made.columns, rows, True

    def batches(self, names: Sequence[str], size: int) -> Iterator[Rows]:
        for start in range(0, self.rows, 1000):
            yield {name: self.made.held[name] + start if name == "row" else self.made.held[name] for name in names}


def test_memory_does_not_grow_with_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sample.__init__, "__defaults__", (2000,))
    summary(Endless(2000))  # what is loaded once
    peaks = []
    for rows in (8000, 64_000):
        tracemalloc.start()
        assert summary(Endless(rows)).rows == rows
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]


# --- little or odd -------------------------------------------------------------------------------------------------------


def test_no_row_yet() -> None:
    made = drawn(10)
    found = summary(made.with_held({name: column[:0] for name, column in made.held.items()}, rows=10))
    assert (found.rows, found.asked, found.is_complete, found.regions) == (0, 10, False, None)
    assert found.no_regions == "no row could be worked out"


def test_one_row_of_one_strategy() -> None:
    found = summary(toy({"x": np.array([1.0])}, lambda keys: {"only": keys["x"]}))
    assert found.counts == (1, 0, 0)
    assert found.margin.count == 0
    assert found.map is None


def test_all_rows_failed() -> None:
    found = summary(drawn(20, failed=np.ones(20, dtype=bool)))
    assert found.counts == (0, 0, 0, 0, 20)
    assert found.failures[0].rows == 20
    assert found.regions is None


def test_an_incomplete_sweep_says_how_much_of_it_is_here() -> None:
    made = drawn(40)
    found = summary(made.with_held({name: column[:15] for name, column in made.held.items()}, rows=40))
    assert (found.rows, found.asked, found.is_complete) == (15, 40, False)
