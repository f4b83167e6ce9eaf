"""The door: a scenario that leaves examples open becomes one in which each strategy has its best plan."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import replace
from functools import partial

from tuneplan.late import np
from tuneplan.scenario.planned import is_planned, with_examples
from tuneplan.scenario.records import Scenario
from tuneplan.study.planning.cases import Case, Solved, solve, without
from tuneplan.study.planning.delays import in_time
from tuneplan.study.planning.records import Plan, Planned, Starved

FEW = 200.0
"""Examples below which no learning curve was measured: a task left with fewer is told. [example]"""
PART = 0.25
"""A floor that is priced for such a task: this part of the mean of the strategy's tasks, at least ``FEW``."""
TRIED_ONE_BY_ONE = 12
"""Tasks up to which leaving out each of them is tried; beyond, only where the budget does not do."""
BETTER = 1e-9
"""Gain from which another set of trained tasks is taken, against the value."""


def planned(scenario: Scenario, *, seed: int = 0) -> Planned:
    """Find the plans of a scenario; one that leaves nothing open comes back as it is.

    Parameters
    ----------
    seed
        Of the draws on which plans are made; they are never those of a study.
    """
    open_ = planning(scenario)
    unit = unit_of(scenario)
    if not open_:
        return Planned(scenario=scenario, plans={}, unit=unit)
    best = in_time(scenario, best_of(scenario, [Case(strategy=name) for name in open_], seed), partial(solve, scenario, seed=seed), unit=unit_of(scenario), seed=seed)
    floors = _floors(scenario, best)
    held = solve(scenario, [case for _, case in floors], seed=seed) if floors else []
    starved: dict[str, list[Starved]] = {}
    for (task, case), each in zip(floors, held, strict=True):
        loss = best[case.strategy].value - each.value if each.feasible else float("nan")
        starved.setdefault(case.strategy, []).append(Starved(task=task, floor=case.least[task], loss=loss))
    plans = {name: plan_of(scenario, solved, tuple(starved.get(name, ()))) for name, solved in best.items()}
    return Planned(scenario=with_examples(scenario, {name: plan.examples for name, plan in plans.items()}), plans=plans, unit=unit)


def planned_alike(scenario: Scenario, *, seed: int = 0) -> Planned:
    """Plans of many strategies that differ little, as the groupings of a search: as ``planned``, but of tasks only those
    are left out of which nothing is bought, and no floor is priced for those left with little.
    """
    open_ = planning(scenario)
    first = solve(scenario, [Case(strategy=name) for name in open_], seed=seed) if open_ else []
    empty = {each.case.strategy: _without_any(scenario, each) for each in first}
    again = [Case(strategy=name, untrained=tasks) for name, tasks in empty.items() if tasks]
    best = {each.case.strategy: each for each in first}
    for each in solve(scenario, again, seed=seed) if again else []:
        if _is_better(each, best[each.case.strategy]):
            best[each.case.strategy] = each
    best = in_time(scenario, best, partial(solve, scenario, seed=seed), unit=unit_of(scenario), seed=seed)
    plans = {name: plan_of(scenario, solved, ()) for name, solved in best.items()}
    return Planned(scenario=with_examples(scenario, {name: plan.examples for name, plan in plans.items()}), plans=plans, unit=unit_of(scenario))


def unit_of(scenario: Scenario) -> str:
    """Unit of what plans maximise."""
    return "USD" if any(path.endswith(".value") for path in scenario.quantities) else "point"


