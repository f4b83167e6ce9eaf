"""Which tasks should share a model, and how much that is worth: for ``simulate groupings``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from tuneplan.axes import Array
from tuneplan.core.strategies import ModelOfTask, apart, together
from tuneplan.scenario.planned import searched as asking
from tuneplan.scenario.records import Scenario
from tuneplan.study.decision import LEVEL, SAME_COST, Estimate, estimate, estimates, within_error
from tuneplan.study.design import Design
from tuneplan.study.frontier.standing import FrontierStep, frontier
from tuneplan.study.groupings.choice import front, ranked
from tuneplan.study.groupings.family import named
from tuneplan.study.groupings.partitions import counted, label, merges
from tuneplan.study.groupings.replanned import run_planned
from tuneplan.study.groupings.screening import Screen, screened
from tuneplan.study.groupings.search import Searched, best_of, search
from tuneplan.study.groupings.values import SetValues
from tuneplan.study.options import Options
from tuneplan.study.results import Paired
from tuneplan.study.verdict import chance_above

MOST_OF_FRONT = 10
"""Groupings of the front that are run again; of a longer one, some spread evenly over it."""
DEFAULT_TOP, MOST_TOP = 8, 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One of the leading groupings, on the draws of the study.

    Attributes
    ----------
    name, groups
        In words, and as lists of tasks.
    cost, points
        Over the horizon [USD], and delivered [point].
    objective
        What is decided by.
    limits_met
        Chance to keep every limit.
    on_front
        Whether it was on the front of all groupings looked at, on the draws of the search.
    frontier
        Its standing among the leading ones.
    """

    name: str
    groups: tuple[tuple[str, ...], ...]
    cost: Estimate
    points: Estimate
    objective: Estimate
    limits_met: float
    allowed: bool
    on_front: bool
    frontier: FrontierStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Against(Paired):
    """The best grouping against another one on the same draws, best minus other.

    Attributes
    ----------
    objective
        Difference in what is decided by.
    probability
        Chance that the best delivers more; ties counted half.
    """

    name: str
    objective: Estimate
    probability: float
    allowed: bool

    @property
    def too_close(self) -> bool:
        """Whether simulation error hides which of them is better."""
        return within_error(self.objective)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairGain:
    """What it is worth that two tasks share a model.

    Attributes
    ----------
    points, usd
        Groupings with both in one model less those with each in another, draw by draw: delivered
        score [point] and cost [USD].
    """

    one: str
    other: str
    points: Estimate
    usd: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Groupings:
    """Everything that a report says of the groupings of a scenario.

    Attributes
    ----------
    searched
        All groupings looked at, on the draws of the search.
    best_merge
        For each of them the row of the best grouping that has two of its groups made one; -1 where
        there is none, or it was not looked at.
    standings
        The leading ones, the cheapest first.
    best, unified, specialists
        Their names.
    against
        The best against each other one of ``standings``.
    pairs
        Those that gain most from sharing a model first.
    """

    scenario: Scenario
    design: Design
    like: str
    searched: Searched
    best_merge: tuple[int, ...]
    standings: tuple[Standing, ...]
    best: str
    unified: str
    specialists: str
    objective: str
    unit: str
    against: tuple[Against, ...]
    pairs: tuple[PairGain, ...]

    @property
    def level(self) -> tuple[Against, ...]:
        """Those that simulation error can't tell from the best, or that lie within half a point of it."""
        indifferent = LEVEL if self.unit == "point" else 0.0
        return tuple(each for each in self.against if each.allowed and (each.too_close or abs(each.objective.mean) < indifferent))


def groupings(scenario: Scenario, design: Design, *, like: str = "", top: int = DEFAULT_TOP) -> Groupings:
    """Look at the groupings of a scenario and run the leading ones on the draws of a study.

    Parameters
    ----------
    like
        The strategy whose words hold; empty: those of the first with ``groups: search``, else none.
    top
        How many leaders are run again, beside the front.

    Raises
    ------
    UsageError
        As ``search``.
    """
    tasks, like = scenario.tasks, like or next(iter(asking(scenario)), "")
    searched = search(scenario, like, seed=design.seed)
    best, on_front = best_of(searched, scenario), _thinned(front(searched.screen))
    rows = dict.fromkeys((*on_front, *ranked(searched.screen)[:top]))
    leading = dict.fromkeys((best, together(len(tasks)), apart(len(tasks)), *(searched.screen.groupings[row] for row in rows)))
    names = {label(grouping, tasks): grouping for grouping in leading}
    reference = scenario.word("reference", "")
    options = run_planned(scenario, like, list(names.values()), design, beside=(reference,) if reference else ()).options
    best = _nearest_of(options, names, best)
    known = {searched.screen.groupings[row] for row in on_front}
    return Groupings(
        scenario=scenario, design=design, like=like, searched=searched, best_merge=_best_merges(searched.screen),
        standings=_standings(options, names, tasks, known), best=label(best, tasks), unified=label(together(len(tasks)), tasks),
        specialists=label(apart(len(tasks)), tasks), objective=options.name, unit=options.unit,
        against=_against(options, label(best, tasks)), pairs=_pairs(searched),
    )  # fmt: skip


