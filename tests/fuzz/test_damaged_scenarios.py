"""A damaged scenario runs and can be written in every way, or is refused in words; nothing else comes out."""

from __future__ import annotations

import pytest

from fuzz.mutations import FULL, SEEDS, mutated
from fuzz.promises import run_or_refuse

BATCHES, OF_A_BATCH = 10, 60


@pytest.mark.parametrize("seed", SEEDS, ids=range(len(SEEDS)))
def test_the_scenarios_run_before_they_are_damaged(seed: str) -> None:
    assert run_or_refuse(seed)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_damaged_scenario_runs_or_is_refused(batch: int) -> None:
    ran = [run_or_refuse(mutated(seed)) for seed in range(batch * OF_A_BATCH, (batch + 1) * OF_A_BATCH)]
    assert 0 < sum(ran) < OF_A_BATCH


@pytest.mark.parametrize("length", range(0, len(FULL), 150))
def test_the_beginning_of_a_scenario_runs_or_is_refused(length: int) -> None:
    run_or_refuse(FULL[:length])
