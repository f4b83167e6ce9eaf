"""What the recommended strategy is exposed to: where its points come from and go, how its budget may break."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tuneplan.axes import Array
from tuneplan.study.decision import Estimate, estimate, estimates
from tuneplan.study.options import Options, delivered_points, request_weight, strategy_draws
from tuneplan.study.run import Run
from tuneplan.units import MONTHS_PER_YEAR

UP_FRONT = ("data", "training", "evaluation", "people")
"""Components that are spent before the first request is answered; the others stop with the service."""
FORGETTING = "lost to narrow training"
"""Part of the score of unseen requests that training on a few tasks takes."""
BAD = 0.95
"""Share of draws that come out better than a bad one."""
RENTED = ("training_runs", "reserved_gpus", "own_gpus")
"""Cost lines that GPUs by the hour go into."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """One strategy, looked at for what can go wrong.

    Attributes
    ----------
    strategy
        Its name.
    parts
        Points that each part of the law brings or takes, in the order in which they are switched on; they add up
        to the delivered score. Empty where the run did not keep them.
    forgotten
        Points of the average request that narrow training takes from requests that nobody trained for; None where
        the run did not keep it, or nobody asks such. At most 0.
    clash
        Share of draws in which the format of some task clashes with its neighbours in a model.
    overrun
        What is spent beyond the budget in the draws that break it; None where none does, or no limit is set. [USD]
    overrun_if_bad
        What is spent beyond it, or nothing, in one draw of twenty at least; NaN: no limit is set. [USD]
    broken
        Share of draws that break it; NaN: no limit is set.
    retirements
        Times that its base is expected to retire while it answers requests within the horizon, for what it trains; 0 where it trains nothing.
    retraining
        What training again costs, on schedule and when the base retires. [USD]
    rents
        What goes into GPUs, for training and serving. [USD]
    """

    strategy: str
    parts: Mapping[str, Estimate]
    forgotten: Estimate | None
    clash: float
    overrun: Estimate | None
    overrun_if_bad: float
    broken: float
    retirements: float
    retraining: Estimate
    rents: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What stays of a strategy for somebody who changes his mind once it is live.

    Attributes
    ----------
    models
        Models trained for it: these are lost.
    bought
        Examples bought for it, by task: any other strategy can be trained on them. Those of its plan, else the middle
        of what was given.
    share
        Mean share of what is spent up front that is in examples; NaN where nothing is. [share]
    up_front
        What is spent up front. [USD]
    """

    models: int
    bought: Mapping[str, float]
    share: float
    up_front: Estimate

    @property
    def examples(self) -> float:
        """Of all tasks."""
        return sum(self.bought.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Stakes:
    """What there is to lose.

    Attributes
    ----------
    exposure
        Of the recommended strategy; None where none is.
    kept
        Of every strategy, in their order.
    """

    exposure: Exposure | None
    kept: tuple[Kept, ...]


def stakes_of(run: Run, options: Options, best: int | None) -> Stakes:
    """What there is to lose.

    Parameters
    ----------
    best
        Row of the recommended strategy; None where none is.
    """
    return Stakes(exposure=None if best is None else exposure_of(run, options, best), kept=kept_of(run))


def exposure_of(run: Run, options: Options, row: int) -> Exposure:
    """What one strategy is exposed to.

    Parameters
    ----------
    row
        Of the strategy, in every array of the run.
    """
    steps = [delivered_points(run, total)[row] for total in run.steps.values()]
    parts = np.array([steps[0], *(after - before for before, after in pairwise(steps))]) if steps else np.empty((0, run.design.draws))
    over = options.covered[row] - options.budget
    beyond = over[over > 0.0]
    served = run.lowered.inputs["served_months"][0]
    months = float(served[row if len(served) > 1 else 0].mean())
    trained = run.lowered.inputs.structure.models_trained[row] > 0
    rate = float(run.lowered.inputs["retirement_rate"].mean())
    return Exposure(
        strategy=options.strategies[row],
        parts=dict(zip(run.steps, estimates(parts, options.scrambles), strict=True)) if steps else {},
        forgotten=_forgotten(run, row, options.scrambles),
        clash=_chance_of_clash(run, row),
        overrun=estimate(beyond, 1) if len(beyond) else None,
        overrun_if_bad=float(np.quantile(np.maximum(over, 0.0), BAD)),
        broken=float("nan") if np.isnan(options.budget) else float((over > 0.0).mean()),
        retirements=rate * months / MONTHS_PER_YEAR if trained else 0.0,
        retraining=estimate(_paid_for(run, row, ("retraining",)), options.scrambles),
        rents=estimate(_paid_for(run, row, RENTED), options.scrambles),
    )


def _paid_for(run: Run, row: int, lines: tuple[str, ...]) -> Array:
    """What a strategy pays for some cost lines. ``(draw,)`` [USD]"""
    paid = [strategy_draws(run, run.outcome.costs[name].sum(axis=2))[row] for name in lines]
    return np.sum(paid, axis=0)  # type: ignore[no-any-return]


def _forgotten(run: Run, row: int, scrambles: int) -> Estimate | None:
    """What narrow training takes from unseen requests, as it counts in the average request. [point]"""
    names, weight = list(run.unseen_steps), request_weight(run)[-1]
    if FORGETTING not in names or not weight.any():
        return None
    at = names.index(FORGETTING)
    before, after = (delivered_points(run, run.unseen_steps[name])[row] for name in names[at - 1 : at + 1])
    return estimate(weight * (after - before), scrambles)


def _chance_of_clash(run: Run, row: int) -> float:
    """Share of draws in which any task clashes in the model that serves it."""
    inputs, draws = run.lowered.inputs, run.design.draws
    models = inputs.structure.model_of_task[row]
    happens = inputs["clash_draw"][0] < inputs["clash_probability"][0]
    each = [np.broadcast_to(happens[model, task], draws) for task, model in enumerate(models.tolist())]
    return float(np.any(each, axis=0).mean())


def kept_of(run: Run) -> tuple[Kept, ...]:
    """What stays of each strategy, in their order."""
    inputs, outcome = run.lowered.inputs, run.outcome
    draws, count = run.design.draws, len(run.scenario.strategies)
    parts = {name: np.broadcast_to(outcome.cost_of((name,))[0], (count, draws)) for name in UP_FRONT}
    whole = sum(parts.values(), np.zeros((count, draws)))
    trained = inputs.structure.models_trained.tolist()
    bought = _bought(run)
    return tuple(
        Kept(
            models=int(trained[row]), bought=bought[row], up_front=estimate(whole[row], run.design.scrambles),
            share=_mean_share(parts["data"][row], whole[row]),
        )
        for row in range(count)
    )  # fmt: skip


def _mean_share(part: Array, whole: Array) -> float:
    """Mean share of a part; NaN where there is no whole, or no end of it."""
    return float((part / whole).mean()) if bool((np.isfinite(whole) & (whole > 0.0)).all()) else float("nan")


def _bought(run: Run) -> list[dict[str, float]]:
    """Examples of each task that each strategy buys: those of its plan, else the middle of the draws."""
    inputs, tasks, names = run.lowered.inputs, run.scenario.tasks, run.scenario.strategies
    used = (inputs.structure.stages_of_column[:, : len(tasks)] > 0)[:, :, None]
    needed: Array = np.maximum(inputs["examples"][0][:, : len(tasks)] - inputs["existing"][0][:, : len(tasks)], 0.0) * used
    typical = np.median(np.broadcast_to(needed, (len(names), len(tasks), needed.shape[2])), axis=2).tolist()
    given = [dict(zip(tasks, counts, strict=True)) for counts in typical]
    return [each | dict(run.plans[name].bought) if name in run.plans else each for name, each in zip(names, given, strict=True)]
