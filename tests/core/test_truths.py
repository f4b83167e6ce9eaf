"""What must hold exactly: the truths of the law, before clash and discrepancy, in closed form."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from building import ALL_STRATEGIES, LAW_ALONE, NO_HARM, NO_TRANSFER, answer, assert_same, lowered, scenario
from closed_forms import equal_split, gap_left, rectified
from tuneplan.axes import Array
from tuneplan.core import transfer
from tuneplan.core.arrays import Inputs
from tuneplan.core.learning import learn, remaining_gap, score_of_models

TRAINED = ALL_STRATEGIES[:-1]
FULL = ("unified", "specialists", "unified_then_specialists")
"""Strategies whose models hold endless data: no adapter, no merge."""
STEEP = {"data_exponent": 0.3}
"""A curve steep enough for a limit to be reached in float64."""
SURE = {"router__accuracy": "100%"}


def steep(examples: str) -> dict[str, object]:
    return {**STEEP, "data.examples": examples}


def test_one_task_makes_unified_and_specialist_one_model() -> None:
    """On the task and on unseen requests alike, with clash and discrepancy in."""
    one = answer(["a"], law={})
    for request in ("a", "unseen"):
        assert_same(one.score("unified", request), one.score("specialists", request))
    assert_same(one.delivered("unified"), one.delivered("specialists"))


@pytest.mark.parametrize("parts", [("3k", "1k"), ("2k", "2k"), ("1", "3999")])
@pytest.mark.parametrize("request_", ["a", "unseen"])
def test_identical_tasks_are_one_task_with_the_pooled_data(parts: tuple[str, str], request_: str) -> None:
    """On the tasks; and on unseen requests, which twice the same task protects no better than once."""
    alike = {"data.tokens": 500, "helpfulness": 1}
    apart = answer(
        {name: {**alike, "data.examples": part} for name, part in zip("ab", parts, strict=True)},
        similar=1.0, unseen={"similarity": {"a": "30%", "b": "30%"}},
    )  # fmt: skip
    pooled = answer({"a": {**alike, "data.examples": "4k"}}, unseen={"similarity": {"a": "30%"}})
    assert_same(apart.score("unified", request_), pooled.score("specialists", request_), rtol=1e-12)


def test_unified_is_never_better_on_unrelated_tasks() -> None:
    it = answer("abcd", similar=0.0, law={**LAW_ALONE, **NO_TRANSFER}, **SURE)
    for task in "abcd":
        assert (it.score("unified", task) <= it.score("specialists", task)).all()
        assert (it.score("unified", task) < it.score("specialists", task)).any()


def test_unified_is_equal_on_unrelated_tasks_where_nothing_interferes_or_is_lost() -> None:
    it = answer("abcd", similar=0.0, law={**LAW_ALONE, **NO_TRANSFER, **NO_HARM}, **SURE)
    for task in "abcd":
        assert_same(it.score("unified", task), it.score("specialists", task), rtol=1e-14)


def test_no_data_anywhere_is_the_base_for_every_strategy() -> None:
    it = answer({name: {"data.examples": 0} for name in "abc"}, strategies=ALL_STRATEGIES, law={})
    for strategy in ALL_STRATEGIES:
        for request in ("a", "b", "c", "unseen"):
            assert_same(it.score(strategy, request), it.base(strategy, request), rtol=1e-15)


@pytest.mark.parametrize("similarity", [0.0, 0.3, 1.0])
def test_next_to_no_data_anywhere_is_next_to_the_base(similarity: float) -> None:
    """Continuously: no strategy jumps at the first example, nor does a public instruction mix."""
    strategies = {**{name: {} for name in TRAINED}, "mixed": {"kind": "unified", "replay": "1e-60"}}
    it = answer(
        {name: steep("1e-60") for name in "abc"}, strategies=strategies, similar=similarity, unseen=STEEP,
        law={"law.diversity_gain": 0.1},
    )  # fmt: skip
    jumps = {
        (strategy, request): float(np.abs(it.score(strategy, request) - it.base(strategy, request)).max())
        for strategy in strategies
        for request in ("a", "unseen")
    }
    assert {key: jump for key, jump in jumps.items() if jump > 1e-6} == {}


@pytest.mark.parametrize("strategy", FULL)
def test_endless_data_reach_the_ceiling(strategy: str) -> None:
    tasks = {name: {"data.examples": "1e12", "data_exponent": 2.0, "half_gap_examples": "1k", "susceptibility": 1} for name in "abc"}
    it = answer(tasks, strategies=FULL, similar=0.3, law={**LAW_ALONE, "law.interference_strength": 0.2}, **SURE)
    for task in "abc":
        np.testing.assert_allclose(it.score(strategy, task), 0.9, atol=1e-6)


@pytest.mark.parametrize("seed", range(8))
def test_remaining_gap_lies_above_0_and_at_most_at_1(seed: int) -> None:
    """For every strategy and request, from no data to very much, whatever the draw."""
    rng = np.random.default_rng(seed)
    tasks = {f"t{n}": {"data.examples": float(rng.choice([0, 1, 10 ** rng.uniform(0, 7)]))} for n in range(1 + seed)}
    form = ("bounded", "additive")[seed % 2]
    it = answer(tasks, strategies=ALL_STRATEGIES, law={"law.interference_form": form}, seed=seed)
    gap = remaining_gap(it.inputs, learn(it.inputs))
    assert (gap > 0.0).all()
    assert (gap <= 1.0).all()


def test_one_task_without_a_shared_part_follows_the_rectified_law() -> None:
    law = {**LAW_ALONE, "law.interference_strength": 0}
    it = answer({"a": {"format_share": "0%", "data.examples": "7k"}}, law=law)
    inputs = it.inputs
    expected = rectified(7000.0, inputs["half_gap_examples"][0, 0, 0], inputs["data_exponent"][0, 0, 0])
    for strategy in ("unified", "specialists"):
        assert_same(gap_left(it.score(strategy, "a"), 0.4, 0.9), expected, rtol=1e-12)


@pytest.mark.parametrize("tasks", [1, 2, 3, 8])
def test_interference_of_an_equal_split_is_a_power_of_the_number_of_tasks(
    tasks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "SIMILARITY_FLOOR", 0.0)
    strength, relief, params = np.array([0.05, 0.15, 0.6]), np.array([0.0, 0.05, 0.3]), 70e9
    found = transfer.interference(
        np.array(1.0 / tasks), np.array(1.0), strength=strength, size_relief=relief, base_params=np.array(params)
    )
    np.testing.assert_allclose(found, equal_split(tasks, strength, relief, params), rtol=1e-13)


@pytest.mark.parametrize("tasks", [2, 5])
def test_interference_of_an_equal_split_holds_through_the_whole_model(
    tasks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With nothing shared, the unified model's gap is the specialist's to the power ``1 / I``."""
    monkeypatch.setattr(transfer, "SIMILARITY_FLOOR", 1e-60)
    names = [f"t{number}" for number in range(tasks)]
    law = {**LAW_ALONE, **NO_TRANSFER, "law.off_task_retention": "100%", "law.format_examples": 0.001}
    it = answer({name: {"data.tokens": 300} for name in names}, base="llama-3.1-70b", similar=0.0, law=law, **SURE)
    inputs = it.inputs
    slow = equal_split(
        tasks, inputs["interference_strength"][0, 0, 0] * inputs["susceptibility"][0, 0, 0], inputs["size_relief"][0, 0, 0], float(inputs["base_params"].flat[0])
    )
    together, alone = (gap_left(it.score(name, "t0"), 0.4, 0.9) for name in ("unified", "specialists"))
    np.testing.assert_allclose(together, alone ** (1.0 / slow), rtol=1e-5)


