"""Lines that come to the same as others and take less time.

Every rule keeps 0, infinity and NaN where they were; only the last bits of a number may change, and those of
what leads to a jump (``ceil``, ``==``) don't, powers apart, which no jump waits for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any

from tuneplan.core.program.nodes import Graph, Node, Shape, hashable
from tuneplan.late import np

ARITHMETIC = ("add", "subtract", "multiply", "divide", "maximum", "minimum", "power")
COMMUTATIVE = ("add", "multiply", "equal", "not_equal")
FEW_ROWS = 8
"""Rows that are added to one by one, instead of being picked, added to and put back."""
WORTH_TURNING = 4
"""How many times larger an array has to be than its divisor to be multiplied by one over it instead."""


@dataclass(slots=True)
class Writer:
    """Lines as they are written anew, and the factors of those that are products."""

    graph: Graph = field(default_factory=Graph)
    factors: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def at(self, line: int) -> Node:
        return self.graph.nodes[line]

    def bare(self, line: int) -> int:
        """What a line spreads out, where it does nothing else."""
        return self.at(line).inputs[0] if self.at(line).op == "broadcast" else line

    def spread(self, line: int, shape: Shape) -> int:
        """A line spread out to a shape."""
        have = self.at(line)
        return line if have.shape == shape else self.graph.add(Node(op="broadcast", inputs=(line,), shape=shape, dtype=have.dtype))

    def each(self, function: Any, *inputs: int, dtype: Any) -> int:
        """An operation on each element, its shape no larger than need be; a constant of constants."""
        shape = self.common(*inputs)
        if function.__name__ in COMMUTATIVE:
            inputs = tuple(sorted(inputs))
        if all(self.at(each).op == "constant" for each in inputs):
            with np.errstate(all="ignore"):
                return self.graph.constant(function(*(self.at(each).value for each in inputs)), shape)
        return self.graph.add(Node(op="ufunc", function=function, inputs=inputs, shape=shape, dtype=dtype))

    def common(self, *lines: int) -> Shape:
        """Shape to which lines spread each other."""
        return np.broadcast_shapes(*(self.at(each).shape for each in lines))

    def size(self, *lines: int) -> int:
        return prod(self.common(*lines))

    def number(self, line: int, dtype: Any) -> int:
        """Yes, no and whole numbers as numbers, cast once."""
        node = self.at(line)
        if node.dtype == dtype:
            return line
        if node.op == "constant":
            return self.graph.constant(node.value.astype(dtype), node.shape)
        return self.graph.add(Node(op="cast", inputs=(line,), shape=node.shape, dtype=dtype))

    def is_all(self, line: int, value: float) -> bool:
        """Whether a line is a constant of one value throughout."""
        node = self.at(line)
        return node.op == "constant" and node.value.size > 0 and bool((node.value == value).all())


Rule = Callable[[Writer, Node], int]
RULES: dict[str, Rule] = {}
"""Kind of line, or name of a function on each element -> what is written for it."""


def _for(*kinds: str) -> Callable[[Rule], Rule]:
    def register(rule: Rule) -> Rule:
        RULES.update(dict.fromkeys(kinds, rule))
        return rule

    return register


def written(writer: Writer, node: Node, *, exact: bool) -> int:
    """Number of a line that comes to the same; bit for bit where that is asked for."""
    if node.op != "ufunc":
        return RULES[node.op](writer, node) if node.op in RULES else writer.graph.add(node)
    inputs = tuple(writer.bare(each) for each in node.inputs)
    if node.function.__name__ in ARITHMETIC and node.dtype.kind == "f":
        inputs = tuple(writer.number(each, node.dtype) for each in inputs)
    bare = replace(node, inputs=inputs)
    rule = RULES.get(node.function.__name__) if node.dtype.kind == "f" and (not exact or node.function is np.power) else None
    found = writer.each(node.function, *inputs, dtype=node.dtype) if rule is None else rule(writer, bare)
    return writer.spread(found, node.shape)


# --- operations on each element ------------------------------------------------------------------


@_for("multiply")
def _product(writer: Writer, node: Node) -> int:
    """Factors of a product, the smallest arrays first."""
    one, other = node.inputs
    left = [each for line in (one, other) for each in writer.factors.get(line, (line,))]
    left = [each for each in left if not writer.is_all(each, 1.0)] or [one]
    factors = tuple(left)
    while len(left) > 1:
        pairs = [(first, second) for place, first in enumerate(left) for second in left[place + 1 :]]
        pair = min(pairs, key=lambda pair: writer.size(*pair))
        left.remove(pair[0])
        left.remove(pair[1])
        left.append(writer.each(np.multiply, *pair, dtype=node.dtype))
    found = writer.spread(left[0], writer.common(one, other))
    if len(factors) > 1 and writer.at(found).op == "ufunc":
        writer.factors.setdefault(found, factors)
    return found


@_for("negative")
def _negative(writer: Writer, node: Node) -> int:
    """The sign of a product goes to its smallest factor."""
    if node.inputs[0] not in writer.factors:
        return writer.each(node.function, *node.inputs, dtype=node.dtype)
    return _product(writer, replace(node, function=np.multiply, inputs=(node.inputs[0], writer.graph.constant(-1.0))))


@_for("divide")
def _quotient(writer: Writer, node: Node) -> int:
    """Divided by a small array: multiplied by one over it."""
    above, below = node.inputs
    if writer.size(above) < WORTH_TURNING * writer.size(below):
        return writer.each(node.function, above, below, dtype=node.dtype)
    turned = writer.each(np.divide, writer.graph.constant(1.0), below, dtype=node.dtype)
    return _product(writer, replace(node, function=np.multiply, inputs=(above, turned)))


@_for("power")
def _raised(writer: Writer, node: Node) -> int:
    """A power through the logarithm of its base, which other powers share; squares of whole small exponents."""
    base, exponent = node.inputs
    for times, whole in ((1, 2.0), (2, 4.0)):
        if writer.is_all(exponent, whole):
            for _ in range(times):
                base = writer.each(np.square, base, dtype=node.dtype)
            return base
    if all(writer.at(each).op == "constant" for each in (base, exponent)):
        return writer.each(np.power, base, exponent, dtype=node.dtype)
    logarithm = writer.each(np.log, base, dtype=node.dtype)
    return writer.graph.add(Node(op="power", inputs=(base, logarithm, exponent), shape=writer.common(base, exponent), dtype=node.dtype))


@_for("broadcast")
def _broadcast(writer: Writer, node: Node) -> int:
    return writer.spread(writer.bare(node.inputs[0]), node.shape)


@_for("where")
def _where(writer: Writer, node: Node) -> int:
    """A choice that is always the same is none."""
    mask, chosen, other = (writer.bare(each) for each in node.inputs)
    chosen, other = (writer.number(each, node.dtype) for each in (chosen, other))
    held = writer.at(mask)
    if held.op == "constant" and (held.value.all() or not held.value.any()):
        return writer.spread(chosen if held.value.all() else other, node.shape)
    if chosen == other:
        return writer.spread(chosen, node.shape)
    if held.dtype != bool:
        mask = writer.each(np.not_equal, mask, writer.graph.constant(0), dtype=np.dtype(bool))
    inputs = (mask, chosen, other)
    return writer.spread(writer.graph.add(replace(node, inputs=inputs, shape=writer.common(*inputs))), node.shape)


@_for("cast")
def _cast(writer: Writer, node: Node) -> int:
    return node.inputs[0] if writer.at(node.inputs[0]).dtype == node.dtype else writer.graph.add(node)


@_for("clip")
def _clip(writer: Writer, node: Node) -> int:
    bare = writer.bare(node.inputs[0])
    found = writer.graph.add(replace(node, inputs=(bare,), shape=writer.at(bare).shape))
    return writer.spread(found, node.shape)


# --- parts and sums ------------------------------------------------------------------------------


@_for("index")
def _index(writer: Writer, node: Node) -> int:
    """All of an array is the array."""
    source = writer.at(node.inputs[0])
    whole = all(isinstance(part, slice) and part == slice(None) for part in node.settings) and node.shape == source.shape
    return node.inputs[0] if whole else writer.graph.add(node)


@_for("reduce")
def _reduce(writer: Writer, node: Node) -> int:
    """A sum of nothing is 0, of one its only term."""
    source = writer.at(node.inputs[0])
    axes, keepdims = node.settings
    if 0 in source.shape and node.function is np.add:
        return writer.spread(writer.graph.constant(np.zeros((1,) * len(node.shape))), node.shape)
    if keepdims and source.dtype == node.dtype and all(source.shape[axis] == 1 for axis in axes):
        return node.inputs[0]
    return writer.graph.add(node)


# --- assignments ---------------------------------------------------------------------------------


@_for("update")
def _update(writer: Writer, node: Node) -> int:
    """Nothing assigned changes nothing; what was there plus more is added in place."""
    base, value = node.inputs[0], writer.bare(node.inputs[1])
    if 0 in writer.at(value).shape:
        return base
    before = writer.at(base)
    again = before.inputs[1:] == (value,) if before.op == "update" else before.op == "accumulate" and _is_part(writer, value, base, node)
    if again and hashable(before.settings) == hashable(node.settings):
        return base
    added = writer.at(value)
    if added.op == "ufunc" and added.function is np.add and _few_rows(node.settings):
        for part, more in (added.inputs, added.inputs[::-1]):
            if _is_part(writer, part, base, node):
                return writer.graph.add(replace(node, op="accumulate", inputs=(base, more)))
    return writer.graph.add(replace(node, inputs=(base, value)))


def _is_part(writer: Writer, line: int, base: int, node: Node) -> bool:
    """Whether a line is what the base has at the index of an assignment."""
    part = writer.at(line)
    return part.op == "index" and part.inputs[0] == base and hashable(part.settings) == hashable(node.settings)


def _few_rows(index: tuple[Any, ...]) -> bool:
    """Whether an index is of slices, but for a few rows of one axis."""
    picked = [part for part in index if not isinstance(part, slice | int)]
    if not picked or len(picked) > 1 or not all(isinstance(part, slice | np.ndarray) for part in index):
        return not picked
    rows = picked[0]
    return rows.ndim == 1 and len(rows) <= FEW_ROWS and len(set(rows.tolist())) == len(rows)
