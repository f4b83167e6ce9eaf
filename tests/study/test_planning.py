"""Plans of whole scenarios: certified on the model itself, kept to the budget, told when they starve a task."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.optimize import minimize

from building import text_of
from tuneplan.core import deliver, route
from tuneplan.core.learning import learn, score_of_models
from tuneplan.scenario.load import loads
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import Design, monte_carlo
from tuneplan.study.options import options_of
from tuneplan.study.planning import cases, planned
from tuneplan.study.planning.cases import Case, solve
from tuneplan.study.planning.money import ranks
from tuneplan.study.planning.records import Plan
from tuneplan.study.planning.worth import Worth
from tuneplan.study.run import run
from tuneplan.study.verdict import verdict

OPEN = {"data.examples": "auto", "data.price": "$4/example"}


def asked(
    tasks: dict[str, dict[str, object]] | None = None, *, budget: str = "40k USD", strategies: object = ("unified", "specialists"), **more: object
) -> Scenario:
    own = {name: {**OPEN, **keys} for name, keys in (tasks or {"a": {}, "b": {"data.price": "$1 to $3/example"}, "c": {"data.existing": 300}}).items()}
    money = {} if budget == "none" else {"budget__limit": budget}
    return loads(text_of(own, strategies=strategies, **money, **more))  # type: ignore[arg-type]


def plans_of(scenario: Scenario, seed: int = 0) -> dict[str, Plan]:
    return dict(planned(scenario, seed=seed).plans)


# --- the best there is -----------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(6))
def test_no_start_of_scipy_finds_a_better_plan(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the model itself, budget at its confidence included: SLSQP from several starts, relative gap at most 1e-6."""
    rng = np.random.default_rng(number)
    tasks = {
        name: {
            "data.price": f"${rng.uniform(0.5, 3):.2f} to ${rng.uniform(4, 12):.2f}/example", "data.existing": int(rng.choice([0, 100, 2000])),
            "traffic": f"{rng.uniform(1, 90):.1f}k requests/month", "data.most": int(rng.choice([1500, 10**8, 10**8])) + 2000,
        }
        for name in "abc"[: rng.integers(2, 4)]
    }  # fmt: skip
    more = {"unseen": {"share": 0.1, "score": {"base": 0.5}}} if number % 2 else {}
    scenario = asked(tasks, budget=f"{rng.uniform(20, 120):.0f}k USD", strategies=("unified", "specialists", "adapters"), **more)
    seen = {}

    def spy(value: object, spend: object, **given: object) -> object:
        seen.update(value=value, spend=spend, **given)
        seen["found"] = kept(value, spend, **given)  # type: ignore[arg-type]
        return seen["found"]

    kept = cases.allocate
    monkeypatch.setattr(cases, "allocate", spy)
    solve(scenario, [Case(strategy=name) for name in scenario.strategies], seed=number)
    value, spend, found, money, most = (seen[name] for name in ("value", "spend", "found", "money", "most"))
    for row in range(len(money)):
        size = np.minimum((money[row] - spend(0.0 * most)[0][row]) / spend(0.0 * most)[1][row], most[row])

        def bought(share: np.ndarray, row: int = row, size: np.ndarray = size) -> np.ndarray:
            whole = np.zeros_like(most)
            whole[row] = share * size
            return whole

        steps = 1.5e-8 * np.vstack([np.zeros(len(size)), np.eye(len(size))])

        def worth(share: np.ndarray, row: int = row, steps: np.ndarray = steps) -> tuple[float, np.ndarray]:
            """And its slopes, by forward differences as SLSQP takes them, all at once."""
            values = -value(np.stack([bought(each) for each in share + steps]))[:, row]
            return float(values[0]), (values[1:] - values[0]) / 1.5e-8

        def room(share: np.ndarray, row: int = row) -> float:
            return float(1.0 - spend(bought(share))[0][row] / money[row])

        best = -np.inf
        for _ in range(2):
            start = rng.dirichlet(np.ones(len(size))) * 0.8
            share = np.clip(minimize(worth, start, jac=True, method="SLSQP", bounds=[(0.0, 1.0)] * len(size), constraints=[{"type": "ineq", "fun": room}], options={"maxiter": 50, "ftol": 1e-13}).x, 0.0, 1.0)
            while room(share) < 0.0:
                share = share * (1.0 - 1e-6)
            best = max(best, -worth(share)[0])
        assert best <= found.value[row] * (1.0 + 1e-6)
        assert spend(found.bought)[0][row] <= money[row]


