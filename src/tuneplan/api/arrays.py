"""What came out of a run, as arrays with names along their axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from tuneplan.api.dated import DATES, Dated
from tuneplan.api.frozen import freeze
from tuneplan.api.given import text_of
from tuneplan.axes import Array
from tuneplan.errors import UsageError
from tuneplan.scenario.reading.complaints import advice, shown
from tuneplan.scenario.schema import COMPONENTS
from tuneplan.study.launches import counts
from tuneplan.study.options import normalised_scores, strategy_draws
from tuneplan.study.planning import Plan
from tuneplan.study.results import Verdict
from tuneplan.units import POINTS_PER_SCALE

DIMS = {
    "delivered": ("strategy", "draw"), "cost": ("strategy", "draw"), "score": ("strategy", "request", "draw"),
    "components": ("strategy", "component", "draw"),
}  # fmt: skip
"""Array -> names of its axes."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Arrays(Dated):
    """The draws of a study, and everything that follows from them; attributes as of ``Dated``."""

    @property
    def verdict(self) -> Verdict:
        """The decision and what carried it; see ``tuneplan.study.results``."""
        return self.findings.verdict

    @property
    def recommended(self) -> str | None:
        """Name of the recommended strategy; None when nothing meets the limits."""
        decision = self.verdict.decision
        return None if decision.best is None else decision.strategies[decision.best]

    @property
    def strategies(self) -> tuple[str, ...]:
        """Names of the strategies, in the order of every array."""
        return self.findings.run.scenario.strategies

    @property
    def delivered(self) -> Array:
        """Score of the average request. [point], ``(strategy, draw)``"""
        return self.findings.options.points

    @property
    def score(self) -> Array:
        """Score of each request. [point], ``(strategy, request, draw)``"""
        run = self.findings.run
        return freeze(POINTS_PER_SCALE * normalised_scores(run, run.outcome.score))

    @property
    def cost(self) -> Array:
        """Cost over the horizon. [USD], ``(strategy, draw)``"""
        return self.findings.options.cost

    @property
    def components(self) -> Array:
        """Cost over the horizon by component; they add up to ``cost``. [USD], ``(strategy, component, draw)``"""
        run = self.findings.run
        return freeze(np.stack([strategy_draws(run, run.outcome.cost_of((name,))) for name in COMPONENTS], axis=1))

    @property
    def probability_best(self) -> Mapping[str, float]:
        """Strategy -> chance of the highest objective among those that meet the limits. [share]"""
        return self._by_strategy(self.verdict.decision.probability_best)

    @property
    def regret(self) -> Mapping[str, float]:
        """Strategy -> expected loss against hindsight, in the unit of the objective; NaN where limits are broken."""
        return self._by_strategy(self.verdict.decision.regret)

    @property
    def plans(self) -> Mapping[str, Plan]:
        """Strategy -> what it buys, where that was left open: examples, spend, what binds, the worth of a further dollar.

        >>> import tuneplan as tp
        >>> tp.load("scenarios/startup.yaml").run(draws=64).plans["unified"].binding
        'budget'
        """
        return MappingProxyType(dict(self.findings.run.plans))

    def _by_strategy(self, values: Sequence[float]) -> Mapping[str, float]:
        return MappingProxyType(dict(zip(self.strategies, values, strict=True)))

    @property
    def labels(self) -> Mapping[str, tuple[str, ...]]:
        """Names along the axes of the arrays."""
        return MappingProxyType({"strategy": self.strategies, "request": self.findings.run.scenario.requests, "task": self.findings.run.scenario.tasks, "component": COMPONENTS})

    @property
    def dims(self) -> Mapping[str, tuple[str, ...]]:
        """Array -> names of its axes; dates are there where launch dates count."""
        return MappingProxyType(DIMS | (DATES if counts(self.findings.run) else {}))

    def index(self, strategy: str) -> int:
        """Place of a strategy along the axis of its name.

        Raises
        ------
        UsageError
            There is none of that name.
        """
        if text_of("a strategy", strategy, self.strategies[0]) not in self.strategies:
            raise UsageError(f"no strategy {shown(strategy)}{advice(strategy, self.strategies)}")
        return self.strategies.index(strategy)
