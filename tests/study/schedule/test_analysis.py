"""What a schedule says of a run: truths of what one more is worth, of chances, costs and the run that is drawn."""

from __future__ import annotations

import math
from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
import pytest

from building import nested, scenario
from hard_questions import DRAWS as STRANGE_DRAWS
from hard_questions import TEXTS, findings
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import monte_carlo
from tuneplan.study.options import options_of
from tuneplan.study.run import Run, at, run
from tuneplan.study.schedule.analysis import WAITING_LINES, errors_of, median_draw, schedule, with_dates
from tuneplan.study.schedule.played import simulated
from tuneplan.study.schedule.records import RESOURCES, Schedule, StrategyDates
from tuneplan.study.schedule.worth import is_priced

DRAWS = 64
DEADLINE = {"start": "2027-01-04", "deadline.date": "2027-05-15", "deadline.delay_cost": "$700/day"}
VALUED = {name: {"value": "$300 per point per month", "data": {"price": "$3 to $6 per example"}} for name in ("a", "b", "c")}
FOUR = ("unified", "specialists", "unified_then_specialists", "prompted")
ONE_MORE = {
    "annotators": {"schedule.annotators": 5}, "reviewers": {"schedule.reviewers": 2}, "engineers": {"schedule.engineers": 2},
    "GPUs": {"schedule.gpus": "12 GPUs"}, "judges": {"schedule.judges": 2},
}  # fmt: skip
"""The same team with one more of each."""


def question(tasks: Any = VALUED, strategies: Any = FOUR, **more: Any) -> Scenario:
    keys = {"schedule.annotators": 4, "schedule.gpus": "8 GPUs", "schedule.reserved": "50%", **{key.replace("__", "."): value for key, value in more.items()}}
    return scenario(tasks, strategies=strategies, **nested({**DEADLINE, **keys}))


def made(asked: Scenario, draws: int = DRAWS) -> Run:
    return run(asked, monte_carlo(draws), explained=False)


@cache
def usual() -> tuple[Run, Schedule]:
    found = made(question())
    return found, schedule(found)


def named(found: Schedule, name: str) -> StrategyDates:
    return next(each for each in found.strategies if each.name == name)


def dates(of: Run) -> np.ndarray:
    return of.lowered.inputs["dates_of_launch"]


def test_dates_are_those_of_the_run() -> None:
    of, found = usual()
    assert (simulated(of.lowered.inputs, draws=DRAWS).dates == dates(of)).all()
    for row, each in enumerate(found.strategies):
        assert each.full.median == np.median(dates(of)[0, row, 3])
        assert each.first.median == np.median(dates(of)[0, row, :3].min(axis=0))


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    of, found = usual()
    monkeypatch.setattr("tuneplan.study.schedule.played.draws_at_once", lambda replicas: 7)
    assert schedule(of) == found


def test_the_chance_to_be_in_time_is_the_share_of_draws() -> None:
    of, found = usual()
    for row, each in enumerate(found.strategies):
        assert each.in_time == (dates(of)[0, row, 3] <= found.deadline + 1.0).mean()
        assert each.errors.in_time == pytest.approx((dates(of)[0, row, 3] <= found.deadline + 1.0).reshape(8, -1).mean(axis=1).std(ddof=1) / np.sqrt(8))
    assert found.deadline == (date(2027, 5, 15) - date(2027, 1, 4)).days
    assert len({each.in_time for each in found.strategies}) > 1


def test_delay_and_waiting_cost_what_the_lines_of_the_run_cost() -> None:
    of, found = usual()
    for row, each in enumerate(found.strategies):
        assert each.delay.mean == pytest.approx(np.broadcast_to(of.outcome.costs["lateness"], (1, 4, 3, DRAWS))[0, row].sum(axis=0).mean())
        assert each.waiting.mean == pytest.approx(np.broadcast_to(of.outcome.costs["reserved_gpus"], (1, 4, 3, DRAWS))[0, row].sum(axis=0).mean())
    assert named(found, "unified").delay.mean > 0.0 < named(found, "unified").waiting.mean


