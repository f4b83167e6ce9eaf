"""Numbers by the name under which equations ask for them -> inputs, constants, and what is made of these."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from tuneplan.core.registry import Entry
from tuneplan.scenario.lowering.constants import CONSTANTS
from tuneplan.scenario.lowering.finishing import FINISHED, is_drawn
from tuneplan.scenario.lowering.places import path_of
from tuneplan.scenario.reading.complaints import listed
from tuneplan.scenario.records import UNSEEN
from tuneplan.study.explanation.case import Case, cell
from tuneplan.study.explanation.node import Node, cut, first

YES_NO = "yes_no"
SIMULATED = ("launched_after", "days_late", "idle_annotator_hours", "idle_gpu_hours")
"""Finished numbers that are read off a simulated schedule: each has a key of its own, under which it is opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Which cell of a number is meant.

    Attributes
    ----------
    strategy
        Its row.
    model
        Row of the model, where numbers of models are meant.
    requests
        Rows of requests: numbers by request, and by the request that examples help.
    columns
        Rows of sources of examples: numbers by task, and by the task that helps.
    among
        Whether similarities between the columns count too.
    """

    strategy: int
    model: int = 0
    requests: tuple[int, ...] = ()
    columns: tuple[int, ...] = ()
    among: bool = False

    def says(self, case: Case) -> str:
        """End of the key of a node that is about this cell alone."""
        return f".{case.request(self.requests[0])}" if len(self.requests) == 1 else ""


def paths(case: Case, name: str, where: Where) -> list[str]:
    """Where the cells of a declared number come from, as far as they are in use."""
    found = [path for path in _cells(case, name, where) if path]
    if name == "base" and not found:  # nobody said how the base meets unseen requests
        found = [path for path in [path_of(case.params[name], UNSEEN)] if path in case.run.lowered.used]
    return [path for path in dict.fromkeys(found) if case.reads(where.strategy, path)]


def _cells(case: Case, name: str, where: Where) -> list[str]:
    """Paths of the cells, empty where nothing was given."""
    lowered, scope = case.run.lowered, case.params[name].scope
    places = lowered.places[name][0]
    rows = places[where.strategy if len(places) > 1 else 0]
    if scope == "pair":
        pairs = rows[np.ix_(where.requests, where.columns)].ravel().tolist()
        if where.among:
            tasks = [column for column in where.columns if column < len(case.tasks)]
            pairs += rows[np.ix_(tasks, where.columns)].ravel().tolist()
        return [lowered.paths[row] for row in dict.fromkeys(pairs)]
    if scope == "misroute":
        return [lowered.paths[row] for request in where.requests for row in rows[request]]
    owners = {"task": where.columns, "request": where.requests, "strategy_request": where.requests}.get(scope, (0,))
    return [lowered.paths[rows[owner]] for owner in owners if owner < len(rows)]


def leaf(case: Case, path: str, text: str, *, children: tuple[Node, ...] = ()) -> Node:
    """An input, and the numbers that it goes together with."""
    quantity = case.run.lowered.used[path]
    said = " ".join([text, *_goes_with(case, quantity.drawn_as)])
    return Node(key=path, label=path, unit=quantity.unit, text=said, quantity=quantity, opens=True, children=children)


def _goes_with(case: Case, drawn_as: str) -> Iterator[str]:
    """A sentence for each correlation that the draws of a number stand in."""
    for each in case.scenario.correlations:
        if drawn_as in each.of:
            others = listed([path for path in each.of if path != drawn_as])
            yield f"It goes together with {others}, {each.value:+.2g} in normal scores (correlations.{each.name})."


def named(case: Case, name: str, where: Where) -> tuple[Node, ...]:
    """What a name stands for there: inputs, or one number made of them; nothing where nothing is in use.

    Luck is nobody's number, and choices (yes or no) speak only where they make something 0: see ``choice``.
    """
    if name in FINISHED:
        return _finished(case, FINISHED[name], where)
    if name in CONSTANTS:
        return _constant(case, CONSTANTS[name], where)
    if name not in case.params:
        return ()
    return leaves(case, name, where)


def leaves(case: Case, name: str, where: Where) -> tuple[Node, ...]:
    """Inputs behind a declared number, whatever is made of it; the first ones of many."""
    return first(paths(case, name, where), lambda path: leaf(case, path, case.params[name].doc), key=name)


def _finished(case: Case, entry: Entry[Any], where: Where) -> tuple[Node, ...]:
    """A finished number: the input that it was given as, else what stands in.

    Of several columns at once the inputs alone are told; of what follows from words and groups
    (no number behind it) only what is neither 0 nor 1; of choices only a no.
    """
    if entry.name in SIMULATED and case.choices(where.strategy).timed():
        rows = (where.requests or where.columns or (0,)) if entry.name == "launched_after" else (None,)
        return cut([simulated_head(case, entry, where.strategy, row) for row in rows], key=entry.name)
    read = case.run.lowered.read[entry.name]
    drawn = {name: leaves(case, name, where) for name in read if name in case.params and is_drawn(name, by=entry.name)}
    children = [node for nodes in drawn.values() for node in nodes]
    if not drawn.get(entry.name):
        others = (name for name in read if name not in drawn)
        children += [node for name in others for node in named(case, name, where)]
    draws = _draws(case, entry, where)
    by_column = entry.labels.get("of") == "column" or not where.requests
    whole = len(where.columns) > 1 and by_column and case.inputs[entry.name].shape[2] > 1
    if whole or (len(children) == 1 and children[0].quantity is not None):
        return tuple(children)
    if entry.labels["unit"] == YES_NO:
        return () if draws[0] else (choice(case, entry, where.strategy, draws),)
    if not np.isfinite(draws).all() or (not children and (read or draws[0] in (0.0, 1.0))):
        return ()
    key = f"{case.strategies[where.strategy]}.{entry.name}{where.says(case)}"
    is_score = entry.labels["unit"] == "score"
    estimate = case.points(draws) if is_score else case.estimate(draws)
    unit = "point" if is_score else entry.labels["unit"]
    return (
        Node(key=key, label=words(entry.name), unit=unit, estimate=estimate, text=entry.doc, children=cut(children, key=key)),
    )


def simulated_head(case: Case, entry: Entry[Any], strategy: int, task: int | None) -> Node:
    """A number that was simulated, unopened: of a task, or of all of a strategy."""
    key = f"{case.strategies[strategy]}.{entry.name}" + ("" if task is None else f".{case.tasks[task]}")
    return Node(
        key=key, label=words(entry.name) + ("" if task is None else f", {case.tasks[task]}"), unit=entry.labels["unit"],
        estimate=case.estimate(cell(case.inputs[entry.name], strategy, task or 0)), text=entry.doc, opens=True,
    )  # fmt: skip


def _draws(case: Case, entry: Entry[Any], where: Where) -> np.ndarray:
    second = where.model if entry.labels.get("by") == "model" else where.strategy
    third = next(iter(where.columns if entry.labels.get("of") == "column" else (*where.requests, *where.columns)), 0)
    return cell(case.inputs[entry.name], second, third)


def _constant(case: Case, entry: Entry[Any], where: Where) -> tuple[Node, ...]:
    """A constant, the rows of the catalogue that it was read from, and the inputs that it was combined with."""
    if entry.labels["unit"] == YES_NO:
        return ()
    facts, read = case.constants(where.strategy)
    parts, numbers = read[entry.name]
    draws = cell(case.inputs[entry.name], where.strategy)
    if not np.isfinite(draws).all():
        return ()
    rows = tuple({id(facts.rows[part]): facts.rows[part] for part in parts}.values())
    children = tuple(node for name in numbers for node in leaves(case, name, where))
    return (
        Node(
            key=f"{case.strategies[where.strategy]}.{entry.name}", label=words(entry.name), unit=entry.labels["unit"],
            estimate=case.estimate(draws), text=entry.doc, children=children, rows=rows,
        ),
    )  # fmt: skip


def choice(case: Case, entry: Entry[Any], strategy: int, draws: np.ndarray) -> Node:
    """A choice that is 1 or 0."""
    key = f"{case.strategies[strategy]}.{entry.name}"
    return Node(key=key, label=words(entry.name), unit=YES_NO, estimate=case.estimate(draws), text=entry.doc)


def words(name: str) -> str:
    """A name of the equations in words.

    >>> words("replica_gpu_hours"), words("weights_gb"), words("human_price")
    ('replica GPU-hours', 'weights', 'human price')
    """
    said = re.sub(r"\bgpu(s?)\b", r"GPU\1", name.replace("_", " ")).replace("GPU hours", "GPU-hours").replace("params", "parameters")
    for unit in (" gb s", " gb", " tflops"):
        said = said.removesuffix(unit)
    return said
