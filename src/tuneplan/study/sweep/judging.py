"""Decisions in many rows at once: what ``study.decision.decide`` says of one, without a loop over rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tuneplan.axes import Array, Mask
from tuneplan.study.decision import LEVEL, SAME_COST, TOO_CLOSE
from tuneplan.study.options import CLEARLY_SHORT
from tuneplan.study.sweep import outputs, records
from tuneplan.study.sweep.records import Rows, of

NOBODY = -1
"""In place of a strategy, where there is none."""
REASONS = ("no strategy can be trained or served", "over the budget", "below a minimum score", "ships too late")
"""Why nobody is recommended: of the strategy that comes nearest, what it breaks most often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What rows are judged by.

    Attributes
    ----------
    strategies
        Names; columns of the others stay empty.
    possible
        Whether a strategy can be trained and served at all, ``(strategy,)`` of bool.
    unit
        Of the objective, ``point`` or ``USD``.
    scrambles
        Independent repetitions within the draws.
    of_plan
        Simulation error of the chance to keep limits, of strategies with a feasible plan; NaN without. ``(strategy,)``, or
        ``(row, strategy)`` where rows have plans of their own. [share]
    is_due
        Whether shipping in time is asked as surely as the budget.
    """

    strategies: tuple[str, ...]
    possible: Mask
    unit: str
    scrambles: int
    of_plan: Array
    is_due: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Who is recommended, ``(row,)`` each; ``NOBODY`` where there is none."""

    best: Mask
    close: Mask
    margin: Array


def judged(found: Mapping[str, Array], rules: Rules) -> Rows:
    """Columns of some rows, but for their number and what is varied.

    Parameters
    ----------
    found
        See ``outputs.by_row``.
    """
    with np.errstate(invalid="ignore"):  # what can't be served costs endlessly, and nothing follows from the difference of two such
        return _columns(found, rules)


def _columns(found: Mapping[str, Array], rules: Rules) -> Rows:
    cost, objective = found[outputs.COST], found[outputs.OBJECTIVE]
    met, slack = _met(found, rules), _slack(found, rules)
    possible = rules.possible & np.isfinite(found[outputs.COVERED]).all(axis=2)
    allowed = (met >= found[outputs.CONFIDENCE][..., 0] - slack) & possible
    same_as = _same_as(objective, cost, allowed, rules.strategies)
    chosen = _choose(objective, cost, allowed, same_as, rules)
    columns: dict[str, np.ndarray] = {
        records.RECOMMENDED: _named(rules.strategies, chosen.best),
        records.REASON: _named(REASONS, np.where(chosen.best == NOBODY, _reason(found, met, possible, rules), NOBODY)),
        records.CLOSE: chosen.close,
        records.MARGIN: chosen.margin,
    }
    wins, regret = _against_hindsight(objective, allowed, same_as)
    several = cost.shape[2] > 1
    for statistic, each in _statistics(found, rules, several=several).items():
        columns |= {of(name, statistic): each[:, row] for row, name in enumerate(rules.strategies)}
    for row, name in enumerate(rules.strategies):
        if several:
            columns |= {of(name, records.PROBABILITY_BEST): wins[:, row], of(name, records.REGRET): regret[:, row], of(name, records.LIMITS_MET): met[:, row]}
        columns[of(name, records.ALLOWED)] = allowed[:, row]
    return columns


def _mean(draws: Array) -> Array:
    """Mean over draws, the last axis; one alone is its own mean."""
    return draws[..., 0] if draws.shape[-1] == 1 else draws.mean(axis=-1)


def _named(names: tuple[str, ...], places: Mask) -> np.ndarray:
    """Names at these places; empty at ``NOBODY``."""
    return np.array([*names, ""], dtype=object)[places]