@pytest.mark.parametrize("resource", RESOURCES)
def test_one_more_is_worth_the_difference_of_two_whole_runs(resource: str) -> None:
    of, found = usual()
    other = made(question(**{"schedule__gpus": "8 GPUs", **ONE_MORE[resource]}))
    idle = [sum(np.broadcast_to(each.outcome.costs[line], (1, 4, 3, DRAWS))[0].sum(axis=1) for line in WAITING_LINES) for each in (of, other)]
    gained = options_of(other).objective - options_of(of).objective + idle[1] - idle[0]
    for row, each in enumerate(found.strategies):
        more = next((more for more in each.more if more.resource == resource), None)
        days = dates(of)[0, row, 3] - dates(other)[0, row, 3]
        if more is None:
            assert not days.any(), each.name
            continue
        assert more.full.mean == pytest.approx(days.mean()), each.name
        assert more.usd.mean == pytest.approx(gained[row].mean(), abs=1e-6), each.name
        assert more.count == (4 if resource == "GPUs" else 1)


def test_one_more_of_whom_nobody_waits_for_changes_nothing() -> None:
    found = schedule(made(question(schedule__judges=50, schedule__engineers=50, schedule__reviewers=100)))
    for each in found.strategies:
        for more in each.more:
            if more.resource in ("judges", "engineers", "reviewers"):
                assert (more.first.low, more.full.high, more.usd.mean) == (0.0, 0.0, 0.0)


def test_who_is_waited_for_most_gains_most() -> None:
    found = schedule(made(question(schedule__annotators=1)))
    unified, prompted = named(found, "unified"), named(found, "prompted")
    assert unified.bottleneck == "annotators" == unified.more[0].resource
    assert [more.full.mean for more in unified.more] == sorted((more.full.mean for more in unified.more), reverse=True)
    assert unified.more[0].full.mean > 20.0
    assert prompted.bottleneck == ""
    assert {more.resource for more in prompted.more} == {"engineers", "judges"}


def test_loads_are_shares_of_hours_at_hand() -> None:
    of, found = usual()
    played = simulated(of.lowered.inputs, draws=DRAWS)
    for each in found.strategies:
        for load in each.loads:
            assert 0.0 <= load.load.low <= load.load.high <= 1.0
            assert load.idle.low >= 0.0
    work = played.work["annotators"]
    assert work.idle[0].tolist() == dates(of)[0, 0, 4].tolist()
    assert {load.resource: load.count for load in named(found, "unified").loads} == {"annotators": 4, "reviewers": 1, "engineers": 1, "GPUs": 8, "judges": 1}


def test_errors_are_those_of_quantiles_and_chances_of_as_many_draws() -> None:
    draws, scrambles, spread = 4096, 64, []
    for seed in range(20):
        found = np.random.default_rng(seed).normal(size=draws)
        spread.append(errors_of(found, (found < 0.0).astype(float), scrambles))
    expected = {"p50": np.sqrt(np.pi / 2.0), "p90": 0.3 / 0.17550, "in_time": 0.5}  # sqrt(p (1 - p)) / density, of a normal number
    for name, each in expected.items():
        assert np.mean([getattr(one, name) for one in spread]) == pytest.approx(each / np.sqrt(draws), rel=0.06), name


def test_errors_are_unknown_of_one_scramble_and_of_what_never_comes() -> None:
    assert math.isnan(errors_of(np.ones(4), np.ones(4), 1).p50)
    some = errors_of(np.array([1.0, 2.0, 1.0, np.inf]), np.ones(4), 2)
    assert (some.p50, math.isnan(some.p90), some.in_time) == (0.0, True, 0.0)


def test_a_launch_after_the_horizon_is_not_in_time() -> None:
    of = made(question(horizon="4 months"))
    for row, each in enumerate(schedule(of).strategies):
        assert each.in_time == (dates(of)[0, row, 3] <= 4 * 365.25 / 12).mean()
        assert each.in_time == 1.0 - each.never
    assert 0.0 < named(schedule(of), "unified").never < 1.0


