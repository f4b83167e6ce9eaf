"""How accurate predictions of the bundled cases are, one row a kind: from those that are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from tuneplan.evidence.predicted import Predicted, Predictions
from tuneplan.evidence.predictors import PREDICTORS
from tuneplan.study.decision import LEVEL


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """How far predictions of one kind are off.

    Attributes
    ----------
    cases, sources
        Measured cases, and papers or tables that they are from.
    unit
        Of the error: ``point``, or ``share`` of what was measured.
    median_error
        Half of the cases are nearer.
    coverage
        Share of measurements inside their 80 % bands.
    winners
        Share of differences whose sign was called right, of those of half a point or more; NaN where nothing is a difference.
    """

    kind: str
    cases: int
    sources: int
    unit: str
    median_error: float
    coverage: float
    winners: float


def accuracies_of(found: Predictions) -> tuple[Accuracy, ...]:
    """One a kind, of predictions from inputs alone, in their order."""
    kinds: dict[str, list[Predicted]] = {}
    for each in found.cases:
        if each.is_from_inputs:
            kinds.setdefault(each.kind, []).append(each)
    return tuple(_accuracy(kind, cases) for kind, cases in kinds.items())


def _accuracy(kind: str, cases: Sequence[Predicted]) -> Accuracy:
    differences = PREDICTORS[kind].labels["scale"] == "points"
    errors = [abs(each.predicted - each.measured) / (1.0 if differences else each.measured) for each in cases]
    decided = [each for each in cases if differences and abs(each.measured) >= LEVEL]
    return Accuracy(
        kind=kind, cases=len(cases), sources=len({each.source for each in cases}), unit="point" if differences else "share",
        median_error=median(errors), coverage=sum(each.inside for each in cases) / len(cases),
        winners=sum((each.predicted > 0.0) == (each.measured > 0.0) for each in decided) / len(decided) if decided else float("nan"),
    )  # fmt: skip
