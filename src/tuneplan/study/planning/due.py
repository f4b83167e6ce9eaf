"""Plans that ship by a deadline that is a must: money is left over where what it would buy ships too late."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from tuneplan.axes import Array
from tuneplan.core.arrays import Inputs
from tuneplan.late import np
from tuneplan.study.planning.cases import Case, Solved
from tuneplan.units import DAYS_PER_MONTH

DRAWS = 512
"""Draws on which it is looked at whether a plan ships in time."""
FEW = 12
"""Tasks up to which there is time for all rounds."""
ROUNDS, ROUNDS_OF_MANY = 7, 4
"""Halvings of what may be left over: to less than one per cent of what is spent, or to a sixteenth."""


def in_time_for(inputs: Inputs, count: int) -> Array:
    """Share of draws in which all of each strategy ships by the deadline, and within the horizon. ``(strategy,)``"""
    full = inputs["dates_of_launch"][0, :count, len(inputs.structure.tasks)]
    due = np.minimum(inputs["deadline_day"][0, 0, 0], inputs["horizon_months"][0, 0, 0] * DAYS_PER_MONTH)
    return np.broadcast_to((full <= due).mean(axis=1), (count,))


def by_the_deadline(plans: Mapping[str, Solved], lowered: Callable[[Mapping[str, Solved], int], Inputs], solve: Callable[[Sequence[Case]], list[Solved]]) -> dict[str, Solved]:
    """The plans that spend most of those that ship in time as surely as asked for; those at hand where none does.

    The less is spent the fewer examples are bought, and the sooner all of it ships. Asked for is the confidence and a
    standard error, as a study judges the plan on draws of its own.

    Parameters
    ----------
    plans
        Of the strategies that are looked at, each within its limits but for time.
    lowered
        Numbers with what plans buy, on so many draws, dates simulated.
    solve
        Makes plans of cases.
    """
    names, best = list(plans), dict(plans)
    inputs = lowered(plans, DRAWS)
    confidence = float(inputs["budget_confidence"].flat[0])
    asked = min(confidence + float(np.sqrt(confidence * (1.0 - confidence) / DRAWS)), 1.0)
    late = in_time_for(inputs, len(names)) < asked
    low, high = np.zeros(len(names)), np.array([each.spend - each.case.aside for each in plans.values()])
    rounds = ROUNDS if len(inputs.structure.tasks) <= FEW else ROUNDS_OF_MANY
    for _ in range(rounds if late.any() else 0):
        unspent = 0.5 * (low + high)
        cases = [replace(plans[name].case, unspent=each) for name, each, slow in zip(names, unspent.tolist(), late.tolist(), strict=True) if slow]
        made = dict(plans) | {each.case.strategy: each for each in solve(cases)}
        kept, feasible = in_time_for(lowered(made, DRAWS), len(names)) >= asked, np.array([made[name].feasible for name in names])
        best |= {name: made[name] for name, good in zip(names, (late & kept & feasible).tolist(), strict=True) if good}
        low, high = np.where(kept | ~feasible, low, unspent), np.where(kept | ~feasible, unspent, high)
    return best
