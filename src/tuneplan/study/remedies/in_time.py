"""Changes with which a strategy ships in time that does not ship within the horizon, or by a deadline that is a must."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import numpy as np

from tuneplan.scenario.timed import DEADLINE, day_of, start_of
from tuneplan.study.options import due_by, strategy_draws
from tuneplan.study.remedies.trials import PER_CENT, Remedy, Trials
from tuneplan.units import DAYS_PER_MONTH

HANDS = ("annotators", "reviewers", "engineers", "judges")
TIMES_MORE = (1.0, 2.0, 4.0, 8.0)
"""How many times as many people are tried, where none is there at least one."""


def _is_late(trials: Trials, strategy: str) -> bool:
    """Whether it ships too rarely in time."""
    limits, row = trials.options.limits, trials.row(strategy)
    return bool(limits.possible[row] and not limits.in_time[row])


def _surely(trials: Trials, strategy: str) -> float:
    """The day by which all of it ships as surely as asked for; infinite where it never does. [day]"""
    run = trials.run
    full = strategy_draws(run, run.lowered.inputs["dates_of_launch"][:, :, len(run.scenario.tasks)])[trials.row(strategy)]
    return float(np.quantile(full, trials.options.limits.confidence, method="higher"))


def more_hands(trials: Trials, strategy: str) -> Iterator[Remedy]:
    """Somebody for every kind of work and GPUs for one run at least; then all of them twice, four, eight times."""
    if not _is_late(trials, strategy):
        return
    inputs, row = trials.run.lowered.inputs, trials.row(strategy)
    needed = float(np.broadcast_to(inputs["gpus_per_run"], (1, len(trials.options.strategies), 1, 1))[0, row, 0, 0])
    before = {key: float(inputs[key].flat[0]) for key in (*HANDS, "gpus_at_hand")}
    for times in TIMES_MORE:
        after = {key: max(1.0, count) * times for key, count in before.items()} | {"gpus_at_hand": max(before["gpus_at_hand"], needed * times)}
        changes = [f"schedule.{'gpus' if key == 'gpus_at_hand' else key}={count:.0f}" for key, count in after.items() if count != before[key]]
        if changes and trials.has_room("hands", strategy):
            found = list(trials.confirmed("hands", strategy, times, changes))
            if found:
                yield found[0]
                return


def longer_horizon(trials: Trials, strategy: str) -> Iterator[Remedy]:
    """A horizon of whole months in which it ships as surely as asked for."""
    if not _is_late(trials, strategy) or due_by(trials.run) != "horizon":
        return
    day = _surely(trials, strategy)
    if not math.isfinite(day) or not trials.has_room("horizon", strategy):
        return
    months = math.ceil(day / DAYS_PER_MONTH * (1.0 + 1.0 / PER_CENT))
    yield from trials.confirmed("horizon", strategy, float(months), [f"horizon={months} months"])


def later_deadline(trials: Trials, strategy: str) -> Iterator[Remedy]:
    """A deadline by which it ships as surely as asked for, where that is within the horizon; it asks for less than now."""
    run = trials.run
    start = start_of(run.scenario)
    if start is None or not _is_late(trials, strategy) or due_by(run) != "deadline":
        return
    day, horizon = _surely(trials, strategy), float(run.lowered.inputs["horizon_months"].min()) * DAYS_PER_MONTH
    if day > horizon or not trials.has_room("deadline", strategy):
        return
    due = start + timedelta(days=math.floor(day))
    later = math.floor(day) - day_of(run.scenario, DEADLINE)
    for found in trials.confirmed("deadline", strategy, due.isoformat(), [f"{DEADLINE}={due.isoformat()}"], extent=later / horizon):
        yield replace(found, lowers=True)
