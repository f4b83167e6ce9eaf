"""Every analysis of a scenario whose launch dates count: what it says hangs on them where it should, and on their luck nowhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tuneplan as tp
from building import GIVEN
from tuneplan.errors import UsageError
from tuneplan.evidence.findings import Findings
from tuneplan.scenario.load import load, loads
from tuneplan.scenario.lower import lower
from tuneplan.scenario.records import Scenario
from tuneplan.study.breakeven.analysis import BreakEven, breakeven
from tuneplan.study.breakeven.dial import dial
from tuneplan.study.breakeven.winners import winner_map
from tuneplan.study.comparing import compare
from tuneplan.study.cumulative import cumulative
from tuneplan.study.design import monte_carlo
from tuneplan.study.frontier.budgets import PLANNED_SHARES
from tuneplan.study.options import options_of
from tuneplan.study.run import at, run, run_blocks
from tuneplan.study.sensitivity.analysis import sensitivity
from tuneplan.study.sensitivity.inputs import inputs_of
from tuneplan.study.verdict import verdict

VALUE = ("tasks.email.value=$3000 per point per month", "tasks.summary.value=$3000 per point per month", "tasks.qa.value=$3000 per point per month")
UNSURE = ("tasks.email.data.pace=2 to 6 examples/hour", "schedule.guidelines=3 to 15 workdays", "deadline.delay_cost=$300/day to $900/day")
DRAWS = 64


@pytest.fixture(scope="module")
def path(scenarios_folder: Any) -> Any:
    return scenarios_folder / "startup.yaml"


@pytest.fixture(scope="module")
def scenarios_folder() -> Any:
    from pathlib import Path

    return Path(__file__).resolve().parents[2] / "scenarios"


def loader(path: Any, *own: str) -> Callable[..., Scenario]:
    return lambda more=(): load(path, overrides=(*own, *more))


@pytest.fixture(scope="module", params=[GIVEN, (*GIVEN, *VALUE)], ids=["in points", "in dollars"])
def findings(path: Any, request: pytest.FixtureRequest) -> Findings:
    read = loader(path, *request.param, *UNSURE)
    return Findings(verdict=verdict(run(read(), monte_carlo(DRAWS))), load=read)


@pytest.fixture(scope="module")
def valued(path: Any) -> Findings:
    read = loader(path, *GIVEN, *VALUE, *UNSURE)
    return Findings(verdict=verdict(run(read(), monte_carlo(512))), load=read)


# --- sensitivity: numbers of the schedule are inputs, its luck is luck ------------------------------


def test_luck_of_the_schedule_is_no_input(valued: Findings) -> None:
    names = {each.name for each in inputs_of(valued.run).moving}
    assert {"tasks.email.data.pace", "schedule.guidelines", "deadline.delay_cost", "schedule.attrition", "schedule.gpu_wait"} <= names
    assert not [name for name in names if name.startswith(("schedule.batches", "schedule.model", "schedule.stays"))]
    assert names <= {quantity.drawn_as for quantity in valued.run.lowered.used.values()} | {"similarity"}


def test_a_number_of_the_schedule_has_a_bar_and_a_share(valued: Findings) -> None:
    """The longer guidelines take, and the slower annotators are, the less what is trained is ahead of what is prompted."""
    found = sensitivity(valued.verdict, against="prompted")
    assert found is not None
    bars = {each.input.name: each for each in found.effects}
    assert bars["schedule.guidelines"].low.difference > bars["schedule.guidelines"].high.difference + 1000.0
    assert bars["tasks.email.data.pace"].low.difference < bars["tasks.email.data.pace"].high.difference - 1000.0
    assert found.luck is not None
    assert 0.0 < found.luck.total_order.mean < 1.0


def test_where_points_decide_dates_move_nothing(path: Any) -> None:
    found = sensitivity(verdict(run(load(path, overrides=(*GIVEN, *UNSURE)), monte_carlo(DRAWS))))
    assert found is not None
    swings = {each.input.name: each.swing for each in found.effects if each.input.name.startswith(("schedule.", "deadline."))}
    assert swings
    assert set(swings.values()) == {0.0}


def test_other_points_ship_at_dates_of_their_own(valued: Findings) -> None:
    """What ``at`` runs is what a run at these points is."""
    again = at(valued.run, monte_carlo(DRAWS, seed=5))
    plain = run(valued.run.scenario, monte_carlo(DRAWS, seed=5))
    np.testing.assert_array_equal(options_of(again).objective, options_of(plain).objective)
    np.testing.assert_array_equal(again.lowered.inputs["dates_of_launch"], plain.lowered.inputs["dates_of_launch"])


# --- break-even -------------------------------------------------------------------------------------


def turned(findings: Findings, key: str, *, start: str = "", end: str = "", steps: int = 5) -> BreakEven:
    return breakeven(findings.run, findings.load, dial(findings.run, key, start=start, end=end, steps=steps))


def expected(found: BreakEven, strategy: str) -> list[float]:
    return [step.decision.expected[step.decision.strategies.index(strategy)] for step in found.steps]


def test_annotators_are_turned_by_whole_people(valued: Findings) -> None:
    found = turned(valued, "schedule.annotators", start="1", end="9")
    assert all(value == round(value) for value in found.dial.values)
    assert expected(found, "unified")[0] < expected(found, "unified")[-1] - 1000.0
    assert len(set(expected(found, "prompted"))) == 1  # nobody labels for it


def test_what_a_day_late_costs_is_a_straight_line(valued: Findings) -> None:
    found = turned(valued, "deadline.delay_cost", start="$0/day", end="$2k/day")
    objective = np.array(expected(found, "unified"))
    np.testing.assert_allclose(np.diff(objective) / np.diff(found.dial.values), (objective[-1] - objective[0]) / 2000.0)
    late = valued.run.lowered.inputs["days_late"][0, 0, 0].mean()
    assert (objective[0] - objective[-1]) / 2000.0 == pytest.approx(late, rel=0.25)


def test_more_who_leave_are_never_better(valued: Findings) -> None:
    found = turned(valued, "schedule.attrition", start="0%/month", end="60%/month", steps=3)
    assert expected(found, "unified") == sorted(expected(found, "unified"), reverse=True)


def test_two_inputs_of_time_make_a_map(valued: Findings) -> None:
    """Hardly anybody to label, and a dear delay: nobody trains."""
    dials = [dial(valued.run, key, start=start, end=end, steps=2) for key, start, end in (("schedule.annotators", "1", "20"), ("deadline.delay_cost", "$0/day", "$20k/day"))]
    cells = winner_map(valued.run, valued.load, *dials).cells
    winners = [[cell.winner for cell in row] for row in cells]
    assert winners[0][1] == "prompted"
    assert winners[1][0] != "prompted"


# --- budgets, months, comparisons -------------------------------------------------------------------


PLANNED = """
base: llama-3.1-8b
budget: {limit: $20k}
start: 2027-01-04
deadline: {date: 2027-03-01, delay_cost: $500/day}
tasks: {a: {traffic: 10k requests/month, value: $1000 per point per month, score: {base: 0.4, ceiling: 0.9}, data: {examples: auto, price: $3 to $6 per example}}}
strategies: {unified: {}, prompted: {like_base: yes}}
"""


def test_every_budget_is_planned_and_dated_anew() -> None:
    def read(more: Any = ()) -> Scenario:
        return loads(PLANNED, overrides=more)

    findings = Findings(verdict=verdict(run(read(), monte_carlo(DRAWS))), load=read)
    over = findings.frontier.over_budget
    assert over is not None
    largest = float(over.limit[-1])
    assert largest == pytest.approx(20_000.0 * PLANNED_SHARES[-1])
    alone = run(read([f"budget.limit={largest:.0f} USD"]), monte_carlo(DRAWS))
    assert alone.plans["unified"].toll["a"] > 0.0
    np.testing.assert_allclose(over.expected[:, -1], options_of(alone).objective.mean(axis=1), rtol=1e-6)


def test_what_has_been_paid_ends_at_the_whole_cost(findings: Findings) -> None:
    found = cumulative(findings.verdict)
    costs = options_of(findings.run).cost
    assert found.from_launch
    rows = [findings.run.scenario.strategies.index(name) for name in found.strategies]
    np.testing.assert_allclose(found.median[:, -1], np.median(costs[rows], axis=1))


def test_changed_people_are_what_moved_it(path: Any) -> None:
    one, other = (load(path, overrides=(*GIVEN, *VALUE, f"schedule.annotators={count}")) for count in (6, 2))
    found = compare(one, other, monte_carlo(DRAWS), of="unified", reverse=False)
    assert found.whole is not None
    assert found.whole.objective is not None
    assert found.whole.objective.mean < -1000.0
    assert [part.paths for part in found.parts] == [("schedule.annotators",)]
    assert found.parts[0].objective == pytest.approx(found.whole.objective.mean)


@pytest.mark.parametrize("name", ["allocation", "cumulative", "frontier", "groupings", "information", "learning_curves", "odds", "sensitivity", "stakes", "transfers", "winner_map", "schedule"])
def test_every_analysis_has_something_to_say(findings: Findings, name: str) -> None:
    assert getattr(findings, name) is not None


def test_where_nothing_is_feasible_remedies_know_dates(path: Any) -> None:
    read = loader(path, *GIVEN, *VALUE, "budget.limit=$3k")
    findings = Findings(verdict=verdict(run(read(), monte_carlo(DRAWS))), load=read)
    assert findings.remedies is not None
    assert findings.remedies.found
    first = findings.remedies.found[0]
    again = verdict(run(read(list(first.changes)), monte_carlo(DRAWS)))
    assert again.decision.best is not None


def test_scores_hang_on_no_date(path: Any) -> None:
    """Learning curves and transfers are looked at as if all were there."""
    timed, untimed = (Findings(verdict=verdict(run(read(), monte_carlo(DRAWS))), load=read) for read in (loader(path, *GIVEN), loader(path, *GIVEN, "schedule.counts=no")))
    assert repr(timed.learning_curves) == repr(untimed.learning_curves)
    assert repr(timed.transfers) == repr(untimed.transfers)


# --- many scenarios at once -------------------------------------------------------------------------

BODY = """
base: llama-3.1-8b
start: 2027-01-04
tasks: {a: {traffic: 10k requests/month, value: $100 per point per month, score: {base: 0.4, ceiling: 0.9}, data: {examples: 2k, price: $3 to $6 per example}}}
strategies: {unified: {}}
"""


def asked(*more: str) -> Scenario:
    return loads(BODY, overrides=more)


def test_a_block_knows_the_dates_of_each_of_its_scenarios() -> None:
    several = [asked("schedule.annotators=1"), asked("schedule.annotators=5"), asked("schedule.annotators=5", "horizon=9 months")]
    found = [outcome for block, outcome in run_blocks(several, monte_carlo(DRAWS))]
    together = np.concatenate([each.costs["own_gpus"] for each in found])
    alone = [run(each, monte_carlo(DRAWS)).outcome.costs["own_gpus"] for each in several]
    np.testing.assert_allclose(together, np.concatenate(alone), rtol=1e-12)
    assert together[0].mean() < together[1].mean()


def test_scenarios_with_and_without_dates_are_no_block() -> None:
    several = [asked("schedule.annotators=1"), asked(), asked("schedule.annotators=5")]
    with pytest.raises(UsageError, match="in whether launch dates count"):
        lower(several, monte_carlo(DRAWS).points)
    sizes = [len(block) for block, _ in run_blocks(several, monte_carlo(DRAWS))]
    assert sizes == [1, 1, 1]


def test_a_sweep_of_people_asks_at_each_count(path: Any) -> None:
    found = tp.load(path).set(dict(each.split("=", 1) for each in (*GIVEN, *VALUE))).sweep({"schedule.annotators": [1, 4, 9]}, draws=DRAWS)
    frame = found.to_frame()
    assert found.dims[1:] == ("schedule.annotators",)
    assert not frame.empty