def _nearest_of(options: Options, names: Mapping[str, ModelOfTask], best: ModelOfTask) -> ModelOfTask:
    """The best, or where it breaks the limits that of those run again which keeps them most often."""
    met, row = options.limits.met, list(names.values()).index(best)
    if options.allowed[: len(names)].any() or met[: len(names)].max() <= met[row]:
        return best
    return list(names.values())[int(met[: len(names)].argmax())]


def _thinned(rows: Sequence[int]) -> list[int]:
    """At most ``MOST_OF_FRONT``, both ends among them."""
    if len(rows) <= MOST_OF_FRONT:
        return list(rows)
    places = np.linspace(0, len(rows) - 1, MOST_OF_FRONT).round().astype(int)
    return [rows[place] for place in places.tolist()]


def _standings(options: Options, names: Mapping[str, ModelOfTask], tasks: Sequence[str], on_front: set[ModelOfTask]) -> tuple[Standing, ...]:
    columns = (estimates(each, options.scrambles) for each in (options.cost, options.points, options.objective))
    steps = frontier(options.cost.mean(axis=1).tolist(), options.points.mean(axis=1).tolist())
    rows = [
        Standing(name=name, groups=named(grouping, tasks), cost=cost, points=points, objective=objective, limits_met=met,
                 allowed=allowed, on_front=grouping in on_front, frontier=step)
        for (name, grouping), cost, points, objective, met, allowed, step in zip(
            names.items(), *columns, options.limits.met.tolist(), options.allowed.tolist(), steps, strict=True)
    ]  # fmt: skip
    return tuple(sorted(rows, key=lambda row: (row.cost.mean, -row.points.mean, row.name)))


def _against(options: Options, best: str) -> tuple[Against, ...]:
    row, scrambles = options.strategies.index(best), options.scrambles
    cost, points, objective = (each[row] - each for each in (options.cost, options.points, options.objective))
    return tuple(
        Against(
            name=name, allowed=bool(options.allowed[other]), points=estimate(points[other], scrambles),
            usd=estimate(cost[other], scrambles), usd_probability=chance_above(-cost[other]),
            same_cost=SAME_COST * float(options.cost[row].mean()), objective=estimate(objective[other], scrambles),
            probability=chance_above(points[other]),
        )
        for other, name in enumerate(options.strategies)
        if other != row
    )  # fmt: skip


def _best_merges(screen: Screen) -> tuple[int, ...]:
    """The best step from each grouping to one with one model less."""
    place = {grouping: row for row, grouping in enumerate(screen.groupings)}
    objective = screen.options.objective.mean(axis=1)
    found = ([place[each] for each in merges(grouping) if each in place] for grouping in screen.groupings)
    return tuple(max(rows, key=lambda row: (objective[row], -row), default=-1) for rows in found)


def _pairs(searched: Searched) -> tuple[PairGain, ...]:
    """What each pair gains from sharing a model: over all groupings, or beside specialists where not all were looked at."""
    tasks, scrambles = searched.family.scenario.tasks, searched.screen.options.scrambles
    pairs = list(combinations(range(len(tasks)), 2))
    if not pairs:
        return ()
    gains = _over_all(searched.screen, pairs) if searched.complete else _beside_specialists(searched, pairs)
    found = [
        PairGain(one=tasks[one], other=tasks[other], points=estimate(points, scrambles), usd=estimate(usd, scrambles))
        for (one, other), points, usd in zip(pairs, *gains, strict=True)
    ]
    return tuple(sorted(found, key=lambda pair: -pair.points.mean))


def _over_all(screen: Screen, pairs: Sequence[tuple[int, int]]) -> tuple[Array, Array]:
    """Mean of the groupings that hold a pair in one model less the mean of those that do not. ``(pair, draw)``"""
    model = np.array(screen.groupings)
    shared = np.array([model[:, one] == model[:, other] for one, other in pairs])
    split = ~shared
    weight = shared / np.maximum(shared.sum(axis=1, keepdims=True), 1) - split / np.maximum(split.sum(axis=1, keepdims=True), 1)
    return weight @ screen.options.points, weight @ screen.options.cost


def _beside_specialists(searched: Searched, pairs: Sequence[tuple[int, int]]) -> tuple[Array, Array]:
    """One model for the pair and one for each other task, less one for every task. ``(pair, draw)``"""
    alone = apart(len(searched.family.scenario.tasks))
    together_each = [tuple(one if task == other else own for task, own in enumerate(alone)) for one, other in pairs]
    options = screened(SetValues.of(searched.family), [alone, *map(counted, together_each)]).options
    return options.points[1:] - options.points[:1], options.cost[1:] - options.cost[:1]
