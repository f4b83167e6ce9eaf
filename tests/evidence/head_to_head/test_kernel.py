"""The density of a sum of two Student-t errors: against the library's t, and against sums drawn at random."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

from tuneplan.evidence.head_to_head.kernel import below, density

X = np.array([-40.0, -7.0, -1.0, 0.0, 0.3, 2.0, 15.0, 200.0])
NONE = np.zeros(1)


def test_one_error_alone_is_students_t() -> None:
    for scale in (0.3, 1.0, 4.0):
        assert density(X, np.array([scale]), NONE) == pytest.approx(stats.t.pdf(X, 5, scale=scale), rel=1e-9)
        assert below(X, np.array([scale]), NONE) == pytest.approx(stats.t.cdf(X, 5, scale=scale), abs=1e-12)


@pytest.mark.parametrize(("one", "other"), [(1.0, 1.0), (1.0, 0.2), (0.5, 3.0)])
def test_two_errors_are_the_convolution(one: float, other: float) -> None:
    for x in (0.0, 0.8, -3.0):
        exact, _ = integrate.quad(lambda y, x=x: stats.t.pdf(y, 5, scale=one) * stats.t.pdf(x - y, 5, scale=other), -np.inf, np.inf)
        assert density(np.array([x]), np.array([one]), np.array([other]))[0] == pytest.approx(exact, rel=1e-7)


def test_chance_is_the_integral_of_the_density() -> None:
    one, other = np.array([1.2]), np.array([0.7])
    mass, _ = integrate.quad(lambda x: density(np.array([x]), one, other)[0], -np.inf, 1.5)
    assert below(np.array([1.5]), one, other)[0] == pytest.approx(mass, abs=1e-8)
    assert below(X, one, other) + below(-X, one, other) == pytest.approx(1.0)


def test_far_out_and_without_any_error_it_stays_finite() -> None:
    assert (density(np.array([1e6, -1e9]), np.ones(1), np.ones(1)) > 0.0).all()
    assert np.isfinite(np.log(density(np.array([0.0, 5.0]), NONE, NONE))).all()
