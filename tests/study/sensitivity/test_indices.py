"""Sobol' indices against closed forms, through the one door."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from scipy import stats

from closed_forms import ishigami, ishigami_indices, sobol_g, sobol_g_indices
from tuneplan.axes import Array
from tuneplan.study.design import AnyDesign
from tuneplan.study.sensitivity.designs import Crossed, Exchange
from tuneplan.study.sensitivity.indices import Indices, _of_evaluations, indices, shares_of

NAMES = ["a", "b", "c"]


def each(names: Sequence[str]) -> list[Exchange]:
    """Every name a group of its own."""
    return [Exchange(names=frozenset({name})) for name in names]


def of_ishigami(design: AnyDesign) -> Array:
    return ishigami(design.points(NAMES))


def assert_near(found: Sequence[Indices], first: Sequence[float], total: Sequence[float], *, within: float) -> None:
    assert [row.first_order.mean for row in found] == pytest.approx(first, abs=within)
    assert [row.total_order.mean for row in found] == pytest.approx(total, abs=within)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_ishigami(seed: int) -> None:
    assert_near(indices(of_ishigami, each(NAMES), points=8192, seed=seed), *ishigami_indices(), within=0.03)


@pytest.mark.parametrize("weights", [(0.0, 1.0, 4.5, 9.0), (0.0, 0.5, 3.0), (1.0, 1.0)])
def test_sobol_g(weights: tuple[float, ...]) -> None:
    names = [f"x{number}" for number in range(len(weights))]
    found = indices(lambda design: sobol_g(design.points(names), weights), each(names), points=8192, seed=3)
    assert_near(found, *sobol_g_indices(weights), within=0.03)


def test_the_closed_forms_are_those_of_the_literature() -> None:
    """Ishigami with a 7 and b .1: Saltelli et al. 2008, table 4.4; Sobol-G: the parts of a product."""
    assert ishigami_indices()[0] == pytest.approx([0.3139, 0.4424, 0.0], abs=1e-4)
    assert ishigami_indices()[1] == pytest.approx([0.5576, 0.4424, 0.2437], abs=1e-4)
    assert sum(sobol_g_indices((0.0, 1.0))[0]) == pytest.approx(1.0 - (1 / 3 / 12) / (4 / 3 * 13 / 12 - 1.0))


def test_of_a_sum_both_orders_are_shares_of_its_variance() -> None:
    slopes = np.array([3.0, 2.0, 1.0])
    found = indices(lambda design: slopes @ design.points(NAMES), each(NAMES), points=4096)
    shares = (slopes**2 / (slopes**2).sum()).tolist()
    assert_near(found, shares, shares, within=0.04)


def test_a_group_takes_its_interactions_along_and_the_rest_is_one_too() -> None:
    """x1 and x3 of Ishigami together: V1 + V13; all but these: V2."""
    pair = frozenset({"a", "c"})
    found = indices(of_ishigami, [Exchange(names=pair), Exchange(names=pair, others=True)], points=8192)
    second = ishigami_indices()[0][1]
    assert_near(found, [1.0 - second, second], [1.0 - second, second], within=0.03)


def test_order_of_groups_and_size_of_calls_change_nothing() -> None:
    whole = indices(of_ishigami, each(NAMES), points=256, seed=4)
    turned = indices(lambda design: ishigami(design.points(NAMES[::-1])[::-1]), each(NAMES[::-1]), points=256, seed=4, draws_at_once=300)
    assert [row.first_order.mean for row in whole] == pytest.approx([row.first_order.mean for row in turned[::-1]], abs=1e-12)
    assert [row.total_order.low for row in whole] == pytest.approx([row.total_order.low for row in turned[::-1]], abs=1e-12)
    assert indices(of_ishigami, each(NAMES), points=256, seed=4) == whole
    assert indices(of_ishigami, each(NAMES), points=256, seed=5) != whole


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    """90 % intervals of three total orders over 30 seeds."""
    truth = ishigami_indices()[1]
    held = [
        row.total_order.low <= true <= row.total_order.high
        for seed in range(30)
        for row, true in zip(indices(of_ishigami, each(NAMES), points=512, seed=seed), truth, strict=True)
    ]
    assert 0.75 <= np.mean(held) <= 0.99


def test_what_never_varies_has_no_shares() -> None:
    found = indices(lambda design: np.full(design.draws, 3.0), each(["a"]), points=64)
    assert [(row.first_order.mean, row.total_order.high) for row in found] == [(0.0, 0.0)]


def test_one_input_alone_makes_all_of_it_and_no_group_makes_none() -> None:
    found = indices(lambda design: design.points(["a"])[0], each(["a"]), points=512)
    assert_near(found, [1.0], [1.0], within=0.05)
    assert indices(of_ishigami, [], points=64) == ()


def test_crossed_points_are_those_of_the_two_sets() -> None:
    crossed = Crossed(each=16, exchanges=(Exchange(), Exchange(others=True), Exchange(names=frozenset({"b"})), Exchange(names=frozenset({"b"}), others=True)))
    first, second, of_b, but_b = np.split(crossed.points(NAMES), 4, axis=1)
    np.testing.assert_array_equal(of_b, [first[0], second[1], first[2]])
    np.testing.assert_array_equal(but_b, [second[0], first[1], second[2]])
    np.testing.assert_array_equal(crossed.points(["b"])[0], crossed.points(NAMES)[1])
    assert crossed.draws == 64
    assert (first != second).all()


@pytest.mark.parametrize(("points", "groups"), [(16, 1), (64, 5), (256, 12)])
def test_estimators_and_bootstrap_are_those_of_scipy(points: int, groups: int) -> None:
    whole = np.random.default_rng(points).normal(size=(groups + 2, points)) ** 2 + 5.0

    def of_scipy(at: np.ndarray) -> np.ndarray:
        first, second, mixed = whole[None, 0, at], whole[None, 1, at], whole[2:, None, at]
        # one more input that moves nothing: of a single one scipy returns no array
        found = stats.sobol_indices(func={"f_A": first, "f_B": second, "f_AB": np.concatenate([mixed, first[None]])}, n=len(at))
        return np.stack([found.first_order[:-1], found.total_order[:-1]])

    np.testing.assert_allclose(shares_of(whole), of_scipy(np.arange(points)), rtol=1e-10, atol=1e-12)
    ends = stats.bootstrap(
        (np.arange(points),), of_scipy, n_resamples=200, confidence_level=0.9, method="percentile", vectorized=False, random_state=np.random.default_rng(3)
    ).confidence_interval
    ours = _of_evaluations(whole[0], whole[1], whole[2:], seed=3)
    low, high = ([[getattr(getattr(each, order), end) for each in ours] for order in ("first_order", "total_order")] for end in ("low", "high"))
    np.testing.assert_allclose(low, ends.low, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(high, ends.high, rtol=1e-10, atol=1e-12)
