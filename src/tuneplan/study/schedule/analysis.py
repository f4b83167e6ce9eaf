"""When each strategy ships, how sure that is, who waits for whom, and what one more of each would change."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tuneplan.axes import Array, Mask
from tuneplan.core import costs_of
from tuneplan.scenario.lower import lower
from tuneplan.scenario.timed import DEADLINE, day_of, is_timed, start_of, timed
from tuneplan.study.decision import Estimate, estimate
from tuneplan.study.launches import days, in_time_of, lateness_decides, retirements_of
from tuneplan.study.options import strategy_draws
from tuneplan.study.run import Run, blocks_of
from tuneplan.study.schedule.load import Work, load_of
from tuneplan.study.schedule.played import Simulated, simulated
from tuneplan.study.schedule.reasons import because
from tuneplan.study.schedule.records import RESOURCES, Errors, Load, OneMore, Schedule, StrategyDates
from tuneplan.study.schedule.spans import bars_of
from tuneplan.study.schedule.worth import gains_of, is_priced
from tuneplan.study.valuing import is_valued
from tuneplan.units import DAYS_PER_MONTH

LEAST_GAIN = 1.0
"""Days that one more has to bring the full launch forward, on average, to be called what a strategy waits for."""
WAITING_LINES = ("waiting_annotators", "reserved_gpus")
"""Cost lines of who is paid while there is nothing to do."""


def schedule(run: Run) -> Schedule:
    """When the strategies of a run ship, on its own draws.

    Where launch dates do not count, the same plan is simulated as if they did, and the schedule says so.
    """
    counted = is_timed(run.scenario)
    run = run if counted else with_dates(run)
    played = simulated(run.lowered.inputs, draws=run.design.draws)
    priced = is_priced(run)
    usd = gains_of(run, played.more) if priced else {}
    return Schedule(
        start=start_of(run.scenario),
        deadline=day_of(run.scenario, DEADLINE),
        horizon=float(np.median(_horizon(run))),
        counts=counted,
        is_priced=priced,
        is_valued=is_valued(run.lowered.inputs),
        strategies=tuple(
            _dates(run, played, row, {name: each[row] for name, each in usd.items()}) for row, name in enumerate(run.scenario.strategies) if name not in run.lowered.misfits
        ),
        misfits=dict(run.lowered.misfits),
        draws=run.design.draws,
        seed=run.design.seed,
        scrambles=run.design.scrambles,
        lateness_decides=lateness_decides(run),
        retiring=retirements_of(run),
    )


def with_dates(run: Run) -> Run:
    """The same plan on the same draws in a project whose launch dates count: costs change with them, scores do not."""
    scenario = timed(run.scenario)
    lowered = lower([scenario], run.design.points)
    parts = [costs_of(inputs) for inputs in blocks_of(run.design, lowered)]
    costs = {name: np.concatenate([part[name] for part in parts], axis=-1) if parts[0][name].shape[-1] > 1 else parts[0][name] for name in parts[0]}
    return replace(run, scenario=scenario, lowered=lowered, outcome=replace(run.outcome, costs=costs))


def median_draw(full: Array) -> int:
    """The draw whose launch is the median; of an even number the earlier of the two in the middle.

    >>> median_draw(np.array([30.0, 10.0, np.inf, 20.0]))
    3
    """
    return int(np.argsort(full, kind="stable")[(len(full) - 1) // 2])


def _dates(run: Run, played: Simulated, row: int, usd: dict[str, Array]) -> StrategyDates:
    """All that is told of one strategy."""
    tasks, scrambles, horizon = len(run.scenario.tasks), run.design.scrambles, _horizon(run)
    launch, full = played.dates[0, row, :tasks], played.dates[0, row, tasks]
    late, in_time = strategy_draws(run, run.lowered.inputs["days_late"][:, :, 0]), in_time_of(run, full)
    chance = np.where(np.isnan(day_of(run.scenario, DEADLINE)), np.nan, in_time)
    draw = median_draw(full)
    loads, more = _loads(played, row, scrambles), _more(run, played, row, usd)
    return StrategyDates(
        name=run.scenario.strategies[row],
        first=days(launch.min(axis=0), scrambles),
        full=days(full, scrambles),
        never=float((full > horizon).mean()),
        because=_because(run, played, row, full > horizon),
        tasks={task: days(each, scrambles) for task, each in zip(run.scenario.tasks, launch, strict=True)},
        in_time=float(chance.mean()),
        late=estimate(np.broadcast_to(late, (len(run.scenario.strategies), run.design.draws))[row], scrambles),
        delay=_paid(run, ("lateness",), row),
        waiting=_paid(run, WAITING_LINES, row),
        loads=loads,
        more=more,
        bottleneck=more[0].resource if more and more[0].full.mean >= LEAST_GAIN else "",
        bars=bars_of(played.spans[row], draw),
        draw=draw,
        errors=errors_of(full, chance, scrambles),
    )


def _because(run: Run, played: Simulated, row: int, never: Mask) -> str:
    """Why not all of a strategy ships within the horizon."""
    return because(
        {name: _of_strategy(played.work[name], row) for name in RESOURCES}, played.spans[row], never, _horizon(run),
        opens=float(run.lowered.inputs["workdays"][0, 0].min(initial=np.inf)), given_up=played.given_up[row], capacity=played.capacity[row],
    )  # fmt: skip


def errors_of(full: Array, in_time: Array, scrambles: int) -> Errors:
    """How far quantiles of a launch, and the chance to be in time, are from one scramble to the next, over the root of how many there are.

    >>> errors_of(np.array([1.0, 1.0, 3.0, 3.0]), np.array([1.0, 1.0, 0.0, 0.0]), 2)
    Errors(p50=1.0, p90=1.0, in_time=0.5)
    """
    if scrambles < 2:
        return Errors()
    days_of_each, is_in_time = full.reshape(scrambles, -1), in_time.reshape(scrambles, -1)
    p50, p90 = (_error(np.quantile(days_of_each, quantile, axis=1, method="inverted_cdf")) for quantile in (0.5, 0.9))
    return Errors(p50=p50, p90=p90, in_time=_error(is_in_time.mean(axis=1)))


def _error(found: Array) -> float:
    """Standard error of a mean; unknown where some is infinite."""
    return _known(found.std(ddof=1) / np.sqrt(len(found))) if np.isfinite(found).all() else math.nan


def _known(value: float) -> float:
    """A number, or the one NaN that is itself, so that records can be compared."""
    return math.nan if np.isnan(value) else float(value)


def _horizon(run: Run) -> Array:
    """``(draw,)`` or ``(1,)`` [day]"""
    return run.lowered.inputs["horizon_months"][0, 0, 0] * DAYS_PER_MONTH  # type: ignore[no-any-return]


def _paid(run: Run, lines: Sequence[str], row: int) -> Estimate:
    """What some cost lines come to. [USD]"""
    whole = np.zeros(run.design.draws)
    for name in lines:
        whole = whole + strategy_draws(run, run.outcome.costs[name].sum(axis=2))[row]
    return estimate(whole, run.design.scrambles)


def _loads(played: Simulated, row: int, scrambles: int) -> tuple[Load, ...]:
    """Of every resource that has anything to do in any draw."""
    found = []
    for name in _needed(played, row):
        own = _of_strategy(played.work[name], row)
        found.append(Load(
            resource=name, count=float(np.median(own.count)), busy=estimate(own.busy, scrambles), idle=estimate(own.idle, scrambles),
            load=estimate(load_of(own), scrambles), waited=estimate(own.waited, scrambles), each_waited=_known(own.each_waited.mean()),
        ))  # fmt: skip
    return tuple(found)


def _of_strategy(work: Work, row: int) -> Work:
    return Work(**{name: getattr(work, name)[row] for name in Work.__slots__})


def _needed(played: Simulated, row: int) -> list[str]:
    return [name for name in RESOURCES if played.work[name].needed[row].any()]


def _more(run: Run, played: Simulated, row: int, usd: dict[str, Array]) -> tuple[OneMore, ...]:
    """What one more of each needed resource would change, what gains most days first."""
    tasks, scrambles, horizon = len(run.scenario.tasks), run.design.scrambles, _horizon(run)
    of_a_run = _gpus_of_another_run(run, row)
    found = []
    for name in _needed(played, row):
        before, after = played.dates[0, row], played.more[name][0, row]
        worth = usd[name] if name in usd else np.full(run.design.draws, np.nan)
        found.append(OneMore(
            resource=name, count=of_a_run if name == "GPUs" else 1, first=estimate(earlier(before[:tasks].min(axis=0), after[:tasks].min(axis=0), horizon), scrambles),
            full=estimate(earlier(before[tasks], after[tasks], horizon), scrambles), usd=estimate(worth, scrambles),
        ))  # fmt: skip
    return tuple(sorted(found, key=lambda each: (-each.full.mean, -each.first.mean)))


def _gpus_of_another_run(run: Run, row: int) -> int:
    """Cards that are missing for one more run at a time, in the median."""
    taken, at_hand = (np.broadcast_to(each, (1, len(run.scenario.strategies), 1, each.shape[3]))[0, row, 0] for each in (run.lowered.inputs["gpus_per_run"], run.lowered.inputs["gpus_at_hand"]))
    return max(1, int(np.median(taken - at_hand % np.maximum(taken, 1.0))))


def earlier(before: Array, after: Array, horizon: Array) -> Array:
    """Days by which a launch comes earlier; one that never came counts from the end of the horizon, or from the other where that is later. [day]

    >>> earlier(np.array([30.0, np.inf, np.inf, np.inf]), np.array([20.0, 100.0, np.inf, 500.0]), np.array(365.0)).tolist()
    [10.0, 265.0, 0.0, 0.0]
    """
    one, other = np.isfinite(before), np.isfinite(after)
    end = np.maximum(horizon, np.maximum(np.where(one, before, 0.0), np.where(other, after, 0.0)))
    return np.where(one, before, end) - np.where(other, after, end)
