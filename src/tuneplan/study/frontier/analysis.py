"""All that ``simulate frontier`` says, in one record: from a run to standings, curves and rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tuneplan.scenario.planned import has_plans, searched
from tuneplan.scenario.records import Scenario
from tuneplan.scenario.schema import DEFAULT_COVERS
from tuneplan.study.breakeven.asked import Loader
from tuneplan.study.decision import Decision, Estimate, decide, estimates
from tuneplan.study.design import AnyDesign, Design, Nominal
from tuneplan.study.frontier.acceptability import OverValue, milestones_of, over_value
from tuneplan.study.frontier.budgets import OverBudget, PlannedWithin, over_budget
from tuneplan.study.frontier.cost_quality import Standing, standings, taking_part
from tuneplan.study.frontier.rules import Choice, choices_of
from tuneplan.study.options import Options, options_of, value_of_a_point
from tuneplan.study.run import Run, run_within


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontierStudy:
    """Cost against quality, judged in every way.

    Attributes
    ----------
    options
        The draws that all of it comes from.
    decision
        What ``simulate run`` recommends.
    objective
        What is decided by, of each strategy, in ``options.unit``.
    standings
        In the order of the strategies.
    over_value, over_budget
        What is best as the value of a point grows, at the scenario's budget; and as the budget grows.
    milestones
        ``over_value`` at the values of a point that tell its story: what a short table shows.
    choices
        What each decision rule says.
    months
        Mean length of the horizon.
    own_value
        Value of a point in the scenario; NaN where it gives none. [USD/point]
    covers
        What counts against the budget.
    misfits
        Strategy -> why it can't be done.
    """

    scenario: Scenario
    design: Design | Nominal
    options: Options
    decision: Decision
    objective: tuple[Estimate, ...]
    standings: tuple[Standing, ...]
    over_value: OverValue
    over_budget: OverBudget
    milestones: OverValue
    choices: tuple[Choice, ...]
    months: float
    own_value: float
    covers: tuple[str, ...]
    misfits: dict[str, str]

    @property
    def is_feasible(self) -> bool:
        """Whether any strategy meets the limits; else all that can be done are compared."""
        return self.decision.best is not None

    @property
    def is_a_choice(self) -> bool:
        """Whether any two that take part differ in any draw."""
        rows = self.over_value.among
        each = (self.options.cost[rows], self.options.points[rows])
        return any(bool((array != array[:1]).any()) for array in each)


def frontier_study(run: Run, *, planned: PlannedWithin | None = None) -> FrontierStudy:
    """Judge a run.

    Parameters
    ----------
    planned
        As of ``over_budget``.
    """
    return weighed(
        options_of(run),
        planned=planned,
        scenario=run.scenario,
        design=run.design,
        months=float(run.lowered.inputs["horizon_months"].mean()),
        own_value=value_of_a_point(run),
        covers=run.scenario.listed("budget.covers", DEFAULT_COVERS),
        misfits=dict(run.lowered.misfits),
    )


def weighed(options: Options, *, planned: PlannedWithin | None = None, own_value: float, **said: Any) -> FrontierStudy:
    """Judge options; what else is ``said`` of them is passed on, as named in ``FrontierStudy``."""
    among = taking_part(options)
    curves = over_value(options, among)
    decision = decide(
        options.strategies, options.objective, cost=options.cost, limits=options.limits, scrambles=options.scrambles,
        name=options.name, unit=options.unit,
    )  # fmt: skip
    return FrontierStudy(
        options=options,
        decision=decision,
        objective=tuple(estimates(options.objective, options.scrambles)),
        standings=standings(options, among),
        over_value=curves,
        over_budget=over_budget(options, planned=planned),
        milestones=over_value(options, among, value=milestones_of(curves, own=own_value)),
        choices=choices_of(options, among),
        own_value=own_value,
        **said,
    )


def planner(scenario: Scenario, load: Loader, design: AnyDesign) -> PlannedWithin | None:
    """Limits of the budget -> options of the scenario planned and run anew for each; None where what it buys hangs on no budget.

    Parameters
    ----------
    load
        The scenario with further overrides.
    """
    if not plans_itself(scenario):
        return None
    return lambda limits: [options_of(each) for each in run_within([load((f"budget.limit={limit!r} USD",)) for limit in limits], design)]


def plans_itself(scenario: Scenario) -> bool:
    """Whether what a scenario buys hangs on its budget, so that each budget needs a run of its own."""
    return has_plans(scenario) or bool(searched(scenario))
