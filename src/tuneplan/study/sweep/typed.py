"""From the words of a command line to what is varied: ``--sweep KEY=VALUES`` and ``--row 'KEY=VALUE, ...'``."""

from __future__ import annotations

from collections.abc import Sequence

from tuneplan.scenario.edits import key_at
from tuneplan.scenario.grammar.dimensions import QuantityError
from tuneplan.scenario.grammar.ranges import DOTS, range_in, split, with_unit
from tuneplan.scenario.records import Place
from tuneplan.scenario.swept import OWN, Row, Wanted, key_in

SWEEP, ROW = Place(file="--sweep"), Place(file="--row")
MOST_TYPED = 4
"""Values that a remedy types out."""


def wanted_in(text: str) -> Wanted:
    """What one ``--sweep`` says.

    >>> wanted_in("budget.limit=20k USD, 60k USD").texts
    ('20k USD', '60k USD')

    Raises
    ------
    QuantityError
        It is no ``KEY=VALUES``.
    """
    key, equals, given = (part.strip() for part in text.partition("="))
    if not equals or not key:
        raise QuantityError(f"{text} names no key with values: write for example budget.limit=20k..80k USD:9, or method=full,lora")
    key = key_in(key)
    return wanted_of(key, given, number=is_number(key))


def wanted_of(key: str, given: str, *, number: bool) -> Wanted:
    """What the values of one key say.

    Raises
    ------
    QuantityError
        They can't be told apart, or one of them is empty.
    """
    if given == OWN and number:
        return Wanted(key=key, own=True, place=SWEEP)
    texts = split(given)
    if not all(texts):
        raise QuantityError("a value is missing: write for example budget.limit=20k USD,60k USD" if given else "no values are given")
    if len(texts) == 1:
        return Wanted(key=key, texts=tuple(texts), range=None, place=SWEEP) if (found := range_in(given)) is None else Wanted(key=key, range=found, place=SWEEP)
    among = next((each for each in texts if DOTS in each and range_in(each) is not None), None)
    if among is not None:
        raise QuantityError(f"{among} stands among values: give either a range or values")
    _ask_for_units(key, texts)
    return Wanted(key=key, texts=tuple(texts), place=SWEEP)


def _ask_for_units(key: str, texts: Sequence[str]) -> None:
    """Refuse values of which some leave their unit to others, as both ends of a range may."""
    found = key_at(key)
    mended = None if found is None or found.param is None else with_unit(texts, found.param)
    if mended is not None:
        some = ",".join(mended[:MOST_TYPED]) + (",..." if len(mended) > MOST_TYPED else "")
        raise QuantityError(f"the unit stands at each value: write {some}")


def is_number(key: str) -> bool:
    """Whether a key stands for a number of the model."""
    found = key_at(key)
    return found is not None and found.param is not None


def row_in(text: str) -> Row:
    """What one ``--row`` says.

    >>> row_in("budget.limit=20k USD, strategies.pair.groups=[[email, summary], [qa]]")[1]
    ('strategies.pair.groups', '[[email, summary], [qa]]')

    Raises
    ------
    QuantityError
        A piece is no ``KEY=VALUE``.
    """
    found = []
    for piece in split(text):
        key, equals, value = (part.strip() for part in piece.partition("="))
        if not (key and equals and value):
            raise QuantityError(f'"{piece}" is no KEY=VALUE: write for example "budget.limit=20k USD, method=lora", a list in brackets')
        found.append((key_in(key), value))
    return tuple(found)
