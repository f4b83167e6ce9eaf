"""From a run to a verdict: the decision, what carried it, what could overturn it."""

from __future__ import annotations

import numpy as np

from tuneplan.axes import Array
from tuneplan.core.costs import COSTS
from tuneplan.core.structure import StrategySpec
from tuneplan.scenario.schema import COMPONENTS, DEFAULT_COVERS
from tuneplan.study.decision import (
    SAME_COST,
    Decision,
    Limits,
    decide,
    estimate,
    estimates,
    split,
)
from tuneplan.study.frontier.standing import frontier
from tuneplan.study.launches import launches_of
from tuneplan.study.options import (
    Options,
    delivered_points,
    due_by,
    normalised_scores,
    options_of,
    request_weight,
    ships,
    strategy_draws,
)
from tuneplan.study.results import Comparison, Framing, Rival, StrategyResult, TaskCall, Verdict
from tuneplan.study.run import Run
from tuneplan.units import POINTS_PER_SCALE


def verdict(run: Run) -> Verdict:
    """Judge a run."""
    scenario = run.scenario
    covers = scenario.listed("budget.covers", DEFAULT_COVERS)
    options = options_of(run)
    cost, limits = options.cost, options.limits
    decision = decision_of(options)
    nearest = nearest_of(options) if decision.best is None else None
    return Verdict(
        run=run,
        decision=decision,
        results=_results(run, cost),
        comparison=_comparison(run, decision, cost, _other(decision, limits)),
        rivals=_rivals(run, decision, cost),
        framings=_framings(run),
        covers=covers,
        limit=options.budget,
        binding={} if nearest is None else broken(run, nearest, limits),
        nearest="" if nearest is None else decision.strategies[nearest],
        enough=float("nan") if nearest is None else enough_for(options)[nearest],
        launches=launches_of(run),
    )


def decision_of(options: Options) -> Decision:
    """Choose among what there is to choose from."""
    return decide(
        options.strategies, options.objective, cost=options.cost, limits=options.limits, scrambles=options.scrambles,
        name=options.name, unit=options.unit,
    )  # fmt: skip


def _results(run: Run, cost: Array) -> tuple[StrategyResult, ...]:
    scrambles, outcome, scenario = run.design.scrambles, run.outcome, run.scenario
    delivered, scores = delivered_points(run, outcome.delivered), POINTS_PER_SCALE * normalised_scores(run, outcome.score)
    components = {name: strategy_draws(run, outcome.cost_of((name,))) for name in COMPONENTS}
    steps = frontier(cost.mean(axis=1).tolist(), delivered.mean(axis=1).tolist())
    return tuple(
        StrategyResult(
            name=name,
            cost=estimate(cost[index], scrambles),
            components={part: estimate(draws[index], scrambles) for part, draws in components.items()},
            scores=dict(zip(scenario.requests, estimates(scores[index], scrambles), strict=True)),
            delivered=estimate(delivered[index], scrambles),
            frontier=steps[index],
            misfit=run.lowered.misfits.get(name, ""),
        )
        for index, name in enumerate(scenario.strategies)
    )


def _other(decision: Decision, limits: Limits) -> int | None:
    """With which the recommended one is compared: the runner-up, else the strongest that breaks the limits."""
    if decision.best is None or decision.second is not None:
        return decision.second
    others = (index for index in np.flatnonzero(limits.possible).tolist() if index != decision.best)
    return max(others, key=lambda index: decision.expected[index], default=None)


def _comparison(run: Run, decision: Decision, cost: Array, second: int | None) -> Comparison | None:
    if decision.best is None or second is None:
        return None
    best, scrambles = decision.best, run.design.scrambles
    delivered = delivered_points(run, run.outcome.delivered)
    steps = {name: delivered_points(run, total) for name, total in run.steps.items()}
    unseen = {name: delivered_points(run, total) for name, total in run.unseen_steps.items()}
    lines = {name: strategy_draws(run, line.sum(axis=2)) for name, line in run.outcome.costs.items()}
    weight = request_weight(run).mean(axis=1)
    scores = POINTS_PER_SCALE * normalised_scores(run, run.outcome.score)
    return Comparison(
        best=decision.strategies[best],
        second=decision.strategies[second],
        second_allowed=decision.allowed[second],
        points=estimate(delivered[best] - delivered[second], scrambles),
        points_probability=share_above(delivered[best] - delivered[second]),
        points_tied=share_equal(delivered[best], delivered[second]),
        usd=estimate(cost[best] - cost[second], scrambles),
        usd_probability=share_above(cost[second] - cost[best]),
        usd_tied=share_equal(cost[best], cost[second]),
        same_cost=SAME_COST * float(cost[best].mean()),
        in_points=split(steps, best, second),
        in_unseen=split(unseen, best, second) if weight[-1] > 0.0 else {},
        in_usd={COSTS[name].name: float((line[best] - line[second]).mean()) for name, line in lines.items()},
        calls=tuple(
            _call(request, scores[best, row] - scores[second, row], scrambles)
            for row, request in enumerate(run.scenario.requests)
            if weight[row] > 0.0
        ),
    )


