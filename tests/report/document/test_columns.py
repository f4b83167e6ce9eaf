"""Columns on paper: numbers are known, words stay whole, and nothing is lost where a table is split."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuneplan.report.document.columns import cleaned, fitting, of_numbers, of_short_words, widths
from tuneplan.report.tables import Table


def column(*cells: str) -> Table:
    return Table(title="", head=("", "head"), rows=tuple((f"row {index}", cell) for index, cell in enumerate(cells)))


@pytest.mark.parametrize(
    ("cells", "is_number"),
    [
        (("$1.20k", "-", "$3"), True), (("+1.3", "-0.2 to +0.5", "0.00"), True), (("<1 %", "62 %"), True), (("$81.5k ($70.5k-$94.2k)",), True),
        (("can't be done", "87 %", "91 %"), True), (("prompted", "unified"), False), (("-", ""), False), (("2026-11-01", "2026-08"), False),
        (("unified, +1.6", "12 %"), False), (("3 of the five tasks share one model",), False), ((), False),
    ],
)  # fmt: skip
def test_numbers_are_told_from_words(cells: tuple[str, ...], is_number: bool) -> None:
    assert of_numbers(column(*cells)) == (False, is_number)


def test_dates_stay_whole() -> None:
    assert of_short_words(column("2026-11-01", "")) == (True, True)
    assert of_short_words(column("a sentence of words")) == (True, False)


def test_cells_are_cleaned() -> None:
    table = cleaned(Table(title="a\x00", head=("", "\u202eb"), rows=(("  indented", "c\nd"),), flowing=True))
    assert (table.title, table.head, table.rows, table.flowing) == ("a", ("", "b"), (("indented", "c d"),), True)


tables = st.integers(1, 25).flatmap(
    lambda columns: st.builds(
        Table, title=st.just("t"), head=st.tuples(*[st.text("abc", max_size=30)] * columns),
        rows=st.lists(st.tuples(*[st.text("ab ./1", max_size=60)] * columns), max_size=4).map(tuple),
    )
)  # fmt: skip


@given(table=tables, room=st.integers(40, 120))
def test_widths_are_shares_of_the_whole(table: Table, room: int) -> None:
    shares = widths(table, room)
    assert len(shares) == len(table.head)
    assert sum(shares) == pytest.approx(1.0)
    assert min(shares) > 0.0


@given(table=tables, room=st.integers(40, 120))
def test_a_split_table_loses_nothing(table: Table, room: int) -> None:
    parts = fitting(table, room)
    assert {part.head[0] for part in parts} == {table.head[0]}
    assert [name for part in parts for name in part.head[1:]] == list(table.head[1:])
    for index, row in enumerate(table.rows):
        assert [cell for part in parts for cell in part.rows[index][1:]] == list(row[1:])
        assert all(part.rows[index][0] == row[0] for part in parts)


def test_a_table_that_fits_is_not_split() -> None:
    table = column("$1.20k")
    assert fitting(table, 100) == [Table(title="", head=table.head, rows=table.rows)]


def test_short_words_keep_their_room_beside_long_ones() -> None:
    table = Table(title="", head=("name", "date", "source"), rows=((f"a.{'very' * 12}", "2026-11-01", "sentence " * 40),))
    shares = widths(table, 100)
    assert shares[1] * 100 >= len("2026-11-01")
    assert shares[0] <= 0.35
    assert shares[2] > 0.4
