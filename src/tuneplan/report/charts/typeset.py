"""Lines of a title or a caption: broken where the type of a chart is as wide as the paper, and no word left alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tuneplan.report.days import MONTHS
from tuneplan.report.lines import GLUE

Measure = Callable[[str], float]
"""Width of a text, in any unit."""
LEAST_LAST = 0.4
"""Share of the others that a last line is long at the least; where it would not be, all are made a little shorter."""
TOGETHER = re.compile(
    rf"(?<=\d) (?=(?:%|points?\b|draws?\b|in 10\b|{'|'.join(MONTHS)}))|(?<=\bseed) (?=\d)|(?<=\btuneplan) (?=\d)|(?<=\bday) (?=\d)|(?<=\bP90) (?=\S)"
)
"""Blanks at which no line ends: between a number and what it counts."""
HALVINGS, STEP = 20, 0.01
"""Steps of the search for the narrowest room, and for one in which no word is left alone [share of the room]."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """What no line breaks: its width, and that of the blank before it."""

    text: str
    width: float
    blank: float


def in_lines(text: str, room: float, measure: Measure, *, even: bool = False) -> list[str]:
    """A text in as few lines as it needs, none wider than the room.

    Parameters
    ----------
    even
        Whether all lines are about as long; else they are as full as they get without a last one that is too short.

    >>> in_lines("one two three four", 13, len), in_lines("one two three four five", 14, len)
    (['one two', 'three four'], ['one two three', 'four five'])
    >>> in_lines("one two three four five", 18, len, even=True), in_lines("at most 4 points", 9, len)
    (['one two three', 'four five'], ['at most', '4 points'])
    >>> in_lines("日本日本日本", 4, len, even=True), in_lines("", 4, len)
    (['日本日本', '日本'], [''])
    """
    pieces = _pieces(text, room, measure)
    lines = _filled(pieces, room)
    if len(lines) > 1:
        lines = _evened(pieces, room, len(lines)) if even else _without_rest(pieces, room, len(lines))
    return ["".join(f"{' ' if piece.blank and place else ''}{piece.text}" for place, piece in enumerate(line)).replace(GLUE, " ") for line in lines]


def _pieces(text: str, room: float, measure: Measure) -> list[_Piece]:
    """Words, cut where one is wider than the room."""
    blank = measure("n n") - measure("nn")
    found = []
    for place, word in enumerate(TOGETHER.sub(GLUE, text).split(" ")):
        for part, cut in enumerate(_cut(word, room, measure)):
            found.append(_Piece(text=cut, width=measure(cut), blank=blank if place and not part else 0.0))
    return found


def _cut(word: str, room: float, measure: Measure) -> list[str]:
    """A word in parts that fit, of a letter at the least."""
    if measure(word) <= room:
        return [word]
    parts, part, width = [], "", 0.0
    for letter in word:
        wide = measure(letter)
        if part and width + wide > room:
            parts.append(part)
            part, width = "", 0.0
        part, width = part + letter, width + wide
    return [*parts, part]


def _filled(pieces: list[_Piece], room: float) -> list[list[_Piece]]:
    """Lines as full as they get."""
    lines: list[list[_Piece]] = [[]]
    for piece in pieces:
        if lines[-1] and _width([*lines[-1], piece]) > room:
            lines.append([])
        lines[-1].append(piece)
    return lines


def _width(line: list[_Piece]) -> float:
    """A blank at which a line begins is not set."""
    return sum(piece.width + piece.blank for piece in line) - line[0].blank


def _evened(pieces: list[_Piece], room: float, count: int) -> list[list[_Piece]]:
    """As many lines, in the narrowest room that takes no more of them."""
    low, high = 0.0, room
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        fits = len(_filled(pieces, middle)) <= count and max(map(_width, _filled(pieces, middle))) <= room
        low, high = (low, middle) if fits else (middle, high)
    return _filled(pieces, high)


def _without_rest(pieces: list[_Piece], room: float, count: int) -> list[list[_Piece]]:
    """As many lines, in the widest room that leaves enough for the last one."""
    narrower = room
    while True:
        lines = _filled(pieces, narrower)
        if len(lines) > count or narrower < room / 2.0:
            return _evened(pieces, room, count)
        if _width(lines[-1]) >= LEAST_LAST * max(map(_width, lines)):
            return lines
        narrower -= STEP * room
