"""How values and ranges are told apart."""

from __future__ import annotations

import pytest

from tuneplan.core.registry import Param
from tuneplan.scenario.grammar.dimensions import QuantityError
from tuneplan.scenario.grammar.ranges import Range, ends_of, range_in, split

LIMIT = Param(name="limit", key="limit", unit="USD", doc="Limit.")
COUNT = Param(name="count", key="count", unit="example", low=1.0, whole=True, doc="Count.")


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("a", ["a"]),
        ("a, b,c", ["a", "b", "c"]),
        ("a,,b", ["a", "", "b"]),
        ("", [""]),
        ("{a: [1, 2]}, [[x, y], [z]]", ["{a: [1, 2]}", "[[x, y], [z]]"]),
        ("\"a, b\", 'c, d'", ['"a, b"', "'c, d'"]),
        ("don't, won't", ["don't", "won't"]),
        ('{note: "[, }"}, b', ['{note: "[, }"}', "b"]),
    ],
)
def test_commas_split_outside_brackets_and_quotes(text: str, pieces: list[str]) -> None:
    assert split(text) == pieces


@pytest.mark.parametrize("text", ["{a", "[a, b", '"a', "[a}"])
def test_what_is_never_closed_is_told(text: str) -> None:
    with pytest.raises(QuantityError, match="is missing at the end"):
        split(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1..2:3", Range(low="1", high="2", count=3)),
        ("1k .. 100k/month : log : 9", Range(low="1k", high="100k/month", log=True, count=9)),
        ("1..2", Range(low="1", high="2")),
        ("1..2:log", Range(low="1", high="2", log=True)),
        ("1 to 2", None),
        ("full", None),
        ("{source: a..b}", None),
        ('"a..b"', None),
    ],
)
def test_two_dots_make_a_range(text: str, found: Range | None) -> None:
    assert range_in(text) == found


@pytest.mark.parametrize("text", ["1..2:3:4", "1..", "..2", "1...2", "1..2..3", "1..2:lin:3", "1..2:-3", "1..2:"])
def test_what_is_no_range_is_told(text: str) -> None:
    with pytest.raises(QuantityError, match=r"write LOW\.\.HIGH:COUNT or LOW\.\.HIGH:log:COUNT, for example 20k\.\.80k USD:log:9"):
        range_in(text)


def test_a_range_is_written_as_it_is_read() -> None:
    for text in ("1..2 USD:3", "1..2 USD:log:3", "1..2", "1..2:log"):
        assert str(range_in(text)) == text


def test_ends_of_what_is_counted_are_whole_and_within_bounds() -> None:
    assert ends_of(Range(low="1.6", high="9.4"), COUNT) == (2.0, 9.0)
    with pytest.raises(QuantityError, match="is not allowed: at least"):
        ends_of(Range(low="0", high="9"), COUNT)
    with pytest.raises(QuantityError, match="is empty: both ends are the same"):
        ends_of(Range(low="1.2", high="1.4"), COUNT)
    with pytest.raises(QuantityError, match=r"is not allowed: at least \$0"):
        ends_of(Range(low="-5 USD", high="9 USD"), LIMIT)
