"""One replica of a project as plain numbers, random ones included: all that an event-by-event simulation reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from tuneplan.axes import Array, Mask
from tuneplan.core.schedule.collecting import Collection
from tuneplan.core.schedule.people import Staff
from tuneplan.core.schedule.project import Project
from tuneplan.core.schedule.runs import Spot
from tuneplan.core.schedule.shipping import Delivery
from tuneplan.study.schedule.clock import Day, Days

OF_ALL = ("task", "generated", "workdays")
"""Arrays that all replicas share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """``Staff`` of one replica, people's times in hours of working time.

    Attributes
    ----------
    ready
        By place that there is.
    stays, gaps
        By person, then place; nobody leaves where they are empty.
    pace
        Time that a batch takes after so many, of that of the first.
    """

    ready: dict[int, float]
    stays: list[list[float]]
    gaps: list[list[float]]
    pace: list[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batches:
    """``Collection`` of one replica, lists by batch."""

    task: list[int]
    generated: list[bool]
    examples: list[float]
    arrives: list[float]
    written: list[float]
    labelling: list[float]
    reviewing: list[float]
    reworking: list[float]
    settling: list[float]
    rejected: list[float]
    failed: list[float]
    annotators: People
    reviewers: People


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """``Delivery`` of one replica, lists by model; ``hours`` by step, then model; ``undisturbed`` by search or train, then model."""

    tasks: list[list[int]]
    after: list[list[int]]
    there: list[bool]
    trained: list[bool]
    served: list[bool]
    hours: list[list[float]]
    undisturbed: list[list[float]]
    capacity: list[float]
    rounds: list[float]
    rounds_known: int
    between: float
    restart: float
    gap: Callable[[int, int, int], float]
    set_up: float
    router: float
    crews: tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replica:
    """One project: its days, batches and models, and how many tasks it has."""

    days: Day
    tasks: int
    batches: Batches
    models: Models


class Gaps:
    """Hours of running before interruptions, of all models and replicas of a block, drawn when they are first asked for."""

    def __init__(self, spot: Spot) -> None:
        self.spot, self.drawn = spot, {}  # type: ignore[var-annotated]

    def of(self, replica: int) -> Callable[[int, int, int], float]:
        """Those of one replica, by run, number and model."""
        if not self.spot.hazard[replica] > 0.0:
            return lambda run, number, model: np.inf
        return lambda run, number, model: self._all(run, number)[model][replica]

    def _all(self, run: int, number: int) -> list[list[float]]:
        if (run, number) not in self.drawn:
            self.drawn[run, number] = self.spot.gap(run, number).tolist()
        return self.drawn[run, number]  # type: ignore[no-any-return]


def some_of(project: Project, replicas: Mask) -> Project:
    """The same project at some of its replicas alone, whose ``shape`` no longer tells which they are."""
    return replace(project, **{name: _cut(getattr(project, name), replicas) for name in ("calendar", "collection", "delivery")})


def _cut(record: Any, replicas: Mask) -> Any:
    changed: dict[str, Any] = {}
    for field in fields(record):
        value = getattr(record, field.name)
        if isinstance(value, Staff | Spot):
            changed[field.name] = _cut(value, replicas)
        elif isinstance(value, np.ndarray) and value.ndim and value.shape[-1] > 1 and field.name not in OF_ALL:
            changed[field.name] = np.ascontiguousarray(value[..., replicas])
    return replace(record, **changed)


def replicas_of(project: Project) -> list[Replica]:
    """Every replica of a project as plain numbers."""
    days, count, tasks = Days(project.calendar), project.delivery.there.shape[1], project.delivery.needs_task.shape[1]
    batches, models = _batches(project.collection, count), _models(project.delivery, count)
    return [Replica(days=days.of(number), tasks=tasks, batches=batches[number], models=models[number]) for number in range(count)]


def _by_replica(array: Array) -> list[Any]:
    return np.moveaxis(array, -1, 0).tolist()  # type: ignore[no-any-return]


def _batches(work: Collection, count: int) -> list[Batches]:
    names = ("examples", "arrives", "written", "labelling", "reviewing", "reworking", "settling", "rejected", "failed")
    lists = {name: _by_replica(np.broadcast_to(getattr(work, name), work.examples.shape)) for name in names}
    shared = {"task": work.task.tolist(), "generated": work.generated.tolist()}
    annotators, reviewers = (_people(staff, len(work.task)) for staff in (work.annotators, work.reviewers))
    return [
        Batches(**shared, **{name: each[number] for name, each in lists.items()}, annotators=annotators[number], reviewers=reviewers[number])
        for number in range(count)
    ]


def _people(staff: Staff, batches: int) -> list[People]:
    pace = (1.0 + np.arange(batches + 1))[:, None] ** -staff.learning
    lists = map(_by_replica, (staff.ready, staff.stays, staff.gaps, pace))
    return [
        People(ready={place: hour for place, hour in enumerate(first) if hour < np.inf}, stays=stay, gaps=gap, pace=learnt)
        for first, stay, gap, learnt in zip(*lists, strict=True)
    ]


def _models(work: Delivery, count: int) -> list[Models]:
    names = ("there", "trained", "served", "undisturbed", "capacity", "rounds", "set_up", "router")
    lists = {name: _by_replica(getattr(work, name)) for name in names}
    hours, needs_task, needs_model = _by_replica(work.hours[:, 0]), _by_replica(work.needs_task), _by_replica(work.needs_model)
    crews = [(int(each[0]), int(each[1]), int(each[2])) for each in np.stack([work.engineers, work.runs_at_once, work.judges], axis=-1).tolist()]
    spot, gaps = work.spot, Gaps(work.spot)
    return [
        Models(
            **{name: each[number] for name, each in lists.items()}, hours=hours[number], tasks=_set(needs_task[number]), after=_set(needs_model[number]),
            crews=crews[number], rounds_known=work.hours.shape[1], between=float(spot.between[number]), restart=float(spot.restart[number]), gap=gaps.of(number),
        )
        for number in range(count)
    ]  # fmt: skip


def _set(rows: list[list[bool]]) -> list[list[int]]:
    """Columns that are set in each row."""
    return [[column for column, is_set in enumerate(row) if is_set] for row in rows]
