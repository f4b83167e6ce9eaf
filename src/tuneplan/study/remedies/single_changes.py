"""The single changes that may make a strategy feasible, a function a kind.

Each yields what it found for one strategy. What the draws at hand say exactly (how much budget, which
minimum score, which confidence would do) is read off them; every other change is carried out on the
scenario as a line of ``--set`` would, and run with the draws of the verdict before it is told.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np

from tuneplan.axes import Array
from tuneplan.scenario import catalogue
from tuneplan.scenario.edits import with_changes, without_task
from tuneplan.scenario.records import UNSEEN, Quantity
from tuneplan.scenario.schema import METHODS
from tuneplan.study.options import normalised_scores
from tuneplan.study.remedies.in_time import later_deadline, longer_horizon, more_hands
from tuneplan.study.remedies.scaled_changes import cheaper_examples, fewer_examples, more_examples
from tuneplan.study.remedies.trials import NOTHING, PER_CENT, Remedy, Trials, feasible
from tuneplan.study.verdict import enough_for

MOST_BASES, MOST_TASKS = 6, 8
DOUBLINGS, HALVINGS = 6, 4
"""How often a budget is doubled until plans reach minimum scores, and the last doubling halved."""
CLEARLY_SMALLER = 0.9
"""Share of the weights of a base up to which another one counts as smaller; assumed."""
SCALE_STEPS = 1000.0
"""Parts of a metric's scale to which a minimum score is rounded."""

Kind = Callable[[Trials, str], Iterator[Remedy]]


# --- read off the draws at hand ------------------------------------------------------------------


def more_budget(trials: Trials, strategy: str) -> Iterator[Remedy]:
    """The limit that would do, rounded up to a dollar, of small ones to a cent.

    Read off the draws; where a plan misses minimum scores, looked for with plans made anew.
    """
    options, row = trials.options, trials.row(strategy)
    enough = enough_for(options)[row]
    plan = trials.run.plans.get(strategy)
    if plan is not None and plan.binding == "minimum scores":
        yield from _budget_of_plan(trials, strategy, max(options.budget, 1.0))
        return
    if options.limits.possible[row] and enough > options.budget:
        cents = 100.0 if enough < 100.0 else 1.0
        limit = math.ceil(round(enough * cents, 6)) / cents
        limit += (limit < enough) / cents
        yield Remedy(
            kind="budget", strategy=strategy, value=enough, unit="USD", changes=(f"budget.limit={limit:.{2 if cents > 1.0 else 0}f} USD",),
            usd_asked=enough - options.budget, points=NOTHING, usd=NOTHING,
        )  # fmt: skip


def _budget_of_plan(trials: Trials, strategy: str, limit: float) -> Iterator[Remedy]:
    """The smallest limit, to within a twentieth, with which a plan made anew reaches the minimum scores."""
    if not trials.has_room("budget", strategy, runs=DOUBLINGS + HALVINGS):
        return

    def changes(factor: float) -> list[str]:
        return [f"budget.limit={float(f'{limit * factor:.3g}'):.0f} USD"]

    def does(factor: float) -> bool:
        return trials.is_worth_trying(strategy, with_changes(trials.run.asked, changes(factor)))

    high = next((2.0**power for power in range(1, DOUBLINGS + 1) if does(2.0**power)), None)
    if high is None:
        return
    low = high / 2.0
    for _ in range(HALVINGS):
        middle = math.sqrt(low * high)
        low, high = (low, middle) if does(middle) else (middle, high)
    for factor in (high, high * 1.05, high * 1.2):
        for found in trials.confirmed("budget", strategy, limit * factor, changes(factor)):
            yield replace(found, unit="USD", usd_asked=limit * factor - trials.options.budget)
            return


def lower_confidence(trials: Trials, strategy: str) -> Iterator[Remedy]:
    """The highest whole per cent that holds."""
    limits, row = trials.options.limits, trials.row(strategy)
    percent = math.floor(limits.met[row] * PER_CENT + 1e-9)
    if limits.possible[row] and 1 <= percent < limits.confidence * PER_CENT:
        yield Remedy(
            kind="confidence", strategy=strategy, value=percent / PER_CENT, unit="share", changes=(f"budget.confidence={percent}%",),
            points=NOTHING, usd=NOTHING, lowers=True, extent=1.0 - percent / PER_CENT / limits.confidence,
        )  # fmt: skip


def lower_must(trials: Trials, strategy: str) -> Iterator[Remedy]:
    """For each minimum score the highest that would be met, the other limits as they are."""
    limits, row, run = trials.options.limits, trials.row(strategy), trials.run
    if not limits.possible[row]:
        return
    scores, must = normalised_scores(run, run.outcome.score)[row], run.lowered.inputs["must"][0, 0]
    if not limits.in_time[row]:
        return
    met = np.isnan(must) | (scores >= must)
    for index, request in enumerate(run.scenario.requests):
        if np.isnan(must[index]).all() or met[index].all():
            continue
        others = limits.in_budget[row] & np.delete(met, index, axis=0).all(axis=0)
        highest = _highest(scores[index][others], scores.shape[1], limits.confidence)
        value = _on_scale(run.lowered.used, request, highest)
        if value is not None:
            yield Remedy(
                kind="must", strategy=strategy, value=value, unit="score", changes=(f"{_owner(request)}.score.must={value:.6g}",),
                points=NOTHING, usd=NOTHING, lowers=True, extent=float(must[index].mean()) - highest,
            )  # fmt: skip


