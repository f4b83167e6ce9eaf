"""What the law misses in the difference of two models: the density of a sum of two Student-t errors, in closed form.

The characteristic function of a t with 5 degrees is ``exp(-z) (1 + z + z^2 / 3)``, ``z = sqrt(5) |t|``;
that of a sum is a product, and each term ``t^k exp(-c t)`` of it has an elementary inverse.
"""

from __future__ import annotations

from math import factorial

from tuneplan.axes import Array
from tuneplan.core.capability import DISCREPANCY_DEGREES
from tuneplan.late import np

ROOT = DISCREPANCY_DEGREES**0.5
LEAST = 1e-300
SMALLEST_SCALE = 1e-6
"""Below it an error is none; keeps densities finite."""


def density(x: Array, one: Array, other: Array) -> Array:
    """Density of the sum of two t errors (5 degrees) of scales ``one`` and ``other``, either of which may be 0.

    >>> round(float(density(np.zeros(1), np.ones(1), np.zeros(1))[0]), 6)  # t with 5 degrees at 0
    0.379607
    """
    terms, far, angle = _parts(x, one, other)
    total = sum(term * factorial(k) * np.cos((k + 1) * angle) / far ** (k + 1) for k, term in enumerate(terms))
    return np.maximum(total / np.pi, LEAST)


def below(x: Array, one: Array, other: Array) -> Array:
    """Chance that the sum is below ``x``.

    >>> round(float(below(np.ones(1), np.ones(1), np.zeros(1))[0]), 6)
    0.818391
    """
    terms, far, angle = _parts(x, one, other)
    total = angle + sum(term * factorial(k - 1) * np.sin(k * angle) / far**k for k, term in enumerate(terms) if k)
    return np.clip(0.5 + total / np.pi, 0.0, 1.0)


def _parts(x: Array, one: Array, other: Array) -> tuple[tuple[Array, ...], Array, Array]:
    """Coefficients of ``t^k`` in the characteristic function, distance and angle of ``x``."""
    a, b = ROOT * np.maximum(one, SMALLEST_SCALE), ROOT * other
    first, second = (np.ones_like(a), a, a * a / 3.0), (np.ones_like(b), b, b * b / 3.0)
    terms = tuple(sum(first[i] * second[k - i] for i in range(max(0, k - 2), min(k, 2) + 1)) for k in range(5))
    return terms, np.hypot(x, a + b), np.arctan2(x, a + b)
