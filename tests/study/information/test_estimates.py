"""EVPI, EVPPI and EVSI against what is known in closed form, and the laws that hold between them."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import norm

from tuneplan.study.design import monte_carlo
from tuneplan.study.information.estimates import (
    NOTHING,
    Found,
    Worth,
    capped,
    evpi,
    evppi,
    evsi,
    observed,
    reported,
)
from tuneplan.study.information.regression import Fit

DRAWS = 16384


def normals(*names: str, draws: int = DRAWS, seed: int = 0) -> np.ndarray:
    return ndtri(monte_carlo(draws, seed=seed).points(names))


def loss(mean: float, sd: float) -> float:
    """E max(0, X) - max(0, E X) of a normal X: sd times the unit normal loss at |mean| / sd."""
    lead = abs(mean) / sd
    return sd * (norm.pdf(lead) - lead * norm.sf(lead))


@pytest.mark.parametrize(("lead", "published"), [(0.0, 0.3989), (0.5, 0.1978), (1.0, 0.0833), (1.5, 0.0293), (2.0, 0.0085)])
def test_the_unit_normal_loss_is_that_of_the_published_table(lead: float, published: float) -> None:
    """Raiffa and Schlaifer, Applied Statistical Decision Theory (1961), table of the unit normal loss integral."""
    assert loss(lead, 1.0) == pytest.approx(published, abs=5e-5)


@pytest.mark.parametrize("mean", [-1.0, 0.0, 0.5, 1.5])
def test_evpi_of_two_normal_options(mean: float) -> None:
    x, noise = normals("x", "noise")
    found = evpi(np.stack([noise, mean + 2.0 * x]), scrambles=8)
    assert found.value == pytest.approx(loss(mean, math.sqrt(5.0)), abs=4.0 * found.error)
    assert found.error < 0.01


def test_evpi_by_hand() -> None:
    """Means 12 and 13; the best of each draw 12, 12, 17, 11, 16, on average 13.6."""
    objective = np.array([[9.0, 12.0, 14.0, 11.0, 14.0], [12.0, 10.0, 17.0, 10.0, 16.0]])
    found = evpi(objective, scrambles=1)
    assert found.value == pytest.approx(0.6)
    assert found.changes == pytest.approx(0.4)
    assert math.isnan(found.error)


@pytest.mark.parametrize("mean", [0.0, 0.5, -1.0])
@pytest.mark.parametrize("sd", [0.5, 2.0])
def test_evppi_of_two_normal_options(mean: float, sd: float) -> None:
    x, noise = normals("x", "noise")
    found = evppi(np.stack([0.0 * x, mean + sd * x + noise]), [x], scrambles=8, difference=(1, 0))
    assert found.gain == pytest.approx(loss(mean, sd), abs=4.0 * found.error + 0.005)
    assert found.explained == pytest.approx(sd**2 / (sd**2 + 1.0), abs=0.02)


def test_evppi_of_several_inputs_of_a_linear_model() -> None:
    inputs = normals("a", "b", "c", "d")
    weights = np.array([1.0, 0.7, 0.4, 0.0])
    objective = np.stack([0.0 * inputs[0], 0.2 + weights @ inputs])
    for chosen in ([0], [1], [2], [0, 1], [0, 1, 2], [1, 2, 3]):
        found = evppi(objective, list(inputs[chosen]), scrambles=8)
        assert found.gain == pytest.approx(loss(0.2, math.sqrt((weights[chosen] ** 2).sum())), abs=4.0 * found.error + 0.005)


def test_evppi_of_a_curved_model() -> None:
    """An option worth a log-normal amount against a fixed one: the formula of Black (1976)."""
    x, noise = normals("x", "noise")
    sd, fixed = 0.8, 1.2
    forward = math.exp(sd**2 / 2.0)
    high = (math.log(forward / fixed) + sd**2 / 2.0) / sd
    truth = forward * norm.cdf(high) - fixed * norm.cdf(high - sd) + fixed - max(forward, fixed)
    found = evppi(np.stack([0.0 * x + fixed, np.exp(sd * x) + noise]), [np.exp(sd * x)], scrambles=8)
    assert found.gain == pytest.approx(truth, abs=4.0 * found.error)


def test_evppi_of_a_product_is_that_of_both_together() -> None:
    """E max(0, x y) = 1 / pi, though neither alone says anything."""
    x, y, noise = normals("x", "y", "noise")
    objective = np.stack([0.0 * x, x * y + 0.5 * noise])
    both = evppi(objective, [x, y], scrambles=8)
    assert both.gain == pytest.approx(1.0 / math.pi, abs=4.0 * both.error)
    for one in (x, y):
        assert abs(evppi(objective, [one], scrambles=8).gain) < 0.02


def test_a_choice_between_groups_of_draws() -> None:
    """An input of three values: EVPPI is the mean of the best of each, above the best mean."""
    (u,) = monte_carlo(DRAWS).points(["kind"])
    (noise,) = normals("noise")
    kind = np.digitize(u, [0.5, 0.8])
    objective = np.stack([np.array([0.0, 2.0, -1.0])[kind] + noise, np.array([1.0, 0.0, 0.0])[kind]])
    truth = 0.5 * 1.0 + 0.3 * 2.0 + 0.2 * 0.0 - 0.5
    found = evppi(objective, [kind.astype(float)], scrambles=8)
    assert found.gain == pytest.approx(truth, abs=4.0 * found.error)


@pytest.mark.parametrize("n", [1, 4, 100])
def test_evsi_of_a_normal_prior_and_normal_observations(n: int) -> None:
    """The posterior mean has variance sd^2 sd^2 / (sd^2 + noise^2 / n)."""
    x, other, luck = normals("x", "other", "luck")
    sd, noise, mean = 1.0, 1.5, 0.3
    objective = np.stack([0.0 * x, mean + sd * x + 0.5 * other])
    y = observed(sd * x, noise=noise, n=n, luck=luck, logarithmic=False)
    found = evsi(objective, [y], scrambles=8)
    assert found.gain == pytest.approx(loss(mean, math.sqrt(sd**4 / (sd**2 + noise**2 / n))), abs=4.0 * found.error + 0.003)


def test_evsi_of_a_relative_error_is_that_of_the_logarithm() -> None:
    """The objective follows log x, of which y is a noisy copy: normal again."""
    x, luck = normals("x", "luck")
    y = observed(np.exp(0.4 * x), noise=0.3, n=2, luck=luck, logarithmic=True)
    found = evsi(np.stack([0.0 * x, 0.1 + 0.4 * x]), [y], scrambles=8)
    assert found.gain == pytest.approx(loss(0.1, 0.4**2 / math.sqrt(0.4**2 + 0.3**2 / 2.0)), abs=4.0 * found.error + 0.002)


def test_evsi_grows_from_nothing_to_evppi() -> None:
    x, other, luck = normals("x", "other", "luck")
    objective = np.stack([0.0 * x, 0.2 + x + other])
    whole = evppi(objective, [x], scrambles=8, difference=(1, 0))
    found = [
        evsi(objective, [observed(x, noise=2.0, n=n, luck=luck, logarithmic=False)], scrambles=8).gain for n in (1, 10, 100, 10**8)
    ]
    assert all(fewer < more for fewer, more in pairwise(found))
    assert found[-1] == pytest.approx(whole.gain, abs=1e-3)
    exact = evsi(objective, [observed(x, noise=0.0, n=1, luck=luck, logarithmic=False)], scrambles=8, difference=(1, 0))
    assert exact == whole
    blind = evsi(objective, [observed(x, noise=1e6, n=1, luck=luck, logarithmic=False)], scrambles=8)
    assert blind.gain == pytest.approx(0.0, abs=4.0 * blind.error)


def test_the_order_of_inputs_and_of_strategies_says_nothing() -> None:
    x, y, noise = normals("x", "y", "noise")
    objective = np.stack([0.0 * x, 0.2 + x + 0.5 * y + noise, 0.1 - x * y])
    one = evppi(objective, [x, y], scrambles=8, difference=(1, 0))
    assert evppi(objective, [y, x], scrambles=8, difference=(1, 0)) == one
    other = evppi(objective[[2, 0, 1]], [x, y], scrambles=8, difference=(2, 1))
    assert other.gain == pytest.approx(one.gain, abs=1e-9)
    assert other.explained == pytest.approx(one.explained, abs=1e-9)


def test_the_simulation_error_is_about_the_spread_between_seeds() -> None:
    found = []
    for seed in range(24):
        x, y, noise = normals("x", "y", "noise", draws=2048, seed=seed)
        found.append(evppi(np.stack([0.0 * x, 0.3 + x + 0.6 * y + noise]), [x, y], scrambles=8))
    spread = np.std([each.gain for each in found], ddof=1)
    assert 0.6 < spread / np.sqrt(np.mean([each.error**2 for each in found])) < 1.6


def test_one_strategy_alone_leaves_nothing_to_learn() -> None:
    assert evpi(np.array([[1.0, 5.0]]), scrambles=1) == NOTHING


def fit(gain: float, explained: float = 0.1) -> Fit:
    return Fit(gain=gain, error=0.01, changes=0.2, spread=1.0, explained=explained)


WHOLE = Worth(value=1.0, error=0.05, changes=0.5, explained=math.nan)


def test_what_is_told_of_a_set_is_at_least_what_is_told_of_any_set_inside_it() -> None:
    found = Found(
        single={"a": fit(0.3), "b": fit(-0.1), "c": fit(0.2)},
        several={frozenset("ab"): fit(0.25, 0.4), frozenset("bc"): fit(0.5), frozenset("abc"): fit(0.45, 0.7)},
    )
    told = {names: reported(names, found, WHOLE) for names in ("a", "b", "c", "ab", "bc", "abc")}
    assert {names: each.value for names, each in told.items()} == {"a": 0.3, "b": 0.0, "c": 0.2, "ab": 0.3, "bc": 0.5, "abc": 0.5}
    assert (told["ab"].explained, told["abc"].explained) == (0.4, 0.7)
    assert told["b"].changes == 0.0


def test_nothing_is_told_to_be_worth_more_than_everything() -> None:
    assert capped(fit(1.2), WHOLE, explained=0.3) == Worth(value=1.0, error=0.05, changes=0.2, explained=0.3)


@pytest.mark.parametrize(
    ("value", "error", "hidden", "stands_out"),
    [(0.0, 0.0, True, False), (0.1, 0.0, False, True), (0.1, 0.06, True, False), (0.1, 0.04, False, False), (0.1, 0.02, False, True), (0.1, math.nan, False, True)],
)
def test_what_simulation_can_tell_from_nothing(value: float, error: float, hidden: bool, stands_out: bool) -> None:
    worth = Worth(value=value, error=error, changes=0.1, explained=0.1)
    assert (worth.is_hidden, worth.stands_out) == (hidden, stands_out)
