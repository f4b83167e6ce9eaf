"""Trees of launch dates: what was simulated to find when a task ships, how late all of it does, and what stood idle.

A date has no formula, so a tree tells what the simulation reads, found by watching it: the numbers of its data phase, and those
of its models.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import numpy as np

from tuneplan.scenario.lowering.finishing import FINISHED
from tuneplan.scenario.timed import DEADLINE, start_of
from tuneplan.study.explanation import costs
from tuneplan.study.explanation.case import Case, cell
from tuneplan.study.explanation.named import YES_NO, Where, leaves, named, simulated_head, words
from tuneplan.study.explanation.node import Node, cut, settled
from tuneplan.study.launches import full_launches

PHASES = {"data": "Examples that are made, reviewed and made again, and by whom.", "models": "Models that are set up, trained, judged, sent back or deployed."}
"""Parts of a project -> what they are."""


WHOLE = ("days_late", "idle_annotator_hours", "idle_gpu_hours")
"""What was simulated of all of a strategy."""
OF_TIME = ("full_launch", "in_time", "launched_after", *WHOLE)
"""Numbers of a strategy that there are only where launch dates count."""


def of_strategy(case: Case, strategy: int) -> Mapping[str, Callable[[], Node]]:
    """What was simulated of a strategy: key -> what makes its tree; nothing where launch dates don't count."""
    if not case.choices(strategy).timed():
        return {}
    name = case.strategies[strategy]
    by_task = {f"{name}.launched_after.{task}": partial(tree, case, "launched_after", strategy, row) for row, task in enumerate(case.tasks)}
    whole = WHOLE
    shipped = {f"{name}.full_launch": partial(full_launch, case, strategy)}
    if case.choices(strategy).late():
        shipped[f"{name}.in_time"] = partial(in_time, case, strategy)
    return shipped | by_task | {f"{name}.{each}": partial(tree, case, each, strategy, None) for each in whole}


def tree(case: Case, name: str, strategy: int, task: int | None) -> Node:
    """A number that was simulated, with all that the simulation reads."""
    head = simulated_head(case, FINISHED[name], strategy, task)
    return replace(head, label=head.key, children=_simulated(case, name, strategy))


def _simulated(case: Case, name: str, strategy: int) -> tuple[Node, ...]:
    """All that the simulation of a number reads."""
    phases = ("data",) if name == "idle_annotator_hours" else ("data", "models")
    until = leaves(case, "horizon_months", Where(strategy=strategy)) if name in ("full_launch", "launched_after", "days_late") else ()
    below = (node for phase in phases for node in case.once(f"{case.strategies[strategy]}.{phase}", partial(_phase, case, strategy, phase)))
    return (*until, *below)


def full_launch(case: Case, strategy: int) -> Node:
    """Days until all of a strategy has shipped, the last of its tasks, and the date in the median."""
    draws, start = full_launches(case.run)[strategy], start_of(case.scenario)
    key, middle = f"{case.strategies[strategy]}.full_launch", float(np.quantile(draws, 0.5))
    dated = "" if start is None else f" In the median that is on {_date(start, middle)}."
    return Node(
        key=key, label=key, unit="day", estimate=case.estimate(draws), opens=True, children=_simulated(case, "full_launch", strategy),
        text=f"Days from the start until all of it has shipped; those of the horizon where it never does.{dated}",
    )  # fmt: skip


def in_time(case: Case, strategy: int) -> Node:
    """How often all of a strategy ships by the deadline."""
    key, launches = f"{case.strategies[strategy]}.in_time", case.verdict.launches
    launch = None if launches is None else launches.of(case.strategies[strategy])
    head = full_launch(case, strategy)
    return Node(
        key=key, label=key, unit="share", opens=True, estimate=None if launch is None else settled(launch.in_time),
        text=f"Share of draws in which all of it ships by the deadline, {case.scenario.word(DEADLINE, '')}.", children=(replace(head, children=()),),
    )  # fmt: skip


def _date(start: date, day: float) -> str:
    """A day of the project as a date; counted from the start where the calendar ends before it."""
    try:
        return (start + timedelta(days=math.floor(day))).isoformat()
    except OverflowError:
        return f"day {math.floor(day) + 1}"


def _phase(case: Case, strategy: int, phase: str) -> tuple[Node, ...]:
    """All that one part of the simulation reads, each once; nothing where none of it is in use."""
    nodes = [node for name in case.schedule_reads[phase] for node in _read(case, strategy, name) if node.unit != YES_NO]
    shown = {node.key: node for node in nodes if node.quantity is not None or not costs.is_zero(node)}
    key = f"{case.strategies[strategy]}.schedule.{phase}"
    return (Node(key=key, label=phase, text=PHASES[phase], children=tuple(shown.values())),) if shown else ()


def _read(case: Case, strategy: int, name: str) -> Iterator[Node]:
    if name == "made_an_hour":
        rows: Sequence[int] = [row for row in range(len(case.tasks)) if cell(case.arrays["bought"], strategy, row).any()]
        yield from cut([node for row in rows for node in pace(case, strategy, row)], key=name)
    else:
        yield from costs.argument(case, name, strategy, None)


def pace(case: Case, strategy: int, task: int) -> tuple[Node, ...]:
    """How fast an annotator makes a task's examples: a number of its own, unless it follows from minutes for a label."""
    where = Where(strategy=strategy, requests=(task,), columns=(task,))
    given = leaves(case, "pace", where)
    if given:
        return given
    draws = cell(case.inputs["made_an_hour"], strategy, task)
    return (
        Node(
            key=f"{case.strategies[strategy]}.made_an_hour.{case.tasks[task]}", label=f"{words('made_an_hour')}, {case.tasks[task]}",
            unit=FINISHED["made_an_hour"].labels["unit"], estimate=case.estimate(draws),
            text="Kept examples that one annotator makes in an hour, from minutes for a label.",
            children=tuple(node for name in ("minutes", "labels_per_item", "kept") for node in named(case, name, where)),
        ),
    )  # fmt: skip
