"""What all tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

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
