"""A number in force, in words and as data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tuneplan.report.grades import graded
from tuneplan.report.words import amount
from tuneplan.scenario.grammar.quantities import describe
from tuneplan.scenario.inventory import KEYS, Known

STARS = {"tasks": "TASK", "strategies": "STRATEGY", "checks": "CHECK", "similarity": "A/B"}
"""First word of a key -> what its star stands for."""
HELD = ", held fixed; 90 % "
SAID = {"input_usd_per_mtok": "read", "output_usd_per_mtok": "written", "cached_input_usd_per_mtok": "cached", "training_usd_per_mtok": "trained",
        "max_params": "up to", "fp8_tflops": "in fp8", "decode_bandwidth_share": "decoding"}  # fmt: skip
"""Column of the catalogue -> word before its number; others need none."""
SHAPE = ("layers", "hidden", "intermediate", "heads", "kv_heads", "head_dim", "vocab", "kv_bytes_per_token", "active_params")
"""Columns of a model that only data has room for."""


def entry(each: Known) -> dict[str, Any]:
    """All that is known of a number, as plain data."""
    low, high = each.interval or (None, None)
    return {
        "stands_in": each.stands_in, "group": each.group, "name": shown_name(each), "part": each.part, "value": in_words(each),
        "median": each.value.median, "low": low, "high": high, "drawn": each.is_drawn, "unit": each.unit, "grade": each.grade,
        "grade_in_words": graded(each.grade), "as_of": each.as_of, "source": each.source, "doc": each.doc, "note": each.note,
    }  # fmt: skip


def shown_name(each: Known) -> str:
    """A number as people call it.

    >>> from tuneplan.scenario.inventory import everything
    >>> [shown_name(each) for each in everything() if each.group in ("horizon", "pooling")]
    ['horizon', 'BREADTH_SHARPNESS']
    """
    return each.name.replace("*", STARS.get(each.group, "NAME")) if each.stands_in == KEYS else each.name


def in_words(each: Known) -> str:
    """A value with its interval."""
    if each.is_drawn or each.stands_in == KEYS:
        return describe(each.value, each.unit)
    value = amount(each.value.median, each.unit)
    if each.interval is None:
        return value
    low, high = (amount(end, each.unit) for end in each.interval)
    return f"{value}{HELD}{low} to {high}"


def shortly(each: Known) -> str:
    """The same for a table: the middle, and the interval in brackets.

    >>> from tuneplan.scenario.inventory import everything
    >>> [shortly(each) for each in everything() if each.name in ("law.repeat_value", "OVERHEAD_GB", "USABLE_MEMORY")]
    ['5 (1.58 to 15.8 epochs)', '2 GB (1 GB to 4 GB, held fixed)', '92 %']
    """
    if each.is_drawn:
        return "{} ({})".format(*in_words(each).rpartition("median ")[2].split(", 90 % "))
    value, _, interval = in_words(each).partition(HELD)
    return f"{value} ({interval}, held fixed)" if interval else value


def row_shortly(numbers: Iterable[Known]) -> str:
    """The numbers of a row, those that data alone has room for left out."""
    shown = (each for each in numbers if each.part not in SHAPE)
    return ", ".join(f"{SAID[each.part]} {shortly(each)}" if each.part in SAID else shortly(each) for each in shown)
