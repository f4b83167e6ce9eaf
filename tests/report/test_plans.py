"""What is said of plans: the table, who gets little and what a floor would cost, what stops them."""

from __future__ import annotations

import csv
import io
import json

import pytest

from building import text_of
from tuneplan import loads
from tuneplan.api import Result
from tuneplan.core import allocation
from tuneplan.report import plans
from tuneplan.report.data import as_csv

OPEN = {"data.examples": "auto", "data.price": "$4/example"}


def result(tasks: dict[str, dict[str, object]], *, limit: str = "30k USD", strategies: tuple[str, ...] = ("unified", "specialists"), **more: object) -> Result:
    own = {name: {**OPEN, **keys} for name, keys in tasks.items()}
    return loads(text_of(own, strategies=strategies, budget__limit=limit, **more)).run(draws=64)  # type: ignore[arg-type]


def said(tasks: dict[str, dict[str, object]], **more: object) -> str:
    return " ".join(plans.remarks(result(tasks, **more).verdict))  # type: ignore[arg-type]


def test_the_table_has_a_row_a_planned_strategy() -> None:
    table = plans.table(result({"a": {}, "b": {"data.existing": 300}}, strategies=("unified", "specialists", "prompted")).verdict)
    assert table.head == ("", "a", "b", "spends", "stopped by", "$1k more")
    assert [row[0].strip() for row in table.rows] == ["unified", "specialists"]
    for row in table.rows:
        assert row[3:5] == ("$30.0k", "budget")
        assert row[5].endswith(" points")
        assert float(row[5].split()[0]) > 0.0


def test_numbers_that_are_given_are_told_from_planned_ones() -> None:
    table = plans.table(result({"a": {}, "b": {"data.examples": 700}}, strategies=("unified",)).verdict)
    assert table.head[1] == "a"
    assert "b" not in table.head


def test_a_task_left_with_little_is_named_with_the_price_of_a_floor() -> None:
    text = said({"a": {"traffic": "100k requests/month", "data.existing": 1}, "b": {"traffic": "100 requests/month", "data.existing": 1}}, strategies=("specialists",))
    assert "The plan of specialists leaves" in text
    assert "examples to b: a floor of" in text
    assert "points (tasks.b.data.least)." in text


def test_caps_fixed_costs_and_idle_money_are_named() -> None:
    assert "The plans of unified and specialists take all that can be had of a and b (data.most)." in said({"a": {"data.most": 50}, "b": {"data.most": 60}})
    assert "before more examples are bought: that is beyond the budget of $10.0, so no more are." in said({"a": {}}, limit="$10", budget__covers=["data", "people"])
    worth = {"a": {"value": "$1 per point per month"}}
    assert "of the budget unspent: more examples are not worth their price." in said(worth, limit="900k USD", strategies=("unified",))


def test_with_a_value_one_more_thousand_is_told_in_dollars() -> None:
    table = plans.table(result({"a": {"value": "$9k per point per month"}}, strategies=("unified",)).verdict)
    assert table.rows[0][-1].startswith("+$")


def test_json_and_csv_hold_the_plans() -> None:
    found = result({"a": {}, "b": {}})
    content = json.loads(found.to_json())
    assert [each["strategy"] for each in content["plans"]] == ["unified", "specialists"]
    assert content["units"]["plans.shadow_price"] == "point/USD"
    rows = [row for row in csv.DictReader(io.StringIO(as_csv(found.verdict))) if row["quantity"] == "examples bought"]
    assert {(row["strategy"], row["request"], row["unit"]) for row in rows} == {(name, task, "example") for name in ("unified", "specialists") for task in "ab"}
    assert float(rows[0]["mean"]) == content["plans"][0]["bought"]["a"]


def test_hard_limits_are_told_apart_from_a_missed_minimum() -> None:
    table = plans.table(result({"a": {"score.must": 0.89}}, strategies=("unified",)).verdict)
    assert table.rows[0][-2] == "minimum scores"


def test_a_search_that_did_not_settle_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allocation, "ROUNDS", 2)
    assert "The search for the plan of unified did not settle: a better one could bring up to" in said({"a": {}, "b": {}})
    monkeypatch.undo()
    assert "did not settle" not in said({"a": {}, "b": {}})


@pytest.mark.parametrize("draws", [1, 16])
def test_a_plan_needs_no_draws_of_the_study(draws: int) -> None:
    found = loads(text_of({"a": OPEN}, strategies=("unified",), budget__limit="20k USD")).run(draws=draws)
    assert found.verdict.run.plans["unified"].bought["a"] > 0.0
