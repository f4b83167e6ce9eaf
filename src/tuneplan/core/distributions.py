"""Distributions as inverse CDFs: a point of the unit cube in, a value out.

Each family is one plain function of ``u`` in (0, 1) and its parameters, all arrays that
broadcast. Slow inverses are read off a table in the normal score of ``u``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from tuneplan.axes import Array
from tuneplan.late import np, special

Ppf = Callable[..., Array]

SCORE_OF_95 = 1.6448536269514722
"""Normal score of .95, at which a central 90 % interval ends."""

NODES = 513
"""Nodes of a table of an inverse CDF; error below 1e-6 for Beta parameters from .3 up and t with 5 degrees."""
REACH = 8.3
"""Normal scores covered by a table: u from 5e-17 to 1 - 5e-17, all that float64 holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """A family and its parameters: what one quantity may be.

    Attributes
    ----------
    family
        A key of ``FAMILIES``.
    parameters
        In the order of the family's function; unit: that of the quantity, or none.
    """

    family: str
    parameters: tuple[float, ...]

    def ppf(self, u: Array) -> Array:
        """Value at cumulative probability ``u``, elementwise.

        >>> lognormal(median=2.0, log_sd=0.5).ppf(np.array([0.5])).tolist()
        [2.0]
        """
        return FAMILIES[self.family](np.asarray(u, dtype=np.float64), *self.parameters)

    @property
    def is_point(self) -> bool:
        """Whether there is nothing uncertain about it."""
        return self.family == "point"

    @property
    def median(self) -> float:
        """The value at u = .5, which is what *nominal* means here."""
        return self._at(0.5, 0.0)

    def interval(self, level: float = 0.9) -> tuple[float, float]:
        """Central interval.

        >>> low, high = normal(mean=0.0, sd=1.0).interval(0.9)
        >>> round(low, 3), round(high, 3)
        (-1.645, 1.645)
        """
        if level == 0.9:
            return self._at(0.05, -SCORE_OF_95), self._at(0.95, SCORE_OF_95)
        tail = (1.0 - level) / 2.0
        low, high = self.ppf(np.array([tail, 1.0 - tail]))
        return float(low), float(high)

    def _at(self, u: float, score: float) -> float:
        """The value at ``u``, whose normal score is ``score``: without a library where logarithms will do."""
        plain = PLAIN.get(self.family)
        value = None if plain is None else plain(u, score, *self.parameters)
        return float(self.ppf(np.array(u))) if value is None else value


def _plain_normal(u: float, score: float, mean: float, sd: float, low: float, high: float) -> float | None:
    return mean + sd * score if math.isinf(low) and math.isinf(high) else None


def _plain_lognormal(u: float, score: float, median: float, log_sd: float, low: float, high: float) -> float | None:
    if low > 0.0 or math.isfinite(high):
        return None
    try:
        return median * math.exp(log_sd * score)
    except OverflowError:
        return math.inf


def _plain_logit_normal(u: float, score: float, median: float, logit_sd: float) -> float | None:
    odds = _plain_lognormal(u, score, median / (1.0 - median), logit_sd, 0.0, math.inf)
    assert odds is not None
    return odds / (1.0 + odds) if math.isfinite(odds) else 1.0


PLAIN: dict[str, Callable[..., float | None]] = {
    "point": lambda u, score, value: value,
    "uniform": lambda u, score, low, high: low + (high - low) * u,
    "normal": _plain_normal,
    "lognormal": _plain_lognormal,
    "logit_normal": _plain_logit_normal,
}
"""Family -> one value at ``u`` and its normal score by elementary functions; None where a tail is cut.
The same as ``FAMILIES``, tested; reading a scenario needs no more."""


def point_ppf(u: Array, value: float) -> Array:
    """The value itself, wherever u lies."""
    return np.zeros_like(u) + value


def _normal_score(u: Array, low: Array, high: Array) -> Array:
    """Normal score of u in a standard normal cut to (low, high), from the nearer tail."""
    flip = np.asarray(low) > 0.0
    near, far = np.where(flip, -np.asarray(high), low), np.where(flip, -np.asarray(low), high)
    below, above = special.ndtr(near), special.ndtr(far)
    score = special.ndtri(below + np.where(flip, 1.0 - u, u) * (above - below))
    return np.where(flip, -score, score)


def normal_ppf(u: Array, mean: float, sd: float, low: float, high: float) -> Array:
    """Normal, cut to ``low`` .. ``high``."""
    if np.all(np.isneginf(low)) and np.all(np.isposinf(high)):
        return mean + sd * special.ndtri(u)  # type: ignore[no-any-return]
    score = _normal_score(u, (np.asarray(low) - mean) / sd, (np.asarray(high) - mean) / sd)
    return np.clip(mean + sd * score, low, high)


def lognormal_ppf(u: Array, median: float, log_sd: float, low: float, high: float) -> Array:
    """Log-normal by median and sd of the log, cut to ``low`` .. ``high``."""
    with np.errstate(divide="ignore"):
        return median * np.exp(
            normal_ppf(u, 0.0, log_sd, np.log(np.divide(low, median)), np.log(np.divide(high, median)))
        )


def logit_normal_ppf(u: Array, median: float, logit_sd: float) -> Array:
    """Normal in the logit, by median and sd of the logit."""
    return special.expit(special.logit(median) + logit_sd * special.ndtri(u))  # type: ignore[no-any-return]


