"""Each part of the law switched off: what the published pairs lose by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tuneplan.axes import Array
from tuneplan.core.arrays import Inputs
from tuneplan.evidence.cases import Case
from tuneplan.evidence.head_to_head.arms import Change, as_they_are, with_numbers
from tuneplan.evidence.head_to_head.predicting import predicted
from tuneplan.evidence.scores import Summary, summaries
from tuneplan.late import np
from tuneplan.study.design import AnyDesign, Design

ENDLESS_SHARPNESS = 1e9
NOISE = 0.5
"""What is left of the discrepancy where it is switched off: the noise of one seed, else no score is possible. [point]"""


def _set(**numbers: float) -> Change:
    """Numbers that are these, whatever their prior."""

    def change(inputs: Inputs, design: AnyDesign) -> Inputs:
        return with_numbers(inputs, {name: np.full((1, 1, 1, 1), value) for name, value in numbers.items()})

    return change


def _nothing_of(name: str) -> Change:
    """A number that is by model, 0 for all."""

    def change(inputs: Inputs, design: AnyDesign) -> Inputs:
        zero: Array = np.zeros_like(inputs[name])
        return with_numbers(inputs, {name: zero})

    return change


PARTS: Mapping[str, Change] = {
    "the whole law": as_they_are,
    "interference": _set(interference_strength=0.0),
    "transfer": _set(transfer_sharpness=ENDLESS_SHARPNESS),
    "format pool": _set(format_transfer=0.0),
    "format clash": _nothing_of("clash_probability"),
    "size relief": _set(size_relief=0.0),
    "keep": _set(off_task_retention=1.0),
    "diversity": _nothing_of("diversity_gain"),
    "mixing shift": _set(mixing_shift=0.0),
    "discrepancy": _set(discrepancy=NOISE),
    "all that the law misses": _set(discrepancy=NOISE, mixing_shift=0.0),
}
"""Part -> what switches it off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ablation:
    """The law without one of its parts.

    Attributes
    ----------
    without
        The part; the first one is the whole law.
    summaries
        As of ``scores.summaries``, a way of predicting and part of the cases each.
    """

    without: str
    summaries: tuple[Summary, ...]


def ablations(cases: Sequence[Case], design: Design, *, told: Callable[[str], None] = lambda part: None) -> list[Ablation]:
    """The head-to-heads among the cases, predicted without each part of the law in turn; the whole law first."""
    some, found = [case for case in cases if case.kind == "head_to_head"], []
    for name, change in PARTS.items():
        told(name)
        found.append(Ablation(without=name, summaries=tuple(summaries(predicted(some, design, change)))))
    return found
