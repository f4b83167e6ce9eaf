"""What a score is worth: the weight of each request, and the dollars of a whole scale of points."""

from __future__ import annotations

from tuneplan.axes import Array
from tuneplan.core import traffic_weight
from tuneplan.core.arrays import Inputs
from tuneplan.core.structure import Structure
from tuneplan.late import np
from tuneplan.scenario.records import Scenario
from tuneplan.units import POINTS_PER_SCALE


def weight_of_requests(inputs: Inputs) -> Array:
    """Share of all requests that each request has; adds up to 1. ``(scenario, request, draw)``"""
    share, tasks = inputs["unseen_share"][:, 0], traffic_weight(inputs["traffic"])[:, 0]
    in_scope = (1.0 - share) * tasks
    return np.concatenate([in_scope, np.broadcast_to(share, in_scope[:, :1].shape)], axis=1)


def is_valued(inputs: Inputs) -> bool:
    """Whether a point has a price, so that net benefit decides."""
    return not np.isnan(inputs["value"]).all()


def reference_row(scenario: Scenario, structure: Structure) -> tuple[int, bool]:
    """From whose scores value is counted: the row of a strategy, and whether from its base, prompted, instead of from itself."""
    name, base, specs = scenario.word("reference", ""), scenario.word("base", ""), structure.strategies
    if name:
        return [spec.name for spec in specs].index(name), False
    return next((row for row, spec in enumerate(specs) if spec.base == base and not spec.scored), 0), True


def usd_per_scale(inputs: Inputs, *, months: Array | None = None) -> Array:
    """Worth of a score of 1 on each request, over the months in which it is answered, or those given. [USD], ``(scenario, strategy, request, draw)``

    ``points value weight months``: the value of a point for all traffic [USD/point/month] counts by the
    request's share of it, for the months in which it is answered; on unseen requests, where nobody says, a
    point is worth the mean of the tasks. Unseen requests are answered as far as tasks are, by their weight.
    """
    value, weight = inputs["value"][:, 0], weight_of_requests(inputs)
    tasks = len(inputs.structure.tasks)
    known = np.nan_to_num(value) + np.zeros_like(weight)
    in_scope = weight[:, :tasks].sum(axis=1, keepdims=True)
    typical = (known[:, :tasks] * weight[:, :tasks]).sum(axis=1, keepdims=True) / np.where(in_scope > 0.0, in_scope, 1.0)
    unseen = typical if np.isnan(value[:, tasks:]).all() else known[:, tasks:]
    of_a_point = np.concatenate([known[:, :tasks], unseen], axis=1) * weight
    return POINTS_PER_SCALE * of_a_point[:, None] * (months_of_requests(inputs) if months is None else months)


def months_of_requests(inputs: Inputs) -> Array:
    """Months of the horizon in which each request is answered: those after launch. ``(scenario, strategy, request, draw)``"""
    months, tasks = inputs["served_months"], len(inputs.structure.tasks)
    if months.shape[2] == 1:
        return months
    weight = traffic_weight(inputs["traffic"])
    of_unseen = (months * weight).sum(axis=2, keepdims=True)
    whole = np.broadcast_shapes(months[:, :, :1].shape, of_unseen.shape)
    return np.concatenate([np.broadcast_to(months, (*whole[:2], tasks, whole[3])), of_unseen], axis=2)
