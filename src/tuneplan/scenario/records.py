"""A scenario, read and checked: frozen records, no YAML left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tuneplan.core.distributions import Distribution
from tuneplan.scenario.catalogue.tables import Own

if TYPE_CHECKING:
    from tuneplan.scenario.calibration import Calibration
    from tuneplan.scenario.swept import Sweep

Setting = str | bool | int | tuple[str, ...] | tuple[tuple[str, ...], ...]
"""The value of a key that is not a number of the model."""

UNSEEN = "unseen"
"""Name of the requests that nobody trained for; no task may be called so."""


DERIVED = "derived"
"""Origin of a number that follows from others, draw by draw: it can't be typed as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something was typed, counted from 1; line 0: not in the file."""

    file: str = ""
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One number that somebody gave, with its uncertainty.

    Attributes
    ----------
    path
        Dotted path, for example ``tasks.email.data.price``: the key of its random numbers.
    distribution
        In ``unit``.
    unit
        Unit of the declaration that the path belongs to.
    text
        As typed.
    source, grade
        As typed in the full form, or as declared; empty otherwise.
    origin
        ``file``, ``include FILE``, ``like NAME``, ``override NAME``, ``--set``, ``catalogue``, ``fitted`` on
        evidence, ``default``, or ``derived`` from other numbers, draw by draw.
    as_of
        Date, month or year for which a row of the catalogue holds, or of a fit; empty otherwise.
    same_as
        Path of the number that it is tied to; empty: it is drawn for itself.
    base
        Base model for which it holds, where it is another number for another base; empty otherwise.
    learned
        Mean and standard deviation of its normal score after pilots: 0 and 1 before; None where they taught nothing of it.
    """

    path: str
    distribution: Distribution
    unit: str
    text: str
    place: Place = Place()
    source: str = ""
    grade: str = ""
    origin: str = "file"
    as_of: str = ""
    same_as: str = ""
    base: str = ""
    learned: tuple[float, float] | None = None

    @property
    def listed_as(self) -> str:
        """Its name among the numbers in use: its path, and the base where bases differ."""
        return f"{self.path} ({self.base})" if self.base else self.path

    @property
    def dated_source(self) -> str:
        """Source, with its date where it has one."""
        return f"{self.source} ({self.as_of})" if self.as_of else self.source

    @property
    def drawn_as(self) -> str:
        """Name of its random numbers: tied numbers share them."""
        return self.same_as or self.path


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlation:
    """Numbers that rise and fall together.

    Attributes
    ----------
    name
        As the scenario calls it.
    of
        Paths of the numbers, as their draws are named.
    value
        Correlation of any two of them, in normal scores: -1 to 1.
    """

    name: str
    of: tuple[str, ...]
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """One number that a check measures.

    Attributes
    ----------
    path
        Its dotted path, as draws are named.
    noise
        Standard deviation of one observation: of a share or a score in its own units (0.2 is 20 points
        of the scale), of any other number as a share of its value.
    """

    path: str
    noise: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Something that could be found out before anything is decided.

    Attributes
    ----------
    learn
        What it measures.
    n
        Observations of each of them.
    cost
        What it costs. [USD]
    days
        How long the decision waits for it. [day]
    """

    name: str
    learn: tuple[Learned, ...]
    n: int
    cost: float
    days: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One complete question.

    Attributes
    ----------
    name, file
        For titles and messages.
    tasks, strategies
        Names in the order of the file.
    quantities
        Every number that was given, by dotted path. Silent ones take the declared default.
    settings
        Every other key that was given, by dotted path (choices, names, groups, texts).
    places
        Where each path was typed, for messages of later checks.
    ties
        Numbers that are not given but tied to another's default: path -> path.
    correlations
        Numbers that rise and fall together.
    checks
        What could be found out first; no run reads it.
    rows
        Rows of the catalogue that it brings itself, by table.
    calibration
        What pilots taught; None: nothing.
    sweep
        What ``simulate sweep`` varies where nobody says otherwise; no run reads it; None: nothing.
    origins
        Where each given path comes from, as ``Quantity.origin``.
    sets
        Names of its sets of overrides.
    chosen
        The set in force; empty: none.
    changes
        What the command line or a notebook changed, as ``key=value``.
    unused
        Overrides that stand in no such set, and where.
    """

    name: str
    file: str
    tasks: tuple[str, ...]
    strategies: tuple[str, ...]
    quantities: Mapping[str, Quantity]
    settings: Mapping[str, Setting]
    places: Mapping[str, Place]
    ties: Mapping[str, str] = field(default_factory=dict)
    correlations: tuple[Correlation, ...] = ()
    checks: tuple[Check, ...] = ()
    rows: Own = ()
    calibration: Calibration | None = None
    sweep: Sweep | None = None
    origins: Mapping[str, str] = field(default_factory=dict)
    sets: tuple[str, ...] = ()
    chosen: str = ""
    changes: tuple[str, ...] = ()
    unused: Mapping[str, Place] = field(default_factory=dict)

    @property
    def requests(self) -> tuple[str, ...]:
        """Tasks, then the unseen requests."""
        return (*self.tasks, UNSEEN)

    def setting(self, path: str, default: Setting) -> Setting:
        """A setting, or ``default`` when the scenario is silent."""
        return self.settings.get(path, default)

    def listed(self, path: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """A setting that is a list of words."""
        found = self.settings.get(path, default)
        return tuple(str(word) for word in found) if isinstance(found, tuple) else default

    def word(self, path: str, default: str) -> str:
        """A setting that is one word."""
        return str(self.settings.get(path, default))
