"""The NumPy calls of each kind of line, into arrays that are there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from tuneplan.core.program.nodes import Node
from tuneplan.late import np

Step = tuple[Callable[..., Any], tuple[Any, ...]]
FEW_RUNS = 12
"""Runs of rows that are sooner copied one by one."""
FEW_ROWS = 8
"""Rows that are sooner picked, put or added to one by one."""
WIDE = 4096
"""Elements from which ``clip`` is quicker than ``maximum`` with one number."""


def _each(node: Node, inputs: Sequence[Any], out: Any) -> list[Step]:
    name = node.function.__name__
    if name in ("maximum", "minimum"):
        numbers = [each for each in inputs if each.ndim == 0]
        arrays = [each for each in inputs if each.shape == out.shape]
        if len(numbers) == 1 and len(arrays) == 1 and out.size > WIDE and not np.isnan(numbers[0]):
            limits = (float(numbers[0]), np.inf) if name == "maximum" else (-np.inf, float(numbers[0]))
            return [(arrays[0].clip, (*limits, out))]
        return [(partial(node.function, out=out), tuple(inputs))]  # its third argument has to be named
    return [(node.function, (*inputs, out))]


def _clipped(node: Node, inputs: Sequence[Any], out: Any) -> list[Step]:
    return [(inputs[0].clip, (*node.settings, out))]


def _reduced(node: Node, inputs: Sequence[Any], out: Any) -> list[Step]:
    axes, keepdims = node.settings
    return [(partial(node.function.reduce, axis=axes[0] if len(axes) == 1 else axes, keepdims=keepdims, out=out), (inputs[0],))]


def _raised(node: Node, inputs: Sequence[Any], out: Any) -> list[Step]:
    base, logarithm, exponent = inputs
    return [(np.multiply, (logarithm, exponent, out)), (np.exp, (out, out)), (_mended, (base, exponent, out, out.reshape(-1)))]


def _mended(base: Any, exponent: Any, out: Any, flat: Any) -> None:
    """A power that the logarithm can't tell (0 to the 0, a negative base) as NumPy has it."""
    if flat.size and np.isnan(np.maximum.reduce(flat)):
        np.power(base, exponent, out)


def _updated(node: Node, inputs: Sequence[Any], out: Any) -> list[Step]:
    if all(isinstance(part, slice | int) for part in node.settings):
        return [(np.copyto, (out[node.settings], inputs[1]))]
    value = np.broadcast_to(inputs[1], out[node.settings].shape)
    one_by_one = _few(node.settings, value)
    if one_by_one is not None:
        return [(np.copyto, (out[into], value[part])) for into, part in one_by_one]
    flat = _rows(out, node.settings)
    if flat is None or not value.flags.c_contiguous:
        return [(out.__setitem__, (node.settings, inputs[1]))]
    return [(out.reshape(-1, out.shape[-1]).__setitem__, (flat, value.reshape(-1, out.shape[-1])))]


def _accumulated(node: Node, inputs: Sequence[Any], out: Any) -> list[Step]:
    """Rows that are not side by side are added to one by one."""
    whole = out[node.settings]
    one_by_one = _few(node.settings, whole)
    if one_by_one is None:
        return [(np.add, (whole, inputs[1], whole))]
    more = np.broadcast_to(inputs[1], whole.shape)
    return [(np.add, (out[into], more[part], out[into])) for into, part in one_by_one]


def _few(index: Any, picked: Any) -> list[tuple[Any, Any]] | None:
    """An index of a few rows of one axis, row by row: where each is, and where it is among those picked; None: it is another."""
    axis = next((place for place, part in enumerate(index) if isinstance(part, np.ndarray)), None)
    if axis is None or not all(isinstance(part, slice) for place, part in enumerate(index) if place != axis):
        return None
    rows = index[axis]
    if rows.ndim != 1 or len(rows) > FEW_ROWS or picked.ndim != len(index):
        return None
    ahead = (slice(None),) * axis
    return [(tuple(row if place == axis else part for place, part in enumerate(index)), (*ahead, at)) for at, row in enumerate(rows.tolist())]


def _gathered(node: Node, inputs: Sequence[Any], out: Any) -> list[Step]:
    """Rows picked by numbers, each a run of the last axis: by ``take`` where they lie side by side."""
    source = inputs[0]
    one_by_one = _few(node.settings, out)
    if one_by_one is not None:
        return [(np.copyto, (out[into], source[part])) for part, into in one_by_one]
    rows = _rows(source, node.settings)
    if rows is None:
        return [(_picked, (source, node.settings, out))]
    flat, into = source.reshape(-1, source.shape[-1]), out.reshape(-1, source.shape[-1])
    return [(partial(np.take, axis=0, out=into, mode="clip"), (flat, rows))]


