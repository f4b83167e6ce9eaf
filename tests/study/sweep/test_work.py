"""Every row of a sweep is what ``run`` says of its scenario."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from sweeping import GIVEN, UNTIMED, Product, startup
from tuneplan.errors import UsageError
from tuneplan.study.breakeven.asked import decided
from tuneplan.study.options import options_of
from tuneplan.study.run import run
from tuneplan.study.sweep.cases import Case
from tuneplan.study.sweep.making import ONCE
from tuneplan.study.sweep.preparing import cases_in, prepared, seconds_of
from tuneplan.study.sweep.work import Sweep, scenario_of

AXES = (
    ("method", ("lora", "full")),
    ("tasks.email.traffic", [2e4, 8e4], "request/month"),
    ("budget.limit", ("8k USD", "40k USD", "90k USD")),
    ("similarity.email/summary", ("near", "0.1 to 0.3", "0.9")),
)
ROWS = (0, 7, 20, 35)


def whole(work: Sweep) -> dict[str, np.ndarray]:
    """All rows."""
    blocks = [work.block(number) for number in range(work.blocks)]
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def same_as_run(work: Sweep, found: dict[str, np.ndarray], row: int) -> None:
    """A row against the scenario run by itself."""
    options = options_of(run(scenario_of(work, row), work.cases.design, explained=False))
    decision = decided(options)
    assert found["recommended"][row] == ("" if decision.best is None else decision.strategies[decision.best])
    assert found["close"][row] == (decision.too_close or decision.level)
    assert (found["reason"][row] == "") == (decision.best is not None)
    if decision.margin is not None:
        assert found["margin"][row] == pytest.approx(decision.margin.mean, rel=1e-9)
    for place, name in enumerate(decision.strategies):
        said = {
            "cost": np.quantile(options.cost[place], 0.5), "score": options.points[place].mean(), "allowed": decision.allowed[place],
            "cost_p90": np.quantile(options.cost[place], 0.9), "score_low": np.quantile(options.points[place], 0.05),
            "probability_best": decision.probability_best[place], "regret": decision.regret[place], "limits_met": decision.probability_limits_met[place],
            "net_benefit": decision.expected[place],
        }  # fmt: skip
        for statistic, expected in said.items():
            column = f"{name}.{statistic}"
            if column in found:
                assert found[column][row] == pytest.approx(expected, rel=1e-9, nan_ok=True), column


@pytest.mark.parametrize("changes", [(*GIVEN, *UNTIMED), GIVEN, (*GIVEN, *UNTIMED, "tasks.email.value=300 USD/point/month")], ids=["points", "dated", "valued"])
@pytest.mark.parametrize("draws", [1, 64])
def test_rows_are_what_run_says_of_them(changes: tuple[str, ...], draws: int) -> None:
    work = prepared(startup(*changes), Product(AXES), draws=draws)
    assert not work.cases.one_by_one
    found = whole(work)
    assert list(found) == [each.name for each in work.columns]
    assert all(len(each) == work.rows == 36 for each in found.values())
    for row in ROWS:
        same_as_run(work, found, row)


@pytest.mark.parametrize("changes", [UNTIMED, (), (*UNTIMED, "tasks.email.value=300 USD/point/month"), (*UNTIMED, "tasks.email.score.must=0.7")], ids=["points", "dated", "valued", "minimum"])
def test_rows_with_plans_of_their_own_are_what_run_says_of_them(changes: tuple[str, ...]) -> None:
    work = prepared(startup(*changes), Product((("budget.limit", ("1k USD", "9k USD", "60k USD")), ("tasks.qa.traffic", [1e4, 9e4], "request/month"))), draws=64)
    assert work.cases.is_planned
    found = whole(work)
    for row in range(work.rows):
        same_as_run(work, found, row)
    assert found["recommended"][0] == ""
    assert "budget" in found["reason"][0]


def test_rows_that_no_dial_can_make_are_cases_of_their_own() -> None:
    work = prepared(startup(*UNTIMED), Product((("method", ("lora", "full")),)), draws=64)
    assert work.cases.one_by_one
    same_as_run(work, whole(work), 1)


def test_plans_found_once_are_those_of_the_scenario_as_it_stands() -> None:
    source = startup(*UNTIMED)
    work = prepared(source, Product((("tasks.email.traffic", ("20k/month", "20k to 80k requests/month")),)), draws=64, plans=ONCE)
    found, options = whole(work), options_of(run(source(), work.cases.design, explained=False))
    for place, name in enumerate(options.strategies):
        assert found[f"{name}.score"][1] == pytest.approx(options.points[place].mean(), rel=1e-9)
        assert found[f"{name}.allowed"][1] == options.allowed[place]


def test_dials_are_numbers_and_cases_are_words() -> None:
    work = prepared(startup(*GIVEN), Product((*AXES, ("tasks.qa.data.price", ("2 USD per example", "9 USD per example")))), draws=1)
    dials = {dial.key for dial in work.cases.sorted.dials}
    assert dials == {"tasks.email.traffic", "budget.limit"}
    assert "similarity.email/summary" in work.cases.sorted.cases, "near is a word"
    assert "tasks.qa.data.price" in work.cases.sorted.cases, "the pace of labelling hangs on the price where dates count"
    numbers = (("tasks.qa.data.price", ("2 USD per example", "3 USD to 9 USD per example")), ("similarity.email/summary", ("0.2 to 0.4", "0.9")))
    untimed = prepared(startup(*GIVEN, *UNTIMED), Product(numbers), draws=64)
    assert {dial.key for dial in untimed.cases.sorted.dials} == {"tasks.qa.data.price", "similarity.email/summary"}
    for row in range(4):
        same_as_run(untimed, whole(untimed), row)


def test_certain_numbers_are_kept_as_numbers_and_others_as_texts() -> None:
    found = whole(prepared(startup(*GIVEN, *UNTIMED), Product(AXES), draws=1))
    assert set(found["budget.limit"]) == {8e3, 4e4, 9e4}
    assert set(found["similarity.email/summary"]) == {"near", "0.1 to 0.3", "0.9"}


def test_blocks_say_the_same_in_any_order_and_company_to_the_bit() -> None:
    numbers = np.geomspace(1e4, 1e5, 100)
    work = prepared(startup(*GIVEN, *UNTIMED), Product((("tasks.email.traffic", numbers, "request/month"), ("budget.limit", ("20k USD", "60k USD")))), draws=64)
    cut = pickle.loads(pickle.dumps(work))
    object.__setattr__(cut, "rows_of_a_block", 64)
    forwards = [cut.block(number) for number in range(cut.blocks)]
    assert cut.blocks == 4
    with ThreadPoolExecutor(3) as pool:
        threads = list(pool.map(cut.block, reversed(range(cut.blocks))))[::-1]
    for one, other in zip(forwards, threads, strict=True):
        assert all(one[name].tobytes() == other[name].tobytes() for name in one if one[name].dtype != object)
        assert all(one[name].tolist() == other[name].tolist() for name in one if one[name].dtype == object)


def test_a_row_that_fails_is_a_row_with_a_reason() -> None:
    axes = (("tasks.email.score.base", ("0.5", "0.9")), ("tasks.email.score.ceiling", ("0.95", "0.8")))
    found = whole(prepared(startup(*GIVEN, *UNTIMED), Product(axes), draws=64))
    assert "ceiling is worse than the base" in found["reason"][3]
    assert found["recommended"][3] == ""
    assert np.isnan(found["unified.cost"][3])
    assert found["reason"][:3].tolist() == [""] * 3


def test_strategies_of_any_row_have_columns() -> None:
    axes = (("strategies.big", ("{kind: unified, examples: 9k}",)),)
    found = whole(prepared(startup(*GIVEN, *UNTIMED), Product(axes), draws=1))
    assert np.isfinite(found["big.score"]).all()


def test_rows_decided_in_points_and_dollars_are_refused() -> None:
    axes = (("tasks.email", ("{value: 300 USD/point/month}", "{traffic: 20k/month}")),)
    with pytest.raises(UsageError, match="decided in USD, others in points"):
        prepared(startup(*GIVEN, *UNTIMED), Product(axes), draws=1)


def test_what_is_no_policy_of_plans_is_refused() -> None:
    with pytest.raises(UsageError, match="'never' is none of own, once"):
        prepared(startup(*GIVEN), Product(AXES), plans="never")


def test_an_estimate_counts_draws_plans_and_dates() -> None:
    given, left = startup(*GIVEN, *UNTIMED)(), startup(*UNTIMED)()
    one, many = (seconds_of(given, 1000, draws=draws, plans="own", cases=0) for draws in (1, 100))
    assert many == pytest.approx(100 * one)
    assert seconds_of(left, 1000, draws=1, plans="own") > 10 * seconds_of(left, 1000, draws=1, plans=ONCE)
    assert seconds_of(left, 1000, draws=1, plans=ONCE, cases=1000) > 10 * one
    assert seconds_of(startup(*GIVEN)(), 1000, draws=1, plans=ONCE, cases=0) > one


def test_numbers_that_do_not_go_together_in_some_rows_are_told_there() -> None:
    axes = (("tasks.email.score.base", [0.5, 0.6, 0.8], "score"), ("tasks.email.score.ceiling", [0.7, 0.9], "score"), ("budget.limit", [2e4, 6e4], "USD"))
    work = prepared(startup(*GIVEN, *UNTIMED), Product(axes), draws=64)
    assert len(work.cases.sorted.dials) == 3
    found = whole(work)
    assert [("worse than the base" in reason) for reason in found["reason"]] == [False] * 8 + [True] * 2 + [False] * 2
    assert np.isnan(found["unified.cost"][8:10]).all()
    for row in (0, 7, 11):
        same_as_run(work, found, row)


def test_what_is_left_empty_is_as_the_scenario_says() -> None:
    work = prepared(startup(*GIVEN, *UNTIMED), Product((("budget.limit", ("", "20k USD")), ("method", ("", "full")))), draws=64)
    found = whole(work)
    assert set(found["budget.limit"]) == {6e4, 2e4}
    for row in range(4):
        same_as_run(work, found, row)


def test_chances_of_a_schedule_are_dials_and_crews_are_cases() -> None:
    axes = (("schedule.gate", ("60%", "50% to 95%")), ("schedule.annotators", ("2", "6")), ("deadline.delay_cost", ("0 USD/day", "900 USD/day")))
    work = prepared(startup(*GIVEN), Product(axes), draws=64)
    assert {dial.key for dial in work.cases.sorted.dials} == {"schedule.gate", "deadline.delay_cost"}
    found = whole(work)
    for row in (0, 3, 6):
        same_as_run(work, found, row)


def test_a_plan_made_once_does_not_hang_on_numbers_that_rows_vary() -> None:
    work = prepared(startup(), Product((("tasks.qa.data.price", ("1 USD per example", "9 USD per example")),)), draws=64, plans=ONCE)
    assert work.cases.sorted.cases == ("tasks.qa.data.price",)
    assert cases_in(work) == 2
    found = whole(work)
    assert found["unified.score"][0] == found["unified.score"][1]
    assert found["unified.cost"][0] < found["unified.cost"][1]


def test_a_row_is_planned_as_it_would_be_alone() -> None:
    """Whatever else is planned beside it, and where what is owned is no round number."""
    owned = ("tasks.qa.data.existing", [1666.1037924953043, 200.0, 17.3], "example")
    axes = (("budget.limit", ("149451 USD", "30k USD")), owned, ("tasks.email.score.must", ("0.6894353720161172",)))
    together = whole(prepared(startup("schedule.annotators=1"), Product(axes), draws=32))
    for row in (0, 4):
        texts = (("budget.limit", (axes[0][1][row // 3],)), (owned[0], [owned[1][row % 3]], owned[2]), axes[2])
        work = prepared(startup("schedule.annotators=1"), Product(texts), draws=32)
        alone = whole(work)
        same_as_run(work, alone, 0)
        for name in (name for name in alone if name.startswith("specialists.")):
            assert together[name][row : row + 1].tobytes() == alone[name].tobytes(), name


@pytest.mark.parametrize("key", [("budget.limit", ("9k USD", "60k USD")), ("method", ("lora", "full"))], ids=["many at once", "one by one"])
def test_what_plans_buy_stands_in_their_rows(key: tuple[str, tuple[str, ...]]) -> None:
    work = prepared(startup(*UNTIMED), Product((key,)), draws=64)
    found, plans = whole(work), run(scenario_of(work, 1), work.cases.design, explained=False).plans
    for name, plan in plans.items():
        assert {task: found[f"{name}.examples.{task}"][1] for task in plan.examples} == dict(plan.examples)
    assert not [each.name for each in prepared(startup(*UNTIMED), Product((key,)), draws=64, plans=ONCE).columns if ".examples." in each.name]


def test_blocks_hold_few_scenarios_of_their_own() -> None:
    prices = ("tasks.qa.data.price", np.linspace(1.0, 9.0, 4096), "USD/example")
    work = prepared(startup(*GIVEN), Product((prices, ("budget.limit", ("20k USD", "60k USD")))), draws=1)
    assert work.cases.sorted.cases == ("tasks.qa.data.price",)
    assert work.rows_of_a_block == 32
    assert prepared(startup(*GIVEN, *UNTIMED), Product((prices,)), draws=1).rows_of_a_block > 10_000


def test_one_draw_keeps_the_budget_or_does_not() -> None:
    work = prepared(startup(*UNTIMED), Product((("budget.limit", ("1 USD", "12k USD", "90k USD")),)), draws=1, plans=ONCE)
    found = whole(work)
    assert found["unified.allowed"].tolist() == [False, False, True]
    assert found["reason"][0] == "over the budget"


def test_dates_that_no_row_moves_are_worked_out_once() -> None:
    money = prepared(startup(*GIVEN), Product((("budget.limit", ("20k USD", "90k USD")), ("gpu.price", ("1 USD/hour", "4 USD/hour")))), draws=64)
    case = money.cases.of(())
    assert isinstance(case, Case)
    assert case.at.counts
    assert not case.at.dates_move
    assert case.program is not None
    assert case.program.memories is not None, "it was traced, with what stands still beside what moves"
    people = prepared(startup(*GIVEN), Product((("schedule.gate", ("60%", "90%")),)), draws=64).cases.of(())
    assert isinstance(people, Case)
    assert people.at.dates_move
    found = whole(money)
    for row in range(4):
        same_as_run(money, found, row)
