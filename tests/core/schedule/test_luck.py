"""Streams of random numbers: even, independent of how long they are read, and still at the centre."""

from __future__ import annotations

import numpy as np
import pytest

from tuneplan.core.schedule import luck
from tuneplan.core.schedule.collecting import in_order
from tuneplan.core.schedule.people import first_of

POINTS = (np.arange(20_000) + 0.37) / 20_000.0


def test_numbers_of_a_stream_are_even_and_hang_together_neither_with_each_other_nor_with_the_point() -> None:
    drawn = luck.stream(POINTS, 4)
    assert drawn.mean(axis=1) == pytest.approx(0.5, abs=0.01)
    assert drawn.var(axis=1) == pytest.approx(1 / 12, abs=0.002)
    assert np.abs(np.corrcoef(np.vstack([POINTS, drawn])) - np.eye(5)).max() < 0.03


def test_tries_are_geometric_and_waits_exponential() -> None:
    tries = luck.tries_until(POINTS, np.asarray(0.3))
    assert [float((tries == count).mean()) for count in (1, 2, 3)] == pytest.approx([0.3, 0.21, 0.147], abs=1e-3)
    waits = luck.waiting_time(POINTS, np.asarray(0.1))
    assert waits.mean() == pytest.approx(10.0, rel=0.01)


def test_chances_of_nothing_and_of_everything() -> None:
    assert luck.tries_until(np.array([0.01, 0.99]), np.asarray(0.0)).tolist() == [np.inf, np.inf]
    assert luck.tries_until(np.array([0.01, 0.99]), np.asarray(1.0)).tolist() == [1.0, 1.0]


@pytest.mark.parametrize("places", [1, 2, 6, 300])
def test_the_first_of_some_times_is_that_of_numpy(places: int) -> None:
    times = np.random.default_rng(places).integers(0, 5, (places, 200)).astype(float)
    times[:, :3] = np.inf
    row, time = first_of(times)
    assert row.tolist() == times.argmin(axis=0).tolist()
    assert time.tolist() == times.min(axis=0).tolist()


def test_work_stands_in_the_order_of_a_stable_sort() -> None:
    times = np.random.default_rng(1).integers(0, 9, (30, 500)).astype(float)
    times[:, ::2] += np.random.default_rng(2).random((30, 250))
    assert (in_order(times) == times.argsort(axis=0, kind="stable")).all()
