"""One scenario lowered once, then a few of its numbers at many values: arrays without a scenario a row.

A row is a scenario that differs from the pivot in those numbers alone. Whatever nobody varies keeps length 1
along the rows, so that what hangs on it is worked out once for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tuneplan.axes import Array, Mask
from tuneplan.core.arrays import Inputs
from tuneplan.core.distributions import Distribution
from tuneplan.core.structure import Structure
from tuneplan.late import np
from tuneplan.scenario.calibration import calibrated
from tuneplan.scenario.lower import Cube, Gathered, gather, hardware_of, laws_of
from tuneplan.scenario.lowering.finishing import finished
from tuneplan.scenario.lowering.hardware import misfits
from tuneplan.scenario.lowering.table import Drawn
from tuneplan.scenario.lowering.timing import IS_TIMED
from tuneplan.scenario.records import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial:
    """A key of which rows have different numbers.

    Attributes
    ----------
    key
        As typed.
    names
        Of the random numbers of the quantities that it sets, ``Quantity.drawn_as``.
    texts
        For each value as typed, the distribution of each of ``names``; empty where rows bring bare numbers, the same for all names.
    """

    key: str
    names: tuple[str, ...]
    texts: tuple[tuple[Distribution, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pivot:
    """A scenario, lowered, with dials on some of its numbers.

    Attributes
    ----------
    scenario, structure, laws, misfits
        As of ``Lowered``.
    numbers
        As drawn, before anything is finished, at the pivot's own values: ``(1, strategy, owner, draw)``.
    counts
        Whether launch dates count.
    drawn
        Values of the table. ``(table row, draw)``
    cells
        Name of a number that any dial moves -> its rows of the table, ``(1, strategy, owner)`` or with a pair last.
    replaced
        Key -> a pair for each name: rows of the table that it moves, and the rows of its texts.
    known
        Finished numbers that no dial moves, worked out once.
    dates_move
        Whether launch dates count and a dial moves them.
    """

    scenario: Scenario
    structure: Structure
    laws: Mapping[str, str]
    misfits: Mapping[str, str]
    numbers: Mapping[str, Array]
    counts: bool
    drawn: Drawn
    cells: Mapping[str, Mask]
    replaced: Mapping[str, tuple[tuple[Mask, Mask], ...]]
    known: Mapping[str, Array]
    dates_move: bool

    @property
    def draws(self) -> int:
        """Draws of a row."""
        return int(self.drawn.values.shape[1])

    @property
    def moved(self) -> frozenset[str]:
        """Numbers that may differ from row to row."""
        return frozenset(self.cells) | ({IS_TIMED} if self.dates_move else frozenset())

    def at(self, varied: Mapping[str, Array]) -> dict[str, Array]:
        """Numbers as drawn, in some rows.

        Parameters
        ----------
        varied
            Key -> ``(row,)``: numbers, or which of the texts.

        Returns
        -------
        dict
            Every number, ``(row, strategy, owner, draw)``; with one draw a row, rows lie on the axis of draws, where NumPy is fast.
        """
        rows = len(next(iter(varied.values()))) if varied else 1
        found = {name: self._filled(cells, varied, rows) for name, cells in self.cells.items()}
        if self.dates_move:
            found[IS_TIMED] = np.ones((rows, 1, 1, self.draws))
        if self.draws == 1:
            found = {name: np.ascontiguousarray(np.moveaxis(each, 0, -2)[..., 0])[None] for name, each in found.items()}
        return {**self.numbers, **found}

    def _filled(self, cells: Mask, varied: Mapping[str, Array], rows: int) -> Array:
        """One number in all rows: the pivot's values, with what is varied laid over."""
        moving = [(np.isin(cells[0], here), there, varied[key]) for key, pairs in self.replaced.items() for here, there in pairs]
        of_pivot = self.drawn.values[cells]
        certain = self.drawn.constant[cells].all() and all(len(there) == 0 or self.drawn.constant[there].all() for mask, there, _ in moving if mask.any())
        whole = np.array(np.broadcast_to(of_pivot[..., :1] if certain else of_pivot, (rows, *cells.shape[1:], 1 if certain else self.draws)))
        for mask, there, values in moving:
            if mask.any():
                of_row = values[:, None] if len(there) == 0 else self.drawn.values[there[values.astype(np.intp)]]
                whole[:, mask] = of_row[:, None, : whole.shape[-1]]
        return whole

    def inputs(self, numbers: Mapping[str, Array]) -> Inputs:
        """What the core takes, from numbers as drawn."""
        whole, _ = finished(numbers, self.structure, self.scenario, known=self.known)
        return Inputs(structure=self.structure, numbers=whole, laws=self.laws)


