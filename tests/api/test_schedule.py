"""When it ships, in a notebook: a page, days of every draw, a chart; and what says so when dates do not count."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import tuneplan as tp
from tuneplan import Result, Study, UsageError
from tuneplan.api import answers
from tuneplan.report import schedule as report
from tuneplan.report.page import as_terminal_page
from tuneplan.study.schedule.replayed import replayed


@pytest.fixture(scope="module")
def undated(given: Study) -> Result:
    return given.set("schedule.counts", "no").run(draws=64, seed=3)


def test_the_page_is_that_of_the_command(result: Result) -> None:
    found, run = result.findings.schedule, result.findings.run
    assert repr(result.schedule()) == as_terminal_page(report.page(found, run.asked, replayed(run, found, first=8)))
    assert "more replayed event by event: dates agree" in " ".join(repr(result.schedule()).split())
    assert "replayed" not in repr(result.schedule(replay=0))
    assert result.schedule()._repr_html_().startswith('<div class="tuneplan tex2jax_ignore mathjax_ignore">')
    assert json.loads(result.schedule(replay=0).to_json())["strategies"][0]["name"] == "unified"


def test_days_of_every_draw_are_those_of_the_record(result: Result) -> None:
    assert result.launch.shape == (4, 3, 64)
    assert result.labels["task"] == ("email", "summary", "qa")
    for row, each in enumerate(result.schedule().record.strategies):
        assert each.full.median == pytest.approx(np.median(result.full_launch[row]))
        assert each.first.mean == pytest.approx(result.launch[row].min(axis=0).mean())
        assert each.tasks["qa"].p90 == pytest.approx(np.quantile(result.launch[row, 2], 0.9))
    assert (result.full_launch[:, None] >= result.launch).all()
    assert (result.launch[0] == result.launch[0, :1]).all()  # one model ships all tasks at once
    with pytest.raises(ValueError, match="read-only"):
        result.launch[0, 0, 0] = 0.0


def test_a_frame_has_days_with_units_and_a_dataset_has_every_draw(result: Result) -> None:
    frame = result.schedule().to_frame()
    days = frame[(frame["strategy"] == "specialists") & (frame["quantity"] == "launch")].set_index("of")
    assert set(days["unit"]) == {"day"}
    assert days.loc["qa", "p50"] == pytest.approx(np.median(result.launch[1, 2]))
    assert not frame["unit"].isna().any()
    found = result.to_xarray()
    assert found["launch"].sel(strategy="specialists", task="qa").values == pytest.approx(result.launch[1, 2])
    assert (found["full_launch"].attrs["units"], found["launch"].dims) == ("day", ("strategy", "task", "draw"))


def test_more_people_ship_earlier(given: Study) -> None:
    few, many = (given.set("schedule.annotators", count).set("schedule.reviewers", 9).run(draws=64) for count in (2, 8))
    trained = slice(0, 3)
    assert (many.full_launch[trained].mean(axis=1) < few.full_launch[trained].mean(axis=1) - 10.0).all()
    assert (many.full_launch[3] == few.full_launch[3]).all()


def test_a_study_says_when_it_ships_without_a_verdict(given: Study, result: Result) -> None:
    assert given.schedule(draws=64, seed=3, replay=0).record == result.schedule().record


def test_where_dates_do_not_count_they_are_shown_as_they_would_be(undated: Result, result: Result) -> None:
    found = undated.schedule(replay=2)
    assert not found.record.counts
    assert [each.full for each in found.record.strategies] == [each.full for each in result.schedule().record.strategies]
    for name in ("launch", "full_launch"):
        with pytest.raises(UsageError, match=r'launch dates do not count in this study; study\.set\("schedule\.counts", "yes"\)'):
            getattr(undated, name)
        assert name not in undated.dims
        assert name not in undated.to_xarray()
    assert "task" not in undated.to_xarray().dims


@pytest.mark.usefixtures("figures")
def test_a_schedule_is_drawn_as_bars_of_time(result: Result) -> None:
    drawn = result.schedule().plot()
    assert len(drawn.patches) + len(drawn.collections) > len(result.strategies)
    assert result.charts("gantt")["gantt"].told.title
    with pytest.raises(UsageError, match="no chart"):
        result.schedule().plot(chart="tornado")


def test_a_saved_result_ships_when_it_did(result: Result, tmp_path: Path) -> None:
    again = tp.open(result.save(tmp_path / "startup.npz"))
    np.testing.assert_array_equal(again.launch, result.launch)
    assert repr(again.schedule(replay=0)) == repr(result.schedule(replay=0))


@pytest.mark.parametrize(("replay", "message"), [(-1, "replay: -1 is not a whole number from 0 to 4096"), (5000, "replay: 5000 is not"), ("8", "replay")])
def test_draws_to_replay_are_a_count(result: Result, given: Study, replay: object, message: str) -> None:
    for ask in (result.schedule, given.schedule):
        with pytest.raises(UsageError, match=message):
            ask(replay=replay)  # type: ignore[arg-type]


@pytest.mark.parametrize(("jobs", "message"), [(0, "jobs: 0 is not a whole number from 1 to 256"), (257, "jobs: 257 is not"), (2.0, "jobs"), (True, "jobs")])
def test_processes_are_a_count(result: Result, given: Study, jobs: object, message: str) -> None:
    for ask in (result.schedule, given.schedule):
        with pytest.raises(UsageError, match=message):
            ask(jobs=jobs)  # type: ignore[arg-type]


def test_processes_that_are_asked_for_replay(result: Result, given: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr("tuneplan.study.schedule.replayed.replayed", lambda *_, jobs, **__: asked.append(jobs))
    for found in (result.schedule(jobs=2), given.schedule(jobs=3, draws=8), result.schedule()):
        repr(found)
    assert asked == [2, 3, None]


def test_nothing_is_replayed_before_somebody_reads(result: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    found = result.schedule()
    monkeypatch.setattr("tuneplan.study.schedule.replayed.replayed", lambda *_, **__: pytest.fail("it was replayed"))
    assert len(found.to_frame()) > 50
    assert answers.replay_of(0) == 0


def test_one_draw_and_people_who_never_come(given: Study) -> None:
    alone = given.run(draws=1)
    assert alone.launch.shape == (4, 3, 1)
    assert alone.schedule()._repr_html_()
    never = given.set("schedule.annotators", 0).run(draws=8)
    assert np.isinf(never.full_launch[:3]).all()
    assert "never" in repr(never.schedule())
