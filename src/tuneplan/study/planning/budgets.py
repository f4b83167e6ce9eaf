"""One question at several budgets: plans for all of them are made at once, as strategies are that differ in their money."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from tuneplan.scenario.planned import cloned, only, with_examples
from tuneplan.scenario.records import Scenario
from tuneplan.study.planning.cases import Case, Solved, solve
from tuneplan.study.planning.delays import in_time, pays_for_idle
from tuneplan.study.planning.plan import best_of, plan_of, planned, planning, unit_of
from tuneplan.study.planning.records import Planned

LIMIT = "budget.limit"
REFERENCE = "reference"


def planned_within(scenarios: Sequence[Scenario], *, seed: int) -> list[Planned]:
    """As ``planned`` of each; where they differ in the limit of the budget alone, all at once, and then no floor is priced
    for tasks left with little.

    Parameters
    ----------
    seed
        As of ``planned``.
    """
    first, names = scenarios[0], planning(scenarios[0])
    if not names or not _differ_in_limit(scenarios) or any(path.endswith(".score.must") for path in first.quantities):
        return [planned(each, seed=seed) for each in scenarios]  # what minimum scores need is drawn by the place of a case
    unit, copies = unit_of(first), [{name: f"{name} within {place}" for name in names} for place in range(len(scenarios))]
    wide = _wide(first, names, copies)
    cases = [Case(strategy=own[name], limit=each.quantities[LIMIT].distribution.median) for own, each in zip(copies, scenarios, strict=True) for name in names]
    found = best_of(wide, cases, seed)
    together = unit == "point" and not pays_for_idle(first)  # else plans of one budget are judged by one another's dates
    if together:
        found = in_time(wide, found, partial(solve, wide, seed=seed), unit=unit, seed=seed)
    done = []
    for own, each in zip(copies, scenarios, strict=True):
        best = {name: _named(found[copy], name) for name, copy in own.items()}
        if not together:
            best = in_time(each, best, partial(solve, each, seed=seed), unit=unit, seed=seed)
        done.append(_planned(each, best.values(), unit))
    return done


def _differ_in_limit(scenarios: Sequence[Scenario]) -> bool:
    """Whether each has a limit, and all else that a plan reads is the same."""
    first, *others = (
        (each.tasks, each.strategies, each.settings, each.ties, each.correlations, each.rows, each.calibration, {path: quantity for path, quantity in each.quantities.items() if path != LIMIT})
        for each in scenarios
    )  # fmt: skip
    return all(LIMIT in each.quantities for each in scenarios) and all(other == first for other in others)


def _wide(scenario: Scenario, names: Sequence[str], copies: Sequence[dict[str, str]]) -> Scenario:
    """The scenario with a copy of each strategy for each budget, and no other one, nor any to compare with."""
    wide = scenario
    for name in names:
        wide = cloned(wide, name, [own[name] for own in copies])
    settings = {path: each for path, each in wide.settings.items() if path != REFERENCE}
    return replace(only(wide, [own[name] for own in copies for name in names]), settings=settings)


def _named(solved: Solved, name: str) -> Solved:
    """What was solved for a copy, as of the strategy itself."""
    return replace(solved, case=replace(solved.case, strategy=name, limit=None))


def _planned(scenario: Scenario, best: Iterable[Solved], unit: str) -> Planned:
    plans = {each.case.strategy: plan_of(scenario, each, ()) for each in best}
    return Planned(scenario=with_examples(scenario, {name: plan.examples for name, plan in plans.items()}), plans=plans, unit=unit)
