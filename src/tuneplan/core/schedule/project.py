"""From the numbers of a run to projects: a collection of batches and a delivery of models, one a replica.

A replica is one draw of one strategy in one scenario; replicas stand in this order on one axis.
"""

from __future__ import annotations

from dataclasses import dataclass

from tuneplan.core.arrays import Inputs
from tuneplan.core.schedule.batches import collection_of
from tuneplan.core.schedule.calendar import Calendar
from tuneplan.core.schedule.collecting import Collection
from tuneplan.core.schedule.models import delivery_of, networks_of
from tuneplan.core.schedule.network import Node
from tuneplan.core.schedule.replicas import Draws, Replicas
from tuneplan.core.schedule.shipping import Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What is to be done, in numbers: all that either way to simulate it reads.

    Attributes
    ----------
    shape
        Scenarios, strategies and draws; replicas stand in this order.
    networks
        Models of each strategy, which fill the rows of ``delivery`` from the first on.
    """

    shape: tuple[int, int, int]
    networks: tuple[tuple[Node, ...], ...]
    calendar: Calendar
    collection: Collection
    delivery: Delivery


def project_of(inputs: Inputs) -> Project:
    """Projects of all scenarios, strategies and draws of a block of numbers."""
    replicas = Replicas(Draws(inputs))
    calendar = calendar_of(replicas)
    return Project(
        shape=replicas.shape, networks=networks_of(replicas), calendar=calendar, collection=collection_of(replicas, calendar),
        delivery=delivery_of(replicas, calendar),
    )  # fmt: skip


def read_by_phases(inputs: Inputs) -> dict[str, tuple[str, ...]]:
    """Numbers and derived arrays that a project's data are made of, and its models, found by making it."""
    data, models = Draws(inputs), Draws(inputs)
    calendar = calendar_of(Replicas(models))
    collection_of(Replicas(data), calendar)
    delivery_of(Replicas(models), calendar)
    return {"data": tuple(data.read), "models": tuple(models.read)}


def calendar_of(replicas: Replicas) -> Calendar:
    """Days and hours of work of some replicas."""
    return Calendar(workdays=replicas.of.numbers["workdays"][0, 0, :, 0], hours=replicas.full(replicas.one("working_hours")))
