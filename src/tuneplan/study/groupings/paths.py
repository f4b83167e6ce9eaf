"""Where plans decide the examples: what the model of each set is best trained on, with more and more money.

The best plan of a grouping gives each of its models the money at which one more dollar brings the
same everywhere: the price of money. So each set of tasks has a path of its own, from no purchases
to those that take the whole budget, and at each price of money a place on it; the plan of a
grouping is the price at which its models together spend its budget. Paths are made on few draws,
with luck averaged out, by steps in proportion: of one budget, more goes to the tasks of which an
example brings more than it costs. A path that is a little off loses next to nothing, as the value
is flat around its top; the leading groupings are planned in full later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

import numpy as np

from tuneplan.axes import Array
from tuneplan.core.arrays import Inputs
from tuneplan.core.learning import learn, score_of_models
from tuneplan.scenario.lowering.regrouped import with_luck
from tuneplan.study.groupings.family import Family
from tuneplan.study.groupings.levels import between, places_at
from tuneplan.study.groupings.partitions import members, sets_of
from tuneplan.study.groupings.screening import objective_of_score
from tuneplan.study.groupings.terms import Terms, prices_of_sets, terms_of
from tuneplan.study.groupings.values import CELLS_AT_ONCE, SetValues, models_of
from tuneplan.study.planning.worth import expected_score_of_models

SHARES = np.array([0.015, 0.03, 0.06, 0.12, 0.25, 0.5, 1.0])
"""Levels of a path: purchases that take these shares of the budget."""
POWER = 0.7
"""How far a step goes: a task's slope falls with its examples about as their power of minus 1 to 1.5."""
STEPS, STEPS_OF_ALL = 5, 12
"""Steps of every path, which begin at the proportions of all tasks in one model, and of that one."""
AHEAD = 0.02
"""Share of its examples by which a task is moved to find its slope."""
LEAST = 1e-3
"""Examples of a task that a path holds at least, so that it can grow again; below half of one there are none."""
FARTHEST = 20.0
"""Factor by which one step may change a task's examples, against the others."""
A_FEW = 1000.0
"""Examples of each task at which a path without a budget begins. [example]"""
PRICES = 40
"""Prices of money at which places on paths are noted."""
HALVINGS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """What the model of one set is trained on.

    Attributes
    ----------
    bought
        Examples of each task at each level, nothing first. ``(level + 1, task)``
    brings, takes
        At each level but the first, what the last dollar that the budget covers brings, and what it takes from
        the objective itself, where examples are paid for in it. ``(level,)``
    """

    bought: Array
    brings: Array
    takes: Array


@dataclass(slots=True)
class Paths:
    """The path of each set, found when it is first asked for.

    Attributes
    ----------
    values
        At the draws on which paths are made.
    weight
        What a whole scale more on a request adds to the objective there. ``(request, draw)``
    start
        Proportions at which paths begin, level by level. ``(level, task)``
    prices
        Prices of money, the highest first; none before they are asked for.
    """

    values: SetValues
    terms: Terms
    weight: Array
    start: Array = field(default_factory=lambda: np.empty(0))
    prices: Array = field(default_factory=lambda: np.empty(0))
    found: dict[int, Path] = field(default_factory=dict)

    @classmethod
    def of(cls, family: Family) -> Paths:
        """None yet but that of all tasks in one model."""
        values, terms = SetValues.of(family), terms_of(family)
        paths = cls(values=values, terms=terms, weight=objective_of_score(values))
        whole = (1 << family.tasks) - 1
        equal = _equal_shares(paths, whole)
        paths.start = equal
        _find(paths, [whole], STEPS_OF_ALL)
        paths.start = np.sqrt((paths.found[whole].bought[1:] + LEAST) * (equal + LEAST))
        return paths

    @property
    def levels(self) -> int:
        """How many a path has, without the first."""
        return len(SHARES) if np.isfinite(self.terms.limit) else 1

    def find(self, groups: Iterable[int]) -> None:
        """Find what is not found yet, sets of one size at a time."""
        new = sorted({group for group in groups if group not in self.found}, key=lambda group: (group.bit_count(), group))
        for size, alike in groupby(new, key=int.bit_count):
            for some in _parts(list(alike), self.levels * (size + 1) * self.weight.size):
                _find(self, some, STEPS)

    def settle(self) -> None:
        """Fix the prices of money at which places are noted, from all paths that were found."""
        steep, flat = (np.array([pick(path.brings) for path in self.found.values()]) for pick in (np.max, np.min))
        low = 1e-3 * flat.min() if self.terms.valued else flat.min()
        prices = np.geomspace(max(3.0 * steep.max(), 1e-300), max(low, 1e-12 * steep.max(), 1e-301), PRICES)
        self.prices = np.append(prices, 0.0) if self.terms.valued else prices

    def places(self, group: int) -> Array:
        """Where a set stands on its path at each price of money, in levels. ``(price,)``"""
        path = self.found[group]
        if not np.isfinite(self.terms.limit):
            return np.linspace(0.0, 1.0, len(self.prices))
        return places_at(self.prices + path.takes.mean(), path.brings)

    def along(self, groupings: Sequence[tuple[int, ...]]) -> Array:
        """Examples that groupings buy of each task, price by price. ``(price, grouping, task)``"""
        sets = [sets_of(grouping) for grouping in groupings]
        curve = {
            group: between(np.repeat(self.found[group].bought[:, None], len(self.prices), axis=1), self.places(group))
            for group in {group for groups in sets for group in groups}
        }
        return np.stack([sum(curve[group] for group in groups) for groups in sets], axis=1)


