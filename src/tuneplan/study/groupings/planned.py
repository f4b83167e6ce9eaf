"""All groupings at once where plans decide the examples: each at the point of its sets' paths that spends its budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tuneplan.axes import Array
from tuneplan.core.strategies import ModelOfTask
from tuneplan.study.groupings.dating import times_of
from tuneplan.study.groupings.family import Family
from tuneplan.study.groupings.levels import between, levels_of, weights_of_levels
from tuneplan.study.groupings.partitions import sets_of
from tuneplan.study.groupings.paths import Paths, scores_along
from tuneplan.study.groupings.screening import CELLS_AT_ONCE, Screen, joined, screen_of
from tuneplan.study.groupings.terms import affine_costs
from tuneplan.study.groupings.values import SetValues


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedValues:
    """Paths of sets, and what their models add along them on the draws on which groupings are judged.

    Attributes
    ----------
    values
        At those draws.
    part
        What the model of a set adds to each request, ``(level + 1, request, draw)`` a set.
    """

    paths: Paths
    values: SetValues
    part: dict[int, Array]

    @classmethod
    def of(cls, family: Family, paths: Paths, groups: Sequence[int]) -> PlannedValues:
        """Of these sets."""
        paths.find(groups)
        if not len(paths.prices):
            paths.settle()
        values = SetValues.of(family)
        return cls(paths=paths, values=values, part=scores_along(paths, values, groups))


def screened_with_plans(planned: PlannedValues, groupings: Sequence[ModelOfTask]) -> Screen:
    """What each grouping costs and delivers under its own plan, draw by draw."""
    family = planned.values.family
    size = max(1, CELLS_AT_ONCE // ((family.tasks + 1) * family.design.draws))
    return joined([_screened(planned, tuple(groupings[start : start + size])) for start in range(0, len(groupings), size)])


def _screened(planned: PlannedValues, groupings: tuple[ModelOfTask, ...]) -> Screen:
    lines = affine_costs(planned.values.family, groupings, planned.paths.terms)
    along = planned.paths.along(groupings)
    level = levels_of(along, lines, planned.paths.terms)
    bought = between(along, level)[:, :, None]
    times = times_of(planned.values.family, groupings, bought=bought[:, :, 0], terms=planned.paths.terms)
    if times:
        lines = affine_costs(planned.values.family, groupings, planned.paths.terms, times)
    costs = {name: (at_nothing + slope * bought)[None] for name, (at_nothing, slope) in lines.items()}
    return screen_of(planned.values, groupings, score=_scores(planned, groupings, level), costs=costs, times=times)


def _scores(planned: PlannedValues, groupings: Sequence[ModelOfTask], level: Array) -> Array:
    """Score of each request under each grouping, each of its models at its place on its path. ``(grouping, request, draw)``"""
    beside, levels = planned.values.requests.beside, planned.paths.levels + 1
    places = {group: planned.paths.places(group) for group in planned.part}
    steps = np.arange(len(planned.paths.prices))
    found = np.empty((len(groupings), *planned.values.untrained.shape))
    for row, grouping in enumerate(groupings):
        groups = sets_of(grouping)
        shares = ((group, weights_of_levels(float(np.interp(level[row], steps, places[group])), levels)) for group in groups)
        found[row] = sum(share * planned.part[group][at] for group, weights in shares for at, share in weights.items())
        if len(groups) > 1 and beside is not None:
            found[row, -1] += beside
    return found
