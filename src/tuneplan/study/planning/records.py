"""What a plan is: frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tuneplan.scenario.records import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Starved:
    """A task that a plan leaves with little, and what it would cost not to.

    Attributes
    ----------
    task
        Its name.
    floor
        Examples that it would have at least.
    loss
        What the whole would lose by that, in the unit of the objective.
    """

    task: str
    floor: float
    loss: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What one strategy buys.

    Attributes
    ----------
    strategy
        Its name.
    examples
        Examples of each planned task that it trains on, those owned included.
    bought
        Of these, the ones bought.
    spend
        Money that it takes at the confidence asked for: the mean of the draws ranked
        nearest to that quantile, nearer ones counted more. [USD]
    limit
        The most that may be spent; NaN: no limit. [USD]
    shadow_price
        What one more dollar of budget would bring, in the unit of the objective; 0 where money does not bind.
    binding
        What stops it from buying more: ``budget``, ``caps``, ``no further gain``, a ``deadline`` that is a must; ``time``, where
        with more it would not ship within the horizon as surely as asked, though points have no price; ``fixed costs``, which alone
        are more than the budget; or ``minimum scores``, which no plan reaches as surely as asked: then the one that
        reaches them most often.
    capped
        Tasks at their cap (``data.most``).
    untrained
        Tasks of which it trains nothing, as what that costs before the first example is better spent on others.
    starved
        Tasks left with little.
    expected
        Expected objective on the draws on which it was made, luck averaged out and everything there from the first day
        on; where points have a value, that of all points, not only of those above the reference, less tolls.
    gap
        Bound on what a better plan could still bring, had the value no second top; same unit.
    confidence_error
        Simulation error of the chance to stay within the budget. [share]
    toll
        What one more example of a task was taken to cost by the time that it takes, beside its price; empty where
        launch dates do not count, points have no value, or a plan without it came out no worse. [USD/example]
    """

    strategy: str
    examples: Mapping[str, float]
    bought: Mapping[str, float]
    spend: float
    limit: float
    shadow_price: float
    binding: str
    capped: tuple[str, ...]
    untrained: tuple[str, ...]
    starved: tuple[Starved, ...]
    expected: float
    gap: float
    confidence_error: float
    toll: Mapping[str, float]

    @property
    def is_feasible(self) -> bool:
        """Whether it keeps every limit as surely as asked, on the draws on which it was made."""
        return self.binding not in ("fixed costs", "minimum scores")


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A scenario in which every number is decided, and the plans that decided it.

    Attributes
    ----------
    scenario
        With the examples that plans found.
    plans
        By strategy; those that plan nothing have none.
    unit
        Unit of what plans maximise: ``point`` or ``USD``.
    """

    scenario: Scenario
    plans: Mapping[str, Plan]
    unit: str
