"""Standings in cost and quality: published tables by hand, prices a point, how sure a place on the frontier is."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import ndtr

from tuneplan.study.frontier.cost_quality import Standing, price_of, standings, taking_part
from tuneplan.study.frontier.standing import frontier, on_frontier
from tuneplan.study.options import Options
from waist import normal, options


def standing(found: Options) -> dict[str, Standing]:
    return {each.name: each for each in standings(found, taking_part(found))}


# --- published -----------------------------------------------------------------------------------------------------------


def test_screening_for_hiv_as_published() -> None:
    """Paltiel et al. 2006 (Ann Intern Med 145:797, Table 4), the first example of dampack's vignette: ratios by hand,
    for instance 1 000 dollars over (277.57 - 277.25) / 12 years; screening every year is dominated by every third."""
    names = ("status quo", "one time", "every 5 years", "every 3 years", "annual")
    years = [months / 12.0 for months in (277.25, 277.57, 277.78, 277.83, 277.76)]
    found = standing(options([26_000.0, 27_000.0, 28_020.0, 28_440.0, 29_440.0], years, names=names))
    assert [found[name].status for name in names] == ["frontier"] * 4 + ["dominated"]
    prices = [found[name].price for name in names[1:4]]
    assert [each.mean for each in prices if each] == pytest.approx([1000.0 * 12.0 / 0.32, 1020.0 * 12.0 / 0.21, 420.0 * 12.0 / 0.05])
    assert (found["annual"].against, found["annual"].price) == ("every 3 years", None)


CDIFF = {
    "s3": (57336.01, 12.93996, "frontier", None), "s27": (57541.25, 13.01406, "frontier", 2769.855),
    "s33": (57642.26, 13.03891, "frontier", 4065.031), "s31": (57934.07, 13.09663, "frontier", 5056.222),
    "s43": (58072.11, 13.11286, "frontier", 8504.216), "s44": (58665.78, 13.12833, "frontier", 38362.652),
    "s39": (57814.65, 13.04628, "extendedly dominated", None), "s4": (57887.48, 12.99707, "dominated", None),
    "s13": (58018.63, 13.06504, "dominated", None), "s37": (58081.79, 13.10297, "dominated", None),
    "s20": (58634.20, 13.11006, "dominated", None),
}  # fmt: skip
"""Mean cost, mean quality-adjusted years, standing and dollars a year of eleven treatments of C. difficile (Rajasingham
et al. 2020, doi 10.1093/cid/ciz318), as dampack's second example prints them: costs to a cent, years to five digits."""


@pytest.mark.parametrize("order", [list(CDIFF), sorted(CDIFF), sorted(CDIFF, reverse=True)])
def test_treatments_of_c_difficile_as_published(order: list[str]) -> None:
    found = standing(options([CDIFF[name][0] for name in order], [CDIFF[name][1] for name in order], names=order))
    assert {name: each.status for name, each in found.items()} == {name: row[2] for name, row in CDIFF.items()}
    for name, (*_, price) in CDIFF.items():
        ours = found[name].price
        if price is not None:
            assert ours is not None
            assert ours.mean == pytest.approx(price, rel=1e-3)  # years are printed to five digits, steps are .015 of one
    assert found["s39"].against == "s33"


# --- the probability of being on the frontier -------------------------------------------------------------------------------


@given(arrays(float, (2, 5), elements=st.integers(0, 6).map(float)))
def test_a_draw_is_judged_as_means_are(drawn: np.ndarray) -> None:
    """Ties, twins and points in line too."""
    cost, points = drawn
    means = [each.status == "frontier" for each in frontier(cost.tolist(), points.tolist())]
    assert on_frontier(cost[:, None], points[:, None])[:, 0].tolist() == means


def test_the_chance_of_being_on_the_frontier_in_closed_form() -> None:
    """One that costs more is on it where it delivers more, here with Phi(2 / 1)."""
    found = standing(options([0.0, 10.0], [0.0, 2.0 + normal("points")], names=("cheap", "dear")))
    assert found["cheap"].probability == 1.0
    assert found["dear"].probability == pytest.approx(float(ndtr(2.0)), abs=0.002)


# --- price of a point ----------------------------------------------------------------------------------------------------


