"""The grouping that a strategy with ``groups: search`` gets, and how good the search is where not all can be looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from building import scenario
from tuneplan.errors import UsageError
from tuneplan.scenario.planned import SEARCH
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import Design, monte_carlo
from tuneplan.study.groupings.choice import chosen, front, leading, ranked
from tuneplan.study.groupings.family import family_of
from tuneplan.study.groupings.local import climbed, splits
from tuneplan.study.groupings.partitions import every_grouping, sets_of
from tuneplan.study.groupings.screening import Screen, screened
from tuneplan.study.groupings.search import (
    FOUND_OF_KNOWN,
    MOST_TASKS,
    WORST_GAP,
    search,
    with_groups_found,
)
from tuneplan.study.groupings.values import SetValues
from tuneplan.study.options import options_of
from tuneplan.study.run import run

APART = {"law.interference_strength": 1.0, "router.accuracy": "99.9%", "law.discrepancy": "0 points", "law.level_discrepancy": "0 points", "law.mixing_shift": "0 points"}
"""Tasks that are unlike hold each other back, and hardly anything is sent astray."""


def searching(tasks: Any, *, own: dict[str, Any] | None = None, **words: Any) -> Scenario:
    """A scenario with a strategy that asks for its groups."""
    first = next(iter(tasks))
    typed = {"best": {"groups": [list(tasks)], **(own or {})}, "unified": {}}
    found = scenario(tasks, strategies=typed, **words)
    assert first in found.tasks
    return replace(found, settings={**found.settings, "strategies.best.groups": SEARCH})


def groups_of(found: Scenario, name: str = "best") -> set[frozenset[str]]:
    return {frozenset(group) for group in found.settings[f"strategies.{name}.groups"]}  # type: ignore[union-attr]


TWINS = {"a/b": 0.99, "c/d": 0.99, "a/c": 0.0, "a/d": 0.0, "b/c": 0.0, "b/d": 0.0}
"""Two pairs of all but identical tasks that have nothing in common."""


def test_twins_are_put_together_and_strangers_apart() -> None:
    found = with_groups_found(searching(("a", "b", "c", "d"), similar=TWINS, law=APART), seed=1)
    assert groups_of(found) == {frozenset("ab"), frozenset("cd")}


def test_the_order_of_tasks_changes_nothing() -> None:
    one, other = (with_groups_found(searching(tasks, similar=TWINS, law=APART), seed=1) for tasks in ("abcd", "dbca"))
    assert groups_of(one) == groups_of(other)


def test_where_all_groupings_are_the_same_the_simplest_is_taken() -> None:
    """No data: every model is the base, and one model costs least."""
    found = with_groups_found(searching({name: {"data.examples": 0} for name in "abc"}), seed=0)
    assert groups_of(found) == {frozenset("abc")}


def test_limits_come_before_the_objective() -> None:
    words: dict[str, Any] = {"similar": TWINS, "law": APART}
    free = searching(("a", "b", "c", "d"), **words)
    tight = searching(("a", "b", "c", "d"), **words, budget={"limit": "$35k", "covers": ["serving"]})
    dear = searching(("a", "b", "c", "d"), **words, budget={"limit": "$1", "covers": ["serving"]})
    assert groups_of(with_groups_found(free, seed=1)) == {frozenset("ab"), frozenset("cd")}
    assert groups_of(with_groups_found(tight, seed=1)) == {frozenset("abcd")}
    assert groups_of(with_groups_found(dear, seed=1)) == {frozenset("abcd")}  # nothing keeps it; the cheapest comes nearest


def test_the_words_of_a_strategy_hold() -> None:
    """Adapters of one deployment: a second model costs no second GPU."""
    words: dict[str, Any] = {"similar": TWINS, "law": APART, "budget": {"limit": "$35k", "covers": ["serving"]}}
    shared = searching(("a", "b", "c", "d"), own={"one_deployment": True}, **words)
    assert groups_of(with_groups_found(shared, seed=1)) == {frozenset("ab"), frozenset("cd")}


def test_other_strategies_are_left_alone() -> None:
    asked = searching(("a", "b"))
    found = with_groups_found(asked, seed=0)
    assert found.strategies == asked.strategies
    assert {path: word for path, word in found.settings.items() if path != "strategies.best.groups"} == {
        path: word for path, word in asked.settings.items() if path != "strategies.best.groups"
    }
    nobody = scenario(("a", "b"), strategies=("unified", "prompted"))
    assert with_groups_found(nobody, seed=0) is nobody


def test_one_task_has_one_grouping() -> None:
    assert groups_of(with_groups_found(searching(("a",)), seed=0)) == {frozenset("a")}


def test_what_is_found_is_as_good_as_any_on_other_draws() -> None:
    """The best of all groupings, judged on a study's own draws, is not ahead of it by more than simulation error."""
    asked = searching([f"t{number}" for number in range(5)], law={"law.interference_strength": "0.2 to 0.8"})
    found = with_groups_found(asked, seed=3)
    screen = screened(SetValues.of(family_of(asked, "best", monte_carlo(1024, seed=9))), every_grouping(5))
    mine = options_of(run(found, monte_carlo(1024, seed=9)))
    ahead = screen.options.objective - mine.objective[0]
    best = ahead[ahead.mean(axis=1).argmax()]
    errors = best.reshape(8, -1).mean(axis=1).std(ddof=1) / np.sqrt(8)
    assert best.mean() <= max(3.0 * errors, 0.05)