def _owner(request: str) -> str:
    return request if request == UNSEEN else f"tasks.{request}"


def _highest(kept: Array, draws: int, confidence: float) -> float:
    """The highest score that is reached in enough draws, given those in which all else is met; NaN: none is."""
    ranked = np.sort(kept)[::-1]
    enough = ranked[np.arange(1, len(ranked) + 1) / draws >= confidence]
    return float(enough[0]) if len(enough) else float("nan")


def _on_scale(used: Mapping[str, Quantity], request: str, highest: float) -> float | None:
    """A normalised score on the scale of its metric, rounded towards its worst end; None where none is left."""
    worst, best = (used[f"{_owner(request)}.score.{end}"].distribution.median for end in ("worst", "best"))
    steps = math.floor(highest * SCALE_STEPS - 1e-9) if math.isfinite(highest) else 0
    return worst + (best - worst) * steps / SCALE_STEPS if steps > 0 else None


# --- tried on the scenario -----------------------------------------------------------------------


def other_method(trials: Trials, strategy: str) -> Iterator[Remedy]:
    """The next methods that tune fewer weights, or tune them on a smaller copy; the first that does."""
    spec = trials.run.lowered.inputs.structure.strategies[trials.row(strategy)]
    own = f"strategies.{strategy}.method" in trials.run.scenario.settings or bool(spec.grouping.method)
    for method in METHODS[METHODS.index(spec.method) + 1 :] if spec.grouping.stages else ():
        if not trials.has_room("method", strategy):
            return
        changes = [f"strategies.{strategy}.method={method}" if own else f"method={method}"]
        if trials.is_worth_trying(strategy, with_changes(trials.run.asked, changes)):
            found = list(trials.confirmed("method", strategy, method, changes))
            yield from found
            if found:
                return


def smaller_base(trials: Trials, strategy: str) -> Iterator[Remedy]:
    """The largest of the smaller bases that does; its scores follow from its size, so none has to be given."""
    for name in _smaller_bases(trials, strategy):
        if not trials.has_room("base", strategy):
            return
        changes = [f"strategies.{strategy}.base={name}"]
        if trials.is_worth_trying(strategy, with_changes(trials.run.asked, changes)):
            found = list(trials.confirmed("base", strategy, name, changes))
            yield from found
            if found:
                return


def _smaller_bases(trials: Trials, strategy: str) -> list[str]:
    """Bases of the same maker, else of any, tuned alike, largest first; none where a base has scores of its own."""
    scenario, spec = trials.run.scenario, trials.run.lowered.inputs.structure.strategies[trials.row(strategy)]
    scored = any(path.startswith(f"strategies.{strategy}.score") for path in scenario.quantities)
    if scored or scenario.word(f"strategies.{strategy}.api", ""):
        return []
    models = catalogue.models(scenario.rows)
    here = models[spec.base]
    below = [each for each in models.values() if each.params < CLEARLY_SMALLER * here.params and each.instruction_tuned == here.instruction_tuned]
    kin = [each for each in below if _maker(each.name) == _maker(here.name)]
    ranked = sorted(kin or below, key=lambda each: (-each.params, each.name != here.name, each.name))
    distinct = {each.params: each.name for each in reversed(ranked)}  # of bases of one size the first by name
    return [name for _, name in sorted(distinct.items(), reverse=True)][:MOST_BASES]


def _maker(name: str) -> str:
    """The first letters of a base's name.

    >>> _maker("llama-3.1-8b"), _maker("qwen2.5-7b")
    ('llama', 'qwen')
    """
    found = re.match("[A-Za-z]*", name)
    return found[0].lower() if found else ""


def one_task_fewer(trials: Trials, strategy: str) -> Iterator[Remedy]:
    """Each task in turn left out, its requests unanswered; of many tasks those that cost most."""
    for task in _dearest_tasks(trials, strategy):
        if not trials.has_room("task", strategy):
            return
        scenario = without_task(trials.run.asked, task)
        if not trials.is_worth_trying(strategy, scenario):
            continue
        after = trials.tried(strategy, scenario, whole=True)
        if after is not None and feasible(after):
            points, usd = trials.differences(strategy, after, served=1.0 - trials.share_of(task))
            yield Remedy(kind="task", strategy=strategy, value=task, unit="", leave_out=f"tasks.{task}", points=points, usd=usd, lowers=True)


def _dearest_tasks(trials: Trials, strategy: str) -> list[str]:
    """Tasks that have a minimum score, then those that cost most."""
    run, row = trials.run, trials.row(strategy)
    cost = sum(np.broadcast_to(line[0, row].mean(axis=-1), (len(run.scenario.tasks),)) for line in run.outcome.costs.values())
    limited = [f"tasks.{task}.score.must" in run.scenario.quantities for task in run.scenario.tasks]
    ranked = sorted(range(len(limited)), key=lambda index: (not limited[index], -float(np.asarray(cost)[index])))
    return [run.scenario.tasks[index] for index in ranked[:MOST_TASKS]]


KINDS: dict[str, Kind] = {
    "budget": more_budget, "price": cheaper_examples, "examples": fewer_examples, "more examples": more_examples, "method": other_method, "base": smaller_base,
    "task": one_task_fewer, "hands": more_hands, "horizon": longer_horizon, "deadline": later_deadline, "must": lower_must, "confidence": lower_confidence,
}  # fmt: skip
"""Every kind of change, in the order in which equals are told."""
