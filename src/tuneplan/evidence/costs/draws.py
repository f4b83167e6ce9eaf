"""From draws to a prediction."""

from __future__ import annotations

from collections.abc import Sequence

from tuneplan.axes import Array
from tuneplan.evidence.cases import Case
from tuneplan.evidence.prediction import LEVEL, Prediction
from tuneplan.late import np, special
from tuneplan.study.design import Design

SMALLEST_SD = 0.02
"""A log-sd below which no predictive density is believed."""


def scores(design: Design, kind: str, names: Sequence[str]) -> dict[str, Array]:
    """Standard normal draws of some quantities of a kind, the same for every case. ``(draw,)``"""
    points = design.points([f"evidence.{kind}.{name}" for name in names])
    return {name: special.ndtri(row) for name, row in zip(names, points, strict=True)}


def prediction(
    case: Case, draws: Array, *, measured: float | None, missing: Sequence[str], fits: bool | None = None
) -> Prediction:
    """Median, 80 % band and log density of what was measured, as a log-normal with the draws' own median and spread."""
    tails = (1.0 - LEVEL) / 2.0
    lower, middle, upper = (float(value) for value in np.quantile(draws, [tails, 0.5, 1.0 - tails]))
    log_score = None
    if measured is not None:
        spread = max(float(np.std(np.log(draws))), SMALLEST_SD)
        away = np.log(measured / middle) / spread
        log_score = float(-0.5 * away**2 - np.log(spread) - 0.5 * np.log(2.0 * np.pi))
    return Prediction(
        case=case, predicted=middle, lower=lower, upper=upper, measured=measured, log_score=log_score, missing=tuple(dict.fromkeys(missing)), fits=fits
    )
