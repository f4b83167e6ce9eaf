"""Points of the unit interval: known ones, nets, strata, and the same whatever the block."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import qmc

from tuneplan.study.sweep.directions import DIMENSIONS
from tuneplan.study.sweep.points import key_for, latin, permuted, sobol

HALF_STEP = 2.0**-53


def test_unscrambled_points_are_those_of_scipy() -> None:
    theirs = qmc.Sobol(DIMENSIONS, scramble=False, bits=52).random(4096)
    ours = np.stack([sobol(dimension, 0, 4096) for dimension in range(DIMENSIONS)], axis=1)
    assert DIMENSIONS == 40
    np.testing.assert_array_equal(ours - HALF_STEP, theirs)


@pytest.mark.parametrize("dimension", [0, 1, 7, 39])
def test_a_scramble_keeps_the_net(dimension: int) -> None:
    points = sobol(dimension, 0, 1024, key_for(f"key {dimension}", 3))
    assert sorted((points * 1024).astype(int).tolist()) == list(range(1024))
    assert 0.0 < points.min() < points.max() < 1.0


def test_a_scramble_keeps_the_net_of_two_dimensions_together() -> None:
    """Of 1024 points of the first two dimensions every rectangle of area 1/1024 holds one."""
    one, two = (sobol(number, 0, 1024, key_for(name, 5)) for number, name in enumerate("ab"))
    for wide in range(11):
        cells = (one * 2**wide).astype(int) * 2 ** (10 - wide) + (two * 2 ** (10 - wide)).astype(int)
        assert sorted(cells.tolist()) == list(range(1024))


def test_scrambles_of_other_seeds_and_keys_are_other_points_with_the_right_mean() -> None:
    scrambled = [sobol(3, 0, 256, key_for(name, seed)) for name in ("a", "b") for seed in range(40)]
    first = np.array([points[0] for points in scrambled])
    assert len(np.unique(first)) == 80
    assert first.mean() == pytest.approx(0.5, abs=4.0 * np.sqrt(1.0 / 12.0 / 80.0))


@pytest.mark.parametrize("start", [0, 4095, 10**9 - 5])
def test_any_block_of_points_is_part_of_the_whole(start: int) -> None:
    whole = sobol(5, start, start + 9000, 11)
    cuts = [start, start + 1, start + 4096, start + 4097, start + 9000]
    parts = [sobol(5, low, high, 11) for low, high in pairwise(cuts)]
    np.testing.assert_array_equal(np.concatenate(parts), whole)
    whole = latin(10**10, start, start + 9000, 11)
    parts = [latin(10**10, low, high, 11) for low, high in pairwise(cuts)]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


@pytest.mark.parametrize("rows", [1, 2, 3, 5, 8, 64, 1000, 12_345, 2**14 + 1])
def test_every_stratum_has_one_row(rows: int) -> None:
    for name in ("a", "b"):
        points = latin(rows, 0, rows, key_for(name, 2))
        assert sorted((points * rows).astype(int).tolist()) == list(range(rows))
        assert points.min() > 0.0
        assert points.max() < 1.0


def test_orders_of_two_keys_have_nothing_to_do_with_each_other() -> None:
    """Correlations of orders of 64 rows scatter as those of random orders do: 1 over the root of 63."""
    found = [np.corrcoef(latin(64, 0, 64, key_for("a", seed)), latin(64, 0, 64, key_for("b", seed)))[0, 1] for seed in range(200)]
    assert np.std(found) == pytest.approx(63**-0.5, rel=0.2)
    assert abs(np.mean(found)) < 4.0 * 63**-0.5 / 200**0.5


def test_rows_far_beyond_memory_stay_inside_and_apart() -> None:
    found = permuted(np.arange(10**10 - 1000, 10**10, dtype=np.uint64), 10**10, 7)
    assert len(np.unique(found)) == 1000
    assert int(found.max()) < 10**10
    strata = np.floor(latin(10**10, 10**10 - 1000, 10**10, 7) * 1e10)
    np.testing.assert_array_equal(strata, found.astype(float))
