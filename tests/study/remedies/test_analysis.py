"""Where nothing is feasible: what stands in the way, and changes of which each does what it says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from building import GIVEN, text_of
from tuneplan.scenario import load as loading
from tuneplan.scenario.load import loads
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import monte_carlo
from tuneplan.study.options import options_of
from tuneplan.study.remedies import trials
from tuneplan.study.remedies.analysis import IN_TIME, Remedies, remedies_of
from tuneplan.study.remedies.single_changes import KINDS
from tuneplan.study.remedies.trials import Remedy
from tuneplan.study.run import run
from tuneplan.study.verdict import verdict

STARTUP = Path(__file__).parents[3] / "scenarios" / "startup.yaml"


def load(path: Path, *, overrides: Sequence[str] = (), scenario: str = "") -> Scenario:
    """A shipped scenario; of the startup with its examples given, so that no plan moves."""
    return loading.load(path, overrides=(*(GIVEN if path == STARTUP else ()), *overrides), scenario=scenario)


DRAWS = 512
CERTAIN = {
    "training__overhead": "0%", "evaluation__items": 0, "evaluation__per_model": "$0", "people__engineer_week": "$0",
    "upkeep__refresh_share": "0%", "gpu__price": "$0/hour",
}  # fmt: skip
"""Nothing costs but examples: what a plan needs is known to the dollar."""


def remedies(scenario: Scenario) -> Remedies:
    found = remedies_of(verdict(run(scenario, monte_carlo(DRAWS))))
    assert found is not None
    return found


@cache
def of_startup(*changes: str) -> Remedies:
    """Those of the startup with changes, worked out once for all that is asked of them."""
    return remedies(load(STARTUP, overrides=changes))


def of_kind(found: Remedies, kind: str) -> dict[str, Remedy]:
    return {each.strategy: each for each in reversed(found.found) if each.kind == kind}


def priced(limit: str, **more: object) -> str:
    """2 000 examples of one task at $3: $6 000, whatever is drawn."""
    return text_of({"a": {"data.price": "$3/example"}}, strategies=("unified",), budget__limit=limit, **CERTAIN, **more)


# --- closed forms --------------------------------------------------------------------------------


def test_a_budget_missed_by_a_known_amount() -> None:
    found = remedies(loads(priced("$4500")))
    budget = of_kind(found, "budget")["unified"]
    assert budget.value == pytest.approx(6000.0)
    assert budget.usd_asked == pytest.approx(1500.0)
    assert budget.changes == ("budget.limit=6000 USD",)
    assert (found.broken[0].shares, found.broken[0].met) == ({"budget.limit": 1.0}, 0.0)


def test_cheaper_and_fewer_examples_by_a_known_factor() -> None:
    """4 500 of 6 000 dollars: three quarters of the price, or of the examples."""
    found = remedies(loads(priced("$4500")))
    assert of_kind(found, "price")["unified"].changes == ("tasks.a.data.price=$2.25/example",)
    assert of_kind(found, "examples")["unified"].value == pytest.approx(0.75)
    assert of_kind(found, "examples")["unified"].usd.mean == pytest.approx(-1500.0)
    assert of_kind(found, "price")["unified"].points.mean == 0.0
    assert of_kind(found, "examples")["unified"].points.mean < 0.0


def test_owned_examples_are_no_cost_to_save() -> None:
    """500 of 2 000 are owned: $4 500 for the rest; with $3 000, 1 500 examples in all, three quarters."""
    text = text_of({"a": {"data.price": "$3/example", "data.existing": 500}}, strategies=("unified",), budget__limit="$3000", **CERTAIN)
    assert of_kind(remedies(loads(text)), "examples")["unified"].value == pytest.approx(0.75)


def test_one_task_fewer_of_two_alike() -> None:
    tasks = {name: {"data.price": "$3/example"} for name in ("a", "b")}
    text = text_of(tasks, strategies=("specialists",), similar=0.0, budget__limit="$7000", router__accuracy="100%", **CERTAIN)
    found = [each for each in remedies(loads(text)).found if each.kind == "task"]
    assert {(each.value, each.leave_out) for each in found} == {("a", "tasks.a"), ("b", "tasks.b")}
    whole = verdict(run(loads(text), monte_carlo(DRAWS))).results[0].delivered.mean
    assert sum(each.points.mean for each in found) == pytest.approx(-whole), "each leaves half of the requests unanswered"
    assert all(each.usd.mean == pytest.approx(-6000.0, rel=0.2) for each in found)


def test_the_highest_minimum_score_that_would_be_met() -> None:
    scenario = load(STARTUP, overrides=["tasks.qa.score.must=0.8"])
    found = of_startup("tasks.qa.score.must=0.8")
    must = of_kind(found, "must")["adapters"]
    options = options_of(run(load(STARTUP, overrides=["tasks.qa.score.must=0"]), monte_carlo(DRAWS)))
    scores = run(scenario, monte_carlo(DRAWS)).outcome.score[0, 2, 2]
    kept = np.sort(scores[options.limits.in_budget[2]])[::-1]
    assert float(must.value) == pytest.approx(kept[int(np.ceil(0.9 * DRAWS)) - 1], abs=0.001)
    assert float(must.value) <= kept[int(np.ceil(0.9 * DRAWS)) - 1]


def test_the_highest_confidence_that_holds() -> None:
    found = of_startup("tasks.qa.score.must=0.8")
    for each in found.broken:
        if each.met >= 0.01:
            assert of_kind(found, "confidence")[each.strategy].value == np.floor(each.met * 100.0) / 100.0


@pytest.mark.usefixtures("declared")
def test_more_examples_where_scores_alone_are_missed() -> None:
    text = text_of({"a": {"data.examples": 500, "score.must": 0.65, "data.price": "$1/example"}}, strategies=("unified",), budget__limit="$60k", **CERTAIN)
    more = of_kind(remedies(loads(text)), "more examples")["unified"]
    assert float(more.value) > 1.0
    assert more.points.mean > 0.0


def test_another_method_or_a_smaller_base_where_nothing_fits() -> None:
    text = text_of(("a",), strategies=("unified",), budget__limit="$60k", base="llama-3.1-70b", gpu={"kind": "l4", "price": "$1/hour"})
    text = text.replace("base: llama-3.1-8b\n", "")
    scenario = loads(text)
    found = remedies(scenario)
    assert found.broken[0].misfit
    assert np.isnan(found.broken[0].enough)
    assert {"method", "base"} & {each.kind for each in found.found}
    assert all(np.isnan(each.points.mean) for each in found.found), "there was no plan to compare with"
    assert not {"budget", "must", "confidence"} & {each.kind for each in found.found}


# --- every remedy does what it says --------------------------------------------------------------

INFEASIBLE = [
    ["budget.limit=35k USD", "tasks.email.score.must=0.65"],
    ["budget.limit=8k USD"],
    ["budget.limit=4k USD"],
    ["tasks.qa.score.must=0.75", "budget.limit=59k USD"],
    ["tasks.qa.score.must=0.75", "tasks.email.score.must=0.75", "budget.confidence=95%"],
    ["budget.limit=47k USD", "tasks.email.score.must=0.72", "strategies.specialists.price=$2 to $5 per example"],
    ["budget.limit=47k USD", "tasks.email.score.must=0.70", "strategies.unified.examples=3k", "tasks.summary.data.examples=1k to 3k"],
    ["budget.limit=60k USD", "budget.covers=[data, training, evaluation, people, serving]", "base=llama-3.1-70b-instruct", "tasks.email.score.must=0.7"],
]  # fmt: skip


@pytest.mark.parametrize("changes", INFEASIBLE, ids=["; ".join(each)[:40] for each in INFEASIBLE])
def test_each_change_by_itself_makes_its_strategy_feasible(changes: list[str]) -> None:
    found = of_startup(*changes)
    assert found.found
    for remedy in found.found:
        if remedy.kind == "task":
            continue
        options = options_of(run(load(STARTUP, overrides=[*changes, *remedy.changes]), monte_carlo(DRAWS)))
        assert options.allowed[options.strategies.index(remedy.strategy)], remedy


@pytest.mark.usefixtures("declared")
def test_a_task_taken_out_of_the_file_makes_its_strategy_feasible(tmp_path: Path) -> None:
    changes = ["budget.limit=35k USD", "tasks.email.score.must=0.65"]
    found = [each for each in remedies(load(STARTUP, overrides=changes)).found if each.value == "qa"]
    text = STARTUP.read_text(encoding="utf-8").replace(", email/qa: far, summary/qa: 0.2 to 0.5", "").replace(", qa: 0.55 to 0.70", "")
    text = re.sub(r"  qa:\n(    .*\n)+", "", text).split("checks:")[0]
    assert "qa" not in re.sub("#.*", "", text)
    options = options_of(run(loads(text, overrides=changes), monte_carlo(DRAWS)))
    assert found
    for remedy in found:
        assert options.allowed[options.strategies.index(remedy.strategy)], remedy


def test_a_little_less_would_not_do() -> None:
    found = of_startup("budget.limit=8k USD")
    budget = of_kind(found, "budget")["prompted"]
    options = options_of(run(load(STARTUP, overrides=[f"budget.limit={float(budget.value) - 1.0:.0f} USD"]), monte_carlo(DRAWS)))
    assert not options.allowed.any()


# --- order, and what there is not ----------------------------------------------------------------


def test_those_that_keep_what_is_asked_for_come_first_cheapest_first() -> None:
    found = of_startup(*INFEASIBLE[0]).found
    assert [each.lowers for each in found] == sorted(each.lowers for each in found)
    kept = [each for each in found if not each.lowers]
    assert [each.usd_asked for each in kept] == sorted(each.usd_asked for each in kept)
    assert {each.kind for each in found if each.lowers} <= {"must", "confidence", "task"}


def test_nothing_is_said_where_something_is_feasible() -> None:
    assert remedies_of(verdict(run(load(STARTUP), monte_carlo(64)))) is None


def test_no_single_change_of_these_may_do() -> None:
    """No budget, and a score that is out of reach."""
    text = text_of({"a": {"score.must": 0.89, "data.price": "$3/example"}}, strategies=("unified", "specialists"), budget__limit="$1", **CERTAIN)
    found = remedies(loads(text))
    assert found.found == ()
    assert found.kinds == tuple(kind for kind in KINDS if kind not in IN_TIME)
    assert all(each.shares["budget.limit"] == 1.0 for each in found.broken)


def test_a_budget_of_nothing_and_one_below_the_fixed_costs() -> None:
    for limit in ("0 USD", "500 USD"):
        found = remedies(load(STARTUP, overrides=[f"budget.limit={limit}"]))
        assert {each.kind for each in found.found} <= {"budget", "confidence"}
        assert of_kind(found, "budget")["prompted"].usd_asked > 0.0


def test_all_strategies_alike_are_all_named() -> None:
    text = text_of({"a": {"data.price": "$3/example"}}, strategies=("unified", "specialists"), budget__limit="$4500", **CERTAIN)
    assert set(of_kind(remedies(loads(text)), "price")) == {"unified", "specialists"}


def test_order_of_strategies_changes_no_remedy() -> None:
    texts = [text_of({"a": {"data.price": "$3/example"}, "b": {}}, strategies=names, budget__limit="$5k") for names in (("unified", "specialists"), ("specialists", "unified"))]
    one, other = ({(each.kind, each.strategy, each.value) for each in remedies(loads(text)).found} for text in texts)
    assert one == other


def test_planned_examples_are_no_number_to_change() -> None:
    planned = text_of({"a": {"data.examples": "auto"}}, strategies=("unified",), budget__limit="$100", budget__covers=["data", "people"])
    kinds = {each.kind for each in remedies(loads(planned)).found}
    assert "budget" in kinds
    assert not kinds & {"examples", "more examples"}


def test_where_plans_miss_a_minimum_score_a_larger_budget_plans_anew() -> None:
    tasks = {name: {"data.examples": "auto", "data.price": "$5/example"} for name in ("a", "b")}
    tasks["a"]["score.must"] = 0.65
    text = text_of(tasks, strategies=("unified",), budget__limit="7k USD", budget__confidence="80%")
    found = of_kind(remedies(loads(text)), "budget")["unified"]
    assert found.usd_asked > 0.0
    assert found.points.mean > 0.0
    (change,) = found.changes
    assert options_of(run(loads(text, overrides=[change]), monte_carlo(DRAWS))).allowed.all()


def test_a_large_scenario_says_what_was_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "CELLS_ALLOWED", 1)
    found = remedies(loads(priced("$4500")))
    assert ("price", "unified") in found.untried
    assert {each.kind for each in found.found} == {"budget"}

FALLING = """\
schema: 1
base: llama-3.1-8b
tasks:
  a: {traffic: 10k requests/month, score: {scale: 5 to 1, base: 3 to 3.4, ceiling: 1.5 to 1.9, floor: 4.5, must: 1.8}, data: {examples: 2k, price: $3/example}}
