"""Event by event or as a recursion: the same dates, replica by replica, whatever happens to a project."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from building import ALL_STRATEGIES, lowered, scenario
from random_projects import calendar_of, collection, delivery, project, random_project, staff
from tuneplan.core.arrays import Inputs
from tuneplan.core.schedule.collecting import collect
from tuneplan.core.schedule.project import Project, project_of
from tuneplan.core.schedule.timeline import dates_of, play, timeline
from tuneplan.study.schedule.agreement import agreement, differences, recursion
from tuneplan.study.schedule.replica import some_of
from tuneplan.study.schedule.replications import replicate

SAME = 1e-9
"""Days."""
EVERYTHING = {
    "deadline__date": "2027-06-30", "start": "2027-01-04", "schedule__annotators": 3, "schedule__reviewers": 1, "schedule__engineers": 1, "schedule__attrition": "60%/month",
    "schedule__replacement": "4 workdays", "schedule__rejected": "30%", "schedule__gate": "50%", "schedule__holidays": ["2027-01-06", "2027-02-15"], "schedule__gpus": 1,
    "gpu__spot": True, "training__spot_hazard": "0.2/hour", "evaluation__judge": "people",
}  # fmt: skip


@pytest.mark.parametrize("undisturbed", [False, True], ids=["random", "many things at one moment"])
@pytest.mark.parametrize("seed", range(40))
def test_random_projects_have_the_same_dates(seed: int, undisturbed: bool) -> None:
    """Rework, people who leave in the middle, nights and holidays, spot, gates, chains of models, nobody at hand: all of it."""
    work = random_project(seed, undisturbed=undisturbed)
    assert agreement(work, replicate(work, jobs=1)) < SAME


def test_random_projects_meet_all_that_can_happen() -> None:
    """What the proof rests on is in the projects that it is tried on."""
    met = dict.fromkeys(("leaves in the middle", "made again", "settled", "in line for people", "in line for runs", "taken away", "sent back", "never", "ships", "chain"), 0)
    for seed in range(40):
        work = random_project(seed)
        history, collected = replicate(work, jobs=1).history, collect(work.collection)
        ended = np.isfinite(collected.labelled)
        lasted = np.where(ended, collected.labelled, 0.0) - np.where(ended, collected.begun, 0.0)
        met["leaves in the middle"] += int((lasted > work.collection.labelling + 1e-6).sum())
        met["made again"] += int(history.counts[2].sum() > 0)
        met["settled"] += int(history.counts[5].sum() > 0)
        met["in line for people"] += int(history.waited[0].sum() > 0)
        met["in line for runs"] += int(history.waited[3].sum() > 0)
        met["taken away"] += int((work.delivery.hours[2, 0] > work.delivery.undisturbed[1]).any())
        met["sent back"] += int((work.delivery.rounds > 1.0).any())
        met["never"] += int(np.isinf(history.full).any())
        met["ships"] += int(np.isfinite(history.full[history.full > 0.0]).sum())
        met["chain"] += int(work.delivery.needs_model.any())
    assert min(met.values()) > 0, met


@pytest.fixture(scope="module")
def numbers() -> Inputs:
    """Every kind of strategy with all that a scenario can say of a schedule."""
    tasks = {name: {"data.examples": "2k", "data.existing": 100, "data.synthetic.share": "30%"} for name in ("email", "résumé", "質問")}
    return lowered(scenario(tasks, strategies=ALL_STRATEGIES, **EVERYTHING), draws=16).inputs


@pytest.fixture(scope="module")
def named(numbers: Inputs) -> Project:
    return project_of(numbers)


def test_every_kind_of_strategy_has_the_same_dates(named: Project) -> None:
    found = differences(named, replicate(named, jobs=1))
    assert max(found.values()) < SAME, found


def test_a_date_that_differs_is_told() -> None:
    """An agreement that cannot fail would prove nothing."""
    work = random_project(3)
    simulated = replicate(work, jobs=1)
    slower = replace(work, delivery=replace(work.delivery, hours=work.delivery.hours * 1.01, undisturbed=work.delivery.undisturbed * 1.01))
    later = replace(work, collection=replace(work.collection, labelling=work.collection.labelling + 0.5))
    assert agreement(slower, simulated) > 1e-3
    assert agreement(later, simulated) > 1e-3
    nobody = replace(work, delivery=replace(work.delivery, engineers=np.zeros_like(work.delivery.engineers)))
    assert agreement(nobody, simulated) == np.inf


def test_hours_are_the_same_where_all_of_it_ended() -> None:
    for seed in range(30):
        work = random_project(seed)
        history, played = replicate(work, jobs=1).history, play(work)
        over = np.isfinite(history.done).all(axis=0) & np.isfinite(history.full) & np.isfinite(history.trained).all(axis=0)
        collected, shipped = played.collected, played.shipped
        busy = np.stack([collected.annotating, collected.reviewing, shipped.engineering, shipped.computing, shipped.judging])
        waited = np.stack([collected.waited_for_annotators, collected.waited_for_reviewers, *shipped.waited])
        np.testing.assert_allclose(history.busy[:2, over], busy[:2, over], rtol=1e-9, atol=1e-7)
        np.testing.assert_allclose(history.waited[:2, over], waited[:2, over], rtol=1e-9, atol=1e-7)
        over &= (np.isfinite(shipped.live) & ~np.isinf(work.delivery.rounds)).all(axis=0)
        np.testing.assert_allclose(history.busy[:, over], busy[:, over], rtol=1e-9, atol=1e-7)
        np.testing.assert_allclose(history.waited[:, over], waited[:, over], rtol=1e-9, atol=1e-7)


def test_equal_batches_go_to_the_first_place_and_the_first_model() -> None:
    """Many equal things at one moment: both ways give them out in the same order, told by hand.

    Two annotators label batches of 4 hours, two at a time; one reviewer looks at each for an hour. One engineer prepares
    two equal models for a day each.
    """
    work = project(
        collection([4.0] * 4, task=[0, 1, 0, 1], reviewing=[1.0] * 4, annotators=staff(2)),
        delivery([[0], [1]], prepare=[8.0, 8.0], train=[2.0, 2.0], engineers=1.0, runs_at_once=1.0),
    )  # fmt: skip
    simulated = replicate(work, jobs=1)
    assert agreement(work, simulated) == 0.0
    # labelled at 4, 4, 8, 8 hours; reviewed at 5, 6, 9, 10: the second day at 10:00 and 11:00
    np.testing.assert_allclose(simulated.history.data_ready[:, 0], [1 + 10 / 24, 1 + 11 / 24])
    # the first model is prepared until 10:00 on the third day, then the second until 10:00 on the fourth
    np.testing.assert_allclose(simulated.history.live[:, 0], [2 + 12 / 24, 3 + 12 / 24])


def test_nothing_happens_on_a_horizon_that_has_passed() -> None:
    work = random_project(5)
    found = replicate(work, jobs=1, until=0.0).history
    assert np.isinf(found.done[work.collection.examples > 0.0]).all()
    np.testing.assert_array_equal(found.counts[6], found.counts[0])


def test_some_replicas_are_those_of_all() -> None:
    work = random_project(11)
    whole, some = recursion(work), recursion(some_of(work, np.array([4, 1])))
    for name, dates in some.items():
        np.testing.assert_array_equal(dates, whole[name][..., [4, 1]])


def test_a_timeline_is_what_is_simulated(named: Project, numbers: Inputs) -> None:
    """What a verdict reads, on its four axes, is what happened event by event."""
    simulated = replicate(named, jobs=1)
    for dates in (timeline(numbers), dates_of(play(named))):
        for found, expected in ((dates.full, simulated.history.full[None]), (dates.launch, simulated.history.launch)):
            by_replica = np.moveaxis(found, 2, 0).reshape(len(expected), -1)
            np.testing.assert_allclose(np.where(by_replica < simulated.horizon, by_replica, np.inf), expected, atol=SAME)


def test_a_calendar_without_working_days_never_begins() -> None:
    work = project(collection([1.0]), delivery([[0]]), calendar_of(days=10, worked=()))
    assert np.isinf(replicate(work, jobs=1).history.full).all()
