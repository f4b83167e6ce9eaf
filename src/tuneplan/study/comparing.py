"""Two scenarios against one another: the paired difference, and which changed inputs moved it.

Both meet the same draws, as draws hang on the names of quantities alone. What moved the difference is
found on a way from one to the other, a step at a time in a stated order; what a step adds is what the
mean moves by there, so that all steps add up to the whole.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tuneplan.axes import Array
from tuneplan.errors import TuneplanError, UsageError
from tuneplan.scenario.differences import SILENT, said, with_taken
from tuneplan.scenario.edits import default_word, param_of
from tuneplan.scenario.grammar.spelling import spell
from tuneplan.scenario.reading.complaints import advice, shown
from tuneplan.scenario.records import Scenario
from tuneplan.scenario.steps import Step, steps_between
from tuneplan.study.decision import TOO_CLOSE, Estimate, estimate
from tuneplan.study.design import Design, Nominal
from tuneplan.study.launches import counts, full_launches
from tuneplan.study.options import Options, options_of
from tuneplan.study.results import Verdict
from tuneplan.study.run import Run, run
from tuneplan.study.verdict import decision_of, nearest_of, verdict

NO_TASK_IN_BOTH = "no task is in both, so only totals compare"
CAN_NOT_BE_DONE = "it can't be done at all on one side, so there is no difference to split"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """B minus A on the same draws; a strategy of both, or the one that is followed on each side.

    Attributes
    ----------
    one, other
        Strategy of A and of B.
    points, usd, days
        Delivered points; cost over the horizon; days until all has shipped, at most the horizon, None where launch dates don't count on both sides.
    objective
        What is decided by, in its own unit; None where the two sides decide by different things.
    """

    one: str
    other: str
    points: Estimate
    usd: Estimate
    objective: Estimate | None
    days: Estimate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a step adds to the difference.

    Attributes
    ----------
    name, paths
        As of ``Step``; where a step could not be run alone, those of all the steps that it was taken with.
    before, after
        What A and B say at each path.
    points, usd, objective
        By what the means move; they add up over all parts. Objective: None as of ``Difference``.
    strategy
        Followed after the step.
    feasible
        Whether it meets the limits then.
    """

    name: str
    paths: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    points: float
    usd: float
    objective: float | None
    strategy: str
    feasible: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two scenarios, A and B.

    Attributes
    ----------
    one, other
        Verdicts of A and B.
    of
        The strategy that is followed; empty: on each side the recommended one, else the nearest.
    differences
        Of every strategy that both have and that can be done on both sides, in the order of B.
    whole
        Of the followed ones; None where nothing can be done on one side.
    steps
        All that differs, in the order in which it was taken.
    parts
        What each step adds to ``whole``; empty where it can't be split.
    unsplit
        Why it can't; empty where it can.
    reverse
        Whether the steps were taken last first.
    """

    one: Verdict
    other: Verdict
    of: str
    differences: tuple[Difference, ...]
    whole: Difference | None
    steps: tuple[Step, ...]
    parts: tuple[Part, ...]
    unsplit: str
    reverse: bool

    @property
    def unit(self) -> str:
        """Unit of the objective where both sides decide by the same thing; else empty."""
        return self.other.decision.unit if _same_objective(self.one, self.other) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stop:
    """A scenario on the way: its options, and the strategy that is followed there."""

    options: Options
    index: int
    feasible: bool

    @property
    def strategy(self) -> str:
        return self.options.strategies[self.index]

    def means(self) -> tuple[float, float, float]:
        """Points, cost and objective of the followed strategy."""
        each = (self.options.points, self.options.cost, self.options.objective)
        return tuple(float(draws[self.index].mean()) for draws in each)  # type: ignore[return-value]


def compare(one: Scenario, other: Scenario, design: Design | Nominal, *, of: str = "", reverse: bool = False) -> Compared:
    """B against A.

    Parameters
    ----------
    of
        A strategy of both; empty: what each side recommends.
    reverse
        Whether to take the steps last first.

    Raises
    ------
    UsageError
        ``of`` is no strategy of both; or as of ``run``.
    """
    _refuse_unknown(of, one, other)
    verdicts = verdict(run(one, design)), verdict(run(other, design))
    options = options_of(verdicts[0].run), options_of(verdicts[1].run)
    ends = _stop(options[0], of), _stop(options[1], of)
    steps = steps_between(one, other)[:: -1 if reverse else 1]
    alike = _same_objective(*verdicts)
    launched = tuple(full_launches(each.run) for each in verdicts) if all(counts(each.run) for each in verdicts) else None
    unsplit = "" if set(one.tasks) & set(other.tasks) else NO_TASK_IN_BOTH
    if None in ends:
        unsplit = unsplit or CAN_NOT_BE_DONE
    way = [] if unsplit else _way(one, other, design, of, steps, options[1].name if alike else "")
    return Compared(
        one=verdicts[0],
        other=verdicts[1],
        of=of,
        differences=tuple(
            _difference(options, (options[0].strategies.index(name), index), alike, launched)
            for index, name in enumerate(options[1].strategies)
            if name in options[0].strategies and all(each.limits.possible[each.strategies.index(name)] for each in options)
        ),
        whole=None if ends[0] is None or ends[1] is None else _difference(options, (ends[0].index, ends[1].index), alike, launched),
        steps=steps,
        parts=() if ends[0] is None or ends[1] is None else _parts(verdicts, ends[0], way, ends[1], alike),
        unsplit=unsplit,
        reverse=reverse,
    )


def _refuse_unknown(of: str, one: Scenario, other: Scenario) -> None:
    both = [name for name in other.strategies if name in one.strategies]
    if of and of not in both:
        raise UsageError(f"--of: {shown(of)} is no strategy of both sides{advice(of, both) or '; they share none'}")


def _same_objective(one: Verdict, other: Verdict) -> bool:
    """Whether both decide by the same thing, of the same tasks."""
    same_tasks = set(one.run.scenario.tasks) == set(other.run.scenario.tasks)
    return same_tasks and one.decision.objective == other.decision.objective


def _stop(options: Options, of: str) -> _Stop | None:
    """Which strategy is followed; None where it can't be done."""
    best = decision_of(options).best
    index = options.strategies.index(of) if of else nearest_of(options) if best is None else best
    if index is None:
        return None
    found = _Stop(options=options, index=index, feasible=bool(options.allowed[index]))
    return found if options.limits.possible[index] and np.isfinite(found.means()).all() else None


