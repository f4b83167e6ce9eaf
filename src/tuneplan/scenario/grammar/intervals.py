"""Intervals become distributions: the usual shapes, and what the bounds of a declaration do to them."""

from __future__ import annotations

import math
from collections.abc import Callable

from tuneplan.core import distributions as shapes
from tuneplan.core.distributions import SCORE_OF_95, Distribution
from tuneplan.core.registry import Param
from tuneplan.late import special
from tuneplan.scenario.grammar.amounts import allowed, not_allowed
from tuneplan.scenario.grammar.dimensions import QuantityError, format_number, format_numbers

USUAL_LEVEL = 0.9
"""Level of an interval that names none."""
SCORES = {
    USUAL_LEVEL: SCORE_OF_95, 0.8: 1.2815515655446004, 0.95: 1.959963984540054, 0.5: 0.6744897501960817,
    0.99: 2.5758293035489004,
}  # fmt: skip
"""Usual level -> normal score of the upper end, which so needs no library; tested."""
CUT_WITHIN = 6.0
"""Standard deviations within which a bound cuts a tail."""
Limits = tuple[float | None, float | None]
"""Where the tails of a shape are cut, in the declared unit; None: where the bounds of the declaration say."""
NO_LIMITS: Limits = (None, None)
PARAMETERS = (1e-6, 1e8)
"""Parameters of a Beta that can be drawn from; beyond them its inverse is not to be trusted."""
SMALLEST, LARGEST = 1e-250, 1e250
"""Medians and standard deviations outside are no numbers to reckon with: a bound over one is infinite."""


def between(low: float, high: float, param: Param, *, level: float = USUAL_LEVEL, shape: str = "") -> Distribution:
    """The distribution whose central interval of ``level`` is ``low`` to ``high``.

    >>> share = Param(name="x", key="x", unit="share", high=1.0, doc="A share.")
    >>> [between(low, high, share).family for low, high in ((0.2, 0.5), (0.0, 0.5), (0.2, 0.2))]
    ['logit_normal', 'beta', 'point']
    """
    if low > high:
        span = " to ".join(format_number(end, param.unit) for end in (low, high))
        raise QuantityError(f"{span} is upside down: write the lower end first")
    allowed(low, param)
    allowed(high, param)
    if low == high:
        return shapes.point(allowed(low, param, whole=True))
    if not shape and (low == param.low or high == param.high):
        return touching(low, high, param, level=level)
    return SHAPES[shape or _usual_shape(low, high, param)](low, high, _score_of(level), param)


def _score_of(level: float) -> float:
    """Normal score of the upper end of a central interval."""
    return SCORES.get(level) or float(special.ndtri((1.0 + level) / 2.0))


def _usual_shape(low: float, high: float, param: Param) -> str:
    inside = low > 0.0 and high < 1.0
    open_ended = param.low <= 0.0 and param.high >= 1.0
    if param.unit in ("share", "score") and inside and open_ended:
        return "logit-normal"
    return "lognormal" if low > 0.0 else "normal"


def touching(low: float, high: float, param: Param, *, level: float = USUAL_LEVEL) -> Distribution:
    r"""A Beta for an interval that touches a declared bound.

    The density falls in a straight line from the touched bound, Beta(1, 2), so that the free end
    keeps its tail probability :math:`p = (1 - level) / 2`: the width is ``1 / (1 - sqrt(p))`` (1.29
    at 90 %) times that of the interval. Where the other bound cuts that width, Beta(1, b) with
    ``b = ln p / ln(1 - t)``, t the place of the free end between the bounds, keeps the same promise.
    An interval that touches both bounds is uniform.

    >>> count = Param(name="n", key="n", unit="example", doc="A count.")
    >>> [round(end, 2) for end in touching(0.0, 200.0, count).interval()]
    [6.52, 200.0]
    """
    if low == param.low and high == param.high:
        return shapes.beta(1.0, 1.0, low, high)
    tail = (1.0 - level) / 2.0
    reach = (high - low) / (1.0 - math.sqrt(tail))
    if low == param.low:
        top = min(param.high, low + reach)
        return stretched(1.0, math.log(tail) / _log_rest((high - low) / (top - low)), low, top)
    bottom = max(param.low, high - reach)
    return stretched(math.log(tail) / _log_rest((high - low) / (high - bottom)), 1.0, bottom, high)


def _log_rest(share: float) -> float:
    return math.log1p(-share) if share < 1.0 else -math.inf


def _lognormal(low: float, high: float, z: float, param: Param) -> Distribution:
    if low <= 0.0:
        raise QuantityError(f"{format_number(low, param.unit)} is no end of a log-normal, which is above 0")
    return cut_lognormal(math.sqrt(low) * math.sqrt(high), (math.log(high) - math.log(low)) / (2.0 * z), param)


def _normal(low: float, high: float, z: float, param: Param) -> Distribution:
    return cut_normal(low / 2.0 + high / 2.0, (high / 2.0 - low / 2.0) / z, param)


