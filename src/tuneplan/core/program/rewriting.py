"""A traced program made shorter: what is fixed worked out, powers through shared logarithms, dead lines dropped.

Every rule keeps 0, infinity and NaN where they were; only the last bits of a number may change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tuneplan.core.program.nodes import Graph, GuardBroken, Node, Shape, Traced, consumers
from tuneplan.core.program.ways import WAYS
from tuneplan.late import np

ARITHMETIC = ("add", "subtract", "multiply", "divide", "maximum", "minimum", "power")


def same(one: Any, other: Any) -> bool:
    """Whether two arrays are equal throughout, NaN equal to NaN."""
    return bool(np.array_equal(one, other, equal_nan=np.asarray(one).dtype.kind == "f"))


def rewritten(traced: Traced, numbers: Mapping[str, Any], varying: frozenset[str]) -> Traced:
    """The same program with everything done that rests on fixed numbers alone.

    Raises
    ------
    GuardBroken
        Fixed numbers, all of them, take another way than the few of the example.
    """
    fixed = _fixed(traced, numbers, varying)
    for line, expected in traced.guards.items():
        if line in fixed and not same(fixed[line], expected):
            raise GuardBroken(f"line {line}")
    writer = _Writer()
    new: list[int] = []
    alive = set(consumers(traced.nodes, [*traced.outputs.values(), *(line for line in traced.guards if line not in fixed)]))
    for line, node in enumerate(traced.nodes):
        if line not in alive:
            new.append(-1)
        elif line in fixed and node.op != "fill":
            new.append(writer.graph.constant(fixed[line], node.shape))
        else:
            new.append(writer.write(replace(node, inputs=tuple(new[each] for each in node.inputs))))
    return Traced(
        nodes=writer.graph.nodes,
        names={new[line]: name for line, name in traced.names.items() if line in alive and line not in fixed},
        outputs={name: new[line] for name, line in traced.outputs.items()},
        guards={new[line]: expected for line, expected in traced.guards.items() if line not in fixed},
        stand_ins=traced.stand_ins,
    )


def free_lengths(traced: Traced, varying: frozenset[str]) -> frozenset[int]:
    """Stand-ins of axes along which varying numbers alone extend: how long they are is known at each run."""
    held = {name: set(traced.nodes[line].shape) & set(traced.stand_ins) for line, name in traced.names.items()}
    of_varying = set().union(*(found for name, found in held.items() if name in varying), set())
    of_fixed = set().union(*(found for name, found in held.items() if name not in varying), set())
    return frozenset(of_varying - of_fixed - {0})


def _fixed(traced: Traced, numbers: Mapping[str, Any], varying: frozenset[str]) -> dict[int, Any]:
    """What every line comes to that rests on fixed numbers alone, on all scenarios and draws of them."""
    free = free_lengths(traced, varying)
    lengths = _lengths(traced, numbers)
    found: dict[int, Any] = {}
    with np.errstate(all="ignore"):
        for line, node in enumerate(traced.nodes):
            if node.op == "constant":
                found[line] = node.value
            elif node.op == "input":
                if node.settings not in varying:
                    found[line] = np.asarray(numbers[node.settings])
            elif not free & set(node.shape) and all(each in found for each in node.inputs):
                found[line] = WAYS[node.op](node, [found[each] for each in node.inputs], lengths)
    return found


def _lengths(traced: Traced, numbers: Mapping[str, Any]) -> dict[int, int]:
    """How long the axes are that are stood in for."""
    found = {}
    for axis, stand_in in zip((0, -1), traced.stand_ins, strict=True):
        if stand_in:
            found[stand_in] = max(each.shape[axis] for each in numbers.values() if each.ndim > 1)
    return found


@dataclass(slots=True)
class _Writer:
    """Lines as they are written anew."""

    graph: Graph = field(default_factory=Graph)

    def write(self, node: Node) -> int:
        """A line, or one that comes to the same."""
        rule = getattr(self, f"_{node.op}", None)
        return self.graph.add(node) if rule is None else rule(node)

    def at(self, line: int) -> Node:
        return self.graph.nodes[line]

    # --- broadcasting: as late as can be ---

    def _bare(self, line: int) -> int:
        """What a line spreads out, where it does nothing else."""
        return self.at(line).inputs[0] if self.at(line).op == "broadcast" else line

    def _spread(self, line: int, shape: Shape) -> int:
        have = self.at(line)
        return line if have.shape == shape else self.graph.add(Node(op="broadcast", inputs=(line,), shape=shape, dtype=have.dtype))

    def _broadcast(self, node: Node) -> int:
        return self._spread(self._bare(node.inputs[0]), node.shape)

    # --- operations on each element ---

    def _ufunc(self, node: Node) -> int:
        inputs = tuple(self._bare(each) for each in node.inputs)
        if node.function.__name__ in ARITHMETIC and node.dtype.kind == "f":
            inputs = tuple(self._float(each, node.dtype) for each in inputs)
        if len(inputs) == 2:
            short = self._shorter(node, *inputs)
            if short is not None:
                return self._spread(short, node.shape)
        return self._spread(self._each(node.function, inputs, node.dtype), node.shape)

    def _each(self, function: Any, inputs: tuple[int, ...], dtype: Any) -> int:
        """A line of an operation on each element, its shape no larger than need be; a constant of constants."""
        shape = np.broadcast_shapes(*(self.at(each).shape for each in inputs))
        if all(self.at(each).op == "constant" for each in inputs):
            with np.errstate(all="ignore"):
                return self.graph.constant(function(*(self.at(each).value for each in inputs)), shape)
        return self.graph.add(Node(op="ufunc", function=function, inputs=inputs, shape=shape, dtype=dtype))

    def _float(self, line: int, dtype: Any) -> int:
        """Yes, no and whole numbers as numbers, cast once."""
        node = self.at(line)
        if node.dtype == dtype:
            return line
        if node.op == "constant":
            return self.graph.constant(node.value.astype(dtype), node.shape)
        return self.graph.add(Node(op="cast", inputs=(line,), shape=node.shape, dtype=dtype))

    def _shorter(self, node: Node, one: int, other: int) -> int | None:
        """An operation on two arrays for which there is something quicker."""
        name = node.function.__name__
        if name == "multiply" and self._is_all(one, 1.0):
            return self._spread(other, np.broadcast_shapes(self.at(one).shape, self.at(other).shape))
        if name in ("multiply", "divide") and self._is_all(other, 1.0):
            return self._spread(one, np.broadcast_shapes(self.at(one).shape, self.at(other).shape))
        return self._raised(node, one, other) if name == "power" and node.dtype.kind == "f" else None

    def _is_all(self, line: int, value: float) -> bool:
        node = self.at(line)
        return node.op == "constant" and node.value.size > 0 and bool((node.value == value).all())

    def _raised(self, node: Node, base: int, exponent: int) -> int:
        """A power through the logarithm of its base, which other powers share; squares of whole small exponents."""
        for times, whole in ((1, 2.0), (2, 4.0)):
            if self._is_all(exponent, whole):
                for _ in range(times):
                    base = self._each(np.square, (base,), node.dtype)
                return base
        if all(self.at(each).op == "constant" for each in (base, exponent)):
            return self._each(np.power, (base, exponent), node.dtype)
        logarithm = self._each(np.log, (base,), node.dtype)
        shape = np.broadcast_shapes(self.at(base).shape, self.at(exponent).shape)
        return self.graph.add(Node(op="power", inputs=(base, logarithm, exponent), shape=shape, dtype=node.dtype))

    def _where(self, node: Node) -> int:
        mask, chosen, other = (self._bare(each) for each in node.inputs)
        chosen, other = (self._float(each, node.dtype) for each in (chosen, other))
        held = self.at(mask)
        if held.op == "constant" and (held.value.all() or not held.value.any()):
            return self._spread(chosen if held.value.all() else other, node.shape)
        if chosen == other:
            return self._spread(chosen, node.shape)
        if held.dtype != bool:
            mask = self._each(np.not_equal, (mask, self.graph.constant(0)), np.dtype(bool))
        inputs = (mask, chosen, other)
        shape = np.broadcast_shapes(*(self.at(each).shape for each in inputs))
        return self._spread(self.graph.add(replace(node, inputs=inputs, shape=shape)), node.shape)

    def _cast(self, node: Node) -> int:
        return node.inputs[0] if self.at(node.inputs[0]).dtype == node.dtype else self.graph.add(node)

    def _index(self, node: Node) -> int:
        source = self.at(node.inputs[0])
        whole = all(isinstance(part, slice) and part == slice(None) for part in node.settings) and node.shape == source.shape
        return node.inputs[0] if whole else self.graph.add(node)

    def _reduce(self, node: Node) -> int:
        if 0 in self.at(node.inputs[0]).shape and node.function is np.add:
            return self._spread(self.graph.constant(np.zeros((1,) * len(node.shape))), node.shape)
        return self.graph.add(node)

    # --- assignments ---

    def _update(self, node: Node) -> int:
        base, value = node.inputs[0], self._bare(node.inputs[1])
        if 0 in self.at(value).shape:
            return base
        before = self.at(base)
        if before.op == "update" and before.inputs[1] == value and _key(before) == _key(node):
            return base
        if before.op == "accumulate" and self._is_part(value, base, node):
            return base
        if before.op == "ufunc" or not _is_sliced(node):
            return self.graph.add(replace(node, inputs=(base, value)))
        added = self.at(value)
        if added.op == "ufunc" and added.function is np.add:
            for part, more in (added.inputs, added.inputs[::-1]):
                if self._is_part(part, base, node):
                    return self.graph.add(replace(node, op="accumulate", inputs=(base, more)))
        return self.graph.add(replace(node, inputs=(base, value)))

    def _is_part(self, line: int, base: int, node: Node) -> bool:
        """Whether a line is what the base has at the index of an assignment."""
        part = self.at(line)
        return part.op == "index" and part.inputs[0] == base and _key(part) == _key(node)


def _key(node: Node) -> Any:
    from tuneplan.core.program.nodes import hashable

    return hashable(node.settings)


def _is_sliced(node: Node) -> bool:
    return all(isinstance(part, slice | int) for part in node.settings)
