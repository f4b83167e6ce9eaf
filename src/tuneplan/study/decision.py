"""Which strategy, how sure, and what is given up: from cost and score arrays alone.

Nothing here looks behind the narrow waist: ``decide`` takes draws of cost, score and value.
Words follow health economics (frontier, dominated, regret, net benefit).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tuneplan.axes import Array
from tuneplan.core.quantiles import quantiles_of_draws

QUANTILES = (0.05, 0.1, 0.5, 0.9, 0.95)
TOO_CLOSE = 2.0
"""Standard errors of simulation within which a margin is too close to call."""
SAME_COST = 0.01
"""Share of the cost below which a saving decides nothing; assumed."""
LEVEL = 0.5
"""Points within which two strategies are level: published pairs closer than this count as ties,
as the noise of a single training seed is .3 to .8 points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A mean with its quantiles and its simulation error (NaN where unknown).

    ``low`` and ``high`` end the 90 % interval; ``p10`` and ``p90`` the band used for money.
    """

    mean: float
    low: float
    p10: float
    median: float
    p90: float
    high: float
    error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The recommended strategy and why.

    Attributes
    ----------
    strategies
        Names, in the order of every tuple below.
    objective
        ``delivered score`` (in points) or ``net benefit`` (in USD).
    best
        Index of the recommendation; None when nothing meets the limits.
    second
        Index of the runner-up among those that meet them; None when there is none.
    expected
        Mean objective.
    probability_best
        Chance of the highest objective among strategies that meet the limits.
    regret
        Expected loss against choosing with hindsight.
    allowed
        Whether each strategy meets the limits with the confidence asked for.
    probability_in_budget, probability_limits_met
        Chance to stay in the budget; to meet it and every minimum score.
    margin
        Objective of the best minus that of the second, draw by draw.
    too_close
        Whether simulation error hides which of the leading strategies is best.
    level
        Whether the leading ones lie within ``LEVEL`` points; then, as when too close, the cheapest
        of them is recommended. Half a point, since validation counts closer published pairs as
        ties and the noise of one training seed is .3 to .8 points: who trained both once could
        not say which is ahead. This is not simulation error: with enough draws strictly the
        highest mean would always be known, and would win however little it leads; level asks
        whether the lead is worth money, which no number of draws changes.
    tied
        Indices of the leading ones that are too close or level, the recommended first; it alone
        when none is.
    same_as
        For each strategy the one, first by name, that is the same in every draw; itself where no other is. Of those
        that are the same that one alone is compared with others.
    """

    strategies: tuple[str, ...]
    objective: str
    unit: str
    best: int | None
    second: int | None
    expected: tuple[float, ...]
    probability_best: tuple[float, ...]
    regret: tuple[float, ...]
    allowed: tuple[bool, ...]
    probability_in_budget: tuple[float, ...]
    probability_limits_met: tuple[float, ...]
    margin: Estimate | None
    too_close: bool
    level: bool
    tied: tuple[int, ...]
    same_as: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a strategy has to keep to.

    Attributes
    ----------
    in_budget, scores_met
        Draw by draw, ``(strategy, draw)`` of bool.
    possible
        Whether it can be trained and served at all, ``(strategy,)`` of bool.
    confidence
        How sure it must be to keep them. [share]
    slack
        What may be missing of that, ``(strategy,)``: a plan that spends its budget to the last example keeps it
        exactly on the draws on which it was made, and but for simulation error on others. [share]
    shipped
        Chance to ship in time, a limit of its own: money and scores do not have to hold in the same draws. ``(strategy,)`` [share]
    """

    in_budget: np.ndarray
    scores_met: np.ndarray
    possible: np.ndarray
    confidence: float
    slack: Array | float = 0.0
    shipped: Array | float = 1.0

    @property
    def met(self) -> Array:
        """Chance to keep the budget and minimum scores together, or to ship in time where that is rarer. ``(strategy,)`` [share]"""
        return np.minimum((self.in_budget & self.scores_met).mean(axis=1), self.shipped)  # type: ignore[no-any-return]

    @property
    def in_time(self) -> np.ndarray:
        """Whether it ships in time as surely as asked for. ``(strategy,)`` of bool"""
        return np.broadcast_to(np.asarray(self.shipped) >= self.confidence - self.slack, self.possible.shape)

    @property
    def allowed(self) -> np.ndarray:
        """Whether that is as sure as asked for, and the strategy possible at all. ``(strategy,)`` of bool"""
        return (self.met >= self.confidence - self.slack) & self.possible  # type: ignore[no-any-return]


def estimate(draws: Array, scrambles: int) -> Estimate:
    """Mean, 90 % interval and simulation error of one output.

    Parameters
    ----------
    draws
        ``(draw,)``, scramble after scramble.
    scrambles
        Independent repetitions within it; the error comes from their means.

    >>> estimate(np.array([1.0, 1.0, 3.0, 3.0]), 2).error
    1.0
    """
    return estimates(draws[None], scrambles)[0]


def estimates(draws: Array, scrambles: int) -> list[Estimate]:
    """The same for several outputs at once. ``(output, draw)``"""
    bands = quantiles_of_draws(draws, QUANTILES).T.tolist()
    errors = np.full(len(draws), np.nan)
    if scrambles > 1:
        means = draws.reshape(len(draws), scrambles, -1).mean(axis=2)
        errors = means.std(axis=1, ddof=1) / np.sqrt(scrambles)
    rows = zip(draws.mean(axis=1).tolist(), bands, errors.tolist(), strict=True)
    return [
        Estimate(mean=mean, low=low, p10=p10, median=median, p90=p90, high=high, error=error)
        for mean, (low, p10, median, p90, high), error in rows
    ]


def decide(
    strategies: Sequence[str], objective: Array, *, cost: Array, limits: Limits, scrambles: int, name: str, unit: str
) -> Decision:
    """Choose among strategies.

    The highest expected objective among those that meet the limits; of those that simulation
    error can't tell from it, or that are level with it, the cheapest.

    Parameters
    ----------
    objective, cost
        ``(strategy, draw)``; cost in USD.
    """
    in_budget = limits.in_budget.mean(axis=1)
    met, allowed = limits.met, limits.allowed
    same_as = _same_as(strategies, objective, cost, allowed)
    first = [index for index in np.flatnonzero(allowed).tolist() if same_as[index] == index]
    ranked = sorted(first, key=lambda index: -float(objective[index].mean()))
    indifferent = LEVEL if unit == "point" else 0.0
    tied, close = _leading(ranked, objective, cost, scrambles, indifferent)
    best = tied[0] if tied else None
    second = next((index for index in ranked if index != best), None)
    wins, regret = _against_hindsight(objective, allowed, same_as)
    return Decision(
        strategies=tuple(strategies),
        objective=name,
        unit=unit,
        best=best,
        second=second,
        expected=tuple(objective.mean(axis=1).tolist()),
        probability_best=wins,
        regret=regret,
        allowed=tuple(allowed.tolist()),
        probability_in_budget=tuple(in_budget.tolist()),
        probability_limits_met=tuple(met.tolist()),
        margin=estimate(objective[best] - objective[second], scrambles) if second is not None else None,
        too_close=close,
        level=len(tied) > 1 and not close,
        tied=tied,
        same_as=same_as,
    )


def _same_as(strategies: Sequence[str], objective: Array, cost: Array, allowed: np.ndarray) -> tuple[int, ...]:
    """The strategy, first by name, that is the same in every draw; only who meets the limits as well is the same."""
    keys = [(objective[row].tobytes(), cost[row].tobytes(), bool(allowed[row])) for row in range(len(objective))]
    first: dict[tuple[bytes, bytes, bool], int] = {}
    for row in sorted(range(len(keys)), key=lambda row: strategies[row]):
        first.setdefault(keys[row], row)
    return tuple(first[key] for key in keys)


def _leading(
    ranked: Sequence[int], objective: Array, cost: Array, scrambles: int, indifferent: float
) -> tuple[tuple[int, ...], bool]:
    """Those that can't be told apart or are level, the cheapest first; whether simulation error is why."""
    if not ranked:
        return (), False
    first, tied, close = ranked[0], [ranked[0]], False
    for index in ranked[1:]:
        margin = estimate(objective[first] - objective[index], scrambles)
        hidden = within_error(margin)
        if hidden or margin.mean < indifferent:
            tied.append(index)
        close = close or hidden
    paid = {index: float(cost[index].mean()) for index in tied}
    best = next(index for index in tied if paid[index] <= (1.0 + SAME_COST) * min(paid.values()))
    return (best, *sorted((index for index in tied if index != best), key=lambda index: paid[index])), close


