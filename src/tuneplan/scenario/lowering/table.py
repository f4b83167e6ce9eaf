"""Every distinct quantity once: its name, its distribution, then its draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tuneplan.axes import Array
from tuneplan.core.distributions import FAMILIES, Distribution
from tuneplan.core.transfer import SIMILARITY_CORRELATION
from tuneplan.late import np, special
from tuneplan.scenario.records import Correlation

Cube = Callable[[Sequence[str]], Array]
STACKABLE = ("point", "normal", "lognormal", "logit_normal", "uniform")
"""Families whose parameters may be arrays; of the others each distribution is read off a table of its own."""
CELLS_AT_ONCE = 2**14
"""Points that become values in one go."""
SIMILARITIES = ("similarity.", "unseen.similarity.")
"""Beginnings of the paths of similarities."""
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

    def draw(self, cube: Cube, correlations: Sequence[Correlation] = (), *, block: int = 0) -> Drawn:
        """Values of all rows, by family, each path from its own points of the cube.

        Parameters
        ----------
        block
            Columns of the cube come in blocks of so many, and most rows of a block are those of the first: what
            repeats is worked out once. 0: nothing repeats. Changes no result.
        """
        uncertain = {path: None for path, distribution in self.rows if not distribution.is_point}
        names = list(uncertain)
        groups = correlated(names, correlations)
        points = cube([*names, *(group.factor for group in groups)])
        place = {name: number for number, name in enumerate(names)}
        _correlate(points, names, groups, block)
        values = np.empty((len(self.rows), points.shape[1]))
        alike: dict[str | Distribution, list[tuple[int, str, Distribution]]] = {}
        for (path, distribution), row in self.rows.items():
            kind = distribution.family if distribution.family in STACKABLE else distribution
            alike.setdefault(kind, []).append((row, path, distribution))
        for kind, members in alike.items():
            rows = [row for row, _, _ in members]
            if kind == "point":
                values[rows] = np.array([[distribution.parameters[0]] for _, _, distribution in members])
                continue
            here = points[[place[path] for _, path, _ in members]]
            if isinstance(kind, Distribution):
                values[rows] = _by_block(kind.ppf, here, block)
            else:
                stacked = np.array([distribution.parameters for _, _, distribution in members]).T[:, :, None]
                values[rows] = _by_block(FAMILIES[kind], here, block, *stacked)
        constant = np.array([distribution.is_point for _, distribution in self.rows])
        return Drawn(values=values, constant=constant)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Numbers that rise and fall together.

    Attributes
    ----------
    factor
        Name of the random numbers that they have in common.
    value
        Correlation of any two of them, in normal scores.
    members
        Names of their own random numbers.
    """

    factor: str
    value: float
    members: tuple[str, ...]

    @property
    def own(self) -> float:
        """How much of the normal score of a member is its own; the rest is the factor's."""
        return float((1.0 - abs(self.value)) ** 0.5)


def correlated(names: Sequence[str], correlations: Sequence[Correlation]) -> list[Group]:
    """The similarities of a scenario, then what it correlates itself, among the numbers that are drawn.

    A similarity that the scenario correlates itself leaves the common ones.
    """
    known = set(names)
    own = {path for each in correlations for path in each.of}
    alike = tuple(name for name in names if name.startswith(SIMILARITIES) and name not in own)
    return [
        Group(factor=COMMON_SIMILARITY, value=SIMILARITY_CORRELATION, members=alike),
        *(
            Group(factor=f"correlation {each.name}", value=each.value, members=tuple(name for name in each.of if name in known))
            for each in correlations
        ),
    ]


def _by_block(function: Callable[..., Array], points: Array, block: int, *parameters: Array) -> Array:
    """A function of single numbers, once where a block of a row repeats the row's first.

    Parameters
    ----------
    points
        ``(row, draw)``.
    parameters
        Of each row, ``(row, 1)``.

    >>> points = np.array([[0.1, 0.2, 0.1, 0.2], [0.3, 0.4, 0.5, 0.6]])
    >>> _by_block(np.add, points, 2, np.array([[1.0], [2.0]])).tolist()
    [[1.1, 1.2, 1.1, 1.2], [2.3, 2.4, 2.5, 2.6]]
    """
    rows, draws = points.shape
    if block == 0 or block >= draws:
        return _in_pieces(function, points, *parameters)
    parts = points.reshape(rows, -1, block)
    values = np.repeat(_in_pieces(function, parts[:, 0], *parameters)[:, None], draws // block, axis=1)
    row, place = np.nonzero((parts != parts[:, :1]).any(axis=2))
    values[row, place] = _in_pieces(function, parts[row, place], *(each[row] for each in parameters))
    return values.reshape(rows, draws)


def _in_pieces(function: Callable[..., Array], points: Array, *parameters: Array) -> Array:
    """A function of single numbers, some rows at a time, so that what it puts aside stays in the cache."""
    size = max(1, CELLS_AT_ONCE // points.shape[1])
    values = np.empty(points.shape)
    for start in range(0, len(points), size):
        some = slice(start, start + size)
        values[some] = function(points[some], *(each[some] for each in parameters))
    return values


def _correlate(points: Array, names: Sequence[str], groups: Sequence[Group], block: int) -> None:
    """Tie numbers together by a Gaussian copula; in place.

    One factor a group: what enters or leaves it moves no other member's draws. Two numbers that run
    against one another share their factor with opposite signs.

    Parameters
    ----------
    points
        Rows of ``names``, then the common factor of each group.
    """
    row = {name: number for number, name in enumerate(names)}
    for factor, group in enumerate(groups, start=len(names)):
        if not group.members or group.value == 0.0:
            continue
        rows = [row[name] for name in group.members]
        signs = np.ones((len(rows), 1))
        if group.value < 0.0:
            signs[1:] = -1.0
        common, own = _by_block(special.ndtri, points[[factor]], block), _by_block(special.ndtri, points[rows], block)
        mixed = signs * np.sqrt(abs(group.value)) * common + group.own * own
        points[rows] = _by_block(special.ndtr, mixed, block)
