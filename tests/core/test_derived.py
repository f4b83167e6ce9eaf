"""Derived arrays: each is what its signature says, and by task reads its own task alone."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

from building import ALL_STRATEGIES, lowered, scenario
from tuneplan.core import declared_params
from tuneplan.core.costs import COSTS
from tuneplan.core.derived import DERIVED, OF_MIX, OF_UNSEEN, Arrays
from tuneplan.core.registry import Registry, bind

TASKS = ("a", "b", "c")
RICH = {
    "serving": {"latency": "40 ms/token", "mode": "scale_to_zero"},
    "gpu": {"kind": "h100-sxm", "spot": True},
    "unseen": {"share": 0.1, "score": {"base": 0.4}},
}


@pytest.fixture(scope="module", params=["with a mix", "without"])
def arrays(request: pytest.FixtureRequest) -> Arrays:
    """Every strategy, spot training, generated examples, a latency limit: little is left out."""
    strategies: dict[str, dict[str, object]] = {name: {} for name in ALL_STRATEGIES}
    if request.param == "with a mix":
        strategies["broad"] = {"kind": "unified", "replay": "3k"}
    tasks = {name: {"data.synthetic.share": 0.3, "data.examples": f"{size}k"} for name, size in zip(TASKS, (1, 2, 4), strict=True)}
    return Arrays(lowered(scenario(tasks, strategies=strategies, **RICH)).inputs)


def spoilt(array: np.ndarray, task: int) -> np.ndarray:
    """The same at one task, other numbers at the others."""
    other = 1.7 * array + 0.3
    other[:, :, task] = array[:, :, task]
    return other


def test_an_array_by_task_reads_its_own_task_alone(arrays: Arrays) -> None:
    """What an explanation takes for granted when it follows a cost down to one task's inputs."""
    looked_at = 0
    for entry in DERIVED:
        asked = {name: arrays[name] for name in entry.arguments if name in arrays and name != "structure"}
        by_task = [name for name, array in asked.items() if array.ndim == 4 and array.shape[2] == len(TASKS)]
        if arrays[entry.name].shape[2] != len(TASKS) or not by_task:
            continue
        for task in range(len(TASKS)):
            moved = {name: spoilt(array, task) if name in by_task else array for name, array in asked.items()}
            given = {"structure": arrays["structure"]} if "structure" in entry.arguments else {}
            np.testing.assert_array_equal(entry.function(**given, **moved)[:, :, task], arrays[entry.name][:, :, task])
            looked_at += 1
    assert looked_at > 3 * 15


def test_every_array_can_be_made_and_lies_on_the_axes(arrays: Arrays) -> None:
    strategies = len(arrays.inputs.structure.strategies)
    for entry in DERIVED:
        array = arrays[entry.name]
        assert array.ndim == 4, entry.name
        assert array.shape[0] == 1
        assert array.shape[1] in (1, strategies), entry.name
        assert array.shape[2] in (0, 1, len(TASKS)), entry.name


def test_every_array_says_what_it_is_and_in_which_unit() -> None:
    for entry in DERIVED:
        assert entry.labels["unit"], entry.name
        assert inspect.getdoc(entry.function), entry.name
        assert entry.doc.endswith("."), entry.name


def test_no_derived_array_hides_a_declared_number() -> None:
    assert not {entry.name for entry in DERIVED} & {param.name for param in declared_params()}


def test_every_derived_array_is_named_by_something() -> None:
    """None is left over."""
    asked = {name for registry in (COSTS, DERIVED) for entry in registry for name in entry.arguments}
    assert {entry.name for entry in DERIVED} <= asked


def test_numbers_come_cut_to_tasks_and_apart_from_what_stands_behind_them(arrays: Arrays) -> None:
    tokens = arrays.inputs["input_tokens"]
    np.testing.assert_array_equal(arrays["input_tokens"], tokens[:, :, :3])
    np.testing.assert_array_equal(arrays["input_tokens" + OF_UNSEEN], tokens[:, :, 3:])
    assert arrays["examples" + OF_MIX].shape[2] == arrays.inputs.structure.columns - 3


def test_an_array_is_made_once(arrays: Arrays) -> None:
    assert arrays["run_hours"] is arrays["run_hours"]
    assert len(arrays) == len(set(arrays))


def test_what_a_latency_limit_makes_is_there_only_with_a_limit() -> None:
    without = Arrays(lowered(scenario(TASKS)).inputs)
    assert "task_latency_seconds" not in without
    assert "nothing of the kind" not in without
    assert "latency" not in without
    assert "task_seconds" in without
    assert without["task_seconds"].shape[2] == 3


def test_an_argument_with_a_default_may_be_missing() -> None:
    registry = Registry("toy")

    @registry.add()
    def toy(one, other=2.0):  # type: ignore[no-untyped-def]
        return one + other

    assert registry["toy"].arguments == ("one", "other")
    assert registry["toy"].required == ("one",)
    assert bind(registry["toy"], {"one": 1.0}) == 3.0
    assert bind(registry["toy"], {"one": 1.0, "other": 5.0}) == 6.0
    with pytest.raises(LookupError, match="toy asks for one, which no Param declares"):
        bind(registry["toy"], {"other": 1.0})
