"""What ``simulate frontier`` says of hand-made options: sentences, marks, curves, rows."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from building import text_of
from tuneplan.axes import Array
from tuneplan.report.data import plain_json
from tuneplan.report.frontier import content, page, rows
from tuneplan.report.page import as_markdown_page, as_terminal_page
from tuneplan.scenario.load import loads
from tuneplan.study.design import monte_carlo
from tuneplan.study.frontier.analysis import FrontierStudy, weighed
from tuneplan.study.frontier.rules import RULES
from tuneplan.study.options import Options
from waist import normal, options

SCENARIO = loads(text_of())


def study(found: Options, *, own_value: float = float("nan"), misfits: dict[str, str] | None = None, planned: Any = None) -> FrontierStudy:
    return weighed(
        found, planned=planned, own_value=own_value, scenario=SCENARIO, design=monte_carlo(found.cost.shape[1]), months=12.0, covers=("data", "people"),
        misfits=misfits or {},
    )  # fmt: skip


def text(found: Options, **more: Any) -> str:
    return " ".join(as_terminal_page(page(study(found, **more))).split())


def skewed() -> Options:
    """The second is cheaper in two draws of three, and dearer on average; it delivers a little more."""
    return options([1.5, np.exp(normal("cost", draws=4096))], [0.0, 0.1], names=("sure", "risky"))


def fair() -> Options:
    """One that costs more and delivers more for sure, with some spread."""
    return options(
        [100.0, 500.0 + 20.0 * normal("cost", draws=512)], [10.0, 20.0 + normal("points", draws=512)], names=("cheap", "dear"), budget=600.0
    )


# --- sentences -----------------------------------------------------------------------------------------------------------


def test_the_frontier_and_where_it_switches() -> None:
    said = text(fair())
    assert "Recommended is dear, as simulate run says. By mean cost and points the frontier is cheap and dear." in said
    assert "Best on average: cheap while a point is worth less than $40.0, dear from $40.0 (simulation error " in said
    assert "Draw by draw, a point more of dear over cheap costs $33." in said
    assert "Recommended: cheap from $100 and dear from $526 on." in said
    assert "Every rule chooses dear: however one looks at the spread, the choice is the same." in said
    assert "? after a name" not in said


def test_who_is_dominated_and_who_extendedly_and_why() -> None:
    said = text(options([0.0, 4.0, 6.0, 10.0], [0.0, 3.0, 2.9, 10.0], names=("none", "some", "worse", "all")))
    assert "the frontier is none and all; dominated is worse; extendedly dominated is some." in said
    assert "some is extendedly dominated: a point costs $1.33 on the way to it from none and $0.857 from there to all" in said


def test_one_that_dominates_all_is_said_to() -> None:
    said = text(options([1.0, 2.0], [5.0, 3.0], names=("good", "bad")))
    assert "good costs least and delivers most on average, so it is best on average at every value of a point; dominated is bad." in said
    assert "Best on average at every value: good." in said


def test_under_skew_the_best_on_average_and_the_most_often_best_are_told_apart() -> None:
    said = text(skewed())
    assert "Best on average is not most often best where a point is worth $0" in said
    assert "sure has the higher mean, yet risky is best in 6" in said
    assert "risky wins more often, sure by more." in said


def test_a_ratio_without_an_interval_is_explained() -> None:
    said = text(options([0.0, 10.0], [0.0, 1.0 + normal("points", draws=512)], names=("cheap", "dear")))
    assert "No interval for the price of a point of dear over cheap: in more than 5 % of draws the dearer one delivers no more" in said
    assert "read the two differences instead" in said


def test_a_level_step_is_said_to_be_level() -> None:
    said = text(options([0.0, 10.0], [7.0, 7.2], names=("cheap", "dear")))
    assert "dear is level with cheap (+0.20 points, within 0.5): a single training seed can hide that lead." in said
    assert "= after a name: level with one that is dearer (within 0.5 points)." in said


def test_what_simulation_error_hides_is_too_close_to_call_and_what_settles_it_is_said() -> None:
    noise = np.random.default_rng(3).normal(0.0, 1.0, (2, 512))
    found = options([0.0, 10.0], [noise[0], noise[1] + abs(noise[0].mean()) + abs(noise[1].mean()) + 0.01], names=("cheap", "dear"))
    said = text(found)
    assert "Too close to call is the standing of dear: simulation error hides a difference that it rests on; more --draws would settle it." in said
    assert "Whether there is a value from which on to take dear over cheap is too close to call" in said
    assert "? after a name: too close to call at this number of draws" in said


def test_nothing_feasible_is_said_and_all_is_compared() -> None:
    said = text(options([10.0, 20.0], [1.0, 5.0], names=("cheap", "dear"), budget=5.0))
    assert "Nothing meets the limits at a budget of $5.00 with 90 % confidence: by value and by rules every strategy that can be done is compared here" in said
    assert "Recommended: cheap from $10.0 and dear from $20.0 on." in said


def test_what_becomes_feasible_at_one_budget_is_told_once() -> None:
    said = text(options([10.0, 10.0001, 10.0002], [1.0, 5.0, 9.0], names=("one", "two", "three"), budget=20.0))
    assert "Recommended: one from $10.0 and three from $10.1 on." in said
    names = [f"s{index}" for index in range(9)]
    assert "from $10.1 9 strategies s8" in text(options([10.0 + 1e-4 * (1 + index) for index in range(9)], range(9), names=names, budget=20.0))


def test_nothing_possible_is_said() -> None:
    said = text(options([10.0, 20.0], [1.0, 5.0], names=("one", "two"), possible=False), misfits={"one": "too large", "two": "too slow"})
    assert "Nothing can be done at all, so there is nothing to compare. one can't be done: too large. two can't be done: too slow." in said
    assert "Nothing is feasible at any budget looked at." in said
    assert "Decision rules" not in said


def test_one_strategy_is_nothing_to_weigh() -> None:
    said = text(options([5.0 + normal("cost", draws=512)], [1.0], names=("only",)))
    assert "There is nothing to weigh: only is the only strategy that takes part." in said
    assert "Decision rules" not in said
    assert "simulation error of a mean cost $" in said


def test_equal_strategies_are_nothing_to_weigh() -> None:
    cost = 5.0 + normal("cost", draws=512)
    said = text(options([cost, cost], [1.0, 1.0], names=("one", "two")))
    assert "There is nothing to weigh: one and two cost and deliver the same in every draw." in said
    assert "Decision rules" not in said


def test_twins_among_others_share_their_standing() -> None:
    assert "one and two cost and deliver the same on average, and share their standing." in text(
        options([1.0, 1.0, 2.0], [1.0, 1.0, 9.0], names=("one", "two", "three"))
    )


def test_who_breaks_the_limits_is_left_out() -> None:
    said = text(options([1.0, 50.0, 2.0], [0.0, 9.0, 1.0], names=("cheap", "dear", "middle"), budget=10.0))
    assert "Left out, as they break the limits: dear." in said


def test_few_draws_leave_the_error_unknown() -> None:
    said = text(options([[1.0, 2.0], [3.0, 4.0]], [[0.0, 1.0], [5.0, 5.0]]))
    assert "2 draws, seed 0, simulation error unknown (too few draws)." in said


def test_minimum_scores_that_no_budget_reaches() -> None:
    said = text(options([1.0, 2.0], [0.0, 5.0], names=("low", "high"), scores_met=[[False], [True]]))
    assert "No budget makes low feasible: minimum scores are missed too often." in said
    assert "The scenario sets no limit of its own." in said


def test_a_limit_near_what_is_needed_is_too_close_to_call() -> None:
    cost = 100.0 + normal("cost", draws=512)
    enough = float(np.quantile(cost, 0.9))
    assert "Whether $101 is enough for one is too close to call" in text(options([cost, 1.0], [5.0, 1.0], names=("one", "two"), budget=enough))


def test_the_value_of_the_scenario_is_shown() -> None:
    said = text(fair(), own_value=120.0)
    assert "$120 (yours)" in said
    assert "The scenario's own values come to $120 a point, weighed by traffic" in said
    assert "where a point is worth $120." in said


def test_plans_made_anew_are_said_to_be_runs_of_their_own() -> None:
    said = text(fair(), planned=lambda limits: [options([limit, limit], [1.0, 5.0], names=("cheap", "dear"), budget=limit) for limit in limits])
    assert "Examples are planned anew for each budget, so each row is a run of its own; between two rows nothing is known." in said
    assert "$600 2 of 2 dear" in said
    assert "changes who is feasible" not in said


def test_rules_that_disagree_say_why() -> None:
    wide, narrow = 10.0 + 5.0 * normal("wide", draws=4096), 9.0 + 0.5 * normal("narrow", draws=4096)
    said = text(options([1.0, 2.0], [wide, narrow], names=("wide", "narrow")))
    assert "The rules disagree: expected value is for wide; chance constraint and CVaR (worst 10 %) for narrow." in said
    assert "Chance constraint looks at what can be promised with the confidence asked for: 8.36 for narrow, 3.59 for wide." in said
    assert "On average narrow is 1.0 points worse; 90 % of its draws lie in 8.18 to 9.82, those of wide in 1.78 to 18.22." in said
    assert "What minimax regret says hangs on single draws, and more of them may not settle it" in said


def test_a_rule_that_finds_it_level_does_not_speak_against_it() -> None:
    """Of the means the dearer one is level, by their promises the cheaper one."""
    steady, rising = np.full(64, 10.0), np.linspace(9.75, 10.55, 64)
    said = text(options([2.0, 1.0, 3.0], [steady, rising, rising + 0.6], names=("steady", "rising", "higher")))
    assert "The rules disagree" not in said
    assert "No rule speaks against higher: those that choose another find it level or too close to call." in said


def test_a_rule_that_goes_its_own_way_among_level_ones_says_what_it_costs() -> None:
    wide, narrow = 10.0 + 5.0 * normal("wide", draws=4096), 10.2 + 0.5 * normal("narrow", draws=4096)
    said = text(options([1.0, 3.0], [wide, narrow], names=("wide", "narrow")))
    assert "On average narrow is 0.20 points better, which is level, and costs $2.00 more;" in said


def test_a_new_rule_is_told_everywhere() -> None:
    @RULES.add(title="best case", says="the best draw", better="higher", cares="the best that may happen", extreme="yes")
    def best_case(objective: Array) -> Array:
        """The highest of the best draws."""
        return objective.max(axis=1)  # type: ignore[no-any-return]

    try:
        found = study(fair())
        assert "best case" in as_terminal_page(page(found))
        assert [each["choice"] for each in content(found)["rules"] if each["rule"] == "best_case"] == ["dear"]
        assert any(row["quantity"] == "best_case" for row in rows(found))
    finally:
        RULES.remove("best_case")


# --- layout --------------------------------------------------------------------------------------------------------------


def many() -> Options:
    share = np.linspace(0.0, 1.0, 64)[:, None]
    cost = 1e4 * (1.0 + 5.0 * share) * np.exp(0.2 * np.array([normal(f"c{index}", draws=64) for index in range(64)]))
    points = 50.0 + 20.0 * share**0.5 + np.array([normal(f"p{index}", draws=64) for index in range(64)])
    return options(cost, points, names=[f"a_long_name_of_strategy_{index}" for index in range(64)], budget=4e4)


@pytest.mark.parametrize("found", [fair, skewed, many])
def test_pages_keep_to_their_room(found: Callable[[], Options]) -> None:
    said = as_terminal_page(page(study(found())))
    assert max(map(len, said.splitlines())) <= 100
    assert "nan" not in said.split()
    assert as_markdown_page(page(study(found()))).count("|:--|") >= 4


def test_of_many_strategies_few_get_a_column() -> None:
    said = as_terminal_page(page(study(many())))
    assert "others" in said
    assert "12 of " in said
    assert "budgets; JSON has all)" in said
    assert " more" in said
    by_rules = said[said.index("Decision rules") :]
    assert len({word.strip(".,;:") for word in by_rules.split() if word.startswith("a_long_name")}) <= 7


# --- data ----------------------------------------------------------------------------------------------------------------


def test_json_holds_the_whole_curves_and_their_units() -> None:
    found = study(fair())
    held = json.loads(plain_json(content(found)))
    over, budget = held["over_value"], held["over_budget"]
    assert list(held)[:4] == ["schema_version", "tool", "scenario", "design"]
    assert over["x"] == found.over_value.value.tolist()
    assert over["strategies"]["dear"]["probability_best"] == pytest.approx(found.over_value.probability_best[1].tolist())
    assert {len(curve) for curve in over["strategies"]["dear"].values()} == {len(over["x"])}
    assert {len(curve) for curve in budget["strategies"]["dear"].values()} == {len(budget["x"])}
    assert (over["switches"][0]["before"], over["switches"][0]["after"]) == ("cheap", "dear")
    assert budget["recommended"][0] is None
    assert budget["recommended"][-1] == "dear"
    assert [each["rule"] for each in held["rules"]] == [entry.name for entry in RULES]
    assert held["own_value"] is None


def test_every_field_with_a_unit_is_there() -> None:
    held = json.loads(plain_json(content(study(fair()))))
    assert held["units"]["over_budget.strategies.regret"] == "point"
    assert held["units"]["over_value.strategies.regret"] == "USD"
    for field in held["units"]:
        place = held
        for word in field.split("."):
            place = next(iter(place.values())) if isinstance(place, dict) and word not in place else place
            place = place[0] if isinstance(place, list) else place
            assert word in place, field
            place = place[word]


def test_rows_are_tidy_and_tell_the_two_curves_apart() -> None:
    found = study(fair())
    told = rows(found)
    assert {tuple(row) for row in told} == {tuple(told[0])}
    assert all(row["unit"] for row in told)
    assert {row["analysis"]: row["x_unit"] for row in told} == {
        "standing": "", "over value of a point": "USD/point", "over budget": "USD", "decision rule": "",
    }  # fmt: skip
    first = [row for row in told if row["analysis"] == "over value of a point" and row["quantity"] == "probability best" and row["strategy"] == "dear"]
    assert [row["mean"] for row in first] == pytest.approx(found.over_value.probability_best[1].tolist())
    assert [row["strategy"] for row in told if row["note"] == "choice"] == ["dear"] * len(found.choices)


def test_a_strategy_that_takes_no_part_has_blanks_and_no_curve() -> None:
    found = study(options([1.0, 50.0, 2.0], [0.0, 9.0, 1.0], names=("cheap", "dear", "middle"), budget=10.0))
    assert set(content(found)["over_value"]["strategies"]) == {"cheap", "middle"}
    chances = [row["mean"] for row in rows(found) if row["strategy"] == "dear" and row["analysis"] == "over value of a point"]
    assert all(math.isnan(each) for each in chances)
