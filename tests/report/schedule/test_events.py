"""The event log as rows: names that everything else has, times, and cells that are never formulas."""

from __future__ import annotations

from datetime import date

import pytest

from hard_questions import TEXTS, findings
from tuneplan.report.data import records_as_csv
from tuneplan.report.schedule import event_rows
from tuneplan.study.schedule.replayed import Events, events_of
from tuneplan.study.schedule.trace import Row

LOG = (
    Row(day=0.375, process="set-up", event="begins", resource="engineers"),
    Row(day=2.5, process="annotator 1", event="begins to label", resource="annotators", batch=1, examples=240.0),
    Row(day=3.0, process="batch 1", event="done", batch=1, examples=240.0),
    Row(day=9.0, process="model 0", event="is live", model=0),
)


def events(**more: object) -> Events:
    whole = {"strategy": "unified", "draw": 7, "log": LOG, "tasks": ("email", "qa"), "models": ("all tasks",)}
    return Events(**{**whole, **more})  # type: ignore[arg-type]


def test_rows_have_names_and_times() -> None:
    rows = list(event_rows([events()], date(2027, 1, 4)))
    assert [row["time"] for row in rows] == ["2027-01-04 09:00", "2027-01-06 12:00", "2027-01-07 00:00", "2027-01-13 00:00"]
    assert [row["process"] for row in rows] == ["set-up", "annotator 1", "batch 2", "model all tasks"]
    assert (rows[1]["task"], rows[1]["batch"], rows[1]["model"], rows[1]["examples"]) == ("qa", "2", "", 240.0)
    assert (rows[0]["task"], rows[0]["batch"], rows[3]["model"]) == ("", "", "all tasks")
    assert {row["draw"] for row in rows} == {"7"}


def test_without_a_start_there_are_no_times() -> None:
    assert {row["time"] for row in event_rows([events()], None)} == {""}


def test_a_start_at_the_end_of_the_calendar_has_no_times() -> None:
    assert next(event_rows([events(log=(Row(day=400.0, process="router", event="ends"),))], date(9999, 12, 1)))["time"] == ""


def test_a_name_is_never_a_formula() -> None:
    text = records_as_csv(list(event_rows([events(strategy="=1+1", tasks=("@a", "-b"), models=("+c",))], None)))
    cells = [cell for line in text.splitlines()[1:] for cell in line.split(",")]
    assert not any(cell.startswith(("=", "@", "+", "-")) for cell in cells)
    assert "'=1+1" in cells
    assert "'-b" in cells


@pytest.mark.parametrize("which", TEXTS)
def test_every_event_of_strange_questions_is_told(which: str) -> None:
    study = findings(which)
    made = events_of(study.run, study.schedule)
    rows = list(event_rows(made, study.schedule.start))
    assert [each.strategy for each in made] == [each.name for each in study.schedule.strategies]
    assert len(rows) == sum(len(each.log) for each in made) > 0
    for each, dates in zip(made, study.schedule.strategies, strict=True):
        live = [row.day for row in each.log if row.event == "is live"]
        told = [bar.ends for bar in dates.bars if bar.kind == "launch"]
        assert sorted(live) == pytest.approx(sorted(told), abs=1e-9)
