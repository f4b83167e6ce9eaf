"""Run the model: one scenario for a verdict, or many at once."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from tuneplan.axes import Array
from tuneplan.core import evaluate, outcome_of
from tuneplan.core.arrays import Inputs, Outcome
from tuneplan.core.attribution import attribute, attribute_unseen, without_framing
from tuneplan.core.learning import learn
from tuneplan.core.structure import Structure, build_structure
from tuneplan.core.validity import extrapolations
from tuneplan.errors import UsageError
from tuneplan.late import np
from tuneplan.scenario.lower import Lowered, lower
from tuneplan.scenario.lowering.specs import shape_of, strategy_specs
from tuneplan.scenario.planned import searched
from tuneplan.scenario.records import Scenario
from tuneplan.scenario.timed import is_timed
from tuneplan.study.design import AnyDesign
from tuneplan.study.planning import Plan, Planned, planned, planned_within
from tuneplan.units import BYTES_PER_GB

LARGEST_BYTES = 6e9
"""Memory that one run may ask for."""
BYTES_KEPT = 8.0 * 6.0
"""Measured: about 6 arrays of (model, request, draw) are kept for a whole run, and as many of pairs."""
BYTES_WORKED_ON = 8.0 * 25.0
"""Measured: about 25 arrays of a block are alive at once."""
BYTES_OF_DATES = 8.0 * 4.0
"""Where launch dates count, 4 arrays of (strategy, task, draw) are kept besides: dates, launches, months served and what is cut from them."""
CELLS_OF_A_BLOCK = 400_000
"""Cells of one (scenario, model, request, draw) array that are worked on at a time in a sweep."""
CELLS_AT_ONCE = 1_000_000
"""The same, with those of pairs, in one run: a fifth of a gigabyte."""
LARGEST_CELLS = 1_000_000
"""Cells of one draw that a run may have: 500 tasks trained alone in two ways, or 120 tasks in 64."""
LARGEST_SUMS = 2_000_000
"""Numbers of one draw that a run may add up, of each model on each request from each task that it was
trained on: 500 tasks mixed in seven ways, or 175 tasks in 64."""
FEWEST_DRAWS = 2
"""Draws of a block: with one alone, sums run in another order than with several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One scenario, simulated.

    Attributes
    ----------
    asked
        The scenario as it was given.
    scenario, design, lowered, outcome
        The same with what plans and searches found, at which points, as arrays, and what came out.
    plans
        What strategies buy whose examples were left open, by name.
    steps, unseen_steps
        Delivered and unseen score as parts are switched on; see ``core.attribution``.
    unframed
        Delivered score had nothing told the tasks of a model apart; None when nothing does.
    extrapolations
        What lies outside the evidence, and how far.
    seconds
        Wall time of the simulation.
    """

    asked: Scenario
    scenario: Scenario
    design: AnyDesign
    plans: Mapping[str, Plan]
    lowered: Lowered
    outcome: Outcome
    steps: Mapping[str, Array]
    unseen_steps: Mapping[str, Array]
    unframed: Array | None
    extrapolations: Mapping[str, str]
    seconds: float


def run(scenario: Scenario, design: AnyDesign, *, explained: bool = True) -> Run:
    """Simulate one scenario; groups and examples that it leaves open are found first, on draws of their own.

    Parameters
    ----------
    explained
        Whether to work out what only a verdict is explained by, which takes half of the time; else steps
        are empty and ``unframed`` is None.

    Raises
    ------
    UsageError
        So many tasks and draws do not fit into memory.
    """
    _refuse_too_large(scenario, design)
    started = time.perf_counter()
    found = planned(with_groups(scenario, seed=design.seed), seed=design.seed)
    return _simulated(scenario, found, design, explained=explained, started=started)


def run_within(scenarios: Sequence[Scenario], design: AnyDesign) -> Iterator[Run]:
    """Simulate scenarios that differ in the limit of their budget, their plans made at once; as ``run`` of each, not explained.

    Raises
    ------
    UsageError
        As of ``run``.
    """
    for each in scenarios:
        _refuse_too_large(each, design)
    started = time.perf_counter()
    plans = planned_within([with_groups(each, seed=design.seed) for each in scenarios], seed=design.seed)
    for scenario, found in zip(scenarios, plans, strict=True):
        yield _simulated(scenario, found, design, explained=False, started=started)


def _simulated(asked: Scenario, found: Planned, design: AnyDesign, *, explained: bool, started: float) -> Run:
    """The run of a scenario whose plans are found, in which nothing is left open."""
    scenario = found.scenario
    lowered = lower([scenario], design.points)
    framed = explained and _frames(lowered)
    parts = [_Part.of(inputs, framed=framed, explained=explained) for inputs in blocks_of(design, lowered)]
    return Run(
        asked=asked,
        scenario=scenario,
        plans=found.plans,
        design=design,
        lowered=lowered,
        outcome=_joined_outcome([part.outcome for part in parts]),
        steps=_joined_by_name([part.steps for part in parts]),
        unseen_steps=_joined_by_name([part.unseen_steps for part in parts]),
        unframed=_joined([part.unframed for part in parts if part.unframed is not None]) if framed else None,
        extrapolations=extrapolations(lowered.inputs),
        seconds=time.perf_counter() - started,
    )


def with_groups(scenario: Scenario, *, seed: int) -> Scenario:
    """The scenario with the groups that strategies leave to a search."""
    if not searched(scenario):
        return scenario
    from tuneplan.study.groupings.search import with_groups_found  # which runs what it finds

    return with_groups_found(scenario, seed=seed)


def at(run: Run, design: AnyDesign) -> Run:
    """The same scenario and plan at other points; what only a verdict is explained by is left out.

    Steps are empty and ``unframed`` is None, which takes half of the time.

    Raises
    ------
    UsageError
        So many draws do not fit into memory.
    """
    _refuse_too_large(run.scenario, design)
    started = time.perf_counter()
    lowered = lower([run.scenario], design.points)
    outcome = _joined_outcome([outcome_of(inputs, learn(inputs)) for inputs in blocks_of(design, lowered)])
    return replace(
        run, design=design, lowered=lowered, outcome=outcome, steps={}, unseen_steps={}, unframed=None,
        seconds=time.perf_counter() - started,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What comes out of some of the draws; attributes as of ``Run``."""

    outcome: Outcome
    steps: Mapping[str, Array]
    unseen_steps: Mapping[str, Array]
    unframed: Array | None

    @classmethod
    def of(cls, inputs: Inputs, *, framed: bool, explained: bool) -> _Part:
        """Train, score and cost these draws."""
        learned = learn(inputs)
        return cls(
            outcome=outcome_of(inputs, learned),
            steps=attribute(inputs, learned) if explained else {},
            unseen_steps=attribute_unseen(inputs, learned) if explained else {},
            unframed=without_framing(inputs) if framed else None,
        )


