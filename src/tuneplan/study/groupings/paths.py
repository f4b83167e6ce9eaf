"""Where plans decide the examples: what the model of each set is best trained on, at each price of money.

The best plan of a grouping gives every task the examples at which one more dollar brings the same
everywhere: the price of money. At a given price the tasks of one model can be planned without
knowing the others, so that each set of tasks has a path of its own, from nothing (money is
endlessly dear) to plenty, and the plan of a grouping is the point of its sets' paths at which its
budget is spent. Paths are made on few draws, with luck averaged out, by steps in proportion:
examples rise while they bring more than they cost. A path that is a little off loses next to
nothing, as the value is flat around its top; the leading groupings are planned in full later.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

import numpy as np

from tuneplan.axes import Array
from tuneplan.core.arrays import Inputs
from tuneplan.core.learning import learn, score_of_models
from tuneplan.core.strategies import apart, together
from tuneplan.scenario.lowering.regrouped import with_luck
from tuneplan.study.groupings.family import Family
from tuneplan.study.groupings.levels import levels_of
from tuneplan.study.groupings.partitions import members, sets_of
from tuneplan.study.groupings.screening import objective_of_score
from tuneplan.study.groupings.terms import Terms, affine_costs, prices_of_sets, terms_of
from tuneplan.study.groupings.values import CELLS_AT_ONCE, SetValues, models_of
from tuneplan.study.planning.worth import expected_score_of_models

POWER = 0.7
"""How far a step goes: a task's slope falls with its examples about as their power of minus 1 to 1.5."""
STEPS, STEPS_OF_SCOUTS = 4, 12
"""Steps of every path, which begin near their end, and of the few that find out where that is."""
AHEAD = 0.02
"""Share of its examples by which a task is moved to find its slope."""
LEAST = 1e-3
"""Examples of a task that a path holds at least, so that it can grow again; below half of one there are none."""
SCOUTED = np.logspace(3.0, -3.0, 25)
"""Prices of money that scouts try, against that of an equal share for each task."""
BEYOND = 2.0
"""How far paths go on beyond the prices of money at which one model, and one a task, spend the budget."""
FAR_APART = 1.8
"""Factor between two prices of money of a path, where that makes ``FEWEST`` to ``MOST`` of them."""
FEWEST, MOST = 4, 8
A_FEW = 1000.0
"""Examples of each task at which a path without a budget begins. [example]"""


@dataclass(slots=True)
class Paths:
    """The path of each set, found when it is first asked for.

    Attributes
    ----------
    values
        At the draws on which paths are made.
    weight
        What a whole scale more on a request adds to the objective there. ``(request, draw)``
    prices
        Prices of money, the highest first; what comes before them is nothing bought. ``(level,)``
    start
        Where paths begin: between what a task buys alone and what it buys in one model of all. ``(level, task)``
    bought
        Examples that a set buys of each task, nothing first. ``(level + 1, task)`` a set
    """

    values: SetValues
    terms: Terms
    weight: Array
    prices: Array = field(default_factory=lambda: np.empty(0))
    start: Array = field(default_factory=lambda: np.empty(0))
    bought: dict[int, Array] = field(default_factory=dict)

    @classmethod
    def of(cls, family: Family) -> Paths:
        """None yet, but the prices of money that matter."""
        values, terms = SetValues.of(family), terms_of(family)
        paths = cls(values=values, terms=terms, weight=objective_of_score(values))
        paths.prices = _prices(paths)
        paths.start = np.sqrt(np.prod([each.sum(axis=1) + LEAST for each in _scouts_at(paths, paths.prices)], axis=0))
        return paths

    def find(self, groups: Iterable[int]) -> None:
        """Find what is not found yet, sets of one size at a time."""
        new = sorted({group for group in groups if group not in self.bought}, key=lambda group: (group.bit_count(), group))
        for size, alike in groupby(new, key=int.bit_count):
            for some in _parts(list(alike), (len(self.prices) + 1) * (size + 1) * (len(self.weight)) * self.weight.shape[1]):
                start = np.broadcast_to(self.start[:, None], (len(self.prices), len(some), self.start.shape[1]))
                held = _climbed(self, some, self.prices, start, STEPS)
                nothing = np.zeros((1, *held.shape[1:]))
                whole = np.concatenate([nothing, np.where(held < 0.5, 0.0, held)])
                self.bought |= {group: whole[:, row] for row, group in enumerate(some)}

    def along(self, groupings: Sequence[tuple[int, ...]]) -> Array:
        """Examples that groupings buy of each task, level by level. ``(level + 1, grouping, task)``"""
        sets = [sets_of(grouping) for grouping in groupings]
        self.find(group for groups in sets for group in groups)
        return np.stack([sum(self.bought[group] for group in groups) for groups in sets], axis=1)


