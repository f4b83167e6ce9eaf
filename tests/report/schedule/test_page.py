"""What is said of a schedule, of whatever project."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import date

import pytest

from hard_questions import DRAWS, TEXTS, findings
from tuneplan.report import schedule as report
from tuneplan.report.data import plain_json, records_as_csv
from tuneplan.report.days import on_day
from tuneplan.report.launches import COSTS_ALONE, gone
from tuneplan.report.lines import Paper, width
from tuneplan.report.page import Page, as_markdown_page, as_terminal_page
from tuneplan.report.schedule.pages import stats
from tuneplan.report.schedule.sentences import of_deadline, of_never, of_waiting, opening
from tuneplan.report.schedule.tables import launches, one_more, tasks
from tuneplan.report.tables import Table
from tuneplan.study.decision import Estimate
from tuneplan.study.launches import Retirement
from tuneplan.study.schedule.records import Errors, Load, OneMore, Schedule, StrategyDates
from tuneplan.study.schedule.replayed import Replayed


def sure(value: float) -> Estimate:
    """A number that nothing spreads."""
    return Estimate(mean=value, low=value, p10=value, median=value, p90=value, high=value, error=0.0)


def strategy(name: str = "unified", *, first: float = 80.0, full: float = 100.0, never: float = 0.0, resource: str = "annotators", count: float = 6.0, gain: float = 9.0, usd: float = 4100.0, **more: object) -> StrategyDates:
    load = Load(resource=resource, count=count, busy=sure(90.0), idle=sure(10.0), load=sure(0.9), waited=sure(40.0), each_waited=math.nan if resource == "annotators" else 12.0)
    another = OneMore(resource=resource, count=1, first=sure(gain), full=sure(gain), usd=sure(usd))
    whole = {
        "name": name, "first": sure(first), "full": sure(full), "never": never, "because": "nobody labels" if never else "", "tasks": {"email": sure(first), "qa": sure(full)},
        "in_time": 0.6, "late": sure(3.0), "delay": sure(1500.0), "waiting": sure(0.0), "loads": (load,), "more": (another,), "bottleneck": resource if gain >= 1.0 else "",
        "bars": (), "draw": 0,
    }  # fmt: skip
    return StrategyDates(**{**whole, **more})  # type: ignore[arg-type]


def found(*strategies: StrategyDates, start: date | None = date(2027, 1, 4), deadline: float = 116.0, **more: object) -> Schedule:
    whole = {
        "start": start, "deadline": deadline, "horizon": 365.25, "counts": True, "is_priced": True, "is_valued": True, "strategies": strategies, "misfits": {},
        "draws": 64, "seed": 0, "scrambles": 8,
    }  # fmt: skip
    return Schedule(**{**whole, **more})  # type: ignore[arg-type]


def test_lateness_that_decides_little_says_how_it_would_decide_more() -> None:
    two = (strategy(), strategy("specialists"))
    assert of_deadline(found(*two, lateness_decides=False))[0].endswith(COSTS_ALONE)
    assert COSTS_ALONE not in of_deadline(found(*two))[0]
    assert COSTS_ALONE not in of_deadline(found(strategy(), lateness_decides=False))[0]  # there is no choice


def test_models_that_are_gone_by_the_launch_are_told_together() -> None:
    retiring = [Retirement(model="old", retires=date(2027, 1, 14), strategy=name, chance=chance) for name, chance in (("one", 0.5), ("other", 1.0), ("hardly", 0.001))]
    (said,) = gone(retiring)
    assert said.startswith("old retires on 14 January 2027, before one ships in 50 % of draws and other ships in 100 % of draws: ")
    assert gone(()) == []


def test_one_strategy_is_told_alone() -> None:
    assert opening(found(strategy()))[0].startswith("All of unified ships by 14 April 2027.")


def test_who_ships_first_and_who_ships_all_first() -> None:
    said = opening(found(strategy(), strategy("specialists", first=60.0, full=110.0)))[0]
    assert said.startswith("specialists ships first: its first task by 5 March 2027. unified ships all first: by 14 April 2027. Then all of specialists (24 April 2027).")
    both = opening(found(strategy(first=50.0), strategy("specialists", first=60.0, full=110.0), start=None))[0]
    assert both.startswith("unified ships first, and all of it first: on day 101. Then all of specialists (day 111).")


def test_a_chance_is_told_in_words_and_in_per_cent() -> None:
    said = of_deadline(found(strategy(), strategy("specialists", in_time=0.6, delay=sure(0.0))))[0]
    assert said == "All of it has shipped by the deadline of 30 April 2027: unified and specialists about 6 in 10 (60 %). Lateness is expected to cost unified $1.50k."


def test_a_seventh_annotator() -> None:
    assert of_waiting(found(strategy())) == [
        "unified waits for annotators most: the 6 annotators are busy 90 % of the time. A seventh annotator would bring unified 9 days forward on average, worth about $4.10k before their pay.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("of", "words"),
    [
        (strategy(count=0.0), "unified has none. A first annotator would"),
        (strategy(count=20.0), "Another annotator would"),
        (strategy(count=7.0), "An eighth annotator would"),
        (strategy(resource="reviewers", count=1.0), "the one reviewer is busy 90 % of the time, and a batch waits 12 days in line. A second reviewer"),
        (strategy(usd=-280.0), "which costs $280 more than it brings, as it is served for longer"),
        (strategy(usd=math.nan), "forward on average."),
        (strategy(gain=0.4), "In unified nobody is waited for: the work itself takes that long."),
        (strategy(gain=0.0, never=1.0), "One more of anybody does not make unified ship."),
        (strategy(waiting=sure(900.0)), "Paid while there is nothing to do, annotators or reserved GPUs: $900 with unified."),
    ],
)
def test_who_is_waited_for(of: StrategyDates, words: str) -> None:
    assert words in " ".join(of_waiting(found(of)))


def test_gpus_come_as_many_as_another_run_takes() -> None:
    each = strategy(resource="GPUs", count=8.0)
    several = replace(each, more=(replace(each.more[0], count=4),))
    assert "4 more GPUs, for another run at a time, would bring unified 9 days forward" in of_waiting(found(several))[0]
    assert "before their price" in of_waiting(found(several))[0]
    assert "Another GPU would" in of_waiting(found(each))[0]
    table = one_more(found(several))
    assert table is not None
    assert table.rows[0][0] == "  unified: 4 GPUs"


def test_what_never_ships_is_told_with_its_reason() -> None:
    lost = strategy("merged", never=1.0, full=math.inf, first=math.inf)
    assert of_never(found(strategy(never=0.03), lost)) == [
        "merged never ships, because nobody labels. Not all ships within the horizon of 12 months in 3 % of draws with unified, because nobody labels."
    ]
    assert of_never(found(strategy())) == []
    assert opening(found(lost))[0] == "Nothing ever ships within the horizon of 12 months."
    assert launches(found(lost)).rows[0][1:3] == ("never", "never")


def test_nothing_that_can_be_done_is_said() -> None:
    page = report.page(found(misfits={"unified": "no card holds it"}), findings("plain").run.asked)
    assert page.parts[:2] == ("Nothing can be done at all, so that nothing ships.", "unified can't be done: no card holds it.")
    assert not any(isinstance(part, Table) for part in page.parts)


def test_lateness_without_a_price_is_told_in_days() -> None:
    free = found(strategy(delay=sure(0.0)))
    assert launches(free).head[3:] == ("in time", "days late, mean")
    assert launches(free).rows[0][3:] == ("60 %", "3")
    assert of_deadline(free)[0].endswith("Lateness costs nothing here: deadline.delay_cost says what a day of it does.")
    assert launches(found(strategy(), deadline=math.nan, is_priced=False)).head[3:] == ("delay P50", "P10-P90")
    assert launches(found(strategy(delay=sure(0.0)), deadline=math.nan)).head == ("", "first launch P50 (P90)", "full launch P50 (P90)")


def test_tasks_that_ship_together_need_no_table() -> None:
    assert tasks(found(strategy(first=100.0))) is None
    table = tasks(found(strategy()))
    assert table is not None
    assert [row[0].strip() for row in table.rows] == ["email", "qa"]


def test_disagreement_of_both_ways_is_told() -> None:
    whole = found(strategy())
    assert stats(whole, Replayed(draws=8, apart=3e-11)).endswith("The 1 draw shown and 7 more replayed event by event: dates agree to 3e-11 days.")
    assert "differ by up to 2.00 days, which is a bug" in stats(whole, Replayed(draws=8, apart=2.0))
    assert "never in the other, which is a bug" in stats(whole, Replayed(draws=8, apart=math.inf))
    assert stats(whole, Replayed(draws=1, apart=0.0)).endswith("The 1 draw shown replayed event by event: dates agree to 1e-12 days.")
    assert "replayed" not in stats(whole, None)


def test_how_well_dates_and_chances_are_known_is_told() -> None:
    known = found(strategy(errors=Errors(p50=0.5, p90=2.04, in_time=0.0074)), strategy("specialists", errors=Errors(p50=0.6, p90=1.0, in_time=0.001)))
    assert stats(known, None) == "64 draws, seed 0. Given the plans, dates of full launches are known to about 1.2 days (P50) and 4.1 days (P90), chances in time to 1.5 points."
    later = found(strategy(full=500.0, errors=Errors(p50=30.0, p90=40.0, in_time=0.01)))
    assert stats(later, None) == "64 draws, seed 0. Given the plans, chances in time are known to 2.0 points."
    assert stats(found(strategy()), None) == "64 draws, seed 0."


def test_a_launch_after_the_horizon_has_no_date_and_does_not_follow_others() -> None:
    later = strategy("chat_only", first=620.0, full=626.0, never=0.85, because="data takes longer")
    whole = found(strategy(), later)
    assert opening(whole)[0].startswith("unified ships first, and all of it first: 14 April 2027.")
    assert "chat_only" not in opening(whole)[0]
    assert launches(whole).rows[1][1:3] == ("after the horizon", "after the horizon")
    assert launches(whole).head[-1] == "not shipped"
    always = strategy("synthetic", first=math.inf, full=math.inf, never=1.0, because="data takes longer")
    assert of_never(found(always)) == ["synthetic ships after the horizon of 12 months, because data takes longer."]
    assert launches(found(always)).rows[0][1:3] == ("after the horizon", "after the horizon")


def test_lengths_that_are_told_together_have_one_unit() -> None:
    said = opening(found(strategy("adapters", first=86.4), strategy("specialists", first=95.8, full=110.0)))[0]
    assert "A first task is live 14 days before all of adapters and specialists." in said


def test_small_sums_are_told_as_small_in_sentences() -> None:
    assert "Lateness is expected to cost unified <$100." in of_deadline(found(strategy(delay=sure(41.8))))[0]
    assert "worth <$100 before their pay" in of_waiting(found(strategy(usd=9.14)))[0]


@pytest.mark.parametrize("which", [*TEXTS, *DRAWS])
def test_it_stands_strange_questions(which: str) -> None:
    study = findings(which)
    page = report.page(study.schedule, study.run.asked)
    for room in (60, 80, 160):
        text = as_terminal_page(page, Paper(room=room))
        longest = max(map(width, study.run.scenario.strategies))
        assert max(map(width, text.splitlines())) <= max(room, longest + 40)
    assert "nan" not in _words(page)
    assert as_markdown_page(page).count("\n\n") == len(page.parts) + sum(isinstance(part, Table) for part in page.parts)
    data = json.loads(plain_json(report.content(study.schedule, study.run.asked, study.run.design)))
    assert data["schema_version"] == 1
    assert [each["name"] for each in data["strategies"]] == [each.name for each in study.schedule.strategies]
    assert (data["dates"] is None) == (study.schedule.start is None)
    csv = records_as_csv(list(report.rows(study.schedule)))
    assert "nan" not in csv
    assert not any(line.startswith(("=", "+", "-", "@")) for line in csv.splitlines())


def _words(page: Page) -> set[str]:
    return set(as_terminal_page(page).lower().replace(",", " ").replace(".", " ").replace("(", " ").replace("$", " ").split())


def test_units_name_fields_that_are_there() -> None:
    study = findings("plain")
    data = json.loads(plain_json(report.content(study.schedule, study.run.asked, study.run.design, Replayed(draws=1, apart=0.0))))
    for field in data["units"]:
        at = data
        for name in field.split("."):
            at = at[0] if isinstance(at, list) else at
            assert name in at, field
            at = at[name]


def test_a_date_is_the_day_on_which_it_happens() -> None:
    assert on_day(0.4, date(2027, 1, 4)) == "4 January 2027"
    data = report.content(found(strategy(first=0.4, full=30.9)), findings("plain").run.asked, findings("plain").run.design)
    assert data["dates"]["unified"] == {"first": dict.fromkeys(("p10", "p50", "p90"), "2027-01-04"), "full": dict.fromkeys(("p10", "p50", "p90"), "2027-02-03"),
        "tasks": {"email": dict.fromkeys(("p10", "p50", "p90"), "2027-01-04"), "qa": dict.fromkeys(("p10", "p50", "p90"), "2027-02-03")},
    }
