"""What ``simulate sweep --summary`` says: sentences, tables, data."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

from toy_dataset import Toy, grid_of, toy
from tuneplan.report.data import plain_json, records_as_csv
from tuneplan.report.lines import Paper, width
from tuneplan.report.page import as_markdown_page, as_terminal_page
from tuneplan.report.sweep import content, page, rows
from tuneplan.report.sweep.wording import bin_in_words, condition, rule
from tuneplan.study.sweep.summary import Summary, summary
from tuneplan.study.sweep.summary.records import Bin
from tuneplan.study.sweep.summary.rules import Condition, Key

BUDGET, TRAFFIC = "budget.limit", "tasks.email.traffic"
UNITS = {BUDGET: "USD", TRAFFIC: "request/month", "share": "share"}


def said(made: Toy, room: int = 100) -> str:
    """The page as one line."""
    return " ".join(shown(made, room).split())


def shown(made: Toy, room: int = 100) -> str:
    paper = Paper(room=room)
    return as_terminal_page(page(summary(made), paper), paper)


def judge(keys: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Nobody below $20k; unified ahead by the budget, specialists by traffic."""
    poor = keys[BUDGET] < 20e3
    return {
        "unified": np.where(poor, np.nan, 50.0 + keys[BUDGET] / 10e3),
        "specialists": np.where(poor, np.nan, 50.0 + keys[TRAFFIC] / 10e3),
        "prompted": np.where(poor, np.nan, 20.0),
    }


def grid(**more: Any) -> Toy:
    values = {BUDGET: [10e3, 20e3, 30e3, 40e3], TRAFFIC: [5e3, 15e3, 25e3, 35e3, 60e3], "method": ["lora", "full"]}
    return toy(grid_of(values), judge, units=UNITS, unit="USD", **more)


def drawn(rows: int, **more: Any) -> Toy:
    rng = np.random.default_rng(5)
    keys = {BUDGET: rng.uniform(10e3, 40e3, rows), TRAFFIC: rng.uniform(5e3, 60e3, rows), "method": np.array(["lora", "full"], dtype=object)[rng.integers(0, 2, rows)]}
    return toy(keys, judge, mode="sobol", units=UNITS, **more)


# --- sentences -----------------------------------------------------------------------------------------------------------


def test_it_says_who_wins_where_with_counts_and_shares_in_words() -> None:
    text = said(grid())
    assert text.startswith("toy: what a sweep of 40 rows tells unified is recommended in 18 of 40 rows (45 %, about 4 in 10) and specialists in 12 (30 %, about 3 in 10).")
    assert "Nowhere recommended: prompted. Nobody meets the limits in 10 (25 %, about 2 in 10): over the budget (10 rows)." in text
    assert "nobody 10 25 % about 2 in 10 - -" in text


def test_it_says_how_close_it_is() -> None:
    text = said(grid())
    assert "The recommendation is level with another, or too close to call, in none of the 30 rows that have one." in text
    assert "Its lead over the runner-up in net benefit is $1.50 (median; P10-P90 $0.5 to $3.50)." in text
    assert "It is the best of those that meet the limits in 75 % of the draws (about 8 in 10) on average." in text


def test_it_says_which_key_decides_most() -> None:
    text = said(grid())
    assert f"{BUDGET} decides most: it alone tells" in text
    assert f"is right in 75 % of the rows, against 45 % by always saying unified. Then {TRAFFIC} (20 %)." in text
    assert "At all values of method the shares are the same, as far as these rows can tell." in text
    assert f"By {BUDGET} rows unified specialists nobody $10k 10 0 % 0 % 100 %" in text


def test_it_says_where_the_recommendation_switches_and_how_that_moves() -> None:
    text = said(grid())
    assert f"Along {TRAFFIC}, all other keys fixed, there are 8 lines to follow; the outcome is the same all along on 2 of 8 (25 %, about 2 in 10)." in text
    assert "From unified to specialists at 30k requests/month (median; P10-P90 20k to 40k requests/month), on 6 of 8 (75 %, about 8 in 10)." in text
    assert f"Where unified gives way to specialists along {TRAFFIC}, by {BUDGET} (which explains 100 % of its spread)" in text
    assert f"{BUDGET} {TRAFFIC} on $20k 20k requests/month 2 of 2 lines $30k 30k requests/month 2 of 2 lines $40k 40k requests/month 2 of 2 lines" in text
    assert "From nobody to specialists between $10k and $20k" in text


