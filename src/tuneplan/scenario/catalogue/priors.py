"""Priors fitted on evidence: they hold where a scenario is silent, in place of the declared default.

``fitted_priors.csv`` has one row a number and condition, written by the script that it names from the
tables whose hash it holds. An equation keeps the default declared beside it; what was fitted since
comes with its provenance, and can be fitted anew without touching the equation.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from tuneplan.core import distributions
from tuneplan.core.distributions import Distribution
from tuneplan.scenario.catalogue import tables

FILE = "fitted_priors.csv"
SHAPES: dict[str, Callable[..., Distribution]] = {
    "point": distributions.point,
    "normal": distributions.normal,
    "lognormal": distributions.lognormal,
    "logit_normal": distributions.logit_normal,
    "beta": distributions.beta,
    "student_t": distributions.student_t,
}
"""Families that a row may name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedPrior:
    """A row of the table.

    Attributes
    ----------
    name
        Of the declared number, as in the equations.
    when
        Condition under which it holds, a key of ``scenario.lowering.defaults.CONDITIONS``; empty: always.
    family
        A key of ``SHAPES``.
    parameters
        Of the family, in its order, between spaces; in the unit of the number.
    source
        What it was fitted on; the word *assumed* marks a judgement.
    as_of
        Day of the fit.
    script
        What wrote the row, below the root of the project.
    data_sha256
        Hash of the tables that were read, by the script.
    score
        What the fit reached on what was left out, in words.
    """

    name: str
    when: str
    family: str
    parameters: str
    source: str
    as_of: str
    script: str
    data_sha256: str
    score: str

    @property
    def distribution(self) -> Distribution:
        """What the number may be."""
        return SHAPES[self.family](*(float(each) for each in self.parameters.split()))

    @property
    def grade(self) -> str:
        """F fitted; A where a judgement went into it."""
        return "A" if "assumed" in self.source else "F"


@cache
def fitted_priors() -> Mapping[str, tuple[FittedPrior, ...]]:
    """Every fitted prior, by the name of its number, in the order of the table."""
    rows: dict[str, tuple[FittedPrior, ...]] = {}
    for row in tables.rows_of(FILE, FittedPrior):
        rows[row.name] = (*rows.get(row.name, ()), row)
    return MappingProxyType(rows)


def fitted_prior(name: str, conditions: Collection[str] = ()) -> FittedPrior | None:
    """The prior of a number under conditions: of several rows that hold, the last; None where there is none."""
    holding = [row for row in fitted_priors().get(name, ()) if not row.when or row.when in conditions]
    return holding[-1] if holding else None
