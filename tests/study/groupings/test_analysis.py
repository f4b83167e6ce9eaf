"""What ``simulate groupings`` knows: the leaders on a study's own draws, paired, and who belongs together."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from building import scenario
from tuneplan.study.decision import LEVEL
from tuneplan.study.design import monte_carlo
from tuneplan.study.groupings import search as searching
from tuneplan.study.groupings.analysis import Groupings, groupings
from tuneplan.study.groupings.partitions import merges
from tuneplan.study.options import options_of
from tuneplan.study.run import run

HARD = {"law.interference_strength": 1.0, "router.accuracy": "99%"}
TWINS = {"a/b": 0.99, "c/d": 0.99, "a/c": 0.0, "a/d": 0.0, "b/c": 0.0, "b/d": 0.0}


def analysed(*args: Any, draws: int = 256, top: int = 8, like: str = "", **words: Any) -> Groupings:
    return groupings(scenario(*args, **words), monte_carlo(draws), top=top, like=like)


def test_the_best_against_unified_and_specialists_is_the_paired_difference_of_ordinary_strategies() -> None:
    found = analysed(("a", "b", "c", "d"), similar=TWINS, law=HARD)
    assert found.best == "a + b | c + d"
    strategies = {"unified": {}, "specialists": {}, "pairs": {"groups": [["a", "b"], ["c", "d"]]}}
    options = options_of(run(scenario(("a", "b", "c", "d"), strategies=strategies, similar=TWINS, law=HARD), monte_carlo(256)))
    for row, name in enumerate((found.unified, found.specialists)):
        against = next(each for each in found.against if each.name == name)
        assert against.points.mean == pytest.approx(float((options.points[2] - options.points[row]).mean()), abs=1e-10)
        assert against.usd.mean == pytest.approx(float((options.cost[2] - options.cost[row]).mean()), rel=1e-10)
        assert against.probability == pytest.approx(float((options.points[2] > options.points[row]).mean()))
        assert against.objective == against.points
    best = next(each for each in found.standings if each.name == found.best)
    assert best.points.mean == pytest.approx(float(options.points[2].mean()), abs=1e-10)


def test_twins_gain_from_sharing_and_strangers_lose() -> None:
    found = analysed(("a", "b", "c", "d"), similar=TWINS, law=HARD)
    gains = {(pair.one, pair.other): pair.points.mean for pair in found.pairs}
    assert list(gains)[:2] in ([("a", "b"), ("c", "d")], [("c", "d"), ("a", "b")])
    assert min(gains["a", "b"], gains["c", "d"]) > 0.0 > max(gain for pair, gain in gains.items() if pair not in (("a", "b"), ("c", "d")))


def test_a_pair_gains_the_mean_of_groupings_with_it_less_the_mean_of_those_without() -> None:
    found = analysed(("a", "b", "c"))
    points = found.searched.screen.options.points.mean(axis=1)
    by_grouping = dict(zip(found.searched.screen.groupings, points.tolist(), strict=True))
    together = (by_grouping[0, 0, 0] + by_grouping[0, 0, 1]) / 2
    apart = (by_grouping[0, 1, 0] + by_grouping[0, 1, 1] + by_grouping[0, 1, 2]) / 3
    gain = next(pair.points.mean for pair in found.pairs if (pair.one, pair.other) == ("a", "b"))
    assert gain == pytest.approx(together - apart, abs=1e-10)


def test_leaders_the_front_and_the_plain_ones_are_run_again_each_once() -> None:
    found = analysed([f"t{number}" for number in range(5)], top=3, law={"law.interference_strength": "0.2 to 0.8"})
    names = [each.name for each in found.standings]
    assert len(set(names)) == len(names)
    assert {found.best, found.unified, found.specialists} <= set(names)
    assert [each.cost.mean for each in found.standings] == sorted(each.cost.mean for each in found.standings)
    assert {each.name for each in found.against} == set(names) - {found.best}
    wider = analysed([f"t{number}" for number in range(5)], top=20, law={"law.interference_strength": "0.2 to 0.8"})
    assert set(names) < {each.name for each in wider.standings}


def test_the_draws_of_the_search_are_not_those_of_the_study() -> None:
    found = analysed(("a", "b", "c"), law={})
    looked_at = dict(zip(found.searched.screen.options.strategies, found.searched.screen.options.points.mean(axis=1).tolist(), strict=True))
    assert all(each.points.mean != pytest.approx(looked_at[each.name], abs=1e-6) for each in found.standings)
    assert found.searched.family.design.stream.startswith("search")


def test_each_best_merge_is_the_best_of_its_merges() -> None:
    found = analysed(("a", "b", "c", "d"))
    screen = found.searched.screen
    objective = dict(zip(screen.groupings, screen.options.objective.mean(axis=1).tolist(), strict=True))
    for grouping, row in zip(screen.groupings, found.best_merge, strict=True):
        near = list(merges(grouping))
        assert (row == -1) is (not near)
        assert not near or objective[screen.groupings[row]] == max(objective[each] for each in near)


def test_level_ones_are_within_half_a_point_or_simulation_error() -> None:
    found = analysed(("a", "b", "c"), similar=0.9)
    level = {each.name for each in found.level}
    for each in found.against:
        assert (each.name in level) is (each.allowed and (each.too_close or abs(each.points.mean) < LEVEL))


def test_where_all_are_the_same_all_are_level() -> None:
    found = analysed({name: {"data.examples": 0} for name in "abc"})
    assert found.best == found.unified
    assert {each.name for each in found.level} == {each.name for each in found.against}
    assert all(each.points.mean == 0.0 for each in found.against)
    assert all(pair.points.mean == pytest.approx(0.0, abs=1e-12) for pair in found.pairs)


def test_value_decides_by_net_benefit() -> None:
    """A second model costs more than its points are worth, at the price of a point given."""
    tasks = {name: {"value": "$1 per point per month"} for name in "abcd"}
    cheap = analysed(tasks, similar=TWINS, law=HARD)
    assert (cheap.unit, cheap.best) == ("USD", cheap.unified)
    dear = analysed({name: {"value": "$100k per point per month"} for name in "abcd"}, similar=TWINS, law=HARD)
    assert dear.best == "a + b | c + d"


def test_a_reference_strategy_counts_but_is_no_grouping() -> None:
    tasks = {name: {"value": "$100 per point per month"} for name in "ab"}
    found = analysed(tasks, strategies=("unified", "prompted"), reference="prompted")
    assert {each.name for each in found.standings} == {"a + b", "a | b"}


def test_beyond_counting_pairs_are_held_against_specialists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "MOST_COUNTED", 3)
    found = analysed(("a", "b", "c", "d"), similar=TWINS, law=HARD)
    assert not found.searched.complete
    assert found.best == "a + b | c + d"
    assert len(found.pairs) == len(list(combinations("abcd", 2)))
    looked_at = dict(zip(found.searched.screen.groupings, found.searched.screen.options.points.mean(axis=1).tolist(), strict=True))
    gain = next(pair.points.mean for pair in found.pairs if (pair.one, pair.other) == ("a", "b"))
    assert gain == pytest.approx(looked_at[0, 0, 1, 2] - looked_at[0, 1, 2, 3], abs=1e-10)


def test_one_task_and_few_draws() -> None:
    found = analysed(("a",), draws=16)
    assert (found.best, found.against, found.pairs) == ("a", (), ())
    assert np.isnan(found.standings[0].points.error)
    assert not analysed(("a", "b"), draws=1).against[0].points.error > 0.0


def test_the_strategy_that_searches_lends_its_words() -> None:
    from dataclasses import replace

    asked = scenario(("a", "b"), strategies={"best": {"groups": [["a", "b"]], "method": "qlora"}, "unified": {}})
    asked = replace(asked, settings={**asked.settings, "strategies.best.groups": "search"})
    found = groupings(asked, monte_carlo(64))
    assert found.like == "best"
    assert found.searched.family.lowered.inputs.structure.strategies[0].method == "qlora"
