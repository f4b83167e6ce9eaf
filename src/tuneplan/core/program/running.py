"""A pure function of arrays, compiled once and run block by block."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from math import prod
from threading import Lock
from typing import Any

from tuneplan.core.program.binding import Bound
from tuneplan.core.program.blocks import (
    Block,
    check_lengths,
    check_like,
    cut,
    cut_to,
    lengths_of,
    mixes,
    place_of,
)
from tuneplan.core.program.nodes import GuardBroken, Lengths, Traced, Untraceable, actual, consumers
from tuneplan.core.program.rewriting import rewritten
from tuneplan.core.program.tracing import traced
from tuneplan.core.program.workspace import arranged
from tuneplan.late import np

Numbers = Mapping[str, Any]
Function = Callable[[Numbers], Numbers]
ELEMENTS, PAGE = 200_000, 512
"""Elements of the largest array of a block, few enough for what is alive of a block to stay in the cache, and so many that two threads
seldom wait for one another between calls; measured. And draws in whole pages of memory, one at least, so that all rows begin with a
line of the cache."""
FEW = 8
"""Scenarios and draws on which a program is compared with its function before it is used."""
SPARE = 4
"""Memories that are kept at most beside those in use."""


class Memories:
    """A program's lines, and memories laid out for them: one for each thread and length of block."""

    def __init__(self, short: Traced) -> None:
        self.traced = short
        outputs = list(short.outputs.values())
        self.order = arranged(short.nodes, consumers(short.nodes, [*outputs, *short.guards]), outputs)
        self.spare: list[Bound] = []
        self.lock = Lock()

    def lengths(self, lengths: tuple[int, int]) -> Lengths:
        """Stand-in -> how long the axis is."""
        return {stand_in: length for stand_in, length in zip(self.traced.stand_ins, lengths, strict=True) if stand_in > 0}

    def take(self, block: Block) -> Bound:
        """A memory for a block of this size, no other thread's."""
        lengths = self.lengths(block.lengths)
        with self.lock:
            for place, each in enumerate(self.spare):
                if each.lengths == lengths:
                    return self.spare.pop(place)
        return Bound(self.traced, self.order, lengths)

    def give_back(self, bound: Bound) -> None:
        """Keep a memory for the next block; the longest unused go."""
        with self.lock:
            self.spare.append(bound)
            del self.spare[:-SPARE]

    @property
    def widest(self) -> int:
        """Elements of the largest array, for one scenario and draw."""
        shapes = (self.traced.nodes[line].shape for line in self.order)
        return max((prod(1 if length in self.traced.stand_ins else length for length in shape) for shape in shapes), default=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What ``compiled`` gives.

    Attributes
    ----------
    function
        The function as it is written: what a block is given to whose numbers take another way than the example's.
    numbers
        What it was compiled with.
    varying
        Names that may differ from run to run.
    memories
        Its lines; None: it could not be traced, and everything is given to the function.
    """

    function: Function
    numbers: Numbers
    varying: frozenset[str]
    memories: Memories | None

    def run(self, numbers: Numbers) -> dict[str, Any]:
        """Outputs of one block, of any scenarios and draws, as if by the function.

        Parameters
        ----------
        numbers
            Varying ones; others are as they were compiled.

        Raises
        ------
        ValueError
            Another number is given, or arrays do not fit each other.
        """
        whole = self._with(numbers)
        (block,) = cut(lengths_of(whole), lengths_of(whole))
        return self._work(whole, block, lambda outputs: {name: np.array(each) for name, each in outputs.items()})  # type: ignore[no-any-return]

    def run_blocks(self, numbers: Numbers, *, rows: int | None = None, workers: int = 1) -> dict[str, Any]:
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
        lengths, lock = lengths_of(self._with(numbers)), Lock()
        found: dict[str, Any] = {}

        def put(block: Block, outputs: Numbers) -> None:
            for name, array in outputs.items():
                with lock:
                    if name not in found:
                        found[name] = np.empty(self._whole_shape(name, array.shape, lengths), dtype=array.dtype)
                found[name][place_of(found[name].shape, block, lengths)] = array

        self.each_block(numbers, put, rows=rows, workers=workers)
        return found

    def each_block(self, numbers: Numbers, use: Callable[[Block, Numbers], object], *, rows: int | None = None, workers: int = 1) -> None:
        """Hand the outputs of each block to a function, which must be done with them when it returns; nothing is kept.

        With several workers it is called from their threads, in any order.
        """
        whole = self._with(numbers)

        def work(block: Block) -> None:
            self._work(whole, block, lambda outputs: use(block, outputs))

        blocks = self.grid(whole, rows=rows)
        if min(workers, len(blocks)) == 1:
            for block in blocks:
                work(block)
            return
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(work, blocks))

    def grid(self, numbers: Numbers, *, rows: int | None = None) -> list[Block]:
        """Blocks of these scenarios and draws, in order: whole scenarios, as many as fit, or some draws of one."""
        return _grid(self.memories, lengths_of(numbers), rows)

    def _with(self, numbers: Numbers) -> dict[str, Any]:
        """All numbers, these among them."""
        strange = [name for name in numbers if name not in self.varying and numbers[name] is not self.numbers.get(name)]
        if strange:
            raise ValueError(f"{', '.join(sorted(strange))}: fixed when this was compiled")
        for name, each in numbers.items():
            check_like(name, each.shape, compiled=self.numbers[name].shape)
        whole = {**self.numbers, **numbers}
        check_lengths(whole)
        return whole

    def _whole_shape(self, name: str, shape: tuple[int, ...], lengths: tuple[int, int]) -> tuple[int, ...]:
        """Shape of an output of all blocks."""
        if self.memories is None:
            return shape
        short = self.memories.traced
        return actual(short.nodes[short.outputs[name]].shape, self.memories.lengths(lengths))

    def _work(self, numbers: Numbers, block: Block, use: Callable[[Numbers], Any]) -> Any:
        """Work through a block and hand on what comes out; by the function itself where its numbers take another way."""
        if self.memories is None:
            return use(_plainly(self.function, numbers, block))
        bound = self.memories.take(block)
        try:
            bound.run({line: cut_to(numbers[name], block) for line, name in self.memories.traced.names.items()}, block)
            return use({name: bound.arrays[line] for name, line in self.memories.traced.outputs.items()})
        except GuardBroken:
            return use(_plainly(self.function, numbers, block))
        finally:
            self.memories.give_back(bound)


def _plainly(function: Function, numbers: Numbers, block: Block) -> dict[str, Any]:
    """A block by the function as it is written."""
    with np.errstate(all="ignore"):
        made = function({name: cut_to(each, block) for name, each in numbers.items()})
    return {name: np.asarray(each) for name, each in made.items()}


def _grid(memories: Memories | None, lengths: tuple[int, int], rows: int | None) -> list[Block]:
    """Blocks, as ``Program.grid``; one alone of what could not be traced."""
    scenarios, draws = lengths
    if memories is None:
        return cut(lengths, lengths)
    if rows is not None:
        return cut(lengths, (rows, draws) if scenarios > 1 else (1, rows))
    fitting = max(1, round(ELEMENTS / memories.widest / PAGE)) * PAGE
    if not mixes(memories.traced, -1) and (fitting < draws or scenarios == 1):
        return cut(lengths, (1, fitting))
    return cut(lengths, (scenarios if mixes(memories.traced, 0) else max(1, fitting // draws), draws))


def compiled(function: Function, numbers: Numbers, varying: frozenset[str]) -> Program:
    """A pure function of named arrays as a program of NumPy calls.

    Parameters
    ----------
    function
        Pure; asks nothing of its arrays but what NumPy offers.
    numbers
        Arrays whose first axis is the scenario and whose last is the draw; what they hold is an example as far as they
        vary. An axis of length 1 stays so.
    varying
        Names whose arrays may differ from run to run; all that rests on the others alone is worked out here, once.

    >>> numbers = {"price": np.ones((1, 1, 1, 5)), "size": np.full((1, 2, 1, 1), 3.0)}
    >>> program = compiled(lambda n: {"cost": n["price"] * n["size"] ** 2}, numbers, frozenset({"price"}))
    >>> program.run({"price": np.array([[[[1.0, 2.0]]]])})["cost"][0, 0, 0].tolist()
    [9.0, 18.0]
    """
    program = Program(function=function, numbers=numbers, varying=varying, memories=_memories(function, numbers, varying))
    return program if _agrees(program) else replace(program, memories=None)


def _agrees(program: Program) -> bool:
    """Whether a few of the numbers at hand come out as by the function itself: a safeguard, for what nobody thought of."""
    if program.memories is None:
        return True
    few = (length if mixes(program.memories.traced, axis) else min(length, FEW) for axis, length in zip((0, -1), lengths_of(program.numbers), strict=True))
    block = Block(*(slice(0, length) for length in few))
    expected = _plainly(program.function, program.numbers, block)

    def same(found: Numbers) -> bool:
        return all(found[name].shape == each.shape and np.allclose(found[name], each, rtol=1e-9, atol=0.0, equal_nan=True) for name, each in expected.items())

    with np.errstate(all="ignore"):
        return bool(program._work(program.numbers, block, same))


def _memories(function: Function, numbers: Numbers, varying: frozenset[str]) -> Memories | None:
    """Lines of a function, traced on a few scenarios and draws, or on all where fixed ones take other ways; None where it can't be."""
    few: Sequence[bool] = (False, True)
    for whole in few:
        try:
            return Memories(rewritten(traced(function, numbers, whole=whole), numbers, varying))
        except GuardBroken:
            continue
        except Untraceable:
            break
    return None
