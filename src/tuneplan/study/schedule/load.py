"""How busy the people and GPUs of simulated projects were, and how long work stood in line for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tuneplan.axes import Array, Mask
from tuneplan.core.schedule.calendar import DAYS_PER_WEEK, HOURS_PER_DAY, Calendar
from tuneplan.core.schedule.shipping import DEPLOY, ENGINEERS, GPUS, JUDGE, JUDGES, MEND, PREPARE
from tuneplan.core.schedule.timeline import Played, Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What one kind of resource did; arrays ``(replica,)``, or ``(strategy, draw)`` once blocks are joined.

    Attributes
    ----------
    needed
        Whether there is anything to do for it.
    count
        How many there are.
    busy, idle
        Hours worked, and hours at hand with nothing to do from the first piece of its work to the last. [hour]
    waited
        Hours that work stood in line for it. [hour]
    each_waited
        The same by batch, of reviewers, or by model, in days of the calendar; NaN of annotators, for whom all batches
        stand in line from the first day on. [day]
    """

    needed: Mask
    count: Array
    busy: Array
    idle: Array
    waited: Array
    each_waited: Array


def work_of(played: Played, dates: Timeline, *, at_hand: Mapping[str, Array], gpus_per_run: Array) -> dict[str, Work]:
    """What each of ``RESOURCES`` did, replica by replica.

    Parameters
    ----------
    at_hand
        How many there are of each, by resource. ``(replica,)``
    gpus_per_run
        Cards of one run: a GPU works for as long as its run. ``(replica,)``
    """
    collection, collected, delivery, shipped = played.project.collection, played.collected, played.project.delivery, played.shipped
    calendar = played.project.calendar
    there, hours = collection.examples > 0.0, delivery.hours
    steps = hours[[PREPARE, MEND, DEPLOY]].max(axis=1)
    engineering = (delivery.set_up + delivery.router > 0.0) | ((steps > 0.0) & delivery.there).any(axis=(0, 1))
    judged = ((hours[JUDGE].max(axis=0) > 0.0) & delivery.there & delivery.served).any(axis=0)
    of_reviewers = _span(_first(collected.labelled, there), _last(collected.reviewed, there))
    of_engineers = _last_worked(calendar, np.stack([shipped.set_up, shipped.router, *(_last(shipped.ended[step]) for step in (PREPARE, MEND, DEPLOY))]))
    of_judges = _span(_working(calendar, _first(shipped.begun[JUDGE])), _last_worked(calendar, _last(shipped.ended[JUDGE])[None]))
    count, batches, models = at_hand, there.sum(axis=0), delivery.there.sum(axis=0)
    of_a_day = calendar.hours * calendar.days_of_a_week / DAYS_PER_WEEK
    by_model = {crew: _each(shipped.waited[crew], models, HOURS_PER_DAY) for crew in (ENGINEERS, GPUS, JUDGES)}
    return {
        "annotators": Work(
            needed=_any(there & ~collection.generated[:, None]), count=count["annotators"], busy=collected.annotating,
            idle=dates.idle_annotators[0, :, 0].ravel(), waited=collected.waited_for_annotators,
            each_waited=np.full(len(collected.waited_for_annotators), np.nan),
        ),
        "reviewers": _people(_any(there), count["reviewers"], of_reviewers, collected.reviewing, collected.waited_for_reviewers, _each(collected.waited_for_reviewers, batches, of_a_day)),
        "engineers": _people(engineering, count["engineers"], of_engineers, shipped.engineering, shipped.waited[ENGINEERS], by_model[ENGINEERS]),
        "GPUs": Work(
            needed=_any(delivery.there & delivery.trained), count=count["GPUs"], busy=shipped.computing * gpus_per_run,
            idle=dates.gpus_between[0, :, 0].ravel() * gpus_per_run, waited=shipped.waited[GPUS],
            each_waited=by_model[GPUS],
        ),
        "judges": _people(judged, count["judges"], of_judges, shipped.judging, shipped.waited[JUDGES], by_model[JUDGES]),
    }  # fmt: skip


def _people(needed: Mask, count: Array, span: Array, busy: Array, waited: Array, each_waited: Array) -> Work:
    return Work(needed=needed, count=count, busy=busy, idle=np.maximum(span * count - busy, 0.0), waited=waited, each_waited=each_waited)


def _each(waited: Array, pieces: Array, of_a_day: Array | float) -> Array:
    """Days that one of some pieces of work stood in line; none where there is none. [day]"""
    return waited / np.maximum(pieces, 1) / of_a_day


def _any(rows: Mask) -> Mask:
    """Replicas in which any row holds. ``(row, replica)`` -> ``(replica,)``"""
    return np.asarray(rows.any(axis=0))


def _first(times: Array, there: Mask | None = None) -> Array:
    """The earliest time that came at all; infinite where none did. ``(row, replica)`` -> ``(replica,)``"""
    known = np.isfinite(times) if there is None else np.isfinite(times) & there
    return np.where(known, times, np.inf).min(axis=0, initial=np.inf)  # type: ignore[no-any-return]


def _last(times: Array, there: Mask | None = None) -> Array:
    """The latest time that came at all; 0 where none did."""
    known = np.isfinite(times) if there is None else np.isfinite(times) & there
    return np.where(known, times, 0.0).max(axis=0, initial=0.0)  # type: ignore[no-any-return]


def _span(first: Array, last: Array) -> Array:
    return np.where(np.isfinite(first), np.maximum(last - np.where(np.isfinite(first), first, 0.0), 0.0), 0.0)


def _working(calendar: Calendar, date: Array) -> Array:
    """Hours worked by a date; infinite stays infinite. [hour]"""
    known = np.isfinite(date)
    return np.where(known, calendar.worked(np.where(known, date, 0.0)), np.inf)


def _last_worked(calendar: Calendar, dates: Array) -> Array:
    return _working(calendar, _last(dates))


def load_of(work: Work) -> Array:
    """Hours worked as a share of hours at hand; 0 where there were none. [share]"""
    whole = work.busy + work.idle
    return np.where(whole > 0.0, work.busy / np.where(whole > 0.0, whole, 1.0), 0.0)