def test_same_seed_same_groups() -> None:
    asked = searching([f"t{number}" for number in range(4)])
    assert with_groups_found(asked, seed=5) == with_groups_found(asked, seed=5)


def test_too_many_tasks_are_refused_with_a_remedy() -> None:
    asked = searching([f"t{number}" for number in range(MOST_TASKS + 1)])
    with pytest.raises(UsageError, match="up to 40 tasks, this scenario has 41; write the groups as lists"):
        with_groups_found(asked, seed=0)


@pytest.mark.parametrize(
    ("like", "message"),
    [
        ("prompted", "it trains nothing, so it has no other groupings"),
        ("merged", "it merges its models"),
        ("unified_then_specialists", "it trains in two stages"),
        ("unifed", 'no such strategy; did you mean "unified"?'),
    ],
)
def test_what_is_no_grouping_is_refused(like: str, message: str) -> None:
    asked = scenario(("a", "b"), strategies=("unified", "prompted", "merged", "unified_then_specialists"))
    with pytest.raises(UsageError, match=message.replace("?", r"\?")):
        search(asked, like)


# --- which of those looked at --------------------------------------------------------------------


def looked_at(asked: Scenario, draws: int = 64) -> Screen:
    return screened(SetValues.of(family_of(asked, "", Design(draws=draws, stream="search "))), every_grouping(len(asked.tasks)))


def test_the_front_holds_what_nothing_beats() -> None:
    screen = looked_at(scenario([f"t{number}" for number in range(5)], law={"law.interference_strength": 1.0}))
    cost, points = screen.options.cost.mean(axis=1), screen.options.points.mean(axis=1)
    kept = set(front(screen))
    for row in range(len(cost)):
        beaten = any(
            cost[other] <= cost[row] and points[other] >= points[row] and (cost[other], points[other]) != (cost[row], points[row])
            for other in range(len(cost))
        )
        assert (row in kept) is not beaten or any((cost[row], points[row]) == (cost[k], points[k]) for k in kept)


def test_what_simulation_error_cannot_tell_apart_goes_to_the_cheapest() -> None:
    screen = looked_at(scenario(("a", "b", "c"), similar=0.3, law={}))
    options = screen.options
    level = np.broadcast_to(options.objective[:1], options.objective.shape)
    assert screen.groupings[chosen(replace(screen, options=replace(options, objective=level)))] == (0, 0, 0)
    assert len(leading(replace(screen, options=replace(options, objective=level)))) == 5
    higher = options.objective + 50.0 * (np.arange(5) == 4)[:, None]
    assert screen.groupings[chosen(replace(screen, options=replace(options, objective=higher)))] == (0, 1, 2)
    assert ranked(replace(screen, options=replace(options, objective=higher)))[0] == 4


# --- beyond the number of tasks that can be counted ----------------------------------------------


