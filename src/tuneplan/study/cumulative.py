"""What has been paid by which month: costs of the run along the horizon, and when the dearer start has paid for itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tuneplan.axes import Array, Mask
from tuneplan.core.costs import COSTS
from tuneplan.core.registry import bind
from tuneplan.core.timing import TIMINGS
from tuneplan.scenario.lowering.timing import IS_TIMED
from tuneplan.study.results import Verdict
from tuneplan.study.run import Run

BAND = (0.1, 0.5, 0.9)
"""Quantiles of what has been paid: the band used for money, and its middle."""
MOST_MONTHS = 120
"""Months that are looked at; of a longer horizon every second, third and so on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """When of two strategies the one with the dearer start has cost no more than the other, for good.

    Attributes
    ----------
    dearer, cheaper
        Names, by who costs more at the start in most draws.
    p10, median, p90
        Months from which on it has cost no more; infinite where the horizon ends before. [month]
    never
        Share of draws in which it still has cost more at the end of the horizon.
    is_level
        Whether the two cost the same in all, as the verdict sees it: then no crossing is worth a word.
    """

    dearer: str
    cheaper: str
    p10: float
    median: float
    p90: float
    never: float
    is_level: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cumulative:
    """Money paid since the start, month by month.

    Attributes
    ----------
    strategies
        Those that can be done.
    months
        Months gone by, from 0 to the end of the longest horizon. ``(month,)``
    p10, median, p90
        Of what has been paid by then. ``(strategy, month)`` [USD]
    horizon
        P10, P50 and P90 of its length: after it nothing more is paid. [month]
    crossing
        Of the two leading strategies; None where there are no two, or where they cost the same at the start.
    from_launch
        Whether what is paid monthly begins when a task ships, not at the start.
    """

    strategies: tuple[str, ...]
    months: Array
    p10: Array
    median: Array
    p90: Array
    horizon: tuple[float, float, float]
    crossing: Crossing | None
    from_launch: bool = False


def cumulative(verdict: Verdict) -> Cumulative:
    """Costs of a verdict along its horizon."""
    run = verdict.run
    months = months_of(run)
    due = costs_by_timing(run)
    paid = [paid_by(run, month, due) for month in months.tolist()]
    possible = np.flatnonzero(_possible(run, paid[-1]))
    bands = np.stack([np.quantile(each[possible], BAND, axis=1) for each in paid], axis=2) if len(possible) else np.empty((3, 0, len(months)))
    horizon = np.quantile(run.lowered.inputs["horizon_months"], BAND).tolist()
    pair = _leading(verdict, possible.tolist())
    found = None if pair is None else crossing_of([run.scenario.strategies[each] for each in pair], months, np.stack([each[list(pair)] for each in paid], axis=1))
    is_level = verdict.comparison is not None and verdict.comparison.usd_level
    return Cumulative(
        strategies=tuple(run.scenario.strategies[index] for index in possible.tolist()),
        months=months,
        p10=bands[0],
        median=bands[1],
        p90=bands[2],
        horizon=(horizon[0], horizon[1], horizon[2]),
        crossing=None if found is None else replace(found, is_level=is_level),
        from_launch=bool(run.lowered.inputs[IS_TIMED].any()),
    )


def months_of(run: Run) -> Array:
    """Months to look at: whole ones, and the end of the longest horizon. ``(month,)``"""
    end = float(run.lowered.inputs["horizon_months"].max())
    step = max(1.0, np.ceil(end / MOST_MONTHS))
    return np.append(np.arange(0.0, end, step), end)


def costs_by_timing(run: Run) -> dict[str, Array]:
    """Timing -> whole cost of the lines that are due then, by task where tasks differ in when; of all tasks where they
    don't. ``(strategy, task or 1, draw)`` [USD]"""
    found: dict[str, Array] = {}
    for line, cost in run.outcome.costs.items():
        due = COSTS[line].labels["due"]
        by_task = cost if _share_of(run, due, 0.0).shape[2] > 1 else cost.sum(axis=2, keepdims=True)
        found[due] = found.get(due, 0.0) + _whole(run, by_task)
    return found


