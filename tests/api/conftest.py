"""A study and its result, made once; a notebook without a screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import matplotlib
import pytest

from building import EXAMPLES_GIVEN
from tuneplan import Result, Study, load

STARTUP = Path(__file__).parents[2] / "scenarios" / "startup.yaml"


@pytest.fixture(scope="package")
def study() -> Study:
    return load(STARTUP)


@pytest.fixture(scope="package")
def given(study: Study) -> Study:
    """The same with its examples given, so that nothing has to be planned."""
    return study.set(dict(EXAMPLES_GIVEN))


@pytest.fixture(scope="package")
def result(given: Study) -> Result:
    return given.run(draws=64, seed=3)


@pytest.fixture
def figures() -> Iterator[None]:
    """Figures go nowhere, and none stays open."""
    import matplotlib.pyplot as plt

    matplotlib.use("agg")
    yield
    plt.close("all")
