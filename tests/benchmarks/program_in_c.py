"""The lines of a program as one C function: what a compiler makes of the very same operations.

An array is a table of rows, each a run of the varying axis; parts, gathers and assignments are tables alone and cost
nothing. Operations on arrays of one shape that follow each other are one loop, its temporaries in registers; a chunk
of the varying axis is worked through at a time. Compiled by gcc with the vector functions of libmvec.
"""

from __future__ import annotations

import ctypes
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tuneplan.core.program.running import Memories

CHUNK, MOST_FUSED = 64, 14
FLAGS = ("-O3", "-march=native", "-mprefer-vector-width=512", "-ffast-math", "-fno-finite-math-only", "-fopenmp-simd", "-shared", "-fPIC", "-w")
HEAD = """\
#include <stdlib.h>
#pragma omp declare simd notinbranch
double exp(double);
#pragma omp declare simd notinbranch
double log(double);
#pragma omp declare simd notinbranch
double expm1(double);
#pragma omp declare simd notinbranch
double log10(double);
#pragma omp declare simd notinbranch
double pow(double, double);
double ceil(double); double floor(double); double sqrt(double);
#define CH %d
"""
WORDS = {
    "add": "{0} + {1}", "subtract": "{0} - {1}", "multiply": "{0} * {1}", "divide": "{0} / {1}", "negative": "-{0}", "square": "{0} * {0}",
    "maximum": "{0} > {1} ? {0} : {1}", "minimum": "{0} < {1} ? {0} : {1}", "fmax": "{0} > {1} ? {0} : {1}", "exp": "exp({0})", "log": "log({0})",
    "expm1": "expm1({0})", "log10": "log10({0})", "power": "pow({0}, {1})", "sqrt": "sqrt({0})", "ceil": "ceil({0})", "floor": "floor({0})",
    "greater": "{0} > {1} ? 1. : 0.", "less": "{0} < {1} ? 1. : 0.", "greater_equal": "{0} >= {1} ? 1. : 0.", "less_equal": "{0} <= {1} ? 1. : 0.",
    "equal": "{0} == {1} ? 1. : 0.", "not_equal": "{0} != {1} ? 1. : 0.", "isnan": "{0} != {0} ? 1. : 0.", "logical_not": "{0} != 0. ? 0. : 1.",
    "bitwise_and": "{0} != 0. && {1} != 0. ? 1. : 0.", "bitwise_or": "{0} != 0. || {1} != 0. ? 1. : 0.",
}  # fmt: skip
SUMS = {"add": "q[i] + p[i]", "maximum": "q[i] > p[i] ? q[i] : p[i]", "minimum": "q[i] < p[i] ? q[i] : p[i]",
        "logical_or": "q[i] != 0. || p[i] != 0. ? 1. : 0.", "logical_and": "q[i] != 0. && p[i] != 0. ? 1. : 0."}  # fmt: skip


@dataclass
class Rows:
    """An array: the numbers of its rows, and whether each is one number only."""

    ids: Any
    single: bool


@dataclass
class Loop:
    """One loop: its text, where ``{stores}`` stand, what it reads and what it makes."""

    text: str
    reads: Any
    made: list[Any]
    stores: list[str]


