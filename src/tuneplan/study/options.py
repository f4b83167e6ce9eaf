"""The narrow waist: each strategy's draws of cost and score, and the limits that it has to keep.

Every analysis after the simulation starts from ``Options``; none looks behind it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tuneplan.axes import Array
from tuneplan.scenario.lowering.timing import IS_TIMED
from tuneplan.scenario.schema import DEFAULT_COVERS
from tuneplan.scenario.timed import MUST
from tuneplan.study.decision import Limits, estimates
from tuneplan.study.run import Run
from tuneplan.study.valuing import (
    is_valued,
    months_of_requests,
    reference_row,
    usd_per_scale,
    weight_of_requests,
)
from tuneplan.units import DAYS_PER_MONTH, POINTS_PER_SCALE

CLEARLY_SHORT = 3.0
"""Standard errors by which a plan may miss its confidence on draws that it never saw."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What there is to choose from, draw by draw; every array ``(strategy, draw)``.

    Attributes
    ----------
    strategies
        Names.
    cost, covered
        Over the horizon: in all, and what counts against the budget. [USD]
    points
        Delivered points of the average request. [point]
    objective
        What is decided by, in ``unit`` (``point`` or ``USD``); the more the better.
    limits
        What each strategy has to keep to.
    budget
        The most that may be spent; NaN: no limit. [USD]
    scrambles
        Independent repetitions within the draws, from which simulation errors come.
    counted
        Points of the average request of the whole horizon, where launch dates count: those of the reference until launch,
        its own from then on; None where they don't. [point]
    """

    strategies: tuple[str, ...]
    cost: Array
    covered: Array
    points: Array
    objective: Array
    name: str
    unit: str
    limits: Limits
    budget: float
    scrambles: int
    counted: Array | None = None

    @property
    def priced(self) -> Array:
        """Points that a value of a point counts: all that are delivered, or those of the whole horizon. ``(strategy, draw)`` [point]"""
        return self.points if self.counted is None else self.counted

    @property
    def allowed(self) -> np.ndarray:
        """Whether each strategy meets the limits with the confidence asked for. ``(strategy,)`` of bool"""
        return self.limits.allowed


def options_of(run: Run) -> Options:
    """Cost, score and limits of every strategy of a run."""
    covers = run.scenario.listed("budget.covers", DEFAULT_COVERS)
    cost = strategy_draws(run, run.outcome.cost_of())
    objective, name, unit = objective_of(run, cost)
    return Options(
        strategies=run.scenario.strategies,
        cost=cost,
        covered=strategy_draws(run, run.outcome.cost_of(covers)),
        points=delivered_points(run, run.outcome.delivered),
        objective=objective,
        name=name,
        unit=unit,
        limits=limits_of(run, covers),
        budget=float(run.lowered.inputs["budget_limit"].flat[0]),
        scrambles=run.design.scrambles,
        counted=counted_points(run) if run.lowered.inputs[IS_TIMED].any() else None,
    )


def limits_of(run: Run, covers: tuple[str, ...]) -> Limits:
    inputs = run.lowered.inputs
    limit = inputs["budget_limit"][0, 0, 0]
    covered = strategy_draws(run, run.outcome.cost_of(covers))
    must = inputs["must"][0]
    scores = normalised_scores(run, run.outcome.score)
    met = (np.isnan(must) | (scores >= must)).all(axis=1)
    possible = np.array([name not in run.lowered.misfits for name in run.scenario.strategies])
    confidence, in_budget = float(inputs["budget_confidence"].flat[0]), np.isnan(limit) | (covered <= limit)
    return Limits(
        in_budget=in_budget,
        scores_met=met,
        possible=possible & np.isfinite(covered).all(axis=1),
        confidence=confidence,
        slack=_slack(run, in_budget & met, confidence),
        shipped=_shipped(run),
    )


def due_by(run: Run) -> str:
    """By when all of a strategy has to ship: ``deadline``, where that is a must, else ``horizon``; empty where launch dates do not count."""
    if not run.lowered.inputs[IS_TIMED].any():
        return ""
    return "deadline" if bool(run.scenario.setting(MUST, False)) and bool(np.isfinite(run.lowered.inputs["deadline_day"]).all()) else "horizon"


def is_due(run: Run) -> bool:
    """Whether it has to ship by then as surely as asked for: where points have a price what ships late is worth less, and
    only a deadline that is a must asks for more."""
    due = due_by(run)
    return due == "deadline" or (due == "horizon" and not is_valued(run.lowered.inputs))


def _shipped(run: Run) -> Array:
    """Chance to ship in time, as a limit; where that is not due, only what never ships at all breaks it. ``(strategy,)`` [share]"""
    share: Array = ships(run).mean(axis=1)
    return share if is_due(run) else np.where(share > 0.0, 1.0, 0.0)


def ships(run: Run) -> np.ndarray:
    """Whether all of a strategy ships within the horizon, and by the deadline where that is a must; always, where launch
    dates do not count. ``(strategy, draw)`` of bool"""
    inputs = run.lowered.inputs
    if not inputs[IS_TIMED].any():
        return np.ones((len(run.scenario.strategies), run.design.draws), dtype=bool)
    tasks = len(run.scenario.tasks)
    full = strategy_draws(run, inputs["dates_of_launch"][:, :, tasks])
    due = inputs["horizon_months"][0, 0, 0] * DAYS_PER_MONTH
    return full <= (np.minimum(due, inputs["deadline_day"][0, 0, 0]) if due_by(run) == "deadline" else due)  # type: ignore[no-any-return]


def _slack(run: Run, kept: np.ndarray, confidence: float) -> Array:
    """Simulation error of the chance to keep the limits, of strategies whose plan was made to keep them just so. [share]

    Three standard errors, of the draws of the plan and of the study together. Eight scrambles know an
    error only roughly, so it is taken for at least half of what independent draws would have.
    """
    alone = np.sqrt(confidence * (1.0 - confidence) / run.design.draws)
    errors = np.array([each.error for each in estimates(kept.astype(np.float64), run.design.scrambles)])
    of_study = np.where(np.isnan(errors), alone, np.maximum(errors, 0.5 * alone))
    kept_by_plan = {name: plan.confidence_error for name, plan in run.plans.items() if plan.is_feasible}
    of_plan = [kept_by_plan.get(name, np.nan) for name in run.scenario.strategies]
    slack: Array = CLEARLY_SHORT * np.nan_to_num(np.hypot(of_study, of_plan))
    return slack


def objective_of(run: Run, cost: Array) -> tuple[Array, str, str]:
    """Net benefit where a point has a price, else delivered score: ``(strategy, draw)``, its name, its unit."""
    inputs = run.lowered.inputs
    if not is_valued(inputs):
        return delivered_points(run, run.outcome.delivered), "delivered score", "point"
    return worth_of_requests(run).sum(axis=1) - cost, "net benefit", "USD"


def worth_of_requests(run: Run) -> Array:
    """Value of the points above the reference, where a point has a price. [USD], ``(strategy, request, draw)``"""
    above = normalised_scores(run, run.outcome.score) - _reference(run)
    worth: Array = above * usd_per_scale(run.lowered.inputs)[0]
    return worth


def value_of_a_point(run: Run) -> float:
    """Expected value of a point on all requests of the whole horizon, weighed by traffic; NaN where no point has a price. [USD/point]"""
    inputs = run.lowered.inputs
    if not is_valued(inputs):
        return float("nan")
    return float(usd_per_scale(inputs, months=inputs["horizon_months"])[0].sum(axis=1).mean()) / POINTS_PER_SCALE


def counted_points(run: Run) -> Array:
    """Points of the average request of the whole horizon: those of the reference until launch. ``(strategy, draw)`` [point]"""
    inputs, reference = run.lowered.inputs, _reference(run)
    horizon = np.where(inputs["horizon_months"] > 0.0, inputs["horizon_months"], 1.0)
    live = (months_of_requests(inputs) / horizon)[0]
    above = (normalised_scores(run, run.outcome.score) - reference) * live
    counted: Array = POINTS_PER_SCALE * (request_weight(run) * (reference + above)).sum(axis=1)
    return counted


def request_weight(run: Run) -> Array:
    """Share of all requests that each request has; adds up to 1. ``(request, draw)``"""
    weight = weight_of_requests(run.lowered.inputs)[0]
    return np.broadcast_to(weight, (len(weight), run.design.draws))


def _reference(run: Run) -> Array:
    """Scores from which value is counted: a strategy's, else the prompted base's."""
    row, is_base = reference_row(run.scenario, run.lowered.inputs.structure)
    return normalised_scores(run, run.outcome.base_score if is_base else run.outcome.score)[[row]]


def strategy_draws(run: Run, array: Array) -> Array:
    """First scenario, all draws spelt out. ``(strategy, draw)``"""
    return np.broadcast_to(array[0], (array.shape[1], run.design.draws))


def delivered_points(run: Run, array: Array) -> Array:
    """Delivered points. ``(strategy, draw)``"""
    return POINTS_PER_SCALE * strategy_draws(run, array[:, :, 0])


def normalised_scores(run: Run, array: Array) -> Array:
    """``(strategy, request, draw)``"""
    strategies, requests = len(run.scenario.strategies), len(run.scenario.requests)
    return np.broadcast_to(array[0], (strategies, requests, run.design.draws))
