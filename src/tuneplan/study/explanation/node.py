"""One number of a run and what it was made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from tuneplan.axes import Array
from tuneplan.scenario.catalogue import Row
from tuneplan.scenario.records import Quantity
from tuneplan.study.decision import Estimate, estimate

ROUNDING = 1e-12
"""Relative spread that is nothing but rounding."""
Item = TypeVar("Item")
MOST_CHILDREN = 12
"""Children of one kind that a node shows; the rest are summed up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A number, what it is, and the numbers that it was made of.

    Attributes
    ----------
    key
        Dotted name; equal keys are equal numbers, wherever they stand in the tree.
    label
        In words; of an input its path.
    unit
        For example ``USD`` or ``request/month``; ``yes_no`` for a choice that is 1 or 0, empty
        where the node is no number.
    estimate
        Over the study's draws; all its fields are one number where nothing is uncertain, None
        where the node is no number or an input, which ``quantity`` describes.
    text
        What it is, in a sentence.
    children
        What it was made of, the largest first where they add up.
    adds_up
        Whether the children that have an estimate add up to it, draw by draw.
    opens
        Whether ``explain`` takes its key.
    quantity
        Of an input: value, place, source, grade, date.
    rows
        Of a constant: rows of the catalogue that it was read from.
    """

    key: str
    label: str
    unit: str = ""
    estimate: Estimate | None = None
    text: str = ""
    children: tuple[Node, ...] = ()
    adds_up: bool = False
    opens: bool = False
    quantity: Quantity | None = None
    rows: tuple[Row, ...] = ()


def estimated(draws: Array, scrambles: int) -> Estimate:
    """An estimate of an output; of what is the same in all draws, that number.

    Parameters
    ----------
    draws
        ``(draw,)``, or ``(1,)`` where nothing varies.
    """
    if draws.size == 1 or float(np.ptp(draws)) <= ROUNDING * abs(float(draws[0])):
        return settled(float(draws[0]))
    with np.errstate(invalid="ignore"):  # quantiles between endless numbers
        return estimate(draws, scrambles)


def settled(value: float) -> Estimate:
    """An estimate of a number that is known."""
    return Estimate(mean=value, low=value, p10=value, median=value, p90=value, high=value, error=0.0)


def is_settled(of: Estimate) -> bool:
    """Whether a number is the same in all draws; of a rare event the ends of the interval agree, the mean does not."""
    return of.mean == of.low == of.high


def summed(
    parts: Sequence[tuple[str, Array]], make: Callable[[str], Node], *, key: str, unit: str, scrambles: int
) -> tuple[Node, ...]:
    """Nodes of the parts of a sum, the largest first; beyond ``MOST_CHILDREN`` the rest as one.

    Parameters
    ----------
    parts
        Name of a part -> its draws.
    make
        Name of a part -> its node.
    key, unit
        Of the node for the rest.
    """
    ranked = sorted(parts, key=lambda part: -abs(float(part[1].mean())))
    kept, rest = ranked[:MOST_CHILDREN], ranked[MOST_CHILDREN:]
    nodes = [make(name) for name, _ in kept]
    if rest:
        whole = np.sum([draws for _, draws in rest], axis=0)
        nodes.append(Node(key=f"{key}.more", label=f"and {len(rest)} more", unit=unit, estimate=estimated(whole, scrambles)))
    return tuple(nodes)


def first(items: Sequence[Item], make: Callable[[Item], Node], *, key: str) -> tuple[Node, ...]:
    """Nodes of the first items of a list, and how many are left out."""
    nodes = [make(item) for item in items[:MOST_CHILDREN]]
    if len(items) > MOST_CHILDREN:
        nodes.append(left_out(len(items) - MOST_CHILDREN, key=key))
    return tuple(nodes)


def cut(nodes: Sequence[Node], *, key: str) -> tuple[Node, ...]:
    """The first nodes of a list, and how many are left out."""
    return first(nodes, lambda node: node, key=key)


def left_out(count: int, *, key: str) -> Node:
    """Stands for nodes of a list that are not shown."""
    return Node(key=f"{key}.more", label=f"and {count} more like these")


def walk(node: Node) -> Iterator[Node]:
    """A node and all below it."""
    yield node
    for child in node.children:
        yield from walk(child)
