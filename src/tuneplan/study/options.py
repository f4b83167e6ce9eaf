"""The narrow waist: each strategy's draws of cost and score, and the limits that it has to keep.

Every analysis after the simulation starts from ``Options``; none looks behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tuneplan.axes import Array
from tuneplan.core import traffic_weight
from tuneplan.scenario.schema import DEFAULT_COVERS
from tuneplan.study.decision import Limits, net_benefit, worth_of_points
from tuneplan.study.run import Run
from tuneplan.units import POINTS_PER_SCALE


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
    )


def limits_of(run: Run, covers: tuple[str, ...]) -> Limits:
    inputs = run.lowered.inputs
    limit = inputs["budget_limit"][0, 0, 0]
    covered = strategy_draws(run, run.outcome.cost_of(covers))
    must = inputs["must"][0]
    scores = normalised_scores(run, run.outcome.score)
    met = (np.isnan(must) | (scores >= must)).all(axis=1)
    possible = np.array([name not in run.lowered.misfits for name in run.scenario.strategies])
    return Limits(
        in_budget=np.isnan(limit) | (covered <= limit),
        scores_met=met,
        possible=possible & np.isfinite(covered).all(axis=1),
        confidence=float(inputs["budget_confidence"].flat[0]),
    )


def objective_of(run: Run, cost: Array) -> tuple[Array, str, str]:
    """Net benefit where a point has a price, else delivered score: ``(strategy, draw)``, its name, its unit."""
    inputs = run.lowered.inputs
    if np.isnan(inputs["value"]).all():
        return delivered_points(run, run.outcome.delivered), "delivered score", "point"
    return net_benefit(**_valued(run), cost=cost), "net benefit", "USD"


def worth_of_requests(run: Run) -> Array:
    """Value of the points above the reference, where a point has a price. [USD], ``(strategy, request, draw)``"""
    return worth_of_points(**_valued(run))


def value_of_a_point(run: Run) -> float:
    """Expected value of a delivered point over the horizon, requests weighed by traffic; NaN where no point has a price. [USD/point]"""
    if np.isnan(run.lowered.inputs["value"]).all():
        return float("nan")
    said = _valued(run)
    return float(((said["value"] * said["weight"]).sum(axis=0) * said["months"]).mean())


def _valued(run: Run) -> dict[str, Any]:
    """What the value of points is made of; on unseen requests, where nobody says, a point is worth the mean of the tasks."""
    inputs = run.lowered.inputs
    value = inputs["value"][0, 0]
    weight = np.broadcast_to(request_weight(run), (len(run.scenario.requests), run.design.draws))
    tasks = len(run.scenario.tasks)
    known = np.broadcast_to(value, weight.shape)
    known = np.where(np.isnan(known), 0.0, known)
    in_scope = weight[:tasks].sum(axis=0)
    typical = (known[:tasks] * weight[:tasks]).sum(axis=0) / np.where(in_scope > 0.0, in_scope, 1.0)
    unseen = typical[None] if np.isnan(value[tasks:]).all() else known[tasks:]
    return {
        "score": normalised_scores(run, run.outcome.score), "reference": _reference(run), "weight": weight,
        "value": np.concatenate([known[:tasks], unseen]), "months": inputs["horizon_months"][0, 0, 0],
        "points": POINTS_PER_SCALE,
    }  # fmt: skip


def request_weight(run: Run) -> Array:
    """Share of all requests that each request has; adds up to 1. ``(request, draw)``"""
    inputs = run.lowered.inputs
    share = inputs["unseen_share"][0, 0]
    tasks = traffic_weight(inputs["traffic"])[0, 0]
    draws = max(share.shape[-1], tasks.shape[-1])
    in_scope = np.broadcast_to((1.0 - share) * tasks, (tasks.shape[0], draws))
    return np.concatenate([in_scope, np.broadcast_to(share, (1, draws))])


def _reference(run: Run) -> Array:
    """Scores from which value is counted: a strategy's, else the prompted base's."""
    name = run.scenario.word("reference", "")
    if name:
        return normalised_scores(run, run.outcome.score)[[run.scenario.strategies.index(name)]]
    base, specs = run.scenario.word("base", ""), run.lowered.inputs.structure.strategies
    row = next((index for index, spec in enumerate(specs) if spec.base == base and not spec.scored), 0)
    return normalised_scores(run, run.outcome.base_score)[row : row + 1]


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
