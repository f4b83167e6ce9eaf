"""What the difference between two strategies hangs on: each input alone, together, and where it flips the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tuneplan.axes import Array
from tuneplan.errors import UsageError
from tuneplan.scenario.planned import only
from tuneplan.scenario.reading.complaints import advice, shown
from tuneplan.study.decision import Estimate, estimate
from tuneplan.study.design import AnyDesign
from tuneplan.study.options import Options, options_of
from tuneplan.study.results import Verdict
from tuneplan.study.run import Run, at, cells_of
from tuneplan.study.sensitivity.conditional import fitted
from tuneplan.study.sensitivity.designs import Exchange
from tuneplan.study.sensitivity.indices import FEWEST as FEWEST_POINTS
from tuneplan.study.sensitivity.indices import Indices, indices
from tuneplan.study.sensitivity.inputs import Input, Inputs, inputs_of
from tuneplan.study.sensitivity.regions import Region, regions
from tuneplan.study.sensitivity.switching import (
    MOST_INPUTS,
    SwitchPoint,
    most_telling,
    switch_points,
)
from tuneplan.study.sensitivity.tornado import CELLS_AT_ONCE, End, Tornado, tornado
from tuneplan.study.valuing import reference_row

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
    switches: tuple[SwitchPoint, ...] = ()
    regions: tuple[Region, ...] = ()

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
    run, options, inputs = verdict.run, options_of(verdict.run), inputs_of(verdict.run)
    difference = options.objective[best] - options.objective[other]
    looked_at = _looked_at(inputs.moving, verdict, difference)
    bars = tornado(run, looked_at, best=best, other=other, allowed=verdict.decision.allowed)
    explained = {each.name: _explained(each, run, difference) for each in looked_at}
    points, most = _effort(verdict)
    leading = _leading(looked_at, explained, bars, float(difference.std()))[:most]
    shares, others, luck = _shares(verdict, best, other, leading, inputs.moving, points)
    effects = [
        Effect(
            input=each, low=bars.ends[each.name][0], high=bars.ends[each.name][1], explained=explained[each.name],
            shares=shares.get(each.name),
        )
        for each in looked_at
    ]  # fmt: skip
    ranked = sorted(effects, key=lambda each: (-_total(each), -each.swing, each.input.name))
    return Sensitivity(
        verdict=verdict,
        best=options.strategies[best],
        against=options.strategies[other],
        unit=options.unit,
        objective=options.name,
        difference=estimate(difference, options.scrambles),
        nominal=bars.nominal,
        effects=tuple(_placed(ranked, verdict, options)),
        others=others,
        luck=luck,
        points=points if shares else 0,
        inputs=inputs,
        left_out=len(inputs.moving) - len(looked_at),
    )


def _total(effect: Effect) -> float:
    """What effects are sorted by: those without indices come last."""
    return -1.0 if effect.shares is None else effect.shares.total_order.mean


def _placed(ranked: Sequence[Effect], verdict: Verdict, options: Options) -> Iterator[Effect]:
    """Effects with their switch points, the first ones with their regions."""
    flips, draws = switch_points(verdict), verdict.run.lowered.draws
    first = [each for each in ranked if each.input.quantity is not None][:REGIONAL] if sum(options.allowed) > 1 else []
    for effect in ranked:
        name = effect.input.name
        yield replace(
            effect,
            switches=tuple(flip for flip in flips if flip.path == name),
            regions=regions(options, draws[name]) if effect in first else (),
        )


def _leading(looked_at: Sequence[Input], explained: Mapping[str, float], bars: Tornado, spread: float) -> list[Input]:
    """Inputs by how much of the variance they seem to make, from the draws or from their bars."""
    weight = {name: max(share if share == share else 0.0, _squared(bars.swing(name) / INTERVAL_IN_SD, spread)) for name, share in explained.items()}
    return sorted(looked_at, key=lambda each: (-weight[each.name], each.name))


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


def _explained(one: Input, run: Run, difference: Array) -> float:
    draws = run.lowered.draws.get(one.name)
    return float("nan") if draws is None or run.design.draws < 2 else float(fitted(draws, difference[None]).explained[0])


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
    run = verdict.run
    if points == 0:
        return {}, None, None
    alone = [each.name for each in leading]
    every = frozenset(each.name for each in moving)
    rest = every - set(alone)
    groups = [Exchange(names=frozenset({name})) for name in alone]
    groups += [Exchange(names=rest)] if rest else []
    groups.append(Exchange(names=every, others=True))

    compared, names = _of_strategies(run, best, other), run.scenario.strategies

    def difference(design: AnyDesign) -> Array:
        options = options_of(at(compared, design))
        first, second = (options.objective[options.strategies.index(names[row])] for row in (best, other))
        return first - second  # type: ignore[no-any-return]

    room = max(points, min(MOST_CELLS // max(len(run.lowered.draws), 1), CELLS_AT_ONCE // cells_of(run.lowered.inputs.structure)))
    found = indices(difference, groups, points=points, seed=run.design.seed, draws_at_once=room)
    return dict(zip(alone, found, strict=False)), found[len(alone)] if rest else None, found[-1]


def _of_strategies(run: Run, *rows: int) -> Run:
    """The same with these strategies alone, and what their value is counted from: others say nothing of their difference."""
    reference, _ = reference_row(run.scenario, run.lowered.inputs.structure)
    names = [name for row, name in enumerate(run.scenario.strategies) if row in (*rows, reference)]
    return replace(run, scenario=only(run.scenario, names))
