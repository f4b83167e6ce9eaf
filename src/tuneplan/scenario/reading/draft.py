"""A scenario while it is read: what was given, sound or not, and what has become of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tuneplan.errors import Problem
from tuneplan.scenario.catalogue import Own
from tuneplan.scenario.reading.complaints import Complaints
from tuneplan.scenario.reading.language import Language
from tuneplan.scenario.reading.texts import Folder
from tuneplan.scenario.reading.walk import Leaf, Names
from tuneplan.scenario.records import Check, Correlation, Place, Quantity, Setting
from tuneplan.scenario.swept import Sweep

if TYPE_CHECKING:
    from tuneplan.scenario.calibration import Calibration


@dataclass(slots=True, kw_only=True)
class Draft:
    """A scenario while it is read.

    Attributes
    ----------
    leaves
        All that was given, sound or not.
    places
        Of values, of first keys, and of the names of tasks and strategies; ``""``: the file.
    copies
        Dotted paths of the tasks and strategies that are like another, each with that of the other.
    later
        What comes with a later version.
    names
        All names of the reader's own, by section.
    folder
        Below which other files have to lie; None where the scenario is no file.
    spare
        Leaves that hold nowhere, of overrides not in force or laid over by others: read for their mistakes alone.
    tied
        Numbers that are the same as another: path -> leaf that says so and path of the other.
    ties
        Of these, those whose other one is not given either: both have its default.
    refused
        Names in rows of the scenario's own that were refused.
    chosen, changes, rows, correlations, checks, calibration, sweep
        As in ``Scenario``.
    """

    file: str
    language: Language
    complaints: Complaints
    leaves: dict[str, Leaf]
    places: dict[str, Place]
    names: Names
    folder: Folder | None = None
    spare: list[Leaf] = field(default_factory=list)
    tied: dict[str, tuple[Leaf, str]] = field(default_factory=dict)
    ties: dict[str, str] = field(default_factory=dict)
    chosen: str = ""
    changes: tuple[str, ...] = ()
    rows: Own = ()
    refused: frozenset[str] = frozenset()
    correlations: tuple[Correlation, ...] = ()
    checks: tuple[Check, ...] = ()
    calibration: Calibration | None = None
    copies: dict[str, str] = field(default_factory=dict)
    quantities: dict[str, Quantity] = field(default_factory=dict)
    settings: dict[str, Setting] = field(default_factory=dict)
    sweep: Sweep | None = None
    later: list[Problem] = field(default_factory=list)

    @property
    def tasks(self) -> tuple[str, ...]:
        """Names of the tasks, in the order of the file."""
        return tuple(self.names["tasks"])

    @property
    def strategies(self) -> tuple[str, ...]:
        """Names of the strategies, in the order of the file."""
        return tuple(self.names["strategies"])
