"""What is asked for: from words to all rows of a sweep, or to everything wrong with them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np

from tuneplan.errors import Problem, UsageError
from tuneplan.scenario.grammar.dimensions import QuantityError
from tuneplan.scenario.reading.complaints import advice, shown
from tuneplan.scenario.records import Place, Scenario
from tuneplan.scenario.swept import GRID, LHS, LIST, MODES, SAMPLED, SOBOL, ZIP, Row, Sweep, Wanted
from tuneplan.study.breakeven.asked import Loader
from tuneplan.study.sweep.columns import Column
from tuneplan.study.sweep.directions import DIMENSIONS
from tuneplan.study.sweep.keys import column_of, drawn_of, listed, of_values, refuse_counts, refuse_values
from tuneplan.study.sweep.records import Space
from tuneplan.study.sweep.refusals import Refusals, counted, is_unread, refuse_keys
from tuneplan.study.sweep.space import MOST_ROWS, Grid, Rowwise, Sampled
from tuneplan.study.sweep.tables import TABLE, Tabled, tabled
from tuneplan.study.sweep.typed import ROW, SWEEP, row_in, wanted_in

MOST_LISTED = 1000
"""Rows that are named one by one; more of them stand in a table."""
Counted = Grid | Rowwise | Sampled | Tabled
NO_OPTIONS: Mapping[str, Place] = MappingProxyType({})
PROBES = 8
"""Rows that are read before anything is run, to see whether keys go together."""


def asked_of(
    texts: Sequence[str], *, rows: Sequence[str] = (), table: Path | None = None, mode: str = "", points: int | None = None,
    seed: int | None = None, scenario: Scenario, load: Loader, estimate: Callable[[int], str] = lambda rows: "",
) -> Space:  # fmt: skip
    """All rows of a sweep.

    What the command line varies (``texts``, ``rows`` or ``table``) stands in place of all that the section
    ``sweep`` of the scenario varies, with its mode and points: a sweep is never half of each. Where the
    command line varies nothing the section holds, and ``mode`` and ``points``, where given, hold over its own.
    A seed that is given holds over that of the section in either case.

    Parameters
    ----------
    texts
        ``KEY=VALUES``, as behind ``--sweep``.
    rows
        ``KEY=VALUE, KEY=VALUE``, as behind ``--row``; each is one row.
    table
        A file of rows, CSV or Parquet.
    mode
        One of ``MODES``; empty: it follows from the rest, else ``grid``.
    points
        Rows of ``sobol`` and ``lhs``.
    seed
        Of their scramble; None: that of the section, else 0.
    load
        Overrides as ``key=value`` -> the scenario with them.
    estimate
        Rows -> what they would take, a clause for the message that they are too many.

    Raises
    ------
    UsageError
        There is nothing to sweep.
    ScenarioError
        Everything wrong with it, at once; nothing is run.
    """
    refusals = Refusals(load)
    asked = _typed(texts, rows, table, refusals) if texts or rows or table is not None else scenario.sweep
    if asked is None:
        raise UsageError('nothing to sweep; name keys with their values, for example --sweep "budget.limit=20k USD,40k USD"')
    usual = asked.seed if scenario.sweep is None else scenario.sweep.seed
    asked = replace(asked, mode=mode or asked.mode, points=asked.points if points is None else points, seed=usual if seed is None else seed)
    options = {name: Place(file=f"--{name}") for name, given in (("mode", mode or None), ("points", points), ("seed", seed)) if given is not None}
    return space_of(asked, scenario=scenario, refusals=refusals, estimate=estimate, options=options)


def _typed(texts: Sequence[str], rows: Sequence[str], table: Path | None, refusals: Refusals) -> Sweep:
    """What the command line says."""
    keys: list[Wanted] = []
    named: list[Row] = []
    for text in texts:
        try:
            keys.append(wanted_in(text))
        except QuantityError as error:
            refusals.add(str(error), SWEEP, text.partition("=")[0].strip() if "=" in text else "")
    for text in rows:
        try:
            named.append(row_in(text))
        except QuantityError as error:
            refusals.add(str(error), ROW)
    return Sweep(keys=tuple(keys), rows=tuple(named), row_places=(ROW,) * len(named), table="" if table is None else str(table))


def space_of(asked: Sweep, *, scenario: Scenario, refusals: Refusals, estimate: Callable[[int], str], options: Mapping[str, Place] = NO_OPTIONS) -> Space:
    """All rows of what is asked for.

    Parameters
    ----------
    options
        Of mode, points and seed, where each was typed, unless with what is varied.

    Raises
    ------
    ScenarioError
        Everything wrong with it.
    """
    mode = _mode(asked, options, refusals)
    space = _space(asked, mode, scenario, options, refusals)
    if space is not None and space.rows > MOST_ROWS:
        told = estimate(space.rows)
        times = " x ".join(counted(len(each)) for each in space.columns) if isinstance(space, Grid) else ""
        message = f"{counted(space.rows)} {'combinations' if times else 'rows'}{f' ({times})' if times else ''}, and a sweep has at most {counted(MOST_ROWS)}"
        refusals.add(f"{message}{f'; {told}' if told else ''}: leave out values, or draw some of them in mode {' or '.join(SAMPLED)}", asked.place)
    refusals.raise_if_any()
    assert space is not None
    refuse_together(space, refusals, _first_place(asked))
    return space


def _first_place(asked: Sweep) -> Place:
    """Where the first row is said."""
    if asked.path is not None:
        return Place(file=str(asked.path))
    return asked.row_places[0] if asked.row_places else asked.place


def _space(asked: Sweep, mode: str, scenario: Scenario, options: Mapping[str, Place], refusals: Refusals) -> Counted | None:
    if mode == TABLE:
        refusals.raise_if_any()
        assert asked.path is not None
        return tabled(asked.path, scenario, refusals)
    return _listed(asked, refusals) if mode == LIST else _by_key(asked, mode, scenario, options, refusals)


def _mode(asked: Sweep, options: Mapping[str, Place], refusals: Refusals) -> str:
    """The mode that is meant; a complaint where it does not fit what is varied."""
    mode, place = asked.mode, options.get("mode", asked.place)
    ways = [name for name, given in (("keys", asked.keys), ("rows", asked.rows), ("a table", asked.table)) if given]
    if len(ways) > 1:
        refusals.add(f"{' and '.join(ways)} are different ways to say what is varied: give one of them", asked.place)
    if mode and mode not in MODES:
        refusals.add(f"mode {shown(mode)} is not allowed{advice(mode, MODES)}", place)
    elif mode == LIST and not asked.rows:
        refusals.add(f'mode {LIST} takes rows one by one: write --row "budget.limit=20k USD, method=lora" for each', place)
    elif mode and mode != LIST and not asked.keys:
        refusals.add(f"mode {mode} takes keys with their values; given {'is a table' if asked.table else 'are rows' if ways else 'is nothing'}", place)
    if asked.points is not None and mode in ("", *MODES) and mode not in SAMPLED:
        refusals.add(f"points are drawn in mode {' or '.join(SAMPLED)} alone: leave points out, or give the mode", options.get("points", asked.place))
    return mode or (TABLE if asked.table else LIST if asked.rows else GRID)


def _by_key(asked: Sweep, mode: str, scenario: Scenario, options: Mapping[str, Place], refusals: Refusals) -> Grid | Rowwise | Sampled | None:
    """Rows of values key by key; None after a complaint."""
    every = _once(asked.keys, refusals)
    refuse_keys({each.key: each.texts for each in every}, [each.place for each in every], refusals)
    if mode in MODES:
        refuse_counts(every, mode, refusals)
    refuse_values(every, refusals)
    if mode in SAMPLED:
        return _sampled(asked, mode, every, scenario, options, refusals)
    if refusals.problems or not every:
        return None
    columns = tuple(column_of(each, refusals) for each in every)
    if mode == GRID:
        return Grid(columns=columns)
    return _zipped(columns, asked.place, refusals)


def _sampled(asked: Sweep, mode: str, every: Sequence[Wanted], scenario: Scenario, options: Mapping[str, Place], refusals: Refusals) -> Sampled | None:
    """Rows drawn from ranges; None after a complaint."""
    points, seed = asked.points, asked.seed or 0
    if points is None:
        refusals.add(f"mode {mode} draws as many rows as points says, for example 4096", options.get("mode", asked.place))
    for name, number, least in (("points", points, 1), ("seed", seed, 0)):
        if number is not None and number < least:
            refusals.add(f"{number} is not a whole number from {least} up", options.get(name, asked.place), "" if name in options else name)
    if mode == SOBOL and len(every) > DIMENSIONS:
        refusals.add(f"mode {SOBOL} varies at most {DIMENSIONS} keys, these are {len(every)}: take mode {LHS}", asked.place)
    own = [each for each in every if each.own]
    sound = own if refusals.problems else every
    drawn = tuple(found for each in sound if (found := drawn_of(each, scenario, refusals)) is not None)
    if refusals.problems or not every or points is None:
        return None
    return Sampled(mode=mode, drawn=drawn, rows=points, seed=seed, notes=tuple(_notes(mode, points)))


def _notes(mode: str, points: int) -> Iterator[str]:
    """What is worth a second look."""
    if mode == SOBOL and points & (points - 1):
        below = 1 << (points.bit_length() - 1)
        yield f"{counted(points)} points of mode {SOBOL} leave gaps: a power of two, {counted(below)} or {counted(2 * below)}, covers all ranges evenly"


def _zipped(columns: tuple[Column, ...], place: Place, refusals: Refusals) -> Rowwise | None:
    if len({len(each) for each in columns}) > 1:
        said = ", ".join(f"{each.key} {counted(len(each))}" for each in columns)
        refusals.add(f"mode {ZIP} pairs values one by one, so each key needs as many; these have {said}", place)
        return None
    return Rowwise(mode=ZIP, columns=columns)


def _once(every: Sequence[Wanted], refusals: Refusals) -> list[Wanted]:
    """Each key the first time it is named; a complaint about the others."""
    found: dict[str, Wanted] = {}
    for wanted in every:
        if wanted.key in found:
            refusals.add("is given twice; name it once, with all its values", wanted.place, wanted.key)
        found.setdefault(wanted.key, wanted)
    return list(found.values())


def _listed(asked: Sweep, refusals: Refusals) -> Rowwise | None:
    """Rows named one by one; None after a complaint."""
    if len(asked.rows) > MOST_LISTED:
        refusals.add(f"{counted(len(asked.rows))} rows are too many to name one by one; write them to a CSV file, for --table", asked.place)
        return None
    for row, place in zip(asked.rows, asked.row_places, strict=True):
        if len(dict(row)) < len(row):
            twice = next(key for number, (key, _) in enumerate(row) if key in dict(row[:number]))
            refusals.add("is given twice in one row", place, twice)
        refuse_keys({key: [text] for key, text in row}, [place] * len(dict(row)), refusals)
        wrong = refusals.wrong([f"{key}={text}" for key, text in row], place)
        refusals.take(of_values(wrong, row) + [each for each in wrong if is_unread(each)])
    if refusals.problems:
        return None
    keys = dict.fromkeys(key for row in asked.rows for key, _ in row)
    return Rowwise(mode=LIST, columns=tuple(listed(key, [dict(row).get(key, "") for row in asked.rows]) for key in keys))


def refuse_together(space: Space, refusals: Refusals, place: Place) -> None:
    """Refuse keys that no row can have together.

    Single rows may fail in the run, and are then told; here those are meant of which every one would.

    Raises
    ------
    ScenarioError
        None of some rows from the first to the last can be read: what is wrong with the first of them.
    """
    first: list[Problem] = []
    for row in np.unique(np.linspace(0, space.rows - 1, PROBES).astype(np.int64)).tolist():
        changes = [change for each in space.at(row, row + 1) for change in each.changes(0)]
        found = refusals.wrong(changes, place)
        if not found:
            return
        first = first or found
    refusals.take(first)
    refusals.raise_if_any()


