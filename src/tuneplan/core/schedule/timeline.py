"""When each task, the first model and all of it ship, and what was paid for and stood idle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tuneplan.axes import Array
from tuneplan.core.arrays import Inputs
from tuneplan.core.schedule.batches import READS, collection_of
from tuneplan.core.schedule.calendar import HOURS_PER_DAY, Calendar
from tuneplan.core.schedule.collecting import Collected, Collection, collect
from tuneplan.core.schedule.models import delivery_of, networks_of
from tuneplan.core.schedule.project import Project, calendar_of
from tuneplan.core.schedule.replicas import Draws, Replicas
from tuneplan.core.schedule.shipping import MOST_ROUNDS, SEARCH, STEPS, TRAIN, Delivery, Shipped, ship
from tuneplan.late import np

REPLICAS_AT_ONCE = 16_384
"""Replicas whose models are worked on at a time."""
COLLECTED_AT_ONCE = 4096
"""Replicas whose batches are worked on at a time, which are more: their arrays fit a cache."""
LARGEST_ARRAY = 8_000_000
"""Numbers of the largest array of a block: hours of all steps of all models, or what each of them waits for."""
YES_OR_NOS = 16
"""Of so many is made what counts as a number here, generously: a byte each, twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One block of projects, simulated.

    Attributes
    ----------
    data_ready
        When the last example of each task was there; 0 where none is bought. ``(task, replica)`` [day]
    """

    project: Project
    collected: Collected
    data_ready: Array
    shipped: Shipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Dates of every strategy, in days since the start; infinite: never.

    Attributes
    ----------
    launch
        When each task's requests are first answered. ``(scenario, strategy, task, draw)``
    full
        When all of it has shipped, the router too. ``(scenario, strategy, 1, draw)``
    idle_annotators
        Hours of annotators in which there was nothing to label, until the last example was there. The same shape.
    gpus_between
        GPU-hours between the first run and the last of all GPUs at hand, less those used. The same shape.
    """

    launch: Array
    full: Array
    idle_annotators: Array
    gpus_between: Array


def play(project: Project) -> Played:
    """Simulate a block of projects."""
    collected = collect(project.collection)
    ready = ready_by_task(project, collected)
    return Played(project=project, collected=collected, data_ready=ready, shipped=ship(project.delivery, ready, project.calendar))


def ready_by_task(project: Project, collected: Collected) -> Array:
    """When the last example of each task can be trained on. ``(task, replica)`` [day]"""
    return _ready(project.collection, collected, project.calendar, tasks=project.delivery.needs_task.shape[1])


def dates_of(played: Played) -> Timeline:
    """What is read off a simulation, on the four axes."""
    project = played.project
    return _dates(project.shape, project.delivery, played.shipped, idle=_idle(project.collection, played.collected))


def timeline(inputs: Inputs) -> Timeline:
    """Dates of a block of numbers: those of ``play``, some draws at a time, what strategies share worked on once."""
    draws = inputs["is_timed"].shape[3]
    size = draws_at_once(Replicas(Draws(inputs)))
    parts = [_of_draws(Draws(inputs, slice(start, start + size))) for start in range(0, draws, size)]
    return parts[0] if len(parts) == 1 else Timeline(**{name: np.concatenate([getattr(part, name) for part in parts], axis=-1) for name in Timeline.__slots__})


