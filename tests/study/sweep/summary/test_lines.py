"""Switches along the lines of a grid."""

from __future__ import annotations

import numpy as np
import pytest

from toy_dataset import Toy, grid_of, toy
from tuneplan.study.decision import LEVEL
from tuneplan.study.sweep.summary import lines, summary
from tuneplan.study.sweep.summary.records import Along, Summary


def along(found: Summary, name: str) -> Along:
    return next(each for each in found.lines if each.key.name == name)


def linear(keys: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """``a`` leads ``b`` by 3 + y - x: they change at x = 3 + y."""
    return {"a": 10.0 + 3.0 + keys["y"], "b": 10.0 + keys["x"]}


def plane(**more: object) -> Toy:
    return toy(grid_of({"x": [0.0, 1.0, 3.5, 4.2, 6.0, 9.0], "y": [0.0, 0.3, 1.7, 2.0]}), linear, unit="USD", **more)  # type: ignore[arg-type]


def test_where_a_lead_falls_in_a_straight_line_the_switch_is_exact() -> None:
    (switch,) = along(summary(plane()), "x").switches
    assert (switch.before, switch.after, switch.lines, switch.between, switch.gap) == (0, 1, 4, 0, None)
    values = np.array([3.0, 3.3, 4.7, 5.0])
    assert (switch.value.p10, switch.value.median, switch.value.p90) == pytest.approx(tuple(np.quantile(values, (0.1, 0.5, 0.9))), abs=1e-12)


def test_it_is_told_how_a_switch_moves_with_another_key() -> None:
    (switch,) = along(summary(plane()), "x").switches
    assert switch.moved is not None
    assert (switch.moved.by.name, switch.moved.explained) == ("y", 1.0)
    assert [each.value for each in switch.moved.places] == pytest.approx([3.0, 3.3, 4.7, 5.0])
    assert [(each.at.low, each.lines, each.all_lines) for each in switch.moved.places] == [(0.0, 1, 1), (0.3, 1, 1), (1.7, 1, 1), (2.0, 1, 1)]


def test_of_two_other_keys_the_one_that_moves_it_most_is_named() -> None:
    keys = grid_of({"weak": [0.0, 0.1, 0.2], "x": np.linspace(0.0, 10.0, 6).tolist(), "strong": [1.0, 4.0, 7.0], "word": ["p", "q"]})
    found = summary(toy(keys, lambda keys: {"a": keys["strong"] + keys["weak"], "b": keys["x"]}, unit="USD"))
    (switch,) = along(found, "x").switches
    assert switch.moved is not None
    assert switch.moved.by.name == "strong"
    assert [each.value for each in switch.moved.places] == pytest.approx([1.1, 4.1, 7.1])
    assert {(each.lines, each.all_lines) for each in switch.moved.places} == {(6, 6)}


def test_a_key_that_is_another_one_in_every_line_explains_nothing_where_a_second_one_can() -> None:
    keys = grid_of({"x": np.linspace(0.0, 10.0, 6).tolist(), "strong": [1.0, 4.0], "noise": [0.0, 1.0, 2.0, 3.0]})
    # beyond the first two values of noise nothing switches, but for one line each
    lead = np.where(keys["noise"] == keys["strong"] // 2, keys["strong"], np.where(keys["noise"] == 3.0, keys["strong"] + 0.2, 99.0))
    found = summary(toy(keys, lambda keys: {"a": lead, "b": keys["x"]}, unit="USD"))
    (switch,) = along(found, "x").switches
    assert switch.lines == 4
    assert switch.moved is not None
    assert switch.moved.by.name == "strong"


def test_a_switch_that_lies_at_one_place_is_moved_by_nothing() -> None:
    found = summary(toy(grid_of({"x": [0.0, 1.0, 2.0], "y": [1.0, 2.0, 3.0]}), lambda keys: {"a": np.full(9, 1.25), "b": keys["x"]}, unit="USD"))
    (switch,) = along(found, "x").switches
    assert switch.value.p10 == switch.value.p90 == pytest.approx(1.25)
    assert switch.moved is None
    assert (along(found, "y").still, along(found, "y").switches) == (3, ())


@pytest.mark.parametrize(("cost", "expected"), [({"a": 900.0}, 3.0 + LEVEL), ({"b": 900.0}, 3.0 - LEVEL), ({"a": 999.0}, 3.0)])
def test_of_scores_the_dearer_one_has_to_lead_by_more_than_what_is_level(cost: dict[str, float], expected: float) -> None:
    x = np.array([0.0, 2.0, 4.0, 6.0])
    made = toy({"x": x}, lambda keys: {"a": np.full(4, 3.0), "b": keys["x"]}, cost=cost)
    held = dict(made.held)
    held["recommended"] = np.array(["a" if value < expected else "b" for value in x], dtype=object)
    (switch,) = along(summary(made.with_held(held)), "x").switches
    assert (switch.between, switch.value.median) == (0, pytest.approx(expected))


def test_where_limits_are_why_only_the_neighbours_are_known() -> None:
    x = np.array([1.0, 2.0, 4.0])
    found = summary(toy({"x": x}, lambda keys: {"a": np.full(3, 5.0), "b": np.where(keys["x"] < 3.0, np.nan, 6.0)}))
    (switch,) = along(found, "x").switches
    assert (switch.before, switch.after, switch.between, switch.gap, switch.value.median) == (0, 1, 1, (2.0, 4.0), 3.0)


def test_from_nobody_to_somebody_is_a_switch_and_a_row_that_failed_breaks_a_line() -> None:
    x = np.array([1.0, 10.0, 100.0, 1000.0])
    found = summary(toy({"x": x}, lambda keys: {"a": np.where(keys["x"] < 50.0, np.nan, 1.0)}))
    (switch,) = along(found, "x").switches
    assert (switch.before, switch.after, switch.gap) == (found.nobody, 0, (10.0, 100.0))
    assert switch.value.median == pytest.approx(np.sqrt(1000.0))  # values are factors apart
    broken = summary(toy({"x": x}, lambda keys: {"a": np.where(keys["x"] < 50.0, np.nan, 1.0)}, failed=x == 100.0))
    assert along(broken, "x").switches == ()
    assert along(broken, "x").still == 1


def test_a_line_that_turns_back_has_both_switches() -> None:
    found = summary(toy({"x": np.arange(7.0)}, lambda keys: {"a": np.abs(keys["x"] - 3.0), "b": np.full(7, 1.5)}, unit="USD"))
    assert [(each.before, each.after, each.value.median) for each in along(found, "x").switches] == [(0, 1, 1.5), (1, 0, 4.5)]


def test_rows_that_are_missing_break_lines_only_where_they_lie() -> None:
    made = plane()
    kept = np.flatnonzero(~((made.held["x"] == 3.5) & (made.held["y"] == 0.0)))
    found = along(summary(made.with_held({name: column[kept] for name, column in made.held.items()}, rows=made.rows)), "x")
    (switch,) = found.switches
    assert (found.lines, switch.lines) == (4, 3)


def test_some_of_many_lines_are_looked_at_and_tell_about_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = grid_of({"x": np.linspace(0.0, 10.0, 11).tolist(), "y": np.linspace(0.0, 6.0, 400).tolist()})
    made = toy(keys, lambda keys: {"a": 3.0 + keys["y"], "b": keys["x"]}, unit="USD")
    whole = along(summary(made), "x")
    monkeypatch.setattr(lines.opened, "__kwdefaults__", {"most": 11 * 5 * 2 * 100})
    some = along(summary(made), "x")
    assert (whole.lines, some.lines, some.all_lines) == (400, 100, 400)
    assert some.switches[0].value.median == pytest.approx(whole.switches[0].value.median, abs=0.05)
    assert repr(some) == repr(along(summary(made, size=17), "x"))


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (plane(mode="sobol"), "no grid"),
        (toy(grid_of({"method": ["p", "q"]}), lambda keys: {"a": np.ones(2)}), "no number has two values"),
        (toy({"x": np.array([1.0, np.nan]), "y": np.ones(2)}, lambda keys: {"a": np.ones(2)}), "x has too many values, or none in some rows"),
    ],
)  # fmt: skip
def test_it_is_said_why_there_are_no_lines(made: Toy, why: str) -> None:
    found = summary(made)
    assert found.lines == ()
    assert why in found.no_lines
