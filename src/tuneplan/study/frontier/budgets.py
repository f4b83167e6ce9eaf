"""What is best at which budget: who is feasible, who is best, what it is worth.

Over the value of a point (``acceptability``) money and quality are weighed against one another; here the
limit moves, and strategies are judged as ``decide`` judges them. With given examples the same draws are
judged against another limit: exact, and nothing changes but at the limits where a strategy becomes
feasible. A scenario that plans its examples spends what it gets, so each budget is a run of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tuneplan.axes import Array, Mask
from tuneplan.core.budget import BUDGET_PARAMS
from tuneplan.study.decision import TOO_CLOSE, Decision, decide, hindsight_loss
from tuneplan.study.frontier.acceptability import mean_and_error, wins
from tuneplan.study.options import Options
from tuneplan.study.verdict import enough_budget

PlannedWithin = Callable[[Sequence[float]], Sequence[Options]]
"""Limits of the budget -> options with examples planned for each. [USD]"""
PLANNED_SHARES = tuple(2.0 ** (step / 2.0) for step in range(-4, 5))
"""Multiples of the budget for which plans are made anew, a quarter to four times: each is a run of its own."""
STEPS_A_DECADE = 20
"""Budgets of a curve from one power of ten to the next, beside those at which something changes."""
BEYOND = 2.0
"""How far a curve goes on beyond the first and the last budget at which something changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """The smallest budget that makes a strategy feasible.

    Attributes
    ----------
    limit
        NaN: no budget does, or it can't be told without planning for each. [USD]
    error
        Its simulation error; NaN where unknown.
    """

    limit: float
    error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OverBudget:
    """What is best as the limit of the budget grows.

    Attributes
    ----------
    strategies
        Names, the first axis of the arrays.
    limit
        ``(limit,)`` [USD]
    feasible
        Whether each meets the limits with the confidence asked for. ``(strategy, limit)`` of bool
    expected
        Objective, in ``unit``. ``(strategy, limit)``
    probability_best
        Share of draws with the highest objective among the feasible, ties shared alike; 0 where it
        is not feasible. ``(strategy, limit)``
    regret
        Expected loss against choosing among the feasible with hindsight; NaN where it is not
        feasible. ``(strategy, limit)``, in ``unit``
    probability_error, regret_error
        Simulation errors; NaN where unknown.
    decisions
        The judgement at each limit.
    thresholds
        Of each strategy; with fixed examples alone.
    planned
        Whether examples were planned anew for each limit: then points between two limits are not known.
    """

    strategies: tuple[str, ...]
    unit: str
    limit: Array
    feasible: Mask
    expected: Array
    probability_best: Array
    probability_error: Array
    regret: Array
    regret_error: Array
    decisions: tuple[Decision, ...]
    thresholds: tuple[Threshold, ...]
    planned: bool

    @property
    def best(self) -> Mask:
        """The frontier over the budget: index of the highest expected objective among the feasible; -1: none is. ``(limit,)``"""
        among = np.where(self.feasible, self.expected, -np.inf)
        return np.where(self.feasible.any(axis=0), among.argmax(axis=0), -1)

    @property
    def recommended(self) -> Mask:
        """Index of what ``decide`` recommends, the cheapest of those that are level; -1: none is feasible. ``(limit,)``"""
        return np.array([-1 if each.best is None else each.best for each in self.decisions])


def at_limit(options: Options, limit: float) -> Options:
    """The same draws judged against another limit of the budget. [USD]"""
    return replace(options, budget=limit, limits=replace(options.limits, in_budget=options.covered <= limit))


