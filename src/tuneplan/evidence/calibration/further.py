"""Which pilot to run next: what each would change about the choice, for its price."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from tuneplan.axes import Array
from tuneplan.core import costs_of
from tuneplan.core.derived import Arrays
from tuneplan.evidence.calibration.observations import SCORE_ERROR, Forward, Observation
from tuneplan.evidence.calibration.runs import Trained, like_of
from tuneplan.evidence.calibration.variants import with_pilots
from tuneplan.scenario.calibration import calibrated
from tuneplan.scenario.lower import lower
from tuneplan.scenario.lowering.defaults import base_name
from tuneplan.scenario.lowering.specs import grouping_of
from tuneplan.scenario.planned import only
from tuneplan.scenario.records import Scenario
from tuneplan.study.decision import TOO_CLOSE, Decision
from tuneplan.study.design import Design
from tuneplan.study.information.analysis import price_elsewhere
from tuneplan.study.information.checks import in_unit
from tuneplan.study.information.estimates import Worth, capped, evpi, evsi
from tuneplan.study.options import Options
from tuneplan.study.run import Run

SIZES = (200.0, 500.0, 1000.0)
"""Examples of each task of a pilot that is looked at."""
MOST_TASKS = 12
"""Tasks up to which each is looked at alone; of more, those with most traffic."""
DAYS_A_WEEK = 5.0
"""Working days: each pilot takes an engineer a day; assumed."""
PRICED_AT = 64
"""Draws from which a price is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A pilot that could be run.

    Attributes
    ----------
    runs
        What is trained, one model each.
    measured
        Run and task of each score that is measured: rows of ``runs``, and names.
    """

    runs: tuple[Trained, ...]
    measured: tuple[tuple[int, str], ...]
    size: float

    @property
    def said(self) -> str:
        """In words: what is trained, as which strategy does, on how many examples of each task."""
        parts = []
        for run in self.runs:
            like = f" ({run.like})" if run.like else ""
            parts.append(f"{run.examples[0][0]} alone{like}" if len(run.examples) == 1 else f"all together{like}")
        return f"{' and '.join(parts)}, {self.size:g}{'' if len(self.runs[0].examples) == 1 == len(self.runs) else ' each'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateWorth:
    """What a pilot would be worth.

    Attributes
    ----------
    worth
        Expected fall in regret: EVSI, in the unit of the objective.
    usd
        What it takes: examples beyond those owned, training, judging, an engineer's day a run. [USD]
    net
        Worth less that, in the unit of the objective; NaN where a point has no price.
    per_usd
        Worth of each dollar.
    """

    candidate: Candidate
    worth: Worth
    usd: float
    net: float
    per_usd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Further:
    """Every pilot that was looked at, the one that pays most first.

    Attributes
    ----------
    whole
        What it would be worth to know everything, luck included (EVPI).
    usd_per_point, priced_at
        What a point costs elsewhere, and where.
    """

    candidates: tuple[CandidateWorth, ...]
    whole: Worth
    unit: str
    usd_per_point: float
    priced_at: str

    @property
    def pays(self) -> bool:
        """Whether the first one is worth more than it takes, beyond simulation error."""
        if not self.candidates:
            return False
        first = self.candidates[0]
        value = first.net if not math.isnan(first.net) else first.worth.value
        return value > (0.0 if math.isnan(first.worth.error) else TOO_CLOSE * first.worth.error)


def further_pilots(run: Run, options: Options, decision: Decision) -> Further | None:
    """What further pilots would be worth; None where there is no choice.

    Each candidate is a task alone, all tasks together, or both beside one another, at a few sizes; alone as each
    strategy that may be chosen trains it. What it would measure is predicted at the draws of the run, with an
    error; the worth of knowing that comes from a regression, as that of the scenario's own checks.
    """
    allowed = np.flatnonzero(options.allowed)
    if decision.best is None or len(allowed) < 2 or not isinstance(run.design, Design):
        return None
    objective = options.objective[allowed]
    whole = evpi(objective, scrambles=options.scrambles)
    usd_per_point, priced_at = price_elsewhere(run, options, decision.best)
    candidates = tuple(candidates_of(run.scenario, [options.strategies[row] for row in allowed]))
    seen, prices = _measured(run, candidates), _prices(run.scenario, candidates)
    found = []
    for candidate, values, usd in zip(candidates, seen, prices, strict=True):
        fit = evsi(objective, list(values), scrambles=options.scrambles)
        worth = capped(fit, whole, explained=float("nan"))
        net = worth.value - in_unit(usd, options.unit, usd_per_point)
        found.append(CandidateWorth(candidate=candidate, worth=worth, usd=usd, net=net, per_usd=worth.value / usd if usd > 0.0 else math.inf))
    unpriced = any(math.isnan(each.net) for each in found)
    ordered = tuple(sorted(found, key=lambda each: (-each.per_usd if unpriced else -each.net, each.usd)))
    return Further(candidates=ordered, whole=whole, unit=options.unit, usd_per_point=usd_per_point, priced_at=priced_at)


def candidates_of(scenario: Scenario, strategies: Sequence[str]) -> Iterator[Candidate]:
    """Each task alone, all together, and both, at every size, as these strategies train them."""
    tasks = scenario.tasks
    ways = {task: tuple(_ways((task,), scenario, strategies)) for task in tasks[:MOST_TASKS]}
    whole = next(iter(_ways(tasks, scenario, strategies))) if len(tasks) > 1 else None
    for size in SIZES:
        together = None if whole is None else _trained(tasks, size, whole)
        for task, likes in ways.items():
            for like in likes:
                alone = _trained((task,), size, like)
                yield Candidate(runs=(alone,), measured=((0, task),), size=size)
                if together is not None:
                    yield Candidate(runs=(alone, together), measured=((0, task), *((1, each) for each in tasks)), size=size)
        if together is not None:
            yield Candidate(runs=(together,), measured=tuple((0, each) for each in tasks), size=size)


def _ways(tasks: tuple[str, ...], scenario: Scenario, strategies: Sequence[str]) -> Iterator[str]:
    """Strategies that train just these tasks together, one a way of training; the scenario's own words where none does."""
    found: dict[tuple[object, ...], str] = {}
    for name in strategies:
        if like_of(tasks, only(scenario, [name])):
            grouping = grouping_of(scenario, name)
            method = scenario.word(f"strategies.{name}.method", grouping.method or scenario.word("method", "full"))
            found.setdefault((method, base_name(scenario, name)), name)
    yield from found.values() or ("",)


