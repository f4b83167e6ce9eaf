"""Break-even by hand, and what limits, words and impossible values do to it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

import own_or_hosted
from building import GIVEN
from own_or_hosted import HOURS, PER_REQUEST, UNCERTAIN
from tuneplan.errors import ScenarioError
from tuneplan.scenario import load as loading
from tuneplan.scenario.load import loads
from tuneplan.scenario.records import Scenario
from tuneplan.study.breakeven.analysis import BreakEven, breakeven
from tuneplan.study.breakeven.crossings import crossings
from tuneplan.study.breakeven.dial import dial
from tuneplan.study.breakeven.winners import WinnerMap, winner_map
from tuneplan.study.decision import Estimate
from tuneplan.study.design import monte_carlo
from tuneplan.study.run import run

STARTUP = Path(__file__).resolve().parents[3] / "scenarios" / "startup.yaml"


def load(path: Path, *, overrides: Sequence[str] = (), scenario: str = "") -> Scenario:
    """A shipped scenario; of the startup with its examples given, so that no plan moves."""
    return loading.load(path, overrides=(*(GIVEN if path == STARTUP else ()), *overrides), scenario=scenario)


TRAFFIC, PRICE = "tasks.chat.traffic", "gpu.price"


def by_hand(key: str, *changes: str, draws: int = 256, steps: int = 9, seed: int = 0, **ends: str) -> BreakEven:
    base = own_or_hosted.ran(*changes, draws=draws, seed=seed)
    return breakeven(base, lambda further: own_or_hosted.asked([*changes, *further]), dial(base, key, steps=steps, **ends))


def of_startup(key: str, *changes: str, draws: int = 64, steps: int = 5, text: str = "", **ends: str) -> BreakEven:
    source = (text or STARTUP.read_text(encoding="utf-8")).replace("examples: auto", "examples: 2k")

    def asked(further: Sequence[str]) -> Scenario:
        return loads(source, overrides=[*changes, *further])

    base = run(asked(()), monte_carlo(draws))
    return breakeven(base, asked, dial(base, key, steps=steps, **ends))


def points(*means: float, error: float = 0.1) -> list[Estimate]:
    return [Estimate(mean=mean, low=mean, p10=mean, median=mean, p90=mean, high=mean, error=error) for mean in means]


# --- where curves cross ----------------------------------------------------------------------------------


def test_a_crossing_lies_on_the_straight_line_with_the_error_that_its_slope_gives() -> None:
    (found,) = crossings([0.0, 10.0], points(1.0, -3.0), 0.0)
    assert (found.value, found.low, found.high, found.rising) == (2.5, 0.0, 10.0, False)
    assert found.error == pytest.approx(0.1 / 0.4)


def test_a_curve_may_cross_twice_or_never_and_gaps_are_no_crossings() -> None:
    twice = crossings([0.0, 1.0, 2.0], points(-1.0, 1.0, -1.0), 0.0)
    assert [(each.value, each.rising) for each in twice] == [(0.5, True), (1.5, False)]
    assert crossings([0.0, 1.0], points(0.6, 0.8), 0.5) == ()
    assert crossings([0.0, 1.0, 2.0], points(-1.0, np.nan, 1.0), 0.0) == ()
    assert crossings([0.0, 1.0], points(0.0, 0.0), 0.0) == ()
    assert [each.value for each in crossings([0.0, 1.0, 2.0], points(-1.0, 0.0, 1.0), 0.0)] == [1.0]


# --- by hand -------------------------------------------------------------------------------------------


def test_the_break_even_of_a_card_against_an_api_is_known() -> None:
    """8760 x 2 USD = .048 x 365 000 requests."""
    found = by_hand(TRAFFIC, start="100k requests/month", end="500k requests/month")
    (flip,) = found.flips
    assert (flip.before, flip.after, flip.limits) == ("hosted", "own", False)
    assert flip.at.value == pytest.approx(365e3, rel=1e-6)
    assert [each.value for each in found.level] == [pytest.approx(365e3, rel=1e-6)]
    assert found.subject == "hosted"
    assert np.isnan(flip.probability_above)


def test_the_chance_is_that_of_the_other_input() -> None:
    """At traffic t hosted wins where the price is above t .048 / 8760: uniform 1 to 3, so even at 2 and 90 % at 1.2."""
    found = by_hand(TRAFFIC, UNCERTAIN[0], start="200k requests/month", end="500k requests/month", draws=1024, steps=13)
    for step in found.steps:
        expected = np.clip((3.0 - step.value * PER_REQUEST / HOURS) / 2.0, 0.0, 1.0)
        assert step.chance.mean == pytest.approx(expected, abs=0.005)
        assert step.lead.mean == pytest.approx(HOURS * 2.0 - PER_REQUEST * step.value, abs=5.0)
        assert step.decision.probability_best[1] == pytest.approx(expected, abs=0.005)
    assert [each.value for each in found.even] == [pytest.approx(HOURS * 2.0 / PER_REQUEST, rel=0.01)]
    assert [each.value for each in found.sure] == [pytest.approx(HOURS * 1.2 / PER_REQUEST, rel=0.01)]
    assert not found.even[0].rising


def test_an_uncertain_input_is_set_to_each_value_and_its_chance_to_lie_beyond_told() -> None:
    found = by_hand(TRAFFIC, *UNCERTAIN, draws=1024)
    (flip,) = found.flips
    assert flip.at.value == pytest.approx(HOURS * 2.0 / PER_REQUEST, rel=0.01)
    assert flip.probability_above == pytest.approx((500e3 - flip.at.value) / 400e3, abs=0.01)


def test_it_is_the_same_break_even_from_either_side() -> None:
    """In traffic at a price, and in the price at that traffic."""
    found = by_hand(PRICE, "tasks.chat.traffic=365k requests/month", start="$1/hour", end="$3/hour", steps=4)
    (flip,) = found.flips
    assert (flip.before, flip.after) == ("own", "hosted")
    assert flip.at.value == pytest.approx(2.0, rel=1e-6)


def test_in_the_direction_of_value_nothing_flips_here() -> None:
    """Both have the same score, so what a point is worth moves neither."""
    found = by_hand("tasks.chat.value")
    assert not found.moves
    assert found.flips == found.level == found.even == ()


def test_what_moves_cost_alone_is_no_standstill() -> None:
    """Upkeep counts against no budget here and moves no score, but of those that are level the cheaper is chosen."""
    found = of_startup("people.hours_per_model_month", draws=64, steps=3)
    assert found.moves
    one, *_, last = found.steps
    assert one.decision.expected == last.decision.expected
    assert one.options.cost.mean() < last.options.cost.mean()


def test_common_random_numbers_make_differences_of_values_exact() -> None:
    """The lead falls by .048 USD a request between any two values, draw by draw, whatever the price."""
    found = by_hand(TRAFFIC, UNCERTAIN[0], draws=64)
    one, *others = found.steps
    for other in others:
        apart = [step.options.objective[1] - step.options.objective[0] for step in (one, other)]
        np.testing.assert_allclose(apart[0] - apart[1], PER_REQUEST * (other.value - one.value), rtol=1e-6)


def test_equal_seeds_give_equal_results() -> None:
    one, again, other = (by_hand(TRAFFIC, UNCERTAIN[0], draws=64, seed=seed) for seed in (0, 0, 1))
    assert ([flip.at for flip in one.flips], one.even) == ([flip.at for flip in again.flips], again.even)
    assert one.even != other.even


def test_turning_agrees_with_setting() -> None:
    """Each step is the verdict of that scenario."""
    found = of_startup("gpu.price", draws=64, steps=3)
    for step in found.steps:
        study = run(load(STARTUP, overrides=[found.dial.change(step.value)]), monte_carlo(64))
        np.testing.assert_array_equal(step.options.cost, study.outcome.cost_of()[0])


# --- limits, refusals, and what moves nothing ---------------------------------------------------------------


def test_who_meets_the_limits_changes_with_the_budget() -> None:
    found = of_startup("budget.limit", draws=256, steps=9)
    (flip,) = found.flips
    assert (flip.before, flip.after, flip.limits) == ("prompted", "unified", True)
    assert {each.strategy for each in found.admissions} == {"unified", "specialists", "adapters"}
    assert all(each.admitted for each in found.admissions)
    (own,) = (each for each in found.admissions if each.strategy == "unified")
    assert own.at == flip.at
    # the least budget at which unified is within it in 90 % of draws
    covered = run(load(STARTUP), monte_carlo(256)).outcome.cost_of(("data", "training", "evaluation", "people"))[0, 0]
    assert flip.at.value == pytest.approx(np.quantile(covered, 0.9), rel=0.02)
    assert flip.at.high - flip.at.low < 0.1 * flip.at.value


def test_a_chance_that_jumps_as_rivals_come_in_is_no_straight_line() -> None:
    found = of_startup("budget.limit", draws=256, steps=9)
    (sure,) = found.sure
    assert sure.jumps
    assert np.isnan(sure.error)


def test_nothing_that_meets_the_limits_now_is_no_hindrance() -> None:
    found = of_startup("budget.limit", "budget.limit=1k USD", start="1k USD", end="100k USD")
    assert found.now.best is None
    assert found.flips[0].before is None
    assert found.flips[0].limits
    assert found.subject == found.flips[0].after


def test_where_nothing_ever_meets_them_there_is_nothing_to_tell() -> None:
    found = of_startup("budget.limit", "budget.limit=1k USD", start="1 USD", end="2 USD")
    assert found.flips == found.even == ()
    assert all(step.best is None for step in found.steps)


def test_a_level_difference_flips_where_it_ceases_to_be_level() -> None:
    """unified is cheaper, so adapters has to lead by half a point."""
    found = of_startup("law.interference_strength", draws=256, steps=9)
    (flip,) = found.flips
    leads = {step.value: step.lead.mean for step in found.steps}
    before, after = (leads[max(v for v in leads if v <= flip.at.value)], leads[min(v for v in leads if v >= flip.at.value)])
    assert after < -0.5 < before
    assert found.level[0].value < flip.at.value


def test_a_value_that_was_asked_for_and_is_not_allowed_is_an_error() -> None:
    with pytest.raises(ScenarioError, match=r"tasks\.email\.score\.ceiling: at 0\.3: the ceiling is worse than the base"):
        of_startup("tasks.email.score.ceiling", start="0.3", end="0.9")


def test_of_a_range_that_nobody_asked_for_such_values_are_left_out() -> None:
    found = of_startup("tasks.email.score.ceiling", "tasks.email.score.ceiling=0.9")
    assert found.refused
    assert all(value < 0.6 for value, _ in found.refused)
    assert "the ceiling is worse than the base" in found.refused[0][1]
    assert len(found.steps) + len(found.refused) == len(found.dial.values)


def test_few_draws_have_no_simulation_error() -> None:
    found = by_hand(TRAFFIC, UNCERTAIN[0], draws=16, start="200k requests/month", end="500k requests/month")
    assert found.flips
    assert np.isnan(found.flips[0].at.error)


def test_one_strategy_has_nobody_to_beat() -> None:
    text = own_or_hosted.TEXT.replace("  own: {kind: prompted, like_base: yes, prompt_tokens: 0}\n", "")
    base = run(loads(text), monte_carlo(64))
    found = breakeven(base, lambda further: loads(text, overrides=further), dial(base, TRAFFIC, steps=3))
    assert found.flips == found.even == found.level == ()
    assert found.moves


def test_order_of_strategies_changes_nothing() -> None:
    first, second = own_or_hosted.TEXT.split("strategies:\n")[1].split("\n")[:2]
    turned = own_or_hosted.TEXT.replace(f"{first}\n{second}\n", f"{second}\n{first}\n")
    base = run(loads(turned, overrides=UNCERTAIN[:1]), monte_carlo(256))
    found = breakeven(base, lambda further: loads(turned, overrides=[UNCERTAIN[0], *further]), dial(base, TRAFFIC, steps=9))
    usual = by_hand(TRAFFIC, UNCERTAIN[0])
    assert [flip.at.value for flip in found.flips] == pytest.approx([flip.at.value for flip in usual.flips])
    assert [(flip.before, flip.after) for flip in found.flips] == [(flip.before, flip.after) for flip in usual.flips]


# --- two inputs -----------------------------------------------------------------------------------------


def mapped(one: str, other: str, *changes: str, steps: int = 5) -> WinnerMap:
    base = own_or_hosted.ran(*changes, draws=64)
    dials = [dial(base, key, steps=steps) for key in (one, other)]
    return winner_map(base, lambda further: own_or_hosted.asked([*changes, *further]), *dials)


def test_each_cell_has_the_winner_that_the_equation_names() -> None:
    found = mapped(TRAFFIC, PRICE)
    for traffic, row in zip(found.down.values, found.cells, strict=True):
        for price, cell in zip(found.across.values, row, strict=True):
            assert cell.winner == ("hosted" if HOURS * price > PER_REQUEST * traffic else "own")
            assert cell.probability_best == 1.0
            assert not cell.too_close
    assert {cell.winner for row in found.cells for cell in row} == {"own", "hosted"}
    assert found.moves_down
    assert found.moves_across


def test_turned_over_it_is_the_same_map() -> None:
    one, other = mapped(TRAFFIC, PRICE), mapped(PRICE, TRAFFIC)
    assert one.cells == tuple(zip(*other.cells, strict=True))


def test_a_key_that_moves_nothing_is_known() -> None:
    found = mapped(TRAFFIC, "tasks.chat.value", steps=2)
    assert found.moves_down
    assert not found.moves_across
    assert found.cells[0][0] == found.cells[0][1]


def test_a_map_of_one_row_agrees_with_turning_one_input() -> None:
    turned, both = by_hand(TRAFFIC, draws=64, steps=5), mapped(TRAFFIC, PRICE)
    column = both.across.values.index(2.0)
    assert [step.best for step in turned.steps] == [row[column].winner for row in both.cells]
