"""What the difference between two strategies hangs on: each input alone, together, and where it flips the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tuneplan.axes import Array
from tuneplan.errors import UsageError
from tuneplan.scenario.reading.complaints import advice, shown
from tuneplan.study.conditional import fitted
from tuneplan.study.decision import Estimate, estimate
from tuneplan.study.design import AnyDesign
from tuneplan.study.designs import Exchange, OneAtATime
from tuneplan.study.indices import FEWEST as FEWEST_POINTS
from tuneplan.study.indices import Indices, indices
from tuneplan.study.inputs import Input, Inputs, inputs_of
from tuneplan.study.options import options_of
from tuneplan.study.regions import Region, regions
from tuneplan.study.results import Verdict
from tuneplan.study.run import at, cells_of
from tuneplan.study.switching import (
    MOST_INPUTS,
    SwitchPoint,
    indifference,
    most_telling,
    preferred,
    switch_points,
)

LEADING = (32, 12)
"""Inputs whose indices are worked out by themselves, what the others do being told as one; of a large model fewer."""
MOST_WORK = 2**26
"""Cells of all draws behind the indices: half a minute; or those of the study itself, where it took more."""
MOST_POINTS = 1024
"""Points of a set behind the indices."""
ENOUGH_POINTS = 256
"""Points below which fewer inputs get indices of their own."""
DRAWS_PER_POINT = 4
"""Draws of the study for each of these, when fewer were asked for."""
MOST_CELLS = 2**23
"""Points of the cube that are made at a time for the indices: 64 MB."""
REGIONAL = 5
"""Inputs that are looked at region by region."""
INTERVAL_IN_SD = 2.0 * 1.6448536269514722
"""Width of a 90 % interval in standard deviations, of what is normal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One end of an input, all else at its median and without luck.

    Attributes
    ----------
    value
        Of the input; NaN for what has no value of its own.
    difference
        Of the objective there.
    winner
        Who is recommended there.
    """

    value: float
    difference: float
    winner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one input does to the difference.

    Attributes
    ----------
    low, high
        At the ends of its 90 % interval, all else at its median.
    explained
        Share of the variance of the difference that goes with it, from the draws of the study; NaN
        for what has no draws of its own.
    shares
        Sobol' indices; None where they were not worked out for it alone.
    switches
        Where the recommendation changes, given this input alone.
    regions
        Of the leading inputs.
    """

    input: Input
    low: End
    high: End
    explained: float
    shares: Indices | None
    switches: tuple[SwitchPoint, ...]
    regions: tuple[Region, ...]

    @property
    def swing(self) -> float:
        """Size of the bar of a tornado."""
        return abs(self.high.difference - self.low.difference)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """What the difference between two strategies hangs on.

    Attributes
    ----------
    best, against
        The difference is the objective of the first minus that of the second.
    nominal
        With everything at its median.
    effects
        The inputs that were looked at, by total order, then by the size of their bars.
    others
        Indices of all other inputs together; None where there are none, or no indices.
    luck
        Those of what is random but nobody's number: format clashes, and what the law misses.
    points
        Points of each set behind the indices; 0: too few draws for any.
    left_out
        Inputs that were not looked at one by one, as they go least with any difference.
    """

    verdict: Verdict
    best: str
    against: str
    unit: str
    objective: str
    difference: Estimate
    nominal: End
    effects: tuple[Effect, ...]
    others: Indices | None
    luck: Indices | None
    points: int
    inputs: Inputs
    left_out: int


def sensitivity(verdict: Verdict, *, against: str = "") -> Sensitivity | None:
    """Take the difference between the recommended strategy and another apart; None where there is no difference to take.

    Parameters
    ----------
    against
        The other strategy; empty: the runner-up, else the strongest that breaks the limits.

    Raises
    ------
    UsageError
        ``against`` is no other strategy of the scenario.
    """
    pair = _pair(verdict, against)
    if pair is None:
        return None
    best, other = pair
    run = verdict.run
    options, inputs = options_of(run), inputs_of(run)
    difference = options.objective[best] - options.objective[other]
    looked_at = _looked_at(inputs.moving, verdict, difference)
    ends, nominal = _tornado(verdict, looked_at, best, other)
    explained = {each.name: _explained(each, verdict, difference) for each in looked_at}
    spread = float(difference.std())
    weight = {name: max(explained[name], _squared((high.difference - low.difference) / INTERVAL_IN_SD, spread)) for name, (low, high) in ends.items()}
    points, most = _effort(verdict)
    leading = sorted(looked_at, key=lambda each: (-weight[each.name], each.name))[:most]
    shares, others, luck = _shares(verdict, best, other, leading, inputs.moving, points)
    order = {each.name: shares[each.name].total_order.mean if each.name in shares else -1.0 for each in looked_at}
    ranked = sorted(looked_at, key=lambda each: (-order[each.name], -abs(ends[each.name][1].difference - ends[each.name][0].difference), each.name))
    flips = switch_points(verdict)
    by_region = [each for each in ranked if each.quantity is not None][:REGIONAL] if sum(options.allowed) > 1 else []
    return Sensitivity(
        verdict=verdict,
        best=options.strategies[best],
        against=options.strategies[other],
        unit=options.unit,
        objective=options.name,
        difference=estimate(difference, options.scrambles),
        nominal=nominal,
        effects=tuple(
            Effect(
                input=each,
                low=ends[each.name][0],
                high=ends[each.name][1],
                explained=explained[each.name],
                shares=shares.get(each.name),
                switches=tuple(flip for flip in flips if flip.path == each.name),
                regions=regions(options, run.lowered.draws[each.name]) if each in by_region else (),
            )
            for each in ranked
        ),
        others=others,
        luck=luck,
        points=points if shares else 0,
        inputs=inputs,
        left_out=len(inputs.moving) - len(looked_at),
    )


