"""Score of a task against its own examples, everything else held: what more data would buy, and less would lose.

The examples of one task stand along the scenario axis; other tasks keep those of the plan, and every place
along it meets the same draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tuneplan.axes import Array
from tuneplan.core import route
from tuneplan.core.arrays import Inputs
from tuneplan.core.learning import learn, score_of_models
from tuneplan.study.decision import Decision, Estimate, estimate, estimates
from tuneplan.study.design import AnyDesign
from tuneplan.study.results import Verdict
from tuneplan.study.run import CELLS_AT_ONCE, cells_of
from tuneplan.study.small import by_traffic, draws_within, fewer_draws, lowered_again
from tuneplan.units import POINTS_PER_SCALE

FEWEST_EXAMPLES, BEYOND = 50.0, 10.0
"""Where curves start, and how many times the largest plan they end."""
MOST_DRAWS = 1024
MOST_TASKS = 20
"""Tasks whose curves are made; of more, those with most traffic."""
FEW_TASKS = 6
PLACES = (12, 5)
"""Places of a curve, beside those of plans: with few tasks, and with many."""
MOST_STRATEGIES = (6, 4)
"""Strategies whose curves are made, likewise; of more, the leading ones."""
MOST_CELLS = 16_000_000
"""Scores, and terms of their sums, that are worth the wait for a picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One strategy on one task.

    Attributes
    ----------
    planned
        Examples of the task that it trains on; 0: none, and its line is flat. [example]
    points
        At each place of the curve. [point]
    """

    strategy: str
    planned: float
    points: tuple[Estimate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A score that somebody measured.

    Attributes
    ----------
    strategy
        Whose words hold; empty: none of them.
    examples
        Of the task that it was trained on. [example]
    points, error
        What was measured, and its standard error. [point]
    """

    task: str
    strategy: str
    examples: float
    points: float
    error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCurves:
    """Every strategy on one task.

    Attributes
    ----------
    examples
        Places, in rising order; the plans of all lines are among them. [example]
    leader
        The leading one of the strategies that train on the task.
    doubled
        What twice its examples would gain it. [point]
    base, ceiling
        Mean score of its prompted base, and of endless data. [point]
    """

    task: str
    examples: tuple[float, ...]
    lines: tuple[Line, ...]
    leader: str
    doubled: Estimate
    base: float
    ceiling: float

    def line(self, strategy: str) -> Line:
        """That of a strategy."""
        return next(each for each in self.lines if each.strategy == strategy)

    def at(self, strategy: str, examples: float) -> Estimate:
        """Score of a strategy at one of the places."""
        return self.line(strategy).points[self.examples.index(examples)]


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningCurves:
    """What the examples of each task do for it.

    Attributes
    ----------
    tasks
        Those that any strategy trains on.
    leading
        The strategies that are recommended and next to it, as far as they are trained.
    left_out, tasks_left_out
        Strategies and tasks that were not looked at, for want of room.
    draws
        On which curves were made.
    measured
        Scores of the user's own pilots, as far as they are known.
    """

    tasks: tuple[TaskCurves, ...]
    leading: tuple[str, ...]
    left_out: tuple[str, ...]
    tasks_left_out: tuple[str, ...]
    draws: int
    measured: tuple[Measured, ...] = ()


def learning_curves(verdict: Verdict, *, measured: Sequence[Measured] = ()) -> LearningCurves:
    """Curves of the leading strategies on every task that any of them trains on."""
    run, many = verdict.run, len(verdict.run.scenario.tasks) > FEW_TASKS
    order = _in_order(verdict.decision)
    shown = tuple(name for name in run.scenario.strategies if name in order[: MOST_STRATEGIES[many]])
    asked = sorted(by_traffic(run)[:MOST_TASKS])
    times = (PLACES[many] + len(shown) + 1) * len(asked)
    design = fewer_draws(run.design, min(MOST_DRAWS, draws_within(run, shown, cells=MOST_CELLS, times=times)))
    inputs = lowered_again(run, shown, design).inputs
    trained = [name for name in order if name in shown and _is_trained(inputs, shown.index(name))]
    learned = [task for task in asked if (inputs.structure.stages_of_column[:, task] > 0).any()]
    curves = [_curves(inputs, task, trained, places=PLACES[many], design=design) for task in learned]
    return LearningCurves(
        tasks=tuple(curves), leading=tuple(trained[:2]), draws=design.draws,
        left_out=tuple(name for name in run.scenario.strategies if name not in shown),
        tasks_left_out=tuple(task for place, task in enumerate(run.scenario.tasks) if place not in asked),
        measured=tuple(each for each in measured if any(each.task == one.task for one in curves)),
    )  # fmt: skip


