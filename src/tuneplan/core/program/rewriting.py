"""A traced program made shorter: what is fixed worked out once, every other line through ``rules``, dead ones dropped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tuneplan.core.program.nodes import GuardBroken, Traced, consumers
from tuneplan.core.program.rules import Writer, written
from tuneplan.core.program.ways import WAYS
from tuneplan.late import np

JUMPS = ("ceil", "floor", "rint", "trunc", "equal", "not_equal", "sign")
"""Functions that one bit can move by a whole step: what leads to them is worked out bit for bit as it is written."""


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
    open_guards = [line for line in traced.guards if line not in fixed]
    alive = set(consumers(traced.nodes, [*traced.outputs.values(), *open_guards]))
    exact = set(consumers(traced.nodes, [line for line in alive if _jumps(traced, line)]))
    writer, new = Writer(), dict[int, int]()
    for line in sorted(alive):
        node = traced.nodes[line]
        if line in fixed and node.op != "fill":
            new[line] = writer.graph.constant(fixed[line], node.shape)
        elif all(each in new for each in node.inputs):
            moved = replace(node, inputs=tuple(new[each] for each in node.inputs))
            new[line] = written(writer, moved, exact=line in exact)
    return Traced(
        nodes=writer.graph.nodes,
        names={new[line]: name for line, name in traced.names.items() if line in alive and line not in fixed},
        outputs={name: new[line] for name, line in traced.outputs.items()},
        guards={new[line]: traced.guards[line] for line in open_guards},
        stand_ins=traced.stand_ins,
    )


def _jumps(traced: Traced, line: int) -> bool:
    """Whether a line jumps; a product is 0 or is not, in whatever order its factors are."""
    node = traced.nodes[line]
    constants = (traced.nodes[each].value for each in node.inputs if traced.nodes[each].op == "constant")
    return getattr(node.function, "__name__", "") in JUMPS and not any(not each.any() for each in constants)


def free_lengths(traced: Traced, varying: frozenset[str]) -> frozenset[int]:
    """Stand-ins of axes along which varying numbers alone extend: how long they are is known at each run."""
    held = {name: set(traced.nodes[line].shape) & set(traced.stand_ins) for line, name in traced.names.items()}
    of_varying = set().union(*(found for name, found in held.items() if name in varying), set())
    of_fixed = set().union(*(found for name, found in held.items() if name not in varying), set())
    return frozenset(of_varying - of_fixed - {-1})


def _fixed(traced: Traced, numbers: Mapping[str, Any], varying: frozenset[str]) -> dict[int, Any]:
    """What every line comes to that rests on fixed numbers alone, on all scenarios and draws of them."""
    nodes, lengths = traced.nodes, _lengths(traced, numbers)
    lines = _resting(traced, varying)
    asked = {*traced.outputs.values(), *traced.guards, *(each for line in range(len(nodes)) if line not in lines for each in nodes[line].inputs)}
    last = {each: line for line in sorted(lines) for each in nodes[line].inputs}
    found: dict[int, Any] = {}
    with np.errstate(all="ignore"):
        for line in sorted(lines & set(consumers(nodes, list(lines & asked)))):
            node = nodes[line]
            if node.op in ("constant", "input"):
                found[line] = node.value if node.op == "constant" else np.asarray(numbers[node.settings])
            else:
                found[line] = WAYS[node.op](node, [found[each] for each in node.inputs], lengths)
            for each in set(node.inputs) - asked:
                if last[each] == line:
                    del found[each]
    return found


def _resting(traced: Traced, varying: frozenset[str]) -> set[int]:
    """Lines that rest on fixed numbers alone."""
    free, lines = free_lengths(traced, varying), set[int]()
    for line, node in enumerate(traced.nodes):
        is_fixed = node.settings not in varying if node.op == "input" else lines.issuperset(node.inputs)
        if node.op == "constant" or (is_fixed and not free & set(node.shape)):
            lines.add(line)
    return lines


def _lengths(traced: Traced, numbers: Mapping[str, Any]) -> dict[int, int]:
    """How long the axes are that are stood in for."""
    found = {}
    for axis, stand_in in zip((0, -1), traced.stand_ins, strict=True):
        if stand_in > 0:
            found[stand_in] = max(each.shape[axis] for each in numbers.values() if each.ndim > 1)
    return found
