"""What a sweep varies, as somebody said it: in the section of a scenario, or behind ``--sweep``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tuneplan.scenario.grammar.ranges import Range
from tuneplan.scenario.records import Place

GRID, ZIP, LIST, SOBOL, LHS = "grid", "zip", "list", "sobol", "lhs"
MODES = (GRID, ZIP, LIST, SOBOL, LHS)
SAMPLED = (SOBOL, LHS)
"""Modes that draw from ranges, ``points`` in all."""
OWN = "own"
"""Stands for the interval that the scenario itself gives for a number."""
PLANS = ("own", "once")
"""Whether plans are found for each row, or once for all."""
OF_THE_FILE = ("schema", "name", "question")
"""Keys that say what a file is: rows of a sweep can't differ in them, nor in those that only a file may hold."""
NO_PLACE = Place(file="--sweep")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One key and what it is set to.

    Attributes
    ----------
    key
        As typed.
    texts
        Values, as a scenario types them; empty where there is a range, or ``own``.
    range
        None where there are values.
    own
        Whether it is drawn from the scenario's own interval.
    place
        Where it was typed.
    """

    key: str
    texts: tuple[str, ...] = ()
    range: Range | None = None
    own: bool = False
    place: Place = NO_PLACE


_AROUND_SIGN = re.compile(r"\s*([/>])\s*")


def key_in(text: str) -> str:
    """A key without spaces where none belong.

    >>> key_in(" similarity.email / qa ")
    'similarity.email/qa'
    """
    return ".".join(_AROUND_SIGN.sub(r"\1", word.strip()) for word in text.split("."))


Row = tuple[tuple[str, str], ...]
"""Key and value, as typed, of one row; what it does not name is as the scenario says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """What is varied, and how.

    Attributes
    ----------
    mode
        One of ``MODES``; empty: nobody said, and it follows from the rest.
    points
        Rows of ``sobol`` and ``lhs``; None: nobody said.
    draws
        Of each row; None: nobody said.
    plans
        ``own``: each row has plans of its own; ``once``: all have those of the scenario; empty: nobody said.
    seed
        None: nobody said.
    table
        File of rows, found from the folder of the file that names it; empty: there is none.
    keys, rows
        What is varied key by key, or row by row.
    row_places
        Where each of ``rows`` was typed.
    place, table_place
        Where the section was typed, and where the name of the table.
    """

    mode: str = ""
    points: int | None = None
    draws: int | None = None
    plans: str = ""
    seed: int | None = None
    table: str = ""
    keys: tuple[Wanted, ...] = ()
    rows: tuple[Row, ...] = ()
    row_places: tuple[Place, ...] = ()
    place: Place = NO_PLACE
    table_place: Place = NO_PLACE

    @property
    def path(self) -> Path | None:
        """Of the table; None where there is none."""
        if not self.table:
            return None
        folder = Path(self.table_place.file).parent if self.table_place.line else Path()
        return folder / self.table
