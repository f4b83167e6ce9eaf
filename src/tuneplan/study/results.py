"""What a verdict holds: frozen records, ready to be printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tuneplan.study.decision import (
    LEVEL,
    Decision,
    Estimate,
)
from tuneplan.study.frontier.standing import FrontierStep
from tuneplan.study.launches import Launches
from tuneplan.study.run import Run

EVEN_ODDS = (0.35, 0.65)
"""Chances between which a winner cannot be called; assumed."""


def money_is_level(difference: Estimate, chance: float, *, within: float) -> bool:
    """Whether two strategies cost the same: means nearer than ``within``, or near even odds on
    either side of 0.

    Parameters
    ----------
    chance
        That the difference lies on one side of 0, ties counted half.
    within
        What a saving has to exceed to decide anything. [USD]
    """
    spans = difference.low <= 0.0 <= difference.high
    return abs(difference.mean) <= within or (spans and is_even(chance))


def is_even(chance: float) -> bool:
    """Whether the odds are near even."""
    return EVEN_ODDS[0] <= chance <= EVEN_ODDS[1]


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
    """Can evidence call a single task between the two leading strategies?

    Attributes
    ----------
    probability, tied
        Share of draws in which the best is ahead, and in which both are equal.
    """

    request: str
    difference: Estimate
    probability: float
    tied: float = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the odds are near even; no question where there is no difference."""
        return self.difference.low < self.difference.high and is_even(self.probability + 0.5 * self.tied)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """Two strategies on the same draws.

    Attributes
    ----------
    points, usd
        Difference in delivered points and in cost.
    usd_probability
        Chance that the first is cheaper.
    same_cost
        Difference in cost that decides nothing. [USD]
    points_tied, usd_tied
        Share of draws in which they deliver, or cost, exactly the same: neither is ahead in these.
    """

    points: Estimate
    usd: Estimate
    usd_probability: float
    same_cost: float = 0.0
    points_tied: float = 0.0
    usd_tied: float = 0.0

    @property
    def is_same(self) -> bool:
        """Whether they are the same in every draw, so that nothing is to be chosen between them."""
        return self.points_tied == self.usd_tied == 1.0

    @property
    def points_level(self) -> bool:
        """Whether capability is level."""
        return abs(self.points.mean) < LEVEL

    @property
    def usd_level(self) -> bool:
        """Whether money is level."""
        return money_is_level(self.usd, self.usd_probability + 0.5 * self.usd_tied, within=self.same_cost)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(Paired):
    """The two leading strategies, paired; the strongest other where only one meets the limits.

    Attributes
    ----------
    second_allowed
        Whether the second meets the limits.
    points, usd
        Difference in delivered points and in cost, best minus second.
    points_probability, usd_probability
        Share of draws in which the best delivers more, and in which it is cheaper.
    in_points, in_usd
        Exact splits of their means.
    in_unseen
        The same for the score of unseen requests alone; empty where there are none.
    calls
        By request that gets any weight.
    """

    best: str
    second: str
    second_allowed: bool
    points_probability: float
    in_points: Mapping[str, float]
    in_usd: Mapping[str, float]
    in_unseen: Mapping[str, float]
    calls: tuple[TaskCall, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival(Paired):
    """Another strategy against the recommended one, paired.

    Attributes
    ----------
    points, usd
        Difference in delivered points and in cost, the other minus the recommended.
    probability, usd_probability
        Share of draws in which it delivers more, and in which it is cheaper.
    allowed
        Whether it meets the limits.
    """

    name: str
    probability: float
    allowed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Framing:
    """What telling tasks apart buys a strategy, in delivered points.

    Attributes
    ----------
    framing
        Word of the scenario; several, joined by "beside", where tasks differ in it.
    """

    strategy: str
    framing: str
    points: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Everything that a report says of a run.

    Attributes
    ----------
    comparison
        None when nothing meets the limits, or nothing else can be done at all.
    binding
        Where nothing meets the limits: constraint -> share of draws in which the nearest
        strategy breaks it.
    nearest
        That strategy; empty otherwise, and where nothing can be done at all.
    enough
        The budget limit that would make it feasible, at the confidence asked for; NaN where there
        is no limit, where no limit would do, and where something is feasible. [USD]
    launches
        When each strategy ships; None where launch dates don't count.
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
    enough: float
    launches: Launches | None = None
