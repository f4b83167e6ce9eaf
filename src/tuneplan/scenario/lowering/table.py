"""Every distinct quantity once: its name, its distribution, then its draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tuneplan.axes import Array
from tuneplan.core.distributions import FAMILIES, Distribution
from tuneplan.core.transfer import SIMILARITY_CORRELATION
from tuneplan.late import np, special

Cube = Callable[[Sequence[str]], Array]
STACKABLE = ("point", "normal", "lognormal", "logit_normal", "uniform")
"""Families whose parameters may be arrays; the others are read off one table each."""
COMMON_SIMILARITY = "similarity"
"""Name of what the similarities of a scenario have in common."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Values of every row. ``(row, draw)``, and whether a row is the same in all draws."""

    values: Array
    constant: np.ndarray

    def take(self, places: np.ndarray) -> Array:
        """Rows onto their axes, with every axis along which nothing differs cut to 1.

        Parameters
        ----------
        places
            Row of each cell, any number of axes; draws come last in the result.
        """
        for axis in (0, 1):
            if places.shape[axis] > 1 and (places == places.take([0], axis=axis)).all():
                places = places.take([0], axis=axis)
        taken = self.values[places]
        return taken[..., :1] if self.constant[places].all() else taken  # type: ignore[no-any-return]


@dataclass(slots=True)
class Table:
    """Rows being gathered."""

    rows: dict[tuple[str, Distribution], int] = field(default_factory=dict)

    def add(self, path: str, distribution: Distribution) -> int:
        """Row of a quantity: the same for the same path and distribution."""
        return self.rows.setdefault((path, distribution), len(self.rows))

    def draw(self, cube: Cube) -> Drawn:
        """Values of all rows, by family, each path from its own points of the cube."""
        uncertain = {path: None for path, distribution in self.rows if not distribution.is_point}
        names = list(uncertain)
        points = cube([*names, COMMON_SIMILARITY])
        place = {name: number for number, name in enumerate(names)}
        _correlate(points, names)
        values = np.empty((len(self.rows), points.shape[1]))
        by_family: dict[str, list[tuple[int, str, Distribution]]] = {}
        for (path, distribution), row in self.rows.items():
            by_family.setdefault(distribution.family, []).append((row, path, distribution))
        for family, members in by_family.items():
            rows = [row for row, _, _ in members]
            if family == "point":
                values[rows] = np.array([[distribution.parameters[0]] for _, _, distribution in members])
            elif family in STACKABLE:
                stacked = np.array([distribution.parameters for _, _, distribution in members]).T[:, :, None]
                values[rows] = FAMILIES[family](points[[place[path] for _, path, _ in members]], *stacked)
            else:
                for row, path, distribution in members:
                    values[row] = distribution.ppf(points[place[path]])
        constant = np.array([distribution.is_point for _, distribution in self.rows])
        return Drawn(values=values, constant=constant)


def _correlate(points: Array, names: Sequence[str]) -> None:
    """Tie the similarities of a scenario together by a Gaussian copula, in place."""
    rows = [row for row, name in enumerate(names) if name.startswith(("similarity.", "unseen.similarity."))]
    if rows:
        common = special.ndtri(points[-1])
        own = special.ndtri(points[rows])
        mixed = np.sqrt(SIMILARITY_CORRELATION) * common + np.sqrt(1.0 - SIMILARITY_CORRELATION) * own
        points[rows] = special.ndtr(mixed)
