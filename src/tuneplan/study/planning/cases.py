"""Cases of a plan: a strategy with some of its tasks left untrained; many are solved at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tuneplan.axes import Array, Mask
from tuneplan.core.allocation import allocate
from tuneplan.late import np
from tuneplan.scenario.lower import lower
from tuneplan.scenario.planned import cloned, is_planned, only, with_examples
from tuneplan.scenario.records import Scenario
from tuneplan.scenario.schema import DEFAULT_COVERS
from tuneplan.study.design import Design
from tuneplan.study.planning.minimum import reaching
from tuneplan.study.planning.money import Money, money_of
from tuneplan.study.planning.whole import whole
from tuneplan.study.planning.worth import Worth
from tuneplan.study.valuing import is_valued

STREAM = "plan "
"""Plans are made on points of their own, never on those on which they are judged."""
DRAWS_OF_WORTH, DRAWS_OF_CHANCE, DRAWS_OF_MONEY = 64, 128, 2048
"""Draws for the expected objective, whose top is flat; where minimum scores have to be reached with some chance as
well; and for the money, of which the tail counts."""
FEWEST_OF_WORTH, FEWEST_OF_MONEY = 16, 256
A_SCRAMBLE = 64
"""Draws of one scramble: the first of them, each number in all its strata, are those of the worth."""
CELLS_OF_WORTH, CELLS_OF_MONEY = 2**19, 2**20
"""Cells of a case's gradient, and of its costs, above which fewer draws are taken: plans of many tasks stay quick."""
CELLS_OF_CASES = 2**22
"""Cells of (case, task, draw) that are solved at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A strategy as it is to be planned.

    Attributes
    ----------
    strategy
        Its name.
    untrained
        Planned tasks that it leaves out.
    least
        Examples that tasks have at least, beyond what the scenario asks.
    toll
        What an example takes off the objective by the time that it takes, by task, in the unit of the objective; see
        ``delays``, and where points have no price ``in_horizon``.
    aside
        Money that is kept for what stands idle. [USD]
    due
        By when its toll makes it ship, ``horizon`` or ``deadline``; empty where it does not have to be hurried.
    limit
        Budget that it has instead of the scenario's; None: that. [USD]
    """

    strategy: str
    untrained: frozenset[str] = frozenset()
    least: Mapping[str, float] = field(default_factory=dict)
    toll: Mapping[str, float] = field(default_factory=dict)
    aside: float = 0.0
    due: str = ""
    limit: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """What a case comes to; arrays by task.

    ``examples`` are in all, ``existing`` those owned, ``bought`` what is bought beyond these and any floor, ``cap`` the most that could be, ``planned`` the tasks that the
    plan decides, ``price`` that of one more example where the budget binds. Other attributes as of ``Plan``.
    """

    case: Case
    examples: Array
    bought: Array
    existing: Array
    cap: Array
    planned: Mask
    slope: Array
    price: Array
    value: float
    spend: float
    feasible: bool
    affordable: bool
    shadow_price: float
    gap: float
    confidence_error: float


