"""What all tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from building import declared_priors

SCENARIOS = Path(__file__).parents[1] / "scenarios"


def pytest_addoption(parser: pytest.Parser) -> None:
    """``pytest --update-golden`` writes tests/golden anew; say why in the commit."""
    parser.addoption("--update-golden", action="store_true", help="write the golden results anew")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written instead of compared."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def scenarios() -> Path:
    """Folder of the shipped scenarios."""
    return SCENARIOS


@pytest.fixture(autouse=True)
def usual_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """Text as wide and as plain as in a pipe, whatever the terminal or the runner of the tests says."""
    for name in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def declared() -> Iterator[None]:
    """The declared defaults hold, whatever was fitted since: for cases that were chosen by hand to lie near a turn."""
    with declared_priors():
        yield
