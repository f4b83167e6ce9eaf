"""Learning curves: what a run says at the plan, and what another run would say elsewhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from building import NO_HARM, scenario
from tuneplan.axes import Array
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import Nominal, monte_carlo
from tuneplan.study.learning_curves import (
    BEYOND,
    FEWEST_EXAMPLES,
    MOST_STRATEGIES,
    MOST_TASKS,
    LearningCurves,
    learning_curves,
)
from tuneplan.study.results import Verdict
from tuneplan.study.run import run
from tuneplan.study.small import fewer_draws
from tuneplan.study.verdict import verdict

KINDS = ("unified", "specialists", "adapters", "prompted")
PLANS = {"a": {}, "b": {"data.examples": "700"}, "c": {"data.examples": "9k"}}


def asked(**more: object) -> Scenario:
    """Three tasks of which everything is uncertain, luck too."""
    return scenario(PLANS, strategies=more.pop("strategies", KINDS), law=more.pop("law", {}), router={"accuracy": "90% to 98%"}, **more)


def found(question: Scenario, draws: int = 64) -> tuple[Verdict, LearningCurves]:
    result = verdict(run(question, monte_carlo(draws, seed=3)))
    return result, learning_curves(result)


@pytest.fixture(scope="module")
def both() -> tuple[Verdict, LearningCurves]:
    return found(asked(strategies={name: {} for name in KINDS} | {"fewer": {"kind": "unified", "examples": {"a": 500, "c": 0}}}))


def score(of: Verdict, strategy: str, task: str) -> Array:
    """In points. ``(draw,)``"""
    names, outcome = of.run.scenario.strategies, of.run.outcome
    return 100.0 * np.broadcast_to(outcome.score[0, names.index(strategy), of.run.scenario.tasks.index(task)], (of.run.design.draws,))


def test_at_the_plan_a_curve_is_the_score_of_the_run(both: tuple[Verdict, LearningCurves]) -> None:
    result, curves = both
    for each in curves.tasks:
        for line in each.lines:
            if line.planned > 0.0:
                here, draws = each.at(line.strategy, line.planned), score(result, line.strategy, each.task)
                assert here.mean == pytest.approx(draws.mean(), abs=1e-9)
                assert (here.low, here.p90) == pytest.approx(np.quantile(draws, (0.05, 0.9)), abs=1e-9)


def test_plans_are_those_of_each_strategy(both: tuple[Verdict, LearningCurves]) -> None:
    planned = {each.task: {line.strategy: line.planned for line in each.lines} for each in both[1].tasks}
    assert planned["a"] == {"unified": 2000.0, "specialists": 2000.0, "adapters": 2000.0, "prompted": 0.0, "fewer": 500.0}
    assert planned["c"]["fewer"] == 0.0


def test_elsewhere_it_is_the_score_of_a_run_with_so_many_examples(both: tuple[Verdict, LearningCurves]) -> None:
    """Other tasks keep theirs, and every draw its luck."""
    curves = both[1].tasks[1]
    place = curves.examples[3]
    other = verdict(run(scenario(PLANS | {"b": {"data.examples": place}}, strategies=KINDS, law={}, router={"accuracy": "90% to 98%"}), monte_carlo(64, seed=3)))
    for strategy in KINDS:
        assert curves.at(strategy, place).mean == pytest.approx(score(other, strategy, "b").mean(), abs=1e-6)


def test_what_is_not_trained_on_a_task_is_flat(both: tuple[Verdict, LearningCurves]) -> None:
    flat = [(each, line) for each in both[1].tasks for line in each.lines if line.planned == 0.0]
    assert {(each.task, line.strategy) for each, line in flat} == {("a", "prompted"), ("b", "prompted"), ("c", "prompted"), ("c", "fewer")}
    for _, line in flat:
        assert len({round(point.mean, 9) for point in line.points}) == 1


def test_curves_reach_from_few_examples_to_many_more_than_planned(both: tuple[Verdict, LearningCurves]) -> None:
    for each in both[1].tasks:
        assert each.examples == tuple(sorted(each.examples))
        assert each.examples[0] == pytest.approx(FEWEST_EXAMPLES)
        assert each.examples[-1] == pytest.approx(BEYOND * max(line.planned for line in each.lines))
        assert {line.planned for line in each.lines} - {0.0} <= set(each.examples)


def test_more_examples_never_hurt_where_nothing_does_harm() -> None:
    law = NO_HARM | {"law.discrepancy": "0 points", "law.level_discrepancy": "0 points", "law.mixing_shift": "0 points", "law.clash_severity": 0}
    for each in found(asked(law=law))[1].tasks:
        for line in each.lines:
            assert (np.diff([point.mean for point in line.points]) > -1e-9).all()
            assert each.base - 1e-9 <= line.points[0].mean <= line.points[-1].mean <= each.ceiling + 1e-9


def test_doubling_is_the_paired_difference_of_the_leader(both: tuple[Verdict, LearningCurves]) -> None:
    for each in both[1].tasks:
        planned = each.line(each.leader).planned
        assert each.doubled.mean == pytest.approx(each.at(each.leader, 2.0 * planned).mean - each.at(each.leader, planned).mean, abs=1e-9)


def test_the_leading_strategies_come_first(both: tuple[Verdict, LearningCurves]) -> None:
    result, curves = both
    decision = result.decision
    assert decision.best is not None
    leaders = [decision.strategies[row] for row in (decision.best, decision.second) if row is not None]
    assert curves.leading[0] == next(name for name in leaders if name != "prompted")
    assert all(each.leader == curves.leading[0] for each in curves.tasks)


def test_of_many_strategies_the_leading_ones_are_shown() -> None:
    result, curves = found(asked(strategies={f"{kind}_{number}": {"kind": kind} for number in range(3) for kind in ("unified", "specialists", "adapters")}))
    shown = {line.strategy for line in curves.tasks[0].lines}
    assert len(shown) == MOST_STRATEGIES[0]
    assert shown | set(curves.left_out) == set(result.run.scenario.strategies)
    assert result.decision.strategies[result.decision.best or 0] in shown


def test_of_many_tasks_those_with_most_traffic_are_shown() -> None:
    names = [f"t{number}" for number in range(MOST_TASKS + 2)]
    tasks = {name: {"traffic": f"{10 + number}k requests/month"} for number, name in enumerate(names)}
    curves = found(scenario(tasks, strategies=("specialists", "prompted")), draws=8)[1]
    assert curves.tasks_left_out == ("t0", "t1")
    assert [each.task for each in curves.tasks] == names[2:]


def test_nothing_trained_leaves_nothing_to_show() -> None:
    assert found(asked(strategies=("prompted",)))[1].tasks == ()


def test_one_draw_and_the_middle_of_everything_will_do() -> None:
    assert found(asked(), draws=1)[1].draws == 1
    result = replace(verdict(run(asked(), monte_carlo(1))), run=run(asked(), Nominal()))
    assert learning_curves(result).draws == 1


def test_fewer_draws_are_a_design_of_their_own() -> None:
    design = fewer_draws(monte_carlo(4096, seed=7), 100)
    assert (design.draws, design.seed, design.scrambles) == (96, 7, 8)
    assert fewer_draws(monte_carlo(4096), 3).draws == 64
    assert fewer_draws(monte_carlo(32), 64) == monte_carlo(32)
