"""What two models say of their difference: median, band, chance and density, with or without the specialist's score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from tuneplan.axes import Array
from tuneplan.core.capability import DISCREPANCY_DEGREES
from tuneplan.core.distributions import student_t
from tuneplan.evidence.cases import Case
from tuneplan.evidence.head_to_head import kernel
from tuneplan.evidence.head_to_head.arms import Arms, Change, arms_of, as_they_are
from tuneplan.evidence.head_to_head.questions import Question, part_of, questions_of
from tuneplan.evidence.prediction import LEVEL, PREDICTORS, Prediction
from tuneplan.late import np
from tuneplan.study.design import Design

ERRORS_A_DRAW = 16
"""Errors tried with each draw of the law: bands are as smooth as with so many times the draws."""
POINTS = 100.0
SEED_NOISE = 0.002
"""Least scale of a model's error: two runs of one model differ by as much; single-seed noise is .3 to .8 points on large test sets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """A difference as a mixture over draws. [point]

    Attributes
    ----------
    middle, lower, upper
        Median and 80 % interval.
    p_positive
        Chance that it is above 0; ties count half.
    log_density
        Natural log of the density at what was measured; None where nothing was.
    """

    middle: float
    lower: float
    upper: float
    p_positive: float
    log_density: float | None


@PREDICTORS.add(unit="point", scale="points")
def head_to_head(cases: Sequence[Case], design: Design) -> list[Prediction]:
    """Unified minus specialist: from the inputs, and again given the specialist's score as a pilot."""
    return predicted(cases, design)


@PREDICTORS.add(unit="point", scale="points")
def unified_then_specialise(cases: Sequence[Case], design: Design) -> list[Prediction]:
    """The multi-task start fine-tuned on the task, minus the plain base fine-tuned on it; given as head_to_head."""
    return predicted(cases, design)


def predicted(cases: Sequence[Case], design: Design, change: Change = as_they_are) -> list[Prediction]:
    """Each case from its inputs, and given the specialist's score where it is told."""
    questions = questions_of(cases)
    found = []
    for question, arms in zip(questions, arms_of(questions, design, change), strict=True):
        found.append(prediction_of(question, question.given, before(arms, question.measured, design)))
        if question.is_pilot:
            given = "specialist" if question.base is None else "base+specialist"
            found.append(prediction_of(question, given, given_specialist(arms, question, design)))
    return found


def prediction_of(question: Question, given: str, belief: Belief) -> Prediction:
    """A belief about a row as a prediction."""
    return Prediction(
        case=question.case, given=given, predicted=belief.middle, lower=belief.lower, upper=belief.upper, measured=question.measured,
        p_unified_better=belief.p_positive, log_score=belief.log_density, missing=question.missing, part=part_of(question.case),
    )  # fmt: skip


def before(arms: Arms, measured: float | None, design: Design) -> Belief:
    """The difference before any score of a trained model is known."""
    arms = with_seed_noise(arms)
    one, other = errors(design)
    together = np.clip(arms.together + arms.missed_together * one, 0.0, 1.0)
    alone = np.clip(arms.alone + arms.missed_alone * other, 0.0, 1.0)
    weights = np.full(arms.alone.shape, 1.0 / len(arms.alone))
    scales = arms.missed_together, arms.missed_alone
    return _belief(POINTS * (together - alone), weights, arms.together - arms.alone, scales, measured)


def given_specialist(arms: Arms, question: Question, design: Design) -> Belief:
    """The difference once the specialist is measured: draws count by how well they tell its score.

    Its error is then known in each draw, and the difference has the other model's alone.
    """
    assert question.specialist is not None
    arms = with_seed_noise(arms)
    told = weights_of(arms, question.specialist)
    one, _ = errors(design)
    difference = np.clip(arms.together + arms.missed_together * one, 0.0, 1.0) - question.specialist
    scales = arms.missed_together, np.zeros_like(arms.missed_together)
    return _belief(POINTS * difference, told, arms.together - question.specialist, scales, question.measured)


def with_seed_noise(arms: Arms) -> Arms:
    """No model is known better than one run of it: where both arms are one model, their difference is a tie, not a certainty."""
    together, alone = (np.maximum(each, SEED_NOISE) for each in (arms.missed_together, arms.missed_alone))
    return replace(arms, missed_together=together, missed_alone=alone)


def weights_of(arms: Arms, specialist: float) -> Array:
    """How much each draw counts once the specialist's score is known; they add up to 1. ``(draw,)``"""
    likely = kernel.density(specialist - arms.alone, arms.missed_alone, np.zeros_like(arms.missed_alone))
    return likely / likely.sum()  # type: ignore[no-any-return]


@lru_cache(maxsize=4)
def errors(design: Design) -> tuple[Array, Array]:
    """Errors of both models for every draw. ``(error, draw)`` each"""
    names = [f"validation.error.{arm}.{number}" for arm in ("together", "alone") for number in range(ERRORS_A_DRAW)]
    drawn = student_t(DISCREPANCY_DEGREES, 1.0).ppf(design.points(names))
    return drawn[:ERRORS_A_DRAW], drawn[ERRORS_A_DRAW:]


def _belief(
    differences: Array, weights: Array, by_law: Array, scales: tuple[Array, Array], measured: float | None
) -> Belief:
    """A belief from differences ``(error, draw)`` and draws that count by ``weights``."""
    flat, counts = differences.ravel(), np.broadcast_to(weights / len(differences), differences.shape).ravel()
    tail = (1.0 - LEVEL) / 2.0
    lower, middle, upper = weighted_quantiles(flat, counts, (tail, 0.5, 1.0 - tail))
    log_density = None
    if measured is not None:
        at = kernel.density(measured - POINTS * by_law, POINTS * scales[0], POINTS * scales[1])
        log_density = float(np.log((weights * at).sum()))
    positive = float(counts[flat > 0.0].sum() + 0.5 * counts[flat == 0.0].sum())
    return Belief(middle=middle, lower=lower, upper=upper, p_positive=min(positive, 1.0), log_density=log_density)


def weighted_quantiles(values: Array, weights: Array, shares: Sequence[float]) -> tuple[float, ...]:
    """Values below which these shares of the weight lie.

    >>> weighted_quantiles(np.array([3.0, 1.0, 2.0]), np.array([0.2, 0.4, 0.4]), (0.5,))
    (2.0,)
    """
    order = np.argsort(values)
    reached = np.cumsum(weights[order])
    places = np.searchsorted(reached, np.asarray(shares) * reached[-1])
    return tuple(float(values[order[min(place, len(order) - 1)]]) for place in places)
