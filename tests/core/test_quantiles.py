"""Quantiles from one sort are numpy's, to the bit."""

from __future__ import annotations

import numpy as np
import pytest

from tuneplan.core.quantiles import median_of_draws, quantiles_of_draws

SHARES = (0.0, 0.05, 0.1, 0.5, 0.9, 0.95, 1.0)


@pytest.mark.parametrize("count", [1, 2, 3, 8, 63, 64, 1000, 4096])
@pytest.mark.parametrize("spread", [1e-12, 1.0, 40.0])
def test_they_are_those_of_numpy(count: int, spread: float) -> None:
    draws = np.exp(spread * np.random.default_rng(count).normal(size=(3, 2, count)))
    assert np.array_equal(quantiles_of_draws(draws, SHARES), np.quantile(draws, SHARES, axis=-1))
    assert np.array_equal(median_of_draws(draws), np.median(draws, axis=-1))
    assert np.array_equal(quantiles_of_draws(draws[0, 0], SHARES), np.quantile(draws[0, 0], SHARES))


def test_equal_draws_and_few_values_too() -> None:
    draws = np.stack([np.full(200, 0.3), np.round(np.random.default_rng(0).normal(size=200)), -np.arange(200.0)])
    assert np.array_equal(quantiles_of_draws(draws, SHARES), np.quantile(draws, SHARES, axis=1))
    assert np.array_equal(median_of_draws(draws), np.median(draws, axis=1))


def test_what_is_unknown_in_one_draw_is_unknown_and_draws_are_left_in_their_order() -> None:
    draws = np.array([[3.0, np.nan, 1.0], [3.0, 2.0, 1.0]])
    kept = draws.copy()
    found = quantiles_of_draws(draws, SHARES)
    assert np.array_equal(found, np.quantile(draws, SHARES, axis=1), equal_nan=True)
    assert np.isnan(found[:, 0]).all()
    assert np.array_equal(draws, kept, equal_nan=True)
