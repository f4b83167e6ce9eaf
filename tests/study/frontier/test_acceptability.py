"""Acceptability from closed forms: how often best, best on average, where that switches, what knowing is worth."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import ndtr

from building import text_of
from tuneplan.scenario.load import loads
from tuneplan.study.decision import decide
from tuneplan.study.design import monte_carlo
from tuneplan.study.frontier.acceptability import (
    OverValue,
    grid_of,
    milestones_of,
    over_value,
    switches_of,
    wins,
)
from tuneplan.study.frontier.cost_quality import taking_part
from tuneplan.study.options import Options, options_of, value_of_a_point
from tuneplan.study.run import run
from waist import normal, options

VALUES = np.array([0.0, 2.0, 4.0, 5.0, 8.0, 40.0])


def everybody(found: Options, **more: Any) -> OverValue:
    return over_value(found, np.full(len(found.strategies), True), **more)


# --- two options with normal outcomes -----------------------------------------------------------------------------------


def normals() -> Options:
    """The second costs 10 more, sd 3, and delivers 2 points more, sd 1."""
    return options([0.0, 10.0 + 3.0 * normal("cost")], [0.0, 2.0 + normal("points")])


def test_two_normal_options_have_the_curve_of_the_closed_form() -> None:
    """Net benefit differs by N(2 v - 10, v^2 + 9): best with chance Phi(mean / sd)."""
    over = everybody(normals(), value=VALUES)
    mean, spread = 2.0 * VALUES - 10.0, np.sqrt(VALUES**2 + 9.0)
    assert over.probability_best[1] == pytest.approx(ndtr(mean / spread), abs=0.01)
    assert over.probability_best.sum(axis=0) == pytest.approx(1.0)
    assert over.expected[1] == pytest.approx(mean, abs=0.01)


def test_perfect_information_on_two_normal_options() -> None:
    """EVPI of a normal difference: sd (phi(z) - |z| Phi(-|z|)), Raiffa and Schlaifer 1961."""
    over = everybody(normals(), value=VALUES)
    mean, spread = 2.0 * VALUES - 10.0, np.sqrt(VALUES**2 + 9.0)
    z = np.abs(mean / spread)
    truth = spread * (np.exp(-(z**2) / 2.0) / math.sqrt(2.0 * math.pi) - z * ndtr(-z))
    assert over.perfect_information == pytest.approx(truth, abs=0.02 * spread.max())
    assert (np.abs(over.perfect_information - truth) <= 5.0 * over.perfect_information_error + 1e-12).all()


def test_the_frontier_switches_at_extra_dollars_over_extra_points() -> None:
    over = everybody(normals(), value=np.array([4.9, 5.1]))
    assert over.best.tolist() == [0, 1]
    (switch,) = over.switches
    assert switch.value == pytest.approx(5.0, abs=4.0 * switch.error)
    assert (switch.before, switch.after, switch.too_close) == (0, 1, False)


def test_the_error_of_a_switch_is_as_large_as_its_spread_over_seeds() -> None:
    rng = np.random.default_rng(1)
    found = [
        switches_of(np.stack([np.zeros(512), rng.normal(10.0, 3.0, 512)]), np.stack([np.zeros(512), rng.normal(2.0, 1.0, 512)]), 8)[0]
        for _ in range(300)
    ]
    spread = np.std([each.value for each in found])
    assert spread == pytest.approx(math.sqrt(9.0 + 25.0) / 2.0 / math.sqrt(512.0), rel=0.15)
    assert np.sqrt(np.mean([each.error**2 for each in found])) == pytest.approx(spread, rel=0.15)


# --- skewed costs ------------------------------------------------------------------------------------------------------


def skewed() -> Options:
    """The second costs a log-normal amount, median 1 and mean 1.649, against a sure 1.5; it delivers a tenth of a point more."""
    return options([1.5, np.exp(normal("cost"))], [0.0, 0.1])


def test_under_skewed_costs_the_most_often_best_is_not_the_best_on_average() -> None:
    """Where a point is worth nothing, the dear one is cheaper in Phi(ln 1.5) = 66 % of draws, and dearer on average."""
    over = everybody(skewed(), value=np.array([0.0, 1.0]))
    assert over.probability_best[1] == pytest.approx(ndtr(np.log([1.5, 1.6])), abs=0.005)
    assert over.best.tolist() == [0, 0]
    assert over.most_often.tolist() == [1, 1]
    assert over.chance_of_best == pytest.approx(1.0 - ndtr(np.log([1.5, 1.6])), abs=0.005)
    assert over.leads(1, 0, 0)
    assert not over.leads(0, 1, 0)


def test_under_skewed_costs_the_frontier_follows_the_means() -> None:
    (switch,) = everybody(skewed()).switches
    assert switch.value == pytest.approx((math.exp(0.5) - 1.5) / 0.1, abs=4.0 * switch.error)


# --- what is worth money in the scenario ----------------------------------------------------------------------------------


def test_a_scenario_that_prices_every_point_alike_is_judged_as_at_that_value() -> None:
    """$300 a point and month on both tasks over 12 months is $3 600 a delivered point."""
    tasks = {name: {"value": "300 USD per point per month", "data.examples": examples} for name, examples in (("a", "2k"), ("b", "9k"))}
    scenario = loads(text_of(tasks, strategies=("unified", "specialists", "adapters", "prompted"), horizon="12 months"))
    done = run(scenario, monte_carlo(256))
    found = options_of(done)
    assert value_of_a_point(done) == pytest.approx(3600.0)
    over = over_value(found, taking_part(found), value=np.array([3600.0]))
    decision = decide(found.strategies, found.objective, cost=found.cost, limits=found.limits, scrambles=8, name="", unit="USD")
    assert over.probability_best[:, 0] == pytest.approx(decision.probability_best)
    assert over.regret[:, 0] == pytest.approx(decision.regret)
    assert found.strategies[over.best[0]] == found.strategies[int(np.argmax(decision.expected))]


def test_a_scenario_without_values_prices_no_point() -> None:
    assert math.isnan(value_of_a_point(run(loads(text_of()), monte_carlo(16))))


# --- the grid ------------------------------------------------------------------------------------------------------------


def test_the_grid_holds_zero_and_every_switch() -> None:
    cost, points = np.array([[0.0], [7.0], [5e5]]), np.array([[0.0], [1.0], [2.0]])
    switches = switches_of(cost, points, 1)
    grid = grid_of(cost, points, switches)
    assert [each.value for each in switches] == [7.0, pytest.approx(499_993.0)]
    assert grid[0] == 0.0
    assert grid[1] <= 7.0 / 3.0
    assert grid[-1] >= 3.0 * 499_993.0
    assert np.diff(np.log10(grid[1:])) == pytest.approx(0.1)


def test_without_any_price_the_grid_is_a_fixed_one() -> None:
    same = np.ones((2, 4))
    assert [float(each) for each in grid_of(same, same, [])[[1, -1]]] == [1e2, 1e6]


def test_a_switch_that_simulation_error_hides_is_named_and_does_not_stretch_the_grid() -> None:
    hidden = 1e-4 * normal("points", draws=512) + 1e-9
    over = everybody(options([0.0, 5.0, 100.0], [0.0, 1.0, 1.0 + hidden]))
    assert [each.too_close for each in over.switches] == [False, True]
    assert over.value[-1] <= 100.0
    assert 5.0 in milestones_of(over, own=float("nan"))
    assert over.switches[1].value not in milestones_of(over, own=float("nan"))


def test_milestones_hold_the_value_of_the_scenario() -> None:
    over = everybody(normals())
    assert 3600.0 in milestones_of(over, own=3600.0)
    assert milestones_of(over, own=float("nan"))[0] == 0.0


# --- what cannot be told apart ---------------------------------------------------------------------------------------------


def test_ties_are_shared_alike_and_equal_options_are_no_rivals() -> None:
    same = normal("both", draws=64)
    over = everybody(options([same, same, 9.0 + same], [1.0, 1.0, 1.0], names=("one", "two", "dear")))
    assert over.probability_best[:, 3].tolist() == [0.5, 0.5, 0.0]
    assert over.switches == ()
    assert not over.too_close.any()


def test_where_a_point_is_worth_nothing_the_better_of_two_equally_cheap_ones_is_named() -> None:
    for points in ([1.0, 2.0], [2.0, 1.0]):
        over = everybody(options([5.0, 5.0], points), value=np.array([0.0, 1.0]))
        assert over.best.tolist() == [int(np.argmax(points))] * 2


def test_too_close_on_average_is_said() -> None:
    """Two options of one distribution, drawn apart: no value tells them apart by their means."""
    one, two = (np.random.default_rng(seed).normal(0.0, 1.0, 512) for seed in (1, 2))
    assert everybody(options([one, two], [1.0, 1.0]), value=np.array([0.0])).too_close.all()
    assert not everybody(options([one, two + 5.0], [1.0, 1.0]), value=np.array([0.0])).too_close.any()


def test_with_few_draws_errors_are_unknown() -> None:
    over = everybody(options([[0.0, 1.0], [2.0, 3.0]], [[0.0, 0.0], [1.0, 1.0]]))
    assert np.isnan(over.probability_error).all()
    assert math.isnan(over.switches[0].error)


def test_who_takes_no_part_has_no_curve() -> None:
    found = options([1.0, 2.0, 3.0], [0.0, 1.0, 5.0])
    over = over_value(found, np.array([True, False, True]))
    assert np.isnan(over.regret[1]).all()
    assert {1} & {*over.best.tolist(), *over.most_often.tolist()} == set()
    nobody = over_value(found, np.full(3, False))
    assert (nobody.best == -1).all()
    assert np.isnan(nobody.perfect_information).all()


# --- properties --------------------------------------------------------------------------------------------------------

DRAWN = arrays(float, (2, 4, 16), elements=st.integers(-20, 20).map(float))


@given(DRAWN, st.permutations(range(4)))
def test_permuting_strategies_permutes_the_curves(drawn: np.ndarray, order: list[int]) -> None:
    cost, points = drawn
    one = everybody(options(cost, points))
    other = everybody(options(cost[order], points[order]), value=one.value)
    assert other.probability_best == pytest.approx(one.probability_best[order])
    assert other.regret == pytest.approx(one.regret[order], abs=1e-9)
    assert [each.value for each in other.switches] == pytest.approx([each.value for each in one.switches])


@given(DRAWN)
def test_chances_add_up_and_perfect_information_is_the_least_regret(drawn: np.ndarray) -> None:
    over = everybody(options(*drawn))
    assert over.probability_best.sum(axis=0) == pytest.approx(1.0)
    assert (over.regret >= 0.0).all()
    assert over.perfect_information == pytest.approx(over.regret.min(axis=0), abs=1e-6 * over.value.max())


@given(DRAWN)
def test_the_frontier_changes_hands_at_its_switches_and_nowhere_else(drawn: np.ndarray) -> None:
    found = options(*drawn)
    ends = [0.0, *[each.value for each in everybody(found).switches], 1e9]
    inside = np.array([(low + high) / 2.0 for low, high in pairwise(ends)])
    over = everybody(found, value=inside)
    holders = [over.switches[0].before, *[each.after for each in over.switches]] if over.switches else [over.best[0]]
    held = [float(over.expected[index, place]) for place, index in enumerate(holders)]
    assert held == pytest.approx(over.expected.max(axis=0).tolist())


@given(DRAWN)
def test_an_option_that_is_worse_in_every_draw_changes_nothing(drawn: np.ndarray) -> None:
    cost, points = drawn
    without = everybody(options(cost, points))
    worse = everybody(options([*cost, cost[0] + 1.0], [*points, points[0] - 1.0]), value=without.value)
    assert worse.probability_best[:4] == pytest.approx(without.probability_best)
    assert worse.regret[:4] == pytest.approx(without.regret)
    assert (worse.probability_best[4] == 0.0).all()


def test_wins_of_one_alone() -> None:
    assert wins(np.ones((1, 3))).tolist() == [[1.0, 1.0, 1.0]]


def test_costs_in_thousands_move_the_curve_along_and_change_nothing_else() -> None:
    found = normals()
    dear = replace(found, cost=1000.0 * found.cost)
    assert everybody(dear, value=1000.0 * VALUES).probability_best == pytest.approx(everybody(found, value=VALUES).probability_best)


def test_at_the_value_of_a_scenario_net_benefits_lie_as_far_apart_as_in_its_verdict_where_launch_dates_count() -> None:
    """Every task's point has the same price, so all that a value of a point can say is what the verdict says: to the dollar."""
    tasks = {name: {"value": "300 USD/point/month", "traffic": f"{traffic}k requests/month"} for name, traffic in (("a", 5), ("b", 20))}
    names = ("unified", "specialists", "prompted")
    timed = run(loads(text_of(tasks, strategies=names, horizon="10 months", unseen={"share": "20%"}, schedule={"counts": True})), monte_carlo(64))
    found = options_of(timed)
    assert value_of_a_point(timed) == pytest.approx(3000.0)
    over = everybody(found, value=np.array([value_of_a_point(timed)]))
    mean = found.objective.mean(axis=1)
    np.testing.assert_allclose(over.expected[:, 0] - over.expected[0, 0], mean - mean[0], rtol=1e-9)
    np.testing.assert_allclose(over.probability_best[:, 0], wins(found.objective).mean(axis=1))
    assert (found.priced <= found.points + 1e-9).all(), "as good as the reference until launch, better from then on"
    assert found.priced[0].mean() < found.points[0].mean() - 0.5


def test_where_launch_dates_do_not_count_all_delivered_points_do() -> None:
    found = options_of(run(loads(text_of(("a", "b"))), monte_carlo(16)))
    assert found.priced is found.points
