"""What holds for every scenario: bounds, monotone costs, and that batching changes no bit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from building import (
    ALL_STRATEGIES,
    Answer,
    answer,
    assert_same,
    every_array,
    lowered,
    scenario,
    with_numbers,
)
from tuneplan.axes import Array
from tuneplan.core import declared_params, evaluate
from tuneplan.core.arrays import Inputs
from tuneplan.core.attribution import attribute, attribute_unseen
from tuneplan.core.distributions import point, uniform
from tuneplan.core.learning import learn
from tuneplan.core.registry import Param
from tuneplan.core.schedule.timeline import Timeline, timeline
from tuneplan.scenario.lowering.places import path_of
from tuneplan.scenario.records import Quantity, Scenario
from tuneplan.study import run
from tuneplan.study.design import Nominal, monte_carlo

FEW = settings(max_examples=25, deadline=None, derandomize=True)
DRAWS = 16
STRATEGIES: dict[str, dict[str, Any]] = {
    **{name: {} for name in ALL_STRATEGIES},
    "prompted": {"score": 0.5},
    "mixed": {"kind": "unified", "replay": "5k"},
}
amounts = st.floats(1.0, 1e6)
shares = st.floats(0.0, 1.0)


@st.composite
def worlds(draw: st.DrawFn, most_tasks: int = 4) -> dict[str, Any]:
    """Arguments of a random scenario with every strategy."""
    names = "abcd"[: draw(st.integers(1, most_tasks))]
    return {
        "tasks": {
            name: {
                "data.examples": draw(amounts), "data.existing": draw(st.floats(0.0, 1e4)), "data.quality": draw(st.floats(0.1, 1.0)),
                "data.price": f"${draw(st.floats(0.01, 50.0)):.4f} per example", "epochs": draw(st.floats(0.5, 9.0)),
                "traffic": f"{draw(st.floats(0.0, 1e7)):.3f} requests/month",
                "score": {"base": (base := draw(st.floats(0.0, 0.9))), "ceiling": draw(st.floats(base, 1.0))},
                "clash_risk": draw(st.sampled_from(["low", "medium", "high"])),
                "framing": draw(st.sampled_from(["instruction", "plain", "task_marker", "own_heads"])),
            }
            for name in names
        },
        "similar": {f"{one}/{other}": draw(shares) for one in names for other in names if one < other},
        "strategies": STRATEGIES,
        "law": {},
        "unseen__share": draw(shares),
        "router__accuracy": draw(shares),
        "serving__mode": draw(st.sampled_from(["own", "hosted", "scale_to_zero"])),
    }  # fmt: skip


def ask(world: dict[str, Any], **kwargs: Any) -> Answer:
    return answer(world["tasks"], **{key: value for key, value in world.items() if key != "tasks"}, **kwargs)


def changed(world: dict[str, Any], task: str, **keys: Any) -> dict[str, Any]:
    dotted = {key.replace("__", "."): value for key, value in keys.items()}
    return {**world, "tasks": {**world["tasks"], task: {**world["tasks"][task], **dotted}}}


# --- bounds and monotone costs ------------------------------------------------------------------------


@FEW
@given(worlds())
def test_costs_are_never_negative_and_scores_stay_on_their_scale(world: dict[str, Any]) -> None:
    it = ask(world, draws=DRAWS)
    for line, cost in it.outcome.costs.items():
        assert np.isfinite(cost).all(), line
        assert (cost >= 0.0).all(), line
    for array in (it.outcome.score, it.outcome.delivered, it.outcome.base_score):
        assert (array >= 0.0).all()
        assert (array <= 1.0).all()


def test_the_score_of_a_fallback_model_stays_on_its_scale() -> None:
    router = {"fallback": "api", "api": "gpt-4o-mini", "score": "0.9 to 1.0"}
    it = answer(strategies=("specialists",), router=router, unseen__share="30%", draws=1024)
    assert (it.outcome.score <= 1.0).all()


def test_a_strategy_that_buys_elsewhere_pays_its_own_price() -> None:
    """Also where the task's other examples are labelled by the hour."""
    strategies = {"labelled": {"kind": "unified"}, "bought": {"kind": "unified", "price": "$500 per example"}}
    it = answer({"a": {"data.labelling.minutes": "10 minutes"}}, strategies=strategies, law={})
    assert_same(it.outcome.costs["labels"][0, 1, 0], 2000.0 * np.full(1, 500.0))


