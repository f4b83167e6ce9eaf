"""A difference that is linear in two inputs: bars, shares, switch points and regions by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

import own_or_hosted
from building import GIVEN
from own_or_hosted import HOURS, PER_REQUEST, UNCERTAIN
from tuneplan.errors import UsageError
from tuneplan.scenario import load as loading
from tuneplan.scenario.load import loads
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import monte_carlo
from tuneplan.study.run import run
from tuneplan.study.sensitivity.analysis import Effect, Sensitivity, sensitivity
from tuneplan.study.sensitivity.switching import switch_points
from tuneplan.study.verdict import verdict

STARTUP = Path(__file__).resolve().parents[3] / "scenarios" / "startup.yaml"


def load(path: Path, *, overrides: Sequence[str] = (), scenario: str = "") -> Scenario:
    """A shipped scenario; of the startup with its examples given, so that no plan moves."""
    return loading.load(path, overrides=(*(GIVEN if path == STARTUP else ()), *overrides), scenario=scenario)


PRICE, TRAFFIC = "gpu.price", "tasks.chat.traffic"


def linear(*changes: str, draws: int = 4096, seed: int = 0, against: str = "") -> Sensitivity:
    found = sensitivity(verdict(own_or_hosted.ran(*UNCERTAIN, *changes, draws=draws, seed=seed)), against=against)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def found() -> Sensitivity:
    return linear()


def effects(found: Sensitivity) -> dict[str, Effect]:
    return {effect.input.name: effect for effect in found.effects}


def ahead(price: float, traffic: float) -> float:
    """Of hosted over own. [USD]"""
    return HOURS * price - PER_REQUEST * traffic


def test_the_difference_is_the_recommended_less_the_runner_up(found: Sensitivity) -> None:
    assert (found.best, found.against, found.unit) == ("hosted", "own", "USD")
    assert found.difference.mean == pytest.approx(ahead(2.0, 300e3), rel=1e-3)
    assert found.nominal.difference == pytest.approx(ahead(2.0, 300e3))


def test_bars_end_where_one_input_alone_takes_them(found: Sensitivity) -> None:
    price, traffic = (effects(found)[name] for name in (PRICE, TRAFFIC))
    assert (price.low.value, price.high.value) == pytest.approx((1.1, 2.9))
    assert (price.low.difference, price.high.difference) == pytest.approx((ahead(1.1, 300e3), ahead(2.9, 300e3)))
    assert (traffic.low.difference, traffic.high.difference) == pytest.approx((ahead(2.0, 120e3), ahead(2.0, 480e3)))
    assert [price.low.winner, price.high.winner, traffic.low.winner, traffic.high.winner] == ["own", "hosted", "hosted", "own"]
    assert price.swing == pytest.approx(1.8 * HOURS)


def test_shares_are_those_of_a_sum_of_two_uniforms(found: Sensitivity) -> None:
    """Variances go with the squares of slope times width."""
    parts = np.array([HOURS * 2.0, PER_REQUEST * 400e3]) ** 2
    for name, share in zip((PRICE, TRAFFIC), parts / parts.sum(), strict=True):
        effect = effects(found)[name]
        assert effect.shares is not None
        assert effect.shares.first_order.low - 0.02 <= share <= effect.shares.first_order.high + 0.02
        assert effect.shares.total_order.mean == pytest.approx(share, abs=0.05)
        assert effect.explained == pytest.approx(share, abs=0.02)
    assert found.luck is not None
    assert found.luck.total_order.mean == pytest.approx(0.0, abs=1e-9)


def test_switch_points_are_where_the_mean_difference_is_0(found: Sensitivity) -> None:
    (price,), (traffic,) = (effects(found)[name].switches for name in (PRICE, TRAFFIC))
    at_price, at_traffic = PER_REQUEST * 300e3 / HOURS, HOURS * 2.0 / PER_REQUEST
    assert (price.above, price.to, price.value) == (False, "own", pytest.approx(at_price, rel=0.03))
    assert (traffic.above, traffic.to, traffic.value) == (True, "own", pytest.approx(at_traffic, rel=0.03))
    assert price.probability == pytest.approx((at_price - 1.0) / 2.0, abs=0.03)
    assert traffic.probability == pytest.approx((500e3 - at_traffic) / 400e3, abs=0.03)
    assert price.low <= at_price <= price.high
    assert not price.too_close
    assert not traffic.too_close


def test_regions_are_thirds(found: Sensitivity) -> None:
    """Mean price in the lower third: 1.333, at a mean traffic of 300k."""
    low, _, high = effects(found)[PRICE].regions
    assert (low.winner, high.winner) == ("own", "hosted")
    assert low.lead.mean == pytest.approx(-ahead(4.0 / 3.0, 300e3), abs=3.0 * low.lead.error)
    assert high.lead.mean == pytest.approx(ahead(8.0 / 3.0, 300e3), abs=3.0 * high.lead.error)


def test_what_moves_both_alike_moves_no_difference(found: Sensitivity) -> None:
    assert effects(found)["people.engineer_week"].swing == pytest.approx(0.0, abs=1e-6)
    assert [effect.input.name for effect in found.effects][:2] == [TRAFFIC, PRICE]


def test_equal_seeds_give_equal_results_and_other_seeds_agree() -> None:
    one, again, other = linear(draws=1024), linear(draws=1024), linear(draws=1024, seed=5)
    assert [effect.shares for effect in one.effects] == [effect.shares for effect in again.effects]
    assert [effect.shares for effect in one.effects] != [effect.shares for effect in other.effects]
    flips = [effects(each)[PRICE].switches[0] for each in (one, other)]
    assert flips[0].low <= flips[1].high
    assert flips[1].low <= flips[0].high


@pytest.mark.parametrize("draws", [2, 16, 63])
def test_few_draws_have_bars_but_neither_shares_nor_switch_points(draws: int) -> None:
    found = linear(draws=draws)
    assert found.points == 0
    assert found.luck is None
    assert all(effect.shares is None and not effect.switches for effect in found.effects)
    assert effects(found)[PRICE].swing == pytest.approx(1.8 * HOURS)


def test_one_strategy_or_none_that_meets_the_limits_leaves_nothing_to_take_apart() -> None:
    alone = loads(own_or_hosted.TEXT.replace("  own: {kind: prompted, like_base: yes, prompt_tokens: 0}\n", ""))
    assert sensitivity(verdict(run(alone, monte_carlo(64)))) is None
    assert sensitivity(verdict(run(load(STARTUP, overrides=["budget.limit=1 USD"]), monte_carlo(64)))) is None


def test_the_only_one_that_meets_the_limits_is_set_against_the_strongest_other() -> None:
    judged = verdict(run(load(STARTUP, overrides=["budget.limit=50k USD"]), monte_carlo(64)))
    assert sum(judged.decision.allowed) == 2
    found = sensitivity(judged, against="specialists")
    assert found is not None
    assert (found.best, found.against) == ("unified", "specialists")
    poor = verdict(run(load(STARTUP, overrides=["budget.limit=20k USD"]), monte_carlo(64)))
    assert sum(poor.decision.allowed) == 1
    found = sensitivity(poor)
    assert found is not None
    assert found.best == "prompted"
    assert switch_points(poor) == ()
    assert all(effect.regions == () for effect in found.effects)


def test_equal_strategies_have_a_difference_of_nothing() -> None:
    text = own_or_hosted.TEXT.replace("  hosted: {kind: prompted, api: mine,", "  other: {kind: prompted, like_base: yes, prompt_tokens: 0}\n  hosted: {kind: prompted, api: mine,")
    found = sensitivity(verdict(run(loads(text, overrides=["tasks.chat.traffic=1M requests/month", *UNCERTAIN[:1]]), monte_carlo(256))))
    assert found is not None
    assert {found.best, found.against} == {"hosted", "other"}
    judged = verdict(run(loads(text, overrides=["tasks.chat.traffic=1M requests/month", *UNCERTAIN[:1]]), monte_carlo(256)))
    same = sensitivity(judged, against="own")
    assert same is not None
    assert all(effect.swing == 0.0 and not effect.switches for effect in same.effects)


def test_another_may_be_named_and_a_wrong_name_is_answered() -> None:
    judged = verdict(run(load(STARTUP), monte_carlo(64)))
    found = sensitivity(judged, against="prompted")
    assert found is not None
    assert found.against == "prompted"
    with pytest.raises(UsageError, match=r'^--against: no strategy is called "promted"; did you mean "prompted"\?$'):
        sensitivity(judged, against="promted")
    with pytest.raises(UsageError, match=r"^--against: unified is the recommended strategy itself; name another; allowed: "):
        sensitivity(judged, against="unified")


def test_reordering_tasks_and_strategies_changes_nothing() -> None:
    """Exactly in which inputs lead; in numbers up to rounding."""
    text = STARTUP.read_text(encoding="utf-8")
    head, strategies = text.split("strategies:\n", 1)
    rows = strategies.split("\n\noverrides:", 1)
    turned = head + "strategies:\n" + "\n".join(reversed(rows[0].split("\n"))) + "\n\noverrides:" + rows[1]
    one, other = (sensitivity(verdict(run(loads(each), monte_carlo(256)))) for each in (text, turned))
    assert one is not None
    assert other is not None
    assert (one.best, one.against) == (other.best, other.against)
    by_name = effects(other)
    for effect in one.effects:
        assert effect.low.difference == pytest.approx(by_name[effect.input.name].low.difference, abs=1e-9)
        assert len(effect.switches) == len(by_name[effect.input.name].switches)
    assert [effect.input.name for effect in one.effects][:8] == [effect.input.name for effect in other.effects][:8]


def test_all_inputs_by_themselves_and_the_others_and_luck_are_there() -> None:
    found = sensitivity(verdict(run(load(STARTUP), monte_carlo(256))))
    assert found is not None
    assert len(found.effects) == len(found.inputs.moving)
    assert found.left_out == 0
    assert found.others is not None
    assert found.luck is not None
    assert found.luck.total_order.mean > 0.1
    assert sum(effect.shares is not None for effect in found.effects) == 32
