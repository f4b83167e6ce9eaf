"""Run the model: one scenario for a verdict, or many at once."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from tuneplan.axes import Array
from tuneplan.core import evaluate, outcome_of
from tuneplan.core.arrays import Outcome
from tuneplan.core.attribution import attribute, attribute_unseen, without_framing
from tuneplan.core.learning import learn
from tuneplan.core.structure import build_structure
from tuneplan.core.validity import extrapolations
from tuneplan.errors import UsageError
from tuneplan.scenario.lower import Lowered, lower
from tuneplan.scenario.lowering.specs import shape_of, strategy_specs
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import Design, Nominal
from tuneplan.units import BYTES_PER_GB

LARGEST_BYTES = 6e9
"""Memory that one run may ask for."""
BYTES_A_CELL = 8.0 * 45.0
"""Measured: about 45 arrays of (model, request, draw) are alive at once."""
CELLS_OF_A_BLOCK = 400_000
"""Cells of one (scenario, model, request, draw) array that are worked on at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One scenario, simulated.

    Attributes
    ----------
    scenario, design, lowered, outcome
        What was asked, at which points, as arrays, and what came out.
    steps, unseen_steps
        Delivered and unseen score as parts are switched on; see ``core.attribution``.
    unframed
        Delivered score had nothing told the tasks of a model apart; None when nothing does.
    extrapolations
        What lies outside the evidence, and how far.
    seconds
        Wall time of the simulation.
    """

    scenario: Scenario
    design: Design | Nominal
    lowered: Lowered
    outcome: Outcome
    steps: Mapping[str, Array]
    unseen_steps: Mapping[str, Array]
    unframed: Array | None
    extrapolations: Mapping[str, str]
    seconds: float


def run(scenario: Scenario, design: Design | Nominal) -> Run:
    """Simulate one scenario.

    Raises
    ------
    UsageError
        So many tasks and draws do not fit into memory.
    """
    _refuse_too_large(scenario, design)
    started = time.perf_counter()
    lowered = lower([scenario], design.points)
    learned = learn(lowered.inputs)
    return Run(
        scenario=scenario,
        design=design,
        lowered=lowered,
        outcome=outcome_of(lowered.inputs, learned),
        steps=attribute(lowered.inputs, learned),
        unseen_steps=attribute_unseen(lowered.inputs, learned),
        unframed=without_framing(lowered.inputs) if _frames(lowered) else None,
        extrapolations=extrapolations(lowered.inputs),
        seconds=time.perf_counter() - started,
    )


def _refuse_too_large(scenario: Scenario, design: Design | Nominal) -> None:
    """Say before the first array that there will be no room, and how many draws there is room for."""
    structure = build_structure(strategy_specs([scenario]), scenario.tasks)
    cells = len(structure.models) * len(scenario.requests)
    most = int(LARGEST_BYTES / (cells * BYTES_A_CELL))
    if design.draws > most:
        raise UsageError(
            f"{len(scenario.tasks)} tasks and {len(structure.models)} models with {design.draws} draws need about "
            f"{cells * design.draws * BYTES_A_CELL / BYTES_PER_GB:.0f} GB; try --draws {max(most // 8 * 8, 1)} or fewer strategies"
        )


def _frames(lowered: Lowered) -> bool:
    """Whether any model holds several tasks, and something tells any task apart there."""
    structure = lowered.inputs.structure
    return any(
        len(model.last) > 1 and not model.merged_from and set(structure.strategies[model.owner].framings) != {"plain"}
        for model in structure.models
    )


def run_blocks(
    scenarios: Sequence[Scenario], design: Design | Nominal
) -> Iterator[tuple[Sequence[Scenario], Outcome]]:
    """Simulate scenarios that agree in tasks, strategies and words, block by block in their order.

    Blocks bound the memory in use; they change no result.

    Yields
    ------
    scenarios, outcome
        A block and its arrays; an axis of length 1 means that nothing varies along it.

    Raises
    ------
    UsageError
        As ``lower``.
    """
    for _, alike in groupby(scenarios, key=shape_of):
        group = list(alike)
        structure = build_structure(strategy_specs(group[:1]), group[0].tasks)
        cells = len(structure.models) * len(group[0].requests) * design.draws
        size = max(1, CELLS_OF_A_BLOCK // cells)
        for start in range(0, len(group), size):
            block = group[start : start + size]
            yield block, evaluate(lower(block, design.points).inputs)

