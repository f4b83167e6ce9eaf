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
DATA, WORK = TAKES_LONGER


def because(work: Mapping[str, Work], spans: Sequence[Span], never: Mask, horizon: Array) -> str:
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
    """
    left = never.copy()
    found: dict[str, int] = {}
    for reason, holds in _reasons(work, spans, horizon):
        found[reason] = found.get(reason, 0) + int((left & holds).sum())
        left &= ~holds
    return max(found, key=lambda reason: found[reason]) if never.any() else ""


def _reasons(work: Mapping[str, Work], spans: Sequence[Span], horizon: Array) -> Iterator[tuple[str, Mask]]:
    """Reasons and the draws in which they hold, what explains all that follows first."""
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
        if "deployment" in kinds and "evaluation" in kinds:
            yield GATE, np.isfinite(kinds["evaluation"].ends) & np.isposinf(kinds["deployment"].begins) & (work["engineers"].count > 0.0)
    for kinds in by_row.values():
        if "data" in kinds:
            yield DATA, kinds["data"].ends > horizon
    yield WORK, ~nowhere
