"""A linear program of array operations: every line an operation, its inputs earlier lines.

Equal lines are one line: an operation on the same inputs is found again by its key, constants by content.
Lengths of the scenario and draw axes are stand-ins, primes that no other axis has, until a block says how long they are.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tuneplan.late import np

Shape = tuple[int, ...]
Lengths = Mapping[int, int]
"""Stand-in for a length -> the length."""
LARGE = 512
"""Elements of a constant that is told from others by being another array, not by what it holds."""


class Untraceable(Exception):
    """A function does what no program can: it then runs as it is written."""


class GuardBroken(Exception):
    """The numbers of a block would have taken another way through the function than its example did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One line of a program.

    Attributes
    ----------
    op
        ``input``, ``constant``, or a member of ``running.WAYS``.
    function
        The NumPy function of the line, where the kind alone does not say it.
    inputs
        Lines whose results it takes.
    settings
        All else that it needs: axes, indices.
    shape, dtype
        Of the result, with stand-ins for lengths.
    value
        The array of a constant, whole.
    """

    op: str
    function: Any = None
    inputs: tuple[int, ...] = ()
    settings: Any = None
    shape: Shape = ()
    dtype: Any = None
    value: Any = None


@dataclass(slots=True)
class Graph:
    """Lines in the order in which they were added, each once."""

    nodes: list[Node] = field(default_factory=list)
    found: dict[Hashable, int] = field(default_factory=dict)

    def add(self, node: Node) -> int:
        """Number of a line, new or known."""
        key = (node.op, id(node.function), node.inputs, hashable(node.settings), node.shape, str(node.dtype), hashable(node.value))
        number = self.found.setdefault(key, len(self.nodes))
        if number == len(self.nodes):
            self.nodes.append(node)
        return number

    def constant(self, value: Any, shape: Shape | None = None) -> int:
        """Line of a constant; ``shape`` where lengths of it are stood in for."""
        array = np.asarray(value)
        return self.add(Node(op="constant", value=array, shape=array.shape if shape is None else shape, dtype=array.dtype))


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """What tracing a function gives.

    Attributes
    ----------
    nodes
        Its lines.
    names
        Line of an input -> the number that it holds.
    outputs
        Name of an output -> its line.
    guards
        Lines that must be as they were in the example, and what they were.
    stand_ins
        Of the scenario and of the draw axis; -1 where nothing varies along it.
    """

    nodes: Sequence[Node]
    names: Mapping[int, str]
    outputs: Mapping[str, int]
    guards: Mapping[int, Any]
    stand_ins: tuple[int, int]


def hashable(value: Any) -> Hashable:
    """A key of settings and arrays; equal keys are equal values.

    >>> hashable((slice(1, None), [2])) == hashable((slice(1, None), [2])), hashable(1.0) == hashable(1)
    (True, False)
    """
    if isinstance(value, slice):
        return ("slice", value.start, value.stop, value.step)
    if isinstance(value, tuple | list):
        return (type(value).__name__, *(hashable(each) for each in value))
    if isinstance(value, np.ndarray):
        if value.size > LARGE:
            return ("large array", id(value))
        whole = np.ascontiguousarray(value)
        return ("array", value.shape, str(value.dtype), whole.tobytes())
    return (type(value).__name__, value)


def actual(shape: Shape, lengths: Lengths) -> Shape:
    """A shape with lengths instead of stand-ins.

    >>> actual((1, 3, 23), {23: 1000})
    (1, 3, 1000)
    """
    return tuple(lengths.get(length, length) for length in shape)


def consumers(nodes: Sequence[Node], kept: Sequence[int]) -> list[int]:
    """Lines that something asks for, in order; the others are dead."""
    alive = set(kept)
    for number in range(len(nodes) - 1, -1, -1):
        if number in alive:
            alive.update(nodes[number].inputs)
    return sorted(alive)
