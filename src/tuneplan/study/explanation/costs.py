"""Trees of costs: total, component, line, task, the arrays that the line names, the inputs behind them."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from tuneplan.axes import Array
from tuneplan.core.costs import COSTS
from tuneplan.core.derived import DERIVED, OF_MIX, OF_UNSEEN, declared
from tuneplan.core.registry import Entry, bind
from tuneplan.scenario.lowering.constants import CONSTANTS
from tuneplan.scenario.schema import COMPONENTS
from tuneplan.study.explanation.case import Case, cell
from tuneplan.study.explanation.named import YES_NO, Where, choice, named, words
from tuneplan.study.explanation.node import Node, cut, is_settled, settled, summed

SHARED = ("structure", "task_share")
"""Names that stand for no number of their own: who shares what with whom."""


def total_head(case: Case, strategy: int) -> Node:
    """The whole cost of a strategy, unopened."""
    key, months = f"{case.strategies[strategy]}.cost", float(case.inputs["horizon_months"].mean())
    return Node(
        key=key, label=key, unit="USD", estimate=case.estimate(total_of(case, strategy, list(case.run.outcome.costs))),
        text=f"Everything that {case.strategies[strategy]} costs over {float(f'{months:.3g}'):g} months.", opens=True,
    )  # fmt: skip


def total(case: Case, strategy: int) -> Node:
    """The whole cost of a strategy, by component."""
    head = total_head(case, strategy)
    parts = [(name, total_of(case, strategy, lines_of(name))) for name in COMPONENTS]
    children = summed(parts, partial(component, case, strategy), key=head.key, unit="USD", scrambles=case.scrambles)
    return replace(head, children=children, adds_up=True)


def lines_of(component: str) -> list[str]:
    """Cost lines of a component."""
    return [entry.name for entry in COSTS if entry.labels["component"] == component]


def total_of(case: Case, strategy: int, lines: list[str]) -> Array:
    """Cost of these lines over all tasks, as the verdict adds it up. ``(draw,)``"""
    costs = case.run.outcome.costs
    return sum((costs[line][0, strategy].sum(axis=0) for line in lines), start=np.zeros(1))


def component_head(case: Case, strategy: int, name: str) -> Node:
    """All lines of one component, unopened; where it is one line of the same name, that line."""
    if lines_of(name) == [name]:
        return line_head(case, strategy, name)
    return Node(
        key=f"{case.strategies[strategy]}.cost.{name}", label=name, unit="USD", opens=True,
        estimate=case.estimate(total_of(case, strategy, lines_of(name))),
    )  # fmt: skip


def component(case: Case, strategy: int, name: str) -> Node:
    """One component, by line."""
    if lines_of(name) == [name]:
        return line(case, strategy, name)
    head = component_head(case, strategy, name)
    parts = [(each, total_of(case, strategy, [each])) for each in lines_of(name)]
    children = summed(parts, partial(line, case, strategy), key=head.key, unit="USD", scrambles=case.scrambles)
    return replace(head, children=children, adds_up=True)


def line_key(strategy: str, name: str) -> str:
    """Key of a cost line; one that is called like a component stands below it."""
    return f"{strategy}.cost.{name}.{name}" if name in COMPONENTS and lines_of(name) != [name] else f"{strategy}.cost.{name}"


def line_head(case: Case, strategy: int, name: str) -> Node:
    """A cost line, unopened."""
    return Node(
        key=line_key(case.strategies[strategy], name), label=words(name), unit="USD", text=sentence(COSTS[name]), opens=True,
        estimate=case.estimate(total_of(case, strategy, [name])),
    )  # fmt: skip


def line(case: Case, strategy: int, name: str) -> Node:
    """A cost line: by task where any of its arrays varies by task, else what it multiplies."""
    head, entry, draws = line_head(case, strategy, name), COSTS[name], case.run.outcome.costs[name][0, strategy]
    if not varies(case, entry):
        counted = (_tasks(case),) if draws.any() and not _is_shared(case, entry) else ()
        return replace(head, children=(*_arguments(case, entry, strategy, None, draws), *counted))
    parts = [(task, draws[row]) for row, task in enumerate(case.tasks)]
    children = summed(parts, partial(line_of_task, case, strategy, name), key=head.key, unit="USD", scrambles=case.scrambles)
    return replace(head, children=children, adds_up=True)


def _is_shared(case: Case, entry: Entry[Any]) -> bool:
    """Whether a line is paid once by a strategy as a whole: it is in proportion to ``task_share``."""
    if len(case.tasks) == 1 or "task_share" not in entry.arguments:
        return len(case.tasks) == 1
    doubled = bind(entry, ChainMap({"task_share": 2.0 * case.arrays["task_share"]}, case.arrays))  # type: ignore[arg-type]
    return bool((doubled == 2.0 * bind(entry, case.arrays)).all())


def _tasks(case: Case) -> Node:
    """How many tasks a line that is alike for all of them is summed over."""
    return Node(
        key="tasks", label="tasks", unit="task", estimate=settled(float(len(case.tasks))),
        text="What is paid for each task counts as often; what a strategy pays as a whole is shared among them.",
    )  # fmt: skip


def line_of_task(case: Case, strategy: int, name: str, task: str) -> Node:
    """What a cost line comes to for one task."""
    entry, row = COSTS[name], case.tasks.index(task)
    key, draws = f"{line_key(case.strategies[strategy], name)}.{task}", case.run.outcome.costs[name][0, strategy, row]
    children = _arguments(case, entry, strategy, row, draws)
    return Node(
        key=key, label=task, unit="USD", estimate=case.estimate(draws), text=sentence(entry), children=children, opens=True
    )


def varies(case: Case, entry: Entry[Any]) -> bool:
    """Whether a function of costs names anything that varies by task."""
    names = [name for name in entry.arguments if name not in SHARED and name in case.arrays]
    return len(case.tasks) > 1 and any(case.arrays[name].shape[2] > 1 for name in names)


def sentence(entry: Entry[Any]) -> str:
    """First sentence of a docstring, without its unit."""
    return entry.doc.partition(" [")[0].replace("``", "")


def _arguments(case: Case, entry: Entry[Any], strategy: int, task: int | None, draws: Array) -> tuple[Node, ...]:
    """What a function of costs names. Of a number that is 0, what makes it so; else nothing that is 0 itself."""
    names = [name for name in entry.arguments if name not in SHARED and name in case.arrays]
    nodes = [node for name in names for node in argument(case, name, strategy, task)]
    if draws.any():
        shown = [node for node in nodes if node.unit != YES_NO and (node.quantity is not None or not is_zero(node))]
    else:
        shown = [node for node in nodes if is_zero(node)]
    return tuple({node.key: node for node in shown}.values())


def is_zero(node: Node) -> bool:
    """Whether a number is 0 in every draw."""
    if node.quantity is not None:
        return node.quantity.distribution.is_point and node.quantity.distribution.median == 0.0
    return node.estimate is not None and is_settled(node.estimate) and node.estimate.mean == 0.0


def argument(case: Case, name: str, strategy: int, task: int | None) -> Iterator[Node]:
    """What a name stands for: a derived array (of each task where it varies and none is meant), or a number."""
    if name.endswith(OF_MIX) and case.structure.columns == len(case.tasks):
        return
    if name not in DERIVED:
        yield from _number(case, name, strategy, task)
        return
    by_task = case.arrays[name].shape[2] > 1
    rows = range(len(case.tasks)) if by_task and task is None else [task if by_task else None]
    yield from cut([node for row in rows for node in derived(case, DERIVED[name], strategy, row)], key=name)


def _number(case: Case, name: str, strategy: int, task: int | None) -> Iterator[Node]:
    base, tasks = declared(name), len(case.tasks)
    if base in CONSTANTS and CONSTANTS[base].labels["unit"] == YES_NO:
        yield choice(case, CONSTANTS[base], strategy, cell(case.inputs[base], strategy))
        return
    behind = name.endswith((OF_UNSEEN, OF_MIX))
    rows = (tasks,) if behind else tuple(range(tasks)) if task is None else (task,)
    yield from named(case, base, Where(strategy=strategy, requests=rows, columns=rows))


def derived(case: Case, entry: Entry[Any], strategy: int, task: int | None) -> tuple[Node, ...]:
    """A derived array: its value and what it was made of; nothing where nothing behind it is in use.

    One that only hands on a single number is that number.
    """
    key = f"{case.strategies[strategy]}.{entry.name}" + ("" if task is None else f".{case.tasks[task]}")
    return case.once(key, lambda: _derived(case, entry, strategy, task, key))


def _derived(case: Case, entry: Entry[Any], strategy: int, task: int | None, key: str) -> tuple[Node, ...]:
    draws = cell(case.arrays[entry.name], strategy, task or 0)
    if entry.labels["unit"] == YES_NO:
        return (choice(case, entry, strategy, draws),)
    children = _arguments(case, entry, strategy, task, draws)
    asks = [name for name in entry.arguments if name not in SHARED]
    if asks and not children:
        return ()
    if len(children) == 1 and _hands_on(case, entry, strategy, task, draws):
        return children
    label = words(entry.name) + ("" if task is None else f", {case.tasks[task]}")
    return (
        Node(key=key, label=label, unit=entry.labels["unit"], estimate=case.estimate(draws), text=sentence(entry), children=children),
    )


def _hands_on(case: Case, entry: Entry[Any], strategy: int, task: int | None, draws: Array) -> bool:
    """Whether an array is equal to one of those that it names."""
    names = [name for name in entry.arguments if name not in SHARED and name in case.arrays]
    cells = [cell(case.arrays[name], strategy, task or 0) for name in names if case.arrays[name].shape[2] > 0]
    return any(bool((draws == each).all()) for each in cells)
