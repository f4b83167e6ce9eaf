"""What must hold of dates, of people who are counted, and of how fast they are said to work."""

from __future__ import annotations

import pytest

from tuneplan import ScenarioError
from tuneplan.scenario.load import loads
from tuneplan.scenario.records import Scenario

BODY = """\
start: 2027-01-04
base: llama-3.1-8b
tasks:
  email: {traffic: 20k requests/month, score: {base: 0.5, ceiling: 0.9}, data: {examples: 2k, price: $3 per example}}
  qa: {like: email}
strategies: {unified: {}, specialists: {}}
"""
NO_START = BODY.replace("start: 2027-01-04\n", "")


def read(more: str = "", *changes: str, body: str = BODY, scenario: str = "") -> Scenario:
    return loads(body + more, file="a.yaml", overrides=changes, scenario=scenario)


def refused(more: str = "", *changes: str, body: str = BODY) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        read(more, *changes, body=body)
    return [str(each) for each in caught.value.problems]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("deadline: {date: 2027-01-04}", 'a.yaml:7:18: deadline.date: "2027-01-04" is the day of the start; give a later day'),
        ("deadline: {date: 2026-12-31}", 'a.yaml:7:18: deadline.date: "2026-12-31" is before the start, 2027-01-04; give a later day'),
        ("deadline: {date: 2027-02-30}", 'a.yaml:7:18: deadline.date: "2027-02-30" is a day that no calendar has'),
        ("deadline: {date: spring}", 'a.yaml:7:18: deadline.date: "spring" is not a date; write year-month-day, for example 2027-01-04'),
        ("deadline: {delay_cost: $1k/day}", "a.yaml:7:24: deadline.delay_cost: there is no deadline after which it could count: add deadline: {date: 2027-04-30}"),
        ("deadline: {must: yes}", "a.yaml:7:18: deadline.must: there is no deadline that could be kept: add deadline: {date: 2027-04-30}"),
        ("deadline: {date: 2027-04-30, delay_cost: 500}", "a.yaml:7:42: deadline.delay_cost: 500 needs a unit, for example $1k/day"),
        ("deadline: {date: 2027-04-30, delay_cost: -$5/day}", "a.yaml:7:42: deadline.delay_cost: -$5/day is not allowed: between $0 and $1B/day"),
        ("schedule: {days: []}", "a.yaml:7:18: schedule.days: needs a list of words; allowed: mon, tue, wed, thu, fri, sat, sun"),
        ("schedule: {days: [mon, monday]}", 'a.yaml:7:24: schedule.days: "monday" is not allowed; did you mean "mon"?'),
        ("schedule: {days: [mon, mon]}", 'a.yaml:7:24: schedule.days: "mon" is listed twice'),
        ("schedule: {holidays: [2027-04-02, 2027-04-02]}", 'a.yaml:7:35: schedule.holidays: "2027-04-02" is listed twice'),
        ("schedule: {holidays: [2027-04-31]}", 'a.yaml:7:23: schedule.holidays: "2027-04-31" is a day that no calendar has'),
        ("schedule: {holidays: {a: b}}", "a.yaml:7:12: schedule.holidays: write a list of dates, for example [2027-04-02, 2027-04-05]"),
        ("schedule: {holidays: [[2027-04-02]]}", "a.yaml:7:22: schedule.holidays: write a list of dates, for example [2027-04-02, 2027-04-05]"),
        ("schedule: {order: by turns}", 'a.yaml:7:19: schedule.order: "by turns" is not allowed; did you mean "in turn"?'),
        ("schedule: {annotators: 2 to 4}", 'a.yaml:7:24: schedule.annotators: "2 to 4" is an interval, and this is decided rather than found out: give one number'),
        ("schedule: {gpus: {choices: {4: 50%, 8: 50%}}}", "is decided rather than found out: give one number"),
        ("schedule: {batch: 100 to 300 examples}", "is decided rather than found out: give one number"),
        ("schedule: {annotators: 2.5}", "a.yaml:7:24: schedule.annotators: 2.5 people is not a whole number, which is needed here"),
        ("schedule: {reviewers: -1}", "a.yaml:7:23: schedule.reviewers: -1 people is not allowed: between 0 and 200 people"),
        ("schedule: {judges: 1e9}", "a.yaml:7:20: schedule.judges: 1B people is not allowed: between 0 and 200 people"),
        ("schedule: {engineers: nan}", "a.yaml:7:23: schedule.engineers: nan is not a finite number"),
        ("schedule: {attrition: 100%/month}", "a.yaml:7:23: schedule.attrition: 100%/month is not allowed: between 0 and 99%/month"),
        ("schedule: {attrition: 5%}", "a.yaml:7:23: schedule.attrition: 5% is not in share/month; write for example 5%/month"),
        ("schedule: {hours: 24}", "a.yaml:7:19: schedule.hours: 24 hours is not allowed: between 0.1 and 15 hours"),
        ("schedule: {onboarding: 2 weeks}", "a.yaml:7:24: schedule.onboarding: 2 weeks is in weeks, which are calendar time; this counts days that people work: write 10 workdays"),
        ("schedule: {idle_pay: $200/day}", 'a.yaml:7:22: schedule.idle_pay: "$200/day" would be spread over all hours of a day, nights too; say it for an hour of work'),
        ("schedule: {anotators: 3}", 'a.yaml:7:12: schedule.anotators: unknown key; did you mean "annotators"?'),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_place_and_what_to_write(given: str, said: str) -> None:
    (line,) = refused(f"{given}\n")
    assert line.endswith(said)