@FEW
@given(worlds(), st.floats(1.0, 1e3))
def test_cost_never_falls_when_a_price_rises(world: dict[str, Any], dearer: float) -> None:
    dear = changed(world, "a", data__price=f"${50.0 * dearer:.2f} per example")
    assert (ask(dear, draws=DRAWS).outcome.cost_of() >= ask(world, draws=DRAWS).outcome.cost_of()).all()
    low, high = ({**world, "gpu__price": f"${price:.2f}/hour"} for price in (1.0, 1.0 + dearer))
    assert (ask(high, draws=DRAWS).outcome.cost_of() >= ask(low, draws=DRAWS).outcome.cost_of()).all()


@FEW
@given(worlds(), st.floats(1.0, 1e3))
def test_cost_never_falls_when_traffic_rises(world: dict[str, Any], more: float) -> None:
    before, after = (changed(world, "a", traffic=f"{10.0 * factor:.3f} requests/month") for factor in (1.0, more))
    cheap, dear = ask(before, draws=DRAWS).outcome.cost_of(), ask(after, draws=DRAWS).outcome.cost_of()
    assert (dear >= cheap * (1.0 - 1e-12)).all()


@FEW
@given(worlds(), amounts, st.floats(1.0, 1e3))
def test_cost_never_falls_with_more_examples(world: dict[str, Any], few: float, more: float) -> None:
    before, after = (changed(world, "a", data__examples=amount) for amount in (few, few * more))
    cheap, dear = ask(before, draws=DRAWS).outcome.cost_of(), ask(after, draws=DRAWS).outcome.cost_of()
    assert (dear >= cheap * (1.0 - 1e-12)).all()


@FEW
@given(worlds(), st.randoms(use_true_random=False))
def test_permuting_strategies_permutes_results_bit_for_bit(world: dict[str, Any], random: Any) -> None:
    names = list(STRATEGIES)
    random.shuffle(names)
    one, other = ask(world, draws=DRAWS), ask({**world, "strategies": {name: STRATEGIES[name] for name in names}}, draws=DRAWS)
    for name in names:
        assert_same(other.scores(name), one.scores(name))
        assert_same(other.cost(name), one.cost(name))


# --- many scenarios at once -----------------------------------------------------------------------------


def assert_each_as_alone(scenarios: Sequence[Scenario], design: Any = None) -> None:
    """Lowered together or one by one, every bit of every output is the same."""
    points = (design or monte_carlo(DRAWS)).points
    together = every_array(evaluate(run.lower(scenarios, points).inputs))
    for number, each in enumerate(scenarios):
        for name, array in every_array(evaluate(run.lower([each], points).inputs)).items():
            assert_same(together[name][[number if together[name].shape[0] > 1 else 0]], array)


@FEW
@given(worlds(), st.lists(st.tuples(amounts, st.floats(0.0, 1e6), shares), min_size=2, max_size=4))
def test_scenarios_lowered_together_are_those_lowered_alone(world: dict[str, Any], rows: list[tuple[float, float, float]]) -> None:
    several = []
    for examples, traffic, unseen in rows:
        one = changed(world, "a", data__examples=examples, traffic=f"{traffic:.3f} requests/month")
        several.append(scenario(**{**one, "unseen__share": unseen}))
    assert_each_as_alone(several)


def with_number(base: Scenario, param: Param, distribution: Any) -> Scenario:
    """The scenario with one declared number given."""
    owner = "a" if param.scope in ("task", "request", "strategy_request") else ""
    path = "similarity.a/b" if param.scope == "pair" else path_of(param, owner, "mixed" if param.name == "replay" else "prompted")
    if param.scope == "misroute":
        path = f"{param.key}.a>b"
    given_ = Quantity(path=path, distribution=distribution, unit=param.unit, text="typed")
    return replace(base, quantities={**base.quantities, path: given_})


MEDIANS = {
    "examples": 2e3, "base": 0.4, "ceiling": 0.9, "prompted_score": 0.5, "traffic": 1e4, "floor": 0.1, "latency": 0.1,
    "budget_limit": 1e5, "must": 0.5, "minutes": 3.0, "label_price": 4.0, "gpu_price": 2.0, "serving_gpu_price": 2.0,
    "replay": 1e3, "utilisation": 0.3, "saturated_share": 0.3, "confusion": 0.1, "value": 10.0, "fallback_score": 0.5, "peak_tflops": 900.0,
    "pace": 4.0, "judged_share": 0.3,
}  # fmt: skip
"""Of the numbers that have no default, and of those that change what is trained at their default."""