def _rows(array: Any, index: Any) -> Any:
    """Numbers of the rows that an index picks, a row being a run of the last axis; None: it picks otherwise."""
    whole_rows = isinstance(index[-1], slice) and index[-1] == slice(None)
    if not whole_rows or not array.flags.c_contiguous or array.ndim < 2 or len(index) != array.ndim:
        return None
    return np.arange(array[..., 0].size).reshape(array.shape[:-1])[index[:-1]].ravel()


def _picked(source: Any, index: Any, out: Any) -> None:
    np.copyto(out, source[index])


def _joined(node: Node, inputs: Sequence[Any], out: Any) -> list[Step]:
    return [(partial(np.concatenate, axis=node.settings, out=out), (tuple(inputs),))]


def _filled(node: Node, inputs: Sequence[Any], out: Any) -> list[Step]:
    return [(out.fill, (node.settings[0],))]


def _cast(node: Node, inputs: Sequence[Any], out: Any) -> list[Step]:
    return [(partial(np.copyto, casting="unsafe"), (out, inputs[0]))]


def _reshaped(node: Node, inputs: Sequence[Any], out: Any) -> list[Step]:
    return [(np.copyto, (out.reshape(inputs[0].shape), inputs[0]))]


STEPS: dict[str, Callable[[Node, Sequence[Any], Any], list[Step]]] = {
    "ufunc": _each, "clip": _clipped, "reduce": _reduced, "power": _raised, "update": _updated, "accumulate": _accumulated,
    "index": _gathered, "concatenate": _joined, "fill": _filled, "cast": _cast, "reshape": _reshaped,
}  # fmt: skip
"""Kind of line -> (line, arrays of its inputs, its array) -> the calls that fill it."""


# --- choices -------------------------------------------------------------------------------------


def chosen(inputs: Sequence[Any], out: Any, spelt: Any, *, constant: bool) -> list[Step]:
    """A choice, many times quicker than ``np.where`` where yes and no are mixed: row by row, or by bits."""
    mask, one, other = inputs
    if constant and mask.shape and mask.shape[-1] == 1 and mask.ndim == out.ndim:
        runs = list(_runs(mask, ()))
        if len(runs) <= FEW_RUNS:
            spread = [np.broadcast_to(each, out.shape) for each in (other, one)]
            return [(np.copyto, (out[rows], spread[yes][rows])) for rows, yes in runs if not (yes and out is one)]
    if out.dtype != np.float64:
        return [(_by_mask, (mask, one, other, out))]
    bits = tuple(np.asarray(each, dtype=np.float64).view(np.int64) for each in (one, other, out))
    if constant and 0 in (other.ndim + abs(int(bits[1].flat[0])), one.ndim + abs(int(bits[0].flat[0]))):
        of_nothing = other.ndim == 0 and bits[1] == 0
        return [(np.bitwise_and, (bits[0] if of_nothing else bits[1], -(mask if of_nothing else ~mask).astype(np.int64), bits[2]))]
    if other.ndim == 0 and bits[1] == 0:
        return [(_or_nothing, (mask, one, out, spelt, bits[0], bits[2]))]
    return [(_by_bits, (mask, one, other, out, spelt, *bits))]


def _runs(mask: Any, above: tuple[slice, ...]) -> Iterator[tuple[tuple[slice, ...], bool]]:
    """Parts of an array with the same answer throughout, as slices of its first axes."""
    if mask.all() or not mask.any():
        yield (*above, slice(None)), bool(mask.all())
        return
    if len(mask) == 1:  # stands for any length
        yield from _runs(mask[0], (*above, slice(None)))
        return
    start = 0
    for end in range(1, len(mask) + 1):
        if end == len(mask) or not np.array_equal(mask[end], mask[start]):
            if mask[start].all() or not mask[start].any():
                yield (*above, slice(start, end)), bool(mask[start].all())
            else:
                yield from _runs(mask[start], (*above, slice(start, end)))
            start = end


def _by_mask(mask: Any, one: Any, other: Any, out: Any) -> None:
    np.copyto(out, np.where(mask, one, other))


def _by_bits(mask: Any, one: Any, other: Any, out: Any, spelt: Any, one_bits: Any, other_bits: Any, bits: Any) -> None:
    count = np.count_nonzero(mask)
    if count == mask.size:
        if out is not one:
            np.copyto(out, one)
    elif count == 0:
        np.copyto(out, other)
    else:
        np.copyto(spelt, mask)
        np.negative(spelt, spelt)
        np.bitwise_xor(one_bits, other_bits, bits)
        np.bitwise_and(bits, spelt, bits)
        np.bitwise_xor(bits, other_bits, bits)


def _or_nothing(mask: Any, one: Any, out: Any, spelt: Any, one_bits: Any, bits: Any) -> None:
    """A choice of something or 0."""
    if np.count_nonzero(mask) == mask.size:
        if out is not one:
            np.copyto(out, one)
    else:
        np.copyto(spelt, mask)
        np.negative(spelt, spelt)
        np.bitwise_and(one_bits, spelt, bits)
