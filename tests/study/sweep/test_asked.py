"""What is asked for becomes rows, in an order that never changes; or everything wrong with it, before anything runs."""

from __future__ import annotations

import pickle
import random
import tracemalloc
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import special

from asked_sweeps import asked, loader, startup, values
from tuneplan.core import declared_params
from tuneplan.errors import ScenarioError, UsageError
from tuneplan.scenario.calibration import Calibration
from tuneplan.scenario.grammar.quantities import parse
from tuneplan.scenario.grammar.ranges import typed
from tuneplan.scenario.records import Scenario
from tuneplan.study.sweep import asked as asking
from tuneplan.study.sweep.asked import asked_of
from tuneplan.study.sweep.records import Space

SPACES: dict[str, dict[str, Any]] = {
    "grid": {"texts": ("budget.limit=20k..80k USD:log:9", "method=full,lora", "router.accuracy=80%,90% to 95%,99%", "lora.rank=4..16:7")},
    "zip": {"texts": ("budget.limit=20k USD,60k USD,80k USD", "method=full,lora,full"), "mode": "zip"},
    "list": {"texts": (), "rows": ("budget.limit=20k USD, method=lora", "budget.limit=30k USD", "router={accuracy: 90%}")},
    "sobol": {"texts": ("budget.limit=20k..80k USD:log", "method=full,lora", "router.accuracy=own", "lora.rank=4..16"), "mode": "sobol", "points": 64},
    "lhs": {"texts": ("budget.limit=20k..80k USD", "method=full,lora,qlora", "similarity.email/qa=own"), "mode": "lhs", "points": 50},
}  # fmt: skip


@cache
def space(name: str) -> Space:
    """One of them, asked for once."""
    words = dict(SPACES[name])
    return asked(*words.pop("texts"), **words)


def test_the_last_key_of_a_grid_is_the_fastest() -> None:
    found = asked("budget.limit=20k USD,60k USD", "method=full,lora", "router.accuracy=80%,90%,95%")
    assert found.rows == 12
    assert values(found, 0, 4) == [
        ("20000.0 USD", "full", "0.8"), ("20000.0 USD", "full", "0.9"), ("20000.0 USD", "full", "0.95"), ("20000.0 USD", "lora", "0.8"),
    ]  # fmt: skip
    assert values(found, 11) == [("60000.0 USD", "lora", "0.95")]


def test_zip_takes_the_first_with_the_first() -> None:
    found = asked("budget.limit=20k USD,60k USD", "method=full,lora", mode="zip")
    assert values(found) == [("20000.0 USD", "full"), ("60000.0 USD", "lora")]


def test_a_row_leaves_what_it_does_not_name_to_the_scenario() -> None:
    found = asked(rows=["budget.limit=20k USD, method=lora", "method=full", "strategies.two.groups=[[email, summary], [qa]]"])
    assert found.keys == ("budget.limit", "method", "strategies.two.groups")
    assert values(found) == [("20k USD", "lora", ""), ("", "full", ""), ("", "", "[[email, summary], [qa]]")]
    assert [each.changes(1) for each in found.at(0, 3)] == [(), ("method=full",), ()]


def test_rows_may_hold_keys_that_go_only_together() -> None:
    found = asked(rows=["router.fallback=api, router.api=gpt-4o-mini, router.score=0.6"])
    assert values(found) == [("api", "gpt-4o-mini", "0.6")]
    both = asked("router.fallback=api", "router.api=gpt-4o-mini", "router.score=0.6..0.7:3")
    assert both.rows == 3