def random_case(number: int) -> Scenario:
    """Tasks strewn over a plane, the nearer the more alike; some with a budget, some with a value."""
    rng = np.random.default_rng(number)
    tasks = int(rng.integers(6, 9))
    names, place = [f"t{each}" for each in range(tasks)], rng.random((tasks, 2)) * rng.uniform(0.5, 2.5)
    similar = {
        f"{names[one]}/{names[other]}": round(float(np.exp(-2.0 * np.linalg.norm(place[one] - place[other]))), 3)
        for one in range(tasks) for other in range(one + 1, tasks)
    }  # fmt: skip
    own = {
        name: {
            "data.examples": int(10 ** rng.uniform(1.5, 4.5)), "traffic": f"{int(10 ** rng.uniform(2, 5))} requests/month",
            "score.base": float(rng.uniform(0.2, 0.6)), **({"value": f"${int(10 ** rng.uniform(2, 4))} per point per month"} if number % 3 == 2 else {}),
        }
        for name in names
    }  # fmt: skip
    covers = ["data", "training", "evaluation", "people", "serving", "upkeep"]
    limit = {"budget": {"limit": f"${int(rng.uniform(100, 500))}k", "confidence": "80%", "covers": covers}} if number % 3 == 1 else {}
    law = {"law.interference_strength": float(rng.uniform(0.1, 1.0)), "router.accuracy": float(rng.uniform(0.9, 1.0))}
    return scenario(own, strategies=("unified",), similar=similar, law=law, unseen={"share": float(rng.uniform(0, 0.1))}, **limit)


def gap(asked: Scenario) -> tuple[float, str, int, int]:
    """What the search misses, its unit, and how many groupings it looked at of how many."""
    values = SetValues.of(family_of(asked, "", Design(draws=64, stream="search")))
    found, every = climbed(values), screened(values, every_grouping(len(asked.tasks)))
    best, most = (screen.options.objective[ranked(screen)[0]].mean() for screen in (found, every))
    return float(most - best), every.options.unit, len(found.groupings), len(every.groupings)


def test_the_search_finds_the_best_of_all_in_nearly_every_known_case() -> None:
    """Some of the 200 cases whose result is printed; one that it misses, and by how much, is among them."""
    gaps = {number: gap(random_case(number)) for number in (0, 2, 18, 111, 156, 188)}
    assert all(missed >= 0.0 and seen <= count for missed, _, seen, count in gaps.values())
    assert sum(seen for _, _, seen, _ in gaps.values()) < 0.2 * sum(count for *_, count in gaps.values())
    short = [(number, missed) for number, (missed, *_) in gaps.items() if missed > 1e-9]
    assert [number for number, _ in short] == [156]
    assert 0.0 < short[0][1] <= WORST_GAP
    assert FOUND_OF_KNOWN == (197, 200)


def test_the_search_looks_at_each_grouping_once_and_at_the_plain_ones() -> None:
    found = climbed(SetValues.of(family_of(random_case(0), "", Design(draws=64, stream="search"))))
    assert len(set(found.groupings)) == len(found.groupings)
    assert {(0,) * len(found.groupings[0]), tuple(range(len(found.groupings[0])))} <= set(found.groupings)


def test_the_search_goes_beyond_counting() -> None:
    """Ten tasks in two clusters that have nothing in common."""
    names = [f"t{number}" for number in range(10)]
    similar = {f"{one}/{other}": 0.95 if (int(one[1:]) < 5) == (int(other[1:]) < 5) else 0.0 for one in names for other in names if one < other}
    found = search(scenario(names, similar=similar, law=APART), seed=1)
    assert not found.complete
    best = found.screen.groupings[ranked(found.screen)[0]]
    assert best == (0,) * 5 + (1,) * 5


def test_a_split_takes_those_most_alike() -> None:
    likeness = np.eye(6)
    likeness[:3, :3] = likeness[3:, 3:] = 1.0
    assert set(splits((0,) * 6, likeness)) == {(0, 0, 0, 1, 1, 1)}
    assert list(splits((0, 0, 0, 1, 1, 1), likeness)) == []  # moving one task reaches every split of three
    assert all(len(sets_of(each)) == 2 for each in splits((0,) * 6, np.arange(36.0).reshape(6, 6)))
