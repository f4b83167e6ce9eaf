"""A sweep as one CSV file, with a sidecar that tells what it is and how much of it stands.

Whole blocks are appended and brought to the disk before the sidecar counts them: whatever happens, the file holds
at least what the sidecar says, and to go on means to cut off what is beyond that.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from tuneplan.errors import UsageError
from tuneplan.study.sweep.csv_text import header, rows_from, text_of
from tuneplan.study.sweep.ledger import CSV, Ledger, as_json, ledger_of, read, rows_of
from tuneplan.study.sweep.lock import held
from tuneplan.study.sweep.places import UNFINISHED, Folder, write_all
from tuneplan.study.sweep.records import Rows, Work
from tuneplan.study.sweep.trouble import writing

AT_ONCE = 1 << 20
"""Bytes read at once."""


def sidecar_of(path: Path) -> Path:
    """The file beside it that tells of it.

    >>> sidecar_of(Path("results.csv")).name
    'results.csv.json'
    """
    return path.with_name(f"{path.name}.json")


class CsvFile:
    """A CSV file that grows.

    Attributes
    ----------
    name
        As the user gave it.
    releases
        Whether threads pay: text is made in Python, one thread at a time.
    """

    releases = False

    def __init__(self, path: Path, work: Work) -> None:
        self.name = str(path)
        self._path, self._work, self._sidecar = path, work, sidecar_of(path)
        self._folder, self._handle = Folder(path=path.parent), -1
        self._ledger = ledger_of(work, CSV)

    def found(self) -> Ledger | None:
        """What stands there; None: nothing.

        Raises
        ------
        UsageError
            Something else than a sweep, or it can't be read.
        """
        if not self._path.parent.is_dir():
            raise UsageError(f"{self.name}: can't be written: there is no folder {self._path.parent}")
        if self._path.is_dir():
            raise UsageError(f"{self.name}: is a folder, but a sweep as CSV is one file; give another name")
        if self._path.exists() and not self._path.is_file():
            raise UsageError(f"{self.name}: is no file on a disk, and can't be gone on with; give another name")
        ledger = ledger_beside(self._path)
        if ledger is None and self._path.exists() and self._path.stat().st_size:
            raise UsageError(f"{self.name}: exists, and is no sweep (it has no {self._sidecar.name}); give another name")
        return ledger

    def alone(self) -> AbstractContextManager[None]:
        """Hold the lock."""
        return held(self._path.with_name(f".{self._path.name}.lock"), self.name)

    def begun(self, there: Ledger | None) -> tuple[Sequence[int], int, int]:
        """Numbers of the blocks that are left, rows and bytes that stand; from the start where nothing is to be gone on with."""
        self._ledger = there or self._ledger
        if there is None:
            self._tell()
        else:
            self._check()
            if there.is_complete:
                return (), there.rows_done, there.bytes_done
        with writing(self.name):
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
            os.ftruncate(self._handle, self._ledger.bytes_done)
            os.lseek(self._handle, 0, os.SEEK_END)
        if not self._ledger.bytes_done:
            self._append(header(self._work.columns))
        return range(self._ledger.blocks_done, self._ledger.blocks), self._ledger.rows_done, self._ledger.bytes_done

    def make(self) -> Callable[[int], bytes]:
        """What makes a block, anywhere."""
        return partial(_text_of_block, self._work)

    def keep(self, made: bytes) -> tuple[int, int]:
        """Append the next block: its rows and bytes."""
        number = self._ledger.blocks_done
        self._append(made, blocks=1)
        return rows_of(self._work, number), len(made)

    def finished(self) -> None:
        """Tell that all of it stands."""
        self._ledger = replace(self._ledger, is_complete=True)
        self._tell()

    def safe(self) -> int:
        """Rows that stand now."""
        return self._ledger.rows_done

    def close(self) -> None:
        """Leave nothing that the sidecar does not count."""
        for name in self._folder.names():
            if (left := UNFINISHED.fullmatch(name)) and left["name"] == self._sidecar.name:
                with suppress(OSError):
                    (self._path.parent / name).unlink()
        if self._handle >= 0:
            with suppress(OSError):
                os.ftruncate(self._handle, self._ledger.bytes_done)
            os.close(self._handle)
            self._handle = -1

    def free(self) -> int | None:
        """Bytes that are free."""
        return self._folder.free()

    def _append(self, text: bytes, *, blocks: int = 0) -> None:
        with writing(self.name):
            write_all(self._handle, text)
        old = self._ledger
        self._ledger = replace(old, blocks_done=old.blocks_done + blocks, bytes_done=old.bytes_done + len(text), checksum=zlib.crc32(text, old.checksum))
        try:
            self._tell()
        except BaseException:  # what the sidecar on the disk does not count is cut off
            self._ledger = old
            raise

    def _tell(self) -> None:
        self._folder.write(self._sidecar.name, as_json(self._ledger))

    def _check(self) -> None:
        """That the file begins with what the sidecar counts."""
        left, checksum = self._ledger.bytes_done, 0
        with suppress(OSError), open(self._path, "rb") as file:
            while some := file.read(min(left, AT_ONCE)):
                left, checksum = left - len(some), zlib.crc32(some, checksum)
        if left or checksum != self._ledger.checksum:
            raise UsageError(f"{self.name}: was changed since, so it can't be gone on with; give another name, or --force to begin anew")


def _text_of_block(work: Work, number: int) -> bytes:
    return text_of(work.block(number), work.columns)


def ledger_beside(path: Path) -> Ledger | None:
    """The ledger in the sidecar; None: there is none.

    Raises
    ------
    UsageError
        The sidecar is something else, or can't be read.
    """
    sidecar = sidecar_of(path)
    try:
        ledger = read(sidecar.read_bytes(), str(sidecar))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"{sidecar}: can't be read: {error.strerror}") from None
    if ledger.kept != CSV:
        raise UsageError(f"{sidecar}: tells of no CSV file")
    return ledger


def batches(path: Path, ledger: Ledger, names: Sequence[str], size: int) -> Iterator[Rows]:
    """Rows of some columns, so many at a time.

    Raises
    ------
    UsageError
        The file is gone, or was changed since.
    """
    with _reading(path), open(path, "rb") as file:
        lines = _lines(file, ledger.bytes_done)
        if next(lines, "").encode() != header(ledger.columns):
            raise ValueError("another header")
        rows = 0
        for each in rows_from(lines, ledger.columns, names, size):
            rows += len(each[names[0]])
            yield each
        if rows != ledger.rows_done:
            raise ValueError(f"{rows} rows, not {ledger.rows_done}")


def _lines(file: Iterator[bytes], end: int) -> Iterator[str]:
    """Lines up to where the last whole block ends."""
    place = 0
    for line in file:
        place += len(line)
        if place > end:
            return
        yield line.decode()


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    from csv import Error

    try:
        yield
    except OSError as error:
        raise UsageError(f"{path}: can't be read: {error.strerror}") from None
    except (ValueError, Error) as error:
        raise UsageError(f"{path}: was changed since it was written ({error})") from None
