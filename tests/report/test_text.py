"""What the report says follows from the verdict, and its parts add up."""

from __future__ import annotations

import math
import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from building import EXAMPLES_GIVEN, text_of
from tuneplan import Result, load, loads
from tuneplan.report import text
from tuneplan.report.lines import ROOM
from tuneplan.report.words import share
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


NUMBER = re.compile(r"^([+-]?)\$?([0-9.]+)([kMB]?)$")


def printed(cell: str) -> tuple[Decimal, str]:
    """A number as printed, and its letter."""
    found = NUMBER.match(cell)
    assert found is not None, cell
    return Decimal(f"{found[1]}{found[2]}"), found[3]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", ["startup", "dataset_choice", "unseen_task"])
def test_printed_parts_add_up_as_printed(name: str, seed: int) -> None:
    """Read off the page: every table that ends in "all" is summed, cell by cell."""
    result = load(STARTUP.with_name(f"{name}.yaml")).run(draws=64, seed=seed)
    comparison = result.verdict.comparison
    assert comparison is not None
    page = repr(result).split("What carried", 1)[1]
    tables = re.findall(r"^  (points|points on unseen requests|dollars) +90 %\n((?:  .*\n)+)", page, flags=re.M)
    assert {"points", "dollars"} <= {what for what, _ in tables}
    whole = {"points": comparison.points.mean, "dollars": comparison.usd.mean}
    for what, block in tables:
        rows = [re.split(r" {2,}", line.strip())[:2] for line in block.splitlines()]
        values = {row: printed(cell) for row, cell in rows}
        total, letter = values.pop("all")
        assert len(values) == len(rows) - 1
        assert sum(value for value, _ in values.values()) == total
        units = {(unit, value.as_tuple().exponent) for value, unit in values.values() if value or what != "dollars"}
        assert units <= {(letter, total.as_tuple().exponent)} or not total
        if what in whole:
            size = {"": 1.0, "k": 1e3, "M": 1e6}[letter]
            assert abs(float(total) * size - whole[what]) <= 0.5001 * size * 10.0 ** int(total.as_tuple().exponent)


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


def test_delay_has_a_column_where_any_strategy_may_be_late() -> None:
    """Of a rare lateness too, whose intervals are all nothing."""
    for late, shown in (("2027-04-30", True), ("2027-12-30", False)):
        verdict = load(STARTUP).set("deadline.date", late).run(draws=64).verdict
        assert any(row.components["delay"].mean > 0.0 for row in verdict.results) == shown
        assert ("delay" in text.components(verdict).head) == shown


def test_net_benefit_is_in_dollars_where_a_point_has_a_price() -> None:
    valued = load(STARTUP).set("tasks.email.value", "300 USD/point/month").run(draws=64)
    assert {"net benefit", "regret"} <= set(text.overview(valued.verdict).head)
    assert re.search(r"its regret, the average loss against choosing with hindsight, is \$[\d.]+k?\.", text.recommendation(valued.verdict))
    assert "on the margin" in text.stats_line(valued.verdict)


# --- when it ships --------------------------------------------------------------------------------


def ships(result: Result) -> dict[str, dict[str, str]]:
    """The table of launches, by strategy and column."""
    table = next(each for each in text.tables(result.verdict) if each.title.startswith("Ships"))
    return {row[0].removeprefix("> ").strip(): dict(zip(table.head, row, strict=True)) for row in table.rows}


def test_dates_of_the_table_and_of_the_sentence_are_those_of_the_run(result: Result) -> None:
    run, rows = result.verdict.run, ships(result)
    start, dates = date(2027, 1, 4), run.lowered.inputs["dates_of_launch"][0]
    for index, name in enumerate(run.scenario.strategies):
        full = np.broadcast_to(dates[index, len(run.scenario.tasks)], run.design.draws)
        first = np.broadcast_to(dates[index, : len(run.scenario.tasks)].min(axis=0), run.design.draws)
        for column, days in (("first launch P50 (P90)", first), ("full launch P50 (P90)", full)):
            told = start + timedelta(days=math.floor(np.median(days)))
            assert rows[name][column].startswith(f"{told.day} {told:%b} {told.year}")
        assert rows[name]["in time"] == share(float((full <= 117.0).mean()))
        late = np.maximum(np.minimum(full, 365.25) - 117.0, 0.0).mean()
        assert rows[name]["days late, mean"] == f"{late:.0f}"
    assert result.recommended is not None
    assert f"It ships by the deadline of 30 April 2027 in {rows[result.recommended]['in time']} of draws" in said(result)


def test_what_launches_late_is_cost_by_component_and_carries_the_difference(result: Result) -> None:
    assert "delay" in text.components(result.verdict).head
    comparison = result.verdict.comparison
    assert comparison is not None
    assert comparison.in_usd["lateness"] != 0.0


def test_without_launch_dates_nothing_is_said_of_time() -> None:
    untimed = load(STARTUP).set("schedule.counts", "no").run(draws=64)
    assert untimed.verdict.launches is None
    assert not re.search("ships|Ships|by the deadline|first launch", repr(untimed))
    assert "delay" not in text.components(untimed.verdict).head


def test_without_a_deadline_only_dates_are_told() -> None:
    alone = loads(text_of(schedule={"annotators": 4})).run(draws=64)
    rows = ships(alone)
    assert set(next(iter(rows.values()))) == {"", "first launch P50 (P90)", "full launch P50 (P90)"}
    assert re.search(r"All of it ships by day \d+ \(P50; P90 day \d+\)\.", said(alone))