def left_open(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Strategies that train and leave examples to a plan, and of which tasks."""
    return {name: tasks for name in scenario.strategies if (tasks := _open(scenario, name))}


def planning(scenario: Scenario) -> list[str]:
    """Strategies that train, and of which a plan finds the examples of some task."""
    return list(left_open(scenario))


def _open(scenario: Scenario, strategy: str) -> tuple[str, ...]:
    """Tasks whose examples a plan finds, in a strategy that trains."""
    from tuneplan.scenario.lowering.specs import grouping_of

    if not grouping_of(scenario, strategy).stages:
        return ()
    return tuple(task for task in scenario.tasks if is_planned(scenario, strategy, task))


def best_of(scenario: Scenario, cases: Sequence[Case], seed: int) -> dict[str, Solved]:
    """Best case of each strategy, from one of each; see ``searched_for``."""
    search = searched_for(scenario, cases)
    asked = next(search)
    while True:
        try:
            asked = search.send(solve(scenario, asked, seed=seed))
        except StopIteration as found:
            return found.value  # type: ignore[no-any-return]


def searched_for(scenario: Scenario, cases: Sequence[Case]) -> Generator[list[Case], list[Solved], dict[str, Solved]]:
    """Best case of each strategy, from one of each: all tasks trained, then fewer as long as that is better.

    A model that is not trained saves what it costs before its first example. Only tasks that own
    nothing can be left out; what is owned is free.

    Yields
    ------
    list
        Cases, whose solutions it is sent: those of many scenarios can be looked for side by side.
    """
    best = {each.case.strategy: each for each in (yield list(cases))}
    looking = set(best)
    while looking:
        tried = [case for name in best if name in looking for case in _fewer(scenario, best[name])]
        if not tried:
            break
        looking = set()
        for each in (yield tried):
            name = each.case.strategy
            if _is_better(each, best[name]) or each.case.untrained == best[name].case.untrained | _without_any(scenario, best[name]):
                best[name] = each
                looking.add(name)
    return best


def _without_any(scenario: Scenario, solved: Solved) -> frozenset[str]:
    """Planned tasks that get no example at all: nothing is trained on them, so nothing is paid for that either."""
    none = solved.planned & (solved.examples == 0.0)
    return frozenset(task for task, empty in zip(scenario.tasks, none.tolist(), strict=True) if empty)


def _fewer(scenario: Scenario, solved: Solved) -> Iterable[Case]:
    """The case with each task left out that could be."""
    names = [
        task for number, task in enumerate(scenario.tasks)
        if solved.planned[number] and solved.examples[number] - solved.bought[number] == 0.0
    ]  # fmt: skip
    empty = _without_any(scenario, solved)
    whole = [replace(solved.case, untrained=solved.case.untrained | empty)] if empty else []
    if len(scenario.tasks) > TRIED_ONE_BY_ONE and solved.feasible:
        return whole
    return [*whole, *(without(solved.case, task) for task in names if {task} != empty)]


def _is_better(one: Solved, other: Solved) -> bool:
    if one.feasible != other.feasible:
        return one.feasible
    if not one.feasible:
        return one.spend < other.spend * (1.0 - BETTER)
    return one.value > other.value + BETTER * abs(other.value)


def _floors(scenario: Scenario, best: dict[str, Solved]) -> list[tuple[str, Case]]:
    """Tasks that plans leave with little, each with the case in which it has a floor."""
    found = []
    for solved in best.values():
        if not solved.feasible:
            continue
        of_plan = solved.planned | np.array([task in solved.case.untrained for task in scenario.tasks])
        floor = float(f"{max(FEW, PART * solved.examples[of_plan].mean()):.2g}")
        for number in np.flatnonzero(of_plan & (solved.examples < FEW)).tolist():
            task = scenario.tasks[number]
            room = solved.cap[number] + solved.examples[number] - solved.bought[number]
            reachable = min(floor, room) if solved.planned[number] else floor
            if reachable > solved.examples[number]:
                case = replace(solved.case, untrained=solved.case.untrained - {task}, least={task: reachable})
                found.append((task, case))
    return found


def plan_of(scenario: Scenario, solved: Solved, starved: tuple[Starved, ...]) -> Plan:
    """What was solved, as it is told."""
    rows = np.flatnonzero(solved.planned).tolist()
    named = [scenario.tasks[row] for row in rows]
    untrained = tuple(task for task in scenario.tasks if task in solved.case.untrained)
    limit = scenario.quantities.get("budget.limit")
    binding, is_hurried = _binding(solved), bool(solved.case.due)
    return Plan(
        strategy=solved.case.strategy,
        examples={**{task: float(solved.examples[row]) for task, row in zip(named, rows, strict=True)}, **dict.fromkeys(untrained, 0.0)},
        bought={**{task: float(max(solved.examples[row] - solved.existing[row], 0.0)) for task, row in zip(named, rows, strict=True)}, **dict.fromkeys(untrained, 0.0)},
        spend=solved.spend,
        limit=float("nan") if limit is None else limit.distribution.median,
        shadow_price=solved.shadow_price if binding == "budget" else 0.0,
        binding=binding,
        capped=tuple(task for row in _at_cap(solved, rows) for task in [scenario.tasks[row]] if f"tasks.{task}.data.most" in scenario.quantities),
        untrained=untrained,
        starved=starved,
        expected=solved.value + (_price_of_time(scenario, solved) if is_hurried else 0.0),
        gap=solved.gap,
        confidence_error=solved.confidence_error,
        toll={} if is_hurried else {task: each for task, each in solved.case.toll.items() if task in named},
    )


def _price_of_time(scenario: Scenario, solved: Solved) -> float:
    """What tolls take off the value. In the unit of the objective."""
    return sum(solved.case.toll.get(task, 0.0) * float(each) for task, each in zip(scenario.tasks, solved.bought, strict=True))


def _at_cap(solved: Solved, rows: Sequence[int]) -> list[int]:
    """Tasks of which there is no more to be had."""
    return [row for row in rows if solved.bought[row] >= np.floor(solved.cap[row]) > 0.0 or solved.cap[row] < 1.0]


def _binding(solved: Solved) -> str:
    """What stops the plan from buying more."""
    if solved.case.due:
        return {"horizon": "time", "deadline": "deadline"}[solved.case.due]
    rows = np.flatnonzero(solved.planned).tolist()
    if not solved.feasible:
        return "minimum scores" if solved.affordable else "fixed costs"
    if rows and len(_at_cap(solved, rows)) == len(rows):
        return "caps"
    return "budget" if solved.shadow_price > 0.0 and np.isfinite(solved.shadow_price) and _is_full(solved) else "no further gain"


def _is_full(solved: Solved) -> bool:
    """Whether what is left would not buy one more example of some task that is not at its cap."""
    return solved.shadow_price * max(solved.spend, 1.0) > 1e-6 * max(abs(solved.value), 1e-12)
