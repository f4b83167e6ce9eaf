"""Examples left to a plan, groups left to a search: what may be left open, and what has to be known then."""

from __future__ import annotations

import pytest

from building import text_of
from tuneplan.errors import ScenarioError
from tuneplan.scenario.load import loads
from tuneplan.scenario.planned import (
    AUTO,
    SEARCH,
    cloned,
    has_plans,
    is_planned,
    only,
    searched,
    with_examples,
)
from tuneplan.scenario.records import Scenario

LIMIT = {"budget__limit": "20k USD"}


def of(task: dict[str, object], *, strategies: object = ("unified", "prompted"), **more: object) -> Scenario:
    return loads(text_of({"a": {"data.examples": "auto", **task}, "b": {}}, strategies=strategies, **more))  # type: ignore[arg-type]


def refused(match: str, task: dict[str, object], **more: object) -> None:
    with pytest.raises(ScenarioError, match=match):
        of(task, **more)


def test_a_plan_needs_money_or_a_value() -> None:
    refused(r"tasks\.a\.data\.examples: a plan needs to know what may be spent, or what a point is worth: add budget: \{limit: 60k USD\}", {})
    assert has_plans(of({}, **LIMIT))
    assert has_plans(of({"value": "$10 per point per month"}))


def test_a_plan_needs_to_know_what_there_is() -> None:
    for key in ("existing", "most", "least"):
        refused(rf"tasks\.a\.data\.{key}: a plan is decided before anything is known: give one number", {f"data.{key}": "100 to 200"}, **LIMIT)


def test_a_cap_leaves_room_for_what_exists_and_for_the_floor() -> None:
    refused(r"data\.most: 100 is fewer than the 2 000 that exist already; give at least as many", {"data.most": 100, "data.existing": 2000}, **LIMIT)
    refused(r"data\.least: 300 is more than data\.most, 200", {"data.most": 200, "data.least": 300}, **LIMIT)
    assert of({"data.most": 2000, "data.existing": 2000, "data.least": 2000}, **LIMIT)


def test_too_many_tasks_are_not_planned() -> None:
    tasks = {f"t{number}": {"data.examples": "auto"} for number in range(41)}
    with pytest.raises(ScenarioError, match="plans are found for at most 40 tasks, 41 are given"):
        loads(text_of(tasks, **LIMIT))


def test_where_nothing_is_trained_nothing_is_planned() -> None:
    assert not is_planned(of({"data.examples": 5}, strategies=("prompted",)), "prompted", "a")
    assert of({}, strategies=("prompted",))


def test_what_a_strategy_says_holds_over_its_tasks() -> None:
    scenario = of({}, strategies={"unified": {"examples": 500}, "one": {"kind": "unified", "examples": {"b": "auto"}}, "specialists": {}}, **LIMIT)
    planned = {(name, task) for name in scenario.strategies for task in scenario.tasks if is_planned(scenario, name, task)}
    assert planned == {("one", "a"), ("one", "b"), ("specialists", "a")}


def test_the_words_stand_as_they_were_typed() -> None:
    scenario = of({}, strategies={"unified": {}, "best": {"groups": "search"}}, **LIMIT)
    assert scenario.settings["tasks.a.data.examples"] == AUTO
    assert scenario.settings["strategies.best.groups"] == SEARCH
    assert searched(scenario) == ("best",)


@pytest.mark.parametrize(("given", "match"), [("atuo", "not a number"), ("search", "not a number")])
def test_another_word_is_no_number_of_examples(given: str, match: str) -> None:
    refused(match, {"data.examples": given}, **LIMIT)


def test_another_word_is_no_grouping() -> None:
    refused(r"write groups as lists of tasks, for example \[\[a, b\], \[c\]\], or search", {}, strategies={"best": {"groups": "serch"}}, **LIMIT)


def test_what_a_plan_found_stands_as_a_number_of_the_strategy() -> None:
    scenario = of({}, **LIMIT)
    found = with_examples(scenario, {"unified": {"a": 1234.0}})
    quantity = found.quantities["strategies.unified.examples.a"]
    assert (quantity.distribution.median, quantity.origin, quantity.grade) == (1234.0, "plan", "D")
    assert not is_planned(found, "unified", "a")
    assert with_examples(scenario, {}) is scenario


def test_a_clone_says_what_its_strategy_says_on_the_same_draws() -> None:
    scenario = of({}, strategies={"mine": {"kind": "specialists", "price": {"a": "$1 to $2/example"}}}, **LIMIT)
    twin = cloned(scenario, "mine", ["twin"])
    assert twin.strategies == ("twin", "mine")
    assert twin.settings["strategies.twin.kind"] == "specialists"
    assert twin.quantities["strategies.twin.price.a"].drawn_as == "strategies.mine.price.a"
    assert only(twin, ["twin"]).strategies == ("twin",)
