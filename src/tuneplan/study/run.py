"""Run the model: one scenario for a verdict, or many at once."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tuneplan.axes import Array
from tuneplan.core import evaluate, outcome_of
from tuneplan.core.arrays import Outcome
from tuneplan.core.attribution import attribute, attribute_unseen, without_framing
from tuneplan.core.learning import learn
from tuneplan.core.validity import extrapolations
from tuneplan.scenario.lower import Lowered, lower
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import Design, Nominal

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
    ScenarioError
        A number that the model needs is missing.
    """
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


def _frames(lowered: Lowered) -> bool:
    """Whether any model holds several tasks that something tells apart."""
    structure = lowered.inputs.structure
    return any(
        len(model.last) > 1 and not model.experts and structure.strategies[model.owner].framing != "plain"
        for model in structure.models
    )


def run_blocks(scenarios: Sequence[Scenario], design: Design | Nominal) -> Iterator[Outcome]:
    """Simulate scenarios that differ in numbers only, block by block in their order.

    Blocks bound the memory in use; they change no result.

    Raises
    ------
    ScenarioError, UsageError
        As ``lower``.
    """
    lead = lower(scenarios[:1], design.points).inputs
    cells = len(lead.structure.models) * (len(lead.structure.tasks) + 1) * design.draws
    size = max(1, CELLS_OF_A_BLOCK // cells)
    for start in range(0, len(scenarios), size):
        yield evaluate(lower(scenarios[start : start + size], design.points).inputs)
