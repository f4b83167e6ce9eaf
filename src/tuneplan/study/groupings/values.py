"""What a model trained on a set of tasks is worth, wherever it stands: each set is trained once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from tuneplan.axes import Array
from tuneplan.core import nearest_tasks
from tuneplan.core.arrays import Inputs
from tuneplan.core.learning import learn, score_of_models
from tuneplan.scenario.lowering.regrouped import with_luck
from tuneplan.study.groupings.family import ONE_MODEL, SEVERAL, Family
from tuneplan.study.groupings.partitions import around, members, membership, sets_of

CELLS_AT_ONCE = 300_000
"""Cells of one (model, request, draw) array that are worked on at a time."""
UNTRAINED = 0
"""The empty set: the base before any training."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """Who answers which requests, whatever the grouping; shares, draw by draw.

    Attributes
    ----------
    sent
        Requests of a task that go to the model of another, or its own. ``(task, task_of_model, draw)``
    nearest
        Requests outside every task that go to the model of a task. ``(task, draw)``
    beside
        Their score where several models leave them to the base or an API model, normalised; None
        where the models answer them. ``(draw,)``
    """

    sent: Array
    nearest: Array
    beside: Array | None

    def answered(self, groups: Sequence[int], *, alone: bool = False) -> Array:
        """Share of each request that the model of a set answers. ``(set, request, draw)``

        Parameters
        ----------
        alone
            Whether the set's model is the only one: it then answers what is outside every task, too.
        """
        held = membership(groups, len(self.sent))
        of_tasks = np.einsum("bj,ijd->bid", held, self.sent)
        outside = np.einsum("bj,jd->bd", held, self.nearest)[:, None]
        if self.beside is not None and not alone:
            outside = np.zeros_like(outside)
        return np.concatenate([of_tasks, np.broadcast_to(outside, (len(held), 1, of_tasks.shape[2]))], axis=1)


def requests_of(family: Family, untrained: Array) -> Requests:
    """Who answers what in a family of groupings.

    Parameters
    ----------
    untrained
        Score of the base on each request, ``(request, draw)``.
    """
    inputs, draws = family.lowered.inputs, family.design.draws
    several = SEVERAL if family.tasks > 1 else ONE_MODEL
    nearest = np.broadcast_to(nearest_tasks(inputs)[0, 0], (family.tasks, draws)).astype(np.float64)

    def of_several(name: str) -> Array:
        array = inputs[name]
        return np.broadcast_to(array[0, several if array.shape[1] > 1 else 0, 0], (draws,))

    beside = None
    if of_several("fallback_is_api")[0] > 0.0:
        beside = of_several("fallback_score")
    elif of_several("fallback_is_base")[0] > 0.0:
        beside = untrained[-1]
    return Requests(sent=np.broadcast_to(_sent(inputs), (family.tasks, family.tasks, draws)), nearest=nearest / nearest.sum(axis=0), beside=beside)


def _sent(inputs: Inputs) -> Array:
    """Share of a task's requests that the router sends to each task, its own included. ``(task, task, draw)``"""
    if "confusion" in inputs.numbers:
        confusion = inputs["confusion"][0, 0]
        lost = confusion.sum(axis=1, keepdims=True)
        sent = confusion / np.maximum(lost, 1.0)
        kept = 1.0 - np.minimum(lost, 1.0)
    else:
        traffic, accuracy = inputs["traffic"][0, 0], inputs["router_accuracy"][0, 0]
        apart = 1.0 - np.eye(len(traffic))[:, :, None]
        to = apart * traffic[None]
        total = to.sum(axis=1, keepdims=True)
        sent = (1.0 - accuracy[None]) * np.where(total > 0.0, to / np.where(total > 0.0, total, 1.0), 0.0)
        kept = np.where(total > 0.0, accuracy[None], 1.0)
    return sent + np.eye(sent.shape[0])[:, :, None] * kept  # type: ignore[no-any-return]


@dataclass(slots=True)
class SetValues:
    """Scores of the models of sets, each set trained when it is first asked for.

    Attributes
    ----------
    part
        What the model of a set adds to each request of a grouping, in normalised score: its score
        times the share that it answers. ``(request, draw)`` a set
    """

    family: Family
    requests: Requests
    untrained: Array
    part: dict[int, Array] = field(default_factory=dict)

    @classmethod
    def of(cls, family: Family) -> SetValues:
        """None trained yet."""
        untrained = scores_of_sets(family, [UNTRAINED])[0]
        return cls(family=family, requests=requests_of(family, untrained), untrained=untrained)

    def learn(self, groups: Iterable[int]) -> None:
        """Train what is not trained yet."""
        new = sorted({group for group in groups if group not in self.part})
        whole = (1 << self.family.tasks) - 1
        for alone in (False, True):
            here = [group for group in new if (group == whole) is alone]
            if here:
                worth = scores_of_sets(self.family, here) * self.requests.answered(here, alone=alone)
                self.part.update(zip(here, worth, strict=True))

    def scores(self, groupings: Sequence[tuple[int, ...]]) -> Array:
        """Score of each request under each grouping: its groups' parts, added up. ``(grouping, request, draw)``"""
        sets = [sets_of(grouping) for grouping in groupings]
        self.learn(group for groups in sets for group in groups)
        found = np.empty((len(sets), *self.untrained.shape))
        for row, groups in enumerate(sets):
            found[row] = sum(self.part[group] for group in groups)
            if len(groups) > 1 and self.requests.beside is not None:
                found[row, -1] += self.requests.beside
        return found


def scores_of_sets(family: Family, groups: Sequence[int]) -> Array:
    """Score of the model trained on each set, on each request. Normalised, ``(set, request, draw)``"""
    size = max(1, CELLS_AT_ONCE // ((family.tasks + 1) * family.design.draws))
    return np.concatenate([_scores(family, groups[start : start + size]) for start in range(0, len(groups), size)])


def _scores(family: Family, groups: Sequence[int]) -> Array:
    """Some sets at once."""
    inputs, place = models_of(family, groups)
    inputs = with_luck(inputs, family.design.points, family.scenario.calibration)
    score = score_of_models(inputs, learn(inputs))
    return np.broadcast_to(score[0, place], (len(groups), family.tasks + 1, family.design.draws))


def models_of(family: Family, groups: Sequence[int]) -> tuple[Inputs, list[int]]:
    """Inputs with the model of each set and no other, without luck; and where each set's model is.

    Each set stands in a grouping of its own, with all other tasks in one more model, which is left out.
    """
    structure = family.structure([around(group, family.tasks) for group in groups])
    rows = [
        int(structure.model_of_task[row, members(group)[0]] if group else structure.base_of_strategy[row])
        for row, group in enumerate(groups)
    ]
    kept = list(dict.fromkeys(rows))
    place = {row: number for number, row in enumerate(kept)}
    inputs = family.inputs(replace(structure, models=tuple(structure.models[row] for row in kept)))
    return inputs, [place[row] for row in rows]
