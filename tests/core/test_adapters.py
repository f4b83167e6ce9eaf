"""Adapters on some layers: fewer weights, which hold less."""

from __future__ import annotations

import pytest

from building import LAW_ALONE, answer, assert_same, scenario
from tuneplan.core.learning import learn
from tuneplan.scenario.lowering.hardware import gpus_to_train
from tuneplan.scenario.lowering.specs import strategy_specs

STRATEGIES = ("adapters", "unified")
LAYERS = ("all", "attention", "feed_forward")


def test_adapters_on_all_layers_are_the_default() -> None:
    silent, said = (answer(strategies=STRATEGIES, law={}, **words) for words in ({}, {"lora__layers": "all"}))
    assert_same(silent.outcome.delivered, said.outcome.delivered)


def test_capacities_of_both_parts_add_up() -> None:
    capacity = {layers: answer(strategies=STRATEGIES, lora__layers=layers).inputs["adapter_capacity"] for layers in LAYERS}
    assert_same(capacity["attention"][:, 0] + capacity["feed_forward"][:, 0], capacity["all"][:, 0], rtol=1e-14)


@pytest.mark.parametrize("layers", ["attention", "feed_forward"])
def test_adapters_on_some_layers_crowd_sooner(layers: str) -> None:
    """A smaller share of the examples is held, and the score is lower; full fine-tuning is untouched."""
    tasks = {name: {"data.examples": "300k"} for name in "ab"}
    law = {**LAW_ALONE, "law.interference_strength": 0}
    whole, part = (answer(tasks, strategies=STRATEGIES, law=law, lora__layers=each, router__accuracy="100%") for each in ("all", layers))
    row = whole.inputs.structure.model_of_task[0, 0]
    assert (learn(part.inputs).pools.held[0, row] < learn(whole.inputs).pools.held[0, row]).all()
    for task in "ab":
        assert (part.score("adapters", task) < whole.score("adapters", task)).all()
        assert_same(part.score("unified", task), whole.score("unified", task))


def test_adapters_on_some_layers_take_less_memory_to_train() -> None:
    """At a rank so high that their states count."""
    cards = {}
    for layers in LAYERS:
        asked = scenario(strategies=("adapters",), lora={"rank": 2048, "layers": layers})
        (spec,) = strategy_specs([asked])
        cards[layers] = gpus_to_train(asked, spec, 2048.0, 2048.0)
    assert cards["attention"] < cards["all"]
