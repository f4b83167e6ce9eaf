"""What a plan of any grouping has to know: what is owned, what can be bought, at which prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tuneplan.axes import Array
from tuneplan.core import costs_of
from tuneplan.core.costs import COSTS
from tuneplan.core.strategies import ModelOfTask
from tuneplan.scenario.planned import is_planned
from tuneplan.scenario.schema import DEFAULT_COVERS
from tuneplan.study.groupings.family import NO_TIMES, Family
from tuneplan.study.groupings.partitions import around
from tuneplan.study.valuing import is_valued

TRIED = 1000.0
"""Purchases at which costs are read off: every line is affine in a task's examples once there are any. [example]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What there is to buy, by task: examples owned, the most that can be bought, whether a plan decides.

    Attributes
    ----------
    limit, confidence
        The most that may be spent, infinite: no limit [USD]; and how surely.
    covers
        Components that count against it.
    valued
        Whether what is bought is paid for in the objective itself.
    """

    owned: Array
    cap: Array
    planned: np.ndarray
    limit: float
    confidence: float
    covers: tuple[str, ...]
    valued: bool

    @property
    def is_open(self) -> bool:
        """Whether a plan decides the examples of any task."""
        return bool(self.planned.any())

    def is_covered(self, line: str) -> bool:
        """Whether the budget pays for a cost line."""
        return COSTS[line].labels["component"] in self.covers


def terms_of(family: Family) -> Terms:
    """The terms of a family of groupings."""
    inputs, scenario, tasks = family.lowered.inputs, family.scenario, family.tasks
    planned = np.array([is_planned(scenario, scenario.strategies[-1], task) for task in scenario.tasks])

    def certain(name: str) -> Array:
        return np.broadcast_to(inputs[name][0, -1, :tasks, 0], (tasks,))

    owned = np.maximum(certain("existing"), certain("least_examples"))
    limit = float(inputs["budget_limit"].flat[0])
    return Terms(
        owned=np.where(planned, owned, 0.0), cap=np.where(planned, np.maximum(certain("most_examples") - owned, 0.0), 0.0), planned=planned,
        limit=np.inf if np.isnan(limit) else limit, confidence=float(inputs["budget_confidence"].flat[0]), covers=scenario.listed("budget.covers", DEFAULT_COVERS), valued=is_valued(inputs),
    )  # fmt: skip


def prices_of_sets(family: Family, terms: Terms, groups: Sequence[int]) -> tuple[Array, Array]:
    """Mean price of one more example in the model of each set: what the budget covers, and all. ``(set, task)`` [USD]"""
    lines = affine_costs(family, [around(group, family.tasks) for group in groups], terms)
    slopes = {name: slope.mean(axis=2) for name, (_, slope) in lines.items()}
    none = np.zeros((len(groups), family.tasks))
    covered = sum((slope for name, slope in slopes.items() if terms.is_covered(name)), none)
    return covered, sum(slopes.values(), none)


def affine_costs(
    family: Family, groupings: Sequence[ModelOfTask], terms: Terms, times: Mapping[str, Array] = NO_TIMES
) -> dict[str, tuple[Array, Array]]:
    """Cost line -> what it comes to with nothing bought, and for each example bought, dates as they are. ``(grouping, task, draw)`` [USD]"""
    inputs = family.inputs(family.structure(groupings), times)
    columns = inputs["examples"].shape[2]
    planned = np.pad(terms.planned, (0, columns - family.tasks))[None, None, :, None]
    owned = np.pad(terms.owned, (0, columns - family.tasks))[None, None, :, None]
    low, high = (
        costs_of(replace(inputs, numbers={**inputs.numbers, "examples": np.where(planned, owned + size, inputs["examples"])}))
        for size in (TRIED, 2.0 * TRIED)
    )
    slopes = {name: (high[name][0] - line[0]) / TRIED for name, line in low.items()}
    return {name: (line[0] - TRIED * slopes[name], slopes[name]) for name, line in low.items()}