def over_budget(options: Options, *, planned: PlannedWithin | None = None) -> OverBudget:
    """Feasibility, probability best, regret and the recommendation over the limit of the budget.

    Parameters
    ----------
    planned
        Limits -> options with examples planned for each; that of the scenario is not asked for, as ``options`` are planned for it.
        None: examples are given, and the draws of ``options`` are judged against every limit.
    """
    thresholds = () if planned else thresholds_of(options)
    limits = limits_to_plan(options) if planned else limits_to_look_at(options, thresholds)
    if planned is not None:
        others = limits[limits != options.budget].tolist()
        at = {options.budget: options, **dict(zip(others, planned(others), strict=True))}
        columns = [_judged(at[limit]) for limit in limits.tolist()]
    else:
        known: dict[tuple[bool, ...], _Judged] = {}
        columns = [_known(at_limit(options, limit), known) for limit in limits.tolist()]
    return OverBudget(
        strategies=options.strategies,
        unit=options.unit,
        limit=limits,
        decisions=tuple(each.decision for each in columns),
        feasible=np.array([each.decision.allowed for each in columns], dtype=bool).T,
        expected=np.array([each.decision.expected for each in columns]).T,
        probability_best=np.array([each.decision.probability_best for each in columns]).T,
        regret=np.array([each.decision.regret for each in columns]).T,
        probability_error=np.array([each.probability_error for each in columns]).T,
        regret_error=np.array([each.regret_error for each in columns]).T,
        thresholds=thresholds,
        planned=planned is not None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """One limit: the decision, and the simulation errors that it does not hold. ``(strategy,)``"""

    decision: Decision
    probability_error: Array
    regret_error: Array


def _judged(options: Options) -> _Judged:
    decision = decide(
        options.strategies, options.objective, cost=options.cost, limits=options.limits, scrambles=options.scrambles,
        name=options.name, unit=options.unit,
    )  # fmt: skip
    chance, loss = np.zeros(len(options.strategies)), np.full(len(options.strategies), np.nan)
    rows = np.flatnonzero(options.allowed)
    if len(rows):
        _, chance[rows] = mean_and_error(wins(options.objective[rows]), options.scrambles)
        _, loss[rows] = mean_and_error(hindsight_loss(options.objective, options.allowed)[rows], options.scrambles)
    return _Judged(decision=decision, probability_error=chance, regret_error=loss)


def _known(options: Options, known: dict[tuple[bool, ...], _Judged]) -> _Judged:
    """The judgement, made once for each set of feasible strategies; the chance to stay in the budget is its own."""
    key = tuple(options.allowed.tolist())
    if key not in known:
        known[key] = _judged(options)
    one = known[key]
    in_budget, met = tuple(options.limits.in_budget.mean(axis=1).tolist()), tuple(options.limits.met.tolist())
    return replace(one, decision=replace(one.decision, probability_in_budget=in_budget, probability_limits_met=met))


def thresholds_of(options: Options) -> tuple[Threshold, ...]:
    """The smallest budget that makes each strategy feasible, with given examples."""
    return tuple(
        _threshold(covered, met, options.limits.confidence, options.scrambles) if possible else Threshold(limit=float("nan"), error=float("nan"))
        for covered, met, possible in zip(options.covered, options.limits.scores_met, (options.limits.possible & options.limits.in_time).tolist(), strict=True)
    )  # fmt: skip


def _threshold(covered: Array, met: Mask, confidence: float, scrambles: int) -> Threshold:
    error = float("nan")
    if scrambles > 1:
        parts = zip(covered.reshape(scrambles, -1), met.reshape(scrambles, -1), strict=True)
        found = np.array([enough_budget(paid, kept, confidence) for paid, kept in parts])
        error = float(found.std(ddof=1) / np.sqrt(scrambles))
    return Threshold(limit=enough_budget(covered, met, confidence), error=error)


def limits_to_look_at(options: Options, thresholds: Sequence[Threshold]) -> Array:
    """Limits at which to judge given examples: those where something changes, that of the scenario, and even logarithms around."""
    turning = [each.limit for each in thresholds if np.isfinite(each.limit)]
    fixed = np.unique([*turning, *([options.budget] if np.isfinite(options.budget) else [])])
    above = fixed[fixed > 0.0]
    if not len(above):
        return np.union1d(fixed, [0.0])
    first, last = (np.log10(each) * STEPS_A_DECADE for each in (above[0] / BEYOND, above[-1] * BEYOND))
    even = 10.0 ** (np.arange(np.floor(first), np.ceil(last) + 1) / STEPS_A_DECADE)
    return np.union1d(np.union1d(fixed, even), [0.0])


def limits_to_plan(options: Options) -> Array:
    """Limits for which to plan: around that of the scenario, else around what its strategies cost. [USD]"""
    middle = options.budget
    if not (np.isfinite(middle) and middle > 0.0):
        costs = options.covered[options.limits.possible].mean(axis=1)
        costs = costs[np.isfinite(costs) & (costs > 0.0)]
        if not len(costs):
            return np.array([max(0.0, float(np.nan_to_num(middle)))])
        middle = float(np.median(costs))
    most = next(param.high for param in BUDGET_PARAMS if param.name == "budget_limit")
    return np.unique(np.minimum(middle * np.array(PLANNED_SHARES), most))


def is_too_close(threshold: Threshold, limit: float) -> bool:
    """Whether simulation error hides if a limit is enough. [USD]"""
    return bool(abs(threshold.limit - limit) <= TOO_CLOSE * np.nan_to_num(threshold.error)) and threshold.error > 0.0
