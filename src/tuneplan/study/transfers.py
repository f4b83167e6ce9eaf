"""What the examples of one task do for another in one model: both together against the one alone, on the same draws.

A model keeps its luck whatever it is trained on here, so that differences come from examples alone. What single
tasks do doesn't add up to what all of them do.
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
from tuneplan.study.decision import Estimate, estimate
from tuneplan.study.design import AnyDesign
from tuneplan.study.results import Verdict
from tuneplan.study.run import CELLS_AT_ONCE, cells_of
from tuneplan.study.small import by_traffic, draws_within, fewer_draws, lowered_again
from tuneplan.study.verdict import chance_above
from tuneplan.units import POINTS_PER_SCALE

MOST_DRAWS = 512
MOST_CELLS = 30_000_000
"""Scores, and terms of their sums, that are worth the wait for a picture."""
MOST_TASKS = 20
"""Tasks that are looked at; of more, those with most traffic."""
Columns = frozenset[int]
"""Sources whose examples a model is trained on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What examples do for one request.

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
        The recommended one where it has a model of several sources, else the one with most of them in a model; empty
        where no model of any strategy holds two.
    instead_of
        The recommended one, where another one is shown as it has no such model.
    requests
        Tasks, then unseen requests.
    sources
        What its models are trained on: tasks, and the instruction mix where there is one.
    effects
        By request, then source: trained on the request's own examples and the source's, less on its own alone; of unseen
        requests, which have none, trained on the source alone less the base. Where both are the same task: its own
        alone less the base. None where the model that serves a request is not trained on the source.
    together
        By request: trained on everything, less on its own alone, or the base; None where nothing else is in its model.
    left_out
        Tasks that are neither among requests nor sources, for want of room; what all do together counts theirs too.
    draws
        On which they were compared.
    """

    strategy: str
    instead_of: str
    requests: tuple[str, ...]
    sources: tuple[str, ...]
    effects: tuple[tuple[Effect | None, ...], ...]
    together: tuple[Effect | None, ...]
    left_out: tuple[str, ...]
    draws: int

    def effect(self, request: str, source: str) -> Effect | None:
        """That of a source on a request."""
        return self.effects[self.requests.index(request)][self.sources.index(source)]


def transfers(verdict: Verdict) -> Transfers:
    """Effects within the recommended strategy if it mixes tasks, else within the largest shared model of any."""
    run, names = verdict.run, verdict.run.scenario.requests
    structure, shown = run.lowered.inputs.structure, sorted(by_traffic(run)[:MOST_TASKS])
    asked = [*shown, len(run.scenario.tasks)]
    requests = tuple(names[request] for request in asked)
    row, instead_of = _chosen(structure, verdict.decision.best)
    if row is None:
        return Transfers(strategy="", instead_of="", requests=requests, sources=(), effects=(), together=(), left_out=(), draws=0)
    name, sets = structure.strategies[row].name, len(asked) * (len(asked) + 1) // 2 + 1
    design = fewer_draws(run.design, min(MOST_DRAWS, draws_within(run, (name,), cells=MOST_CELLS, times=sets)))
    inputs = lowered_again(run, (name,), design).inputs
    rows = _rows(inputs.structure, asked)
    columns = sorted(frozenset().union(*(each.held for each in rows)) & {*shown, len(run.scenario.tasks)})
    effects = _effects(inputs, rows, columns, design)
    return Transfers(
        strategy=name, instead_of=instead_of, requests=requests, draws=design.draws,
        sources=tuple([*run.scenario.tasks, MIX][column] for column in columns),
        effects=tuple(each[:-1] for each in effects), together=tuple(each[-1] for each in effects),
        left_out=tuple(task for place, task in enumerate(run.scenario.tasks) if place not in shown),
    )  # fmt: skip


def _chosen(structure: Structure, best: int | None) -> tuple[int | None, str]:
    """The strategy to show, and the recommended one where that is another."""
    sizes = [_largest(structure, row) for row in range(len(structure.strategies))]
    if best is not None and sizes[best][0] > 1:
        return best, ""
    row = max(range(len(sizes)), key=lambda row: (sizes[row], -row))
    if sizes[row][0] < 2:
        return None, ""
    return row, "" if best is None else structure.strategies[best].name


def _largest(structure: Structure, strategy: int) -> tuple[int, int]:
    """Sources in the largest mixture of a strategy's last stage, and over its stages; a merge mixes no examples."""
    models = [structure.models[row] for row in structure.model_of_task[strategy].tolist()]
    mixed = [model for model in models if not model.merged_from]
    return max((len(model.last | model.earlier) for model in mixed), default=0), max((len(model.last) for model in mixed), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A request: the sources of the models that may serve it, and that of its own examples, if there are any."""

    request: int
    held: Columns
    own: Columns


def _rows(structure: Structure, asked: Sequence[int]) -> list[_Row]:
    """Rows of some requests; unseen requests, the last of all, may meet any model and have no examples of their own."""
    every = frozenset(np.flatnonzero(structure.stages_of_column[0]).tolist())
    models = [structure.models[row] for row in structure.model_of_task[0].tolist()]
    held = [*((model.last | model.earlier) & every for model in models), every]
    return [_Row(request=request, held=held[request], own=held[request] & {request} if request < len(models) else frozenset()) for request in asked]


def _effects(inputs: Inputs, rows: Sequence[_Row], columns: Sequence[int], design: AnyDesign) -> list[tuple[Effect | None, ...]]:
    """By row the effect of each source, then of all but its own together."""
    ends = [[(row.own | more, row.own - more) for more in [*(frozenset({column}) for column in columns), row.held - row.own]] for row in rows]
    is_known = [[*(column in row.held for column in columns), bool(row.held - row.own)] for row in rows]
    sets = list(dict.fromkeys(each for row, known in zip(ends, is_known, strict=True) for pair, is_it in zip(row, known, strict=True) if is_it for each in pair))
    scores = dict(zip(sets, _scores(inputs, sets, design.draws), strict=True))
    return [
        tuple(_effect(scores[more][row.request] - scores[less][row.request], design.scrambles) if is_it else None for (more, less), is_it in zip(pairs, known, strict=True))
        for row, pairs, known in zip(rows, ends, is_known, strict=True)
    ]


def _scores(inputs: Inputs, sets: Sequence[Columns], draws: int) -> Array:
    """What the models get when trained on each set of sources alone. ``(set, request, draw)`` [point]"""
    size = max(1, CELLS_AT_ONCE // (cells_of(inputs.structure) * draws))
    return POINTS_PER_SCALE * np.concatenate([_scored(with_only(inputs, sets[start : start + size]), draws) for start in range(0, len(sets), size)])


def with_only(inputs: Inputs, sets: Sequence[Columns]) -> Inputs:
    """Inputs with the examples of some columns alone: each set of them a place of the scenario axis."""
    examples = inputs["examples"]
    kept = np.array([[column in each for column in range(examples.shape[2])] for each in sets])
    return replace(inputs, numbers={**inputs.numbers, "examples": np.where(kept[:, None, :, None], examples, 0.0)})


def _scored(inputs: Inputs, draws: int) -> Array:
    """What the model of each task gets on its requests, then unseen ones, of the only strategy. ``(scenario, request, draw)``"""
    by_model = score_of_models(inputs, learn(inputs))
    parts = [served_score(by_model, inputs.structure.model_of_task)[:, 0], unseen_score(inputs, by_model)[:, 0]]
    length = max(part.shape[0] for part in parts)
    return np.concatenate([np.broadcast_to(part, (length, part.shape[1], draws)) for part in parts], axis=1)


def _effect(gains: Array, scrambles: int) -> Effect:
    """An effect from its draws. ``(draw,)``"""
    return Effect(points=estimate(gains, scrambles), probability=chance_above(gains))