def solve(scenario: Scenario, cases: Sequence[Case], *, seed: int) -> list[Solved]:
    """The best purchases of every case; those of one say nothing of another, so that they may come in any company."""
    size = max(1, CELLS_OF_CASES // ((len(scenario.tasks) + 1) * DRAWS_OF_MONEY))
    batches = (cases[start : start + size] for start in range(0, len(cases), size))
    return [solved for batch in batches for solved in _batch(scenario, batch, seed)]


def _batch(scenario: Scenario, cases: Sequence[Case], seed: int) -> list[Solved]:
    names = [f"case {number}" for number in range(len(cases))]
    asked = scenario
    for name, case in zip(names, cases, strict=True):
        asked = cloned(asked, case.strategy, [name])
        asked = with_examples(asked, {name: dict.fromkeys(case.untrained, 0.0)})
    asked = only(asked, names)
    limited = any(path.endswith(".score.must") for path in scenario.quantities)
    dear = _worth(asked, cases, draws_for(asked, DRAWS_OF_MONEY, FEWEST_OF_MONEY, CELLS_OF_MONEY, power=1), seed)
    worth = dear.first(draws_for(asked, DRAWS_OF_CHANCE if limited else DRAWS_OF_WORTH, FEWEST_OF_WORTH, CELLS_OF_WORTH, power=2))
    covers = scenario.listed("budget.covers", DEFAULT_COVERS)
    money = money_of(dear, covers=covers, confidence=float(worth.inputs["budget_confidence"].flat[0]))
    tolls = np.array([[case.toll.get(task, 0.0) for task in scenario.tasks] for case in cases])
    return _solved(worth, money, cases, _caps(worth, cases, scenario), tolls)


def draws_for(scenario: Scenario, most: int, fewest: int, cells: int, *, power: int) -> int:
    """Draws that there is time for: the more tasks the fewer, whatever the number of cases."""
    room = cells // (len(scenario.tasks) + 1) ** (power + 1)
    return int(max(fewest, min(most, room // A_SCRAMBLE * A_SCRAMBLE if fewest >= A_SCRAMBLE else room)))


def _worth(scenario: Scenario, cases: Sequence[Case], draws: int, seed: int) -> Worth:
    design = Design(draws=draws, seed=seed, scrambles=draws // A_SCRAMBLE, stream=STREAM)
    inputs = lower([scenario], design.points, launched=False).inputs
    tasks, columns = len(scenario.tasks), inputs["examples"].shape[2]
    planned = np.array([[is_planned(scenario, name, task) for task in scenario.tasks] for name in scenario.strategies])
    wide = np.pad(planned, ((0, 0), (0, columns - tasks)))[None, :, :, None]
    owned = np.where(wide, np.maximum(inputs["existing"], _least(inputs["least_examples"], cases, scenario, columns)), inputs["examples"])
    return Worth(inputs=inputs, owned=owned, planned=planned)


def _least(declared: Array, cases: Sequence[Case], scenario: Scenario, columns: int) -> Array:
    """Examples that each task has at least. ``(1, strategy, column, 1)``"""
    asked = np.array([[case.least.get(task, 0.0) for task in scenario.tasks] for case in cases])
    least = np.maximum(asked[None, :, :, None], declared)
    return np.pad(least, ((0, 0), (0, 0), (0, columns - least.shape[2]), (0, 0)))


def _caps(worth: Worth, cases: Sequence[Case], scenario: Scenario) -> Array:
    """The most that may be bought, ``(strategy, task)``; 0 where a plan decides nothing."""
    tasks = len(scenario.tasks)
    room = worth.inputs["most_examples"] - worth.owned[:, :, :tasks]
    return np.asarray(np.where(worth.planned, np.maximum(np.broadcast_to(room[0, :, :, 0], worth.planned.shape), 0.0), 0.0))


def _solved(worth: Worth, money: Money, cases: Sequence[Case], caps: Array, tolls: Array) -> list[Solved]:
    valued, aside = is_valued(worth.inputs), np.array([case.aside for case in cases])
    of_scenario = float(worth.inputs["budget_limit"].flat[0])
    limit = np.array([of_scenario if case.limit is None else case.limit for case in cases])
    most = np.where(np.isnan(limit), np.inf, limit) - aside

    def less(bought: Array) -> Array:
        if not valued:
            return np.asarray((tolls * bought).sum(axis=2))
        return np.asarray(money.fixed_in_all + ((money.price_in_all + tolls) * bought).sum(axis=2))

    def value(bought: Array) -> Array:
        return worth(bought) - less(bought)

    found = allocate(value, money.spend, money=most, most=caps)
    found, money, possible = reaching(worth, money, found, most=most, caps=caps, less=less)
    bought = whole(found, money.spend, money=most, most=caps)
    spent, price = money.spend(bought)
    owned = np.broadcast_to(worth.owned[0, :, : caps.shape[1]].mean(axis=2), caps.shape)
    existing = np.broadcast_to(worth.inputs["existing"][0, :, : caps.shape[1]].mean(axis=2), caps.shape)
    worths, chance = value(bought[None])[0], np.hypot(chance_error(money, bought, limit), score_error(worth, money))
    return [
        Solved(
            case=case, examples=owned[row] + bought[row], bought=bought[row], existing=existing[row], cap=caps[row], planned=worth.planned[row],
            slope=found.slope[row], price=price[row], value=float(worths[row]), spend=float(spent[row] + aside[row]),
            feasible=bool(spent[row] <= most[row]) and bool(possible[row]), affordable=bool(spent[row] <= most[row]), shadow_price=float(found.shadow_price[row]),
            gap=float(found.gap[row]), confidence_error=float(chance[row]),
        )
        for row, case in enumerate(cases)
    ]  # fmt: skip


def chance_error(money: Money, bought: Array, limit: Array) -> Array:
    """Simulation error of the chance to stay within the budget, from independent scrambles; 0 where there is none. [share]"""
    within = (money.covered(bought) <= limit[:, None]).reshape(len(bought), -1, A_SCRAMBLE).mean(axis=2)
    alone = np.sqrt(money.confidence * (1.0 - money.confidence) / money.fixed.shape[1])
    error = np.maximum(within.std(axis=1, ddof=1) / np.sqrt(within.shape[1]), 0.5 * alone)
    return np.where(np.isnan(limit), 0.0, error)


def score_error(worth: Worth, money: Money) -> Array:
    """Simulation error of the chance to reach minimum scores, where there are any, ``(case,)``. [share]"""
    errors: Array = np.sqrt(money.confidence * (1.0 - money.confidence) * worth.scenarios / worth.draws)
    return errors * (not np.isnan(worth.inputs["must"]).all())


def without(case: Case, task: str) -> Case:
    """The case with one more task left out."""
    return replace(case, untrained=case.untrained | {task})
