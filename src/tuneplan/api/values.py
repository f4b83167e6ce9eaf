"""Values of Python as a scenario types them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tuneplan.errors import UsageError

Value = str | bool | int | float | Sequence[Any] | Mapping[str, Any]
"""What may be set: a number, a text in the grammar of the scenario, or lists and tables of such."""
_PLAIN = re.compile(r"[\w$%.+-][\w$%./ +-]*")
"""Words that stand in a list as they are; others are put into quotes."""


def override(path: str, value: Value) -> str:
    """A change as after ``--set``.

    >>> override("unseen.share", 0.25)
    'unseen.share=0.25'
    """
    return f"{path}={typed(value)}"


def typed(value: Value) -> str:
    """A value as one types it.

    Raises
    ------
    UsageError
        No scenario holds such a thing.

    >>> typed(True), typed(["data", "a, b"]), typed({"of": ["a.b", "c"], "value": 0.5})
    ('yes', '[data, "a, b"]', '{of: [a.b, c], value: 0.5}')
    """
    return value if isinstance(value, str) else _typed(value)


def listed(key: str, values: Iterable[Value]) -> list[str]:
    """Several values of a key as one types them.

    Raises
    ------
    UsageError
        It is no list.

    >>> listed("unseen.share", (0.1, "20%"))
    ['0.1', '20%']
    """
    if isinstance(values, str | Mapping) or not isinstance(values, Iterable):
        shown = values if isinstance(values, str) else "60k USD"
        raise UsageError(f'{key}: values come in a list, for example ["{shown}"]')
    return [typed(each) for each in values]


def _typed(value: Any) -> str:
    if hasattr(value, "item") and getattr(value, "ndim", 1) == 0:  # a number of numpy
        value = value.item()
    if isinstance(value, str):
        return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_typed(str(key))}: {_typed(each)}" for key, each in value.items()) + "}"
    if isinstance(value, Sequence):
        return f"[{', '.join(map(_typed, value))}]"
    try:
        return f"{value:.15g}" if not isinstance(value, int) else str(value)
    except (TypeError, ValueError):
        raise UsageError(f"a value is a number, a text, a list or a table, not {type(value).__name__}") from None