def test_without_a_first_day_no_date_means_anything() -> None:
    lines = refused("deadline: {date: 2027-04-30}\nschedule: {holidays: [2027-04-02]}\n", body=NO_START)
    assert lines == [
        "a.yaml:6:18: deadline.date: a deadline needs the day on which the project starts: add start: 2027-01-04",
        "a.yaml:7:22: schedule.holidays: holidays need the day on which the project starts: add start: 2027-01-04",
    ]
    assert read("schedule: {holidays: [], annotators: 2}\n", body=NO_START).listed("schedule.holidays", ("x",)) == ()


def test_all_of_it_is_told_at_once() -> None:
    assert len(refused("deadline: {date: 2026-01-01}\nschedule: {annotators: 1 to 2, onboarding: 1 week, days: [mon, mon]}\n")) == 4


def test_a_bad_start_is_blamed_once() -> None:
    (line,) = refused("deadline: {date: 2027-04-30}\n", body=BODY.replace("2027-01-04", "2027-13-04"))
    assert line.startswith("a.yaml:1:8: start: ")


@pytest.mark.parametrize(
    ("pace", "said"),
    [
        ("0 examples/hour", "0 examples/hour is not allowed: between 0.0001 and 10M examples/hour"),
        ("5", "5 needs a unit, for example 3 examples/hour"),
        ("30 examples/day", "would be spread over all hours of a day, nights too; say it for an hour of work"),
        ("100 to 200 examples per week", "would be spread over all hours of a week, nights too; say it for an hour of work"),
    ],
)
def test_a_pace_is_of_an_hour_of_work(pace: str, said: str) -> None:
    (line,) = refused("", body=BODY.replace("price: $3 per example", f"price: $3 per example, pace: {pace}"))
    assert line.startswith("a.yaml:4:124: tasks.email.data.pace: ")
    assert line.endswith(said)


def test_minutes_and_pace_say_the_same_in_two_ways() -> None:
    both = "labelling: {minutes: 5 min}, pace: 3 examples/hour"
    (line,) = refused("", body=BODY.replace("price: $3 per example", both))
    assert line.endswith("tasks.email.data.pace: data.labelling.minutes is given too, and says how fast examples are made; give the minutes or the pace")
    (line,) = refused("", "tasks.qa.data.pace=4 examples/hour", body=BODY.replace("price: $3 per example", "labelling: {minutes: 5 min}"))
    assert line.startswith("--set: tasks.qa.data.pace: ")


def test_copies_have_the_pace_of_the_original() -> None:
    scenario = read(body=BODY.replace("price: $3 per example", "price: $3 per example, pace: 3 to 5 examples/hour"))
    assert scenario.quantities["tasks.qa.data.pace"].distribution == scenario.quantities["tasks.email.data.pace"].distribution
    assert scenario.quantities["tasks.qa.data.pace"].origin == "like email"
    tied = read("", "tasks.qa.data.pace={same_as: tasks.email.data.pace}", body=BODY.replace("price: $3 per example", "price: $3 per example, pace: 3 to 5 examples/hour"))
    assert tied.quantities["tasks.qa.data.pace"].drawn_as == "tasks.email.data.pace"


def test_counts_and_dates_may_be_typed_as_people_do() -> None:
    scenario = read("schedule: {annotators: 3 people, reviewers: 1 person, gpus: 8 GPUs, hours: 6, onboarding: 3, guidelines: 5 working days, attrition: 2% to 5%/month}\n")
    medians = {path.removeprefix("schedule."): each.distribution.median for path, each in scenario.quantities.items() if path.startswith("schedule.")}
    assert medians.pop("attrition") == pytest.approx((0.02 * 0.05) ** 0.5)
    assert medians == {"annotators": 3.0, "reviewers": 1.0, "gpus": 8.0, "hours": 6.0, "onboarding": 3.0, "guidelines": 5.0}


def test_dates_come_by_override_and_by_set_and_one_alone_is_a_list() -> None:
    more = "overrides: {late: {deadline.date: 2027-06-30, schedule: {holidays: [2027-04-02, '2027-04-05'], annotators: 9}}}\nscenarios: {late: [late]}\n"
    late = read(more, scenario="late")
    assert (late.word("deadline.date", ""), late.listed("schedule.holidays", ())) == ("2027-06-30", ("2027-04-02", "2027-04-05"))
    assert late.origins["schedule.holidays"] == "override late"
    assert read(more).listed("schedule.holidays", ()) == ()
    assert read("", "schedule.holidays=[2027-04-02]").settings["schedule.holidays"] == ("2027-04-02",)
    assert read("", "schedule.holidays=2027-04-02").settings["schedule.holidays"] == ("2027-04-02",)
    (line,) = refused("", "deadline.date=2026-06-30")
    assert line.startswith('--set: deadline.date: "2026-06-30" is before the start')


def test_a_mistake_in_an_override_that_is_not_in_force_is_told_too() -> None:
    (line,) = refused("overrides: {x: {schedule.holidays: [2027-04-31]}}\nscenarios: {x: [x]}\n")
    assert line.startswith("a.yaml:7:37: schedule.holidays")


def test_numbers_of_a_schedule_may_go_together() -> None:
    more = "correlations: {people: {of: [schedule.onboarding, tasks.email.data.pace, schedule.attrition], value: 0.4}}\n"
    assert read(f"schedule: {{annotators: 3}}\n{more}").correlations[0].of == ("schedule.onboarding", "tasks.email.data.pace", "schedule.attrition")
