"""How sure a choice is, in futures that one can count: who is best in how many of a hundred, and what the wrong one gives up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tuneplan.study.decision import Decision, Estimate, estimate, hindsight_loss
from tuneplan.study.options import Options

FUTURES = 100
"""Equally likely ones, so that a chance can be counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """What may come of each choice; tuples in the order of the decision's strategies.

    Attributes
    ----------
    draws
        From how many that is known.
    futures
        In how many of ``FUTURES`` each is best; they add up to it where anything meets the limits.
    given_up
        What each falls short of the best in those draws in which it is not the best, in the unit of the objective;
        None where that never happens, and for what breaks the limits.
    """

    decision: Decision
    draws: int
    futures: tuple[int, ...]
    given_up: tuple[Estimate | None, ...]


def odds(decision: Decision, options: Options) -> Odds:
    """Count."""
    first = [row == same for row, same in enumerate(decision.same_as)]
    chances = [chance if alone else 0.0 for chance, alone in zip(decision.probability_best, first, strict=True)]
    short: list[Estimate | None] = [None] * len(chances)
    if any(decision.allowed):
        loss = hindsight_loss(options.objective, options.allowed)
        for row in np.flatnonzero(options.allowed).tolist():
            wrong = loss[row] > 0.0
            short[row] = estimate(loss[row][wrong], 1) if wrong.any() else None
    return Odds(decision=decision, draws=options.objective.shape[1], futures=rounded(chances), given_up=tuple(short))


def rounded(chances: Sequence[float], whole: int = FUTURES) -> tuple[int, ...]:
    """Chances as parts of a whole number that still add up, each as near as can be.

    >>> rounded([1 / 3, 1 / 3, 1 / 3]), rounded([0.004, 0.996]), rounded([0.0, 0.0])
    ((34, 33, 33), (0, 100), (0, 0))
    """
    exact = np.array(chances, dtype=float) * whole
    found = np.floor(exact + 1e-9).astype(int)
    missing = round(float(exact.sum())) - int(found.sum())
    for row in np.argsort(found - exact, kind="stable")[:missing].tolist():
        found[row] += 1
    return tuple(found.tolist())