def two_values(param: Param) -> tuple[float, float]:
    """Two values of a number, both allowed."""
    median = MEDIANS[param.name] if param.default is None or param.name in MEDIANS else param.default.median
    low, high = max(param.low, 0.9 * median), min(param.high, 1.1 * median)
    if median == 0.0:
        low, high = max(param.low, 0.0), 0.1
    return (float(np.ceil(low)), float(np.ceil(low)) + 3.0) if param.whole else (low, high)


@pytest.fixture(scope="module")
def ordinary() -> Scenario:
    """Two tasks, every strategy, all law priors."""
    return scenario(("a", "b"), strategies=STRATEGIES, similar=0.3, law={}, unseen={"share": "20%", "similarity": {"a": 0.1, "b": 0.2}})


@pytest.fixture(scope="module")
def timed_too(ordinary: Scenario) -> Scenario:
    """The same, shipped in time or late, with pay for whoever waits."""
    words = {"start": "2027-01-04", "deadline.date": "2027-03-01", "schedule.holidays": ("2027-01-06",), "gpu.spot": True}
    numbers = {"deadline.delay_cost": 100.0, "schedule.idle_pay": 20.0, "schedule.reserved": 0.5, "schedule.batch": 500.0}
    given_ = {path: Quantity(path=path, distribution=point(value), unit="", text="typed") for path, value in numbers.items()}
    return replace(ordinary, settings={**ordinary.settings, **words}, quantities={**ordinary.quantities, **given_})


NUMBERS = pytest.mark.parametrize("param", declared_params(), ids=lambda param: param.name)


@NUMBERS
@pytest.mark.parametrize("design", [monte_carlo(DRAWS), Nominal()], ids=["draws", "nominal"])
def test_any_number_alone_may_differ_between_scenarios(ordinary: Scenario, param: Param, design: Any) -> None:
    """Alone, so that every other number has length 1 on the scenario axis."""
    several = [with_number(ordinary, param, point(value)) for value in two_values(param)]
    assert_each_as_alone(several, design)
    inputs = run.lower(several, design.points).inputs
    last = list(attribute(inputs, learn(inputs)).values())[-1]
    assert_same(last, evaluate(inputs).delivered)


@NUMBERS
def test_any_number_alone_may_differ_between_timed_scenarios(timed_too: Scenario, param: Param) -> None:
    assert_each_as_alone([with_number(timed_too, param, point(value)) for value in two_values(param)], monte_carlo(8))


CERTAIN = {"budget_limit", "budget_confidence", "lora_rank", "sequence_length"}
"""Numbers that are decided before anything is known: no draw may differ from another."""


def test_numbers_that_are_certain_are_declared() -> None:
    assert {param.name for param in declared_params()} >= CERTAIN


UNCERTAIN = pytest.mark.parametrize("param", [each for each in declared_params() if each.name not in CERTAIN], ids=lambda param: param.name)


@UNCERTAIN
def test_any_number_alone_may_be_uncertain(ordinary: Scenario, param: Param) -> None:
    """Alone, so that every other number has length 1 on the draw axis."""
    assert_uncertain_alone(ordinary, param)


@UNCERTAIN
def test_any_number_alone_may_be_uncertain_where_launch_dates_count(timed_too: Scenario, param: Param) -> None:
    """Dates too are the same, simulated on numbers of length 1 but for one."""
    whole, short = assert_uncertain_alone(timed_too, param)
    luck = {name: whole[name] for name in ("is_timed", "batch_luck", "annotator_luck", "model_luck")}  # which always has all draws
    found, expected = (timeline(with_numbers(inputs, **luck)) for inputs in (short, whole))
    for name in Timeline.__slots__:
        assert_same(getattr(found, name), getattr(expected, name), rtol=1e-13)


def assert_uncertain_alone(base: Scenario, param: Param) -> tuple[Inputs, Inputs]:
    """Numbers cut to one draw wherever they don't vary give the same of everything; whole, and cut."""
    low, high = two_values(param)
    only = with_number(base, param, uniform(low, high))

    def cube(names: Sequence[str]) -> Array:
        path = next(path for path, q in only.quantities.items() if q.distribution == uniform(low, high))
        return np.array([np.linspace(0.1, 0.9, 5) if name == path else np.full(5, 0.5) for name in names])

    whole = run.lower([only], cube).inputs
    thin = {name: array[..., :1] if constant(array) else array for name, array in whole.numbers.items()}
    short = with_numbers(whole, **thin)
    expected = every_array(evaluate(whole))
    for name, array in every_array(evaluate(short)).items():
        assert_same(array, expected[name], rtol=1e-13)
    attribute_unseen(short, learn(short))
    return whole, short


