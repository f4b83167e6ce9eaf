"""What is best at which budget: thresholds in closed form, the same draws judged anew, plans made anew."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from building import text_of
from tuneplan.scenario.load import loads
from tuneplan.study.decision import decide
from tuneplan.study.design import monte_carlo
from tuneplan.study.frontier.budgets import (
    PLANNED_SHARES,
    Threshold,
    at_limit,
    is_too_close,
    limits_to_look_at,
    limits_to_plan,
    over_budget,
    thresholds_of,
)
from tuneplan.study.options import Options, options_of
from tuneplan.study.run import run
from waist import normal, options

THREE = options([10.0, 20.0, 30.0], [1.0, 5.0, 9.0], budget=25.0)
"""Each dearer one is better."""


def test_the_threshold_of_a_log_normal_cost_is_its_quantile() -> None:
    found = options([np.exp(2.0 + 0.5 * normal("cost"))], [1.0], confidence=0.9, budget=1.0)
    (threshold,) = thresholds_of(found)
    assert threshold.error > 0.0
    assert threshold.limit == pytest.approx(math.exp(2.0 + 0.5 * 1.281552), abs=5.0 * threshold.error)


def test_the_error_of_a_threshold_is_as_large_as_its_spread_over_seeds() -> None:
    found = [thresholds_of(options([np.random.default_rng(seed).normal(9.0, 1.0, 2048)], [1.0]))[0] for seed in range(200)]
    spread = float(np.std([each.limit for each in found]))
    assert spread == pytest.approx(math.sqrt(0.9 * 0.1 / 2048.0) / 0.17550, rel=0.2)  # the density of the normal at its 90 % point
    assert math.sqrt(np.mean([each.error**2 for each in found])) == pytest.approx(spread, rel=0.2)


def test_more_money_makes_more_feasible_and_the_best_of_it_wins() -> None:
    over = over_budget(THREE)
    at = {float(limit): place for place, limit in enumerate(over.limit)}
    assert {0.0, 10.0, 20.0, 25.0, 30.0} <= set(at)
    assert [int(over.recommended[at[limit]]) for limit in (0.0, 10.0, 20.0, 25.0, 30.0)] == [-1, 0, 1, 1, 2]
    assert (over.best == over.recommended).all()
    assert not over.planned


def test_a_strategy_is_feasible_at_its_threshold_and_not_below() -> None:
    found = options([np.exp(normal("one", draws=512)), 1.0 + np.exp(normal("two", draws=512))], [1.0, 2.0], budget=3.0)
    for index, each in enumerate(thresholds_of(found)):
        assert at_limit(found, each.limit).allowed[index]
        assert not at_limit(found, np.nextafter(each.limit, 0.0)).allowed[index]


def test_judging_the_same_draws_anew_is_a_run_with_that_limit() -> None:
    def at(limit: float) -> Options:
        scenario = loads(text_of(strategies=("unified", "specialists", "prompted"), budget={"limit": f"{limit} USD"}))
        return options_of(run(scenario, monte_carlo(64)))

    given_once = over_budget(at(60_000.0))
    for place in range(0, len(given_once.limit), 5):
        again = at(float(given_once.limit[place]))
        decision = decide(again.strategies, again.objective, cost=again.cost, limits=again.limits, scrambles=8, name="delivered score", unit="point")
        ours = given_once.decisions[place]
        assert (ours.allowed, ours.probability_best, ours.probability_in_budget) == (decision.allowed, decision.probability_best, decision.probability_in_budget)
        assert (ours.best, ours.tied, ours.too_close) == (decision.best, decision.tied, decision.too_close)


def test_plans_are_made_anew_at_each_limit_and_only_there() -> None:
    asked: list[float] = []

    def at(limit: float) -> Options:
        """Twice the money, one point more."""
        return options([limit, 20.0], [np.log2(limit), 3.0], budget=limit, covered=[limit, 20.0])

    def plan(limits: Sequence[float]) -> list[Options]:
        asked.extend(limits)
        return [at(limit) for limit in limits]

    over = over_budget(at(25.0), planned=plan)
    assert over.limit.tolist() == [25.0 * each for each in PLANNED_SHARES]
    assert asked == [limit for limit in over.limit.tolist() if limit != 25.0]  # for which the scenario is planned already
    assert over.planned
    assert over.thresholds == ()
    assert over.expected[0] == pytest.approx(np.log2(over.limit))


def test_without_a_limit_plans_are_made_around_what_strategies_cost() -> None:
    assert limits_to_plan(options([10.0, 20.0, 30.0], [1.0, 5.0, 9.0]))[4] == pytest.approx(20.0)
    assert limits_to_plan(options([0.0], [1.0])).tolist() == [0.0]


def test_no_budget_buys_a_minimum_score_that_is_missed() -> None:
    over = over_budget(options([10.0, 20.0], [1.0, 5.0], scores_met=[[False], [True]]))
    assert math.isnan(over.thresholds[0].limit)
    assert not over.feasible[0].any()
    assert over.recommended[-1] == 1


def test_nothing_that_can_be_done_leaves_an_empty_curve() -> None:
    over = over_budget(options([10.0, 20.0], [1.0, 5.0], possible=False))
    assert over.limit.tolist() == [0.0]
    assert (over.best == -1).all()
    assert (over.recommended == -1).all()
    assert np.isnan(over.regret).all()


def test_what_costs_nothing_is_feasible_without_a_budget() -> None:
    over = over_budget(options([0.0, 0.0], [1.0, 5.0]))
    assert over.limit.tolist() == [0.0]
    assert over.recommended.tolist() == [1]


def test_level_strategies_are_recommended_by_their_price_and_the_best_on_average_is_kept_apart() -> None:
    over = over_budget(options([10.0, 20.0], [5.0, 5.2], budget=30.0))
    assert (int(over.best[-1]), int(over.recommended[-1])) == (1, 0)


def test_a_limit_within_simulation_error_of_what_is_needed_is_close() -> None:
    assert is_too_close(Threshold(limit=100.0, error=1.0), 101.5)
    assert not is_too_close(Threshold(limit=100.0, error=1.0), 103.0)
    assert not is_too_close(Threshold(limit=100.0, error=0.0), 100.0)
    assert not is_too_close(Threshold(limit=float("nan"), error=float("nan")), 100.0)


def test_the_curve_over_the_budget_is_not_that_over_the_value() -> None:
    """A point is never paid for here: with money enough the best wins, however dear."""
    assert over_budget(options([1.0, 1e6], [1.0, 2.0], budget=1e7)).recommended[-1] == 1


@given(arrays(float, (2, 4, 16), elements=st.integers(0, 9).map(float)), st.permutations(range(4)))
def test_more_budget_is_never_worse_and_order_means_nothing(drawn: np.ndarray, order: list[int]) -> None:
    cost, points = drawn
    over, other = over_budget(options(cost, points)), over_budget(options(cost[order], points[order]))
    reached = np.where(over.feasible, over.expected, -np.inf).max(axis=0)
    assert (np.diff(reached[reached > -np.inf]) >= 0.0).all()
    assert (np.diff(over.feasible.astype(int), axis=1) >= 0).all()
    assert other.limit == pytest.approx(over.limit)
    assert other.probability_best == pytest.approx(over.probability_best[order])


def test_limits_span_every_threshold_and_the_scenarios_own() -> None:
    limits = limits_to_look_at(THREE, thresholds_of(THREE))
    assert limits[0] == 0.0
    assert limits[1] <= 5.0
    assert limits[-1] >= 60.0
    assert (np.diff(limits) > 0.0).all()
