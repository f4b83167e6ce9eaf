"""Transfers: an effect is the difference of two runs that anybody could make."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from building import NO_HARM, NO_TRANSFER, answer_to, scenario
from tuneplan.scenario.lowering.pairs import MIX
from tuneplan.scenario.records import UNSEEN
from tuneplan.study.design import monte_carlo
from tuneplan.study.run import run
from tuneplan.study.transfers import MOST_TASKS, Transfers, transfers
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


@pytest.mark.parametrize(("task", "source"), [(task, source) for task in "abc" for source in "abc" if task != source])
def test_an_effect_is_what_one_model_for_two_has_over_one_for_the_task_alone(three: Transfers, task: str, source: str) -> None:
    """With the same examples: as if there were a strategy that put just these two into one model."""
    rest = next(each for each in "abc" if each not in (task, source))
    both = answer_to(scenario(TASKS, strategies={"pair": {"groups": [[task, source], [rest]]}, "specialists": {}}, **ROUTED))
    gained = 100.0 * (both.score("pair", task) - both.score("specialists", task))
    effect = three.effect(task, source)
    assert effect is not None
    assert effect.points.mean == pytest.approx(gained.mean(), abs=1e-9)
    assert effect.points.high == pytest.approx(np.quantile(gained, 0.95), abs=1e-9)
    assert effect.probability == pytest.approx((gained > 0.0).mean() + 0.5 * (gained == 0.0).mean())


@pytest.mark.parametrize("source", ["a", "b", "c"])
def test_unseen_requests_and_a_task_itself_are_held_against_the_base(three: Transfers, source: str) -> None:
    """As they have no other examples of their own."""
    only = TASKS | {each: {"data.examples": 0} for each in "abc" if each != source}
    alone = answer_to(scenario(only, strategies=("unified",), **ROUTED))
    for request in (source, UNSEEN):
        gained = 100.0 * (alone.score("unified", request) - alone.base("unified", request))
        effect = three.effect(request, source)
        assert effect is not None
        assert effect.points.mean == pytest.approx(gained.mean(), abs=1e-9)


def test_all_others_together_are_what_one_model_has_over_one_a_task(three: Transfers) -> None:
    both = answer_to(scenario(TASKS, strategies=("unified", "specialists"), **ROUTED))
    for place, task in enumerate("abc"):
        together = three.together[place]
        assert together is not None
        assert together.points.mean == pytest.approx(100.0 * (both.score("unified", task) - both.score("specialists", task)).mean(), abs=1e-9)


def test_of_two_tasks_the_other_is_all_others() -> None:
    two = found(("a", "b"), strategies=("unified",), **ROUTED)
    for place, (task, source) in enumerate(("ab", "ba")):
        assert two.together[place] == two.effect(task, source)


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
    """Were it another model's, differences would scatter over thirty points here; a model's own shrinks a little as it learns more."""
    lucky = found(similar=0.0, law=NO_TRANSFER | NO_HARM | {"law.discrepancy": "10 points", "law.level_discrepancy": "0 points", "law.mixing_shift": "0 points", "law.clash_severity": 0})
    effect = lucky.effect("a", "b")
    assert effect is not None
    assert effect.points.high - effect.points.low < 2.0


def test_models_of_one_task_have_nothing_to_show_and_a_merge_mixes_nothing() -> None:
    assert found(strategies=("specialists", "adapters", "merged", "prompted")).strategy == ""
    assert found(("only",), strategies=("unified",)).strategy == ""


def test_sources_of_another_model_have_no_effect_to_speak_of() -> None:
    pairs = found(strategies={"pairs": {"groups": [["a", "b"], ["c"]]}})
    reached = {(request, source) for request in "abc" for source in "abc" if pairs.effect(request, source) is not None}
    assert reached == {("a", "a"), ("a", "b"), ("b", "a"), ("b", "b"), ("c", "c")}
    assert [each is None for each in pairs.together] == [False, False, True, False]


def test_the_recommended_strategy_is_shown_where_it_mixes_tasks() -> None:
    question = scenario(strategies={"pairs": {"groups": [["a", "b"], ["c"]]}, "unified": {}, "with_mix": {"kind": "unified", "replay": "5k"}})
    result = verdict(run(question, monte_carlo(64)))
    for row, name in enumerate(("pairs", "unified", "with_mix")):
        shown = transfers(replace(result, decision=replace(result.decision, best=row)))
        assert (shown.strategy, shown.instead_of) == (name, "")


def test_else_the_largest_model_is_shown_and_in_whose_place() -> None:
    question = scenario(strategies={"pairs": {"groups": [["a", "b"], ["c"]]}, "specialists": {}, "merged": {}, "unified": {}})
    result = verdict(run(question, monte_carlo(64)))
    for row, name in ((1, "specialists"), (2, "merged"), (None, "")):
        shown = transfers(replace(result, decision=replace(result.decision, best=row)))
        assert (shown.strategy, shown.instead_of) == ("unified", name)


def test_the_instruction_mix_is_a_source() -> None:
    mixed = found(strategies={"with_mix": {"kind": "unified", "replay": "5k"}})
    assert mixed.sources == ("a", "b", "c", MIX)
    alone, together = mixed.effect(UNSEEN, MIX), mixed.together[-1]
    assert alone is not None
    assert together is not None
    assert alone.points.mean != together.points.mean


def test_of_many_tasks_those_with_most_traffic_are_shown_and_all_count_together() -> None:
    names = [f"t{number:02}" for number in range(MOST_TASKS + 1)]
    tasks = {name: {"traffic": f"{10 + number}k requests/month"} for number, name in enumerate(names)}
    question = {"strategies": ("unified", "specialists"), **ROUTED}
    many, both = found(tasks, draws=8, **question), answer_to(scenario(tasks, **question), draws=8)
    assert many.left_out == ("t00",)
    assert many.requests == (*names[1:], UNSEEN)
    assert many.sources == tuple(names[1:])
    together = many.together[0]
    assert together is not None
    assert together.points.mean == pytest.approx(100.0 * (both.score("unified", "t01") - both.score("specialists", "t01")).mean(), abs=1e-9)


def test_examples_that_nobody_bought_are_no_source() -> None:
    few = found(strategies={"unified": {"examples": {"a": 500, "b": 500, "c": 0}}})
    assert few.sources == ("a", "b")
    assert few.effect("c", "a") is not None


def test_one_draw_will_do() -> None:
    assert found(draws=1).draws == 1
