"""Who is chosen given two inputs, against closed forms; where too few draws lie, nothing is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import special

import own_or_hosted
import waist
from hard_questions import findings
from own_or_hosted import HOURS, PER_REQUEST, UNCERTAIN
from tuneplan.study.decision import decide
from tuneplan.study.design import monte_carlo
from tuneplan.study.information.analysis import Information
from tuneplan.study.options import Options
from tuneplan.study.sensitivity.analysis import Sensitivity
from tuneplan.study.sensitivity.indices import Indices, Share
from tuneplan.study.sensitivity.inputs import Input
from tuneplan.study.sensitivity.odds_map import (
    ENOUGH,
    STEPS,
    OddsMap,
    _mapped,
    odds_map,
    steps_of,
    two_telling,
)
from tuneplan.study.sensitivity.smoothing import scores_of, surface
from tuneplan.study.verdict import verdict

DRAWS = 4096
X, Y, NOISE = (waist.normal(name, draws=DRAWS) for name in ("x", "y", "noise"))


def mapped(options: Options, x: np.ndarray = X, y: np.ndarray = Y) -> OddsMap:
    decision = decide(
        options.strategies, options.objective, cost=options.cost, limits=options.limits, scrambles=options.scrambles, name=options.name, unit=options.unit
    )
    inputs = tuple(Input(name=name, label=name, quantity=None) for name in "xy")
    return _mapped(options, decision, monte_carlo(len(x), seed=0), inputs, (x, y))


def test_planes_are_met_exactly() -> None:
    x, y = np.meshgrid(np.linspace(-2.0, 2.0, 21), np.linspace(-2.0, 2.0, 21))
    outputs = np.stack([(1.0 + 2.0 * x - 3.0 * y).ravel(), np.ones(x.size)])
    places = (np.array([0.0, 1.5, -2.0]), np.array([0.0, -2.0, 1.0]))
    found = surface(x.ravel(), y.ravel(), outputs, places)
    assert found.means[0] == pytest.approx(1.0 + 2.0 * places[0] - 3.0 * places[1], abs=1e-3)
    assert found.means[1] == pytest.approx(1.0)
    assert found.errors[1] == pytest.approx(0.0, abs=1e-6)


def test_equal_values_share_a_score() -> None:
    scores, at = scores_of(np.array([0.0, 0.0, 1.0, 1.0]), np.array([0.0, 0.5, 1.0]))
    assert scores[0] == scores[1] == -scores[2]
    assert at.tolist() == pytest.approx([scores[0], 0.0, scores[2]])


def test_chances_are_those_of_the_closed_form_and_the_error_told_is_that_made() -> None:
    """x + y / 2 + noise ahead: the chance is Phi(x + y / 2)."""
    found = mapped(waist.options([1.0, 1.0], [X + 0.5 * Y + NOISE, 0.0 * X]))
    assert found.chance.shape == (2, STEPS, STEPS)
    down, across = (np.array(each) for each in found.values)
    truth = special.ndtr(down[:, None] + 0.5 * across[None])
    known = found.chosen >= 0
    off = (found.chance[0] - truth)[known] / found.error[0][known].clip(0.01)
    assert known.mean() > 0.8
    assert np.abs(off).max() < 5.0
    assert np.sqrt(np.square(off).mean()) < 1.5
    assert found.chance.sum(axis=0)[known] == pytest.approx(1.0, abs=0.02)


def test_the_choice_is_that_of_the_expectation_and_close_where_it_is_near() -> None:
    found = mapped(waist.options([1.0, 1.0], [20.0 * X + NOISE, 0.0 * X]))
    expected = 20.0 * np.array(found.values[0])[:, None] + 0.0 * np.array(found.values[1])[None]
    clear = (found.chosen >= 0) & (np.abs(expected) > 3.0)
    assert (found.chosen[clear] == np.where(expected[clear] > 0.0, 0, 1)).all()
    assert not found.too_close[clear].any()
    assert found.held == pytest.approx((0.5, 0.5), abs=0.06)


def test_level_strategies_leave_the_choice_to_money() -> None:
    """Within half a point the cheaper is chosen, as in a decision."""
    found = mapped(waist.options([2.0, 1.0], [0.2 + 0.01 * X, 0.0 * X]))
    assert set(np.unique(found.chosen)) <= {-1, 1}


def test_who_breaks_the_limits_is_never_chosen() -> None:
    found = mapped(waist.options([1.0, 1.0, 9.0], [X, 0.0 * X, 5.0 + X], budget=5.0))
    known = found.chosen >= 0
    assert 2 not in np.unique(found.chosen)
    assert (found.chance[2][known] == 0.0).all()


def test_where_few_draws_lie_nothing_is_said() -> None:
    together = mapped(waist.options([1.0, 1.0], [X + NOISE, 0.0 * X]), X, 0.99 * X + 0.05 * Y)
    size = len(together.values[0]) - 1
    assert together.chosen[0, size] == together.chosen[size, 0] == -1
    assert np.isnan(together.chance[:, 0, size]).all()
    assert together.chosen[size // 2, size // 2] >= 0
    worst = np.nanmax(together.error)
    assert worst <= 0.5 / np.sqrt(ENOUGH) + 1e-9


def test_the_order_of_strategies_changes_nothing() -> None:
    one = mapped(waist.options([1.0, 2.0], [X + NOISE, 0.0 * X], names=["a", "b"]))
    other = mapped(waist.options([2.0, 1.0], [0.0 * X, X + NOISE], names=["b", "a"]))
    assert one.chance == pytest.approx(other.chance[::-1], nan_ok=True)
    swapped = np.where(other.chosen >= 0, 1 - other.chosen, -1)
    assert (one.chosen == swapped).all()


def test_few_values_are_looked_at_each_and_wide_ones_by_factors() -> None:
    assert steps_of(np.array([3.0, 1.0, 3.0, 2.0])).tolist() == [1.0, 2.0, 3.0]
    factors = steps_of(np.exp(2.0 * X))
    assert np.ptp(factors[1:] / factors[:-1]) < 1e-9
    assert np.ptp(np.diff(steps_of(X))) < 1e-9


def test_the_card_is_chosen_where_the_equation_says() -> None:
    """The API is ahead by 8760 price - 0.048 traffic."""
    judged = verdict(own_or_hosted.ran(*UNCERTAIN, draws=1024))
    found = odds_map(judged, ["gpu.price", "tasks.chat.traffic"])
    assert [each.name for each in found.inputs] == ["gpu.price", "tasks.chat.traffic"]
    names = judged.decision.strategies
    price, traffic = (np.array(each) for each in found.values)
    ahead = HOURS * price[:, None] - PER_REQUEST * traffic[None]
    clear = (found.chosen >= 0) & (np.abs(ahead) > 2_000.0)
    assert clear.sum() > 200
    assert (found.chosen[clear] == np.where(ahead[clear] > 0.0, names.index("hosted"), names.index("own"))).all()


@pytest.mark.parametrize("which", ["one strategy", "nothing feasible", "one draw", "eight draws"])
def test_without_a_choice_or_draws_the_map_is_empty(which: str) -> None:
    assert findings(which).winner_map.is_sparse


def worthy(information: Information, **values: float) -> Information:
    """The same, with numbers that stand out by these values, and no other."""
    known = [replace(each, worth=replace(each.worth, value=values.get(each.name, 0.0), error=0.001)) for each in information.quantities]
    return replace(information, quantities=tuple(sorted(known, key=lambda each: -each.worth.value)))


def parted(sensitivity: Sensitivity, parts: dict[str, tuple[float, float]]) -> Sensitivity:
    """The same, with these first-order indices and their lower ends; of all others it can't be told from 0."""

    def own(name: str) -> Indices:
        mean, low = parts.get(name, (0.5, -0.1))
        return Indices(first_order=Share(mean=mean, low=low, high=1.0), total_order=Share(mean=0.9, low=0.8, high=1.0))

    return replace(sensitivity, effects=tuple(replace(each, shares=own(each.input.name)) for each in sensitivity.effects))


def test_a_map_is_about_what_stands_out_by_its_worth_then_by_its_own_share() -> None:
    found = findings("many draws")
    assert found.sensitivity is not None
    named = [each.input.name for each in found.sensitivity.effects if each.input.quantity is not None]
    a, b, c = named[:3]
    apart = parted(found.sensitivity, {a: (0.1, 0.05), b: (0.3, 0.2), c: (0.2, 0.1)})
    assert two_telling(worthy(found.information, **{c: 0.2, a: 0.3}), lambda: None) == [a, c]
    assert two_telling(worthy(found.information, **{a: 0.3}), lambda: apart) == [a, b, c]
    assert two_telling(worthy(found.information), lambda: apart) == [b, c, a]


def test_what_is_not_told_from_nothing_makes_no_map() -> None:
    """However much of the variance it has a part in: luck has its part in it too."""
    found = findings("many draws")
    assert found.sensitivity is not None
    assert two_telling(worthy(found.information), lambda: parted(found.sensitivity, {})) == []  # type: ignore[arg-type]
    assert two_telling(worthy(found.information), lambda: None) == []
    nothing = odds_map(found.verdict, [])
    assert nothing.is_sparse
    assert nothing.inputs == ()
