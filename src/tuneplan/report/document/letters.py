"""Text as every format can hold it: without what no XML may contain, and without what turns a line around."""

from __future__ import annotations

import re

from tuneplan.report.words import plain, printable

NOWHERE = re.compile("[\ud800-\udfff\ufffe\uffff]")
"""Halves of letters and marks that are no letters: neither XML nor UTF-8 holds them."""


def line(text: str) -> str:
    """Text on one line.

    >>> line("a\\x00\\u202eb\\n c\\ud800")
    'ab c'
    """
    return plain(NOWHERE.sub("", text))


def bound(text: str) -> str:
    """The same with numbers held to their signs, where lines are broken.

    >>> bound("90 % of 3")
    '90\\xa0% of 3'
    """
    return re.sub(r"(?<=\d) (?=%)", "\xa0", line(text))


def lines(text: str) -> str:
    """Text with its lines as they stand.

    >>> lines("a\\x1b\\nb")
    'a\\nb'
    """
    return printable(NOWHERE.sub("", text.expandtabs(4)))
