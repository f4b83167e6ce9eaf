"""Names as type on a chart: broken over lines that fit, in colours that can be read."""

from __future__ import annotations

import re
import unicodedata

import numpy as np

from tuneplan.report.charts.looks import INK
from tuneplan.report.tables import width, wrapped
from tuneplan.report.words import plain

LETTERS = 22
"""Letters of a line of a label."""
LINES = 2
"""Lines of a name; of a longer one the middle is left out, as names often differ at their ends."""
LEFT_TO_RIGHT = "\u200e"
"""An unseen mark: what follows is written from left to right."""
CONTRAST = 4.5
"""Least contrast of type on white."""


def fitted(name: str, *, letters: int = LETTERS, lines: int = LINES) -> str:
    r"""A name over a line or two, without a part of its middle where it is longer still.

    >>> fitted("unified_then_specialists"), fitted("one model for all of it", letters=12)
    ('unified_then_\nspecialists', 'one model\nfor all of…')
    >>> fitted("a" * 30 + "_last", letters=10)
    'aaaaaaaaaa\naaaaa…last'
    """
    rows = _rows(plain(name), letters)
    if len(rows) <= lines:
        return "\n".join(rows)
    kept, rest = rows[: lines - 1], "".join(rows[lines - 1 :])
    if width(rows[lines - 1]) < letters // 2 or " " in plain(name):
        return "\n".join([*kept, f"{_first(rows[lines - 1], letters - 1)}…"])
    tail = _first(rest[::-1], (letters - 1) // 2)[::-1]  # names without spaces often differ at their ends
    return "\n".join([*kept, f"{_first(rest, letters - 1 - width(tail))}…{tail}"])


def _rows(text: str, letters: int) -> list[str]:
    """A name broken after a space, a hyphen or an underscore, else anywhere."""
    rows = [""]
    for piece in re.split(r"(?<=[\s_-])", text):
        if width(f"{rows[-1]}{piece}".rstrip()) > letters:
            rows += wrapped(piece.rstrip(), letters)
            rows[-1] += piece[len(piece.rstrip()) :]
        else:
            rows[-1] += piece
    return [row.strip() for row in rows if row.strip()]


def _first(text: str, room: int) -> str:
    """As much of a text as takes no more columns."""
    return next(text[:count] for count in range(len(text), -1, -1) if width(text[:count]) <= room)


def beside(name: str, words: str) -> str:
    """A name and a few words after it; of one that is written from right to left they keep their own order.

    >>> beside("unified", "$80k"), len(beside("ע", "$80k"))
    ('unified $80k', 7)
    """
    turns = any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in name)
    return f"{name} {LEFT_TO_RIGHT if turns else ''}{words}"


def readable(colour: str) -> str:
    """A colour dark enough for type on white: a contrast of 4.5 to 1 (WCAG 2.1, 1.4.3).

    >>> readable("#0072B2"), readable("#E69F00")
    ('#0072B2', '#9d6d00')
    """
    from matplotlib.colors import to_hex, to_rgb

    rgb = np.array(to_rgb(colour))
    for share in np.linspace(1.0, 0.0, 61):
        linear = np.where(share * rgb <= 0.04045, share * rgb / 12.92, ((share * rgb + 0.055) / 1.055) ** 2.4)
        if 1.05 / (float(linear @ (0.2126, 0.7152, 0.0722)) + 0.05) >= CONTRAST:
            return colour if share == 1.0 else to_hex(share * rgb)
    return INK
