"""Beyond the number of tasks whose groupings can be counted: a search that climbs from several starts.

It starts from one model, from one model a task, from a few splits into two models, and from the
best grouping on the way of a greedy agglomeration (from one model a task down to one model, always
the merge that loses least). From each it looks at the groupings with one task moved, two groups
merged or a group split by likeness, of each kind of move those that promise most, and goes to the
best until none is better. Nothing in it is drawn by lot. ``tests/study/groupings/test_search.py``
holds it against all groupings of 6 to 8 tasks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from tuneplan.axes import Array
from tuneplan.core.strategies import ModelOfTask, apart, together
from tuneplan.study.groupings.choice import ranked
from tuneplan.study.groupings.partitions import counted, members, merges, sets_of, shifts
from tuneplan.study.groupings.screening import Screen, joined, objective_of_score, screened
from tuneplan.study.groupings.values import SetValues

HALVES = 4
"""Ways to split all tasks into two models from which it starts: of the half most like each task, those that promise most."""
LOOKED_AT = 48
"""Groupings of each kind of move whose cost and limits are looked at in a step."""

@dataclass(slots=True)
class Climb:
    """Groupings looked at so far, each once.

    Attributes
    ----------
    weight
        What a whole scale more on a request adds to the objective. ``(request, draw)``
    price_of_money
        Objective that one dollar of the budget would bring elsewhere, where plans decide the examples: what a
        grouping leaves of it goes into data, so that it is counted instead of held against the limit. 0: none is left.
    worth
        What the model of a set adds to the objective, before costs.
    """

    values: SetValues
    weight: Array
    likeness: np.ndarray
    price_of_money: float = 0.0
    worth: dict[int, float] = field(default_factory=dict)
    place: dict[ModelOfTask, int] = field(default_factory=dict)
    screens: list[Screen] = field(default_factory=list)

    @property
    def screen(self) -> Screen:
        """All of them."""
        return joined(self.screens)

    def look(self, groupings: Sequence[ModelOfTask]) -> None:
        """Cost, score and limits of those that were not looked at yet."""
        new = [grouping for grouping in dict.fromkeys(groupings) if grouping not in self.place]
        if new:
            self.place |= {grouping: len(self.place) + number for number, grouping in enumerate(new)}
            self.screens.append(_at_price(screened(self.values, new), self.price_of_money))

    def promise(self, grouping: ModelOfTask) -> float:
        """What the models of a grouping add to the objective, before costs."""
        return sum(self.worth[group] for group in sets_of(grouping))

    def most_promising(self, groupings: Sequence[ModelOfTask], count: int) -> list[ModelOfTask]:
        """Those with the highest promise, their sets trained."""
        new = sorted({group for grouping in groupings for group in sets_of(grouping)} - self.worth.keys())
        self.values.learn(new)
        self.worth |= {group: float((self.weight * self.values.part[group]).sum(axis=0).mean()) for group in new}
        return sorted(groupings, key=lambda grouping: (-self.promise(grouping), grouping))[:count]


def climbed(values: SetValues, *, price_of_money: float = 0.0) -> Screen:
    """Every grouping that the search looked at; the price of money as of ``Climb``."""
    tasks = values.family.tasks
    climb = Climb(values=values, weight=objective_of_score(values), likeness=_likeness(values), price_of_money=price_of_money)
    plain = [together(tasks), apart(tasks)]
    climb.look(plain)
    way = list(_agglomerated(climb))
    climb.look(way)
    halves = climb.most_promising(list(splits(plain[0], climb.likeness)), HALVES)
    for start in dict.fromkeys((*([_best(climb, way)] if way else []), *plain, *halves)):
        _climb_from(climb, start)
    return climb.screen


def _at_price(screen: Screen, price: float) -> Screen:
    """Groupings with what they take of the budget counted at its price, instead of held against the limit."""
    if price == 0.0:
        return screen
    options = screen.options
    limits = replace(options.limits, in_budget=np.ones_like(options.limits.in_budget))
    return replace(screen, options=replace(options, objective=options.objective - price * options.covered, limits=limits))


def _agglomerated(climb: Climb) -> Iterator[ModelOfTask]:
    """From one model a task down to one model, always the merge that loses least."""
    grouping = apart(climb.values.family.tasks)
    while max(grouping):
        grouping = climb.most_promising(list(merges(grouping)), 1)[0]
        yield grouping


def _climb_from(climb: Climb, start: ModelOfTask) -> None:
    """Go to the best neighbour until none is better."""
    here = None
    best = start
    while best != here:
        here = best
        kinds = (list(merges(here)), list(shifts(here)), list(splits(here, climb.likeness)))
        near = [grouping for kind in kinds for grouping in climb.most_promising(kind, LOOKED_AT)]
        climb.look(near)
        best = _best(climb, [here, *near])


def _best(climb: Climb, groupings: Sequence[ModelOfTask]) -> ModelOfTask:
    """The first of some that were looked at; of equals the one named first."""
    screen = climb.screen.of([climb.place[grouping] for grouping in groupings])
    return screen.groupings[ranked(screen)[0]]


def splits(grouping: ModelOfTask, likeness: np.ndarray) -> Iterator[ModelOfTask]:
    """Groupings with one of the groups split: the half that is most like one of its tasks leaves with it.

    Parameters
    ----------
    likeness
        Of each pair of tasks, ``(task, task)``.

    >>> likeness = np.array([[1, .9, .1, .1], [.9, 1, .1, .1], [.1, .1, 1, .9], [.1, .1, .9, 1]])
    >>> list(splits((0, 0, 0, 0), likeness))
    [(0, 0, 1, 1)]
    """
    seen = {grouping}
    for group in sets_of(grouping):
        tasks = members(group)
        for seed in tasks if len(tasks) > 3 else ():
            nearest = sorted(tasks, key=lambda task: (-likeness[seed, task], task))
            leaving = set(nearest[: len(tasks) // 2])
            split = counted([len(grouping) if task in leaving else own for task, own in enumerate(grouping)])
            if split not in seen:
                seen.add(split)
                yield split


def _likeness(values: SetValues) -> np.ndarray:
    """Expected similarity of each pair of tasks, either way round."""
    tasks = values.family.tasks
    mean = values.family.lowered.inputs["similarity"][0, 0, :tasks, :tasks].mean(axis=-1)
    return mean + mean.T  # type: ignore[no-any-return]
