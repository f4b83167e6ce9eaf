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

from tuneplan.axes import Array
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

    task: Array
    generated: Array
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
    annotators, reviewers = Pool(work.annotators), Pool(work.reviewers)
    there = work.examples > 0.0
    made = there & ~work.generated[:, None]
    begun, labelled, line = np.where(there, work.arrives, np.inf), np.where(there, work.arrives, np.inf), 0.0
    for batch in np.flatnonzero(~work.generated).tolist():
        begins, ends = annotators.take(np.where(made[batch], work.arrives[batch], np.inf), work.labelling[batch], teaches=True)
        begun[batch], labelled[batch] = begins, ends
        line = line + _waited(begins, work.arrives[batch], made[batch])
    is_reviewed = work.reviewing > 0.0
    reviewed, line_for_review = _in_turn(reviewers, np.where(is_reviewed, labelled, np.inf), work.reviewing)
    reviewed = np.where(is_reviewed, reviewed, labelled)
    back = np.where(made & (work.rejected > 0.0), reviewed, np.inf)
    reworked, line_again = _in_turn(annotators, back, work.reworking)
    done = np.where(np.isfinite(back), reworked, reviewed)
    done = np.where(work.failed > 0.0, done + work.settling, done)
    return Collected(
        begun=begun, labelled=labelled, reviewed=reviewed, done=np.where(there, done, 0.0), annotating=annotators.busy, reviewing=reviewers.busy,
        waited_for_annotators=line + line_again, waited_for_reviewers=line_for_review,
    )  # fmt: skip


def _in_turn(pool: Pool, arrives: Array, hours: Array) -> tuple[Array, Array]:
    """Work taken in the order in which it arrives: when each piece ends, and hours waited in line."""
    order = arrives.argsort(axis=0, kind="stable")
    flat = order * arrives.shape[1] + np.arange(arrives.shape[1])
    ends, waited = np.full(arrives.size, np.inf), np.zeros(arrives.shape[1])
    for place in flat:
        comes = arrives.ravel()[place]
        if not np.isfinite(comes).any():
            break
        begins, ends[place] = pool.take(comes, hours.ravel()[place])
        waited += _waited(begins, comes, np.isfinite(comes))
    return ends.reshape(arrives.shape), waited


def _waited(begins: Array, arrives: Array, there: Array) -> Array:
    """Hours between arrival and begin of what is taken at all."""
    return np.where(there & np.isfinite(begins), begins - np.where(there, arrives, 0.0), 0.0)  # type: ignore[no-any-return]
