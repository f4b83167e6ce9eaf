"""Axes as people read them: $10k and $1M, 20 %, one scale that suits the spread; the unit stands in the label.

One call an axis, after the data is drawn, ``money(ax.xaxis, "cost over the horizon")``; where values may
spread over powers of ten, ``logarithmic(ax.xaxis, values)`` comes before it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axis import Axis

WIDE = 30.0
"""Largest value over the smallest from which an axis is logarithmic: below, a straight one keeps differences true."""
SIZES = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"), (1.0, ""))
TICKS = 6
"""The most ticks of an axis, so that half a slide's width holds their labels."""
ROUND_STEPS = (1, 2, 2.5, 5, 10)
FEW_DECADES, SOME_DECADES = 1.3, 2.3
"""Powers of ten up to which a logarithmic axis shows 1, 2, 5, and 1, 3; beyond, powers alone."""


def count_tick(value: float, step: float = math.nan) -> str:
    """A number on an axis, without digits that say nothing.

    Parameters
    ----------
    step
        About how far ticks are apart, so that neighbours differ; NaN: three digits.

    >>> [count_tick(each) for each in (0.0, 0.25, 1500.0, 20_000.0, 1e6, -3e9)]
    ['0', '0.25', '1.5k', '20k', '1M', '-3B']
    >>> [count_tick(each, 500.0) for each in (1_000_500.0, 1_001_000.0)]
    ['1.0005M', '1.001M']
    """
    if value == 0.0 or not math.isfinite(value):
        return "0" if value == 0.0 else ""
    size, letter = next((each for each in SIZES if abs(value) >= each[0] * (1.0 - 1e-9)), (1.0, ""))
    finest = step if math.isfinite(step) and step > 0.0 else abs(value) / 100.0
    digits = min(12, max(0, math.ceil(-math.log10(finest / size)) + 1))
    text = f"{value / size:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "0") else f"{text}{letter}"


def money_tick(value: float, step: float = math.nan) -> str:
    """Money on an axis.

    >>> [money_tick(each) for each in (0.0, 0.35, 10_000.0, -2_500.0, 1e6)]
    ['$0', '$0.35', '$10k', '-$2.5k', '$1M']
    """
    text = count_tick(abs(value), step)
    return f"-${text}" if value < 0.0 and text != "0" else f"${text}"


def share_tick(value: float, step: float = math.nan) -> str:
    """A share on an axis.

    >>> share_tick(0.2), share_tick(0.125)
    ('20 %', '12.5 %')
    """
    return f"{count_tick(100.0 * value, 100.0 * step)} %"


def scale_for(values: Any) -> str:
    """``log`` where all are above 0 and spread over more than ``WIDE``, else ``linear``.

    >>> scale_for([10.0, 2000.0]), scale_for([10.0, 200.0]), scale_for([0.0, 1e6]), scale_for([])
    ('log', 'linear', 'linear', 'linear')
    """
    finite = np.asarray(values, dtype=float).ravel()
    finite = finite[np.isfinite(finite)]
    return "log" if len(finite) and finite.min() > 0.0 and finite.max() / finite.min() >= WIDE else "linear"


def logarithmic(axis: Axis, values: Any) -> bool:
    """Give an axis the scale that suits the spread of values; whether it is logarithmic now."""
    scale = scale_for(values)
    across = axis is axis.axes.xaxis
    (axis.axes.set_xscale if across else axis.axes.set_yscale)(scale)
    return scale == "log"


def money(axis: Axis, label: str, *, per: str = "", ticks: int = TICKS) -> None:
    """An axis in USD, or in USD ``per`` something; fewer ``ticks`` where there is little room for them."""
    _dress(axis, money_tick, label, f"USD/{per}" if per else "USD", ticks)


def counts(axis: Axis, label: str, unit: str = "", *, ticks: int = TICKS) -> None:
    """An axis of counts, of months or of other plain numbers in a unit."""
    _dress(axis, count_tick, label, unit, ticks)


def shares(axis: Axis, label: str, *, ticks: int = TICKS) -> None:
    """An axis of shares and chances."""
    _dress(axis, share_tick, label, "", ticks)


def points(axis: Axis, label: str, *, ticks: int = TICKS) -> None:
    """An axis in points."""
    _dress(axis, count_tick, label, "point", ticks)


def _dress(axis: Axis, tick: Callable[[float, float], str], label: str, unit: str, ticks: int) -> None:
    """Ticks, few and round, and a label with its unit."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

    def told(value: float, place: int | None = None) -> str:
        low, high = axis.get_view_interval()
        return tick(value, math.nan if axis.get_scale() == "log" else abs(high - low) / (2.0 * TICKS))

    axis.set_label_text(f"{label} [{unit}]" if unit else label)
    if axis.get_scale() == "log":
        _log_ticks(axis, ticks)
    else:
        axis.set_major_locator(MaxNLocator(nbins=ticks, steps=list(ROUND_STEPS)))
    axis.set_major_formatter(FuncFormatter(told))
    axis.set_minor_formatter(NullFormatter())


def _log_ticks(axis: Axis, ticks: int) -> None:
    """Labels at 1, 2, 5 or at powers of ten, as many as fit."""
    from matplotlib.ticker import LogLocator

    low, high = axis.get_view_interval()
    decades = math.log10(high / low) if high > low > 0.0 else 1.0
    subs = (1.0, 2.0, 5.0) if decades <= FEW_DECADES else (1.0, 3.0) if decades <= SOME_DECADES else (1.0,)
    axis.set_major_locator(LogLocator(subs=subs, numticks=ticks + 2))
    axis.set_minor_locator(LogLocator(subs=tuple(range(2, 10)), numticks=50))
