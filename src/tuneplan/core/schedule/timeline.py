"""When each task, the first model and all of it ship, and what was paid for and stood idle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from tuneplan.axes import Array
from tuneplan.core.arrays import Inputs
from tuneplan.core.schedule.calendar import HOURS_PER_DAY
from tuneplan.core.schedule.collecting import Collected, collect
from tuneplan.core.schedule.project import Project, project_of
from tuneplan.core.schedule.shipping import SEARCH, TRAIN, Shipped, ship
from tuneplan.late import np

REPLICAS_AT_ONCE = 16_384
"""Replicas that are worked on at a time: their arrays fit a cache."""


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


class Some(Mapping[str, Array]):
    """Numbers at some of their draws, each cut when it is asked for."""

    def __init__(self, of: Mapping[str, Array], draws: slice) -> None:
        self.of, self.draws = of, draws

    def __getitem__(self, name: str) -> Array:
        array = self.of[name]
        return array[..., self.draws] if array.shape[-1] > 1 else array  # type: ignore[no-any-return]

    def __contains__(self, name: object) -> bool:
        return name in self.of

    def __iter__(self) -> Iterator[str]:
        return iter(self.of)

    def __len__(self) -> int:
        return len(self.of)


def play(project: Project) -> Played:
    """Simulate a block of projects."""
    collected = collect(project.collection)
    ready = ready_by_task(project, collected)
    return Played(project=project, collected=collected, data_ready=ready, shipped=ship(project.delivery, ready, project.calendar))


def ready_by_task(project: Project, collected: Collected) -> Array:
    """When the last example of each task can be trained on. ``(task, replica)`` [day]"""
    work, tasks = project.collection, project.delivery.needs_task.shape[1]
    last, written = np.zeros((2, tasks, collected.done.shape[1]))
    for batch, task in enumerate(work.task.tolist()):
        last[task] = np.maximum(last[task], collected.done[batch])
        written[task] = np.maximum(written[task], work.written[batch])
    known = np.isfinite(last)
    there = np.maximum(project.calendar.date(np.where(known, last, 0.0)), written)  # what is written at night, and not looked at, is there at night
    return np.where(last > 0.0, np.where(known, there, np.inf), 0.0)  # type: ignore[no-any-return]


def timeline(inputs: Inputs) -> Timeline:
    """Dates of a block of numbers, some draws at a time, which changes nothing."""
    scenarios, _, _, draws = inputs["is_timed"].shape
    size = max(1, REPLICAS_AT_ONCE // (scenarios * len(inputs.structure.strategies)))
    parts = [dates_of(play(project_of(replace(inputs, numbers=Some(inputs.numbers, slice(start, start + size)))))) for start in range(0, draws, size)]
    return parts[0] if len(parts) == 1 else Timeline(**{name: np.concatenate([getattr(part, name) for part in parts], axis=-1) for name in Timeline.__slots__})


def dates_of(played: Played) -> Timeline:
    """What is read off a simulation, on the four axes."""
    project, shipped, collected = played.project, played.shipped, played.collected
    answers = project.delivery.needs_task & project.delivery.served[:, None]
    launch = np.where(answers, shipped.live[:, None], 0.0).max(axis=0)
    full = np.maximum(launch.max(axis=0), shipped.router)

    def back(array: Array) -> Array:
        return np.moveaxis(np.atleast_2d(array).reshape(-1, *project.shape), 0, 2)

    return Timeline(launch=back(launch), full=back(full), idle_annotators=back(_idle(project, collected)), gpus_between=back(_between(project, shipped)))


def _idle(project: Project, collected: Collected) -> Array:
    """Hours between an annotator's first day and the last example that nobody asked of her. ``(replica,)``"""
    ready, last = project.collection.annotators.ready, np.where(np.isfinite(collected.done), collected.done, 0.0).max(axis=0, initial=0.0)
    there = np.where(np.isfinite(ready), np.maximum(last - np.where(np.isfinite(ready), ready, 0.0), 0.0), 0.0).sum(axis=0)
    return np.maximum(there - collected.annotating, 0.0)  # type: ignore[no-any-return]


def _between(project: Project, shipped: Shipped) -> Array:
    """GPU-hours at hand between the first run and the last, less those used. ``(replica,)``"""
    with np.errstate(invalid="ignore"):
        first = np.nanmin(np.where(np.isnan(shipped.begun[SEARCH]), np.inf, shipped.begun[SEARCH]), axis=0)
        last = np.nanmax(np.where(np.isfinite(shipped.ended[TRAIN]), shipped.ended[TRAIN], 0.0), axis=0)
    span = np.where(np.isfinite(first), np.maximum(last - np.where(np.isfinite(first), first, 0.0), 0.0), 0.0) * HOURS_PER_DAY
    return np.maximum(span * project.delivery.runs_at_once - shipped.computing, 0.0)  # type: ignore[no-any-return]
