"""A function run once on a small example, every operation written down.

The example is a few scenarios and draws of the numbers at hand. Where the function asks for a truth
(``if``, ``any`` over all scenarios and draws, ``flatnonzero``), it is given the example's, and a guard is noted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from numpy.lib.mixins import NDArrayOperatorsMixin

from tuneplan.core.program.nodes import Graph, Node, Shape, Traced, Untraceable
from tuneplan.core.program.ways import WAYS, plain_index
from tuneplan.late import np

NONE = -1
"""Stands for no axis: nothing varies along it."""
PRIMES = (23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131)


class Tracer:
    """The lines written so far, with what each comes to in the example."""

    def __init__(self, stand_ins: tuple[int, int]) -> None:
        self.graph = Graph()
        self.values: list[Any] = []
        self.guards: dict[int, Any] = {}
        self.stand_ins = stand_ins
        self.fills = 0

    def add(self, node: Node, value: Any) -> int:
        number = self.graph.add(node)
        if number == len(self.values):
            self.values.append(value)
        return number

    def line(self, value: Any) -> int:
        """Line of an argument: a traced array, an array or a number."""
        if isinstance(value, TracedArray):
            return value.line
        array = np.asarray(value)
        if array.dtype == object:
            raise Untraceable(f"{type(value).__name__} among arrays")
        same_all_along = array
        for axis, length in enumerate(array.shape):
            if length in self.stand_ins:  # as long as the example: made of its shape
                same_all_along = same_all_along.take([0], axis=axis)
                if not np.array_equal(np.broadcast_to(same_all_along, array.shape), array, equal_nan=array.dtype.kind == "f"):
                    raise Untraceable("a plain array of the example's length")
        number = self.graph.constant(same_all_along)
        if number == len(self.values):
            self.values.append(same_all_along)
        if same_all_along is array:
            return number
        return self.add(Node(op="broadcast", inputs=(number,), shape=array.shape, dtype=array.dtype), array)

    def record(self, op: str, *arguments: Any, function: Any = None, settings: Any = None, shape: Shape | None = None, dtype: Any = None) -> TracedArray:
        """Write a line down and work it out."""
        inputs = tuple(self.line(each) for each in arguments)
        node = Node(op=op, function=function, inputs=inputs, settings=settings, shape=shape or (), dtype=dtype)
        value = WAYS[op](node, [self.values[each] for each in inputs], {})
        done = Node(op=op, function=function, inputs=inputs, settings=settings, shape=value.shape, dtype=value.dtype)
        return TracedArray(self, self.add(done, value))

    def varies(self, line: int) -> bool:
        """Whether a line may differ from scenario to scenario or draw to draw."""
        return any(length in self.stand_ins for length in self.graph.nodes[line].shape)

    def guarded(self, line: int) -> Any:
        """What a line comes to in the example, which every block has to agree with."""
        if self.varies(line):
            raise Untraceable("a decision on single scenarios or draws")
        self.guards[line] = self.values[line]
        return self.values[line]


class Methods(NDArrayOperatorsMixin):  # type: ignore[misc]
    """What may be asked of an array by name."""

    tracer: Tracer

    @property
    def line(self) -> int:
        """Number of the line that it stands for."""
        raise NotImplementedError

    @property
    def value(self) -> Any:
        return self.tracer.values[self.line]

    @property
    def shape(self) -> Shape:
        return self.value.shape  # type: ignore[no-any-return]

    @property
    def ndim(self) -> int:
        return self.value.ndim  # type: ignore[no-any-return]

    @property
    def size(self) -> int:
        return self.value.size  # type: ignore[no-any-return]

    def reduced(self, function: Any, axis: Any, keepdims: bool) -> TracedArray:
        axes = tuple(range(self.ndim)) if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
        return self.tracer.record("reduce", self, function=function, settings=(tuple(each % self.ndim for each in axes), keepdims))

    def sum(self, axis: Any = None, *, keepdims: bool = False) -> TracedArray:
        return self.reduced(np.add, axis, keepdims)

    def max(self, axis: Any = None, *, keepdims: bool = False) -> TracedArray:
        return self.reduced(np.maximum, axis, keepdims)

    def min(self, axis: Any = None, *, keepdims: bool = False) -> TracedArray:
        return self.reduced(np.minimum, axis, keepdims)

    def mean(self, axis: Any = None, *, keepdims: bool = False) -> TracedArray:
        total = self.reduced(np.add, axis, keepdims)
        if any(length in self.tracer.stand_ins for length in self.shape) and self.tracer.varies(self.line) != self.tracer.varies(total.line):
            raise Untraceable("a mean over scenarios or draws")
        return total / float(self.size // max(total.size, 1))

    def any(self, axis: Any = None, *, keepdims: bool = False) -> Any:
        return self._truth(self.reduced(np.logical_or, axis, keepdims))

    def all(self, axis: Any = None, *, keepdims: bool = False) -> Any:
        return self._truth(self.reduced(np.logical_and, axis, keepdims))

    def _truth(self, found: TracedArray) -> Any:
        """A truth about all scenarios and draws is the example's, guarded; else an array as any other."""
        return found if self.tracer.varies(found.line) else self.tracer.guarded(found.line)

    def argmax(self, axis: Any = None) -> Any:
        return self.tracer.guarded(self.line).argmax(axis=axis)

    def astype(self, dtype: Any, **_: Any) -> TracedArray:
        return self.tracer.record("cast", self, dtype=np.dtype(dtype))

    def copy(self) -> TracedArray:
        return TracedArray(self.tracer, self.line)

    def reshape(self, *shape: Any) -> TracedArray:
        wanted = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple) else shape
        return self.tracer.record("reshape", self, settings=self.value.reshape(wanted).shape)

    def swapaxes(self, one: int, other: int) -> Any:
        return np.swapaxes(self, one, other)  # type: ignore[call-overload]