def _difference(options: tuple[Options, Options], rows: tuple[int, int], alike: bool, launched: Sequence[Array] | None) -> Difference:
    (one, other), (before, after), scrambles = options, rows, options[1].scrambles
    return Difference(
        one=one.strategies[before],
        other=other.strategies[after],
        points=estimate(other.points[after] - one.points[before], scrambles),
        usd=estimate(other.cost[after] - one.cost[before], scrambles),
        objective=estimate(other.objective[after] - one.objective[before], scrambles) if alike else None,
        days=None if launched is None else estimate(launched[1][after] - launched[0][before], scrambles),
    )


def _way(
    one: Scenario, other: Scenario, design: Design | Nominal, of: str, steps: Sequence[Step], objective: str
) -> list[tuple[list[Step], _Stop | None]]:
    """Steps taken together, each with the scenario after them; of the last ones it is B itself, so None.

    A scenario on the way that can't be run, or does not decide by what both ends decide by, is passed over.
    """
    way: list[tuple[list[Step], _Stop | None]] = []
    taken: list[Step] = []
    here = one
    for number, step in enumerate(steps, start=1):
        here, taken = with_taken(here, other, step.paths), [*taken, step]
        stop = _tried(here, design, of, objective) if number < len(steps) else None
        if stop is not None or number == len(steps):
            way.append((taken, stop))
            taken = []
    return way


def _tried(here: Scenario, design: Design | Nominal, of: str, objective: str) -> _Stop | None:
    """A scenario on the way, where it makes sense; with one strategy to follow, no other is run."""
    only = tuple(name for name in here.strategies if name in (of, here.word("reference", "")))
    try:
        options = options_of(run(replace(here, strategies=only) if of else here, design, explained=False))
    except (TuneplanError, LookupError, ValueError):  # keys of the two sides that contradict one another
        return None
    return _stop(options, of) if objective in ("", options.name) else None


def settling_draws(margin: Estimate, draws: int) -> float:
    """Draws from which a margin would be clear of its simulation error, were it what it seems; endless where it is 0.

    >>> margin = Estimate(mean=1.0, low=0.0, p10=0.0, median=1.0, p90=2.0, high=2.0, error=1.0)
    >>> settling_draws(margin, 64), settling_draws(margin, 65)
    (256.0, 512.0)
    """
    if margin.mean == 0.0 or math.isnan(margin.error):
        return math.inf
    needed = draws * (TOO_CLOSE * margin.error / abs(margin.mean)) ** 2
    return float(max(draws, 2 ** math.ceil(math.log2(needed))))


def _parts(
    sides: Sequence[Verdict], start: _Stop, way: Sequence[tuple[list[Step], _Stop | None]], end: _Stop, alike: bool
) -> tuple[Part, ...]:
    """By what the means of the followed strategy move at each step."""
    parts, before = [], start
    for steps, stop in way:
        after = end if stop is None else stop
        points, usd, objective = (now - then for now, then in zip(after.means(), before.means(), strict=True))
        paths = tuple(path for step in steps for path in step.paths)
        part = Part(
            name=" with ".join(step.name for step in steps),
            paths=paths,
            before=tuple(_said(sides[0].run, path) for path in paths),
            after=tuple(_said(sides[1].run, path) for path in paths),
            points=points,
            usd=usd,
            objective=objective if alike else None,
            strategy=after.strategy,
            feasible=after.feasible,
        )
        parts.append(part)
        before = after
    return tuple(parts)


def _said(run: Run, path: str) -> str:
    """What a side says at a path, as typed; where it is silent, what holds instead and by whose word."""
    given, used = said(run.scenario, path), run.lowered.used.get(path)
    if given != SILENT:
        return given
    if used is None:
        word = default_word(path)
        return f"{word} (default)" if word else SILENT
    try:
        return f"{spell(used.distribution, used.unit, param_of(path))} ({used.origin})"
    except ValueError:  # no text says it
        return f"{SILENT} ({used.origin})"