def test_a_batch_waits_for_reviewers_and_a_model_for_others_but_nothing_is_said_of_annotators() -> None:
    _, found = usual()
    waits = {load.resource: load.each_waited for load in named(found, "specialists").loads}
    assert math.isnan(waits["annotators"])
    assert all(waits[name] >= 0.0 for name in RESOURCES[1:])
    slow = {load.resource: load.each_waited for load in named(schedule(made(question(schedule__annotators=40))), "unified").loads}
    fast = {load.resource: load.each_waited for load in named(schedule(made(question(schedule__annotators=40, schedule__reviewers=100))), "unified").loads}
    assert slow["reviewers"] > 5.0 > fast["reviewers"] == 0.0
    model = next(load for load in named(found, "specialists").loads if load.resource == "engineers")
    assert model.each_waited == pytest.approx(model.waited.mean / 24.0 / 3.0)


def test_the_run_that_is_drawn_is_the_median() -> None:
    of, found = usual()
    for row, each in enumerate(found.strategies):
        full = dates(of)[0, row, 3]
        assert np.sort(full)[(DRAWS - 1) // 2] == full[each.draw]
        assert max(bar.ends for bar in each.bars) == pytest.approx(full[each.draw])
        assert all(0.0 <= bar.begins <= bar.ends for bar in each.bars)
        launches = [bar.ends for bar in each.bars if bar.kind == "launch"]
        assert max(launches) <= full[each.draw]
    assert median_draw(np.array([np.inf, 3.0, np.inf])) == 0


def test_bars_tell_every_piece_of_work() -> None:
    _, found = usual()
    assert [(bar.row, bar.kind) for bar in named(found, "unified").bars if bar.kind != "review"] == [
        ("data: a", "data"), ("data: b", "data"), ("data: c", "data"), ("set-up", "engineering"), ("unified", "engineering"), ("unified", "training"),
        ("unified", "evaluation"), ("unified", "deployment"), ("unified", "launch"),
    ]  # fmt: skip
    two_stage = {bar.row for bar in named(found, "unified_then_specialists").bars}
    assert two_stage == {"data: a", "data: b", "data: c", "set-up", "all tasks, stage 1", "a", "b", "c", "router"}
    assert {bar.kind for bar in named(found, "prompted").bars} == {"engineering", "evaluation", "deployment", "launch"}


def test_review_is_the_end_of_data_that_comes_after_the_last_label() -> None:
    _, found = usual()
    told = 0
    for each in found.strategies:
        data = {bar.row: bar for bar in each.bars if bar.kind == "data"}
        for bar in each.bars:
            if bar.kind == "review":
                told += 1
                assert data[bar.row].begins <= bar.begins < bar.ends == data[bar.row].ends
    assert told


def test_without_reviewers_wanted_there_is_no_review() -> None:
    found = schedule(made(question(schedule__review_effort="0%", schedule__rejected="0%")))
    assert not [bar for each in found.strategies for bar in each.bars if bar.kind == "review"]


def test_where_dates_do_not_count_the_same_plan_is_simulated() -> None:
    of = made(scenario(strategies=("unified", "specialists"), start="2027-01-04"))
    found = schedule(of)
    assert not found.counts
    assert found.start == date(2027, 1, 4)
    assert math.isnan(found.deadline)
    assert all(math.isnan(each.in_time) and each.delay.mean == 0.0 for each in found.strategies)
    assert all(math.isnan(more.usd.mean) for each in found.strategies for more in each.more)
    again = with_dates(of)
    assert again.lowered.inputs["examples"].tolist() == of.lowered.inputs["examples"].tolist()
    assert again.plans == of.plans
    whole = at(again, again.design)  # scores too
    assert (whole.outcome.score == again.outcome.score).all()
    assert all((whole.outcome.costs[line] == cost).all() for line, cost in again.outcome.costs.items())
    assert schedule(made(question())).counts


def test_without_a_price_nothing_is_worth_dollars() -> None:
    free = question(("a", "b", "c"), deadline__delay_cost="$0/day")
    assert not is_priced(made(free))
    assert is_priced(made(question(("a", "b", "c"))))
    assert is_priced(made(question(deadline__delay_cost="$0/day")))


def test_what_never_ships_says_so_and_what_would_help() -> None:
    found = schedule(made(question(schedule__annotators=0)))
    unified = named(found, "unified")
    assert unified.never == 1.0
    assert (unified.full.median, unified.full.mean) == (math.inf, math.inf)
    assert unified.because == "there is no annotator"
    assert unified.bottleneck == "annotators"
    assert unified.more[0].full.mean > 0.0
    assert named(found, "prompted").never == 0.0
    assert named(found, "prompted").because == ""


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"schedule__reviewers": 0}, "there is no reviewer"),
        ({"schedule__judges": 0}, "there is no judge"),
        ({"schedule__gpus": "0 GPUs"}, "there is no GPU"),
        ({"schedule__gpus": "3 GPUs"}, "a run takes more GPUs than there are"),
        ({"schedule__gate": 0}, "the gate lets some model never pass"),
        ({"schedule__annotators": 1, "horizon": "3 months"}, "data takes longer"),
        ({"schedule__handover": "280 workdays"}, "the work takes longer"),
        ({"schedule__gpu_wait": "100k hours"}, "waiting for GPU capacity takes longer"),
        ({"schedule__holidays": [(date(2027, 1, 4) + timedelta(days=day)).isoformat() for day in range(400)]}, "nobody works"),
    ],
)
def test_why_it_never_ships(keys: dict[str, Any], said: str) -> None:
    unified = named(schedule(made(question(strategies=("unified", "prompted"), **keys))), "unified")
    assert (unified.never, unified.because) == (1.0, said)


