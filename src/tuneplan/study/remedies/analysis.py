"""Where nothing is feasible: what stands in each strategy's way, and the single changes that would clear it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from tuneplan.study.options import due_by, options_of
from tuneplan.study.remedies.single_changes import KINDS
from tuneplan.study.remedies.trials import Remedy, Trials
from tuneplan.study.results import Verdict
from tuneplan.study.verdict import broken, enough_for

MOST_STRATEGIES = 8
"""Strategies for which changes are tried, those nearest to the limits first."""
IN_TIME = {"hands": ("horizon", "deadline"), "horizon": ("horizon",), "deadline": ("deadline",)}
"""Kinds of changes that say something only where it has to ship by some day, and by which."""
READ_OFF = ("budget", "must", "confidence")
"""Kinds that need no run, so that every strategy is looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """What stands in the way of a strategy.

    Attributes
    ----------
    shares
        Constraint -> share of draws in which it is broken, worst first.
    met
        Share of draws in which all limits are met.
    enough
        The budget limit that would do; NaN where none is set or none would. [USD]
    misfit
        Why it can't be done at all; empty when it can.
    """

    strategy: str
    shares: Mapping[str, float]
    met: float
    enough: float
    misfit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedies:
    """What would make something feasible.

    Attributes
    ----------
    broken
        Of every strategy.
    found
        Changes that do, each by itself: those that keep what is asked for before those that ask for
        less; then by the budget that they ask for, then by the points that they lose, equals by how far they go.
    kinds
        Kinds of changes that were looked at.
    untried
        Kinds and strategies for which there was no room left.
    """

    broken: tuple[Broken, ...]
    found: tuple[Remedy, ...]
    kinds: tuple[str, ...]
    untried: tuple[tuple[str, str], ...]


def remedies_of(verdict: Verdict) -> Remedies | None:
    """What stands in the way and what would clear it; None where something is feasible."""
    if verdict.decision.best is not None:
        return None
    run, options = verdict.run, options_of(verdict.run)
    enough, met = enough_for(options), options.limits.met
    every = tuple(
        Broken(
            strategy=name, shares=broken(run, row, options.limits), met=float(met[row]),
            enough=enough[row] if options.limits.possible[row] else float("nan"), misfit=run.lowered.misfits.get(name, ""),
        )
        for row, name in enumerate(options.strategies)
    )  # fmt: skip
    nearest = sorted(range(len(every)), key=lambda row: (-every[row].met, math.isnan(enough[row]), enough[row]))
    trials = Trials(run=run, options=options)
    found = [
        remedy for kind, change in KINDS.items() for row in (nearest if kind in READ_OFF else nearest[:MOST_STRATEGIES])
        for remedy in change(trials, options.strategies[row])
    ]  # fmt: skip
    kinds, names = list(KINDS), options.strategies
    is_late = not options.limits.in_time.all()
    return Remedies(
        broken=every,
        found=tuple(
            sorted(found, key=lambda each: (each.lowers, each.usd_asked, _lost(each), kinds.index(each.kind), each.extent, names.index(each.strategy)))
        ),
        kinds=tuple(kind for kind in KINDS if kind not in IN_TIME or (is_late and due_by(run) in IN_TIME[kind])),
        untried=tuple(dict.fromkeys(trials.untried)),
    )


def _lost(remedy: Remedy) -> float:
    """Points that a change gives away; none where it gains some, or where they are not known."""
    return max(0.0, -remedy.points.mean) if math.isfinite(remedy.points.mean) else 0.0
