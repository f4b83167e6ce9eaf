"""Models: prepared, tuned, trained, judged, sent back at the gate or deployed, and handed over.

The law of this room, from which both ways to simulate it follow:

- Engineers set up training first (or write prompts, where nothing is trained). A model is prepared once that is done, all
  examples of its tasks are there, and the models that it starts from are trained.
- Its trial runs come one after another, since each looks at the last, then its final run. Each of the two waits
  for capacity, then in line for the GPUs of one run. Runs go on at night.
- Only models that answer requests are checked: by machines, then by judges. At the gate a model passes, or
  engineers mend it and it is trained and checked again.
- A model that passed is deployed by engineers and handed over, and is live. The router is built once training is
  set up; all of it has shipped when every model is live and the router works.
- Who asks first is served first, in every line; of equals the first model, and the router last. What takes no
  time needs nobody, and trial runs that take none wait for no capacity.
- A model that only others start from is done once it is trained, or at once where there is nothing to train it on.

Times are days of calendar time since the start; work of people is in hours of working time.
"""

from __future__ import annotations

from dataclasses import dataclass

from tuneplan.axes import Array
from tuneplan.core.coefficients import Coefficient
from tuneplan.core.schedule.calendar import HOURS_PER_DAY, Calendar
from tuneplan.core.schedule.runs import Spot
from tuneplan.late import np

MOST_ROUNDS = 20.0
"""Times that a model is checked before it is given up."""
COEFFICIENTS = (Coefficient(name="MOST_ROUNDS", value=MOST_ROUNDS, source="assumed", as_of="2026-11", doc="Times that a model is checked before it is given up."),)
STEPS = ("prepare", "search", "train", "check", "judge", "mend", "deploy", "hand over")
"""What happens to a model, in this order; ``mend`` only to one that the gate sends back, which goes on with ``train``."""
PREPARE, SEARCH, TRAIN, CHECK, JUDGE, MEND, DEPLOY, HAND_OVER = range(len(STEPS))
ENGINEERS, GPUS, JUDGES, NOBODY = range(4)
WHO = (ENGINEERS, GPUS, GPUS, NOBODY, JUDGES, ENGINEERS, ENGINEERS, NOBODY)
"""Who is needed for each step."""
OF_PEOPLE = (True, False, False, False, True, True, True, True)
"""Whether a step goes on in working time alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Models of each replica, and who works on them; arrays ``(model, replica)`` but where another shape is given.

    Attributes
    ----------
    needs_task, needs_model
        Whose examples, and which models, a model waits for; ``(model, task, replica)`` and ``(model, model, replica)`` of bool.
    there, trained, served
        Whether a replica has the model at all, whether it is trained, and whether it answers requests. Of bool.
    hours
        Of each step, as often as it comes: of people in working time, of a run its GPUs' time with all that
        interrupts it, training once a round. ``(step, round, model, replica)``, a round alone where all are equal. [hour]
    undisturbed, spot
        Hours of the search and of a final run were nothing ever taken away, ``(2, model, replica)``, and how it is.
    capacity
        Hours until a run gets capacity, before it stands in line. ``(model, replica)``
    rounds
        Times that a model is checked until it passes; infinite: it never does.
    set_up, router
        Engineers' hours for each; 0: none is needed. ``(replica,)``
    engineers, runs_at_once, judges
        How many work, or run, at once. ``(replica,)`` of whole numbers
    """

    needs_task: Array
    needs_model: Array
    there: Array
    trained: Array
    served: Array
    hours: Array
    undisturbed: Array
    spot: Spot
    capacity: Array
    rounds: Array
    set_up: Array
    router: Array
    engineers: Array
    runs_at_once: Array
    judges: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """When models were worked on; days of calendar time, infinite where never.

    Attributes
    ----------
    set_up, router
        When each was done. ``(replica,)``
    begun, ended
        First begin and last end of each step; NaN where it did not happen. ``(step, model, replica)``
    live
        When a model answers requests; 0 where there is no such model. ``(model, replica)``
    trained
        When its last run ended. ``(model, replica)``
    engineering, computing, judging
        Working hours of engineers and judges, hours of runs. ``(replica,)``
    waited
        Hours in line for engineers, GPUs and judges. ``(3, replica)`` [hour of calendar time]
    """

    set_up: Array
    router: Array
    begun: Array
    ended: Array
    live: Array
    trained: Array
    engineering: Array
    computing: Array
    judging: Array
    waited: Array


