"""The best purchases of one strategy in many scenarios at once: rows that differ in the numbers of a few dials.

The same equations as ``cases.solve``, on the same draws: a row gets what it would get alone. Rows lie on the axis of draws,
so that a row costs its arithmetic and not the calls of NumPy around it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tuneplan.axes import Array, Mask
from tuneplan.core.allocation import allocate
from tuneplan.late import np
from tuneplan.scenario.lowering.varied import Dial, Pivot, pivot
from tuneplan.scenario.planned import cloned, is_planned, only, with_examples
from tuneplan.scenario.records import Scenario
from tuneplan.scenario.schema import DEFAULT_COVERS
from tuneplan.study.design import Design
from tuneplan.study.planning import cases
from tuneplan.study.planning.cases import Case, Solved
from tuneplan.study.planning.minimum import reaching
from tuneplan.study.planning.money import Money, money_of
from tuneplan.study.planning.plan import planning, searched_for
from tuneplan.study.planning.whole import whole
from tuneplan.study.planning.worth import Worth
from tuneplan.study.valuing import is_valued

NAME = "case 0"
"""Of the strategy that is planned, as ``cases`` calls it."""
CELLS_AT_ONCE = 2**17
"""Cells of (row, task, draw) that are planned at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A scenario with dials, whose strategies are to be planned in many rows.

    Attributes
    ----------
    scenario
        It gives every number that the dials move, and leaves examples open.
    seed
        Of the draws of plans.
    lowered
        Strategy and tasks left out -> the scenario lowered for it; found once.
    """

    scenario: Scenario
    dials: tuple[Dial, ...]
    seed: int
    lowered: dict[tuple[str, frozenset[str]], Pivot] = field(default_factory=dict, compare=False, repr=False)

    def solve(self, case: Case, varied: Mapping[str, Array]) -> list[Solved]:
        """The best purchases of a case, a row each.

        Parameters
        ----------
        case
            Without tolls, floors or money set aside.
        varied
            As of ``Pivot.at``.
        """
        at = self._pivot(case)
        size = max(1, CELLS_AT_ONCE // (at.draws * (len(at.scenario.tasks) + 1)))
        count = len(next(iter(varied.values())))
        parts = ({key: each[start : start + size] for key, each in varied.items()} for start in range(0, count, size))
        return [solved for part in parts for solved in self._some(at, case, part)]

    def _some(self, at: Pivot, case: Case, varied: Mapping[str, Array]) -> list[Solved]:
        count = len(next(iter(varied.values())))
        dear = _worth(at, varied, count)
        limited = any(path.endswith(".score.must") for path in self.scenario.quantities)
        draws = cases.draws_for(at.scenario, cases.DRAWS_OF_CHANCE if limited else cases.DRAWS_OF_WORTH, cases.FEWEST_OF_WORTH, cases.CELLS_OF_WORTH, power=2)
        worth = _first(dear, draws)
        money = money_of(dear, covers=self.scenario.listed("budget.covers", DEFAULT_COVERS), confidence=1.0)
        confidence, limit = (_of_rows(worth, worth.inputs[name])[:, 0] for name in ("budget_confidence", "budget_limit"))
        return _solved(worth, replace(money, confidence=confidence), case, limit)

    def best(self, varied: Mapping[str, Array]) -> list[dict[str, Solved]]:
        """The plan of each strategy, a row each, before time counts: what ``plan`` looks for, side by side."""
        count = len(next(iter(varied.values())))
        searches = [searched_for(self.scenario, [Case(strategy=name) for name in planning(self.scenario)]) for _ in range(count)]
        asked: dict[int, list[Case]] = {row: next(search) for row, search in enumerate(searches)}
        best: list[dict[str, Solved]] = [{} for _ in range(count)]
        while asked:
            solved = self._answers(asked, varied)
            going: dict[int, list[Case]] = {}
            for row in asked:
                try:
                    going[row] = searches[row].send(solved[row])
                except StopIteration as found:
                    best[row] = found.value
            asked = going
        return best

    def _answers(self, asked: Mapping[int, Sequence[Case]], varied: Mapping[str, Array]) -> dict[int, list[Solved]]:
        """Every case of every row, each case once for all rows that ask for it."""
        rows_of: dict[tuple[str, frozenset[str]], list[int]] = {}
        for row, wanted in asked.items():
            for case in wanted:
                rows_of.setdefault((case.strategy, case.untrained), []).append(row)
        found: dict[tuple[str, frozenset[str], int], Solved] = {}
        for (strategy, untrained), rows in rows_of.items():
            some = {key: each[rows] for key, each in varied.items()}
            solved = self.solve(Case(strategy=strategy, untrained=untrained), some)
            found |= {(strategy, untrained, row): each for row, each in zip(rows, solved, strict=True)}
        return {row: [found[case.strategy, case.untrained, row] for case in wanted] for row, wanted in asked.items()}

    def _pivot(self, case: Case) -> Pivot:
        key = (case.strategy, case.untrained)
        if key not in self.lowered:
            asked = with_examples(cloned(self.scenario, case.strategy, [NAME]), {NAME: dict.fromkeys(case.untrained, 0.0)})
            asked = only(asked, [NAME])
            draws = cases.draws_for(asked, cases.DRAWS_OF_MONEY, cases.FEWEST_OF_MONEY, cases.CELLS_OF_MONEY, power=1)
            design = Design(draws=draws, seed=self.seed, scrambles=draws // cases.A_SCRAMBLE, stream=cases.STREAM)
            self.lowered[key] = pivot(asked, design.points, self.dials, launched=False)
        return self.lowered[key]


def _worth(at: Pivot, varied: Mapping[str, Array], rows: int) -> Worth:
    """Rows side by side on the axis of draws."""
    draws = at.draws
    numbers = {name: _abreast(each, rows, draws) for name, each in at.at(varied).items()}
    inputs = replace(at, known={name: _abreast(each, rows, draws) for name, each in at.known.items()}).inputs(numbers)
    scenario, tasks, columns = at.scenario, len(at.scenario.tasks), inputs["examples"].shape[2]
    planned = np.array([[is_planned(scenario, NAME, task) for task in scenario.tasks]])
    wide = np.pad(planned, ((0, 0), (0, columns - tasks)))[None, :, :, None]
    least = inputs["least_examples"]
    least = np.pad(least, ((0, 0), (0, 0), (0, columns - least.shape[2]), (0, 0)))
    owned = np.where(wide, np.maximum(inputs["existing"], least), inputs["examples"])
    return Worth(inputs=inputs, owned=owned, planned=planned, scenarios=rows)


def _abreast(array: Array, rows: int, draws: int) -> Array:
    """Scenarios laid one after another on the axis of draws; what is the same in all of them keeps a length of 1."""
    if array.shape[0] == 1 and array.shape[-1] == 1:
        return array
    whole = np.broadcast_to(array, (rows, *array.shape[1:-1], draws))
    return np.moveaxis(whole, 0, -2).reshape(1, *array.shape[1:-1], rows * draws)


def _first(worth: Worth, draws: int) -> Worth:
    """The first draws of every row alone."""
    size = worth.draws // worth.scenarios
    kept = (np.arange(worth.scenarios)[:, None] * size + np.arange(min(draws, size))).ravel()
    numbers = {name: each[..., kept] if each.shape[-1] > 1 else each for name, each in worth.inputs.numbers.items()}
    owned = worth.owned[..., kept] if worth.owned.shape[-1] > 1 else worth.owned
    return replace(worth, inputs=replace(worth.inputs, numbers=numbers), owned=owned)


def _of_rows(worth: Worth, array: Array) -> Array:
    """What each row has at its first draw. ``(row, task)``"""
    whole = np.broadcast_to(array[0, 0], (array.shape[2], worth.draws))
    return whole.reshape(array.shape[2], worth.scenarios, -1)[:, :, 0].T


def _means(worth: Worth, array: Array) -> Array:
    """What each row has in the mean of its draws; of equal ones that value itself, which a mean may miss by a bit. ``(row, task)``"""
    whole = np.broadcast_to(array[0, 0], (array.shape[2], worth.draws)).reshape(array.shape[2], worth.scenarios, -1)
    return np.where((whole == whole[:, :, :1]).all(axis=2), whole[:, :, 0], whole.mean(axis=2)).T


def _solved(worth: Worth, money: Money, case: Case, limit: Array) -> list[Solved]:
    """Purchases of every row, whole examples; as ``cases`` finds them for one."""
    most = np.where(np.isnan(limit), np.inf, limit)
    tasks = worth.planned.shape[1]
    room = _of_rows(worth, worth.inputs["most_examples"] - worth.owned[:, :, :tasks])
    caps = np.where(worth.planned, np.maximum(room, 0.0), 0.0)
    value, less = _value(worth, money)
    found = allocate(value, money.spend, money=most, most=caps, narrow=_narrowed(worth, money))
    found, money, possible = reaching(worth, money, found, most=most, caps=caps, less=less)
    bought = whole(found, money.spend, money=most, most=caps)
    spent, price = money.spend(bought)
    owned, existing = _means(worth, worth.owned[:, :, :tasks]), _means(worth, worth.inputs["existing"][:, :, :tasks])
    worths, errors = value(bought[None])[0], np.hypot(cases.chance_error(money, bought, limit), cases.score_error(worth, money))
    return [
        Solved(
            case=case, examples=owned[row] + bought[row], bought=bought[row], existing=existing[row], cap=caps[row], planned=worth.planned[0],
            slope=found.slope[row], price=price[row], value=float(worths[row]), spend=float(spent[row]),
            feasible=bool(spent[row] <= most[row]) and bool(possible[row]), affordable=bool(spent[row] <= most[row]),
            shadow_price=float(found.shadow_price[row]), gap=float(found.gap[row]), confidence_error=float(errors[row]),
        )
        for row in range(worth.scenarios)
    ]  # fmt: skip


Valued = Callable[[Array], Array]


def _value(worth: Worth, money: Money) -> tuple[Valued, Valued]:
    """Value of purchases, and what they take off it: where a point has a price, all that is spent."""
    valued = is_valued(worth.inputs)

    def less(bought: Array) -> Array:
        if not valued:
            return np.zeros(bought.shape[:2])
        return np.asarray(money.fixed_in_all + (money.price_in_all * bought).sum(axis=2))

    return (lambda bought: worth(bought) - less(bought)), less


def _narrowed(worth: Worth, money: Money) -> Callable[[Mask], tuple[Any, ...]]:
    """Some of the rows alone."""

    def some(rows: Mask) -> tuple[Any, ...]:
        fewer, paid = worth.only(rows), money.only(rows)
        return _value(fewer, paid)[0], paid.spend, _narrowed(fewer, paid)

    return some
