"""Pieces of work of a strategy, each from its begin to its end, draw by draw: what a Gantt chart shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tuneplan.axes import Array, Mask
from tuneplan.core.schedule.calendar import Calendar
from tuneplan.core.schedule.network import Node
from tuneplan.core.schedule.shipping import CHECK, DEPLOY, HAND_OVER, JUDGE, PREPARE, SEARCH, TRAIN
from tuneplan.core.schedule.timeline import Played
from tuneplan.study.schedule.records import Bar

LATE = 0.9
"""Share of draws in which a piece of work has ended by the day that its shadow shows."""
MOMENT = 1e-6
"""Days after the last label within which no review is told."""
MOST_NAMES = 3
"""Tasks that the name of a model tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One piece of work, ``(draw,)`` each: NaN where there is none in a draw, infinite where it never comes so far. [day]"""

    row: str
    kind: str
    begins: Array
    ends: Array


def spans_of(played: Played, strategy: int, *, name: str, tasks: Sequence[str]) -> list[Span]:
    """Data of each task, set-up, models in the order in which they are made, the router.

    Parameters
    ----------
    strategy
        Its place; its replicas stand side by side in a block of one scenario.
    """
    draws = played.project.shape[2]
    here = slice(strategy * draws, (strategy + 1) * draws)
    nodes = played.project.networks[strategy]
    calendar = played.project.calendar.of(np.arange(here.start, here.stop))
    found = [*_of_data(played, here, calendar, tasks), *_of_set_up(played, here, calendar)]
    for place, (node, row) in enumerate(zip(nodes, rows_of(nodes, name, tasks), strict=True)):
        found += _of_model(played, place, here, node, row)
    found += _of_router(played, here, calendar)
    return [each for each in found if not np.isnan(each.ends).all()]


def joined(blocks: Sequence[Sequence[Span]]) -> list[Span]:
    """The same over the draws of several blocks; what one of them does not have is in none of its draws."""
    if len(blocks) == 1:
        return list(blocks[0])
    keys = list(dict.fromkeys((each.row, each.kind) for block in blocks for each in block))
    by_key = [{(each.row, each.kind): each for each in block} for block in blocks]
    sizes = [len(block[0].ends) for block in blocks]
    missing = Span(row="", kind="", begins=np.full(1, np.nan), ends=np.full(1, np.nan))

    def whole(key: tuple[str, str], name: str) -> Array:
        parts = [np.broadcast_to(getattr(block.get(key, missing), name), (size,)) for block, size in zip(by_key, sizes, strict=True)]
        return np.concatenate(parts)

    return [Span(row=key[0], kind=key[1], begins=whole(key, "begins"), ends=whole(key, "ends")) for key in keys]


def bars_of(spans: Sequence[Span], draw: int) -> tuple[Bar, ...]:
    """The spans of one draw that begin at all, each with the day by which it has ended in nine of ten draws."""
    return tuple(
        Bar(row=each.row, kind=each.kind, begins=float(each.begins[draw]), ends=float(each.ends[draw]), late=late_end(each.ends))
        for each in spans
        if np.isfinite(each.begins[draw])
    )


def late_end(ends: Array) -> float:
    """The day by which work has ended in nine of ten draws; in a draw without it there is nothing to wait for. [day]

    >>> late_end(np.array([1.0, 2.0, np.nan, np.inf]))
    inf
    """
    return float(np.quantile(np.where(np.isnan(ends), 0.0, ends), LATE, method="inverted_cdf"))


def rows_of(nodes: Sequence[Node], name: str, tasks: Sequence[str]) -> list[str]:
    """What each model is called: by its tasks, by the strategy where it is the only one, and with its stage where it answers nothing."""
    if len(nodes) == 1:
        return [name]
    return [_row(node, nodes, tasks) for node in nodes]


def _row(node: Node, nodes: Sequence[Node], tasks: Sequence[str]) -> str:
    if not node.served:
        return f"{_listed(node, tasks)}, stage {node.stage + 1}"
    return "merged" if not node.is_trained and node.after else _listed(node, tasks)


def _listed(node: Node, tasks: Sequence[str]) -> str:
    if len(node.tasks) == len(tasks) > 1:
        return "all tasks"
    names = [tasks[task] for task in node.tasks]
    more = len(names) - MOST_NAMES
    return " + ".join([*names[:MOST_NAMES], f"{more} more"] if more > 0 else names)


def _of_data(played: Played, here: slice, calendar: Calendar, tasks: Sequence[str]) -> Iterator[Span]:
    """From a task's first batch in hand to its last example there; of that, what comes after the last label: review and rework."""
    collection, begun = played.project.collection, played.collected.begun[:, here]
    there, labelled = collection.examples[:, here] > 0.0, played.collected.labelled[:, here]
    for task, name in enumerate(tasks):
        batches = collection.task == task
        some = there[batches].any(axis=0)
        first = np.where(there[batches], begun[batches], np.inf).min(axis=0, initial=np.inf)
        ready = played.data_ready[task, here]
        yield Span(row=f"data: {name}", kind="data", begins=_where(some, _date(calendar, first)), ends=_where(some, ready))
        last = _date(calendar, np.where(there[batches], labelled[batches], 0.0).max(axis=0, initial=0.0))
        waits = some & ~(np.isfinite(ready) & (last >= ready - MOMENT))
        yield Span(row=f"data: {name}", kind="review", begins=_where(waits, last), ends=_where(waits, ready))


