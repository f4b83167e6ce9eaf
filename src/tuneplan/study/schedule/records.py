"""What is said of a schedule: frozen records, in days since the start of the project."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tuneplan.study.decision import Estimate
from tuneplan.study.launches import Retirement

REPLAYED, MOST_REPLAYED = 8, 4096
"""Draws that are replayed event by event where nobody says how many, and the most."""
MOST_JOBS = 256
"""The most processes that may replay."""
RESOURCES = ("annotators", "reviewers", "engineers", "GPUs", "judges")
"""Who may be waited for, in the order in which a project meets them."""
TAKES_LONGER = ("data takes longer", "waiting for GPU capacity takes longer", "the work takes longer")
"""Reasons not to ship within the horizon that end one day; others last for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """Simulation errors of what is told of a full launch, one standard error each; NaN where unknown.

    Attributes
    ----------
    p50, p90
        Of the quantiles of its days. [day]
    in_time
        Of the chance to be in time. [share]
    """

    p50: float = math.nan
    p90: float = math.nan
    in_time: float = math.nan


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How busy one kind of resource is in one strategy.

    Attributes
    ----------
    resource
        One of ``RESOURCES``.
    count
        How many there are, in the median.
    busy, idle
        Hours worked, and hours at hand with nothing to do, from the first piece of its work to the last; of GPUs
        round the clock, each of them counted. [hour]
    load
        The first as a share of both.
    waited
        Hours that work stood in line for it, added up: of annotators and reviewers in working time. [hour]
    each_waited
        Days of the calendar that a batch, of reviewers, or a model stood in line for it, on average; NaN of annotators,
        for whom all batches stand in line from the first day on. [day]
    """

    resource: str
    count: float
    busy: Estimate
    idle: Estimate
    load: Estimate
    waited: Estimate
    each_waited: float = math.nan


@dataclass(frozen=True, slots=True, kw_only=True)
class OneMore:
    """What one more of a resource would change, on the same draws.

    Attributes
    ----------
    count
        How many more: 1, but of GPUs as many as another run at a time takes, in the median.
    first, full
        Days by which the first launch, and that of all, come earlier; 0 where nothing changes, and where a launch never
        came, counted from the end of the horizon. [day]
    usd
        What that is worth: lateness avoided and value earlier, less what it costs to serve for longer, before the pay of
        whoever joins, idle hours too; NaN where nothing has a price. [USD]
    """

    resource: str
    count: int
    first: Estimate
    full: Estimate
    usd: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A piece of work in the run whose full launch is the median.

    Attributes
    ----------
    row
        Whose it is: ``data: email``, ``set-up``, ``unified``, ``email``, ``router``.
    kind
        ``data``, ``engineering``, ``training``, ``evaluation`` or ``deployment``; ``review``, the end of ``data`` in which all
        is labelled; ``launch``, which has no length.
    begins, ends
        In that run; the end is infinite where it never comes. [day]
    late
        The day by which it has ended in nine of ten draws; infinite where it never does so often. [day]
    """

    row: str
    kind: str
    begins: float
    ends: float
    late: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyDates:
    """When one strategy ships.

    Attributes
    ----------
    first, full
        Days until the first request is answered, and until all of it has shipped; infinite quantiles are never, and so is
        the mean where any draw is. [day]
    never
        Share of draws in which not all of it has shipped within the horizon.
    because
        Why not, where that ever happens; empty otherwise.
    tasks
        Days until each task's requests are answered.
    in_time
        Share of draws in which all of it ships by the deadline, and within the horizon; NaN where there is none.
    late
        Days after the deadline, at most until the horizon ends. [day]
    delay
        What lateness costs. [USD]
    waiting
        What idle annotators and reserved GPUs cost. [USD]
    loads
        By resource that it needs at all.
    more
        What one more of each of these would change, the greatest change in days first.
    bottleneck
        The resource of which one more gains most days; empty where none gains a day.
    bars
        The run whose full launch is the median.
    draw
        Which of the draws that is.
    errors
        How well dates and chances are known, given the plan.
    """

    name: str
    first: Estimate
    full: Estimate
    never: float
    because: str
    tasks: Mapping[str, Estimate]
    in_time: float
    late: Estimate
    delay: Estimate
    waiting: Estimate
    loads: tuple[Load, ...]
    more: tuple[OneMore, ...]
    bottleneck: str
    bars: tuple[Bar, ...]
    draw: int
    errors: Errors = Errors()

    @property
    def is_endless(self) -> bool:
        """Whether it never ships in any draw, for a reason that time does not mend."""
        return self.never == 1.0 and math.isinf(self.full.low) and self.because not in ("", *TAKES_LONGER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When every strategy ships.

    Attributes
    ----------
    start
        The first day; None where the scenario names none, so that days alone can be told.
    deadline
        Last day in time, counted from the start; NaN where there is none. [day]
    horizon
        Of the project, in the median. [day]
    counts
        Whether launch dates count in the verdict.
    is_priced
        Whether an earlier launch has a price: a value of points, or a cost of delay.
    is_valued
        Whether points have one.
    strategies
        Those that can be done.
    misfits
        The others, and why not.
    lateness_decides
        Whether lateness can move the choice by more than a saving among equals.
    retiring
        API models that are gone, in some draws, by the day on which a strategy ships that asks them.
    draws, seed, scrambles
        On which it rests.
    """

    start: date | None
    deadline: float
    horizon: float
    counts: bool
    is_priced: bool
    is_valued: bool
    strategies: tuple[StrategyDates, ...]
    misfits: Mapping[str, str]
    draws: int
    seed: int
    scrambles: int
    lateness_decides: bool = True
    retiring: tuple[Retirement, ...] = ()

    def until(self, of: StrategyDates) -> float:
        """The day after which a launch of a strategy is only told to be after the horizon; of what never comes that is said at any time. [day]"""
        return math.inf if of.is_endless else self.horizon
