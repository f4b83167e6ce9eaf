"""A verdict opened up: every array that an explanation looks at, made as the run made it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property

import numpy as np

from tuneplan.axes import Array
from tuneplan.core import declared_params
from tuneplan.core.arrays import Inputs, Recording
from tuneplan.core.derived import Arrays
from tuneplan.core.learning import Learned, learn, remaining_gap, score_of_models
from tuneplan.core.registry import Param
from tuneplan.scenario.lowering.constants import Facts, facts_of, read_by_constants
from tuneplan.study.decision import Estimate
from tuneplan.study.explanation.node import Node, estimated, walk
from tuneplan.study.in_use import Choices, choices_of
from tuneplan.study.results import Verdict
from tuneplan.units import POINTS_PER_SCALE

Reads = Callable[[Inputs, Learned], object]
"""What computes a part of the law; run to find which numbers it reads."""
ReadByConstants = Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
MIX_WORDS = "the public instruction mix"


class Memory:
    """What was made once, by name."""

    def __init__(self) -> None:
        self._arrays: dict[str, Array] = {}
        self._nodes: dict[str, tuple[Node, ...]] = {}
        self._below: dict[str, frozenset[str]] = {}

    def made(self, name: str, make: Callable[[], Array]) -> Array:
        """An array, by a name of the explanation's own."""
        if name not in self._arrays:
            self._arrays[name] = make()
        return self._arrays[name]

    def once(self, key: str, make: Callable[[], tuple[Node, ...]]) -> tuple[Node, ...]:
        """Nodes by key: equal keys are equal numbers, made of the same."""
        if key not in self._nodes:
            self._nodes[key] = make()
        return self._nodes[key]

    def inputs_below(self, key: str, make: Callable[[], Node]) -> frozenset[str]:
        """Paths of the inputs below a node, by its key."""
        if key not in self._below:
            self._below[key] = frozenset(each.key for each in walk(make()) if each.quantity is not None)
        return self._below[key]


class Case(Memory):
    """Arrays of a verdict; each is made when it is first asked for, by the functions that the run called."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__()
        self.verdict, self.run, self.scenario = verdict, verdict.run, verdict.run.scenario
        self.inputs, self.structure = self.run.lowered.inputs, self.run.lowered.inputs.structure
        self.tasks, self.strategies = self.scenario.tasks, self.scenario.strategies
        self.scrambles = self.run.design.scrambles
        self._read: dict[tuple[Reads, ...], tuple[str, ...]] = {}
        self._in_use: dict[tuple[int, str], bool] = {}
        self._choices: dict[int, Choices] = {}
        self._constants: dict[int, tuple[Facts, ReadByConstants]] = {}

    @cached_property
    def arrays(self) -> Arrays:
        """What cost lines name."""
        return Arrays(self.inputs)

    @cached_property
    def learned(self) -> Learned:
        return learn(self.inputs)

    @cached_property
    def by_model(self) -> Array:
        """Scores, ``(scenario, model, request, draw)``."""
        return score_of_models(self.inputs, self.learned)

    @cached_property
    def gap(self) -> Array:
        """Remaining gap, same shape."""
        return remaining_gap(self.inputs, self.learned)

    @cached_property
    def thin(self) -> tuple[Inputs, Learned]:
        """The same with one draw: enough to note what a function reads."""
        inputs = replace(self.inputs, numbers={name: array[..., :1] for name, array in self.inputs.numbers.items()})
        return inputs, learn(inputs)

    def read_by(self, *functions: Reads) -> tuple[str, ...]:
        """Numbers that functions of the law read, found by running them."""
        if functions not in self._read:
            inputs, learned = self.thin
            seen = Recording(inputs.numbers)
            for function in functions:
                function(replace(inputs, numbers=seen), learned)
            self._read[functions] = seen.read
        return self._read[functions]

    @cached_property
    def params(self) -> Mapping[str, Param]:
        """Declared numbers by name."""
        return {param.name: param for param in declared_params()}

    def choices(self, strategy: int) -> Choices:
        """Which numbers are in use for a strategy."""
        if strategy not in self._choices:
            self._choices[strategy] = choices_of(self.run, strategy)
        return self._choices[strategy]

    def reads(self, strategy: int, path: str) -> bool:
        """Whether anything of a strategy reads a number that the run took."""
        if (strategy, path) not in self._in_use:
            self._in_use[strategy, path] = self.choices(strategy).read(path)
        return self._in_use[strategy, path]

    def constants(self, strategy: int) -> tuple[Facts, ReadByConstants]:
        """Facts about a strategy, and which of them each constant reads."""
        if strategy not in self._constants:
            rank, sequence = (float(self.inputs[name].flat[0]) for name in ("lora_rank", "sequence_length"))
            facts = facts_of(self.scenario, self.structure.strategies[strategy], rank, sequence)
            self._constants[strategy] = facts, read_by_constants(facts)
        return self._constants[strategy]

    def request(self, row: int) -> str:
        """Name of a request."""
        return self.scenario.requests[row]

    def column(self, row: int) -> str:
        """Name of a source of examples."""
        return self.tasks[row] if row < len(self.tasks) else MIX_WORDS

    def members(self, model: int) -> tuple[int, ...]:
        """Columns that a model was trained on."""
        found = self.structure.models[model]
        return tuple(sorted(found.last | found.earlier))

    def estimate(self, draws: Array) -> Estimate:
        return estimated(np.asarray(draws), self.scrambles)

    def points(self, draws: Array) -> Estimate:
        """Of a normalised score. [point]"""
        return self.estimate(POINTS_PER_SCALE * draws)


def cell(array: Array, second: int, third: int = 0) -> Array:
    """Draws of one cell of the first scenario; an axis of length 1 stands for all. ``(draw,)``"""
    return array[0, second if array.shape[1] > 1 else 0, third if array.shape[2] > 1 else 0]  # type: ignore[no-any-return]
