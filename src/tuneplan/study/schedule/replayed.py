"""Some draws of a run replayed event by event: how far its dates are from those of the recursions, and what happened when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tuneplan.core.arrays import Inputs
from tuneplan.core.schedule.project import Project, project_of
from tuneplan.scenario.timed import is_timed
from tuneplan.study.run import Run
from tuneplan.study.schedule.analysis import with_dates
from tuneplan.study.schedule.records import Schedule
from tuneplan.study.schedule.spans import rows_of

if TYPE_CHECKING:
    from tuneplan.study.schedule.trace import Row


SAME = 1e-9
"""Days within which two events are at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """Draws that were simulated in both ways.

    Attributes
    ----------
    draws
        How many, of every strategy.
    apart
        Largest difference of any date; infinite where one way never comes to what the other does. [day]
    """

    draws: int
    apart: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """What happened in the run of a strategy whose full launch is the median.

    Attributes
    ----------
    strategy, draw
        Which it is, in which draw.
    log
        In the order in which it happened.
    tasks
        Task of each batch.
    models
        Name of each model.
    """

    strategy: str
    draw: int
    log: tuple[Row, ...]
    tasks: tuple[str, ...]
    models: tuple[str, ...]


def replayed(run: Run, found: Schedule, *, first: int, jobs: int | None = None) -> Replayed:
    """Replay the first draws of a run, and those of the medians that are told, event by event.

    Parameters
    ----------
    first
        How many of the first draws.
    jobs
        Processes at work; None: one a core. The result is the same for any number.
    """
    from tuneplan.study.schedule.agreement import agreement  # with SimPy, which the recursion does without
    from tuneplan.study.schedule.replications import replicate

    draws = sorted({*range(min(first, run.design.draws)), *(each.draw for each in found.strategies)})
    if not draws:
        return Replayed(draws=0, apart=0.0)
    project = _project(run, draws)
    return Replayed(draws=len(draws), apart=agreement(project, replicate(project, jobs=jobs)))


def events_of(run: Run, found: Schedule) -> tuple[Events, ...]:
    """The event log of each strategy's median run, until all has shipped: who leaves later does not matter."""
    from tuneplan.study.schedule.simulation import simulate

    if not found.strategies:
        return ()
    draws = sorted({each.draw for each in found.strategies})
    project, every = _project(run, draws), run.scenario.strategies
    logs = []
    for each in found.strategies:
        strategy = every.index(each.name)
        trace = simulate(project, strategy * len(draws) + draws.index(each.draw))
        log = tuple(row for row in trace.log if row.day <= float(trace.history.full) + SAME)
        logs.append(Events(
            strategy=each.name, draw=each.draw, log=log, tasks=tuple(run.scenario.tasks[task] for task in project.collection.task.tolist()),
            models=tuple(rows_of(project.networks[strategy], each.name, run.scenario.tasks)),
        ))  # fmt: skip
    return tuple(logs)


def _project(run: Run, draws: Sequence[int]) -> Project:
    """Projects of some draws of a run, a replica a strategy and draw."""
    timed = run if is_timed(run.scenario) else with_dates(run)
    return project_of(_at_draws(timed.lowered.inputs, draws))


def _at_draws(inputs: Inputs, draws: Sequence[int]) -> Inputs:
    chosen = {name: np.take(array, draws, axis=-1) if array.shape[-1] > 1 else array for name, array in inputs.numbers.items()}
    return replace(inputs, numbers=chosen)