def _met(found: Mapping[str, Array], rules: Rules) -> Array:
    """Chance to keep the limits, as ``Limits.met``. ``(row, strategy)``"""
    both = _mean(found[outputs.IN_BUDGET] * found[outputs.SCORES_MET])
    shipped = _mean(found[outputs.SHIPPED])
    return np.minimum(both, shipped if rules.is_due else np.where(shipped > 0.0, 1.0, 0.0))


def _slack(found: Mapping[str, Array], rules: Rules) -> Array:
    """What may be missing of that, as ``Limits.slack``: nothing where no plan was made. ``(row, strategy)`` [share]"""
    if np.isnan(rules.of_plan).all() or found[outputs.COST].shape[2] == 1:  # one draw knows no chances: within the budget, or not
        return np.zeros((1, 1))
    kept, confidence = found[outputs.IN_BUDGET] * found[outputs.SCORES_MET], found[outputs.CONFIDENCE][..., 0]
    alone = np.sqrt(confidence * (1.0 - confidence) / kept.shape[2])
    errors = _errors(kept, rules.scrambles)
    of_study = np.where(np.isnan(errors), alone, np.maximum(errors, 0.5 * alone))
    return CLEARLY_SHORT * np.nan_to_num(np.hypot(of_study, rules.of_plan))  # type: ignore[no-any-return]


def _errors(draws: Array, scrambles: int) -> Array:
    """Simulation error of means over the last axis; NaN where there is one scramble."""
    if scrambles <= 1:
        return np.full(draws.shape[:-1], np.nan)
    means = draws.reshape(*draws.shape[:-1], scrambles, -1).mean(axis=-1)
    return means.std(axis=-1, ddof=1) / np.sqrt(scrambles)  # type: ignore[no-any-return]


def _same_as(objective: Array, cost: Array, allowed: Mask, names: tuple[str, ...]) -> Mask:
    """The strategy, first by name, that is the same in every draw and as allowed; itself where no other is. ``(row, strategy)``"""
    order = sorted(range(len(names)), key=lambda row: names[row])
    same = np.broadcast_to(np.arange(len(names)), allowed.shape).copy()
    for place, later in enumerate(order):
        for first in order[:place]:
            alike = (same[:, later] == later) & (same[:, first] == first) & (allowed[:, first] == allowed[:, later])
            alike &= (objective[:, first, 0] == objective[:, later, 0]) & (cost[:, first, 0] == cost[:, later, 0])
            rows = np.flatnonzero(alike)
            if len(rows):
                alike[rows] = ((objective[rows, first] == objective[rows, later]) & (cost[rows, first] == cost[rows, later])).all(axis=1)
                same[alike, later] = first
    return same


def _choose(objective: Array, cost: Array, allowed: Mask, same_as: Mask, rules: Rules) -> Chosen:
    """As ``decide``: the highest objective among the allowed; of those level with it or too close to call, the cheapest."""
    rows, strategies = allowed.shape
    first = allowed & (same_as == np.arange(strategies))
    expected = np.where(first, _mean(objective), -np.inf)
    expected = np.where(np.isnan(expected), -np.inf, expected)
    leader = expected.argmax(axis=1)
    line = np.arange(rows)
    ahead = objective[line, leader][:, None] - objective
    mean, error = _mean(ahead), _errors(ahead, rules.scrambles)
    hidden = first & (np.abs(mean) <= np.where(np.isnan(error), 0.0, TOO_CLOSE * error))
    hidden[line, leader] = False
    tied = hidden | (first & (mean < (LEVEL if rules.unit == "point" else 0.0)))
    tied[line, leader] = first[line, leader]
    paid = np.where(tied, _mean(cost), np.inf)
    cheap = tied & (paid <= (1.0 + SAME_COST) * paid.min(axis=1, keepdims=True))
    best = np.where(cheap, expected, -np.inf).argmax(axis=1)
    others = np.where(np.arange(strategies) == best[:, None], -np.inf, expected)
    second = others.argmax(axis=1)
    none, alone = ~first.any(axis=1), first.sum(axis=1) < 2
    margin = _mean(objective[line, best] - objective[line, second])
    return Chosen(
        best=np.where(none, NOBODY, best), close=~none & (hidden.any(axis=1) | (tied.sum(axis=1) > 1)), margin=np.where(none | alone, np.nan, margin)
    )


