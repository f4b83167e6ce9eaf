"""Cost against quality: each strategy's standing, what a step along the frontier costs, how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tuneplan.axes import Array, Mask
from tuneplan.study.decision import QUANTILES, Estimate, estimate, within_error
from tuneplan.study.frontier.acceptability import mean_and_error
from tuneplan.study.frontier.standing import FrontierStep, frontier, on_frontier
from tuneplan.study.options import Options

FRONTIER, DOMINATED, EXTENDEDLY = "frontier", "dominated", "extendedly dominated"
NOT_ALLOWED, NOT_POSSIBLE = "breaks the limits", "can't be done"
"""What keeps a strategy from any standing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Dollars a point more of one strategy over another, on the same draws. [USD/point]

    Attributes
    ----------
    mean
        Ratio of the expected differences, as on the frontier: not the mean of ratios.
    error
        Its simulation error, to first order; NaN where unknown.
    low, high
        90 % interval of the ratio draw by draw, a draw with no more points counting as endlessly
        dear; NaN where fewer than 95 % of draws deliver more, since the ratio means nothing
        where its denominator may be 0 or change sign: then read the two differences.
    """

    mean: float
    error: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A strategy in cost and quality.

    Attributes
    ----------
    cost, points
        Over the horizon [USD], and delivered [point].
    status
        ``frontier``, ``dominated``, ``extendedly dominated``; else what keeps it from taking part.
    probability, probability_error
        Share of draws in which it is on the frontier, with its simulation error; NaN where it takes no part.
    against
        With whom it is compared: on the frontier the step before it, when dominated one that costs
        no more and delivers no less, when extendedly dominated the step below it. Empty: with nobody.
    dearer, better
        Its cost and its points less those of ``against``, paired; None: compared with nobody.
    price
        Dollars a point more; None where it does not deliver more on average.
    onward, onward_price
        When extendedly dominated: the next step of the frontier beyond it, and dollars a point from here
        to there, which are no more than those to get here; else empty and NaN. [USD/point]
    too_close
        Whether simulation error hides the sign of a difference on which the standing rests.
    """

    name: str
    cost: Estimate
    points: Estimate
    status: str
    probability: float
    probability_error: float
    against: str
    dearer: Estimate | None
    better: Estimate | None
    price: Price | None
    onward: str
    onward_price: float
    too_close: bool


def taking_part(options: Options) -> Mask:
    """Who is compared: strategies that meet the limits; where none does, all that can be done. ``(strategy,)`` of bool"""
    finite = options.limits.possible & np.isfinite(options.cost).all(axis=1)
    allowed = options.allowed & finite
    return allowed if allowed.any() else finite


def standings(options: Options, among: Mask) -> tuple[Standing, ...]:
    """Standing of every strategy, in the order of the options.

    Parameters
    ----------
    among
        Which of them take part, ``(strategy,)`` of bool; see ``taking_part``.
    """
    rows = np.flatnonzero(among).tolist()
    cost, points = options.cost[rows], options.points[rows]
    means = [(float(paid), float(got)) for paid, got in zip(cost.mean(axis=1), points.mean(axis=1), strict=True)]
    steps = frontier([paid for paid, _ in means], [got for _, got in means]) if rows else ()
    chances = mean_and_error(on_frontier(cost, points).astype(float), options.scrambles) if rows else ((), ())
    found = {}
    for place, (index, step) in enumerate(zip(rows, steps, strict=True)):
        other = _against(place, [each.status for each in steps], means)
        found[index] = _standing(
            options, index, status=step.status, against=None if other is None else rows[other],
            chance=(float(chances[0][place]), float(chances[1][place])), onward=None if (after := _beyond(place, steps, means)) is None else rows[after],
        )  # fmt: skip
    return tuple(found.get(index) or _outside(options, index) for index in range(len(options.strategies)))


def _against(place: int, status: Sequence[str], means: Sequence[tuple[float, float]]) -> int | None:
    """With whom a strategy is compared; of several the best, then the cheapest."""
    paid, got = means[place]
    if status[place] == DOMINATED:
        others = [each for each, (cost, points) in enumerate(means) if each != place and cost <= paid and points >= got]
    else:
        others = [each for each, (cost, points) in enumerate(means) if status[each] == FRONTIER and cost < paid and points < got]
    return max(others, key=lambda each: (status[each] == FRONTIER, means[each][1], -means[each][0]), default=None)


def _beyond(place: int, steps: Sequence[FrontierStep], means: Sequence[tuple[float, float]]) -> int | None:
    """The next strategy of the frontier after one that is extendedly dominated."""
    if steps[place].status != EXTENDEDLY:
        return None
    return min((each for each, step in enumerate(steps) if step.status == FRONTIER and means[each][0] > means[place][0]), key=lambda each: means[each])


def _standing(options: Options, index: int, *, status: str, against: int | None, onward: int | None, chance: tuple[float, float]) -> Standing:
    dearer = better = price = None
    onward_price = float("nan")
    if onward is not None:
        more = [float((each[onward] - each[index]).mean()) for each in (options.cost, options.points)]
        onward_price = more[0] / more[1]
    if against is not None:
        paid, got = options.cost[index] - options.cost[against], options.points[index] - options.points[against]
        dearer, better = (estimate(each, options.scrambles) for each in (paid, got))
        price = price_of(paid, got, options.scrambles) if status != DOMINATED else None
    return Standing(
        name=options.strategies[index],
        cost=estimate(options.cost[index], options.scrambles),
        points=estimate(options.points[index], options.scrambles),
        status=status,
        probability=chance[0],
        probability_error=chance[1],
        against="" if against is None else options.strategies[against],
        dearer=dearer,
        better=better,
        price=price,
        onward="" if onward is None else options.strategies[onward],
        onward_price=onward_price,
        too_close=dearer is not None and better is not None and (_hidden(dearer) or _hidden(better)),
    )


def _hidden(difference: Estimate) -> bool:
    """Whether a difference that exists can't be told from 0; one that is 0 in every draw is known."""
    return within_error(difference) and difference.low < difference.high


def price_of(dearer: Array, better: Array, scrambles: int) -> Price:
    """Dollars a point more, from paired differences that deliver more on average.

    Parameters
    ----------
    dearer, better
        ``(draw,)``; in USD and points.

    >>> price_of(np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0, 2.0]), 1).mean
    1.5
    """
    mean = float(dearer.mean() / better.mean())
    _, error = mean_and_error((dearer - mean * better)[None], scrambles)
    low = high = float("nan")
    if np.quantile(better, QUANTILES[0]) > 0.0:
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            ratio = np.where(better > 0.0, dearer / better, np.inf)
        low, high = (float(each) for each in np.quantile(ratio, (QUANTILES[0], QUANTILES[-1]), method="lower"))
    return Price(mean=mean, error=float(error[0] / better.mean()), low=low, high=high)


def _outside(options: Options, index: int) -> Standing:
    """A strategy that takes no part."""
    finite = bool(options.limits.possible[index]) and bool(np.isfinite(options.cost[index]).all())
    blank = float("nan")
    unknown = Estimate(mean=blank, low=blank, p10=blank, median=blank, p90=blank, high=blank, error=blank)
    return Standing(
        name=options.strategies[index],
        cost=estimate(options.cost[index], options.scrambles) if finite else unknown,
        points=estimate(options.points[index], options.scrambles) if finite else unknown,
        status=NOT_ALLOWED if finite else NOT_POSSIBLE,
        probability=blank, probability_error=blank, against="", dearer=None, better=None, price=None, onward="", onward_price=blank, too_close=False,
    )  # fmt: skip
