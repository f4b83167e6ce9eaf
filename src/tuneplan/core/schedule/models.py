"""From the numbers of a run to its models: what each waits for, and how long each of its steps takes."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

from tuneplan.axes import Array, Mask
from tuneplan.core.coefficients import Coefficient
from tuneplan.core.schedule import luck
from tuneplan.core.schedule.calendar import Calendar
from tuneplan.core.schedule.network import Node, network_of
from tuneplan.core.schedule.replicas import Replicas
from tuneplan.core.schedule.runs import Spot, with_interruptions
from tuneplan.core.schedule.shipping import (
    CHECK,
    DEPLOY,
    HAND_OVER,
    JUDGE,
    MEND,
    MOST_ROUNDS,
    PREPARE,
    SEARCH,
    STEPS,
    TRAIN,
    Delivery,
)
from tuneplan.late import np
from tuneplan.units import MINUTES_PER_HOUR

CAPACITY_SPREAD = 1.0
"""How much the wait for capacity differs from run to run: standard deviation of its logarithm; assumed."""
COEFFICIENTS = (
    Coefficient(name="CAPACITY_SPREAD", value=CAPACITY_SPREAD, source="assumed", as_of="2026-11",
                doc="How much the wait for capacity differs from run to run: standard deviation of its logarithm."),
)  # fmt: skip
Networks = tuple[tuple[Node, ...], ...]
"""Models of each strategy."""


def networks_of(replicas: Replicas) -> Networks:
    """Models of each strategy, which fill the rows of a delivery from the first on."""
    return tuple(network_of(spec.grouping) for spec in replicas.specs)


def delivery_of(replicas: Replicas, calendar: Calendar) -> Delivery:
    """Models of each replica, and who works on them."""
    networks, full = networks_of(replicas), replicas.full
    there, served = _marked(replicas, networks, lambda node: True), _marked(replicas, networks, lambda node: node.served)
    trained = _marked(replicas, networks, lambda node: node.is_trained) & (_of_models(replicas, networks, "has_data") > 0.0)
    point = replicas.spread(replicas.of.numbers["model_luck"][:, :, : len(there)])
    waits = luck.spread_around(luck.stream(point, 1, first=1)[0], np.asarray(CAPACITY_SPREAD))
    rounds = np.where(served, luck.tries_until(luck.stream(point, 1)[0], replicas.one("gate_pass")), 1.0)
    spot, runs = _spot(replicas, full(point)), _runs(replicas, networks) * trained
    week = replicas.one("working_hours") * calendar.days_of_a_week
    gpus = replicas.one("gpus_per_run")
    return Delivery(
        needs_task=_waits_for(replicas, networks, len(replicas.of.structure.tasks), lambda node: node.tasks),
        needs_model=_waits_for(replicas, networks, len(there), lambda node: node.after),
        there=there, trained=trained, served=served, hours=_hours(replicas, networks, week, served, trained, _disturbed(runs, spot, rounds)),
        undisturbed=runs, spot=spot, capacity=full(replicas.one("capacity_wait") * waits), rounds=rounds,
        set_up=full(np.where(replicas.one("is_trained") > 0.0, replicas.one("weeks_project"), replicas.one("weeks_prompting")) * week),
        router=full(replicas.one("weeks_router") * week * replicas.one("has_router")), engineers=full(replicas.one("engineers")),
        runs_at_once=full(np.where(gpus > 0.0, np.floor(replicas.one("gpus_at_hand") / np.maximum(gpus, 1.0)), 0.0)), judges=full(replicas.one("judges")),
    )  # fmt: skip


def _marked(replicas: Replicas, networks: Networks, which: Callable[[Node], bool]) -> Mask:
    """Models of which something holds. ``(model, replica)`` of bool"""
    marks = np.zeros((len(networks), max(map(len, networks))), dtype=bool)
    for strategy, nodes in enumerate(networks):
        marks[strategy, : len(nodes)] = [which(node) for node in nodes]
    return replicas.by_strategy(marks)


def _waits_for(replicas: Replicas, networks: Networks, width: int, which: Callable[[Node], tuple[int, ...]]) -> Mask:
    """Which tasks, or models, each model waits for. ``(model, width, replica)`` of bool"""
    marks = np.zeros((len(networks), max(map(len, networks)), width), dtype=bool)
    for strategy, nodes in enumerate(networks):
        for model, node in enumerate(nodes):
            marks[strategy, model, list(which(node))] = True
    return replicas.by_strategy(marks)


def _of_models(replicas: Replicas, networks: Networks, name: str) -> Array:
    """A number by task, added up over the tasks of each model, one after another. ``(model, replica)``"""
    by_task = replicas.of.by_task(name)
    rows = by_task[:, replicas.strategies] if by_task.shape[1] > 1 else by_task
    found = np.zeros((max(map(len, networks)), *replicas.shape))
    for strategy, nodes in enumerate(networks):
        own = rows[:, strategy if rows.shape[1] > 1 else 0]
        for model, node in enumerate(nodes):
            found[model, :, strategy] = reduce(np.add, (own[:, task] for task in node.tasks))
    return found.reshape(len(found), -1)


def _runs(replicas: Replicas, networks: Networks) -> Array:
    """Hours of each model's search and of its final run on its GPUs, nothing ever taken away. ``(2, model, replica)`` [hour]

    GPU-hours as they are paid for, over stages and GPUs of a run, without the stretch that spot capacity adds
    to them on average.
    """
    stretch = 1.0 + replicas.one("is_spot") * replicas.one("spot_hazard") * replicas.one("spot_loss")
    stages = replicas.by_strategy(np.array([max(len(spec.grouping.stages), 1.0) for spec in replicas.specs]))
    at_once = stretch * np.maximum(replicas.one("gpus_per_run"), 1.0)
    final, whole = (_of_models(replicas, networks, name) / at_once / stages for name in ("final_hours", "training_hours"))
    return np.stack([np.maximum(whole - final, 0.0), final])


def _spot(replicas: Replicas, point: Array) -> Spot:
    """How capacity comes and goes; nothing is ever taken away where it is not on spot."""
    loss = replicas.full(replicas.one("spot_loss"))
    restart = np.minimum(replicas.one("restart"), loss)
    return Spot(hazard=replicas.full(replicas.one("spot_hazard") * replicas.one("is_spot")), between=2.0 * (loss - restart), restart=restart, point=point)


def _disturbed(runs: Array, spot: Spot, rounds: Array) -> Array:
    """Hours of the search, then of the final run of each round, with all that interrupts them. ``(1 + round, model, replica)`` [hour]"""
    if not spot.hazard.any():
        return runs
    search, final = runs
    known = int(np.minimum(rounds, MOST_ROUNDS).max(initial=1.0))
    trained = [with_interruptions(np.where(rounds > number, final, 0.0), spot, run=1 + number) for number in range(known)]
    return np.stack([with_interruptions(search, spot, run=0), *trained])


def _hours(replicas: Replicas, networks: Networks, week: Array, served: Mask, trained: Mask, runs: Array) -> Array:
    """Hours of each step. ``(step, round, model, replica)`` [hour]

    Parameters
    ----------
    week
        Hours of a working week.
    runs
        Of the search, then of each round. ``(1 + round, model, replica)``
    """
    day = replicas.one("working_hours")
    deployments = replicas.by_strategy(
        np.array([float(len(set(row))) for row in replicas.of.structure.deployment_of_task[replicas.strategies].tolist()])
    )
    hours = np.empty((len(STEPS), len(runs) - 1, *served.shape))
    hours[PREPARE] = replicas.one("weeks_per_model") * week * trained
    hours[SEARCH], hours[TRAIN] = runs[0], runs[1:]
    hours[CHECK] = replicas.one("checking")
    hours[JUDGE] = _of_models(replicas, networks, "evaluation_items") * replicas.one("judged_share") * replicas.one("judging_minutes") / MINUTES_PER_HOUR
    hours[MEND] = replicas.one("mending") * day
    hours[DEPLOY] = replicas.one("deployment") * day * deployments / np.maximum(served.sum(axis=0), 1.0)
    hours[HAND_OVER] = replicas.one("handover") * day
    return hours