def _reason(found: Mapping[str, Array], met: Array, possible: Mask, rules: Rules) -> Mask:
    """Which of ``REASONS`` holds of the strategy that comes nearest. ``(row,)``"""
    nearest = np.where(possible, met, -1.0).argmax(axis=1)
    line = np.arange(len(met))
    shipped = _mean(found[outputs.SHIPPED])[line, nearest]
    kept = [_mean(found[name])[line, nearest] for name in (outputs.IN_BUDGET, outputs.SCORES_MET)]
    kept.append(shipped if rules.is_due else np.where(shipped > 0.0, 1.0, 0.0))
    return np.where(possible.any(axis=1), 1 + np.argmin(np.stack(kept), axis=0), 0)


def _against_hindsight(objective: Array, allowed: Mask, same_as: Mask) -> tuple[Array, Array]:
    """As ``decide``: chance to be best and expected regret, ``(row, strategy)`` each."""
    strategies = allowed.shape[1]
    counted = allowed & (same_as == np.arange(strategies))
    among = np.where(counted[:, :, None], objective, -np.inf)
    top = among.max(axis=1, keepdims=True)
    winners = np.asarray(among == top)
    of_each = _mean(winners / winners.sum(axis=1, keepdims=True))
    any_allowed = np.asarray(allowed.any(axis=1, keepdims=True))
    wins = np.where(allowed & any_allowed, np.take_along_axis(of_each, same_as, axis=1), 0.0)
    best_of_all = np.where(allowed[:, :, None], objective, -np.inf).max(axis=1, keepdims=True)
    best_of_all = np.where(any_allowed[:, :, None], best_of_all, 0.0)
    regret = np.where(allowed, _mean(best_of_all - np.where(allowed[:, :, None], objective, 0.0)), np.nan)
    return wins, regret


def _statistics(found: Mapping[str, Array], rules: Rules, *, several: bool) -> dict[str, Array]:
    """Numbers of every strategy by statistic, ``(row, strategy)`` each."""
    cost, points, objective = (found[name] for name in (outputs.COST, outputs.POINTS, outputs.OBJECTIVE))
    if not several:
        made = {records.COST: cost[..., 0], records.SCORE: points[..., 0]}
        return made | ({records.NET_BENEFIT: objective[..., 0]} if rules.unit == "USD" else {})
    low, median, high = quantiles(cost, (0.1, 0.5, 0.9))
    bottom, top = quantiles(points, (0.05, 0.95))
    made = {
        records.COST: median, records.COST_P10: low, records.COST_P90: high, records.COST_ERROR: _errors(cost, rules.scrambles),
        records.SCORE: _mean(points), records.SCORE_LOW: bottom, records.SCORE_HIGH: top, records.SCORE_ERROR: _errors(points, rules.scrambles),
    }  # fmt: skip
    return made | ({records.NET_BENEFIT: _mean(objective)} if rules.unit == "USD" else {})


def quantiles(draws: Array, shares: tuple[float, ...]) -> list[Array]:
    """Quantiles over the last axis, between two ranks in a straight line; one sort serves all of them.

    >>> [float(each) for each in quantiles(np.array([3.0, 1.0, 2.0]), (0.5, 0.75))]
    [2.0, 2.5]
    """
    ranked = np.sort(draws, axis=-1)
    places = [share * (draws.shape[-1] - 1) for share in shares]
    found = []
    for place in places:
        below = int(place)
        above = min(below + 1, draws.shape[-1] - 1)
        low, high = ranked[..., below], ranked[..., above]
        found.append(np.where(low == high, low, low + (high - low) * (place - below)))
    return found
