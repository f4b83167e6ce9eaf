"""Every operation that the equations use, alone: as NumPy has it, at 0, infinity and NaN too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from scipy import special

from tuneplan.core.program import compiled

SPECIAL = (0.0, -0.0, 1.0, -1.0, 2.0, 0.5, -2.5, np.inf, -np.inf, np.nan, 1e-300, 1e300, 3.0, 4.0)
GRID = np.array(np.meshgrid(SPECIAL, SPECIAL)).reshape(2, -1)
NUMBERS = {"x": np.stack([GRID[0], GRID[0][::-1]])[None, :, None], "y": np.stack([GRID[1], GRID[1]])[None, :, None], "s": np.full((1, 1, 1, 1), 0.3)}
Numbers = Mapping[str, Any]


def checked(function: Callable[[Numbers], Any], numbers: Numbers = NUMBERS, varying: frozenset[str] = frozenset({"x", "y"})) -> Any:
    """What a program gives, after it was found to be what the function gives."""
    program = compiled(lambda n: {"out": function(n)}, numbers, varying)
    assert program.memories is not None
    with np.errstate(all="ignore"):
        expected = np.asarray(function(numbers))
    found = program.run({name: numbers[name] for name in varying})["out"]
    assert found.dtype == expected.dtype
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=0.0, equal_nan=True)
    return program


@pytest.mark.parametrize(
    "function",
    [
        lambda n: n["x"] ** n["y"], lambda n: n["x"] ** 2, lambda n: n["x"] ** 4.0, lambda n: n["x"] ** 3, lambda n: n["x"] ** -0.5,
        lambda n: n["x"] ** 0, lambda n: 2.0 ** n["x"], lambda n: n["x"] ** n["s"] * n["x"] ** n["y"], lambda n: 0.0 ** n["y"],
        lambda n: n["x"] / n["y"], lambda n: n["x"] / n["s"], lambda n: 1.0 / n["x"], lambda n: n["x"] * n["y"] * n["s"] * 2.0,
        lambda n: -(n["x"] * n["s"]) * n["y"], lambda n: n["x"] * 1.0, lambda n: 1.0 * n["x"], lambda n: abs(n["x"]) - n["y"],
        lambda n: np.maximum(n["x"], 0.0), lambda n: np.minimum(n["x"], n["y"]), lambda n: np.fmax(n["x"], n["y"]), lambda n: np.clip(n["x"], 0.0, 1.0),
        lambda n: np.clip(n["x"], n["s"], None), lambda n: np.nan_to_num(n["x"]), lambda n: np.where(n["x"] > n["y"], n["x"], n["y"]),
        lambda n: np.where(n["x"] > 0.0, n["x"], 0.0), lambda n: np.where(n["x"] > 0.0, 0.0, n["x"]), lambda n: np.where(n["x"] > -np.inf, 1.0, n["y"]),
        lambda n: np.where(np.array([True, False])[None, :, None, None], n["x"], n["y"]), lambda n: np.where(True, n["x"], n["y"]),
        lambda n: np.where(np.array([True, False])[None, :, None, None], 0.0, n["y"]), lambda n: np.where(n["x"] == n["y"], 1, 0),
        lambda n: (n["x"] > 0.0) * n["y"], lambda n: (n["x"] > 0.0) & (n["y"] > 0.0), lambda n: (n["x"] >= n["y"]).astype(np.float64),
        lambda n: np.expm1(n["x"]), lambda n: np.log1p(n["x"]), lambda n: np.log10(n["x"]), lambda n: np.sqrt(n["x"]), lambda n: np.hypot(n["x"], n["y"]),
        lambda n: np.ceil(n["x"] * n["y"] / n["s"]), lambda n: special.ndtr(n["x"]), lambda n: special.ndtri(n["s"] * n["x"]), lambda n: special.xlogy(n["x"], n["y"]),
        lambda n: n["x"].sum(axis=1), lambda n: n["x"].mean(axis=(1, 2), keepdims=True), lambda n: np.max(n["x"], axis=1), lambda n: n["x"].min(axis=1),
        lambda n: np.sum(n["x"], axis=-1), lambda n: np.fmax.reduce(n["x"], axis=1, keepdims=True), lambda n: np.isnan(n["x"]).any(axis=1),
        lambda n: np.concatenate([n["x"], n["y"]], axis=2), lambda n: np.broadcast_to(n["s"], n["x"].shape), lambda n: n["x"].swapaxes(1, 2),
        lambda n: np.moveaxis(n["x"], 1, 0)[0], lambda n: n["x"].T, lambda n: n["x"][:, ::-1][..., 0, :], lambda n: n["x"][:, None, 1], lambda n: n["x"][:, [1, 1, 0]],
        lambda n: n["x"][:, np.array([[0, 1], [1, 1]]), [0, 0]], lambda n: n["x"][:, np.array([False, True])],
        lambda n: np.take_along_axis(n["x"], np.array([1])[None, :, None, None], axis=1), lambda n: np.take_along_axis(n["x"], np.array([[0], [0]])[None, :, :, None], axis=2),
        lambda n: np.einsum("abcd->acbd", n["x"]), lambda n: np.zeros_like(n["x"]) + n["s"], lambda n: np.ones(n["x"].shape) * n["y"],
        lambda n: n["x"].reshape(2, -1), lambda n: n["s"] * 2.0, lambda n: 3.0, lambda n: n["x"],
    ],
)  # fmt: skip
def test_an_operation_alone(function: Callable[[Numbers], Any]) -> None:
    checked(function)


def assigned(n: Numbers) -> Any:
    whole = n["x"].copy()
    part = whole[:, 1]
    part *= 2.0
    whole[:, 0] = whole[:, 1] - n["y"][:, 0]
    whole[:, [1, 0]] += n["s"]
    whole[:, np.array([], dtype=int)] = 1.0
    before = whole[:, :1] * 1.0
    last = whole[:, :, 0]
    whole[...] = whole * 2.0
    whole[:, [0, 0]] += 1.0
    return np.concatenate([whole, before, last[:, :, None]], axis=1)


def test_assignments_change_what_they_are_made_to_and_nothing_else() -> None:
    checked(assigned)
    kept = NUMBERS["x"].tobytes()
    compiled(lambda n: {"out": assigned(n)}, NUMBERS, frozenset({"x", "y"})).run({"x": NUMBERS["x"], "y": NUMBERS["y"]})
    assert NUMBERS["x"].tobytes() == kept


def test_the_logarithm_of_a_base_is_taken_once() -> None:
    numbers = {"x": np.random.default_rng(0).uniform(0.1, 9.0, (1, 2, 3, 64)), "y": np.full((1, 1, 1, 64), 0.7), "s": np.full((1, 1, 1, 1), 0.3)}
    program = checked(lambda n: n["x"] ** n["y"] + n["x"] ** -n["y"] + n["x"] ** n["s"], numbers)
    names = [node.function.__name__ for node in (program.memories.traced.nodes[line] for line in program.memories.order) if node.op == "ufunc"]
    assert names.count("log") == 1


def test_the_same_twice_is_worked_out_once() -> None:
    program = checked(lambda n: np.exp(n["x"] * n["y"]) + np.exp(n["y"] * n["x"]) + 0.0 * np.exp(n["x"] * n["y"]))
    names = [node.function.__name__ for node in (program.memories.traced.nodes[line] for line in program.memories.order) if node.op == "ufunc"]
    assert (names.count("exp"), names.count("multiply")) == (1, 2)


def test_what_nobody_asks_for_is_dropped() -> None:
    program = checked(lambda n: [np.exp(n["x"]), n["y"] + 1.0][1])
    assert len(program.memories.order) == 3


def test_what_leads_to_a_whole_number_is_worked_out_bit_for_bit() -> None:
    """A third times three, turned about, may be more than one: another replica."""
    x = np.arange(1.0, 4001.0)[None, None, None]
    months = np.arange(1.0, 50.0)[None, :, None, None]
    numbers = {"x": x * np.ones((1, 49, 1, 1)) * months, "y": months * np.ones((1, 1, 1, 4000)), "s": np.array([[[[3.0]]]])}
    checked(lambda n: np.ceil(n["x"] / n["y"][..., :1] * n["s"] / 3.0), numbers)