def _trained(tasks: Sequence[str], size: float, like: str) -> Trained:
    return Trained(like=like, kind="unified", examples=tuple((task, size) for task in tasks))


def _names(candidates: Sequence[Candidate]) -> dict[Trained, str]:
    every = dict.fromkeys(each for candidate in candidates for each in candidate.runs)
    return {trained: f"pilot {number}" for number, trained in enumerate(every, start=1)}


def _measured(run: Run, candidates: Sequence[Candidate]) -> list[Array]:
    """What each candidate would measure at the draws of a run, errors in. ``(score, draw)`` each"""
    assert isinstance(run.design, Design)
    names = _names(candidates)
    variant = with_pilots(run.asked, names)
    asked = dict.fromkeys((names[each.runs[row]], task) for each in candidates for row, task in each.measured)
    observations = [Observation(scenario=variant, strategy=strategy, request=task, value=0.0) for strategy, task in asked]
    forward = Forward.of(observations)
    points = calibrated(run.design.points, run.scenario.calibration)(forward.names)
    predicted = forward.at(forward.names, special.ndtri(points))
    luck = special.ndtri(run.design.points([f"further {strategy} {task}" for strategy, task in asked]))
    seen = predicted + SCORE_ERROR * luck
    place = {key: row for row, key in enumerate(asked)}
    return [seen[[place[names[each.runs[row]], task] for row, task in each.measured]] for each in candidates]


def _prices(scenario: Scenario, candidates: Sequence[Candidate]) -> list[float]:
    """Mean price of each candidate; examples of two runs are bought once. [USD]"""
    names = _names(candidates)
    variant = replace(with_pilots(scenario, names), calibration=scenario.calibration)
    inputs = lower([variant], Design(draws=PRICED_AT, scrambles=1, stream="price\x00").points, launched=False).inputs
    costs, arrays = costs_of(inputs), Arrays(inputs)
    data = sum(costs[name][0].mean(axis=2) for name in ("labels", "synthetic"))  # (strategy, task)
    hours = (arrays["final_hours"] * arrays["gpu_price"] / (1.0 - arrays["failed"]))[0].sum(axis=1).mean(axis=1)
    judging = float((arrays["evaluation_items"] * arrays["evaluation_item_price"]).mean())
    day = float(arrays["engineer_week"].mean()) / DAYS_A_WEEK
    row = {name: number for number, name in enumerate(variant.strategies)}
    found = []
    for each in candidates:
        rows = [row[names[trained]] for trained in each.runs]
        bought = np.max([np.broadcast_to(data, (len(variant.strategies), len(scenario.tasks)))[place] for place in rows], axis=0).sum()
        training = sum(float(hours[place if len(hours) > 1 else 0]) for place in rows)
        found.append(float(bought) + training + judging * len(each.measured) + day * len(rows))
    return found