def blocks_of(design: AnyDesign, lowered: Lowered) -> Iterator[Inputs]:
    """Inputs of a run, some draws at a time, as it works through them."""
    return _blocks(lowered.inputs, design.draws, max(FEWEST_DRAWS, CELLS_AT_ONCE // cells_of(lowered.inputs.structure)))


def _blocks(inputs: Inputs, draws: int, size: int) -> Iterator[Inputs]:
    """Inputs, some draws at a time: blocks bound the memory in use, and change no result."""
    count = max(1, min(-(-draws // size), draws // FEWEST_DRAWS))
    ends = [draws * number // count for number in range(count + 1)]
    for start, end in pairwise(ends):
        some = {name: each[..., start:end] if each.shape[-1] > 1 else each for name, each in inputs.numbers.items()}
        yield replace(inputs, numbers=some)


def _joined(parts: Sequence[Array]) -> Array:
    """Draws of all blocks; an array in which nothing varies by draw is the same in each."""
    return parts[0] if len(parts) == 1 or parts[0].shape[-1] == 1 else np.concatenate(parts, axis=-1)


def _joined_by_name(parts: Sequence[Mapping[str, Array]]) -> dict[str, Array]:
    return {name: _joined([part[name] for part in parts]) for name in parts[0]}


def _joined_outcome(parts: Sequence[Outcome]) -> Outcome:
    return Outcome(
        score=_joined([part.score for part in parts]),
        delivered=_joined([part.delivered for part in parts]),
        base_score=_joined([part.base_score for part in parts]),
        costs=_joined_by_name([part.costs for part in parts]),
    )


def cells_of(structure: Structure) -> int:
    """Cells of one draw: of each model on each request, and of each pair of a request and a task."""
    return (len(structure.tasks) + 1) * (len(structure.models) + structure.columns)


def _refuse_too_large(scenario: Scenario, design: AnyDesign) -> None:
    """Say before the first array that there will be no room, and how many draws there is room for."""
    structure, requests = build_structure(strategy_specs([scenario]), scenario.tasks), len(scenario.requests)
    cells = cells_of(structure)
    sums = requests * sum(len(model.last | model.earlier) for model in structure.models)
    asked = f"{len(scenario.tasks)} tasks and {len(structure.models)} models"
    for count, most, what in ((cells, LARGEST_CELLS, "scores"), (sums, LARGEST_SUMS, "terms of sums")):
        if count > most:
            raise UsageError(f"{asked} are {count} {what} a draw, the most is {most}; try fewer tasks or strategies")
    worked_on = min(design.draws * cells, max(CELLS_AT_ONCE, FEWEST_DRAWS * cells)) * BYTES_WORKED_ON
    kept = cells * BYTES_KEPT + (len(structure.strategies) * (len(scenario.tasks) + 3) * BYTES_OF_DATES if is_timed(scenario) else 0.0)
    fitting = int((LARGEST_BYTES - worked_on) / kept) // 8 * 8
    if design.draws > fitting:
        needed = (kept * design.draws + worked_on) / BYTES_PER_GB
        raise UsageError(
            f"{asked} with {design.draws} draws need about {needed:.0f} GB; try --draws {fitting} or fewer strategies"
        )


def _frames(lowered: Lowered) -> bool:
    """Whether any model holds several tasks, and something tells any task apart there."""
    structure = lowered.inputs.structure
    return any(
        len(model.last) > 1 and not model.merged_from and set(structure.strategies[model.owner].framings) != {"plain"}
        for model in structure.models
    )


def run_blocks(
    scenarios: Sequence[Scenario], design: AnyDesign
) -> Iterator[tuple[Sequence[Scenario], Outcome]]:
    """Simulate scenarios that agree in tasks, strategies and words, block by block in their order, each with its own plans.

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
    decided = [planned(with_groups(each, seed=design.seed), seed=design.seed).scenario for each in scenarios]
    for _, alike in groupby(decided, key=lambda each: (shape_of(each), is_timed(each))):
        group = list(alike)
        structure = build_structure(strategy_specs(group[:1]), group[0].tasks)
        cells = len(structure.models) * len(group[0].requests) * design.draws
        size = max(1, CELLS_OF_A_BLOCK // cells)
        for start in range(0, len(group), size):
            block = group[start : start + size]
            yield block, evaluate(lower(block, design.points).inputs)

