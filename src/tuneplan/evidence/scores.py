"""How far predictions are off: errors, bias, coverage, winners called right, Brier and log scores."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from tuneplan.evidence.columns import KINDS
from tuneplan.evidence.prediction import DECIDED, LEVEL, PREDICTORS, Prediction
from tuneplan.late import np

ROOM = 0.08
"""How far coverage may be from its level where there are many cases; with few, two binomial standard errors."""


ALL = "all"
"""Part of a summary that has them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean:
    """A mean over rows, and over groups (each paper or source counts once); NaN where there is nothing.

    Attributes
    ----------
    error
        Standard error of the mean over groups; NaN below two groups.
    """

    rows: float
    groups: float
    error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Winners:
    """How winners were called, among decided pairs.

    Attributes
    ----------
    decided
        How many differ by half a point or more.
    right
        Share called right; a chance of exactly one half counts half.
    brier
        Mean of (chance - what happened)^2; a coin has .25.
    """

    decided: int
    right: Mean
    brier: Mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Predictions of one kind, made in one way, of one part.

    Attributes
    ----------
    way
        As of ``Prediction``.
    cases, measured, groups
        Predicted cases, those that were measured, papers or sources among these.
    unit
        Of errors: ``point``, or ``share`` of what was measured.
    median_error, error_over_groups
        Median absolute error over rows; mean over groups of their medians.
    bias
        Median of predicted minus measured.
    coverage
        Share of measurements inside their 80 % bands.
    honest
        Whether coverage over rows is as near 80 % as the bar asks.
    log_score
        Mean log predictive density.
    winners
        None where no winner is called.
    called_a_fit
        Runs out of memory that were called a fit; None where that is no question.
    """

    kind: str
    way: str
    part: str
    cases: int
    measured: int
    groups: int
    unit: str
    median_error: float
    error_over_groups: float
    bias: float
    coverage: Mean
    honest: bool
    log_score: Mean
    winners: Winners | None
    called_a_fit: int | None


def summaries(predictions: Sequence[Prediction], *, by: Callable[[Prediction], str] = lambda each: each.part) -> list[Summary]:
    """One a kind, way of predicting and part, in the order of the kinds.

    Parameters
    ----------
    by
        What else tells predictions apart: their part unless said otherwise.
    """
    order = {name: number for number, name in enumerate(KINDS)}

    def key(each: Prediction) -> tuple[int, str, str, str]:
        return order.get(each.case.kind, len(order)), each.case.kind, each.way, by(each)

    return [
        _summary(list(some), kind=kind, way=way, part=part)
        for (_, kind, way, part), some in groupby(sorted(predictions, key=key), key=key)
    ]


def overall(predictions: Sequence[Prediction]) -> list[Summary]:
    """The same without parts, of kinds that have several."""
    several = {each.case.kind for each in predictions if each.part and each.part != next(p.part for p in predictions if p.case.kind == each.case.kind)}
    return summaries([each for each in predictions if each.case.kind in several], by=lambda each: ALL)


def error_of(prediction: Prediction) -> float:
    """Predicted minus measured, in points or as a share of what was measured."""
    assert prediction.measured is not None
    missed = prediction.predicted - prediction.measured
    return missed if scale_of(prediction.case.kind) == "points" else missed / prediction.measured


def scale_of(kind: str) -> str:
    """``points`` or ``ratio``."""
    return PREDICTORS[kind].labels["scale"]


def _summary(predictions: Sequence[Prediction], *, kind: str, way: str, part: str) -> Summary:
    scored = [each for each in predictions if each.measured is not None]
    errors = [error_of(each) for each in scored]
    coverage = mean_of(scored, lambda each: float(bool(each.inside)))
    out_of_memory = [each for each in predictions if each.fits is not None and each.case.flag("oom")]
    return Summary(
        kind=kind, way=way, part=part, cases=len(predictions), measured=len(scored),
        groups=len({each.case.group for each in scored}), unit="point" if scale_of(kind) == "points" else "share",
        median_error=median(map(abs, errors)),
        error_over_groups=mean(median(abs(error_of(each)) for each in some) for some in by_group(scored)),
        bias=median(errors), coverage=coverage, honest=is_honest(coverage.rows, len(scored)),
        log_score=mean_of([each for each in scored if each.log_score is not None], lambda each: float(each.log_score or 0.0)),
        winners=_winners(scored) if any(each.p_unified_better is not None for each in scored) else None,
        called_a_fit=sum(bool(each.fits) for each in out_of_memory) if any(each.fits is not None for each in predictions) else None,
    )  # fmt: skip


def is_honest(coverage: float, cases: int) -> bool:
    """Whether 80 % bands hold 80 %, within the larger of 8 points and two binomial standard errors.

    >>> is_honest(0.73, 1000), is_honest(0.65, 20), is_honest(0.65, 200)
    (True, True, False)
    """
    if not cases:
        return True
    return abs(coverage - LEVEL) <= max(ROOM, 2.0 * math.sqrt(LEVEL * (1.0 - LEVEL) / cases)) + 1e-12


def _winners(scored: Sequence[Prediction]) -> Winners:
    called = decided(scored)
    return Winners(decided=len(called), right=mean_of(called, right), brier=mean_of(called, brier))


def decided(predictions: Iterable[Prediction]) -> list[Prediction]:
    """Measured pairs that are no ties, with a chance."""
    return [
        each for each in predictions
        if each.measured is not None and abs(each.measured) >= DECIDED and each.p_unified_better is not None
    ]  # fmt: skip


def right(prediction: Prediction) -> float:
    """1 where the better one was called, 0 where the other was, one half where none was."""
    assert prediction.measured is not None
    assert prediction.p_unified_better is not None
    lean = prediction.p_unified_better - 0.5
    return 0.5 if lean == 0.0 else float((lean > 0.0) == (prediction.measured > 0.0))


def brier(prediction: Prediction) -> float:
    """Square of the chance's distance from what happened."""
    assert prediction.measured is not None
    assert prediction.p_unified_better is not None
    return (prediction.p_unified_better - float(prediction.measured > 0.0)) ** 2


