"""Trees of launch dates: what was simulated to find when a task ships, how late all of it does, and what stood idle.

A date has no formula, so a tree tells what the simulation reads, found by watching it: the numbers of its data phase, and those
of its models.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from tuneplan.scenario.lowering.finishing import FINISHED
from tuneplan.study.explanation import costs
from tuneplan.study.explanation.case import Case, cell
from tuneplan.study.explanation.named import YES_NO, Where, leaves, named, simulated_head, words
from tuneplan.study.explanation.node import Node, cut

PHASES = {"data": "Examples that are made, reviewed and made again, and by whom.", "models": "Models that are set up, trained, judged, sent back or deployed."}
"""Parts of a project -> what they are."""


def of_strategy(case: Case, strategy: int) -> Mapping[str, Callable[[], Node]]:
    """What was simulated of a strategy: key -> what makes its tree; nothing where launch dates don't count."""
    if not case.choices(strategy).timed():
        return {}
    name = case.strategies[strategy]
    by_task = {f"{name}.launched_after.{task}": partial(tree, case, "launched_after", strategy, row) for row, task in enumerate(case.tasks)}
    whole = ("days_late", "idle_annotator_hours", "idle_gpu_hours")
    return by_task | {f"{name}.{each}": partial(tree, case, each, strategy, None) for each in whole}


def tree(case: Case, name: str, strategy: int, task: int | None) -> Node:
    """A number that was simulated, with all that the simulation reads."""
    phases = ("data",) if name == "idle_annotator_hours" else ("data", "models")
    until = leaves(case, "horizon_months", Where(strategy=strategy)) if name in ("launched_after", "days_late") else ()
    below = (node for phase in phases for node in case.once(f"{case.strategies[strategy]}.{phase}", partial(_phase, case, strategy, phase)))
    head = simulated_head(case, FINISHED[name], strategy, task)
    return replace(head, label=head.key, children=(*until, *below))


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