def test_both_ends_of_a_range_are_exact_and_the_rest_are_numbers_one_would_type() -> None:
    (limit, accuracy, traffic) = asked(
        "budget.limit=20k..80k USD:log:3", "router.accuracy=80%..99%:5", "tasks.email.traffic=1k..100k/month:log:9", mode="grid"
    ).at(0, 135)
    assert limit.numbers is not None
    assert accuracy.numbers is not None
    assert traffic.numbers is not None
    assert np.unique(limit.numbers).tolist() == [20e3, 40e3, 80e3]
    assert accuracy.numbers[:37:9].tolist() == [0.8, 0.8475, 0.895, 0.9425, 0.99]
    assert traffic.numbers[[0, 4, 8]].tolist() == [1e3, 1e4, 1e5]
    np.testing.assert_allclose(traffic.numbers[1:9] / traffic.numbers[:8], 10**0.25, rtol=1e-11)
    assert (limit.unit, accuracy.unit, traffic.unit) == ("USD", "share", "request/month")


@pytest.mark.parametrize("text", ["$20k..$80k:3", "20k..80k USD:3", "$20k..80k:3", "20k USD..80k USD:3", "20k USD..80k:3", "20 k.. 80k USD : 3"])
def test_a_unit_may_stand_at_one_end(text: str) -> None:
    assert values(asked(f"budget.limit={text}")) == [("20000.0 USD",), ("50000.0 USD",), ("80000.0 USD",)]


def test_counted_things_are_whole_and_stand_once() -> None:
    assert values(asked("schedule.annotators=1..4:9")) == [("1.0 person",), ("2.0 person",), ("3.0 person",), ("4.0 person",)]
    found = asked("lora.rank=1..64:log:20")
    (rank,) = found.at(0, found.rows)
    assert rank.numbers is not None
    assert rank.numbers.tolist() == sorted(set(np.round(np.geomspace(1, 64, 20)).tolist()))


def test_intervals_words_and_tables_of_keys_stay_as_typed() -> None:
    found = asked("tasks.qa.traffic=10k to 20k/month, 5k/month, {ci: [2k/month, 5k/month], level: 80%}")
    assert values(found) == [("10k to 20k/month",), ("5k/month",), ("{ci: [2k/month, 5k/month], level: 80%}",)]


@pytest.mark.parametrize("name", SPACES)
def test_blocks_in_any_order_are_the_whole(name: str) -> None:
    found = space(name)
    cuts = [0, 1, 2, 3, 17, 40, found.rows] if found.rows > 40 else [0, 1, found.rows]
    whole = values(found)
    blocks = list(pairwise(cuts))
    random.Random(1).shuffle(blocks)
    parts = {start: values(found, start, stop) for start, stop in blocks}
    assert [row for start in sorted(parts) for row in parts[start]] == whole


@pytest.mark.parametrize("name", SPACES)
def test_a_space_is_the_same_after_a_journey(name: str) -> None:
    found = space(name)
    again = pickle.loads(pickle.dumps(found))
    assert values(again) == values(found)
    assert again.said() == found.said()


