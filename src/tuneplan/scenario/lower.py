"""Scenarios and points of the unit cube -> ``Inputs``: every number on its axes, in one pass.

Each distinct (path, distribution) is drawn once, whatever the number of scenarios that share it;
an axis along which nothing differs keeps length 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tuneplan.axes import Array, Mask
from tuneplan.core import declared_params
from tuneplan.core.arrays import Inputs
from tuneplan.core.distributions import point
from tuneplan.core.laws import LAWS
from tuneplan.core.structure import Structure, build_structure
from tuneplan.errors import UsageError
from tuneplan.late import np
from tuneplan.scenario.calibration import calibrated
from tuneplan.scenario.lowering.constants import constants
from tuneplan.scenario.lowering.finishing import Read, finished
from tuneplan.scenario.lowering.hardware import misfits
from tuneplan.scenario.lowering.learned import learned_of
from tuneplan.scenario.lowering.luck import luck_places
from tuneplan.scenario.lowering.pairs import MIX
from tuneplan.scenario.lowering.places import Gathering, cells_of
from tuneplan.scenario.lowering.specs import shape_of, strategy_specs
from tuneplan.scenario.lowering.table import Drawn
from tuneplan.scenario.lowering.timing import IS_TIMED, luck_of_schedule
from tuneplan.scenario.records import DERIVED, UNSEEN, Quantity, Scenario
from tuneplan.scenario.timed import is_timed

Cube = Callable[[Sequence[str]], Array]
"""Names of quantities -> points of the unit cube, ``(name, draw)``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lowered:
    """What the core gets, and what the reports want to say about it.

    Attributes
    ----------
    inputs
        For ``core.evaluate``.
    used
        Every number in use in the first scenario as it is listed, given or default.
    misfits
        Strategies that cannot be trained or served at all, with the reason.
    places
        Declared number -> for each cell a row of ``paths``, ``(scenario, strategy, owner)`` with the
        source of a pair last: the axes of its array, draws left out.
    paths
        Where cells come from, as in ``used``; empty where nothing was given.
    read
        Finished number -> the numbers that it was made of; see ``lowering.finishing``.
    draws
        Every uncertain number in use in the first scenario, by the name of its random numbers -> its values,
        ``(draw,)``, correlations carried out. Luck (format clashes, what the law misses) is not among them.
    """

    inputs: Inputs
    used: Mapping[str, Quantity]
    misfits: Mapping[str, str]
    places: Mapping[str, Mask]
    paths: tuple[str, ...]
    read: Read
    draws: Mapping[str, Array]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Scenarios before anything is drawn.

    Attributes
    ----------
    structure, gathering
        Which tasks share models, and the table of what is to be drawn.
    places, luck
        Cells of declared numbers, and rows of luck; see ``Lowered.places``.
    counts
        Whether launch dates count.
    """

    structure: Structure
    gathering: Gathering
    places: Mapping[str, Mask]
    luck: Mapping[str, Mask]
    counts: bool


def gather(scenarios: Sequence[Scenario], *, launched: bool = True) -> Gathered:
    """Which numbers scenarios need, and where each stands; as ``lower``."""
    first = scenarios[0]
    for other in scenarios[1:]:
        if _words(other) != _words(first):
            raise UsageError("scenarios of one run must agree in tasks, strategies and words, and in whether launch dates count; only numbers may differ")
    shape = shape_of(first) if len(scenarios) > 1 else []
    if any(shape_of(other) != shape for other in scenarios[1:]):
        raise UsageError("scenarios of one block must agree in which tasks have examples and where they come from")
    structure = build_structure(strategy_specs(scenarios), first.tasks)
    columns = (*first.tasks, *([MIX] * (structure.columns - len(first.tasks))))
    gathering = Gathering(scenarios, structure, columns)
    places = {param.name: cells_of(gathering, param) for param in declared_params()}
    luck = luck_places(structure, gathering.table)
    counts = launched and is_timed(first)
    if counts:
        luck |= luck_of_schedule(structure, gathering.table)
    return Gathered(structure=structure, gathering=gathering, places=places, luck=luck, counts=counts)


def lower(scenarios: Sequence[Scenario], cube: Cube, *, launched: bool = True, block: int = 0) -> Lowered:
    """Turn scenarios into arrays.

    Parameters
    ----------
    scenarios
        They must agree in tasks, strategies, every word, whether launch dates count, and which tasks have examples.
    cube
        The one door for uncertainty.
    launched
        Whether to simulate when strategies ship, where that counts; else they are there from the first day on,
        as plans take them to be.
    block
        Draws of a block of the cube, where most of it repeats the first; see ``Table.draw``.

    Raises
    ------
    UsageError
        Scenarios differ in more than numbers.
    """
    gathered, first = gather(scenarios, launched=launched), scenarios[0]
    gathering, structure = gathered.gathering, gathered.structure
    inputs, read, drawn = filled(gathered, scenarios, cube, block=block)
    rank, sequence = float(inputs["lora_rank"].flat[0]), float(inputs["sequence_length"].flat[0])
    _note_unseen_base(gathering)
    if first.calibration is not None:
        gathering.used = learned_of(gathering.used, first.calibration, first.correlations)
    return Lowered(
        inputs=inputs,
        used=gathering.used,
        misfits=misfits(first, structure, rank, sequence),
        places=gathered.places,
        paths=tuple(path for path, _ in gathering.cells),
        read=read,
        draws=_draws(gathering, drawn),
    )


def filled(gathered: Gathered, scenarios: Sequence[Scenario], cube: Cube, *, block: int = 0) -> tuple[Inputs, Read, Drawn]:
    """Gathered scenarios at points of the cube: what the core gets, what finished numbers were made of, and the table; as ``lower``."""
    first, gathering, counts = scenarios[0], gathered.gathering, gathered.counts
    drawn = gathering.table.draw(calibrated(cube, first.calibration), first.correlations, block=block)
    row = np.array([each for _, each in gathering.cells])
    numbers = {name: drawn.take(row[cells]) for name, cells in gathered.places.items()}
    numbers |= {name: drawn.take(place) for name, place in gathered.luck.items()}
    numbers |= hardware_of(first, gathered.structure, numbers)
    numbers[IS_TIMED] = np.full((len(scenarios), 1, 1, drawn.values.shape[1]) if counts else (1, 1, 1, 1), float(counts))
    whole, read = finished(numbers, gathered.structure, first)
    return Inputs(structure=gathered.structure, numbers=whole, laws=laws_of(first)), read, drawn


def _draws(gathering: Gathering, drawn: Drawn) -> dict[str, Array]:
    """Values of the uncertain numbers of the first scenario."""
    rows = gathering.table.rows
    uncertain = (each for each in gathering.used.values() if not each.distribution.is_point)
    return {each.drawn_as: drawn.values[rows[each.drawn_as, each.distribution]] for each in uncertain}


def _words(scenario: Scenario) -> tuple[object, ...]:
    """All but the numbers of a scenario, and what hangs together."""
    return (
        scenario.tasks, scenario.strategies, scenario.settings, scenario.ties, scenario.correlations, scenario.rows, scenario.calibration, is_timed(scenario),
    )  # fmt: skip


def _note_unseen_base(gathering: Gathering) -> None:
    """Put into the ledger what ``finished`` does where nobody says how the base meets unseen requests."""
    path = f"{UNSEEN}.score.base"
    if path in gathering.used:
        return
    on_scale = []
    for task in gathering.scenarios[0].tasks:
        base, worst, best = (_median(gathering, f"tasks.{task}.score.{end}") for end in ("base", "worst", "best"))
        on_scale.append((base - worst) / (best - worst))
    worst, best = (_median(gathering, f"{UNSEEN}.score.{end}") for end in ("worst", "best"))
    typical = worst + (best - worst) * sum(on_scale) / len(on_scale)
    gathering.used[path] = Quantity(
        path=path, distribution=point(typical), unit="score", text="",
        source="assumed: the mean of the tasks' bases, draw by draw", grade="A", origin=DERIVED,
    )  # fmt: skip


def _median(gathering: Gathering, path: str) -> float:
    return gathering.used[path].distribution.median


def hardware_of(scenario: Scenario, structure: Structure, numbers: Mapping[str, Array]) -> dict[str, Array]:
    """Constants of bases and cards, once a rank and sequence length."""
    ranks, lengths = np.broadcast_arrays(numbers["lora_rank"][:, 0, 0, 0], numbers["sequence_length"][:, 0, 0, 0])
    rows = [
        constants(scenario, structure, *each) for each in zip(ranks.tolist(), lengths.tolist(), strict=True)
    ]
    return {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}


def laws_of(scenario: Scenario) -> dict[str, str]:
    return {form: scenario.word(f"law.{form}", next(iter(members.entries))) for form, members in LAWS.items()}
