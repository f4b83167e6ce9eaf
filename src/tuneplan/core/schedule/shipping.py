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

from dataclasses import dataclass, replace
from typing import Any

from tuneplan.axes import Array, Mask
from tuneplan.core.coefficients import Coefficient
from tuneplan.core.schedule.calendar import HOURS_PER_DAY, Calendar
from tuneplan.core.schedule.crews import Crew
from tuneplan.core.schedule.people import first_of
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
OVER = len(STEPS)
_FOLLOWING = (CHECK, OVER, OVER, OVER, OVER, CHECK, HAND_OVER, OVER, SEARCH, TRAIN, CHECK, JUDGE, OVER, TRAIN, HAND_OVER, OVER)
"""What comes after each step of a model that is not trained, then of one that is; the gate decides what comes after judges."""


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

    needs_task: Mask
    needs_model: Mask
    there: Mask
    trained: Mask
    served: Mask
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
    read_flat: dict[str, Any] = {name: np.ascontiguousarray(getattr(work, name)) for name in ("hours", "capacity", "rounds", "trained", "served")}
    floor = _opened(replace(work, **read_flat), data_ready, calendar)
    while floor.move():
        pass
    return _closed(floor)


@dataclass(slots=True, kw_only=True)
class _Floor:
    """All that changes while models are worked on; arrays by model, the router behind them, are read flat, ``row * replicas + column``.

    Attributes
    ----------
    left
        Replicas in which something is still to be done. ``(replica,)`` of int
    ready
        When the next step of each can begin; infinite: there is none. ``(model and router, replica)`` [day]
    step, round
        What that is, and in which round. ``(model, replica)``
    missing, begins_at
        Models that one still waits for, and the latest of what it waited for so far. ``(model, replica)``
    crews
        Engineers, places for runs, and judges.
    """

    work: Delivery
    calendar: Calendar
    set_up: Array
    left: Mask
    ready: Array
    step: Mask
    round: Array
    missing: Mask
    begins_at: Array
    crews: tuple[Crew, ...]
    begun: Array
    ended: Array
    live: Array
    trained: Array
    router: Array

    def move(self) -> bool:
        """The next event of each replica: who has asked first, of equals the first model, the router last, takes a place; whether there was any."""
        models, replicas = self.work.there.shape
        row, asks = first_of(self.ready if len(self.left) == replicas else self.ready.take(self.left, axis=1))
        some = np.flatnonzero(np.isfinite(asks))
        self.left = columns = self.left.take(some)
        cell, asks = row[some] * replicas + columns, asks[some]
        self.ready.ravel()[cell] = np.inf
        of_model = cell < models * replicas
        routes = columns[~of_model]
        self.router[routes] = self.crews[ENGINEERS].serve(routes, self.set_up[routes], self.work.router[routes])[1]
        self._work_on(columns[of_model], cell[of_model], asks[of_model])
        return len(columns) > 0

    def _work_on(self, columns: Mask, cell: Mask, asks: Array) -> None:
        """One step of one model in each of some replicas."""
        step = self.step.ravel().take(cell)
        hours = self._hours(step, cell)
        who = np.where(hours > 0.0, np.take(WHO, step), NOBODY)
        begins, ends = asks.copy(), asks.copy()
        for pool in (ENGINEERS, GPUS, JUDGES):
            if len(here := np.flatnonzero(who == pool)):
                begins[here], ends[here] = self.crews[pool].serve(columns[here], asks[here], hours[here])
        self._log(step, cell, begins, ends)
        self._go_on(columns, cell, step, ends)

    def _hours(self, step: Mask | int, cell: Mask) -> Array:
        """How long a step of a model takes in its round."""
        _, rounds, models, replicas = self.work.hours.shape
        block = step * rounds + (np.minimum(self.round.ravel().take(cell) - 1.0, rounds - 1.0).astype(np.intp) if rounds > 1 else 0)
        return self.work.hours.ravel().take(block * (models * replicas) + cell)  # type: ignore[no-any-return]

    def _log(self, step: Mask | int, cell: Mask, begins: Array, ends: Array) -> None:
        """Note when a step was done."""
        place = step * self.step.size + cell
        begun = self.begun.ravel()
        begun[place] = np.minimum(begun.take(place), begins)
        self.ended.ravel()[place] = ends

    def _go_on(self, columns: Mask, cell: Mask, step: Mask, ends: Array) -> None:
        """What comes next for the models that were worked on; checks and handing over, which wait for nobody, at once."""
        following = np.take(_FOLLOWING, step + len(STEPS) * self.work.trained.ravel().take(cell))
        asks, goes_on = ends.copy(), np.isfinite(ends)
        if (ran := np.flatnonzero(step == TRAIN)).size:
            self.trained.ravel()[cell[ran]] = ends[ran]
        if (judged := np.flatnonzero(step == JUDGE)).size:
            following[judged] = self._at_the_gate(cell[judged])
        if (runs := np.flatnonzero((following == SEARCH) | (following == TRAIN))).size:
            asks[runs] += np.where(self._hours(following[runs], cell[runs]) > 0.0, self.work.capacity.ravel().take(cell[runs]), 0.0) / HOURS_PER_DAY
        if (made := np.flatnonzero((following == CHECK) & goes_on)).size:
            served = self.work.served.ravel().take(cell[made])
            self._start_who_waited(columns[made[~served]], cell[made[~served]], ends[made[~served]])
            following[made] = np.where(served, JUDGE, OVER)
            checked = made[served]
            asks[checked] = ends[checked] + self._hours(CHECK, cell[checked]) / HOURS_PER_DAY
            self._log(CHECK, cell[checked], ends[checked], asks[checked])
        if (deployed := np.flatnonzero((following == HAND_OVER) & goes_on)).size:
            here = cell[deployed]
            live = self.calendar.of(columns[deployed]).after(ends[deployed], self._hours(HAND_OVER, here))
            self.live.ravel()[here] = live
            self._log(HAND_OVER, here, ends[deployed], live)
        self.ready.ravel()[cell] = np.where(following >= HAND_OVER, np.inf, asks)
        self.step.ravel()[cell] = following

    def _at_the_gate(self, cell: Mask) -> Mask:
        """What comes after judges: deployment, mending for another round, or nothing where it never passes."""
        round, rounds = self.round.ravel().take(cell), self.work.rounds.ravel().take(cell)
        passes = round >= rounds
        again = ~passes & (round < MOST_ROUNDS)
        self.round.ravel()[cell] = round + again
        return np.where(passes, DEPLOY, np.where(again, MEND, OVER))  # type: ignore[no-any-return]

    def _start_who_waited(self, columns: Mask, cell: Mask, ends: Array) -> None:
        """Models that start from one that is now trained."""
        model = cell // self.ready.shape[1]
        for later in range(len(self.missing) if len(columns) else 0):
            waits = self.work.needs_model[later, model, columns]
            here = columns[waits]
            self.missing[later, here] -= 1
            self.begins_at[later, here] = np.maximum(self.begins_at[later, here], ends[waits])
            whole = here[self.missing[later, here] == 0]
            self.ready[later, whole] = self.begins_at[later, whole]


