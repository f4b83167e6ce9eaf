"""Which quantity fills each cell of each declared number: by scenario, strategy and owner, or pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tuneplan.core.distributions import point
from tuneplan.core.registry import Param
from tuneplan.core.structure import Structure
from tuneplan.late import np
from tuneplan.scenario.lowering.defaults import base_name, default_quantity, hangs_on_base
from tuneplan.scenario.lowering.pairs import MIX, similarity_of
from tuneplan.scenario.lowering.specs import overridden
from tuneplan.scenario.lowering.table import Table
from tuneplan.scenario.records import UNSEEN, Quantity, Scenario


@dataclass(slots=True)
class Gathering:
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


def cells_of(gathering: Gathering, param: Param) -> np.ndarray:
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


def _varies(gathering: Gathering, param: Param, owners: tuple[str, ...]) -> bool:
    """Whether strategies differ in a number."""
    if param.scope.startswith("strategy") or (param.name == "examples" and MIX in owners):
        return True
    if hangs_on_base(param):
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


def _owners(gathering: Gathering, param: Param) -> tuple[str, ...]:
    if param.scope == "task":
        return gathering.columns
    if param.scope.endswith("request"):
        return (*gathering.scenarios[0].tasks, UNSEEN)
    return ("",)


def path_of(param: Param, owner: str, strategy: str = "") -> str:
    """Where a number is typed.

    >>> from tuneplan.core import declared_params
    >>> path_of(declared_params()[4], "email")
    'tasks.email.data.examples'
    """
    if param.scope.startswith("strategy"):
        return f"strategies.{strategy}.{param.key}" + (f".{owner}" if owner else "")
    if not owner:
        return param.key
    return f"{owner}.{param.key}" if owner in (UNSEEN, MIX) else f"tasks.{owner}.{param.key}"


def _cell_of(gathering: Gathering, scenario: Scenario, param: Param, owner: str, strategy: str) -> int:
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


def _similarity_places(gathering: Gathering, param: Param) -> np.ndarray:
    rows = [
        [[_pair_cell(gathering, scenario, param, to, source) for source in gathering.columns]
         for to in (*scenario.tasks, UNSEEN)]
        for scenario in gathering.scenarios
    ]  # fmt: skip
    return np.array(rows)[:, None]


def _misroute_places(gathering: Gathering, param: Param) -> np.ndarray:
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


def _misroute_cell(gathering: Gathering, scenario: Scenario, path: str, silent: int) -> int:
    given = scenario.quantities.get(path)
    return silent if given is None else gathering.cell(scenario, given)


def _pair_cell(gathering: Gathering, scenario: Scenario, param: Param, to: str, source: str) -> int:
    """Cell of how much ``source`` carries over to ``to``."""
    if to == source:
        return gathering.nothing(1.0)
    return gathering.cell(scenario, similarity_of(scenario, param, to, source))
