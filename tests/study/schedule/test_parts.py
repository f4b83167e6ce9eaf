"""Parts of a schedule's analysis, each by itself: names of models, ends that come late, what hangs on dates, replays."""

from __future__ import annotations

import numpy as np
import pytest

from building import scenario
from tuneplan.core.schedule.network import network_of
from tuneplan.core.strategies import STRATEGIES
from tuneplan.study.design import monte_carlo
from tuneplan.study.run import Run, run
from tuneplan.study.schedule.analysis import earlier, schedule
from tuneplan.study.schedule.load import Work, load_of
from tuneplan.study.schedule.replayed import replayed
from tuneplan.study.schedule.spans import Span, bars_of, joined, late_end, rows_of
from tuneplan.study.schedule.worth import DATES, gains_of

TASKS = ("a", "b", "c", "d", "e")


@pytest.fixture(scope="module")
def made() -> Run:
    asked = scenario(strategies=("unified", "specialists"), start="2027-01-04", deadline={"date": "2027-03-01", "delay_cost": "$100/day"})
    return run(asked, monte_carlo(16), explained=False)


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        ("unified", ["mine"]),
        ("specialists", list(TASKS)),
        ("unified_then_specialists", ["all tasks, stage 1", *TASKS]),
        ("merged", [*(f"{task}, stage 1" for task in TASKS), "merged"]),
        ("prompted", ["mine"]),
    ],
)
def test_models_are_called_by_what_they_do(kind: str, rows: list[str]) -> None:
    assert rows_of(network_of(STRATEGIES[kind].function(5)), "mine", TASKS) == rows


def span(ends: list[float], *, begins: list[float] | None = None, row: str = "a") -> Span:
    return Span(row=row, kind="data", begins=np.array(begins or [0.0] * len(ends)), ends=np.array(ends))


def test_the_shadow_ends_where_nine_of_ten_draws_have() -> None:
    assert late_end(np.arange(1.0, 11.0)) == 9.0
    assert late_end(np.array([np.nan] * 9 + [5.0])) == 0.0
    assert late_end(np.array([1.0] * 8 + [np.inf] * 2)) == np.inf


def test_what_never_begins_has_no_bar() -> None:
    spans = [span([3.0, np.inf], begins=[1.0, np.inf]), span([4.0, np.inf], begins=[2.0, 2.0], row="b")]
    assert [bar.row for bar in bars_of(spans, 0)] == ["a", "b"]
    assert [(bar.row, bar.ends) for bar in bars_of(spans, 1)] == [("b", np.inf)]


def test_blocks_that_lack_a_piece_have_none_of_it() -> None:
    whole = joined([[span([1.0, 2.0])], [span([3.0]), span([4.0], row="b")]])
    assert [each.row for each in whole] == ["a", "b"]
    assert whole[0].ends.tolist() == [1.0, 2.0, 3.0]
    np.testing.assert_array_equal(whole[1].ends, [np.nan, np.nan, 4.0])


def test_a_launch_that_never_came_counts_from_the_horizon() -> None:
    before, after = np.array([20.0, np.inf, 400.0, np.inf]), np.array([15.0, 300.0, np.inf, np.inf])
    assert earlier(before, after, np.array([365.0])).tolist() == [5.0, 65.0, 0.0, 0.0]


def test_nobody_at_hand_is_no_load() -> None:
    none = np.zeros(1)
    assert load_of(Work(needed=np.array([True]), count=none, busy=none, idle=none, waited=none, each_waited=none)).tolist() == [0.0]
    assert load_of(Work(needed=np.array([True]), count=none + 1.0, busy=none + 3.0, idle=none + 1.0, waited=none, each_waited=none)).tolist() == [0.75]


def test_the_same_dates_are_worth_nothing_and_earlier_ones_what_lateness_costs(made: Run) -> None:
    own = made.lowered.inputs.numbers[DATES]
    tasks = len(made.scenario.tasks)
    sooner = own.copy()
    sooner[:, :, tasks] = 0.0  # all of it on the first day, tasks when they were: nothing is served for longer
    gains = gains_of(made, {"same": own, "sooner": sooner})
    assert not gains["same"].any()
    lateness = np.broadcast_to(made.outcome.costs["lateness"], (1, 2, tasks, 16))[0].sum(axis=1)
    np.testing.assert_allclose(gains["sooner"], lateness, atol=1e-9)
    assert lateness.max() > 0.0


@pytest.mark.parametrize("first", [0, 3, 1000])
def test_the_runs_that_are_drawn_are_always_replayed(made: Run, first: int) -> None:
    found = schedule(made)
    told = {each.draw for each in found.strategies}
    again = replayed(made, found, first=first, jobs=1)
    assert again.draws == len(told | set(range(min(first, 16))))
    assert again.apart < 1e-9