def _opened(work: Delivery, data_ready: Array, calendar: Calendar) -> _Floor:
    """The state once training is set up, which is what engineers do first."""
    models, replicas = work.there.shape
    some = work.engineers > 0.0
    set_up = np.where(work.set_up > 0.0, np.where(some, calendar.date(work.set_up), np.inf), 0.0)
    begins_at = np.stack([np.maximum(np.where(needs, data_ready, 0.0).max(axis=0), set_up) for needs in work.needs_task])
    missing = np.stack([needs.sum(axis=0) for needs in work.needs_model])
    ready = np.where(work.there & (missing == 0), begins_at, np.inf)
    crews = tuple(Crew.of(count, models + 1, days) for count, days in ((work.engineers, calendar), (work.runs_at_once, None), (work.judges, calendar)))
    crews[ENGINEERS].free[:1] = np.where(some, set_up, np.inf)
    crews[ENGINEERS].busy[:] = work.set_up * some
    never = np.full((models, replicas), np.inf)
    return _Floor(
        work=work, calendar=calendar, set_up=set_up, left=np.arange(replicas), ready=np.array([*ready, np.where(work.router > 0.0, set_up, np.inf)]),
        step=np.full((models, replicas), PREPARE), round=np.ones((models, replicas)), missing=missing, begins_at=begins_at, crews=crews,
        begun=np.full((len(STEPS), models, replicas), np.inf), ended=np.full((len(STEPS), models, replicas), np.nan),
        live=never, trained=never.copy(), router=np.where(work.router > 0.0, np.inf, 0.0),
    )  # fmt: skip


def _closed(floor: _Floor) -> Shipped:
    """What came of it."""
    work = floor.work
    return Shipped(
        set_up=floor.set_up, router=floor.router, begun=np.where(np.isnan(floor.ended), np.nan, floor.begun), ended=floor.ended,
        live=np.where(work.there & work.served, floor.live, 0.0), trained=np.where(work.there & work.trained, floor.trained, 0.0),
        engineering=floor.crews[ENGINEERS].busy, computing=floor.crews[GPUS].busy, judging=floor.crews[JUDGES].busy, waited=np.stack([crew.waited for crew in floor.crews]),
    )  # fmt: skip
