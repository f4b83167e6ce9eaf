"""What tells strategies apart, and what doesn't: hybrids, merges, adapters, routers, clashes, luck."""

from __future__ import annotations

import numpy as np
import pytest

from building import ALL_STRATEGIES, DRAWS, LAW_ALONE, Answer, answer, assert_same
from closed_forms import after_router
from tuneplan.axes import Array
from tuneplan.core import traffic_weight
from tuneplan.core.attribution import attribute, attribute_unseen
from tuneplan.core.learning import learn, score_of_models

WHOLE = {"law": {}}
"""Clash and discrepancy on, as they are for a user."""
SURE = {"router__accuracy": "100%"}
STEEP = {"data_exponent": 0.3}
EVERYTHING = {
    **{name: {} for name in ALL_STRATEGIES},
    "api": {"kind": "prompted", "api": "gpt-4o-mini", "score": "0.5 to 0.6"},
    "mixed": {"kind": "unified", "replay": "5k"},
    "pairs": {"groups": [["a", "b"], ["c"]]},
    "lora": {"kind": "unified", "method": "lora"},
}


def rows(it: Answer, strategy: str) -> list[int]:
    """Rows of the models that serve each task."""
    names = [spec.name for spec in it.inputs.structure.strategies]
    return it.inputs.structure.model_of_task[names.index(strategy)].tolist()


def by_model(it: Answer) -> Array:
    """Normalised scores before any router. ``(model, request, draw)``"""
    return score_of_models(it.inputs, learn(it.inputs))[0]


# --- the same model is the same model ----------------------------------------------------------------


def test_strategies_that_train_the_same_model_differ_by_exactly_0_in_every_draw() -> None:
    """Discrepancy and clash on; in each pair the words differ, the model does not."""
    strategies = {
        "unified": {}, "same": {"kind": "unified"}, "one_group": {"groups": [["c", "a", "b"]]},
        "adapters": {}, "specialists": {"method": "lora"}, "groups": {"groups": [["b"], ["a"], ["c"]], "method": "lora"},
    }  # fmt: skip
    it = answer(strategies=strategies, **WHOLE)
    for one, other in [("unified", "same"), ("unified", "one_group"), ("adapters", "specialists"), ("adapters", "groups")]:
        for task in "abc":
            assert_same(it.score(one, task), it.score(other, task))


def test_adapters_are_lora_specialists_except_for_who_answers_unseen_requests() -> None:
    it = answer(strategies={"adapters": {}, "specialists": {"method": "lora"}}, **WHOLE)
    for task in "abc":
        assert_same(it.score("adapters", task), it.score("specialists", task))
    assert_same(it.score("adapters"), it.base("adapters"))
    same_fallback = answer(strategies={"adapters": {}, "specialists": {"method": "lora"}}, router__fallback="nearest", **WHOLE)
    assert_same(same_fallback.score("adapters"), same_fallback.score("specialists"))


def test_merged_of_one_is_the_specialist() -> None:
    """With one task, and with one task of several that has data."""
    one = answer(["a"], strategies=("merged", "specialists"), **WHOLE)
    for request in ("a", "unseen"):
        assert_same(one.score("merged", request), one.score("specialists", request))
    tasks = {"a": {}, "b": {"data.examples": 0}}
    among = answer(tasks, strategies=("merged", "specialists"), **WHOLE, **SURE)
    assert_same(among.score("merged", "a"), among.score("specialists", "a"))


def test_a_merge_keeps_a_share_of_what_its_specialists_gained() -> None:
    law = {**LAW_ALONE, "law.off_task_retention": "100%"}
    it = answer(strategies=("merged", "specialists"), law=law, **SURE)
    for task in "abc":
        gained, alone = it.score("merged", task) - 0.4, it.score("specialists", task) - 0.4
        assert (gained > 0.0).all()
        assert (gained < alone).all()


def test_prompted_like_base_is_the_base() -> None:
    it = answer(strategies={"prompted": {"like_base": True}, "api": {"kind": "prompted", "api": "gpt-4o-mini", "like_base": True}}, **WHOLE)
    for name in ("prompted", "api"):
        for request in ("a", "b", "c", "unseen"):
            assert_same(it.score(name, request), it.base(name, request))