def test_no_plan_of_a_grid_is_better_on_the_draws_of_the_plan() -> None:
    scenario = asked({"a": {}, "b": {"data.price": "$2/example"}}, budget="30k USD", strategies=("unified",))
    (best,) = solve(scenario, [Case(strategy="unified")], seed=0)
    money = 30_000.0 - best.spend + float((best.price * best.bought).sum())
    for share in np.linspace(0.0, 1.0, 21):
        counts = np.floor(np.array([share, 1.0 - share]) * money / best.price)
        (other,) = solve(scenario, [Case(strategy="unified", least=dict(zip("ab", counts.tolist(), strict=True)))], seed=0)
        assert other.value <= best.value + 1e-4


# --- money -----------------------------------------------------------------------------------------


def test_a_plan_spends_its_budget_to_the_last_example() -> None:
    scenario = asked()
    for each in solve(scenario, [Case(strategy=name) for name in scenario.strategies], seed=3):
        assert each.spend <= 40_000.0
        assert 40_000.0 - each.spend < each.price[each.planned].min()
        assert (each.bought == np.round(each.bought)).all()


def test_the_budget_is_kept_as_surely_as_asked_on_draws_never_seen() -> None:
    for confidence in ("75%", "90%", "95%"):
        scenario = asked(budget__confidence=confidence)
        options = options_of(run(scenario, monte_carlo(4096, seed=11)))
        np.testing.assert_allclose(options.limits.in_budget.mean(axis=1), float(confidence[:-1]) / 100.0, atol=0.02)
        assert options.allowed.all()


def test_certainty_is_kept_in_every_draw_of_the_plan() -> None:
    scenario = asked(budget__confidence="100%")
    (each,) = solve(scenario, [Case(strategy="unified")], seed=0)
    assert 0.0 < each.spend <= 40_000.0
    kept = options_of(run(scenario, monte_carlo(4096))).limits.in_budget[0].mean()
    assert kept >= 0.995


@pytest.mark.parametrize("confidence", [1, 3, 50, 99, 100])
def test_any_confidence_has_a_plan(confidence: int) -> None:
    first, weight = ranks(2048, confidence / 100.0)
    assert 0 <= first < first + len(weight) <= 2048
    assert weight.sum() == pytest.approx(1.0)
    assert (weight >= 0.0).all()
    plans = plans_of(asked(budget__confidence=f"{confidence}%"))
    assert all(plan.binding == "budget" for plan in plans.values())


def test_a_model_of_which_nothing_can_be_bought_is_not_paid_for() -> None:
    scenario = asked({"a": {"data.most": 0}, "b": {"data.most": 0}}, budget="60k USD")
    plans = plans_of(scenario)
    assert {plan.untrained for plan in plans.values()} == {("a", "b")}
    assert {plan.gap for plan in plans.values()} == {0.0}
    assert plans["specialists"].spend == pytest.approx(plans["unified"].spend)


def test_with_a_value_a_model_that_costs_more_than_it_earns_is_not_trained() -> None:
    tasks = {"a": {"value": "$900 per point per month"}, "b": {"traffic": "100 requests/month"}}
    plan = plans_of(asked(tasks, budget="60k USD", strategies=("specialists",)))["specialists"]
    assert plan.untrained == ("b",)
    assert all(each.loss > 0.0 for each in plan.starved)


@pytest.mark.usefixtures("declared")
def test_with_values_more_budget_reaches_minimum_scores_no_less_often() -> None:
    tasks = {name: {"value": "$300 per point per month", "score.must": 0.62} for name in "ab"}
    before = 0.0
    for limit in (10, 20, 40, 80):
        met = options_of(run(asked(tasks, budget=f"{limit}k USD", strategies=("unified",)), monte_carlo(1024))).limits.met[0]
        assert met >= before - 0.03
        before = met
    assert before > 0.5


def test_more_budget_is_never_worse() -> None:
    before = {"unified": -np.inf, "specialists": -np.inf}
    for limit in (10, 20, 22, 40, 80, 200, 1000):
        for name, plan in plans_of(asked(budget=f"{limit}k USD")).items():
            assert plan.expected >= before[name] - 1e-4
            before[name] = plan.expected


def test_the_shadow_price_is_what_another_thousand_brings() -> None:
    one, more = plans_of(asked()), plans_of(asked(budget="42k USD"))
    for name in one:
        brought = (more[name].expected - one[name].expected) / 2000.0
        assert one[name].shadow_price == pytest.approx(brought, rel=0.1)


