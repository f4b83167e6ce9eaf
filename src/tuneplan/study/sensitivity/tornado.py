"""One input at a time: the difference between two strategies at both ends of each, all else at its median."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tuneplan.study.options import options_of
from tuneplan.study.run import Run, at, cells_of
from tuneplan.study.sensitivity.designs import OneAtATime
from tuneplan.study.sensitivity.inputs import Input
from tuneplan.study.sensitivity.rule import indifference, preferred

CELLS_AT_ONCE = 2**22
"""Cells of all draws of one run: a fifth of a gigabyte; or as many draws as the study has, which did fit."""
FEWEST_AT_ONCE = 16
"""Inputs of one run, however large the model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One end of an input, all else at its median and without luck.

    Attributes
    ----------
    value
        Of the input; NaN for what has no value of its own.
    difference
        Of the objective there.
    winner
        Who is recommended there.
    """

    value: float
    difference: float
    winner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tornado:
    """All bars.

    Attributes
    ----------
    nominal
        Everything at its median.
    ends
        Name of an input -> its low and its high end.
    """

    nominal: End
    ends: Mapping[str, tuple[End, End]]

    def swing(self, name: str) -> float:
        """How much higher the difference is at the high end than at the low one."""
        low, high = self.ends[name]
        return high.difference - low.difference


def tornado(run: Run, inputs: Sequence[Input], *, best: int, other: int, allowed: Sequence[bool]) -> Tornado:
    """Move each input alone.

    Parameters
    ----------
    best, other
        Rows of the strategies of which the difference is taken.
    allowed
        Strategies among which one is recommended.
    """
    fitting = max(run.design.draws, CELLS_AT_ONCE // cells_of(run.lowered.inputs.structure))
    size = max(FEWEST_AT_ONCE, (fitting - 1) // 2)
    parts = [inputs[start : start + size] for start in range(0, max(len(inputs), 1), size)]
    found = [_moved(run, part, best, other, np.array(allowed)) for part in parts]
    return Tornado(nominal=found[0].nominal, ends={name: ends for part in found for name, ends in part.ends.items()})


def _moved(run: Run, inputs: Sequence[Input], best: int, other: int, allowed: np.ndarray) -> Tornado:
    """Bars of some inputs, in one run."""
    names = tuple(each.name for each in inputs)
    moved = at(run, OneAtATime(moved=names, own={each.name: each.own for each in inputs}, seed=run.design.seed))
    options = options_of(moved)
    difference = options.objective[best] - options.objective[other]
    winner = preferred(options.objective, options.cost, allowed=allowed, indifferent=indifference(options.unit))

    def end(column: int, name: str = "") -> End:
        drawn = moved.lowered.draws.get(name)
        value = float("nan") if drawn is None else float(drawn[column])
        return End(value=value, difference=float(difference[column]), winner=options.strategies[winner[column]])

    return Tornado(nominal=end(0), ends={name: (end(1 + 2 * row, name), end(2 + 2 * row, name)) for row, name in enumerate(names)})
