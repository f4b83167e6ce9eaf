"""The grammar of quantities: the text of a YAML scalar -> a distribution in the declared unit.

Every reading is one row of ``_FORMS``. Numbers and the texts refused as ambiguous are in
``amounts``, intervals in ``intervals``, shapes named by their parameters in ``named``, the form with
keys in ``full_form``; ``spelling`` goes the other way.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache

from tuneplan.core import distributions as shapes
from tuneplan.core.distributions import Distribution
from tuneplan.core.registry import Param
from tuneplan.late import np, special
from tuneplan.scenario.grammar.amounts import (
    allowed,
    clean,
    converted,
    read_amount,
    read_ends,
    read_level,
)
from tuneplan.scenario.grammar.dimensions import (
    QuantityError,
    declared_unit,
    format_number,
    format_numbers,
)
from tuneplan.scenario.grammar.full_form import FullForm, read_full
from tuneplan.scenario.grammar.intervals import between, checked
from tuneplan.scenario.grammar.named import NAMED, Reader

__all__ = [
    "Distribution",
    "FullForm",
    "QuantityError",
    "after_pilots",
    "describe",
    "describe_learned",
    "format_number",
    "parse",
    "parse_full",
]


def parse(text: str, param: Param) -> Distribution:
    """Read the scalar form of a quantity, in the unit of its declaration.

    Raises
    ------
    QuantityError
        With a message for the analyst.

    Examples
    --------
    >>> price = Param(name="price", key="data.price", unit="USD/example", doc="Price of an example.")
    >>> describe(parse("$3 to $6 per example", price), price.unit)
    'log-normal, median $4.24, 90 % $3 to $6/example'
    >>> parse("0.35", price)
    Traceback (most recent call last):
    ...
    tuneplan.scenario.grammar.dimensions.QuantityError: 0.35 needs a unit, for example $0.35/example
    """
    cleaned = clean(text, param)
    return checked(interpreted(cleaned, param), cleaned, param)


def interpreted(cleaned: str, param: Param) -> Distribution:
    """What a clean text says, before its median and interval are checked against the bounds."""
    for pattern, read in _FORMS:
        match = pattern.fullmatch(cleaned)
        if match:
            return read(match, param)
    raise AssertionError("the last form takes any text")


def parse_full(form: FullForm, param: Param) -> tuple[Distribution, str, str]:
    """Read the full form; returns the distribution, the source and the grade.

    Raises
    ------
    QuantityError
        With a message for the analyst.

    >>> count = Param(name="n", key="n", unit="example", doc="A count.")
    >>> parse_full({"ci": ["2k", "5k"], "level": "80%", "source": "log", "grade": "B"}, count)[1:]
    ('log', 'B')
    """
    return read_full(form, param, parse=parse)


def _read_point(match: re.Match[str], param: Param) -> Distribution:
    return shapes.point(allowed(converted(read_amount(match[1], param), param), param, whole=True))


def _read_interval(match: re.Match[str], param: Param) -> Distribution:
    low, high = read_ends(match.groups()[1:], param)
    return between(low, high, param, level=read_level(match[1] or "90"))


def _read_pert(match: re.Match[str], param: Param) -> Distribution:
    low, high, mode = (allowed(value, param) for value in read_ends(match.groups(), param))
    if not low <= mode <= high or low == high:
        ends = format_numbers((low, high), param.unit)
        raise QuantityError(
            f"{format_number(mode, param.unit)} is no mode within {ends}: low to high mode between"
        )
    return shapes.pert(low, mode, high)


def _read_uniform(match: re.Match[str], param: Param) -> Distribution:
    low, high = (allowed(value, param) for value in read_ends(match.groups(), param))
    return between(low, high, param) if low >= high else shapes.uniform(low, high)


_TO, _MODE = (rf"(.+?) ?(?<![A-Za-z]){word}(?![A-Za-z]) ?(.+)" for word in ("to", "mode"))
_FORMS: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE | re.ASCII), read)
    for pattern, read in (
        (r"fixed (.+)", _read_point),
        (rf"uniform {_TO}", _read_uniform),
        *NAMED,
        (rf"{_TO[:-4]}{_MODE}", _read_pert),
        (rf"(?:(.+?) ?% ?CI )?{_TO}", _read_interval),
        (r"(.+)", _read_point),
    )
)


@lru_cache(maxsize=1024)
def describe(distribution: Distribution, unit: str) -> str:
    """What a quantity was understood to be: three significant digits, six of what is known exactly.

    >>> describe(shapes.lognormal(17.3, 0.223), "request/month")
    'log-normal, median 17.3, 90 % 12 to 25 requests/month'
    >>> describe(shapes.beta(1.0, 2.0, 0.0, 258.0), "example")
    'beta within 0 to 258, median 75.6, 90 % 6.53 to 200 examples'
    """
    if distribution.is_point:
        return format_number(float(f"{distribution.median:.6g}"), unit)
    if distribution.family == "choices":
        half = len(distribution.parameters) // 2
        values, weights = distribution.parameters[:half], distribution.parameters[half:]
        pairs = zip(values, (weight / sum(weights) for weight in weights), strict=True)
        options = [f"{_rounded((value,), unit)} ({_rounded((share,), 'share')})" for value, share in pairs]
        return f"choices: {', '.join(options)}"
    money = declared_unit(unit).numerator.name == "USD"
    plain = "USD" if money else "share" if unit.split("/")[0] == "share" else "1"
    name = distribution.family.replace("lognormal", "log-normal").replace("_", "-")
    median = _rounded((distribution.median,), plain)
    interval = _rounded(distribution.interval(), unit)
    limits = _limits(distribution, plain, bounded=unit in ("share", "score"))
    return f"{name}{limits}, median {median}, 90 % {interval}"


def describe_learned(distribution: Distribution, unit: str, learned: tuple[float, float]) -> str:
    """What a quantity is after pilots moved its normal score, to this mean and standard deviation.

    >>> describe_learned(shapes.lognormal(17.3, 0.223), "request/month", (0.0, 0.5))
    'median 17.3, 90 % 14.4 to 20.8 requests/month'
    """
    money = declared_unit(unit).numerator.name == "USD"
    plain = "USD" if money else "share" if unit.split("/")[0] == "share" else "1"
    median, low, high = after_pilots(distribution, learned)
    return f"median {_rounded((median,), plain)}, 90 % {_rounded((low, high), unit)}"


def after_pilots(
    distribution: Distribution, learned: tuple[float, float], *, reach: float = shapes.SCORE_OF_95
) -> tuple[float, float, float]:
    """Median and ends of the 90 % interval of a quantity whose normal score has this mean and standard deviation.

    Parameters
    ----------
    reach
        Standard deviations at which the interval ends.
    """
    mean, sd = learned
    scores = (mean, mean - reach * sd, mean + reach * sd)
    median, low, high = (float(distribution.ppf(special.ndtr(np.array(score)))) for score in scores)
    return median, low, high


def _limits(distribution: Distribution, unit: str, *, bounded: bool) -> str:
    """The hard ends of a family that may have them; 0 and 1 go without saying where ``bounded``."""
    usual: dict[str, tuple[float, ...]] = {
        "beta": (0.0, 1.0) if bounded else (),
        "normal": (-math.inf, math.inf),
        "lognormal": (0.0, math.inf),
    }
    ends = distribution.parameters[2:]
    if usual.get(distribution.family, ends) == ends:
        return ""
    low, high = ends
    if math.isinf(high):
        return f" above {_rounded((low,), unit)}"
    if distribution.family != "beta" and low == usual[distribution.family][0]:
        return f" below {_rounded((high,), unit)}"
    return f" within {_rounded((low, high), unit)}"


def _rounded(values: tuple[float, ...], unit: str) -> str:
    return format_numbers(tuple(float(f"{value:.3g}") for value in values), unit)
