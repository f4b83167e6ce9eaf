"""What the YAML parser says, in words for the person who typed the file."""

from __future__ import annotations

from typing import Any

from tuneplan.scenario.reading.complaints import shown

DEEPEST = 12
"""Levels of nesting that are read."""
_INDENT = "this does not line up with the lines above, or follows a complete value; check spaces and quotes"
_PLAIN_WORDS: tuple[tuple[str, str], ...] = (
    (
        "mapping values are not allowed",
        'a ":" is not expected here; put text that holds ": " in quotes, or check the indentation',
    ),
    ("maximum nesting depth", f"nested deeper than {DEEPEST} levels"),
    ("',' or ']'", 'the "[" of {opened} is not closed before this, or a comma is missing'),
    ("',' or '}'", 'the "{{" of {opened} is not closed before this, or a comma is missing'),
    ("unexpected end of stream", "the quote that opens here is never closed"),
    ("unexpected document separator", "the quote that opens here is never closed"),
    ("cannot start any token", "text cannot start with {char}; put it in quotes"),
    ("unknown escape character", 'a "\\" in double quotes starts an escape; use single quotes'),
    ("could not find expected ':'", 'a ":" is missing; write "key: value"'),
    ("unexpected ':'", 'a space is missing after ":"'),
    ("node content", "a value is expected here, not {char}"),
    ("document start", "more text follows the end of the scenario"),
    ("expected key", _INDENT),
    ("expected <block end>", _INDENT),
    ("'-' indicator", _INDENT),
)
_AT_OPENING = ("unexpected end of stream", "unexpected document separator", "could not find expected ':'")


def in_plain_words(error: Exception, text: str) -> tuple[str, int, int]:
    """Message, line and column (from 1) of what the parser could not read."""
    problem = getattr(error, "problem", None) or str(error).split("\n")[0]
    mark: Any = getattr(error, "problem_mark", None)
    opening: Any = getattr(error, "context_mark", None)
    if opening is not None and any(words in problem for words in _AT_OPENING):
        mark = opening
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    char = _character(text, line, column)
    if char == "\t":
        return "a tab stands where YAML wants spaces", line, column
    for words, plain in _PLAIN_WORDS:
        if words in problem:
            start = opening or mark
            opened = f"line {start.line + 1}, column {start.column + 1}" if start else "before"
            given = shown(char) if char else "the end of the file"
            return plain.format(char=given, opened=opened), line, column
    return f"not readable as YAML: {shown(problem)[1:-1]}", line, column


def _character(text: str, line: int, column: int) -> str:
    """The character at a position; empty past the end."""
    lines = text.split("\n")
    row = lines[line - 1] if line <= len(lines) else ""
    return row[column - 1 : column]
