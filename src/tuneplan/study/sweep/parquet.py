"""A sweep as a folder of Parquet parts, one a block: each is whole or not there, wherever it was written.

``_sweep.json`` tells what it is; readers of Parquet pass by names that begin with ``_`` or a dot.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from tuneplan.errors import UsageError
from tuneplan.study.sweep.ledger import PARQUET, Ledger, as_json, ledger_of, read, rows_of
from tuneplan.study.sweep.lock import held
from tuneplan.study.sweep.places import UNFINISHED, Folder, Place, place_of
from tuneplan.study.sweep.records import COUNT, NUMBER, TEXT, YES_NO, Rows, Work
from tuneplan.study.sweep.trouble import NEEDS

TOLD_IN, LOCK = "_sweep.json", ".lock"
PART = re.compile(r"part-(\d{8,})\.parquet")
ABOUT, FIRST = b"tuneplan", b"tuneplan.first_row"
"""Keys of a part's own metadata: provenance, and the number of its first row."""


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
    parquet = _library("parquet", str(target))
    table = _table(work, number)
    whole = io.BytesIO()
    texts = [each.name for each in work.columns if each.kind == TEXT]
    parquet.write_table(table, whole, compression="zstd", use_dictionary=texts, row_group_size=max(1, table.num_rows))
    content = whole.getvalue()
    place_of(target).write(part_name(number), content)
    return Part(number=number, rows=table.num_rows, bytes=len(content), checksum=hashlib.sha256(content).hexdigest())


def _library(name: str, target: str) -> Any:
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
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=_metadata(work, number)))


def _metadata(work: Work, number: int) -> dict[bytes, bytes]:
    about = json.dumps(ledger_of(work, PARQUET).about, ensure_ascii=False)
    return {ABOUT: about.encode(), FIRST: str(number * work.rows_of_a_block).encode()}


class Parts:
    """A folder of parts that fills.

    Attributes
    ----------
    name
        As the user gave it.
    releases
        Whether threads pay.
    """

    releases = True

    def __init__(self, target: str | Path, work: Work) -> None:
        self.name = str(target)
        self._target, self._work, self._place = target, work, place_of(target)
        self._ledger = ledger_of(work, PARQUET)

    def found(self) -> Ledger | None:
        """What stands there; None: nothing.

        Raises
        ------
        UsageError
            Something else than a sweep, or it can't be read.
        """
        _library("parquet", self.name)
        if isinstance(self._place, Folder) and self._place.path.exists() and not self._place.path.is_dir():
            raise UsageError(f"{self.name}: is a file, but a sweep as Parquet is a folder; give another name")
        names = self._place.names()
        if TOLD_IN in names:
            return ledger_in(self._place)
        if any(name != LOCK and not _is_unfinished(name) for name in names):
            raise UsageError(f"{self.name}: holds other things, and no sweep; give the name of a new folder")
        return None

    def alone(self) -> AbstractContextManager[None]:
        """Hold the lock; what lies behind a URL has none."""
        if not isinstance(self._place, Folder):
            return nullcontext()
        self._place.make()
        return held(self._place.path / LOCK, self.name)

    def begun(self, there: Ledger | None) -> tuple[Sequence[int], int, int]:
        """Numbers of the blocks that are left, rows and bytes that stand; from the start where nothing is to be gone on with."""
        self._place.make()
        self._ledger = there or self._ledger
        if there is None:  # the new ledger first: parts of another sweep are known by what they tell
            self._tell()
        names = set(self._place.names())
        here = [number for number in range(self._ledger.blocks) if there is not None and part_name(number) in names and self._is_whole(number)]
        for name in sorted(names - {part_name(number) for number in here}):
            if PART.fullmatch(name) or _is_unfinished(name):
                self._place.remove(name)
        left = sorted(set(range(self._ledger.blocks)) - set(here))
        return left, sum(rows_of(self._work, number) for number in here), sum(self._place.size(part_name(number)) for number in here)

    def make(self) -> Callable[[int], Part]:
        """What makes and keeps a block, anywhere."""
        return partial(write_part, self._work, target=self._target)

    def keep(self, made: Part) -> tuple[int, int]:
        """A part that stands: its rows and bytes."""
        return made.rows, made.bytes

    def finished(self) -> None:
        """Tell that all of it stands."""
        self._ledger = replace(self._ledger, is_complete=True)
        self._tell()

    def safe(self) -> int:
        """Rows that stand now: also those of parts that were done before their turn."""
        names = set(self._place.names())
        return sum(rows_of(self._work, number) for number in range(self._ledger.blocks) if part_name(number) in names)

    def close(self) -> None:
        """Leave nothing unfinished."""
        for name in self._place.names():
            if _is_unfinished(name):
                with suppress(UsageError):
                    self._place.remove(name)

    def free(self) -> int | None:
        """Bytes that are free."""
        return self._place.free()

    def _tell(self) -> None:
        self._place.write(TOLD_IN, as_json(self._ledger))

    def _is_whole(self, number: int) -> bool:
        return is_whole(self._place, number, rows_of(self._work, number), _metadata(self._work, number))


def _is_unfinished(name: str) -> bool:
    """A file of ours that was being written."""
    found = UNFINISHED.fullmatch(name)
    return found is not None and (found["name"] == TOLD_IN or PART.fullmatch(found["name"]) is not None)


def is_whole(place: Place, number: int, rows: int, metadata: dict[bytes, bytes]) -> bool:
    """Whether a part can be read, and is what it should be."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with place.opened(part_name(number)) as source, parquet.ParquetFile(source) as file:
            told = file.schema_arrow.metadata or {}
            return file.metadata.num_rows == rows and all(told.get(key) == value for key, value in metadata.items())
    except (OSError, pa.ArrowException):
        return False


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
    _library("parquet", place.name)
    names = set(place.names())
    here = [number for number in range(ledger.blocks) if part_name(number) in names]
    if ledger.is_complete:
        return here
    about = json.dumps(ledger.about, ensure_ascii=False).encode()
    return [number for number in here if is_whole(place, number, rows_in(ledger, number), {ABOUT: about, FIRST: str(number * ledger.rows_of_a_block).encode()})]


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
    parquet = _library("parquet", place.name)
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