def test_printed_lines_add_up_to_the_money_of_the_plan() -> None:
    """The costs of the study at the planned examples are the money's affine model, on the same points."""
    scenario = asked()
    found = planned(scenario)
    (solved,) = solve(scenario, [Case(strategy="unified")], seed=0)
    ours = options_of(run(found.scenario, Design(draws=2048, scrambles=2048 // cases.A_SCRAMBLE, stream=cases.STREAM)))
    covered = np.sort(ours.covered[0])
    first, weight = ranks(2048, 0.9)
    assert solved.spend == pytest.approx(covered[first : first + len(weight)] @ weight, rel=1e-9)


def test_a_budget_below_the_fixed_costs_buys_nothing_and_says_so() -> None:
    result = verdict(run(asked({"a": {"data.existing": 500}, "b": {"data.existing": 500}}, budget="500 USD", budget__covers=["data", "people"]), monte_carlo(64)))
    plan = result.run.plans["unified"]
    assert plan.binding == "fixed costs"
    assert set(plan.bought.values()) == {0.0}
    assert result.decision.best is None


def test_a_budget_of_nothing_is_an_answer_too() -> None:
    result = verdict(run(asked(budget="0 USD"), monte_carlo(16)))
    assert result.decision.best is None
    assert all(plan.binding == "fixed costs" for plan in result.run.plans.values())


# --- caps, floors, tasks that get nothing -----------------------------------------------------------


def test_caps_and_what_is_owned_hold() -> None:
    scenario = asked({"a": {"data.most": 1000, "data.existing": 400}, "b": {"data.most": 700}, "c": {"data.existing": 50, "data.least": 600}})
    for plan in plans_of(scenario).values():
        assert plan.examples["a"] <= 1000.0
        assert plan.bought["a"] == plan.examples["a"] - 400.0
        assert plan.examples["b"] <= 700.0
        assert plan.examples["c"] >= 600.0
        assert set(plan.capped) >= {"b"}


def test_caps_on_all_tasks_stop_a_plan() -> None:
    (plan,) = plans_of(asked({"a": {"data.most": 300}, "b": {"data.most": 200}}, budget="900k USD", strategies=("unified",))).values()
    assert (plan.binding, plan.examples, plan.shadow_price) == ("caps", {"a": 300.0, "b": 200.0}, 0.0)


def test_a_specialist_that_is_not_worth_its_fixed_costs_is_not_trained() -> None:
    tasks = {"a": {"traffic": "100k requests/month"}, "b": {"traffic": "10 requests/month"}}
    plans = plans_of(asked(tasks, budget="30k USD", budget__covers=["data", "people"], strategies=("specialists",)))
    plan = plans["specialists"]
    assert plan.untrained == ("b",)
    assert plan.examples["b"] == 0.0
    (starved,) = plan.starved
    assert starved.task == "b"
    assert starved.floor >= 200.0
    assert starved.loss > 0.0 or np.isnan(starved.loss)
    result = verdict(run(asked(tasks, budget="30k USD", budget__covers=["data", "people"], strategies=("specialists",)), monte_carlo(64)))
    assert result.run.lowered.inputs.structure.models_trained.tolist() == [1.0]


def test_what_a_floor_costs_is_the_difference_of_two_plans() -> None:
    tasks = {"a": {"traffic": "100k requests/month", "data.existing": 1}, "b": {"traffic": "100 requests/month", "data.existing": 1}}
    (plan,) = plans_of(asked(tasks, budget="25k USD", strategies=("specialists",))).values()
    (starved,) = plan.starved
    (held,) = plans_of(asked({**tasks, "b": {**tasks["b"], "data.least": int(starved.floor)}}, budget="25k USD", strategies=("specialists",))).values()
    assert starved.loss == pytest.approx(plan.expected - held.expected, abs=1e-4)


# --- value, minimum scores ---------------------------------------------------------------------------


def test_with_a_value_examples_are_bought_while_they_earn_more_than_they_cost() -> None:
    """No budget at all: the last example earns its price."""
    scenario = asked({"a": {"value": "$500 per point per month"}, "b": {"value": "$500 per point per month"}}, budget="none", strategies=("unified",))
    found = planned(scenario)
    (plan,) = found.plans.values()
    assert found.unit == "USD"
    assert plan.binding == "no further gain"
    (solved,) = solve(scenario, [Case(strategy="unified")], seed=0)
    np.testing.assert_allclose(solved.slope * solved.bought, 0.0, atol=1e-3 * abs(solved.value))


def test_a_minimum_score_moves_money_to_its_task() -> None:
    tasks = {"a": {"traffic": "100k requests/month"}, "b": {"traffic": "1k requests/month"}}
    free = plans_of(asked(tasks, budget="60k USD", strategies=("specialists",)))["specialists"]
    level = verdict(run(asked(tasks, budget="60k USD", strategies=("specialists",)), monte_carlo(1024))).results[0].scores["b"].median / 100.0
    must = {**tasks, "b": {**tasks["b"], "score.must": round(level + 0.01, 3)}}
    held = plans_of(asked(must, budget="60k USD", strategies=("specialists",), budget__confidence="60%"))["specialists"]
    assert held.examples["b"] > free.examples["b"]
    result = verdict(run(asked(must, budget="60k USD", strategies=("specialists",), budget__confidence="60%"), monte_carlo(4096)))
    assert result.decision.probability_limits_met[0] >= 0.55


def test_a_minimum_beyond_the_ceiling_is_infeasible() -> None:
    result = verdict(run(asked({"a": {"score.must": 0.95}, "b": {}}), monte_carlo(64)))
    assert result.decision.best is None


# --- laws ------------------------------------------------------------------------------------------


def test_a_plan_hangs_on_nothing_but_the_scenario_and_the_seed() -> None:
    one, other = plans_of(asked(), 3), plans_of(asked(), 3)
    assert one == other
    turned = plans_of(asked(strategies=("specialists", "unified")), 3)
    assert {name: plan.examples for name, plan in turned.items()} == {name: plan.examples for name, plan in one.items()}


def test_the_order_of_tasks_moves_no_example_worth_naming() -> None:
    tasks: dict[str, dict[str, object]] = {"a": {}, "b": {"data.price": "$1 to $3/example"}, "c": {"data.existing": 300}}
    one, other = plans_of(asked(tasks)), plans_of(asked(dict(reversed(tasks.items()))))
    for name in one:
        for task in tasks:
            assert other[name].examples[task] == pytest.approx(one[name].examples[task], rel=0.01, abs=3)
        assert other[name].expected == pytest.approx(one[name].expected, rel=1e-6)


def test_a_plan_is_the_same_beside_whatever_other_strategies() -> None:
    """Those that train the same models among them, of which each buys its own examples."""
    names = ("specialists", "merged", "pair", "unified", "twin")
    kinds = {"pair": {"groups": [["a", "b"], ["c"]]}, "twin": {"kind": "unified"}}
    alone = {name: plans_of(asked(strategies={name: kinds.get(name, {})}))[name] for name in names}
    for order in (names, tuple(reversed(names))):
        together = plans_of(asked(strategies={name: kinds.get(name, {}) for name in order}))
        assert {name: plan.examples for name, plan in together.items()} == {name: plan.examples for name, plan in alone.items()}
        assert all(together[name].expected == pytest.approx(alone[name].expected, rel=1e-12) for name in names)
    assert alone["twin"].examples == alone["unified"].examples


def test_a_minimum_score_leaves_each_plan_its_own_confidence() -> None:
    """How surely one strategy reaches it moves no money of another."""
    tasks = {"a": {"score.must": 0.6}, "b": {}}
    names = ("unified", "specialists", "adapters")
    together = plans_of(asked(tasks, budget="30k USD", strategies=names))
    for name in names:
        alone = plans_of(asked(tasks, budget="30k USD", strategies=(name,)))[name]
        assert together[name].examples == pytest.approx(alone.examples, rel=1e-6, abs=1.0)


def test_plans_do_not_hang_on_how_many_are_solved_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = plans_of(asked())
    monkeypatch.setattr(cases, "CELLS_OF_CASES", 1)
    assert {name: plan.examples for name, plan in plans_of(asked()).items()} == {name: plan.examples for name, plan in whole.items()}


def test_numbers_given_for_a_strategy_are_not_planned() -> None:
    scenario = asked(strategies={"unified": {"examples": 500}, "specialists": {"examples": {"a": 700}}, "mine": {"kind": "unified", "examples": "auto"}})
    plans = plans_of(scenario)
    assert "unified" not in plans
    assert set(plans["specialists"].examples) == {"b", "c"}
    assert set(plans["mine"].examples) == {"a", "b", "c"}


def test_expected_worth_averages_luck_out_exactly() -> None:
    """Clashes at their chance, what the law misses at its mean: the mean over many draws of luck."""
    scenario = asked({"a": {"clash_risk": "high"}, "b": {"clash_risk": "high"}}, strategies=("unified",), law={"law.discrepancy": "0 points", "law.level_discrepancy": "0 points", "law.mixing_shift": "0 points"})
    worth: Worth = cases._worth(scenario, [Case(strategy="unified")], 4096, 0)
    bought = np.full((1, 1, 2), 3000.0)
    inputs = worth.with_examples(bought)
    drawn = 100.0 * deliver(inputs, *route(inputs, score_of_models(inputs, learn(inputs))))[0, 0, 0].mean()
    assert worth(bought)[0, 0] == pytest.approx(drawn, abs=0.1)


@pytest.mark.parametrize(("budget", "strategies"), list(product(("15k USD", "90k USD"), ("unified_then_specialists", "merged"))))
def test_hybrids_are_planned_like_the_others(budget: str, strategies: str) -> None:
    (plan,) = plans_of(asked(budget=budget, strategies=(strategies,))).values()
    assert sum(plan.bought.values()) > 0.0
    assert plan.binding == "budget"