def _parts(groups: list[int], cells: int) -> Iterator[list[int]]:
    """Sets, so many at a time that they fit."""
    size = max(1, CELLS_AT_ONCE // cells)
    return (groups[start : start + size] for start in range(0, len(groups), size))


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


def _find(paths: Paths, groups: Sequence[int], steps: int) -> None:
    """Paths of sets of one size: at each level the best of some steps, each in proportion to what examples bring."""
    terms, held = paths.terms, np.array([members(group) for group in groups], dtype=np.intp)
    covered, in_all = prices_of_sets(paths.values.family, terms, groups)
    price = np.where(covered > 0.0, covered, in_all) if np.isfinite(terms.limit) else in_all
    inside = np.zeros((len(groups), paths.start.shape[1]))
    np.put_along_axis(inside, held, 1.0, axis=1)
    total = _spending(paths, np.where(inside, terms.owned + paths.start[:, None], 0.0), price * inside)
    best, top, slopes = total, np.full(total.shape[:2], -np.inf), np.zeros_like(total)
    for _ in range(steps):
        bought = np.where(inside, np.minimum(total - terms.owned, terms.cap), 0.0)
        value, slope = _slopes(paths, groups, bought, held)
        value = value - terms.valued * (in_all * bought).sum(axis=2)
        higher = (value > top)[:, :, None]
        best, slopes, top = np.where(higher, total, best), np.where(higher, slope, slopes), np.maximum(value, top)
        ratio = np.maximum(slope, 0.0) / np.where(price > 0.0, price, np.inf)
        if np.isfinite(terms.limit):
            ratio = ratio / np.maximum((ratio * bought).sum(axis=2) / np.maximum(bought.sum(axis=2), LEAST), 1e-300)[:, :, None]
        total = _spending(paths, total * np.clip(ratio**POWER, 1.0 / FARTHEST, FARTHEST), price * inside)
    bought = np.where(inside, np.minimum(best - terms.owned, terms.cap), 0.0)
    spent = np.maximum((price * bought).sum(axis=2), 1e-300)
    brings, takes = (np.maximum(slopes, 0.0) * bought).sum(axis=2) / spent, terms.valued * (in_all * bought).sum(axis=2) / spent
    whole = np.concatenate([np.zeros((1, *bought.shape[1:])), np.where(bought < 0.5, 0.0, bought)])
    paths.found |= {group: Path(bought=whole[:, row], brings=brings[:, row], takes=takes[:, row]) for row, group in enumerate(groups)}


def _spending(paths: Paths, total: Array, price: Array) -> Array:
    """Examples made more or fewer alike, until what is bought takes the money of its level; all as they are without a budget."""
    terms = paths.terms
    least, most = terms.owned + LEAST, terms.owned + np.maximum(terms.cap, LEAST)
    if not np.isfinite(terms.limit):
        return np.clip(total, least, most)
    money = (SHARES * terms.limit)[:, None]
    low, high = np.full(total.shape[:2], -30.0), np.full(total.shape[:2], 30.0)
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        over = (price * (np.clip(total * np.exp(middle)[:, :, None], least, most) - terms.owned)).sum(axis=2) > money
        low, high = np.where(over, low, middle), np.where(over, middle, high)
    return np.asarray(np.clip(total * np.exp(low)[:, :, None], least, most))


def _slopes(paths: Paths, groups: Sequence[int], bought: Array, held: np.ndarray) -> tuple[Array, Array]:
    """Objective of purchases, and of one more example of each task of a set, 0 for others. ``(level, set)``, ``(.., task)``"""
    levels, count = bought.shape[:2]
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
    return value[0], slope * paths.terms.planned


def _equal_shares(paths: Paths, whole: int) -> Array:
    """As many examples of each task as an equal share of the money of each level buys. ``(level, task)``"""
    covered, in_all = (each[0] for each in prices_of_sets(paths.values.family, paths.terms, [whole]))
    if not np.isfinite(paths.terms.limit):
        return np.full((1, len(in_all)), A_FEW)
    price = np.where(covered > 0.0, covered, in_all)
    return SHARES[:, None] * paths.terms.limit / len(price) / np.where(price > 0.0, price, np.inf)


def scores_along(paths: Paths, values: SetValues, groups: Sequence[int]) -> dict[int, Array]:
    """What the model of a set adds to each request at each level, luck drawn. ``(level + 1, request, draw)`` a set

    Parameters
    ----------
    values
        At the draws on which groupings are judged.
    """
    family = values.family
    whole, found = (1 << family.tasks) - 1, {}
    for some in _parts(list(groups), (paths.levels + 1) * (family.tasks + 1) * family.design.draws):
        inputs, place = models_of(family, some)
        bought = np.stack([paths.found[group].bought for group in some], axis=1)
        inputs = with_luck(with_purchases(inputs, place, some, bought, paths.terms), family.design.points, family.scenario.calibration)
        score = score_of_models(inputs, learn(inputs))[:, place]
        for row, group in enumerate(some):
            found[group] = score[:, row] * values.requests.answered([group], alone=group == whole)[0]
    return found
