"""Data: batches of examples are made, looked at, made again where they were rejected, and settled.

The law of this room, from which both ways to simulate it follow:

- Batches wait in a fixed order from the day the guidelines are written, and annotators take the next one when
  they are free. Generated batches come off one source, one after another.
- Reviewers take batches as they arrive. What they reject goes back to the annotators, behind all batches
  that wait, as one piece of work that includes its second look.
- A review that takes no time needs no reviewer.
- What fails again is settled in adjudication, which has no queue.
- Nothing is lost when somebody leaves: who replaces her goes on where she stopped.

Times are hours of working time since the start; see ``calendar``.
"""

from __future__ import annotations

from dataclasses import dataclass

from tuneplan.axes import Array, Mask
from tuneplan.core.schedule.people import Pool, Staff
from tuneplan.late import np


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """Batches of examples, and who works on them; arrays ``(batch, replica)`` but where another shape is given.

    Attributes
    ----------
    task
        To which each batch belongs. ``(batch,)`` of int
    generated
        Whether a model writes it: then it needs review alone. ``(batch,)`` of bool
    examples
        Bought in it; 0 where a replica has no such batch.
    arrives
        When it waits for its first annotator, or for its review where it is generated; of people's batches never before
        that of an earlier one, and all before the first comes back. [hour]
    written
        When a model has written it, at night too; 0 where people make it. [day]
    labelling, reviewing, reworking, settling
        Hours that it takes: to label before any practice, to review, to make again what was rejected, to settle what
        failed again. [hour]
    rejected, failed
        Examples that the review rejects, and those of them that fail again. Whole numbers.
    annotators, reviewers
        Who works on them.
    """

    task: Mask
    generated: Mask
    examples: Array
    arrives: Array
    written: Array
    labelling: Array
    reviewing: Array
    reworking: Array
    settling: Array
    rejected: Array
    failed: Array
    annotators: Staff
    reviewers: Staff


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """When batches were worked on; arrays ``(batch, replica)`` in hours of working time.

    Attributes
    ----------
    begun, labelled, reviewed, done
        When labelling began (a generated batch: when it arrived) and ended, when the review ended, and when every
        example of it could be trained on; infinite: never, and 0 where there is no such batch.
    annotating, reviewing
        Hours that annotators and reviewers were busy. ``(replica,)``
    waited_for_annotators, waited_for_reviewers
        Hours that batches waited in line, added up. ``(replica,)``
    """

    begun: Array
    labelled: Array
    reviewed: Array
    done: Array
    annotating: Array
    reviewing: Array
    waited_for_annotators: Array
    waited_for_reviewers: Array


def collect(work: Collection) -> Collected:
    """Work through all batches of all replicas."""
    annotators, reviewers = Pool(work.annotators, batches=len(work.task)), Pool(work.reviewers)
    there = work.examples > 0.0
    waits = np.where(there, work.arrives, np.inf)
    begun, labelled = waits.copy(), waits.copy()
    by_people = ~work.generated
    begun[by_people], labelled[by_people] = _handed_out(annotators, waits[by_people], work.labelling[by_people], teaches=True)
    is_reviewed = work.reviewing > 0.0
    reviewed = np.where(is_reviewed, _in_turn(reviewers, np.where(is_reviewed, labelled, np.inf), work.reviewing), labelled)
    reworked = _in_turn(annotators, np.where(work.rejected > 0.0, reviewed, np.inf), work.reworking)
    done = np.where(work.rejected > 0.0, reworked, reviewed) + work.settling * (work.failed > 0.0)
    return Collected(
        begun=begun, labelled=labelled, reviewed=reviewed, done=np.where(there, done, 0.0), annotating=annotators.busy, reviewing=reviewers.busy,
        waited_for_annotators=annotators.waited, waited_for_reviewers=reviewers.waited,
    )  # fmt: skip


def _in_turn(pool: Pool, arrives: Array, hours: Array) -> Array:
    """When each piece of work ends that is taken in the order in which it arrives. ``(batch, replica)``"""
    flat = in_order(arrives) * arrives.shape[1] + np.arange(arrives.shape[1])
    comes, lasts = arrives.ravel().take(flat), hours.ravel().take(flat)
    ends = _one_after_another(pool, comes, lasts) if pool.is_one_for_good else _handed_out(pool, comes, lasts)[1]
    ended = np.empty(arrives.shape)
    ended.ravel()[flat] = ends
    return ended


def _one_after_another(pool: Pool, arrives: Array, hours: Array) -> Array:
    """When each piece of work ends of those that one person, who neither learns nor leaves, takes in the order in which they stand."""
    begins, ends = np.empty((2, *arrives.shape))
    free = pool.free[0]
    for batch, comes in enumerate(arrives):
        free = np.add(np.maximum(comes, free, out=begins[batch]), hours[batch], out=ends[batch])
    taken = np.isfinite(begins)
    pool.busy += np.where(taken, hours, 0.0).sum(axis=0)
    pool.waited += np.where(taken, begins - np.where(taken, arrives, 0.0), 0.0).sum(axis=0)
    return ends


def _handed_out(pool: Pool, arrives: Array, hours: Array, *, teaches: bool = False) -> tuple[Array, Array]:
    """When each piece of work begins and ends, in the order in which they stand; what never arrives is never begun. ``(batch, replica)``"""
    begins, ends = np.full((2, *arrives.shape), np.inf)
    there: Mask = np.isfinite(arrives)
    everywhere: Mask = np.logical_and.reduce(there, axis=1)
    everyone = np.arange(arrives.shape[1])
    for batch in np.flatnonzero(there.any(axis=1)).tolist() if pool.places else ():
        if everywhere[batch]:
            begins[batch], ends[batch] = pool.take(everyone, arrives[batch], hours[batch], teaches=teaches)
        else:
            some = np.flatnonzero(there[batch])
            begins[batch, some], ends[batch, some] = pool.take(some, arrives[batch, some], hours[batch, some], teaches=teaches)
    return begins, ends


def in_order(times: Array) -> Mask:
    """Rows of each column by their times, equal ones in the order in which they stand.

    >>> in_order(np.array([[2.0, 1.0], [1.0, 1.0]])).tolist()
    [[1, 0], [0, 1]]
    """
    columns = np.ascontiguousarray(times.T)
    order = columns.argsort(axis=1)  # several times as fast as a stable sort, which few columns need
    in_place = np.sort(columns, axis=1)
    equal = np.flatnonzero(((in_place[:, 1:] == in_place[:, :-1]) & (in_place[:, 1:] < np.inf)).any(axis=1))
    if len(equal):
        order[equal] = columns[equal].argsort(axis=1, kind="stable")
    return np.ascontiguousarray(order.T)
