"""Least squares for many small problems at once: damped Gauss-Newton (Levenberg and Marquardt)."""

from __future__ import annotations

from collections.abc import Callable

from tuneplan.axes import Array
from tuneplan.late import np

Residuals = Callable[[Array], tuple[Array, Array]]
"""Parameters ``(..., parameter)`` -> residuals ``(..., residual)`` and their slopes ``(..., residual, parameter)``."""
STEPS = 40
LARGEST_STEP = 3.0
"""A step changes no parameter by more: they are logarithms and logits."""
EASING, HARDENING = 0.25, 4.0
LEAST_DAMPING, MOST_DAMPING = 1e-10, 1e10


def least_squares(residuals: Residuals, start: Array, *, steps: int = STEPS) -> tuple[Array, Array]:
    """Where the sum of squares is least, near each start.

    Returns
    -------
    parameters, half_squares
        ``(..., parameter)`` and half the sum of squares there, ``(...)``; never above that of the start.

    >>> def line(p):  # two points on y = 1 + 2 x
    ...     x, y = np.array([0.0, 1.0]), np.array([1.0, 3.0])
    ...     slopes = np.stack(np.broadcast_arrays(np.ones(2), x + 0 * p[..., :1]), axis=-1)
    ...     return p[..., :1] + p[..., 1:] * x - y, slopes
    >>> least_squares(line, np.zeros((1, 2)))[0].round(6).tolist()
    [[1.0, 2.0]]
    """
    at = start
    missed, slopes = residuals(at)
    half_squares = _half_squares(missed)
    damping = np.full(half_squares.shape, 1e-2)
    eye = np.eye(start.shape[-1])
    for _ in range(steps):
        turned = np.swapaxes(slopes, -1, -2)
        curved = turned @ slopes
        steep = (turned @ missed[..., None])[..., 0]
        scale = np.maximum(np.einsum("...ii->...i", curved), 1e-8)
        damped = curved + damping[..., None, None] * eye * scale[..., None, :]
        step = np.clip(np.linalg.solve(damped, steep[..., None])[..., 0], -LARGEST_STEP, LARGEST_STEP)
        new = at - step
        new_missed, new_slopes = residuals(new)
        new_half = _half_squares(new_missed)
        better = new_half < half_squares
        at = np.where(better[..., None], new, at)
        missed = np.where(better[..., None], new_missed, missed)
        slopes = np.where(better[..., None, None], new_slopes, slopes)
        half_squares = np.where(better, new_half, half_squares)
        damping = np.clip(np.where(better, damping * EASING, damping * HARDENING), LEAST_DAMPING, MOST_DAMPING)
    return at, half_squares


def _half_squares(missed: Array) -> Array:
    total: Array = 0.5 * (missed**2).sum(axis=-1)
    return np.where(np.isfinite(total), total, np.inf)
