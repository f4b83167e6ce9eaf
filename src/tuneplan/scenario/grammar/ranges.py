"""What is varied, as it is typed: values in a row, or a range.

==============================  ==================================================================
``20k USD, 60k USD``            values, split at commas outside brackets and quotes
``20k..80k USD:9``              nine values at equal distances, both ends among them
``1k..100k/month:log:9``        nine values, each as many times the one before
``20k..80k USD``, ``...:log``   a range to draw from, evenly, or evenly in its logarithm
==============================  ==================================================================

A unit may stand at either end of a range, or at both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tuneplan.core.registry import Param
from tuneplan.scenario.grammar.amounts import (
    allowed,
    ask_for_suffix,
    clean,
    converted,
    read_amount,
    read_amounts,
)
from tuneplan.scenario.grammar.dimensions import QuantityError, format_number

OPENING = {"[": "]", "{": "}"}
DOTS = ".."
FORM = "LOW..HIGH:COUNT or LOW..HIGH:log:COUNT, for example 20k..80k USD:log:9"
"""How a range is written."""
UNSAID = ("", "1", "share", "score", "yes_no")
"""Units that nobody types: the number alone says it."""
_DIGITS = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A range as typed.

    Attributes
    ----------
    low, high
        Texts of both ends; a unit stands at one of them at least where one is needed.
    log
        Whether it is even in its logarithm.
    count
        How many values, both ends among them; None: it is drawn from.
    """

    low: str
    high: str
    log: bool = False
    count: int | None = None

    def __str__(self) -> str:
        tail = ":log" if self.log else ""
        return f"{self.low}{DOTS}{self.high}{tail}{'' if self.count is None else f':{self.count}'}"


def split(text: str) -> list[str]:
    """Pieces between commas that stand outside brackets and quotes, without spaces around them.

    >>> split("20k USD, 10k to 20k USD, {ci: [2, 5]}")
    ['20k USD', '10k to 20k USD', '{ci: [2, 5]}']

    Raises
    ------
    QuantityError
        A bracket or a quote is never closed.
    """
    return [text[start:stop].strip() for start, stop in _pieces(text)]


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each piece. A quote opens only where a word begins: ``don't`` opens none."""
    closing: list[str] = []
    quote, start = "", 0
    for place, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"" and not text[:place].rstrip(" ")[-1:].isalnum():
            quote = char
        elif char in OPENING:
            closing.append(OPENING[char])
        elif closing and char == closing[-1]:
            closing.pop()
        elif char == "," and not closing:
            yield start, place
            start = place + 1
    if quote or closing:
        raise QuantityError(f"{quote or closing[-1]} is missing at the end")
    yield start, len(text)


def range_in(text: str) -> Range | None:
    """The range that a text says; None where it says none.

    >>> range_in("1k..100k/month:log:9")
    Range(low='1k', high='100k/month', log=True, count=9)

    Raises
    ------
    QuantityError
        It has two dots and is no range.
    """
    if DOTS not in text or text.startswith(("[", "{", '"', "'")):
        return None
    low, _, rest = text.partition(DOTS)
    high, *ways = (part.strip() for part in rest.split(":"))
    low, log = low.strip(), ways[:1] == ["log"]
    counts = ways[log:]
    if not low or not high or low.endswith(".") or high.startswith(".") or DOTS in high or len(counts) > 1:
        raise QuantityError(f"{text} is no range: write {FORM}")
    return Range(low=low, high=high, log=log, count=_count(text, counts[0]) if counts else None)


def _count(text: str, given: str) -> int:
    if _DIGITS.fullmatch(given) is None:
        raise QuantityError(f'{text}: "{given}" is no number of values: write {FORM}')
    count = int(given)
    if count == 0:
        raise QuantityError(f"{text} has no values: a range has 2 or more, both ends among them")
    if count == 1:
        raise QuantityError(f"{text} is one value, which is no range: write the value alone, or 2 or more")
    return count


def ends_of(asked: Range, param: Param) -> tuple[float, float]:
    """Both ends in the declared unit; of what counts things, whole.

    >>> ends_of(Range(low="$20k", high="80k"), Param(name="x", key="x", unit="USD", doc="Money."))
    (20000.0, 80000.0)

    Raises
    ------
    QuantityError
        An end can't be read, is not allowed, or the range is empty.
    """
    texts = [_certain(each, param) for each in (asked.low, asked.high)]
    try:
        ask_for_suffix(*(read_amount(each, param) for each in texts))
    except QuantityError as error:
        raise QuantityError(str(error).replace(" to ", DOTS)) from None
    low, high = (allowed(converted(each, param), param) for each in read_amounts(texts, param))
    if param.whole:
        low, high = float(round(low)), float(round(high))
    if low >= high:
        what = "is empty: both ends are the same" if low == high else "is upside down: write the lower end first"
        raise QuantityError(f"{asked.low}{DOTS}{asked.high} {what}")
    if asked.log and low <= 0.0:
        raise QuantityError(f"{asked} has no logarithm at {format_number(low, param.unit)}: start above 0, or leave log out")
    return low, high


def _certain(text: str, param: Param) -> str:
    """The text of an end: one number, no interval and no word."""
    found = clean(text, param)
    if re.search(r"(?<![A-Za-z])(?:to|of|sd)(?![A-Za-z])", found):
        raise QuantityError(f"{found} is no end of a range, which is one number; write {FORM}")
    return found


def with_unit(texts: Sequence[str], param: Param) -> list[str] | None:
    """Values, the first unit among them lent to those that need one; None where that mends nothing.

    >>> with_unit(["20k", "60k USD"], Param(name="x", key="x", unit="USD", doc="Money."))
    ['20k USD', '60k USD']
    """
    if param.may_be_bare:
        return None
    found = [_unit_in(each, param) for each in texts]
    unit = next((each for each in found if each), "")
    if not unit or "" not in found:
        return None
    lent = unit if unit.startswith("/") else f" {unit}"
    return [each if said != "" else f"{each}{lent}" for each, said in zip(texts, found, strict=True)]


def _unit_in(text: str, param: Param) -> str | None:
    """The unit that a number says, empty where it says none; None where the text is no number that the key may be."""
    try:
        amount = read_amount(clean(text, param), param)
        if amount.unit:
            converted(amount, param)
    except QuantityError:
        return None
    return amount.unit


def typed(value: float, unit: str) -> str:
    """A number as a scenario types it, exactly.

    >>> typed(2e4, "USD"), typed(0.9, "share"), typed(3.0, "1/hour")
    ('20000.0 USD', '0.9', '3.0 /hour')
    """
    return repr(float(value)) if unit in UNSAID else f"{float(value)!r} {unit.removeprefix('1')}"