def _logit_normal(low: float, high: float, z: float, param: Param) -> Distribution:
    if low <= 0.0 or high >= 1.0:
        given = format_numbers((low, high), param.unit)
        raise QuantityError(f"{given} does not lie inside 0 and 1, as a logit-normal needs")
    lower, upper = (math.log(end) - math.log1p(-end) for end in (low, high))
    return shapes.logit_normal(1.0 / (1.0 + math.exp(min(-(lower + upper) / 2.0, LARGEST_EXPONENT))), (upper - lower) / (2.0 * z))


LARGEST_EXPONENT = 700.0
"""Beyond it an exponential is no number any more."""


def cut_normal(mean: float, sd: float, param: Param, limits: Limits = NO_LIMITS) -> Distribution:
    """A normal, cut at the limits that are given, else at the bounds that its tails can reach."""
    _refuse_extremes(sd)
    low = param.low if mean - param.low < CUT_WITHIN * sd else -math.inf
    high = param.high if param.high - mean < CUT_WITHIN * sd else math.inf
    return shapes.normal(mean, sd, *_given(limits, low, high))


def cut_lognormal(median: float, log_sd: float, param: Param, limits: Limits = NO_LIMITS) -> Distribution:
    """A log-normal, cut at the limits that are given, else at the bounds that its tails can reach."""
    _refuse_extremes(median, log_sd)
    reach = math.exp(min(CUT_WITHIN * log_sd, LARGEST_EXPONENT))
    low = param.low if param.low > 0.0 and median / reach < param.low else 0.0
    high = param.high if median * reach > param.high else math.inf
    low, high = _given(limits, low, high)
    return shapes.lognormal(median, log_sd, max(low, 0.0), high)  # what is below 0 cuts nothing off


def _refuse_extremes(*sizes: float) -> None:
    for size in sizes:
        if not SMALLEST <= size <= LARGEST:
            raise QuantityError(f"{size:.3g} is too extreme a median or standard deviation to draw from")


def _given(limits: Limits, low: float, high: float) -> tuple[float, float]:
    return (low if limits[0] is None else limits[0], high if limits[1] is None else limits[1])


def beta_inside(a: float, b: float, param: Param) -> Distribution:
    """Beta(a, b); within narrower bounds the Beta between them of the same mean and variance."""
    low, high = max(param.low, 0.0), min(param.high, 1.0)
    free = stretched(a, b)
    if (low, high) == (0.0, 1.0):
        return free
    centre, variance = a / (a + b), a * b / ((a + b) ** 2 * (a + b + 1.0))
    mean = (centre - low) / (high - low) if low < high else math.nan
    total = mean * (1.0 - mean) * (high - low) ** 2 / variance - 1.0
    if not (0.0 < mean < 1.0 and total > 0.0):
        raise QuantityError(f"{centre:.3g} on average {not_allowed(centre, param)}")
    return stretched(mean * total, (1.0 - mean) * total, low, high)


def stretched(a: float, b: float, low: float = 0.0, high: float = 1.0) -> Distribution:
    """A Beta between two ends, unless its parameters are too extreme to draw from."""
    smallest, largest = PARAMETERS
    if not (smallest <= a <= largest and smallest <= b <= largest):
        wanted = f"two numbers above 0, from {smallest:g} to {largest:g}"
        raise QuantityError(f"a beta of {a:.3g} and {b:.3g} is too extreme: it needs {wanted}")
    return shapes.beta(a, b, low, high)


def checked(distribution: Distribution, text: str, param: Param) -> Distribution:
    """Refuse what has no median and no 90 % interval inside the bounds, whatever the family."""
    median, ends = _middle(distribution)
    slack = 1e-9 * abs(median)
    if not (-math.inf < ends[0] <= median + slack and median - slack <= ends[1] < math.inf):
        raise QuantityError(f"{text} is too extreme to draw from")
    if not _within(median, param):
        allowed(median, param)
    for end in ends:
        if not _within(end, param):
            shown = format_number(float(f"{end:.3g}"), param.unit)
            raise QuantityError(f"{text} reaches to {shown}, which {not_allowed(end, param)}")
    return distribution


def _middle(distribution: Distribution) -> tuple[float, tuple[float, float]]:
    """Median and 90 % interval; of a Beta without the table that draws are read off, which takes a millisecond."""
    if distribution.family != "beta":
        return distribution.median, distribution.interval()
    a, b, start, end = distribution.parameters
    low, median, high = (start + (end - start) * float(special.betaincinv(a, b, u)) for u in (0.05, 0.5, 0.95))
    return median, (low, high)


def _within(value: float, param: Param) -> bool:
    slack = 1e-9 * abs(value)
    return param.low - slack <= value <= param.high + slack


SHAPES: dict[str, Callable[[float, float, float, Param], Distribution]] = {
    "lognormal": _lognormal,
    "normal": _normal,
    "logit-normal": _logit_normal,
}
"""Name of a shape -> its reading of two ends, the normal score of the upper one, and the declaration."""
