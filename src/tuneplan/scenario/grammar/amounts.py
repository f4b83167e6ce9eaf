"""Numbers with units as analysts type them, and the traps: texts that other tools read in two ways."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tuneplan.core.registry import Param
from tuneplan.scenario.grammar.dimensions import (
    SUFFIX,
    SUFFIXES,
    QuantityError,
    convert,
    example_of,
    format_number,
    format_numbers,
)

LONGEST = 200
"""Characters of the longest text that is read."""
NO_BOUND = 1e18
"""A declared bound of this size stands for none."""

_ALONE = r"(?<![A-Za-z]){}(?![A-Za-z])"
_CURRENCY = "eur|euros?|gbp|pounds?|chf|francs?|jpy|yen|cny|rmb|yuan|inr|rupees?|cad|aud|sek|nok|dkk|brl|pln"

_TRAPS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.ASCII | (re.IGNORECASE if fold else 0)), message)
    for pattern, fold, message in (
        (r"[€£¥₹₩₽]|(?<![0-9.A-Za-z])[A-Z]{1,2}(?<!US)\$|" + _ALONE.format(f"(?:{_CURRENCY})"), True,
         "is in another currency: convert it to US dollars first, and give the rate as its source"),
        (r"([0-9.]+)\s*m(?![A-Za-z])", False, "has an m: write {0} min, {0} months or {0}M (million)"),
        (r"(?:/|per)\s*m(?![A-Za-z])", False, "has an m: write minute, month or M (million)"),
        (r"beta\s*\(\s*([0-9.]+)\s*,\s*([0-9.]+)\s*\)", True, "has parentheses: write beta a {0} b {1}"),
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
        (r"([0-9.]+[kKMB%]?)\s*[-\u2013\u2014]\s*\$?([0-9.]+[kKMB%]?)", False,
         "has a dash: write an interval as {0} to {1}"),
        (r"±|\+/?-", False, "has a plus-minus: write an interval such as 2 to 5, or normal 5 sd 1"),
    )
)  # fmt: skip

_AMOUNT = re.compile(
    r"(?P<sign>[+-]?)\s*(?P<money>(?:[uU][sS])?\$|[uU][sS][dD])?\s*(?P<minus>[+-]?)"
    r"(?P<mantissa>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE](?P<power>[+-]?[0-9]+))?\s*"
    rf"(?P<suffix>{SUFFIX}(?![A-Za-z]))?\s*(?P<unit>.*)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
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
        if not math.isfinite(number) or (number == 0.0 and float(self.mantissa) != 0.0):
            raise QuantityError(f"{self.text} is too large or too small for a number here")
        return number


def clean(text: str, param: Param) -> str:
    """Single spaces; refuses what has two readings."""
    text = " ".join(text.replace("\u2212", "-").split())
    if not text:
        raise QuantityError(f"nothing is given: write for example {example_of(param.unit)}")
    refuse_unreadable(text, example_of(param.unit))
    for pattern, message in _TRAPS:
        match = pattern.search(text)
        if match:
            groups = match.groups()
            raise QuantityError(f"{text} {message.format(*groups, re.sub('[, _]', '', ''.join(groups[:1])))}")
    return text


def refuse_unreadable(text: str, example: str) -> None:
    """Refuse what no message could quote: too long, or with characters that nobody sees."""
    if len(text) > LONGEST:
        raise QuantityError(f"too long: write for example {example}")
    if not text.isprintable():
        hidden = next(char for char in text if not char.isprintable())
        raise QuantityError(f"holds the hidden character U+{ord(hidden):04X}; delete it: write for example {example}")


def read_amount(text: str, param: Param) -> Amount:
    match = _AMOUNT.fullmatch(text)
    if match is None or (match["sign"] and match["minus"]):
        example = example_of(param.unit)
        raise QuantityError(f'"{text}" is not a number; write for example {example}, or an interval, A to B')
    unit = re.sub(r"^percent(?![a-z])", "%", match["unit"])
    if match["money"] and not re.match(r"usd", unit, re.IGNORECASE):
        unit = f"USD {unit}".strip()
    mantissa = (match["sign"] + match["minus"]).replace("+", "") + match["mantissa"]
    return Amount(
        mantissa=mantissa, power=int(match["power"] or 0), suffix=match["suffix"] or "", unit=unit, text=text
    )


def read_amounts(texts: Sequence[str], param: Param) -> list[Amount]:
    """Numbers that share a unit, whichever of them says it; a ``$`` anywhere makes all of them money."""
    amounts = [read_amount(text, param) for text in texts]
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


def _with_unit_of(amount: Amount, other: Amount) -> Amount:
    """Lend a unit to a number without one, or the rest of it to a mere ``$`` or ``%``."""
    lends = not amount.unit or (amount.unit in ("USD", "%") and other.unit.startswith(amount.unit))
    return replace(amount, unit=other.unit) if lends else amount


def read_ends(texts: Sequence[str], param: Param) -> list[float]:
    """The ends of an interval, then its mode if given; a unit said once stands with the last."""
    typed = [read_amount(text, param) for text in texts]
    ask_for_suffix(typed[0], typed[1])
    if typed[0].unit not in ("", "USD") and not any(amount.unit for amount in typed[1:]):
        raise QuantityError(f"{typed[1].text} needs its unit too, or say the unit once, last")
    return [converted(amount, param) for amount in read_amounts(texts, param)]


def ask_for_suffix(low: Amount, high: Amount) -> None:
    """``20 to 80k`` has two readings; ``500 to 2k`` has one, as 500k is above 2k."""
    bare = not low.suffix and low.unit in ("", "USD") and not low.power
    if bare and high.suffix and float(low.mantissa) and float(low.mantissa) < float(high.mantissa):
        sign = "$" if low.unit else ""
        both = f"{sign}{low.mantissa}{high.suffix} to {sign}{high.mantissa}{high.suffix}"
        full = f"{sign}{low.mantissa} to {sign}{replace(high, unit='').number():.15g}"
        raise QuantityError(f"{low.text} to {high.text} can be read in two ways: write {both}, or {full}")


def converted(amount: Amount, param: Param) -> float:
    if param.may_be_bare and not amount.unit:
        return amount.number()
    try:
        return convert(amount.number(), amount.unit, param.unit)
    except QuantityError as error:
        typed = "" if str(error).startswith(amount.text) else f"{amount.text} "
        raise QuantityError(f"{typed}{error}") from None


def allowed(value: float, param: Param, *, whole: bool = False) -> float:
    """The value, if the declaration allows it."""
    if not param.low <= value <= param.high:
        raise QuantityError(f"{format_number(value, param.unit)} {not_allowed(value, param)}")
    if whole and param.whole:
        if abs(value - round(value)) > 1e-9 * max(1.0, abs(value)):
            shown = format_number(value, param.unit)
            raise QuantityError(f"{shown} is not a whole number, which is needed here")
        return float(round(value))
    return float(value)


def not_allowed(value: float, param: Param) -> str:
    if param.high >= NO_BOUND and value < param.low:
        return f"is not allowed: at least {format_number(param.low, param.unit)}"
    if param.low <= -NO_BOUND:
        return f"is not allowed: at most {format_number(param.high, param.unit)}"
    span = format_numbers((param.low, param.high), param.unit, " and ")
    if param.unit != "share":
        return f"is not allowed: between {span}"
    hint = f"; is {value:.6g}% meant?" if 2.0 <= value <= 100.0 else ""
    return f"is not a share between {span}{hint}"


def read_level(text: str) -> float:
    level = read_plain(text.removesuffix("%").strip(), "a level")
    if not 10.0 <= level <= 99.99:
        raise QuantityError(f"{text.removesuffix('%')}% is not a level: between 10 and 99.99%, for example 80% CI 2 to 5")
    return level / 100.0


def read_plain(text: str, what: str) -> float:
    """A number that has no unit, whatever the field."""
    if not re.fullmatch(r"([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?", text):
        raise QuantityError(f'"{text}" is not {what}: write digits without a unit')
    return float(text)
