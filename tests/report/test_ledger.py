"""The ledger as a table: every number in use, where it stands, its date, its source."""

from __future__ import annotations

from pathlib import Path

import pytest

from building import text_of
from tuneplan import load, loads
from tuneplan.report import ledger
from tuneplan.report.lines import Paper
from tuneplan.report.tables import Table, as_markdown, as_text, width
from tuneplan.study.run import Run

STARTUP = Path(__file__).parents[2] / "scenarios" / "startup.yaml"


@pytest.fixture(scope="module")
def run() -> Run:
    return load(STARTUP).set("router.accuracy", "95%").run(draws=64).verdict.run


@pytest.fixture(scope="module")
def table(run: Run) -> Table:
    return ledger.as_table(run)


def test_it_holds_every_number_in_use_once(run: Run, table: Table) -> None:
    assert [row[0] for row in table.rows] == [quantity.listed_as for quantity in ledger.in_use(run)]
    assert table.head == ("", "value", "grade", "where", "date", "source")


def test_a_row_says_where_a_number_stands_and_when_it_held(table: Table) -> None:
    rows = {row[0]: row[1:] for row in table.rows}
    value, grade, where, date, source = rows["tasks.email.data.price"]
    assert value == "log-normal, median $4.24, 90 % $3 to $6/example"
    assert where.endswith("startup.yaml:28")
    assert (grade, date, source) == ("yours", "", "given in the scenario")
    assert rows["gpu.price"] == ("$2.49/hour", "assumed", "catalogue", "2026", "computespec.pages.dev")
    assert rows["law.transfer_sharpness"][1:] == ("assumed", "default", "2026-11", "assumed")
    assert rows["router.accuracy"][:3] == ("95%", "yours", "--set")
    assert rows["tasks.qa.data.price"][2] == rows["tasks.email.data.price"][2]


def test_rows_of_the_catalogue_stand_beside_the_numbers(run: Run) -> None:
    rows = {row[0]: row[1:] for row in ledger.rows_as_table(run).rows}
    assert rows["gpt-4o-mini"] == ("read $0.15/Mtok, written $0.6/Mtok, cached $0.075/Mtok", "measured", "2026-11-22",
                                   "LiteLLM 1.109.1 price table; retirement of its dated snapshots")  # fmt: skip
    assert rows["llama-3.1-8b-instruct"][:2] == ("8.03B parameters", "assumed")


def test_an_entry_keeps_the_words_and_has_the_date_apart(run: Run) -> None:
    entries = {each["path"]: each for each in ledger.numbers(run)}
    assert (entries["gpu.price"]["source"], entries["gpu.price"]["as_of"]) == ("computespec.pages.dev (2026)", "2026")
    assert (entries["horizon"]["source"], entries["horizon"]["as_of"]) == ("given in the scenario", "")
    assert {each["as_of"] for each in entries.values() if each["grade"] == "U"} == {""}
    assert all(each["as_of"] for each in entries.values() if each["origin"] in ("catalogue", "default", "fitted"))


@pytest.mark.parametrize("room", [100, 80])
def test_a_terminal_shows_each_number_over_several_lines(table: Table, room: int) -> None:
    text = as_text(table, Paper(room=room))
    assert max(width(line) for line in text.splitlines()) <= room
    lines = text.splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith("gpu.price "))
    assert lines[start].endswith("  $2.49/hour")
    assert lines[start + 1].split()[:3] == ["assumed", "catalogue", "2026"]
    assert "on 90 learning curves, arXiv 2402.02314" in " ".join(text.split())


def test_markdown_and_a_wide_terminal_keep_each_number_in_one_line(table: Table) -> None:
    assert len(as_markdown(table).splitlines()) == len(table.rows) + 2
    assert "| gpu.price | \\$2.49/hour | assumed | catalogue | 2026 | computespec.pages.dev |" in as_markdown(table)
    assert len(as_text(table, Paper(room=400)).splitlines()) == len(table.rows) + 1


def test_a_long_name_leaves_room_for_its_value() -> None:
    long = Table(title="", head=("", "value"), rows=(("name." * 30, "a value"),), flowing=True)
    lines = as_text(long, Paper(room=40)).splitlines()
    assert max(map(len, lines)) <= 40
    assert lines[-1] == "    a value"  # a name that leaves no room stands alone, its value below it
    assert "".join(lines[1:-1]) == "name." * 30


def tied() -> Run:
    text = text_of(
        {"a": {"data.price": "$3 to $4 per example"}, "b": {}, "c": {"epochs": {"same_as": "tasks.a.epochs"}}},
        correlations={"x": {"of": ["tasks.a.data.price", "tasks.a.epochs"], "value": 0.5}},
    )  # fmt: skip
    return loads(text).run(draws=64).verdict.run


def test_a_tied_number_says_so_and_stands_where_that_was_typed() -> None:
    run = tied()
    entries = {each["path"]: each for each in ledger.numbers(run)}
    tie, free = entries["tasks.c.epochs"], entries["tasks.a.epochs"]
    at = run.scenario.places["tasks.c.epochs"]
    assert (tie["same_as"], tie["file"], tie["line"], tie["column"]) == ("tasks.a.epochs", "scenario", at.line, at.column)
    assert tie["source"] == f"same as tasks.a.epochs; {free['source']}"
    assert (free["same_as"], free["file"], free["line"]) == ("", "", 0)
    rows = {row[0]: row for row in ledger.as_table(run).rows}
    assert rows["tasks.c.epochs"][3] == f"scenario:{at.line}"
    assert rows["tasks.c.epochs"][5].startswith("same as tasks.a.epochs")


def test_an_entry_names_the_file_of_its_place(run: Run) -> None:
    entries = {each["path"]: each for each in ledger.numbers(run)}
    assert entries["tasks.email.data.price"]["file"] == str(STARTUP)
    assert {each["file"] for each in entries.values() if not each["line"]} == {""}
