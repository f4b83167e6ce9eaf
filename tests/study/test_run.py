"""Runs: draws in blocks are draws at once, and what is too large is refused before anything is built."""

from __future__ import annotations

import re

import numpy as np
import pytest

from building import assert_same, every_array, scenario
from tuneplan.axes import Array
from tuneplan.core.structure import build_structure
from tuneplan.errors import UsageError
from tuneplan.scenario.lowering.specs import strategy_specs
from tuneplan.scenario.records import Scenario
from tuneplan.scenario.timed import timed
from tuneplan.study import run as running
from tuneplan.study.design import Nominal, monte_carlo
from tuneplan.study.run import LARGEST_BYTES, LARGEST_CELLS, LARGEST_SUMS, Run, run

LUCKY = {
    "tasks": {"a": {"clash_risk": "high"}, "b": {"clash_risk": "high"}, "c": {"data.examples": "0"}},
    "strategies": {
        "unified": {"replay": "1k"}, "specialists": {}, "adapters": {}, "merged": {}, "prompted": {},
        "unified_then_specialists": {},
    },
    "law": {"law.forgetting": "30%"},
    "unseen": {"share": "10%", "score": {"base": 0.4, "ceiling": 0.8}},
}  # fmt: skip


def every_array_of(done: Run) -> dict[str, Array]:
    unframed = {} if done.unframed is None else {"unframed": done.unframed}
    steps = {f"{kind} {name}": each for kind in ("steps", "unseen_steps") for name, each in getattr(done, kind).items()}
    return {**every_array(done.outcome), **steps, **unframed}


def in_blocks(asked: Scenario, draws: int, cells: int, monkeypatch: pytest.MonkeyPatch) -> dict[str, Array]:
    with monkeypatch.context() as patch:
        patch.setattr(running, "CELLS_AT_ONCE", cells)
        return every_array_of(run(asked, monte_carlo(draws)))


def cells_of(scenario: Scenario) -> int:
    """Cells of one draw of a scenario."""
    return running.cells_of(build_structure(strategy_specs([scenario]), scenario.tasks))


@pytest.mark.parametrize("draws", [2, 3, 7, 64])
@pytest.mark.parametrize("cells", [1, 200, 1000])
def test_blocks_of_draws_change_no_result(draws: int, cells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = scenario(**LUCKY)
    at_once = every_array_of(run(asked, monte_carlo(draws)))
    by_block = in_blocks(asked, draws, cells, monkeypatch)
    assert at_once.keys() == by_block.keys()
    for name, array in at_once.items():
        assert array.shape == by_block[name].shape, name
        assert_same(array, by_block[name])


def test_one_draw_is_one_block(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = scenario(**LUCKY)
    monkeypatch.setattr(running, "CELLS_AT_ONCE", 1)
    assert run(asked, monte_carlo(1)).outcome.delivered.shape == (1, 6, 1, 1)
    assert np.isfinite(run(asked, Nominal()).outcome.delivered).all()


@pytest.mark.parametrize("draws", [1, 2, 3, 5, 8, 63, 64, 4096])
@pytest.mark.parametrize("size", [2, 3, 50, 10_000])
def test_blocks_cover_the_draws_and_none_but_an_only_one_holds_a_single_draw(draws: int, size: int) -> None:
    inputs = run(scenario("ab"), monte_carlo(1)).lowered.inputs
    numbered = running.replace(inputs, numbers={"draw": np.arange(draws, dtype=float), "same": np.ones((1, 1, 1, 1))})
    blocks = [each["draw"] for each in running._blocks(numbered, draws, size)]
    assert np.concatenate(blocks).tolist() == list(range(draws))
    assert max(map(len, blocks)) <= max(size, 3)
    assert draws == 1 or min(map(len, blocks)) > 1


def many(tasks: int, strategies: int, kind: str) -> Scenario:
    names = {f"t{number}": {} for number in range(tasks)}
    return scenario(names, strategies={f"s{n}": {"kind": kind, "epochs": 1 + n} for n in range(strategies)})


def test_more_scores_a_draw_than_are_worked_out_are_refused() -> None:
    message = f"130 tasks and 8321 models are 1107081 scores a draw, the most is {LARGEST_CELLS}; try fewer tasks or str"
    with pytest.raises(UsageError, match=re.escape(message)):
        run(many(130, 64, "specialists"), monte_carlo(8))


def test_more_terms_a_draw_than_are_added_up_are_refused() -> None:
    message = f"200 tasks and 65 models are 2572800 terms of sums a draw, the most is {LARGEST_SUMS}; try fewer tasks or"
    with pytest.raises(UsageError, match=re.escape(message)):
        run(many(200, 64, "unified"), monte_carlo(8))


@pytest.mark.parametrize(("tasks", "kind"), [(120, "unified"), (60, "specialists")])
def test_draws_that_do_not_fit_are_refused_with_a_number_that_does(tasks: int, kind: str) -> None:
    asked = many(tasks, 2, kind)
    with pytest.raises(UsageError, match=r"with 524288 draws need about \d+ GB; try --draws \d+ or fewer") as refused:
        run(asked, monte_carlo(524_288))
    fits = int(str(refused.value).split("--draws ")[1].split()[0])
    running._refuse_too_large(asked, monte_carlo(fits))
    cells = cells_of(asked)
    assert fits % 8 == 0
    assert 0.9 * LARGEST_BYTES < fits * cells * running.BYTES_KEPT < LARGEST_BYTES


def test_dates_take_room_where_they_count() -> None:
    few = []
    for asked in (many(120, 2, "unified"), timed(many(120, 2, "unified"))):
        with pytest.raises(UsageError, match="try --draws") as refused:
            run(asked, monte_carlo(524_288))
        few.append(int(str(refused.value).split("--draws ")[1].split()[0]))
    assert few[1] < few[0]


def test_similarities_of_many_tasks_count_too() -> None:
    """Pairs fill the memory where one model serves everything."""
    few, more = (cells_of(many(tasks, 1, "unified")) for tasks in (50, 100))
    assert few == 51 * (2 + 50)
    assert more == 101 * (2 + 100)
