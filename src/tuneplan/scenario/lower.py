"""Scenarios and points of the unit cube -> ``Inputs``: every number on its axes, in one pass.

Each distinct (path, distribution) is drawn once, whatever the number of scenarios that share it;
an axis along which nothing differs keeps length 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tuneplan.axes import Array, Mask
from tuneplan.core import declared_params
from tuneplan.core.arrays import Inputs
from tuneplan.core.distributions import point
from tuneplan.core.laws import LAWS
from tuneplan.core.registry import Param
from tuneplan.core.structure import Structure, build_structure
from tuneplan.errors import UsageError
from tuneplan.late import np
from tuneplan.scenario.lowering.constants import constants
from tuneplan.scenario.lowering.defaults import base_name, default_quantity
from tuneplan.scenario.lowering.finishing import Read, finished
from tuneplan.scenario.lowering.hardware import misfits
from tuneplan.scenario.lowering.luck import luck_places
from tuneplan.scenario.lowering.pairs import MIX, similarity_of
from tuneplan.scenario.lowering.specs import overridden, shape_of, strategy_specs
from tuneplan.scenario.lowering.table import Table
from tuneplan.scenario.records import DERIVED, UNSEEN, Quantity, Scenario

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
    """

    inputs: Inputs
    used: Mapping[str, Quantity]
    misfits: Mapping[str, str]
    places: Mapping[str, Mask]
    paths: tuple[str, ...]
    read: Read


@dataclass(slots=True)
class _Gathering:
    """Scenarios being lowered, the table their numbers go to, and where each cell comes from.

    A cell is a number as it is listed and its row of the table; tied numbers are cells of one row.
    """

    scenarios: Sequence[Scenario]
    structure: Structure
    columns: tuple[str, ...]
    table: Table = field(default_factory=Table)
    used: dict[str, Quantity] = field(default_factory=dict)
    cells: dict[tuple[str, int], int] = field(default_factory=dict)

    def cell(self, scenario: Scenario, quantity: Quantity) -> int:
        """Number of a cell, new or known; the ledger takes what the first scenario uses."""
        if scenario is self.scenarios[0]:
            self.used.setdefault(quantity.listed_as, quantity)
        row = self.table.add(quantity.drawn_as, quantity.distribution)
        return self.cells.setdefault((quantity.listed_as, row), len(self.cells))

    def nothing(self, value: float) -> int:
        """Cell of what nobody gave."""
        return self.cells.setdefault(("", self.table.add("", point(value))), len(self.cells))


def lower(scenarios: Sequence[Scenario], cube: Cube) -> Lowered:
    """Turn scenarios into arrays.

    Parameters
    ----------
    scenarios
        They must agree in tasks, strategies, every word, and in which tasks have examples.
    cube
        The one door for uncertainty.

    Raises
    ------
    UsageError
        Scenarios differ in more than numbers.
    """
    first = scenarios[0]
    for other in scenarios[1:]:
        if _words(other) != _words(first):
            raise UsageError("scenarios of one run must agree in tasks, strategies and words; only numbers may differ")
    shape = shape_of(first) if len(scenarios) > 1 else []
    if any(shape_of(other) != shape for other in scenarios[1:]):
        raise UsageError("scenarios of one block must agree in which tasks have examples and where they come from")
    structure = build_structure(strategy_specs(scenarios), first.tasks)
    columns = (*first.tasks, *([MIX] * (structure.columns - len(first.tasks))))
    gathering = _Gathering(scenarios, structure, columns)
    places = {param.name: _places(gathering, param) for param in declared_params()}
    luck = luck_places(structure, gathering.table)
    drawn = gathering.table.draw(cube, first.correlations)
    row = np.array([each for _, each in gathering.cells])
    numbers = {name: drawn.take(row[cells]) for name, cells in places.items()}
    numbers |= {name: drawn.take(place) for name, place in luck.items()}
    rank, sequence = float(numbers["lora_rank"].flat[0]), float(numbers["sequence_length"].flat[0])
    numbers |= _hardware(first, structure, numbers)
    _note_unseen_base(gathering)
    whole, read = finished(numbers, structure, first)
    return Lowered(
        inputs=Inputs(structure=structure, numbers=whole, laws=_laws(first)),
        used=gathering.used,
        misfits=misfits(first, structure, rank, sequence),
        places=places,
        paths=tuple(path for path, _ in gathering.cells),
        read=read,
    )


def _words(scenario: Scenario) -> tuple[object, ...]:
    """All but the numbers of a scenario, and what hangs together."""
    return (scenario.tasks, scenario.strategies, scenario.settings, scenario.ties, scenario.correlations, scenario.rows)


def _note_unseen_base(gathering: _Gathering) -> None:
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


def _median(gathering: _Gathering, path: str) -> float:
    return gathering.used[path].distribution.median


def _hardware(scenario: Scenario, structure: Structure, numbers: Mapping[str, Array]) -> dict[str, Array]:
    """Constants of bases and cards, once a rank and sequence length."""
    ranks, lengths = np.broadcast_arrays(numbers["lora_rank"][:, 0, 0, 0], numbers["sequence_length"][:, 0, 0, 0])
    rows = [
        constants(scenario, structure, *each) for each in zip(ranks.tolist(), lengths.tolist(), strict=True)
    ]
    return {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}


def _laws(scenario: Scenario) -> dict[str, str]:
    return {form: scenario.word(f"law.{form}", next(iter(members.entries))) for form, members in LAWS.items()}


