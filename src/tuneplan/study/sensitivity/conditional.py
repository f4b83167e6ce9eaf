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

    def expected(self, values: Array) -> Array:
        """Expected outputs at values of the input. ``(output, value)``"""
        return np.asarray(self.heights @ _hats(self.corners, values))

    def at(self, values: Array) -> tuple[Array, Array]:
        """Expected outputs and their standard errors at values of the input. ``(output, value)`` each"""
        hats = _hats(self.corners, values)
        leverage = np.sqrt(np.maximum(((self.covariance @ hats) * hats).sum(axis=0), 0.0))
        return self.heights @ hats, self.spread[:, None] * leverage


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """Outputs to be fitted on one input after another.

    Attributes
    ----------
    values
        ``(output, draw)``.
    mean
        Over draws. ``(output, 1)``
    variation
        Sum of squares around it. ``(output,)``
    """

    values: Array
    mean: Array
    variation: Array

    @classmethod
    def of(cls, values: Array) -> Outputs:
        """What every fit of them starts from."""
        mean = values.mean(axis=1, keepdims=True)
        return cls(values=values, mean=mean, variation=np.square(values - mean).sum(axis=1))

    def given(self, values: Array, ordered: Array) -> Fit:
        """Fit them on an input.

        Parameters
        ----------
        values, ordered
            Of the input, ``(draw,)``; the same in rising order.
        """
        corners = _corners(ordered)
        hats = _hats(corners, values)
        covariance = np.asarray(np.linalg.inv(hats @ hats.T), dtype=np.float64)
        products = self.values @ hats.T - self.mean * hats.sum(axis=1)
        heights = products @ covariance
        whole = self.variation
        left = np.maximum(whole - (heights * products).sum(axis=1), 0.0)
        freedom = max(len(values) - len(corners), 1)
        open_share = np.divide(left, whole, out=np.ones_like(whole), where=whole > 0.0) * (len(values) - 1) / freedom
        return Fit(
            corners=corners,
            heights=heights + self.mean,
            covariance=covariance,
            spread=np.sqrt(left / freedom),
            explained=np.maximum(1.0 - open_share, 0.0),
        )


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
    return Outputs.of(outputs).given(values, np.sort(values))


def _corners(ordered: Array) -> Array:
    """Draws at which lines meet: every value where there are few, else some quantiles."""
    steps = rising(ordered)
    if len(steps) <= len(CORNERS):
        return steps
    count = min(max(len(ordered) // DRAWS_PER_CORNER, 2), len(CORNERS))
    places = CORNERS if count == len(CORNERS) else np.linspace(0.0, 1.0, count)
    return rising(ordered[np.rint(np.array(places) * (len(ordered) - 1)).astype(int)])


def rising(ordered: Array) -> Array:
    """Values in order, equal ones once.

    >>> rising(np.array([1.0, 1.0, 3.0])).tolist()
    [1.0, 3.0]
    """
    first = np.ones(len(ordered), dtype=bool)
    np.greater(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


def _hats(corners: Array, values: Array) -> Array:
    """Weight of each corner at each value; weights add up to 1. ``(corner, value)``"""
    hats = np.ones((len(corners), len(values)))
    if len(corners) == 1:
        return hats
    share = hats[1:]  # of the way from each corner to the next
    np.subtract(values, corners[:-1, None], out=share)
    share /= np.diff(corners)[:, None]
    np.clip(share, 0.0, 1.0, out=share)
    hats[0] -= share[0]
    np.minimum(share[:-1], 1.0 - share[1:], out=share[:-1])  # up to a corner, then down from it
    return hats
