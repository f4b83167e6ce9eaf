"""Transfers: leaving examples out is what a run without them would say."""

from __future__ import annotations

import numpy as np
import pytest

from building import NO_HARM, NO_TRANSFER, answer_to, scenario
from tuneplan.scenario.lowering.pairs import MIX
from tuneplan.scenario.records import UNSEEN
from tuneplan.study.design import monte_carlo
from tuneplan.study.run import run
from tuneplan.study.transfers import Transfers, transfers
from tuneplan.study.verdict import verdict

ROUTED = {"router": {"accuracy": "100%"}}
LAW_ALONE = {"law.discrepancy": "0 points", "law.level_discrepancy": "0 points", "law.mixing_shift": "0 points", "law.clash_severity": 0}
TASKS = {"a": {}, "b": {"data.examples": "700"}, "c": {"data.examples": "9k"}}


def found(*args: object, draws: int = 64, **more: object) -> Transfers:
    return transfers(verdict(run(scenario(*args, **more), monte_carlo(draws))))


@pytest.fixture(scope="module")
def three() -> Transfers:
    """With nothing but the law, so that another model's luck is no other."""
    return found(TASKS, strategies=("unified", "specialists"), **ROUTED)


@pytest.mark.parametrize("source", ["a", "b", "c"])
def test_an_effect_is_what_a_run_without_the_examples_would_lack(three: Transfers, source: str) -> None:
    """On requests of every task, on those that nobody trained for, and on its own."""
    whole = answer_to(scenario(TASKS, strategies=("unified",), **ROUTED))
    without = answer_to(scenario(TASKS | {source: {"data.examples": 0}}, strategies=("unified",), **ROUTED))
    for request in ("a", "b", "c", UNSEEN):
        gained = 100.0 * (whole.score("unified", request) - without.score("unified", request))
        effect = three.effect(request, source)
        assert effect is not None
        assert effect.points.mean == pytest.approx(gained.mean(), abs=1e-9)
        assert effect.points.high == pytest.approx(np.quantile(gained, 0.95), abs=1e-9)
        assert effect.probability == pytest.approx((gained > 0.0).mean() + 0.5 * (gained == 0.0).mean())


def test_all_others_together_are_what_one_model_has_over_one_a_task(three: Transfers) -> None:
    both = answer_to(scenario(TASKS, strategies=("unified", "specialists"), **ROUTED))
    for place, task in enumerate("abc"):
        together = three.together[place]
        assert together is not None
        assert together.points.mean == pytest.approx(100.0 * (both.score("unified", task) - both.score("specialists", task)).mean(), abs=1e-9)


def test_all_examples_together_are_what_training_does_to_unseen_requests(three: Transfers) -> None:
    whole = answer_to(scenario(TASKS, strategies=("unified",), **ROUTED))
    together = three.together[-1]
    assert together is not None
    assert together.points.mean == pytest.approx(100.0 * (whole.score("unified", UNSEEN) - whole.base("unified", UNSEEN)).mean(), abs=1e-9)


def test_tasks_without_likeness_or_harm_leave_each_other_as_they_are() -> None:
    apart = found(similar=0.0, law=LAW_ALONE | NO_TRANSFER | NO_HARM)
    for request in "abc":
        for source in "abc":
            effect = apart.effect(request, source)
            assert effect is not None
            assert (abs(effect.points.mean) < 1e-9) == (request != source)


def test_the_same_task_under_two_names_helps_and_a_harmful_one_hurts() -> None:
    twins = found(("a", "b"), similar=1.0, law=LAW_ALONE | NO_HARM)
    rivals = found(("a", "b"), similar=0.0, law=LAW_ALONE | NO_TRANSFER | {"law.interference_strength": 1})
    helped, hurt = twins.effect("a", "b"), rivals.effect("a", "b")
    assert helped is not None
    assert hurt is not None
    assert helped.points.low > 0.0 > hurt.points.high
    assert (helped.probability, hurt.probability) == (1.0, 0.0)


def test_luck_is_that_of_the_model_so_that_it_does_not_blur_effects() -> None:
    """Were it another model's, differences would scatter by the discrepancy, ten points here."""
    lucky = found(similar=0.0, law=NO_TRANSFER | NO_HARM | {"law.discrepancy": "10 points", "law.level_discrepancy": "0 points", "law.mixing_shift": "0 points", "law.clash_severity": 0})
    effect = lucky.effect("a", "b")
    assert effect is not None
    assert effect.points.high - effect.points.low < 1.0


def test_models_of_one_task_have_nothing_to_show_and_a_merge_mixes_nothing() -> None:
    assert found(strategies=("specialists", "adapters", "merged", "prompted")).strategy == ""
    assert found(("only",), strategies=("unified",)).strategy == ""


def test_sources_of_another_model_have_no_effect_to_speak_of() -> None:
    pairs = found(strategies={"pairs": {"groups": [["a", "b"], ["c"]]}})
    reached = {(request, source) for request in "abc" for source in "abc" if pairs.effect(request, source) is not None}
    assert reached == {("a", "a"), ("a", "b"), ("b", "a"), ("b", "b"), ("c", "c")}
    assert [each is None for each in pairs.together] == [False, False, True, False]


def test_the_largest_model_is_shown_and_the_mix_is_a_source() -> None:
    mixed = found(strategies={"pairs": {"groups": [["a", "b"], ["c"]]}, "unified": {}, "with_mix": {"kind": "unified", "replay": "5k"}})
    assert (mixed.strategy, mixed.sources) == ("with_mix", ("a", "b", "c", MIX))
    assert mixed.effect(UNSEEN, MIX) is not None


def test_examples_that_nobody_bought_are_no_source() -> None:
    few = found(strategies={"unified": {"examples": {"a": 500, "b": 500, "c": 0}}})
    assert few.sources == ("a", "b")
    assert few.effect("c", "a") is not None


def test_one_draw_will_do() -> None:
    assert found(draws=1).draws == 1
