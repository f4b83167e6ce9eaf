"""The same numbers for other groupings: what hangs on which tasks share a model is made anew, all else is kept.

A question with thousands of groupings is lowered once, for one of each kind of grouping.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from tuneplan.axes import RANK, Array
from tuneplan.core.arrays import Inputs
from tuneplan.core.structure import Structure
from tuneplan.late import np
from tuneplan.scenario.calibration import Calibration, calibrated
from tuneplan.scenario.lowering.finishing import FINISHED
from tuneplan.scenario.lowering.luck import luck_places
from tuneplan.scenario.lowering.table import Table
from tuneplan.scenario.lowering.timing import luck_of_schedule
from tuneplan.scenario.records import Scenario

Cube = Callable[[Sequence[str]], Array]


def regrouped(inputs: Inputs, scenario: Scenario, *, structure: Structure, kinds: Sequence[int]) -> Inputs:
    """Inputs of other strategies, each alike in all but its grouping to one that was lowered; ``with_luck`` adds theirs.

    Parameters
    ----------
    inputs, scenario
        As they were lowered.
    structure
        Of the other strategies.
    kinds
        For each of them, the strategy that was lowered whose numbers it takes.
    """
    lowered = len(inputs.structure.strategies)
    wide = {name: array[:, list(kinds)] if _is_by_strategy(array, lowered) else array for name, array in inputs.numbers.items()}
    by_model = {entry.name: entry.function(wide, structure, scenario) for entry in FINISHED if entry.labels.get("by") == "model"}
    alike = {name: _cut(array) if _is_by_strategy(array, len(kinds)) else array for name, array in wide.items() if name not in LUCK}
    return Inputs(structure=structure, numbers=alike | by_model, laws=inputs.laws)


LUCK = ("clash_draw", "discrepancy_draw", "level_draw")
"""What is random but nobody's number."""


def with_luck(inputs: Inputs, cube: Cube, learned: Calibration | None = None) -> Inputs:
    """Inputs with the luck of what their models train: a model meets the same wherever it stands.

    Parameters
    ----------
    cube
        As that of the lowering.
    learned
        What pilots taught the scenario.
    """
    table = Table()
    places = luck_places(inputs.structure, table)
    drawn = table.draw(calibrated(cube, learned))
    return replace(inputs, numbers={**inputs.numbers, **{name: drawn.take(place) for name, place in places.items()}})


DATED = ("dates_of_launch", "launched_after", "served_months", "days_late", "idle_annotator_hours", "idle_gpu_hours")
"""Finished numbers that hang on when a strategy ships, each after those that it reads."""


def with_dates(inputs: Inputs, scenario: Scenario, cube: Cube) -> Inputs:
    """Inputs of other groupings with the dates at which these ship, simulated.

    Parameters
    ----------
    inputs
        Lowered with launch dates that count, and regrouped; examples as they are bought.
    cube
        As that of the lowering.
    """
    table = Table()
    places = luck_of_schedule(inputs.structure, table)
    drawn = table.draw(calibrated(cube, scenario.calibration))
    return dated_anew(replace(inputs, numbers={**inputs.numbers, **{name: drawn.take(place) for name, place in places.items()}}), scenario)


def dated_anew(inputs: Inputs, scenario: Scenario) -> Inputs:
    """Inputs lowered with launch dates that count, of which some numbers were changed: with the dates that follow."""
    numbers = dict(inputs.numbers)
    for name in DATED:
        numbers[name] = FINISHED[name].function(numbers, inputs.structure, scenario)
    return replace(inputs, numbers=numbers)


def _is_by_strategy(array: Array, strategies: int) -> bool:
    return array.ndim == RANK and array.shape[1] == strategies > 1


def _cut(array: Array) -> Array:
    """One number for all strategies where they agree in it."""
    first = array[:, :1]
    return first if np.array_equal(np.broadcast_to(first, array.shape), array, equal_nan=True) else array
