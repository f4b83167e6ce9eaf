"""Where each line of a program puts its array: places in one stretch of memory, used again as soon as they are free.

What stays alive is small enough for the cache, and no line asks for memory while a program runs.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

from tuneplan.core.program.nodes import Lengths, Node, actual
from tuneplan.core.program.ways import VIEWS

ALIGNED = 64
"""Bytes of a cache line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where arrays lie.

    Attributes
    ----------
    offset
        Line -> first byte of an array of its own.
    onto
        Line -> the earlier line whose array it takes over, as it is no longer needed.
    scratch
        Line -> first byte of what it needs besides, for a while.
    size
        Bytes in all.
    """

    offset: Mapping[int, int]
    onto: Mapping[int, int]
    scratch: Mapping[int, int]
    size: int


def arranged(nodes: Sequence[Node], alive: Sequence[int], outputs: Sequence[int]) -> list[int]:
    """Lines in the order in which they run: each just before it is first asked for, output by output; guards as soon as they can."""
    order: dict[int, None] = {}
    for output in outputs:
        _visit(nodes, output, order)
    place = {line: float(number) for number, line in enumerate(order)}
    for line in alive:  # what guards alone rest on
        place.setdefault(line, max((place[each] for each in nodes[line].inputs), default=-1.0) + 1e-6)
    return sorted(place, key=lambda line: place[line])


def _visit(nodes: Sequence[Node], output: int, order: dict[int, None]) -> None:
    """Put a line and all that it rests on into the order, inputs first."""
    waiting = [(output, 0)]
    while waiting:
        line, number = waiting.pop()
        if line in order:
            continue
        if number < len(nodes[line].inputs):
            waiting += [(line, number + 1), (nodes[line].inputs[number], 0)]
        else:
            order[line] = None


def is_view(node: Node) -> bool:
    """Whether a line is only another look at its input."""
    if node.op not in VIEWS or node.op == "reshape":
        return False
    if node.op == "einsum":
        return len(node.inputs) == 1 and len(set(node.settings.split("->")[0])) == len(node.settings.split("->")[1])
    return node.op != "index" or all(part is None or isinstance(part, slice | int) for part in node.settings)


@dataclass(slots=True)
class _Memory:
    """Free stretches, lowest first."""

    free: list[tuple[int, int]] = field(default_factory=list)
    size: int = 0

    def take(self, length: int) -> int:
        length = max(-(-length // ALIGNED) * ALIGNED, ALIGNED)
        for place, (start, end) in enumerate(self.free):
            if end - start >= length:
                self.free[place : place + 1] = [(start + length, end)] if end - start > length else []
                return start
        start = self.size
        if self.free and self.free[-1][1] == self.size:
            start = self.free.pop()[0]
        self.size = start + length
        return start

    def give_back(self, start: int, length: int) -> None:
        length = max(-(-length // ALIGNED) * ALIGNED, ALIGNED)
        insort(self.free, (start, start + length))
        merged: list[tuple[int, int]] = []
        for one in self.free:
            if merged and merged[-1][1] == one[0]:
                merged[-1] = (merged[-1][0], one[1])
            else:
                merged.append(one)
        self.free = merged


def placed(nodes: Sequence[Node], order: Sequence[int], kept: Sequence[int], elsewhere: frozenset[int], lengths: Lengths) -> Places:
    """A place for every line that needs one.

    Parameters
    ----------
    order
        Lines in the order in which they run.
    kept
        Lines whose arrays have to be there at the end.
    elsewhere
        Lines whose arrays are not in this memory: constants.
    """
    root = _roots(nodes, order)
    last = {root[line]: place for place, line in _uses(nodes, order)}
    last.update({root[line]: len(order) for line in kept})
    memory, offset, onto, scratch = _Memory(), {}, {}, {}
    holder: dict[int, tuple[int, int]] = {}
    for place, line in enumerate(order):
        node = nodes[line]
        if line in elsewhere or root[line] != line:
            continue
        size = prod(actual(node.shape, lengths)) * node.dtype.itemsize
        taken = next((each for each in _candidates(nodes, node) if _may_take(nodes, node, each, root, last, place, elsewhere)), None)
        if taken is not None:
            onto[line] = taken
            holder[line] = holder.pop(taken)
        else:
            offset[line] = memory.take(size)
            holder[line] = (offset[line], size)
        extra = _scratch(nodes, node, lengths)
        if extra:
            scratch[line] = memory.take(extra)
            memory.give_back(scratch[line], extra)
        for dead in [each for each in holder if last.get(each, place) <= place]:
            memory.give_back(*holder.pop(dead))
    return Places(offset=offset, onto=onto, scratch=scratch, size=memory.size)


def _roots(nodes: Sequence[Node], order: Sequence[int]) -> dict[int, int]:
    """Line -> the line whose memory it looks at."""
    root: dict[int, int] = {}
    for line in order:
        root[line] = root[nodes[line].inputs[0]] if is_view(nodes[line]) else line
    return root


def _uses(nodes: Sequence[Node], order: Sequence[int]) -> list[tuple[int, int]]:
    """Places in the order, and lines that are asked for there, or made."""
    return [(place, each) for place, line in enumerate(order) for each in (line, *nodes[line].inputs)]


def _candidates(nodes: Sequence[Node], node: Node) -> tuple[int, ...]:
    """Inputs on which a line may put its result."""
    if node.op in ("update", "accumulate"):
        return node.inputs[:1]
    if node.op == "where":
        return node.inputs[1:2]
    return node.inputs if node.op in ("ufunc", "clip") else node.inputs[1:2] if node.op == "power" else ()


def _may_take(
    nodes: Sequence[Node], node: Node, line: int, root: Mapping[int, int], last: Mapping[int, int], place: int, elsewhere: frozenset[int]
) -> bool:  # fmt: skip
    """Whether an input's memory is free from here on, and is the same size; no other input looks at it."""
    held = nodes[line]
    fits = root[line] == line and line not in elsewhere and held.shape == node.shape and held.dtype == node.dtype
    if not fits or last[line] > place:
        return False
    others = [each for each in node.inputs if each != line]
    return (node.op in ("update", "accumulate") and node.inputs[1] != line and root.get(node.inputs[1]) != line) or (
        node.op not in ("update", "accumulate") and all(root.get(each) != line for each in others)
    )


def _scratch(nodes: Sequence[Node], node: Node, lengths: Lengths) -> int:
    """Bytes that a choice needs for its mask, spelt out."""
    return 8 * prod(actual(nodes[node.inputs[0]].shape, lengths)) if node.op == "where" else 0
