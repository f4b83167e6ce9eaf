"""What a paper's pilots say by themselves: the mean of their differences, shrunk. The baseline of ``pilots``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tuneplan.evidence.head_to_head.questions import Question, part_of
from tuneplan.evidence.prediction import LEVEL, Prediction
from tuneplan.late import np, special


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Differences in the other papers. [point]

    Attributes
    ----------
    middle, between, within
        Mean over papers, its sd from paper to paper, and the sd within a paper.
    """

    middle: float
    between: float
    within: float


ONE_PAPER = Spread(middle=0.0, between=2.0, within=4.0)
"""Where there is no other paper to learn from: about what the calibration papers show; assumed."""


def spread_of(papers: Sequence[Sequence[Question]]) -> Spread:
    """Differences in papers, each counting once; ``ONE_PAPER`` where there are fewer than two."""
    each = [np.array([question.measured for question in paper], dtype=float) for paper in papers]
    if len(each) < 2:
        return ONE_PAPER
    means = np.array([some.mean() for some in each])
    within = float(np.mean([some.var(ddof=1) for some in each]))
    noise = float(np.mean([within / len(some) for some in each]))
    return Spread(middle=float(means.mean()), between=math.sqrt(max(float(means.var(ddof=1)) - noise, 0.01)), within=math.sqrt(within))


def by_mean(question: Question, pilots: Sequence[float], spread: Spread) -> Prediction:
    """The mean of the pilots' differences, shrunk towards that of the other papers."""
    precision = 1.0 / spread.between**2 + len(pilots) / spread.within**2
    middle = (spread.middle / spread.between**2 + sum(pilots) / spread.within**2) / precision
    sd = math.sqrt(1.0 / precision + spread.within**2)
    half = float(special.ndtri((1.0 + LEVEL) / 2.0)) * sd
    measured = question.measured
    return Prediction(
        case=question.case, given=question.given, predicted=middle, lower=middle - half, upper=middle + half, measured=measured,
        p_unified_better=float(special.ndtr(middle / sd)), part=part_of(question.case),
        log_score=None if measured is None else -0.5 * ((measured - middle) / sd) ** 2 - math.log(sd * math.sqrt(2.0 * math.pi)),
    )  # fmt: skip
