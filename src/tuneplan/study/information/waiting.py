"""What it costs to decide later: every launch is that much later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tuneplan.core import costs_of
from tuneplan.scenario.lowering.finishing import FINISHED
from tuneplan.scenario.lowering.timing import IS_TIMED
from tuneplan.study.options import Options, objective_of, strategy_draws, worth_of_requests
from tuneplan.study.run import Run
from tuneplan.units import DAYS_PER_MONTH

LATER = ("launched_after", "served_months", "days_late")
"""Finished numbers that move with the dates of launch, each after those that it reads."""
LATENESS = "lateness"
"""Cost line of the deadline."""


def cost_of_waiting(run: Run, options: Options, best: int) -> Callable[[float], float]:
    """Days of waiting -> what they cost the strategy that would be chosen now, expected on the same draws. [USD]

    Where launch dates count, all dates are moved: value that is lost, lateness that is added, less what is not
    served meanwhile; where points alone decide, lateness alone has a price. Where dates do not count, the worth of
    the points above the reference that come later. Either way no launch moves beyond the end of the horizon: more
    than all that is to be had can't be lost. Never below 0: who gained by waiting could wait without a check.
    """
    if not run.lowered.inputs[IS_TIMED].any():
        return lambda days: _worth_of_later_points(run, options, best, days)
    return lambda days: max(0.0, float((_dollars(run, options)[best] - _dollars(moved(run, days), options)[best]).mean()))


def moved(run: Run, days: float) -> Run:
    """A run in which everything ships so many days later; scores are as they were."""
    inputs = run.lowered.inputs
    dates, tasks = inputs["dates_of_launch"].copy(), len(inputs.structure.tasks)
    dates[:, :, : tasks + 1] += days
    numbers = {**inputs.numbers, "dates_of_launch": dates}
    for name in LATER:
        numbers[name] = FINISHED[name].function(numbers, inputs.structure, run.scenario)
    later = replace(inputs, numbers=numbers)
    return replace(run, lowered=replace(run.lowered, inputs=later), outcome=replace(run.outcome, costs=costs_of(later)))


def _dollars(run: Run, options: Options) -> np.ndarray:
    """What days are weighed by: net benefit, or lateness alone where points decide. [USD], ``(strategy, draw)``"""
    if options.unit == "USD":
        return objective_of(run, strategy_draws(run, run.outcome.cost_of()))[0]
    return -strategy_draws(run, run.outcome.costs[LATENESS].sum(axis=2))


def _worth_of_later_points(run: Run, options: Options, best: int, days: float) -> float:
    """What is missed where a strategy starts so many days later and dates do not count: the expected worth of its points
    above the reference. [USD]

    Until then users are served as by the reference; 0 where a point has no price, and where the
    reference is no worse. What a later start saves is not counted. Nothing is missed after the horizon.
    """
    if options.unit != "USD":
        return 0.0
    whole = worth_of_requests(run)[best].sum(axis=0)
    months = run.lowered.inputs["horizon_months"][0, 0, 0]
    return max(0.0, float((whole * np.minimum(days / (months * DAYS_PER_MONTH), 1.0)).mean()))
