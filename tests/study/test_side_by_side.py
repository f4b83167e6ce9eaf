"""Any number of threads finds the same, in the order of the parts."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from building import ALL_STRATEGIES, scenario
from tuneplan.study import run as run_module
from tuneplan.study import side_by_side as module
from tuneplan.study.design import monte_carlo
from tuneplan.study.run import Run, at, run
from tuneplan.study.side_by_side import side_by_side


def test_two_parts_are_worked_on_at_a_time_where_there_are_two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "cores", lambda: 2)
    both = threading.Barrier(2, timeout=60.0)  # nobody passes alone
    assert side_by_side(lambda part: (both.wait(), part)[1], [3, 1]) == [3, 1]


def test_one_core_works_on_one_part_after_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "cores", lambda: 1)
    assert side_by_side(lambda part: threading.current_thread() is threading.main_thread(), [1, 2]) == [True, True]


def test_threads_start_no_threads_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "cores", lambda: 2)
    for _ in range(2):
        inside = side_by_side(lambda part: side_by_side(lambda _: threading.get_ident(), [1, 2, 3]), [1, 2])
        assert [len(set(each)) for each in inside] == [1, 1]
        assert threading.get_ident() not in inside[0]


def test_what_goes_wrong_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "cores", lambda: 2)
    with pytest.raises(ZeroDivisionError):
        side_by_side(lambda part: 1 // part, [1, 0, 1])


def test_threads_change_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, design = scenario(strategies=ALL_STRATEGIES, law={}), monte_carlo(128)

    def everything(threads: int) -> tuple[Run, Run]:
        monkeypatch.setattr(module, "cores", lambda: threads)
        return run(asked, design), at(whole, monte_carlo(128, seed=1))

    whole = run(asked, design)
    monkeypatch.setattr(run_module, "CELLS_AT_ONCE", 1_000)
    (one, moved), (four, moved_too) = everything(1), everything(4)
    for this, other in ((one, four), (one, whole), (moved, moved_too)):
        assert (this.outcome.score == other.outcome.score).all()
        assert all((line == other.outcome.costs[name]).all() for name, line in this.outcome.costs.items())
        assert all(np.array_equal(step, other.steps[name]) for name, step in this.steps.items())
