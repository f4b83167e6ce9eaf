"""A hundred futures, and what the wrong choice gives up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

import waist
from tuneplan.study.decision import decide
from tuneplan.study.odds import FUTURES, Odds, odds, rounded
from tuneplan.study.options import Options


def of(options: Options) -> Odds:
    decision = decide(
        options.strategies, options.objective, cost=options.cost, limits=options.limits, scrambles=options.scrambles, name=options.name, unit=options.unit
    )
    return odds(decision, options)


def test_futures_are_chances_and_what_is_given_up_is_the_regret_of_those_that_go_wrong() -> None:
    ahead = np.where(np.arange(400) < 300, 2.0, -6.0)
    found = of(waist.options([1.0, 1.0], [ahead, 0.0 * ahead]))
    assert found.futures == (75, 25)
    first, second = found.given_up
    assert first is not None
    assert second is not None
    assert (first.mean, second.mean) == (6.0, 2.0)
    for row, short in enumerate((first, second)):
        assert (1.0 - found.decision.probability_best[row]) * short.mean == pytest.approx(found.decision.regret[row])


def test_who_is_always_best_gives_nothing_up_and_who_breaks_the_limits_is_not_asked() -> None:
    found = of(waist.options([1.0, 1.0, 9.0], [np.full(64, 2.0), np.full(64, 1.0), np.full(64, 3.0)], budget=5.0))
    assert found.futures == (FUTURES, 0, 0)
    assert found.given_up[0] is None
    assert found.given_up[2] is None


def test_those_that_are_the_same_count_once() -> None:
    row = np.linspace(0.0, 1.0, 64)
    found = of(waist.options([1.0, 1.0, 1.0], [row, row, 1.0 - row]))
    assert sum(found.futures) == FUTURES
    assert found.futures[1] == 0


def test_where_nothing_meets_the_limits_there_are_none() -> None:
    found = of(waist.options([9.0], [np.zeros(64)], budget=1.0))
    assert (found.futures, found.given_up) == ((0,), (None,))


@given(some.lists(some.floats(0.0, 1.0), min_size=1, max_size=12).filter(lambda parts: sum(parts) > 0.0))
def test_rounded_parts_add_up_and_stay_near(parts: list[float]) -> None:
    chances = [part / sum(parts) for part in parts]
    found = rounded(chances)
    assert sum(found) == FUTURES
    assert all(abs(count - FUTURES * chance) < 1.0 + 1e-6 for count, chance in zip(found, chances, strict=True))
