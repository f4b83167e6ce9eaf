"""Replay measured cases: predict each from its inputs, compare, add up."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tuneplan.errors import UsageError
from tuneplan.evidence.cases import Case, bundled_cases
from tuneplan.evidence.columns import KINDS
from tuneplan.evidence.head_to_head.yardsticks import yardsticks
from tuneplan.evidence.prediction import Prediction
from tuneplan.evidence.predictors import PREDICTORS
from tuneplan.evidence.scores import Summary, overall, summaries
from tuneplan.study.design import Design

FEWEST_DRAWS = 64
"""Draws below which a band says nothing."""
WAYS = {"paper": "group", "source": "group", "kind": "kind", "relation": "relation", "base_model": "base_model", "method": "method",
        "task": "task", "gpu": "gpu", "engine": "engine", "seen": "seen", "setup_class": "setup_class"}  # fmt: skip
"""Ways to tell cases apart further -> what of a case does so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """Cases, predicted.

    Attributes
    ----------
    cases
        All of them.
    design
        Draws and seed.
    predictions
        One a case and way of predicting; a learning curve one a point predicted.
    summaries
        One a kind, way of predicting and part, and of all parts together where there are several.
    by
        The way in which ``apart`` tells cases apart; empty: not at all.
    apart
        Summaries told apart further.
    yardsticks
        What simple methods say of the same head-to-heads, each learnt on the other papers: name -> summaries.
    bundled
        Whether the cases came with the tool.
    seconds
        Wall time.
    """

    cases: tuple[Case, ...]
    design: Design
    predictions: tuple[Prediction, ...]
    summaries: tuple[Summary, ...]
    by: str
    apart: tuple[Summary, ...]
    yardsticks: Mapping[str, tuple[Summary, ...]]
    bundled: bool
    seconds: float


def validate(
    cases: Sequence[Case], design: Design, *, by: str = "", bundled: bool = False, told: Callable[[str, int], None] = lambda kind, count: None
) -> Validation:
    """Predict every case and score the predictions.

    Parameters
    ----------
    by
        A key of ``WAYS``, or empty.
    told
        Called before each kind with its name and number of cases: for a progress bar.

    Raises
    ------
    UsageError
        There is no such way, or so few draws make no band.
    """
    if design.draws < FEWEST_DRAWS:
        raise UsageError(f"--draws {design.draws}: bands need at least {FEWEST_DRAWS} draws")
    if by and by not in WAYS:
        raise UsageError(f"--by {by}: cases can be told apart by {', '.join(WAYS)}")
    started = time.perf_counter()
    predictions = []
    for name in KINDS:
        some = [case for case in cases if case.kind == name]
        if some:
            told(name, len(some))
            predictions += PREDICTORS[name].function(some, design)
    return Validation(
        cases=tuple(cases), design=design, predictions=tuple(predictions), summaries=_in_order([*overall(predictions), *summaries(predictions)]), by=by,
        apart=tuple(summaries(predictions, by=lambda each: _way_of(each.case, by))) if by else (),
        yardsticks=_yardsticks(cases, bundled), bundled=bundled,
        seconds=time.perf_counter() - started,
    )  # fmt: skip


def _way_of(case: Case, by: str) -> str:
    found = getattr(case, WAYS[by]) if WAYS[by] in ("group", "kind") else case.word(WAYS[by])
    return str(found) or "not said"


def _yardsticks(cases: Sequence[Case], bundled: bool) -> dict[str, tuple[Summary, ...]]:
    """Summaries of every yardstick; of the user's own papers it is learnt from the bundled ones too."""
    if not any(case.kind == "head_to_head" for case in cases):
        return {}
    found = yardsticks(cases, () if bundled else bundled_cases())
    return {each.name: _in_order([*overall(each.predictions), *summaries(each.predictions)]) for each in found}


def _in_order(found: Sequence[Summary]) -> tuple[Summary, ...]:
    """By kind and way, all parts together before each of them."""
    kinds = list(KINDS)
    return tuple(sorted(found, key=lambda each: (kinds.index(each.kind), each.way)))
