"""The decision from hand-made arrays: limits, ties, regret, frontiers and exact splits."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from tuneplan.axes import Array
from tuneplan.study.decision import (
    Decision,
    Limits,
    decide,
    estimate,
    split,
    within_error,
)
from tuneplan.study.frontier.standing import frontier

SCRAMBLES = 2


def limits(in_budget: Any = True, scores_met: Any = True, possible: Any = True, confidence: float = 0.9, shape: tuple[int, int] = (3, 4)) -> Limits:
    """Limits that are met unless said otherwise."""
    spread = [np.broadcast_to(np.asarray(each, dtype=bool), shape) for each in (in_budget, scores_met)]
    return Limits(in_budget=spread[0], scores_met=spread[1], possible=np.broadcast_to(np.asarray(possible), shape[:1]), confidence=confidence)


def judge(objective: Any, cost: Any = None, *, scrambles: int = SCRAMBLES, unit: str = "point", **kwargs: Any) -> Decision:
    """Decide among strategies s0, s1, ... on rows of draws."""
    objective = np.asarray(objective, dtype=float)
    cost = np.zeros_like(objective) if cost is None else np.broadcast_to(np.asarray(cost, dtype=float)[:, None], objective.shape)
    names = [f"s{number}" for number in range(len(objective))]
    return decide(
        names, objective, cost=cost, limits=limits(**{"shape": objective.shape, **kwargs}), scrambles=scrambles,
        name="delivered score", unit=unit,
    )  # fmt: skip


STEADY = [[1.0, 1.1, 1.0, 1.1], [3.0, 3.1, 3.0, 3.1], [2.0, 2.1, 2.0, 2.1]]
"""Three strategies whose order is beyond doubt."""


# --- decide --------------------------------------------------------------------------------------------


def test_the_highest_expected_objective_wins() -> None:
    decision = judge(STEADY)
    assert (decision.best, decision.second, decision.too_close) == (1, 2, False)
    assert decision.expected == pytest.approx((1.05, 3.05, 2.05))
    assert decision.margin is not None
    assert decision.margin.mean == pytest.approx(1.0)
    assert decision.probability_best == (0.0, 1.0, 0.0)
    assert decision.regret == pytest.approx((2.0, 0.0, 1.0))


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_permuting_strategies_permutes_the_decision(order: tuple[int, ...]) -> None:
    decision = judge([STEADY[index] for index in order], [5.0, 4.0, 3.0])
    assert decision.best is not None
    assert decision.second is not None
    assert (order[decision.best], order[decision.second]) == (1, 2)


def test_what_breaks_a_limit_too_often_cannot_win() -> None:
    """Budget, minimum scores, or no way to train it at all."""
    over = [[True] * 4, [True, True, True, False], [True] * 4]
    assert judge(STEADY, in_budget=over).best == 2
    assert judge(STEADY, scores_met=over).best == 2
    assert judge(STEADY, possible=[True, False, True]).best == 2
    assert judge(STEADY, in_budget=over, confidence=0.75).best == 1
    assert judge(STEADY, in_budget=over).probability_in_budget == (1.0, 0.75, 1.0)


def test_limits_have_to_be_met_in_the_same_draws() -> None:
    """Half of the draws in the budget and the other half above the minimum score are no success."""
    half, rest = [True, True, False, False], [False, False, True, True]
    decision = judge([[1.0] * 4], in_budget=[half], scores_met=[rest], confidence=0.5)
    assert decision.best is None
    assert decision.probability_in_budget == (0.5,)
    assert decision.probability_limits_met == (0.0,)


def test_nothing_allowed_is_no_recommendation() -> None:
    decision = judge(STEADY, in_budget=False)
    assert (decision.best, decision.second, decision.margin, decision.too_close) == (None, None, None, False)
    assert decision.allowed == (False, False, False)
    assert decision.probability_best == (0.0, 0.0, 0.0)
    assert np.isnan(decision.regret).all()


def test_a_single_strategy_wins_without_a_margin() -> None:
    decision = judge([[1.0, 2.0, 3.0, 4.0]])
    assert (decision.best, decision.second, decision.margin, decision.too_close) == (0, None, None, False)
    assert decision.probability_best == (1.0,)
    assert decision.regret == (0.0,)


def test_only_one_allowed_has_no_runner_up() -> None:
    decision = judge(STEADY, possible=[False, False, True])
    assert (decision.best, decision.second) == (2, None)
    assert decision.probability_best == (0.0, 0.0, 1.0)
    assert np.isnan(decision.regret[:2]).all()
    assert decision.regret[2] == 0.0


NOISY = [[1.0, 1.0, 3.0, 3.0], [3.0, 3.0, 1.2, 1.2], [0.0, 0.0, 0.0, 0.0]]
"""The first two swap places from scramble to scramble; the third is far below in each."""


def test_inside_simulation_error_the_cheaper_wins() -> None:
    dear_first, cheap_first = judge(NOISY, [9.0, 10.0, 1.0]), judge(NOISY, [10.0, 9.0, 1.0])
    assert dear_first.too_close
    assert (dear_first.best, dear_first.second) == (0, 1)
    assert (cheap_first.best, cheap_first.second) == (1, 0)
    assert dear_first.margin is not None
    assert dear_first.margin.mean == pytest.approx(-0.1)


def test_outside_simulation_error_the_price_does_not_count() -> None:
    decision = judge(STEADY, [0.0, 1e9, 0.0])
    assert decision.best == 1
    assert not decision.too_close


def test_strategies_that_are_the_same_model_share_the_win_and_the_cheaper_is_taken() -> None:
    """Differences of exactly 0 in every draw: too close to call."""
    decision = judge([[1.0, 2.0, 1.0, 2.0]] * 2 + [[0.0] * 4], [20.0, 10.0, 0.0])
    assert (decision.best, decision.second, decision.too_close) == (1, 0, True)
    assert decision.probability_best == (0.5, 0.5, 0.0)
    assert decision.regret[:2] == (0.0, 0.0)


def test_without_an_error_only_an_exact_tie_is_too_close() -> None:
    """One scramble tells no error, which is NaN."""
    near = judge([[1.0, 1.0], [1.0 + 1e-9, 1.0]], [1.0, 2.0], scrambles=1, unit="USD")
    assert (near.best, near.too_close) == (1, False)
    assert near.margin is not None
    assert np.isnan(near.margin.error)
    tied = judge([[1.0, 1.0], [1.0, 1.0]], [2.0, 1.0], scrambles=1)
    assert (tied.best, tied.too_close) == (1, True)


@pytest.mark.parametrize(("ahead", "unit", "best"), [(0.4, "point", 0), (0.6, "point", 1), (0.4, "USD", 1)])
def test_within_half_a_point_the_cheaper_wins_though_the_margin_is_sure(ahead: float, unit: str, best: int) -> None:
    """A margin that no published pair could tell is no reason to pay; a dollar is a dollar."""
    row = np.array(STEADY[0])
    decision = judge([row, row + ahead, row - 3.0], [1.0, 2.0, 0.0], unit=unit)
    assert (decision.best, decision.level, decision.too_close) == (best, best == 0, False)
    assert decision.tied == ((0, 1) if best == 0 else (1,))


def test_chances_of_being_best_add_up_and_regret_is_never_negative() -> None:
    rng = np.random.default_rng(0)
    decision = judge(rng.normal(size=(5, 64)).round(1), scrambles=8)
    assert sum(decision.probability_best) == pytest.approx(1.0)
    assert min(decision.regret) >= 0.0


# --- estimate ------------------------------------------------------------------------------------------


def test_an_estimate_is_mean_quantiles_and_error_of_the_scrambles() -> None:
    found = estimate(np.arange(101.0).repeat(2).reshape(2, -1).T.ravel().reshape(-1), 2)
    assert found.mean == pytest.approx(50.0)
    assert found.median == pytest.approx(50.0)
    assert found.low < found.p10 < found.median < found.p90 < found.high
    assert estimate(np.array([1.0, 3.0, 5.0, 7.0]), 2).error == pytest.approx(2.0)


def test_the_error_of_one_scramble_is_unknown() -> None:
    assert np.isnan(estimate(np.array([1.0, 2.0]), 1).error)
    single = estimate(np.array([4.0]), 1)
    assert (single.mean, single.low, single.high) == (4.0, 4.0, 4.0)


def test_the_error_covers_the_truth_about_as_often_as_it_claims() -> None:
    """Of 400 means of 8 independent scrambles, two errors (t, 7 degrees) hold 91.4 %."""
    rng = np.random.default_rng(1)
    held = [within_error(estimate(rng.normal(size=8 * 16), 8)) for _ in range(400)]
    assert 0.87 < np.mean(held) < 0.96


# --- frontier ------------------------------------------------------------------------------------------


def words(cost: list[float], points: list[float]) -> list[str]:
    return [step.status for step in frontier(cost, points)]


def test_dominated_costs_no_less_and_scores_no_more() -> None:
    assert words([1.0, 2.0, 3.0], [1.0, 0.5, 2.0]) == ["frontier", "dominated", "frontier"]
    assert words([1.0, 1.0], [1.0, 2.0]) == ["dominated", "frontier"]
    assert words([1.0, 2.0], [1.0, 1.0]) == ["frontier", "dominated"]


def test_extendedly_dominated_lies_above_a_line_between_two_others() -> None:
    steps = frontier([0.0, 10.0, 12.0], [0.0, 1.0, 4.0])
    assert [step.status for step in steps] == ["frontier", "extendedly dominated", "frontier"]
    assert steps[2].usd_per_point == pytest.approx(3.0)
    assert np.isnan(steps[0].usd_per_point)
    assert np.isnan(steps[1].usd_per_point)


def test_one_late_bargain_takes_several_others_off_the_frontier() -> None:
    assert words([0.0, 10.0, 21.0, 22.0], [0.0, 1.0, 2.0, 9.0]) == [
        "frontier", "extendedly dominated", "extendedly dominated", "frontier",
    ]  # fmt: skip


def test_prices_along_the_frontier_rise_and_permuting_permutes() -> None:
    rng = np.random.default_rng(2)
    for _ in range(50):
        cost, points = rng.uniform(0, 10, 6).tolist(), rng.uniform(0, 10, 6).tolist()
        steps = frontier(cost, points)
        kept = sorted((c, s.usd_per_point) for c, s in zip(cost, steps, strict=True) if s.status == "frontier")
        prices = [price for _, price in kept[1:]]
        assert prices == sorted(prices)
        order = rng.permutation(6).tolist()
        permuted = words([cost[i] for i in order], [points[i] for i in order])
        assert permuted == [steps[i].status for i in order]


def test_a_strategy_is_not_dominated_by_one_that_is_no_better_and_no_cheaper() -> None:
    """Equal cost and equal points stand alike, in whatever order they are listed."""
    assert words([1.0, 1.0, 2.0], [1.0, 1.0, 3.0]) == ["frontier"] * 3
    assert words([5.0, 1.0, 5.0], [0.5, 1.0, 0.5]) == ["dominated", "frontier", "dominated"]


def test_one_strategy_is_the_frontier() -> None:
    assert words([3.0], [1.0]) == ["frontier"]
    assert frontier([], []) == ()


# --- split and net benefit -----------------------------------------------------------------------------


def test_a_split_adds_up_to_the_whole_difference() -> None:
    rng = np.random.default_rng(3)
    steps: dict[str, Array] = {name: rng.normal(size=(3, 8)) for name in ("start", "own", "routing", "whole")}
    parts = split(steps, 2, 0)
    assert list(parts) == list(steps)
    assert sum(parts.values()) == pytest.approx(float((steps["whole"][2] - steps["whole"][0]).mean()))
    assert split(steps, 1, 1) == dict.fromkeys(steps, 0.0)
    assert {name: -part for name, part in split(steps, 0, 2).items()} == pytest.approx(parts)


def test_a_saving_that_nobody_notices_does_not_decide() -> None:
    """Of level strategies the cheapest by more than 1 % wins; a smaller saving leaves it to the mean."""
    points = np.array([[70.3, 70.3], [70.0, 70.0]])
    for saved, best in ((10.0, 0), (5_000.0, 1)):
        cost = np.array([[60_000.0] * 2, [60_000.0 - saved] * 2])
        everything = np.ones((2, 2), dtype=bool)
        limits = Limits(in_budget=everything, scores_met=everything, possible=np.ones(2, dtype=bool), confidence=0.9)
        decision = decide(("a", "b"), points, cost=cost, limits=limits, scrambles=1, name="delivered score", unit="point")
        assert decision.best == best


def test_strategies_that_are_the_same_in_every_draw_win_and_lose_as_one() -> None:
    """The first by name stands for them, whatever their order; chances do not hang on how many copies there are."""
    points = np.array([[70.0, 60.0, 80.0, 75.0], [68.0, 66.0, 70.0, 70.0]])
    cost = np.array([[5.0] * 4, [4.0] * 4])
    for names, rows in ((("z", "other", "a", "m"), [0, 1, 0, 0]), (("a", "m", "z", "other"), [0, 0, 0, 1])):
        everything = np.ones((4, 4), dtype=bool)
        limits = Limits(in_budget=everything, scores_met=everything, possible=np.ones(4, dtype=bool), confidence=0.9)
        decision = decide(names, points[rows], cost=cost[rows], limits=limits, scrambles=1, name="delivered score", unit="point")
        assert decision.best is not None
        assert names[decision.best] == "a"
        assert decision.second is not None
        assert names[decision.second] == "other"
        chances = dict(zip(names, decision.probability_best, strict=True))
        assert chances == {"a": 0.75, "m": 0.75, "z": 0.75, "other": 0.25}
        assert {names[row] for row in decision.same_as} == {"a", "other"}
        assert not decision.too_close
