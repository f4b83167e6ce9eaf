"""Points of the unit cube: the one door for uncertainty.

Each quantity has its own stratified points, found from its name alone: adding, removing or
reordering tasks, strategies or quantities changes no other quantity's draws, and every strategy
and scenario meets the same ones (common random numbers).

Within one scramble of n draws, a quantity takes each of n equal strata exactly once, in an order
of its own (a Latin hypercube, keyed by name). Sobol' dimensions would have to be dealt out by an
index into the names in use, which is what the rule above forbids; of the gain over independent
draws, the part that comes from each quantity alone is kept whole. Independent scrambles give the
simulation error.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from tuneplan.axes import Array
from tuneplan.errors import UsageError

SCRAMBLES = 8
"""Independent scrambles of a study, from which its simulation error is estimated."""
SMALLEST_SCRAMBLE = 8
"""Draws below which a study is one scramble, with no error estimate."""
DEFAULT_DRAWS = 4096
CELLS_AT_ONCE = 2**15
"""Points made in one go: they fit a cache, and Ctrl-C is heard between two of them."""
MOST_DRAWS = 2**19


class AnyDesign(Protocol):
    """What a run asks of a design: how many draws, and the points of each name at them."""

    @property
    def draws(self) -> int:
        """In all scrambles together."""

    @property
    def seed(self) -> int:
        """Any whole number."""

    @property
    def scrambles(self) -> int:
        """Independent repetitions within ``draws``."""

    def points(self, names: Sequence[str]) -> Array:
        """Points in (0, 1), ``(name, draw)``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """Which points a study looks at.

    Attributes
    ----------
    draws
        In all scrambles together.
    seed
        Any whole number; equal seeds give equal draws on every machine.
    scrambles
        Independent repetitions within ``draws``.
    stream
        Tells apart independent points of one seed: those of plans are not those on which plans are judged.
    """

    draws: int
    seed: int = 0
    scrambles: int = SCRAMBLES
    stream: str = ""

    def points(self, names: Sequence[str]) -> Array:
        """Points in (0, 1), ``(name, draw)``.

        >>> points = monte_carlo(draws=64, seed=1).points(["a", "b"])
        >>> bool((points[0] == monte_carlo(draws=64, seed=1).points(["b", "a"])[1]).all())
        True
        """
        size = max(1, CELLS_AT_ONCE // self.draws)
        blocks = [self._block(names[start : start + size]) for start in range(0, len(names), size)]
        return np.concatenate(blocks) if blocks else np.empty((0, self.draws))

    def _block(self, names: Sequence[str]) -> Array:
        per_scramble = self.draws // self.scrambles
        keys = np.array([key_of(f"{self.stream}{name}", self.seed) for name in names], dtype=np.uint64)[:, None, None]
        cell = np.arange(self.draws, dtype=np.uint64).reshape(self.scrambles, per_scramble)[None]
        order = mix(keys + cell * GOLDEN).argsort(axis=2)
        inside = (mix(keys + (cell + np.uint64(self.draws)) * GOLDEN) >> np.uint64(11)) * 2.0**-53
        points = (order + np.maximum(inside, 2.0**-54)) / per_scramble
        return np.minimum(points, BELOW_ONE).reshape(len(names), self.draws)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nominal:
    """One draw with every quantity at its median."""

    draws: int = 1
    seed: int = 0
    scrambles: int = 1

    def points(self, names: Sequence[str]) -> Array:
        """Points in (0, 1), ``(name, 1)``."""
        return np.full((len(names), 1), 0.5)


def monte_carlo(draws: int = DEFAULT_DRAWS, *, seed: int = 0) -> Design:
    """A design for a verdict: ``draws``, rounded up to fill its scrambles.

    Raises
    ------
    UsageError
        ``draws`` is not a whole number from 1 to 524 288, or ``seed`` no whole number from 0 up.
    """
    if not (isinstance(draws, int | np.integer) and 1 <= draws <= MOST_DRAWS):
        raise UsageError(f"draws: {draws} is not a whole number from 1 to {MOST_DRAWS}")
    if not (isinstance(seed, int | np.integer) and seed >= 0):
        raise UsageError(f"seed: {seed} is not a whole number from 0 up")
    if draws < SCRAMBLES * SMALLEST_SCRAMBLE:
        return Design(draws=draws, seed=seed, scrambles=1)
    return Design(draws=-(-draws // SCRAMBLES) * SCRAMBLES, seed=seed)


BELOW_ONE = 1.0 - 2.0**-53
"""The largest point: the inverse of a CDF at 1 is endless."""
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
"""2^64 over the golden ratio: the step of SplitMix64 (Steele, Lea and Flood 2014)."""


def key_of(name: str, seed: int) -> int:
    """A whole number of 64 bits that stands for a name and a seed."""
    digest = hashlib.blake2b(f"{seed}\x00{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def mix(state: np.ndarray) -> np.ndarray:
    """The output function of SplitMix64."""
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return state ^ (state >> np.uint64(31))  # type: ignore[no-any-return]
