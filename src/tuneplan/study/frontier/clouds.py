"""Where the draws of a strategy lie in cost and quality: rings that hold half of them and nine in ten."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tuneplan.axes import Array

SHARES = (0.5, 0.9)
"""Of the draws that each ring holds."""
CORNERS = 48
"""Of a ring."""
FLAT = 1e-9
"""Spread across a ring, as a share of that along it, below which it is a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """Draws of one strategy.

    Attributes
    ----------
    rings
        An ellipse for each of ``SHARES``; none where nothing spreads. ``(2, corner)`` each: cost [USD], points [point]
    draws
        Some of the draws, evenly taken. ``(2, draw)``
    """

    rings: tuple[Array, ...]
    draws: Array


def cloud(cost: Array, points: Array, *, few: int, is_log: bool) -> Cloud:
    """Rings around the draws of one strategy: of the shape of their covariance, as large as it takes to hold their share.

    Parameters
    ----------
    cost, points
        ``(draw,)``
    few
        Draws to take.
    is_log
        Whether cost is looked at on a logarithmic axis, so that rings are ellipses there.

    >>> line = cloud(np.arange(1.0, 101.0), np.full(100, 5.0), few=4, is_log=False)
    >>> line.draws[0].tolist(), bool(np.allclose(line.rings[0][1], 5.0))
    ([1.0, 26.0, 51.0, 76.0], True)
    """
    both = np.stack([np.log10(cost) if is_log else cost, points])
    taken = np.stack([cost, points])[:, :: max(1, -(-both.shape[1] // few))]
    return Cloud(rings=tuple(_scaled(ring, is_log) for ring in _rings(both)), draws=taken)


def _scaled(ring: Array, is_log: bool) -> Array:
    return np.stack([10.0 ** ring[0] if is_log else ring[0], ring[1]])


def _rings(both: Array) -> list[Array]:
    centre = both.mean(axis=1, keepdims=True)
    unit = np.maximum(both.std(axis=1, keepdims=True), FLAT * np.maximum(np.abs(centre), 1e-300))
    spread, along = np.linalg.eigh(np.cov((both - centre) / unit, bias=True))
    if not spread[-1] > 0.5 or (both == both[:, :1]).all():  # of two numbers scaled by their spread one at least is 1
        return []
    long = np.sqrt(np.maximum(spread, FLAT * spread[-1]))
    distance = np.hypot(*((along.T @ ((both - centre) / unit)) / long[:, None]))
    angle = np.linspace(0.0, 2.0 * np.pi, CORNERS)
    circle = along @ (long[:, None] * np.stack([np.cos(angle), np.sin(angle)]))
    return [centre + unit * np.quantile(distance, share) * circle for share in SHARES]
