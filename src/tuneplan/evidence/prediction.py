"""What a predictor says about a case, and where predictors are declared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tuneplan.core.registry import Registry
from tuneplan.evidence.cases import Case
from tuneplan.study.design import Design

LEVEL = 0.8
"""Share of measurements that a band is meant to hold."""
DECIDED = 0.5
"""Smaller differences between two strategies are ties. [point]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """One case, predicted in one way.

    Attributes
    ----------
    case
        What was predicted.
    given
        What the predictor was told beyond the inputs: ``none``, ``base``, ``specialist`` or
        ``base+specialist`` for head-to-heads, empty for the other kinds.
    predicted, lower, upper
        Median and 80 % interval, in the unit of the kind.
    measured
        In the same unit; None where nothing was.
    p_unified_better
        Chance that the difference is positive; None where that is no question.
    log_score
        Log of the predictive density at what was measured; None where there is none.
    missing
        Columns that were empty, and took their prior.
    fits
        Whether a run is called a fit for its cards; None where that is no question.
    part
        Cases that are reported apart: ``trained``, ``unseen``, ``from scratch``; empty elsewhere.
    """

    case: Case
    given: str = ""
    predicted: float
    lower: float
    upper: float
    measured: float | None
    p_unified_better: float | None = None
    log_score: float | None = None
    missing: tuple[str, ...] = ()
    fits: bool | None = None
    part: str = ""

    @property
    def inside(self) -> bool | None:
        """Whether the band holds what was measured."""
        return None if self.measured is None else self.lower <= self.measured <= self.upper


Predictor = Callable[[Sequence[Case], Design], list[Prediction]]
PREDICTORS: Registry[Predictor] = Registry("predictor")
"""Kind of case -> its predictor, with the labels ``unit`` and ``scale`` (``points``: errors are differences;
``ratio``: shares of what was measured)."""
