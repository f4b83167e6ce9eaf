"""Answers known in closed form, one number (or one array of draws) at a time, without the core."""

from __future__ import annotations

from collections.abc import Sequence

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
