"""What was learned from pilots, as it enters a scenario: normal scores moved and drawn closer, through the one door.

A point u of the unit cube is a normal score eps = Phi^-1(u). Of the numbers that pilots spoke of, the score
becomes ``z = mu + eps - U ((1 - sqrt(1 - s)) (U' eps))``: the columns of U are the directions in which something
was learned, s the share of the variance along each that is known now. A number that is not named keeps its
points, bit for bit. Every design goes through here, so that all analyses see the same posterior; what is
correlated afterwards is still made of independent points, one a name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tuneplan.axes import Array
from tuneplan.late import np, special

Cube = Callable[[Sequence[str]], Array]
"""Names of quantities -> points of the unit cube, ``(name, draw)``."""
SMALLEST_POINT, LARGEST_POINT = 2.0**-53, 1.0 - 2.0**-53
"""Points between which an inverse CDF is finite."""
FARTHEST = 8.5
"""Normal scores by which a number can have moved: beyond, its points are all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What pilots taught.

    Attributes
    ----------
    file
        Name of the pilot file.
    pilots
        Rows of it.
    names
        Of random numbers, as draws are keyed.
    shift
        By name: where its normal score is centred now; 0 before.
    loadings
        By name: how much each direction holds of it. ``(name, direction)``; directions are orthonormal.
    known
        By direction: share of the variance that is known now, below 1; below 0 where the pilots made it wider.
    priors
        By name: what the number was when it was calibrated, spelled; empty for luck.
    under
        Words of the scenario, and ends of its scales, with which the pilots were read: path, and what it was.
    """

    file: str
    pilots: int
    names: tuple[str, ...]
    shift: tuple[float, ...]
    loadings: tuple[tuple[float, ...], ...]
    known: tuple[float, ...]
    priors: tuple[str, ...]
    under: tuple[tuple[str, str], ...] = ()

    @property
    def origin(self) -> str:
        """Where calibrated numbers come from, in words."""
        return f"calibrated from {self.file} ({self.pilots} pilot{'' if self.pilots == 1 else 's'})"

    def moments(self, weights: Sequence[tuple[str, float]]) -> tuple[float, float]:
        """Mean and standard deviation of a weighted sum of normal scores; 0 and 1 each before.

        >>> learned = Calibration(file="", pilots=1, names=("a",), shift=(0.5,), loadings=((1.0,),), known=(0.75,), priors=("",))
        >>> learned.moments([("a", 1.0)]), learned.moments([("b", 1.0)])
        ((0.5, 0.5), (0.0, 1.0))
        """
        row = {name: place for place, name in enumerate(self.names)}
        mean = sum((weight * self.shift[row[name]] for name, weight in weights if name in row), 0.0)
        variance = sum(weight**2 for _, weight in weights)
        for direction, known in enumerate(self.known):
            along = sum(weight * self.loadings[row[name]][direction] for name, weight in weights if name in row)
            variance -= known * along**2
        return mean, max(variance, 0.0) ** 0.5


    def reach(self, weights: Sequence[tuple[str, float]], name: str) -> float:
        """By how many of its standard deviations a weighted sum of normal scores moves when the point of one name moves by one.

        1 for a number by itself, before any pilots; of a correlated one, what is its own of it.

        >>> learned = Calibration(file="", pilots=1, names=("a",), shift=(0.5,), loadings=((1.0,),), known=(0.75,), priors=("",))
        >>> learned.reach([("a", 1.0)], "a"), learned.reach([("b", 0.8)], "b")
        (1.0, 1.0)
        """
        row = {each: place for place, each in enumerate(self.names)}
        moved = sum((weight for each, weight in weights if each == name), 0.0)
        for direction, known in enumerate(self.known if name in row else ()):
            along = sum((weight * self.loadings[row[each]][direction] for each, weight in weights if each in row), 0.0)
            moved -= (1.0 - (1.0 - known) ** 0.5) * along * self.loadings[row[name]][direction]
        return moved / max(self.moments(weights)[1], 1e-9)


def calibrated(cube: Cube, learned: Calibration | None) -> Cube:
    """A cube through which everything is drawn as it is known after the pilots.

    >>> learned = Calibration(file="", pilots=1, names=("a",), shift=(1.0,), loadings=((1.0,),), known=(0.75,), priors=("",))
    >>> cube = calibrated(lambda names: np.full((len(names), 1), 0.5), learned)
    >>> cube(["b", "a"]).round(3).tolist()
    [[0.5], [0.841]]
    """
    if learned is None or not learned.names:
        return cube

    def points(names: Sequence[str]) -> Array:
        asked = list(names)
        known = set(asked)
        found = cube([*asked, *(name for name in learned.names if name not in known)])
        place = {name: row for row, name in enumerate([*asked, *(name for name in learned.names if name not in known)])}
        moved = _moved(found[[place[name] for name in learned.names]], learned)
        result = np.array(found[: len(asked)])
        for name, row in zip(learned.names, moved, strict=True):
            if name in known:
                result[[number for number, each in enumerate(asked) if each == name]] = row
        return result

    return points


def _moved(points: Array, learned: Calibration) -> Array:
    """Points of the calibrated names, as they are after the pilots. ``(name, draw)``"""
    score = special.ndtri(points)
    after = np.array(learned.shift)[:, None] + score
    if learned.known:
        loadings, known = np.array(learned.loadings), np.array(learned.known)
        after = after - loadings @ ((1.0 - np.sqrt(1.0 - known))[:, None] * (loadings.T @ score))
    return np.clip(special.ndtr(after), SMALLEST_POINT, LARGEST_POINT)  # type: ignore[no-any-return]