def test_regions_stand_in_words() -> None:
    text = said(grid())
    assert f"Nobody meets the limits where {BUDGET} is below $15k: 10 of 10 rows (100 %)." in text
    assert f"unified mostly wins where {BUDGET} is above $15k and {TRAFFIC} is below 30k requests/month: 16 of 18 rows (89 %)." in text
    assert f"unified wins most often where {BUDGET} is above $35k and {TRAFFIC} is above 30k requests/month: 2 of 4 rows (50 %)." in text
    assert "Grown on three quarters of the rows, such rules tell the other quarter right in" in text
    assert "Regions hold for the rows that were asked, and say nothing beyond their values." in text


def test_rows_without_lines_tell_switches_from_the_tree_and_say_so() -> None:
    text = said(drawn(400))
    assert "There are no lines to follow, since the rows are no grid: where the recommendation switches is read off the tree behind the rules." in text
    assert f"{BUDGET} parts at $20k, mostly nobody below and specialists above (400 rows)." in text


def test_keys_along_which_nothing_changes_are_told_in_one_sentence() -> None:
    made = toy(grid_of({"x": [1.0, 2.0, 3.0], "y": [0.0, 1.0], "z": [0.0, 1.0]}), lambda keys: {"a": keys["x"], "b": np.full(12, 1.6)})
    assert "All other keys fixed, nothing changes along y and z." in said(made)


def test_it_says_on_what_it_rests() -> None:
    text = said(drawn(200))
    assert "256 draws a row, seed 1." in text
    assert "the lead lies within two simulation errors of the two scores, as if these were independent: more draws might change who leads there." in text
    assert "Each row buys by a plan of its own." in text
    assert "1 draw a row, every uncertain number at one value: there are no chances, bands or simulation errors." in said(drawn(200, draws=1))
    assert "The simulation error of net benefit is not known by row" in said(grid())
    once = grid()
    assert "All rows buy by one plan, made once" in said(Toy(about={**once.about, "plans": "once"}, columns=once.columns, rows=once.rows, is_complete=True, held=once.held))


def test_an_incomplete_sweep_is_said_to_be() -> None:
    made = drawn(300)
    part = made.with_held({name: column[:60] for name, column in made.held.items()}, rows=300)
    assert "The sweep is not complete: 60 of 300 rows are here (20 %, about 2 in 10), and all shares are of those." in said(part)
    none = made.with_held({name: column[:0] for name, column in made.held.items()}, rows=300)
    assert "No row is here yet, so there is nothing to tell. The sweep is not complete: 0 of 300 rows are here (none)" in said(none)


def test_a_sample_says_how_large_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    from tuneplan.study.sweep.summary.sampling import Sample

    monkeypatch.setattr(Sample.__init__, "__defaults__", (100,))
    text = said(drawn(400))
    assert "They were made from a sample of 100 rows of 400, the same each time." in text
    assert "(from a sample of " in text


# --- little or odd -------------------------------------------------------------------------------------------------------


