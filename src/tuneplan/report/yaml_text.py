"""Texts as YAML reads them back: plain where that is safe, in quotes where it is not."""

from __future__ import annotations

import json
import re
from dataclasses import fields

from tuneplan.scenario import catalogue
from tuneplan.scenario.catalogue import Row

_PLAIN = re.compile(r"[\w$.%/(+-][\w$.%/ ()+>^~,;'-]*")
_WORDS_OF_YAML = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
"""Plain, a reader of YAML takes these for something else than the text."""
_ENDS_A_VALUE = frozenset(",[]{}")


def scalar(text: str) -> str:
    """A text after ``key:`` on a line of its own.

    >>> scalar("$60k"), scalar("a: b"), scalar("- 1")
    ('$60k', '"a: b"', '"- 1"')
    >>> scalar("null"), scalar("No"), scalar("~")
    ('"null"', '"No"', '"~"')
    """
    safe = _PLAIN.fullmatch(text) and text == text.strip() and not text.startswith("- ") and text != "-"
    safe = safe and text.lower() not in _WORDS_OF_YAML
    return text if safe else json.dumps(text, ensure_ascii=False)


def in_flow(text: str) -> str:
    """The same between brackets, where a comma ends a value.

    >>> in_flow("a, b"), in_flow("a b")
    ('"a, b"', 'a b')
    """
    return json.dumps(text, ensure_ascii=False) if set(text) & _ENDS_A_VALUE else scalar(text)


def row_in_flow(row: Row) -> str:
    """A row of the catalogue as a table on one line; empty cells are left out.

    >>> row_in_flow(catalogue.label_prices()["llm-pair"])[:44]
    '{name: llm-pair, low: 0.002, typical: 0.01, '
    """
    values = {field.name: getattr(row, field.name) for field in fields(row)}
    columns = [name for name in values if name not in ("source", "as_of", "grade")] + ["source", "as_of", "grade"]
    cells = {name: _cell(values[name]) for name in columns if values[name] is not None and values[name] != ""}
    return f"{{{', '.join(f'{name}: {text}' for name, text in cells.items())}}}"


def _cell(value: object) -> str:
    """A cell between brackets; yes and no are no texts."""
    text = catalogue.as_cell(value)
    return text if isinstance(value, bool) else in_flow(text)
