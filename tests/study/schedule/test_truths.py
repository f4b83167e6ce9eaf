"""What must come out of a schedule, worked out by hand or in closed form, whichever way it is simulated."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from random_projects import MANY, calendar_of, collection, delivery, project, random_project, staff
from tuneplan.axes import Array
from tuneplan.core.schedule.people import Staff
from tuneplan.core.schedule.project import Project
from tuneplan.core.schedule.runs import Spot
from tuneplan.core.schedule.shipping import CHECK, DEPLOY, HAND_OVER, JUDGE, MEND, PREPARE
from tuneplan.study.schedule.agreement import recursion
from tuneplan.study.schedule.replications import replicate
from tuneplan.study.schedule.simulation import simulate
from tuneplan.study.schedule.trace import ACCEPTED, ADJUDICATED, AGAIN, BOUGHT, LABELLED, LEFT, REJECTED

Dates = Callable[[Project], dict[str, Array]]
ONE_MODEL = delivery([[0]], train=[1.0])


def event_by_event(work: Project) -> dict[str, Array]:
    history = replicate(work, jobs=1).history
    return {name: getattr(history, name) for name in ("done", "data_ready", "set_up", "router", "live", "launch", "full", "trained")}


@pytest.fixture(params=[event_by_event, recursion], ids=["event by event", "recursion"])
def dates(request: pytest.FixtureRequest) -> Dates:
    return request.param  # type: ignore[no-any-return]


def at(day: int, hour: float) -> float:
    """A date by its day since the start and its hour."""
    return day + hour / 24.0


# --- by hand --------------------------------------------------------------------------------------


def test_dates_worked_out_with_a_calendar_in_hand(dates: Dates) -> None:
    """Day 0 is a Monday; people work from 9:00 to 17:00 on weekdays, and the first Wednesday, day 2, is a holiday.

    Data: guidelines take Monday. The batch is labelled in 12 hours: all Tuesday, and Thursday until 13:00; reviewed in 2:
    until 15:00; what was rejected is made again in 3: until 17:00, and Friday until 10:00; what failed again is settled in 8:
    until 17:00, and on the second Monday, day 7, until 10:00.
    """
    batch = collection([12.0], arrives=[8.0], reviewing=[2.0], rejected=[4.0], reworking=[3.0], failed=[1.0], settling=[8.0], annotators=staff(1, ready=8.0))
    ships = delivery(
        [[0]], set_up=16.0, prepare=[10.0], capacity=[2.0], search=[5.0], train=[30.0], check=[2.0], judge=[4.0], rounds=[2.0], mend=[8.0], deploy=[8.0], hand_over=[8.0],
        router=4.0, engineers=1.0, runs_at_once=1.0, judges=1.0,
    )  # fmt: skip
    found = dates(project(batch, ships, calendar_of(holidays=(2,))))
    assert found["data_ready"][0, 0] == pytest.approx(at(7, 10), abs=1e-9)
    # training is set up on Monday and Tuesday, and the router on Thursday morning, since Wednesday is free
    assert found["set_up"][0] == pytest.approx(at(1, 17), abs=1e-9)
    assert found["router"][0] == pytest.approx(at(3, 13), abs=1e-9)
    # prepared in 10 hours: Monday until 17:00, Tuesday until 12:00. Capacity at 14:00, trial runs until 19:00, capacity at
    # 21:00, and 30 hours of training, through the night: Thursday, 3:00. Checked at 5:00; judged from 9:00 to 13:00, and
    # sent back. Mended on Thursday until 17:00 and on Friday until 13:00; capacity at 15:00, trained on Saturday at 21:00,
    assert found["trained"][0, 0] == pytest.approx(at(12, 21), abs=1e-9)
    # checked at 23:00, judged on Monday until 13:00; deployed on Monday and Tuesday until 13:00, handed over on Wednesday, 13:00.
    assert found["live"][0, 0] == found["full"][0] == pytest.approx(at(16, 13), abs=1e-9)


def test_generated_batches_are_written_at_night_and_looked_at_by_day(dates: Dates) -> None:
    """Written from 9:00 on, 10 hours each: there at 19:00 and at 5:00; reviewed for an hour each on the second morning."""
    work = collection([0.0, 0.0], generated=[True, True], written=[at(0, 19), at(1, 5)], arrives=[8.0, 8.0], reviewing=[1.0, 1.0])
    np.testing.assert_allclose(dates(project(work, ONE_MODEL))["done"][:, 0], [at(1, 10), at(1, 11)])


def test_what_nobody_has_to_look_at_is_there_at_night(dates: Dates) -> None:
    work = collection([0.0, 0.0], generated=[True, True], written=[at(0, 19), at(1, 5)], arrives=[8.0, 8.0], reviewers=staff(0))
    np.testing.assert_allclose(dates(project(work, ONE_MODEL))["data_ready"][:, 0], at(1, 5))


def test_a_first_stage_without_data_keeps_nobody_waiting(dates: Dates) -> None:
    ships = delivery([[0], [0]], after=[(1, 0)], served=[False, True], trained=[False, True], train=[0.0, 3.0])
    assert dates(project(collection([8.0]), ships))["live"][1, 0] == pytest.approx(at(0, 20))


def test_judging_that_takes_no_time_needs_no_judge(dates: Dates) -> None:
    ships = delivery([[0]], train=[3.0], judges=0.0)
    assert dates(project(collection([8.0]), ships))["full"][0] == pytest.approx(at(0, 20))


def test_what_takes_no_time_is_done_at_once_even_before_the_first_morning(dates: Dates) -> None:
    """Nothing is collected or trained; a check of an hour begins at midnight."""
    ships = delivery([[0]], trained=[False], check=[1.0])
    assert dates(project(collection([0.0], examples=0.0), ships))["full"][0] == pytest.approx(at(0, 1))


# --- without contention, and with one --------------------------------------------------------------------


def people_after(work: Project, date: float, hours: float) -> float:
    """When people have worked so many hours from a date on, going through the calendar day by day."""
    for day in work.calendar.workdays.tolist():
        begins = day + 9.0 / 24.0
        ends = begins + float(np.min(work.calendar.hours)) / 24.0
        if hours <= 0.0:
            return date
        if ends > date:
            done = min((ends - max(begins, date)) * 24.0, hours)
            hours, date = hours - done, max(begins, date) + done / 24.0
    return date if hours <= 1e-9 else math.inf


def longest_path(work: Project, replica: int) -> float:
    """When the last model is live where nobody waits for anybody: the longest path, step by step."""
    batches, ships, ready = work.collection, work.delivery, np.zeros(work.delivery.needs_task.shape[1])
    for batch in np.flatnonzero(batches.examples[:, replica]):
        hours = [array[batch, replica] for array in (batches.labelling, batches.reviewing, batches.reworking, batches.settling)]
        begins = people_after(work, 0.0, batches.arrives[batch, replica])
        begins, hours = (max(begins, batches.written[batch, replica]), hours[1:]) if batches.generated[batch] else (begins, hours)
        ready[batches.task[batch]] = max(ready[batches.task[batch]], people_after(work, begins, sum(hours)))
    set_up = people_after(work, 0.0, ships.set_up[replica])
    trained, live = np.zeros(len(ships.there)), [0.0]
    for model in np.flatnonzero(ships.there[:, replica]):
        waits = [trained[other] for other in np.flatnonzero(ships.needs_model[model, :, replica])]
        date = max([set_up, *ready[ships.needs_task[model, :, replica]], *waits])
        hours, runs, rounds = ships.hours[:, :, model, replica], ships.undisturbed[:, model, replica], int(ships.rounds[model, replica])
        capacity = ships.capacity[model, replica]
        date = people_after(work, date, hours[PREPARE, 0]) + ((runs[0] + capacity) / 24.0 if runs[0] > 0.0 else 0.0)
        for number in range(rounds):
            date += (runs[1] + capacity) / 24.0 if runs[1] > 0.0 else 0.0
            if not ships.served[model, replica]:
                trained[model] = date
                break
            date = people_after(work, date + hours[CHECK, 0] / 24.0, hours[JUDGE, 0])
            date = people_after(work, date, hours[MEND, 0] if number < rounds - 1 else hours[DEPLOY, 0] + hours[HAND_OVER, 0])
        live.append(date if ships.served[model, replica] and ships.needs_task[model, :, replica].any() else 0.0)
    return max(*live, people_after(work, set_up, ships.router[replica]) if ships.router[replica] > 0.0 else 0.0)


@pytest.mark.parametrize("seed", range(12))
def test_without_contention_it_takes_the_longest_path(seed: int, dates: Dates) -> None:
    work = random_project(seed, replicas=1, plenty=True)
    few = np.minimum(np.where(np.isfinite(work.delivery.rounds), work.delivery.rounds, 3.0), 3.0)
    steady = replace(work.delivery.spot, hazard=np.zeros(1))
    ships = replace(work.delivery, rounds=few, spot=steady, hours=np.where(np.isfinite(work.delivery.hours), work.delivery.hours, 0.0))
    hours = ships.hours[:, :1].copy()
    hours[1:3, 0] = ships.undisturbed
    work = replace(work, delivery=replace(ships, hours=hours))
    assert dates(work)["full"][0] == pytest.approx(longest_path(work, 0), abs=1e-6)


def test_one_annotator_takes_the_sum(dates: Dates) -> None:
    hours = np.random.default_rng(1).gamma(2.0, 3.0, (9, 4))
    work = project(collection(hours, reviewers=staff(MANY, replicas=4)), delivery([[0]], replicas=4, train=[1.0]))
    np.testing.assert_allclose(work.calendar.worked(dates(work)["data_ready"][0]), hours.sum(axis=0))


def test_twice_the_annotators_nearly_halve_the_data_of_a_project_bound_by_it(dates: Dates) -> None:
    hours = 20.0 * np.exp(0.2 * np.random.default_rng(2).standard_normal((36, 10)))
    took = []
    for annotators in (2, 4):
        work = project(collection(hours, annotators=staff(annotators, replicas=10)), delivery([[0]], replicas=10, train=[1.0]))
        took.append(work.calendar.worked(dates(work)["data_ready"][0]).mean())
    assert 0.5 <= took[1] / took[0] < 0.55


# --- lines ------------------------------------------------------------------------------------------


def erlang_c(servers: int, load: float) -> float:
    """Chance to wait in a line with Poisson arrivals and exponential services, of so many arrivals a service time (Erlang 1917)."""
    last = load**servers / math.factorial(servers) * servers / (servers - load)
    return last / (sum(load**each / math.factorial(each) for each in range(servers)) + last)


@pytest.mark.parametrize(("servers", "load"), [(1, 0.6), (3, 2.1)])
def test_a_line_waits_as_long_as_erlang_says(servers: int, load: float) -> None:
    """M/M/c: mean wait = C / (c - load) service times. Lines begin empty, and of 1 000 that hardly shows."""
    rng, count, replicas = np.random.default_rng(servers), 1_000, 16
    arrives = np.cumsum(rng.exponential(1.0 / load, (count, replicas)), axis=0)
    people = collection(rng.exponential(1.0, (count, replicas)), arrives=arrives, annotators=staff(servers, replicas=replicas), reviewers=staff(0, replicas=replicas))
    work = project(people, delivery([[0]], replicas=replicas, train=[1.0]), calendar_of(days=600))
    expected = erlang_c(servers, load) / (servers - load)
    waits = replicate(work, jobs=1).history.waited[0] / count
    recursive = work.calendar.worked(recursion(work)["begun"]) - arrives
    np.testing.assert_allclose(waits, recursive.mean(axis=0), atol=1e-9)
    assert waits.mean() == pytest.approx(expected, abs=3.0 * waits.std(ddof=1) / math.sqrt(replicas))


# --- nothing is lost ----------------------------------------------------------------------------------


def spotted(between: float, hazard: float, *, point: float = 0.5) -> Project:
    spot = Spot(hazard=np.array([hazard]), between=np.array([between]), restart=np.array([0.25]), point=np.array([[point]]))
    return project(collection([1.0]), delivery([[0]], train=[10.0], spot=spot))


def test_with_checkpoints_all_the_time_only_restarts_are_lost(dates: Dates) -> None:
    """Taken away after 3 hours of running each: at 3, 6 and 9 of 10; three restarts of a quarter of an hour."""
    work = spotted(0.0, math.log(2.0) / 3.0)
    assert dates(work)["trained"][0, 0] == pytest.approx(at(0, 10 + 10 + 3 * 0.25))


def test_without_them_work_since_the_last_checkpoint_is_done_again(dates: Dates) -> None:
    """Checkpoints at 2, 4, 6 and 8 hours of work. Taken away at 3, 5, 7 and 9: an hour is lost each time."""
    work = spotted(2.0, math.log(2.0) / 3.0)
    assert dates(work)["trained"][0, 0] == pytest.approx(at(0, 10 + 10 + 4 * 1.25))


@pytest.mark.parametrize("point", [0.1, 0.3, 0.7])
def test_only_restarts_are_lost_however_often_it_is_taken_away(point: float) -> None:
    trace = simulate(spotted(0.0, 1.0, point=point), 0)
    taken = sum(row.event == "GPUs are taken away" for row in trace.log)
    assert taken > 3
    assert trace.history.busy[3] == pytest.approx(10.0 + 0.25 * taken)


def test_a_batch_goes_on_where_she_stopped_who_left(dates: Dates) -> None:
    """Practice halves the second batch: 8 hours are 4. She leaves after 6 hours, with 2 to go; after 3 a newcomer takes 4 for that."""
    leaver = Staff(ready=np.zeros((1, 1)), stays=np.array([6.0, 99.0]).reshape(2, 1, 1), gaps=np.full((2, 1, 1), 3.0), learning=np.ones(1))
    work = project(collection([4.0, 8.0], annotators=leaver), ONE_MODEL)
    np.testing.assert_allclose(work.calendar.worked(dates(work)["done"][:, 0]), [4.0, 13.0])
    history = replicate(work, jobs=1).history
    assert history.busy[0, 0] == pytest.approx(4.0 + 2.0 + 4.0)
    assert history.counts[ACCEPTED, 0] == history.counts[BOUGHT, 0] == 20.0


@pytest.mark.parametrize("seed", range(40))
def test_every_example_bought_is_accepted_or_left(seed: int) -> None:
    """Whenever the simulation ends: what was accepted, and what lies in lines, hands and adjudication, is what was bought."""
    work = random_project(seed)
    for until in (*np.random.default_rng(seed).uniform(0.5, 60.0, 4), None):
        counts = replicate(work, jobs=1, until=until).history.counts
        np.testing.assert_array_equal(counts[BOUGHT], work.collection.examples.sum(axis=0))
        np.testing.assert_array_equal(counts[ACCEPTED] + counts[LEFT], counts[BOUGHT])
        assert (counts >= 0.0).all()
        assert (counts[LABELLED] <= counts[BOUGHT]).all()
        assert (counts[AGAIN] <= counts[REJECTED]).all()
        in_review = counts[LABELLED] + counts[AGAIN] - counts[ACCEPTED] - counts[REJECTED]
        assert (in_review >= 0.0).all()
        over = counts[LEFT] == 0.0
        np.testing.assert_array_equal(in_review[over], 0.0)
        np.testing.assert_array_equal(counts[ADJUDICATED, over], work.collection.failed[:, over].sum(axis=0, where=work.collection.examples[:, over] > 0.0))


@pytest.mark.parametrize("nobody", ["annotators", "reviewers", "engineers", "runs_at_once", "judges", "gate"])
def test_a_project_without_them_ends_at_its_horizon_and_never_ships(nobody: str, dates: Dates) -> None:
    people = {nobody: staff(0)} if nobody in ("annotators", "reviewers") else {}
    crew = {nobody: 0.0} if nobody in ("engineers", "runs_at_once", "judges") else {}
    gate = {"rounds": [math.inf]} if nobody == "gate" else {}
    ships = delivery([[0]], prepare=[8.0], train=[5.0], judge=[2.0], mend=[1.0], deploy=[1.0], **crew, **gate)
    work = project(collection([5.0, 5.0], reviewing=[1.0, 1.0], **people), ships)
    assert dates(work)["full"][0] == math.inf
    left = replicate(work, jobs=1).history.counts[LEFT, 0]
    assert left == (20.0 if nobody in ("annotators", "reviewers") else 0.0)


def test_people_who_hardly_stay_are_replaced_and_the_work_ends_or_not_but_the_simulation_does() -> None:
    brief = Staff(ready=np.zeros((1, 1)), stays=np.full((8, 1, 1), 1e-9), gaps=np.full((8, 1, 1), 0.0), learning=np.zeros(1))
    work = project(collection([100.0], annotators=brief), ONE_MODEL)
    assert event_by_event(work)["full"][0] == recursion(work)["full"][0] == math.inf
    assert replicate(work, jobs=1).history.counts[LEFT, 0] == 10.0
