"""The difference of a pair is that of the whole study, to the bit, whatever is left out on the way."""

from __future__ import annotations

import numpy as np
import pytest

from building import scenario
from tuneplan.scenario.records import Scenario
from tuneplan.study.options import options_of
from tuneplan.study.run import Run, at, run
from tuneplan.study.sensitivity.designs import Crossed, Exchange
from tuneplan.study.sensitivity.difference import Difference

STRATEGIES = ("unified", "specialists", "merged", "unified_then_specialists", "prompted")
PRICED = {"a": {"value": "$300 per point per month"}, "b": {}, "c": {"value": "$100 to $300 per point per month"}}
CASES = {
    "points": {},
    "money, counted from the base": {"tasks": PRICED},
    "money, counted from a strategy": {"tasks": PRICED, "reference": "prompted"},
    "points, where launches count": {"start": "2027-01-04", "deadline": {"date": "2027-04-30", "delay_cost": "$500/day"}},
    "money, where launches count": {"tasks": PRICED, "start": "2027-01-04", "deadline": {"date": "2027-04-30", "delay_cost": "$500/day"}},
}
BLOCK = 16
CROSSED = Crossed(
    each=BLOCK, exchanges=(Exchange(), Exchange(others=True), Exchange(names=frozenset({"law.forgetting"})), Exchange(names=frozenset({"similarity"}))), seed=2
)


def asked(case: str) -> Scenario:
    keys = dict(CASES[case])
    return scenario(keys.pop("tasks", ("a", "b", "c")), strategies=STRATEGIES, law={}, **keys)


@pytest.fixture(scope="module", params=CASES)
def simulated(request: pytest.FixtureRequest) -> Run:
    return run(asked(request.param), CROSSED, explained=False)


@pytest.mark.parametrize("pair", [("unified", "unified_then_specialists"), ("merged", "unified"), ("specialists", "prompted")])
@pytest.mark.parametrize("block", [0, BLOCK])
def test_a_pair_alone_differs_as_in_company(simulated: Run, pair: tuple[str, str], block: int) -> None:
    best, other = (simulated.scenario.strategies.index(name) for name in pair)
    objective = options_of(at(simulated, CROSSED)).objective
    found = Difference.of(simulated, best, other).at(CROSSED, block=block)
    assert np.ptp(found) > 0.0
    assert (found == objective[best] - objective[other]).all()


def test_only_those_are_run_that_the_difference_needs() -> None:
    kept = {
        case: Difference.of(run(asked(case), CROSSED, explained=False), 1, 2).run.scenario.strategies for case in ("points", "money, counted from a strategy")
    }
    assert kept == {"points": ("specialists", "merged"), "money, counted from a strategy": ("specialists", "merged", "prompted")}


def test_strategies_that_differ_in_nothing() -> None:
    alike = run(scenario(strategies={"one": {"kind": "unified"}, "two": {"kind": "unified"}}), CROSSED, explained=False)
    assert Difference.of(alike, 0, 1).at(CROSSED).tolist() == [0.0] * CROSSED.draws