class TracedArray(Methods):
    """Stands for an array while a function is traced.

    A part that was cut out by an index remembers what it is a part of: assigning to it in place
    assigns to the whole, as in NumPy.
    """

    def __init__(self, tracer: Tracer, line: int, whole: TracedArray | None = None, index: Any = None) -> None:
        self.tracer, self.whole, self.index = tracer, whole, index
        self.own, self.seen = line, None if whole is None else whole.line

    @property
    def line(self) -> int:
        """Where it stands now; what was cut out changes with what it was cut out of."""
        if self.whole is not None and self.whole.line != self.seen:
            self.own, self.seen = self.tracer.record("index", self.whole, settings=self.index).line, self.whole.line
        return self.own

    # --- what it looks like ---

    @property
    def dtype(self) -> Any:
        return self.value.dtype

    @property
    def T(self) -> TracedArray:
        return self.tracer.record("transpose", self, settings=tuple(reversed(range(self.ndim))))

    @property
    def flat(self) -> Any:
        return self.tracer.guarded(self.line).flat

    def __len__(self) -> int:
        return len(self.value)

    def __iter__(self) -> Iterator[Any]:
        return (self[row] for row in range(len(self)))

    # --- truths: the example's, guarded ---

    def __bool__(self) -> bool:
        return bool(self.tracer.guarded(self.line))

    def __float__(self) -> float:
        return float(self.tracer.guarded(self.line))

    def __int__(self) -> int:
        return int(self.tracer.guarded(self.line))

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise Untraceable("an array is asked for as a plain one")

    # --- parts ---

    def __getitem__(self, index: Any) -> TracedArray:
        index = plain_index(_known(self.tracer, index), self.shape)
        part = self.tracer.record("index", self, settings=index)
        return TracedArray(self.tracer, part.line, self, index) if _is_view(index) else part

    def __setitem__(self, index: Any, value: Any) -> None:
        index = plain_index(_known(self.tracer, index), self.shape)
        changed = self.tracer.record("update", self, value, settings=index)
        self.became(changed.line)

    def became(self, line: int) -> None:
        """Point at another line after an assignment in place, as does what it is a part of."""
        if self.whole is None:
            self.own = line
        else:
            self.whole[self.index] = TracedArray(self.tracer, line)

    # --- protocols of NumPy ---

    def __array_ufunc__(self, function: Any, method: str, *inputs: Any, **settings: Any) -> Any:
        out = settings.pop("out", None)
        if method == "reduce":
            made = inputs[0].reduced(function, settings.pop("axis", 0), settings.pop("keepdims", False))
        elif method == "__call__" and function.nout == 1:
            made = self.tracer.record("ufunc", *inputs, function=function)
        else:
            raise Untraceable(f"{function.__name__}.{method}")
        if {key: value for key, value in settings.items() if value is not None}:
            raise Untraceable(f"{function.__name__} with {', '.join(settings)}")
        if out is None:
            return made
        if not isinstance(out[0], TracedArray) or out[0].shape != made.shape:
            raise Untraceable("a plain array is changed in place; make it with like=")
        out[0].became(made.line)
        return out[0]

    def __array_function__(self, function: Any, types: Any, arguments: Any, settings: Any) -> Any:
        from tuneplan.core.program.functions import FUNCTIONS

        if function not in FUNCTIONS:
            raise Untraceable(f"np.{function.__name__}")
        return FUNCTIONS[function](self.tracer, *arguments, **settings)


