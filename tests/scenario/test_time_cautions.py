"""Warnings of a schedule: days that nobody works, work that nobody is there to do, numbers that nothing reads."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tuneplan.scenario.cautions import cautions
from tuneplan.scenario.load import load, loads

BODY = """\
start: 2027-01-04
as_of: 2026-04-01
base: llama-3.1-8b
gpu: {price: $2/hour}
method: lora
tasks:
  email: {traffic: 20k requests/month, score: {base: 0.5, ceiling: 0.9}, data: {examples: 2k, price: $3 per example}}
  qa: {like: email, data.examples: 500}
strategies: {unified: {}, specialists: {}, prompted: {like_base: yes}}
deadline: {date: 2027-04-30, delay_cost: $1k/day}
"""
SCENARIOS = Path(__file__).parents[2] / "scenarios"


def said(*changes: str, body: str = BODY) -> list[str]:
    return [str(problem) for problem in cautions(loads(body, file="a.yaml", overrides=changes))]


def test_a_project_that_can_be_done_has_none() -> None:
    assert said() == []
    assert said("schedule.annotators=48", "schedule.batch=250", "schedule.holidays=[2026-12-25, 2027-04-02]", "schedule.gpus=1") == []


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (["deadline.date=2027-05-01"], "--set: deadline.date: 2027-05-01 is a Saturday, when nobody works; people work on 2027-04-30 for the last time before it"),
        (["deadline.date=2027-05-01", "schedule.holidays=[2027-04-30, 2027-04-29]"], "--set: deadline.date: 2027-05-01 is a Saturday, when nobody works; people work on 2027-04-28 for the last time before it"),
        (["schedule.holidays=[2027-04-30]"], "a.yaml:10:18: deadline.date: 2027-04-30 is one of schedule.holidays, when nobody works; people work on 2027-04-29 for the last time before it"),
        (["schedule.days=[mon, tue]"], "a.yaml:10:18: deadline.date: 2027-04-30 is a Friday, when nobody works; people work on 2027-04-27 for the last time before it"),
        (["start=2027-01-02"], "--set: start: 2027-01-02 is a Saturday, when nobody works; work begins on 2027-01-04"),
        (["deadline.date=2028-01-04"], "--set: deadline.date: 2028-01-04 comes after the horizon, which ends on 2028-01-04: nothing can be late; move the deadline, or lengthen the horizon"),
        (["horizon=3 months"], "a.yaml:10:18: deadline.date: 2027-04-30 comes after the horizon, which ends on 2027-04-05: nothing can be late; move the deadline, or lengthen the horizon"),
        (["schedule.holidays=[2026-04-03, 2028-04-14]"], "--set: schedule.holidays: none of them lies between the start on 2027-01-04 and the end of the horizon on 2028-01-04"),
        (["schedule.annotators=0"], "--set: schedule.annotators: never finish, because nobody labels: unified, specialists"),
        (["schedule.reviewers=0"], "--set: schedule.reviewers: never finish, because nobody reviews what is labelled or generated: unified, specialists"),
        (["schedule.engineers=0"], "--set: schedule.engineers: never finish, because nobody deploys: unified, specialists, prompted"),
        (["schedule.judges=0"], "--set: schedule.judges: never finish, because nobody judges answers before launch: unified, specialists, prompted"),
        (["schedule.gpus=0"], "--set: schedule.gpus: never finish, because there is nothing to train on: unified, specialists"),
        (["schedule.gpus=2", "method=full"], "--set: schedule.gpus: never finish, because one training run needs 4 GPUs, and schedule.gpus is 2: unified, specialists"),
        (["schedule.gpus=2", "strategies.unified.method=full"], "--set: schedule.gpus: never finishes, because one training run needs 4 GPUs, and schedule.gpus is 2: unified"),
        (["schedule.gate=0"], "--set: schedule.gate: never finish, because no model ever passes: unified, specialists, prompted"),
        (["schedule.annotators=49"], "--set: schedule.annotators: a project is followed in at most 48 batches, so that no more people than that label at a time: the law is stretched"),
        (["schedule.batch=1000"], "--set: schedule.batch: no task needs more than one such batch, so that one annotator labels all of it: qa (500)"),
        (["schedule.counts=no"], "--set: schedule.counts: launch dates do not count, so that no verdict reads deadline.date, deadline.delay_cost"),
        (["schedule.counts=no", "tasks.qa.data.pace=3 examples/hour"], "--set: schedule.counts: launch dates do not count, so that no verdict reads deadline.date, deadline.delay_cost, tasks.qa.data.pace"),
    ],
)  # fmt: skip
def test_what_is_worth_a_second_look(changes: list[str], line: str) -> None:
    assert said(*changes) == [line]


def test_nobody_is_missed_who_is_not_needed() -> None:
    assert said("schedule.annotators=0", "tasks.email.data.existing=2k", "tasks.qa.data.existing=500") == []
    assert said("schedule.annotators=0", "tasks.email.data.synthetic.share=100%", "tasks.qa.data.synthetic.share=100%") == []
    (line,) = said("schedule.reviewers=0", "tasks.email.data.synthetic.share=100%", "tasks.qa.data.synthetic.share=100%")
    assert "nobody reviews what is labelled or generated" in line
    assert said("schedule.judges=0", "evaluation.judge=automatic") == []
    assert said("schedule.judges=0", "schedule.judged=0%") == []
    assert said("schedule.judges=0", "schedule.judged=5%", "evaluation.judge=automatic") != []
    assert said("schedule.annotators=1", "schedule.batch=10k") == []
    assert said("schedule.gate=0% to 10%") == []


def test_what_a_plan_buys_is_not_known_yet() -> None:
    auto = ["budget.limit=$60k", "tasks.qa.data.examples=auto"]
    assert said("schedule.batch=1000", *auto) == []
    (line,) = said("schedule.annotators=0", *auto, "tasks.email.data.existing=2k")
    assert line.endswith("nobody labels: unified, specialists")


def test_a_large_base_needs_more_gpus_than_there_usually_are() -> None:
    lines = said("base=llama-3.1-405b")
    assert any(line.endswith("never finish, because one training run needs 32 GPUs, and schedule.gpus is 8: unified, specialists") for line in lines)
    assert not any("never" in line for line in said("base=llama-3.1-405b", "schedule.gpus=32"))


def test_nobody_ever_works() -> None:
    days = ", ".join(f"2027-01-{day:02}" for day in range(4, 32))
    (line,) = said("schedule.days=[mon]", f"schedule.holidays=[{days}]", "deadline.date=2027-02-01")
    assert line.endswith("start: 2027-01-04 is one of schedule.holidays, when nobody works; work begins on 2027-02-01")


def closed(days: int) -> str:
    """The first days of the project as holidays."""
    return f"schedule.holidays=[{', '.join(str(date(2027, 1, 4) + timedelta(days=each)) for each in range(days))}]"


def test_work_begins_after_the_last_holiday_however_many_there_are() -> None:
    start, deadline = said(closed(400), "horizon=24 months")
    assert start.endswith("when nobody works; work begins on 2028-02-08")  # day 400
    assert deadline.endswith("when nobody works; nobody works before it")


def test_nobody_works_within_the_horizon() -> None:
    start, _ = said(closed(400))
    assert start.endswith("when nobody works; nobody works within the horizon, which ends on 2028-01-04")


def test_nobody_works_before_the_project_begins() -> None:
    deadline, start = said(closed(60), "deadline.date=2027-02-20")
    assert deadline.endswith("when nobody works; nobody works before it")
    assert start.endswith("when nobody works; work begins on 2027-03-05")


def test_a_review_that_takes_no_time_needs_nobody() -> None:
    assert said("schedule.reviewers=0", "schedule.review_effort=0%") == []
    assert said("schedule.reviewers=0", "schedule.review_effort=0% to 10%") != []


def test_an_empty_schedule_says_nothing() -> None:
    silent = BODY.replace("deadline: {date: 2027-04-30, delay_cost: $1k/day}\n", "")
    (line,) = said(body=f"{silent}schedule: {{}}\n")
    assert line == "a.yaml:10:1: schedule: nothing stands in it, so that launch dates do not count; give what is known, or schedule: {counts: yes}"
    (line,) = said(body=f"{silent}deadline: {{}}\n")
    assert line == "a.yaml:10:1: deadline: nothing stands in it, so that launch dates do not count; give what is known, or deadline: {date: 2027-04-30}"
    assert said(body=f"{BODY}schedule: {{}}\n") == []
    assert said(body=silent) == []


def test_a_pace_alone_makes_no_dates_count() -> None:
    silent = BODY.replace("deadline: {date: 2027-04-30, delay_cost: $1k/day}\n", "")
    (line,) = said(body=silent.replace("price: $3 per example", "price: $3 per example, pace: 3 examples/hour"))
    assert line == "a.yaml:7:124: tasks.email.data.pace: a verdict reads it only where launch dates count: give a deadline, or schedule: {counts: yes}"
    assert said("start=2027-01-02", body=silent) == []


def test_hostile_dates_are_no_bug() -> None:
    assert said("start=9999-01-04", "deadline.date=9999-12-31", "horizon=1200 months") == []
    assert [line for line in said("start=0001-01-01", "deadline.date=0001-01-02") if "deadline" in line] == []
    (line,) = said("start=9999-12-31", body=BODY.replace("deadline: {date: 2027-04-30, delay_cost: $1k/day}", "schedule: {days: [mon]}"))
    assert line == "--set: start: 9999-12-31 is a Friday, when nobody works; nobody ever works"


def test_the_startup_is_not_warned_of_its_time() -> None:
    lines = [str(each) for each in cautions(load(SCENARIOS / "startup.yaml"))]
    assert not [line for line in lines if any(word in line for word in ("schedule", "deadline", "start:"))]
