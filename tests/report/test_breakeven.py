"""A break-even and a winner map in words, as data and as rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

import own_or_hosted
from building import GIVEN
from own_or_hosted import UNCERTAIN
from tuneplan.report import breakeven as report
from tuneplan.report.data import plain_json, records_as_csv
from tuneplan.report.page import ROOM, as_markdown_page, as_terminal_page
from tuneplan.report.tables import width
from tuneplan.scenario import load as loading
from tuneplan.scenario.records import Scenario
from tuneplan.study.breakeven.analysis import BreakEven, breakeven
from tuneplan.study.breakeven.dial import dial
from tuneplan.study.breakeven.winners import WinnerMap, winner_map
from tuneplan.study.design import monte_carlo
from tuneplan.study.run import run

STARTUP = Path(__file__).resolve().parents[2] / "scenarios" / "startup.yaml"


def load(path: Path, *, overrides: Sequence[str] = (), scenario: str = "") -> Scenario:
    """A shipped scenario; of the startup with its examples given, so that no plan moves."""
    return loading.load(path, overrides=(*(GIVEN if path == STARTUP else ()), *overrides), scenario=scenario)


TRAFFIC, PRICE = "tasks.chat.traffic", "gpu.price"


def turned(key: str, *changes: str, draws: int = 256, steps: int = 7, **ends: str) -> BreakEven:
    base = own_or_hosted.ran(*changes, draws=draws)
    return breakeven(base, lambda further: own_or_hosted.asked([*changes, *further]), dial(base, key, steps=steps, **ends))


CURVES = tuple(
    f"{task}.{number}"
    for task in ("tasks.email", "tasks.summary", "tasks.qa", "unseen")
    for number in ("data_exponent=lognormal 0.25 sd 0.5 uncut", "half_gap_examples=lognormal 15k examples sd 1.5", "format_share=beta a 3 b 3")
)
"""Learning curves that leave the startup too close to call, whatever is fitted since."""


def of_startup(key: str, *changes: str, **ends: str) -> BreakEven:
    base = run(load(STARTUP, overrides=changes), monte_carlo(64))
    return breakeven(base, lambda further: load(STARTUP, overrides=[*changes, *further]), dial(base, key, steps=4, **ends))


def mapped(*keys: str, steps: int = 3) -> WinnerMap:
    base = own_or_hosted.ran(draws=64)
    one, other = (dial(base, key, steps=steps) for key in keys)
    return winner_map(base, own_or_hosted.asked, one, other)


def flat(found: BreakEven) -> str:
    return " ".join(as_terminal_page(report.page(found)).split())


def test_a_page_says_where_it_turns_and_how_sure_that_is() -> None:
    found = turned(TRAFFIC, *UNCERTAIN, draws=1024)
    said = flat(found)
    assert "is now uniform, median 300k, 90 % 120k to 480k requests/month; it is set to 7 values from 104k requests/month to 496k requests/month, between which 98 % of it lies." in said
    assert "Recommended is up to 365k requests/month hosted, and above 365k requests/month own." in said
    assert "hosted, then own 365k requests/month" in said
    assert "hosted ahead in 50 % of draws 36" in said
    assert "hosted ahead in 90 % of draws 21" in said
    assert "1024 draws, the same at every value, seed 0." in said
    assert max(map(width, as_terminal_page(report.page(found)).split("\n"))) <= ROOM


def test_without_noise_there_is_no_simulation_error() -> None:
    rows = [line.split() for line in as_terminal_page(report.page(turned(TRAFFIC))).split("\n")]
    (row,) = [row for row in rows if row[:3] == ["hosted,", "then", "own"]]
    assert "none" in row


def test_now_is_marked_where_it_is_known_exactly() -> None:
    text = as_terminal_page(report.page(turned(PRICE)))
    assert [line.split()[1] for line in text.split("\n") if line.startswith("> ")] == ["$2/hour"]


@pytest.mark.parametrize(("key", "said"), [
    ("tasks.chat.value", "tasks.chat.value moves neither what strategies achieve or cost nor who meets the limits. The answer is the same at every value: hosted is recommended."),
    ("law.forgetting", "law.forgetting moves neither what strategies achieve or cost nor who meets the limits, as nothing in this scenario reads it. The answer"),
])  # fmt: skip
def test_what_moves_nothing_is_said(key: str, said: str) -> None:
    assert said in flat(turned(key, steps=2))


def test_a_recommendation_that_never_changes_is_said_with_what_hides_it() -> None:
    assert "The recommendation never changes in this range: it is own throughout." in flat(turned(TRAFFIC, start="400k requests/month", end="500k requests/month"))
    found = of_startup("tasks.email.traffic", "router.accuracy=100%")
    assert "The recommendation never changes in this range: it is unified throughout, though too close to call at " in flat(found)
    assert "256 draws halve the simulation error" in flat(found)


def test_limits_are_named_as_the_cause() -> None:
    said = flat(of_startup("budget.limit", "budget.limit=1k USD", start="1k USD", end="100k USD"))
    assert "As the scenario stands, nothing meets the limits." in said
    assert "Recommended is up to $" in said
    assert "nobody, then prompted (limits)" in said
    assert "adapters meets the limits" in said
    assert "Nothing meets the limits at any of these values." in flat(of_startup("budget.limit", start="1 USD", end="5k USD"))


def test_a_lead_that_is_no_longer_level_is_named_as_the_cause() -> None:
    assert "unified, then adapters (no longer level)" in flat(of_startup("law.interference_strength"))


def test_values_that_the_scenario_does_not_allow_are_named() -> None:
    assert "Left out: 0.225 and 0.483, as the scenario does not allow it (the ceiling is worse than the base)." in flat(of_startup("tasks.email.score.ceiling", "tasks.email.score.ceiling=0.9"))


def test_another_objective_at_the_values_is_said() -> None:
    said = flat(of_startup("tasks.email.value", start="$10 per point per month", end="$3k per point per month"))
    assert "tasks.email.value is not given now;" in said
    assert "With it, net benefit decides; without it, delivered score does." in said
    assert "mean net benefit" in said


def test_json_holds_the_curves_as_lists() -> None:
    found = turned(TRAFFIC, *UNCERTAIN)
    data = json.loads(plain_json(report.content(found)))
    assert list(data)[:4] == ["schema_version", "tool", "scenario", "design"]
    curves = data["curves"]
    assert curves["value"] == list(found.dial.values)
    assert set(curves["probability_best"]) == {"own", "hosted"}
    assert all(len(curve) == 7 for curve in (curves["chance"], curves["recommended"], curves["expected"]["own"]))
    assert data["input"]["texts"][0] == "104k requests/month"
    assert data["flips"][0]["before"] == "hosted"
    assert data["units"]["input.values"] == "request/month"
    assert data["subject"] == "hosted"


def test_rows_have_units() -> None:
    rows = list(report.rows(turned(TRAFFIC, steps=2)))
    assert {(row["quantity"], row["unit"]) for row in rows} == {("probability best", "share"), ("net benefit", "USD"), ("chance to beat the best other", "share")}
    assert {row["value_unit"] for row in rows} == {"request/month"}
    assert records_as_csv(rows).startswith("input,value,value_unit,strategy,recommended,quantity,unit,mean")


def test_a_map_is_a_table_of_letters_with_a_legend() -> None:
    found = mapped(TRAFFIC, PRICE)
    text = as_terminal_page(report.map_page(found))
    assert "A own and B hosted; the number: chance to be best, in %;" in text
    lines = [line.split("  ") for line in text.split("\n") if line.startswith("  ") and "requests/month" in line]
    assert [[cell.strip() for cell in line if cell.strip()][1:] for line in lines] == [
        ["B 100", "B 100", "B 100"], ["A 100", "B 100", "B 100"], ["A 100", "A 100", "B 100"],
    ]  # fmt: skip
    assert "Of 9 pairs of values, hosted holds 6 and own holds 3." in text
    assert "| A 100 |" in as_markdown_page(report.map_page(found))


def test_keys_that_move_nothing_are_named_on_a_map() -> None:
    one = " ".join(as_terminal_page(report.map_page(mapped(TRAFFIC, "tasks.chat.value", steps=2))).split())
    assert "tasks.chat.value moves neither what strategies achieve or cost nor who meets the limits." in one
    assert "Down: tasks.chat.traffic; across: tasks.chat.value" in one
    both = " ".join(as_terminal_page(report.map_page(mapped("law.forgetting", "tasks.chat.value", steps=2))).split())
    assert "law.forgetting moves neither" in both
    assert "Down:" not in both


def test_pairs_that_the_scenario_does_not_allow_are_marked() -> None:
    changes = ["tasks.email.score.ceiling=0.9"]
    base = run(load(STARTUP, overrides=changes), monte_carlo(64))
    dials = [dial(base, key, steps=2) for key in ("tasks.email.score.ceiling", "budget.limit")]
    found = winner_map(base, lambda further: load(STARTUP, overrides=[*changes, *further]), *dials)
    assert [cell.refused for cell in found.cells[0]] == [True, True]
    assert ", x not allowed by the scenario." in " ".join(as_terminal_page(report.map_page(found)).split())


def test_more_strategies_than_letters_have_two_each() -> None:
    from dataclasses import replace

    found = mapped(TRAFFIC, PRICE, steps=2)
    names = tuple(f"s{number}" for number in range(30))
    letters = report._letters(replace(found, now=replace(found.now, strategies=names)))
    assert len(set(letters.values())) == 30
    assert letters["s0"] == "AA"


def test_the_data_of_a_map_holds_both_inputs_and_every_cell() -> None:
    data = json.loads(plain_json(report.map_content(mapped(TRAFFIC, PRICE))))
    assert [len(row) for row in data["cells"]] == [3, 3, 3]
    assert data["cells"][0][0] == {"winner": "hosted", "probability_best": 1.0, "too_close": False, "level": False, "refused": False}
    assert data["down"]["path"] == TRAFFIC
    rows = list(report.map_rows(mapped(TRAFFIC, PRICE)))
    assert len(rows) == 9
    assert rows[0]["tasks.chat.traffic unit"] == "request/month"


def test_where_an_input_moves_launches_they_are_told() -> None:
    found = of_startup("schedule.annotators")
    text, data = as_terminal_page(report.page(found)), json.loads(plain_json(report.content(found)))
    assert "full launch P50 (P90)" in text
    row = data["curves"]["recommended"][0]
    curve = data["curves"]["full_launch_p50"][row]
    assert len(curve) == len(data["curves"]["value"])
    assert curve[0] > curve[-1]
    assert data["units"]["curves.full_launch_p50"] == "day"


def test_what_moves_money_alone_where_points_decide_is_one_row_and_says_so() -> None:
    text = as_terminal_page(report.page(of_startup("deadline.delay_cost")))
    assert "  $125/day to $2k/day" in text
    assert "It moves what strategies cost and nothing else" in text
    assert "full launch" not in text
