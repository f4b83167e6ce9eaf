"""Laws of learning curves: closed forms, slopes, and that they are the model's own."""

from __future__ import annotations

import numpy as np
import pytest

from tuneplan.core.capability import open_gap_before_interference
from tuneplan.evidence.curves.laws import POWER, RECTIFIED, WITH_FORMAT, Law
from tuneplan.evidence.curves.solving import least_squares

EXAMPLES = np.array([1.0, 50.0, 200.0, 5e3, 1e5, 1e7])
AT = {
    "rectified": np.array([1.1, -0.8, 9.0, -1.2]),
    "with format": np.array([1.1, -0.8, 9.0, -1.2, 4.0]),
    "power": np.array([0.7, -1.5, -1.6]),
}
LAWS = {"rectified": RECTIFIED, "with format": WITH_FORMAT, "power": POWER}
START = np.array([np.log(7.0)])


def value(law: Law, at: np.ndarray) -> np.ndarray:
    return law.value(at, np.log(EXAMPLES), START)[0]


@pytest.mark.parametrize("name", list(LAWS))
def test_slopes_are_those_of_the_value(name: str) -> None:
    law, at, step = LAWS[name], AT[name], 1e-6
    slopes = law.value(at, np.log(EXAMPLES), START)[1]
    assert slopes.shape == (len(EXAMPLES), len(law.parameters))
    for place in range(len(at)):
        away = np.eye(len(at))[place] * step
        assert slopes[:, place] == pytest.approx((value(law, at + away) - value(law, at - away)) / (2 * step), abs=1e-7)


@pytest.mark.parametrize("name", list(LAWS))
def test_a_law_falls_from_its_level_to_its_floor(name: str) -> None:
    law, at = LAWS[name], AT[name]
    ends = law.value(at, np.log(np.array([1e-12, 1e-6, 1e2, 1e4, 1e300])), START)[0]
    assert (np.diff(ends) <= 1e-12).all()
    floor = at[0] + np.log(1.0 / (1.0 + np.exp(-at[1])))
    assert ends[-1] == pytest.approx(floor, abs=1e-6)


def test_the_rectified_law_with_format_is_the_law_of_the_model() -> None:
    level, floor, half, exponent, fast = 3.0, 0.9, 12_000.0, 0.3, 40.0
    at = np.array([np.log(level), np.log(floor / (level - floor)), np.log(half), np.log(exponent), np.log(fast)])
    start = float(np.exp(START[0]))
    gap = open_gap_before_interference(
        EXAMPLES, EXAMPLES, data_exponent=np.array(exponent), half_gap_examples=np.array(half),
        format_share=np.array((start - level) / (start - floor)), format_examples=np.array(fast),
    )  # fmt: skip
    assert np.exp(value(WITH_FORMAT, at)) == pytest.approx(floor + (start - floor) * gap, rel=1e-12)


def test_the_power_law_is_one() -> None:
    level, share, exponent = 2.0, 0.3, 0.25
    at = np.array([np.log(level), np.log(share / (1 - share)), np.log(exponent)])
    assert np.exp(value(POWER, at)) == pytest.approx(level * (share + (1 - share) * (EXAMPLES / 1000.0) ** -exponent), rel=1e-12)


def test_least_squares_finds_the_law_again_from_many_starts() -> None:
    truth = AT["rectified"]
    x = np.log(np.geomspace(100, 1e7, 25))
    seen = RECTIFIED.value(truth, x, START)[0]

    def residuals(at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        told, slopes = RECTIFIED.value(at, x, START)
        return told - seen, slopes

    starts = truth + np.random.default_rng(0).normal(size=(40, 4)) * [0.3, 1.0, 1.5, 0.5]
    found, half = least_squares(residuals, starts, steps=200)
    assert found[half.argmin()] == pytest.approx(truth, abs=1e-3)
    first, _ = residuals(starts)
    assert (half <= 0.5 * (first**2).sum(axis=-1)).all()
