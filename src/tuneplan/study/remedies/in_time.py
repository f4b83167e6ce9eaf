"""Changes with which a strategy ships that does not ship within the horizon."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from tuneplan.study.options import ships, strategy_draws
from tuneplan.study.remedies.trials import PER_CENT, Remedy, Trials
from tuneplan.units import DAYS_PER_MONTH

HANDS = ("annotators", "reviewers", "engineers", "judges")
TIMES_MORE = (1.0, 2.0, 4.0, 8.0)
"""How many times as many people are tried, where none is there at least one."""


def _is_late(trials: Trials, strategy: str) -> bool:
    """Whether it ships too rarely within the horizon."""
    limits, row = trials.options.limits, trials.row(strategy)
    return bool(limits.possible[row]) and float(ships(trials.run)[row].mean()) < limits.confidence


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
    if not _is_late(trials, strategy):
        return
    run, row = trials.run, trials.row(strategy)
    full = strategy_draws(run, run.lowered.inputs["dates_of_launch"][:, :, len(run.scenario.tasks)])[row]
    day = float(np.quantile(full, trials.options.limits.confidence, method="higher"))
    if not math.isfinite(day) or not trials.has_room("horizon", strategy):
        return
    months = math.ceil(day / DAYS_PER_MONTH * (1.0 + 1.0 / PER_CENT))
    yield from trials.confirmed("horizon", strategy, float(months), [f"horizon={months} months"])
