"""A CSV file of rows, read line by line; places in it are noted, so that any block is found without the others."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Any

from tuneplan.scenario.reading.source import UNREADABLE

LONGEST_LINE = 1_000_000
"""Bytes of a line."""
MOST_MARKS = 4096
"""Places that are noted: when there are more, every other one is forgotten."""
REMARK = "#"
"""Begins lines before the header that say where a file comes from."""


class TableError(Exception):
    """A line that can't be read, with its number."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


@dataclass(slots=True)
class Lines:
    """Lines of a file that are not blank, one by one, with where the next one begins.

    Attributes
    ----------
    number
        Of the line given last, from 1.
    offset
        Where the line given last begins. [byte]
    """

    stream: IO[bytes]
    number: int = 0
    offset: int = 0
    at: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        while True:
            raw = self.stream.readline(LONGEST_LINE + 1)
            if not raw:
                raise StopIteration
            self.number += 1
            self.offset, self.at = self.at, self.at + len(raw)
            self.digest.update(raw)
            if len(raw) > LONGEST_LINE:
                raise TableError(f"longer than {LONGEST_LINE // 1_000_000} MB, the most a line may be", self.number)
            if raw.strip():
                return self._text(raw)

    def _text(self, raw: bytes) -> str:
        try:
            text = raw.decode("utf-8-sig" if self.offset == 0 else "utf-8")
        except UnicodeDecodeError as error:
            raise TableError(f"byte 0x{raw[error.start]:02x} is not UTF-8 text; save the file as UTF-8", self.number) from None
        bad = UNREADABLE.search(text)
        if bad is not None:
            raise TableError(f"character U+{ord(bad[0]):04X} cannot stand in a table; delete it", self.number)
        return text


def rows_in(lines: Lines, width: int) -> Iterator[list[str]]:
    """Rows of cells.

    Raises
    ------
    TableError
        A line is no row of ``width`` cells.
    """
    reader = csv.reader(lines, strict=True)
    while True:
        before, taken = lines.number, reader.line_num
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise TableError(_in_plain_words(error), before + 1) from None
        if cells is None:
            return
        if reader.line_num > taken + 1:
            raise TableError("a quote goes on over the end of the line; a row is one line", before + 1)
        if len(cells) != width:
            raise TableError(f"{len(cells)} cell{'' if len(cells) == 1 else 's'}, and the header has {width}", lines.number)
        yield cells


def _in_plain_words(error: csv.Error) -> str:
    said = str(error)
    if "field limit" in said:
        return "a cell is longer than 131 072 letters"
    return "a quote is never closed" if "unexpected end" in said else "a quote stands where none belongs"


def header_of(lines: Lines) -> list[str]:
    """Names of the columns.

    Raises
    ------
    TableError
        There is no header, or none that commas split.
    """
    text = next((line for line in lines if not line.startswith(REMARK)), None)
    if text is None:
        raise TableError("the file is empty; its first line names keys")
    try:
        names = next(csv.reader([text], strict=True))
    except csv.Error:
        raise TableError("a quote is never closed", lines.number) from None
    for sign, word in ((";", "semicolons"), ("\t", "tabs")):
        if len(names) == 1 and sign in names[0]:
            raise TableError(f"columns are split by {word}: save the file with commas between them", lines.number)
    return names


@dataclass(slots=True)
class Marks:
    """Where every so many rows begin.

    Attributes
    ----------
    stride
        Rows between two marks.
    offsets, lines
        Of the first row after each mark. [byte], from 1
    """

    stride: int = 1024
    offsets: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def take(self, row: int, offset: int, line: int) -> None:
        """Note where a row begins, if it is one of those."""
        if row % self.stride:
            return
        if len(self.offsets) == MOST_MARKS:
            self.stride *= 2
            del self.offsets[1::2], self.lines[1::2]
            if row % self.stride:
                return
        self.offsets.append(offset)
        self.lines.append(line)


def block(path: str, width: int, marks: tuple[int, tuple[int, ...], tuple[int, ...]], start: int, stop: int) -> list[list[str]]:
    """Rows ``start`` to ``stop``.

    Raises
    ------
    TableError
        The file is not what it was.
    OSError
        It can't be opened.
    """
    stride, offsets, numbers = marks
    mark = start // stride
    with open(path, "rb") as stream:
        stream.seek(offsets[mark])
        lines = Lines(stream, number=numbers[mark] - 1, at=offsets[mark])
        found = list(islice(rows_in(lines, width), start - mark * stride, stop - mark * stride))
    if len(found) < stop - start:
        raise TableError("has fewer rows than it had")
    return found