def _places(gathering: _Gathering, param: Param) -> np.ndarray:
    """Cells of a declared number; ``(scenario, strategy, owner)`` or with a pair last."""
    if param.scope == "pair":
        return _similarity_places(gathering, param)
    if param.scope == "misroute":
        return _misroute_places(gathering, param)
    owners = _owners(gathering, param)
    strategies = gathering.scenarios[0].strategies if _varies(gathering, param, owners) else ("",)
    return np.array(
        [[[_cell_of(gathering, scenario, param, owner, name) for owner in owners] for name in strategies]
         for scenario in gathering.scenarios]
    )  # fmt: skip


def _varies(gathering: _Gathering, param: Param, owners: tuple[str, ...]) -> bool:
    """Whether strategies differ in a number."""
    if param.scope.startswith("strategy") or (param.name == "examples" and MIX in owners):
        return True
    if param.name in BY_BASE:
        return {spec.base for spec in gathering.structure.strategies} != {base_name(gathering.scenarios[0])}
    word = DISPLACED_BY.get(param.name, param.key.rsplit(".", 1)[-1] if param.per_strategy else "")
    return bool(word) and any(
        overridden(scenario, name, word, owner)
        for scenario in gathering.scenarios
        for name in scenario.strategies
        for owner in owners
    )


DISPLACED_BY = {"minutes": "price"}
"""Numbers of a task that a strategy's own word, another one, puts out of force."""
BY_BASE = ("half_gap_examples", "diversity_gain")
"""Numbers whose default hangs on the base model of the strategy."""


def _owners(gathering: _Gathering, param: Param) -> tuple[str, ...]:
    if param.scope == "task":
        return gathering.columns
    if param.scope.endswith("request"):
        return (*gathering.scenarios[0].tasks, UNSEEN)
    return ("",)


def path_of(param: Param, owner: str, strategy: str = "") -> str:
    """Where a number is typed.

    >>> path_of(declared_params()[2], "email")
    'tasks.email.data.examples'
    """
    if param.scope.startswith("strategy"):
        return f"strategies.{strategy}.{param.key}" + (f".{owner}" if owner else "")
    if not owner:
        return param.key
    return f"{owner}.{param.key}" if owner in (UNSEEN, MIX) else f"tasks.{owner}.{param.key}"


def _cell_of(gathering: _Gathering, scenario: Scenario, param: Param, owner: str, strategy: str) -> int:
    """Cell of a number in force."""
    quantity = _quantity(scenario, param, owner, strategy)
    return gathering.nothing(np.nan) if quantity is None else gathering.cell(scenario, quantity)


def _quantity(scenario: Scenario, param: Param, owner: str, strategy: str) -> Quantity | None:
    """The number in force: the strategy's own, the scenario's, the catalogue's, the declared one."""
    if owner == MIX and param.name == "examples":
        return overridden(scenario, strategy, "replay")
    word = param.key.rsplit(".", 1)[-1]
    if strategy and param.name in DISPLACED_BY and overridden(scenario, strategy, DISPLACED_BY[param.name], owner):
        return None
    if strategy and (param.per_strategy or param.scope.startswith("strategy")):
        own = overridden(scenario, strategy, word, owner)
        if own is not None:
            return own
    path = path_of(param, owner, strategy)
    given = scenario.quantities.get(path)
    if given is not None:
        return given
    if path in scenario.ties:
        return _tied(scenario, param, path, strategy)
    if owner == MIX and param.default is None:
        return None
    return default_quantity(scenario, param, path, owner, strategy)


def _tied(scenario: Scenario, param: Param, path: str, strategy: str) -> Quantity | None:
    """The default of the number that a path is the same as, with its draws, where ``same_as`` was typed."""
    target = scenario.ties[path]
    first, _, rest = target.partition(".")
    found = _quantity(scenario, param, first if first == UNSEEN else rest.partition(".")[0], strategy)
    return None if found is None else replace(found, path=path, same_as=found.drawn_as, place=scenario.places[path])


def _similarity_places(gathering: _Gathering, param: Param) -> np.ndarray:
    rows = [
        [[_pair_cell(gathering, scenario, param, to, source) for source in gathering.columns]
         for to in (*scenario.tasks, UNSEEN)]
        for scenario in gathering.scenarios
    ]  # fmt: skip
    return np.array(rows)[:, None]


def _misroute_places(gathering: _Gathering, param: Param) -> np.ndarray:
    """Cells of the router's confusion, from a task to another; what is not given is 0, or unknown in all."""
    tasks = gathering.scenarios[0].tasks
    said = [any(path.startswith(f"{param.key}.") for path in scenario.quantities) for scenario in gathering.scenarios]
    if not any(said):
        return np.full((1, 1, 1, 1), gathering.nothing(np.nan))
    silent = [gathering.nothing(0.0 if any_given else np.nan) for any_given in said]
    rows = [
        [[_misroute_cell(gathering, scenario, f"{param.key}.{source}>{to}", cell) for to in tasks] for source in tasks]
        for scenario, cell in zip(gathering.scenarios, silent, strict=True)
    ]
    return np.array(rows)[:, None]


def _misroute_cell(gathering: _Gathering, scenario: Scenario, path: str, silent: int) -> int:
    given = scenario.quantities.get(path)
    return silent if given is None else gathering.cell(scenario, given)


def _pair_cell(gathering: _Gathering, scenario: Scenario, param: Param, to: str, source: str) -> int:
    """Cell of how much ``source`` carries over to ``to``."""
    if to == source:
        return gathering.nothing(1.0)
    return gathering.cell(scenario, similarity_of(scenario, param, to, source))
