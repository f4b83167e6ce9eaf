"""What the report says follows from the verdict, and its parts add up."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuneplan import Result, load
from tuneplan.report import text
from tuneplan.scenario.schema import COMPONENTS

STARTUP = Path(__file__).parents[2] / "scenarios" / "startup.yaml"


@pytest.fixture(scope="module")
def result() -> Result:
    return load(STARTUP).run(draws=256, seed=1)


def test_the_recommended_row_is_marked_and_no_other(result: Result) -> None:
    rows = [row[0] for row in text.overview(result.verdict).rows]
    assert [row for row in rows if row.startswith("> ")] == [f"> {result.recommended}"]
    assert result.recommended is not None
    assert result.recommended in text.recommendation(result.verdict)


def test_printed_splits_add_up_to_the_printed_whole(result: Result) -> None:
    comparison = result.verdict.comparison
    assert comparison is not None
    assert sum(comparison.in_points.values()) == pytest.approx(comparison.points.mean)
    assert sum(comparison.in_usd.values()) == pytest.approx(comparison.usd.mean)
    unseen = comparison.calls[-1]
    assert unseen.request == "unseen"
    assert sum(comparison.in_unseen.values()) == pytest.approx(unseen.difference.mean)


def test_every_component_has_a_column_and_the_budgeted_a_star(result: Result) -> None:
    table = text.components(result.verdict)
    assert [name.rstrip("*") for name in table.head[1:]] == list(COMPONENTS)
    assert [name for name in table.head if name.endswith("*")] == [f"{name}*" for name in result.verdict.covers]


def test_net_benefit_is_in_dollars_where_a_point_has_a_price() -> None:
    valued = load(STARTUP).set("tasks.email.value", "300 USD/point/month").run(draws=64)
    assert {"net benefit", "regret"} <= set(text.overview(valued.verdict).head)
    assert "against choosing with hindsight" in " ".join(text.recommendation(valued.verdict).split())
    assert "on the margin" in text.stats_line(valued.verdict)


def test_a_single_strategy_is_compared_with_nothing() -> None:
    alone = load(STARTUP).set("budget.limit", "12k USD").run(draws=64)
    assert alone.recommended == "prompted"
    assert "no other strategy meets the limits with 90 % confidence" in " ".join(repr(alone).split())
    assert "What carried" not in repr(alone)
    assert "but breaks the limits" in " ".join(repr(alone).split())


def test_no_line_is_wider_than_the_terminal(result: Result) -> None:
    assert max(map(len, repr(result).splitlines())) <= text.ROOM


def test_a_size_beyond_the_evidence_is_said() -> None:
    far = load(STARTUP).set("tasks.email.data.examples", "100M").run(draws=64)
    assert "Outside the evidence: examples of a task up to 1e+08" in " ".join(repr(far).split())