strategies: {unified: {}}
"""
TIED = """\
schema: 1
base: llama-3.1-8b
budget: {limit: $9k}
tasks:
  a: {traffic: 10k requests/month, score: {base: 0.4, ceiling: 0.9}, data: {examples: 2k, price: $3 to $4 per example}}
  b: {like: a, data.price: {same_as: tasks.a.data.price}}
  c: {traffic: 1k requests/month, score: {base: 0.4, ceiling: 0.9}, data: {examples: 500, labelling: {minutes: 5 to 9 min}}}
strategies: {unified: {}, specialists: {}}
"""


@pytest.mark.parametrize("text", [FALLING, TIED], ids=["a metric that falls", "tied prices, and labelling"])
def test_changes_are_right_on_other_scales_and_for_tied_numbers(text: str) -> None:
    found = remedies(loads(text))
    assert {each.kind for each in found.found} & {"must", "price"}
    for remedy in found.found:
        if remedy.changes:
            options = options_of(run(loads(text, overrides=remedy.changes), monte_carlo(DRAWS)))
            assert options.allowed[options.strategies.index(remedy.strategy)], remedy
    for remedy in found.found:
        assert not any(change.startswith("tasks.b.data.price") for change in remedy.changes), "it follows a's"
        if remedy.kind == "must":
            assert 1.8 < float(remedy.value) < 5.0
