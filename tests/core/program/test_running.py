"""Programs of small functions: blocks, threads, guards, memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from tuneplan.core.program import compiled
from tuneplan.core.program.running import SPARE, Program

Numbers = Mapping[str, Any]


def numbers(draws: int = 1000, seed: int = 0) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    return {"x": rng.uniform(0.1, 2.0, (1, 3, 4, draws)), "y": rng.uniform(0.0, 1.0, (1, 1, 4, draws)), "w": rng.uniform(1.0, 2.0, (1, 3, 1, 1))}


def law(n: Numbers) -> dict[str, Any]:
    """Powers, choices, sums, an array that is filled row by row."""
    filled = np.zeros(n["x"].shape, like=n["x"])
    filled[:, [0, 2]] += n["x"][:, [0, 2]] ** n["y"]
    filled[:, 1] = np.where(n["y"][:, 0] > 0.5, np.exp(-n["x"][:, 1]), 0.0)
    return {"law": filled, "sum": (filled * n["w"]).sum(axis=2, keepdims=True)}


def made(function: Callable[[Numbers], Numbers] = law, **given: Any) -> Program:
    program = compiled(function, {**numbers(), **given}, frozenset({"x", "y"}))
    assert program.memories is not None
    return program


def bits(found: Numbers) -> dict[str, bytes]:
    return {name: array.tobytes() for name, array in found.items()}


def varying(draws: int, seed: int = 1) -> dict[str, Any]:
    return {name: array for name, array in numbers(draws, seed).items() if name != "w"}


def test_blocks_of_any_length() -> None:
    program, given = made(), varying(997)
    expected = law({**numbers(), **given})
    for rows in (1, 10, 996, 997, 5000, None):
        for name, array in program.run_blocks(given, rows=rows).items():
            np.testing.assert_allclose(array, expected[name], rtol=1e-12)


@pytest.mark.parametrize("rows", [7, 100, None])
def test_any_number_of_workers_gives_the_same_bits(rows: int | None) -> None:
    program, given = made(), varying(20_011)
    one = bits(program.run_blocks(given, rows=rows))
    assert all(bits(program.run_blocks(given, rows=rows, workers=workers)) == one for workers in (1, 2, 3, 8))


def test_calls_that_start_on_the_grid_give_the_same_bits_as_one() -> None:
    program, given = made(), varying(1000)
    whole = program.run_blocks(given, rows=100)
    for start, end in ((0, 300), (300, 1000)):
        part = program.run_blocks({name: array[..., start:end] for name, array in given.items()}, rows=100)
        assert bits(part) == bits({name: whole[name][..., start:end] for name in whole})


def test_results_do_not_rest_on_what_ran_before() -> None:
    program, given = made(), varying(500)
    once = bits(program.run(given))
    program.run(varying(500, seed=5))
    program.run(varying(80, seed=6))
    assert bits(program.run(given)) == once


def test_memory_does_not_grow() -> None:
    program = made()
    for seed in range(20):
        program.run_blocks(varying(1000, seed), rows=100, workers=2)
    assert program.memories is not None
    assert len(program.memories.spare) <= SPARE
    assert len({bound.size for bound in program.memories.spare if bound.lengths == program.memories.lengths((1, 100))}) == 1


def test_no_line_asks_for_memory() -> None:
    """All arrays of a running program lie in its own stretch, its constants or the numbers given."""
    program = made()
    program.run(varying(64))
    assert program.memories is not None
    bound = program.memories.spare[-1]
    assert all(array.size == 0 or np.may_share_memory(array, bound.memory) for line, array in bound.arrays.items() if line not in bound.direct)


def test_threads_do_not_meet() -> None:
    program = made()
    given = [varying(300, seed) for seed in range(32)]
    alone = [bits(program.run(each)) for each in given]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda each: bits(program.run(each)), given)) == alone


def test_blocks_are_handed_on_without_being_kept() -> None:
    program, given, total = made(), varying(1000), np.zeros(3)

    def add(_: Any, outputs: Numbers) -> None:
        total[:] += outputs["sum"].sum(axis=(0, 2, 3))

    program.each_block(given, add, rows=64)
    np.testing.assert_allclose(total, law({**numbers(), **given})["sum"].sum(axis=(0, 2, 3)), rtol=1e-12)


def test_a_number_that_is_fixed_may_not_be_given() -> None:
    with pytest.raises(ValueError, match="w: fixed when this was compiled"):
        made().run({**varying(10), "w": np.ones((1, 3, 1, 1))})


def test_arrays_have_to_fit_each_other() -> None:
    with pytest.raises(ValueError, match="y: 1 scenarios and 7 draws, where there are 1 and 10"):
        made().run({"x": varying(10)["x"], "y": varying(7)["y"]})


@pytest.mark.parametrize("shape", [(1, 3, 4), (1, 2, 4, 10), (5, 3, 4, 10)])
def test_an_array_may_differ_in_scenarios_and_draws_alone(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"x: shape .* where \(1, 3, 4, 1000\) was compiled; scenarios and draws alone may differ"):
        made().run({"x": np.ones(shape), "y": varying(10)["y"]})


def test_one_number_for_all_draws_will_do_where_there_were_many() -> None:
    given = {"x": np.full((1, 3, 4, 1), 0.5), "y": varying(30)["y"]}
    found = made(lambda n: {"power": n["x"] ** n["y"]}).run(given)["power"]
    np.testing.assert_allclose(found, 0.5 ** given["y"] * np.ones((1, 3, 1, 1)), rtol=1e-12)


def test_many_scenarios_without_draws() -> None:
    """Rows on the first axis; some numbers fixed."""
    first = {name: np.swapaxes(array, 0, -1) for name, array in numbers().items()}
    program = compiled(law, first, frozenset({"x"}))
    assert program.memories is not None
    for rows in (None, 1, 77):
        for name, array in program.run_blocks({"x": first["x"]}, rows=rows).items():
            np.testing.assert_allclose(array, law(first)[name], rtol=1e-12)


# --- guards ---


def held_alone(n: Numbers) -> dict[str, Any]:
    """Rows in which there is anything at all, by Python's own ``if``."""
    total = np.zeros(n["x"][:, :1].shape, like=n["x"])
    held = (n["x"] != 0.0).any(axis=(0, 2, 3))
    for row in np.flatnonzero(held):
        total[:, 0] += n["x"][:, row]
    return {"total": total if n["y"].max() < 10.0 else -total}


