"""Why a strategy does not ship within the horizon, in words: what is missing, or which work takes too long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from tuneplan.axes import Array, Mask
from tuneplan.study.schedule.load import Work
from tuneplan.study.schedule.records import TAKES_LONGER
from tuneplan.study.schedule.spans import Span

NOBODY = {
    "annotators": "there is no annotator", "reviewers": "there is no reviewer", "engineers": "there is no engineer", "GPUs": "there is no GPU",
    "judges": "there is no judge",
}  # fmt: skip
TOO_FEW = "a run takes more GPUs than there are"
INTERRUPTED = "runs are interrupted for ever"
GATE = "the gate lets some model never pass"
CLOSED = "nobody works"
DATA, CAPACITY, WORK = TAKES_LONGER

MOST = 0.5
"""Share of the horizon from which on waiting for capacity is why it is not enough."""


def because(work: Mapping[str, Work], spans: Sequence[Span], never: Mask, horizon: Array, *, opens: float, given_up: Mask, capacity: Array) -> str:
    """The commonest reason of the draws in which not all of a strategy ships in time; empty where it always does.

    Parameters
    ----------
    work
        Of each resource in this strategy, ``(draw,)`` each.
    spans
        Its pieces of work.
    never
        Draws that are asked about. ``(draw,)`` of bool
    horizon
        Last day that counts. ``(draw,)`` or ``(1,)`` [day]
    opens
        First day on which people work; infinite: there is none. [day]
    given_up
        Draws in which the gate has sent some model back for the last time. ``(draw,)`` of bool
    capacity
        How long the runs of some model wait for capacity. ``(draw,)`` [day]
    """
    left = never.copy()
    found: dict[str, int] = {}
    closed = np.broadcast_to(opens >= horizon, never.shape)
    for reason, holds in ((CLOSED, closed), *_reasons(work, spans, given_up), *_too_long(spans, horizon, capacity)):
        found[reason] = found.get(reason, 0) + int((left & holds).sum())
        left &= ~holds
    return max(found, key=lambda reason: found[reason]) if never.any() else ""


def _reasons(work: Mapping[str, Work], spans: Sequence[Span], given_up: Mask) -> Iterator[tuple[str, Mask]]:
    """What keeps work from ever being done and the draws in which it does, what explains all that follows first."""
    for name, each in work.items():
        yield NOBODY[name], each.needed & (each.count == 0.0)
    by_row: dict[str, dict[str, Span]] = {}
    for span in spans:
        by_row.setdefault(span.row, {})[span.kind] = span
    nowhere, collected = np.zeros(1, dtype=bool), np.ones(1, dtype=bool)
    for kinds in by_row.values():
        if "data" in kinds:
            collected = collected & ~np.isposinf(kinds["data"].ends)
    for kinds in by_row.values():
        if (training := kinds.get("training")) is not None:
            before = kinds.get("engineering")
            ready = np.isfinite(before.ends) if before is not None else ~nowhere
            yield TOO_FEW, collected & ready & np.isposinf(training.begins)
            yield INTERRUPTED, np.isfinite(training.begins) & np.isposinf(training.ends)
    yield GATE, given_up


def _too_long(spans: Sequence[Span], horizon: Array, capacity: Array) -> Iterator[tuple[str, Mask]]:
    """Which work takes longer than the horizon and the draws in which it does; waiting for capacity where it takes most of it."""
    for span in spans:
        if span.kind == "data":
            yield DATA, span.ends > horizon
    yield CAPACITY, capacity > MOST * horizon
    yield WORK, np.ones(1, dtype=bool)
