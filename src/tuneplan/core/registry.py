"""How a number, a cost line, a strategy or a law is declared: once, beside its equation."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Generic, TypeVar

from tuneplan.core.distributions import Distribution

SCOPES = ("scenario", "task", "request", "pair", "misroute", "strategy", "strategy_request")
"""Where a number may be typed: once a scenario, once a task, once a request (every task and
``unseen``), once a pair of requests, once for requests of one task sent to another, once a
strategy, or once a strategy and request."""

JUDGED = ("assumed", "judged", "judgement", "recalled", "secondary", "extrapolated")
"""Words of a source that no number rests on alone: whatever else it names, somebody judged."""


def grade_of(source: str) -> str:
    """D declared (a convention), A assumed in any part, F fitted by us on cited data, V read as measured or published.

    >>> [grade_of(text) for text in ("declared: none", "fitted on 90 curves; spread assumed", "fitted on 90 curves", "Table 3")]
    ['D', 'A', 'F', 'V']
    """
    words = source.lower()
    if words.startswith("declared"):
        return "D"
    return "A" if any(word in words for word in JUDGED) else "F" if "fitted" in words else "V"


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """One number of the model: all that the language, the ledger and the errors need.

    Attributes
    ----------
    name
        Name of the array in the equations.
    key
        Dotted YAML key inside its scope, for example ``data.price`` in a task.
    scope
        One of ``SCOPES``.
    unit
        For example ``USD/example``; ``1`` for a plain number, ``share`` for 0 to 100 %,
        ``score`` for a number on the metric's own scale.
    low, high
        Allowed values, ends included.
    default
        What holds when the scenario is silent; None: the scenario must say, or the number
        is filled from the catalogue.
    source
        Where the default comes from; graded by its words, see ``grade_of``.
    as_of
        Month or year of the default: in which the newest source behind it was published, or in
        which it was judged or declared.
    doc
        One sentence for the reference.
    example
        As a person would type it in the reference scenario; empty: its default, spelled.
    per_strategy
        Whether a strategy may override it (``strategies.NAME.LAST_WORD_OF_KEY``).
    required
        Whether every scenario has to give it (for a request: for every task).
    words
        What may be typed instead of a number.
    whole
        Whether the number counts things (rounded to a whole number when typed).
    may_be_bare
        Whether the key itself says the unit, so that a number alone is enough.
    measured
        Least and most that the evidence behind the law covers, in ``unit``; None: nothing is said.
    measured_by
        Who measured it.
    """

    name: str
    key: str
    scope: str = "scenario"
    unit: str = "1"
    low: float = 0.0
    high: float = 1e18
    default: Distribution | None = None
    source: str = ""
    as_of: str = ""
    doc: str
    example: str = ""
    per_strategy: bool = False
    required: bool = False
    words: tuple[str, ...] = ()
    whole: bool = False
    may_be_bare: bool = False
    measured: tuple[float, float] | None = None
    measured_by: str = ""

    def __post_init__(self) -> None:
        if self.scope not in SCOPES:
            raise ValueError(f"{self.name}: scope {self.scope!r} is none of {', '.join(SCOPES)}")
        if self.default is not None and not self.source:
            raise ValueError(f"{self.name}: a default needs a source, or the word assumed")
        if (self.measured is None) != (not self.measured_by):
            raise ValueError(f"{self.name}: a measured range and its source (measured_by) go together")
        if self.measured is not None and not self.low <= self.measured[0] <= self.measured[1] <= self.high:
            raise ValueError(f"{self.name}: measured {self.measured} is no range within {self.low:g} to {self.high:g}")

    @property
    def grade(self) -> str:
        """Grade of the default by its source; U given by the user alone."""
        return "U" if self.default is None else grade_of(self.source)


Member = TypeVar("Member", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Entry(Generic[Member]):
    """A registered function and what was declared with it."""

    name: str
    function: Member
    params: tuple[Param, ...]
    labels: Mapping[str, str]

    @property
    def doc(self) -> str:
        """First sentence of the docstring."""
        return (inspect.getdoc(self.function) or "").split("\n\n")[0].replace("\n", " ")

    @property
    def arguments(self) -> tuple[str, ...]:
        """Names of the arrays that the function asks for."""
        return _asked(self.function)[0]

    @property
    def required(self) -> tuple[str, ...]:
        """Those that it can't do without: an argument with a default stays at it where there is no array."""
        return _asked(self.function)[1]


@cache
def _asked(function: Callable[..., Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Arguments of a function, and those without a default."""
    parameters = inspect.signature(function).parameters
    needed = (name for name, each in parameters.items() if each.default is inspect.Parameter.empty)
    return tuple(parameters), tuple(needed)


@dataclass(slots=True)
class Registry(Generic[Member]):
    """Functions of one kind, in the order in which they were declared."""

    kind: str
    entries: dict[str, Entry[Member]] = field(default_factory=dict)

    def add(self, *params: Param, name: str = "", **labels: str) -> Callable[[Member], Member]:
        """Decorate a function to make it a member.

        Raises
        ------
        ValueError
            The name is taken.
        """

        def register(function: Member) -> Member:
            key = name or function.__name__
            if key in self.entries:
                raise ValueError(f"{self.kind} {key!r} is declared twice")
            self.entries[key] = Entry(key, function, params, labels)
            return function

        return register

    def remove(self, name: str) -> None:
        """Forget a member (tests that add one put things back)."""
        del self.entries[name]

    def __iter__(self) -> Iterator[Entry[Member]]:
        return iter(self.entries.values())

    def __getitem__(self, name: str) -> Entry[Member]:
        return self.entries[name]

    def __contains__(self, name: str) -> bool:
        return name in self.entries


def bind(entry: Entry[Callable[..., Any]], arrays: Mapping[str, Any]) -> Any:
    """Call a registered function with the arrays that it names.

    Raises
    ------
    LookupError
        The function asks for an array that nobody provides.
    """
    missing = [name for name in entry.required if name not in arrays]
    if missing:
        raise LookupError(f"{entry.name} asks for {', '.join(missing)}, which no Param declares")
    return entry.function(**{name: arrays[name] for name in entry.arguments if name in arrays})
