"""The same question asked at one value of an input after another, each value once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from tuneplan.errors import ScenarioError
from tuneplan.scenario.records import Scenario
from tuneplan.study.breakeven.dial import Dial
from tuneplan.study.decision import Decision, Estimate, decide, estimate
from tuneplan.study.launches import Launches, launches_of
from tuneplan.study.options import Options, options_of
from tuneplan.study.run import Run, run

Loader = Callable[[Sequence[str]], Scenario]
"""Overrides as ``key=value`` -> the scenario with them."""
HALVINGS = 4
"""How often a step in which the answer changes is halved."""
MOST_HALVINGS = 40
"""Values that are asked for besides those of the dial, in all."""


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
    launches
        When strategies ship with the input there; None where launch dates don't count.
    """

    value: float
    options: Options
    decision: Decision
    chance: Estimate
    lead: Estimate
    launches: Launches | None = None

    @property
    def best(self) -> str | None:
        """Who is recommended."""
        return None if self.decision.best is None else self.decision.strategies[self.decision.best]


Pair = tuple[Step, Step]
"""Answers at two values, the smaller first."""


@dataclass(slots=True, kw_only=True)
class Asked:
    """Answers so far, each value asked once."""

    base: Run
    load: Loader
    dial: Dial
    subject: int = 0
    spare: int = MOST_HALVINGS
    known: dict[float, Options] = field(default_factory=dict)
    launched: dict[float, Launches | None] = field(default_factory=dict)

    def options_at(self, value: float) -> Options:
        """What there is to choose from with the input at a value."""
        if value not in self.known:
            made = run(self.load((self.dial.change(value),)), self.base.design, explained=False)
            self.known[value], self.launched[value] = options_of(made), launches_of(made)
        return self.known[value]

    def at(self, value: float) -> Step:
        """The answer with the input at a value."""
        return replace(_step(value, self.options_at(value), self.subject), launches=self.launched.get(value))

    def narrowed(self, one: Step, other: Step, told: Callable[[Step], Hashable]) -> Pair:
        """Two nearer values between which something changes for the first time."""
        for _ in range(HALVINGS):
            step = self._between(one.value, other.value)
            if step is None:
                break
            one, other = (step, other) if told(step) == told(one) else (one, step)
        return one, other

    def _between(self, low: float, high: float) -> Step | None:
        """The answer in the middle of two values; None where there is none to be had."""
        middle = self.dial.between(low, high)
        if middle is None or (middle not in self.known and self.spare == 0):
            return None
        self.spare -= middle not in self.known
        try:
            return self.at(middle)
        except ScenarioError:
            return None


def at_value(error: ScenarioError, text: str) -> ScenarioError:
    """The same error, told for which value."""
    return ScenarioError([replace(problem, message=f"at {text}: {problem.message}") for problem in error.problems])


def told(options: Options) -> tuple[object, ...]:
    """What a decision hangs on: two that agree in it were not moved apart. Cost decides among those that are level."""
    means = (each.mean(axis=1).tolist() for each in (options.objective, options.cost))
    return *means, options.limits.met.tolist(), options.allowed.tolist()


def decided(options: Options) -> Decision:
    """What is chosen from these options."""
    return decide(
        options.strategies, options.objective, cost=options.cost, limits=options.limits, scrambles=options.scrambles,
        name=options.name, unit=options.unit,
    )  # fmt: skip


def _step(value: float, options: Options, subject: int) -> Step:
    decision = decided(options)
    chance = lead = Estimate(mean=np.nan, low=np.nan, p10=np.nan, median=np.nan, p90=np.nan, high=np.nan, error=np.nan)
    others = [row for row in np.flatnonzero(options.allowed).tolist() if row != subject]
    if options.allowed[subject] and others:
        other = max(others, key=lambda row: decision.expected[row])
        ahead = options.objective[subject] - options.objective[other]
        lead, chance = estimate(ahead, options.scrambles), estimate((np.sign(ahead) + 1.0) / 2.0, options.scrambles)
    return Step(value=value, options=options, decision=decision, chance=chance, lead=lead)
