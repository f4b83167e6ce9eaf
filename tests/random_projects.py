"""Projects for tests of the schedule: made by hand, or at random with everything that can happen to one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from tuneplan.axes import Array
from tuneplan.core.schedule import luck
from tuneplan.core.schedule.batches import waiting_since
from tuneplan.core.schedule.calendar import HOURS_PER_DAY, Calendar, workdays
from tuneplan.core.schedule.collecting import Collection
from tuneplan.core.schedule.people import Staff
from tuneplan.core.schedule.project import Project
from tuneplan.core.schedule.runs import Spot, with_interruptions
from tuneplan.core.schedule.shipping import (
    CHECK,
    DEPLOY,
    HAND_OVER,
    JUDGE,
    MEND,
    PREPARE,
    SEARCH,
    STEPS,
    TRAIN,
    Delivery,
)

MANY = 50
"""More people than anything here can keep busy."""


def calendar_of(*, days: int = 400, weekday: int = 0, worked: tuple[int, ...] = (0, 1, 2, 3, 4), holidays: tuple[int, ...] = (), hours: Array | float = 8.0) -> Calendar:
    """Weekdays from the start on, holidays left out."""
    return Calendar(workdays=workdays(weekday=weekday, days=worked, holidays=holidays, until=days), hours=hours)


def staff(count: int, *, replicas: int = 1, ready: Array | float = 0.0, learning: Array | float = 0.0) -> Staff:
    """People who stay."""
    none = np.empty((0, count, replicas))
    return Staff(ready=np.broadcast_to(np.asarray(ready, dtype=float), (count, replicas)).copy(), stays=none, gaps=none, learning=np.broadcast_to(learning, (replicas,)))


def _by_replica(given: Any) -> Array:
    array = np.asarray(given, dtype=float)
    return array[:, None] if array.ndim == 1 else array


def collection(labelling: Any, *, task: Any = None, annotators: Staff | None = None, reviewers: Staff | None = None, **other: Any) -> Collection:
    """Batches that people make, all there from the first hour on. Arrays ``(batch, replica)``, or ``(batch,)`` for one replica.

    Parameters
    ----------
    other
        Arrays that are not 0 (``examples``: not 10).
    """
    hours = _by_replica(labelling)
    batches, replicas = hours.shape
    zero = np.zeros_like(hours)
    arrays = {name: _by_replica(other.pop(name)) + zero if name in other else zero for name in ("arrives", "written", "reviewing", "reworking", "settling", "rejected", "failed")}
    return Collection(
        task=np.zeros(batches, dtype=int) if task is None else np.asarray(task, dtype=int), generated=np.asarray(other.pop("generated", [False] * batches)),
        examples=_by_replica(other.pop("examples", 10.0)) + zero, labelling=hours, annotators=annotators or staff(1, replicas=replicas),
        reviewers=reviewers or staff(1, replicas=replicas), **arrays, **other,
    )  # fmt: skip


def delivery(needs_task: Any, *, replicas: int = 1, after: Any = (), served: Any = None, spot: Spot | None = None, **other: Any) -> Delivery:
    """Models that are trained, by the tasks of each.

    Parameters
    ----------
    after
        Pairs: the first model starts from the second, which answers nothing.
    other
        Hours of each step by its name with underscores, by model; ``capacity``, ``rounds``, ``there``, ``trained``, by
        model too; ``set_up``, ``router``, ``engineers``, ``runs_at_once``, ``judges``, by replica or one for all.
    """
    models, tasks = len(needs_task), 1 + max((max(each, default=0) for each in needs_task), default=0)
    tasks = other.pop("tasks", tasks)
    needs, starts = np.zeros((models, tasks, replicas), dtype=bool), np.zeros((models, models, replicas), dtype=bool)
    for model, each in enumerate(needs_task):
        needs[model, list(each)] = True
    for model, before in after:
        starts[model, before] = True

    def by_model(name: str, usual: Any) -> Array:
        given = np.asarray(other.pop(name, usual))
        return np.broadcast_to(given[:, None] if given.ndim == 1 else given, (models, replicas)).copy()

    def one(name: str, usual: float) -> Array:
        return np.broadcast_to(np.asarray(other.pop(name, usual), dtype=float), (replicas,)).copy()

    hours = {step: by_model(STEPS[step].replace(" ", "_"), 0.0) for step in range(len(STEPS))}
    rounds, nothing = by_model("rounds", 1.0), np.zeros(replicas)
    spot = spot or Spot(hazard=nothing, between=nothing, restart=nothing, point=np.full((models, replicas), 0.5))
    known = int(min(rounds.max(), 20.0)) if spot.hazard.any() else 1
    every = np.zeros((len(STEPS), known, models, replicas))
    for step in (PREPARE, CHECK, JUDGE, MEND, DEPLOY, HAND_OVER):
        every[step] = hours[step]
    every[SEARCH] = with_interruptions(hours[SEARCH], spot, run=0)
    for number in range(known):
        every[TRAIN, number] = with_interruptions(hours[TRAIN], spot, run=1 + number)
    served_ = np.ones(models, dtype=bool) if served is None else np.asarray(served)
    found = Delivery(
        needs_task=needs, needs_model=starts, there=by_model("there", True).astype(bool), trained=by_model("trained", True).astype(bool),
        served=np.broadcast_to(served_[:, None] if served_.ndim == 1 else served_, (models, replicas)).copy(), hours=every,
        undisturbed=np.stack([hours[SEARCH], hours[TRAIN]]), spot=spot, capacity=by_model("capacity", 0.0), rounds=rounds, set_up=one("set_up", 0.0), router=one("router", 0.0),
        engineers=one("engineers", MANY), runs_at_once=one("runs_at_once", MANY), judges=one("judges", MANY),
    )  # fmt: skip
    assert not other, f"unknown: {sorted(other)}"
    return found


def project(work: Collection, ships: Delivery, calendar: Calendar | None = None) -> Project:
    """A project of both rooms, all replicas draws of one strategy."""
    return Project(shape=(1, 1, work.examples.shape[1]), networks=((),), calendar=calendar or calendar_of(), collection=work, delivery=ships)


def random_project(seed: int, *, replicas: int = 6, plenty: bool = False, undisturbed: bool = False) -> Project:
    """Anything that can happen to a project, in numbers that often meet.

    Parameters
    ----------
    plenty
        Nobody waits for anybody, and nobody leaves or learns.
    undisturbed
        Nothing is random but sizes: all hours are whole, so that many things happen at one moment.
    """
    rng = np.random.default_rng(seed)
    tasks = int(rng.integers(1, 5))
    hours = 8.0 if undisturbed else rng.uniform(3.0, 9.0, replicas)
    worked = ((0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 5, 6), (1, 3))[rng.integers(3)]
    calendar = calendar_of(days=3000 if plenty else int(rng.integers(60, 900)), weekday=int(rng.integers(7)), worked=worked, holidays=tuple(rng.integers(0, 60, 8).tolist()), hours=hours)
    return project(_random_batches(rng, calendar, tasks, replicas, plenty, undisturbed), _random_models(rng, tasks, replicas, plenty, undisturbed), calendar)


def _random_batches(rng: np.random.Generator, calendar: Calendar, tasks: int, replicas: int, plenty: bool, undisturbed: bool) -> Collection:
    people, written = rng.integers(0, 20, 2).tolist()
    batches = people + written
    shape, is_generated = (batches, replicas), np.arange(batches) >= people
    examples = rng.integers(1, 300, shape) * (rng.random(shape) < 0.9).astype(float)
    rejected = np.where(is_generated[:, None], 0.0, np.floor(examples * rng.random(shape) * (rng.random(shape) < 0.7)))
    failed = np.floor(rejected * rng.random(shape) * 0.5)
    size = (lambda most: rng.integers(1, most, shape).astype(float)) if undisturbed else (lambda most: rng.gamma(1.0, most / 3.0, shape) + 1e-3)
    first = rng.integers(0, 3) * calendar.hours * np.ones(replicas)
    there = np.cumsum(np.where(is_generated[:, None], examples, 0.0), axis=0) / float(rng.choice([2.0, 100.0])) + 0.3  # at no whole hour
    made = np.where(is_generated[:, None] & (examples > 0.0), calendar.date(first) + there / HOURS_PER_DAY, 0.0)
    reviews = rng.random(replicas) < 0.8
    work = collection(
        size(20), task=rng.integers(0, tasks, batches), generated=is_generated, examples=examples, rejected=rejected, failed=failed, written=made,
        arrives=np.where(is_generated[:, None], waiting_since(made, calendar), first), reviewing=size(6) * reviews, reworking=np.where(rejected > 0.0, size(5), 0.0),
        settling=np.where(failed > 0.0, size(10), 0.0), annotators=staff(MANY, replicas=replicas, ready=first), reviewers=staff(MANY, replicas=replicas),
    )  # fmt: skip
    return work if plenty else replace(work, annotators=_random_staff(rng, first, replicas, undisturbed), reviewers=_some_places(rng, staff(3, replicas=replicas)))


def _some_places(rng: np.random.Generator, people: Staff) -> Staff:
    count = rng.integers(0 if rng.random() < 0.1 else 1, len(people.ready) + 1, people.ready.shape[1])
    return replace(people, ready=np.where(np.arange(len(people.ready))[:, None] < count, people.ready, np.inf))


def _random_staff(rng: np.random.Generator, first: Array, replicas: int, undisturbed: bool) -> Staff:
    places = int(rng.integers(1, 6))
    people = _some_places(rng, staff(places, replicas=replicas, ready=first + rng.integers(0, 9), learning=float(rng.choice([0.0, 1.0] if undisturbed else [0.0, 0.15]))))
    if rng.random() < 0.3:
        return people
    if undisturbed:  # whole hours again
        people = replace(people, learning=np.zeros(replicas))
    shape = (8, places, replicas)
    stays = rng.integers(5, 60, shape).astype(float) if undisturbed else rng.exponential(float(rng.choice([8.0, 40.0, 400.0])), shape)
    return replace(people, stays=stays, gaps=np.full(shape, float(rng.integers(0, 20))))


def _random_models(rng: np.random.Generator, tasks: int, replicas: int, plenty: bool, undisturbed: bool) -> Delivery:
    models = int(rng.integers(1, 6))
    shape, served = (models, replicas), rng.random(models) < 0.6
    needs_task = [rng.choice(tasks, rng.integers(0, tasks + 1), replace=False).tolist() for _ in range(models)]
    after = [(model, before) for model in range(models) for before in range(model) if not served[before] and rng.random() < 0.4]
    size = (lambda most: rng.integers(0, most, shape).astype(float)) if undisturbed else (lambda most: rng.gamma(1.0, most / 3.0, shape) * (rng.random(shape) < 0.8))
    crews = {name: float(MANY) if plenty else rng.integers(0 if rng.random() < 0.1 else 1, 4, replicas) for name in ("engineers", "runs_at_once", "judges")}
    trained = rng.random(shape) < 0.8
    train = np.where(trained, size(40) + 1.0, 0.0)
    spot = None
    if rng.random() < 0.6:
        hazard, between = rng.choice([0.0, 0.02, 0.3]), rng.choice([0.0, 2.0])
        spot = Spot(hazard=np.full(replicas, hazard), between=np.full(replicas, between), restart=np.full(replicas, 0.25), point=np.full(shape, 0.5) if undisturbed else rng.random(shape))
    return delivery(
        needs_task, tasks=tasks, replicas=replicas, after=after, served=served, spot=spot, there=rng.random(shape) < 0.95 if not after else True, trained=trained, prepare=size(30),
        search=np.where(trained, size(30), 0.0), train=train, check=size(10), judge=size(20), mend=size(30), deploy=size(20), hand_over=size(20), capacity=size(9),
        rounds=np.where(served[:, None], luck.tries_until(rng.random(shape), np.asarray(rng.choice([0.0, 0.05, 0.5, 0.9, 1.0], p=[0.05, 0.05, 0.4, 0.4, 0.1]))), 1.0),
        set_up=size(30)[0], router=size(30)[0], **crews,
    )  # fmt: skip
