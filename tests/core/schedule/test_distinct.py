"""Draws that agree in all that dates hang on: simulated once, and in no bit other than each by itself."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from timed_scenarios import scenario
from tuneplan.core.arrays import Inputs
from tuneplan.core.schedule import distinct as module
from tuneplan.core.schedule.distinct import distinct, timeline_of_distinct
from tuneplan.core.schedule.timeline import Timeline, timeline
from tuneplan.scenario.lower import lower
from tuneplan.study.sensitivity.designs import Crossed, Exchange

EACH, BLOCKS = 16, 5


@pytest.fixture(scope="module")
def crossed() -> Inputs:
    """Two sets of points and three mixtures, of which the last alone tells in dates."""
    mixed = ("router.accuracy", "tasks.a.traffic", "tasks.a.data.pace")
    exchanges = (Exchange(), Exchange(others=True), *(Exchange(names=frozenset({name})) for name in mixed))
    asked = scenario("tasks.a.data.pace=3 to 5 examples/hour", "router.accuracy=90% to 98%", "tasks.a.traffic=10k to 20k requests/month")
    found = lower([asked], Crossed(each=EACH, exchanges=exchanges).points)
    assert set(mixed) <= set(found.draws)
    return found.inputs


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Looked for among few draws too; how many are simulated at a time."""
    simulated: list[int] = []

    def counted(inputs: Inputs) -> Timeline:
        simulated.append(inputs["is_timed"].shape[3])
        return timeline(inputs)

    monkeypatch.setattr(module, "MANY", 2)
    monkeypatch.setattr(module, "timeline", counted)
    return simulated


def assert_the_same(inputs: Inputs) -> None:
    found, whole = timeline_of_distinct(inputs), timeline(inputs)
    for name in Timeline.__slots__:
        np.testing.assert_array_equal(getattr(found, name), getattr(whole, name), err_msg=name)


def test_dates_are_those_of_every_draw_and_most_are_not_simulated(crossed: Inputs, few: list[int]) -> None:
    assert_the_same(crossed)
    assert few == [1, 3 * EACH]


def test_where_all_differ_all_are_simulated_at_once(few: list[int]) -> None:
    inputs = lower([scenario()], Crossed(each=EACH, exchanges=(Exchange(), Exchange(others=True))).points).inputs
    few.clear()
    assert_the_same(inputs)
    assert few == [1, 2 * EACH]


def test_a_number_that_is_read_at_other_draws_alone_is_not_overlooked(crossed: Inputs, few: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    whole = module._read_at
    monkeypatch.setattr(module, "_read_at", lambda inputs, some: {name: None for name in whole(inputs, some) if name != "made_an_hour"})
    assert_the_same(crossed)
    assert few[-1] == EACH * BLOCKS


@given(arrays(float, (3, 2, 12), elements=st.sampled_from([0.0, -0.0, 1.0, 1.5, np.nan, np.inf])))
def test_kinds_are_those_of_comparing_each_with_each(drawn: np.ndarray) -> None:
    columns = [drawn[..., place].tobytes() for place in range(12)]
    first, same = distinct(list(drawn), 12)
    assert [columns.index(each) for each in columns] == first[same].tolist()
    assert len(set(columns)) == len(first)


def test_kinds_that_share_a_name_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MULTIPLIER", 0)
    first, same = distinct([np.array([[1.0, 2.0, 1.0], [5.0, 5.0, 5.0]])], 3)
    assert first[same].tolist() == [0, 1, 2]
