"""A pure function of arrays, compiled once and run block by block."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import product
from math import prod
from threading import Lock
from typing import Any

from tuneplan.core.program.binding import Bound
from tuneplan.core.program.nodes import GuardBroken, Traced, Untraceable, actual, consumers
from tuneplan.core.program.rewriting import free_lengths, rewritten
from tuneplan.core.program.tracing import traced
from tuneplan.core.program.workspace import arranged
from tuneplan.late import np

Function = Callable[[Mapping[str, Any]], Mapping[str, Any]]
ELEMENTS = 64_000
"""Elements of the largest array of a block: what is alive of a block then stays in the cache, and threads seldom wait."""
SPARE = 4
"""Memories that are kept at most beside those in use."""
RELATIVE = 1e-9
"""How far a program may be from the function that it was made of."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some scenarios and some draws."""

    scenarios: slice
    draws: slice


@dataclass(slots=True)
class Program:
    """What ``compiled`` gives.

    Attributes
    ----------
    function
        The function as it is written: what a block that breaks a guard is given to.
    numbers
        What it was compiled with.
    varying
        Names that may differ from run to run.
    traced
        Its lines; None: it could not be traced, and every block is given to the function.
    """

    function: Function
    numbers: Mapping[str, Any]
    varying: frozenset[str]
    traced: Traced | None
    free: frozenset[int] = frozenset()
    order: Sequence[int] = ()
    spare: list[Bound] = field(default_factory=list)
    lock: Any = field(default_factory=Lock)

    def run(self, numbers: Mapping[str, Any]) -> dict[str, Any]:
        """Outputs of one block, of any scenarios and draws, as if by the function.

        Parameters
        ----------
        numbers
            Varying ones; others are as they were compiled.
        """
        whole = self._with(numbers)
        lengths = self._lengths(whole)
        block = Block(slice(0, lengths[0]), slice(0, lengths[1]))
        return self._work(whole, block, lambda outputs: {name: each.copy() for name, each in outputs.items()})

    def run_blocks(self, numbers: Mapping[str, Any], *, rows: int | None = None, workers: int = 1) -> dict[str, Any]:
        """Outputs of many scenarios and draws, worked out block by block.

        The grid of blocks depends on the program and on ``rows`` alone: results are the same, bit for bit, for any
        number of workers.

        Parameters
        ----------
        rows
            Scenarios of a block, or draws where there is one scenario; None: as many as fit into the cache.
        workers
            Threads.
        """
        whole = self._with(numbers)
        found: dict[str, Any] = {}
        lock = Lock()

        def put(block: Block, outputs: Mapping[str, Any]) -> None:
            for name, array in outputs.items():
                with lock:
                    if name not in found:
                        found[name] = np.empty(self._whole_shape(name, array.shape, block, lengths), dtype=array.dtype)
                found[name][_part(found[name].shape, array.shape, block, lengths)] = array

        lengths = self._lengths(whole)
        self.each_block(numbers, put, rows=rows, workers=workers)
        return found

    def each_block(
        self, numbers: Mapping[str, Any], use: Callable[[Block, Mapping[str, Any]], object], *, rows: int | None = None, workers: int = 1
    ) -> None:  # fmt: skip
        """Hand the outputs of each block to a function, which must be done with them when it returns; nothing is kept."""
        whole = self._with(numbers)
        blocks = self.grid(whole, rows=rows)
        if workers == 1 or len(blocks) == 1:
            for block in blocks:
                self._work(whole, block, lambda outputs, block=block: use(block, outputs))
            return
        with ThreadPoolExecutor(workers) as pool:
            for _ in pool.map(lambda block: self._work(whole, block, lambda outputs: use(block, outputs)), blocks):
                pass

    # --- blocks ---

    def _with(self, numbers: Mapping[str, Any]) -> dict[str, Any]:
        unknown = [name for name in numbers if name not in self.varying and numbers[name] is not self.numbers.get(name)]
        if unknown:
            raise ValueError(f"{', '.join(sorted(unknown))}: fixed when this was compiled")
        return {**self.numbers, **numbers}

    def _lengths(self, numbers: Mapping[str, Any]) -> tuple[int, int]:
        """Scenarios and draws."""
        first, last = (max((each.shape[axis] for each in numbers.values() if each.ndim > 1), default=1) for axis in (0, -1))
        return first, last

    def grid(self, numbers: Mapping[str, Any], *, rows: int | None = None) -> list[Block]:
        """Blocks of these scenarios and draws, in order: whole scenarios, as many as fit, or some draws of one."""
        scenarios, draws = self._lengths(numbers)
        most_scenarios, most_draws = self.block_lengths(scenarios, draws)
        if rows is not None and self.traced is not None:
            most_scenarios, most_draws = (rows, draws) if scenarios > 1 else (1, rows)
        return [Block(one, other) for one, other in product(_cut(scenarios, most_scenarios), _cut(draws, most_draws))]

    def block_lengths(self, scenarios: int, draws: int) -> tuple[int, int]:
        """Scenarios and draws of a block."""
        if self.traced is None:
            return scenarios, draws
        widest = max((self._outer(line) for line in self.order), default=1)
        fitting = max(1, ELEMENTS // widest)
        if not self.mixes(-1) and (fitting < draws or scenarios == 1):
            return 1, fitting
        return (scenarios if self.mixes(0) else max(1, fitting // draws)), draws

    def _outer(self, line: int) -> int:
        """Elements of a line for one scenario and draw."""
        assert self.traced is not None
        return prod(1 if length in self.traced.stand_ins else length for length in self.traced.nodes[line].shape)

    def mixes(self, axis: int) -> bool:
        """Whether any output of a scenario (0), or of a draw (-1), rests on others."""
        if self.traced is None:
            return True
        stand_in, nodes = self.traced.stand_ins[axis], self.traced.nodes
        apart = consumers(nodes, list(self.traced.outputs.values()))
        return stand_in > 0 and any(
            stand_in in nodes[each].shape and stand_in not in nodes[line].shape for line in apart for each in nodes[line].inputs
        )

    def _whole_shape(self, name: str, shape: tuple[int, ...], block: Block, lengths: tuple[int, int]) -> tuple[int, ...]:
        """Shape of an output of all blocks."""
        if self.traced is None:
            return shape
        of_line = self.traced.nodes[self.traced.outputs[name]].shape
        return actual(of_line, self._stood_for(lengths))

    def _stood_for(self, lengths: tuple[int, int]) -> dict[int, int]:
        """Stand-in -> how long the axis is."""
        assert self.traced is not None
        return {stand_in: length for stand_in, length in zip(self.traced.stand_ins, lengths, strict=True) if stand_in > 0}

    # --- one block ---

    def _work(self, numbers: Mapping[str, Any], block: Block, use: Callable[[Mapping[str, Any]], Any]) -> Any:
        """Work through a block and hand on what comes out; by the function itself where a guard breaks."""
        if self.traced is None:
            return use(self._plainly(numbers, block))
        bound = self._taken(block)
        try:
            self._cut_sources(bound, numbers, block)
            bound.run()
            return use({name: bound.arrays[line] for name, line in self.traced.outputs.items()})
        except GuardBroken:
            return use(self._plainly(numbers, block))
        finally:
            with self.lock:
                self.spare.append(bound)
                del self.spare[: -SPARE if len(self.spare) > SPARE else 0]

    def _plainly(self, numbers: Mapping[str, Any], block: Block) -> dict[str, Any]:
        with np.errstate(all="ignore"):
            made = self.function({name: _cut_to(each, block) for name, each in numbers.items()})
        return {name: np.asarray(each) for name, each in made.items()}

    def _taken(self, block: Block) -> Bound:
        """A memory for a block of this size, no other thread's."""
        assert self.traced is not None
        lengths = self._stood_for((block.scenarios.stop - block.scenarios.start, block.draws.stop - block.draws.start))
        with self.lock:
            for place, each in enumerate(self.spare):
                if each.lengths == lengths:
                    return self.spare.pop(place)
        nodes = self.traced.nodes
        direct = frozenset(line for line in self.order if nodes[line].op == "constant" and nodes[line].value.shape == actual(nodes[line].shape, lengths))
        return Bound(nodes, self.order, list(self.traced.outputs.values()), self.traced.guards, lengths, direct)

    def _cut_sources(self, bound: Bound, numbers: Mapping[str, Any], block: Block) -> None:
        assert self.traced is not None
        for line in self.order:
            node = self.traced.nodes[line]
            if node.op == "input":
                bound.sources[line] = _cut_to(numbers[node.settings], block)
            elif node.op == "constant" and line not in bound.direct:
                bound.sources[line] = _cut_to(node.value, block)


def _cut(length: int, most: int) -> list[slice]:
    return [slice(start, min(start + most, length)) for start in range(0, length, most)]


def _cut_to(array: Any, block: Block) -> Any:
    """The part of an array that belongs to a block."""
    if array.ndim < 2:
        return array
    array = array if array.shape[0] == 1 else array[block.scenarios]
    return array if array.shape[-1] == 1 else array[..., block.draws]


def _part(whole: tuple[int, ...], part: tuple[int, ...], block: Block, lengths: tuple[int, int]) -> tuple[Any, ...]:
    """Where the output of a block goes."""
    scenarios = block.scenarios if len(whole) > 1 and whole[0] == lengths[0] else slice(None)
    draws = block.draws if len(whole) > 1 and whole[-1] == lengths[1] else slice(None)
    return (scenarios, ..., draws) if len(whole) > 1 else (slice(None),)


def compiled(function: Function, numbers: Mapping[str, Any], varying: frozenset[str]) -> Program:
    """A pure function of named arrays as a program of NumPy calls.

    Parameters
    ----------
    function
        Pure; asks nothing of its arrays but what NumPy offers.
    numbers
        Arrays whose first axis is the scenario and whose last is the draw; what they hold is an example as far as they vary.
    varying
        Names whose arrays may differ from run to run; all that rests on the others alone is worked out here, once.

    >>> numbers = {"price": np.ones((1, 1, 1, 5)), "size": np.full((1, 2, 1, 1), 3.0)}
    >>> program = compiled(lambda n: {"cost": n["price"] * n["size"] ** 2}, numbers, frozenset({"price"}))
    >>> program.run({"price": np.array([[[[1.0, 2.0]]]])})["cost"][0, 0, 0].tolist()
    [9.0, 18.0]
    """
    for whole in (False, True):
        try:
            short = rewritten(traced(function, numbers, whole=whole), numbers, varying)
        except GuardBroken:
            continue
        except Untraceable:
            break
        order = arranged(short.nodes, consumers(short.nodes, [*short.outputs.values(), *short.guards]), list(short.outputs.values()))
        return Program(function, numbers, varying, short, free_lengths(short, varying), order)
    return Program(function, numbers, varying, None)
