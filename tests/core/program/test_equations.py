"""The model as a program: the same numbers as the plain equations, whatever the scenario, however it is cut into blocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from building import every_array, lowered, scenario
from hard_questions import TEXTS
from random_scenarios import text_of
from tuneplan.core import evaluate
from tuneplan.core.arrays import Inputs
from tuneplan.core.program import Program, compiled
from tuneplan.scenario import lower as lowering
from tuneplan.scenario.load import load, loads
from tuneplan.scenario.lower import lower
from tuneplan.scenario.lowering.finishing import finished
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import monte_carlo
from tuneplan.study.planning import planned

DRAWS = 48
SHIPPED = sorted(path.name for path in (Path(__file__).parents[3] / "scenarios").glob("*.yaml"))
Numbers = Mapping[str, Any]


def outcome_of(inputs: Inputs) -> Callable[[Numbers], dict[str, Any]]:
    """Scores and costs as a function of the numbers alone."""
    return lambda numbers: every_array(evaluate(Inputs(structure=inputs.structure, numbers=numbers, laws=inputs.laws)))


def plainly(function: Callable[[Numbers], Numbers], numbers: Numbers) -> Numbers:
    with np.errstate(all="ignore"):
        return function(numbers)


def assert_alike(found: Numbers, expected: Numbers) -> None:
    """The same shapes; the same 0, infinity and NaN; numbers within 1e-9 of each other."""
    assert found.keys() == expected.keys()
    for name, array in expected.items():
        assert found[name].shape == array.shape, name
        np.testing.assert_allclose(found[name], array, rtol=1e-9, atol=0.0, equal_nan=True, err_msg=name)


def assert_program_is(function: Callable[[Numbers], Numbers], numbers: Numbers, varying: frozenset[str] | None = None) -> Program:
    """A function, compiled and cut into three blocks and one, gives what it gives."""
    names = frozenset(numbers) if varying is None else varying
    program = compiled(function, numbers, names)
    assert program.memories is not None, "not traced"
    given, expected = {name: numbers[name] for name in names}, plainly(function, numbers)
    assert_alike(program.run_blocks(given, rows=DRAWS // 2 - 5), expected)
    assert_alike(program.run(given), expected)
    return program


def chain(asked: Scenario, monkeypatch: pytest.MonkeyPatch) -> tuple[Callable[[Numbers], Numbers], dict[str, Any]]:
    """From drawn numbers to the outcome, and the drawn numbers."""
    drawn: dict[str, Any] = {}

    def noted(numbers: Numbers, *rest: Any) -> Any:
        drawn.update(numbers)
        return finished(numbers, *rest)

    monkeypatch.setattr(lowering, "finished", noted)
    inputs = lower([asked], monte_carlo(DRAWS).points).inputs
    return lambda numbers: outcome_of(inputs)(finished(numbers, inputs.structure, asked)[0]), drawn


@pytest.mark.parametrize("file", SHIPPED)
def test_shipped_scenarios(file: str, scenarios: Path) -> None:
    inputs = lower([planned(load(scenarios / file), seed=0).scenario], monte_carlo(DRAWS).points).inputs
    assert_program_is(outcome_of(inputs), inputs.numbers)


@pytest.mark.parametrize("file", SHIPPED)
def test_the_whole_chain_of_scenarios_without_dates(file: str, scenarios: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = planned(load(scenarios / file, overrides=["schedule.counts=no"]), seed=0).scenario
    assert_program_is(*chain(asked, monkeypatch))


def test_dates_are_left_to_the_plain_code(monkeypatch: pytest.MonkeyPatch) -> None:
    function, drawn = chain(loads(TEXTS["timed"]), monkeypatch)
    program = compiled(function, drawn, frozenset(drawn))
    assert program.memories is None
    assert_alike(program.run_blocks(drawn, rows=7, workers=2), plainly(function, drawn))


@pytest.mark.parametrize("name", [name for name in TEXTS if name != "planned"])
def test_hard_questions(name: str) -> None:
    inputs = lower([loads(TEXTS[name])], monte_carlo(DRAWS).points).inputs
    assert_program_is(outcome_of(inputs), inputs.numbers)


@pytest.mark.parametrize("seed", range(8))
def test_random_scenarios(seed: int) -> None:
    inputs = lower([loads(text_of(seed))], monte_carlo(DRAWS).points).inputs
    assert_program_is(outcome_of(inputs), inputs.numbers)


@pytest.mark.parametrize("special", [0.0, 1.0, np.inf, np.nan, 1e-300, 1e300])
@pytest.mark.parametrize("seed", range(2))
def test_numbers_that_are_no_numbers(special: float, seed: int) -> None:
    """In some draws of every tenth number or so, never mind what it stands for."""
    inputs = lowered(scenario(strategies=("unified", "specialists", "merged")), draws=DRAWS).inputs
    rng = np.random.default_rng(seed)
    numbers = dict(inputs.numbers)
    for name, array in numbers.items():
        if array.shape[-1] > 1 and rng.random() < 0.1:
            numbers[name] = np.where(rng.random(array.shape) < 0.2, special, array)
    function = outcome_of(inputs)
    program = compiled(function, numbers, frozenset(numbers))
    found, expected = program.run_blocks(numbers, rows=20), plainly(function, numbers)
    for name, array in expected.items():
        for kind in (np.isnan, np.isposinf, np.isneginf):
            np.testing.assert_array_equal(kind(found[name]), kind(array), err_msg=name)
        np.testing.assert_allclose(found[name], array, rtol=1e-9, atol=0.0, equal_nan=True, err_msg=name)


def test_scenarios_by_draws() -> None:
    """Some numbers by scenario, some by draw, some by both; costs summed up as a study does."""
    inputs = lowered(scenario(), draws=DRAWS).inputs
    rng, rows = np.random.default_rng(0), (31, 1, 1, 1)
    numbers = dict(inputs.numbers)
    for name in ("gpu_price", "traffic", "examples", "router_accuracy"):
        numbers[name] = numbers[name] * rng.uniform(0.5, 1.0, rows)

    def sums(given: Numbers) -> dict[str, Any]:
        outcome = evaluate(Inputs(structure=inputs.structure, numbers=given, laws=inputs.laws))
        return {"cost": outcome.cost_of(), "covered": outcome.cost_of(("data", "training")), "points": 100.0 * outcome.delivered[:, :, 0]}

    varying = frozenset(("gpu_price", "traffic", "examples", "router_accuracy"))
    program = compiled(sums, numbers, varying)
    expected = plainly(sums, numbers)
    for rows_of_a_block in (None, 1, 7, 31):
        assert_alike(program.run_blocks({name: numbers[name] for name in varying}, rows=rows_of_a_block), expected)


def test_a_sweep_over_a_price_never_trains_again() -> None:
    """What is left of the program is next to nothing, and holds no power, exponential or logarithm."""
    inputs = lowered(scenario(), draws=DRAWS).inputs
    function, prices = outcome_of(inputs), np.linspace(1.0, 9.0, 21)[:, None, None, None]
    numbers = {**inputs.numbers, "gpu_price": prices}
    few = assert_program_is(function, numbers, frozenset({"gpu_price"})).memories
    every = compiled(function, inputs.numbers, frozenset(inputs.numbers)).memories
    assert few is not None
    assert every is not None
    work = [few.traced.nodes[line] for line in few.order if few.traced.nodes[line].op not in ("constant", "input")]
    assert 0 < len(work) < len(every.order) / 20
    assert {node.op for node in work} & {"power", "where", "clip"} == set()
    assert {node.function.__name__ for node in work if node.op == "ufunc"} <= {"multiply", "add", "divide"}
