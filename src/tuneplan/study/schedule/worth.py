"""What other launch dates are worth: the same draws and examples, costed and valued again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tuneplan.axes import Array
from tuneplan.core.arrays import Inputs
from tuneplan.core.costs import COSTS
from tuneplan.core.derived import DERIVED, Arrays
from tuneplan.core.registry import bind
from tuneplan.scenario.lowering.finishing import FINISHED
from tuneplan.study.options import worth_of_requests
from tuneplan.study.run import Run, blocks_of
from tuneplan.study.valuing import is_valued

DATES = "dates_of_launch"
"""The number from which all that hangs on launch dates is made."""


def is_priced(run: Run) -> bool:
    """Whether a day earlier or later is worth anything that is known."""
    inputs = run.lowered.inputs
    return is_valued(inputs) or bool((np.isfinite(inputs["deadline_day"]) & (inputs["delay_cost"] > 0.0)).any())


def gains_of(run: Run, dates: Mapping[str, Array]) -> dict[str, Array]:
    """What each strategy gains with other dates: lateness that is saved and value that comes earlier, less what it costs to
    serve for longer. [USD], ``(strategy, draw)``

    Parameters
    ----------
    dates
        Name of a change -> what ``dates_of_launch`` becomes.
    """
    own = run.lowered.inputs.numbers[DATES]
    changed = {name: _with_dates(run, each) for name, each in dates.items() if not (each == own).all()}
    zero = np.zeros((len(run.scenario.strategies), run.design.draws))
    worth = worth_of_requests(run).sum(axis=1) if is_valued(run.lowered.inputs) else zero
    paid = _moved_costs(run, {"": run.lowered.inputs, **changed})
    found = dict.fromkeys(dates, zero)
    for name, inputs in changed.items():
        again = worth_of_requests(replace(run, lowered=replace(run.lowered, inputs=inputs))).sum(axis=1) if worth is not zero else zero
        found[name] = again - worth - (paid[name] - paid[""])
    return found


def _with_dates(run: Run, dates: Array) -> Inputs:
    """All numbers of a run as they are with other dates."""
    inputs, numbers = run.lowered.inputs, {**run.lowered.inputs.numbers, DATES: dates}
    for entry in FINISHED:
        if entry.name in _moved_numbers(run):
            numbers[entry.name] = entry.function(numbers, inputs.structure, run.scenario)
    return replace(inputs, numbers=numbers)


def _moved_numbers(run: Run) -> set[str]:
    """Finished numbers that are made from launch dates."""
    read = run.lowered.read
    return _after({DATES}, {name: tuple(each for each in made_of if each != name) for name, made_of in read.items()})


def _moved_costs(run: Run, each_with: Mapping[str, Inputs]) -> dict[str, Array]:
    """Cost lines that hang on launch dates, added up. [USD], ``(strategy, draw)``

    What does not hang on them is worked out once for all.
    """
    moved = _moved_numbers(run) | {DATES}
    derived = _after(moved, {entry.name: entry.arguments for entry in DERIVED})
    lines = [entry for entry in COSTS if {*entry.arguments} & (moved | derived)]
    parts: dict[str, list[Array]] = {name: [] for name in each_with}
    for blocks in zip(*(blocks_of(run.design, replace(run.lowered, inputs=inputs)) for inputs in each_with.values()), strict=True):
        known: dict[str, Any] = {}
        for name, inputs in zip(each_with, blocks, strict=True):
            arrays = Arrays(inputs)
            arrays.made |= known
            parts[name].append(_sum_of([bind(line, arrays) for line in lines], inputs))
            known = {made: array for made, array in arrays.made.items() if made not in moved | derived}
    return {name: np.concatenate(each, axis=1) for name, each in parts.items()}


def _sum_of(lines: Iterable[Array], inputs: Inputs) -> Array:
    """Over lines and tasks. ``(strategy, draw)``"""
    structure, draws = inputs.structure, inputs["is_timed"].shape[3]
    whole = np.zeros((len(structure.strategies), draws))
    for line in lines:
        whole = whole + np.broadcast_to(line, (line.shape[0], line.shape[1], len(structure.tasks), line.shape[3]))[0].sum(axis=1)
    return whole


def _after(first: set[str], made_of: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Names that are made of some first ones, directly or not; these themselves not among them."""
    found: set[str] = set()
    while more := {name for name, parts in made_of.items() if name not in found | first and {*parts} & (found | first)}:
        found |= more
    return found
