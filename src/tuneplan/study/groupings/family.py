"""Every grouping that a strategy could have: alike in base, method, data and serving, not in which tasks share models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeVar

from tuneplan.axes import Array
from tuneplan.core.arrays import Inputs
from tuneplan.core.strategies import STRATEGIES, Grouping, ModelOfTask, apart, together
from tuneplan.core.structure import Structure, build_structure
from tuneplan.errors import UsageError
from tuneplan.scenario.lower import Lowered, lower
from tuneplan.scenario.lowering.regrouped import regrouped
from tuneplan.scenario.reading.complaints import advice, shown
from tuneplan.scenario.records import Scenario
from tuneplan.scenario.timed import is_timed
from tuneplan.study.design import Design
from tuneplan.study.groupings.partitions import sets_of

NO_TIMES: Mapping[str, Array] = MappingProxyType({})
"""Where launch dates do not count."""
DATE_DRAWS = 8
"""Draws on which dates of launch are found where nobody says otherwise."""
ONE_MODEL, SEVERAL = 0, 1
"""The two kinds of grouping that are lowered: with several models there is a router, and someone has to answer
requests outside every task."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Groupings of one scenario's tasks under one strategy's words.

    Attributes
    ----------
    scenario
        With one strategy of each kind.
    like
        The strategy whose words hold; empty: none, only the scenario's own.
    lowered
        Of that scenario, at the points of ``design``, everything there from the first day on.
    dated
        The same at points of fewer draws, from which dates of launch are found; None where they do not count.
    design, few
        Of these two.
    """

    scenario: Scenario
    like: str
    lowered: Lowered
    dated: Inputs | None
    design: Design
    few: Design

    @property
    def tasks(self) -> int:
        """How many there are."""
        return len(self.scenario.tasks)

    def kind(self, grouping: ModelOfTask) -> int:
        """Which of the strategies that were lowered a grouping is like."""
        return SEVERAL if max(grouping) else ONE_MODEL

    def structure(self, groupings: Sequence[ModelOfTask]) -> Structure:
        """What hangs together where each grouping is a strategy; groups are counted in order of first appearance."""
        lowered = self.lowered.inputs.structure
        specs = []
        for number, grouping in enumerate(groupings):
            template = lowered.strategies[self.kind(grouping)]
            specs.append(replace(template, name=str(number), grouping=_like(template.grouping, grouping)))
        return build_structure(specs, lowered.tasks)

    def inputs(self, structure: Structure, times: Mapping[str, Array] = NO_TIMES) -> Inputs:
        """For the core, without the luck of training: costs need none.

        Parameters
        ----------
        times
            What hangs on when each grouping ships; see ``dating.times_of``.
        """
        kinds = [self.kind(spec.grouping.served) for spec in structure.strategies]
        found = regrouped(self.lowered.inputs, self.scenario, structure=structure, kinds=kinds)
        return replace(found, numbers={**found.numbers, **times})


def family_of(scenario: Scenario, like: str, design: Design, *, dates: int = DATE_DRAWS) -> Family:
    """All groupings under a strategy's words, at these points.

    Parameters
    ----------
    dates
        Draws on which dates of launch are found, where these count.

    Raises
    ------
    UsageError
        There is no such strategy, or it is no grouping: it trains nothing, merges, or trains in two stages.
    """
    tasks = len(scenario.tasks)
    two = {"one model": together(tasks), "several": apart(tasks)} if tasks > 1 else {"one model": together(1)}
    own = as_strategies(scenario, like, two)
    few = replace(design, draws=dates, scrambles=1, stream=f"{design.stream}dates ")
    dated = lower([own], few.points).inputs if is_timed(own) else None
    return Family(scenario=own, like=like, lowered=lower([own], design.points, launched=False), dated=dated, design=design, few=few)


def as_strategies(scenario: Scenario, like: str, groupings: Mapping[str, ModelOfTask], *, beside: Iterable[str] = ()) -> Scenario:
    """A scenario whose strategies are these groupings, under the words and numbers of one of its own.

    Parameters
    ----------
    like
        The strategy whose words hold; empty: none.
    groupings
        Name of a strategy -> its grouping.
    beside
        Strategies of the scenario that stay.
    """
    words = _words_of_grouping(scenario, like)
    kept = tuple(name for name in beside if name not in groupings)

    def moved(table: Mapping[str, Given]) -> dict[str, Given]:
        rest = {path: each for path, each in table.items() if not path.startswith("strategies.") or path.split(".")[1] in kept}
        prefix = f"strategies.{like}."
        own = {path.removeprefix(prefix): each for path, each in table.items() if like and path.startswith(prefix)}
        return rest | {f"strategies.{name}.{word}": each for name in groupings for word, each in own.items() if word not in OF_KIND}

    settings = moved(scenario.settings) | {f"strategies.{name}.{word}": each for name in groupings for word, each in words.items()}
    settings |= {f"strategies.{name}.groups": named(grouping, scenario.tasks) for name, grouping in groupings.items()}
    return replace(
        scenario, strategies=(*groupings, *kept), settings=settings, quantities=moved(scenario.quantities),
        places=moved(scenario.places), ties=moved(scenario.ties), origins=moved(scenario.origins),
    )  # fmt: skip


OF_KIND = ("groups", "kind", "like")
"""Words of a strategy that say which grouping it is."""
Given = TypeVar("Given")


def named(grouping: ModelOfTask, tasks: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """A grouping as a scenario words it.

    >>> named((0, 1, 0), ("a", "b", "c"))
    (('a', 'c'), ('b',))
    """
    return tuple(tuple(task for task, own in zip(tasks, grouping, strict=True) if own == group) for group in range(len(sets_of(grouping))))


def _words_of_grouping(scenario: Scenario, like: str) -> dict[str, bool]:
    """Words that a strategy needs so as to be served as its kind is."""
    if not like:
        return {}
    if like not in scenario.strategies:
        raise UsageError(f"--like {shown(like)}: no such strategy{advice(like, scenario.strategies)}")
    if f"strategies.{like}.groups" in scenario.settings:
        return {}
    of_two = STRATEGIES[scenario.word(f"strategies.{like}.kind", like)].function(2)
    if len(of_two.stages) != 1 or of_two.merged:
        what = "trains nothing" if not of_two.stages else "merges its models" if of_two.merged else "trains in two stages"
        raise UsageError(f"--like {shown(like)}: it {what}, so it has no other groupings; name one that trains each group of tasks once")
    return {"one_deployment": True} if of_two.shares_base else {}


def _like(template: Grouping, grouping: ModelOfTask) -> Grouping:
    """A grouping served as the template is: one deployment a model, or one for all."""
    shared = len(set(template.deployments)) == 1 and bool(template.method)
    return replace(template, stages=(grouping,), served=grouping, deployments=together(len(grouping)) if shared else grouping)
