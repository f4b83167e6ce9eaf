"""From the numbers of a run to projects: a collection of batches and a delivery of models, one a replica.

A replica is one draw of one strategy in one scenario; replicas stand in this order on one axis.
"""

from __future__ import annotations

from dataclasses import dataclass

from tuneplan.axes import Array
from tuneplan.core.arrays import Inputs
from tuneplan.core.coefficients import Coefficient
from tuneplan.core.derived import Arrays
from tuneplan.core.schedule import luck
from tuneplan.core.schedule.calendar import HOURS_PER_DAY, Calendar
from tuneplan.core.schedule.collecting import Collection
from tuneplan.core.schedule.declared import MOST_BATCHES, PEOPLE_OF_A_PLACE
from tuneplan.core.schedule.network import Node, network_of
from tuneplan.core.schedule.people import Staff
from tuneplan.core.schedule.runs import Spot, with_interruptions
from tuneplan.core.schedule.shipping import (
    CHECK,
    DEPLOY,
    HAND_OVER,
    JUDGE,
    MEND,
    MOST_ROUNDS,
    PREPARE,
    SEARCH,
    STEPS,
    TRAIN,
    Delivery,
)
from tuneplan.late import np
from tuneplan.units import DAYS_PER_MONTH, MINUTES_PER_HOUR

REJECTS_SPREAD = 0.5
"""How much batches differ in what is rejected: standard deviation of the logarithm of the share; assumed."""
CAPACITY_SPREAD = 1.0
"""How much the wait for capacity differs from run to run: standard deviation of its logarithm; assumed."""
COEFFICIENTS = (
    Coefficient(name="REJECTS_SPREAD", value=REJECTS_SPREAD, source="assumed", as_of="2026-11",
                doc="How much batches differ in what is rejected: standard deviation of the logarithm of the share."),
    Coefficient(name="CAPACITY_SPREAD", value=CAPACITY_SPREAD, source="assumed", as_of="2026-11",
                doc="How much the wait for capacity differs from run to run: standard deviation of its logarithm."),
)  # fmt: skip

DAYS_OF_A_WEEK = 7.0


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


class _Flat:
    """Numbers of the four axes with replicas last."""

    def __init__(self, inputs: Inputs, shape: tuple[int, int, int]) -> None:
        self.arrays, self.shape = Arrays(inputs), shape
        self.read: dict[str, None] = {}

    def spread(self, array: Array) -> Array:
        """``(scenario, strategy, row, draw)`` -> ``(row, replica)``"""
        scenarios, strategies, draws = self.shape
        whole = np.broadcast_to(array, (scenarios, strategies, array.shape[2], draws))
        return np.moveaxis(whole, 2, 0).reshape(array.shape[2], -1)

    def rows(self, name: str) -> Array:
        """By task. ``(task, replica)``"""
        self.read[name] = None
        array = self.arrays[name]
        return self.spread(np.broadcast_to(array, (*array.shape[:2], len(self.arrays["structure"].tasks), array.shape[3])))

    def whole(self, name: str) -> Array:
        """What is neither by task nor by request, uncut. ``(scenario, strategy, row, draw)``"""
        return self.arrays.inputs[name]

    def one(self, name: str) -> Array:
        """A number of the strategy or scenario. ``(replica,)``"""
        self.read[name] = None
        return self.spread(self.arrays[name])[0]


def project_of(inputs: Inputs) -> Project:
    """Projects of all scenarios, strategies and draws of a block of numbers."""
    data, models = (_Flat(inputs, _shape(inputs)) for _ in range(2))
    return _project(inputs, data, models)


def read_by_phases(inputs: Inputs) -> dict[str, tuple[str, ...]]:
    """Numbers and derived arrays that a project's data are made of, and its models, found by making it."""
    data, models = (_Flat(inputs, _shape(inputs)) for _ in range(2))
    _project(inputs, data, models)
    return {"data": tuple(data.read), "models": tuple(models.read)}