def _known(tracer: Tracer, index: Any) -> Any:
    """An index of plain numbers; one that was worked out is the example's, guarded."""
    if isinstance(index, tuple):
        return tuple(_known(tracer, each) for each in index)
    return tracer.guarded(index.line) if isinstance(index, TracedArray) else index


def _is_view(index: Any) -> bool:
    whole = index if isinstance(index, tuple) else (index,)
    return not any(isinstance(each, list | np.ndarray) for each in whole)


def traced(function: Callable[[Mapping[str, Any]], Mapping[str, Any]], numbers: Mapping[str, Any], *, whole: bool = False) -> Traced:
    """Run a function once on a few scenarios and draws of the numbers, and write down what it does.

    Parameters
    ----------
    whole
        Take all scenarios and draws as the example.
    """
    scenarios, draws = (max((each.shape[axis] for each in numbers.values() if each.ndim > 1), default=1) for axis in (0, -1))
    taken = {length for each in numbers.values() for length in each.shape[1:-1]}
    free = [prime for prime in PRIMES if not taken & {prime, prime - 1, prime + 1}]
    if len(free) < 2:
        raise Untraceable("axes of too many lengths")
    stand_ins = tuple(NONE if length == 1 else length if whole and length not in taken else stand_in for length, stand_in in zip((scenarios, draws), free, strict=False))
    tracer = Tracer((stand_ins[0], stand_ins[1]))
    names, held = {}, {}
    for name, array in numbers.items():
        small = _few(_few(array, 0, scenarios, stand_ins[0]), -1, draws, stand_ins[1])
        line = tracer.add(Node(op="input", settings=name, shape=small.shape, dtype=small.dtype), small)
        names[line], held[name] = name, TracedArray(tracer, line)
    with np.errstate(all="ignore"):
        made = _called(function, held)
        outputs = {name: tracer.line(each) for name, each in made.items()}
    return Traced(nodes=tracer.graph.nodes, names=names, outputs=outputs, guards=tracer.guards, stand_ins=tracer.stand_ins)


def _called(function: Callable[[Mapping[str, Any]], Mapping[str, Any]], held: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        return function(held)
    except (AttributeError, TypeError, ValueError, LookupError) as error:  # it asks for what a traced array does not have
        raise Untraceable(str(error)) from error


def _few(array: Any, axis: int, length: int, stand_in: int) -> Any:
    """As many rows of an array as stand for all of them, evenly spaced and repeated where there are fewer."""
    if length == 1 or array.ndim < 2 or array.shape[axis] == 1:
        return np.asarray(array)
    if array.shape[axis] != length:
        raise Untraceable(f"axes of {array.shape[axis]} and of {length} scenarios or draws")
    return np.take(array, np.linspace(0, length - 1, stand_in).astype(int), axis=axis)
