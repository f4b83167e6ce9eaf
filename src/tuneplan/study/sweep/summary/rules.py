"""Rules that tell who wins where, as records."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What is varied.

    Attributes
    ----------
    unit
        Of its numbers; empty where there are texts.
    texts
        Order in which its texts were typed, as far as known.
    """

    name: str
    unit: str = ""
    is_text: bool = False
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a rule asks of a key.

    Attributes
    ----------
    above, below
        Numbers, NaN where there is no such end: a round one between the two values of rows on either side of it.
    texts
        One of these; with ``is_other`` none of these.
    blank
        Whether the key may have no value; None where it always has one.
    """

    key: Key
    above: float = float("nan")
    below: float = float("nan")
    texts: tuple[str, ...] = ()
    is_other: bool = False
    blank: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Where one outcome is the commonest: ``right`` of ``rows`` have it."""

    outcome: int
    conditions: tuple[Condition, ...]
    rows: int
    right: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A number at which a tree parts rows: the commonest outcome below and above it, among ``rows`` that meet ``where``."""

    key: Key
    value: float
    before: int
    after: int
    rows: int
    where: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Regions:
    """Rules that tell who wins where.

    Attributes
    ----------
    sampled
        Rows that they were made from: those that didn't fail.
    held_out
        Rows that a tree of the other rows was tried on; 0: too few.
    right, commonest
        Share of the rows held out that it tells right, and that always saying the commonest outcome does.
    """

    regions: tuple[Region, ...]
    thresholds: tuple[Threshold, ...]
    sampled: int
    held_out: int
    right: float
    commonest: float