def pivot(scenario: Scenario, cube: Cube, dials: Sequence[Dial], *, launched: bool = True) -> Pivot:
    """Lower a scenario that gives every number that the dials move; one that it does not read moves nothing.

    Parameters
    ----------
    launched
        As of ``lower``.
    """
    gathered = gather([scenario], launched=launched)
    table = gathered.gathering.table
    rows_of: dict[str, list[int]] = {}
    for (name, _), number in table.rows.items():
        rows_of.setdefault(name, []).append(number)
    replaced = {dial.key: tuple(_replaced(gathered, dial, rows_of)) for dial in dials}
    drawn = table.draw(calibrated(cube, scenario.calibration), scenario.correlations)
    row = np.array([each for _, each in gathered.gathering.cells])
    numbers = {name: drawn.take(row[cells]) for name, cells in gathered.places.items()}
    numbers |= {name: drawn.take(place) for name, place in gathered.luck.items()}
    rank, sequence = float(numbers["lora_rank"].flat[0]), float(numbers["sequence_length"].flat[0])
    numbers |= hardware_of(scenario, gathered.structure, numbers)
    numbers[IS_TIMED] = np.full((1, 1, 1, drawn.values.shape[1] if gathered.counts else 1), float(gathered.counts))
    moved = np.array([each for pairs in replaced.values() for here, _ in pairs for each in here.tolist()])
    cells = {name: row.take(places) for name, places in gathered.places.items() if np.isin(row.take(places), moved).any()}
    known, dates_move = _still(numbers, gathered, scenario, frozenset(cells))
    return Pivot(
        scenario=scenario, structure=gathered.structure, laws=laws_of(scenario), misfits=misfits(scenario, gathered.structure, rank, sequence),
        numbers=numbers, counts=gathered.counts, drawn=drawn, cells={name: _narrow(each) for name, each in cells.items()}, replaced=replaced,
        known=known, dates_move=dates_move,
    )  # fmt: skip


def _still(numbers: Mapping[str, Array], gathered: Gathered, scenario: Scenario, moved: frozenset[str]) -> tuple[dict[str, Array], bool]:
    """Finished numbers that rest on nothing that moves; and whether any that moves hangs on launch dates being counted."""
    whole, read = finished(numbers, gathered.structure, scenario)
    moving = set(moved)
    for name, names in read.items():
        if name in moving or not moving.isdisjoint(names):
            moving.add(name)
    dates_move = gathered.counts and any(IS_TIMED in names for name, names in read.items() if name in moving)
    return {name: whole[name] for name in read if name not in moving and name in whole}, dates_move


def _replaced(gathered: Gathered, dial: Dial, rows_of: Mapping[str, Sequence[int]]) -> list[tuple[Mask, Mask]]:
    """Rows of the table that a dial moves, and those of its texts, which are drawn from the same points."""
    found = []
    for place, name in enumerate(dial.names):
        there = [gathered.gathering.table.add(name, each[place]) for each in dial.texts] if name in rows_of else []
        found.append((np.array(rows_of.get(name, []), dtype=np.intp), np.array(there, dtype=np.intp)))
    return found


def _narrow(cells: Mask) -> Mask:
    """Strategies cut to one where they do not differ."""
    return cells[:, :1] if (cells == cells[:, :1]).all() else cells
