"""A scenario before and after its pilots: what moved, how each pilot was predicted, what the verdict became."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from tuneplan.axes import Array
from tuneplan.evidence.calibration.further import Further, further_pilots
from tuneplan.evidence.calibration.learning import calibrate
from tuneplan.evidence.calibration.observations import Forward, Observation
from tuneplan.evidence.calibration.posterior import Posterior
from tuneplan.evidence.calibration.variants import Pilot, Pilots
from tuneplan.scenario.calibration import FARTHEST, Calibration, calibrated
from tuneplan.scenario.grammar.quantities import after_pilots
from tuneplan.scenario.lowering.learned import spelled, surroundings
from tuneplan.scenario.records import Scenario
from tuneplan.study.decision import Decision, Estimate, estimate
from tuneplan.study.design import Design
from tuneplan.study.options import Options, options_of
from tuneplan.study.run import Run, run
from tuneplan.study.verdict import chance_above, decision_of

TOLD = 0.02
"""Nats that have to be learned of a number for it to be told."""
LITTLE = 0.05
"""Share of the width of the leading difference below which pilots taught too little; assumed."""
FAR = 2.5
"""Normal scores from its median at which pilots put a number in doubt that the scenario said."""
DIGITS = 6
"""After the point, of what is written to the file: what is said here holds for what is read from there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A number before and after.

    Attributes
    ----------
    before, after
        Median, and ends of the 90 % interval, in ``unit``.
    learned
        Mean and standard deviation of its normal score after.
    nats
        How much was learned of it, by moving or by narrowing (Kullback-Leibler).
    """

    path: str
    unit: str
    before: tuple[float, float, float]
    after: tuple[float, float, float]
    learned: tuple[float, float]
    nats: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One measured number of a pilot.

    Attributes
    ----------
    before, after
        What is predicted; scores normalised, all else in its own unit.
    measured
        The same.
    residual
        Measured less what fits best, in standard errors.
    stretch
        What its standard error was taken for, in times of what it was said to be.
    """

    pilot: Pilot
    observation: Observation
    before: Estimate
    after: Estimate
    measured: float
    residual: float
    stretch: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The verdict on one side.

    Attributes
    ----------
    difference
        Objective of the two leading strategies after the pilots, first less second; None where there are no two.
    chance
        That the first of them is ahead; NaN where there are no two.
    """

    run: Run
    options: Options
    decision: Decision
    difference: Estimate | None
    chance: float

    @property
    def best(self) -> str:
        """The recommended strategy; empty: nothing meets the limits."""
        return "" if self.decision.best is None else self.decision.strategies[self.decision.best]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrated:
    """Everything that a report says of a calibration.

    Attributes
    ----------
    learned
        As it is written.
    moved
        Numbers that moved or narrowed, those of which most was learned first.
    pair
        The two strategies whose difference is told; empty where there are no two.
    further
        Pilots that could be run next; None where there is nothing to decide.
    left_out
        What the scenario had learned before, in words; empty: nothing. It starts from its priors here.
    """

    scenario: Scenario
    pilots: Pilots
    posterior: Posterior
    learned: Calibration
    moved: tuple[Moved, ...]
    told: tuple[Told, ...]
    before: Side
    after: Side
    pair: tuple[str, ...]
    further: Further | None
    left_out: str = ""

    @property
    def narrowed(self) -> float:
        """Share of the width of the leading difference that is gone; NaN where there is none."""
        if self.before.difference is None or self.after.difference is None:
            return float("nan")
        was, now = (each.high - each.low for each in (self.before.difference, self.after.difference))
        return 1.0 - now / was if was > 0.0 else float("nan")

    @property
    def taught_little(self) -> bool:
        """Whether the leading difference is hardly better known than before, and no number moved."""
        return not self.narrowed > LITTLE and (not self.moved or self.moved[0].nats < 10.0 * TOLD)

    @property
    def contradictory(self) -> bool:
        """Whether pilots contradict one another or what the scenario says, whatever the numbers."""
        return self.posterior.stretched > 1.0

    @property
    def doubtful(self) -> tuple[Moved, ...]:
        """Numbers that the scenario said and that lie far outside, by the pilots."""
        return tuple(each for each in self.moved if abs(each.learned[0]) > FAR)


def calibrated_scenario(scenario: Scenario, pilots: Pilots, design: Design, *, told: Callable[[str], None] = lambda doing: None) -> Calibrated:
    """Learn from pilots, and judge the scenario before and after at the same draws; ``told`` hears what is being done."""
    told(f"learning from what was measured ({len(pilots.observations)})")
    left_out = "" if scenario.calibration is None else scenario.calibration.origin
    scenario = replace(scenario, calibration=None)
    posterior = calibrate(pilots.observations, seed=design.seed)
    learned = posterior.calibration(file=pilots.file, pilots=len(pilots.pilots), priors=spelled(scenario))
    learned = rounded(replace(learned, under=tuple(surroundings(scenario).items())))
    told("the verdict before and after")
    before, after = run(scenario, design), run(replace(scenario, calibration=learned), design)
    options = options_of(before), options_of(after)
    decisions = decision_of(options[0]), decision_of(options[1])
    pair = _pair(*decisions)
    told("pilots that could be run next")
    sides = [_side(*each, pair) for each in zip((before, after), options, decisions, strict=True)]
    return Calibrated(
        scenario=scenario, pilots=pilots, posterior=posterior, learned=learned, moved=_moved(after),
        told=tuple(_told(pilots, posterior, learned, design)), before=sides[0], after=sides[1],
        pair=tuple(options[0].strategies[row] for row in pair), further=further_pilots(after, options[1], decisions[1]),
        left_out=left_out,
    )  # fmt: skip


def rounded(learned: Calibration) -> Calibration:
    """With the digits of the file, and inside what it may hold."""
    return replace(
        learned,
        shift=tuple(round(min(max(each, -FARTHEST), FARTHEST), DIGITS) + 0.0 for each in learned.shift),
        loadings=tuple(tuple(round(each, DIGITS) + 0.0 for each in row) for row in learned.loadings),
        known=tuple(round(each, DIGITS) + 0.0 for each in learned.known),
    )


def _pair(before: Decision, after: Decision) -> tuple[int, ...]:
    """The recommended strategy, and the one that was recommended before; where that is the same, the runner-up."""
    if after.best is None:
        return () if before.best is None or before.second is None else (before.best, before.second)
    other = before.best if before.best not in (None, after.best) else after.second if after.second is not None else before.second
    return () if other in (None, after.best) else (after.best, other)


def _side(run: Run, options: Options, decision: Decision, pair: tuple[int, ...]) -> Side:
    if not pair:
        return Side(run=run, options=options, decision=decision, difference=None, chance=float("nan"))
    difference = options.objective[pair[0]] - options.objective[pair[1]]
    return Side(
        run=run, options=options, decision=decision, difference=estimate(difference, options.scrambles), chance=chance_above(difference)
    )


def _moved(after: Run) -> tuple[Moved, ...]:
    """Numbers in use that moved or narrowed, those of which most was learned first."""
    found = []
    for path, quantity in after.lowered.used.items():
        if quantity.learned is None or quantity.same_as:
            continue
        mean, sd = quantity.learned
        nats = 0.5 * (sd**2 + mean**2 - 1.0) - float(np.log(max(sd, 1e-9)))
        if nats > TOLD:
            now, was = (after_pilots(quantity.distribution, each) for each in (quantity.learned, (0.0, 1.0)))
            found.append(Moved(path=path, unit=quantity.unit, before=was, after=now, learned=quantity.learned, nats=nats))
    return tuple(sorted(found, key=lambda each: (-each.nats, each.path)))


def _told(pilots: Pilots, posterior: Posterior, learned: Calibration, design: Design) -> Iterator[Told]:
    """Each thing measured, at the pilot that measured it first, with what is predicted before and after."""
    forward = Forward.of(pilots.observations)
    predicted = [predictions(forward, design, each) for each in (None, learned)]
    row = {id(seen): number for number, seen in enumerate(posterior.observations)}
    told: set[int] = set()
    for pilot in pilots.pilots:
        for place in pilot.observations:
            if place in told:
                continue
            told.add(place)
            seen = pilots.observations[place]
            sides = [estimate(in_own_unit(seen, each[place]), design.scrambles) for each in predicted]
            measured = float(in_own_unit(seen, np.array(seen.value)))
            yield Told(
                pilot=pilot, observation=seen, before=sides[0], after=sides[1], measured=measured,
                residual=float(posterior.residuals[row[id(seen)]]), stretch=float(posterior.stretch[row[id(seen)]]),
            )  # fmt: skip


def predictions(forward: Forward, design: Design, learned: Calibration | None) -> Array:
    """Predictions at the draws of a design. ``(observation, draw)``"""
    points = calibrated(design.points, learned)(forward.names)
    return forward.at(forward.names, special.ndtri(points))


def in_own_unit(seen: Observation, values: Array) -> Array:
    """Readings that are logarithms as numbers again."""
    return values if seen.reads in ("score", "base") else np.exp(values)
