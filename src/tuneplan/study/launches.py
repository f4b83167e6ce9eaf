"""When each strategy of a run ships, read off the numbers that the run rests on: nothing is simulated again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from tuneplan.axes import Array, Mask
from tuneplan.core.quantiles import median_of_draws
from tuneplan.scenario.cautions import prices_in_use
from tuneplan.scenario.lowering.timing import IS_TIMED
from tuneplan.scenario.schema import DEFAULT_COVERS
from tuneplan.scenario.timed import DEADLINE, day_of, start_of
from tuneplan.study.decision import QUANTILES, Estimate, estimate
from tuneplan.study.options import due_by, strategy_draws
from tuneplan.study.run import Run
from tuneplan.study.valuing import is_valued
from tuneplan.units import DAYS_PER_MONTH

NEEDED = ("annotators", "reviewers", "engineers", "judges", "gate_pass")
"""Numbers without which something never ships."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """When one strategy ships, in days since the start.

    Attributes
    ----------
    first, full
        Days until the first request is answered, and until all of it has shipped; infinite: never. [day]
    never
        Share of draws in which not all of it has shipped within the horizon.
    in_time
        Share of draws in which all of it ships by the deadline, and within the horizon; NaN where there is none.
    late
        Days after the deadline, at most until the horizon ends. [day]
    is_endless
        Whether it never ships in any draw, as somebody or something that it takes is not there.
    """

    name: str
    first: Estimate
    full: Estimate
    never: float
    in_time: float
    late: Estimate
    is_endless: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Retirement:
    """An API model that may be gone by the day on which a strategy ships that asks it.

    Attributes
    ----------
    retires
        The first day on which it does not answer.
    chance
        Share of draws in which all of the strategy ships on that day, later or never.
    """

    model: str
    retires: date
    strategy: str
    chance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Launches:
    """When every strategy ships that can be done.

    Attributes
    ----------
    start
        The first day; None where the scenario names none.
    deadline
        Last day in time, counted from the start; NaN where there is none. [day]
    horizon
        Of the project, in the median. [day]
    retiring
        API models that are gone, in some draws, by the day on which a strategy ships that asks them.
    """

    start: date | None
    deadline: float
    horizon: float
    strategies: tuple[Launch, ...]
    retiring: tuple[Retirement, ...] = ()

    def until(self, of: Launch) -> float:
        """The day after which a launch of a strategy is only told to be after the horizon; of what never comes that is said at any time. [day]"""
        return float("inf") if of.is_endless else self.horizon

    def of(self, name: str) -> Launch | None:
        """That of one strategy; None where it can't be done."""
        return next((each for each in self.strategies if each.name == name), None)


def launches_of(run: Run) -> Launches | None:
    """When the strategies of a run ship; None where launch dates don't count, so that none are known."""
    if not counts(run):
        return None
    deadline = day_of(run.scenario, DEADLINE)
    dates, horizon = dates_of(run), _horizon(run)
    first, full = dates[:, :-1].min(axis=1), dates[:, -1]
    late = strategy_draws(run, np.broadcast_to(run.lowered.inputs["days_late"][:, :, 0], (1, len(full), run.design.draws)))
    return Launches(
        start=start_of(run.scenario),
        deadline=deadline,
        horizon=float(median_of_draws(horizon)),
        strategies=tuple(
            Launch(
                name=name, first=days(first[row], run.design.scrambles), full=days(full[row], run.design.scrambles), never=float((full[row] > horizon).mean()),
                in_time=float("nan") if np.isnan(deadline) else float(in_time_of(run, full[row]).mean()), late=estimate(late[row], run.design.scrambles),
                is_endless=_is_endless(run, row, full[row]),
            )
            for row, name in enumerate(run.scenario.strategies)
            if name not in run.lowered.misfits
        ),
        retiring=retirements_of(run),
    )  # fmt: skip


def retirements_of(run: Run) -> tuple[Retirement, ...]:
    """Where launch dates count, strategies that ship, in some draws, when the API model that they ask has retired."""
    start = start_of(run.scenario)
    if start is None or not counts(run):
        return ()
    full, specs = dates_of(run)[:, -1], run.lowered.inputs.structure.strategies
    found = []
    for price in prices_in_use(run.scenario):
        given = getattr(price.row, "retires", "")
        asking = [spec.name for spec in specs if price.path == f"strategies.{spec.name}.api" or (price.path == "router.api" and spec.fallback == "api")]
        for name in asking if given else ():
            retires = date.fromisoformat(given)
            chance = float((full[run.scenario.strategies.index(name)] >= (retires - start).days).mean())
            if chance > 0.0 and name not in run.lowered.misfits:
                found.append(Retirement(model=price.what.removeprefix("the price of "), retires=retires, strategy=name, chance=chance))
    return tuple(found)


def lateness_decides(run: Run) -> bool:
    """Whether lateness can move the choice by more than a saving among equals: points have a price, a limited budget
    pays for it, or the deadline is a limit."""
    inputs, covers = run.lowered.inputs, run.scenario.listed("budget.covers", DEFAULT_COVERS)
    is_covered = "delay" in covers and bool(np.isfinite(inputs["budget_limit"]).any())
    return is_valued(inputs) or is_covered or due_by(run) == "deadline"


def _is_endless(run: Run, row: int, full: Array) -> bool:
    inputs = run.lowered.inputs
    nobody = any((inputs[name] == 0.0).all() for name in NEEDED)
    missing = np.broadcast_to(inputs["gpus_per_run"] > inputs["gpus_at_hand"], (1, len(run.scenario.strategies), 1, run.design.draws))[0, row].all()
    return bool(np.isinf(full).all() and (nobody or missing))


def in_time_of(run: Run, full: Array) -> Mask:
    """Draws in which all has shipped by the deadline, and before the horizon ends, after which nothing counts. ``(draw,)`` of bool"""
    return np.asarray(full <= np.minimum(run.lowered.inputs["deadline_day"].flat[0], _horizon(run)))


def counts(run: Run) -> bool:
    """Whether launch dates count in a run."""
    return bool(run.lowered.inputs[IS_TIMED].any())


def full_launches(run: Run) -> Array:
    """Days until all of each strategy has shipped, at most the horizon, which ends the study. ``(strategy, draw)`` [day]"""
    return np.minimum(dates_of(run)[:, -1], _horizon(run))


def days(draws: Array, scrambles: int) -> Estimate:
    """Days with their quantiles; where some draws never come, quantiles are draws themselves, and the mean is infinite.

    >>> never = days(np.array([1.0, 2.0, 3.0, np.inf]), 1)
    >>> never.median, never.p90, never.mean
    (2.0, inf, inf)
    """
    if np.isfinite(draws).all():
        return estimate(draws, scrambles)
    low, p10, median, p90, high = np.quantile(draws, QUANTILES, method="inverted_cdf").tolist()
    return Estimate(mean=float("inf"), low=low, p10=p10, median=median, p90=p90, high=high, error=float("nan"))


def dates_of(run: Run) -> Array:
    """Days until each task's requests are answered, then until all has shipped. ``(strategy, task and all, draw)``"""
    tasks, found = len(run.scenario.tasks), run.lowered.inputs["dates_of_launch"][0]
    return np.broadcast_to(found[:, : tasks + 1], (len(run.scenario.strategies), tasks + 1, run.design.draws))


def _horizon(run: Run) -> Array:
    """``(draw,)`` or ``(1,)`` [day]"""
    return run.lowered.inputs["horizon_months"][0, 0, 0] * DAYS_PER_MONTH  # type: ignore[no-any-return]