@dataclass
class Writer:
    """C text so far, tables, rows that are made, and what waits to become one loop."""

    once: list[Loop] = field(default_factory=list)
    each: list[Loop] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    known: dict[bytes, str] = field(default_factory=dict)
    constants: list[float] = field(default_factory=list)
    made: int = 0
    waiting: list[tuple[str, list[Rows], Rows]] = field(default_factory=list)

    def new(self, shape: Sequence[int], *, single: bool) -> Rows:
        """Rows of a new array."""
        count = int(np.prod(shape))
        start, self.made = self.made, self.made + count
        return Rows(np.arange(start, start + count).reshape(shape), single)

    def table(self, ids: Any) -> str:
        flat = np.ascontiguousarray(ids).ravel()
        if flat.tobytes() not in self.known:
            name = f"T{len(self.known)}"
            self.known[flat.tobytes()] = name
            self.tables.append(f"static const int {name}[] = {{{','.join(map(str, flat.tolist()))}}};")
        return self.known[flat.tobytes()]

    def do(self, word: str, inputs: list[Rows], shape: Sequence[int]) -> Rows:
        """An operation on each element; it waits for others of its shape."""
        single = all(each.single for each in inputs)
        spread = [Rows(np.broadcast_to(each.ids, shape), each.single) for each in inputs]
        out = self.new(shape, single=single)
        if self.waiting:
            before = {int(row): place for _, _, rows in self.waiting for place, row in enumerate(rows.ids.ravel())}
            last = self.waiting[-1][2]
            aligned = all(before.get(int(row), place) == place for each in spread for place, row in enumerate(each.ids.ravel()))
            if last.ids.shape != out.ids.shape or last.single != single or not aligned or len(self.waiting) >= MOST_FUSED:
                self.flush()
        self.waiting.append((word, spread, out))
        return out

    def flush(self) -> None:
        """Everything that waits as one loop."""
        if not self.waiting:
            return
        single, own = self.waiting[0][2].single, {}
        heads, body, stores, reads = [], [], [], [np.empty(0, dtype=np.int64)]
        for number, (word, inputs, out) in enumerate(self.waiting):
            words = []
            for each in inputs:
                key = np.ascontiguousarray(each.ids).tobytes()
                if key not in own:
                    own[key] = f"x{len(own)}"
                    at = self.table(each.ids)
                    heads.append(f"const double {own[key]} = *P[{at}[r]];" if each.single else f"const double *{own[key]}_ = P[{at}[r]];")
                    reads.append(np.empty(0, dtype=np.int64) if each.single else each.ids.ravel())
                    if not each.single:
                        body.append(f"const double {own[key]} = {own[key]}_[i];")
                words.append(own[key])
            body.append(f"const double t{number} = {word.format(*words)}; @{number}@")
            stores.append(f"P[{self.table(out.ids)}[r]][i] = t{number};")
            own[np.ascontiguousarray(out.ids).tobytes()] = f"t{number}"
        rows, width = self.waiting[0][2].ids.size, "1" if single else "n"
        heads += [f"double *o{number} = {each.split('[i]')[0]};" for number, each in enumerate(stores)]
        loop = f"for (int r = 0; r < {rows}; r++) {{ {' '.join(heads)}\n#pragma omp simd\nfor (int i = 0; i < {width}; i++) {{ {' '.join(body)} }} }}"
        made = [out.ids for _, _, out in self.waiting]
        (self.once if single else self.each).append(Loop(loop, np.unique(np.concatenate(reads)), made, [f"o{number}[i] = t{number};" for number in range(len(made))]))
        self.waiting = []

    def reduce(self, word: str, ids: Any, out: Rows) -> None:
        self.flush()
        rows, terms, width = ids.shape[0], ids.shape[1], "1" if out.single else "n"
        text = (
            f"for (int r = 0; r < {rows}; r++) {{ double *q = P[{self.table(out.ids)}[r]]; const double *p = P[{self.table(ids)}[r * {terms}]];\n"
            f"#pragma omp simd\nfor (int i = 0; i < {width}; i++) q[i] = p[i];\n"
            f"for (int k = 1; k < {terms}; k++) {{ p = P[{self.table(ids)}[r * {terms} + k]];\n#pragma omp simd\nfor (int i = 0; i < {width}; i++) q[i] = {word}; }} }} @0@"
        )
        (self.once if out.single else self.each).append(Loop(text, np.unique(ids), [out.ids], [""]))

    def wide(self, each: Rows, like: Sequence[Rows]) -> Rows:
        """Rows of one number as whole rows, where others have whole ones."""
        if not each.single or all(other.single for other in like):
            return each
        unique, back = np.unique(each.ids, return_inverse=True)
        return Rows(self.do("{0} + 0.", [Rows(unique, True), Rows(self.zero_row, False)], unique.shape).ids[back].reshape(each.ids.shape), False)

    zero_row: Any = None


