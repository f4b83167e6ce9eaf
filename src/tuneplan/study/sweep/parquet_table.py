"""A Parquet file of rows, read by its row groups, a batch at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tuneplan.axes import Array
from tuneplan.errors import UsageError
from tuneplan.scenario.grammar.dimensions import QuantityError, convert
from tuneplan.study.sweep.cells import Cells, Field, Head
from tuneplan.study.sweep.csv_table import TableError
from tuneplan.study.sweep.records import Varied

ROWS_AT_ONCE = 65_536
UNIT = b"unit"
"""Under which a column says its unit, in our own files."""
Take = Callable[[Cells, str, int], None]
"""Takes a cell of a column, and the row it stands in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """An open file.

    Attributes
    ----------
    names, units
        Of all columns, as the file says them; a unit is empty where it says none.
    reader
        A ``pyarrow.parquet.ParquetFile``.
    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    rows: int
    reader: Any


def opened(path: str) -> File:
    """A file, its columns known.

    Raises
    ------
    UsageError
        The library is not there.
    TableError
        It is no Parquet that can be read.
    """
    try:
        import pyarrow
        import pyarrow.parquet as parquet
    except ImportError:
        raise UsageError("Parquet needs pyarrow: pip install 'tuneplan[sweep]', or give a CSV file") from None
    try:
        reader = parquet.ParquetFile(path)
        fields = list(reader.schema_arrow)
    except (pyarrow.ArrowException, ValueError) as error:
        raise TableError(f"is no Parquet file that can be read: {str(error).splitlines()[0]}") from None
    units = tuple((each.metadata or {}).get(UNIT, b"").decode("utf-8", "replace") for each in fields)
    return File(names=tuple(each.name for each in fields), units=units, rows=reader.metadata.num_rows, reader=reader)


def digest_of(path: str) -> str:
    """SHA-256 of a file."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def look(file: File, columns: Sequence[Cells], take: Take) -> None:
    """Look at every cell of some columns.

    Raises
    ------
    TableError
        A column holds something else than numbers, texts, or yes and no; or a part of the file can't be read.
    """
    for start, batch in _batches(file, [each.head for each in columns], None):
        for column, array in zip(columns, batch, strict=True):
            numbers = _numbers(array, column.head)
            if numbers is None:
                for row, cell in enumerate(_cells(array, column.head), start):
                    take(column, cell, row)
            else:
                _look_at_numbers(column, numbers, start, take)


def _look_at_numbers(column: Cells, numbers: Array, start: int, take: Take) -> None:
    """Look at a batch of numbers: at each different one while they are few, then at all together."""
    rows = np.flatnonzero(~np.isnan(numbers))
    if len(rows) < len(numbers):
        take(column, "", start + int(np.flatnonzero(np.isnan(numbers))[0]))
    wrong = _wrong(numbers[rows], column.head)
    if not column.is_full or wrong.any():
        looked = rows if not column.is_full else rows[wrong]
        _, first = np.unique(numbers[looked], return_index=True)
        for row in np.sort(looked[first]).tolist():
            take(column, _cell(numbers[row]), start + row)
    if column.head.param is not None and not wrong.any():
        column.take_numbers(_declared(numbers[rows], column.head), start + rows)


def _wrong(numbers: Array, head: Head) -> np.ndarray:
    """Which numbers the key does not allow; all where it needs a unit and there is none."""
    param = head.param
    if param is None:
        return np.zeros(len(numbers), dtype=bool)
    try:
        found = _declared(numbers, head)
    except QuantityError:
        return np.ones(len(numbers), dtype=bool)
    outside = ~((found >= param.low) & (found <= param.high))
    return np.asarray(outside | (found != np.rint(found))) if param.whole else outside


def _declared(numbers: Array, head: Head) -> Array:
    """Numbers in the unit that the key declares."""
    assert head.param is not None
    if head.typed_unit.startswith("%"):
        return convert(numbers / 100.0, head.typed_unit, head.param.unit)  # type: ignore[arg-type, return-value]
    if not head.typed_unit and head.param.may_be_bare:
        return numbers
    return convert(numbers, head.typed_unit, head.param.unit)  # type: ignore[arg-type, return-value]


def block(path: str, fields: Sequence[Field], start: int, stop: int) -> tuple[Varied, ...]:
    """Values of rows ``start`` to ``stop``.

    Raises
    ------
    TableError, LookupError, QuantityError
        The file is not what it was.
    """
    file = opened(path)
    parts: list[list[Any]] = [[] for _ in fields]
    for first, batch in _batches(file, [each.head for each in fields], (start, stop)):
        low, high = max(start - first, 0), min(stop - first, len(batch[0]))
        for part, array in zip(parts, batch, strict=True):
            part.append(array[low:high])
    return tuple(_values(field, part) for field, part in zip(fields, parts, strict=True))


def _values(field: Field, parts: Sequence[Any]) -> Varied:
    """The values of a column from its pieces."""
    if not field.texts:
        numbers = [_numbers(each, field.head) for each in parts]
        if all(each is not None for each in numbers):
            return field.of_numbers(_declared(np.concatenate([each for each in numbers if each is not None]), field.head))
    return field.at([cell for each in parts for cell in _cells(each, field.head)])


def _batches(file: File, heads: Sequence[Head], rows: tuple[int, int] | None) -> Iterator[tuple[int, list[Any]]]:
    """First row of each batch and its columns as arrays of Arrow; of row groups that hold ``rows`` alone, if given."""
    import pyarrow

    metadata = file.reader.metadata
    ends = np.cumsum([0, *(metadata.row_group(number).num_rows for number in range(metadata.num_row_groups))])
    wanted = [number for number in range(len(ends) - 1) if rows is None or (ends[number] < rows[1] and ends[number + 1] > rows[0])]
    names = [file.names[each.place] for each in heads]
    first = int(ends[wanted[0]]) if wanted else 0
    try:
        for batch in file.reader.iter_batches(batch_size=ROWS_AT_ONCE, row_groups=wanted, columns=names):
            if rows is None or (first < rows[1] and first + len(batch) > rows[0]):
                yield first, [batch.column(name) for name in names]
            first += len(batch)
    except (pyarrow.ArrowException, OSError) as error:
        raise TableError(f"can't be read: {str(error).splitlines()[0]}") from None


def _numbers(array: Any, head: Head) -> Array | None:
    """Numbers of a column, NaN where a cell is empty; None where it holds no numbers, or its key is none."""
    import pyarrow

    kind = array.type
    if head.param is None or not (pyarrow.types.is_floating(kind) or pyarrow.types.is_integer(kind)):
        return None
    return np.asarray(array.cast(pyarrow.float64(), safe=False).to_numpy(zero_copy_only=False), dtype=np.float64)


def _cells(array: Any, head: Head) -> list[str]:
    """Cells as texts."""
    import pyarrow

    types, kind = pyarrow.types, array.type
    kind = kind.value_type if types.is_dictionary(kind) else kind
    plain = (types.is_string, types.is_large_string, types.is_boolean, types.is_integer, types.is_floating, types.is_date, types.is_null, types.is_decimal)
    if not any(is_one(kind) for is_one in plain):
        raise TableError(f"column {head.key} holds {kind}; a key takes numbers, texts, dates, or yes and no")
    return [_cell(each) for each in array.to_pylist()]


def _cell(value: Any) -> str:
    """A value as a cell of CSV has it."""
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return repr(float(value)).removesuffix(".0")
    return str(value)


