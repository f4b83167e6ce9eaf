"""Intervals after pilots hold the truth about as often as they say; it takes a minute, so it stands here."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

LEAST, MOST = 0.85, 0.95
REPLICATES = 200
NOISE = 0.022
"""Standard error of a share of 9 in 10 over 200 replicates."""


@pytest.fixture(scope="module")
def simulated() -> ModuleType:
    """The script that prints the table."""
    spec = importlib.util.spec_from_file_location("recovery", Path(__file__).with_name("recovery.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["recovery"] = module
    spec.loader.exec_module(module)
    return module


def test_intervals_hold_the_truth_as_often_as_they_say(simulated: ModuleType) -> None:
    found = simulated.recovery(simulated.runs(4), replicates=REPLICATES)
    assert LEAST - NOISE / 2 <= found.numbers <= MOST
    assert LEAST <= found.differences <= MOST + NOISE
    assert found.width < 0.75 * found.width_before
    assert found.identified >= 8
