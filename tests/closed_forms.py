"""Answers known in closed form, one number (or one array of draws) at a time, without the core."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tuneplan.axes import Array


def rectified(examples: float, half: Array, exponent: Array) -> Array:
    """Remaining gap of the rectified law: ``1 / (1 + (X / D_half)^b)``."""
    return 1.0 / (1.0 + (examples / half) ** exponent)


def equal_split(tasks: int, strength: Array, size_relief: Array, params: float) -> Array:
    """Interference of unlike tasks in equal parts, floor 0, fully trained: ``K^(lambda n^-zeta)``."""
    return tasks ** (strength * (params / 8e9) ** -size_relief)


def gap_left(score: Array, base: float, ceiling: float) -> Array:
    """Share of the gap that a score leaves open."""
    return (ceiling - score) / (ceiling - base)


def after_router(own: Array, elsewhere: Sequence[Array], traffic: Sequence[float], accuracy: float) -> Array:
    """Score behind a router that sends the rest to the other tasks by their traffic."""
    lost = sum(share * score for share, score in zip(traffic, elsewhere, strict=True)) / sum(traffic)
    return accuracy * own + (1.0 - accuracy) * lost


def ishigami(points: Array) -> Array:
    """``sin x1 + 7 sin^2 x2 + .1 x3^4 sin x1`` on -pi to pi, at points of the unit cube ``(3, draw)``; Ishigami and Homma 1990."""
    one, two, three = np.pi * (2.0 * points - 1.0)
    return np.sin(one) + 7.0 * np.sin(two) ** 2 + 0.1 * three**4 * np.sin(one)


def ishigami_indices() -> tuple[list[float], list[float]]:
    """First and total order: ``V1 = (1 + b pi^4 / 5)^2 / 2, V2 = a^2 / 8, V13 = 8 b^2 pi^8 / 225``."""
    one, two = 0.5 * (1.0 + 0.1 * np.pi**4 / 5.0) ** 2, 7.0**2 / 8.0
    both = 0.1**2 * np.pi**8 * 8.0 / 225.0
    whole = one + two + both
    return [one / whole, two / whole, 0.0], [(one + both) / whole, two / whole, both / whole]


def sobol_g(points: Array, weights: Sequence[float]) -> Array:
    """``prod (|4 x - 2| + a) / (1 + a)`` at points of the unit cube ``(input, draw)``; Sobol' 1993."""
    own = np.array(weights)[:, None]
    return ((np.abs(4.0 * points - 2.0) + own) / (1.0 + own)).prod(axis=0)


def sobol_g_indices(weights: Sequence[float]) -> tuple[list[float], list[float]]:
    """First and total order: ``V_i = 1 / (3 (1 + a_i)^2)``, ``V = prod (1 + V_i) - 1``, ``V_Ti = V_i prod_j!=i (1 + V_j)``."""
    parts = [1.0 / (3.0 * (1.0 + weight) ** 2) for weight in weights]
    product = float(np.prod([1.0 + part for part in parts]))
    whole = product - 1.0
    return [part / whole for part in parts], [part * product / (1.0 + part) / whole for part in parts]