def by_group(predictions: Sequence[Prediction]) -> list[list[Prediction]]:
    """Predictions of each paper or source."""
    groups: dict[str, list[Prediction]] = {}
    for each in predictions:
        groups.setdefault(each.case.group, []).append(each)
    return list(groups.values())


def mean_of(predictions: Sequence[Prediction], what: Callable[[Prediction], float]) -> Mean:
    """Mean over rows and over groups."""
    of_groups = [mean(map(what, some)) for some in by_group(predictions)]
    error = float(np.std(of_groups, ddof=1) / math.sqrt(len(of_groups))) if len(of_groups) > 1 else math.nan
    return Mean(rows=mean(map(what, predictions)), groups=mean(of_groups), error=error)


def mean(values: Iterable[float]) -> float:
    """Mean; NaN of nothing."""
    every = list(values)
    return math.fsum(every) / len(every) if every else math.nan


def median(values: Iterable[float]) -> float:
    """Median; NaN of nothing."""
    every = list(values)
    return float(np.median(every)) if every else math.nan


def worst(predictions: Sequence[Prediction], *, count: int = 5) -> list[Prediction]:
    """Those that missed most, in widths of their own band, each case (a learning curve is one) once."""
    scored = {(each.case.kind, each.case.case_id): each for each in sorted((p for p in predictions if p.measured is not None), key=surprise)}
    return sorted(scored.values(), key=surprise, reverse=True)[:count]


def surprise(prediction: Prediction) -> float:
    """How far what was measured lies from the middle, in half widths of the band on that side."""
    assert prediction.measured is not None
    missed = prediction.measured - prediction.predicted
    half = prediction.upper - prediction.predicted if missed > 0.0 else prediction.predicted - prediction.lower
    return abs(missed) / half if half > 0.0 else math.inf if missed else 0.0
