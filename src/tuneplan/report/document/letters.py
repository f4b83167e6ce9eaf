"""Text as every format can hold it: without what no XML may contain, and without what turns a line around."""

from __future__ import annotations

import re

from tuneplan.report.words import plain, printable

NOWHERE = re.compile("[\ud800-\udfff\ufffe\uffff]")
"""Halves of letters and marks that are no letters: neither XML nor UTF-8 holds them."""


WHOLE = re.compile(r"(\b\d{4}-\d\d-\d\d\b|(?<![\w-])--[a-z][a-z-]*(?: \d+)?)")
"""Dates and options, with the number that follows one."""
RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+(?!\u200e)(?![\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc])")
"""A word of a script that runs to the left; without a mark after it, a number that follows would stand before it."""


def line(text: str) -> str:
    """Text on one line; what follows a word that runs to the left keeps its own direction.

    >>> line("a\\x00\\u202eb\\n c\\ud800")
    'ab c'
    >>> ascii(line("\u05d0\u05d1, 1 and 2")), line(line("\u05d0, 1")) == line("\u05d0, 1")
    ("'\\\\u05d0\\\\u05d1\\\\u200e, 1 and 2'", True)
    """
    return RIGHT_TO_LEFT.sub("\\g<0>\u200e", plain(NOWHERE.sub("", text)))


def bound(text: str) -> str:
    """The same with numbers held to their signs, where lines are broken.

    >>> bound("90 % of 3")
    '90\\xa0% of 3'
    """
    return re.sub(r"(?<=\d) (?=%)", "\xa0", line(text))


def pieces(text: str) -> list[tuple[str, bool]]:
    """A text as pieces, each with whether it must stay on one line: dates and options of the command, whose hyphens invite a break.

    >>> pieces("by 2027-01-04 with --draws 64.")
    [('by ', False), ('2027-01-04', True), (' with ', False), ('--draws 64', True), ('.', False)]
    """
    return [(piece, place % 2 == 1) for place, piece in enumerate(WHOLE.split(text)) if piece]


def lines(text: str) -> str:
    """Text with its lines as they stand.

    >>> lines("a\\x1b\\nb")
    'a\\nb'
    """
    return printable(NOWHERE.sub("", text.expandtabs(4)))