def test_a_public_instruction_mix_is_trained_and_paid_for() -> None:
    """Whatever else the strategies override."""
    strategies = {"alone": {"kind": "unified"}, "mixed": {"kind": "unified", "replay": "1M"}}
    it = answer(strategies=strategies)
    assert (it.score("mixed") != it.score("alone")).all()
    assert (it.cost("mixed", "training") > it.cost("alone", "training")).all()
    fewer = answer(strategies={**strategies, "fewer": {"kind": "unified", "examples": 10}})
    assert_same(it.scores("mixed"), fewer.scores("mixed"))


# --- hybrids --------------------------------------------------------------------------------------------


LONG_SECOND_STAGE = {"law.format_examples": 0.001}
"""Own data so far beyond the format that the second stage has run its course."""


def test_hybrids_keep_own_data_and_suffer_no_interference_on_their_own_task() -> None:
    it = answer(strategies=("unified_then_specialists", "specialists"), law=LONG_SECOND_STAGE)
    learned = learn(it.inputs)
    for task in range(3):
        hybrid, alone = rows(it, "unified_then_specialists")[task], rows(it, "specialists")[task]
        assert_same(learned.pools.own[0, hybrid, task], learned.pools.own[0, alone, task])
        assert (learned.pools.effective[0, hybrid, task] >= learned.pools.effective[0, alone, task]).all()
        np.testing.assert_allclose(learned.interference[0, hybrid, task], np.ones(DRAWS), atol=1e-5)


def test_a_hybrid_that_forgets_all_is_the_specialist() -> None:
    law = {**LAW_ALONE, **LONG_SECOND_STAGE, "law.forgetting": "100%"}
    it = answer(dict.fromkeys("abc", STEEP), strategies=("unified_then_specialists", "specialists"), law=law, unseen=STEEP, **SURE)
    for request in ("a", "b", "c", "unseen"):
        assert_same(it.score("unified_then_specialists", request), it.score("specialists", request), rtol=1e-4)


def test_a_hybrid_that_forgets_nothing_has_all_that_the_unified_model_has() -> None:
    law = {**LAW_ALONE, "law.forgetting": "0%", "law.diversity_gain": 0}
    it = answer(strategies=("unified_then_specialists", "unified"), law=law, **SURE)
    for task in "abc":
        assert (it.score("unified_then_specialists", task) >= it.score("unified", task)).all()


# --- routers --------------------------------------------------------------------------------------------


def test_a_router_that_never_errs_gives_the_served_score() -> None:
    it = answer(strategies=EVERYTHING, **WHOLE, **SURE)
    models = by_model(it)
    for strategy in EVERYTHING:
        for number, task in enumerate("abc"):
            assert_same(it.score(strategy, task), models[rows(it, strategy)[number], number])


@pytest.mark.parametrize("accuracy", [0.0, 0.5, 0.93])
def test_misroutes_go_to_other_tasks_by_their_traffic(accuracy: float) -> None:
    traffic = {"a": 10e3, "b": 30e3, "c": 5e3}
    it = answer(
        {name: {"traffic": f"{amount} requests/month"} for name, amount in traffic.items()},
        strategies=("specialists", "adapters"), **WHOLE, router__accuracy=accuracy,
    )  # fmt: skip
    models = by_model(it)
    for strategy in ("specialists", "adapters"):
        served = rows(it, strategy)
        elsewhere = [models[served[1], 0], models[served[2], 0]]
        expected = after_router(models[served[0], 0], elsewhere, [traffic["b"], traffic["c"]], accuracy)
        assert_same(it.score(strategy, "a"), expected, rtol=1e-13)


def test_a_misroute_within_a_group_costs_nothing() -> None:
    """All traffic that is not a's goes to b, which the same model serves."""
    groups = {"pairs": {"groups": [["a", "b"], ["c"]]}}
    tasks = {"a": {}, "b": {}, "c": {"traffic": "0 requests/month"}}
    poor, sure = (answer(tasks, strategies=groups, **WHOLE, router__accuracy=share) for share in (0.3, 1.0))
    assert_same(poor.score("pairs", "a"), sure.score("pairs", "a"), rtol=1e-15)
    assert (np.abs(poor.score("pairs", "c") - sure.score("pairs", "c")) > 0.0).any()


@pytest.mark.parametrize("strategy", ["unified", "merged", "prompted", "mixed", "lora", "api"])
def test_one_model_needs_no_router(strategy: str) -> None:
    poor, sure = (answer(strategies=EVERYTHING, **WHOLE, router__accuracy=share) for share in (0.3, 1.0))
    assert_same(poor.delivered(strategy), sure.delivered(strategy))


# --- clashes and framing --------------------------------------------------------------------------------


