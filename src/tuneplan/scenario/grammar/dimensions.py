"""Units as words: what an analyst types, in the unit that a declaration wants.

A unit is a numerator over any number of denominators, ``USD/GB/month``, each a known atom
(``atoms.ATOMS``) with an optional count, ``per 1k examples``. A word in a declared unit that is no
known atom counts things of that name, so that a new declaration needs no change here.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from tuneplan.scenario.grammar.atoms import BY_SPELLING, DAY, Atom


class QuantityError(ValueError):
    """A quantity that can't be read: what was given, what is allowed, what to do.

    From this module a clause without its subject, which is the text that was typed.
    """


SUFFIXES = {"k": 3, "K": 3, "thousand": 3, "M": 6, "million": 6, "B": 9, "billion": 9}
"""Suffix of a number -> power of ten."""
SUFFIX = rf"(?:{'|'.join(SUFFIXES)})"

_SEPARATOR = re.compile(r"/|(?<![a-z])per(?![a-z])", re.IGNORECASE | re.ASCII)
_COUNTED = re.compile(rf"(?P<count>[0-9]+(?:\.[0-9]+)?)?\s*(?P<suffix>{SUFFIX})?\s*(?P<word>[^0-9\s].*)")

EXAMPLES = {
    "share": 0.12, "score": 0.6, "USD": 60e3, "USD/example": 0.35, "USD/hour": 28.0, "USD/month": 500.0,
    "USD/request": 0.002, "USD/Mtok": 0.15, "USD/point/month": 300.0, "request/month": 20e3, "month": 12.0,
    "example": 5e3, "token": 900.0, "ms/token": 50.0, "s/token": 0.05, "day": 10.0,
    "workday": 10.0, "share/month": 0.05, "USD/day": 1e3,
}  # fmt: skip
"""A typical value of common units, for messages; 3 for others."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit taken apart: ``above / below`` smallest units of the powers of its dimensions."""

    above: float
    below: float
    powers: frozenset[tuple[str, int]]
    numerator: Atom

    @property
    def is_money(self) -> bool:
        """Whether its numerator is an amount of money."""
        return self.numerator.dimension == "money"

    @property
    def may_be_bare(self) -> bool:
        """Whether a number without a unit says it all: plain numbers, shares, scores, counts."""
        return self.numerator.counts and self.powers <= {(self.numerator.dimension, 1)}


def _atom(word: str, nouns: tuple[str, ...]) -> Atom | None:
    key = re.sub(r"[\s-]+", "-", word.strip().lower())
    for spelling in (key, key[:-1] if key.endswith("s") and len(key) > 2 else key):
        if spelling in BY_SPELLING:
            return BY_SPELLING[spelling]
        for noun in nouns:
            if spelling == noun.lower():
                return Atom(noun, noun, counts=True)
    return None


def _counted_atom(part: str, nouns: tuple[str, ...], *, first: bool) -> tuple[float, Atom]:
    """An atom with its count: ``1k examples``, ``M tokens``, ``month``."""
    atom = _atom(part, nouns)
    if atom is not None:
        return 1.0, atom
    match = _COUNTED.fullmatch(part)
    atom = _atom(match["word"], nouns) if match else None
    if match is None or atom is None or (first and match["count"]):
        raise QuantityError(
            f'has "{part}" for a unit, which is not known' if part else 'has no unit after "/"'
        )
    count = float(f"{match['count'] or 1}e{SUFFIXES.get(match['suffix'] or '', 0)}")
    if count == 0.0:
        raise QuantityError(f'divides by zero ("per {part}")')
    return count, atom


@lru_cache(maxsize=1024)
def unit_of(text: str, *, nouns: tuple[str, ...] = ()) -> Unit:
    """Take a unit apart.

    Parameters
    ----------
    text
        For example ``USD/GB/month`` or ``USD per 1k examples``; nothing stands for a plain number.
    nouns
        Words that count things, besides ``ATOMS``.

    Raises
    ------
    QuantityError
        A word is neither.

    >>> unit_of("USD per 1k examples").powers == unit_of("USD/example").powers
    True
    """
    powers: Counter[str] = Counter()
    sizes = [1.0, 1.0]
    numerator = BY_SPELLING["1"]
    for place, part in enumerate(piece.strip() for piece in _SEPARATOR.split(text)):
        if place == 0 and not part:
            continue
        count, atom = _counted_atom(part, nouns, first=place == 0)
        numerator = atom if place == 0 else numerator
        sizes[min(place, 1)] *= count * atom.factor
        powers[atom.dimension] += 1 if place == 0 else -1
    kept = frozenset((dimension, power) for dimension, power in powers.items() if dimension and power)
    return Unit(sizes[0], sizes[1], kept, numerator)


@lru_cache(maxsize=1024)
def declared_unit(unit: str) -> Unit:
    """The unit of a declaration; words that are no atoms count things.

    >>> declared_unit("review round").may_be_bare
    True
    """
    return unit_of(unit, nouns=_nouns(unit))


def _nouns(unit: str) -> tuple[str, ...]:
    return tuple(re.sub(r"[\s-]+", "-", word.strip()) for word in unit.split("/"))