def _pair(verdict: Verdict, against: str) -> tuple[int, int] | None:
    """Rows of the recommended strategy and the other; None without a recommendation or without another."""
    names = verdict.decision.strategies
    best = verdict.decision.best
    if against and against not in names:
        raise UsageError(f"--against: no strategy is called {shown(against)}{advice(against, names)}")
    if best is None:
        return None
    if against == names[best]:
        others = [name for name in names if name != against]
        raise UsageError(f"--against: {against} is the recommended strategy itself; name another{advice('', others)}")
    if against:
        return best, names.index(against)
    return None if verdict.comparison is None else (best, names.index(verdict.comparison.second))


def _looked_at(moving: Sequence[Input], verdict: Verdict, difference: Array) -> list[Input]:
    """What is moved by itself: all, or where there are very many those that go most with the difference."""
    drawn = [each for each in moving if each.quantity is not None]
    common = [each for each in moving if each.quantity is None]
    return [*common, *most_telling(drawn, verdict.run.lowered.draws, difference[None], most=MOST_INPUTS - len(common))]


def _tornado(
    verdict: Verdict, looked_at: Sequence[Input], best: int, other: int
) -> tuple[dict[str, tuple[End, End]], End]:
    """Both ends of each input, and the middle of all."""
    names = tuple(each.name for each in looked_at)
    moved = at(verdict.run, OneAtATime(moved=names, own={each.name: each.own for each in looked_at}, seed=verdict.run.design.seed))
    options = options_of(moved)
    difference = options.objective[best] - options.objective[other]
    winner = preferred(
        options.objective, options.cost, allowed=np.array(verdict.decision.allowed), indifferent=indifference(options.unit)
    )

    def end(column: int, name: str = "") -> End:
        drawn = moved.lowered.draws.get(name)
        value = float("nan") if drawn is None else float(drawn[column])
        return End(value=value, difference=float(difference[column]), winner=options.strategies[winner[column]])

    ends = {name: (end(1 + 2 * row, name), end(2 + 2 * row, name)) for row, name in enumerate(names)}
    return ends, end(0)


def _explained(one: Input, verdict: Verdict, difference: Array) -> float:
    draws = verdict.run.lowered.draws.get(one.name)
    return float("nan") if draws is None or verdict.run.design.draws < 2 else float(fitted(draws, difference[None]).explained[0])


def _squared(part: float, whole: float) -> float:
    return (part / whole) ** 2 if whole > 0.0 else 0.0


def _effort(verdict: Verdict) -> tuple[int, int]:
    """Points of a set, a power of 2 or 0 where there are too few, and inputs that get indices of their own.

    By the size of the model and not by the clock, so that equal seeds give equal results.
    """
    draws = verdict.run.design.draws
    room = max(MOST_WORK // cells_of(verdict.run.lowered.inputs.structure), draws)
    points = 0
    for most in LEADING:
        blocks = most + len(("first set", "second set", "others", "luck"))
        asked = min(draws // DRAWS_PER_POINT, MOST_POINTS, room // blocks)
        points = 0 if asked < FEWEST_POINTS else 2 ** (asked.bit_length() - 1)
        if points >= ENOUGH_POINTS or draws < ENOUGH_POINTS * DRAWS_PER_POINT:
            return points, most
    return points, LEADING[-1]


def _shares(
    verdict: Verdict, best: int, other: int, leading: Sequence[Input], moving: Sequence[Input], points: int
) -> tuple[dict[str, Indices], Indices | None, Indices | None]:
    """Indices of each leading input, of all other inputs as one, and of luck."""
    if points == 0:
        return {}, None, None
    alone = [each.name for each in leading]
    every = frozenset(each.name for each in moving)
    rest = every - set(alone)
    groups = [Exchange(names=frozenset({name})) for name in alone]
    groups += [Exchange(names=rest)] if rest else []
    groups.append(Exchange(names=every, others=True))

    def difference(design: AnyDesign) -> Array:
        options = options_of(at(verdict.run, design))
        return options.objective[best] - options.objective[other]  # type: ignore[no-any-return]

    room = max(points, MOST_CELLS // max(len(verdict.run.lowered.draws), 1))
    found = indices(difference, groups, points=points, seed=verdict.run.design.seed, draws_at_once=room)
    return dict(zip(alone, found, strict=False)), found[len(alone)] if rest else None, found[-1]
