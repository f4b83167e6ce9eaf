"""From a run to all that ``simulate frontier`` says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from building import text_of
from tuneplan.scenario.load import loads
from tuneplan.study.design import monte_carlo
from tuneplan.study.frontier.analysis import frontier_study, plans_itself
from tuneplan.study.run import run
from tuneplan.study.verdict import verdict

SCENARIO = loads(text_of(strategies=("unified", "specialists", "adapters", "prompted"), budget={"limit": "90k USD"}))


def test_it_recommends_and_ranks_as_the_verdict_does() -> None:
    done = run(SCENARIO, monte_carlo(256))
    found, judged = frontier_study(done), verdict(done)
    assert found.decision == judged.decision
    assert [(each.name, each.cost, each.points) for each in found.standings] == [(row.name, row.cost, row.delivered) for row in judged.results]
    assert found.months == 12.0


def test_where_all_meet_the_limits_standings_are_those_of_the_verdict() -> None:
    done = run(replace(SCENARIO, quantities={path: each for path, each in SCENARIO.quantities.items() if path != "budget.limit"}), monte_carlo(256))
    found, judged = frontier_study(done), verdict(done)
    assert all(found.decision.allowed)
    assert [each.status for each in found.standings] == [row.frontier.status for row in judged.results]


@pytest.mark.parametrize(
    ("path", "value", "plans"),
    [("tasks.a.data.examples", "auto", True), ("strategies.best.groups", "search", True), ("strategies.best.groups", (("a", "b"),), False), ("note", "auto", False),
     ("strategies.unified.examples.a", "auto", True)],
)
def test_what_hangs_on_the_budget_is_told_from_the_words(path: str, value: object, plans: bool) -> None:
    others = {each: quantity for each, quantity in SCENARIO.quantities.items() if each != path}
    asked = replace(SCENARIO, strategies=(*SCENARIO.strategies, "best"), quantities=others, settings={**SCENARIO.settings, path: value})
    assert plans_itself(asked) is plans
    assert not plans_itself(SCENARIO)