def draws_at_once(replicas: Replicas) -> int:
    """Draws of a block, which bound the memory in use and change nothing."""
    scenarios, strategies, _ = replicas.shape
    rounds = MOST_ROUNDS if replicas.of.arrays["is_spot"].any() else 1.0
    models = max(map(len, networks_of(replicas)))
    each = max(len(STEPS) * int(rounds) * models, models * (models + len(replicas.of.structure.tasks)) // YES_OR_NOS)
    return max(1, min(REPLICAS_AT_ONCE, LARGEST_ARRAY // each) // (scenarios * strategies))


def _of_draws(draws: Draws) -> Timeline:
    replicas = Replicas(draws)
    calendar = calendar_of(replicas)
    ready, idle = _data(draws)
    delivery = delivery_of(replicas, calendar)
    return _dates(replicas.shape, delivery, ship(delivery, ready, calendar), idle=idle)


# --- data -----------------------------------------------------------------------------------------


def _data(draws: Draws) -> tuple[Array, Array]:
    """When the examples of each task are there, and idle hours of annotators; ``(task, replica)`` [day], ``(replica,)`` [hour]."""
    tasks, strategies = len(draws.structure.tasks), len(draws.structure.strategies)
    alike = _alike(draws)
    ready, idle = np.empty((tasks, draws.scenarios, strategies, draws.draws)), np.empty((draws.scenarios, strategies, draws.draws))
    for some in _some(sorted(set(alike)), max(1, COLLECTED_AT_ONCE // (draws.scenarios * draws.draws))):
        replicas = Replicas(draws, some)
        calendar = calendar_of(replicas)
        collection = collection_of(replicas, calendar)
        collected = collect(collection)
        ready[:, :, some] = _ready(collection, collected, calendar, tasks=tasks).reshape(tasks, *replicas.shape)
        idle[:, some] = _idle(collection, collected).reshape(replicas.shape)
    return ready[:, :, alike].reshape(tasks, -1), idle[:, alike].ravel()


def _alike(draws: Draws) -> list[int]:
    """The first strategy with the same data, for each strategy."""
    differing = [array for name in READS if (array := draws.arrays[name]).shape[1] > 1]
    keys = [tuple(array[:, strategy].tobytes() for array in differing) for strategy in range(len(draws.structure.strategies))]
    return [keys.index(key) for key in keys]


def _some(rows: list[int], count: int) -> Iterator[tuple[int, ...]]:
    """So many of them at a time."""
    return (tuple(rows[start : start + count]) for start in range(0, len(rows), count))


def _ready(collection: Collection, collected: Collected, calendar: Calendar, *, tasks: int) -> Array:
    """When the last example of each task can be trained on, 0 where none is bought. ``(task, replica)`` [day]"""
    last, written = np.zeros((2, tasks, collected.done.shape[1]))
    for batch, task in enumerate(collection.task.tolist()):
        np.maximum(last[task], collected.done[batch], out=last[task])
        np.maximum(written[task], collection.written[batch], out=written[task])
    return np.where(last > 0.0, np.maximum(calendar.date(last), written), 0.0)  # type: ignore[no-any-return]


def _idle(collection: Collection, collected: Collected) -> Array:
    """Hours between an annotator's first day and the last example that nobody asked of her. ``(replica,)``"""
    last = np.where(np.isfinite(collected.done), collected.done, 0.0).max(axis=0, initial=0.0)
    there = np.maximum(last - collection.annotators.ready, 0.0).sum(axis=0)
    return np.maximum(there - collected.annotating, 0.0)  # type: ignore[no-any-return]


# --- dates ----------------------------------------------------------------------------------------


def _dates(shape: tuple[int, int, int], delivery: Delivery, shipped: Shipped, *, idle: Array) -> Timeline:
    """What is read off a simulation, on the four axes."""
    launch = np.zeros((delivery.needs_task.shape[1], len(idle)))
    for tasks, served, live in zip(delivery.needs_task, delivery.served, shipped.live, strict=True):
        np.maximum(launch, np.where(tasks & served, live, 0.0), out=launch)
    found = {
        "launch": launch, "full": np.maximum(launch.max(axis=0), shipped.router), "idle_annotators": idle, "gpus_between": _between(delivery, shipped),
    }  # fmt: skip
    return Timeline(**{name: np.moveaxis(np.atleast_2d(array).reshape(-1, *shape), 0, 2) for name, array in found.items()})


def _between(delivery: Delivery, shipped: Shipped) -> Array:
    """GPU-hours at hand between the first run and the last, less those used. ``(replica,)``"""
    first = np.fmin.reduce(shipped.begun[SEARCH], axis=0)
    last = np.where(np.isfinite(shipped.ended[TRAIN]), shipped.ended[TRAIN], 0.0).max(axis=0)
    span = np.maximum(last - np.where(np.isfinite(first), first, np.inf), 0.0) * HOURS_PER_DAY
    return np.maximum(span * delivery.runs_at_once - shipped.computing, 0.0)  # type: ignore[no-any-return]
