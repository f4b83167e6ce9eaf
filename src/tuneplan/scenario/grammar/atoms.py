"""The words that units are made of."""

from __future__ import annotations

from dataclasses import dataclass

from tuneplan.units import DAYS_PER_MONTH, SECONDS_PER_HOUR


@dataclass(frozen=True, slots=True)
class Atom:
    """One word of a unit.

    Attributes
    ----------
    name
        As in declarations.
    dimension
        Atoms of one dimension convert into each other; ``""``: a plain number.
    factor
        Size in the smallest unit of the dimension (whole numbers, so that conversions are exact).
    spellings
        Besides the name; lower case, singular, words joined by ``-``.
    counts
        Whether it counts things, so that a bare number says it all.
    abbreviated
        Whether it is written without a plural *s*.
    plural
        What several of it are called, where that is not its name with an *s*.
    """

    name: str
    dimension: str
    factor: float = 1.0
    spellings: tuple[str, ...] = ()
    counts: bool = False
    abbreviated: bool = False
    plural: str = ""


_HOUR = 1000.0 * SECONDS_PER_HOUR
DAY = 24.0 * _HOUR
"""A day of calendar time, in the smallest unit of time."""

ATOMS: tuple[Atom, ...] = (
    Atom("1", "", counts=True, abbreviated=True),
    Atom("share", "", 1.0, ("%",), counts=True, abbreviated=True),
    Atom("score", "", counts=True, abbreviated=True),
    Atom("USD", "money", 100.0, ("$", "us$", "dollar", "us-dollar"), abbreviated=True),
    Atom("cent", "money", 1.0, ("¢",)),
    Atom("ms", "time", 1.0, ("millisecond", "msec"), abbreviated=True),
    Atom("s", "time", 1000.0, ("second", "sec"), abbreviated=True),
    Atom("minute", "time", 60_000.0, ("min",)),
    Atom("hour", "time", _HOUR, ("h", "hr", "gpu-hour", "gpu-h")),
    Atom("day", "time", DAY, ("d",)),
    Atom("week", "time", 7.0 * DAY, ("wk",)),
    Atom("month", "time", DAYS_PER_MONTH * DAY, ("mo",)),
    Atom("year", "time", 12.0 * DAYS_PER_MONTH * DAY, ("yr",)),
    Atom("MB", "memory", 1.0, ("megabyte",), abbreviated=True),
    Atom("GB", "memory", 1e3, ("gigabyte",), abbreviated=True),
    Atom("TB", "memory", 1e6, ("terabyte",), abbreviated=True),
    Atom("token", "token", 1.0, ("tok",), counts=True),
    Atom("Mtok", "token", 1e6, ("mtok",), abbreviated=True),
    Atom("request", "request", 1.0, ("query", "querie"), counts=True),
    Atom("example", "example", counts=True),
    Atom("item", "item", counts=True),
    Atom("label", "label", counts=True),
    Atom("epoch", "epoch", counts=True),
    Atom("param", "param", 1.0, ("parameter",), counts=True),
    Atom("point", "point", 1.0, ("pt",)),
    Atom("person", "person", 1.0, ("people",), counts=True, plural="people"),
    Atom("workday", "workday", 1.0, ("working-day", "work-day", "business-day"), counts=True),
)
BY_SPELLING = {word: atom for atom in ATOMS for word in (atom.name.lower(), *atom.spellings)}
"""How each word may be spelled -> the word."""
