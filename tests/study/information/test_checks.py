"""What a check sees, what it takes, and in which order checks are told."""

from __future__ import annotations

import math

import numpy as np
import pytest

from building import scenario
from tuneplan.scenario.records import Check, Learned
from tuneplan.study.decision import Limits
from tuneplan.study.design import monte_carlo
from tuneplan.study.in_use import in_use
from tuneplan.study.information.checks import (
    CheckWorth,
    in_unit,
    judged,
    observations,
    price_of_a_point,
    ranked,
)
from tuneplan.study.information.estimates import Worth
from tuneplan.study.options import Options
from tuneplan.study.run import Run, run

DRAWS = 4096


def worth(value: float, error: float = 0.01) -> Worth:
    return Worth(value=value, error=error, changes=0.3, explained=0.1)


def check(name: str = "pilot", *, cost: float = 2000.0, days: float = 10.0, n: int = 4) -> Check:
    return Check(name=name, learn=(), n=n, cost=cost, days=days)


def valued(value: float, of: Check, *, unit: str = "point", waiting: float = 0.0, usd_per_point: float = 4000.0) -> CheckWorth:
    return judged(
        of, learned=(), idle=(), perfect=worth(9.0), worth=worth(value), waiting=waiting, unit=unit, usd_per_point=usd_per_point
    )


def test_points_are_paid_at_the_price_of_a_point() -> None:
    found = valued(0.8, check())
    assert (found.net, found.takes, found.per_usd) == (pytest.approx(0.3), 2000.0, pytest.approx(0.8 / 2000.0))


def test_another_price_of_a_point_can_be_plugged_in() -> None:
    assert [valued(0.8, check(), usd_per_point=price).net for price in (2500.0, 2000.0)] == [pytest.approx(0.0), pytest.approx(-0.2)]


def test_dollars_pay_for_the_check_and_for_waiting() -> None:
    found = valued(9000.0, check(), unit="USD", waiting=1500.0)
    assert (found.waiting, found.takes, found.net) == (1500.0, 3500.0, 5500.0)


def test_without_a_price_of_a_point_there_is_no_net_value() -> None:
    assert math.isnan(valued(0.8, check(), usd_per_point=math.nan).net)
    assert valued(0.8, check(cost=0.0), usd_per_point=math.nan).net == 0.8
    assert math.isinf(valued(0.8, check(cost=0.0)).per_usd)
    assert valued(0.0, check(cost=0.0)).per_usd == 0.0


def test_dollars_stay_dollars() -> None:
    assert in_unit(5.0, "USD", math.nan) == 5.0


def test_what_pays_most_comes_first_whatever_the_order() -> None:
    checks = [valued(0.6, check("a")), valued(0.9, check("b")), valued(0.6, check("c", cost=100.0))]
    names = [each.check.name for each in ranked(checks)]
    assert names == [each.check.name for each in ranked(checks[::-1])] == ["c", "b", "a"]


def test_where_a_point_has_no_price_the_worth_of_a_dollar_decides() -> None:
    checks = [valued(0.9, check("dear", cost=9000.0), usd_per_point=math.nan), valued(0.2, check("cheap", cost=100.0), usd_per_point=math.nan)]
    assert [each.check.name for each in ranked(checks)] == ["cheap", "dear"]


@pytest.mark.parametrize(("value", "close"), [(0.51, True), (0.55, False), (0.45, False)])
def test_a_net_value_within_simulation_error_is_close(value: float, close: bool) -> None:
    assert valued(value, check()).is_close is close


def options(cost: list[float], points: list[float], allowed: list[bool] | None = None) -> Options:
    spent, reached = (np.repeat(np.array(each)[:, None], 8, axis=1) for each in (cost, points))
    possible = np.array(allowed or [True] * len(cost))
    met = np.full(spent.shape, True)
    return Options(
        strategies=tuple("abcd"[: len(cost)]), cost=spent, covered=spent, points=reached, objective=reached, name="delivered score", unit="point",
        limits=Limits(in_budget=met, scores_met=met, possible=possible, confidence=0.9), budget=math.nan, scrambles=8,
    )


