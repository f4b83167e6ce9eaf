"""What is expected of outputs, given the values of two inputs: planes fitted to the draws nearby. No new runs.

Each input is turned into its normal score, so that its distribution does not matter; draws count by a
bell-shaped weight around each place. Planes, not means alone: at the edge of the draws a mean would be
that of what lies inwards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from tuneplan.axes import Array

REACH, POWER = 1.1, -1.0 / 6.0
"""Standard deviation of the weights: so much for one draw, falling with this power of their number, as is best in two dimensions. [normal score]"""
RIDGE = 1e-6
"""Of the spread of weights: keeps a plane level where all draws nearby agree in an input."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """Expected outputs at places in the plane of two inputs.

    Attributes
    ----------
    means
        ``(output, place)``
    errors
        Their standard errors. ``(output, place)``
    counted
        How many independent draws each rests on. ``(place,)``
    """

    means: Array
    errors: Array
    counted: Array


def scores_of(values: Array, at: Array) -> tuple[Array, Array]:
    """Normal scores of the draws of one input, equal ones sharing theirs, and of places. ``(draw,)``, ``(place,)``

    >>> scores, middle = scores_of(np.array([3.0, 1.0, 2.0]), np.array([2.0]))
    >>> middle.tolist(), bool(scores[0] == -scores[1])
    ([0.0], True)
    """
    steps, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    before = np.cumsum(counts) - counts
    scores = special.ndtri((before + counts / 2.0) / len(values))
    return scores[which], np.interp(at, steps, scores)


def surface(one: Array, other: Array, outputs: Array, places: tuple[Array, Array]) -> Surface:
    """Fit a plane around each place.

    Parameters
    ----------
    one, other
        Normal scores of the two inputs. ``(draw,)``
    outputs
        ``(output, draw)``
    places
        Normal scores of each place. ``(place,)`` each

    >>> x, y = np.meshgrid(np.linspace(-1.0, 1.0, 9), np.linspace(-1.0, 1.0, 9))
    >>> found = surface(x.ravel(), y.ravel(), (3.0 * x - y).reshape(1, -1), (np.array([0.5]), np.array([0.0])))
    >>> found.means.round(4).tolist()
    [[1.5]]
    """
    reach = REACH * len(one) ** POWER
    across, down = one - places[0][:, None], other - places[1][:, None]
    weight = np.exp(-(across**2 + down**2) / (2.0 * reach**2))
    weight = weight / np.maximum(weight.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    terms = np.stack([np.ones_like(across), across, down])  # (term, place, draw)
    moments = np.einsum("apd,pd,bpd->pab", terms, weight, terms)
    moments[:, [1, 2], [1, 2]] += RIDGE * reach**2
    moments[:, 0, 0] += np.finfo(float).tiny
    level = np.linalg.solve(moments, np.broadcast_to(np.array([[1.0], [0.0], [0.0]]), (len(moments), 3, 1)))[..., 0]
    share = weight * np.einsum("pa,apd->pd", level, terms)
    size = np.square(share).sum(axis=1)
    means = outputs @ share.T
    around = outputs**2 @ weight.T - (outputs @ weight.T) ** 2  # of the draws nearby
    return Surface(means=means, errors=np.sqrt(np.maximum(around, 0.0) * size), counted=1.0 / np.maximum(size, np.finfo(float).tiny))
