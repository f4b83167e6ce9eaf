"""Dates of a run: the same in whatever blocks, beside whatever else, and as they must be."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterator

import numpy as np
import pytest

from random_projects import calendar_of, collection, delivery, staff
from timed_scenarios import TEXT, inputs_of, scenario
from tuneplan.core.arrays import Inputs
from tuneplan.core.derived import Arrays
from tuneplan.core.schedule import timeline as module
from tuneplan.core.schedule.collecting import collect
from tuneplan.core.schedule.project import project_of
from tuneplan.core.schedule.shipping import SEARCH, TRAIN, ship
from tuneplan.core.schedule.timeline import Timeline, dates_of, play, timeline
from tuneplan.scenario.lower import lower
from tuneplan.study.design import Nominal

NAMES = tuple(Timeline.__slots__)


def assert_equal(one: Timeline, other: Timeline) -> None:
    for name in NAMES:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


@pytest.fixture(autouse=True)
def no_warning() -> Iterator[None]:
    """Endless dates and empty pools are numbers like others."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        yield


@pytest.fixture(scope="module")
def usual() -> Inputs:
    return inputs_of(scenario())


@pytest.fixture(scope="module")
def dates(usual: Inputs) -> Timeline:
    return timeline(usual)


# --- what changes nothing -------------------------------------------------------------------------


@pytest.mark.parametrize(("replicas", "collected"), [(1, 1), (40, 7), (5 * 48, 48), (10**6, 10**6)])
def test_blocks_change_no_bit(usual: Inputs, dates: Timeline, monkeypatch: pytest.MonkeyPatch, replicas: int, collected: int) -> None:
    monkeypatch.setattr(module, "REPLICAS_AT_ONCE", replicas)
    monkeypatch.setattr(module, "COLLECTED_AT_ONCE", collected)
    assert_equal(timeline(usual), dates)


def test_all_strategies_at_once_come_to_the_same(usual: Inputs, dates: Timeline) -> None:
    assert_equal(dates_of(play(project_of(usual))), dates)


def test_strategies_may_stand_in_any_order_and_beside_any_other(dates: Timeline) -> None:
    kinds = {"prompted": "prompted: {like_base: yes}", "merged": "merged: {}", "specialists": "specialists: {}"}
    fewer = inputs_of(scenario(text=TEXT.replace(TEXT[TEXT.index("strategies:") :], f"strategies: {{{', '.join(kinds.values())}}}\n")))
    found, order = timeline(fewer), [4, 3, 1]
    for name in NAMES:
        np.testing.assert_array_equal(getattr(found, name), getattr(dates, name)[:, order], err_msg=name)


def test_strategies_with_the_same_data_have_it_at_the_same_time(usual: Inputs) -> None:
    ready = play(project_of(usual)).data_ready.reshape(3, 5, -1)
    for strategy in (1, 2, 3):
        np.testing.assert_array_equal(ready[:, strategy], ready[:, 0])
    assert (ready[:, 4] == 0.0).all()


def test_scenarios_side_by_side_are_as_alone() -> None:
    each = [scenario(), scenario("schedule.annotators=9", "schedule.hours=4 hours"), scenario("schedule.reviewers=1", "tasks.b.data.examples=2900", "schedule.attrition=50%/month")]
    together = timeline(inputs_of(*each))
    for number, one in enumerate(each):
        alone = timeline(inputs_of(one))
        for name in NAMES:
            np.testing.assert_array_equal(getattr(together, name)[number], getattr(alone, name)[0], err_msg=name)


def test_numbers_of_one_task_move_no_data_of_another_that_comes_before() -> None:
    before, after = (play(project_of(inputs_of(scenario(*change)))).data_ready.reshape(3, 5, -1) for change in ((), ("tasks.c.data.examples=900",)))
    assert (before[2, :4] < after[2, :4]).all()


@pytest.mark.parametrize("draws", [1, 2, 3])
def test_few_draws_ship_too(draws: int) -> None:
    found = timeline(inputs_of(scenario("schedule.gate=100%"), draws=draws))
    assert found.full.shape == (1, 5, 1, draws)
    assert np.isfinite(found.full).all()


def test_at_the_centre_nothing_is_left_to_chance() -> None:
    found = timeline(lower([scenario()], Nominal().points).inputs)
    assert np.isfinite(found.full).all()
    assert (found.launch[:, :4] > 0.0).all()


