"""Who is chosen, and how likely each is best, given the values of two inputs: read off the draws of a run.

A winner map (``breakeven.winners``) asks the whole question anew at every pair of values; this one asks
nothing anew. What the two inputs leave open stays as uncertain as it is, and limits are judged over all
draws, as they are for the verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tuneplan.axes import Array
from tuneplan.study.decision import TOO_CLOSE, Decision
from tuneplan.study.design import AnyDesign
from tuneplan.study.information.analysis import Information
from tuneplan.study.options import Options, options_of
from tuneplan.study.results import Verdict
from tuneplan.study.sensitivity.analysis import Sensitivity
from tuneplan.study.sensitivity.inputs import Input, inputs_of
from tuneplan.study.sensitivity.rule import Rule, judged
from tuneplan.study.sensitivity.smoothing import scores_of, surface

STEPS = 25
"""Values of each input; fewer where it has no more."""
ENDS = (0.02, 0.98)
"""Quantiles between which an input is looked at."""
WIDE = 10.0
"""Ratio of the ends from which steps are equal factors; below they are equal differences."""
ENOUGH = 30.0
"""Independent draws that a place needs: fewer, and a chance of a half is not known to 9 points of 100."""

LEAST_KNOWN = 0.25
"""Share of a map that has to be known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OddsMap:
    """Two inputs, and what follows from their values.

    Attributes
    ----------
    inputs
        Down and across; fewer than two where no more were named that have draws of their own.
    values
        Of each, rising.
    chance
        That each strategy has the highest objective of those that meet the limits, given both values; NaN where
        too few draws lie near. ``(strategy, down, across)`` [share]
    error
        Simulation error of that. ``(strategy, down, across)``
    chosen
        Row of the strategy that the rule of a decision chooses there; -1 where too few draws lie near. ``(down, across)`` of int
    too_close
        Whether simulation error hides it. ``(down, across)`` of bool
    held
        Share of the draws in which the two inputs lie where each strategy is chosen. ``(strategy,)``
    """

    decision: Decision
    design: AnyDesign
    inputs: tuple[Input, ...]
    values: tuple[tuple[float, ...], ...]
    chance: Array
    error: Array
    chosen: np.ndarray
    too_close: np.ndarray
    held: tuple[float, ...]

    @property
    def is_sparse(self) -> bool:
        """Whether too little is known for a map."""
        return self.chosen.size == 0 or float((self.chosen >= 0).mean()) < LEAST_KNOWN


def odds_map(verdict: Verdict, ranked: Sequence[str]) -> OddsMap:
    """Look at two inputs at once.

    Parameters
    ----------
    ranked
        Names of inputs, the one that matters most first; those without draws of their own are passed over.
    """
    run, decision, options = verdict.run, verdict.decision, options_of(verdict.run)
    moving = {each.name: each for each in inputs_of(run).moving if each.quantity is not None and np.ptp(run.lowered.draws[each.name]) > 0.0}
    two = tuple(moving[name] for name in ranked if name in moving)[:2]
    count = len(decision.strategies)
    if len(two) < 2 or decision.best is None or sum(decision.allowed) < 2:
        nothing = np.full((count, 0, 0), np.nan)
        return OddsMap(
            decision=decision, design=run.design, inputs=two, values=(), chance=nothing, error=nothing,
            chosen=np.zeros((0, 0), dtype=int), too_close=np.zeros((0, 0), dtype=bool), held=(0.0,) * count,
        )  # fmt: skip
    draws = tuple(run.lowered.draws[each.name] for each in two)
    return _mapped(options, decision, run.design, two, draws)


def two_telling(information: Information, apart: Callable[[], Sensitivity | None]) -> list[str]:
    """Names of the inputs that a map of two may be about, the most telling first; fewer than two where no two are told apart from nothing.

    Those that it is worth most to know, where that stands out from its simulation error; else those that by themselves
    make most of the difference of the two leading strategies vary, where that does. An input that acts through luck
    alone moves nobody's expected lead, however much of the variance it has a part in.

    Parameters
    ----------
    apart
        That difference, taken apart; asked for only if need be.
    """
    telling = [each.name for each in information.quantities if each.worth.stands_out]
    found = apart() if len(telling) < 2 else None
    alone = {} if found is None else {each.input.name: each.shares.first_order for each in found.effects if each.shares is not None and each.input.quantity is not None}
    clear = [name for name, part in alone.items() if part.low > 0.0]
    return list(dict.fromkeys([*telling, *sorted(clear, key=lambda name: -alone[name].mean)]))


def _mapped(options: Options, decision: Decision, design: AnyDesign, two: tuple[Input, ...], draws: tuple[Array, ...]) -> OddsMap:
    """The map from arrays."""
    assert decision.best is not None
    values = tuple(steps_of(each) for each in draws)
    (down, down_at), (across, across_at) = (scores_of(each, at) for each, at in zip(draws, values, strict=True))
    rule = Rule.of(options, decision.best)
    outputs = np.concatenate([rule.outputs, _wins(options, decision)])
    shape = (len(down_at), len(across_at))
    rows = [surface(down, across, outputs, (np.full(shape[1], at), across_at)) for at in down_at]
    means, errors = (np.concatenate([getattr(each, name) for each in rows], axis=1) for name in ("means", "errors"))
    enough = np.concatenate([each.counted for each in rows]) >= ENOUGH
    split = len(rule.outputs)
    picked, strength = judged(means[:split], errors[:split], rule)
    chosen = np.where(enough, np.array(rule.rows)[picked], -1).reshape(shape)
    return OddsMap(
        decision=decision, design=design, inputs=two, values=tuple(tuple(each.tolist()) for each in values), chosen=chosen,
        chance=np.where(enough, np.clip(means[split:], 0.0, 1.0), np.nan).reshape(-1, *shape),
        error=np.where(enough, errors[split:], np.nan).reshape(-1, *shape),
        too_close=(enough & (np.abs(strength) < TOO_CLOSE)).reshape(shape),
        held=_held(chosen[_nearest(down, down_at), _nearest(across, across_at)], len(decision.strategies)),
    )  # fmt: skip


def steps_of(values: Array) -> Array:
    """Values of an input at which it is looked at: all where there are few, else equal steps or equal factors.

    >>> steps_of(np.array([2.0, 1.0, 2.0])).tolist()
    [1.0, 2.0]
    """
    known = np.unique(values)
    if len(known) <= STEPS:
        return known
    low, high = np.quantile(values, ENDS)
    steps = np.geomspace(low, high, STEPS) if low > 0.0 and high >= WIDE * low else np.linspace(low, high, STEPS)
    return np.unique(steps)


def _wins(options: Options, decision: Decision) -> Array:
    """Each strategy's share in being best, draw by draw; what is the same in every draw wins as one. ``(strategy, draw)``"""
    first = np.array(decision.same_as)
    counted = options.allowed & (first == np.arange(len(first)))
    among = np.where(counted[:, None], options.objective, -np.inf)
    best = among == among.max(axis=0)
    return np.asarray((best / best.sum(axis=0))[first], dtype=np.float64)


def _nearest(scores: Array, at: Array) -> np.ndarray:
    """Which of some rising places is nearest. ``(draw,)`` of int"""
    middles = (at[1:] + at[:-1]) / 2.0
    return np.searchsorted(middles, scores)


def _held(chosen: np.ndarray, count: int) -> tuple[float, ...]:
    return tuple(float((chosen == row).mean()) for row in range(count))
