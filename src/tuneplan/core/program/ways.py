"""What each kind of line comes to, worked out plainly: for examples, for what is fixed, and as the measure of the quick way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tuneplan.core.program.nodes import Lengths, Node, Shape, actual
from tuneplan.late import np

VIEWS = ("index", "transpose", "broadcast", "reshape", "einsum")
"""Kinds whose result may be a view of their first input."""


def plain_index(index: Any, shape: Shape) -> tuple[Any, ...]:
    """An index without ``...``, whole numbers for yes and no, slices for evenly spaced numbers on a single axis.

    >>> plain_index((slice(None), np.array([True, False, True])), (1, 3, 5))
    (slice(None, None, None), slice(0, 3, 2), slice(None, None, None))
    """
    parts = list(index) if isinstance(index, tuple) else [index]
    parts = [np.asarray(each) if isinstance(each, list | np.ndarray) else each for each in parts]
    used = sum(each.ndim if _is_mask(each) else 1 for each in parts if each is not None and each is not Ellipsis)
    rest = [slice(None)] * (len(shape) - used)
    at = next((place for place, each in enumerate(parts) if each is Ellipsis), len(parts))
    parts = [*parts[:at], *rest, *parts[at + 1 :]]
    if any(_is_mask(each) and each.ndim > 1 for each in parts):
        return tuple(parts)
    parts = [np.flatnonzero(each) if _is_mask(each) else each for each in parts]
    arrays = [each for each in parts if isinstance(each, np.ndarray)]
    if len(arrays) == 1 and arrays[0].ndim == 1 and not any(isinstance(each, int | np.integer) for each in parts):
        parts = [_as_slice(each) if isinstance(each, np.ndarray) else each for each in parts]
    return tuple(parts)


def _is_mask(part: Any) -> bool:
    return isinstance(part, np.ndarray) and part.dtype == bool


def _as_slice(rows: Any) -> Any:
    """Evenly spaced rows, going up, as a slice, which copies nothing."""
    steps = np.diff(rows)
    if len(rows) == 0 or rows[0] < 0 or (len(rows) > 1 and (steps[0] < 1 or (steps != steps[0]).any())):
        return rows.astype(np.intp)
    step = int(steps[0]) if len(rows) > 1 else 1
    return slice(int(rows[0]), int(rows[-1]) + 1, step)


def _update(node: Node, arrays: Sequence[Any], lengths: Lengths) -> Any:
    whole = np.array(arrays[0])
    whole[node.settings] = arrays[1]
    return whole


def _accumulate(node: Node, arrays: Sequence[Any], lengths: Lengths) -> Any:
    whole = np.array(arrays[0])
    whole[node.settings] = whole[node.settings] + arrays[1]
    return whole


def _power(node: Node, arrays: Sequence[Any], lengths: Lengths) -> Any:
    """``x**a`` of x, its logarithm, and a; as NumPy has it where the logarithm can't tell."""
    base, logarithm, exponent = arrays
    found = np.exp(exponent * logarithm)
    return np.power(base, exponent) if np.isnan(found).any() else found


WAYS: dict[str, Callable[[Node, Sequence[Any], Lengths], Any]] = {
    "ufunc": lambda node, arrays, _: np.asarray(node.function(*arrays)),
    "reduce": lambda node, arrays, _: np.asarray(node.function.reduce(arrays[0], axis=node.settings[0], keepdims=node.settings[1])),
    "clip": lambda node, arrays, _: np.clip(arrays[0], *node.settings),
    "where": lambda node, arrays, _: np.where(*arrays),
    "index": lambda node, arrays, _: np.asarray(arrays[0][node.settings]),
    "transpose": lambda node, arrays, _: np.transpose(arrays[0], node.settings),
    "broadcast": lambda node, arrays, lengths: np.broadcast_to(arrays[0], actual(node.shape, lengths)),
    "reshape": lambda node, arrays, lengths: arrays[0].reshape(actual(node.settings, lengths)),
    "einsum": lambda node, arrays, _: np.einsum(node.settings, *arrays),
    "take_along": lambda node, arrays, _: np.take_along_axis(arrays[0], *node.settings),
    "update": _update,
    "accumulate": _accumulate,
    "concatenate": lambda node, arrays, _: np.concatenate(arrays, axis=node.settings),
    "fill": lambda node, _, lengths: np.full(actual(node.shape, lengths), node.settings[0], dtype=node.dtype),
    "cast": lambda node, arrays, _: arrays[0].astype(node.dtype),
    "power": _power,
}
"""Kind of line -> (line, arrays of its inputs, lengths) -> its array."""