def _of_set_up(played: Played, here: slice, calendar: Calendar) -> Iterator[Span]:
    needed = played.project.delivery.set_up[here] > 0.0
    some = played.project.delivery.engineers[here] > 0.0
    begins = np.where(some, calendar.date(np.zeros(here.stop - here.start)), np.inf)
    yield Span(row="set-up", kind="engineering", begins=_where(needed, begins), ends=_where(needed, played.shipped.set_up[here]))


def _of_model(played: Played, place: int, here: slice, node: Node, row: str) -> Iterator[Span]:
    """Preparation, training from the first trial run to the last one of the first round, evaluation with all that it sends back,
    deployment with its hand-over, launch."""
    delivery, shipped = played.project.delivery, played.shipped
    there, trained = delivery.there[place, here], delivery.trained[place, here]
    begun, ended = shipped.begun[:, place, here], shipped.ended[:, place, here]
    prepared = there & (delivery.hours[PREPARE, 0, place, here] > 0.0)
    yield Span(row=row, kind="engineering", begins=_came(begun[PREPARE], prepared), ends=_came(ended[PREPARE], prepared))
    end_of_training = begun[CHECK] if node.served else ended[TRAIN]
    yield Span(row=row, kind="training", begins=_came(begun[SEARCH], there & trained), ends=_came(end_of_training, there & trained))
    if node.served:
        live = np.where(there, shipped.live[place, here], np.nan)
        yield Span(row=row, kind="evaluation", begins=_came(begun[CHECK], there), ends=_came(ended[JUDGE], there))
        yield Span(row=row, kind="deployment", begins=_came(begun[DEPLOY], there), ends=_came(ended[HAND_OVER], there))
        yield Span(row=row, kind="launch", begins=live, ends=live)


def _of_router(played: Played, here: slice, calendar: Calendar) -> Iterator[Span]:
    hours, ends = played.project.delivery.router[here], played.shipped.router[here]
    known = np.isfinite(ends)
    begins = np.where(known, calendar.date(np.maximum(calendar.worked(np.where(known, ends, 0.0)) - hours, 0.0)), np.inf)
    yield Span(row="router", kind="engineering", begins=_where(hours > 0.0, begins), ends=_where(hours > 0.0, ends))


def _date(calendar: Calendar, worked: Array) -> Array:
    """A date of hours worked; infinite stays infinite."""
    known = np.isfinite(worked)
    return np.where(known, calendar.date(np.where(known, worked, 0.0)), np.inf)


def _came(times: Array, needed: Mask) -> Array:
    """When something came that had to: never, where nobody has seen it."""
    return _where(needed, np.where(np.isnan(times), np.inf, times))


def _where(needed: Mask, times: Array) -> Array:
    return np.where(needed, times, np.nan)
