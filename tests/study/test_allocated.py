"""Examples of each strategy: what the run trained on, owned and bought, and what the plan says of it."""

from __future__ import annotations

import numpy as np
import pytest

from building import text_of
from money_charts import STARTUP, findings
from tuneplan.study.allocated import allocations


def test_a_plan_is_what_was_planned() -> None:
    found = findings(draws=16)
    for each in found.allocation.strategies:
        plan = found.run.plans[each.strategy]
        np.testing.assert_allclose(each.owned + each.bought, [plan.examples[task] for task in found.allocation.tasks])
        np.testing.assert_allclose(each.bought, [plan.bought[task] for task in found.allocation.tasks])
        assert each.stopped_by == plan.binding
    assert [each.strategy for each in found.allocation.strategies] == ["unified", "specialists", "adapters"]
    assert found.allocation.untrained == ("prompted",)


def test_what_is_given_may_be_uncertain_and_owned_examples_are_not_bought() -> None:
    text = text_of({"a": {"data.examples": "1k to 4k", "data.existing": "500"}, "b": {"data.examples": "300", "data.existing": "500"}}, strategies=["unified"])
    (one,) = allocations(findings(text, draws=256).run).strategies
    assert one.stopped_by == ""
    assert one.owned.tolist() == [500.0, 300.0]
    assert one.bought[1] == 0.0
    assert one.p10[0] < one.owned[0] + one.bought[0] < one.p90[0]
    assert one.p10[1] == one.p90[1] == 300.0


def test_strategies_that_cannot_be_done_are_named_apart() -> None:
    found = findings(STARTUP, "strategies.unified.serving=hosted", *(f"tasks.{task}.data.examples=2k" for task in ("email", "summary", "qa")), draws=8).allocation
    assert found.misfits == ("unified",)
    assert "unified" not in [each.strategy for each in found.strategies]


def test_groups_leave_tasks_without_examples() -> None:
    text = text_of(["a", "b"], strategies={"only_a": {"groups": [["a"], ["b"]]}, "prompted": {}})
    found = allocations(findings(text, draws=8).run)
    assert found.strategies[0].bought == pytest.approx([2000.0, 2000.0])