# --- what never ships -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        "schedule.annotators=0", "schedule.reviewers=0", "schedule.engineers=0", "schedule.judges=0", "schedule.gpus=0", "schedule.gate=0%", "horizon=0 months",
        "horizon=1200 months", "tasks.a.data.pace=0.0001 examples/hour", "tasks.a.data.pace=10000000 examples/hour", "schedule.batch=1000000000", "schedule.batch=1",
        "schedule.days=[sun]", "schedule.days=[mon, tue, wed, thu, fri, sat, sun]", "schedule.attrition=99%/month", "schedule.rejected=100%", "schedule.hours=0.1 hours",
        "tasks.a.data.examples=0", "tasks.a.data.examples=0 to 2k", "tasks.a.data.synthetic={share: 50%}", "schedule.review_effort=0%", "schedule.learning=90%",
        "schedule.batch_spread=0", "schedule.guidelines=0 workdays",
    ],
)  # fmt: skip
def test_extremes_are_told_without_a_warning(change: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        found = timeline(inputs_of(scenario(change), draws=16))
    for name in NAMES:
        assert not np.isnan(getattr(found, name)).any()
        assert (getattr(found, name) >= 0.0).all()
    assert (found.full >= found.launch.max(axis=2, keepdims=True)).all()


@pytest.mark.parametrize(
    ("change", "trained", "prompted"),
    [
        ("schedule.annotators=0", False, True), ("schedule.reviewers=0", False, True), ("schedule.engineers=0", False, False), ("schedule.judges=0", False, False),
        ("schedule.gpus=0", False, True), ("schedule.gate=0%", False, False),
    ],
)  # fmt: skip
def test_who_needs_whom(change: str, trained: bool, prompted: bool) -> None:
    full = timeline(inputs_of(scenario(change), draws=8)).full[0, :, 0]
    assert np.isfinite(full[:4]).all() == trained
    assert np.isfinite(full[4]).all() == prompted
    assert trained or np.isinf(full[:4]).all()


# --- what makes it later --------------------------------------------------------------------------


@pytest.mark.parametrize("task", ["a", "b", "c"])
def test_more_examples_of_one_task_never_bring_all_data_earlier_for_a_single_annotator(task: str) -> None:
    alone = ("schedule.annotators=1", "schedule.reviewers=1", "schedule.rejected=0%", "schedule.attrition=0%/month")
    fewer, more = (play(project_of(inputs_of(scenario(*alone, f"tasks.{task}.data.examples={count}"), draws=16))).data_ready.max(axis=0) for count in (300, 900))
    assert (fewer <= more).all()


@pytest.mark.parametrize("steady", [("schedule.rejected=0%", "schedule.reviewers=1", "schedule.attrition=0%/month", "schedule.learning=0%")])
def test_with_more_annotators_all_data_is_never_there_later_where_nothing_comes_back(steady: tuple[str, ...]) -> None:
    ready = [play(project_of(inputs_of(scenario(*steady, f"schedule.annotators={count}")))).data_ready.max(axis=0) for count in (1, 2, 3, 5, 12)]
    for fewer, more in itertools.pairwise(ready):
        assert (more <= fewer + 1e-9).all()


@pytest.mark.parametrize(("usual_one", "longer"), [("schedule.checking=1 hour", "schedule.checking=50 hours"), ("schedule.handover=0 workdays", "schedule.handover=9 workdays")])
def test_a_longer_step_is_never_earlier_for_a_model_that_is_alone(usual_one: str, longer: str) -> None:
    short, long = (timeline(inputs_of(scenario("schedule.gate=100%", change))).full[0, [0, 4]] for change in (usual_one, longer))
    assert (short <= long).all()
    assert (short < long).any()


def test_one_more_annotator_may_make_one_task_later_since_another_reaches_the_reviewer_first() -> None:
    """Batch a is labelled in 10 hours and reviewed in 1, batch b in 1 and 10: two annotators bring b to the reviewer before a."""
    done = [collect(collection([10.0, 1.0], reviewing=[1.0, 10.0], task=[0, 1], annotators=staff(count))).done[:, 0].tolist() for count in (1, 2)]
    assert done == [[11.0, 21.0], [12.0, 11.0]]


def test_a_longer_check_may_let_another_model_pass() -> None:
    """Who asks first is served first: judges take 8 hours a model, and whoever comes second waits for a day."""
    live = [ship(delivery([[0], [0]], check=[check, 2.0], judge=[8.0, 8.0], judges=1.0), np.zeros((1, 1)), calendar_of()).live[:, 0] for check in (1.0, 3.0)]
    assert live[0] == pytest.approx([17 / 24, 1 + 17 / 24])
    assert live[1] == pytest.approx([1 + 17 / 24, 17 / 24])


# --- hours of GPUs --------------------------------------------------------------------------------


def test_runs_take_the_hours_that_are_paid_for(usual: Inputs) -> None:
    """All runs of all models, times the GPUs of one: the GPU-hours of the cost lines."""
    delivery, arrays = project_of(usual).delivery, Arrays(usual)
    simulated = (delivery.undisturbed * delivery.trained).sum(axis=(0, 1)).reshape(1, 5, 48) * np.broadcast_to(usual["gpus_per_run"][:, :, 0], (1, 5, 48))
    paid = np.broadcast_to(arrays["training_hours"], (1, 5, 3, 48)).sum(axis=2)
    assert simulated[:, :4] == pytest.approx(paid[:, :4], rel=1e-9)
    assert (simulated[:, 4] == 0.0).all()
    finals = (delivery.undisturbed[1] * delivery.trained).sum(axis=0).reshape(1, 5, 48) * np.broadcast_to(usual["gpus_per_run"][:, :, 0], (1, 5, 48))
    assert finals == pytest.approx(np.broadcast_to(arrays["final_hours"], (1, 5, 3, 48)).sum(axis=2), rel=1e-9)


def test_on_spot_runs_take_the_stretched_hours_on_average() -> None:
    """The stretch of the cost lines is what interruptions come to, where hours between checkpoints are few beside those between interruptions."""
    inputs = inputs_of(scenario("gpu.spot=yes", "training.spot_loss=0.5 hours", "tasks.a.data.examples=20k", "schedule.restart=0.1 hours"), draws=512)
    work = project_of(inputs).delivery
    stretch = 1.0 + (inputs["spot_hazard"] * inputs["spot_loss"])[0, 0, 0]
    runs = work.undisturbed[:, 0].reshape(2, 5, -1)[:, 0]
    taken = np.stack([work.hours[SEARCH, 0, 0], work.hours[TRAIN, 0, 0]]).reshape(2, 5, -1)[:, 0]
    assert taken.sum() / (runs * stretch).sum() == pytest.approx(1.0, abs=0.03)


def test_rounds_at_the_gate_are_geometric() -> None:
    rounds = project_of(inputs_of(scenario("schedule.gate=60%"), draws=4096)).delivery.rounds.reshape(-1, 5, 4096)[0, 0]
    for count in (1, 2, 3):
        assert (rounds == count).mean() == pytest.approx(0.6 * 0.4 ** (count - 1), abs=0.02)


def test_annotators_leave_at_the_rate_that_is_given() -> None:
    """After so many working hours as a month has, the given share has left."""
    project = project_of(inputs_of(scenario("schedule.attrition=20%/month", "schedule.hours=6 hours"), draws=4096))
    month = 6.0 * 5.0 / 7.0 * 365.25 / 12.0
    assert (project.collection.annotators.stays <= month).mean() == pytest.approx(0.2, abs=0.01)


def test_each_piece_of_work_of_people_has_its_hours() -> None:
    """Weeks of engineers are working weeks, judging is items, share and minutes, a deployment is shared by its models."""
    inputs = inputs_of(scenario("schedule.hours=6 hours", "people.weeks_per_model=0.5 weeks", "schedule.judged=50%", "schedule.judging=3 minutes", "schedule.deployment=2 workdays"), draws=4)
    work = project_of(inputs).delivery
    items = float(Arrays(inputs)["evaluation_items"].flat[0])
    prepare, judge, deploy = (work.hours[step, 0].reshape(-1, 5, 4)[:, :, 0] for step in (0, 4, 6))
    assert prepare[0, 0] == pytest.approx(0.5 * 5 * 6)
    assert prepare[0, 4] == 0.0
    assert judge[0, 0] == pytest.approx(3 * items * 0.5 * 3 / 60)
    assert judge[0, 1] == pytest.approx(items * 0.5 * 3 / 60)
    assert deploy[0, 0] == pytest.approx(2 * 6.0)
    assert deploy[:3, 1].sum() == pytest.approx(3 * 2 * 6.0)
