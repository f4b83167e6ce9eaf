"""Expected outputs given one input: exact where they are straight lines, honest about their noise."""

from __future__ import annotations

import numpy as np
import pytest

from tuneplan.study.design import monte_carlo
from tuneplan.study.sensitivity.conditional import CORNERS, fitted

DESIGN = monte_carlo(1024, seed=1)


def test_a_straight_line_is_met_exactly_ends_included() -> None:
    x = np.exp(2.0 * DESIGN.points(["x"])[0])
    fit = fitted(x, np.stack([3.0 - 2.0 * x, x]))
    at = np.array([x.min(), np.median(x), x.max()])
    means, errors = fit.at(at)
    np.testing.assert_allclose(means, [3.0 - 2.0 * at, at], rtol=1e-9)
    assert errors.max() < 1e-6
    assert fit.explained == pytest.approx([1.0, 1.0])


def test_of_few_values_it_is_the_mean_at_each() -> None:
    u, noise = DESIGN.points(["x", "noise"])
    x = np.where(u < 0.3, 3.0, np.where(u < 0.8, 5.0, 8.0))
    y = x**2 + noise
    means, errors = fitted(x, y[None]).at(np.array([3.0, 5.0, 8.0]))
    assert means[0] == pytest.approx([y[x == value].mean() for value in (3.0, 5.0, 8.0)])
    assert errors[0][1] == pytest.approx(noise.std() / np.sqrt((x == 5.0).sum()), rel=0.02)


def test_a_curve_is_followed() -> None:
    x = DESIGN.points(["x"])[0]
    at = np.linspace(0.0, 1.0, 50)
    assert np.abs(fitted(x, np.sin(3.0 * x)[None]).at(at)[0][0] - np.sin(3.0 * at)).max() < 0.025


def test_what_is_explained_is_the_share_of_the_variance() -> None:
    """y = 2 x1 + x2: four fifths and one fifth; of pure noise nothing, after the corners are allowed for."""
    one, two, noise = monte_carlo(8192).points(["one", "two", "noise"])
    y = (2.0 * one + two)[None]
    assert [fitted(x, y).explained[0] for x in (one, two)] == pytest.approx([0.8, 0.2], abs=0.02)
    assert fitted(noise, y).explained[0] < 0.003


def test_standard_errors_are_the_spread_over_seeds() -> None:
    at = np.array([0.1, 0.5, 0.9])
    found = []
    for seed in range(60):
        x, noise = monte_carlo(512, seed=seed).points(["x", "noise"])
        found.append([each[0] for each in fitted(x, (x + noise)[None]).at(at)])
    means, errors = np.moveaxis(np.array(found), 1, 0)
    np.testing.assert_allclose(errors.mean(axis=0), means.std(axis=0), rtol=0.3)


@pytest.mark.parametrize("draws", [2, 3, 16, 40, 200])
def test_few_draws_have_few_corners(draws: int) -> None:
    x = DESIGN.points(["x"])[0][:draws]
    fit = fitted(x, np.stack([x, np.zeros(draws)]))
    assert 2 <= len(fit.corners) <= len(CORNERS)
    assert np.isfinite(fit.heights).all()
    assert fit.explained[1] == 0.0


def test_a_constant_input_explains_nothing() -> None:
    fit = fitted(np.full(64, 2.0), DESIGN.points(["y"])[:, :64])
    assert fit.explained[0] == 0.0
    assert fit.at(np.array([2.0]))[0] == pytest.approx(DESIGN.points(["y"])[0][:64].mean())