def test_a_broken_guard_gives_the_right_answer() -> None:
    program, given = made(held_alone), varying(300)
    assert program.memories is not None
    assert len(program.memories.traced.guards) == 2
    given["x"][:, 1] = 0.0
    given["x"][..., :100] = 0.0
    given["y"][..., -1] = 11.0
    for start in (0, 100, 200):
        block = {name: array[..., start : start + 100] for name, array in given.items()}
        np.testing.assert_allclose(program.run(block)["total"], held_alone(block)["total"])


def test_a_guard_that_fixed_numbers_keep_is_not_asked_again() -> None:
    program = compiled(held_alone, numbers(), frozenset({"y"}))
    assert program.memories is not None
    assert len(program.memories.traced.guards) == 1


def test_fixed_numbers_that_few_of_their_draws_would_mislead_on() -> None:
    """A row that is nothing in the draws that are traced, and something in one of the others."""
    given = numbers()
    given["x"][:, 2] = 0.0
    given["x"][:, 2, 0, 501] = 1.0
    program = compiled(held_alone, given, frozenset({"y"}))
    assert program.memories is not None
    np.testing.assert_allclose(program.run({})["total"], held_alone(given)["total"])


def test_a_function_that_looks_at_single_draws_runs_as_it_is_written() -> None:
    def strange(n: Numbers) -> dict[str, Any]:
        return {"y": n["y"] * (1.0 if float(n["x"].flat[0]) > 1.0 else 2.0)}

    program = compiled(strange, numbers(), frozenset({"x", "y"}))
    assert program.memories is None
    np.testing.assert_array_equal(program.run(varying(50))["y"], strange(varying(50))["y"])


def test_a_program_that_would_be_wrong_is_not_used() -> None:
    """A function that remembers is not pure; whatever it does, its own answer stands."""
    calls: list[int] = []

    def changing(n: Numbers) -> dict[str, Any]:
        calls.append(1)
        return {"x": n["x"] * float(len(calls))}

    program = compiled(changing, numbers(), frozenset({"x", "y"}))
    assert program.memories is None


def test_warnings_stay_inside(recwarn: pytest.WarningsRecorder) -> None:
    alone = {"x": numbers()["x"]}
    compiled(lambda n: {"x": np.log(n["x"] - n["x"]) / 0.0}, alone, frozenset(alone)).run({"x": varying(10)["x"]})
    assert not recwarn.list
