"""All draws of a run played out, as they are and with one more of each resource: dates, loads, pieces of work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from tuneplan.axes import Array, Mask
from tuneplan.core.arrays import Inputs
from tuneplan.core.schedule.calendar import HOURS_PER_DAY
from tuneplan.core.schedule.project import project_of
from tuneplan.core.schedule.replicas import Draws, Replicas, Some
from tuneplan.core.schedule.shipping import JUDGE, MOST_ROUNDS, SEARCH, TRAIN
from tuneplan.core.schedule.timeline import Played, Timeline, dates_of, draws_at_once, play
from tuneplan.study.schedule.load import Work, work_of
from tuneplan.study.schedule.onemore import with_one_more
from tuneplan.study.schedule.records import RESOURCES
from tuneplan.study.schedule.spans import Span, joined, spans_of

NUMBERS = {"annotators": "annotators", "reviewers": "reviewers", "engineers": "engineers", "GPUs": "gpus_at_hand", "judges": "judges"}
"""Resource -> the number that says how many there are."""

SMALLER = 2
"""How many times smaller blocks are than those of dates alone, as more of each is kept: measured, a quarter less time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """Every draw of a run, played out.

    Attributes
    ----------
    dates, more
        Dates and idle hours as the number ``dates_of_launch`` holds them, ``(1, strategy, .., draw)``; dates with one more of
        each resource, by resource.
    work
        By resource, ``(strategy, draw)``.
    spans
        Pieces of work of each strategy.
    given_up
        Whether the gate has sent some model back for the last time. ``(strategy, draw)`` of bool
    capacity
        Days that the runs of one model, the one that waits longest, wait for capacity in its first round. ``(strategy, draw)`` [day]
    """

    dates: Array
    more: Mapping[str, Array]
    work: Mapping[str, Work]
    spans: tuple[tuple[Span, ...], ...]
    given_up: Mask
    capacity: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """The same of some draws."""

    dates: Array
    more: Mapping[str, Array]
    work: Mapping[str, Work]
    spans: tuple[list[Span], ...]
    given_up: Mask
    capacity: Array


def simulated(inputs: Inputs, *, draws: int) -> Simulated:
    """Play out all draws, some at a time, which changes nothing."""
    blocks = [_block(each) for each in _blocks(inputs, draws)]
    return Simulated(
        dates=np.concatenate([block.dates for block in blocks], axis=3),
        more={name: np.concatenate([block.more[name] for block in blocks], axis=3) for name in RESOURCES},
        work={name: _joined([block.work[name] for block in blocks]) for name in RESOURCES},
        spans=tuple(tuple(joined([block.spans[row] for block in blocks])) for row in range(len(inputs.structure.strategies))),
        given_up=np.concatenate([block.given_up for block in blocks], axis=1),
        capacity=np.concatenate([block.capacity for block in blocks], axis=1),
    )


def _blocks(inputs: Inputs, draws: int) -> Iterator[Inputs]:
    size = max(1, draws_at_once(Replicas(Draws(inputs))) // SMALLER)
    for start in range(0, draws, size):
        yield replace(inputs, numbers=Some(inputs.numbers, slice(start, min(start + size, draws))))


def _block(inputs: Inputs) -> _Block:
    played = play(project_of(inputs))
    dates, gpus = dates_of(played), _by_replica(played, inputs["gpus_per_run"])
    at_hand = {name: _by_replica(played, inputs[number]) for name, number in NUMBERS.items()}
    work = work_of(played, dates, at_hand=at_hand, gpus_per_run=gpus)
    own = numbers_of(dates, inputs)
    more = {name: _with_one_more(played, inputs, name, work[name], own) for name in RESOURCES}
    structure = inputs.structure
    return _Block(
        dates=own, more=more, work={name: _by_strategy(played, each) for name, each in work.items()},
        spans=tuple(spans_of(played, row, name=spec.name, tasks=structure.tasks) for row, spec in enumerate(structure.strategies)),
        given_up=_given_up(played), capacity=_capacity(played),
    )  # fmt: skip


def numbers_of(dates: Timeline, inputs: Inputs) -> Array:
    """A timeline as the number ``dates_of_launch``: dates of tasks, of all, idle hours of annotators and of GPUs. ``(1, strategy, .., draw)``"""
    return np.concatenate([dates.launch, dates.full, dates.idle_annotators, dates.gpus_between * inputs["gpus_per_run"]], axis=2)


def _with_one_more(played: Played, inputs: Inputs, resource: str, work: Work, own: Array) -> Array:
    """Dates with one more of a resource; idle hours stay what they were, since those of whoever joins are part of their pay."""
    found = with_one_more(played, inputs, resource, work)
    if found is None:
        return own
    replicas, dates = found
    draws = played.project.shape[2]
    whole, tasks = own.copy(), dates.launch.shape[2]
    whole[0, replicas // draws, : tasks + 1, replicas % draws] = np.concatenate([dates.launch, dates.full], axis=2)[0, 0].T
    return whole


def _given_up(played: Played) -> Mask:
    """Where a model was checked as often as any is, and would not have passed even then. ``(strategy, draw)``"""
    delivery, shipped = played.project.delivery, played.shipped
    found = delivery.there & delivery.served & (delivery.rounds > MOST_ROUNDS) & np.isfinite(shipped.ended[JUDGE])
    return np.reshape(found.any(axis=0), played.project.shape[1:])


def _capacity(played: Played) -> Array:
    """Trial runs wait for capacity once, where they take any time, and so does the final run. ``(strategy, draw)`` [day]"""
    delivery = played.project.delivery
    waits = (delivery.hours[SEARCH, 0] > 0.0).astype(np.float64) + (delivery.hours[TRAIN, 0] > 0.0)
    days = np.where(delivery.there & delivery.trained, delivery.capacity * waits, 0.0).max(axis=0, initial=0.0) / HOURS_PER_DAY
    return np.reshape(days, played.project.shape[1:])


def _by_replica(played: Played, array: Array) -> Array:
    """A number of the strategy or scenario. ``(replica,)``"""
    _, strategies, draws = played.project.shape
    return np.broadcast_to(array[0, :, 0], (strategies, draws)).ravel()


def _by_strategy(played: Played, work: Work) -> Work:
    _, strategies, draws = played.project.shape
    return Work(**{name: np.reshape(getattr(work, name), (strategies, draws)) for name in Work.__slots__})


def _joined(parts: list[Work]) -> Work:
    def whole(name: str) -> Array | Mask:
        return np.concatenate([getattr(part, name) for part in parts], axis=1)

    return Work(**{name: whole(name) for name in Work.__slots__})
