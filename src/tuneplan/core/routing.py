"""Requests to models: what each request gets once a router has sent it, and the average of all.

A request that is sent to the wrong model gets that model's off-task score; inside one model a
misroute costs nothing.
"""

from __future__ import annotations

from tuneplan.axes import Array
from tuneplan.late import np


def routed(
    score: Array, model_of_task: np.ndarray, *, accuracy: Array, traffic: Array
) -> Array:
    """Score of each task's requests after the router's mistakes.

    A misroute goes to another task in proportion to traffic, and costs nothing where that task
    is served by the same model. With one model the router makes no difference.

    Parameters
    ----------
    score
        ``(scenario, model, request, draw)``.
    model_of_task
        The model that serves each task, ``(strategy, task)`` of int.
    accuracy
        Chance that the router tells the task. ``(scenario, 1, 1, draw)``
    traffic
        ``(scenario, strategy, task, draw)``.

    Returns
    -------
    array
        ``(scenario, strategy, task, draw)``.
    """
    own = served_score(score, model_of_task)
    several = np.flatnonzero((model_of_task != model_of_task[:, :1]).any(axis=1))
    if not len(several):
        return own
    sent = traffic[:, several] if traffic.shape[1] > 1 else traffic
    kept = own[:, several]
    lost = misrouted_score(score, model_of_task[several], own=kept, traffic=sent)
    mixed = accuracy * kept + (1.0 - accuracy) * lost
    common = np.broadcast_shapes(own[:, :1].shape, mixed[:, :1].shape)
    whole = np.broadcast_to(own, (*common[:1], *own.shape[1:3], common[3])).copy()
    whole[:, several] = mixed
    return whole


def misrouted_score(score: Array, model_of_task: np.ndarray, *, own: Array, traffic: Array) -> Array:
    """Mean score of a task's requests at the other tasks, by traffic; their own where there is none.

    Parameters and result as ``routed``; ``own`` is the score of each task's own model.
    """
    tasks = model_of_task.shape[1]
    elsewhere, weight = np.zeros(np.broadcast_shapes(own.shape, traffic.shape), like=own), np.zeros(traffic.shape, like=own)
    for target in range(tasks):
        to = traffic[:, :, target : target + 1]
        there = to * score[:, model_of_task[:, target], :tasks]
        for others in (slice(0, target), slice(target + 1, None)):
            elsewhere[:, :, others] += there[:, :, others]
            weight[:, :, others] += to
    return np.where(weight > 0.0, elsewhere / np.where(weight > 0.0, weight, 1.0), own)


def routed_by_confusion(score: Array, model_of_task: np.ndarray, *, confusion: Array) -> Array:
    """Score of each task's requests, the router given as a confusion matrix.

    Parameters
    ----------
    score, model_of_task
        As ``routed``.
    confusion
        Share of one task's requests sent to another; nothing on the diagonal, which is what is
        left. A row above 1 is scaled back. ``(scenario, 1, task, task, draw)``

    Returns
    -------
    array
        ``(scenario, strategy, task, draw)``.
    """
    tasks = model_of_task.shape[1]
    lost = confusion.sum(axis=3)
    lost_share = np.minimum(lost, 1.0)
    shares = confusion / np.maximum(lost, 1.0)[:, :, :, None]
    total = (1.0 - lost_share) * served_score(score, model_of_task)
    for target in range(tasks):
        total = total + shares[:, :, :, target] * score[:, model_of_task[:, target], :tasks]
    return total


def served_score(score: Array, model_of_task: np.ndarray) -> Array:
    """Score of each task by the model that serves it. ``(scenario, strategy, task, draw)``"""
    tasks = np.arange(model_of_task.shape[1])
    return score[:, model_of_task, tasks]  # type: ignore[no-any-return]


def delivered(task_score: Array, unseen_score: Array, *, weight: Array, unseen_share: Array) -> Array:
    """What the average request gets: ``(1 - u) sum_i traffic_i score_i + u unseen``.

    Parameters
    ----------
    task_score
        ``(scenario, strategy, task, draw)``.
    unseen_score
        ``(scenario, strategy, 1, draw)``.
    weight
        Traffic shares that add up to 1 over tasks.

    Returns
    -------
    array
        ``(scenario, strategy, 1, draw)``.
    """
    in_scope = (weight * task_score).sum(axis=2, keepdims=True)
    return (1.0 - unseen_share) * in_scope + unseen_share * unseen_score  # type: ignore[no-any-return]
