"""Points of the unit cube: stratified, keyed by name, alike on every machine."""

from __future__ import annotations

import numpy as np
import pytest

from tuneplan.errors import UsageError
from tuneplan.study.design import (
    DEFAULT_DRAWS,
    MOST_DRAWS,
    SCRAMBLES,
    SMALLEST_SCRAMBLE,
    Design,
    Nominal,
    monte_carlo,
)

NAMES = [f"tasks.t{number}.data_exponent" for number in range(24)]


@pytest.mark.parametrize("draws", [64, 1024, 4096])
@pytest.mark.parametrize("seed", [0, 1, 2**70])
def test_every_scramble_hits_every_stratum_once(draws: int, seed: int) -> None:
    points = monte_carlo(draws, seed=seed).points(NAMES)
    size = draws // SCRAMBLES
    strata = np.sort(np.floor(points * size).astype(int).reshape(len(NAMES), SCRAMBLES, size), axis=2)
    assert (strata == np.arange(size)).all()


def test_points_lie_inside_the_open_cube() -> None:
    points = monte_carlo(2**16).points(NAMES)
    assert points.min() > 0.0
    assert points.max() < 1.0


def test_points_are_even_within_their_strata_too() -> None:
    """Mean and spread of the place inside a stratum are those of a uniform number."""
    inside = (monte_carlo(4096).points(NAMES) * 512) % 1.0
    assert abs(inside.mean() - 0.5) < 0.005
    assert abs(inside.std() - np.sqrt(1 / 12)) < 0.005


def test_names_are_independent() -> None:
    """Correlations of 24 names over 4 096 draws look like chance: 4.5 standard errors hold 276 pairs."""
    correlation = np.corrcoef(monte_carlo(4096).points(NAMES))
    apart = correlation[np.triu_indices(len(NAMES), 1)]
    assert np.abs(apart).max() < 4.5 / np.sqrt(4096)
    assert np.abs(apart).mean() < 1.5 / np.sqrt(4096)


def test_seeds_and_scrambles_are_independent() -> None:
    one, other = (monte_carlo(4096, seed=seed).points(["x"])[0] for seed in (0, 1))
    assert abs(np.corrcoef(one, other)[0, 1]) < 4.5 / np.sqrt(4096)
    scrambles = one.reshape(SCRAMBLES, -1)
    apart = np.corrcoef(scrambles)[np.triu_indices(SCRAMBLES, 1)]
    assert np.abs(apart).max() < 4.5 / np.sqrt(512)


def test_a_smooth_mean_is_far_closer_than_by_independent_draws() -> None:
    """Root mean square error over 40 seeds; a sum over names is what strata serve best."""
    true = len(NAMES) * (np.e - 1.0)
    errors = [np.exp(monte_carlo(512, seed=seed).points(NAMES)).sum(axis=0).mean() - true for seed in range(40)]
    plain = np.sqrt(len(NAMES) * (np.exp(2.0) / 2.0 - 0.5 - (np.e - 1.0) ** 2) / 512)
    assert np.sqrt(np.mean(np.square(errors))) < plain / 20


def test_a_product_of_many_names_is_no_worse_than_by_independent_draws() -> None:
    errors = [(2.0 * monte_carlo(512, seed=seed).points(NAMES[:4])).prod(axis=0).mean() - 1.0 for seed in range(40)]
    plain = np.sqrt(((4 / 3) ** 4 - 1.0) / 512)
    assert np.sqrt(np.mean(np.square(errors))) < plain


def test_points_depend_on_name_seed_and_number_of_draws_alone() -> None:
    design = monte_carlo(128, seed=3)
    together = design.points(["a", "b", "c"])
    np.testing.assert_array_equal(design.points(["b"])[0], together[1])
    np.testing.assert_array_equal(design.points(["c", "x", "a"])[[2, 0]], together[[0, 2]])
    assert (monte_carlo(128, seed=4).points(["a"]) != together[0]).all()


FIRST_POINTS = (0.5711701872359172, 0.9116634937648741, 0.07502352534190121)
"""Of ``tasks.email.traffic``, 64 draws, seed 1."""


def test_points_are_the_same_on_every_machine() -> None:
    """Whole-number arithmetic and a fixed hash; a change here changes every published result."""
    first = monte_carlo(64, seed=1).points(["tasks.email.traffic"])[0, :3]
    np.testing.assert_allclose(first, FIRST_POINTS, rtol=0, atol=1e-15)


@pytest.mark.parametrize(("draws", "scrambles", "kept"), [
    (1, 1, 1), (2, 1, 2), (63, 1, 63), (64, 8, 64), (65, 8, 72), (100, 8, 104), (4096, 8, 4096), (MOST_DRAWS, 8, MOST_DRAWS),
])  # fmt: skip
def test_few_draws_are_one_scramble_and_many_fill_theirs(draws: int, scrambles: int, kept: int) -> None:
    design = monte_carlo(draws)
    assert (design.scrambles, design.draws) == (scrambles, kept)
    assert SCRAMBLES * SMALLEST_SCRAMBLE == 64


def test_one_draw_is_one_point() -> None:
    assert monte_carlo(1).points(["a", "b"]).shape == (2, 1)


def test_the_default_is_a_design_for_a_verdict() -> None:
    assert monte_carlo() == Design(draws=DEFAULT_DRAWS, seed=0, scrambles=SCRAMBLES)


@pytest.mark.parametrize("draws", [0, -1, MOST_DRAWS + 1, 10**30, 100.5, float("nan")])
def test_other_numbers_of_draws_are_refused(draws: float) -> None:
    with pytest.raises(UsageError, match=rf"^draws: \S+ is not a whole number from 1 to {MOST_DRAWS}$"):
        monte_carlo(draws)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", [-1, -(2**70), 1.5])
def test_other_seeds_are_refused(seed: float) -> None:
    with pytest.raises(UsageError, match=r"^seed: \S+ is not a whole number from 0 up$"):
        monte_carlo(64, seed=seed)  # type: ignore[arg-type]


def test_nominal_is_every_quantity_at_its_median() -> None:
    assert Nominal().points(["a", "b"]).tolist() == [[0.5], [0.5]]
    assert Nominal().points([]).shape == (0, 1)
