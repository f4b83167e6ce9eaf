"""What each strategy trains on: examples of each task, those owned and those bought, and what stops it from buying more."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tuneplan.axes import Array
from tuneplan.core.derived import Arrays
from tuneplan.study.run import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """Examples of one strategy.

    Attributes
    ----------
    owned, bought
        Of each task, in their order: owned ones that it trains on, and those paid for; medians. ``(task,)`` [example]
    p10, p90
        Of both together: examples that are given may be uncertain. ``(task,)`` [example]
    stopped_by
        What stops a plan from buying more, as of ``Plan.binding``; empty where examples are given.
    capped
        Tasks of which there is no more to be had.
    """

    strategy: str
    owned: Array
    bought: Array
    p10: Array
    p90: Array
    stopped_by: str
    capped: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocations:
    """Examples of all strategies that train and can be done.

    Attributes
    ----------
    tasks
        Names.
    strategies
        In the order of the scenario.
    untrained
        Strategies that train nothing.
    misfits
        Strategies that can't be done.
    """

    tasks: tuple[str, ...]
    strategies: tuple[Allocation, ...]
    untrained: tuple[str, ...]
    misfits: tuple[str, ...]


def allocations(run: Run) -> Allocations:
    """Examples of a run, as planned or given."""
    arrays, names = Arrays(run.lowered.inputs), run.scenario.strategies
    shape = (len(names), len(run.scenario.tasks), run.design.draws)
    taught, examples, bought = (np.broadcast_to(arrays[name][0], shape) for name in ("is_taught", "examples", "bought"))
    used = examples * taught
    trained = [row for row, name in enumerate(names) if taught[row].any() and name not in run.lowered.misfits]
    return Allocations(
        tasks=tuple(run.scenario.tasks),
        strategies=tuple(_allocation(run, names[row], used[row], bought[row]) for row in trained),
        untrained=tuple(name for row, name in enumerate(names) if not taught[row].any() and name not in run.lowered.misfits),
        misfits=tuple(name for name in names if name in run.lowered.misfits),
    )


def _allocation(run: Run, name: str, used: Array, bought: Array) -> Allocation:
    """Arrays ``(task, draw)``."""
    plan = run.plans.get(name)
    return Allocation(
        strategy=name,
        owned=np.median(used - bought, axis=1),
        bought=np.median(bought, axis=1),
        p10=np.quantile(used, 0.1, axis=1),
        p90=np.quantile(used, 0.9, axis=1),
        stopped_by="" if plan is None else plan.binding,
        capped=() if plan is None else plan.capped,
    )
