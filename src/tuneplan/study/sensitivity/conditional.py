"""What is expected of outputs, given the value of one input: piecewise straight lines through the draws.

Least squares on hat functions, with corners at quantiles of the input; of an input with few values,
the mean at each. No new run is needed, and what is linear in the input is met exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tuneplan.axes import Array

CORNERS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)
"""Quantiles of the input at which lines meet."""
DRAWS_PER_CORNER = 32
"""Fewer draws than this for each corner, and there are fewer corners."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Expected outputs as a function of one input.

    Attributes
    ----------
    corners
        Values of the input at which lines meet, rising. ``(corner,)``
    heights
        Expected outputs there. ``(output, corner)``
    covariance
        Of the heights, for outputs that spread by 1 around the lines. ``(corner, corner)``
    spread
        What the input leaves open, as a standard deviation. ``(output,)``
    explained
        Share of the variance of each output that goes with the input, adjusted for the number of
        corners; 0 where an output does not vary. ``(output,)``
    """

    corners: Array
    heights: Array
    covariance: Array
    spread: Array
    explained: Array

    def at(self, values: Array) -> tuple[Array, Array]:
        """Expected outputs and their standard errors at values of the input. ``(output, value)`` each"""
        hats = _hats(self.corners, values)
        leverage = np.sqrt(np.maximum(((self.covariance @ hats) * hats).sum(axis=0), 0.0))
        return self.heights @ hats, self.spread[:, None] * leverage


def fitted(values: Array, outputs: Array) -> Fit:
    """Fit outputs on one input.

    Parameters
    ----------
    values
        Of the input, ``(draw,)``.
    outputs
        ``(output, draw)``.

    >>> x = np.linspace(0.0, 1.0, 256)
    >>> fit = fitted(x, np.stack([3.0 * x - 1.0]))
    >>> fit.at(np.array([0.5]))[0].round(9).tolist()
    [[0.5]]
    """
    corners = _corners(np.sort(values))
    hats = _hats(corners, values)
    covariance = np.asarray(np.linalg.inv(hats @ hats.T), dtype=np.float64)
    mean = outputs.mean(axis=1, keepdims=True)
    products = outputs @ hats.T - mean * hats.sum(axis=1)
    heights = products @ covariance
    whole = np.square(outputs - mean).sum(axis=1)
    left = np.maximum(whole - (heights * products).sum(axis=1), 0.0)
    freedom = max(len(values) - len(corners), 1)
    open_share = np.divide(left, whole, out=np.ones_like(whole), where=whole > 0.0) * (len(values) - 1) / freedom
    return Fit(
        corners=corners,
        heights=heights + mean,
        covariance=covariance,
        spread=np.sqrt(left / freedom),
        explained=np.maximum(1.0 - open_share, 0.0),
    )


def _corners(ordered: Array) -> Array:
    """Draws at which lines meet: every value where there are few, else some quantiles."""
    steps = ordered[np.concatenate([[True], np.diff(ordered) > 0.0])]
    if len(steps) <= len(CORNERS):
        return steps  # type: ignore[no-any-return]
    count = min(max(len(ordered) // DRAWS_PER_CORNER, 2), len(CORNERS))
    places = CORNERS if count == len(CORNERS) else np.linspace(0.0, 1.0, count)
    return np.unique(ordered[np.rint(np.array(places) * (len(ordered) - 1)).astype(int)])


def _hats(corners: Array, values: Array) -> Array:
    """Weight of each corner at each value; weights add up to 1. ``(corner, value)``"""
    if len(corners) == 1:
        return np.ones((1, len(values)))
    left = np.clip(np.searchsorted(corners, values, side="right") - 1, 0, len(corners) - 2)
    share = np.clip((values - corners[left]) / (corners[left + 1] - corners[left]), 0.0, 1.0)
    hats = np.zeros((len(corners), len(values)))
    column = np.arange(len(values))
    hats[left, column] = 1.0 - share
    hats[left + 1, column] = share
    return hats