def _rivals(run: Run, decision: Decision, cost: Array) -> tuple[Rival, ...]:
    best, scrambles = decision.best, run.design.scrambles
    if best is None:
        return ()
    delivered = delivered_points(run, run.outcome.delivered)
    return tuple(
        Rival(
            name=name,
            points=estimate(delivered[index] - delivered[best], scrambles),
            probability=share_above(delivered[index] - delivered[best]),
            points_tied=share_equal(delivered[index], delivered[best]),
            usd=estimate(cost[index] - cost[best], scrambles),
            usd_probability=share_above(cost[best] - cost[index]),
            usd_tied=share_equal(cost[index], cost[best]),
            same_cost=SAME_COST * float(cost[best].mean()),
            allowed=decision.allowed[index],
        )
        for index, name in enumerate(decision.strategies)
        if index != best
    )


def _framings(run: Run) -> tuple[Framing, ...]:
    """Worth of framing, for the strategies that it changes."""
    if run.unframed is None:
        return ()
    bought = delivered_points(run, run.outcome.delivered) - delivered_points(run, run.unframed)
    specs = run.lowered.inputs.structure.strategies
    return tuple(
        Framing(strategy=spec.name, framing=_framing_of(spec), points=estimate(bought[index], run.design.scrambles))
        for index, spec in enumerate(specs)
        if bought[index].any()
    )


def _framing_of(spec: StrategySpec) -> str:
    """The framing of a strategy's tasks; plain is none, and others stand beside one another."""
    return " beside ".join(sorted({*spec.framings} - {"plain"}))


def chance_above(difference: Array) -> float:
    """Share of draws above 0, ties counted half: the odds of a bet, even where nothing differs."""
    return share_above(difference) + 0.5 * float((difference == 0.0).mean())


def share_above(difference: Array) -> float:
    """Share of draws above 0: nobody is ahead where nothing differs."""
    return float((difference > 0.0).mean())


def share_equal(one: Array, other: Array) -> float:
    """Share of draws in which two are exactly the same, endless ones too."""
    return float((one == other).mean())


def _call(request: str, difference: Array, scrambles: int) -> TaskCall:
    return TaskCall(
        request=request, difference=estimate(difference, scrambles), probability=share_above(difference), tied=float((difference == 0.0).mean())
    )


def enough_budget(covered: Array, met: np.ndarray, confidence: float) -> float:
    """Smallest limit that a strategy keeps, and its minimum scores with it, with this confidence. [USD]

    The quantile of the covered cost where nothing else is asked for; NaN where the minimum scores
    alone are missed too often.

    Parameters
    ----------
    covered
        What counts against the budget, ``(draw,)``.
    met
        Whether every minimum score is reached, ``(draw,)`` of bool.

    >>> enough_budget(np.array([4.0, 1.0, 3.0, 2.0]), np.full(4, True), 0.75)
    3.0
    """
    kept = np.sort(covered[met])
    share = np.arange(1, len(kept) + 1) / len(covered)
    enough = kept[share >= confidence]
    return float(enough[0]) if len(enough) else float("nan")


def enough_for(options: Options) -> list[float]:
    """The limit that would make each strategy feasible; NaN where none is set or none would do. [USD]"""
    if np.isnan(options.budget):
        return [float("nan")] * len(options.strategies)
    limits = options.limits
    enough = (enough_budget(*each, limits.confidence) for each in zip(options.covered, limits.scores_met, strict=True))
    return [each if in_time else float("nan") for in_time, each in zip(limits.in_time.tolist(), enough, strict=True)]


def nearest_of(options: Options) -> int | None:
    """The strategy that meets the limits most often, of equals the one that needs the least budget."""
    enough, limits = np.nan_to_num(enough_for(options), nan=np.inf), options.limits
    met, scores_met = limits.met, limits.scores_met.mean(axis=1)
    return min(
        np.flatnonzero(limits.possible).tolist(),
        key=lambda index: (-float(met[index]), enough[index], -float(scores_met[index])),
        default=None,
    )


def broken(run: Run, index: int, limits: Limits) -> dict[str, float]:
    """Constraints that a strategy breaks, and in what share of draws."""
    must = run.lowered.inputs["must"][0, 0]
    scores = normalised_scores(run, run.outcome.score)[index]
    found = {"budget.limit": 1.0 - float(limits.in_budget[index].mean())}
    for row, request in enumerate(run.scenario.requests):
        place = request if request == run.scenario.requests[-1] else f"tasks.{request}"
        found[f"{place}.score.must"] = float((scores[row] < must[row]).mean())
    if due := due_by(run):
        found[due] = 1.0 - float(ships(run)[index].mean())
    return {name: share for name, share in sorted(found.items(), key=lambda item: -item[1]) if share > 0.0}
