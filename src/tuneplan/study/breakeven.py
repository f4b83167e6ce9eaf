"""Break-even: one input turned through a range, the whole question asked anew at each value.

Every value meets the same draws, so what differs is the value and nothing else. Limits, plans and
level strategies are judged at each value as they are for a verdict. Where the answer changes between
two values, the step is halved a few times.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from tuneplan.errors import ScenarioError
from tuneplan.scenario.records import Scenario
from tuneplan.study.crossings import Crossing, crossings, somewhere
from tuneplan.study.decision import LEVEL, Decision, Estimate, decide, estimate
from tuneplan.study.design import AnyDesign
from tuneplan.study.dial import Dial
from tuneplan.study.options import Options, options_of
from tuneplan.study.run import Run, run

Loader = Callable[[Sequence[str]], Scenario]
"""Overrides as ``key=value`` -> the scenario with them."""
EVEN, SURE = 0.5, 0.9
"""Chances at which a curve is read off."""
HALVINGS = 4
"""How often a step in which the answer changes is halved."""
DEFAULT_DRAWS = 1024
DEFAULT_STEPS = 21


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The answer at one value.

    Attributes
    ----------
    value
        Of the input.
    options, decision
        With the input there.
    chance
        That the subject beats the best other that meets the limits; NaN where it breaks them itself,
        and where there is no other. [share]
    lead
        Its objective less that of the best other; NaN likewise.
    """

    value: float
    options: Options
    decision: Decision
    chance: Estimate
    lead: Estimate

    @property
    def best(self) -> str | None:
        """Who is recommended."""
        return None if self.decision.best is None else self.decision.strategies[self.decision.best]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """Where the recommendation changes; names are None where nothing meets the limits.

    Attributes
    ----------
    limits
        Whether it changes as one of the two comes to meet the limits, or ceases to.
    probability_above
        That the input, as uncertain as it is now, lies above; NaN where it is known exactly.
    """

    before: str | None
    after: str | None
    at: Crossing
    limits: bool
    probability_above: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Where a strategy comes to meet the limits as the input rises, or ceases to."""

    strategy: str
    admitted: bool
    at: Crossing


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEven:
    """One input turned.

    Attributes
    ----------
    subject
        Whose chances are told: the strategy recommended now, else the first that is anywhere.
    now
        The decision as the scenario stands.
    steps
        By rising value.
    flips
        Every change of the recommendation.
    admissions
        Who comes to meet the limits, or ceases to.
    level
        Where the subject's expected objective equals that of the best other.
    even, sure
        Where its chance to beat the best other passes 50 % and 90 %.
    refused
        Values that the scenario does not allow, and why; only of a range that nobody asked for.
    """

    scenario: Scenario
    design: AnyDesign
    dial: Dial
    subject: str
    now: Decision
    steps: tuple[Step, ...]
    flips: tuple[Flip, ...]
    admissions: tuple[Admission, ...]
    level: tuple[Crossing, ...]
    even: tuple[Crossing, ...]
    sure: tuple[Crossing, ...]
    refused: tuple[tuple[float, str], ...]

    @property
    def moves(self) -> bool:
        """Whether the input changes anything that is decided by."""
        return any(told(step.decision) != told(self.steps[0].decision) for step in self.steps)


def breakeven(base: Run, load: Loader, dial: Dial) -> BreakEven:
    """Turn one input.

    Parameters
    ----------
    base
        The scenario as it stands; every value is asked at its design.
    load
        The same with overrides.

    Raises
    ------
    ScenarioError
        A value that was asked for is not allowed; or none of the usual ones is.
    """
    now = decided(options_of(base))
    asked = _Asked(base=base, load=load, dial=dial)
    refused = []
    for value in dial.values:
        try:
            asked.options_at(value)
        except ScenarioError as error:
            if dial.is_asked or (value == dial.values[-1] and not asked.known):
                raise _at(error, dial.text(value)) from None
            refused.append((value, error.problems[0].message))
    decisions = (now, *(decided(options) for options in asked.known.values()))
    asked.subject = next((each.best for each in decisions if each.best is not None), 0)
    steps = tuple(asked.at(value) for value in tuple(asked.known))
    return BreakEven(
        scenario=base.scenario,
        design=base.design,
        dial=dial,
        subject=now.strategies[asked.subject],
        now=now,
        steps=steps,
        flips=tuple(_flips(steps, asked)),
        admissions=tuple(_admissions(steps, asked)),
        level=tuple(_passed(steps, asked, lambda step: step.lead, 0.0)),
        even=tuple(_passed(steps, asked, lambda step: step.chance, EVEN)),
        sure=tuple(_passed(steps, asked, lambda step: step.chance, SURE)),
        refused=tuple(refused),
    )


def told(decision: Decision) -> tuple[object, ...]:
    """What a decision hangs on: two that agree in it were not moved apart."""
    return decision.expected, decision.probability_limits_met, decision.allowed


def decided(options: Options) -> Decision:
    """What is chosen from these options."""
    return decide(
        options.strategies, options.objective, cost=options.cost, limits=options.limits, scrambles=options.scrambles,
        name=options.name, unit=options.unit,
    )  # fmt: skip


def _at(error: ScenarioError, text: str) -> ScenarioError:
    """The same error, told for which value."""
    return ScenarioError([replace(problem, message=f"at {text}: {problem.message}") for problem in error.problems])


@dataclass(slots=True, kw_only=True)
class _Asked:
    """Answers so far, each value asked once."""

    base: Run
    load: Loader
    dial: Dial
    subject: int = 0
    known: dict[float, Options] = field(default_factory=dict)

    def options_at(self, value: float) -> Options:
        """What there is to choose from with the input at a value."""
        if value not in self.known:
            self.known[value] = options_of(run(self.load((self.dial.change(value),)), self.base.design))
        return self.known[value]

    def at(self, value: float) -> Step:
        """The answer with the input at a value."""
        return _step(value, self.options_at(value), self.subject)

    def narrowed(self, one: Step, other: Step, told: Callable[[Step], Hashable]) -> tuple[Step, Step]:
        """Two nearer values between which something changes for the first time."""
        for _ in range(HALVINGS):
            middle = self.dial.between(one.value, other.value)
            if middle is None:
                break
            step = self.at(middle)
            one, other = (step, other) if told(step) == told(one) else (one, step)
        return one, other


def _step(value: float, options: Options, subject: int) -> Step:
    decision = decided(options)
    chance = lead = Estimate(mean=np.nan, low=np.nan, p10=np.nan, median=np.nan, p90=np.nan, high=np.nan, error=np.nan)
    others = [row for row in np.flatnonzero(options.allowed).tolist() if row != subject]
    if options.allowed[subject] and others:
        other = max(others, key=lambda row: decision.expected[row])
        ahead = options.objective[subject] - options.objective[other]
        lead, chance = estimate(ahead, options.scrambles), estimate((np.sign(ahead) + 1.0) / 2.0, options.scrambles)
    return Step(value=value, options=options, decision=decision, chance=chance, lead=lead)


def _passed(steps: Sequence[Step], asked: _Asked, curve: Callable[[Step], Estimate], level: float) -> Iterator[Crossing]:
    """Where a curve of the subject passes a level; between neighbours that have other rivals it jumps."""
    for one, other in pairwise(steps):
        for found in crossings((one.value, other.value), (curve(one), curve(other)), level):
            if one.decision.allowed == other.decision.allowed:
                yield found
            else:
                near, far = asked.narrowed(one, other, lambda step: curve(step).mean > level)
                yield somewhere(near.value, far.value, rising=found.rising)


def _flips(steps: Sequence[Step], asked: _Asked) -> Iterator[Flip]:
    """Changes of the recommendation, one after another."""
    quantity = asked.dial.quantity
    draws = None if quantity is None else asked.base.lowered.draws.get(quantity.drawn_as)
    for start, end in pairwise(steps):
        one = start
        while one.best != end.best:
            one, other = asked.narrowed(one, end, lambda step: step.best)
            rows = [row for row in (one.decision.best, other.decision.best) if row is not None]
            turned = [row for row in rows if one.decision.allowed[row] != other.decision.allowed[row]]
            found = _of_limits(one, other, turned[0]) if turned else _of_objective(one, other, rows)
            above = float("nan") if draws is None else float((draws > found.value).mean())
            yield Flip(before=one.best, after=other.best, at=found, limits=bool(turned), probability_above=above)
            one = other


def _admissions(steps: Sequence[Step], asked: _Asked) -> Iterator[Admission]:
    """Changes of who meets the limits."""
    for start, end in pairwise(steps):
        for row, name in enumerate(start.decision.strategies):
            if start.decision.allowed[row] != end.decision.allowed[row]:
                one, other = asked.narrowed(start, end, lambda step, row=row: step.decision.allowed[row])  # type: ignore[misc]
                yield Admission(strategy=name, admitted=end.decision.allowed[row], at=_of_limits(one, other, row))


def _of_limits(one: Step, other: Step, row: int) -> Crossing:
    """Where a strategy comes to meet the limits as surely as asked for, or ceases to."""
    met = [_met(each.options, row) for each in (one, other)]
    found = crossings((one.value, other.value), met, one.options.limits.confidence)
    return found[0] if found else somewhere(one.value, other.value, rising=other.decision.allowed[row])


def _met(options: Options, row: int) -> Estimate:
    met = options.limits.in_budget[row] & options.limits.scores_met[row]
    return estimate(np.broadcast_to(met, options.cost[row].shape).astype(float), options.scrambles)


def _of_objective(one: Step, other: Step, rows: Sequence[int]) -> Crossing:
    """Where one strategy's lead over the other passes what decides: 0, or as much as is level."""
    first, second = rows
    pair = [each.options.objective[[first, second]] for each in (one, other)]
    leads = [estimate(each[0] - each[1], one.options.scrambles) for each in pair]
    for size in (LEVEL, -LEVEL, 0.0) if one.options.unit == "point" else (0.0,):
        found = crossings((one.value, other.value), leads, size)
        if found:
            return found[0]
    return somewhere(one.value, other.value, rising=leads[1].mean > leads[0].mean)