def few() -> dict[str, Toy]:
    """Sweeps of which there is little to tell."""
    one = {BUDGET: np.array([30e3])}
    ten = {BUDGET: np.linspace(10e3, 100e3, 10)}
    many = grid_of({f"k{number}": [1.0, 2.0] for number in range(12)} | {})
    wide = {f"strategy {number} of many": 1.0 + number for number in range(12)}
    return {
        "one row": toy(one, lambda keys: {"only": np.ones(1)}, units=UNITS),
        "one draw": toy(one, lambda keys: {"a": np.ones(1), "b": np.zeros(1)}, units=UNITS, draws=1),
        "nobody": toy(ten, lambda keys: {"a": np.full(10, np.nan), "b": np.full(10, np.nan)}, units=UNITS, reasons={0: "<script>alert(1)</script>"}),
        "failed": toy(ten, lambda keys: {"a": np.ones(10)}, units=UNITS, failed=np.ones(10, dtype=bool)),
        "constant": toy({BUDGET: np.full(5, 30e3)}, lambda keys: {"a": np.arange(5.0) % 2, "b": np.arange(5.0) % 3}, units=UNITS, mode="list"),
        "names": toy(ten, lambda keys: {"統合モデル": keys[BUDGET], "<script>": np.full(10, 55e3), "nobody": np.zeros(10)}, units=UNITS),
        "twelve": toy(many, lambda keys: {name: keys[f"k{number}"] * number * lead for number, (name, lead) in enumerate(wide.items())}),
        "blank": toy({"share": np.array([0.1, np.nan, 0.9, 0.5])}, lambda keys: {"a": np.arange(4.0), "b": np.full(4, 1.5)}, units=UNITS, mode="table"),
    }  # fmt: skip


@pytest.mark.parametrize("made", few().values(), ids=few())
@pytest.mark.parametrize("room", [60, 80, 120])
def test_it_can_be_told_whatever_it_is(made: Toy, room: int) -> None:
    text = shown(made, room)
    assert max(map(width, text.split("\n"))) <= room
    found = summary(made)
    json.loads(plain_json(content(found)))
    assert "nan" not in text.lower()
    assert "<script" not in as_markdown_page(page(found)).replace("\\<script", "")
    assert records_as_csv(rows(found)).count("\n") == 1 + len(rows(found))


def test_one_row_is_told_in_the_singular() -> None:
    text = said(few()["one row"])
    assert "only is recommended in the one row. The recommendation is level with another, or too close to call, in none of the 1 row that has one." in text
    assert "In no row does a second strategy meet the limits." in text
    assert "only wins everywhere: 1 of 1 row (100 %)." in text


def test_a_key_that_is_the_same_in_all_rows_is_told() -> None:
    assert f"The same in all rows: {BUDGET}." in said(few()["constant"])


def test_where_nobody_ever_wins_it_is_said_why() -> None:
    text = said(few()["nobody"])
    assert "Nobody meets the limits in all 10 rows: =no way (9 rows); <script>alert(1)</script> (1 row)." in text
    assert "Nobody meets the limits anywhere: 10 of 10 rows (100 %)." in text
    assert "No key decides anything: the outcome is the same in every row." in text


def test_a_strategy_called_nobody_is_told_from_nobody() -> None:
    made = toy({"x": np.arange(4.0)}, lambda keys: {"nobody": np.where(keys["x"] < 1.0, np.nan, keys["x"]), "b": np.where(keys["x"] < 1.0, np.nan, 2.5)})
    assert "“nobody” is recommended in 1 (25 %" in said(made).replace("b is recommended in 2 of 4 rows (50 %, about 5 in 10) and “nobody” in", "“nobody” is recommended in")


