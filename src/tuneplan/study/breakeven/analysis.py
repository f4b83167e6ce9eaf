"""Break-even: one input turned through a range, the whole question asked anew at each value.

Every value meets the same draws, so what differs is the value and nothing else. Limits, plans and
level strategies are judged at each value as they are for a verdict. Where the answer changes between
two values, the step is halved a few times.
"""

from __future__ import annotations

from dataclasses import dataclass

from tuneplan.errors import ScenarioError
from tuneplan.scenario.records import Scenario
from tuneplan.study.breakeven.asked import Asked, Loader, Step, at_value, decided, told
from tuneplan.study.breakeven.crossings import Crossing
from tuneplan.study.breakeven.dial import Dial
from tuneplan.study.breakeven.turns import Admission, Flip, admissions, flips, passed
from tuneplan.study.decision import Decision
from tuneplan.study.design import AnyDesign
from tuneplan.study.options import options_of
from tuneplan.study.run import Run

EVEN, SURE = 0.5, 0.9
"""Chances at which a curve is read off."""
DEFAULT_DRAWS = 1024
DEFAULT_STEPS = 21


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
    def unit(self) -> str:
        """Unit of what is decided by at these values; where a point is given a value here, another than now."""
        return self.steps[0].decision.unit

    @property
    def moves(self) -> bool:
        """Whether the input changes anything that is decided by."""
        return any(told(step.options) != told(self.steps[0].options) for step in self.steps)


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
    asked = Asked(base=base, load=load, dial=dial)
    refused = []
    for value in dial.values:
        try:
            asked.options_at(value)
        except ScenarioError as error:
            if dial.is_asked or (value == dial.values[-1] and not asked.known):
                raise at_value(error, dial.text(value)) from None
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
        flips=tuple(flips(steps, asked)),
        admissions=tuple(admissions(steps, asked)),
        level=tuple(passed(steps, asked, lambda step: step.lead, 0.0)),
        even=tuple(passed(steps, asked, lambda step: step.chance, EVEN)),
        sure=tuple(passed(steps, asked, lambda step: step.chance, SURE)),
        refused=tuple(refused),
    )
