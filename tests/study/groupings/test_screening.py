"""Sums over sets are what ordinary strategies get: cost, score and limits of every grouping, draw by draw."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from building import scenario
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import Design
from tuneplan.study.groupings.family import as_strategies, family_of
from tuneplan.study.groupings.partitions import every_grouping, label, members, sets_of
from tuneplan.study.groupings.screening import Screen, objective_of_score, screened
from tuneplan.study.groupings.values import SetValues
from tuneplan.study.options import Options, options_of
from tuneplan.study.run import run

DESIGN = Design(draws=16, scrambles=2, stream="search ")
FIVE = {
    "a": {"clash_risk": "high", "score.must": 0.3},
    "b": {"data.examples": "100 to 300", "traffic": "2k to 9k requests/month"},
    "c": {"data.examples": 0},
    "d": {"framing": "plain", "data.existing": 500},
    "e": {"score.base": "0.2 to 0.5", "clash_risk": "medium"},
}
MORE: dict[str, Any] = {
    "unseen": {"share": "5% to 20%", "score": {"base": 0.4, "ceiling": 0.8}},
    "law": {"law.interference_strength": "0.1 to 0.8"},
    "budget": {"limit": "$40k", "covers": ["data", "training", "people"]},
}
VALUED = {name: {**own, "value": "$10 per point per month"} for name, own in FIVE.items()}
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "plain": ("", {"tasks": FIVE, **MORE}),
    "valued, against a strategy": ("", {"tasks": VALUED, "reference": "prompted", "strategies": ("prompted", "unified"), **MORE}),
    "adapters": ("adapters", {"tasks": FIVE, "strategies": ("adapters", "unified"), **MORE}),
    "api answers the rest": ("", {"tasks": FIVE, "router": {"fallback": "api", "api": "gpt-4o-mini", "score": "0.6 to 0.7"}, **MORE}),
    "base answers the rest": ("", {"tasks": FIVE, "router": {"fallback": "base"}, **MORE}),
    "confusion": ("", {"tasks": FIVE, "router": {"confusion": {"a>b": "2% to 6%", "b>a": "10%", "c>e": "30% to 60%", "c>d": "20% to 80%"}}, **MORE}),
    "words of its own": (
        "mine",
        {
            "tasks": FIVE,
            "strategies": {
                "mine": {
                    "groups": [["a", "b"], ["c", "d", "e"]], "method": "lora", "replay": "1k to 2k", "framing": "task_marker", "serving": "scale_to_zero",
                    "examples": {"a": "1k to 4k", "c": "50"}, "quality": {"b": "70% to 90%"}, "price": {"a": "$2 to $3 per example"},
                },
                "unified": {},
            },
            **MORE,
        },
    ),
    "one deployment, another base": (
        "mine",
        {
            "tasks": FIVE,
            "strategies": {"mine": {"groups": [["a", "b", "c", "d", "e"]], "one_deployment": True, "base": "llama-3.1-8b-instruct", "score": {"a": 0.5}}, "unified": {}},
            **MORE,
        },
    ),
    "no traffic": ("", {"tasks": {name: {**own, "traffic": "0 requests/month"} for name, own in FIVE.items()}, **MORE}),
}  # fmt: skip


def looked_at(asked: Scenario, like: str = "", design: Design = DESIGN) -> Screen:
    """All groupings, by sums over sets."""
    return screened(SetValues.of(family_of(asked, like, design)), every_grouping(len(asked.tasks)))


def one_by_one(asked: Scenario, like: str, screen: Screen) -> Options:
    """The same groupings as ordinary strategies of one scenario."""
    names = {label(grouping, asked.tasks): grouping for grouping in screen.groupings}
    beside = [asked.word("reference", "")] if asked.word("reference", "") else []
    whole = as_strategies(asked, like, names, beside=beside)
    return Screen(groupings=screen.groupings, options=options_of(run(whole, DESIGN))).of(list(range(len(names)))).options


@pytest.mark.parametrize(("like", "words"), CASES.values(), ids=CASES)
def test_every_grouping_is_what_it_is_as_a_strategy(like: str, words: dict[str, Any]) -> None:
    asked = scenario(**words)
    screen = looked_at(asked, like)
    options, ordinary = screen.options, one_by_one(asked, like, screen)
    assert len(options.strategies) == 52
    assert options.strategies == ordinary.strategies
    assert np.abs(options.points - ordinary.points).max() < 1e-10
    assert np.abs(options.cost / ordinary.cost - 1.0).max() < 1e-12
    assert np.abs(options.covered / ordinary.covered - 1.0).max() < 1e-12
    shift = options.objective - ordinary.objective  # value counts from the prompted base in a screen
    assert np.abs(shift - shift[:1]).max() < 1e-12 * max(np.abs(ordinary.objective).max(), 100.0)
    assert (options.unit, options.name) == (ordinary.unit, ordinary.name)
    for name in ("in_budget", "scores_met", "possible"):
        assert (getattr(options.limits, name) == getattr(ordinary.limits, name)).all(), name
    best = options.objective.mean(axis=1).argmax()
    assert best == ordinary.objective.mean(axis=1).argmax()


def test_cases_differ_where_they_mean_to() -> None:
    """Else the test above would not test what it says."""
    asked = {name: looked_at(scenario(**words), like).options for name, (like, words) in CASES.items()}
    limits = asked["plain"].limits
    assert 0.0 < limits.scores_met.mean() < 1.0
    assert 0.0 < limits.in_budget.mean() < 1.0
    points = {name: tuple(options.points.mean(axis=1).round(6).tolist()) for name, options in asked.items()}
    same = points.pop("valued, against a strategy")
    assert same == points["plain"]
    assert len(set(points.values())) == len(points)


def test_a_set_without_data_is_the_base() -> None:
    asked = scenario({"a": {"data.examples": 0}, "b": {"data.examples": 0}})
    values = SetValues.of(family_of(asked, "", DESIGN))
    values.learn([0b01, 0b10])
    for group in (0b01, 0b10):
        share = values.requests.answered([group])[0]
        assert (values.part[group] == values.untrained * share).all()


def test_parts_of_a_grouping_answer_every_request_once() -> None:
    words = CASES["confusion"][1]
    values = SetValues.of(family_of(scenario(**words), "", DESIGN))
    for grouping in every_grouping(5):
        answered = values.requests.answered(sets_of(grouping)).sum(axis=0)
        assert np.abs(answered - 1.0).max() < 1e-12


def test_promise_of_a_set_is_its_part_of_the_objective() -> None:
    """What the search beyond 8 tasks ranks by: differences of objectives, up to costs."""
    for words in (CASES["plain"][1], CASES["valued, against a strategy"][1]):
        values = SetValues.of(family_of(scenario(**words), "", DESIGN))
        options = screened(values, every_grouping(5)).options
        gross = options.objective + (options.cost if options.unit == "USD" else 0.0)
        weight = objective_of_score(values)
        promise = np.array([(weight * sum(values.part[group] for group in sets_of(grouping))).sum(axis=0) for grouping in every_grouping(5)])
        shift = gross - promise
        assert np.abs(shift - shift[:1]).max() < 1e-9 * np.abs(gross).max()


def test_identical_tasks_pool_alike_whoever_they_are_with() -> None:
    """S = 1: which of the tasks share a model makes no difference, only how many."""
    asked = scenario({name: {"helpfulness": 1, "half_gap_examples": 9000, "data_exponent": 0.3, "format_share": "50%"} for name in "abcd"}, similar=1.0)
    screen = looked_at(asked)
    kinds: dict[tuple[int, ...], list[float]] = {}
    for grouping, points in zip(screen.groupings, screen.options.points.mean(axis=1).tolist(), strict=True):
        kinds.setdefault(tuple(sorted(len(members(group)) for group in sets_of(grouping))), []).append(points)
    assert len(kinds) == 5
    for points in kinds.values():
        assert max(points) - min(points) < 1e-10


def test_tasks_never_trained_on_bring_groupings_that_are_the_same() -> None:
    """Where a task without data stands makes no other model: moved between trained groups, only who answers it changes."""
    asked = scenario({"a": {}, "b": {"data.examples": 0}})
    values = SetValues.of(family_of(asked, "", DESIGN))
    values.learn([0b01, 0b11])
    whole = values.requests.answered([0b11], alone=True)[0]
    part = values.requests.answered([0b01])[0]
    assert np.abs(values.part[0b01] * whole - values.part[0b11] * part).max() < 1e-12


@pytest.mark.parametrize("tasks", [1, 2])
def test_one_and_two_tasks(tasks: int) -> None:
    asked = scenario(("a", "b")[:tasks])
    screen = looked_at(asked)
    ordinary = one_by_one(asked, "", screen)
    assert len(screen.groupings) == tasks
    assert np.abs(screen.options.points - ordinary.points).max() < 1e-10
