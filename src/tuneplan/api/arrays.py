"""What came out of a run, as arrays with names along their axes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tuneplan.axes import Array
from tuneplan.errors import UsageError
from tuneplan.evidence.findings import Findings
from tuneplan.scenario.reading.complaints import advice
from tuneplan.scenario.schema import COMPONENTS
from tuneplan.study.options import normalised_scores, strategy_draws
from tuneplan.study.results import Verdict
from tuneplan.units import POINTS_PER_SCALE

if TYPE_CHECKING:
    from tuneplan.api.study import Study

DIMS = {
    "delivered": ("strategy", "draw"), "cost": ("strategy", "draw"), "score": ("strategy", "request", "draw"),
    "components": ("strategy", "component", "draw"),
}  # fmt: skip
"""Array -> names of its axes."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Arrays:
    """The draws of a study, and everything that follows from them.

    Attributes
    ----------
    study
        What was asked.
    findings
        The verdict, and every analysis of it, made once when it is asked for.
    """

    study: Study
    findings: Findings

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
        return POINTS_PER_SCALE * normalised_scores(run, run.outcome.score)

    @property
    def cost(self) -> Array:
        """Cost over the horizon. [USD], ``(strategy, draw)``"""
        return self.findings.options.cost

    @property
    def components(self) -> Array:
        """Cost over the horizon by component; they add up to ``cost``. [USD], ``(strategy, component, draw)``"""
        run = self.findings.run
        return np.stack([strategy_draws(run, run.outcome.cost_of((name,))) for name in COMPONENTS], axis=1)

    @property
    def labels(self) -> Mapping[str, tuple[str, ...]]:
        """Names along the axes of the arrays."""
        return {"strategy": self.strategies, "request": self.findings.run.scenario.requests, "component": COMPONENTS}

    @property
    def dims(self) -> Mapping[str, tuple[str, ...]]:
        """Array -> names of its axes."""
        return DIMS

    def index(self, strategy: str) -> int:
        """Place of a strategy along the axis of its name.

        Raises
        ------
        UsageError
            There is none of that name.
        """
        if strategy not in self.strategies:
            raise UsageError(f"no strategy {strategy!r}; there are {', '.join(self.strategies)}{advice(strategy, self.strategies)}")
        return self.strategies.index(strategy)
