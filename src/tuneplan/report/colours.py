"""The colours of strategies: the same in every chart and on the terminal, which does without what draws."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle

COLOURS = (
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#332288", "#882255", "#999933", "#117733", "#AA4499", "#666666",
)  # fmt: skip
"""Told apart by colour-blind people too: the first six after Okabe and Ito (2008), the others after Tol (2021)."""


def colours_of(names: Sequence[str]) -> dict[str, str]:
    """One a strategy, in the order of the scenario; beyond twelve they come again.

    >>> colours_of(["unified", "specialists"])
    {'unified': '#0072B2', 'specialists': '#D55E00'}
    """
    return dict(zip(names, cycle(COLOURS), strict=False))
