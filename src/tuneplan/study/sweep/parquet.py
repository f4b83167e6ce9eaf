"""Blocks of a sweep as Parquet parts, which tell of themselves what they are: written, checked, and read again.

``_sweep.json`` beside them tells of the whole; readers of Parquet pass by names that begin with ``_`` or a dot.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from tuneplan.errors import UsageError
from tuneplan.study.sweep.ledger import PARQUET, Ledger, ledger_of, read
from tuneplan.study.sweep.places import Place, place_of
from tuneplan.study.sweep.records import COUNT, NUMBER, TEXT, YES_NO, Rows, Work
from tuneplan.study.sweep.trouble import NEEDS

TOLD_IN = "_sweep.json"
ABOUT, FIRST = b"tuneplan", b"tuneplan.first_row"
"""Keys of a part's own metadata: provenance, and the number of its first row."""
CHECKED_AT_ONCE = 16
"""Parts whose ends are read at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part that was written.

    Attributes
    ----------
    number, rows, bytes
        Of the block, and how much it is.
    checksum
        SHA-256 of its bytes, in hexadecimal digits.
    """

    number: int
    rows: int
    bytes: int
    checksum: str


def part_name(number: int) -> str:
    """Name of a block's file.

    >>> part_name(12)
    'part-00000012.parquet'
    """
    return f"part-{number:08d}.parquet"


def write_part(work: Work, number: int, target: str | Path) -> Part:
    """Work out a block and keep it: all that a worker has to do, on any machine that sees the target.

    Parameters
    ----------
    target
        Folder, by path or URL, which exists.

    Raises
    ------
    UsageError
        A library is missing, or the target takes nothing.
    """
    parquet = library("parquet", str(target))
    table = _table(work, number)
    whole = io.BytesIO()
    texts = [each.name for each in work.columns if each.kind == TEXT]
    parquet.write_table(table, whole, compression="zstd", use_dictionary=texts, row_group_size=max(1, table.num_rows))
    content = whole.getvalue()
    place_of(target).write(part_name(number), content)
    return Part(number=number, rows=table.num_rows, bytes=len(content), checksum=hashlib.sha256(content).hexdigest())


def library(name: str, target: str) -> Any:
    """A part of pyarrow.

    Raises
    ------
    UsageError
        It is not installed.
    """
    from importlib import import_module

    try:
        return import_module(f"pyarrow.{name}" if name else "pyarrow")
    except ImportError:
        raise UsageError(f"{target}: a folder of Parquet parts {NEEDS.format(what='pyarrow')}; a name that ends in .csv needs nothing") from None


def _table(work: Work, number: int) -> Any:
    """A block as a table of Arrow, with units, sentences and provenance."""
    import pyarrow as pa

    rows = work.block(number)
    kinds = {NUMBER: pa.float64(), COUNT: pa.int64(), TEXT: pa.dictionary(pa.int32(), pa.string()), YES_NO: pa.bool_()}
    fields = [pa.field(each.name, kinds[each.kind], nullable=False, metadata={"unit": each.unit, "kind": each.kind, "doc": each.doc}) for each in work.columns]
    arrays = [
        pa.array(rows[each.name], pa.string()).dictionary_encode() if each.kind == TEXT else pa.array(rows[each.name], kinds[each.kind])
        for each in work.columns
    ]  # fmt: skip
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=_metadata(ledger_of(work, PARQUET), number)))


def _metadata(ledger: Ledger, number: int) -> dict[bytes, bytes]:
    about = json.dumps(ledger.about, ensure_ascii=False)
    return {ABOUT: about.encode(), FIRST: str(number * ledger.rows_of_a_block).encode()}


def sizes_of(place: Place, ledger: Ledger, names: set[str]) -> dict[int, int]:
    """Bytes of the parts that can be read and are what they should be, by number; those behind a URL take their time each."""
    here = [number for number in range(ledger.blocks) if part_name(number) in names]
    with ThreadPoolExecutor(CHECKED_AT_ONCE) as pool:
        sizes = list(pool.map(partial(_size_if_whole, place, ledger), here))
    return {number: size for number, size in zip(here, sizes, strict=True) if size is not None}


def _size_if_whole(place: Place, ledger: Ledger, number: int) -> int | None:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with place.opened(part_name(number)) as source, parquet.ParquetFile(source) as file:
            told = file.schema_arrow.metadata or {}
            is_whole = file.metadata.num_rows == rows_in(ledger, number) and all(told.get(key) == value for key, value in _metadata(ledger, number).items())
        return place.size(part_name(number)) if is_whole else None
    except (OSError, pa.ArrowException):
        return None


def ledger_in(place: Place) -> Ledger | None:
    """The ledger of a folder; None: there is none.

    Raises
    ------
    UsageError
        It is something else, or can't be read.
    """
    name = f"{place.name.rstrip('/')}/{TOLD_IN}"
    try:
        ledger = read(place.read(TOLD_IN), name)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise UsageError(f"{name}: can't be read: {error.strerror or error}") from None
    if ledger.kept != PARQUET:
        raise UsageError(f"{name}: tells of no folder of Parquet parts")
    return ledger


def whole_parts(place: Place, ledger: Ledger) -> list[int]:
    """Numbers of the parts that are there and whole, in their order; of a complete sweep those that are there."""
    library("parquet", place.name)
    names = set(place.names())
    if ledger.is_complete:
        return [number for number in range(ledger.blocks) if part_name(number) in names]
    return list(sizes_of(place, ledger, names))


def rows_in(ledger: Ledger, number: int) -> int:
    """Rows of a part."""
    return min(ledger.rows_of_a_block, ledger.rows - number * ledger.rows_of_a_block)


def batches(place: Place, parts: Sequence[int], names: Sequence[str], size: int) -> Iterator[Rows]:
    """Rows of some columns of these parts, at most so many at a time.

    Raises
    ------
    UsageError
        A part is gone, or damaged.
    """
    parquet = library("parquet", place.name)
    for number in parts:
        with _reading(f"{place.name.rstrip('/')}/{part_name(number)}"), place.opened(part_name(number)) as source, parquet.ParquetFile(source) as file:
            for batch in file.iter_batches(batch_size=size, columns=list(names)):
                yield {name: _values(batch.column(name)) for name in names}


def _values(column: Any) -> np.ndarray:
    if not hasattr(column, "dictionary"):
        return np.asarray(column.to_numpy(zero_copy_only=False))
    texts = np.empty(len(column.dictionary), object)
    texts[:] = column.dictionary.to_pylist()
    codes: np.ndarray = column.indices.to_numpy()
    return np.asarray(texts[codes])


@contextmanager
def _reading(name: str) -> Iterator[None]:
    import pyarrow as pa

    try:
        yield
    except (OSError, KeyError, pa.ArrowException) as error:
        raise UsageError(f"{name}: can't be read: {error}") from None
