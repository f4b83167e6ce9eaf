"""From the numbers of a run to its data: batches of each task, and the people who work on them."""

from __future__ import annotations

from dataclasses import dataclass

from tuneplan.axes import Array, Mask
from tuneplan.core.coefficients import Coefficient
from tuneplan.core.schedule.calendar import DAYS_PER_WEEK, HOURS_PER_DAY, Calendar
from tuneplan.core.schedule.collecting import Collection
from tuneplan.core.schedule.declared import MOST_BATCHES, PEOPLE_OF_A_PLACE
from tuneplan.core.schedule.people import Staff
from tuneplan.core.schedule.replicas import Replicas
from tuneplan.late import np
from tuneplan.units import DAYS_PER_MONTH

REJECTS_SPREAD = 0.5
"""How much batches differ in what is rejected: standard deviation of the logarithm of the share; assumed."""
COEFFICIENTS = (
    Coefficient(name="REJECTS_SPREAD", value=REJECTS_SPREAD, source="assumed", as_of="2026-11",
                doc="How much batches differ in what is rejected: standard deviation of the logarithm of the share."),
)  # fmt: skip
READS = (
    "bought", "synthetic_share", "batch", "batch_spread", "made_an_hour", "rejected_share", "working_hours", "review_effort", "guidelines", "settling",
    "generation_rate", "annotators", "reviewers", "onboarding", "learning", "attrition", "replacement",
)  # fmt: skip
"""Numbers that data hangs on: strategies that agree in them have the same batches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batches:
    """How examples are cut into batches, in the order in which annotators take them.

    Attributes
    ----------
    task, number
        To which task each belongs, and which of its batches it is. ``(batch,)`` of int
    generated
        Whether a model writes it; those come last. ``(batch,)`` of bool
    examples
        In it; 0 where a replica has no such batch. ``(batch, replica)``
    """

    task: Mask
    number: Mask
    generated: Mask
    examples: Array


def collection_of(replicas: Replicas, calendar: Calendar) -> Collection:
    """Batches of each task, those that people make first, then generated ones."""
    day, effort = replicas.one("working_hours"), replicas.one("review_effort")
    first = replicas.one("guidelines") * day
    batches = batches_of(replicas)
    luck = _luck(replicas, batches)
    each = 1.0 / replicas.rows("made_an_hour")[batches.task] * np.exp(replicas.one("batch_spread") * luck[0])
    chance = np.minimum(replicas.one("rejected_share") * np.exp(REJECTS_SPREAD * luck[1]), 1.0)
    rejected = np.floor(batches.examples * chance + 0.5)
    rejected[batches.generated] = 0.0
    failed = np.floor(rejected * chance + 0.5)
    labelling = batches.examples * each
    full = replicas.full
    written = _written(replicas, calendar, batches)
    return Collection(
        task=batches.task, generated=batches.generated, examples=full(batches.examples), written=written,
        arrives=np.where(batches.generated[:, None], waiting_since(written, calendar), first) if batches.generated.any() else np.broadcast_to(first, written.shape),
        labelling=full(labelling), reviewing=full(labelling * effort), reworking=full(rejected * each * (1.0 + effort)),
        settling=full((failed > 0.0) * (replicas.one("settling") * day)), rejected=full(rejected), failed=full(failed),
        annotators=_annotators(replicas, calendar, first), reviewers=_reviewers(full(replicas.one("reviewers"))),
    )  # fmt: skip


def batches_of(replicas: Replicas) -> Batches:
    """Cut what is bought into batches of whole examples that differ by one at most."""
    bought = np.ceil(replicas.rows("bought"))
    generated = np.ceil(bought * replicas.rows("synthetic_share"))
    amounts = np.concatenate(np.broadcast_arrays(bought - generated, generated))
    counts = np.ceil(amounts / size_of_batches(amounts, replicas.one("batch")))
    row, number = _order(counts.max(axis=1).astype(int).tolist(), in_turn=bool(replicas.of.numbers["in_turn"].any()))
    whole = np.floor(amounts / np.maximum(counts, 1.0))
    more = amounts - whole * counts
    there = number[:, None] < counts[row]
    tasks = len(bought)
    return Batches(
        task=row % tasks, number=number, generated=row >= tasks, examples=np.where(there, whole[row] + (number[:, None] < more[row]), 0.0)
    )


def size_of_batches(amounts: Array, usual: Array) -> Array:
    """Examples of a batch; larger than usual where there would be more than can be followed. ``(replica,)``

    >>> size_of_batches(np.array([[500.0, 9600.0]]), np.array([100.0])).tolist()
    [100.0, 200.0]
    """
    count = np.ceil(amounts / usual).sum(axis=0)
    return np.maximum(usual, usual * count / MOST_BATCHES)  # type: ignore[no-any-return]


def _order(counts: list[int], *, in_turn: bool) -> tuple[Mask, Mask]:
    """Row and number of each batch: one row after another or in turn, generated ones, the second half of the rows, last."""
    both = [(row, number) for row, count in enumerate(counts) for number in range(count)]
    half = len(counts) // 2
    both.sort(key=lambda each: (each[0] >= half, each[::-1] if in_turn else each))
    rows, numbers = ([each[place] for each in both] for place in (0, 1))
    return np.array(rows, dtype=np.intp), np.array(numbers, dtype=np.intp)


def _luck(replicas: Replicas, batches: Batches) -> Array:
    """Normal numbers of each batch: how long it takes, how much of it is rejected. ``(2, batch, replica)``"""
    drawn = np.empty((2, len(batches.task), replicas.of.draws))
    for task in sorted(set(batches.task.tolist())):
        here = np.flatnonzero(batches.task == task)
        drawn[:, here] = replicas.of.luck_of_batches(task, int(batches.number[here].max()) + 1)[:, batches.number[here]]
    return replicas.shared(drawn)


def _written(replicas: Replicas, calendar: Calendar, batches: Batches) -> Array:
    """When generated batches are there, one after another, at night too; 0 for those of people. ``(batch, replica)`` [day]"""
    written = np.zeros((len(batches.task), replicas.count))
    if batches.generated.any():
        examples = batches.examples[batches.generated]
        begun = calendar.date(replicas.full(replicas.one("guidelines") * replicas.one("working_hours")))
        made = np.cumsum(examples, axis=0) / replicas.one("generation_rate") / HOURS_PER_DAY
        written[batches.generated] = np.where(examples > 0.0, begun + made, 0.0)
    return written


def waiting_since(written: Array, calendar: Calendar) -> Array:
    """Working time at which generated batches wait; those of one night at the same time, which rounding must not turn around. [hour]"""
    return np.maximum.accumulate(calendar.worked(written), axis=0)  # type: ignore[no-any-return]


def _annotators(replicas: Replicas, calendar: Calendar, first: Array) -> Staff:
    """Annotators, each ready once she is trained and there is work."""
    day = replicas.one("working_hours")
    count, onboarding = replicas.one("annotators"), replicas.one("onboarding") * day
    places = np.arange(int(count.max()))[:, None]
    ready = replicas.full(np.where(places < count, np.maximum(first, onboarding), np.inf))
    learning, attrition = replicas.full(-np.log2(1.0 - replicas.one("learning"))), replicas.one("attrition")
    if not attrition.any() or not len(places):
        return Staff(ready=ready, stays=np.empty((0, *ready.shape)), gaps=np.empty((0, *ready.shape)), learning=learning)
    leaving = -np.log1p(-attrition) / (day * calendar.days_of_a_week / DAYS_PER_WEEK * DAYS_PER_MONTH)
    with np.errstate(divide="ignore"):
        stays = replicas.full(replicas.shared(replicas.of.luck_of_annotators(len(places), PEOPLE_OF_A_PLACE)) / leaving)
    gaps = np.broadcast_to(replicas.one("replacement") * day + onboarding, stays.shape)
    return Staff(ready=ready, stays=stays, gaps=gaps, learning=learning)


def _reviewers(count: Array) -> Staff:
    """Reviewers stay, and are as quick at first as later."""
    places = np.arange(int(count.max()))[:, None]
    ready = np.where(places < count, 0.0, np.inf)
    none = np.empty((0, *ready.shape))
    return Staff(ready=ready, stays=none, gaps=none, learning=np.zeros(count.shape))
