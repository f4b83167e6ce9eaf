"""Of an input: which outputs read it. The dependencies of the trees, followed by name instead of drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from tuneplan.core.costs import COSTS
from tuneplan.core.derived import DERIVED, OF_MIX, OF_UNSEEN, declared
from tuneplan.scenario.lowering.constants import CONSTANTS
from tuneplan.scenario.lowering.finishing import FINISHED, is_drawn
from tuneplan.study.explanation import costs, decisions, scores, timing
from tuneplan.study.explanation.case import Case
from tuneplan.study.explanation.law import PARTS, Part
from tuneplan.study.explanation.models import FADED, USABLE, start, visible
from tuneplan.study.explanation.named import SIMULATED, leaf
from tuneplan.study.explanation.node import Node, first

TASKS = "of tasks"
"""Which owners a name of costs stands for; otherwise the end of the name, for unseen requests or the mix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a declared number that an input was drawn for: its scope, its strategy where
    strategies differ, its owner (a task, request or column), of a pair its source."""

    name: str
    scope: str
    strategy: int | None
    owner: int
    source: int = 0


def read_by_outputs(case: Case, path: str) -> Node:
    """An input, with the outputs that read it as children without their own."""
    cells = case.found(("cells",), partial(_all_cells, case)).get(path, [])
    name = next((cell.name for cell in cells), "base")
    found = [node for strategy in range(len(case.strategies)) for node in _outputs(case, strategy, path, cells)]
    return leaf(case, path, case.params[name].doc, children=tuple(found))


def _all_cells(case: Case) -> dict[str, list[Cell]]:
    """Path -> the cells that were drawn for it."""
    found: dict[str, list[Cell]] = {}
    for name, places in case.run.lowered.places.items():
        for (strategy, *others), row in np.ndenumerate(places[0]):
            owner, source = (*others, 0)[:2]
            cell = Cell(
                name=name, scope=case.params[name].scope, strategy=strategy if places.shape[1] > 1 else None, owner=owner, source=source,
            )  # fmt: skip
            found.setdefault(case.run.lowered.paths[row], []).append(cell)
    return found


def _outputs(case: Case, strategy: int, path: str, cells: list[Cell]) -> Iterator[Node]:
    """Outputs of a strategy that read an input: cost lines, scores, chances and worth."""
    if case.choices(strategy).read(path):
        mine = [each for each in cells if each.strategy in (None, strategy)]
        for entry in COSTS:
            if _line_reads(case, strategy, entry.name, path, mine):
                yield from case.once(f"head of {strategy}, {entry.name}", partial(_said, costs.line_head, case, strategy, entry.name))
        read = [row for row in range(len(case.scenario.requests)) if _score_reads(case, strategy, row, path, mine)]
        if _weighs(case, mine) or any(scores.weight(case, row).any() for row in read):
            yield from _said(scores.delivered_head, case, strategy)
        heads = [partial(_said, scores.score_head, case, strategy, case.request(row)) for row in read]
        yield from first(heads, lambda head: head()[0], key="scores")
    for key, tree in (*decisions.of_strategy(case, strategy).items(), *timing.of_strategy(case, strategy).items()):
        if path in case.inputs_below(key, tree):
            yield from _said(tree)


def _said(make: Callable[..., Node], *arguments: object) -> tuple[Node]:
    """An output by the key that opens it, with no more words."""
    output = make(*arguments)
    return (replace(output, label=output.key, text="", children=(), adds_up=False),)


def _weighs(case: Case, cells: list[Cell]) -> bool:
    """Whether any of the cells sets what share of all requests a request has."""
    in_scope = any(scores.weight(case, row).any() for row in range(len(case.tasks)))
    return any(each.name == "unseen_share" or (each.name == "traffic" and in_scope) for each in cells)


# --- costs ---------------------------------------------------------------------------------------


def _line_reads(case: Case, strategy: int, line: str, path: str, cells: list[Cell]) -> bool:
    """Whether a cost line reads any of the cells; of one that is 0, whether they make it so."""
    if not case.run.outcome.costs[line][0, strategy].any():
        return path in case.inputs_below(f"{strategy}, {line}", partial(costs.line, case, strategy, line))
    tasks = len(case.tasks)
    read = case.found(("names", strategy, line), partial(_names, case, strategy, COSTS[line].arguments, frozenset()))
    if not case.structure.stages_of_column[strategy, tasks:].any():
        read = {(name, which) for name, which in read if which != OF_MIX}
    ends = {"task": OF_MIX, "request": OF_UNSEEN}
    return any((each.name, ends.get(each.scope, TASKS) if each.owner >= tasks else TASKS) in read for each in cells)


def _names(case: Case, strategy: int, names: tuple[str, ...], seen: frozenset[str]) -> set[tuple[str, str]]:
    """Declared numbers behind names of costs, and of which owners."""
    found: set[tuple[str, str]] = set()
    for name in names:
        if name in DERIVED and name not in seen and name in case.arrays:
            found |= _names(case, strategy, DERIVED[name].arguments, seen | {name})
        elif name not in DERIVED:
            which = OF_UNSEEN if name.endswith(OF_UNSEEN) else OF_MIX if name.endswith(OF_MIX) else TASKS
            found |= {(each, which) for each in _declared(case, strategy, declared(name))}
    return found


def _declared(case: Case, strategy: int, name: str) -> set[str]:
    """Declared numbers that a number is made of."""
    if name in SIMULATED:
        return set()  # an output of its own
    if name in FINISHED:
        read = case.run.lowered.read[name]
        drawn = {each for each in read if each in case.params and is_drawn(each, by=name)}
        return drawn.union(*(_declared(case, strategy, each) for each in read if each not in drawn))
    if name in CONSTANTS:
        return set(case.constants(strategy)[1][name][1])
    return {name} & set(case.params)


# --- scores --------------------------------------------------------------------------------------


def _score_reads(case: Case, strategy: int, row: int, path: str, cells: list[Cell]) -> bool:
    """Whether what a request gets reads any of the cells: through the router, or a model that may answer."""
    models, routing = scores.answering(case, strategy, row)
    if any(path == each for each in routing):
        return True
    return any(_model_reads(case, strategy, model, row, path, cells) for model in models)


def _model_reads(case: Case, strategy: int, model: int, row: int, path: str, cells: list[Cell]) -> bool:
    """Whether a model reads any of the cells when it answers a request: to start from, or in a part of the law."""
    if path in case.inputs_below(f"start of {model}, {row}, {strategy}", partial(start, case, strategy, model, row)):
        return True
    parts = visible(case, model, row)
    if parts and any(each.name in _declared(case, strategy, "ceiling") and each.owner == row for each in cells):
        return True
    taught = case.read_by(*(FADED if case.structure.models[model].earlier else USABLE))
    for name, sources in parts.items():
        own = case.found(("part", strategy, name), partial(_of_part, case, strategy, PARTS[name]))
        names = own | set(taught if PARTS[name].counts else ())
        if any(_part_reads(case, PARTS[name], sources, row, each, names) for each in cells):
            return True
    return False


def _of_part(case: Case, strategy: int, part: Part) -> set[str]:
    """Declared numbers that a part of the law reads."""
    return {each for seen in case.read_by(*part.reads) for each in _declared(case, strategy, seen)}


def _part_reads(case: Case, part: Part, sources: tuple[int, ...], row: int, each: Cell, read: set[str]) -> bool:
    """Whether a part of the law that looks at these sources and reads these numbers reads a cell."""
    if each.name == "replay":
        return part is PARTS["borrowed"]
    if each.scope == "task":
        return each.name in read and each.owner in sources
    if each.scope == "pair":
        among = part.among and each.owner < len(case.tasks) and each.owner in sources
        return each.name in read and each.source in sources and (among or each.owner == row)
    return each.name in read and (each.owner == row or not each.scope.endswith("request"))
