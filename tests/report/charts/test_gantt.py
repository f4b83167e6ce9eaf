"""The Gantt chart: marks where the record says, rows as fine as there is room, words that tell who ships first and who never does."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from money_charts import drawn, lines, said, texts
from schedules import START, around, dates, schedule, waiting_for
from tuneplan.report.charts.gantt import FAR, end_of, style_of
from tuneplan.report.charts.gantt_rows import KINDS, TALLEST, groups_of
from tuneplan.report.charts.gantt_words import never
from tuneplan.report.charts.labels import overlap
from tuneplan.report.charts.registry import NothingToDraw
from tuneplan.study.schedule.records import Bar, Schedule

DEADLINE = 116.0
"""30 April 2027, counted from the start."""
INF = math.inf


def picture(study: Schedule) -> Any:
    return drawn("gantt", study, names=[each.name for each in study.strategies])


@pytest.fixture(scope="module")
def three() -> Any:
    study = schedule(
        dates("unified", 130.0, late=200.0, in_time=0.36), dates("adapters", 102.4, first=78.0, late=150.0, in_time=0.67, models=("email", "qa")),
        dates("prompted", 18.0, late=25.0, in_time=1.0), deadline=DEADLINE,
    )  # fmt: skip
    return study, picture(study)


# --- marks ----------------------------------------------------------------------------------------


def days(made: Any, label: str) -> list[float]:
    """Where marks of a label stand. [day]"""
    return [float(np.ravel(line.get_xdata())[0]) for line in lines(made, label)]


def test_marks_are_the_medians_and_lines_end_at_p90(three: Any) -> None:
    _, made = three
    assert days(made, "_full") == [130.0, 102.4, 18.0]
    assert days(made, "_first") == [78.0]
    assert days(made, "_P90") == [200.0, 150.0, 25.0]
    assert [list(line.get_xdata()) for line in lines(made, "_to P90")] == [[130.0, 200.0], [102.4, 150.0], [18.0, 25.0]]


def test_bars_are_those_of_the_record_and_pale_ones_go_on_to_the_late_end(three: Any) -> None:
    study, made = three
    (ax,) = made.figure.axes
    found = [(round(patch.get_x(), 6), round(patch.get_width(), 6)) for each in ax.containers if each.get_label() == "_data" for patch in each]
    wanted = [(bar.begins, bar.ends - bar.begins) for each in study.strategies for bar in each.bars if bar.kind == "data"]
    assert found == [(round(begins, 6), round(long, 6)) for begins, long in wanted]
    first = next(patch for each in ax.containers if each.get_label() == "_late" for patch in each)
    assert (first.get_x(), first.get_x() + first.get_width()) == (study.strategies[0].bars[0].ends, study.strategies[0].bars[0].late)
    assert len(lines(made, "_launch")) == 4


def test_a_run_of_an_hour_is_still_seen(three: Any) -> None:
    study, _ = three
    short = replace(study.strategies[0], bars=(Bar(row="unified", kind="training", begins=50.0, ends=50.01, late=50.01),))
    made = picture(replace(study, strategies=(short, *study.strategies[1:])))
    (ax,) = made.figure.axes
    wide = [patch.get_width() for each in ax.containers if each.get_label() == "_training" for patch in each]
    assert min(wide) > 0.004 * ax.get_xlim()[1]


def test_the_deadline_is_a_line_with_its_date_at_the_end_of_its_day(three: Any) -> None:
    _, made = three
    assert days(made, "_deadline") == [DEADLINE + 1.0]
    assert "deadline 30 April 2027" in texts(made)
    assert {"36 %", "67 %", "100 %", "in time"} <= set(texts(made))


def test_without_a_deadline_nothing_is_said_of_one() -> None:
    made = picture(schedule(dates("a", 30.0), dates("b", 40.0)))
    assert lines(made, "_deadline") == []
    assert "in time" not in texts(made)
    assert "deadline" not in said(made)


def test_a_deadline_far_beyond_does_not_stretch_the_axis_but_is_told() -> None:
    made = picture(schedule(dates("a", 30.0, in_time=1.0), deadline=2000.0))
    assert lines(made, "_deadline") == []
    assert "lies beyond the axis" in made.told.note


def test_the_end_of_the_horizon_is_marked_where_it_is_on_the_axis() -> None:
    assert days(picture(schedule(dates("a", 400.0))), "_horizon") == [365.0]
    assert days(picture(schedule(dates("a", 100.0))), "_horizon") == []


def test_colour_is_the_strategys_and_kinds_differ_without_it() -> None:
    looks = [style_of(kind, "#0072B2") for kind in KINDS]
    assert {each["edgecolor"] for each in looks} == {"#0072B2"}
    assert len({(each["facecolor"], each["hatch"]) for each in looks}) == len(KINDS)


# --- words beside marks ---------------------------------------------------------------------------


def shown(made: Any) -> list[Any]:
    """Dates beside marks that are to be seen."""
    return [text for ax in made.figure.axes for text in ax.texts if text.get_visible() and text.get_text().startswith(("all by", "first", "P90", "never", "does not"))]


@pytest.mark.parametrize("wide", [5.4, 6.6])
@pytest.mark.parametrize(("first", "full", "late"), [(10, 20, 100), (10, 90, 100), (85, 90, 100), (40, 60, 100), (30, 45, 97), (95, 98, 100), (3, 99, 100)])
def test_dates_stand_inside_and_apart_wherever_the_marks_are(wide: float, first: float, full: float, late: float) -> None:
    made = picture(schedule(dates("one", 99.0, late=100.0), dates("other", full, first=first, late=late)))
    made.figure.set_size_inches(wide, 4.0)
    made.figure.draw_without_rendering()
    (ax,) = made.figure.axes
    found, box = shown(made), ax.get_window_extent()
    told = " ".join(each.get_text() for each in found)
    assert told.count("all by") == 2
    assert told.count("P90") == 2
    assert told.count("first") == 1
    assert overlap(found) == 0.0
    for text in found:
        extent = text.get_window_extent()
        assert extent.x0 >= box.x0 - 1.0
        assert extent.x1 <= box.x1 + 1.0


def test_dates_name_their_year_where_the_axis_is_long() -> None:
    assert "all by 16 Apr, P90 17 May" in [each.get_text() for each in shown(picture(schedule(dates("a", 102.4, late=133.0))))]
    assert "all by 16 Apr 2030, P90 18 Apr 2031" in [each.get_text() for each in shown(picture(schedule(dates("a", 1198.0, late=1565.0), horizon=3000.0)))]


def test_no_other_date_stands_beside_the_mark_of_the_first_launch() -> None:
    made = picture(schedule(dates("unified", 133.0, late=200.0), dates("specialists", 107.0, first=79.0, late=157.0)))
    for wide in (5.0, 5.6, 6.2, 6.6, 7.4):
        made.figure.set_size_inches(wide, 4.0)
        made.figure.draw_without_rendering()
        (ax,) = made.figure.axes
        marks = ax.transData.transform([(79.0, 0.0), (107.0, 0.0)])[:, 0]
        own = [text for text in shown(made) if text.xy[1] == lines(made, "_first")[0].get_ydata()[0]]
        assert {text.get_text().split()[0] for text in own} >= {"first"}
        for text in own:
            if text.get_window_extent().x1 <= marks[0]:
                assert text.get_text().startswith("first")


def test_a_date_beyond_the_first_year_names_its_own() -> None:
    told = [each.get_text() for each in shown(picture(schedule(dates("a", 240.0, late=364.5), dates("b", 200.0, first=40.0, late=370.0), horizon=500.0)))]
    assert "all by 1 Sep, P90 3 Jan 2028" in " ".join(told)
    assert "P90 9 Jan 2028" in " ".join(told)
    assert "first 13 Feb" in told


def test_what_is_later_than_the_horizon_is_said_so() -> None:
    made = picture(schedule(dates("chat_only", 626.0, late=INF, never=0.85), dates("curated", 81.0, late=120.0)))
    assert "all by 21 Sep 2028, after the horizon" in [each.get_text() for each in shown(made)]
    assert made.told.title.endswith("; chat_only not within the horizon")
    assert "never" not in made.told.alt
    late = picture(schedule(dates("a", 240.0, late=380.0, never=0.2)))
    assert "all by 1 Sep, P90 after the horizon" in [each.get_text() for each in shown(late)]
    assert late.told.title == "a ships all of it by 1 September 2027 (P90 after the horizon)"


# --- the axis -------------------------------------------------------------------------------------


def test_what_is_far_later_than_any_launch_is_cut_with_an_arrow() -> None:
    study = schedule(dates("a", 30.0, late=900.0), dates("b", 40.0, late=50.0))
    assert end_of(study) == pytest.approx(1.02 * FAR * 40.0)
    made = picture(study)
    assert len(lines(made, "_beyond")) >= 1
    assert "What is later than the axis is cut." in made.told.note


@pytest.mark.parametrize("full", [0.4, 3.0, 30.0, 400.0, 1825.0, 20_000.0])
@pytest.mark.parametrize("start", [START, None, date(9998, 1, 1)])
def test_projects_of_hours_and_of_decades_have_an_axis(full: float, start: date | None) -> None:
    made = picture(schedule(dates("a", full), start=start, horizon=30_000.0))
    (ax,) = made.figure.axes
    ticks = [tick for tick in ax.get_xticks() if 0.0 <= tick <= ax.get_xlim()[1]]
    assert 1 <= len(ticks) <= 10
    assert ax.get_xlim()[1] >= min(full, 365.0)


# --- never ----------------------------------------------------------------------------------------


def test_who_never_ships_is_said_with_the_reason() -> None:
    never = dates("unified", INF, never=1.0, because="there are no annotators", in_time=0.0)
    made = picture(schedule(never, dates("prompted", 18.0, in_time=1.0), deadline=DEADLINE))
    assert "never ships" in [each.get_text() for each in shown(made)]
    assert made.told.title.endswith("; unified not within the horizon")
    assert "Not shipped within the horizon, as there are no annotators: unified in 100 % of draws." in made.told.note
    assert "unified: never ships, in time in 0 % of draws" in made.told.alt


def test_nobody_ships() -> None:
    made = picture(schedule(dates("a", INF, because="the gate passes nothing"), dates("b", INF)))
    assert made.told.title == "No strategy ships within the horizon in half of the draws, as the gate passes nothing"
    assert "nan" not in said(made)


def test_who_takes_longer_than_the_horizon_is_not_said_never_to_ship() -> None:
    assert never(dates("a", INF, never=1.0, because="data takes longer")) == "ships after the horizon"
    assert never(dates("a", INF, never=1.0, because="there is no reviewer")) == "never ships"


def test_some_draws_never_ship_and_work_never_ends() -> None:
    half = dates("a", 50.0, late=INF, never=0.2, bars=(Bar(row="data: x", kind="data", begins=1.0, ends=INF, late=INF),))
    made = picture(schedule(half))
    assert "all by 23 Feb, P90 after the horizon" in [each.get_text() for each in shown(made)]
    assert len(lines(made, "_beyond")) == 2
    assert "a in 20 % of draws" in made.told.note


def test_no_strategy_at_all_is_nothing_to_draw() -> None:
    with pytest.raises(NothingToDraw, match="no strategy can be done"):
        picture(schedule())


# --- rows -----------------------------------------------------------------------------------------


def test_few_rows_are_told_one_by_one_and_many_together() -> None:
    few = groups_of([dates("a", 100.0)])
    assert [lane.words for lane in few[0].lanes] == ["data: email", "data: qa", "set-up", "a"]
    twenty = [f"task_{number}" for number in range(20)]
    many = groups_of([dates("a", 100.0, tasks=twenty), dates("b", 100.0, tasks=twenty, models=twenty)])
    assert [lane.words for lane in many[0].lanes] == ["data, 20 tasks", "set-up", "a"]
    assert "data, 20 tasks" in [lane.words for lane in many[1].lanes]
    crowd = groups_of([dates(f"s{number}", 100.0, tasks=twenty, models=twenty) for number in range(12)])
    assert {lane.words for group in crowd for lane in group.lanes} == {"all work"}


def test_no_work_is_lost_where_rows_are_told_together() -> None:
    twenty = [f"task_{number}" for number in range(20)]
    alone = dates("a", 100.0, tasks=twenty, models=twenty)
    for group in groups_of([replace(alone, name=f"s{number}") for number in range(12)]):
        strips = {strip[0].kind: strip for lane in group.lanes for strip in lane.strips}
        assert set(strips) == set(KINDS)
        for kind, strip in strips.items():
            own = [bar for bar in alone.bars if bar.kind == kind]
            covered = sum(bar.ends - bar.begins for bar in strip)
            assert min(bar.begins for bar in strip) == min(bar.begins for bar in own)
            assert max(bar.ends for bar in strip) == max(bar.ends for bar in own)
            assert covered == pytest.approx(_union([(bar.begins, bar.ends) for bar in own]))


def _union(pieces: list[tuple[float, float]]) -> float:
    """How long at least one of several pieces lasts, counted by their ends."""
    ends = sorted({end for piece in pieces for end in piece})
    return sum(after - before for before, after in pairwise(ends) if any(begins <= before and after <= ends_at for begins, ends_at in pieces))


@pytest.mark.parametrize("strategies", [1, 2, 4, 12])
@pytest.mark.parametrize("tasks", [1, 3, 20, 200])
def test_it_stays_on_a_page(strategies: int, tasks: int) -> None:
    names = [f"t{number}" for number in range(tasks)]
    groups = groups_of([dates(f"s{number}", 100.0, tasks=names, models=names) for number in range(strategies)])
    assert sum(group.height for group in groups) <= 1.5 * TALLEST


def test_what_lies_between_pieces_of_a_row_is_a_dotted_line_and_in_the_key() -> None:
    pieces = [Bar(row="a", kind=kind, begins=begins, ends=ends, late=ends) for kind, begins, ends in (("engineering", 1.0, 9.0), ("evaluation", 9.0, 20.0), ("deployment", 40.0, 50.0))]
    made = picture(schedule(dates("a", 50.0, bars=tuple(pieces)), dates("b", 50.0, bars=())))
    assert [list(line.get_xdata()) for line in lines(made, "_waits")] == [[20.0, 40.0]]
    assert keys(made) == ["engineering", "evaluation", "deployment", "waits"]
    assert lines(picture(schedule(dates("a", 50.0, bars=tuple(pieces[:2])))), "_waits") == []


def test_review_is_told_apart_where_each_piece_has_its_row_and_kept_with_its_data_elsewhere() -> None:
    tasks = [f"task_{number}" for number in range(20)]
    data = [Bar(row=f"data: {task}", kind=kind, begins=begins, ends=30.0, late=40.0) for task in tasks for kind, begins in (("data", 1.0), ("review", 20.0))]
    assert "review, rework" in keys(picture(schedule(dates("a", 50.0, bars=tuple(data[:4])))))
    many = groups_of([dates("a", 50.0, bars=tuple(data)), dates("b", 50.0, bars=tuple(data)), dates("c", 50.0, bars=tuple(data))])
    assert {lane.words for group in many for lane in group.lanes} == {"data, 20 tasks"}
    assert {bar.kind for group in many for lane in group.lanes for strip in lane.strips for bar in strip} == {"data"}


def keys(made: Any) -> list[str]:
    """Words of the key."""
    (ax,) = made.figure.axes
    return [text.get_text() for text in ax.get_legend().get_texts()]


@pytest.mark.parametrize("names", [("a", "b"), ("日本語の要約モデルは長い名前", "b"), ("a" * 60, "curated_and_public")])
@pytest.mark.parametrize("due", [math.nan, DEADLINE])
def test_the_whole_key_is_on_the_paper(names: tuple[str, str], due: float) -> None:
    gap = (Bar(row="a", kind="data", begins=0.0, ends=20.0, late=400.0), Bar(row="a", kind="review", begins=12.0, ends=20.0, late=400.0))
    study = schedule(*[replace(dates(name, 380.0, late=420.0, tasks=(name, "x")), bars=(*dates(name, 380.0, tasks=(name, "x")).bars, *gap)) for name in names], deadline=due)
    made = picture(replace(study, strategies=tuple(replace(each, in_time=0.4 if due == due else math.nan) for each in study.strategies)))
    (ax,) = made.figure.axes
    extent, paper = ax.get_legend().get_window_extent(), made.figure.bbox
    assert len(keys(made)) >= 8
    assert extent.x0 >= paper.x0
    assert extent.x1 <= paper.x1
    assert extent.y0 >= ax.get_window_extent().y1


# --- words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("strategies", "title"),
    [
        ([("a", 102.4)], "a ships all of it by 16 April 2027 (P90 17 May)"),
        ([("a", 102.4), ("b", 102.4)], "a and b ship on the same day, all of it by 16 April 2027 (P90 17 May)"),
        ([("b", 145.0), ("a", 102.4)], "a ships first, all of it by 16 April 2027 (P90 17 May); b 6 weeks later"),
        ([("b", 145.0), ("a", 102.4), ("c", 145.1)], "a ships first, all of it by 16 April 2027 (P90 17 May); b and c 6 weeks later"),
        ([(f"s{place}", 100.0 + 20.0 * place) for place in range(6)], "s0 ships first, all of it by 14 April 2027 (P90 14 May); s1 3 weeks later, the last, s5 14 weeks later"),
    ],
)  # fmt: skip
def test_the_title_says_who_ships_first_and_how_much_later_the_others(strategies: list[tuple[str, float]], title: str) -> None:
    made = picture(schedule(*[dates(name, full) for name, full in strategies]))
    assert made.told.title == title


def test_the_title_is_about_what_is_trained_and_says_how_much_earlier_the_rest_ships() -> None:
    prompted = dates("prompted", 18.0, bars=(Bar(row="prompted", kind="deployment", begins=5.0, ends=18.0, late=20.0),))
    made = picture(schedule(prompted, dates("a", 102.4), dates("b", 145.0)))
    assert made.told.title == "a ships first of what is trained, all of it by 16 April 2027 (P90 17 May); b 6 weeks later, prompted 12 weeks earlier"
    late = dates("a", INF, bars=(Bar(row="data: x", kind="data", begins=1.0, ends=INF, late=INF),))
    assert picture(schedule(late, prompted)).told.title == "prompted ships first, all of it by 22 January 2027 (P90 27 January); a not within the horizon"


def test_alone_it_tells_the_chance_to_be_in_time() -> None:
    made = picture(schedule(dates("a", 130.0, in_time=0.36), deadline=DEADLINE))
    assert made.told.title.endswith(", in time for the deadline of 30 April 2027 in 36 % of draws")


def test_without_a_start_days_are_counted_from_the_first() -> None:
    made = picture(schedule(dates("a", 102.4, late=150.0), start=None))
    assert made.told.title == "a ships all of it by day 103 (P90 day 151)"
    assert "time since the start [day]" in [ax.get_xlabel() for ax in made.figure.axes]


def test_who_is_waited_for_stands_in_the_note() -> None:
    made = picture(schedule(dates("a", 100.0, **waiting_for("reviewers", 9.0)), dates("b", 90.0, **waiting_for("annotators", 9.0)), dates("c", 10.0)))
    assert "Bottleneck, of which one more brings the launch forward most: reviewers (a) and annotators (b)." in made.told.note
    assert "a: first launch 14 Apr 2027, all of it 14 Apr 2027 (P90 14 May 2027), bottleneck: reviewers" in made.told.alt


def test_that_time_does_not_count_is_said() -> None:
    assert "Launch dates do not count in this scenario's verdict." in picture(schedule(dates("a", 10.0), counts=False)).told.note
    assert "do not count" not in picture(schedule(dates("a", 10.0))).told.note


def test_names_of_any_script_and_length_stay_on_the_paper() -> None:
    names = ["日本語の要約モデル", "العربية", "a" * 60, "$x_1$", "<script>alert(1)</script>"]
    made = picture(schedule(*[dates(name, 50.0 + place, tasks=names, models=names) for place, name in enumerate(names)]))
    box, paper = made.figure.get_tightbbox(), made.figure.bbox_inches
    assert box.x0 >= paper.x0 - 0.06
    assert box.x1 <= paper.x1 + 0.06
    assert b"<script>" not in made.file("svg")


def test_a_band_of_nothing_has_no_p90() -> None:
    made = picture(schedule(replace(dates("a", 102.4, late=102.4), first=around(102.4))))
    assert made.told.title == "a ships all of it by 16 April 2027"
    assert lines(made, "_P90") == []
