"""Two scenarios against one another, as people read it: printed parts add up, and no number pretends."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from building import GIVEN, scenario
from tuneplan.report.answering import answer
from tuneplan.report.comparing import content, differences, moved, page, rows, settling
from tuneplan.report.data import plain_json, records_as_csv
from tuneplan.report.days import signed_days
from tuneplan.report.page import as_markdown_page, as_terminal_page
from tuneplan.scenario import load as loading
from tuneplan.scenario.records import Scenario
from tuneplan.study.comparing import Compared, compare
from tuneplan.study.design import monte_carlo
from tuneplan.study.launches import full_launches

DESIGN = monte_carlo(256)
STARTUP = Path(__file__).parents[2] / "scenarios" / "startup.yaml"


def load(path: Path, *, overrides: Sequence[str] = (), scenario: str = "") -> Scenario:
    """A shipped scenario; of the startup with its examples given, so that no plan moves."""
    return loading.load(path, overrides=(*(GIVEN if path == STARTUP else ()), *overrides), scenario=scenario)


UNITS = {"": 1.0, "k": 1e3, "M": 1e6, "B": 1e9}


def against(*changes: str, chosen: str = "", **asked: object) -> Compared:
    return compare(load(STARTUP), load(STARTUP, overrides=changes, scenario=chosen), DESIGN, **asked)  # type: ignore[arg-type]


@cache
def best() -> str:
    """What is recommended for the startup, whatever its priors."""
    decision = against().one.decision
    assert decision.best is not None
    return decision.strategies[decision.best]


def printed(text: str) -> float:
    """A printed number."""
    match = re.fullmatch(r"([+-]?)\$?([0-9.]+)([kMB]?)", text)
    assert match is not None, text
    return float(f"{match[1]}{match[2]}") * UNITS[match[3]]


@pytest.mark.parametrize("value", ["", "tasks.email.value=$300/point/month"])
def test_printed_parts_add_up_to_the_printed_total(value: str) -> None:
    base = [value] if value else []
    one = load(STARTUP, overrides=base)
    other = load(STARTUP, overrides=[*base, "horizon=7 months", "gpu.price=$4/hour", "tasks.qa.data.examples=3k", "tasks.email.tokens.input=1k to 3k", "method=lora"])
    table = moved(compare(one, other, DESIGN))
    numbers = [name for name in table.head if name in ("points", "dollars", "net benefit")]
    assert len(numbers) == (3 if value else 2)
    for name in numbers:
        *parts, whole = [printed(row[table.head.index(name)]) for row in table.rows]
        assert sum(parts) == pytest.approx(printed_total := whole, abs=1e-6), printed_total


@pytest.mark.parametrize(
    ("changes", "chosen", "said"),
    [
        ((), "squeeze", "The recommendation changes from {best} to prompted. B's prompted delivers"),
        (("horizon=6 months",), "", "The recommendation stays: {best}. With {best}, B delivers as many points as A in every draw and costs"),
        (("budget.limit=$10",), "", "The recommendation is gone: nothing meets the limits of B (nearest is prompted), where A has {best}."),
        (("name=Another",), "", "Nothing that decides anything differs, so every difference is exactly 0. The recommendation stays: {best}."),
        (("tasks.qa.data.examples=2010",), "", "With {best}, B delivers as many points as A, but for less than 0.01 points and costs"),
        (("budget.limit=$59k",), "", "With {best}, B delivers and costs the same as A in every draw."),
    ],
)
def test_the_answer_comes_first(changes: tuple[str, ...], chosen: str, said: str) -> None:
    compared = against(*changes, chosen=chosen)
    assert said.format(best=best()) in re.sub(r" \(too close to call[^)]*\)", "", answer(compared))
    assert page(compared).parts[1] == answer(compared)


def test_an_answer_that_was_not_there_before_is_new() -> None:
    one = load(STARTUP, overrides=["budget.limit=$10"])
    assert answer(compare(one, load(STARTUP), DESIGN)).startswith(f"The recommendation is new: {best()}. Nothing meets the limits of A (nearest is prompted).")
    assert answer(compare(one, load(STARTUP, overrides=["budget.limit=$9"]), DESIGN)).startswith("Nothing meets the limits, neither of A (nearest is prompted) nor of B (nearest is prompted).")


def test_no_sign_is_said_where_the_simulation_can_not_tell() -> None:
    compared = compare(load(STARTUP), load(STARTUP, overrides=["tasks.qa.data.examples=2001"]), monte_carlo(64))
    close = list(settling(compared))
    if close:
        assert re.match(r"Too close to call with 64 draws: .*; (--draws [0-9]+ would settle it|not even [0-9]+ draws would)", close[0])
    tiny = compare(load(STARTUP), load(STARTUP, overrides=["method=lora"]), monte_carlo(64), of="unified")
    assert any("Too close to call" in each for each in settling(tiny)) == any(abs(margin.mean) <= 2 * margin.error and margin.mean for each in tiny.differences for margin in (each.points, each.usd))


def test_a_difference_of_nothing_is_printed_as_0() -> None:
    table = differences(against(chosen="squeeze"))
    prompted = next(row for row in table.rows if row[0].strip() == "prompted")
    assert set(prompted[1:]) == {"0", ""}


def test_what_moved_nothing_is_named() -> None:
    text = as_terminal_page(page(against("horizon=6 months", "tasks.email.headroom=50%")))
    assert "Moved nothing: tasks.email.headroom." in text
    assert "in the order of B's file" in text
    assert "last key first" in as_terminal_page(page(against("horizon=6 months", "tasks.email.headroom=50%", reverse=True)))


# --- launches -------------------------------------------------------------------------------------


@cache
def hurried() -> Compared:
    return against("schedule.annotators=20", "schedule.reviewers=9")


def test_by_how_much_later_all_of_it_ships_is_told_where_launch_dates_count() -> None:
    sooner = hurried()
    head = differences(sooner).head
    assert head[-3:] == ("days to full launch", "90 %", "error")
    for each, row in zip(sooner.differences, differences(sooner).rows, strict=True):
        assert each.days is not None
        one, other = (full_launches(side.run)[side.decision.strategies.index(each.one)].mean() for side in (sooner.one, sooner.other))
        assert each.days.mean == pytest.approx(other - one)
        assert row[-3] == signed_days(each.days.mean)
    assert re.search(r"All of it ships \d+ days earlier on average \(90 % -\d+ to ", answer(sooner))
    assert {row["unit"] for row in rows(sooner) if row["quantity"] == "full launch"} == {"day"}


def test_where_they_do_not_nothing_is_said_of_days() -> None:
    untimed = against("schedule.counts=no")
    assert not any("launch" in name for name in differences(untimed).head)
    assert {each.days for each in untimed.differences} == {None}
    found = json.loads(plain_json(content(untimed)))
    assert "days" not in found["differences"][0]
    assert "whole.days" not in found["units"]
    assert "ships" not in answer(untimed)


def test_who_never_ships_counts_to_the_end_of_the_horizon() -> None:
    never = against("schedule.annotators=0")
    assert all(each.days is not None and np.isfinite([each.days.mean, each.days.high]).all() for each in never.differences)
    assert "inf" not in as_terminal_page(page(never))


def test_pages_are_at_most_100_columns_wide() -> None:
    compared = compare(load(STARTUP), load(STARTUP.parent / "reference.yaml"), DESIGN)
    assert max(map(len, as_terminal_page(page(compared)).splitlines())) <= 100
    assert "only in B: unified_then_specialists" in as_markdown_page(page(compared)).replace("\\", "")


def test_scenarios_that_decide_by_different_things_say_so() -> None:
    assert "A decides by delivered score, B by net benefit, which don't compare." in page(against("tasks.email.value=$300/point/month")).parts


def test_totals_alone_where_no_task_is_in_both() -> None:
    text = as_terminal_page(page(compare(scenario(("a",)), scenario(("b",)), DESIGN)))
    assert "What moved it: no task is in both, so only totals compare." in text


def test_json_holds_both_sides_units_and_steps() -> None:
    found = json.loads(plain_json(content(against(chosen="squeeze"))))
    assert next(iter(found)) == "schema_version"
    assert (found["scenario"]["chosen"], found["other"]["chosen"]) == ("default", "squeeze")
    assert found["recommended"] == {"A": best(), "B": "prompted"}
    assert found["units"]["steps.usd"] == "USD"
    assert sum(step["usd"] for step in found["steps"]) == pytest.approx(found["whole"]["usd"]["mean"])
    assert found["steps"][0] | {"points": 0, "usd": 0, "objective": 0} == {
        "name": "gpu.price", "paths": ["gpu.price"], "before": ["$2.49/hour (catalogue)"], "after": ["$4/hour"], "points": 0, "usd": 0, "objective": 0,
        "strategy": best(), "feasible": True,
    }  # fmt: skip


def test_rows_are_tidy_and_no_cell_is_a_formula() -> None:
    compared = against("horizon=6 months")
    found = rows(compared)
    assert {row["row"] for row in found} == {"difference", "step"}
    assert all(row["unit"] for row in found)
    assert records_as_csv(found).startswith("row,name,A,B,quantity,unit,mean,")