def test_the_price_of_a_point_has_the_quantiles_of_the_ratio() -> None:
    """Dollars over points, both log-normal: the ratio is log-normal too."""
    dearer, better = np.exp(3.0 + 0.4 * normal("cost")), np.exp(0.3 * normal("points"))
    price = price_of(dearer, better, 8)
    assert price.mean == pytest.approx(math.exp(3.0 + 0.08) / math.exp(0.045), abs=5.0 * price.error)
    assert (price.low, price.high) == pytest.approx((math.exp(3.0 - 0.5 * 1.64485), math.exp(3.0 + 0.5 * 1.64485)), rel=0.03)


def test_a_ratio_whose_denominator_may_be_zero_has_no_interval() -> None:
    """Nor has one that changes sign: the differences are given instead."""
    found = standing(options([0.0, 10.0 + normal("cost")], [0.0, 1.0 + normal("points")]))["s1"]
    assert found.price is not None
    assert found.price.mean == pytest.approx(10.0, rel=0.05)
    assert math.isnan(found.price.low)
    assert math.isnan(found.price.high)
    assert found.better is not None
    assert found.better.low < 0.0 < found.better.mean


def test_up_to_a_twentieth_of_draws_without_more_points_count_as_endlessly_dear() -> None:
    better = np.ones(100)
    better[:4] = 0.0
    price = price_of(np.full(100, 2.0), better, 1)
    assert (price.low, price.high) == (2.0, 2.0)
    better[:6] = 0.0
    assert math.isnan(price_of(np.full(100, 2.0), better, 1).high)


def test_differences_are_paired() -> None:
    """What two strategies share leaves no spread in their difference."""
    luck = normal("luck")
    found = standing(options([5.0 + luck, 9.0 + luck], [1.0 + luck, 3.0 + luck]))["s1"]
    assert found.dearer is not None
    assert found.better is not None
    assert (found.dearer.low, found.dearer.high) == pytest.approx((4.0, 4.0))
    assert (found.better.low, found.better.high) == pytest.approx((2.0, 2.0))


# --- who takes part, and what is close ------------------------------------------------------------------------------------


def test_what_breaks_the_limits_or_can_not_be_done_has_no_standing() -> None:
    found = standing(options([1.0, 9.0, 2.0], [0.0, 5.0, 3.0], budget=5.0, possible=[True, True, False]))
    assert [each.status for each in found.values()] == ["frontier", "breaks the limits", "can't be done"]
    assert found["s1"].cost.mean == 9.0
    assert math.isnan(found["s2"].cost.mean)


def test_where_nothing_is_allowed_all_that_can_be_done_is_compared() -> None:
    found = options([1.0, 9.0, 2.0], [0.0, 5.0, 3.0], budget=0.5, possible=[True, True, False])
    assert taking_part(found).tolist() == [True, True, False]
    assert [each.status for each in standing(found).values()] == ["frontier", "frontier", "can't be done"]


def test_where_nothing_can_be_done_nobody_has_a_standing() -> None:
    assert [each.status for each in standing(options([1.0, 2.0], [0.0, 1.0], possible=False)).values()] == ["can't be done"] * 2


def test_a_standing_that_simulation_error_hides_is_said() -> None:
    noise = np.random.default_rng(3).normal(0.0, 1.0, (2, 512))
    assert standing(options([0.0, 10.0], [noise[0], noise[1] + 0.01]))["s1"].too_close
    assert not standing(options([0.0, 10.0], [noise[0], noise[1] + 5.0]))["s1"].too_close
    assert not standing(options([0.0, 0.0], [0.0, 0.0]))["s1"].too_close


def test_one_dominated_by_an_extendedly_dominated_one_is_compared_with_it() -> None:
    found = standing(options([0.0, 4.0, 5.0, 10.0], [0.0, 3.0, 2.9, 10.0]))
    assert [each.status for each in found.values()] == ["frontier", "extendedly dominated", "dominated", "frontier"]
    assert (found["s2"].against, found["s1"].against, found["s3"].against) == ("s1", "s0", "s0")


def test_twins_share_their_standing() -> None:
    found = standing(options([0.0, 4.0, 4.0], [0.0, 3.0, 3.0]))
    assert [each.status for each in found.values()] == ["frontier"] * 3
    assert [each.price.mean for each in found.values() if each.price] == pytest.approx([4.0 / 3.0] * 2)
