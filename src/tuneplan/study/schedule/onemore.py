"""The same projects with one more annotator, reviewer, engineer, judge, or one more run at once: only those that it can change."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import TypeVar

import numpy as np

from tuneplan.axes import Mask
from tuneplan.core.arrays import Inputs
from tuneplan.core.schedule.batches import collection_of
from tuneplan.core.schedule.collecting import Collection, collect
from tuneplan.core.schedule.people import Staff
from tuneplan.core.schedule.project import Project, calendar_of
from tuneplan.core.schedule.replicas import Draws, Replicas
from tuneplan.core.schedule.shipping import ship
from tuneplan.core.schedule.timeline import Played, Timeline, dates_of, ready_by_task
from tuneplan.study.schedule.load import Work

Record = TypeVar("Record")
BY_BATCH = ("task", "generated")
"""Arrays of a collection that no replica has a column of."""
IN_DELIVERY = {"engineers": "engineers", "GPUs": "runs_at_once", "judges": "judges"}
"""Who works on models -> what says how many work, or run, at once."""


def with_one_more(played: Played, inputs: Inputs, resource: str, work: Work) -> tuple[Mask, Timeline] | None:
    """Replicas that one more of a resource can change, and their dates with it; None where there are none.

    All but annotators are alike, so that one more changes nothing where nothing ever stood in line. Annotators learn and
    leave: one more gives batches other hands.

    Parameters
    ----------
    inputs
        From which the projects were made.
    work
        What the resource did, replica by replica.
    """
    at_once = work.count if resource != "GPUs" else played.project.delivery.runs_at_once
    touched: Mask = work.needed & ((resource == "annotators") | (work.waited > 0.0) | (at_once == 0.0))
    replicas = np.flatnonzero(touched)
    return (replicas, dates_of(_again(played, inputs, resource, replicas))) if len(replicas) else None


def _again(played: Played, inputs: Inputs, resource: str, replicas: Mask) -> Played:
    """Some projects played out with one more; what they have not changed is not worked through again."""
    project = _project(played.project, replicas)
    if resource in IN_DELIVERY:
        name = IN_DELIVERY[resource]
        delivery = replace(project.delivery, **{name: getattr(project.delivery, name) + 1.0})
        ready = played.data_ready[:, replicas]
        return Played(
            project=replace(project, delivery=delivery), collected=_of(played.collected, replicas), data_ready=ready,
            shipped=ship(delivery, ready, project.calendar),
        )  # fmt: skip
    project = replace(project, collection=_collection(project.collection, inputs, resource, replicas))
    collected = collect(project.collection)
    ready = ready_by_task(project, collected)
    return Played(project=project, collected=collected, data_ready=ready, shipped=ship(project.delivery, ready, project.calendar))


def _collection(collection: Collection, inputs: Inputs, resource: str, replicas: Mask) -> Collection:
    if resource == "reviewers":
        return replace(collection, reviewers=_another(collection.reviewers))
    more = Replicas(Draws(replace(inputs, numbers={**inputs.numbers, "annotators": inputs["annotators"] + 1.0})))
    return replace(collection, annotators=_of(collection_of(more, calendar_of(more)).annotators, replicas))


def _another(staff: Staff) -> Staff:
    """One more of people who are alike and stay."""
    ready = np.concatenate([np.zeros((1, staff.ready.shape[1])), staff.ready])
    none = np.empty((0, *ready.shape))
    return replace(staff, ready=ready, stays=none, gaps=none)


def _project(project: Project, replicas: Mask) -> Project:
    """Some replicas as a project of their own, in one row."""
    return replace(
        project, shape=(1, 1, len(replicas)), calendar=project.calendar.of(replicas), collection=_of(project.collection, replicas),
        delivery=_of(project.delivery, replicas),
    )  # fmt: skip


def _of(record: Record, replicas: Mask) -> Record:
    """Some replicas of a record of arrays whose last axis they are, laid out row by row as what works on them writes."""
    found = {}
    for field in fields(record):  # type: ignore[arg-type]
        value = getattr(record, field.name)
        if field.name not in BY_BATCH:
            found[field.name] = _of(value, replicas) if is_dataclass(value) else np.take(value, replicas, axis=-1)
    return replace(record, **found)  # type: ignore[type-var]