def test_many_strategies_share_a_column_where_there_is_little_room() -> None:
    names = [f"strategy {number} of quite many" for number in range(8)]
    made = toy({"x": np.arange(16.0)}, lambda keys: {name: np.where(keys["x"] // 2 == place, 1.0, 0.0) for place, name in enumerate(names)})
    assert "the rest" in shown(made, 80)
    assert "the rest" not in shown(made, 300)


# --- data ----------------------------------------------------------------------------------------------------------------


def found() -> Summary:
    return summary(grid())


def test_json_names_strategies_and_units() -> None:
    told = json.loads(plain_json(content(found())))
    assert [(each["outcome"], each["strategy"], each["rows"]) for each in told["outcomes"]] == [
        ("recommended", "unified", 18), ("recommended", "specialists", 12), ("recommended", "prompted", 0), ("nobody", None, 10), ("failed", None, 0),
    ]  # fmt: skip
    assert told["units"]["margin.median"] == "USD"
    (switch,) = (each for along in told["switches"] if along["key"] == TRAFFIC for each in along["found"])
    assert (switch["before"]["strategy"], switch["after"]["strategy"], switch["value"]["median"], switch["share"]) == ("unified", "specialists", 30e3, 0.75)
    assert [place["value"] for place in switch["moved"]["places"]] == [20e3, 30e3, 40e3]
    assert told["said"]["opening"][0].startswith("unified is recommended in 18")


def test_units_of_the_json_belong_to_fields_that_are_there() -> None:
    told = [json.loads(plain_json(content(each))) for each in (found(), summary(drawn(200)), summary(few()["failed"]))]
    assert [field for field in told[0]["units"] if not is_there(told, field.split("."))] == []


def is_there(tree: Any, path: list[str]) -> bool:
    """Whether a field exists in any entry of the lists on the way to it."""
    if isinstance(tree, list):
        return any(is_there(each, path) for each in tree)
    return not path or (isinstance(tree, dict) and path[0] in tree and is_there(tree[path[0]], path[1:]) if path[1:] else isinstance(tree, dict) and path[0] in tree)


def test_rows_hold_shares_that_add_up_and_switches() -> None:
    table = rows(found())
    assert math.isclose(sum(each["value"] for each in table if each["analysis"] == "outcome"), 1.0)
    (switch,) = (each for each in table if each["analysis"] == "switch" and each["key"] == TRAFFIC and each["quantity"] == "value")
    assert (switch["strategy"], switch["to_strategy"], switch["value"], switch["unit"], switch["count"]) == ("unified", "specialists", 30e3, "request/month", 6)
    assert len({tuple(each) for each in table}) == 1


def test_a_formula_in_a_text_is_no_formula_in_a_spreadsheet() -> None:
    text = records_as_csv(rows(summary(few()["nobody"])))
    assert ",'=no way," in text
    assert ",=no way" not in text


# --- words ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("each", "words"),
    [
        (Condition(key=Key(name="x", unit="USD"), above=42e3), "x is above $42k"),
        (Condition(key=Key(name="x", unit="request/month"), below=31_234.0), "x is below 31.2k requests/month"),
        (Condition(key=Key(name="x", unit="share"), above=0.1, below=0.25), "x is between 10% and 25%"),
        (Condition(key=Key(name="x", unit="1"), above=1.5, blank=False), "x is above 1.5"),
        (Condition(key=Key(name="x", unit="1"), below=1.5, blank=True), "x is below 1.5 or not given"),
        (Condition(key=Key(name="x", unit="1"), blank=True), "x is not given"),
        (Condition(key=Key(name="x", unit="1"), blank=False), "x is given"),
        (Condition(key=Key(name="m", is_text=True), texts=("lora",)), "m is lora"),
        (Condition(key=Key(name="m", is_text=True), texts=("lora",), is_other=True), "m is not lora"),
        (Condition(key=Key(name="m", is_text=True), texts=("a", "b", "c")), "m is a, b or c"),
        (Condition(key=Key(name="m", is_text=True), texts=tuple("abcdefg")), "m is a, b, c or one of 4 more"),
    ],
)
def test_conditions_in_words(each: Condition, words: str) -> None:
    assert condition(each) == words


def test_a_rule_joins_its_conditions() -> None:
    assert rule([Condition(key=Key(name="x", unit="USD"), above=1e3), Condition(key=Key(name="m", is_text=True), texts=("lora",))]) == "x is above $1k and m is lora"


@pytest.mark.parametrize(
    ("each", "key", "words"),
    [
        (Bin(low=20e3, high=20e3), Key(name="x", unit="USD"), "$20k"),
        (Bin(low=20e3, high=41_234.0), Key(name="x", unit="request/month"), "20k to 41.2k requests/month"),
        (Bin(low=0.1, high=0.2), Key(name="x", unit="share"), "10 to 20%"),
        (Bin(low=2.0, high=3.0), Key(name="x", unit="USD/hour"), "$2 to $3/hour"),
        (Bin(texts=("lora",)), Key(name="m", is_text=True), "lora"),
        (Bin(texts=("",)), Key(name="m", is_text=True), "empty"),
        (Bin(), Key(name="m", is_text=True), "others"),
        (Bin(is_blank=True), Key(name="x", unit="USD"), "not given"),
    ],
)
def test_bins_in_words(each: Bin, key: Key, words: str) -> None:
    assert bin_in_words(each, key) == words
