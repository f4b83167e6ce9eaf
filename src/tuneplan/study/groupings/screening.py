"""Cost, score and limits of many groupings at once, through the same waist as those of any run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tuneplan.axes import Array
from tuneplan.core import costs_of, deliver
from tuneplan.core.arrays import Outcome
from tuneplan.core.strategies import ModelOfTask, together
from tuneplan.scenario.records import Scenario
from tuneplan.study.groupings.dating import times_of
from tuneplan.study.groupings.family import NO_TIMES, Family
from tuneplan.study.groupings.partitions import label
from tuneplan.study.groupings.values import SetValues
from tuneplan.study.options import Options, objective_of, options_of
from tuneplan.study.run import Run

CELLS_AT_ONCE = 400_000
"""Cells of one (grouping, task, draw) array that are worked on at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Groupings, and what each comes to.

    Attributes
    ----------
    groupings
        In the order of the first axis of ``options``.
    """

    groupings: tuple[ModelOfTask, ...]
    options: Options

    def of(self, rows: Sequence[int]) -> Screen:
        """Some of them."""
        options, limits = self.options, self.options.limits
        arrays: dict[str, Any] = {name: getattr(options, name)[rows] for name in ARRAYS if getattr(options, name) is not None}
        kept: dict[str, Any] = {name: getattr(limits, name)[rows] for name in OF_LIMITS}
        names = tuple(options.strategies[row] for row in rows)
        return Screen(
            groupings=tuple(self.groupings[row] for row in rows),
            options=replace(options, strategies=names, limits=replace(limits, **kept), **arrays),
        )


ARRAYS, OF_LIMITS = ("cost", "covered", "points", "objective", "counted"), ("in_budget", "scores_met", "possible", "slack", "shipped")
"""What options, and their limits, hold by strategy."""


def screened(values: SetValues, groupings: Sequence[ModelOfTask]) -> Screen:
    """What each grouping costs and delivers, draw by draw."""
    family = values.family
    size = max(1, CELLS_AT_ONCE // ((family.tasks + 1) * family.design.draws))
    blocks = [tuple(groupings[start : start + size]) for start in range(0, len(groupings), size)]
    return joined([_screened(values, block) for block in blocks])


def _screened(values: SetValues, groupings: tuple[ModelOfTask, ...]) -> Screen:
    times = times_of(values.family, groupings)
    return screen_of(values, groupings, score=values.scores(groupings), costs=_costs(values.family, groupings, times), times=times)


def screen_of(values: SetValues, groupings: tuple[ModelOfTask, ...], *, score: Array, costs: Mapping[str, Array], times: Mapping[str, Array] = NO_TIMES) -> Screen:
    """Groupings that get these scores, ``(grouping, request, draw)``, at these costs and dates, as options of any run."""
    base = np.broadcast_to(values.untrained, score[None].shape)
    return Screen(groupings=groupings, options=options_of(_run_of(values.family, groupings, score[None], base_score=base, costs=costs, times=times)))


def objective_of_score(values: SetValues) -> Array:
    """What one whole scale more on a request alone adds to the objective. ``(request, draw)``"""
    family, requests = values.family, values.family.tasks + 1
    score = np.broadcast_to(np.eye(requests + 1, requests)[None, :, :, None], (1, requests + 1, requests, family.design.draws))
    run = _run_of(family, [together(family.tasks)] * (requests + 1), score, base_score=score, costs={})
    objective = objective_of(run, np.zeros((1, 1)))[0]
    return objective[:requests] - objective[requests]  # type: ignore[no-any-return]


def _costs(family: Family, groupings: Sequence[ModelOfTask], times: Mapping[str, Array]) -> Mapping[str, Array]:
    """Cost lines of groupings, each a strategy."""
    return costs_of(family.inputs(family.structure(groupings), times))


def _run_of(
    family: Family, groupings: Sequence[ModelOfTask], score: Array, *, base_score: Array, costs: Mapping[str, Array], times: Mapping[str, Array] = NO_TIMES
) -> Run:
    inputs, tasks = family.lowered.inputs, family.tasks
    inputs = replace(inputs, numbers={**inputs.numbers, **times})
    delivered = deliver(inputs, score[:, :, :tasks], score[:, :, tasks:])
    names = tuple(label(grouping, family.scenario.tasks) for grouping in groupings)
    asked = _counted_from_the_base(family, names)
    return Run(
        asked=asked, scenario=asked, design=family.design, plans={},
        lowered=replace(family.lowered, inputs=inputs, misfits=_misfits(family, groupings, names)),
        outcome=Outcome(score=score, delivered=delivered, base_score=base_score, costs=costs),
        steps={}, unseen_steps={}, unframed=None, extrapolations={}, seconds=0.0,
    )  # fmt: skip


def _counted_from_the_base(family: Family, names: tuple[str, ...]) -> Scenario:
    """The scenario of a screen: value counts from the prompted base, which shifts all groupings alike."""
    settings = {path: word for path, word in family.scenario.settings.items() if path != "reference"}
    return replace(family.scenario, strategies=names, settings=settings)


def _misfits(family: Family, groupings: Sequence[ModelOfTask], names: Sequence[str]) -> dict[str, str]:
    """What can't be trained or served at all is so whatever the grouping of its kind."""
    kinds = family.scenario.strategies
    why = [family.lowered.misfits.get(kinds[family.kind(grouping)], "") for grouping in groupings]
    return {name: reason for name, reason in zip(names, why, strict=True) if reason}


def joined(screens: Sequence[Screen]) -> Screen:
    """Groupings of all of them, in their order."""
    parts = [screen.options for screen in screens]
    arrays: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in ARRAYS if getattr(parts[0], name) is not None}
    kept: dict[str, Any] = {name: np.concatenate([getattr(part.limits, name) for part in parts]) for name in OF_LIMITS}
    names = tuple(name for part in parts for name in part.strategies)
    return Screen(
        groupings=tuple(grouping for screen in screens for grouping in screen.groupings),
        options=replace(parts[0], strategies=names, limits=replace(parts[0].limits, **kept), **arrays),
    )
