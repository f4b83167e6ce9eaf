"""Arrays that nobody can write into: what is held by a result stays what came out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

import numpy as np

from tuneplan.scenario.records import Scenario

Held = TypeVar("Held")
PLAIN = (str, int, float, type(None), Scenario)
"""What holds no arrays."""


def freeze(held: Held) -> Held:
    """The same, with every array in it read-only: in records, tables and lists, however deep.

    >>> freeze({"a": [np.zeros(2)]})["a"][0][0] = 1.0
    Traceback (most recent call last):
    ...
    ValueError: assignment destination is read-only
    """
    _freeze(held, {})
    return held


def _freeze(held: Any, seen: dict[int, Any]) -> None:
    if isinstance(held, PLAIN) or id(held) in seen:
        return
    seen[id(held)] = held  # kept, so that its number stays its own
    if isinstance(held, np.ndarray):
        held.flags.writeable = False
    elif is_dataclass(held):
        for each in fields(held):
            _freeze(getattr(held, each.name, None), seen)
    elif isinstance(held, Mapping):
        for value in held.values():
            _freeze(value, seen)
    elif isinstance(held, tuple | list) and not isinstance(held[0] if held else None, PLAIN):
        for value in held:
            _freeze(value, seen)
