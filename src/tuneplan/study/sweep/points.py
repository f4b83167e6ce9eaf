"""Points of the unit interval for each key of a sweep, every one found from its row alone.

Sobol' points fill the cube of all keys evenly: scrambled by a random lower triangular matrix and a random shift
(Matoušek 1998), which keep what makes them a net: of 2^m points, each interval of width 2^-m of every key holds
one. A Latin hypercube does the same for each key by itself, with any number of points and of keys. Neither holds
more than a block, and blocks may come in any order.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from tuneplan.axes import Array
from tuneplan.study.design import GOLDEN, key_of, mix
from tuneplan.study.sweep.directions import odd_numbers

BITS = 52
"""Bits of a point: with half a step added it lies inside (0, 1), exactly."""
INDEX_BITS = 40
"""Bits of a row."""
LOW = 12
"""Bits of a row whose points are tabulated once a block."""
ROUNDS = 8
"""Half rounds of the network that permutes rows; four already look random (Luby and Rackoff 1988)."""


def sobol(dimension: int, start: int, stop: int, key: int | None = None) -> Array:
    """Points ``start`` to ``stop`` of a dimension, in (0, 1).

    Parameters
    ----------
    key
        Of its scramble; None: as they are, with half a step added.

    >>> [round(float(point), 3) for point in sobol(0, 0, 4)]
    [0.0, 0.5, 0.75, 0.25]
    """
    steps, shift = _steps(dimension, key)
    low, high = np.zeros(1, dtype=np.uint64), np.arange(start >> LOW, (stop >> LOW) + 1, dtype=np.uint64)
    for step in steps[:LOW]:
        low = np.concatenate([low, low ^ step])
    above = np.full(len(high), shift)
    for bit, step in enumerate(steps[LOW:]):
        above ^= (high >> np.uint64(bit) & np.uint64(1)) * step
    row = np.arange(start, stop, dtype=np.int64)
    found = low[row & ((1 << LOW) - 1)] ^ above[(row >> LOW) - (start >> LOW)]
    return (found + 0.5) * 2.0**-BITS  # type: ignore[no-any-return]


@lru_cache(maxsize=256)
def _steps(dimension: int, key: int | None) -> tuple[np.ndarray, np.uint64]:
    """What each bit of a row adds (without carry), ``(bit,)``, and the shift of all points.

    Points come in the order of a Gray code, as everywhere: bit b of a row stands for bits b and b - 1 of its code.
    """
    numbers = [odd << (BITS - 1 - bit) for bit, odd in enumerate(odd_numbers(dimension, INDEX_BITS))]
    shift = 0
    if key is not None:
        words = [int(word) >> (64 - BITS) for word in _words(key, BITS + 1)]
        shift = words.pop()
        columns = [(1 << (BITS - 1 - place)) | (word & ((1 << (BITS - 1 - place)) - 1)) for place, word in enumerate(words)]
        numbers = [_times(columns, number) for number in numbers]
    coded = [number ^ (numbers[bit - 1] if bit else 0) for bit, number in enumerate(numbers)]
    return np.array(coded, dtype=np.uint64), np.uint64(shift)


def _times(columns: list[int], number: int) -> int:
    """A matrix of bits times a number, its first bit the largest."""
    found = 0
    for place, column in enumerate(columns):
        if number >> (BITS - 1 - place) & 1:
            found ^= column
    return found


def _words(key: int, count: int) -> np.ndarray:
    """Random words of 64 bits."""
    return mix(np.uint64(key) + np.arange(1, count + 1, dtype=np.uint64) * GOLDEN)


def latin(rows: int, start: int, stop: int, key: int) -> Array:
    """Points ``start`` to ``stop`` of a Latin hypercube of so many rows, in (0, 1): one in each of ``rows`` strata.

    >>> sorted(int(point * 5) for point in latin(5, 0, 5, key=7))
    [0, 1, 2, 3, 4]
    """
    row = np.arange(start, stop, dtype=np.uint64)
    bits = min(48, BITS - 4 - rows.bit_length())
    inside = mix(np.uint64(key) ^ mix(row * GOLDEN)) >> np.uint64(64 - bits)
    return (permuted(row, rows, key) + (inside + 0.5) * 2.0**-bits) / rows  # type: ignore[no-any-return]


def permuted(row: np.ndarray, rows: int, key: int) -> np.ndarray:
    """Where each row goes in a random order of ``rows``, found from the row alone.

    A Feistel network permutes the numbers of as many bits; what falls outside goes through it again until it
    falls inside (cycle walking, Black and Rogaway 2002).
    """
    bits = max(2, (rows - 1).bit_length())
    keys = _words(key, ROUNDS)
    found = _network(row, bits, keys)
    while len(outside := np.flatnonzero(found >= rows)):
        found[outside] = _network(found[outside], bits, keys)
    return found


def _network(number: np.ndarray, bits: int, keys: np.ndarray) -> np.ndarray:
    right_bits = np.uint64(bits // 2)
    left_mask, right_mask = np.uint64((1 << (bits - bits // 2)) - 1), np.uint64((1 << (bits // 2)) - 1)
    left, right = number >> right_bits, number & right_mask
    for place, key in enumerate(keys):
        if place % 2:
            right = right ^ (mix(left + key) & right_mask)
        else:
            left = left ^ (mix(right + key) & left_mask)
    return left << right_bits | right


def key_for(name: str, seed: int) -> int:
    """The key of a name's own scramble or order."""
    return key_of(f"sweep\x00{name}", seed)