def _parts(groups: list[int], cells: int) -> Iterator[list[int]]:
    """Sets, so many at a time that they fit."""
    size = max(1, CELLS_AT_ONCE // cells)
    return (groups[start : start + size] for start in range(0, len(groups), size))


def _held(groups: Sequence[int]) -> np.ndarray:
    """Members of sets of one size. ``(set, member)``"""
    return np.array([members(group) for group in groups], dtype=np.intp)


def worth(paths: Paths, groups: Sequence[int], bought: Array) -> Array:
    """Expected objective that the models of sets add, purchases and other costs aside. ``(trial, set)``

    Parameters
    ----------
    bought
        ``(trial, set, task)``.
    """
    family = paths.values.family
    inputs, place = models_of(family, groups)
    score = expected_score_of_models(with_purchases(inputs, place, groups, bought, paths.terms))
    whole = (1 << family.tasks) - 1
    answered: Array = np.concatenate([paths.values.requests.answered([group], alone=group == whole) for group in groups])
    weight = paths.weight * answered
    shape = (len(bought), len(groups), *weight.shape[1:])
    return np.asarray(np.einsum("tbrd,brd->tb", np.broadcast_to(score[:, place], shape), weight) / weight.shape[2])


def with_purchases(inputs: Inputs, place: Sequence[int], groups: Sequence[int], bought: Array, terms: Terms) -> Inputs:
    """Inputs in which the model of each set is trained on what is owned and bought; trials lie on the axis of scenarios."""
    tasks = bought.shape[2]
    owner = [inputs.structure.models[row].owner for row in place]
    added = np.zeros((len(bought), len(inputs.structure.strategies), inputs["examples"].shape[2], 1))
    for row, group in enumerate(groups):
        held = list(members(group))
        added[:, owner[row], held, 0] = np.where(terms.planned[held], terms.owned[held] + bought[:, row, held], 0.0)
    planned = np.pad(terms.planned, (0, added.shape[2] - tasks))[None, None, :, None]
    examples = np.where(planned, added, inputs["examples"])
    return replace(inputs, numbers={**inputs.numbers, "examples": examples})


def _climbed(paths: Paths, groups: Sequence[int], money: Array, start: Array, steps: int) -> Array:
    """Purchases of sets of one size at each price of money. ``(level, set, task)``"""
    terms, held = paths.terms, _held(groups)
    covered, in_all = prices_of_sets(paths.values.family, paths.terms, groups)
    dear = terms.valued * in_all + money[:, None, None] * covered
    total, rows = terms.owned + start, np.arange(len(groups))
    for _ in range(steps):
        slope = _slopes(paths, groups, total - terms.owned, held)
        ratio = np.where(dear > 0.0, np.maximum(slope, 0.0) / np.where(dear > 0.0, dear, 1.0), 1e3) ** POWER
        total = np.clip(total * np.clip(ratio, 0.05, 20.0), terms.owned + LEAST, terms.owned + np.maximum(terms.cap, LEAST))
    bought = np.zeros_like(start)
    bought[:, rows[:, None], held] = np.minimum(total - terms.owned, terms.cap)[:, rows[:, None], held]
    return bought


def _slopes(paths: Paths, groups: Sequence[int], bought: Array, held: np.ndarray) -> Array:
    """Objective of one more example of each task of a set, 0 for others. ``(level, set, task)``"""
    levels, count = len(bought), len(groups)
    rows, moved = np.arange(count), np.flatnonzero(paths.terms.planned[held].any(axis=0))
    ahead = np.maximum(AHEAD * (bought + paths.terms.owned), LEAST)
    trials = [bought]
    for member in moved:
        step = bought.copy()
        step[:, rows, held[:, member]] += ahead[:, rows, held[:, member]]
        trials.append(step)
    value = worth(paths, groups, np.concatenate(trials)).reshape(len(trials), levels, count)
    slope = np.zeros_like(bought)
    for number, member in enumerate(moved, start=1):
        slope[:, rows, held[:, member]] = (value[number] - value[0]) / ahead[:, rows, held[:, member]]
    return slope


# --- which prices of money -----------------------------------------------------------------------


def _prices(paths: Paths) -> Array:
    """Prices of money between which the budgets of all groupings are spent, not far apart; 0, too, where examples are
    paid for in the objective. What is left of a budget lies between that of one model and that of one a task.
    """
    terms, family = paths.terms, paths.values.family
    if not np.isfinite(terms.limit):
        return np.zeros(1)
    money = _reference(paths) * SCOUTED
    bought = np.stack([each.sum(axis=1) for each in _scouts_at(paths, money)], axis=1)
    along = np.concatenate([np.zeros((1, *bought.shape[1:])), bought])
    level = levels_of(along, affine_costs(family, [apart(family.tasks), together(family.tasks)], terms), terms)
    dear, cheap = (float(np.interp(end, np.arange(1, len(along)), np.log(money))) for end in (level.min() - 1e-9, level.max()))
    dear, cheap = dear + math.log(BEYOND), cheap - math.log(BEYOND)
    count = min(max(math.ceil((dear - cheap) / math.log(FAR_APART)) + 1, FEWEST), MOST)
    found = np.exp(np.linspace(dear, cheap, count))
    return np.concatenate([found, np.zeros(1)]) if terms.valued else found


def _scouts(paths: Paths) -> list[list[int]]:
    """One task a model, and one model."""
    tasks = paths.values.family.tasks
    return [[1 << task for task in range(tasks)], [(1 << tasks) - 1]]


def _reference(paths: Paths) -> float:
    """Price of money at which the dearest slope pays, were the budget shared alike."""
    found = []
    for groups in _scouts(paths):
        covered, _ = prices_of_sets(paths.values.family, paths.terms, groups)
        start = _equal_shares(paths, covered)[None]
        slope = _slopes(paths, groups, start, _held(groups))[0]
        found.append((np.maximum(slope, 0.0) / np.where(covered > 0.0, covered, np.inf)).max())
    return max(float(max(found)), 1e-300)


def _equal_shares(paths: Paths, covered: Array) -> Array:
    """As many examples of each task as an equal share of the budget buys. ``(set, task)``"""
    limit, tasks = paths.terms.limit, covered.shape[1]
    money = limit if np.isfinite(limit) else A_FEW * float(covered.mean() or 1.0) * tasks
    return np.asarray(np.minimum(money / tasks / np.where(covered > 0.0, covered, np.inf), paths.terms.cap) + LEAST)


def _scouts_at(paths: Paths, money: Array) -> list[Array]:
    """Purchases of each task alone, and of all in one model; the same where there is one task. ``(level, set, task)``"""
    found = []
    for groups in _scouts(paths):
        covered, _ = prices_of_sets(paths.values.family, paths.terms, groups)
        start = np.broadcast_to(_equal_shares(paths, covered), (len(money), *covered.shape))
        found.append(_climbed(paths, groups, money, start, STEPS_OF_SCOUTS))
    return found


def scores_along(paths: Paths, values: SetValues, groups: Sequence[int]) -> dict[int, Array]:
    """What the model of a set adds to each request at each level, luck drawn. ``(level + 1, request, draw)`` a set

    Parameters
    ----------
    values
        At the draws on which groupings are judged.
    """
    family = values.family
    whole, found = (1 << family.tasks) - 1, {}
    for some in _parts(list(groups), (len(paths.prices) + 1) * (family.tasks + 1) * family.design.draws):
        inputs, place = models_of(family, some)
        bought = np.stack([paths.bought[group] for group in some], axis=1)
        inputs = with_luck(with_purchases(inputs, place, some, bought, paths.terms), family.design.points)
        score = score_of_models(inputs, learn(inputs))[:, place]
        for row, group in enumerate(some):
            found[group] = score[:, row] * values.requests.answered([group], alone=group == whole)[0]
    return found
