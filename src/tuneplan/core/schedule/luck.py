"""Streams of random numbers: one a source of chance, told by its name, as many numbers as are needed.

A stream is one point of the unit cube a draw; its numbers are that point's bits mixed further. So
what has the same name has the same luck in every strategy, and how long a stream is read changes
nothing of what was read before.
"""

from __future__ import annotations

from tuneplan.axes import Array
from tuneplan.late import np, special

CENTRE = 0.5
"""Where a point stands when nothing is left to chance: then all numbers of its stream do."""


def stream(point: Array, count: int, *, first: int = 0) -> Array:
    """Numbers in (0, 1) of a stream, ``(count, *point.shape)``.

    The output function of SplitMix64 (Steele, Lea and Flood 2014) on the bits of the point, one step a number.

    Parameters
    ----------
    point
        In (0, 1), any shape.
    first
        Number of the stream with which to begin.

    >>> point = np.array([0.25, 0.5])
    >>> stream(point, 3)[:, 1].tolist(), bool((stream(point, 3)[1:] == stream(point, 2, first=1)).all())
    ([0.5, 0.5, 0.5], True)
    """
    golden = np.uint64(0x9E3779B97F4A7C15)
    steps = np.arange(first + 1, first + count + 1, dtype=np.uint64).reshape(-1, *[1] * point.ndim)
    state = np.ascontiguousarray(point, dtype=np.float64).view(np.uint64)[None] + steps * golden
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed = ((state ^ (state >> np.uint64(31))) >> np.uint64(11)) * 2.0**-53
    return np.where(point == CENTRE, CENTRE, np.maximum(mixed, 2.0**-54))  # type: ignore[no-any-return]


def spread_around(uniform: Array, spread: Array) -> Array:
    """Factor with median 1 and this standard deviation of its logarithm.

    >>> float(spread_around(np.array(0.5), np.array(0.3)))
    1.0
    """
    return np.exp(spread * special.ndtri(uniform))  # type: ignore[no-any-return]


def waiting_time(uniform: Array, rate: Array) -> Array:
    """Time until the next event of those that come at a rate; infinite at none.

    >>> float(waiting_time(np.array(0.5), np.array(0.0)))
    inf
    """
    with np.errstate(divide="ignore"):
        return -np.log(uniform) / rate  # type: ignore[no-any-return]


def tries_until(uniform: Array, chance: Array) -> Array:
    """Attempts until the first success: 1 or more; infinite where there is no chance.

    >>> tries_until(np.array([0.9, 0.5, 0.05]), np.array(0.7)).tolist()
    [1.0, 1.0, 3.0]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        tries = np.maximum(np.ceil(np.log(uniform) / np.log1p(-chance)), 1.0)
    return np.where(chance >= 1.0, 1.0, np.where(chance <= 0.0, np.inf, tries))  # type: ignore[no-any-return]
