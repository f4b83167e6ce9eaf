"""Common random numbers: what a draw means hangs on names alone, never on what else is asked."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from typing import Any

import pytest

from building import ALL_STRATEGIES, answer, assert_same, every_array, lowered, scenario, text_of

OTHERS: dict[str, dict[str, Any]] = {
    **{name: {} for name in ALL_STRATEGIES},
    "mixed": {"kind": "unified", "replay": "5k"},
    "larger": {"kind": "unified", "base": "llama-3.1-70b"},
    "dearer": {"kind": "specialists", "price": "$9 per example", "quality": "90%"},
    "fewer": {"kind": "unified", "examples": {"a": 100, "b": 0, "c": 7}},
    "api": {"kind": "prompted", "api": "gpt-4o-mini", "score": "0.5 to 0.6"},
    "hosted": {"kind": "unified", "serving": "hosted", "method": "lora"},
    "heads": {"kind": "unified", "framing": "own_heads", "routed": True},
    "pairs": {"groups": [["a", "b"], ["c"]]},
}
KEPT = {name: {} for name in ("unified", "specialists", "unified_then_specialists", "merged")}
PRINT_A_HASH = """
import sys, hashlib
from tuneplan.core import evaluate
from tuneplan.scenario.load import loads
from tuneplan.scenario.lower import lower
from tuneplan.study.design import monte_carlo
outcome = evaluate(lower([loads(sys.stdin.read())], monte_carlo(64, seed=5).points).inputs)
arrays = [outcome.score, outcome.delivered, outcome.cost_of()]
print(hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest())
"""


@pytest.mark.parametrize("added", sorted(OTHERS.keys() - KEPT.keys()))
def test_adding_a_strategy_changes_no_other_bit_for_bit(added: str) -> None:
    """Before the others and after them."""
    alone = answer(strategies=KEPT, law={})
    for strategies in ({**KEPT, added: OTHERS[added]}, {added: OTHERS[added], **KEPT}):
        beside = answer(strategies=strategies, law={})
        for name in KEPT:
            assert_same(beside.scores(name), alone.scores(name))
            assert_same(beside.delivered(name), alone.delivered(name))
            assert_same(beside.cost(name), alone.cost(name))


def test_reordering_strategies_changes_none_bit_for_bit() -> None:
    one, other = answer(strategies=OTHERS, law={}), answer(strategies=dict(reversed(OTHERS.items())), law={})
    for name in OTHERS:
        assert_same(one.scores(name), other.scores(name))
        assert_same(one.cost(name), other.cost(name))


def test_adding_a_task_leaves_the_draws_of_other_names() -> None:
    """Its specialist and every number of a task are the same, bit for bit."""
    few = answer(["a", "b"], law={}, router__accuracy="100%")
    many = answer(["d", "a", "c", "b"], law={}, router__accuracy="100%")
    for task, before, after in [("a", 0, 1), ("b", 1, 3)]:
        assert_same(few.score("specialists", task), many.score("specialists", task))
        for name in ("half_gap_examples", "data_exponent", "format_share", "output_tokens"):
            assert_same(few.inputs[name][:, :, before], many.inputs[name][:, :, after])
    assert_same(few.inputs["similarity"][:, :, 0, 1], many.inputs["similarity"][:, :, 1, 3])


def test_reordering_tasks_leaves_the_draws_of_every_name() -> None:
    one, other = (lowered(scenario(names, law={})).inputs for names in ("abc", "cab"))
    for name in ("half_gap_examples", "data_exponent", "example_tokens", "headroom"):
        for task in "abc":
            assert_same(one[name][:, :, "abc".index(task)], other[name][:, :, "cab".index(task)])
    assert_same(one["interference_strength"], other["interference_strength"])


def test_equal_names_meet_equal_points_in_every_scenario() -> None:
    """Scenarios that differ in one number share all other draws."""
    both = answer(["a", "b"], law={}), answer({"a": {"data.examples": "9k"}, "b": {}}, law={})
    assert_same(both[0].inputs["half_gap_examples"], both[1].inputs["half_gap_examples"])
    assert_same(both[0].inputs["discrepancy_draw"], both[1].inputs["discrepancy_draw"])


def test_a_seed_fixes_every_bit_and_another_seed_changes_the_draws() -> None:
    one, again, other = (answer(strategies=OTHERS, law={}, seed=seed) for seed in (7, 7, 8))
    for name, array in every_array(one.outcome).items():
        assert array.tobytes() == every_array(again.outcome)[name].tobytes()
    assert (one.delivered("unified") != other.delivered("unified")).all()


def test_a_seed_fixes_every_bit_in_every_process() -> None:
    """Whatever the order in which Python happens to hash names."""
    text = text_of("abc", strategies=OTHERS, law={})
    found = {
        subprocess.run(
            [sys.executable, "-c", PRINT_A_HASH], input=text, text=True, capture_output=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
        ).stdout
        for hash_seed in ("1", "2")
    }  # fmt: skip
    assert len(found) == 1
    assert len(found.pop().strip()) == len(hashlib.sha256().hexdigest())
