"""Some groupings as ordinary strategies of their scenario, planned in full where plans decide their examples, and run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from tuneplan.core.distributions import point
from tuneplan.core.strategies import ModelOfTask
from tuneplan.scenario.planned import is_planned
from tuneplan.scenario.records import Quantity, Scenario
from tuneplan.study.design import Design
from tuneplan.study.groupings.family import as_strategies
from tuneplan.study.groupings.partitions import label
from tuneplan.study.groupings.screening import Screen
from tuneplan.study.options import options_of
from tuneplan.study.planning import planned_alike
from tuneplan.study.run import run


def run_planned(scenario: Scenario, like: str, groupings: Sequence[ModelOfTask], design: Design, *, beside: Iterable[str] = ()) -> Screen:
    """Groupings as strategies, through the same plan and run as any.

    Parameters
    ----------
    beside
        Strategies of the scenario that take part without being shown.
    """
    names = {label(grouping, scenario.tasks): grouping for grouping in groupings}
    found = planned_alike(as_strategies(scenario, like, names, beside=beside), seed=design.seed)
    done = replace(run(found.scenario, design), plans=found.plans)
    whole = Screen(groupings=tuple(groupings), options=options_of(done))
    return whole.of(list(range(len(names))))


def between_plans(scenario: Scenario, like: str, groupings: Sequence[ModelOfTask], *, seed: int) -> tuple[Scenario, float]:
    """The scenario with examples between the plans of some groupings, halfway in proportion; and the price of money:
    what one dollar of budget brings there, in the unit of the objective.
    """
    names = {label(grouping, scenario.tasks): grouping for grouping in groupings}
    asked = as_strategies(scenario, like, names)
    plans = planned_alike(asked, seed=seed).plans
    open_ = [task for task in scenario.tasks if is_planned(asked, next(iter(names)), task)]
    counts = {task: round(float(np.expm1(np.mean([np.log1p(plan.examples[task]) for plan in plans.values()])))) for task in open_}
    of_tasks = [f"tasks.{task}.data.examples" for task in open_]
    own = [f"strategies.{like}.examples", *(f"strategies.{like}.examples.{task}" for task in open_)] if like else []
    settings = {path: word for path, word in scenario.settings.items() if path not in (*of_tasks, *own)}
    found = {
        path: Quantity(path=path, distribution=point(float(count)), unit="example", text="", source="declared: between plans", grade="D")
        for path, count in zip(of_tasks, counts.values(), strict=True)
    }
    price = float(np.mean([plan.shadow_price for plan in plans.values()]))
    return replace(scenario, settings=settings, quantities={**scenario.quantities, **found}), price
