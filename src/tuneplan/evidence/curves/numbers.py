"""Numbers about curves as people type them: cells of a file, and examples that are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from tuneplan.core.registry import Param
from tuneplan.errors import UsageError
from tuneplan.scenario.grammar.dimensions import QuantityError
from tuneplan.scenario.grammar.quantities import parse
from tuneplan.scenario.reading.complaints import shown

MOST_EXAMPLES = 1e13
MOST_ASKED = 20
ASKED = Param(name="at", key="at", unit="example", high=MOST_EXAMPLES, doc="Examples at which a curve is carried on.")
NUMBERS_ASKED = "write numbers of examples between commas, for example 10k,100k"
CELL = {unit: Param(name="cell", key="cell", unit=unit, low=-1e18, high=1e18, doc="A cell.", may_be_bare=True) for unit in ("example", "score")}
IN_PERCENT = ("score", "standard_error")
"""Columns that may be written in per cent of the scale."""


def examples_asked(text: str) -> tuple[float, ...]:
    """Numbers of examples between commas, with k and M.

    Raises
    ------
    UsageError
        One of them is no number above 0, or there is none.

    >>> examples_asked("10k, 1.5M,400")
    (400.0, 10000.0, 1500000.0)
    """
    found = set()
    for word in filter(None, (each.strip() for each in text.split(","))):
        try:
            given = parse(word, ASKED)
        except QuantityError as error:
            raise UsageError(f"--at {word}: {error}; {NUMBERS_ASKED}") from None
        if not given.is_point:
            raise UsageError(f"--at {word}: is an interval; {NUMBERS_ASKED}")
        value = given.median
        if value <= 0.0:
            raise UsageError(f"--at {word}: a curve is carried on to more than 0 examples")
        found.add(value)
    if not found:
        raise UsageError(f"--at: nothing is given; {NUMBERS_ASKED}")
    if len(found) > MOST_ASKED:
        raise UsageError(f"--at: {len(found)} numbers are too many, the most is {MOST_ASKED}")
    return tuple(sorted(found))


def number_of(text: str, column: str, given: Mapping[str, str]) -> float:
    """A cell's one number: digits, also with k and M; scores also in per cent of their scale.

    Raises
    ------
    QuantityError
        It is none.

    >>> number_of("1k", "examples", {}), number_of("55%", "score", {"score_span": "100", "score": "55%"})
    (1000.0, 55.0)
    """
    if not text:
        raise QuantityError("is empty; each row is one measured point")
    with suppress(ValueError):
        return float(text)
    in_percent = text.endswith("%")
    if in_percent and ("score" not in given or column not in IN_PERCENT):
        raise QuantityError(f"{shown(text)} is in per cent, which only scores and their errors may be")
    try:
        found = parse(text, CELL["example" if column == "examples" else "score"])
    except QuantityError:
        raise QuantityError(f"{shown(text)} is no number; write digits alone") from None
    if not found.is_point:
        raise QuantityError(f"{shown(text)} is an interval; a point has one number here, and standard_error beside it")
    return float(f"{found.median * _span_of(given):.12g}") if in_percent else found.median


def _span_of(given: Mapping[str, str]) -> float:
    """Width of the scale, 1 where it is not said or is no number, which is complained of elsewhere."""
    with suppress(ValueError):
        return float(given.get("score_span") or 1.0)
    return 1.0
