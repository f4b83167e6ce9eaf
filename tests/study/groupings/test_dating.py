"""Groupings are screened with the dates at which each ships: as plain runs have it, and whatever decides."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from building import scenario
from tuneplan.scenario.planned import SEARCH
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import Design
from tuneplan.study.groupings.dating import TIMES, times_of
from tuneplan.study.groupings.family import as_strategies, family_of
from tuneplan.study.groupings.partitions import every_grouping, label
from tuneplan.study.groupings.screening import Screen, screened
from tuneplan.study.groupings.search import search, with_groups_found
from tuneplan.study.groupings.terms import terms_of
from tuneplan.study.groupings.values import SetValues
from tuneplan.study.options import Options, options_of
from tuneplan.study.run import run

DESIGN = Design(draws=64, stream="search ")
DEADLINE = {"start": "2027-01-04", "deadline": {"date": "2027-02-26", "delay_cost": "$2k/day"}, "schedule.annotators": 4}
SURE = {
    "schedule": {
        "batch_spread": 0, "attrition": "0%/month", "rejected": "0%", "gate": "100%", "gpu_wait": "0 hours", "guidelines": "5 workdays", "onboarding": "3 workdays",
        "hours": "7 hours", "learning": "5%", "review_effort": "20%", "checking": "1 hour", "deployment": "2 workdays", "handover": "2 workdays", "judging": "2 min",
    },
    "people": {"weeks_project": "2 weeks", "weeks_per_model": "1 week", "weeks_router": "1 week"},
}  # fmt: skip
"""Nothing of a schedule is left to chance but how long runs take."""
TASKS = {name: {"value": f"${value} per point per month", "data.price": "$3 to $6 per example", "data.pace": "12 examples/hour"} for name, value in zip("abcd", (200, 300, 100, 400), strict=True)}


def asked(tasks: Any = TASKS, **more: Any) -> Scenario:
    words = {**DEADLINE, "law": {"law.interference_strength": "0.1 to 0.8"}, **more}
    schedule = {"annotators": 4, **words.pop("schedule", {})}
    words.pop("schedule.annotators")
    return scenario(tasks, **words, schedule=schedule)


def looked_at(question: Scenario, *, dates: int = 64) -> Screen:
    return screened(SetValues.of(family_of(question, "", DESIGN, dates=dates)), every_grouping(len(question.tasks)))


def as_runs(question: Scenario, screen: Screen, design: Design = DESIGN) -> Options:
    names = {label(grouping, question.tasks): grouping for grouping in screen.groupings}
    return options_of(run(as_strategies(question, "", names), design))


def test_where_dates_are_sure_a_screen_says_what_a_run_says() -> None:
    question = asked(**SURE)
    screen = looked_at(question)
    options, plain = screen.options, as_runs(question, screen)
    shift = (options.objective - plain.objective).mean(axis=1)
    assert np.ptp(plain.objective.mean(axis=1)) > 10_000.0
    assert np.ptp(shift) < 0.002 * np.ptp(plain.objective.mean(axis=1))  # value counts from the prompted base in a screen
    np.testing.assert_allclose(options.cost.mean(axis=1), plain.cost.mean(axis=1), rtol=1e-3)


@pytest.mark.parametrize("tasks", [TASKS, {name: {"data.price": "$3 to $6 per example"} for name in "abcd"}], ids=["in dollars", "in points"])
def test_the_best_of_a_screen_is_the_best_of_plain_runs(tasks: Any) -> None:
    question = asked(tasks)
    screen = looked_at(question)
    options, plain = screen.options, as_runs(question, screen)
    means, true = options.objective.mean(axis=1), plain.objective.mean(axis=1)
    assert means.argmax() == true.argmax()
    assert np.corrcoef(means, true)[0, 1] > 0.98
    np.testing.assert_allclose(options.cost.mean(axis=1), plain.cost.mean(axis=1), rtol=0.05)


def test_each_grouping_has_the_dates_of_its_own_models() -> None:
    """On the draws of a run, what is simulated for a grouping is what its strategy gets, luck of its models included."""
    question = asked()
    groupings = list(every_grouping(4))
    family = family_of(question, "", DESIGN, dates=DESIGN.draws)
    names = {label(grouping, question.tasks): grouping for grouping in groupings}
    plain = run(as_strategies(question, "", names), family.few).lowered.inputs
    times = times_of(family, groupings)
    assert set(times) == set(TIMES)
    for name, found in times.items():
        expected = np.broadcast_to(plain[name].mean(axis=3, keepdims=True), found.shape)
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12, err_msg=name)
    late = times["days_late"].ravel()
    assert late[groupings.index((0, 1, 2, 3))] > late[groupings.index((0, 0, 0, 0))] + 1.0  # one engineer, four models


def test_dates_are_those_of_what_a_plan_buys() -> None:
    question = asked({name: {**own, "data.examples": "auto", "data.existing": 100} for name, own in TASKS.items()})
    groupings = [(0, 0, 0, 0), (0, 1, 2, 3)]
    family = family_of(question, "", DESIGN)
    few, many = (times_of(family, groupings, bought=np.full((2, 4), count), terms=terms_of(family))["days_late"].ravel() for count in (0.0, 2000.0))
    assert (many > few + 10.0).all()


def test_where_dates_do_not_count_nothing_is_simulated() -> None:
    family = family_of(scenario(("a", "b")), "", DESIGN)
    assert family.dated is None
    assert dict(times_of(family, [(0, 0), (0, 1)])) == {}


SLOW_MODELS: dict[str, Any] = {"similar": 0.0, "law": {"law.interference_strength": 1.0, "router.accuracy": "99.9%"}, "people": {"weeks_per_model": "4 weeks", "engineer_week": "$10"}}
"""Tasks that hold each other back are best alone, were there not the engineer who builds each model for a month."""


@pytest.mark.parametrize("examples", ["2k", "auto"])
def test_what_ships_too_late_is_not_taken(examples: str) -> None:
    tasks = {name: {"data.examples": examples, "data.existing": 200, "value": "$1000 per point per month", "data.price": "$3 to $6 per example"} for name in "abc"}

    def groups(counts: bool) -> int:
        strategies = {"best": {"groups": [list(tasks)]}, "unified": {}}
        deadline = {"date": "2027-02-26", "delay_cost": "$20k/day"}
        found = scenario(tasks, strategies=strategies, **SLOW_MODELS, budget={"limit": "$100k"}, start="2027-01-04", deadline=deadline, schedule={"counts": counts})
        found = with_groups_found(replace(found, settings={**found.settings, "strategies.best.groups": SEARCH}), seed=1)
        return len(found.settings["strategies.best.groups"])  # type: ignore[arg-type]

    assert (groups(counts=False), groups(counts=True)) == (3, 1)


def test_a_search_beyond_counting_knows_dates_too() -> None:
    tasks = {f"t{number}": {"value": "$30 per point per month", "data.price": "$3 to $6 per example"} for number in range(9)}
    question = asked(tasks, people={"weeks_per_model": "4 weeks"}, deadline={"date": "2027-02-26", "delay_cost": "$20k/day"})
    screen = search(question).screen
    late = screen.options.cost.mean(axis=1)
    assert max(screen.groupings[int(screen.options.objective.mean(axis=1).argmax())]) == 0
    assert late[[max(grouping) for grouping in screen.groupings].index(8)] > late.min() + 500_000.0
