"""What a sweep varies, as somebody said it: in the section of a scenario, or behind ``--sweep``."""

from __future__ import annotations

from dataclasses import dataclass

from tuneplan.scenario.grammar.ranges import Range
from tuneplan.scenario.records import Place

GRID, ZIP, LIST, SOBOL, LHS = "grid", "zip", "list", "sobol", "lhs"
MODES = (GRID, ZIP, LIST, SOBOL, LHS)
SAMPLED = (SOBOL, LHS)
"""Modes that draw from ranges, ``points`` in all."""
OWN = "own"
"""Stands for the interval that the scenario itself gives for a number."""
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
        Name of a file of rows, below the folder of the scenario; empty: there is none.
    keys, rows
        What is varied key by key, or row by row.
    row_places
        Where each of ``rows`` was typed.
    place
        Of the section.
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
