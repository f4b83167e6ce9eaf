"""Groupings whose examples a plan decides: each at its own best plan, found for sets of tasks instead of for groupings."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from building import scenario
from tuneplan.scenario.planned import SEARCH, with_examples
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import Design, monte_carlo
from tuneplan.study.groupings import search as searching
from tuneplan.study.groupings.analysis import groupings
from tuneplan.study.groupings.choice import ranked
from tuneplan.study.groupings.family import as_strategies, family_of
from tuneplan.study.groupings.levels import between, levels_of, places_at, weights_of_levels
from tuneplan.study.groupings.partitions import every_grouping, label, members, sets_of
from tuneplan.study.groupings.paths import A_FEW, Paths, worth
from tuneplan.study.groupings.planned import PlannedValues, screened_with_plans
from tuneplan.study.groupings.replanned import between_plans, run_planned
from tuneplan.study.groupings.screening import Screen
from tuneplan.study.groupings.search import best_of, search, with_groups_found
from tuneplan.study.groupings.terms import affine_costs, prices_of_sets
from tuneplan.study.options import options_of
from tuneplan.study.run import run

DESIGN = Design(draws=128, stream="search ")
FEW = Design(draws=16, scrambles=1, stream="search plan ")
OPEN = {"data": {"examples": "auto"}, "data.price": "$2 to $4 per example"}
LAW = {"law.interference_strength": "0.2 to 0.8"}


def asked(tasks: Any = "abc", *, limit: str = "$40k", own: dict[str, Any] | None = None, **words: Any) -> Scenario:
    """A scenario in which a plan decides the examples."""
    typed = {name: {**OPEN, **(own or {}), **(tasks[name] if isinstance(tasks, dict) else {})} for name in tasks}
    if limit:
        words["budget"] = {"limit": limit, "covers": ["data", "training", "evaluation", "people"]}
    return scenario(typed, **{"law": LAW, **words})


def looked_at(found: Scenario, like: str = "", design: Design = DESIGN) -> Screen:
    """All groupings, by paths of sets."""
    count = len(found.tasks)
    paths = Paths.of(family_of(found, like, FEW))
    return screened_with_plans(PlannedValues.of(family_of(found, like, design), paths, range(1, 1 << count)), every_grouping(count))


DIFFERENT = {"a": {"traffic": "30k requests/month"}, "b": {"data.price": "$8 per example"}, "c": {"score.base": 0.7}, "d": {"data.existing": 800}}


@pytest.mark.usefixtures("declared")
def test_groupings_come_near_their_full_plans() -> None:
    """Within what the budget may miss on other draws, and alike for all: what tells groupings apart is kept."""
    found = asked(DIFFERENT, law={**LAW, "law.discrepancy": "0 points", "law.level_discrepancy": "0 points", "law.mixing_shift": "0 points"}, similar={"a/b": 0.8, "c/d": 0.6, "a/c": 0.1})
    design = Design(draws=4096, stream="search ")
    screen = looked_at(found, design=design)
    some = list(range(0, 15, 3))
    full = run_planned(found, "", [screen.groupings[row] for row in some], design)
    apart = screen.options.points[some].mean(axis=1) - full.options.points.mean(axis=1)
    assert np.abs(apart).max() < 0.6
    assert np.ptp(apart) < 0.35
    assert np.ptp(full.options.points.mean(axis=1)) > 4.0


def test_between_levels_scores_are_those_of_what_is_bought_there() -> None:
    found = asked(DIFFERENT, similar={"a/b": 0.8, "c/d": 0.6, "a/c": 0.1})
    paths, family, every = Paths.of(family_of(found, "", FEW)), family_of(found, "", DESIGN), every_grouping(4)
    planned = PlannedValues.of(family, paths, range(1, 16))
    screen, along = screened_with_plans(planned, every), paths.along(every)
    level = levels_of(along, affine_costs(family, every, paths.terms), paths.terms)
    assert len(set(level.tolist())) > 10
    held = between(along, level) + paths.terms.owned
    names = {label(grouping, found.tasks): grouping for grouping in every}
    given = {name: dict(zip(found.tasks, row, strict=True)) for name, row in zip(names, held.tolist(), strict=True)}
    ordinary = options_of(run(with_examples(as_strategies(found, "", names), given), DESIGN))
    assert np.abs(screen.options.cost / ordinary.cost - 1.0).max() < 1e-9
    apart = screen.options.points.mean(axis=1) - ordinary.points.mean(axis=1)
    assert apart.max() < 0.15
    assert apart.min() > -0.5  # with hardly any money, below the first level, a score is read off too low
    assert np.abs(apart).mean() < 0.1


def test_a_point_on_the_paths_is_what_its_examples_are_worth_to_ordinary_strategies() -> None:
    """With a value and no budget there is one price of money, 0: nothing lies between levels."""
    found = asked({"a": {}, "b": {"data.most": 900}, "c": {"data.existing": 300}}, limit="", own={"value": "$100 per point per month"}, law={})
    paths = Paths.of(family_of(found, "", FEW))
    family = family_of(found, "", DESIGN)
    screen = screened_with_plans(PlannedValues.of(family, paths, range(1, 8)), every_grouping(3))
    assert paths.levels == 1
    names = {label(grouping, found.tasks): grouping for grouping in screen.groupings}
    bought = paths.along(screen.groupings)[-1] + paths.terms.owned
    given = {name: dict(zip(found.tasks, row, strict=True)) for name, row in zip(names, bought.tolist(), strict=True)}
    ordinary = options_of(run(with_examples(as_strategies(found, "", names), given), DESIGN))
    assert np.abs(screen.options.points - ordinary.points).max() < 1e-10
    assert np.abs(screen.options.cost / ordinary.cost - 1.0).max() < 1e-12
    assert np.abs(screen.options.objective - ordinary.objective).max() < 1e-6
    assert bought[:, 1].max() <= 900.0


def test_a_path_buys_until_one_more_example_is_worth_its_price() -> None:
    found = asked(("a", "b"), limit="", own={"value": "$100 per point per month"})
    paths = Paths.of(family_of(found, "", FEW))
    paths.find([1, 2, 3])
    for group in (1, 2):
        task = members(group)[0]
        held = paths.found[group].bought[-1]
        _, price = prices_of_sets(paths.values.family, paths.terms, [group])
        more, less = (held * (1.0 + step * (np.arange(2) == task)) for step in (0.02, -0.02))
        slope = np.diff(worth(paths, [group], np.stack([less, more])[:, None])[:, 0]) / (more - less)[task]
        assert slope[0] == pytest.approx(price[0, task], rel=0.1)


def test_costs_are_affine_in_what_is_bought() -> None:
    found = asked(DIFFERENT)
    family = family_of(found, "", DESIGN)
    terms = Paths.of(family_of(found, "", FEW)).terms
    grouping = (0, 1, 0, 1)
    lines = affine_costs(family, [grouping], terms)
    bought = {"a": 10.0, "b": 700.0, "c": 1.0, "d": 12_345.0}
    names = {"this": grouping}
    owned = dict(zip(found.tasks, terms.owned.tolist(), strict=True))
    done = run(with_examples(as_strategies(found, "", names), {"this": {task: owned[task] + count for task, count in bought.items()}}), DESIGN)
    for name, (nothing, slope) in lines.items():
        line = (nothing + slope * np.array(list(bought.values()))[:, None])[0]
        assert np.abs(line - done.outcome.costs[name][0, 0]).max() < 1e-6 * max(1.0, float(np.abs(line).max())), name


def test_every_grouping_keeps_its_budget_just_so() -> None:
    screen = looked_at(asked(DIFFERENT))
    met = screen.options.limits.in_budget.mean(axis=1)
    assert (met >= 0.9).all()
    assert (met <= 0.9 + 2.0 / DESIGN.draws).all()


def test_more_budget_is_never_worse() -> None:
    means = [looked_at(asked(DIFFERENT, limit=limit)).options.points.mean(axis=1) for limit in ("$25k", "$30k", "$45k", "$90k")]
    for less, more in pairwise(means):
        assert (more >= less - 0.05).all()


def test_fixed_costs_above_the_budget_are_not_allowed_and_the_cheapest_comes_nearest() -> None:
    screen = looked_at(asked("abc", limit="$5k"))
    assert not screen.options.allowed.any()
    assert screen.groupings[ranked(screen)[0]] == (0, 0, 0)


def test_given_examples_beside_planned_ones_stay_as_they_are() -> None:
    found = asked({"a": {}, "b": {"data": {"examples": "1k to 2k"}}})
    paths = Paths.of(family_of(found, "", FEW))
    paths.find([1, 2, 3])
    assert all(paths.found[group].bought[:, 1].max() == 0.0 for group in (1, 2, 3))
    assert paths.found[1].bought[-1, 0] > 0.0
    assert len(looked_at(found).groupings) == 2


def test_the_order_of_tasks_changes_nothing() -> None:
    points = []
    for order in ("abcd", "dbac"):
        screen = looked_at(asked({name: DIFFERENT[name] for name in order}))
        names = {frozenset(frozenset(order[task] for task in members(group)) for group in sets_of(each)) for each in screen.groupings}
        by_groups = {
            frozenset(frozenset(order[task] for task in members(group)) for group in sets_of(each)): mean
            for each, mean in zip(screen.groupings, screen.options.points.mean(axis=1).tolist(), strict=True)
        }  # fmt: skip
        assert len(names) == 15
        points.append(by_groups)
    assert all(points[0][groups] == pytest.approx(points[1][groups], abs=1e-6) for groups in points[0])


def test_places_fall_with_the_price_of_money_and_rise_where_dollars_bring_more() -> None:
    prices = np.geomspace(10.0, 0.01, 50)
    for brings in ([1.0, 0.5, 0.1], [0.5, 0.8, 0.1], [1.0], [0.3, 0.3, 0.3]):
        places = places_at(prices, np.array(brings))
        assert (np.diff(places) >= 0.0).all()
        assert (places[0], places[-1]) == (0.0, len(brings))


@pytest.mark.parametrize("level", [0.0, 0.4, 1.0, 1.5, 3.2, 5.0])
def test_weights_of_levels_reproduce_a_parabola_beyond_the_first(level: float) -> None:
    weights = weights_of_levels(level, 6)
    assert sum(weights.values()) == pytest.approx(1.0)
    assert sum(share * at for at, share in weights.items()) == pytest.approx(level)
    if level >= 1.0:
        assert sum(share * at**2 for at, share in weights.items()) == pytest.approx(level**2)


def test_a_strategy_that_leaves_both_open_gets_groups_and_then_its_plan() -> None:
    found = asked(("a", "b"), strategies={"best": {"groups": [["a", "b"]]}, "unified": {}})
    found = replace(found, settings={**found.settings, "strategies.best.groups": SEARCH})
    done = run(found, monte_carlo(64))
    assert done.asked == found
    assert done.scenario.settings["strategies.best.groups"] == with_groups_found(found, seed=0).settings["strategies.best.groups"]
    assert set(done.plans) == {"best", "unified"}


def test_no_budget_and_no_path_beyond_nothing() -> None:
    """A plan without a limit begins at a thousand examples and goes where value leads."""
    found = asked(("a", "b"), limit="", own={"value": "$0.01 per point per month"})
    paths = Paths.of(family_of(found, "", FEW))
    paths.find([1, 3])
    assert paths.found[1].bought[-1].max() < A_FEW / 100.0


# --- beyond the number of tasks that can be counted ----------------------------------------------


def test_beyond_counting_leaders_are_planned_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "MOST_COUNTED", 2)
    found = asked(DIFFERENT, similar={"a/b": 0.9, "c/d": 0.9, "a/c": 0.0, "a/d": 0.0, "b/c": 0.0, "b/d": 0.0})
    seen = search(found)
    assert (seen.complete, seen.is_open, seen.paths) == (False, True, None)
    best = best_of(seen, found)
    every = looked_at(found)
    mean = dict(zip(every.groupings, every.options.points.mean(axis=1).tolist(), strict=True))
    assert max(mean.values()) - mean[best] <= searching.WORST_GAP_WITH_PLANS


def test_between_two_plans_lie_examples_and_the_price_of_money() -> None:
    found = asked({"a": {}, "b": {}, "c": {"data": {"examples": 500}}})
    given, price = between_plans(found, "", [(0, 0, 0), (0, 1, 2)], seed=0)
    assert price > 0.0
    for task in "ab":
        assert given.quantities[f"tasks.{task}.data.examples"].distribution.median > 100.0
        assert f"tasks.{task}.data.examples" not in given.settings
    assert given.quantities["tasks.c.data.examples"] == found.quantities["tasks.c.data.examples"]


def test_the_analysis_plans_its_leaders() -> None:
    found = groupings(asked(("a", "b")), monte_carlo(64), top=2)
    assert found.searched.is_open
    assert len(found.standings) == 2
    assert all(0.8 <= each.limits_met <= 1.0 for each in found.standings)
