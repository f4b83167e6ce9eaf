"""What NumPy's functions write down when they meet a traced array."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy

from tuneplan.core.program.nodes import Untraceable
from tuneplan.late import np

if TYPE_CHECKING:
    from tuneplan.core.program.tracing import Tracer

FUNCTIONS: dict[Any, Callable[..., Any]] = {}
"""NumPy's function -> what it writes down."""


def _of(*functions: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def register(made: Callable[..., Any]) -> Callable[..., Any]:
        FUNCTIONS.update(dict.fromkeys(functions, made))
        return made

    return register


@_of(numpy.where)
def _where(tracer: Tracer, condition: Any, *chosen: Any) -> Any:
    if len(chosen) != 2:
        raise Untraceable("where without a choice")
    return tracer.record("where", condition, *chosen)


@_of(numpy.clip)
def _clip(tracer: Tracer, array: Any, low: Any = None, high: Any = None) -> Any:
    if isinstance(low, float) and isinstance(high, float):
        return tracer.record("clip", array, settings=(low, high))
    floored = array if low is None else np.maximum(array, low)
    return floored if high is None else np.minimum(floored, high)


@_of(numpy.concatenate)
def _concatenate(tracer: Tracer, arrays: Sequence[Any], axis: int = 0) -> Any:
    return tracer.record("concatenate", *arrays, settings=axis)


@_of(numpy.broadcast_to)
def _broadcast_to(tracer: Tracer, array: Any, shape: Any) -> Any:
    return tracer.record("broadcast", array, shape=tuple(shape))


@_of(numpy.transpose)
def _transpose(tracer: Tracer, array: Any, axes: Any = None) -> Any:
    return tracer.record("transpose", array, settings=tuple(reversed(range(array.ndim))) if axes is None else tuple(axes))


@_of(numpy.swapaxes)
def _swapaxes(tracer: Tracer, array: Any, one: int, other: int) -> Any:
    axes = list(range(array.ndim))
    axes[one], axes[other] = axes[other], axes[one]
    return tracer.record("transpose", array, settings=tuple(axes))


@_of(numpy.moveaxis)
def _moveaxis(tracer: Tracer, array: Any, source: int, destination: int) -> Any:
    axes = list(range(array.ndim))
    axes.insert(destination % array.ndim, axes.pop(source % array.ndim))
    return tracer.record("transpose", array, settings=tuple(axes))


@_of(numpy.einsum)
def _einsum(tracer: Tracer, sums: str, *arrays: Any) -> Any:
    return tracer.record("einsum", *arrays, settings=sums)


@_of(numpy.take_along_axis)
def _take_along_axis(tracer: Tracer, array: Any, indices: Any, axis: int) -> Any:
    if not isinstance(indices, numpy.ndarray):
        raise Untraceable("an index that is worked out")
    others = [place for place in range(array.ndim) if place != axis % array.ndim and indices.shape[place] > 1]
    if len(others) != 1 or indices.shape[axis] != 1 or abs(others[0] - axis) != 1:
        return tracer.record("take_along", array, settings=(indices, axis))
    rows = indices.ravel()
    index: list[Any] = [slice(None)] * array.ndim
    index[axis], index[others[0]] = rows, numpy.arange(len(rows))
    return array[tuple(index)].reshape(tuple(1 if place == axis else length for place, length in enumerate(array.shape)))


@_of(numpy.nan_to_num)
def _nan_to_num(tracer: Tracer, array: Any) -> Any:
    """NaN to 0 and infinities to the largest numbers; no number is cut."""
    most = float(numpy.finfo(numpy.float64).max)
    return np.where(np.isnan(array), 0.0, np.clip(array, -most, most))


@_of(numpy.sum)
def _sum(tracer: Tracer, array: Any, axis: Any = None, **settings: Any) -> Any:
    return array.sum(axis, **settings)


@_of(numpy.mean)
def _mean(tracer: Tracer, array: Any, axis: Any = None, **settings: Any) -> Any:
    return array.mean(axis, **settings)


@_of(numpy.max, numpy.amax)
def _max(tracer: Tracer, array: Any, axis: Any = None, **settings: Any) -> Any:
    return array.max(axis, **settings)


@_of(numpy.min, numpy.amin)
def _min(tracer: Tracer, array: Any, axis: Any = None, **settings: Any) -> Any:
    return array.min(axis, **settings)


@_of(numpy.any)
def _any(tracer: Tracer, array: Any, axis: Any = None, **settings: Any) -> Any:
    return array.any(axis, **settings)


@_of(numpy.all)
def _all(tracer: Tracer, array: Any, axis: Any = None, **settings: Any) -> Any:
    return array.all(axis, **settings)


@_of(numpy.flatnonzero)
def _flatnonzero(tracer: Tracer, array: Any) -> Any:
    return numpy.flatnonzero(tracer.guarded(array.line))


@_of(numpy.zeros, numpy.empty)
def _zeros(tracer: Tracer, shape: Any, dtype: Any = None, **_: Any) -> Any:
    return _filled(tracer, shape, 0.0, dtype)


@_of(numpy.ones)
def _ones(tracer: Tracer, shape: Any, dtype: Any = None, **_: Any) -> Any:
    return _filled(tracer, shape, 1.0, dtype)


@_of(numpy.zeros_like, numpy.empty_like)
def _zeros_like(tracer: Tracer, array: Any, **_: Any) -> Any:
    return _filled(tracer, array.shape, 0.0, array.dtype)


@_of(numpy.ones_like)
def _ones_like(tracer: Tracer, array: Any, **_: Any) -> Any:
    return _filled(tracer, array.shape, 1.0, array.dtype)


def _filled(tracer: Tracer, shape: Any, value: float, dtype: Any) -> Any:
    """A new array, each a line of its own: it may be assigned to."""
    tracer.fills += 1
    lengths = (shape,) if isinstance(shape, int) else tuple(shape)
    return tracer.record("fill", settings=(value, tracer.fills), shape=lengths, dtype=numpy.dtype(numpy.float64 if dtype is None else dtype))


@_of(numpy.isclose, numpy.array_equal)
def _refused(tracer: Tracer, *_: Any, **__: Any) -> Any:
    raise Untraceable("a comparison of whole arrays")
