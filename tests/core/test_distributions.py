"""Values without a library are the values of the inverse CDFs."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from tuneplan.core import distributions as shapes

UNCUT = {
    "point": shapes.point(3.0),
    "normal": shapes.normal(5.0, 2.0),
    "lognormal": shapes.lognormal(40.0, 1.3),
    "logit-normal": shapes.logit_normal(0.2, 0.7),
    "near one": shapes.logit_normal(1.0 - 1e-12, 3.0),
    "uniform": shapes.uniform(-2.0, 7.0),
}
CUT = {
    "normal": shapes.normal(5.0, 2.0, low=4.0),
    "lognormal": shapes.lognormal(40.0, 1.3, high=50.0),
    "beta": shapes.beta(2.0, 3.0),
    "choices": shapes.choices((1.0, 2.0, 9.0), (0.2, 0.5, 0.3)),
}


@pytest.mark.parametrize("distribution", [*UNCUT.values(), *CUT.values()], ids=[*UNCUT, *(f"cut {name}" for name in CUT)])
def test_medians_and_intervals_are_those_of_the_inverse_cdf(distribution: shapes.Distribution) -> None:
    expected = distribution.ppf(np.array([0.05, 0.5, 0.95]))
    low, high = distribution.interval()
    assert [low, distribution.median, high] == pytest.approx(expected.tolist(), rel=1e-12)


def test_an_overflow_is_endless() -> None:
    assert shapes.lognormal(1e300, 500.0).interval()[1] == np.inf
    assert shapes.logit_normal(0.5, 1e6).interval()[1] == 1.0


def test_reading_a_scenario_loads_neither_numpy_nor_scipy() -> None:
    code = (
        "import sys; from tuneplan.scenario.load import load; load('scenarios/startup.yaml'); "
        "sys.exit(', '.join({'numpy', 'scipy', 'pandas', 'matplotlib'} & set(sys.modules)) or 0)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
