"""Single changes tried on a scenario in which nothing is feasible, and what came of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from tuneplan.axes import Array
from tuneplan.errors import TuneplanError
from tuneplan.scenario.edits import with_changes
from tuneplan.scenario.records import Scenario
from tuneplan.study.decision import Estimate, estimate
from tuneplan.study.design import AnyDesign, monte_carlo
from tuneplan.study.options import Options, options_of, request_weight
from tuneplan.study.run import Run, run

if TYPE_CHECKING:
    from tuneplan.core.structure import Structure

PER_CENT = 100
SEARCH_DRAWS = 512
"""Draws with which a change is looked for; it is then tried again with those of the run."""
NEARLY = 0.03
"""How far the chance to meet the limits may lie below the confidence in a search, for the change to be tried again; assumed."""
FEWEST_DRAWS = 64
USUAL_TRIALS = 100
"""Runs that a search over a few strategies takes."""
CELLS_ALLOWED = 8_000_000
"""Cells of (model, request, draw) that all trials together may take, about two seconds."""
PLANS_MORE = 3.0
"""How much more where plans are made anew with each change."""
CELLS_OF_A_PLAN, CELLS_OF_A_TILTED_PLAN = 64 * 30, 256 * 250
"""Draws and steps of a plan; of one that is tilted towards minimum scores."""
CELLS_OF_A_START = 15_000
"""What a run costs beside its cells, counted in cells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """One change, by itself, that makes a strategy feasible.

    Attributes
    ----------
    kind
        A key of ``study.remedies.single_changes.KINDS``.
    strategy
        What becomes feasible.
    value
        The new limit, the factor on prices or examples, the name of the task, method or base, the
        minimum score on the scale of its metric, or the confidence.
    unit
        Of ``value``; empty where that is a name.
    changes
        As after ``--set``; empty where none says it.
    leave_out
        Path that has to leave the file; empty otherwise.
    usd_asked
        How much more budget it asks for. [USD]
    points, usd
        Delivered points and cost against the plan that was not feasible, draw by draw; requests of a
        task that is left out count as 0 points. NaN where that plan can't be done at all.
    lowers
        Whether it asks for less, instead of changing the plan or its means.
    extent
        How far it goes: the share by which prices, examples, the confidence, or on its scale a minimum
        score would have to move; 0 for other kinds.
    """

    kind: str
    strategy: str
    value: float | str
    unit: str
    changes: tuple[str, ...] = ()
    leave_out: str = ""
    usd_asked: float = 0.0
    points: Estimate
    usd: Estimate
    lowers: bool = False
    extent: float = 0.0


@dataclass(slots=True, kw_only=True)
class Trials:
    """A run in which nothing is feasible, and the room that is left to try changes.

    Attributes
    ----------
    spent
        Cells that trials took so far.
    untried
        ``kind`` and strategy for which there was no room left.
    """

    run: Run
    options: Options
    spent: float = 0.0
    untried: list[tuple[str, str]] = field(default_factory=list)

    @property
    def search(self) -> AnyDesign:
        """The design with which a change is looked for: the larger the scenario, the fewer draws."""
        fitting = self.allowed // (USUAL_TRIALS * _cells(self.run.lowered.inputs.structure))
        draws, design = int(min(SEARCH_DRAWS, max(FEWEST_DRAWS, fitting))), self.run.design
        return design if design.draws <= draws else monte_carlo(draws, seed=design.seed)

    @property
    def allowed(self) -> float:
        """Cells that all trials together may take: half of those of the run itself, where that is much."""
        return max(CELLS_ALLOWED * (PLANS_MORE if self.run.plans else 1.0), 0.5 * self.run.design.draws * _cells(self.run.lowered.inputs.structure))

    @property
    def planning(self) -> float:
        """Cells that a plan of one strategy takes, where examples are found anew with each change."""
        inputs = self.run.lowered.inputs
        if not self.run.plans:
            return 0.0
        work = CELLS_OF_A_PLAN if np.isnan(inputs["must"]).all() else CELLS_OF_A_TILTED_PLAN
        return work * _cells(inputs.structure) * (len(inputs.structure.tasks) + 1) / len(inputs.structure.strategies)

    def row(self, strategy: str) -> int:
        """Row of a strategy in every array of the run."""
        return self.options.strategies.index(strategy)

    def has_room(self, kind: str, strategy: str, *, runs: int = 1) -> bool:
        """Whether another change may be looked for, in so many runs at most; noted where not."""
        needed = runs * (self.search.draws * _cells(self.run.lowered.inputs.structure) + self.planning)
        if self.spent + needed <= self.allowed:
            return True
        self.untried.append((kind, strategy))
        return False

    def tried(self, strategy: str, scenario: Scenario | None, *, whole: bool = False) -> Options | None:
        """A strategy in a changed scenario, with few draws or those of the run; None where it can't be run."""
        if scenario is None:
            return None
        design = self.run.design if whole else self.search
        settings = {path: word for path, word in scenario.settings.items() if path != "reference"}
        try:
            done = run(replace(scenario, strategies=(strategy,), settings=settings), design)
        except (TuneplanError, LookupError, ValueError):  # a change that the rest of the scenario contradicts
            return None
        self.spent += CELLS_OF_A_START + design.draws * _cells(done.lowered.inputs.structure) + self.planning
        return options_of(done)

    def is_worth_trying(self, strategy: str, scenario: Scenario | None) -> bool:
        """Whether few draws say that a change does, or nearly does."""
        found = self.tried(strategy, scenario)
        return found is not None and bool(found.limits.possible[0]) and found.limits.met[0] >= found.limits.confidence - NEARLY

    def confirmed(self, kind: str, strategy: str, value: float | str, changes: Sequence[str], *, extent: float = 0.0) -> Iterator[Remedy]:
        """A change, where it does with all draws."""
        after = self.tried(strategy, with_changes(self.run.asked, changes), whole=True)
        if after is not None and feasible(after):
            points, usd = self.differences(strategy, after)
            unit = "" if isinstance(value, str) else "1"
            yield Remedy(kind=kind, strategy=strategy, value=value, unit=unit, changes=tuple(changes), points=points, usd=usd, extent=extent)

    def differences(self, strategy: str, after: Options, *, served: Array | float = 1.0) -> tuple[Estimate, Estimate]:
        """Points and cost of the changed plan against those of the one that is not feasible.

        Parameters
        ----------
        served
            Share of today's requests that are still answered, ``(draw,)``.
        """
        row = self.row(strategy)
        if not self.options.limits.possible[row]:
            return UNKNOWN, UNKNOWN
        scrambles = self.options.scrambles
        points = after.points[0] * served - self.options.points[row]
        return estimate(points, scrambles), estimate(after.cost[0] - self.options.cost[row], scrambles)

    def share_of(self, task: str) -> Array:
        """Share of all requests that a task has. ``(draw,)``"""
        weight: Array = request_weight(self.run)[self.run.scenario.tasks.index(task)]
        return weight


def _cells(structure: Structure) -> int:
    """Cells of one draw: of each model on each request, and of each pair of a request and a task."""
    return (len(structure.tasks) + 1) * (len(structure.models) + structure.columns)


_NAN = float("nan")
UNKNOWN = Estimate(mean=_NAN, low=_NAN, p10=_NAN, median=_NAN, p90=_NAN, high=_NAN, error=_NAN)
NOTHING = Estimate(mean=0.0, low=0.0, p10=0.0, median=0.0, p90=0.0, high=0.0, error=0.0)


def feasible(options: Options | None) -> bool:
    """Whether the one strategy of a trial meets the limits."""
    return options is not None and bool(np.all(options.allowed))