def written(memories: Memories, names: Sequence[str]) -> tuple[str, int]:
    """C text of a program for one scenario a row, and how many numbers its memory holds a scenario of a chunk."""
    short, writer = memories.traced, Writer()
    stand_in = short.stand_ins[1]
    made: dict[int, Rows] = {}
    given: list[tuple[int, int, int, bool]] = []  # number of an input, first row, rows, single
    numbers: list[tuple[int, float]] = []
    writer.zero_row = writer.new((1,), single=False).ids
    for line in memories.order:
        node = short.nodes[line]
        outer, wide = node.shape[:-1], bool(node.shape) and node.shape[-1] == stand_in
        inputs = [made[each] for each in node.inputs]
        if node.op == "input":
            made[line] = writer.new(outer, single=not wide)
            given.append((names.index(node.settings), int(made[line].ids.flat[0]) if made[line].ids.size else 0, made[line].ids.size, not wide))
        elif node.op == "constant":
            made[line] = writer.new(outer, single=True)
            numbers += list(zip(made[line].ids.ravel().tolist(), np.asarray(node.value, dtype=float).ravel().tolist(), strict=True))
        elif node.op == "fill":
            made[line] = Rows(np.broadcast_to(writer.new((1,), single=True).ids, outer), True)
            numbers.append((int(made[line].ids.flat[0]), float(node.settings[0])))
        else:
            made[line] = _line(writer, node, inputs, outer)
    writer.flush()
    outputs = [made[line] for line in short.outputs.values()]
    return _text(writer, given, numbers, outputs), writer.made


def _line(writer: Writer, node: Any, inputs: list[Rows], outer: Sequence[int]) -> Rows:
    """Rows of a line."""
    op = node.op
    if op == "ufunc":
        return writer.do(WORDS[node.function.__name__], inputs, outer)
    if op == "power":
        return writer.do("{2} == 0. ? 1. : exp({1} * {2})", inputs, outer)
    if op == "where":
        return writer.do("{0} != 0. ? {1} : {2}", inputs, outer)
    if op == "clip":
        low, high = node.settings
        return writer.do(f"{{0}} < {low!r} ? {low!r} : {{0}} > {high!r} ? {high!r} : {{0}}", inputs, outer)
    if op == "cast":
        return inputs[0]
    if op == "index":
        return Rows(inputs[0].ids[node.settings[:-1]], inputs[0].single)
    if op == "transpose":
        return Rows(np.transpose(inputs[0].ids, node.settings[:-1]), inputs[0].single)
    if op == "broadcast":
        return Rows(np.broadcast_to(inputs[0].ids, outer), inputs[0].single)
    if op == "reshape":
        return Rows(inputs[0].ids.reshape(outer), inputs[0].single)
    if op == "einsum":
        return Rows(np.einsum(node.settings.replace("d", ""), inputs[0].ids), inputs[0].single)
    if op == "concatenate":
        parts = [writer.wide(each, inputs) for each in inputs]
        return Rows(np.concatenate([each.ids for each in parts], axis=node.settings), parts[0].single)
    if op == "reduce":
        return _reduced(writer, node, inputs[0], outer)
    return _assigned(writer, node, inputs)


def _reduced(writer: Writer, node: Any, source: Rows, outer: Sequence[int]) -> Rows:
    axes, _ = node.settings
    if source.ids.ndim in axes:  # over draws: guards, which the benchmark's numbers keep
        return writer.new(outer, single=True)
    rest = [axis for axis in range(source.ids.ndim) if axis not in axes]
    ids = np.transpose(source.ids, (*rest, *axes)).reshape(int(np.prod([source.ids.shape[axis] for axis in rest])), -1)
    out = writer.new(outer, single=source.single)
    writer.reduce(SUMS[node.function.__name__], ids, out)
    return out


def _assigned(writer: Writer, node: Any, inputs: list[Rows]) -> Rows:
    """Rows of an array, some of them others."""
    base, value = inputs
    index = node.settings[:-1]
    part = base.ids[index]
    if node.op == "accumulate":
        value = writer.do("{0} + {1}", [Rows(part, base.single), value], part.shape)
    base, value = writer.wide(base, inputs if node.op == "update" else [value]), writer.wide(value, inputs)
    ids = np.array(base.ids)
    ids[index] = value.ids
    return Rows(ids, value.single)


