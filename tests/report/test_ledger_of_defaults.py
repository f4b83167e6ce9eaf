"""The whole ledger: what it counts, lists and leaves out; as text, Markdown, JSON and CSV."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tuneplan.report import ledger_of_defaults as ledger
from tuneplan.report.data import plain_json, records_as_csv
from tuneplan.report.known import entry, shown_name
from tuneplan.report.lines import Paper
from tuneplan.report.page import as_markdown_page, as_terminal_page
from tuneplan.report.tables import Table, as_markdown, as_text, width
from tuneplan.scenario.inventory import KEYS, everything

ALL = ledger.known()


@pytest.fixture(scope="module")
def text() -> str:
    return as_terminal_page(ledger.page(ALL))


def test_it_is_a_hundred_columns_wide(text: str) -> None:
    assert max(width(line) for line in text.splitlines()) <= 100


def test_every_number_is_named_with_its_source(text: str) -> None:
    said = " ".join(text.split())
    for each in ALL:
        assert shown_name(each) in said
        assert each.as_of in said
    for each in ALL:
        if each.stands_in == KEYS and each.source not in ("assumed", "declared", "declared: none"):
            assert " ".join(each.source.split()) in said, each.name


def test_counts_come_first_and_count_rows_of_the_catalogue_once() -> None:
    counts = ledger.counted(ALL)
    assert sum(counts["key"].values()) == sum(each.stands_in == KEYS for each in ALL)
    assert sum(counts["catalogue"].values()) == len({(each.group, each.name) for each in ALL if each.stands_in == "catalogue"})
    first = ledger.page(ALL).parts[0]
    assert isinstance(first, Table)
    assert first.head == ("", "measured", "fitted", "assumed", "declared")
    assert first.rows[0] == ("keys of a scenario", *(str(count) for count in counts["key"].values()))


@pytest.mark.parametrize("grade", ledger.WORDS)
def test_a_grade_alone(grade: str) -> None:
    found = ledger.known([grade])
    assert 0 < len(found) < len(ALL)
    assert {entry(each)["grade_in_words"] for each in found} == {grade}
    tables = [part for part in ledger.page(found).parts if isinstance(part, Table)]
    assert {row[2] for table in tables[1:] for row in table.rows} == {grade}


def test_grades_together_are_all_of_it() -> None:
    assert len(ALL) == sum(len(ledger.known([grade])) for grade in ledger.WORDS) == len(ledger.known(ledger.WORDS)) == len(list(everything()))


def test_a_grade_that_is_none_is_refused() -> None:
    with pytest.raises(LookupError, match='grade "A" is none of measured, fitted, assumed, declared'):
        ledger.known(["fitted", "A"])


def test_nothing_of_a_grade_is_still_a_page() -> None:
    assert "nothing of these grades" in as_terminal_page(ledger.page([]))


def test_people_read_words_and_data_has_letters() -> None:
    tables = [part for part in ledger.page(ALL).parts[1:] if isinstance(part, Table)]
    assert {row[2] for table in tables for row in table.rows} == set(ledger.WORDS)
    assert {each["grade"] for each in ledger.content(ALL)["numbers"]} == set("VFAD")


def test_json_has_all_of_it() -> None:
    found = json.loads(plain_json(ledger.content(ALL)))
    assert len(found["numbers"]) == len(ALL)
    numbers = {(each["name"], each["part"]): each for each in found["numbers"]}
    relief = numbers["ROUTED_RELIEF", ""]
    assert (relief["median"], relief["low"], relief["high"], relief["drawn"], relief["grade_in_words"]) == (0.2, None, None, False, "assumed")
    batch = numbers["MICRO_BATCH_TOKENS", ""]
    assert (batch["median"], batch["low"], batch["high"], batch["drawn"], batch["unit"]) == (4096.0, 1024.0, 32768.0, False, "token")
    epochs = numbers["tasks.TASK.epochs", ""]
    assert (epochs["value"], epochs["source"]) == ("3 epochs", "assumed; common practice, and near the fitted curves")
    drawn = numbers["law.repeat_value", ""]
    assert drawn["low"] < drawn["median"] < drawn["high"]
    assert found["counts"]["keys of a scenario"]["measured"] == 0


def test_csv_is_a_row_a_number() -> None:
    found = list(csv.DictReader(io.StringIO(records_as_csv(ledger.rows(ALL)))))
    assert len(found) == len(ALL)
    assert {"name", "value", "median", "low", "high", "unit", "grade", "source", "as_of"} <= set(found[0])
    fixed = [row for row in found if row["name"] == "ROUTED_RELIEF"]
    assert [(row["low"], row["high"]) for row in fixed] == [("", "")]


def test_markdown_keeps_sources_in_a_column() -> None:
    lines = as_markdown_page(ledger.page(ALL)).splitlines()
    assert r"| law.size\_exponent | 0.2 (0.0879 to 0.455) | assumed | 2026-11 | arXiv 2402.17193: .10 to .52; median judged (assumed) |" in lines


def test_what_many_rows_share_is_said_once(text: str) -> None:
    assert text.count("Chance that a task's format clashes with its neighbours") == 1
    assert text.count("LiteLLM 1.109.1 price table: ") == 1


# ---- a table with sentences below its rows --------------------------------------------------------

NOTED = Table(title="", head=("", "value", "source"), rows=(("one", "1", "so it is " * 12), ("another", "22", "")), sentence_below=True)


def test_a_sentence_stands_below_its_row() -> None:
    lines = as_text(NOTED, Paper(room=40)).splitlines()
    assert lines[:2] == ["         value", "one      1"]
    assert lines[2].startswith("    so it is so it is")
    assert lines[-1] == "another  22"
    assert max(map(len, lines)) <= 40


def test_a_row_that_is_too_wide_goes_on_below() -> None:
    wide = Table(title="", head=("", "value", "source"), rows=(("name", "word " * 20, "why"),), sentence_below=True)
    assert max(map(len, as_text(wide, Paper(room=40)).splitlines())) <= 40


def test_markdown_has_the_sentence_as_a_cell() -> None:
    assert as_markdown(NOTED).splitlines()[-1] == "| another | 22 |  |"
