"""``simulate schedule`` as a person meets it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tuneplan.cli.main import DONE, NOTHING_FEASIBLE, USAGE

Command = Callable[..., Any]
DATED = """\
start: 2027-01-04
deadline: {date: 2027-04-30, delay_cost: $500/day}
schedule: {annotators: 3, reviewers: 1}
"""
FEW = ("--draws", "64", "--replay", "0", "-q")


@pytest.fixture
def dated(scenario: Callable[..., Path]) -> Path:
    """A scenario with a start and a deadline."""
    path = scenario()
    path.write_text(path.read_text(encoding="utf-8") + DATED, encoding="utf-8")
    return path


def test_it_answers(simulate: Command, dated: Path) -> None:
    ended = simulate("schedule", dated, *FEW)
    assert (ended.code, ended.err) == (DONE, "")
    assert ended.out.startswith("Two tasks: when it ships\n\nprompted ships first, and all of it first: ")
    for words in ("by the deadline of 30 April 2027", "Lateness is expected to cost", "wait for annotators most", "A fourth annotator would bring", "In prompted nobody is waited for"):
        assert words in " ".join(ended.out.split()), words
    assert "64 draws, seed 0. Given the plans, dates of full launches are known to about " in " ".join(ended.out.split())
    assert simulate("schedule", dated, *FEW).out == ended.out
    assert simulate("schedule", dated, *FEW[:-3], "1", "-q", "--seed", "5").out != ended.out


def test_without_dates_days_are_told_and_that_the_verdict_does_not_count_them(simulate: Command, scenario: Callable[..., Path]) -> None:
    ended = simulate("schedule", scenario(), *FEW)
    said = " ".join(ended.out.split())
    assert ended.code == DONE
    assert "first: on day " in said
    assert "The verdict of simulate run does not count time here" in said
    assert "schedule.counts: yes" in said
    assert "deadline of" not in said
    assert "What an earlier launch is worth is not known here" in said


def test_the_key_that_is_named_makes_the_verdict_count_time(simulate: Command, scenario: Callable[..., Path]) -> None:
    assert "does not count time" not in " ".join(simulate("schedule", scenario(), *FEW, "--set", "schedule.counts=yes").out.split())
    assert "does not count time" in " ".join(simulate("schedule", scenario(), *FEW, "--set", "schedule.annotators=4", "--set", "schedule.counts=no").out.split())


def test_as_json_and_csv_and_markdown(simulate: Command, dated: Path) -> None:
    data = json.loads(simulate("schedule", dated, *FEW, "--format", "json").out)
    assert list(data)[:4] == ["schema_version", "tool", "scenario", "design"]
    assert data["design"] == {"draws": 64, "seed": 0, "scrambles": 8}
    assert (data["start"], data["deadline"], data["counts_in_the_verdict"]) == ("2027-01-04", 116.0, True)
    unified = data["strategies"][0]
    assert {more["resource"] for more in unified["more"]} == {"annotators", "reviewers", "engineers", "GPUs", "judges"}
    assert data["dates"]["unified"]["full"]["p50"] > "2027-01-04"
    table = list(csv.DictReader(io.StringIO(simulate("schedule", dated, *FEW, "--format", "csv").out)))
    full = next(row for row in table if (row["strategy"], row["quantity"]) == ("unified", "full launch"))
    assert data["deadline_date"] == "2027-04-30"
    assert {task: dates["p90"] for task, dates in data["dates"]["specialists"]["tasks"].items()} == {
        row["of"]: row["date_p90"] for row in table if (row["strategy"], row["quantity"]) == ("specialists", "launch")
    }
    assert (full["date_p50"], full["date_p90"]) == (data["dates"]["unified"]["full"]["p50"], data["dates"]["unified"]["full"]["p90"])
    assert {row["date_p50"] for row in table if row["unit"] != "day"} == {""}
    assert (float(full["p50"]), full["unit"]) == (unified["full"]["median"], "day")
    assert simulate("schedule", dated, *FEW, "--format", "md").out.startswith("**Two tasks: when it ships**\n")


def test_it_writes_files(simulate: Command, dated: Path, tmp_path: Path) -> None:
    text, events, chart = tmp_path / "when.txt", tmp_path / "events.csv", tmp_path / "when.svg"
    ended = simulate("schedule", dated, *FEW, "-o", text, "--events", events, "--chart", chart)
    assert (ended.code, ended.out, ended.err) == (DONE, "", "")
    assert text.read_text(encoding="utf-8") == simulate("schedule", dated, *FEW).out
    assert "deadline 30 April 2027" in chart.read_text(encoding="utf-8")
    rows = list(csv.DictReader(events.open(encoding="utf-8")))
    assert {row["strategy"] for row in rows} == {"unified", "specialists", "prompted"}
    assert {"begins to label", "ends to review", "done", "is live"} <= {row["event"] for row in rows}
    days = [float(row["day"]) for row in rows if row["strategy"] == "unified"]
    assert days == sorted(days)
    assert rows[0]["time"].startswith("2027-01-04")


def test_the_last_event_is_the_launch_that_is_drawn(simulate: Command, dated: Path, tmp_path: Path) -> None:
    events = tmp_path / "events.csv"
    data = json.loads(simulate("schedule", dated, *FEW, "--events", events, "--format", "json").out)
    rows = list(csv.DictReader(events.open(encoding="utf-8")))
    for each in data["strategies"]:
        live = [float(row["day"]) for row in rows if (row["strategy"], row["event"]) == (each["name"], "is live")]
        assert max(float(row["day"]) for row in rows if row["strategy"] == each["name"]) <= max(bar["ends"] for bar in each["bars"]) + 1e-6
        assert max(live) == pytest.approx(max(bar["ends"] for bar in each["bars"] if bar["kind"] == "launch"), abs=1e-9)
        assert {row["draw"] for row in rows if row["strategy"] == each["name"]} == {str(each["draw"])}


@pytest.mark.parametrize("jobs", [(), ("--jobs", "1")])
def test_draws_are_replayed_event_by_event(simulate: Command, dated: Path, jobs: tuple[str, ...]) -> None:
    said = " ".join(simulate("schedule", dated, "--draws", "64", "-q", "--replay", "3", *jobs).out.split())
    assert re.search(r"The \d draws shown and \d more replayed event by event: dates agree to ", said)
    alone = " ".join(simulate("schedule", dated, "--draws", "64", "-q", "--replay", "0", *jobs).out.split())
    assert re.search(r"The \d draws shown replayed event by event: dates agree to ", alone)
    data = json.loads(simulate("schedule", dated, "--draws", "64", "-q", "--replay", "3", *jobs, "--format", "json").out)
    assert 3 <= data["replayed"]["draws"] <= 6
    assert 0.0 <= data["replayed"]["apart"] < 1e-9


def test_what_never_ships_ends_with_4(simulate: Command, dated: Path) -> None:
    ended = simulate("schedule", dated, *FEW, "--set", "schedule.engineers=0")
    assert ended.code == NOTHING_FEASIBLE
    assert "Nothing ever ships within the horizon of 12 months." in " ".join(ended.out.split())
    some = simulate("schedule", dated, *FEW, "--set", "schedule.annotators=0")
    assert some.code == DONE
    assert "unified and specialists never ship, because there is no annotator." in " ".join(some.out.split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--replay", "-1"), "--replay: -1 is not a whole number from 0 to 4096"),
        (("--jobs", "0"), "--jobs: 0 is not a whole number from 1 to 256"),
        (("--events", "e.json"), "--events: e.json does not end in .csv"),
        (("--events", "-"), "--events: give the name of a file"),
        (("--draws", "0"), "draws: 0 is not a whole number"),
        (("--events", "same.csv", "-o", "same.csv"), "--events and --output: same.csv can't hold both"),
        (("--events", "same.svg", "--chart", "same.svg"), "--events and --chart: same.svg can't hold both"),
    ],
)
def test_wrong_usage_is_said(simulate: Command, dated: Path, words: tuple[str, ...], said: str) -> None:
    ended = simulate("schedule", dated, *words)
    assert (ended.code, ended.out) == (USAGE, "")
    assert said in ended.err


def test_the_scenario_is_not_written_over(simulate: Command, dated: Path) -> None:
    read = dated.rename(dated.with_suffix(".csv"))
    before = read.read_bytes()
    ended = simulate("schedule", read, *FEW, "--events", read)
    assert ended.code == USAGE
    assert "this file was read" in ended.err
    assert read.read_bytes() == before


def test_a_launch_after_the_horizon_is_neither_dated_nor_in_time(simulate: Command, dated: Path) -> None:
    short = ("--draws", "64", "-q", "--set", "horizon=3 months")
    said = " ".join(simulate("schedule", dated, *short, "--replay", "0").out.split())
    data = json.loads(simulate("schedule", dated, *short, "--replay", "0", "--format", "json").out)
    own = {each["name"]: (each["in_time"], each["never"]) for each in data["strategies"]}
    assert "by the deadline of 30 April 2027, and within the horizon, which ends before it: " in said
    assert all(in_time == pytest.approx(1.0 - never) for in_time, never in own.values())
    assert own["unified"][1] > 0.0
    launches = json.loads(simulate("run", dated, *short, "--format", "json").out)["launches"]["strategies"]
    assert {each["name"]: (each["in_time"], each["never"]) for each in launches} == own


def test_where_counting_is_refused_nobody_is_told_to_give_a_deadline(simulate: Command, dated: Path) -> None:
    said = " ".join(simulate("schedule", dated, *FEW, "--set", "schedule.counts=no").out.split())
    assert "Where dates counted, lateness would be expected to cost " in said
    assert "does not count time, as schedule.counts is no" in said
    assert "Only schedule.counts: yes makes value" in said
    assert "Lateness is expected" not in said
    assert "A deadline" not in said


def test_a_narrow_terminal_shows_launches_before_waits(simulate: Command, dated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = {}
    for columns in (80, 160):
        monkeypatch.setenv("COLUMNS", str(columns))
        text = simulate("schedule", dated, *FEW).out
        shown[columns] = text[text.index("One more of each") : text.index("How busy")]
    assert "waits" in shown[160]
    assert shown[80].index("worth") < shown[80].rindex("waits"), "what does not fit goes on below, and waits come last"
    assert all("worth" in block and "full P10-P90" in block for block in shown.values())


@pytest.mark.parametrize("width", [60, 100, 160])
def test_lines_fit_the_terminal(simulate: Command, dated: Path, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    lines = simulate("schedule", dated, *FEW).out.splitlines()
    assert max(map(len, lines)) <= width


def test_warnings_and_strict(simulate: Command, dated: Path) -> None:
    late = ("--set", "start=2040-01-01", "--set", "deadline.date=2040-06-01")
    assert simulate("schedule", dated, "--draws", "64", "--replay", "0", *late).err.startswith("warning: ")
    assert simulate("schedule", dated, "--draws", "64", "--strict", *late).code == 5


def test_help_names_it(simulate: Command) -> None:
    assert "When it ships" in simulate("--help").out
    assert "--events" in simulate("schedule", "--help").out
