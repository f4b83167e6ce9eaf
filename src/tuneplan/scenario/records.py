"""A scenario, read and checked: frozen records, no YAML left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tuneplan.core.distributions import Distribution

Setting = str | bool | int | tuple[str, ...] | tuple[tuple[str, ...], ...]
"""The value of a key that is not a number of the model."""

UNSEEN = "unseen"
"""Name of the requests that nobody trained for; no task may be called so."""


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
        ``file``, ``like NAME``, ``--set``, ``catalogue`` or ``default``.
    as_of
        Date, month or year for which a row of the catalogue holds; empty otherwise.
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
    """

    name: str
    file: str
    tasks: tuple[str, ...]
    strategies: tuple[str, ...]
    quantities: Mapping[str, Quantity]
    settings: Mapping[str, Setting]
    places: Mapping[str, Place]

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
