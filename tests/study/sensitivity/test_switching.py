"""Switch points by hand: where straight lines cross, to whom, how likely; and none made by noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from tuneplan.axes import Array
from tuneplan.core.distributions import uniform
from tuneplan.scenario.records import Quantity
from tuneplan.study.decision import Limits, decide
from tuneplan.study.design import monte_carlo
from tuneplan.study.options import Options
from tuneplan.study.sensitivity.inputs import Input
from tuneplan.study.sensitivity.regions import regions
from tuneplan.study.sensitivity.rule import indifference, preferred
from tuneplan.study.sensitivity.switching import SwitchPoint, most_telling, switch_points_of

DRAWS = 4096


def options(objective: Mapping[str, Array], *, cost: Mapping[str, float] | None = None, unit: str = "USD", allowed: Sequence[bool] | None = None) -> Options:
    """Strategies by name, with a constant cost each."""
    names = tuple(objective)
    draws = len(next(iter(objective.values())))
    met = np.ones((len(names), draws), dtype=bool) & np.array([True] * len(names) if allowed is None else allowed)[:, None]
    paid = np.array([(cost or {}).get(name, 0.0) for name in names])[:, None] * np.ones(draws)
    return Options(
        strategies=names, cost=paid, covered=paid, points=np.stack(list(objective.values())), objective=np.stack(list(objective.values())),
        name="net benefit", unit=unit, limits=Limits(in_budget=met, scores_met=met, possible=np.full(len(names), True), confidence=0.9),
        budget=float("nan"), scrambles=8,
    )  # fmt: skip


def number(name: str) -> Input:
    quantity = Quantity(path=name, distribution=uniform(0.0, 10.0), unit="USD/hour", text="uniform 0 to 10")
    return Input(name=name, label=name, quantity=quantity)


def drawn(*names: str, seed: int = 0, draws: int = DRAWS) -> dict[str, Array]:
    """Uniform on 0 to 10."""
    return dict(zip(names, 10.0 * monte_carlo(draws, seed=seed).points(names), strict=True))


def found(by: Options, best: str, draws: Mapping[str, Array]) -> tuple[SwitchPoint, ...]:
    return switch_points_of(by, by.strategies.index(best), [number(name) for name in draws], draws)


def test_two_straight_lines_cross_where_they_cross() -> None:
    """a = 7, b = 2 x - 7: equal at x = 7, beyond which lie 30 %, ahead there by 2 (8.5 - 7) = 3 on average."""
    draws = drawn("x", "idle")
    by = options({"a": np.full(DRAWS, 7.0), "b": 2.0 * draws["x"] - 7.0}, cost={"a": 50.0, "b": 20.0})
    (flip,) = found(by, "a", draws)
    assert (flip.path, flip.unit, flip.above, flip.to, flip.too_close) == ("x", "USD/hour", True, "b", False)
    assert flip.value == pytest.approx(7.0, abs=1e-6)
    assert flip.low == pytest.approx(7.0, abs=0.06)
    assert flip.high == pytest.approx(7.0, abs=0.06)
    assert flip.probability == pytest.approx(0.3, abs=1e-3)
    assert flip.gain == pytest.approx(3.0, abs=0.01)
    assert flip.saved == pytest.approx(30.0)
    assert np.isnan(flip.until)


def test_with_other_inputs_at_work_the_crossing_is_that_of_the_mean() -> None:
    """b - a = x + 3 (y - 5) - 7, so at x = 7 on average, and at y = 17 / 3 = 5.667."""
    draws = drawn("x", "y")
    by = options({"a": np.zeros(DRAWS), "b": draws["x"] + 3.0 * (draws["y"] - 5.0) - 7.0})
    flips = {flip.path: flip for flip in found(by, "a", draws)}
    assert flips["y"].value == pytest.approx(17.0 / 3.0, abs=0.05)
    assert flips["y"].low <= 17.0 / 3.0 <= flips["y"].high
    assert flips["x"].low <= 7.0 <= flips["x"].high
    assert flips["x"].probability == pytest.approx(0.3, abs=0.1)
    assert all(flip.above for flip in flips.values())


def test_the_interval_of_a_switch_point_holds_the_truth() -> None:
    """Twice the standard error: some 95 of 100 seeds."""
    held = []
    for seed in range(60):
        draws = drawn("x", "y", seed=seed, draws=1024)
        by = options({"a": np.zeros(1024), "b": draws["x"] + 3.0 * (draws["y"] - 5.0) - 7.0})
        held += [flip.low <= 7.0 <= flip.high for flip in found(by, "a", draws) if flip.path == "x"]
    assert len(held) > 50
    assert np.mean(held) > 0.85


def test_below_and_between() -> None:
    draws = drawn("x")
    x = draws["x"]
    (below,) = found(options({"a": np.full(DRAWS, 4.0), "b": 6.0 - x}), "a", draws)
    assert (below.above, below.value, below.probability) == (False, pytest.approx(2.0), pytest.approx(0.2, abs=1e-3))
    # b is ahead between the corners of the fit at 3 and 7, where it peaks: b = 5 - |x - 5|, 3.5 in x 3.5 .. 6.5
    (between,) = found(options({"a": np.full(DRAWS, 3.5), "b": 5.0 - np.abs(x - 5.0)}), "a", draws)
    assert between.value == pytest.approx(3.5, abs=0.02)
    assert between.until == pytest.approx(6.5, abs=0.02)
    assert between.probability == pytest.approx(0.3, abs=0.01)


def test_it_may_flip_to_a_third_strategy() -> None:
    """The runner-up by its mean is b, but where x is high c wins."""
    draws = drawn("x")
    x = draws["x"]
    by = options({"a": np.full(DRAWS, 6.0), "b": np.full(DRAWS, 5.9), "c": x - 2.0})
    (flip,) = found(by, "a", draws)
    assert (flip.to, flip.value) == ("c", pytest.approx(8.0))


def test_who_breaks_the_limits_is_nobodys_switch() -> None:
    draws = drawn("x")
    by = options({"a": np.full(DRAWS, 6.0), "c": draws["x"] - 2.0, "b": np.zeros(DRAWS)}, allowed=[True, False, True])
    assert found(by, "a", draws) == ()


def test_points_flip_where_strategies_cease_to_be_level() -> None:
    """a is cheaper, so b has to lead by half a point: x - 7 = .5; were b the cheaper, -.5 would do."""
    draws = drawn("x")
    objective = {"a": np.zeros(DRAWS), "b": draws["x"] - 7.0}
    (flip,) = found(options(objective, unit="point", cost={"a": 10.0, "b": 20.0}), "a", draws)
    assert flip.value == pytest.approx(7.5, abs=1e-6)
    (flip,) = found(options(objective, unit="point", cost={"a": 20.0, "b": 10.0}), "a", draws)
    assert flip.value == pytest.approx(6.5, abs=1e-6)
    assert flip.saved == pytest.approx(10.0)


def test_a_cheaper_one_that_is_level_wins_where_costs_cross() -> None:
    """Level throughout, so money decides: b costs x, a costs 6; saving has to exceed a hundredth."""
    draws = drawn("x")
    by = options({"a": np.full(DRAWS, 0.1), "b": np.zeros(DRAWS)}, unit="point")
    cost = np.stack([np.full(DRAWS, 6.0), 11.0 - draws["x"]])
    by = Options(**{name: cost if name == "cost" else getattr(by, name) for name in by.__slots__})
    (flip,) = found(by, "a", draws)
    assert (flip.to, flip.above) == ("b", True)
    assert flip.value == pytest.approx(11.0 - 6.0 / 1.01, abs=0.01)


@pytest.mark.parametrize("seed", range(8))
def test_noise_alone_makes_no_switch_point(seed: int) -> None:
    """Fifty inputs that move nothing, two strategies that differ by luck alone and are all but even."""
    names = [f"n{place}" for place in range(50)]
    draws = drawn(*names, seed=seed)
    luck = monte_carlo(DRAWS, seed=seed).points(["luck"])[0]
    by = options({"a": np.zeros(DRAWS), "b": luck - 0.51})
    assert [flip for flip in found(by, "a", draws) if not flip.too_close] == []


def test_what_noise_may_have_made_is_told_as_too_close_and_comes_last() -> None:
    draws = drawn("clear", "weak", draws=512)
    luck = monte_carlo(512).points(["luck"])[0]
    by = options({"a": np.zeros(512), "b": draws["clear"] - 5.5 + 0.2 * (draws["weak"] - 5.0) + 20.0 * (luck - 0.5)})
    flips = found(by, "a", draws)
    assert [flip.too_close for flip in flips] == sorted(flip.too_close for flip in flips)
    assert flips[0].path == "clear"
    assert not flips[0].too_close


def test_order_of_inputs_and_strategies_changes_nothing() -> None:
    draws = drawn("x", "y", "z")
    objective = {"a": np.full(DRAWS, 1.0), "b": draws["x"] - draws["y"] + 0.3, "c": draws["z"] - 7.0}
    turned = {name: objective[name] for name in ("c", "a", "b")}
    ahead = found(options(objective), "a", draws)
    assert len(ahead) == 3
    again = found(options(turned), "a", {name: draws[name] for name in ("z", "x", "y")})
    assert [(flip.path, flip.to, flip.above) for flip in again] == [(flip.path, flip.to, flip.above) for flip in ahead]
    assert [flip.value for flip in again] == pytest.approx([flip.value for flip in ahead], rel=1e-9)


def test_the_most_probable_comes_first() -> None:
    draws = drawn("x", "y")
    by = options({"a": np.zeros(DRAWS), "b": 10.0 * (draws["x"] - 9.0) + 9.0 * (draws["y"] - 5.0)})
    flips = found(by, "a", draws)
    assert [flip.probability for flip in flips] == sorted((flip.probability for flip in flips), reverse=True)


def test_equal_strategies_and_constant_inputs_have_none() -> None:
    draws = drawn("x")
    assert found(options({"a": draws["x"], "b": draws["x"]}), "a", draws) == ()
    assert found(options({"a": np.zeros(DRAWS), "b": draws["x"] - 7.0}), "a", {"k": np.full(DRAWS, 3.0)}) == ()


def test_one_of_several_values_flips_between_two_of_them() -> None:
    u = drawn("x")["x"]
    epochs = np.where(u < 7.0, 3.0, 5.0)
    (flip,) = found(options({"a": np.full(DRAWS, 4.0), "b": epochs}), "a", {"epochs": epochs})
    assert (flip.above, flip.probability) == (True, pytest.approx(0.3, abs=1e-3))
    assert 3.0 < flip.value < 5.0


def test_of_very_many_inputs_the_telling_ones_are_looked_at() -> None:
    names = [f"n{place}" for place in range(300)]
    draws = drawn(*names, draws=256)
    difference = draws["n17"] - 2.0 * draws["n250"]
    kept = most_telling([number(name) for name in names], draws, difference[None], most=20)
    assert len(kept) == 20
    assert {"n17", "n250"} <= {each.name for each in kept}


def test_the_rule_is_that_of_a_decision() -> None:
    """Highest; of those level the cheapest; a saving of less than a hundredth is none."""
    rule = {"allowed": np.array([True, True, True]), "indifferent": 0.5}
    level = np.array([[1.0], [1.4], [0.0]])
    assert preferred(level, np.array([[5.0], [9.0], [1.0]]), **rule).tolist() == [0]
    assert preferred(level, np.array([[8.95], [9.0], [1.0]]), **rule).tolist() == [1]
    assert preferred(level, np.array([[5.0], [9.0], [1.0]]), allowed=np.array([False, True, True]), indifferent=0.5).tolist() == [1]
    assert preferred(level, np.array([[5.0], [9.0], [1.0]]), allowed=rule["allowed"], indifferent=0.0).tolist() == [1]


@pytest.mark.parametrize("unit", ["USD", "point"])
def test_without_noise_it_chooses_as_a_decision_does(unit: str) -> None:
    """Random expectations, the same in every draw: 300 cases of four strategies, some not allowed."""
    rng = np.random.default_rng(0)
    for _ in range(300):
        expected, paid, allowed = rng.uniform(0.0, 1.5, 4), rng.choice([1.0, 1.005, 2.0, 3.0], 4), rng.random(4) < 0.8
        if not allowed.any():
            continue
        names = [f"s{row}" for row in range(4)]
        by = options({name: np.full(8, value) for name, value in zip(names, expected, strict=True)}, unit=unit, cost=dict(zip(names, paid, strict=True)), allowed=allowed.tolist())
        chosen = preferred(expected[:, None], paid[:, None], allowed=allowed, indifferent=indifference(unit))[0]
        decision = decide(by.strategies, by.objective, cost=by.cost, limits=by.limits, scrambles=2, name="", unit=unit)
        assert chosen == decision.best


def test_each_third_has_its_winner() -> None:
    """b - a = x - 5 on thirds of 0 to 10: means -3.33, 0, 3.33."""
    draws = drawn("x")
    low, middle, high = regions(options({"a": np.zeros(DRAWS), "b": draws["x"] - 5.0}), draws["x"])
    assert [low.winner, high.winner] == ["a", "b"]
    assert (low.lead.mean, high.lead.mean) == (pytest.approx(10.0 / 3.0, abs=0.01), pytest.approx(10.0 / 3.0, abs=0.01))
    assert middle.too_close
    assert not low.too_close
    assert (low.end, high.start) == (pytest.approx(10.0 / 3.0, abs=0.01), pytest.approx(20.0 / 3.0, abs=0.01))
