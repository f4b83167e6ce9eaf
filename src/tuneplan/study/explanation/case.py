"""A verdict opened up: every array that an explanation looks at, made as the run made it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import islice
from typing import Any, TypeVar

import numpy as np

from tuneplan.axes import Array
from tuneplan.core import declared_params
from tuneplan.core.arrays import Inputs, Recording
from tuneplan.core.derived import Arrays
from tuneplan.core.learning import Learned, learn, remaining_gap, score_of_models
from tuneplan.core.registry import Param
from tuneplan.core.schedule.project import read_by_phases
from tuneplan.scenario.lowering.constants import Facts, facts_of, read_by_constants
from tuneplan.study.decision import Estimate
from tuneplan.study.explanation.node import Node, estimated, walk
from tuneplan.study.in_use import Choices, choices_of
from tuneplan.study.options import objective_of, request_weight
from tuneplan.study.results import Verdict
from tuneplan.study.run import Run, blocks_of
from tuneplan.units import POINTS_PER_SCALE

Reads = Callable[[Inputs, Learned], object]
"""What computes a part of the law; run to find which numbers it reads."""
Value = Callable[["View"], Array]
"""What holds a part of the law."""
ReadByConstants = Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
T = TypeVar("T")
MIX_WORDS = "the public instruction mix"


class View:
    """Arrays of some draws; each is made when it is first asked for, by the functions that the run called."""

    def __init__(self, inputs: Inputs) -> None:
        self.inputs = inputs
        self._made: dict[str, Array] = {}

    def made(self, name: str, value: Value) -> Array:
        """An array by name."""
        if name not in self._made:
            self._made[name] = value(self)
        return self._made[name]

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


class Memory:
    """Nodes that were made once, by key."""

    def __init__(self) -> None:
        self._nodes: dict[str, tuple[Node, ...]] = {}
        self._below: dict[str, frozenset[str]] = {}
        self._found: dict[tuple[object, ...], Any] = {}

    def forget(self) -> None:
        """As if none had been made."""
        self._nodes, self._below = {}, {}

    def once(self, key: str, make: Callable[[], tuple[Node, ...]]) -> tuple[Node, ...]:
        """Nodes by key: equal keys are equal numbers, made of the same."""
        if key not in self._nodes:
            self._nodes[key] = make()
        return self._nodes[key]

    def found(self, key: tuple[object, ...], find: Callable[[], T]) -> T:
        """What is the same whatever the draws are, by key."""
        if key not in self._found:
            self._found[key] = find()
        return self._found[key]  # type: ignore[no-any-return]

    def inputs_below(self, key: str, make: Callable[[], Node]) -> frozenset[str]:
        """Paths of the inputs below a node, by its key."""
        if key not in self._below:
            self._below[key] = frozenset(each.key for each in walk(make()) if each.quantity is not None)
        return self._below[key]


class Cells(Memory):
    """Draws of single cells of the law's arrays.

    Of a run that was worked through in one go the arrays are held whole. Of a larger one a tree is
    grown twice: first to learn which cells it wants, then with these, gathered block by block.
    """

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run, self.inputs = run, run.lowered.inputs
        blocks = list(islice(blocks_of(run.design, run.lowered), 2))
        self._whole = View(blocks[0]) if len(blocks) == 1 else None
        self._gathered: dict[tuple[str, int, int], Array] = {}
        self._wanted: dict[tuple[str, int, int], Value] = {}

    @cached_property
    def thin(self) -> View:
        """All with one draw: enough to know shapes, and to note what a function reads."""
        return View(replace(self.inputs, numbers={name: array[..., :1] for name, array in self.inputs.numbers.items()}))

    def draws(self, name: str, value: Value, second: int, third: int = 0) -> Array:
        """Draws of one cell of an array by name, ``(draw,)``; zeros as long as it is only wanted."""
        if self._whole is not None:
            return cell(self._whole.made(name, value), second, third)
        if (name, second, third) in self._gathered:
            return self._gathered[name, second, third]
        self._wanted[name, second, third] = value
        return np.zeros(self.run.design.draws)

    def grown(self, make: Callable[[], Node]) -> Node:
        """A tree with every cell that it wants."""
        node = make()
        while self._wanted:
            self._gather()
            self.forget()
            node = make()
        return node

    def _gather(self) -> None:
        found: dict[tuple[str, int, int], list[Array]] = {key: [] for key in self._wanted}
        for inputs in blocks_of(self.run.design, self.run.lowered):
            view = View(inputs)
            for (name, second, third), value in self._wanted.items():
                found[name, second, third].append(cell(view.made(name, value), second, third))
        self._gathered |= {key: parts[0] if parts[0].size == 1 else np.concatenate(parts) for key, parts in found.items()}
        self._wanted = {}


class Case(Cells):
    """A verdict, and what there is to know of it."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.run)
        self.verdict, self.scenario, self.structure = verdict, verdict.run.scenario, self.inputs.structure
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
    def weights(self) -> Array:
        """Share of all requests that each has. ``(request, draw)``"""
        return request_weight(self.run)

    @cached_property
    def objective(self) -> Array:
        """What strategies are ranked by. ``(strategy, draw)``"""
        cost = np.broadcast_to(self.run.outcome.cost_of()[0], (len(self.strategies), self.run.design.draws))
        return objective_of(self.run, cost)[0]

    def read_by(self, *functions: Reads) -> tuple[str, ...]:
        """Numbers that functions of the law read, found by running them."""
        if functions not in self._read:
            seen = Recording(self.thin.inputs.numbers)
            for function in functions:
                function(replace(self.thin.inputs, numbers=seen), self.thin.learned)
            self._read[functions] = seen.read
        return self._read[functions]

    @cached_property
    def schedule_reads(self) -> Mapping[str, tuple[str, ...]]:
        """Phase of a project -> what its simulation reads, found by setting it up."""
        return read_by_phases(self.thin.inputs)

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