def _in_order(decision: Decision) -> list[str]:
    """The recommended strategy, the next, then those that meet the limits before those that don't, the better first."""
    first = [each for each in (decision.best, decision.second) if each is not None]
    worth = np.nan_to_num(decision.expected, nan=-np.inf, posinf=np.inf, neginf=-np.inf)
    rest = sorted(range(len(worth)), key=lambda row: (not decision.allowed[row], -worth[row]))
    return [decision.strategies[row] for row in dict.fromkeys([*first, *rest])]


def _is_trained(inputs: Inputs, strategy: int) -> bool:
    return bool(inputs.structure.stages_of_column[strategy].any())


def _curves(inputs: Inputs, task: int, trained: Sequence[str], *, places: int, design: AnyDesign) -> TaskCurves:
    structure, draws, scrambles = inputs.structure, design.draws, design.scrambles
    names = [spec.name for spec in structure.strategies]
    planned = _planned(inputs, task)
    leader = next(names.index(name) for name in trained if structure.stages_of_column[names.index(name), task])
    along = _places(planned, planned[leader], even=places)
    scores, base = _scores(inputs, task, along, draws)
    rows = estimates(POINTS_PER_SCALE * scores.reshape(-1, draws), scrambles)
    gained = scores[along.index(2.0 * planned[leader])] - scores[along.index(planned[leader])]
    ceiling = inputs["ceiling"]
    return TaskCurves(
        task=structure.tasks[task], examples=tuple(along),
        lines=tuple(Line(strategy=name, planned=planned[row], points=tuple(rows[row :: len(names)])) for row, name in enumerate(names)),
        leader=names[leader], doubled=estimate(POINTS_PER_SCALE * gained[leader], scrambles),
        base=POINTS_PER_SCALE * float(base[leader].mean()),
        ceiling=POINTS_PER_SCALE * float(ceiling[0, leader if ceiling.shape[1] > 1 else 0, task].mean()),
    )  # fmt: skip


def _planned(inputs: Inputs, task: int) -> list[float]:
    """Examples of a task by strategy, the middle of uncertain ones; 0 where a strategy does not train on it."""
    structure, examples = inputs.structure, inputs["examples"]
    count = np.broadcast_to(np.median(examples[0, :, task], axis=-1), (len(structure.strategies),))
    return np.where(structure.stages_of_column[:, task] > 0, count, 0.0).tolist()  # type: ignore[no-any-return]


def _places(planned: Sequence[float], leading: float, *, even: int) -> list[float]:
    """Places of a curve: even on a log scale, and every plan, and twice the leading one."""
    some = [count for count in planned if count > 0.0]
    low, high = min([FEWEST_EXAMPLES, *(count / BEYOND for count in some)]), BEYOND * max(some, default=FEWEST_EXAMPLES)
    return sorted({*np.geomspace(low, high, even).tolist(), *some, 2.0 * leading})


def _scores(inputs: Inputs, task: int, places: Sequence[float], draws: int) -> tuple[Array, Array]:
    """Normalised scores of a task, ``(place, strategy, draw)``, and what its base gets, ``(strategy, draw)``."""
    size = max(1, CELLS_AT_ONCE // (cells_of(inputs.structure) * draws))
    found = []
    for start in range(0, len(places), size):
        some = with_examples_of(inputs, task, places[start : start + size])
        by_model = score_of_models(some, learn(some))
        score = route(some, by_model)[0][:, :, task]
        found.append(np.broadcast_to(score, (len(places[start : start + size]), score.shape[1], draws)))
    base: Array = by_model[0, inputs.structure.base_of_strategy, task]
    return np.concatenate(found), base


def with_examples_of(inputs: Inputs, column: int, places: Sequence[float]) -> Inputs:
    """Inputs with so many examples of one column along the scenario axis."""
    examples = inputs["examples"]
    changed = np.array(np.broadcast_to(examples, (len(places), *examples.shape[1:])))
    changed[:, :, column] = np.array(places)[:, None, None]
    return replace(inputs, numbers={**inputs.numbers, "examples": changed})