@pytest.mark.parametrize("keys", [{"schedule__deployment": "200 workdays"}, {"schedule__mending": "300 workdays", "schedule__gate": "50%"}])
def test_engineers_who_are_never_done_are_not_the_gate(keys: dict[str, Any]) -> None:
    """Models that are not mended or deployed before the calendar ends: the gate would let them pass."""
    specialists = named(schedule(made(question(strategies=("specialists", "unified"), **keys))), "specialists")
    assert specialists.never > 0.5
    assert specialists.because == "the work takes longer"


def test_no_strategy_ships_without_engineers() -> None:
    found = schedule(made(question(schedule__engineers=0)))
    assert [each.never for each in found.strategies] == [1.0] * 4
    assert all(each.bars == () or all(math.isinf(bar.late) or bar.kind in ("data", "review") for bar in each.bars) for each in found.strategies)


def test_what_cannot_be_done_is_left_out_and_named() -> None:
    found = schedule(made(question(strategies={"unified": {}, "small": {"kind": "unified", "base": "llama-3.1-405b", "method": "full"}}, gpu={"kind": "l4"})))
    assert set(found.misfits) | {each.name for each in found.strategies} == {"unified", "small"}
    assert found.misfits


@pytest.mark.parametrize("which", [*TEXTS, *STRANGE_DRAWS])
def test_it_stands_strange_questions(which: str) -> None:
    found = findings(which).schedule
    assert [each.name for each in found.strategies] == list(findings(which).run.scenario.strategies)
    for each in found.strategies:
        assert 0.0 <= each.never <= 1.0
        assert each.first.median <= each.full.median
        assert not any(math.isnan(days.median) or math.isnan(days.mean) for days in (each.first, each.full, *each.tasks.values()))
        assert all(math.isfinite(more.full.mean) for more in each.more)


def test_seeds_and_draws_are_told() -> None:
    _, found = usual()
    assert (found.draws, found.seed, found.scrambles) == (DRAWS, 0, 8)