def convert(number: float, typed: str, declared: str) -> float:
    """A number in the unit that was typed, in the declared one.

    Raises
    ------
    QuantityError
        The unit is missing or measures something else.

    >>> convert(700.0, "/day", "request/month"), convert(350.0, "USD per 1k examples", "USD/example")
    (21306.25, 0.35)
    """
    target = declared_unit(declared)
    if not typed:
        if target.may_be_bare:
            return number
        raise QuantityError(f"needs a unit, for example {example_of(declared)}")
    if _SEPARATOR.match(typed) and target.numerator.counts and target.numerator.dimension:
        typed = f"{target.numerator.name} {typed}"
    try:
        given = unit_of(typed, nouns=_nouns(declared))
    except QuantityError as error:
        raise QuantityError(f"{error}; write for example {example_of(declared)}") from None
    if target.is_money and not given.is_money:
        raise QuantityError(f"needs $ or USD, for example {example_of(declared)}")
    if given.powers != target.powers:
        _refuse_calendar_time(number, given, target)
        raise QuantityError(f"is not in {declared}; write for example {example_of(declared)}")
    above, below = given.above * target.below, given.below * target.above
    return number if above == below else number * above / below


def _refuse_calendar_time(number: float, given: Unit, target: Unit) -> None:
    """Say what a calendar time comes to where days of work are counted: of a week five."""
    if target.powers != {("workday", 1)} or given.powers != {("time", 1)}:
        return
    days = number * given.above / DAY * (5.0 / 7.0 if given.above >= 7.0 * DAY else 1.0)
    meant = f"write {format_number(float(f'{days:.3g}'), 'workday')}" if given.above >= DAY and days else f"write for example {example_of('workday')}"
    name = f"{given.numerator.name}{'' if given.numerator.abbreviated else 's'}"
    raise QuantityError(f"is in {name}, which are calendar time; this counts days that people work: {meant}")


def example_of(unit: str) -> str:
    """A number as one may type it in a unit.

    >>> example_of("USD/example"), example_of("token/param")
    ('$0.35/example', '3 tokens/param')
    """
    return format_number(EXAMPLES.get(unit, 3.0), unit)


def format_number(value: float, unit: str) -> str:
    """The shortest text that reads back to the same number.

    >>> format_number(0.35, "USD/example"), format_number(20e3, "request/month")
    ('$0.35/example', '20k requests/month')
    """
    return format_numbers((value,), unit)


def format_numbers(values: tuple[float, ...], unit: str, joint: str = " to ", *, plain: bool = False) -> str:
    """Several numbers with the unit said once; ``plain`` as of ``number_texts``.

    >>> format_numbers((12.0, 25.0), "request/month"), format_numbers((0.05, 0.15), "share")
    ('12 to 25 requests/month', '5 to 15%')
    """
    numerator = declared_unit(unit).numerator
    return joint.join(number_texts(values, unit, plain=plain)) + _tail(unit, numerator, plural=values != (1.0,))


def number_texts(values: tuple[float, ...], unit: str, *, plain: bool = False) -> list[str]:
    """The numbers of ``format_numbers`` without their unit, but for ``$`` and a last ``%``.

    ``plain`` writes digits alone, without ``%``, k, M or B.

    >>> number_texts((0.05, 0.15), "share"), number_texts((20.0, 80e3), "USD", plain=True)
    (['5', '15%'], ['$20', '$80000'])
    """
    share, money = unit.split("/")[0] == "share", declared_unit(unit).numerator.name == "USD"
    texts = [repr(value).removesuffix(".0") if plain else _shortest(value, percent=share) for value in values]
    if any(text.endswith("%") for text in texts):
        if not all(text.endswith("%") or text == "0" for text in texts):
            return number_texts(values, unit, plain=True)
        texts = [text.removesuffix("%") for text in texts]
        texts[-1] += "%"
    if money:
        return [f"-${text[1:]}" if text.startswith("-") else f"${text}" for text in texts]
    return texts


def _tail(unit: str, numerator: Atom, *, plural: bool) -> str:
    """What follows the number: `` requests/month``, ``/example``."""
    first, slash, rest = unit.partition("/")
    if numerator.name == "USD" or not numerator.dimension:
        return slash + rest
    several = numerator.plural or f"{first}{'' if numerator.abbreviated else 's'}"
    return f" {several if plural else first}{slash}{rest}"


def _shortest(value: float, *, percent: bool) -> str:
    plain = repr(value).removesuffix(".0")
    if percent and 1e-6 <= abs(value) <= 100.0:
        return _scaled(value, -2, "%") or plain
    for power, suffix in ((3, "k"), (6, "M"), (9, "B")):
        if 10.0**power <= abs(value) < 10.0 ** (power + 3):
            text = _scaled(value, power, suffix)
            return text if text and len(text) <= len(plain) else plain
    return plain


def _scaled(value: float, power: int, suffix: str) -> str:
    """The fewest digits before ``suffix`` that give exactly ``value``; nothing if none do."""
    for digits in range(1, 18):
        text = f"{value / 10.0**power:.{digits}g}"
        if "e" not in text and float(f"{text}e{power}") == value:
            return text + suffix
    return ""
