"""What a sweep tells, as records; an outcome is the number of a strategy, or one after the last: nobody, or failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from tuneplan.study.sweep.records import Output, Rows
from tuneplan.study.sweep.summary.rules import Key, Regions


class Kept(Protocol):
    """A dataset of rows, as ``opened`` gives it; it can be read as often as need be."""

    @property
    def about(self) -> Mapping[str, Any]:
        """Provenance: scenario, fingerprint, seed, draws, version, rows, keys, strategies, objective, unit, mode, plans."""

    @property
    def columns(self) -> Sequence[Output]:
        """What every row holds."""

    @property
    def rows(self) -> int:
        """How many are here."""

    @property
    def is_complete(self) -> bool:
        """Whether all of them are here."""

    def batches(self, names: Sequence[str], size: int) -> Iterator[Rows]:
        """Some columns, at most ``size`` rows at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why nobody is recommended, or what is wrong: in how many rows; no text stands for all the rarer ones."""

    text: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Quantiles of a number over ``count`` rows or lines; NaN where there are none."""

    p10: float
    median: float
    p90: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Some values of a key.

    Attributes
    ----------
    low, high
        Ends of numbers, both within but for an end that it shares with the next bin; NaN where there are none.
    texts
        Of texts, or empty: all those that have no bin of their own.
    is_blank
        Whether it holds the rows in which the key has no value.
    counts
        Rows by outcome.
    """

    low: float = float("nan")
    high: float = float("nan")
    texts: tuple[str, ...] = ()
    is_blank: bool = False
    counts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ByKey:
    """Who wins at which values of one key.

    Attributes
    ----------
    information, told
        What knowing it alone tells about the outcome [bit], less what chance would; as a share of all there is to tell.
    right, gain
        Share of rows whose outcome is the commonest one of their bin; that less the share of the commonest of all.
    """

    key: Key
    bins: tuple[Bin, ...]
    information: float
    told: float
    right: float
    gain: float

    @property
    def is_constant(self) -> bool:
        """Whether all rows have the same value, as far as bins tell."""
        return len(self.bins) < 2


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """Where a switch lies (median) at some values of another key: in ``lines`` of ``all_lines`` there; rows of ``at`` are not counted."""

    at: Bin
    value: float
    lines: int
    all_lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """How a switch moves with another key: share of the variance of its value that the key explains."""

    by: Key
    explained: float
    places: tuple[At, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A change of the recommendation as a key rises.

    Attributes
    ----------
    before, after
        Outcomes.
    value
        Where, in the unit of the key; ``count``: how often.
    lines
        In how many lines.
    between
        How many are only known to lie between two neighbours, and are taken at the middle.
    gap
        Those two neighbours, where all lie between the same; else None.
    """

    before: int
    after: int
    value: Spread
    lines: int
    between: int
    gap: tuple[float, float] | None = None
    moved: Moved | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Along:
    """Lines of a grid along one key, all others fixed.

    Attributes
    ----------
    lines, all_lines
        Looked at, and how many there are.
    still
        Of those looked at: how many have the same outcome all along.
    """

    key: Key
    lines: int
    all_lines: int
    still: int
    switches: tuple[Switch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Rows of a sample at some values of two keys, by outcome."""

    down: int
    across: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """Who wins over the two keys that tell most (or one): numbers of bins of ``ByKey`` on either side."""

    down: ByKey | None
    across: ByKey
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a sweep tells.

    Attributes
    ----------
    asked, rows
        Rows asked for, and those that are here.
    counts
        Rows by outcome.
    reasons, failures
        Why nobody was recommended, and what was wrong with rows that failed; most frequent first.
    close
        Rows whose recommendation is level with another, or too close to call, by strategy.
    margin
        Of the recommended over the runner-up, of rows of the sample that have both.
    best_chance
        Mean chance to be best where a strategy is recommended, by strategy; NaN where it never is, and where rows have one draw.
    best_chance_of_all
        The same of whoever is recommended.
    within_error
        Rows whose margin lies within the simulation error of the two means; None where it is not known.
    keys
        Those that tell most first.
    lines
        By key; empty where there is no grid.
    no_lines
        Why there are none; empty where there are.
    regions
        None where there are none.
    no_regions
        Why.
    sampled
        Rows of the sample from which come margins, the ends of bins, the map and the regions.
    """

    scenario: str
    fingerprint: str
    seed: int
    draws: int
    version: str
    mode: str
    plans: str
    objective: str
    unit: str
    strategies: tuple[str, ...]
    asked: int
    rows: int
    is_complete: bool
    counts: tuple[int, ...]
    reasons: tuple[Reason, ...]
    failures: tuple[Reason, ...]
    close: tuple[int, ...]
    margin: Spread
    best_chance: tuple[float, ...]
    best_chance_of_all: float
    within_error: int | None
    keys: tuple[ByKey, ...]
    lines: tuple[Along, ...]
    no_lines: str
    regions: Regions | None
    no_regions: str
    sampled: int
    map: Map | None

    @property
    def nobody(self) -> int:
        """Outcome of rows in which nobody meets the limits."""
        return len(self.strategies)

    @property
    def failed(self) -> int:
        """Outcome of rows that could not be worked out."""
        return len(self.strategies) + 1

    @property
    def recommended(self) -> int:
        """Rows that recommend somebody."""
        return sum(self.counts[: self.nobody])
