"""Scenarios and points of the unit cube -> ``Inputs``: every number on its axes, in one pass.

Each distinct (path, distribution) is drawn once, whatever the number of scenarios that share it;
an axis along which nothing differs keeps length 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tuneplan.axes import Array, Mask
from tuneplan.core import capability, declared_params
from tuneplan.core.arrays import Inputs
from tuneplan.core.distributions import point, student_t, uniform
from tuneplan.core.laws import LAWS
from tuneplan.core.registry import Param
from tuneplan.core.structure import Structure, build_structure
from tuneplan.errors import UsageError
from tuneplan.late import np
from tuneplan.scenario.lowering.constants import constants
from tuneplan.scenario.lowering.defaults import default_quantity
from tuneplan.scenario.lowering.finishing import Read, finished
from tuneplan.scenario.lowering.hardware import misfits
from tuneplan.scenario.lowering.pairs import MIX, similarity_of
from tuneplan.scenario.lowering.specs import overridden, shape_of, strategy_specs
from tuneplan.scenario.lowering.table import Table
from tuneplan.scenario.records import UNSEEN, Quantity, Scenario

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
        Every number in use in the first scenario by path, given or default.
    misfits
        Strategies that cannot be trained or served at all, with the reason.
    places
        Declared number -> row of each cell in ``paths``, ``(scenario, strategy, owner)`` with the
        source of a pair last; the axes of its array, draws left out.
    paths
        Path of each row of what was drawn; empty where nothing was given.
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
    """Scenarios being lowered, and the table their numbers go to."""

    scenarios: Sequence[Scenario]
    structure: Structure
    columns: tuple[str, ...]
    table: Table = field(default_factory=Table)
    used: dict[str, Quantity] = field(default_factory=dict)


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
        if (other.tasks, other.strategies, other.settings) != (first.tasks, first.strategies, first.settings):
            raise UsageError("scenarios of one run must agree in tasks, strategies and words; only numbers may differ")
    shape = shape_of(first) if len(scenarios) > 1 else []
    if any(shape_of(other) != shape for other in scenarios[1:]):
        raise UsageError("scenarios of one block must agree in which tasks have examples and where they come from")
    structure = build_structure(strategy_specs(scenarios), first.tasks)
    columns = (*first.tasks, *([MIX] * (structure.columns - len(first.tasks))))
    gathering = _Gathering(scenarios, structure, columns)
    places = {param.name: _places(gathering, param) for param in declared_params()}
    luck = _luck(gathering)
    drawn = gathering.table.draw(cube)
    numbers = {name: drawn.take(place) for name, place in places.items()}
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
        paths=tuple(path for path, _ in gathering.table.rows),
        read=read,
    )


def _note_unseen_base(gathering: _Gathering) -> None:
    """Put into the ledger what ``finished`` does where nobody says how the base meets unseen requests."""
    path, tasks = f"{UNSEEN}.score.base", gathering.scenarios[0].tasks
    if path not in gathering.used:
        bases = [gathering.used[f"tasks.{task}.score.base"].distribution.median for task in tasks]
        gathering.used[path] = Quantity(
            path=path, distribution=point(float(np.mean(bases))), unit="score", text="",
            source="assumed: the mean of the tasks' bases, draw by draw", grade="A", origin="default",
        )  # fmt: skip


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
    """Rows of the table for a declared number; ``(scenario, strategy, owner)`` or with a pair last."""
    if param.scope == "pair":
        return _similarity_places(gathering, param)
    if param.scope == "misroute":
        return _misroute_places(gathering, param)
    owners = _owners(gathering, param)
    strategies = gathering.scenarios[0].strategies if _varies(gathering, param, owners) else ("",)
    return np.array(
        [[[_row(gathering, scenario, param, owner, name) for owner in owners] for name in strategies]
         for scenario in gathering.scenarios]
    )  # fmt: skip


def _varies(gathering: _Gathering, param: Param, owners: tuple[str, ...]) -> bool:
    """Whether strategies differ in a number."""
    if param.scope.startswith("strategy") or (param.name == "examples" and MIX in owners):
        return True
    if param.name in BY_BASE:
        return len({spec.base for spec in gathering.structure.strategies}) > 1
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


def _row(gathering: _Gathering, scenario: Scenario, param: Param, owner: str, strategy: str) -> int:
    quantity = _quantity(scenario, param, owner, strategy)
    if quantity is None:
        return gathering.table.add("", point(np.nan))
    if scenario is gathering.scenarios[0]:
        gathering.used.setdefault(quantity.path, quantity)
    return gathering.table.add(quantity.path, quantity.distribution)


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
    if owner == MIX and param.default is None:
        return None
    return default_quantity(scenario, param, path, owner, strategy)


def _similarity_places(gathering: _Gathering, param: Param) -> np.ndarray:
    rows = [
        [[_pair_row(gathering, scenario, param, to, source) for source in gathering.columns]
         for to in (*scenario.tasks, UNSEEN)]
        for scenario in gathering.scenarios
    ]  # fmt: skip
    return np.array(rows)[:, None]


def _misroute_places(gathering: _Gathering, param: Param) -> np.ndarray:
    """Rows of the router's confusion, from a task to another; what is not given is 0, or unknown in all."""
    tasks = gathering.scenarios[0].tasks
    rows = [
        [[_misroute_row(gathering, scenario, f"{param.key}.{source}>{to}") for to in tasks] for source in tasks]
        for scenario in gathering.scenarios
    ]
    return np.array(rows)[:, None]


def _misroute_row(gathering: _Gathering, scenario: Scenario, path: str) -> int:
    given = scenario.quantities.get(path)
    if given is None:
        any_given = any(each.startswith("router.confusion.") for each in scenario.quantities)
        return gathering.table.add("", point(0.0 if any_given else np.nan))
    if scenario is gathering.scenarios[0]:
        gathering.used.setdefault(path, given)
    return gathering.table.add(path, given.distribution)


def _pair_row(gathering: _Gathering, scenario: Scenario, param: Param, to: str, source: str) -> int:
    """Row of how much ``source`` carries over to ``to``."""
    if to == source:
        return gathering.table.add("", point(1.0))
    quantity = similarity_of(scenario, param, to, source)
    if scenario is gathering.scenarios[0]:
        gathering.used.setdefault(quantity.path, quantity)
    return gathering.table.add(quantity.path, quantity.distribution)


def _luck(gathering: _Gathering) -> dict[str, np.ndarray]:
    """Rows of what is random but nobody's number: clashes and discrepancies, by model and request."""
    structure, table = gathering.structure, gathering.table
    requests = (*structure.tasks, UNSEEN)
    clash, error = [], []
    for model in structure.models:
        trained = {structure.tasks[c] for c in model.last if c < len(structure.tasks)}
        clash.append([_clash_row(table, request, trained, bool(model.merged_from)) for request in requests])
        error.append([_error_row(table, model.luck, request) for request in requests])
    return {"clash_draw": np.array([clash]), "discrepancy_draw": np.array([error])}


def _clash_row(table: Table, request: str, trained: set[str], merged: bool) -> int:
    """One event a task and set of neighbours, shared by all models that train that set."""
    neighbours = sorted(trained - {request})
    if request not in trained or not neighbours or merged:
        return table.add("", point(1.0))
    return table.add(f"clash.{request}.{'+'.join(neighbours)}", uniform(0.0, 1.0))


def _error_row(table: Table, luck: str, request: str) -> int:
    if not luck:
        return table.add("", point(0.0))
    return table.add(f"discrepancy.{request}.{luck}", student_t(capability.DISCREPANCY_DEGREES, 1.0))