def _shape(inputs: Inputs) -> tuple[int, int, int]:
    scenarios, _, _, draws = inputs["is_timed"].shape
    return scenarios, len(inputs.structure.strategies), draws


def _project(inputs: Inputs, data: _Flat, models: _Flat) -> Project:
    calendar = Calendar(workdays=inputs["workdays"][0, 0, :, 0], hours=models.one("working_hours"))
    networks = tuple(network_of(spec.grouping) for spec in inputs.structure.strategies)
    return Project(
        shape=data.shape, networks=networks, calendar=calendar, collection=_collection(data, calendar, in_turn=bool(inputs["in_turn"].any())),
        delivery=_delivery(models, networks),
    )  # fmt: skip


# --- data -----------------------------------------------------------------------------------------


def _collection(flat: _Flat, calendar: Calendar, *, in_turn: bool) -> Collection:
    """Batches of each task, those that people make first, then generated ones."""
    bought, written = np.ceil(flat.rows("bought")), flat.rows("synthetic_share")
    generated = np.ceil(bought * written)
    amounts = np.concatenate([bought - generated, generated])
    size = _size_of_batches(amounts, flat.one("batch"))
    counts = np.ceil(amounts / size)
    tasks, most = len(bought), counts.max(axis=1).astype(int)
    order = sorted(((number, row) for row in range(2 * tasks) for number in range(int(most[row]))), key=lambda each: (each[1] >= tasks, each if in_turn else each[::-1]))
    numbers, rows = np.array([number for number, _ in order], dtype=np.intp), np.array([row for _, row in order], dtype=np.intp)
    whole = np.floor(amounts / np.maximum(counts, 1.0))
    more = amounts - whole * counts
    there = numbers[:, None] < counts[rows]
    examples = np.where(there, whole[rows] + (numbers[:, None] < more[rows]), 0.0)
    task, is_generated = rows % tasks, rows >= tasks
    pick = _picked(flat, task, numbers, int(most.max(initial=0)))
    each = 1.0 / flat.rows("made_an_hour")[task] * luck.spread_around(pick("batch_luck", 0), flat.one("batch_spread"))
    chance = np.minimum(flat.one("rejected_share") * luck.spread_around(pick("batch_luck", 1), REJECTS_SPREAD), 1.0)
    rejected = np.where(is_generated[:, None], 0.0, np.floor(examples * chance + 0.5))
    failed = np.floor(rejected * chance + 0.5)
    day, effort = flat.one("working_hours"), flat.one("review_effort")
    first = flat.one("guidelines") * day
    written = _written(flat, calendar, first, examples, is_generated)
    return Collection(
        task=task, generated=is_generated, examples=examples, written=written,
        arrives=np.where(is_generated[:, None], calendar.worked(written), first), labelling=examples * each, reviewing=examples * each * effort, reworking=rejected * each * (1.0 + effort),
        settling=np.where(failed > 0.0, flat.one("settling") * day, 0.0), rejected=rejected, failed=failed,
        annotators=_annotators(flat, first, day), reviewers=_reviewers(flat.one("reviewers")),
    )  # fmt: skip


def _size_of_batches(amounts: Array, usual: Array) -> Array:
    """Examples of a batch; larger than usual where there would be more than can be followed. ``(replica,)``"""
    count = np.ceil(amounts / usual).sum(axis=0)
    return np.maximum(usual, usual * count / MOST_BATCHES)  # type: ignore[no-any-return]


def _picked(flat: _Flat, task: Array, number: Array, most: int):  # type: ignore[no-untyped-def]
    """Numbers of a stream for each batch: its task's stream, at its own place."""

    def pick(name: str, which: int) -> Array:
        by_task = luck.stream(flat.whole(name)[0, 0], 2 * most)  # (2 most, task, draw)
        scenarios, strategies, draws = flat.shape
        here = by_task[2 * number + which, task][:, None]
        return np.broadcast_to(here, (len(task), scenarios * strategies, draws)).reshape(len(task), scenarios * strategies * draws)

    return pick