def test_a_point_costs_what_the_last_step_of_the_frontier_costs() -> None:
    steps = options([100.0, 300.0, 1000.0], [50.0, 60.0, 65.0])
    assert price_of_a_point(steps, 1) == (20.0, "b")
    assert price_of_a_point(steps, 2) == (140.0, "c")
    assert price_of_a_point(steps, 0) == (20.0, "b")


def test_a_dominated_strategy_pays_the_price_of_those_below_it() -> None:
    assert price_of_a_point(options([100.0, 300.0, 400.0], [50.0, 60.0, 55.0]), 2) == (20.0, "b")


def test_what_breaks_the_limits_sells_no_points() -> None:
    price, seller = price_of_a_point(options([100.0, 300.0], [50.0, 60.0], [False, True]), 1)
    assert (math.isnan(price), seller) == (True, "")


TASKS = {
    "a": {"traffic": "20k to 80k requests/month", "score": {"base": "40 to 50", "ceiling": "80 to 90", "scale": "0 to 100"}, "data.price": "$3 to $6 per example"},
    "b": {},
}


def simulated(**more: object) -> Run:
    return run(scenario(TASKS, similar={"a/b": "0.2 to 0.5"}, law={}, **more), monte_carlo(DRAWS))


def seen(found: Run, path: str, *, noise: float, n: int) -> np.ndarray:
    quantity = next(each for each in in_use(found) if each.path == path)
    return observations(found, check(n=n), Learned(path=path, noise=noise), quantity)


@pytest.mark.parametrize(
    ("path", "noise", "sd"),
    [
        ("tasks.a.traffic", 0.2, 0.1),
        ("tasks.a.data.price", 0.2, 0.1),
        ("similarity.a/b", 0.2, 0.1),
        ("tasks.a.score.base", 0.2, 10.0),
        ("tasks.b.score.base", 0.2, 0.1),
    ],
)
def test_noise_is_relative_but_on_a_scale_it_is_points_of_the_scale(path: str, noise: float, sd: float) -> None:
    """Four observations halve it. Tasks measure on their own scales, a from 0 to 100 and b from 0 to 1."""
    found = simulated() if path != "tasks.b.score.base" else run(scenario({"b": {"score.base": "0.4 to 0.5"}}, law={}), monte_carlo(DRAWS))
    values = found.lowered.draws[path]
    error = seen(found, path, noise=noise, n=4) - (np.log(values) if path in ("tasks.a.traffic", "tasks.a.data.price") else values)
    assert error.std() == pytest.approx(sd, rel=0.02)
    assert error.mean() == pytest.approx(0.0, abs=0.02 * sd)


def test_what_may_be_0_has_noise_as_a_share_of_its_spread() -> None:
    choices = {"data.existing": {"choices": {"0": "50%", "200": "50%"}}}
    found = run(scenario({"a": choices, "b": {}}), monte_carlo(DRAWS))
    values = found.lowered.draws["tasks.a.data.existing"]
    assert values.min() == 0.0
    error = seen(found, "tasks.a.data.existing", noise=0.5, n=1) - values
    assert error.std() == pytest.approx(50.0, rel=0.02)


def test_what_a_check_sees_has_points_of_its_own_name() -> None:
    found = simulated()
    quantity = next(each for each in in_use(found) if each.path == "tasks.a.traffic")
    learned = Learned(path="tasks.a.traffic", noise=0.2)
    one, again, other = (observations(found, check(name), learned, quantity) for name in ("pilot", "pilot", "second"))
    np.testing.assert_array_equal(one, again)
    values = np.log(found.lowered.draws["tasks.a.traffic"])
    assert abs(np.corrcoef(one - values, other - values)[0, 1]) < 0.1
