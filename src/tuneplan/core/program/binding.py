"""A program laid out in memory: each line a NumPy call whose arrays are there already.

Calls take everything from arrays that were made once and put everything into such arrays, so that
running a block is nothing but calls of NumPy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tuneplan.core.program.blocks import Block, cut_to
from tuneplan.core.program.nodes import GuardBroken, Lengths, Node, Traced, actual
from tuneplan.core.program.steps import STEPS, Step, chosen
from tuneplan.core.program.ways import WAYS
from tuneplan.core.program.workspace import Places, is_view, placed
from tuneplan.late import np


class Bound:
    """A program in a memory of its own, for blocks of some lengths.

    Parameters
    ----------
    short, order
        Its lines, and those that run in their order.
    lengths
        Of the axes that are stood in for.
    """

    def __init__(self, short: Traced, order: Sequence[int], lengths: Lengths) -> None:
        self.lengths, self.nodes = lengths, short.nodes
        constants = [line for line in order if self.nodes[line].op == "constant"]
        self.direct = frozenset(line for line in constants if self.nodes[line].value.shape == actual(self.nodes[line].shape, lengths))
        """Constants that are used where they lie; others are cut to the block first."""
        self.cut = [line for line in constants if line not in self.direct]
        places = placed(self.nodes, order, list(short.outputs.values()), self.direct, lengths)
        self.memory = np.empty(places.size, dtype=np.uint8)
        self.arrays: dict[int, Any] = {line: self.nodes[line].value for line in self.direct}
        self.sources: dict[int, Any] = {}
        self.steps: list[Step] = []
        for line in order:
            if line not in self.direct:
                self._lay(line, places)
            if line in short.guards:
                self.steps.append((_check, (self.arrays[line], short.guards[line].tobytes())))

    @property
    def size(self) -> int:
        """Bytes of memory."""
        return self.memory.nbytes  # type: ignore[no-any-return]

    def run(self, sources: Mapping[int, Any], block: Block) -> None:
        """Work through a block of numbers; what comes out lies in ``arrays`` until the next.

        Parameters
        ----------
        sources
            Line of an input -> its array.

        Raises
        ------
        GuardBroken
            The numbers take another way than the example did.
        """
        self.sources = {**sources, **{line: cut_to(self.nodes[line].value, block) for line in self.cut}}
        with np.errstate(all="ignore"):
            for function, arguments in self.steps:
                function(*arguments)
        self.sources = {}

    def _at(self, start: int, shape: tuple[int, ...], dtype: Any) -> Any:
        size = int(np.prod(shape, dtype=np.intp)) * dtype.itemsize
        return self.memory[start : start + size].view(dtype).reshape(shape)

    def _lay(self, line: int, places: Places) -> None:
        """Give a line its array, and the calls that fill it."""
        node = self.nodes[line]
        inputs = [self.arrays[each] for each in node.inputs]
        if is_view(node):
            self.arrays[line] = WAYS[node.op](node, inputs, self.lengths)
            return
        shape = actual(node.shape, self.lengths)
        onto = places.onto.get(line)
        out = self.arrays[onto] if onto is not None else self._at(places.offset[line], shape, node.dtype)
        self.arrays[line] = out
        if node.op in ("input", "constant"):
            self.steps.append((self._stage, (line, out)))
            return
        if node.op in ("update", "accumulate") and onto is None:
            self.steps.append((np.copyto, (out, inputs[0])))
        if node.op == "where":
            spelt = self._at(places.scratch[line], inputs[0].shape, np.dtype(np.int64))
            self.steps += chosen(inputs, out, spelt, constant=node.inputs[0] in self.direct)
        elif node.op in STEPS:
            self.steps += STEPS[node.op](node, inputs, out)
        else:
            self.steps.append((_plainly, (node, inputs, self.lengths, out)))

    def _stage(self, line: int, out: Any) -> None:
        np.copyto(out, self.sources[line])


def _plainly(node: Node, inputs: Sequence[Any], lengths: Lengths, out: Any) -> None:
    """A line for which there is no quicker way."""
    np.copyto(out, WAYS[node.op](node, inputs, lengths), casting="unsafe")


def _check(found: Any, expected: bytes) -> None:
    if found.tobytes() != expected:
        raise GuardBroken("the numbers of a block take another way")