def beta_ppf(u: Array, a: float, b: float, low: float, high: float) -> Array:
    """Beta(a, b) stretched to ``low`` .. ``high``."""
    return low + (np.asarray(high) - low) * np.clip(_from_table(_beta_table, u, a, b), 0.0, 1.0)


def uniform_ppf(u: Array, low: float, high: float) -> Array:
    """Every value between the ends alike."""
    return low + (np.asarray(high) - low) * u


def student_t_ppf(u: Array, degrees: float, scale: float) -> Array:
    """Student-t around 0."""
    return scale * _from_table(_student_t_table, u, degrees)


def choices_ppf(u: Array, *values_then_weights: float) -> Array:
    """One of several values; parameters are the values, then their weights."""
    half = len(values_then_weights) // 2
    values = np.asarray(values_then_weights[:half])
    upper = np.cumsum(values_then_weights[half:])
    return values[np.minimum(np.searchsorted(upper / upper[-1], u, side="right"), half - 1)]


@lru_cache(maxsize=512)
def _beta_table(a: float, b: float) -> tuple[Array, Array]:
    scores = _nodes()
    values = special.betaincinv(a, b, special.ndtr(scores))
    rest = special.betaincinv(b, a, special.ndtr(-scores))
    log_density = special.xlogy(a - 1.0, values) + special.xlogy(b - 1.0, rest) - special.betaln(a, b)
    return values, _slopes(scores, log_density)


@lru_cache(maxsize=64)
def _student_t_table(degrees: float) -> tuple[Array, Array]:
    scores = _nodes()
    lower = special.stdtrit(degrees, special.ndtr(scores[: NODES // 2]))
    values = np.concatenate([lower, [0.0], -lower[::-1]])
    log_density = (
        special.gammaln((degrees + 1.0) / 2.0)
        - special.gammaln(degrees / 2.0)
        - np.log(degrees * np.pi) / 2.0
        - (degrees + 1.0) / 2.0 * np.log1p(values**2 / degrees)
    )
    return values, _slopes(scores, log_density)


def _nodes() -> Array:
    return np.linspace(-REACH, REACH, NODES)


def _slopes(scores: Array, log_density: Array) -> Array:
    """Change of the value from node to node: normal density over the family's own, times the step."""
    log_normal_density = -(scores**2) / 2.0 - np.log(2.0 * np.pi) / 2.0
    slopes = np.exp(log_normal_density - log_density) * (2.0 * REACH / (NODES - 1))
    return np.where(np.isfinite(slopes), slopes, 0.0)


def _from_table(table: Callable[..., tuple[Array, Array]], u: Array, *parameters: float) -> Array:
    """Cubic Hermite interpolation of a table on evenly spaced normal scores."""
    values, slopes = table(*(float(parameter) for parameter in parameters))
    place = (np.clip(special.ndtri(u), -REACH, REACH) + REACH) * ((NODES - 1) / (2.0 * REACH))
    left = np.minimum(place.astype(np.intp), NODES - 2)
    t = place - left
    rest = 1.0 - t
    return (  # type: ignore[no-any-return]
        rest * rest * ((1.0 + 2.0 * t) * values[left] + t * slopes[left])
        + t * t * ((3.0 - 2.0 * t) * values[left + 1] - rest * slopes[left + 1])
    )


FAMILIES: dict[str, Ppf] = {
    "point": point_ppf,
    "normal": normal_ppf,
    "lognormal": lognormal_ppf,
    "logit_normal": logit_normal_ppf,
    "beta": beta_ppf,
    "uniform": uniform_ppf,
    "student_t": student_t_ppf,
    "choices": choices_ppf,
}
"""Name of a family -> its inverse CDF."""


def point(value: float) -> Distribution:
    """A number known exactly."""
    return Distribution(family="point", parameters=(float(value),))


def normal(mean: float, sd: float, low: float = -math.inf, high: float = math.inf) -> Distribution:
    """Normal, cut (not clipped) to ``low`` .. ``high``."""
    return Distribution(family="normal", parameters=(mean, sd, low, high))


def lognormal(median: float, log_sd: float, low: float = 0.0, high: float = math.inf) -> Distribution:
    """Log-normal by its median, cut to ``low`` .. ``high``."""
    return Distribution(family="lognormal", parameters=(median, log_sd, low, high))


def logit_normal(median: float, logit_sd: float) -> Distribution:
    """Normal in the logit: a share or a score with soft ends at 0 and 1."""
    return Distribution(family="logit_normal", parameters=(median, logit_sd))


def beta(a: float, b: float, low: float = 0.0, high: float = 1.0) -> Distribution:
    """Beta, stretched to ``low`` .. ``high``."""
    return Distribution(family="beta", parameters=(a, b, low, high))


def pert(low: float, mode: float, high: float) -> Distribution:
    """PERT: a Beta with hard ends, a mode, and (low + 4 mode + high) / 6 as its mean."""
    width = high - low
    return beta(1.0 + 4.0 * (mode - low) / width, 1.0 + 4.0 * (high - mode) / width, low, high)


def uniform(low: float, high: float) -> Distribution:
    """Every value between the ends equally likely."""
    return Distribution(family="uniform", parameters=(low, high))


def student_t(degrees: float, scale: float) -> Distribution:
    """Student-t around 0."""
    return Distribution(family="student_t", parameters=(degrees, scale))


def choices(values: tuple[float, ...], weights: tuple[float, ...]) -> Distribution:
    """One of several values, by weight."""
    return Distribution(family="choices", parameters=(*values, *weights))