def _written(flat: _Flat, calendar: Calendar, first: Array, examples: Array, generated: Array) -> Array:
    """When each generated batch is there: one after another, at night too. [day]"""
    written = np.zeros_like(examples)
    if generated.any():
        written[generated] = calendar.date(first) + np.cumsum(examples[generated], axis=0) / flat.one("generation_rate") / HOURS_PER_DAY
    return np.where(examples > 0.0, written, 0.0)


def _annotators(flat: _Flat, first: Array, day: Array) -> Staff:
    count, trained = flat.one("annotators"), flat.one("onboarding") * day
    places = np.arange(int(count.max()))[:, None]
    ready = np.where(places < count, np.maximum(first, trained), np.inf)
    learning = -np.log2(1.0 - flat.one("learning"))
    attrition = flat.one("attrition")
    if not attrition.any() or not len(places):
        return Staff(ready=ready, stays=np.empty((0, *ready.shape)), gaps=np.empty((0, *ready.shape)), learning=learning)
    workdays = calendar_days_worked(flat) * DAYS_PER_MONTH
    rate = -np.log1p(-attrition) / (day * workdays)
    drawn = luck.stream(flat.whole("annotator_luck")[0, 0], PEOPLE_OF_A_PLACE * len(places))
    drawn = drawn.reshape(len(places), PEOPLE_OF_A_PLACE, 1, flat.shape[2])
    spread = np.broadcast_to(np.moveaxis(drawn, 1, 0), (PEOPLE_OF_A_PLACE, len(places), flat.shape[0] * flat.shape[1], flat.shape[2]))
    stays = luck.waiting_time(spread.reshape(PEOPLE_OF_A_PLACE, len(places), -1), rate)
    gaps = np.broadcast_to(flat.one("replacement") * day + trained, stays.shape)
    return Staff(ready=ready, stays=stays, gaps=gaps, learning=learning)


def calendar_days_worked(flat: _Flat) -> float:
    """Share of the days of a week that are worked, holidays aside: the same however long the horizon is."""
    weekdays = np.unique(flat.whole("workdays")[0, 0, :, 0] % DAYS_OF_A_WEEK)
    return max(len(weekdays), 1.0) / DAYS_OF_A_WEEK


def _reviewers(count: Array) -> Staff:
    """Reviewers stay, and are as quick at first as later."""
    places = np.arange(int(count.max()))[:, None]
    ready = np.where(places < count, 0.0, np.inf)
    none = np.empty((0, *ready.shape))
    return Staff(ready=ready, stays=none, gaps=none, learning=np.zeros(count.shape))


# --- models ---------------------------------------------------------------------------------------