def constant(array: Array) -> bool:
    """Whether a number is the same in all draws."""
    return bool(((array == array[..., :1]) | np.isnan(array)).all())


def unified_beside(one: dict[str, Any], other: dict[str, Any], **more: Any) -> Scenario:
    """Two unified models that differ in what their strategies override."""
    return scenario(("a", "b"), strategies={"x": {"kind": "unified", **one}, "y": {"kind": "unified", **other}}, law={}, **more)


ALIKE_AND_NOT: dict[str, Callable[[], Sequence[Scenario]]] = {
    "amounts that agree in some scenarios": lambda: [
        unified_beside({"examples": x}, {"examples": y}) for x, y in [(1000, 1000), (9000, 9000), (1000, 9000), (9000, 1000)]
    ],
    "qualities that agree in some scenarios": lambda: [
        unified_beside({"quality": x}, {"quality": y}) for x, y in [(0.5, 0.5), (0.9, 0.9), (0.5, 0.9)]
    ],
    "quality of one strategy": lambda: [unified_beside({"quality": x}, {}) for x in (0.5, 0.9)],
    "a strategy's number given in one scenario alone": lambda: [unified_beside({}, {}), unified_beside({"examples": 500}, {})],
    "no data of a task in one scenario": lambda: [scenario({"a": {}, "b": {"data.examples": x}}, law={}) for x in (2000, 0)],
    "a mix of instructions in one scenario alone": lambda: [unified_beside({"replay": 5000}, {}), unified_beside({}, {})],
    "a latency limit in one scenario alone": lambda: [scenario("ab", law={}), scenario("ab", law={}, serving__latency="0.02 s/token")],
    "a price of the base's GPU in one scenario alone": lambda: [scenario("ab"), scenario("ab", gpu__price="$9/hour")],
    "an interval in one scenario alone": lambda: [scenario("ab", law__forgetting="10%"), scenario("ab", law__forgetting="5% to 40%")],
}  # fmt: skip


@pytest.mark.parametrize("case", ALIKE_AND_NOT)
def test_a_scenario_is_answered_alike_in_any_company(case: str) -> None:
    several, design = ALIKE_AND_NOT[case](), monte_carlo(DRAWS)
    together = run_in_blocks(several, design)
    for number, each in enumerate(several):
        for name, array in every_array(evaluate(run.lower([each], design.points).inputs)).items():
            assert_same(together[name][[number]], array)


def run_in_blocks(several: Sequence[Scenario], design: Any) -> dict[str, Array]:
    """Every array of every scenario, in their order."""
    blocks = [every_array(block) for _, block in run.run_blocks(several, design)]
    sizes = [max(array.shape[0] for array in block.values()) for block in blocks]
    return {
        name: np.concatenate(
            [np.broadcast_to(block[name], (size, *block[name].shape[1:])) for block, size in zip(blocks, sizes, strict=True)]
        )
        for name in blocks[0]
    }  # fmt: skip


@pytest.mark.parametrize("cells", [1, 700, 3_000, 10**9])
def test_block_size_changes_no_bit(cells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    several = [
        scenario({"a": {"data.examples": 100 * (n + 1)}, "b": {"score.base": 0.3 + 0.02 * n}}, strategies=ALL_STRATEGIES, law={})
        for n in range(7)
    ]  # fmt: skip
    design = monte_carlo(DRAWS)
    expected = [every_array(evaluate(run.lower([each], design.points).inputs)) for each in several]
    monkeypatch.setattr(run, "CELLS_OF_A_BLOCK", cells)
    found = run_in_blocks(several, design)
    for name, array in found.items():
        assert_same(array, np.concatenate([each[name] for each in expected]))


# --- vector equals scalar ---------------------------------------------------------------------------------


@settings(max_examples=8, deadline=None, derandomize=True)
@given(worlds())
def test_64_draws_at_once_are_64_draws_one_by_one(world: dict[str, Any]) -> None:
    inputs = lowered(scenario(**world), draws=64).inputs
    at_once = every_array(evaluate(inputs))
    for draw in range(64):
        alone = {name: array[..., [draw if array.shape[-1] > 1 else 0]] for name, array in inputs.numbers.items()}
        for name, array in every_array(evaluate(with_numbers(inputs, **alone))).items():
            assert_same(at_once[name][..., [draw if at_once[name].shape[-1] > 1 else 0]], array, rtol=1e-13)
