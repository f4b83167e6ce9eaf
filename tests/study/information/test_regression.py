"""The regression behind EVPPI: what it spans, what it ignores, and how it treats few draws and equal values."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri

from tuneplan.study.design import monte_carlo
from tuneplan.study.information.regression import (
    CURVED,
    KNOTS,
    PAIRED,
    STRAIGHT,
    columns_of,
    columns_of_set,
    fitted,
    folds_of,
    spline,
)

DRAWS = 4096


def normals(*names: str, draws: int = DRAWS, seed: int = 0) -> np.ndarray:
    return ndtri(monte_carlo(draws, seed=seed).points(names))


@pytest.mark.parametrize("draws", [8, 16, 61, 64, 128, 250, 4096])
def test_columns_are_orthonormal_whatever_the_number_of_draws(draws: int) -> None:
    columns = spline(draws)
    np.testing.assert_allclose(columns.T @ columns / draws, np.eye(columns.shape[1]), atol=1e-9)
    assert columns.shape[1] == min(max(draws // 32, 2), KNOTS)
    np.testing.assert_allclose(columns[:, 0], 1.0)
    assert (np.diff(columns[:, 1]) > 0.0).all()


def test_a_straight_line_in_the_normal_score_is_met_exactly() -> None:
    (x,) = normals("x")
    found = fitted(columns_of(x), np.stack([0.0 * x, ndtri((x.argsort().argsort() + 0.5) / DRAWS)]), scrambles=8, difference=(1, 0))
    assert found.explained == pytest.approx(1.0, abs=1e-7)


def test_a_curve_is_followed() -> None:
    (x,) = normals("x")
    for curve in (np.exp(0.8 * x), x**2, np.abs(x), np.tanh(3.0 * x)):
        found = fitted(columns_of(x), np.stack([0.0 * x, curve]), scrambles=8, difference=(1, 0))
        assert found.explained > 0.98


def test_a_product_of_two_inputs_needs_both() -> None:
    x, y = normals("x", "y")
    objective = np.stack([0.0 * x, x * y])
    alone = fitted(columns_of(x), objective, scrambles=8, difference=(1, 0))
    both = fitted(columns_of_set([columns_of(x), columns_of(y)]), objective, scrambles=8, difference=(1, 0))
    assert alone.explained < 0.01
    assert both.explained > 0.99


@pytest.mark.parametrize("change", [np.exp, lambda x: x**3, lambda x: 5.0 * x - 2.0])
def test_a_monotone_change_of_an_input_changes_nothing(change) -> None:  # type: ignore[no-untyped-def]
    (x,) = normals("x")
    np.testing.assert_array_equal(columns_of(x), columns_of(change(x)))


def test_equal_values_share_their_row() -> None:
    columns = columns_of(np.array([1.0, 2.0, 1.0, 2.0] * 64))
    assert len(np.unique(columns, axis=0)) == 2


def test_of_a_constant_nothing_can_be_learned() -> None:
    x, noise = normals("x", "noise")
    found = fitted(columns_of(np.full(DRAWS, 3.0)), np.stack([x, noise]), scrambles=8, difference=(0, 1))
    assert (found.gain, found.changes) == (0.0, 0.0)
    assert found.explained == pytest.approx(0.0, abs=1e-6)


def test_columns_that_repeat_one_another_do_no_harm() -> None:
    x, noise = normals("x", "noise")
    objective = np.stack([0.0 * x, x + noise])
    once = fitted(columns_of(x), objective, scrambles=8)
    twice = fitted(columns_of_set([columns_of(x), columns_of(x)]), objective, scrambles=8)
    assert twice.gain == pytest.approx(once.gain, abs=0.01)


def test_a_set_of_many_has_a_limit() -> None:
    each = [columns_of(one) for one in normals(*(f"x{place}" for place in range(80)), draws=16384)]
    assert columns_of_set(each).shape == (16384, 1 + STRAIGHT + PAIRED * (PAIRED - 1) // 2 + CURVED * (KNOTS - 2) + 6)
    assert columns_of_set(each, most=50).shape == (16384, 50)
    few = [columns_of(one[:64]) for one in normals("x", "y", draws=16384)]
    assert columns_of_set(few).shape == (64, 2)


@pytest.mark.parametrize(("draws", "scrambles", "folds"), [(4096, 8, 8), (16, 1, 8), (15, 1, 5), (7, 1, 7), (61, 1, 61)])
def test_folds_are_scrambles_or_parts_of_one(draws: int, scrambles: int, folds: int) -> None:
    assert folds_of(draws, scrambles) == folds


def test_noise_alone_is_not_taken_for_knowledge() -> None:
    """A fit judged on its own draws would find something in every one of these; here the mean is 0 to within its error."""
    first, second, *inputs = normals("first", "second", *(f"x{place}" for place in range(60)))
    found = [fitted(columns_of(one), np.stack([first, second]), scrambles=8) for one in inputs]
    gains = np.array([each.gain for each in found])
    errors = np.array([each.error for each in found])
    assert abs(gains.mean()) < 3.0 * gains.std() / np.sqrt(len(gains))
    assert 0.5 < gains.std() / np.sqrt((errors**2).mean()) < 1.5
