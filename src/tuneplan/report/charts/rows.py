"""Rows of a chart, each as high as the words that stand beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LINE, GAP, LEAST = 0.14, 0.075, 0.255
"""Height of a line of words, what lies between rows, and the least height of a row. [inch]"""
BAR = 0.17
"""Thickness of a bar. [inch]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Where rows lie, from the top down.

    Attributes
    ----------
    words
        What stands beside each; may be of several lines.
    centres
        Middle of each. [inch]
    height
        Of all of them. [inch]
    """

    words: tuple[str, ...]
    centres: tuple[float, ...]
    height: float

    @classmethod
    def of(cls, words: Sequence[str]) -> Rows:
        """Rows as high as their words.

        >>> Rows.of(["one line", "two\\nlines"]).centres
        (0.1275, 0.4325)
        """
        centres, height = [], 0.0
        for each in words:
            own = max(LEAST, GAP + LINE * (each.count("\n") + 1))
            centres.append(round(height + own / 2.0, 9))
            height += own
        return cls(words=tuple(words), centres=tuple(centres), height=height)

    def put_beside(self, ax: Axes, *, below: float = 0.0) -> None:
        """Make the rows those of an axis, their words beside it.

        Parameters
        ----------
        below
            Room under the last one. [inch]
        """
        ax.set_ylim(self.height + below, 0.0)
        ax.set_yticks(self.centres, self.words)
        ax.tick_params(axis="y", length=0)
        ax.spines["left"].set_visible(False)
