"""Names and questions are shown as typed, and only shown."""

from __future__ import annotations

import pytest

from tuneplan.report.lines import Paper
from tuneplan.report.tables import Table, as_markdown, as_text
from tuneplan.report.words import as_markdown_words, plain, printable


@pytest.mark.parametrize("text", ["a\x1b[2Jb", "a\x00b", "a\x9bb", "a\u202eb", "a\u2066b", "a\rb"])
def test_nothing_that_moves_the_cursor_is_printed(text: str) -> None:
    assert printable(text) in ("ab", "a[2Jb")
    assert plain(text) == printable(text)


def test_a_text_stays_on_its_line_and_a_message_keeps_its_lines() -> None:
    assert plain(" a\nb\u2028c\td ") == "a b c d"
    assert printable("a\nb") == "a\nb"
    assert plain("naïve 日本 👩‍💻") == "naïve 日本 👩‍💻"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<b>", r"\<b\>"),
        ("[a](b)", r"\[a\](b)"),
        ("# a", r"\# a"),
        ("- a", r"\- a"),
        ("+ a", r"\+ a"),
        ("12. a", r"12\. a"),
        ("---", r"\---"),
        ("a|b", r"a\|b"),
        ("&lt;", r"\&lt;"),
        ("-1.3", "-1.3"),
        ("76.6", "76.6"),
        ("$5.43k", "\\$5.43k"),
    ],
)
def test_markdown_shows_a_text_and_obeys_none(text: str, shown: str) -> None:
    assert as_markdown_words(text) == shown


def test_columns_line_up_and_go_on_below_when_too_wide() -> None:
    table = Table(title="", head=("", *(f"column {n}" for n in range(20))), rows=tuple((name, *["1.23"] * 20) for name in ("日本", "b")))
    text = as_text(table, Paper(room=60))
    assert max(map(len, text.splitlines())) <= 60
    assert text.count("日本") == text.count("\nb ") > 3
    assert as_markdown(table).count("\n") == 3