def clashed(risk: str) -> dict[str, Array]:
    """Where task a fell to next to nothing, by framing. ``(draw,)`` of bool"""
    framings = {word: {"kind": "unified", "framing": word} for word in ("plain", "instruction", "task_marker", "own_heads")}
    law = {"law.discrepancy": "0 points", "law.level_discrepancy": "0 points", "law.mixing_shift": "0 points", "law.clash_severity": 50, "law.format_examples": 1}
    tasks = {name: {"data.examples": "1M", "clash_risk": risk} for name in "ab"}
    it = answer(tasks, strategies=framings, law=law, draws=1024)
    return {word: it.score(word, "a") < 0.01 for word in framings}


@pytest.mark.parametrize(("risk", "chance"), [("low", 0.03), ("medium", 0.1), ("high", 0.3)])
def test_framing_lowers_the_chance_of_a_clash_and_own_heads_rule_it_out(risk: str, chance: float) -> None:
    """Instruction framing halves it; strata make the frequency exact within one draw a scramble."""
    found = clashed(risk)
    for word, factor in {"plain": 1.0, "instruction": 0.5, "task_marker": 0.1, "own_heads": 0.0}.items():
        assert abs(found[word].mean() - factor * chance) <= 8 / 1024
    assert not found["own_heads"].any()


def test_a_clash_is_one_event_for_all_framings() -> None:
    """Better framing only ever spares a draw its clash."""
    found = clashed("high")
    assert (found["instruction"] <= found["plain"]).all()
    assert (found["task_marker"] <= found["instruction"]).all()


def test_models_of_one_task_never_clash() -> None:
    law = {"law.discrepancy": "0 points", "law.level_discrepancy": "0 points", "law.mixing_shift": "0 points"}
    tasks = {name: {"clash_risk": "high"} for name in "ab"}
    strategies = ("specialists", "adapters", "unified_then_specialists")
    safe, risky = (answer(tasks, strategies=strategies, law={**law, "law.clash_severity": c}) for c in (0, 50))
    for strategy in strategies:
        assert_same(safe.delivered(strategy), risky.delivered(strategy))


# --- sums -----------------------------------------------------------------------------------------------


def test_delivered_score_adds_up_over_requests() -> None:
    it = answer({"a": {}, "b": {"traffic": "1k to 9k requests/month"}, "c": {}}, strategies=EVERYTHING, unseen__share="5% to 40%", **WHOLE)
    weight = traffic_weight(it.inputs["traffic"])[0, 0]
    share = it.inputs["unseen_share"][0, 0, 0]
    for strategy in EVERYTHING:
        in_scope = sum(weight[number] * it.score(strategy, task) for number, task in enumerate("abc"))
        assert_same(it.delivered(strategy), (1.0 - share) * in_scope + share * it.score(strategy), rtol=1e-14)


@pytest.mark.parametrize("fallback", ["nearest", "base", "api"])
def test_parts_of_the_delivered_score_add_up_exactly(fallback: str) -> None:
    router = {"fallback": fallback, **({"api": "gpt-4o-mini", "score": 0.6} if fallback == "api" else {})}
    it = answer(strategies=EVERYTHING, unseen__share="20%", router=router, **WHOLE)
    learned = learn(it.inputs)
    steps, unseen = attribute(it.inputs, learned), attribute_unseen(it.inputs, learned)
    assert_same(list(steps.values())[-1], it.outcome.delivered)
    assert_same(list(unseen.values())[-1], it.outcome.score[:, :, -1:])


def test_parts_that_are_switched_off_carry_nothing() -> None:
    """Routing for one model, discrepancy of 0, borrowing where nothing is alike."""
    law = {**LAW_ALONE, "law.format_transfer": "0%", "law.diversity_gain": 0, "law.interference_strength": 0}
    it = answer(strategies=ALL_STRATEGIES, similar=0.0, unseen__similarity=dict.fromkeys("abc", 0.0), law=law)
    steps = dict(attribute(it.inputs, learn(it.inputs)))
    names = list(steps)
    carried = {name: steps[name] - steps[names[names.index(name) - 1]] for name in names[1:]}
    assert_same(carried["beyond the law"], np.zeros(1))
    for part in ("routing", "transfer and format"):
        assert_same(carried[part][:, ALL_STRATEGIES.index("unified")], np.zeros(1), rtol=1e-15)
    assert (carried["routing"][:, ALL_STRATEGIES.index("specialists")] < 0.0).any()