def test_a_project_without_annotators_never_ships() -> None:
    alone = loads(text_of(schedule={"annotators": 0})).run(draws=64)
    assert {row["full launch P50 (P90)"] for row in ships(alone).values()} == {"never"}
    assert {row["not shipped"] for row in ships(alone).values()} == {"100 %"}
    assert "it does not ship within the horizon in 100 % of draws" in said(alone)


def test_launches_fit_the_terminal_whatever_they_are() -> None:
    some = load(STARTUP).set({"schedule.annotators": "1"} | {f"tasks.{task}.data.examples": "6k" for task in ("email", "summary", "qa")}).run(draws=64)
    assert max(map(len, repr(some).splitlines())) <= ROOM
    assert "not shipped" in next(iter(ships(some).values()))
    assert all("after the horizon" in row["full launch P50 (P90)"] for name, row in ships(some).items() if name != "prompted")


def said(result: Result) -> str:
    return " ".join(repr(result).split())


def test_a_long_horizon_is_written_out() -> None:
    assert "Strategies, over 1200 months (" in said(loads(text_of(horizon="1200 months")).run(draws=16))


def test_a_single_allowed_strategy_is_compared_with_the_strongest_that_is_not() -> None:
    alone = load(STARTUP).set("budget.limit", "12k USD").run(draws=64)
    comparison = alone.verdict.comparison
    assert alone.recommended == "prompted"
    assert comparison is not None
    assert (comparison.second_allowed, alone.verdict.decision.second) == (False, None)
    expected = dict(zip(alone.labels["strategy"], alone.verdict.decision.expected, strict=True))
    assert comparison.second == max((name for name in expected if name != "prompted"), key=lambda name: expected[name])
    assert "Choose prompted: no other strategy meets the limits with 90 % confidence. It ships by the deadline of 30 April 2027 in 100 % of draws (always" in said(alone)
    assert "Given up: the " in said(alone)
    assert ", breaking the limits)." in said(alone)
    assert f"prompted against {comparison.second}, which is not allowed (paired, mean; parts add up)" in said(alone)
    assert "Money and capability disagree: prompted delivers" in said(alone)
    assert not {"Frontier", "Framing", "carried", "can't call"} & set(re.findall("Frontier|Framing|carried|can't call", repr(alone)))


def test_nothing_feasible_says_what_would_do() -> None:
    study = load(STARTUP).set("budget.limit", "1k USD")
    none = study.run(draws=64)
    assert none.recommended is None
    assert (none.verdict.nearest, none.verdict.comparison) == ("prompted", None)
    assert re.search(
        r"Nothing meets the limits with 90 % confidence\. Nearest is prompted: budget\.limit is broken in 100 % of draws\. "
        r"The limit of \$1\.00k covers data, training, evaluation and people; a limit of \$[\d.]+k would do for prompted \(\$[\d.]+k more\)\.",
        said(none),
    )
    assert not re.search("Frontier|Framing", repr(none))


def test_without_a_limit_no_share_of_draws_is_in_budget(result: Result) -> None:
    free = load(STARTUP.with_name("unseen_task.yaml")).run(draws=64)
    table = text.overview(free.verdict)
    column = table.head.index("in budget")
    assert {row[column] for row in table.rows} == {"-"}
    assert "-" not in {row[column] for row in text.overview(result.verdict).rows}


def test_the_ranges_that_were_checked_are_named(result: Result) -> None:
    assert "Examples of a task, parameters of the base, tasks trained together and epochs lie within what was measured." in said(result)
    merged = load(STARTUP).set("strategies.merge.kind", "merged").run(draws=64)
    assert "specialists merged and epochs lie within" in said(merged)


@pytest.mark.parametrize("change", [("tasks.email.value", "300 USD/point/month"), ("budget.limit", "12k USD"), ("budget.limit", "1k USD")])
def test_startup_fits_the_terminal_however_it_ends(change: tuple[str, str]) -> None:
    answer = load(STARTUP).set(*change).run(draws=64)
    assert max(map(len, repr(answer).splitlines())) <= ROOM
    assert text.as_terminal_text(answer.verdict).count("cost P50") == 1


def test_no_line_is_wider_than_the_terminal(result: Result) -> None:
    assert max(map(len, repr(result).splitlines())) <= ROOM


def test_a_size_beyond_the_evidence_is_said() -> None:
    far = load(STARTUP).set("tasks.email.data.examples", "100M").run(draws=64)
    assert "Outside the evidence: examples of a task up to 1e+08" in " ".join(repr(far).split())


def test_money_is_no_remedy_for_what_nobody_builds() -> None:
    nobody = load(STARTUP).set(dict(EXAMPLES_GIVEN) | {"schedule.engineers": "0"}).run(draws=64)
    assert "no higher limit would do, as what is not built in time is not bought with it" in said(nobody)
    assert "minimum scores" not in said(nobody)


def test_where_points_have_a_price_too_what_never_ships_is_not_recommended() -> None:
    nobody = load(STARTUP).set({f"tasks.{task}.value": "$3k per point per month" for task in ("email", "summary", "qa")} | {"schedule.engineers": "0"}).run(draws=64)
    assert nobody.recommended is None