def paid_by(run: Run, month: float, due: Mapping[str, Array]) -> Array:
    """What each strategy has cost once so many months have gone by; at the end of the horizon its whole cost.

    Parameters
    ----------
    due
        As of ``costs_by_timing``.

    Returns
    -------
    Array
        ``(strategy, draw)`` [USD]
    """
    paid = [(_share_of(run, timing, month)[0] * cost).sum(axis=1) for timing, cost in due.items()]
    total: Array = np.sum(paid, axis=0)
    return total


def _share_of(run: Run, timing: str, month: float) -> Array:
    """Share of what is due by a timing that has been paid by a month. ``(1, strategy, task, draw)``, an axis of length 1 for all"""
    return bind(TIMINGS[timing], {**run.lowered.inputs.numbers, "elapsed": np.full((1, 1, 1, 1), month)})  # type: ignore[no-any-return]


def _whole(run: Run, cost: Array) -> Array:
    """Costs of the one scenario of a run, every strategy and draw. ``(strategy, task or 1, draw)``"""
    return np.broadcast_to(cost[0], (len(run.scenario.strategies), cost.shape[2], run.design.draws))


def crossing_of(names: Sequence[str], months: Array, paid: Array) -> Crossing | None:
    """When the dearer start of two strategies has paid for itself; None where they cost the same at the start.

    Parameters
    ----------
    paid
        ``(strategy, month, draw)`` of the two. [USD]

    >>> paid = np.array([[[4.0], [5.0], [6.0]], [[2.0], [5.0], [8.0]]])
    >>> crossing_of(["trained", "bought"], np.array([0.0, 1.0, 2.0]), paid).median
    1.0
    """
    ahead = paid[0] - paid[1]
    if not ahead[0].any():
        return None
    is_first = (float(np.sign(ahead[0]).sum()), float(ahead[0].mean())) > (0.0, 0.0)
    dearer, cheaper = (0, 1) if is_first else (1, 0)
    crossed = month_of_crossing(months, ahead if is_first else -ahead)
    p10, median, p90 = np.quantile(crossed, BAND, method="higher").tolist()
    return Crossing(dearer=names[dearer], cheaper=names[cheaper], p10=p10, median=median, p90=p90, never=float(np.isinf(crossed).mean()))


def month_of_crossing(months: Array, ahead: Array) -> Array:
    """The month from which on a difference stays at or below 0, straight between months; 0 where it always is, infinite where it ends above. ``(draw,)``

    Parameters
    ----------
    ahead
        ``(month, draw)``

    >>> month_of_crossing(np.array([0.0, 1.0, 2.0]), np.array([[3.0, -1.0, 1.0], [1.0, -1.0, 1.0], [-1.0, -1.0, 1.0]])).tolist()
    [1.5, 0.0, inf]
    """
    above = ahead > 0.0
    last = np.where(above.any(axis=0), len(months) - 1 - above[::-1].argmax(axis=0), -1)
    inner = np.clip(last, 0, max(len(months) - 2, 0))
    after = np.minimum(inner + 1, len(months) - 1)
    draws = np.arange(ahead.shape[1])
    before, beyond = ahead[inner, draws], ahead[after, draws]
    part = before / np.where(before > beyond, before - beyond, 1.0)
    found: Array = np.where(last < 0, 0.0, np.where(last == len(months) - 1, np.inf, months[inner] + part * (months[after] - months[inner])))
    return found


def _possible(run: Run, cost: Array) -> Mask:
    """Strategies that can be done at all. ``(strategy,)`` of bool"""
    fits = np.array([name not in run.lowered.misfits for name in run.scenario.strategies])
    return fits & np.isfinite(cost).all(axis=1)


def _leading(verdict: Verdict, possible: Sequence[int]) -> tuple[int, int] | None:
    """Indices of the two leading strategies; where nothing meets the limits, of the two with the highest expected objective."""
    comparison, names = verdict.comparison, verdict.decision.strategies
    if comparison is not None:
        return names.index(comparison.best), names.index(comparison.second)
    ranked = sorted(possible, key=lambda index: -verdict.decision.expected[index])
    return (ranked[0], ranked[1]) if len(ranked) > 1 else None
