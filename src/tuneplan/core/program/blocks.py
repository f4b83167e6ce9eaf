"""Which scenarios and draws are worked on at a time: a grid that rests on the program and the numbers alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from tuneplan.core.program.nodes import Traced, consumers


@dataclass(frozen=True, slots=True)
class Block:
    """Some scenarios and some draws."""

    scenarios: slice
    draws: slice

    @property
    def lengths(self) -> tuple[int, int]:
        """How many of each."""
        return self.scenarios.stop - self.scenarios.start, self.draws.stop - self.draws.start


def lengths_of(numbers: Mapping[str, Any]) -> tuple[int, int]:
    """Scenarios and draws of arrays on the axes."""
    first, last = (max((each.shape[axis] for each in numbers.values() if each.ndim > 1), default=1) for axis in (0, -1))
    return first, last


def check_lengths(numbers: Mapping[str, Any]) -> None:
    """Refuse arrays of which some have other scenarios or draws than others.

    Raises
    ------
    ValueError
        An axis is neither of length 1 nor as long as that of others.

    >>> import numpy as np
    >>> check_lengths({"x": np.ones((1, 1, 1, 9)), "y": np.ones((1, 2, 1, 5))})
    Traceback (most recent call last):
    ...
    ValueError: y: 1 scenarios and 5 draws, where there are 1 and 9
    """
    lengths = lengths_of(numbers)
    for name, each in numbers.items():
        if each.ndim > 1 and not all(have in (1, most) for have, most in zip((each.shape[0], each.shape[-1]), lengths, strict=True)):
            raise ValueError(f"{name}: {each.shape[0]} scenarios and {each.shape[-1]} draws, where there are {lengths[0]} and {lengths[1]}")


def check_like(name: str, shape: tuple[int, ...], *, compiled: tuple[int, ...]) -> None:
    """Refuse an array that differs from the compiled one in more than how many scenarios and draws it has.

    Raises
    ------
    ValueError
        Another rank or inner length, or several scenarios or draws where one was compiled.

    >>> check_like("x", (1, 3, 1, 9), compiled=(1, 3, 1, 5))
    >>> check_like("x", (4, 3, 1, 9), compiled=(1, 3, 1, 5))
    Traceback (most recent call last):
    ...
    ValueError: x: shape (4, 3, 1, 9), where (1, 3, 1, 5) was compiled; scenarios and draws alone may differ, and 1 stays 1
    """
    ends = len(shape) > 1 and all(have == 1 or was > 1 for have, was in zip((shape[0], shape[-1]), (compiled[0], compiled[-1]), strict=True))
    if len(shape) != len(compiled) or (shape != compiled and not (ends and shape[1:-1] == compiled[1:-1])):
        raise ValueError(f"{name}: shape {shape}, where {compiled} was compiled; scenarios and draws alone may differ, and 1 stays 1")


def cut(lengths: tuple[int, int], most: tuple[int, int]) -> list[Block]:
    """Blocks of at most so many scenarios and draws, in order.

    >>> [(block.scenarios.start, block.draws.stop) for block in cut((2, 5), (1, 3))]
    [(0, 3), (0, 5), (1, 3), (1, 5)]
    """
    parts = ([slice(start, min(start + size, length)) for start in range(0, length, size)] for length, size in zip(lengths, most, strict=True))
    return [Block(*each) for each in product(*parts)]


def cut_to(array: Any, block: Block) -> Any:
    """The part of an array that belongs to a block."""
    if array.ndim < 2:
        return array
    array = array if array.shape[0] == 1 else array[block.scenarios]
    return array if array.shape[-1] == 1 else array[..., block.draws]


def place_of(shape: tuple[int, ...], block: Block, lengths: tuple[int, int]) -> tuple[Any, ...]:
    """Where the output of a block goes in that of all blocks."""
    if len(shape) < 2:
        return (slice(None),) * len(shape)
    scenarios = block.scenarios if shape[0] == lengths[0] else slice(None)
    return (scenarios, ..., block.draws if shape[-1] == lengths[1] else slice(None))


def mixes(traced: Traced, axis: int) -> bool:
    """Whether any output of a scenario (0), or of a draw (-1), rests on others."""
    stand_in, nodes = traced.stand_ins[axis], traced.nodes
    lines = consumers(nodes, list(traced.outputs.values()))
    return stand_in > 0 and any(stand_in in nodes[each].shape and stand_in not in nodes[line].shape for line in lines for each in nodes[line].inputs)
