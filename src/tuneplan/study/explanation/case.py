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
from tuneplan.scenario.records import UNSEEN
from tuneplan.study.decision import Estimate
from tuneplan.study.explanation.node import Node, estimated, walk
from tuneplan.study.in_use import Choices, choices_of
from tuneplan.study.results import Verdict
from tuneplan.units import POINTS_PER_SCALE

Reads = Callable[[Inputs, Learned], object]
"""What computes a part of the law; run to find which numbers it reads."""
MIX_WORDS = "the public instruction mix"


class Case:
    """Arrays of a verdict; each is made when it is first asked for, by the functions that the run called."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict, self.run, self.scenario = verdict, verdict.run, verdict.run.scenario
        self.inputs, self.structure = self.run.lowered.inputs, self.run.lowered.inputs.structure
        self.tasks, self.strategies = self.scenario.tasks, self.scenario.strategies
        self.scrambles = self.run.design.scrambles
        self._made: dict[str, Array] = {}
        self._nodes: dict[str, tuple[Node, ...]] = {}
        self._below: dict[str, frozenset[str]] = {}
        self._read: dict[tuple[object, ...], tuple[str, ...]] = {}
        self._in_use: dict[int, dict[str, bool]] = {}
        self._choices: dict[int, Choices] = {}
        self._constants: dict[int, tuple[Facts, Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]]] = {}

    # --- arrays ----------------------------------------------------------------------------------

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
    def thin(self) -> Inputs:
        """The same with one draw: enough to note what a function reads."""
        return replace(self.inputs, numbers={name: array[..., :1] for name, array in self.inputs.numbers.items()})

    @cached_property
    def thin_learned(self) -> Learned:
        return learn(self.thin)

    def made(self, name: str, make: Callable[[], Array]) -> Array:
        """An array by a name of the explanation's own, made once."""
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]

    def once(self, key: str, make: Callable[[], tuple[Node, ...]]) -> tuple[Node, ...]:
        """Nodes by key, made once: equal keys are equal numbers, made of the same."""
        if key not in self._nodes:
            self._nodes[key] = make()
        return self._nodes[key]

    def inputs_below(self, key: str, make: Callable[[], Node]) -> frozenset[str]:
        """Paths of the inputs below a node, by its key."""
        if key not in self._below:
            self._below[key] = frozenset(each.key for each in walk(make()) if each.quantity is not None)
        return self._below[key]

    def read_by(self, *functions: Reads) -> tuple[str, ...]:
        """Numbers that functions of the law read, found by running them."""
        if functions not in self._read:
            seen = Recording(self.thin.numbers)
            for function in functions:
                function(replace(self.thin, numbers=seen), self.thin_learned)
            self._read[functions] = seen.read
        return self._read[functions]

    # --- what is known about them ----------------------------------------------------------------

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
        known = self._in_use.setdefault(strategy, {})
        if path not in known:
            known[path] = self.choices(strategy).read(path)
        return known[path]

    def constants(self, strategy: int) -> tuple[Facts, Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]]:
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

    # --- numbers ---------------------------------------------------------------------------------

    def estimate(self, draws: Array) -> Estimate:
        return estimated(np.asarray(draws), self.scrambles)

    def points(self, draws: Array) -> Estimate:
        """Of a normalised score. [point]"""
        return self.estimate(POINTS_PER_SCALE * draws)


def cell(array: Array, second: int, third: int = 0) -> Array:
    """Draws of one cell of the first scenario; an axis of length 1 stands for all. ``(draw,)``"""
    return array[0, second if array.shape[1] > 1 else 0, third if array.shape[2] > 1 else 0]  # type: ignore[no-any-return]


def owner_of(case: Case, row: int) -> str:
    """Owner of a number by request: a task, or ``unseen``."""
    return case.tasks[row] if row < len(case.tasks) else UNSEEN