def within_error(margin: Estimate) -> bool:
    """Whether a difference is no larger than the simulation can tell from 0."""
    known = not np.isnan(margin.error)
    return abs(margin.mean) <= (TOO_CLOSE * margin.error if known else 0.0)


def _against_hindsight(objective: Array, allowed: np.ndarray, same_as: tuple[int, ...]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Chance of being best and expected regret, among the allowed; ties are shared alike, but for those that are
    the same in every draw: they win and lose as one."""
    if not allowed.any():
        return (0.0,) * len(allowed), (float("nan"),) * len(allowed)
    rows = list(same_as)
    counted = allowed & (np.arange(len(rows)) == rows)
    among = np.where(counted[:, None], objective, -np.inf)
    winners = among == among.max(axis=0)
    wins = np.where(allowed, (winners / winners.sum(axis=0)).mean(axis=1)[rows], 0.0)
    regret = np.where(allowed, hindsight_loss(objective, allowed).mean(axis=1), np.nan)
    return tuple(wins.tolist()), tuple(regret.tolist())


def hindsight_loss(objective: Array, allowed: np.ndarray) -> Array:
    """What each strategy loses against the best of the allowed ones. ``(strategy, draw)``"""
    return objective[allowed].max(axis=0) - objective  # type: ignore[no-any-return]


def split(steps: Mapping[str, Array], one: int, other: int) -> dict[str, float]:
    """Mean difference of two strategies, part by part; the parts add up to the whole.

    Parameters
    ----------
    steps
        Running totals in order, ``(strategy, draw)`` each.
    """
    parts, before = {}, 0.0
    for name, total in steps.items():
        now = float((total[one] - total[other]).mean())
        parts[name] = now - before
        before = now
    return parts
