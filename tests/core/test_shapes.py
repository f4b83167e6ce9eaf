"""Every array lies on the axes of ``tuneplan.axes``: checked here, trusted everywhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuneplan.axes import check_shape
from tuneplan.core import evaluate
from tuneplan.core.arrays import Inputs
from tuneplan.core.attribution import attribute, attribute_unseen
from tuneplan.core.learning import learn
from tuneplan.core.schedule.network import network_of
from tuneplan.scenario.load import load
from tuneplan.scenario.lower import lower
from tuneplan.study.design import monte_carlo

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
DRAWS = 64
PAIRS = ("similarity", "confusion")
"""Numbers between two tasks, of rank 5."""


@pytest.fixture(params=["startup", "unseen_task", "dataset_choice"])
def inputs(request: pytest.FixtureRequest) -> Inputs:
    """Each shipped scenario, lowered; one of them has an instruction mix, so one column more than tasks."""
    return lower([load(SCENARIOS / f"{request.param}.yaml")], monte_carlo(DRAWS).points).inputs


def fits(name: str, shape: tuple[int, ...], inputs: Inputs) -> bool:
    """Whether lengths are 1 or those of the axes that a number may lie on."""
    structure = inputs.structure
    second = {1, len(structure.strategies), len(structure.models)}
    third = own_third(name, inputs) or {1, len(structure.tasks), structure.columns, len(structure.tasks) + 1}
    return shape[0] == 1 and shape[1] in second and shape[2] in third and shape[-1] in (1, DRAWS)


def own_third(name: str, inputs: Inputs) -> set[int]:
    """Lengths of the third axis of a number of the schedule that is neither by task nor by request; none for any other."""
    tasks, strategies = len(inputs.structure.tasks), inputs.structure.strategies
    return {
        "dates_of_launch": {tasks + 3},
        "model_luck": {max(len(network_of(spec.grouping)) for spec in strategies)},
        "workdays": {1} if not inputs["is_timed"].any() else set(range(365, 1000)),
    }.get(name, set())


def test_every_number_lies_on_the_four_axes(inputs: Inputs) -> None:
    assert [name for name, array in inputs.numbers.items() if array.ndim != (5 if name in PAIRS else 4)] == []
    assert [name for name, array in inputs.numbers.items() if not fits(name, array.shape, inputs)] == []


def test_every_result_lies_on_the_four_axes(inputs: Inputs) -> None:
    structure, outcome, learned = inputs.structure, evaluate(inputs), learn(inputs)
    strategies, tasks = len(structure.strategies), len(structure.tasks)
    check_shape("score", outcome.score, expected=(1, strategies, tasks + 1, DRAWS))
    check_shape("delivered", outcome.delivered, expected=(1, strategies, 1, DRAWS))
    check_shape("law", learned.law, expected=(1, len(structure.models), tasks + 1, DRAWS))
    for name, line in outcome.costs.items():
        check_shape(name, line, expected=(1, strategies, tasks, DRAWS))
    for name, step in {**attribute(inputs, learned), **attribute_unseen(inputs, learned)}.items():
        check_shape(name, step, expected=(1, strategies, 1, DRAWS))
