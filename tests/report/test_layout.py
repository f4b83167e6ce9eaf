"""Tables on terminals of any width: nothing is wider than there is room, nothing is lost, no number is torn."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tuneplan.report.layout import QUALIFYING
from tuneplan.report.lines import Paper, width
from tuneplan.report.page import Page, as_markdown_page, as_terminal_page
from tuneplan.report.tables import Table, as_markdown, as_text, total_width, with_title

NAMES = st.text("abc_-日本メ", min_size=1, max_size=60)
WHOLE = st.integers(0, 999)
CELLS = st.builds(
    lambda sign, number, interval: f"{sign}${number / 10:.1f}k" + (f" (${interval[0]}-${interval[1]})" if interval else ""),
    st.sampled_from(["", "-", "+"]), st.integers(0, 9999), st.none() | st.tuples(WHOLE, WHOLE),
)  # fmt: skip


@st.composite
def tables(draw: st.DrawFn) -> Table:
    columns = draw(st.integers(1, 9))
    head = ("", *(draw(st.sampled_from(["cost", "points", "delivers more", *QUALIFYING])) for _ in range(columns)))
    rows = tuple((f"{draw(st.sampled_from(['  ', '> ']))}{draw(NAMES)}", *(draw(CELLS) for _ in range(columns))) for _ in range(draw(st.integers(1, 5))))
    return Table(title="", head=head, rows=rows, flowing=draw(st.booleans()), sentence_below=draw(st.booleans()))


@settings(max_examples=150, deadline=None)
@given(table=tables(), room=st.integers(40, 160))
def test_no_line_is_wider_no_cell_is_lost_and_none_is_torn(table: Table, room: int) -> None:
    lines = as_text(table, Paper(room=room)).split("\n")
    assert max(map(width, lines)) <= room
    text = "\n".join(lines)
    for _, *cells in table.rows:
        for cell in cells:
            assert cell in text
    for name, *_ in table.rows:
        assert name.strip("> ")[: room // 4] in text


@settings(max_examples=100, deadline=None)
@given(table=tables(), room=st.integers(40, 160))
def test_ink_is_laid_over_the_same_letters(table: Table, room: int) -> None:
    """What paints gets whole lines and decides no break."""
    painted = as_text(table, Paper(room=room, ink=lambda role, line: f"<{role}>{line}</>"))
    for role in ("title", "head", "row", "marked"):
        painted = painted.replace(f"<{role}>", "")
    assert painted.replace("</>", "") == as_text(table, Paper(room=room))


@settings(max_examples=100, deadline=None)
@given(table=tables())
def test_markdown_has_the_same_cells_in_the_same_order(table: Table) -> None:
    wide = replace(table, flowing=False, sentence_below=False)
    cells = [[cell.strip("\\ ").replace("\\", "") for cell in line.strip("|").split(" | ")] for line in as_markdown(wide).split("\n")[2:]]
    assert [[cell.strip() for cell in row] for row in cells] == [[cell.strip() for cell in row] for row in wide.rows]


FOUR = Table(title="", head=("", "points", "90 %", "dollars", "90 %"), rows=(("  a", "+1.0", "0.1 to 2.0", "$5.00k", "$1.00k to $9.00k"), ("> b", "0", "", "0", "")))


def test_a_table_that_fits_is_one_block() -> None:
    assert as_text(FOUR, Paper(room=total_width(FOUR))).count("\n") == 2


def test_an_interval_stays_beside_what_it_is_of() -> None:
    """One column less and the dollars go below, both of their columns."""
    first, second = as_text(FOUR, Paper(room=total_width(FOUR) - 1)).split("\n\n")
    assert first.split("\n")[0].split() == ["points", "90", "%"]
    assert second.split("\n")[0].split() == ["dollars", "90", "%"]


def test_blocks_are_about_equally_wide() -> None:
    """The last column does not stand alone where another can keep it company."""
    table = Table(title="", head=("", *"abcdefgh"), rows=(("  name", *["$10.0k"] * 8),))
    heads = [block.split("\n")[0].split() for block in as_text(table, Paper(room=64)).split("\n\n")]
    assert heads == [list("abcd"), list("efgh")]


def test_where_no_block_fits_a_row_is_a_list_under_its_name() -> None:
    table = replace(FOUR, rows=((f"> {'x' * 50}", "+1.0", "0.1 to 2.0", "$5.00k", ""),))
    assert as_text(table, Paper(room=40)).split("\n") == [
        f"> {'x' * 38}", f"  {'x' * 12}", "    points   +1.0", "    90 %     0.1 to 2.0", "    dollars  $5.00k",
    ]  # fmt: skip


def test_a_name_of_the_first_column_is_told_in_a_list_too() -> None:
    table = Table(title="", head=("  a point is worth", "best"), rows=((f"  {'$' * 30}", "unified"),))
    assert as_text(table, Paper(room=40)).startswith(f"  a point is worth:\n  {'$' * 30}\n    best")


def test_words_that_may_be_cut_are_cut_to_what_a_hundred_columns_hold_and_not_in_markdown() -> None:
    long = "from one to another " * 12
    table = Table(title="", head=("", "A -> B", "points"), rows=(("  key", long, "+1.0"),), may_cut=1)
    assert max(map(width, as_text(table).split("\n"))) <= 100
    assert "..." in as_text(table)
    assert len(as_text(table, Paper(room=160))) > len(as_text(table)) + 100
    assert long.strip() in as_markdown(table)


def test_the_shorter_table_comes_with_its_own_title() -> None:
    short = Table(title="Stars", head=("", "x"), rows=(("  a", "*"),))
    table = Table(title="Names", head=("", "x"), rows=(("  a", "b" * 60),), shorter=short)
    assert with_title(table, Paper(room=60)).startswith("Stars\n")
    assert with_title(table).startswith("Names\n")


def test_a_cell_stays_on_its_line_and_moves_no_cursor() -> None:
    table = Table(title="a\x1b[2Jb", head=("", "x"), rows=(("  a\nb", "1\x1b[31m|\t2"),))
    assert as_text(table).split("\n")[1] == "  a b  1[31m| 2"
    for text in (as_terminal_page(Page(title="\x9b", parts=(table, "c\x1bd"))), as_markdown_page(Page(title="t", parts=(table, "c\x1bd")))):
        assert not set(text) & {"\x1b", "\x9b", "\t"}


def test_sentences_stay_readable_on_a_wide_terminal() -> None:
    text = as_terminal_page(Page(title="t", parts=("word " * 60, "日本語 " * 60)), Paper(room=160))
    assert 90 < max(map(width, text.split("\n"))) <= 100


def test_a_number_with_its_interval_stays_whole_beside_half_a_line_of_name() -> None:
    cell = "$000.0k ($000-$000)"
    table = Table(title="", head=("", *["cost"] * 8), rows=(("  __________メメメメ", *["$0.0k"] * 7, cell),), flowing=True)
    assert cell in as_text(table, Paper(room=40))
