"""A program laid out in memory: each line a NumPy call whose arrays are there already.

Calls take everything from arrays that were made once and put everything into such arrays, so that
running a block is nothing but calls of NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from tuneplan.core.program.nodes import GuardBroken, Lengths, Node, actual
from tuneplan.core.program.ways import WAYS
from tuneplan.core.program.workspace import Places, is_view, placed
from tuneplan.late import np

Step = tuple[Callable[..., Any], tuple[Any, ...]]


class Bound:
    """A program in a memory of its own, for blocks of some lengths.

    Parameters
    ----------
    nodes, order, kept, guards
        Its lines, those that run in their order, those asked for, and what some of them must come to.
    lengths
        Of the axes that are stood in for.
    direct
        Constants that are used where they lie; others are cut to the block first.
    """

    def __init__(
        self, nodes: Sequence[Node], order: Sequence[int], kept: Sequence[int], guards: Mapping[int, Any], lengths: Lengths, direct: frozenset[int]
    ) -> None:  # fmt: skip
        self.lengths, self.guards = lengths, guards
        self.nodes, self.direct = nodes, direct
        places = placed(nodes, order, kept, direct, lengths)
        self.memory = np.empty(places.size, dtype=np.uint8)
        self.arrays: dict[int, Any] = {line: nodes[line].value for line in direct}
        self.sources: dict[int, Any] = {}
        self.steps: list[Step] = []
        for line in order:
            if line not in direct:
                self._lay(line, places)
            if line in guards:
                self.steps.append((_check, (self.arrays[line], guards[line])))

    @property
    def size(self) -> int:
        """Bytes of memory."""
        return self.memory.nbytes  # type: ignore[no-any-return]

    def run(self) -> None:
        """Work through the block whose numbers are in ``sources``.

        Raises
        ------
        GuardBroken
            The numbers take another way than the example did.
        """
        with np.errstate(all="ignore"):
            for function, arguments in self.steps:
                function(*arguments)

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
        elif node.op in ("update", "accumulate"):
            if onto is None:
                self.steps.append((np.copyto, (out, inputs[0])))
            self.steps += STEPS[node.op](node, inputs, out)
        elif node.op == "where":
            mask = np.asarray(inputs[0])
            self.steps += _chosen(mask, inputs, out, self._at(places.scratch[line], mask.shape, np.dtype(np.int64)))
        elif node.op in STEPS:
            self.steps += STEPS[node.op](node, inputs, out)
        else:
            self.steps.append((_plainly, (node, inputs, self.lengths, out)))

    def _stage(self, line: int, out: Any) -> None:
        np.copyto(out, self.sources[line])


def _plainly(node: Node, inputs: Sequence[Any], lengths: Lengths, out: Any) -> None:
    """A line for which there is no quicker way."""
    np.copyto(out, WAYS[node.op](node, inputs, lengths), casting="unsafe")


def _check(found: Any, expected: Any) -> None:
    if not np.array_equal(found, expected):
        raise GuardBroken(f"{found!r} instead of {expected!r}")


# --- the calls of each kind of line -------------------------------------------------------------


def _each(node: Node, inputs: Sequence[Any], out: Any) -> list[Step]:
    if node.function in (np.maximum, np.minimum):  # a third argument that is not named is going out of use there
        return [(partial(node.function, out=out), tuple(inputs))]
    return [(node.function, (*inputs, out))]


def _reduced(node: Node, inputs: Sequence[Any], out: Any) -> list[Step]:
    axes, keepdims = node.settings
    return [(partial(node.function.reduce, axis=axes[0] if len(axes) == 1 else axes, keepdims=keepdims, out=out), (inputs[0],))]


def _raised(node: Node, inputs: Sequence[Any], out: Any) -> list[Step]:
    base, logarithm, exponent = inputs
    return [(np.multiply, (logarithm, exponent, out)), (np.exp, (out, out)), (_mended, (base, exponent, out))]


def _mended(base: Any, exponent: Any, out: Any) -> None:
    """A power that the logarithm can't tell (0 to the 0, a negative base) as NumPy has it."""
    if out.size and np.isnan(np.maximum.reduce(out, axis=None)):
        np.power(base, exponent, out)


def _updated(node: Node, inputs: Sequence[Any], out: Any) -> list[Step]:
    if all(isinstance(part, slice | int) for part in node.settings):
        return [(np.copyto, (out[node.settings], inputs[1]))]
    return [(out.__setitem__, (node.settings, inputs[1]))]


def _accumulated(node: Node, inputs: Sequence[Any], out: Any) -> list[Step]:
    part = out[node.settings]
    return [(np.add, (part, inputs[1], part))]


def _gathered(node: Node, inputs: Sequence[Any], out: Any) -> list[Step]:
    """Rows picked by numbers, each a run of the last axis; one axis alone is picked by ``take``."""
    parts = node.settings
    numbered = [place for place, part in enumerate(parts) if isinstance(part, np.ndarray)]
    plain = all(part == slice(None) for place, part in enumerate(parts) if place not in numbered)
    if len(numbered) == 1 and plain and parts[numbered[0]].min(initial=0) >= 0:
        return [(partial(np.take, axis=numbered[0], out=out, mode="clip"), (inputs[0], parts[numbered[0]]))]
    return [(_picked, (inputs[0], parts, out))]


def _picked(source: Any, index: Any, out: Any) -> None:
    np.copyto(out, source[index])


def _joined(node: Node, inputs: Sequence[Any], out: Any) -> list[Step]:
    return [(partial(np.concatenate, axis=node.settings, out=out), (tuple(inputs),))]


def _filled(node: Node, inputs: Sequence[Any], out: Any) -> list[Step]:
    return [(out.fill, (node.settings[0],))]


def _cast(node: Node, inputs: Sequence[Any], out: Any) -> list[Step]:
    return [(partial(np.copyto, casting="unsafe"), (out, inputs[0]))]


def _chosen(mask: Any, inputs: Sequence[Any], out: Any, spelt: Any) -> list[Step]:
    """A choice by bits, many times quicker than ``np.where`` where yes and no are mixed."""
    if out.dtype != np.float64:
        return [(_by_mask, (mask, inputs[1], inputs[2], out))]
    one, other = (np.asarray(each, dtype=np.float64).view(np.int64) for each in inputs[1:])
    return [(_by_bits, (mask, inputs[1], inputs[2], out, spelt, one, other, out.view(np.int64)))]


def _by_mask(mask: Any, one: Any, other: Any, out: Any) -> None:
    np.copyto(out, np.where(mask, one, other))


def _by_bits(mask: Any, one: Any, other: Any, out: Any, spelt: Any, one_bits: Any, other_bits: Any, bits: Any) -> None:
    if mask.all():
        if out is not one:
            np.copyto(out, one)
    elif not mask.any():
        np.copyto(out, other)
    else:
        np.copyto(spelt, mask)
        np.negative(spelt, spelt)
        np.bitwise_xor(one_bits, other_bits, bits)
        np.bitwise_and(bits, spelt, bits)
        np.bitwise_xor(bits, other_bits, bits)


STEPS: dict[str, Callable[[Node, Sequence[Any], Any], list[Step]]] = {
    "ufunc": _each, "reduce": _reduced, "power": _raised, "update": _updated, "accumulate": _accumulated, "index": _gathered,
    "concatenate": _joined, "fill": _filled, "cast": _cast,
}  # fmt: skip
"""Kind of line -> (line, arrays of its inputs, its array) -> the calls that fill it."""