def _delivery(flat: _Flat, networks: tuple[tuple[Node, ...], ...]) -> Delivery:
    structure = flat.arrays["structure"]
    models, tasks, (scenarios, strategies, draws) = max(map(len, networks)), len(structure.tasks), flat.shape
    held, after = np.zeros((strategies, models, tasks)), np.zeros((strategies, models, models))
    there, served, can_train, stages = (np.zeros((strategies, models)) for _ in range(4))
    for row, nodes in enumerate(networks):
        for place, node in enumerate(nodes):
            held[row, place, list(node.tasks)], after[row, place, list(node.after)] = 1.0, 1.0
            there[row, place], served[row, place], can_train[row, place] = 1.0, node.served, node.is_trained
            stages[row, place] = max(len(structure.strategies[row].grouping.stages), 1)

    def by_replica(array: Array) -> Array:
        """``(strategy, ..)`` -> ``(.., replica)``"""
        whole = np.broadcast_to(np.moveaxis(array, 0, -1)[..., None, :, None], (*array.shape[1:], scenarios, strategies, draws))
        return whole.reshape(*array.shape[1:], -1)

    held, after, there, served, can_train, stages = map(by_replica, (held, after, there, served, can_train, stages))

    def of_models(by_task: Array) -> Array:
        """Sum over the tasks of each model. ``(model, replica)``"""
        return np.einsum("mtr,tr->mr", held, by_task)  # type: ignore[no-any-return]

    day = flat.one("working_hours")
    week = day * len_of_week(flat)
    trained = (can_train > 0.0) & (of_models(flat.rows("has_data")) > 0.0)
    gpus, stretch = flat.one("gpus_per_run"), 1.0 + flat.one("is_spot") * flat.one("spot_hazard") * flat.one("spot_loss")
    final, whole = (of_models(flat.rows(name)) / (stretch * np.maximum(gpus, 1.0)) / np.maximum(stages, 1.0) for name in ("final_hours", "training_hours"))
    drawn = flat.spread(flat.whole("model_luck")[:, :, :models])
    rounds = np.where(served > 0.0, luck.tries_until(luck.stream(drawn, 1)[0], flat.one("gate_pass")), 1.0)
    spot = _spot(flat, models)
    search, train = (whole - final) * trained, final * trained
    hours = _hours(flat, spot, rounds, train, search)
    items = of_models(np.broadcast_to(flat.one("evaluation_items"), (tasks, held.shape[2])))
    hours[PREPARE] = flat.one("weeks_per_model") * week * trained
    hours[CHECK] = flat.one("checking")
    hours[JUDGE] = items * flat.one("judged_share") * flat.one("judging_minutes") / MINUTES_PER_HOUR
    hours[MEND] = flat.one("mending") * day
    deployments = by_replica(np.array([len(set(row)) for row in structure.deployment_of_task.tolist()], dtype=np.float64))
    hours[DEPLOY] = flat.one("deployment") * day * deployments / np.maximum(served.sum(axis=0), 1.0)
    hours[HAND_OVER] = flat.one("handover") * day
    at_once = np.where(gpus > 0.0, np.floor(flat.one("gpus_at_hand") / np.maximum(gpus, 1.0)), 0.0)
    return Delivery(
        needs_task=held > 0.0, needs_model=after > 0.0, there=there > 0.0, trained=trained, served=served > 0.0, hours=hours, undisturbed=np.stack([search, train]),
        spot=spot, capacity=flat.one("capacity_wait") * luck.spread_around(luck.stream(drawn, 1, first=1)[0], CAPACITY_SPREAD), rounds=rounds,
        set_up=np.where(flat.one("is_trained") > 0.0, flat.one("weeks_project"), flat.one("weeks_prompting")) * week,
        router=flat.one("weeks_router") * week * flat.one("has_router"), engineers=flat.one("engineers"), runs_at_once=at_once, judges=flat.one("judges"),
    )  # fmt: skip


def len_of_week(flat: _Flat) -> float:
    """Working days of a week."""
    return DAYS_OF_A_WEEK * calendar_days_worked(flat)


def _spot(flat: _Flat, models: int) -> Spot:
    """How capacity comes and goes; nothing is ever taken away where it is not on spot."""
    loss = flat.one("spot_loss")
    restart = np.minimum(flat.one("restart"), loss)
    return Spot(
        hazard=flat.one("spot_hazard") * flat.one("is_spot"), between=2.0 * (loss - restart), restart=restart, point=flat.spread(flat.whole("model_luck")[:, :, :models])
    )


def _hours(flat: _Flat, spot: Spot, rounds: Array, final: Array, search: Array) -> Array:
    """Hours of each step, filled for runs alone; of spot runs each round has interruptions of its own."""
    known = int(min(rounds.max(initial=1.0), MOST_ROUNDS)) if spot.hazard.any() else 1
    hours = np.zeros((len(STEPS), known, *final.shape))
    hours[SEARCH], hours[TRAIN] = search, final
    if spot.hazard.any():
        hours[SEARCH] = with_interruptions(search, spot, run=0)
        for number in range(known):
            hours[TRAIN, number] = with_interruptions(final, spot, run=1 + number)
    return hours
