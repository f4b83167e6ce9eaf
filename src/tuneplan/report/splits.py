"""Splits of a difference as they are printed: rounded so that the parts add up to the whole."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from tuneplan.core.costs import COSTS
from tuneplan.report.words import signed_points, signed_usd
from tuneplan.study.results import Comparison

ALL, OTHER_LINES = "all", "other lines"
"""Names of the rows that are no part of their own."""
POINT_DECIMALS = 2
KEPT_LINES = 6
"""Cost lines of a split that are shown one by one; the rest is summed."""
MONEY = ((10.0, 1.0, 2, ""), (1e4, 1.0, 0, ""), (1e7, 1e3, 2, "k"), (1e10, 1e6, 2, "M"), (math.inf, 1e9, 2, "B"))
"""Largest amount below, its unit, decimals, letter: one unit for all rows of a split of dollars."""


def apportioned(parts: Sequence[float], whole: float) -> list[int]:
    """Whole numbers near ``parts`` that add up to the rounded ``whole``: largest remainders.

    Every part is rounded down, and the units still missing go one each to the parts that lost most.

    >>> apportioned([0.4, 0.4, 0.4], 1.2), apportioned([2.6, -1.3], 1.3)
    ([1, 0, 0], [2, -1])
    """
    down = [math.floor(part) for part in parts]
    missing = round(whole) - sum(down)
    by_loss = sorted(range(len(parts)), key=lambda index: down[index] - parts[index])
    favoured = by_loss[:missing] if missing >= 0 else by_loss[missing:]
    step = 1 if missing >= 0 else -1
    return [each + step * (index in favoured) for index, each in enumerate(down)]


def points_split(parts: Mapping[str, float]) -> dict[str, str]:
    """Parts in points and ``all``, each with two decimals, that add up as printed.

    >>> points_split({"a": 0.334, "b": 0.334, "c": -0.004})
    {'a': '+0.33', 'b': '+0.33', 'c': '0.00', 'all': '+0.66'}
    """
    whole = sum(parts.values())
    if not math.isfinite(whole):
        return {**{name: signed_points(part) for name, part in parts.items()}, ALL: signed_points(whole)}
    scale = 10.0**POINT_DECIMALS
    counts = apportioned([part * scale for part in parts.values()], whole * scale)
    return {
        name: f"{count / scale:+.{POINT_DECIMALS}f}" if count else f"{0.0:.{POINT_DECIMALS}f}"
        for name, count in zip((*parts, ALL), (*counts, sum(counts)), strict=True)
    }


def usd_split(parts: Mapping[str, float]) -> dict[str, str]:
    """The largest cost lines, ``other lines`` and ``all`` in one unit of money, that add up as printed.

    >>> usd_split({"labels": -23_456.0, "care": 12.0, "routing": 0.0})
    {'labels': '-$23.45k', 'care': '+$0.01k', 'all': '-$23.44k'}
    """
    whole = sum(parts.values())
    ranked = sorted(parts.items(), key=lambda item: -abs(item[1]))
    if not math.isfinite(whole):
        return {**{name: signed_usd(part) for name, part in ranked[:KEPT_LINES]}, ALL: signed_usd(whole)}
    scale = _money(parts)[0]
    shown = {name: part for name, part in ranked[:KEPT_LINES] if abs(part) * scale >= 0.5}
    shown[OTHER_LINES] = whole - sum(shown.values())
    return {name: text for name, text in _usd_adding_up(shown, _money(parts)).items() if text != "$0" or name != OTHER_LINES}


def usd_steps(parts: Mapping[str, float]) -> dict[str, str]:
    """Every part in its order and ``all``, in one unit of money, that add up as printed.

    >>> usd_steps({"rent": 0.4, "labels": -12_345.6})
    {'rent': '$0', 'labels': '-$12.35k', 'all': '-$12.35k'}
    """
    return _usd_adding_up(parts, _money(parts))


def _money(parts: Mapping[str, float]) -> tuple[float, int, str]:
    """Units of the last digit in a dollar, decimals, letter: of money as it is printed in one table."""
    largest = max(abs(amount) for amount in (sum(parts.values()), *parts.values()))
    unit, decimals, letter = next(row[1:] for row in MONEY if largest < row[0])
    return 10.0**decimals / unit, decimals, letter


def _usd_adding_up(parts: Mapping[str, float], money: tuple[float, int, str]) -> dict[str, str]:
    scale, decimals, letter = money
    counts = apportioned([part * scale for part in parts.values()], sum(parts.values()) * scale)
    return {
        name: f"{'-' if count < 0 else '+'}${abs(count) / 10.0**decimals:.{decimals}f}{letter}" if count else "$0"
        for name, count in zip((*parts, ALL), (*counts, sum(counts)), strict=True)
    }


def printed_points(comparison: Comparison) -> dict[str, str]:
    """The split of the difference in points, as printed."""
    return points_split(comparison.in_points)


def printed_unseen(comparison: Comparison) -> dict[str, str]:
    """The split of the difference on unseen requests, as printed."""
    return points_split(comparison.in_unseen)


def printed_usd(comparison: Comparison) -> dict[str, str]:
    """The split of the difference in money, as printed, largest lines first."""
    return usd_split(comparison.in_usd)


def line_name(name: str) -> str:
    """A cost line with its component, in words; of other rows the name itself."""
    if name not in COSTS:
        return name
    component, words = COSTS[name].labels["component"], name.replace("_", " ")
    return component if words == component else f"{component}: {words}"
