"""What goes into the model and what comes out: frozen records of arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tuneplan.axes import Array
from tuneplan.core.costs import COSTS
from tuneplan.core.structure import Structure


class Recording(Mapping[str, Any]):
    """A mapping that notes what is read: what a function rests on is known from running it.

    >>> numbers = Recording({"a": 1.0, "b": 2.0})
    >>> numbers["b"], "a" in numbers, numbers.read
    (2.0, True, ('b',))
    """

    def __init__(self, of: Mapping[str, Any]) -> None:
        self.of = of
        self.seen: dict[str, None] = {}

    @property
    def read(self) -> tuple[str, ...]:
        """Names whose values were asked for, in the order of the first time."""
        return tuple(self.seen)

    def __getitem__(self, name: str) -> Any:
        value = self.of[name]
        self.seen[name] = None
        return value

    def __contains__(self, name: object) -> bool:
        return name in self.of

    def __iter__(self) -> Iterator[str]:
        return iter(self.of)

    def __len__(self) -> int:
        return len(self.of)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Every number that the model needs; nothing else enters.

    Attributes
    ----------
    structure
        Which tasks share models; the same for all scenarios of a call.
    numbers
        Name of a declared number -> array on the four axes; similarity has rank 5,
        ``(scenario, 1, request, column, draw)``.
    laws
        Form of a law -> name of the chosen member.
    """

    structure: Structure
    numbers: Mapping[str, Array]
    laws: Mapping[str, str]

    def __getitem__(self, name: str) -> Array:
        return self.numbers[name]

    def of_model(self, name: str) -> Array:
        """A number by model instead of by strategy."""
        array = self.numbers[name]
        return array if array.shape[1] == 1 else array[:, self.structure.owners]  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a strategy costs and can do.

    Attributes
    ----------
    score
        What each task's requests get, after routing, then unseen requests. Normalised.
        ``(scenario, strategy, request, draw)``
    delivered
        What the average request gets. ``(scenario, strategy, 1, draw)``
    base_score
        What the prompted base would get on each request. ``(scenario, strategy, request, draw)``
    costs
        Cost line -> USD over the horizon, ``(scenario, strategy, task, draw)``.
    """

    score: Array
    delivered: Array
    base_score: Array
    costs: Mapping[str, Array]

    def cost_of(self, components: tuple[str, ...] = ()) -> Array:
        """Sum over lines of the components (all when empty) and over tasks. ``(scenario, strategy, draw)``"""
        total: Array | float = 0.0
        for line, cost in self.costs.items():
            if not components or COSTS[line].labels["component"] in components:
                total = total + cost.sum(axis=2)
        return total  # type: ignore[return-value]
