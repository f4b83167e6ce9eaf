"""What one task's examples do for the others in its model: each task's are left out in turn, on the same draws.

A model keeps its luck whatever it is trained on here, so that differences come from examples alone. Effects of
several tasks don't add up to that of all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tuneplan.axes import Array
from tuneplan.core import unseen_score
from tuneplan.core.arrays import Inputs
from tuneplan.core.learning import learn, score_of_models
from tuneplan.core.routing import served_score
from tuneplan.core.structure import Structure
from tuneplan.scenario.lowering.pairs import MIX
from tuneplan.study.decision import Estimate, estimates
from tuneplan.study.results import Verdict
from tuneplan.study.run import CELLS_AT_ONCE, cells_of
from tuneplan.study.small import draws_within, fewer_draws, lowered_again
from tuneplan.study.verdict import chance_above
from tuneplan.units import POINTS_PER_SCALE

MOST_DRAWS = 512
MOST_CELLS = 12_000_000
"""Scores, and terms of their sums, that are worth the wait for a picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What the examples of one source do for one request.

    Attributes
    ----------
    points
        Score with them less score without. [point]
    probability
        Chance that they help; ties counted half.
    """

    points: Estimate
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfers:
    """Who helps whom within the models of one strategy.

    Attributes
    ----------
    strategy
        The one with the most tasks in one model; empty where no model of any strategy holds two sources.
    requests
        Tasks, then unseen requests.
    sources
        What its models are trained on: tasks, and the instruction mix where there is one.
    effects
        By request, then source; None where the model that serves a request is not trained on the source.
        Where both are the same task: what its own examples do.
    together
        By request, what all sources but its own do together; None where there is none in its model.
    draws
        On which they were compared.
    """

    strategy: str
    requests: tuple[str, ...]
    sources: tuple[str, ...]
    effects: tuple[tuple[Effect | None, ...], ...]
    together: tuple[Effect | None, ...]
    draws: int

    def effect(self, request: str, source: str) -> Effect | None:
        """That of a source on a request."""
        return self.effects[self.requests.index(request)][self.sources.index(source)]


def transfers(verdict: Verdict) -> Transfers:
    """Effects within the strategy that has the largest shared model; of several the recommended, else the first of them."""
    run = verdict.run
    structure, best = run.lowered.inputs.structure, verdict.decision.best
    sizes = [_largest(structure, row) for row in range(len(structure.strategies))]
    row = max(range(len(sizes)), key=lambda row: (sizes[row], row == best, -row))
    if sizes[row][0] < 2:
        return Transfers(strategy="", requests=run.scenario.requests, sources=(), effects=(), together=(), draws=0)
    name = structure.strategies[row].name
    times = 2 * len(run.scenario.tasks) + 3
    design = fewer_draws(run.design, min(MOST_DRAWS, draws_within(run, (name,), cells=MOST_CELLS, times=times)))
    inputs = lowered_again(run, (name,), design).inputs
    columns, requests = np.flatnonzero(inputs.structure.stages_of_column[0]).tolist(), len(run.scenario.requests)
    reached = _reached(inputs.structure, columns)
    gains = _gains(inputs, [*([column] for column in columns), *([c for c in columns if c != request] for request in range(requests))], design.draws)
    alone, beside = gains[: len(columns)], gains[len(columns) :][np.arange(requests), np.arange(requests)]
    return Transfers(
        strategy=name, requests=run.scenario.requests, draws=design.draws,
        sources=tuple([*run.scenario.tasks, MIX][column] for column in columns),
        effects=tuple(_effects(alone[:, request], reached[request], design.scrambles) for request in range(requests)),
        together=_effects(beside, [_has_others(columns, reached[request], request) for request in range(requests)], design.scrambles),
    )  # fmt: skip


def _has_others(columns: Sequence[int], reached: Sequence[bool], request: int) -> bool:
    """Whether the model of a request is trained on anything but its own examples."""
    return any(is_held and column != request for column, is_held in zip(columns, reached, strict=True))


def _largest(structure: Structure, strategy: int) -> tuple[int, int]:
    """Sources in the largest mixture of a strategy's last stage, and over its stages; a merge mixes no examples."""
    models = [structure.models[row] for row in structure.model_of_task[strategy].tolist()]
    mixed = [model for model in models if not model.merged_from]
    return max((len(model.last | model.earlier) for model in mixed), default=0), max((len(model.last) for model in mixed), default=0)


def _gains(inputs: Inputs, left_out: Sequence[Sequence[int]], draws: int) -> Array:
    """Score of each request less that without the examples of some columns. ``(set of columns, request, draw)`` [point]"""
    size = max(1, CELLS_AT_ONCE // (cells_of(inputs.structure) * draws))
    without = [_scores(without_each(inputs, left_out[start : start + size]), draws) for start in range(0, len(left_out), size)]
    return POINTS_PER_SCALE * (_scores(inputs, draws) - np.concatenate(without))


def without_each(inputs: Inputs, left_out: Sequence[Sequence[int]]) -> Inputs:
    """Inputs without the examples of some columns: each set of them a place of the scenario axis."""
    examples = inputs["examples"]
    changed = np.array(np.broadcast_to(examples, (len(left_out), *examples.shape[1:])))
    for place, columns in enumerate(left_out):
        changed[place, :, list(columns)] = 0.0
    return replace(inputs, numbers={**inputs.numbers, "examples": changed})


def _scores(inputs: Inputs, draws: int) -> Array:
    """What the model of each task gets on its requests, then unseen ones, of the only strategy. ``(scenario, request, draw)``"""
    by_model = score_of_models(inputs, learn(inputs))
    parts = [served_score(by_model, inputs.structure.model_of_task)[:, 0], unseen_score(inputs, by_model)[:, 0]]
    length = max(part.shape[0] for part in parts)
    return np.concatenate([np.broadcast_to(part, (length, part.shape[1], draws)) for part in parts], axis=1)


def _reached(structure: Structure, columns: Sequence[int]) -> list[list[bool]]:
    """Whether the model that serves a request is trained on a source; unseen requests may meet any model. By request, then source."""
    held = [structure.models[row].last | structure.models[row].earlier for row in structure.model_of_task[0].tolist()]
    return [[column in each for column in columns] for each in [*held, frozenset(columns)]]


def _effects(gains: Array, known: Sequence[bool], scrambles: int) -> tuple[Effect | None, ...]:
    """Effects of draws by row, where they are any. ``(effect, draw)``"""
    made = (Effect(points=each, probability=chance_above(row)) for each, row in zip(estimates(gains, scrambles), gains, strict=True))
    return tuple(effect if is_known else None for effect, is_known in zip(made, known, strict=True))
