"""Laws of learning curves in the logarithm of the loss, with their slopes: the rectified law and the plain power law.

Parameters lie on the last axis, points on the axis that is added. All are unbounded, so that a
normal is a fair prior: logarithms of sizes, logits of shares.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tuneplan.axes import Array
from tuneplan.late import np, special

SMALLEST_SHARE = 1e-9
"""Losses of a law are kept above this share of their start, so that they have a logarithm."""
STEEPEST = 60.0
"""Exponents are cut here: beyond, a part of the gap is closed or open to the last digit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """A form of learning curves.

    Attributes
    ----------
    name
        As people call it.
    parameters
        Names on the last axis; the first is the log of the level.
    value
        ``(parameters, log examples, log of the loss without examples)`` -> log loss and its slopes,
        ``(..., point)`` and ``(..., point, parameter)``.
    """

    name: str
    parameters: tuple[str, ...]
    value: Callable[[Array, Array, Array], tuple[Array, Array]]


def rectified(parameters: Array, log_examples: Array, log_start: Array) -> tuple[Array, Array]:
    """``L = M (s + (1 - s) / (1 + (D / D_half)^b))``: the slow part of the gap, from M down to s M.

    Parameters
    ----------
    parameters
        log M, logit s, log D_half, log b.
    log_examples
        Log of examples trained on, ``(..., point)``.
    log_start
        Not used: where the curve starts is the format's part.

    Source: Lin et al. 2024, arXiv 2402.02314, in the terms of ``core.capability``.

    >>> at = np.array([np.log(2.0), 0.0, np.log(1000.0), 0.0])
    >>> np.exp(rectified(at, np.log(np.array([1e-9, 1000.0, 1e12])), np.array(0.0))[0]).round(3).tolist()
    [2.0, 1.5, 1.0]
    """
    level, floor, half, steep = (parameters[..., number, None] for number in range(4))
    share, exponent = special.expit(floor), np.exp(np.clip(steep, -STEEPEST, 3.0))
    way = np.clip(exponent * (log_examples - half), -STEEPEST, STEEPEST)
    slow = special.expit(-way)
    left = share + (1.0 - share) * slow
    bend = (1.0 - share) * slow * (1.0 - slow) / left
    slopes = (np.ones_like(left), share * (1.0 - share) * (1.0 - slow) / left, bend * exponent, -bend * way)
    return level + np.log(left), np.stack(np.broadcast_arrays(*slopes), axis=-1)


def rectified_with_format(parameters: Array, log_examples: Array, log_start: Array) -> tuple[Array, Array]:
    """The same with the fast part, ``(L_0 - M) / (1 + D / D_f)``; for curves seen below some 200 examples.

    Parameters
    ----------
    parameters
        As of ``rectified``, then log D_f.
    log_start
        Log of the loss without examples, L_0, ``(..., 1)``.
    """
    slow, slopes = rectified(parameters[..., :4], log_examples, log_start)
    level, half = np.exp(parameters[..., 0, None]), parameters[..., 4, None]
    start, below = np.exp(log_start), np.exp(slow)
    fast = special.expit(half - log_examples)
    loss = np.maximum(below + (start - level) * fast, SMALLEST_SHARE * start)
    slopes = slopes * (below / loss)[..., None]
    slopes[..., 0] -= level * fast / loss
    of_fast = (start - level) * fast * (1.0 - fast) / loss
    return np.log(loss), np.concatenate([slopes, of_fast[..., None]], axis=-1)


def power(parameters: Array, log_examples: Array, log_start: Array) -> tuple[Array, Array]:
    """``L = A (s + (1 - s) (D / D_1)^-b)``, D_1 = 1000 examples, A the loss there.

    Parameters
    ----------
    parameters
        log A, logit s, log b.
    """
    level, floor, steep = (parameters[..., number, None] for number in range(3))
    share, exponent = special.expit(floor), np.exp(np.clip(steep, -STEEPEST, 3.0))
    way = np.clip(exponent * (log_examples - np.log(REFERENCE_EXAMPLES)), -STEEPEST, STEEPEST)
    falling = np.exp(-way)
    left = share + (1.0 - share) * falling
    slopes = (np.ones_like(left), share * (1.0 - share) * (1.0 - falling) / left, -(1.0 - share) * falling * way / left)
    return level + np.log(left), np.stack(np.broadcast_arrays(*slopes), axis=-1)


REFERENCE_EXAMPLES = 1000.0
"""Examples at which the power law states its level; any number would do. [example]"""
RECTIFIED = Law(name="rectified", parameters=("log level", "logit floor", "log half gap", "log exponent"), value=rectified)
WITH_FORMAT = Law(name="rectified", parameters=(*RECTIFIED.parameters, "log format examples"), value=rectified_with_format)
POWER = Law(name="power", parameters=("log level", "logit floor", "log exponent"), value=power)
