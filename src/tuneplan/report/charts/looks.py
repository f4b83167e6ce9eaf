"""How each strategy looks: the same colour, mark and line in every chart of a study."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice

from tuneplan.report.colours import COLOURS, colours_of

__all__ = ["COLOURS", "FAINT", "HATCHES", "INK", "LINES", "MARKS", "QUIET", "Look", "Looks"]

MARKS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "p", "h", "*")
"""Marks, so that grey print tells strategies apart."""
LINES: tuple[str | tuple[int, tuple[float, ...]], ...] = ("-", (0, (5, 1.5)), (0, (1.2, 1.2)), (0, (6, 1.5, 1.2, 1.5)), (0, (3, 1)))
"""Line styles, for the same reason. Twelve, five and seven: no two of the first 420 strategies look alike."""
HATCHES = ("", "///", "...", "\\\\\\", "xxx", "---", "+++")
"""Hatches of filled areas, likewise."""
INK, QUIET, FAINT = "#222222", "#5A5A5A", "#D9D9D9"
"""Text and axes; what stands back; grids and bands of nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How one strategy is drawn."""

    colour: str
    mark: str
    line: str | tuple[int, tuple[float, ...]]
    hatch: str


@dataclass(frozen=True, slots=True)
class Looks:
    """Looks by name; a strategy keeps its own whichever others a chart leaves out.

    >>> looks = Looks.of(["unified", "specialists"])
    >>> looks["unified"].colour, looks["specialists"].mark
    ('#0072B2', 's')
    """

    by_name: dict[str, Look]

    @classmethod
    def of(cls, names: Sequence[str]) -> Looks:
        """In the order of the scenario; beyond twelve colours come again, with other lines."""
        colours, kinds = colours_of(names), (MARKS, LINES, HATCHES)
        rows = zip(names, *(islice(cycle(kind), len(names)) for kind in kinds), strict=True)
        return cls({name: Look(colour=colours[name], mark=mark, line=line, hatch=hatch) for name, mark, line, hatch in rows})

    def __getitem__(self, name: str) -> Look:
        return self.by_name[name]
