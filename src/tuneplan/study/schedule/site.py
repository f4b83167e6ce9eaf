"""Where one replica happens: its clock and numbers, who is at hand, and what has been noted so far."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import simpy

from tuneplan.core.schedule.shipping import STEPS
from tuneplan.study.schedule.clock import Clock
from tuneplan.study.schedule.records import RESOURCES
from tuneplan.study.schedule.replica import Replica
from tuneplan.study.schedule.trace import BOUGHT, COUNTS, LEFT, History, Row

ANNOTATORS, REVIEWERS, ENGINEERS, GPUS, JUDGES = range(len(RESOURCES))


@dataclass(slots=True, kw_only=True)
class Site:
    """All that changes while one replica is simulated.

    Attributes
    ----------
    log
        Where rows are noted; None: nowhere.
    crews
        Engineers, places for runs and judges, by their number among ``RESOURCES``; None where there are none.
    data, ready
        Happens when all examples of a task are there, and when a model is trained that others start from.
    missing
        Batches of each task that are not done.
    under_way
        Examples of each batch that nobody has in a line or in her hands: not handed out, not written, or in adjudication.
    """

    clock: Clock
    replica: Replica
    log: list[Row] | None
    crews: dict[int, simpy.Resource | None]
    data: list[simpy.Event]
    is_set_up: simpy.Event
    ready: list[simpy.Event]
    missing: list[int]
    under_way: dict[int, float]
    dates: dict[str, list[float]]
    step_begun: list[list[float]]
    step_ended: list[list[float]]
    counts: list[float] = field(default_factory=lambda: [0.0] * len(COUNTS))
    busy: list[float] = field(default_factory=lambda: [0.0] * len(RESOURCES))
    waited: list[float] = field(default_factory=lambda: [0.0] * len(RESOURCES))
    set_up: float = math.inf
    router: float = math.inf

    @classmethod
    def of(cls, replica: Replica, log: list[Row] | None) -> Site:
        """Before anything happened."""
        clock, batches, models = Clock(), replica.batches, replica.models
        there = [examples > 0.0 for examples in batches.examples]
        never, nothing = [math.inf] * len(there), [math.nan] * len(models.there)
        site = cls(
            clock=clock, replica=replica, log=log, data=[clock.event() for _ in range(replica.tasks)], is_set_up=clock.event(), ready=[clock.event() for _ in models.there],
            crews={crew: simpy.Resource(clock, count) if count > 0 else None for crew, count in zip((ENGINEERS, GPUS, JUDGES), models.crews, strict=True)},
            missing=[0] * replica.tasks, under_way={}, step_begun=[nothing.copy() for _ in STEPS], step_ended=[nothing.copy() for _ in STEPS],
            dates={
                **{name: never.copy() for name in ("begun", "labelled", "reviewed")}, "done": [math.inf if is_there else 0.0 for is_there in there],
                "data_ready": [0.0] * replica.tasks, "trained": _awaited(models.there, models.trained), "live": _awaited(models.there, models.served),
            },
        )  # fmt: skip
        for batch in np.flatnonzero(there).tolist():
            site.missing[batches.task[batch]] += 1
            site.under_way[batch] = batches.examples[batch]
        site.counts[BOUGHT] = sum(batches.examples)
        site.dates["data_ready"] = [math.inf if missing else 0.0 for missing in site.missing]
        for task, missing in enumerate(site.missing):
            if not missing:
                site.data[task].succeed()
        return site

    def note(self, process: str, number: int, event: str, *, resource: int = -1, batch: int = -1, model: int = -1, examples: float = 0.0) -> None:
        """Write a row where anybody reads it."""
        if self.log is not None:
            name = f"{process} {number}" if number >= 0 else process
            self.log.append(Row(self.clock.now, name, event, RESOURCES[resource] if resource >= 0 else "", batch, model, examples))

    def accept(self, batch: int) -> None:
        """All examples of a batch can be trained on."""
        now, task = self.clock.now, self.replica.batches.task[batch]
        self.dates["done"][batch] = now
        self.missing[task] -= 1
        self.note("batch", batch, "done", batch=batch, examples=self.replica.batches.examples[batch])
        if not self.missing[task]:
            self.dates["data_ready"][task] = now
            self.data[task].succeed()

    def closed(self, left: float) -> History:
        """What came of it, and how many examples were found on their way."""
        models, dates = self.replica.models, self.dates
        self.counts[LEFT] = left
        launch = [max((dates["live"][model] for model, served in enumerate(models.served) if served and task in models.tasks[model]), default=0.0) for task in range(self.replica.tasks)]
        return History(
            **{name: np.array(each) for name, each in dates.items()}, set_up=np.array(self.set_up), router=np.array(self.router),
            step_begun=np.array(self.step_begun), step_ended=np.array(self.step_ended), launch=np.array(launch), full=np.array(max([*launch, self.router])),
            counts=np.array(self.counts), busy=np.array(self.busy), waited=np.array(self.waited),
        )  # fmt: skip


def _awaited(there: list[bool], ever: list[bool]) -> list[float]:
    return [math.inf if one and other else 0.0 for one, other in zip(there, ever, strict=True)]
