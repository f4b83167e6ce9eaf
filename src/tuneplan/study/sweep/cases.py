"""One case of a sweep: a scenario by its words, with dials on its numbers, ready for any block of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tuneplan.axes import Array, Mask
from tuneplan.core.program import Program, compiled
from tuneplan.late import np
from tuneplan.scenario.lowering.varied import Dial, Pivot, pivot
from tuneplan.scenario.planned import searched, with_examples
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import AnyDesign
from tuneplan.study.planning import Plan, planned
from tuneplan.study.run import with_groups
from tuneplan.study.sweep.judging import Rules, judged
from tuneplan.study.sweep.outputs import Counted, by_row, counted, outputs_of
from tuneplan.study.sweep.records import Rows

KNOWN = "known "
"""Begins the names of finished numbers among those that a program is given."""
CELLS_AT_ONCE = 400_000
"""Cells of (row, model, request, draw) that are worked on at a time; of (row, strategy, draw) those that are judged. Measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """Plans and groups that hold in all rows of a case, found once."""

    strategies: Mapping[str, Mapping[str, float]]
    groups: Mapping[str, tuple[tuple[str, ...], ...]]
    plans: Mapping[str, Plan]

    def put_into(self, scenario: Scenario) -> Scenario:
        """A scenario with them."""
        settings = {**scenario.settings, **{f"strategies.{name}.groups": groups for name, groups in self.groups.items()}}
        return with_examples(replace(scenario, settings=settings), self.strategies)


def decided_once(scenario: Scenario, *, seed: int) -> Decided:
    """Plans and groups of a scenario as it stands."""
    searches = searched(scenario)
    grouped = with_groups(scenario, seed=seed)
    found = planned(grouped, seed=seed)
    examples = {
        name: {task: found.scenario.quantities[path].distribution.median for task in scenario.tasks if (path := f"strategies.{name}.examples.{task}") in found.scenario.quantities}
        for name in found.plans
    }  # fmt: skip
    groups = {name: found.scenario.settings[f"strategies.{name}.groups"] for name in searches}
    return Decided(strategies=examples, groups=groups, plans=found.plans)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A scenario and its dials.

    Attributes
    ----------
    at
        The scenario, lowered.
    how, rules
        How outcomes are added up and judged.
    program
        What turns numbers as drawn into all that is judged: the equations as they are written, compiled where rows are
        many and launch dates do not count, which it can't take in. None: as they are written.
    planned
        Columns of what plans of this case train on.
    """

    at: Pivot
    how: Counted
    rules: Rules
    program: Program | None = None
    planned: Mapping[str, float] = field(default_factory=dict)

    @property
    def unit(self) -> str:
        """Of the objective."""
        return self.rules.unit

    @property
    def strategies(self) -> tuple[str, ...]:
        """Names."""
        return self.rules.strategies

    def rows(self, varied: Mapping[str, Array]) -> Rows:
        """Columns of some rows, worked out as many at a time as fit a cache: cut from the first one on, so that the cut changes nothing."""
        rows = len(next(iter(varied.values()))) if varied else 1
        structure, draws = self.at.structure, self.at.draws
        cells = (len(structure.tasks) + 1) * (len(structure.models) + structure.columns) if self.program is None else 2 * len(structure.strategies)
        size = max(1, CELLS_AT_ONCE // (cells * draws))
        parts = [self._only(slice(start, start + size))._some({key: each[start : start + size] for key, each in varied.items()}) for start in range(0, rows, size)]
        found = parts[0] if len(parts) == 1 else {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        return {**found, **{name: np.full(rows, count) for name, count in self.planned.items()}}

    def _only(self, rows: slice) -> Case:
        """Rules of some rows, where rows have plans of their own."""
        return self if self.rules.of_plan.ndim == 1 else replace(self, rules=replace(self.rules, of_plan=self.rules.of_plan[rows]))

    def _some(self, varied: Mapping[str, Array]) -> Rows:
        rows = len(next(iter(varied.values()))) if varied else 1
        numbers = self.at.at(varied)
        if self.program is None:
            found = outputs_of(self.at.inputs(numbers), self.how)
        else:
            found = self.program.run_blocks({name: numbers[name] for name in self.at.moved})
        return judged(by_row(found, rows, len(self.rules.strategies), self.at.draws), self.rules)


def case_of(scenario: Scenario, dials: Sequence[Dial], design: AnyDesign, *, plans: Mapping[str, Plan]) -> Case:
    """A case of a scenario in which nothing is left open.

    Parameters
    ----------
    plans
        What was found for it, by strategy.
    """
    at = pivot(scenario, design.points, dials)
    inputs = at.inputs(at.numbers)
    how = counted(at, inputs)
    of_plan = np.array([plans[name].confidence_error if name in plans and plans[name].is_feasible else np.nan for name in scenario.strategies])
    rules = Rules(
        strategies=scenario.strategies, possible=np.array([name not in at.misfits for name in scenario.strategies]), unit="USD" if how.is_valued else "point",
        scrambles=design.scrambles, of_plan=of_plan, is_due=how.by_deadline or (how.counts and not how.is_valued),
    )  # fmt: skip
    return Case(at=at, how=how, rules=rules, program=_compiled(at, how) if dials and not at.dates_move else None)


def _compiled(at: Pivot, how: Counted) -> Program:
    """The equations from numbers as drawn to all that is judged, made for the numbers that rows move."""
    few = {key: np.zeros(2) if len(pairs) == 0 or len(pairs[0][1]) else np.full(2, _value(at, pairs)) for key, pairs in at.replaced.items()}
    still = {f"{KNOWN}{name}": each for name, each in at.known.items()}  # given by name, as a program cuts what it is given

    def function(numbers: Mapping[str, Array]) -> dict[str, Array]:
        drawn = {name: each for name, each in numbers.items() if name not in still}
        return outputs_of(replace(at, known={name: numbers[f"{KNOWN}{name}"] for name in at.known}).inputs(drawn), how)

    return compiled(function, {**at.at(few), **still}, at.moved)


def _value(at: Pivot, pairs: tuple[tuple[Mask, Mask], ...]) -> float:
    """What the pivot itself has where a dial moves it."""
    here = next((rows for rows, _ in pairs if len(rows)), None)
    return 1.0 if here is None else float(at.drawn.values[here[0], 0])