def ship(work: Delivery, data_ready: Array, calendar: Calendar) -> Shipped:
    """Work through all models of all replicas, the next event of each at a time.

    Parameters
    ----------
    data_ready
        When the last example of each task was there. ``(task, replica)`` [day]
    """
    floor = _Floor.opened(work, data_ready, calendar)
    while len(columns := floor.waiting()):
        floor.move(columns)
    return floor.closed()


@dataclass(slots=True, kw_only=True)
class _Floor:
    """All that changes while models are worked on; flat arrays are read by ``row * replicas + column``."""

    work: Delivery
    calendar: Calendar
    set_up: Array
    ready: Array
    begins_at: Array
    missing: Array
    step: Array
    round: Array
    free: Array
    rows: tuple[tuple[int, int], ...]
    begun: Array
    ended: Array
    live: Array
    trained: Array
    router: Array
    spent: Array
    waited: Array

    @classmethod
    def opened(cls, work: Delivery, data_ready: Array, calendar: Calendar) -> _Floor:
        """The state once training is set up, which is what engineers do first."""
        models, replicas = work.there.shape
        some = work.engineers > 0.0
        set_up = np.where(work.set_up > 0.0, np.where(some, calendar.date(work.set_up), np.inf), 0.0)
        data = np.where(work.needs_task, data_ready[None], 0.0).max(axis=1)
        begins_at, missing = np.maximum(data, set_up), work.needs_model.sum(axis=1)
        ready = np.where(work.there & (missing == 0), begins_at, np.inf)
        ready = _flat(np.concatenate([ready, np.where(work.router > 0.0, set_up, np.inf)[None]]))
        places = [int(min(each.max(), models + 1)) for each in (work.engineers, work.runs_at_once, work.judges)]
        free = [np.where(np.arange(count)[:, None] < each, 0.0, np.inf) for count, each in zip(places, (work.engineers, work.runs_at_once, work.judges), strict=True)]
        if places[ENGINEERS]:
            free[ENGINEERS][0] = np.where(some, set_up, np.inf)
        ends = np.cumsum([0, *places]).tolist()
        nan = np.full((len(STEPS), models, replicas), np.nan)
        return cls(
            work=work, calendar=calendar, set_up=set_up, ready=ready, begins_at=begins_at, missing=missing,
            step=np.zeros((models, replicas), dtype=np.intp), round=np.ones((models, replicas)), free=_flat(np.concatenate([*free, np.full((1, replicas), np.inf)])),
            rows=tuple(zip(ends[:-1], ends[1:], strict=True)), begun=nan, ended=nan.copy(), live=_flat(np.where(work.there & work.served, np.inf, 0.0)),
            trained=_flat(np.where(work.there & work.trained, np.inf, 0.0)), router=np.where(work.router > 0.0, np.inf, 0.0),
            spent=np.stack([work.set_up * some, np.zeros(replicas), np.zeros(replicas)]), waited=np.zeros((3, replicas)),
        )  # fmt: skip

    def waiting(self) -> Array:
        """Replicas in which something still waits to be done."""
        return np.flatnonzero(np.isfinite(self.ready.min(axis=0)))

    def move(self, columns: Array) -> None:
        """The next event of some replicas: who has asked first, of equals the first model, the router last, takes a place."""
        models, replicas = self.work.there.shape
        ready = self.ready[:, columns]
        job = ready.argmin(axis=0)
        asks, is_router = ready[job, np.arange(len(columns))], job == models
        cell = np.minimum(job, models - 1) * replicas + columns
        step = np.where(is_router, PREPARE, self.step.ravel()[cell])
        hours = np.where(is_router, self.work.router[columns], self._hours(step, cell))
        who = np.where(hours > 0.0, np.take(WHO, step), NOBODY)
        place, free = self._place(who, columns), self.free.ravel()
        begins = np.where(who == NOBODY, asks, np.maximum(asks, free[place]))
        ends = self._end(columns, step, begins, hours)
        free[place] = np.where(who == NOBODY, np.inf, ends)
        self._count(columns, who, begins - asks, np.where(np.isfinite(ends), hours, 0.0))
        self.ready.ravel()[job * replicas + columns] = np.inf
        self.router[columns[is_router]] = ends[is_router]
        self._go_on(columns[~is_router], cell[~is_router], step[~is_router], begins[~is_router], ends[~is_router])

    def _place(self, who: Array, columns: Array) -> Array:
        """The place that is free first, of those who are needed; the last row where nobody is."""
        replicas = self.free.shape[1]
        place = np.full(len(columns), len(self.free) - 1)
        for pool, (first, last) in enumerate(self.rows):
            if last > first:
                here = np.flatnonzero(who == pool)
                place[here] = first + self.free[first:last, columns[here]].argmin(axis=0)
        return place * replicas + columns

    def _hours(self, step: Array, cell: Array) -> Array:
        """How long a step of a model takes in its round."""
        _, rounds, models, replicas = self.work.hours.shape
        number = np.minimum(self.round.ravel()[cell] - 1.0, rounds - 1.0).astype(np.intp)
        return self.work.hours.ravel()[(step * rounds + number) * models * replicas + cell]  # type: ignore[no-any-return]

    def _end(self, columns: Array, step: Array, begins: Array, hours: Array) -> Array:
        ends = begins + hours / HOURS_PER_DAY
        people = np.flatnonzero(np.take(OF_PEOPLE, step))
        ends[people] = self.calendar.of(columns[people]).after(begins[people], hours[people])
        return ends  # type: ignore[no-any-return]

    def _count(self, columns: Array, who: Array, line: Array, hours: Array) -> None:
        needed = who != NOBODY
        cells = who[needed] * self.spent.shape[1] + columns[needed]
        self.spent.ravel()[cells] += hours[needed]
        self.waited.ravel()[cells] += np.where(np.isfinite(line[needed]), line[needed], 0.0) * HOURS_PER_DAY

    def _go_on(self, columns: Array, cell: Array, step: Array, begins: Array, ends: Array) -> None:
        """What comes next for the models that were worked on."""
        work, trained, served = self.work, self.work.trained.ravel()[cell], self.work.served.ravel()[cell]
        models, replicas = self.work.there.shape
        log = step * models * replicas + cell
        begun = self.begun.ravel()
        begun[log] = np.where(np.isnan(begun[log]), begins, begun[log])
        self.ended.ravel()[log] = ends
        last = (step == JUDGE) & (self.round.ravel()[cell] >= np.minimum(work.rounds.ravel()[cell], MOST_ROUNDS))
        passed = last & (work.rounds.ravel()[cell] <= MOST_ROUNDS)
        following = np.select(
            [step == PREPARE, step == SEARCH, step == TRAIN, step == CHECK, step == JUDGE, step == MEND, step == DEPLOY],
            [np.where(trained, SEARCH, CHECK), TRAIN, CHECK, JUDGE, np.where(passed, DEPLOY, MEND), np.where(trained, TRAIN, CHECK), HAND_OVER],
            default=PREPARE,
        )  # fmt: skip
        runs = (following == TRAIN) | ((following == SEARCH) & (work.undisturbed[0].ravel()[cell] > 0.0))
        wait = np.where(runs, work.capacity.ravel()[cell], 0.0) / HOURS_PER_DAY
        is_trained = step == TRAIN
        begins_others = ~served & (is_trained | ((step == PREPARE) & ~trained))
        over = (step == HAND_OVER) | begins_others | (last & ~passed)
        self.ready.ravel()[cell] = np.where(over, np.inf, ends + wait)
        self.step.ravel()[cell] = following
        self.round.ravel()[cell] += following == MEND
        self.live.ravel()[cell] = np.where(step == HAND_OVER, ends, self.live.ravel()[cell])
        self.trained.ravel()[cell] = np.where(is_trained, ends, self.trained.ravel()[cell])
        if work.needs_model.any():
            self._start_who_waited(columns[begins_others], cell[begins_others] // replicas, ends[begins_others])

    def _start_who_waited(self, columns: Array, model: Array, ends: Array) -> None:
        """Models that start from one that is now trained."""
        for later in range(len(self.missing)):
            waits = self.work.needs_model[later, model, columns]
            here = columns[waits]
            self.missing[later, here] -= 1
            self.begins_at[later, here] = np.maximum(self.begins_at[later, here], ends[waits])
            whole = here[self.missing[later, here] == 0]
            self.ready[later, whole] = self.begins_at[later, whole]

    def closed(self) -> Shipped:
        """What came of it."""
        return Shipped(
            set_up=self.set_up, router=self.router, begun=self.begun, ended=self.ended, live=self.live, trained=self.trained,
            engineering=self.spent[ENGINEERS], computing=self.spent[GPUS], judging=self.spent[JUDGES], waited=self.waited,
        )  # fmt: skip


def _flat(array: Array) -> Array:
    """Row after row in memory, so that its ``ravel`` is itself: numpy lays out what it makes as it found what it was made of."""
    return np.ascontiguousarray(array)
