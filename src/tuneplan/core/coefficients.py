"""Coefficients: numbers of an equation that no scenario can type, declared beside it with their source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tuneplan.core.distributions import Distribution, point
from tuneplan.core.registry import grade_of

Value = float | Distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """A number, or a table of numbers by word, that stands in the code under a name of its own.

    Attributes
    ----------
    name
        As the module calls it; two names for the two parameters of one distribution, between spaces.
    value
        What stands there; a distribution where it is drawn from.
    unit
        As of a ``Param``.
    source
        Where it comes from; graded by its words, see ``registry.grade_of``.
    as_of
        Month or year in which the newest source was published, or in which it was judged or declared.
    doc
        One sentence for the ledger.
    interval
        90 % interval of what is held fixed all the same; None: it is drawn, or none is known.
    """

    name: str
    value: Value | Mapping[str, Value]
    unit: str = "1"
    source: str
    as_of: str
    doc: str
    interval: tuple[float, float] | None = None

    @property
    def grade(self) -> str:
        """Grade of its source."""
        return grade_of(self.source)

    def values(self) -> Iterator[tuple[str, Distribution]]:
        """Each number under its word, empty for one alone; a number that is not drawn is a point.

        >>> made = Coefficient(name="X", value={"low": 0.1}, source="assumed", as_of="2026-11", doc="A chance.")
        >>> [(word, value.median) for word, value in made.values()]
        [('low', 0.1)]
        """
        table = self.value if isinstance(self.value, Mapping) else {"": self.value}
        for word, value in table.items():
            yield word, value if isinstance(value, Distribution) else point(value)
