"""A case whose rows each find the plans that ``run`` would find for them, many rows at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from tuneplan.axes import Array
from tuneplan.scenario.lowering.varied import Dial
from tuneplan.scenario.planned import with_examples
from tuneplan.scenario.records import Scenario
from tuneplan.scenario.timed import is_timed
from tuneplan.study.design import Design, Nominal
from tuneplan.study.planning.cases import Solved, solve
from tuneplan.study.planning.delays import in_time
from tuneplan.study.planning.plan import left_open, unit_of
from tuneplan.study.planning.rows import Rows as RowsOfPlans
from tuneplan.study.sweep.cases import Case, case_of
from tuneplan.study.sweep.records import Rows, planned

STAND_IN = 1000.0
"""Examples of a case before a row says its own; each strategy has others, so that none are taken for the same models. [example]"""
At = Callable[[int], Scenario]
"""Number of a row -> its scenario, as it would be run by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCase:
    """A scenario with dials that leaves examples open.

    Attributes
    ----------
    scenario
        With every dial at the first of its values.
    plans
        The same for those who make plans.
    patterns
        Which tasks of which strategies have examples at all -> the case of that; found once.
    """

    scenario: Scenario
    dials: tuple[Dial, ...]
    design: Design | Nominal
    plans: RowsOfPlans
    patterns: dict[tuple[tuple[bool, ...], ...], Case] = field(default_factory=dict, compare=False, repr=False)

    @property
    def unit(self) -> str:
        """Of the objective."""
        return unit_of(self.scenario)

    @property
    def strategies(self) -> tuple[str, ...]:
        """Names."""
        return self.scenario.strategies

    def rows(self, varied: Mapping[str, Array], at: At) -> Rows:
        """Columns of some rows.

        Parameters
        ----------
        at
            Asked where launch dates count, as a plan then hangs on the calendar of its row.
        """
        best = self.plans.best(varied)
        if is_timed(self.scenario):
            best = [self._in_time(each, at(row)) for row, each in enumerate(best)]
        groups: dict[tuple[tuple[bool, ...], ...], list[int]] = {}
        for row, each in enumerate(best):
            groups.setdefault(_pattern(each), []).append(row)
        parts = [(np.array(rows), self._alike(pattern, {key: each[rows] for key, each in varied.items()}, [best[row] for row in rows])) for pattern, rows in groups.items()]
        found = {name: np.empty(len(best), dtype=column.dtype) for name, column in parts[0][1].items()}
        for rows, part in parts:
            for name, column in part.items():
                found[name][rows] = column
        return found

    def _in_time(self, best: Mapping[str, Solved], scenario: Scenario) -> dict[str, Solved]:
        """Plans of a row, with what they delay."""
        return in_time(scenario, best, partial(solve, scenario, seed=self.plans.seed), unit=self.unit, seed=self.plans.seed)

    def _alike(self, pattern: tuple[tuple[bool, ...], ...], varied: Mapping[str, Array], best: Sequence[Mapping[str, Solved]]) -> Rows:
        """Rows of which the same tasks have examples."""
        names, tasks = list(best[0]), self.scenario.tasks
        paths = {(name, task): f"strategies.{name}.examples.{task}" for name in names for task in _decided(self.scenario, name)}
        if pattern not in self.patterns:
            counts = {
                name: {task: (STAND_IN + place) * float(pattern[place][tasks.index(task)]) for task in _decided(self.scenario, name)}
                for place, name in enumerate(names)
            }  # fmt: skip
            dials = tuple(Dial(key=path, names=(path,)) for path in paths.values())
            self.patterns[pattern] = case_of(with_examples(self.scenario, counts), (*self.dials, *dials), self.design, plans={})
        case = self.patterns[pattern]
        bought = {path: np.array([each[name].examples[tasks.index(task)] for each in best]) for (name, task), path in paths.items()}
        errors = np.array([[each[name].confidence_error if name in each and each[name].feasible else np.nan for name in self.strategies] for each in best])
        found = replace(case, rules=replace(case.rules, of_plan=errors)).rows({**varied, **bought})
        return {**found, **{planned(name, task): bought[path] for (name, task), path in paths.items()}}


def _pattern(best: Mapping[str, Solved]) -> tuple[tuple[bool, ...], ...]:
    """Which tasks of which strategies have examples at all."""
    return tuple(tuple((each.examples > 0.0).tolist()) for each in best.values())


def _decided(scenario: Scenario, strategy: str) -> tuple[str, ...]:
    """Tasks of a strategy whose examples its plan decides."""
    return left_open(scenario)[strategy]


def planned_case(scenario: Scenario, dials: Sequence[Dial], design: Design | Nominal) -> PlannedCase:
    """A case that leaves examples open, dials at the first of their values."""
    return PlannedCase(scenario=scenario, dials=tuple(dials), design=design, plans=RowsOfPlans(scenario=scenario, dials=tuple(dials), seed=design.seed))