@pytest.mark.parametrize("name", SPACES)
def test_every_row_is_read_by_the_loader(name: str) -> None:
    found = space(name)
    for row in {0, found.rows // 2, found.rows - 1}:
        loader([change for each in found.at(row, row + 1) for change in each.changes(0)])


def test_other_values_points_or_seeds_are_said() -> None:
    drawn = {"mode": "lhs", "points": 50}
    every = [
        asked("budget.limit=20k..80k USD:9"), asked("budget.limit=20k..80k USD:log:9"), asked("budget.limit=20k..80k USD:8"),
        asked("budget.limit=20k..80k USD", **drawn), asked("budget.limit=20k..80k USD", **drawn, seed=1),
        asked("budget.limit=20k..80k USD", mode="sobol", points=64), asked("method=full,lora"), asked("method=lora,full"),
    ]  # fmt: skip
    assert len({str(each.said()) for each in every}) == len(every)


def test_numbers_read_back_in_every_declared_unit() -> None:
    for param in declared_params():
        low = max(param.low, -1e6)
        number = min(low + 3.0, (low + min(param.high, 1e6)) / 2.0)
        number = float(round(number)) if param.whole else number
        assert parse(typed(number, param.unit), param).median == number


def test_very_many_numbers_are_read_in_no_time_and_none_of_them_unseen() -> None:
    calls: list[Sequence[str]] = []

    def counting(changes: Sequence[str]) -> Scenario:
        calls.append(changes)
        return loader(changes)

    many = ",".join(f"{number} USD" for number in range(1000, 4000))
    found = asked_of([f"budget.limit={many}"], scenario=startup(), load=counting)
    assert found.rows == 3000
    assert len(calls) < 10
    assert ["budget.limit=1000 USD"] in calls
    assert ["budget.limit=3999 USD"] in calls
    with pytest.raises(ScenarioError, match=r"budget.limit: -\$4 is not allowed"):
        asked(f"budget.limit={many},-4 USD")


def test_a_thousand_rows_may_be_named_and_no_more() -> None:
    assert asked(rows=["budget.limit=20k USD"] * 1000).rows == 1000
    with pytest.raises(ScenarioError, match="1 001 rows are too many to name one by one; write them to a CSV file, for --table"):
        asked(rows=["budget.limit=20k USD"] * 1001)


# drawn


def test_lists_are_drawn_equally_often_and_whole_numbers_too() -> None:
    method, people = asked("method=full,lora", "schedule.annotators=1..4", mode="sobol", points=256).at(0, 256)
    assert np.bincount(method.codes).tolist() == [128, 128]
    assert people.numbers is not None
    assert np.unique(people.numbers, return_counts=True)[1].tolist() == [64, 64, 64, 64]


def test_own_is_the_scenarios_own_interval() -> None:
    """20k to 80k is a 90 % interval: of 1000 strata 50 lie below and 50 above."""
    own, default, word = asked("tasks.email.traffic=own", "upkeep.refresh_share=own", "similarity.email/qa=own", mode="lhs", points=1000).at(0, 1000)
    declared = startup().quantities["tasks.email.traffic"].distribution
    low, high = declared.interval()
    assert own.numbers is not None
    assert default.numbers is not None
    assert word.numbers is not None
    assert (int((own.numbers < low).sum()), int((own.numbers > high).sum())) == (50, 50)
    assert np.median(own.numbers) == pytest.approx(declared.median, rel=0.01)
    assert len(np.unique(default.numbers)) == 1000
    assert word.numbers.max() < 1.0


def test_a_log_range_is_drawn_evenly_in_its_logarithm() -> None:
    (limit,) = asked("budget.limit=20k..80k USD:log", mode="sobol", points=256).at(0, 256)
    assert limit.numbers is not None
    assert int((limit.numbers < 40e3).sum()) == 128


def test_points_of_a_key_hang_on_no_other_key_under_lhs() -> None:
    alone = asked("budget.limit=20k..80k USD", mode="lhs", points=50)
    beside = asked("method=full,lora", "budget.limit=20k..80k USD", mode="lhs", points=50)
    assert [row[0] for row in values(alone)] == [row[1] for row in values(beside)]


def test_a_number_of_points_that_leaves_gaps_is_told() -> None:
    assert asked("budget.limit=20k..80k USD", mode="sobol", points=100).notes == (
        "100 points of mode sobol leave gaps: a power of two, 64 or 128, covers all ranges evenly",
    )
    assert asked("budget.limit=20k..80k USD", mode="sobol", points=64).notes == ()
    assert asked("budget.limit=20k..80k USD", mode="lhs", points=100).notes == ()


# large


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (("budget.limit=1..1000000 USD:1000000", "horizon=1..12 months:1000"), {}),
        (("budget.limit=1..1000000 USD", "method=full,lora"), {"mode": "sobol", "points": 10**9}),
        (("budget.limit=1..1000000 USD", "method=full,lora"), {"mode": "lhs", "points": 10**9}),
    ],
    ids=["grid", "sobol", "lhs"],
)
def test_the_last_rows_of_a_billion_are_there_at_once(texts: tuple[str, ...], words: dict[str, Any]) -> None:
    found = asked(*texts, **words)
    assert found.rows == 10**9
    tracemalloc.start()
    last = found.at(999_999_000, 1_000_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [len(each) for each in last] == [1000, 1000]
    assert peak < 4e6


# errors

WRONG: dict[str, tuple[tuple[str, ...], dict[str, Any], str]] = {
    "unknown key": (("budget.limt=1..2:3",), {}, r'^--sweep: budget.limt: unknown key; did you mean "limit"\?\n1 error; nothing was run$'),
    "unknown task": (("tasks.emial.traffic=1k..2k/month:3",), {}, r'unknown task; did you mean "email"\?\n1 error'),
    "unknown word": (("method=full,ful,lora",), {}, r'--sweep: method: "ful" is not allowed; did you mean "full"\?\n1 error'),
    "no unit": (("budget.limit=20k..80k:3",), {}, "budget.limit: 20k needs a unit, for example"),
    "unit at the last": (("budget.limit=20k,60k USD",), {}, "the unit stands at each value: write 20k USD,60k USD\n1 error"),
    "unit at the first": (("tasks.qa.traffic=1k/month,2k,3k to 4k/month",), {}, "write 1k/month,2k/month,3k to 4k/month\n1 error"),
    "two readings": (("budget.limit=20..80k USD:3",), {}, r"20..80k USD can be read in two ways: write 20k..80k, or 20..80000"),
    "equal ends": (("budget.limit=5..5 USD:9",), {}, "5..5 USD is empty: both ends are the same"),
    "upside down": (("budget.limit=9..1 USD:3",), {}, "9..1 USD is upside down: write the lower end first"),
    "no values": (("budget.limit=1..9 USD:0",), {}, "1..9 USD:0 has no values: a range has 2 or more"),
    "one value": (("budget.limit=1..9 USD:1",), {}, "1..9 USD:1 is one value, which is no range"),
    "half a value": (("budget.limit=1..9 USD:2.5",), {}, '"2.5" is no number of values'),
    "a million": (("budget.limit=1..9 USD:1e6",), {}, '"1e6" is no number of values'),
    "nan": (("budget.limit=nan..9 USD:3",), {}, "nan is not a finite number"),
    "inf": (("budget.limit=1..inf USD:3",), {}, "inf USD is not a finite number"),
    "log of nothing": (("tasks.qa.traffic=0..5k/month:log:3",), {}, "has no logarithm at 0 requests/month: start above 0, or leave log out"),
    "outside": (("router.accuracy=80%..120%:5",), {}, "120% is not a share between 0 and 100%"),
    "an interval for an end": (("budget.limit=1 to 2..9 USD:3",), {}, "1 to 2 is no end of a range"),
    "half a range": (("budget.limit=..9 USD:3",), {}, "..9 USD:3 is no range: write LOW..HIGH:COUNT"),
    "three dots": (("budget.limit=1...9 USD:3",), {}, "is no range: write LOW..HIGH:COUNT"),
    "range of words": (("method=full..lora:3",), {}, "is a range, and this is no number: give values, as method=A,B"),
    "range among values": (("budget.limit=1..9 USD:3,20k USD",), {}, "1..9 USD:3 stands among values: give either a range or values"),
    "missing value": (("budget.limit=1k USD,,2k USD",), {}, "budget.limit: a value is missing"),
    "no value": (("budget.limit=",), {}, "budget.limit: no values are given"),
    "no key": (("budget.limit",), {}, "budget.limit names no key with values: write for example budget.limit=20k..80k USD:9"),
    "open bracket": (("strategies.pair.groups=[[email]",), {}, "] is missing at the end"),
    "open quote": (('tasks.qa.note="a, b',), {}, '" is missing at the end'),
    "no count": (("budget.limit=1..9 USD",), {}, "does not say how many values: write 1..9 USD:9 for nine, or draw from it in mode sobol or lhs"),
    "twice": (("budget.limit=1..9 USD:3", "budget.limit=4 USD"), {}, "budget.limit: is given twice; name it once"),
    "within": (("router.accuracy=90%,95%", "router={accuracy: 99%}"), {}, "router.accuracy is set twice, by router.accuracy and by router; name it once"),
    "turned": (("similarity.email/qa=near,far", "similarity.qa/email=0.5"), {}, "similarity.email/qa is set twice, by similarity.email/qa and by similarity.qa/email"),
    "one way of a pair": (("similarity.email/qa=near,far", "similarity.email>qa=0.5"), {}, "say the same in two ways, of which a row has one"),
    "said in two ways": (
        ("tasks.email.data.price=1 USD/example", "tasks.email.data.labelling={minutes: 3 minutes/example}"), {}, "say the same in two ways, of which a row has one: vary one of them"),
    "of the file": (("name=a,b",), {}, "name: belongs to the file as a whole"),
    "sweep itself": (("sweep.points=4,5",), {}, "sweep.points: belongs to the file as a whole"),
    "included": (("include=a.yaml,b.yaml",), {}, "include: belongs to the file as a whole"),
    "own number": (("budget.limit=own",), {"mode": "sobol", "points": 8}, r"budget.limit: is one number here, \$.*not an interval: give a range or values"),
    "own nothing": (("gpu.price=own",), {"mode": "sobol", "points": 8}, "gpu.price: has no interval of its own here: give a range or values"),
    "own in a grid": (("router.accuracy=own",), {}, "own is an interval to draw from, in mode sobol or lhs; in mode grid give values or LOW..HIGH:COUNT"),
    "counted and drawn": (("budget.limit=1..9 USD:3",), {"mode": "lhs", "points": 8}, "counts values, and mode lhs draws from the range: write 1..9 USD\n"),
    "no points": (("budget.limit=1..9 USD",), {"mode": "lhs"}, "mode lhs draws as many rows as points says, for example 4096"),
    "zero points": (("budget.limit=1..9 USD",), {"mode": "lhs", "points": 0}, "^--points: 0 is not a whole number from 1 up"),
    "seed below 0": (("budget.limit=1..9 USD",), {"mode": "lhs", "points": 4, "seed": -1}, "^--seed: -1 is not a whole number from 0 up"),
    "points of a grid": (("budget.limit=1..9 USD:3",), {"points": 8}, "^--points: points are drawn in mode sobol or lhs alone"),
    "unknown mode": (("budget.limit=1..9 USD:3",), {"mode": "gird", "points": 8}, r'^--mode: mode "gird" is not allowed; did you mean "grid"\?\n1 error'),
    "unequal": (("method=full,lora", "budget.limit=1..9 USD:3"), {"mode": "zip"}, "mode zip pairs values one by one, so each key needs as many; these have method 2, budget.limit 3"),
    "keys in a list": (("budget.limit=1..9 USD:3",), {"mode": "list"}, "mode list takes rows one by one"),
    "rows in a grid": ((), {"rows": ["method=full"], "mode": "grid"}, "mode grid takes keys with their values; given are rows"),
    "keys and rows": (("method=full",), {"rows": ["method=full"]}, "keys and rows are different ways to say what is varied: give one of them"),
    "no row": ((), {"rows": ["method=full, lora"]}, r'--row: "lora" is no KEY=VALUE: write for example "budget.limit=20k USD, method=lora", a list in brackets'),
    "key twice in a row": ((), {"rows": ["method=full, method=lora"]}, "--row: method: is given twice in one row"),
    "unknown key in a row": ((), {"rows": ["method=full", "budget.limt=3"]}, r'--row: budget.limt: unknown key; did you mean "limit"\?'),
    "too many rows": (
        ("budget.limit=1..9 USD:10000000", "horizon=1..12 months:10000", "router.accuracy=80%..90%:10000"), {"estimate": lambda rows: f"it would take {rows} s"},
        r"^--sweep: 1 000 000 000 000 000 combinations \(10 000 000 x 10 000 x 10 000\), and a sweep has at most 100 000 000 000; it would take 1000000000000000 s"),
    "too many points": (("budget.limit=1..9 USD",), {"mode": "lhs", "points": 10**15}, "1 000 000 000 000 000 rows, and a sweep has at most 100 000 000 000"),
    "too many whole": (("lora.rank=1..64:200000",), {}, "200 000 values are too many of a range of whole numbers: at most 100 000"),
    "never together": (("router.fallback=api", "privacy=no external API"), {}, 'privacy: no external API'),
    "below the base in every row": (("tasks.email.score.ceiling=0.4,0.5",), {}, "^--sweep: tasks.email.score.ceiling: the ceiling is worse than the base"),
    "never together in a row": ((), {"rows": ["tasks.email.score.ceiling=0.5"]}, "^--row: tasks.email.score.ceiling: the ceiling is worse than the base"),
    "an interval of what is decided": (("budget.limit=20k USD,30k to 40k USD",), {}, "budget.limit: this is decided before anything is known"),
    "elsewhere": (("gpu.spot=yes",), {}, r"startup.yaml:\d+:\d+: gpu.provider: with gpu.spot=yes: lambda has no spot price"),
}  # fmt: skip


@pytest.mark.parametrize(("texts", "words", "message"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_before_anything_runs(texts: tuple[str, ...], words: dict[str, Any], message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        asked(*texts, **words)


@pytest.mark.parametrize(
    "text", ["tasks.email.score.ceiling=0.5,0.4 to 0.5,0.95", "tasks.email.score.ceiling=0.5..0.95:3", "tasks.email.data.most=100,20k", "tasks.email.score.best=0.7,1"]
)  # fmt: skip
def test_a_number_that_does_not_go_with_another_is_a_row(text: str) -> None:
    found = asked(text)
    first, *_, last = ([change for each in found.at(row, row + 1) for change in each.changes(0)] for row in range(found.rows))
    loader(last)
    with pytest.raises(ScenarioError, match=r"worse than the base|fewer than the 200|outside the metric's scale"):
        loader(first)
    assert asked(rows=[*first, *last]).rows == 2


def test_sobol_has_so_many_keys_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "DIMENSIONS", 2)
    three = ("budget.limit=1..9 USD", "method=full,lora", "horizon=6..12 months")
    assert asked(*three[:2], mode="sobol", points=4).rows == 4
    with pytest.raises(ScenarioError, match="mode sobol varies at most 2 keys, these are 3: take mode lhs"):
        asked(*three, mode="sobol", points=4)
    assert asked(*three, mode="lhs", points=4).rows == 4


def test_all_of_it_is_told_at_once() -> None:
    with pytest.raises(ScenarioError, match="6 errors; nothing was run") as caught:
        asked("budget.limt=1", "method=ful", "router.accuracy=80%..120%:5", "budget.limit=5..5 USD:9", "name=a", "horizon=6..9 months")
    assert {problem.path for problem in caught.value.problems} == {"budget.limt", "method", "router.accuracy", "budget.limit", "name", "horizon"}
    assert {problem.file for problem in caught.value.problems} == {"--sweep"}


def test_nothing_to_sweep_is_no_sweep() -> None:
    with pytest.raises(UsageError, match="nothing to sweep; name keys with their values, for example --sweep"):
        asked()


def test_own_is_what_it_is_after_pilots() -> None:
    """A score moved by one and half as wide: the median is the former 84 % quantile."""
    learned = Calibration(file="", pilots=1, names=("router.accuracy",), shift=(1.0,), loadings=((1.0,),), known=(0.75,), priors=("",))
    scenario = replace(startup(), calibration=learned)
    (found,) = asked_of(["router.accuracy=own"], mode="lhs", points=1001, scenario=scenario, load=loader).at(0, 1001)
    declared = scenario.quantities["router.accuracy"].distribution
    assert found.numbers is not None
    assert np.median(found.numbers) == pytest.approx(float(declared.ppf(np.array(special.ndtr(1.0)))), rel=1e-4)
    assert np.quantile(found.numbers, special.ndtr(1.0)) == pytest.approx(float(declared.ppf(np.array(special.ndtr(1.5)))), rel=1e-3)