def _laid(writer: Writer, outputs: Sequence[Rows], given: Any) -> tuple[list[str], list[int], int]:
    """Loops that keep what is read later alone, and for every row a place in a memory that is used again."""
    last = np.full(writer.made, -1)
    for place, loop in enumerate(writer.each):
        last[loop.reads] = place
    for rows in outputs:
        last[rows.ids] = len(writer.each)
    place_of, free, size = [-1] * writer.made, [], 0
    texts, ending = [], {}
    for row in np.flatnonzero(last >= 0).tolist():
        ending.setdefault(int(last[row]), []).append(row)
    for place, loop in enumerate(writer.each):
        text = loop.text
        for number, (ids, store) in enumerate(zip(loop.made, loop.stores, strict=True)):
            kept = (last[ids] > place).any()
            text = text.replace(f"@{number}@", store if kept else "")
            for row in ids.ravel().tolist() if kept else ():
                place_of[row] = free.pop() if free else (size := size + 1) - 1
        free += [place_of[row] for row in ending.get(place, ()) if place_of[row] >= 0]
        texts.append(text)
    return texts, place_of, size


def _text(writer: Writer, given: Any, numbers: Any, outputs: Sequence[Rows]) -> str:
    """The whole file: memory, tables, what is worked out once, and what for each chunk, each loop a function."""
    inputs = [f"for (int r = 0; r < {count}; r++) P[{first} + r] = (double *)in[{number}] + {'r' if single else 'r * N + at'};" for number, first, count, single in given]
    singles, wides = ([text for text, each in zip(inputs, given, strict=True) if each[3] == single] for single in (True, False))
    copies = [
        f"for (int r = 0; r < {rows.ids.size}; r++) {{ const double *p = P[{writer.table(rows.ids)}[r]]; double *q = out[{number}] + r * {'1' if rows.single else 'N + at'};\n"
        f"for (int i = 0; i < {'1' if rows.single else 'n'}; i++) q[i] = p[i]; }}"
        for number, rows in enumerate(outputs)
    ]
    each, place_of, size = _laid(writer, outputs, given)
    once = [loop.text for loop in writer.once]
    for number, loop in enumerate(writer.once):
        for place, store in enumerate(loop.stores):
            once[number] = once[number].replace(f"@{place}@", store)
    functions = [f"static __attribute__((noinline)) void f{number}(double **restrict P, int n) {{ {text} }}" for number, text in enumerate([*once, *each])]
    constants = " ".join(f"*P[{row}] = {value!r};" for row, value in numbers).replace("inf", "(1. / 0.)").replace("nan", "(0. / 0.)")
    lines = "\n".join
    return f"""{HEAD % CHUNK}
{lines(writer.tables)}
static const int L[] = {{{','.join(map(str, place_of))}}};
{lines(functions)}
void run(const double **in, double **out, long N) {{
double *W = aligned_alloc(64, sizeof(double) * CH * {size + 1}), *S = calloc({writer.made} + 8, CH * sizeof(double)), **P = malloc(sizeof(double *) * {writer.made});
for (int r = 0; r < {writer.made}; r++) P[r] = L[r] < 0 ? S + (long)r * 8 : W + (long)L[r] * CH;
P[0] = S + (long){writer.made} * 8;
{constants}
long at = 0; int n = 1;
{lines(singles)}
{lines(f"f{number}(P, 1);" for number in range(len(once)))}
for (at = 0; at < N; at += CH) {{ n = N - at < CH ? N - at : CH;
{lines(wides)}
{lines(f"f{number}(P, n);" for number in range(len(once), len(functions)))}
{lines(copies)}
}}
free(W); free(S); free(P);
}}
"""


def built(memories: Memories, names: Sequence[str], folder: Path) -> Any:
    """A function of input and output arrays, compiled."""
    text, _ = written(memories, names)
    source, library = folder / "program.c", folder / f"program{len(text)}.so"
    source.write_text(text)
    subprocess.run(["gcc", *FLAGS, str(source), "-o", str(library), "-lmvec", "-lm"], check=True)
    run = ctypes.CDLL(str(library)).run

    def called(numbers: Mapping[str, Any], shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Any]:
        inputs = [np.ascontiguousarray(numbers[name]) for name in names]
        outputs = {name: np.empty(shape) for name, shape in shapes.items()}
        pointers = (ctypes.c_void_p * len(inputs))(*(each.ctypes.data for each in inputs))
        into = (ctypes.c_void_p * len(outputs))(*(each.ctypes.data for each in outputs.values()))
        draws = max(each.shape[-1] for each in inputs)
        run(pointers, into, ctypes.c_long(draws))
        return outputs

    return called
