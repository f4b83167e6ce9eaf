"""Grades of sources: a letter in data, a word for people."""

from __future__ import annotations

GRADES = {"V": "measured", "F": "fitted", "A": "assumed", "D": "declared", "U": "yours"}
"""Letter -> word."""
MEANINGS = (
    "Grades: measured or published, as cited; fitted by us on cited data; assumed, a judgement in any part; declared, a convention; "
    "yours, given in the scenario."
)


def graded(letter: str) -> str:
    """A grade in a word; a letter of a user's own stays beside it.

    >>> graded("F"), graded(""), graded("B")
    ('fitted', 'yours', 'yours, B')
    """
    return GRADES.get(letter or "U", f"yours, {letter}")


def told(letter: str, source: str) -> str:
    """Grade and source in one phrase: a source that begins with the word says it already.

    >>> told("F", "fitted on 90 curves (2024-02)"), told("V", "Table 3 (2022-10)"), told("U", "")
    ('fitted on 90 curves (2024-02)', 'measured: Table 3 (2022-10)', 'yours')
    """
    word = graded(letter)
    if not source:
        return word
    return source if source.startswith(word) else f"{word}: {source}"
