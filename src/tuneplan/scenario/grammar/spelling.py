"""From a distribution to the text that reads back to it: the shortest of the forms that say it exactly.

Every candidate is read again before it is given out. Medians and standard deviations are written
with all their digits, so that each family has a form that is exact; the ends of an interval are
worked out, rounded, and taken where the rounded ones read back to the very same parameters.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import lru_cache

import yaml

from tuneplan.core import distributions as shapes
from tuneplan.core.distributions import Distribution
from tuneplan.core.registry import Param
from tuneplan.scenario.grammar.amounts import clean
from tuneplan.scenario.grammar.dimensions import QuantityError, format_number, format_numbers, number_texts
from tuneplan.scenario.grammar.intervals import (
    LARGEST_EXPONENT,
    SCORES,
    USUAL_LEVEL,
    between,
    cut_lognormal,
    cut_normal,
)
from tuneplan.scenario.grammar.named import LARGEST_LOG_SD
from tuneplan.scenario.grammar.quantities import interpreted

DIGITS = (6, 9, 12, 15, 17)
"""Significant digits tried for numbers that are worked out, few first: typed numbers have few."""
PLAIN_COSTS = 4
"""Characters that digits alone have to save against %, k, M and B: 50% rather than 0.5. They are
needed at times: ``20 to 80k`` has two readings."""

Ends = tuple[float, float]


@lru_cache(maxsize=4096)
def spell(distribution: Distribution, unit: str, param: Param | None = None) -> str:
    """The shortest text that ``parse`` reads as this distribution, bit for bit; of choices, flow YAML.

    Parameters
    ----------
    distribution
        Any that a scenario can hold.
    unit
        Of the quantity.
    param
        Its declaration, whose bounds take part in what a text means; without it the usual bounds of
        the unit hold: 0 to 1 of a share, any score, all else from 0 up, or any where below 0.

    Raises
    ------
    ValueError
        No text says it: a family that no quantity has, or values that the bounds forbid.

    Examples
    --------
    >>> from tuneplan.core import distributions as shapes
    >>> spell(shapes.point(0.35), "USD/example"), spell(shapes.lognormal(500.0, 0.4), "token")
    ('$0.35/example', 'lognormal 500 tokens sd 0.4')
    >>> spell(shapes.beta(29.0, 13.0), "share"), spell(shapes.pert(0.0, 0.05, 0.15), "share")
    ('beta a 29 b 13', '0 to 15% mode 5%')
    >>> spell(shapes.choices((3.0, 5.0), (0.7, 0.3)), "epoch")
    '{choices: {3 epochs: 70%, 5 epochs: 30%}}'
    """
    declared = param or _usual(distribution, unit)
    if distribution.family == "choices":
        return f"{{choices: {_choices(distribution, declared)}}}"
    candidates = _CANDIDATES.get(distribution.family, _none)
    texts = [
        (len(text) + plain * PLAIN_COSTS, text)
        for plain in (False, True)
        for text in candidates(distribution, declared, plain)
    ]
    for _, text in sorted(texts):
        if _reads_as(text, distribution, declared):
            return text
    raise ValueError(f"no text in {unit} says {distribution}")


def spell_full(
    distribution: Distribution, unit: str, param: Param | None = None, *, source: str = "", grade: str = ""
) -> str:
    """The full form as flow YAML, with source and grade where there are any.

    Raises
    ------
    ValueError
        As of ``spell``.

    >>> from tuneplan.core import distributions as shapes
    >>> spell_full(shapes.point(3.0), "epoch", source="a survey", grade="B")
    '{value: 3 epochs, source: "a survey", grade: B}'
    """
    text = spell(distribution, unit, param)
    meaning = text[1:-1] if distribution.family == "choices" else f"value: {text}"
    quoted = yaml.safe_dump(source, default_style='"', width=math.inf, allow_unicode=True).strip()
    beside = [f"source: {quoted}"] * bool(source) + [f"grade: {grade}"] * bool(grade)
    return f"{{{', '.join([meaning, *beside])}}}"


def _usual(distribution: Distribution, unit: str) -> Param:
    """A declaration with the usual bounds of a unit."""
    signed = unit == "score" or any(number < 0.0 for number in distribution.parameters[:2])
    high = 1.0 if unit == "share" else 1e18
    return Param(name="x", key="x", unit=unit, low=-1e18 if signed else 0.0, high=high, doc="A number.")


def _reads_as(text: str, distribution: Distribution, param: Param) -> bool:
    try:
        return interpreted(clean(text, param), param) == distribution
    except QuantityError:
        return False


def _none(distribution: Distribution, param: Param, plain: bool) -> Iterator[str]:
    yield from ()


def _choices(distribution: Distribution, param: Param) -> str:
    half = len(distribution.parameters) // 2
    values, weights = distribution.parameters[:half], distribution.parameters[half:]
    points = [spell(Distribution(family="point", parameters=(value,)), param.unit, param) for value in values]
    shares = [format_number(weight, "share") for weight in weights]
    return f"{{{', '.join(f'{point}: {share}' for point, share in zip(points, shares, strict=True))}}}"


def _point(distribution: Distribution, param: Param, plain: bool) -> Iterator[str]:
    yield format_numbers(distribution.parameters, param.unit, plain=plain)


def _uniform(distribution: Distribution, param: Param, plain: bool) -> Iterator[str]:
    yield f"uniform {format_numbers(distribution.parameters, param.unit, plain=plain)}"


def _normal(distribution: Distribution, param: Param, plain: bool) -> Iterator[str]:
    mean, sd, *ends = distribution.parameters
    yield from _intervals(distribution, param, plain, lambda score: (mean - score * sd, mean + score * sd))
    usual = cut_normal(mean, sd, param).parameters[2:]
    limits = _limits(ends, usual, (-math.inf, math.inf), param, plain)
    yield f"normal {format_numbers((mean, sd), param.unit, ' sd ', plain=plain)}{limits}"


def _lognormal(distribution: Distribution, param: Param, plain: bool) -> Iterator[str]:
    median, log_sd, *ends = distribution.parameters
    yield from _intervals(distribution, param, plain, lambda score: _times(median, score * log_sd))
    usual = cut_lognormal(median, log_sd, param).parameters[2:]
    limits = _limits(ends, usual, (0.0, math.inf), param, plain)
    sd = f"{'log-' if log_sd > LARGEST_LOG_SD else ''}sd {_digits(log_sd)}"
    yield f"lognormal {format_numbers((median,), param.unit, plain=plain)} {sd}{limits}"


def _logit_normal(distribution: Distribution, param: Param, plain: bool) -> Iterator[str]:
    median, logit_sd = distribution.parameters
    odds = median / (1.0 - median)

    def ends(score: float) -> Ends:
        low, high = _times(odds, score * logit_sd)
        return low / (1.0 + low), 1.0 - 1.0 / (1.0 + high)

    yield from _intervals(distribution, param, plain, ends)
    yield f"logit-normal {format_numbers((median,), param.unit, plain=plain)} sd {_digits(logit_sd)}"


def _times(median: float, exponent: float) -> Ends:
    factor = math.exp(min(exponent, LARGEST_EXPONENT))
    return median / factor, median * factor


def _beta(distribution: Distribution, param: Param, plain: bool) -> Iterator[str]:
    """Never ``28 of 40``, which speaks of things counted: a prior has counted nothing."""
    a, b, *ends = distribution.parameters
    if 1.0 in (a, b):
        yield from _intervals(distribution, param, plain, lambda score: _free_end(distribution, score))
    yield from _pert(distribution, param, plain)
    named = f"beta a {_digits(a)} b {_digits(b)}"
    yield from (named, f"{named} within {format_numbers(tuple(ends), param.unit, plain=plain)}")


def _free_end(distribution: Distribution, score: float) -> Ends:
    """The interval of a Beta whose density falls from, or rises to, a bound that the interval touches."""
    a, b, low, high = distribution.parameters
    tail = math.erfc(score / math.sqrt(2.0)) / 2.0
    if a == b:
        return low, high
    if a == 1.0:
        return low, low + (high - low) * (1.0 - tail ** (1.0 / b))
    return low + (high - low) * tail ** (1.0 / a), high


def _pert(distribution: Distribution, param: Param, plain: bool) -> Iterator[str]:
    a, _, low, high = distribution.parameters
    for mode in _rounded(low + (a - 1.0) / 4.0 * (high - low)):
        if shapes.pert(low, mode, high) == distribution:
            ends = format_numbers((low, high), param.unit, plain=plain)
            yield f"{ends} mode {number_texts((mode,), param.unit, plain=plain)[0]}"


def _intervals(
    distribution: Distribution, param: Param, plain: bool, ends_at: Callable[[float], Ends]
) -> Iterator[str]:
    """Intervals of usual levels; ``ends_at`` gives the ends at a normal score."""
    for level, score in SCORES.items():
        prefix = "" if level == USUAL_LEVEL else f"{100.0 * level:.0f}% CI "
        for ends in zip(*map(_rounded, ends_at(score)), strict=True):
            if _is_between(ends, level, distribution, param):
                yield prefix + format_numbers(ends, param.unit, plain=plain)
                break


def _is_between(ends: Ends, level: float, distribution: Distribution, param: Param) -> bool:
    try:
        return between(*ends, param, level=level) == distribution
    except (QuantityError, ArithmeticError, ValueError):
        return False


def _rounded(value: float) -> Iterator[float]:
    return (float(f"{value:.{digits}g}") for digits in DIGITS)


def _digits(value: float) -> str:
    return number_texts((value,), "1", plain=True)[0]


def _limits(ends: list[float], usual: tuple[float, ...], whole: Ends, param: Param, plain: bool) -> str:
    """The words for tails that are not cut where the bounds say; ``whole``: ends of the uncut shape."""
    uncut = any(end != bound and end == limit for end, bound, limit in zip(ends, usual, whole, strict=True))
    low, high = (
        None if end == limit or (end == bound and not uncut) else end
        for end, bound, limit in zip(ends, usual, whole, strict=True)
    )
    last = " uncut" if uncut else ""
    if low is not None and high is not None:
        return f" within {format_numbers((low, high), param.unit, plain=plain)}{last}"
    if low is not None:
        return f" above {format_numbers((low,), param.unit, plain=plain)}{last}"
    return last if high is None else f" below {format_numbers((high,), param.unit, plain=plain)}{last}"


_CANDIDATES: dict[str, Callable[[Distribution, Param, bool], Iterator[str]]] = {
    "point": _point,
    "uniform": _uniform,
    "normal": _normal,
    "lognormal": _lognormal,
    "logit_normal": _logit_normal,
    "beta": _beta,
}
"""Family -> texts that may say it; choices have a form of their own."""
