"""Some groupings as ordinary strategies of their scenario, planned in full where plans decide their examples, and run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from tuneplan.core.distributions import point
from tuneplan.core.strategies import ModelOfTask, apart, together
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


def between_plans(scenario: Scenario, like: str, *, seed: int) -> tuple[Scenario, float]:
    """The scenario with examples halfway, in proportion, between the plans of one model and of one a task; and the
    price of money: what one dollar of budget brings there, in the unit of the objective.
    """
    tasks = scenario.tasks
    plain = {"one model": together(len(tasks)), "several": apart(len(tasks))}
    asked = as_strategies(scenario, like, plain)
    plans = planned_alike(asked, seed=seed).plans
    given = {
        task: round(float(np.expm1(np.mean([np.log1p(plans[name].examples[task]) for name in plain]))))
        for task in tasks if is_planned(asked, "several", task)
    }  # fmt: skip
    of_tasks = [f"tasks.{task}.data.examples" for task in given]
    own = [f"strategies.{like}.examples", *(f"strategies.{like}.examples.{task}" for task in given)] if like else []
    settings = {path: word for path, word in scenario.settings.items() if path not in (*of_tasks, *own)}
    found = {
        path: Quantity(path=path, distribution=point(float(count)), unit="example", text="", source="declared: between two plans", grade="D")
        for path, count in zip(of_tasks, given.values(), strict=True)
    }
    price = float(np.mean([plans[name].shadow_price for name in plain]))
    return replace(scenario, settings=settings, quantities={**scenario.quantities, **found}), price
