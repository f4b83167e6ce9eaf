"""Lines of text as a terminal shows them: how wide they are, where they break, with which ink they are written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

ROOM = 100
"""Columns of text where nothing says how many there are."""
READABLE = 100
"""Columns beyond which a sentence is hard to follow, however wide the terminal is; tables use them all."""
WIDTHLESS = ("Mn", "Me", "Cf")
"""Kinds of letters that take no column: marks on the letter before, joiners."""

GLUE = "\u00a0"
"""Stands for a blank at which no line ends."""

THOUSANDS = re.compile("(?<=[0-9]) (?=[0-9]{3}(?![0-9]))")
"""Where a number has a blank before its next three digits."""

Role = Literal["title", "head", "row", "marked"]
"""What a line is: the title of a page or table, its names of columns, a row, the row that a ``>`` points at."""
Ink = Callable[[Role, str], str]
"""Makes a line stand out; it shows the same letters in the same columns."""


def unpainted(role: Role, line: str) -> str:
    """The line as it is: what pipes and files get."""
    return line


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What text is laid out for.

    Attributes
    ----------
    room
        Columns: no line is wider, so long as its longest number fits.
    is_seen
        Whether people look at it as it is written; what programs pick lines from is then broken too.
    """

    room: int = ROOM
    ink: Ink = unpainted
    is_seen: bool = False

    @property
    def measure(self) -> int:
        """Columns of a sentence."""
        return min(self.room, READABLE)


PLAIN = Paper()
"""What pipes, files and notebooks get: the same everywhere."""


def width(text: str) -> int:
    """Columns that a text takes in a terminal.

    >>> width("é"), width("日本"), width("e\\u0301"), width("\\u200b")
    (1, 4, 1, 0)
    """
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.category(letter) in WIDTHLESS else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def wrapped(text: str, room: int) -> list[str]:
    """Lines of at most ``room`` columns, broken between words, or inside a word that is longer still.

    >>> wrapped("so many words", 7), wrapped("日本日本", 4), wrapped("", 4)
    (['so many', 'words'], ['日本', '日本'], [''])
    >>> wrapped("in 90 % of draws", 6)
    ['in', '90 %', 'of', 'draws']
    >>> wrapped("of 1 234 567 rows", 9)
    ['of', '1 234 567', 'rows']
    """
    lines, line = [], ""
    for word in _glued(text).split(" "):
        longer = f"{line} {word}" if line else word
        if width(longer) <= room:
            line = longer
            continue
        lines += [line] if line else []
        line = word
        while width(line) > room:
            cut = next(count for count in range(len(line), 0, -1) if count == 1 or width(line[:count]) <= room)
            lines.append(line[:cut])
            line = line[cut:]
    return [_loosened(each) for each in (*lines, line)]


def _glued(text: str) -> str:
    """A number and its per cent sign as one word, and so the thousands of a number."""
    return THOUSANDS.sub(GLUE, text.replace(" %", f"{GLUE}%"))


def _loosened(text: str) -> str:
    return text.replace(GLUE, " ")


def sentences(text: str, room: int) -> str:
    """A paragraph of at most ``room`` columns; where all letters take one column, words may break at their hyphens.

    >>> print(sentences("first- and total-order", 17))
    first- and total-
    order
    >>> print(sentences("日本 日本", 5))
    日本
    日本
    """
    if width(text) != len(text):
        return "\n".join(wrapped(text, room))
    from textwrap import fill  # it compiles patterns when it is loaded, which a quick command does without

    return _loosened(fill(_glued(text), width=room))


def titled(text: str, paper: Paper) -> str:
    """A title, over as many lines as it takes."""
    return "\n".join(paper.ink("title", line) for line in sentences(text, paper.measure).split("\n"))