def test_metrics_that_fall_get_the_same_share_of_their_scale() -> None:
    """The law is affine: a loss from 5 (worst) to 1 (best) and an accuracy are one question."""
    falling = {"score.worst": 5, "score.best": 1, "score.floor": 5, "score.base": 3.4, "score.ceiling": 1.4}
    up, down = answer(["a", "b"], strategies=ALL_STRATEGIES), answer({"a": falling, "b": {}}, strategies=ALL_STRATEGIES)
    for strategy in ALL_STRATEGIES:
        assert_same(up.score(strategy, "a"), down.score(strategy, "a"), rtol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_permuting_tasks_permutes_results(seed: int) -> None:
    """All of them, discrepancy and clash included, each task in its own framing."""
    rng = np.random.default_rng(seed)
    tasks = {
        name: {"data.examples": float(10 ** rng.uniform(1, 5)), "clash_risk": "high", "framing": framing}
        for name, framing in zip("abcde", ("plain", "instruction", "instruction", "own_heads", "task_marker"), strict=True)
    }
    mixed = {name: tasks[name] for name in rng.permutation(list(tasks)).tolist()}
    strategies = {**{name: {} for name in ALL_STRATEGIES}, "pairs": {"groups": [["a", "d"], ["b", "e"], ["c"]]}}
    similar = {"a/b": "near", "a/c": "far", "d/e": "20%"}
    ask = {"strategies": strategies, "similar": similar, "law": {}, "unseen__share": "20%"}
    one, other = answer(tasks, **ask), answer(mixed, **ask)
    for strategy in strategies:
        for request in (*tasks, "unseen"):
            assert_same(one.score(strategy, request), other.score(strategy, request), rtol=1e-11)
        assert_same(one.delivered(strategy), other.delivered(strategy), rtol=1e-11)
        np.testing.assert_allclose(one.cost(strategy), other.cost(strategy), rtol=1e-12)


def test_permuting_tasks_changes_nothing_where_tasks_are_equally_near_to_unseen_requests() -> None:
    """The order of the file breaks no tie."""
    tasks = {"small": {"data.examples": 100}, "large": {"data.examples": "50k"}}
    ask = {"unseen": {"similarity": {"small": "30%", "large": "30%"}}, "strategies": ("specialists", "adapters")}
    one, other = answer(tasks, **ask), answer(dict(reversed(tasks.items())), **ask)
    assert_same(one.score("specialists"), other.score("specialists"), rtol=1e-12)


@pytest.mark.parametrize("strategy", ["unified", "specialists", "adapters", "unified_then_specialists"])
def test_own_data_towards_none_approach_the_score_without_any(strategy: str) -> None:
    none, next_to_none = (
        answer({"a": steep(examples), "b": {}, "c": {}}, similar=0.5, strategies=TRAINED, law=LAW_ALONE, **SURE)
        for examples in ("0", "1e-60")
    )
    assert_same(next_to_none.score(strategy, "a"), none.score(strategy, "a"), rtol=1e-6)


def test_a_task_without_data_is_an_unseen_task() -> None:
    """Same base, ceiling, curve and similarities: same score under one law."""
    same = {"data_exponent": 0.3, "half_gap_examples": "9k", "format_share": "40%", "susceptibility": 1.5}
    likeness = {"b": "30%", "c": "60%"}
    it = answer(
        {"a": {**same, "data.examples": 0}, "b": {}, "c": {}}, similar={"a/b": "30%", "a/c": "60%", "b/c": "20%"},
        unseen={**same, "score": {"base": 0.4, "ceiling": 0.9}, "similarity": {"a": "10%", **likeness}},
        strategies={"unified": {}, "pair": {"groups": [["a", "c"], ["b"]]}},
    )  # fmt: skip
    assert_same(it.score("unified", "a"), it.score("unified"), rtol=1e-14)


HARDEST = (378, 287, 0)
"""Seeds of the deepest falls among 400 random scenarios of 64 draws."""
WORST_FALL = 0.002
"""Of the scale: .2 points."""
GRID = np.concatenate([[0.0], 10.0 ** np.linspace(-2.0, 7.0, 37)])
"""Own examples, from none to many."""


def climb(seed: int, **law: object) -> tuple[Inputs, Array]:
    """Score of the first task of a random unified model as its own examples grow. ``(step, draw)``"""
    rng = np.random.default_rng(seed)
    tasks = {
        f"t{number}": {
            "data.examples": float(10 ** rng.uniform(0.0, 6.0)), "data.quality": float(rng.uniform(0.3, 1.0)), "data.tokens": 500,
        }
        for number in range(2 + seed % 7)
    }  # fmt: skip
    inputs = lowered(scenario(tasks, strategies=("unified",), law={**LAW_ALONE, **law}), draws=64, seed=seed).inputs
    examples = np.repeat(inputs["examples"], GRID.size, axis=0)
    examples[:, 0, 0, 0] = GRID
    grown = replace(inputs, numbers={**inputs.numbers, "examples": examples})
    return grown, score_of_models(grown, learn(grown))[:, inputs.structure.model_of_task[0, 0], 0]


def falls(score: Array) -> Array:
    """Deepest fall below what fewer examples had reached, by draw."""
    return (np.maximum.accumulate(score, axis=0) - score).max(axis=0)


def worst_fall(seeds: range, **law: object) -> float:
    """Over many random scenarios and all draws."""
    return max(float(falls(climb(seed, **law)[1]).max()) for seed in seeds)


def test_more_own_data_never_lower_the_own_score_where_nothing_is_forgotten() -> None:
    """``off_task_retention = 1``, equal example lengths, everything else uncertain; 2 to 8 tasks."""
    assert worst_fall(range(28), **{"law.off_task_retention": "100%"}) <= 1e-12


def test_more_own_data_never_lower_the_own_score_without_diversity() -> None:
    """Interference and transfer alone never do, whatever the mixture."""
    assert worst_fall(range(14), **{"law.off_task_retention": "100%", "law.diversity_gain": 0}) <= 1e-12


def test_more_own_data_lower_the_own_score_by_next_to_nothing_under_the_priors() -> None:
    assert worst_fall(range(28)) <= WORST_FALL


def test_more_own_data_lower_the_own_score_by_next_to_nothing_in_the_hardest_cases_found() -> None:
    """Diversity that fades faster than the gap closes is what makes a score fall at all."""
    assert max(worst_fall(range(seed, seed + 1)) for seed in HARDEST) <= WORST_FALL
