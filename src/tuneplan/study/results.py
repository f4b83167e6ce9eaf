"""What a verdict holds: frozen records, ready to be printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tuneplan.study.decision import Decision, Estimate, FrontierStep
from tuneplan.study.run import Run

EVEN_ODDS = (0.35, 0.65)
"""Chances between which a task's own winner cannot be called; assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyResult:
    """One row of the table.

    Attributes
    ----------
    cost
        Whole cost over the horizon. [USD]
    components
        The same by component. [USD]
    scores
        By request, unseen last, in points of a normalised scale.
    delivered
        What the average request gets. [point]
    misfit
        Why it can't be trained or served at all; empty when it can.
    """

    name: str
    cost: Estimate
    components: Mapping[str, Estimate]
    scores: Mapping[str, Estimate]
    delivered: Estimate
    frontier: FrontierStep
    misfit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCall:
    """Can evidence call a single task between the two leading strategies?"""

    request: str
    difference: Estimate
    probability: float

    @property
    def is_open(self) -> bool:
        """Whether the odds are near even."""
        return EVEN_ODDS[0] <= self.probability <= EVEN_ODDS[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The two leading strategies, paired.

    Attributes
    ----------
    points, usd
        Difference in delivered points and in cost, best minus second.
    in_points, in_usd
        Exact splits of their means.
    in_unseen
        The same for the score of unseen requests alone; empty where there are none.
    calls
        By request that gets any weight.
    """

    best: str
    second: str
    points: Estimate
    usd: Estimate
    in_points: Mapping[str, float]
    in_usd: Mapping[str, float]
    in_unseen: Mapping[str, float]
    calls: tuple[TaskCall, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """Another strategy against the recommended one, paired.

    Attributes
    ----------
    points, usd
        Difference in delivered points and in cost, the other minus the recommended.
    probability
        Chance that it delivers more.
    """

    name: str
    points: Estimate
    usd: Estimate
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Framing:
    """What telling tasks apart buys a strategy, in delivered points."""

    strategy: str
    framing: str
    points: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Everything that a report says of a run.

    Attributes
    ----------
    comparison
        None when fewer than two strategies meet the limits.
    binding
        Where nothing meets the limits: constraint -> share of draws in which the nearest
        strategy breaks it.
    nearest
        That strategy; empty otherwise.
    """

    run: Run
    decision: Decision
    results: tuple[StrategyResult, ...]
    comparison: Comparison | None
    rivals: tuple[Rival, ...]
    framings: tuple[Framing, ...]
    covers: tuple[str, ...]
    limit: float
    binding: Mapping[str, float]
    nearest: str
