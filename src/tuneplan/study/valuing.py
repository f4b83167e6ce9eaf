"""What a score is worth: the weight of each request, and the dollars of a whole scale of points."""

from __future__ import annotations

from tuneplan.axes import Array
from tuneplan.core import traffic_weight
from tuneplan.core.arrays import Inputs
from tuneplan.late import np
from tuneplan.units import POINTS_PER_SCALE


def weight_of_requests(inputs: Inputs, draws: int) -> Array:
    """Share of all requests that each request has; adds up to 1. ``(request, draw)``"""
    share, tasks = inputs["unseen_share"][0, 0], traffic_weight(inputs["traffic"])[0, 0]
    in_scope = np.broadcast_to((1.0 - share) * tasks, (tasks.shape[0], draws))
    return np.concatenate([in_scope, np.broadcast_to(share, (1, draws))])


def is_valued(inputs: Inputs) -> bool:
    """Whether a point has a price, so that net benefit decides."""
    return not np.isnan(inputs["value"]).all()


def usd_per_scale(inputs: Inputs, draws: int) -> Array:
    """Worth of a score of 1 on each request, over the horizon. [USD], ``(request, draw)``

    ``points value weight months``: the value of a point for all traffic [USD/point/month] counts by the
    request's share of it; on unseen requests, where nobody says, a point is worth the mean of the tasks.
    """
    value, weight = inputs["value"][0, 0], weight_of_requests(inputs, draws)
    tasks = len(inputs.structure.tasks)
    known = np.broadcast_to(value, weight.shape)
    known = np.where(np.isnan(known), 0.0, known)
    in_scope = weight[:tasks].sum(axis=0)
    typical = (known[:tasks] * weight[:tasks]).sum(axis=0) / np.where(in_scope > 0.0, in_scope, 1.0)
    unseen = typical[None] if np.isnan(value[tasks:]).all() else known[tasks:]
    of_a_point = np.concatenate([known[:tasks], np.broadcast_to(unseen, (1, weight.shape[1]))]) * weight
    months: Array = inputs["horizon_months"][0, 0, 0]
    return POINTS_PER_SCALE * of_a_point * months
