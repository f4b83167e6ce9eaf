"""How far an event-by-event simulation is from the recursions, on the same random numbers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tuneplan.axes import Array
from tuneplan.core.schedule.project import Project
from tuneplan.core.schedule.timeline import play
from tuneplan.late import np
from tuneplan.study.schedule.replica import some_of
from tuneplan.study.schedule.replications import Replications

OF_BATCHES = ("begun", "labelled", "reviewed", "done")
LAST = ("step_ended", "trained")
"""Dates of what comes several times: the last within the horizon is not the last of all where some come later."""


def agreement(project: Project, replications: Replications) -> float:
    """Largest difference of any date; infinite where one way never comes to what the other does. [day]"""
    return max(differences(project, replications).values())


def differences(project: Project, replications: Replications) -> Mapping[str, float]:
    """Largest difference of each kind of date, by its name in ``History``. What comes after the horizon never comes. [day]"""
    horizon, found = replications.horizon, {}
    for name, expected in recursion(some_of(project, replications.replicas)).items():
        simulated = getattr(replications.history, name)
        one, other = expected < horizon, simulated < horizon
        apart = np.where(one & other, np.abs(np.where(one, expected, 0.0) - np.where(other, simulated, 0.0)), np.where(one == other, 0.0, np.inf))
        found[name] = float(np.where(one, apart, 0.0).max(initial=0.0) if name in LAST else apart.max(initial=0.0))
    return MappingProxyType(found)


def recursion(project: Project) -> dict[str, Array]:
    """Dates of every replica as the recursions give them, by their names in ``History``. [day]"""
    played, work = play(project), project.collection
    there, shipped = work.examples > 0.0, played.shipped
    dates = {name: _dates(project, getattr(played.collected, name)) for name in OF_BATCHES}
    for name in ("begun", "labelled", "reviewed"):
        dates[name] = np.where(there, dates[name], np.inf)
    dates["done"] = np.where(there, dates["done"], 0.0)
    answers = project.delivery.needs_task & project.delivery.served[:, None]
    launch = np.where(answers, shipped.live[:, None], 0.0).max(axis=0)
    return {
        **dates, "data_ready": played.data_ready, "set_up": shipped.set_up, "router": shipped.router, "step_begun": shipped.begun, "step_ended": shipped.ended,
        "trained": shipped.trained, "live": shipped.live, "launch": launch, "full": np.maximum(launch.max(axis=0), shipped.router),
    }  # fmt: skip


def _dates(project: Project, hours: Array) -> Array:
    """Working time as dates; nothing of what is written happens before it is. [day]"""
    known = np.isfinite(hours)
    return np.where(known, np.maximum(project.calendar.date(np.where(known, hours, 0.0)), project.collection.written), np.inf)
