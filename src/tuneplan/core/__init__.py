"""The model: arrays in, arrays out.

``evaluate`` is the whole of it on one page: train each distinct model, score it on every
request, route requests to models, and add up what each strategy costs.
"""

from __future__ import annotations

from collections.abc import Mapping

from tuneplan.axes import Array
from tuneplan.core import (
    capability,
    compute,
    costs,
    demand,
    learning,
    pooling,
    routing,
    serving,
    spending,
    transfer,
)
from tuneplan.core.arrays import Inputs, Outcome
from tuneplan.core.budget import BUDGET_PARAMS
from tuneplan.core.coefficients import Coefficient
from tuneplan.core.costs import COSTS
from tuneplan.core.derived import Arrays
from tuneplan.core.laws import LAWS
from tuneplan.core.registry import Param, bind
from tuneplan.core.schedule.declared import SCHEDULE_PARAMS
from tuneplan.late import np

DERIVED_IN = (spending, demand)
"""Modules whose arrays cost lines may name; importing them declares these."""

__all__ = ["Inputs", "Outcome", "costs_of", "declared_coefficients", "declared_params", "deliver", "evaluate", "outcome_of", "route", "traffic_weight", "unseen_score"]


def declared_params() -> tuple[Param, ...]:
    """Every number of the model, in the order of its modules."""
    of_lines = [param for entry in COSTS for param in entry.params]
    of_laws = [
        param
        for registry in LAWS.values()
        for entry in registry
        for param in entry.params
    ]
    return (
        *BUDGET_PARAMS,
        *transfer.TRANSFER_PARAMS,
        *capability.SCORE_PARAMS,
        *compute.COMPUTE_PARAMS,
        *costs.COST_PARAMS,
        *costs.LABELLING_PARAMS,
        *serving.SERVING_PARAMS,
        *SCHEDULE_PARAMS,
        *of_lines,
        *of_laws,
    )


def declared_coefficients() -> dict[str, tuple[Coefficient, ...]]:
    """Every number of an equation that can't be typed, by its module."""
    from tuneplan.core import decoding, memory_law  # which reading a scenario does without
    from tuneplan.core.schedule import batches, calendar, declared, models, shipping

    modules = (transfer, pooling, capability, learning, compute, memory_law, decoding, costs, declared, calendar, batches, models, shipping)
    return {module.__name__.removeprefix("tuneplan.core."): module.COEFFICIENTS for module in modules}


def evaluate(inputs: Inputs) -> Outcome:
    """Cost and capability of every strategy.

    Parameters
    ----------
    inputs
        Numbers on the four axes; see ``tuneplan.axes``.

    Returns
    -------
    Outcome
        Scores, delivered score and cost lines.
    """
    return outcome_of(inputs, learning.learn(inputs))


def outcome_of(inputs: Inputs, learned: learning.Learned) -> Outcome:
    """As ``evaluate``, for models that are trained already."""
    by_model = learning.score_of_models(inputs, learned)
    score, unseen = route(inputs, by_model)
    common = np.broadcast_shapes(score[:, :, :1].shape, unseen.shape)
    everywhere = [np.broadcast_to(part, (*common[:2], part.shape[2], common[3])) for part in (score, unseen)]
    return Outcome(
        score=np.concatenate(everywhere, axis=2),
        delivered=deliver(inputs, score, unseen),
        base_score=by_model[:, inputs.structure.base_of_strategy],
        costs=costs_of(inputs),
    )


def route(inputs: Inputs, by_model: Array) -> tuple[Array, Array]:
    """What requests get once a router has sent them: of each task, and unseen."""
    structure = inputs.structure
    if "confusion" in inputs.numbers:
        score = routing.routed_by_confusion(by_model, structure.model_of_task, confusion=inputs["confusion"])
    else:
        score = routing.routed(
            by_model, structure.model_of_task, accuracy=inputs["router_accuracy"], traffic=inputs["traffic"]
        )
    return score, unseen_score(inputs, by_model)


def unseen_score(inputs: Inputs, by_model: Array) -> Array:
    """Score of unseen requests: by the nearest task's model (the mean of equals), the base, or an API model."""
    structure, last = inputs.structure, by_model.shape[2] - 1
    nearest = nearest_tasks(inputs)
    candidates = by_model[:, structure.model_of_task, last]
    chosen = (nearest * candidates).sum(axis=2, keepdims=True) / nearest.sum(axis=2, keepdims=True)
    base = by_model[:, structure.base_of_strategy, last : last + 1]
    answer = np.where(inputs["fallback_is_base"] > 0.0, base, chosen)
    return np.where(inputs["fallback_is_api"] > 0.0, inputs["fallback_score"], answer)


def nearest_tasks(inputs: Inputs) -> Array:
    """Whether a task is the one most like unseen requests, draw by draw. ``(scenario, 1, task, draw)`` of bool"""
    tasks = len(inputs.structure.tasks)
    similarity = inputs["similarity"][:, :, tasks, :tasks]
    return similarity == similarity.max(axis=2, keepdims=True)  # type: ignore[no-any-return]


def deliver(inputs: Inputs, score: Array, unseen: Array) -> Array:
    """Score of the average request. ``(scenario, strategy, 1, draw)``"""
    return routing.delivered(
        score, unseen, weight=traffic_weight(inputs["traffic"]), unseen_share=inputs["unseen_share"]
    )


def traffic_weight(traffic: Array) -> Array:
    """Traffic as shares that add up to 1; equal shares where there is none."""
    total = traffic.sum(axis=2, keepdims=True)
    return np.where(total > 0.0, traffic / np.where(total > 0.0, total, 1.0), 1.0 / traffic.shape[2])


def costs_of(inputs: Inputs) -> Mapping[str, Array]:
    """Every cost line, by task."""
    arrays = Arrays(inputs)
    tasks, strategies = len(inputs.structure.tasks), len(inputs.structure.strategies)
    lines = {}
    for entry in COSTS:
        line = bind(entry, arrays)
        lines[entry.name] = np.broadcast_to(line, (line.shape[0], strategies, tasks, line.shape[3]))
    return lines
