"""The grammar of quantities: the text of a YAML scalar -> a distribution in the declared unit.

Every reading is one row of ``_FORMS``; every text that other tools read in two ways is one row
of ``_TRAPS``, refused with a question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from tuneplan.core import distributions as shapes
from tuneplan.core.distributions import Distribution
from tuneplan.core.registry import Param
from tuneplan.scenario.dimensions import (
    SUFFIX,
    SUFFIXES,
    QuantityError,
    convert,
    declared_unit,
    example_of,
    format_number,
    format_numbers,
)

__all__ = ["FullForm", "QuantityError", "describe", "format_number", "parse", "parse_full"]

LONGEST = 200
"""Characters of the longest text that is read."""
CUT_WITHIN = 6.0
"""Standard deviations within which a bound cuts a tail."""
NO_BOUND = 1e18
"""A declared bound of this size stands for none."""

_ALONE = r"(?<![A-Za-z]){}(?![A-Za-z])"
_CURRENCY = "eur|euros?|gbp|pounds?|chf|francs?|jpy|yen|cny|rmb|yuan|inr|rupees?|cad|aud|sek|nok|dkk|brl|pln"

_TRAPS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE if fold else 0), message)
    for pattern, fold, message in (
        (r"[€£¥₹₩₽]|[A-Z]{1,2}(?<!US)\$|" + _ALONE.format(f"(?:{_CURRENCY})"), True,
         "is in another currency: convert it to US dollars first, and give the rate as its source"),
        (r"([0-9.]+)\s*m(?![A-Za-z])", False, "has an m: write {0} min, {0} months or {0}M (million)"),
        (r"(?:/|per)\s*m(?![A-Za-z])", False, "has an m: write minute, month or M (million)"),
        (r"([0-9]{1,3}(?:[, _][0-9]{3})+)(?![0-9])", False,
         "has marks between digits: write {1}, or with a suffix such as 1k"),
        (r"([0-9]+),([0-9]+)", False, "has a comma: write {0}.{1} with a point, or digits without marks"),
        (r"beta\s+([0-9.]+)\s+([0-9.]+)", True, "does not name its parameters: write beta a {0} b {1}"),
        (r"[0-9][\s_]+[0-9]", False, "has marks between digits: write 1000 or 1k"),
        (r"(?<![0-9.A-Za-z])(?<![eE][+-])0+([0-9]+)", False,
         "begins with 0, which some tools read as octal: write {0}"),
        (r"0[xob][0-9a-f]", True, "is not decimal: write digits 0 to 9"),
        (_ALONE.format("(?:nan|inf|infinity)"), True, "is not a finite number"),
        (r"[0-9]:[0-9]", False, "has a colon: write a duration with its unit, for example 90 min"),
        (r"([0-9.]*[0-9])\s*%?\s*\.\.+\s*([0-9.]+)", False, "has dots: write an interval as {0} to {1}"),
        (r"([0-9.]+)\s*[kKMB%]?\s*[-\u2013\u2014]\s*\$?([0-9.]+)", False,
         "has a dash: write an interval as {0} to {1}"),
        (r"±|\+/?-", False, "has a plus-minus: write an interval such as 2 to 5, or normal 5 sd 1"),
    )
)  # fmt: skip

_AMOUNT = re.compile(
    r"(?P<sign>[+-]?)\s*(?P<money>(?:[uU][sS])?\$|[uU][sS][dD])?\s*(?P<minus>[+-]?)"
    r"(?P<mantissa>[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE](?P<power>[+-]?[0-9]+))?\s*"
    rf"(?P<suffix>{SUFFIX}(?![A-Za-z]))?\s*(?P<unit>.*)"
)


FullForm = Mapping[str, str | list[str] | Mapping[str, str]]
"""A quantity with its keys: ``{ci: [2, 5], level: 90%, source: a survey}``, as texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Amount:
    """One number as typed: digits, power of ten, suffix, unit."""

    mantissa: str
    power: int
    suffix: str
    unit: str
    text: str

    def number(self) -> float:
        """In the typed unit; powers of ten are applied in decimal, so that 12.3% is 0.123."""
        power = self.power + SUFFIXES.get(self.suffix, 0) - 2 * self.unit.startswith("%")
        number = float(f"{self.mantissa}e{power}")
        if not np.isfinite(number) or (number == 0.0 and float(self.mantissa) != 0.0):
            raise QuantityError(f"{self.text} is too large or too small for a number here")
        return number


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
    tuneplan.scenario.dimensions.QuantityError: 0.35 needs a unit, for example $0.35/example
    """
    cleaned = _clean(text, param)
    for pattern, read in _FORMS:
        match = pattern.fullmatch(cleaned)
        if match:
            with np.errstate(all="ignore"):
                return _checked(read(match, param), cleaned, param)
    raise AssertionError("the last form takes any text")


def _clean(text: str, param: Param) -> str:
    """Single spaces; refuses what has two readings."""
    text = " ".join(text.replace("\u2212", "-").split())
    if not text or len(text) > LONGEST:
        raise QuantityError(
            f"{'nothing is given' if not text else 'too long'}: write for example {example_of(param.unit)}"
        )
    for pattern, message in _TRAPS:
        match = pattern.search(text)
        if match:
            groups = match.groups()
            raise QuantityError(f"{text} {message.format(*groups, re.sub('[, _]', '', ''.join(groups[:1])))}")
    return text


def _amount(text: str, param: Param) -> _Amount:
    match = _AMOUNT.fullmatch(text)
    if match is None or (match["sign"] and match["minus"]):
        example = example_of(param.unit)
        raise QuantityError(f'"{text}" is not a number; write for example {example}, or an interval, A to B')
    unit = re.sub(r"^percent(?![a-z])", "%", match["unit"])
    if match["money"] and not re.match(r"usd", unit, re.IGNORECASE):
        unit = f"USD {unit}".strip()
    mantissa = (match["sign"] + match["minus"]).replace("+", "") + match["mantissa"]
    return _Amount(
        mantissa=mantissa, power=int(match["power"] or 0), suffix=match["suffix"] or "", unit=unit, text=text
    )


def _amounts(texts: Sequence[str], param: Param) -> list[_Amount]:
    """Numbers that share a unit, whichever of them says it; a ``$`` anywhere makes all of them money."""
    amounts = [_amount(text, param) for text in texts]
    if any(amount.unit.startswith("USD") for amount in amounts):
        parts = [amount.unit for amount in amounts]
        whole = [f"USD {unit}".strip() if re.match(r"$|/|per", unit) else unit for unit in parts]
        amounts = [replace(amount, unit=unit) for amount, unit in zip(amounts, whole, strict=True)]
    places = range(1, len(amounts))
    for place in reversed(places):
        amounts[place - 1] = _with_unit_of(amounts[place - 1], amounts[place])
    for place in places:
        amounts[place] = _with_unit_of(amounts[place], amounts[place - 1])
    return amounts


def _with_unit_of(amount: _Amount, other: _Amount) -> _Amount:
    """Lend a unit to a number without one, or the rest of it to a mere ``$``."""
    lends = not amount.unit or (amount.unit == "USD" and other.unit.startswith("USD"))
    return replace(amount, unit=other.unit) if lends else amount


def _ends(texts: Sequence[str], param: Param) -> list[float]:
    """The ends of an interval, then its mode if given; a unit said once stands with the last."""
    typed = [_amount(text, param) for text in texts]
    _ask_for_suffix(typed[0], typed[1])
    if typed[0].unit not in ("", "USD") and not any(amount.unit for amount in typed[1:]):
        raise QuantityError(f"{typed[1].text} needs its unit too, or say the unit once, last")
    return [_value(amount, param) for amount in _amounts(texts, param)]


def _ask_for_suffix(low: _Amount, high: _Amount) -> None:
    """``20 to 80k`` has two readings; ``500 to 2k`` has one, as 500k is above 2k."""
    bare = not low.suffix and low.unit in ("", "USD") and not low.power
    if bare and high.suffix and float(low.mantissa) and float(low.mantissa) < float(high.mantissa):
        sign = "$" if low.unit else ""
        both = f"{sign}{low.mantissa}{high.suffix} to {sign}{high.mantissa}{high.suffix}"
        full = f"{sign}{low.mantissa} to {sign}{replace(high, unit='').number():.15g}"
        raise QuantityError(f"{low.text} to {high.text} can be read in two ways: write {both}, or {full}")


def _value(amount: _Amount, param: Param) -> float:
    try:
        return convert(amount.number(), amount.unit, param.unit)
    except QuantityError as error:
        typed = "" if str(error).startswith(amount.text) else f"{amount.text} "
        raise QuantityError(f"{typed}{error}") from None


def _allowed(value: float, param: Param, *, whole: bool = False) -> float:
    """The value, if the declaration allows it."""
    shown = format_number(value, param.unit)
    if not param.low <= value <= param.high:
        raise QuantityError(f"{shown} {_not_allowed(value, param)}")
    if whole and param.whole:
        if abs(value - round(value)) > 1e-9 * max(1.0, abs(value)):
            raise QuantityError(f"{shown} is not a whole number, which is needed here")
        return float(round(value))
    return float(value)


def _not_allowed(value: float, param: Param) -> str:
    if param.high >= NO_BOUND and value < param.low:
        return f"is not allowed: at least {format_number(param.low, param.unit)}"
    if param.low <= -NO_BOUND:
        return f"is not allowed: at most {format_number(param.high, param.unit)}"
    span = format_numbers((param.low, param.high), param.unit, " and ")
    if param.unit != "share":
        return f"is not allowed: between {span}"
    hint = f"; is {value:.6g}% meant?" if 2.0 <= value <= 100.0 else ""
    return f"is not a share between {span}{hint}"


def _checked(distribution: Distribution, text: str, param: Param) -> Distribution:
    """Refuse what has no median inside the bounds, whatever the family."""
    median = distribution.median
    if not np.isfinite(distribution.interval()).all():
        raise QuantityError(f"{text} is too extreme to draw from")
    slack = 1e-9 * abs(median)
    if not param.low - slack <= median <= param.high + slack:
        _allowed(median, param)
    return distribution


def between(low: float, high: float, param: Param, *, level: float = 0.9, shape: str = "") -> Distribution:
    """The distribution whose central interval of ``level`` is ``low`` to ``high``.

    >>> share = Param(name="x", key="x", unit="share", high=1.0, doc="A share.")
    >>> [between(low, high, share).family for low, high in ((0.2, 0.5), (0.0, 0.5), (0.2, 0.2))]
    ['logit_normal', 'beta', 'point']
    """
    if low > high:
        span = " to ".join(format_number(end, param.unit) for end in (low, high))
        raise QuantityError(f"{span} is upside down: write the lower end first")
    _allowed(low, param)
    _allowed(high, param)
    if low == high:
        return shapes.point(_allowed(low, param, whole=True))
    if not shape and (low == param.low or high == param.high):
        return touching(low, high, param, level=level)
    return _SHAPES[shape or _usual_shape(low, high, param)](
        low, high, float(special.ndtri((1 + level) / 2)), param
    )


def _usual_shape(low: float, high: float, param: Param) -> str:
    inside = low > 0.0 and high < 1.0
    open_ended = param.low <= 0.0 and param.high >= 1.0
    if param.unit in ("share", "score") and inside and open_ended:
        return "logit-normal"
    return "lognormal" if low > 0.0 else "normal"


def touching(low: float, high: float, param: Param, *, level: float = 0.9) -> Distribution:
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
    reach = (high - low) / (1.0 - np.sqrt(tail))
    if low == param.low:
        top = min(param.high, low + reach)
        return shapes.beta(1.0, float(np.log(tail) / np.log1p((low - high) / (top - low))), low, top)
    bottom = max(param.low, high - reach)
    return shapes.beta(float(np.log(tail) / np.log1p((low - high) / (high - bottom))), 1.0, bottom, high)


def _lognormal(low: float, high: float, z: float, param: Param) -> Distribution:
    if low <= 0.0:
        raise QuantityError(f"{format_number(low, param.unit)} is no end of a log-normal, which is above 0")
    return _cut_lognormal(float(np.sqrt(low) * np.sqrt(high)), float(np.log(high / low)) / (2.0 * z), param)


def _normal(low: float, high: float, z: float, param: Param) -> Distribution:
    return _cut_normal(low / 2.0 + high / 2.0, (high / 2.0 - low / 2.0) / z, param)


def _logit_normal(low: float, high: float, z: float, param: Param) -> Distribution:
    if low <= 0.0 or high >= 1.0:
        given = format_numbers((low, high), param.unit)
        raise QuantityError(f"{given} does not lie inside 0 and 1, as a logit-normal needs")
    lower, upper = float(special.logit(low)), float(special.logit(high))
    return shapes.logit_normal(float(special.expit((lower + upper) / 2.0)), (upper - lower) / (2.0 * z))


def _cut_normal(mean: float, sd: float, param: Param) -> Distribution:
    """A normal, cut at the bounds that its tails can reach."""
    low = param.low if mean - param.low < CUT_WITHIN * sd else -np.inf
    high = param.high if param.high - mean < CUT_WITHIN * sd else np.inf
    return shapes.normal(mean, sd, low, high)


def _cut_lognormal(median: float, log_sd: float, param: Param) -> Distribution:
    """A log-normal, cut at the bounds that its tails can reach."""
    reach = float(np.exp(CUT_WITHIN * log_sd))
    low = param.low if param.low > 0.0 and median / reach < param.low else 0.0
    high = param.high if median * reach > param.high else np.inf
    return shapes.lognormal(median, log_sd, low, high)


_SHAPES: dict[str, Callable[[float, float, float, Param], Distribution]] = {
    "lognormal": _lognormal,
    "normal": _normal,
    "logit-normal": _logit_normal,
}


def _read_point(match: re.Match[str], param: Param) -> Distribution:
    return shapes.point(_allowed(_value(_amount(match[1], param), param), param, whole=True))


def _read_interval(match: re.Match[str], param: Param) -> Distribution:
    low, high = _ends(match.groups()[1:], param)
    return between(low, high, param, level=_level(match[1] or "90"))


def _level(text: str) -> float:
    level = _amount_of_plain(text.removesuffix("%").strip(), "a level")
    if not 10.0 <= level <= 99.99:
        raise QuantityError(f"{text}% is not a level: between 10 and 99.99%, for example 80% CI 2 to 5")
    return level / 100.0


def _amount_of_plain(text: str, what: str) -> float:
    """A number that has no unit, whatever the field."""
    if not re.fullmatch(r"[0-9]+(\.[0-9]*)?|\.[0-9]+", text):
        raise QuantityError(f'"{text}" is not {what}: write digits without a unit')
    return float(text)


def _read_pert(match: re.Match[str], param: Param) -> Distribution:
    low, high, mode = (_allowed(value, param) for value in _ends(match.groups(), param))
    if not low <= mode <= high or low == high:
        ends = format_numbers((low, high), param.unit)
        raise QuantityError(
            f"{format_number(mode, param.unit)} is no mode within {ends}: low to high mode between"
        )
    return shapes.pert(low, mode, high)


def _read_uniform(match: re.Match[str], param: Param) -> Distribution:
    low, high = (_allowed(value, param) for value in _ends(match.groups(), param))
    return between(low, high, param) if low >= high else shapes.uniform(low, high)


def _read_normal(match: re.Match[str], param: Param) -> Distribution:
    mean, sd = (_value(amount, param) for amount in _amounts(match.groups(), param))
    if sd <= 0.0:
        raise QuantityError(
            f"{match[2]} is no sd, which is above 0; write {match[1]} for a number known exactly"
        )
    return _cut_normal(_allowed(mean, param), sd, param)


def _read_lognormal(match: re.Match[str], param: Param) -> Distribution:
    log_sd = _amount(match[2], param).number()
    median = _allowed(_value(_amounts(match.groups(), param)[0], param), param)
    if median <= 0.0 or not 0.0 < log_sd <= 10.0:
        raise QuantityError(f"{match[0]} needs a median above 0 and an sd of its logarithm in 0 to 10")
    return _cut_lognormal(median, log_sd, param)


def _read_beta(match: re.Match[str], param: Param) -> Distribution:
    a, b = (_amount_of_plain(text, "a parameter of a beta") for text in match.groups())
    if param.unit not in ("share", "score") or not (0.0 < a <= 1e9 and 0.0 < b <= 1e9):
        raise QuantityError(f"{match[0]} needs a share or a score, and two numbers above 0 and up to 1e9")
    return _inside(a, b, param)


def _read_successes(match: re.Match[str], param: Param) -> Distribution:
    found, trials = (_amount_of_plain(text, "a count") for text in match.groups())
    if param.unit not in ("share", "score"):
        raise QuantityError(f"{match[0]} is a share; here write for example {example_of(param.unit)}")
    if found % 1.0 or trials % 1.0 or not found <= trials or not 1.0 <= trials <= 1e9:
        raise QuantityError(f"{match[0]} needs whole numbers, the first at most the second, as 28 of 40")
    return _inside(1.0 + found, 1.0 + trials - found, param)


def _inside(a: float, b: float, param: Param) -> Distribution:
    """Beta(a, b); within narrower bounds the Beta between them of the same mean and variance."""
    low, high = max(param.low, 0.0), min(param.high, 1.0)
    if (low, high) == (0.0, 1.0):
        return shapes.beta(a, b)
    mean, variance = (a / (a + b) - low) / (high - low), a * b / ((a + b) ** 2 * (a + b + 1.0))
    total = mean * (1.0 - mean) * (high - low) ** 2 / variance - 1.0
    if not 0.0 < mean < 1.0 or total <= 0.0:
        raise QuantityError(f"{a / (a + b):.3g} on average {_not_allowed(a / (a + b), param)}")
    return shapes.beta(mean * total, (1.0 - mean) * total, low, high)


_Reader = Callable[[re.Match[str], Param], Distribution]
_TO, _OF, _MODE = (rf"(.+?) ?(?<![A-Za-z]){word}(?![A-Za-z]) ?(.+)" for word in ("to", "of", "mode"))
_FORMS: tuple[tuple[re.Pattern[str], _Reader], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), read)
    for pattern, read in (
        (r"fixed (.+)", _read_point),
        (rf"uniform {_TO}", _read_uniform),
        (r"normal (.+?) sd (.+)", _read_normal),
        (r"log-?normal (.+?) sd (.+)", _read_lognormal),
        (r"beta a (.+?) b (.+)", _read_beta),
        (_OF, _read_successes),
        (rf"{_TO[:-4]}{_MODE}", _read_pert),
        (rf"(?:(.+?) ?% ?CI )?{_TO}", _read_interval),
        (r"(.+)", _read_point),
    )
)


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
    unknown = [key for key in form if key not in _FULL]
    meanings = [key for key in _MEANINGS if key in form]
    if unknown or len(meanings) != 1:
        what = f'"{unknown[0]}" is no key of a quantity' if unknown else "a quantity has one meaning"
        raise QuantityError(f"{what}: one of {', '.join(_MEANINGS)}; beside it {', '.join(_FULL[3:])}")
    if meanings != ["ci"] and ("level" in form or "shape" in form):
        raise QuantityError("level and shape describe an interval: write them beside ci: [2, 5]")
    source, grade = _text(form, "source"), _text(form, "grade").upper()
    if not re.fullmatch("[A-Z]?", grade):
        raise QuantityError(f'grade "{grade}" is not one letter, for example B')
    return _MEANINGS[meanings[0]](form, param), source, grade


def _text(form: FullForm, key: str, default: str = "") -> str:
    text = form.get(key, default)
    if not isinstance(text, str):
        raise QuantityError(f"{key} takes one word or number, for example {key}: {_FULL_EXAMPLES[key]}")
    return text.strip()


def _full_value(form: FullForm, param: Param) -> Distribution:
    return parse(_text(form, "value"), param)


def _full_interval(form: FullForm, param: Param) -> Distribution:
    ends, shape = form["ci"], _text(form, "shape").replace("_", "-").replace("log-normal", "lognormal")
    if not isinstance(ends, list) or len(ends) != 2 or not all(isinstance(end, str) for end in ends):
        raise QuantityError("ci takes two ends, for example ci: [2, 5]")
    if shape and shape not in _SHAPES:
        raise QuantityError(f'shape "{shape}" is not known: one of {", ".join(_SHAPES)}')
    level = _level(_text(form, "level", "90%"))
    texts = [_clean(end, param) for end in ends]
    low, high = _ends(texts, param)
    with np.errstate(all="ignore"):
        return _checked(between(low, high, param, level=level, shape=shape), " to ".join(texts), param)


def _full_choices(form: FullForm, param: Param) -> Distribution:
    """One of several numbers; weights are shares that add up to 1."""
    weights_of = form["choices"]
    if not isinstance(weights_of, Mapping) or not weights_of:
        raise QuantityError("choices takes numbers with their weights, for example choices: {3: 70%, 5: 30%}")
    fraction = Param(name="weight", key="weight", unit="share", high=1.0, doc="Weight of a choice.")
    values, weights = [], []
    for value, weight in weights_of.items():
        point, share = parse(value, param), parse(weight, fraction)
        if not (point.is_point and share.is_point):
            raise QuantityError(f"{value}: {weight} among choices has to be two numbers, not intervals")
        values.append(point.median)
        weights.append(share.median)
    if abs(sum(weights) - 1.0) > 1e-3:
        raise QuantityError(f"weights of choices add up to {sum(weights):.4g}, not 1")
    return shapes.choices(tuple(values), tuple(weights))


_MEANINGS = {"value": _full_value, "ci": _full_interval, "choices": _full_choices}
_FULL_EXAMPLES = {"value": "2 to 5", "level": "90%", "shape": "lognormal", "source": "a survey", "grade": "B"}
_FULL = (*_MEANINGS, "level", "shape", "source", "grade")


def describe(distribution: Distribution, unit: str) -> str:
    """What a quantity was understood to be, in three significant digits.

    >>> describe(shapes.lognormal(17.3, 0.223), "request/month")
    'log-normal, median 17.3, 90 % 12 to 25 requests/month'
    >>> describe(shapes.beta(1.0, 2.0, 0.0, 258.0), "example")
    'beta within 0 to 258, median 75.6, 90 % 6.53 to 200 examples'
    """
    if distribution.is_point:
        return _rounded((distribution.median,), unit)
    if distribution.family == "choices":
        values, weights = np.split(np.array(distribution.parameters), 2)
        shares = weights / weights.sum()
        pairs = zip(values.tolist(), shares.tolist(), strict=True)
        options = [f"{_rounded((value,), unit)} ({_rounded((weight,), 'share')})" for value, weight in pairs]
        return f"choices: {', '.join(options)}"
    money = declared_unit(unit).numerator.name == "USD"
    plain = "USD" if money else "share" if unit.split("/")[0] == "share" else "1"
    name = distribution.family.replace("lognormal", "log-normal").replace("_", "-")
    median = _rounded((distribution.median,), plain)
    interval = _rounded(distribution.interval(), unit)
    return f"{name}{_limits(distribution, plain)}, median {median}, 90 % {interval}"


def _limits(distribution: Distribution, unit: str) -> str:
    """The hard ends of a family that may have them, where they say something."""
    usual = {"beta": (0.0, 1.0), "normal": (-np.inf, np.inf), "lognormal": (0.0, np.inf)}
    ends = distribution.parameters[2:]
    if usual.get(distribution.family, ends) == ends:
        return ""
    low, high = ends
    if np.isinf(high):
        return f" above {_rounded((low,), unit)}"
    if low == usual[distribution.family][0] and distribution.family != "beta":
        return f" below {_rounded((high,), unit)}"
    return f" within {_rounded((low, high), unit)}"


def _rounded(values: tuple[float, ...], unit: str) -> str:
    return format_numbers(tuple(float(f"{value:.3g}") for value in values), unit)
