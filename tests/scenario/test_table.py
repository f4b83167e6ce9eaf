"""Draws that repeat are worked out once, and are what they would be anyway."""

from __future__ import annotations

import numpy as np
import pytest

from building import scenario
from tuneplan.axes import Array
from tuneplan.core import distributions
from tuneplan.scenario.lower import lower
from tuneplan.scenario.records import Scenario
from tuneplan.study.sensitivity.designs import Crossed, Exchange

BLOCK = 32
EXCHANGES = (
    Exchange(),
    Exchange(others=True),
    *(Exchange(names=frozenset({name})) for name in ("similarity", "similarity.a/b", "correlation busy", "tasks.a.traffic", "law.forgetting")),
    Exchange(names=frozenset({"law.forgetting"}), others=True),
)
CROSSED = Crossed(each=BLOCK, exchanges=EXCHANGES, seed=5)


@pytest.fixture(scope="module")
def asked() -> Scenario:
    """Every family of distributions, and numbers that hang together."""
    tasks = {
        "a": {"traffic": "10k to 40k requests/month", "data.price": "uniform $1 to $4 per example"},
        "b": {"traffic": "5k to 9k requests/month", "score.base": "beta a 4 b 3"},
        "c": {"helpfulness": "0.5 to 2"},
    }
    correlations = {"busy": {"of": ["tasks.a.traffic", "tasks.b.traffic"], "value": -0.7}}
    return scenario(tasks, similar={"a/b": "near", "a/c": "0.2 to 0.5"}, correlations=correlations, law={})


@pytest.mark.parametrize("exchanges", [EXCHANGES, EXCHANGES[2:], EXCHANGES[:1]], ids=["from the first set on", "from an exchange on", "one block"])
def test_blocks_change_no_number(asked: Scenario, exchanges: tuple[Exchange, ...]) -> None:
    design = Crossed(each=BLOCK, exchanges=exchanges, seed=5)
    plain, blocked = lower([asked], design.points), lower([asked], design.points, block=BLOCK)
    assert plain.inputs.numbers.keys() == blocked.inputs.numbers.keys()
    for name, array in plain.inputs.numbers.items():
        assert np.array_equal(array, blocked.inputs.numbers[name], equal_nan=True), name
    moved = [name for name, draws in plain.draws.items() if np.ptp(draws) > 0.0]
    assert len(moved) > 40
    assert all((plain.draws[name] == blocked.draws[name]).all() for name in moved)


def test_what_repeats_is_worked_out_once(asked: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    asked_for: list[int] = []

    def counted(points: Array, *parameters: float, whole: distributions.Ppf = distributions.FAMILIES["beta"]) -> Array:
        asked_for.append(points.size)
        return whole(points, *parameters)

    monkeypatch.setitem(distributions.FAMILIES, "beta", counted)
    sizes: list[int] = []
    for block in (0, BLOCK):
        asked_for.clear()
        lower([asked], CROSSED.points, block=block)
        sizes.append(sum(asked_for))
    assert sizes[1] < 0.6 * sizes[0]
