"""The value of information of a run: of each number, of groups of them, and of the checks of its scenario."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tuneplan.axes import Array
from tuneplan.scenario.records import UNSEEN, Check, Learned, Quantity
from tuneplan.study.decision import Decision, decide
from tuneplan.study.in_use import in_use
from tuneplan.study.information.checks import (
    CheckWorth,
    judged,
    observations,
    price_of_a_point,
    ranked,
)
from tuneplan.study.information.estimates import NOTHING, Found, Worth, capped, evpi, evppi, evsi, reported
from tuneplan.study.information.regression import Fit
from tuneplan.study.information.waiting import cost_of_waiting
from tuneplan.study.options import Options, options_of
from tuneplan.study.run import Run

EVERYTHING = "all numbers together"
"""Name of the set of all uncertain numbers in use."""
CURVES = "learning curves"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Some numbers, and what knowing them is worth.

    Attributes
    ----------
    of
        The numbers, by the names of their draws.
    worth
        EVPPI, as ``information.reported``.
    """

    name: str
    of: tuple[str, ...]
    worth: Worth


@dataclass(frozen=True, slots=True, kw_only=True)
class Information:
    """What it is worth to find out more before choosing.

    Attributes
    ----------
    decision
        Among all strategies; values count those alone that meet the limits.
    highest
        The one of the highest mean, above whose objective everything is counted; empty: none.
    whole
        EVPI: everything, luck included.
    everything
        All numbers together: the rest of EVPI is luck, or interplay that the regression misses.
    quantities, groups
        The most worth first; groups of the same kind, and of one task.
    checks
        Ranked; see ``checks.ranked``.
    usd_per_point, priced_at
        What one more point costs, and with which strategy it is bought.
    worth_of_a_day
        What one day of waiting costs; where launch dates count, a second one may cost more. [USD/day]
    """

    run: Run
    options: Options
    decision: Decision
    highest: str
    whole: Worth
    everything: Known
    quantities: tuple[Known, ...]
    groups: tuple[Known, ...]
    checks: tuple[CheckWorth, ...]
    usd_per_point: float
    priced_at: str
    worth_of_a_day: float

    @property
    def has_choice(self) -> bool:
        """Whether there is anything to choose between."""
        return sum(self.decision.allowed) > 1

    @property
    def are_equal(self) -> bool:
        """Whether all strategies that meet the limits come out the same in every draw."""
        objective = self.options.objective[self.options.allowed]
        return bool((objective == objective[:1]).all())


def value_of_information(run: Run) -> Information:
    """What each number, each group and each check is worth, were it known before the choice."""
    options = options_of(run)
    decision = decide(
        options.strategies, options.objective, cost=options.cost, limits=options.limits, scrambles=options.scrambles,
        name=options.name, unit=options.unit,
    )  # fmt: skip
    numbers = {each.drawn_as: each for each in in_use(run) if each.drawn_as in run.lowered.draws}
    search = _Search.of(run, options, decision)
    sets = {**groups_of(list(numbers.values()), run.scenario.tasks), EVERYTHING: tuple(numbers)}
    learned = {check: {each.drawn_as: one for one, each in _learned(run, check, numbers)} for check in run.scenario.checks}
    for names in (*((name,) for name in numbers), *sets.values(), *map(tuple, learned.values())):
        search.look(names)
    best = decision.best
    usd_per_point, priced_at = (float("nan"), "") if best is None else price_elsewhere(run, options, best)
    waiting = (lambda _: 0.0) if best is None else cost_of_waiting(run, options, best)
    checks = [
        judged(
            check, learned=tuple(measured), idle=tuple(_idle(run, check, numbers)), perfect=search.told(tuple(measured)),
            worth=search.told_of_check(check, measured, numbers), waiting=waiting(check.days), unit=options.unit, usd_per_point=usd_per_point,
        )
        for check, measured in learned.items()
    ]  # fmt: skip
    known = {name: Known(name=name, of=names, worth=search.told(names)) for name, names in sets.items()}
    allowed = np.flatnonzero(options.allowed)
    return Information(
        run=run, options=options, decision=decision, whole=search.whole,
        highest=options.strategies[allowed[options.objective[allowed].mean(axis=1).argmax()]] if len(allowed) else "",
        everything=known.pop(EVERYTHING),
        quantities=_sorted(Known(name=name, of=(name,), worth=search.told([name])) for name in numbers),
        groups=_sorted(known.values()),
        checks=ranked(checks), usd_per_point=usd_per_point, priced_at=priced_at, worth_of_a_day=waiting(1.0),
    )  # fmt: skip


def _sorted(found: Iterable[Known]) -> tuple[Known, ...]:
    """The most worth first, of equals those that explain more."""
    return tuple(sorted(found, key=lambda each: (-each.worth.value, -np.nan_to_num(each.worth.explained), each.name)))


@dataclass(slots=True, kw_only=True)
class _Search:
    """Fits to sets of numbers, each made once.

    Attributes
    ----------
    draws
        Name of a number -> its values.
    objective
        Of the strategies that may be chosen. ``(strategy, draw)``
    difference
        Rows of the two leading ones; None where there are not two.
    whole
        EVPI.
    """

    run: Run
    draws: Mapping[str, Array]
    objective: Array
    difference: tuple[int, int] | None
    whole: Worth
    found: Found

    @classmethod
    def of(cls, run: Run, options: Options, decision: Decision) -> _Search:
        """Of what may be chosen."""
        rows = np.flatnonzero(options.allowed).tolist()
        best, second = decision.best, decision.second
        objective = np.ascontiguousarray(options.objective[rows])
        return cls(
            run=run, draws=run.lowered.draws, objective=objective, found=Found(single={}, several={}), whole=evpi(objective, scrambles=options.scrambles),
            difference=None if best is None or second is None else (rows.index(best), rows.index(second)),
        )  # fmt: skip

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to choose, or too few draws to fit anything."""
        return len(self.objective) < 2 or self.objective.shape[1] < 4

    def look(self, names: Sequence[str]) -> None:
        """Find out what knowing some numbers together is worth."""
        wanted = frozenset(names)
        if self.is_idle or not wanted:
            return
        if len(wanted) > 1 and wanted not in self.found.several:
            ordered = sorted(wanted)
            self.found.several[wanted] = self._fit([self.draws[name] for name in ordered], [self._spread(name) for name in ordered])
        elif len(wanted) == 1 and names[0] not in self.found.single:
            self.found.single[names[0]] = self._fit([self.draws[names[0]]], None)

    def _fit(self, inputs: Sequence[Array], spreads: Sequence[float] | None) -> Fit:
        return evppi(self.objective, inputs, scrambles=self.run.design.scrambles, spreads=spreads, difference=self.difference)

    def _spread(self, name: str) -> float:
        self.look([name])
        return self.found.single[name].spread

    def told(self, names: Sequence[str]) -> Worth:
        """EVPPI of a set, as it is told."""
        return NOTHING if self.is_idle or not names else reported(names, self.found, self.whole)

    def told_of_check(self, check: Check, names: Mapping[str, Learned], numbers: Mapping[str, Quantity]) -> Worth:
        """EVSI of a check, as it is told: never above the EVPPI of what it measures."""
        if self.is_idle or not names:
            return NOTHING
        ordered = sorted(names)
        fit = evsi(
            self.objective, [observations(self.run, check, names[name], numbers[name]) for name in ordered],
            scrambles=self.run.design.scrambles, spreads=[self._spread(name) for name in ordered], difference=self.difference,
        )  # fmt: skip
        return capped(fit, self.told(ordered), explained=fit.explained)


def groups_of(numbers: Sequence[Quantity], tasks: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Numbers of one kind, and of one task, two or more each; none that says the same as another. Name -> names."""
    groups: dict[str, list[str]] = {}
    for each in numbers:
        groups.setdefault(kind_of(each), []).append(each.drawn_as)
    for each in numbers:
        owner = next((task for task in tasks if f".{task}." in f".{each.drawn_as}."), "")
        if owner:
            groups.setdefault(f"task {owner}", []).append(each.drawn_as)
    several = {name: tuple(members) for name, members in groups.items() if len(members) > 1}
    return {name: members for name, members in several.items() if list(several.values()).index(members) == list(several).index(name)}


def kind_of(quantity: Quantity) -> str:
    """What a number is about, for people.

    >>> kind_of(Quantity(path="tasks.email.data.price", distribution=None, unit="USD/example", text=""))
    'prices'
    """
    first, *words = quantity.drawn_as.split(".")
    if quantity.unit.startswith("USD"):
        return "prices"
    if quantity.unit == "score":
        return "scores"
    if "similarity" in (first, *words[:1]):
        return "similarity"
    if words[-1:] == ["traffic"] or quantity.drawn_as.startswith((f"{UNSEEN}.share", f"{UNSEEN}.tokens")):
        return "traffic"
    return CURVES if first in ("tasks", UNSEEN) else first


def _learned(run: Run, check: Check, numbers: Mapping[str, Quantity]) -> Iterator[tuple[Learned, Quantity]]:
    """What a check measures that is in use and uncertain, each with the number that it is."""
    for one in check.learn:
        quantity = numbers.get(_drawn_as(run, one.path))
        if quantity is not None:
            yield one, quantity


def _drawn_as(run: Run, path: str) -> str:
    used = run.lowered.used.get(path)
    return path if used is None else used.drawn_as


def price_elsewhere(run: Run, options: Options, best: int) -> tuple[float, str]:
    """What a point costs elsewhere and where: at the edge of the strategy's plan, else along the frontier. [USD/point]"""
    plan = run.plans.get(options.strategies[best])
    if options.unit == "point" and plan is not None and plan.shadow_price > 0.0:
        return 1.0 / plan.shadow_price, f"the last examples of {plan.strategy}'s plan cost for each point that they bring"
    price, seller = price_of_a_point(options, best)
    return price, f"{seller} costs for each point more along the frontier" if seller else ""


def _idle(run: Run, check: Check, numbers: Mapping[str, Quantity]) -> Iterator[tuple[str, str]]:
    """Numbers that a check measures in vain, and why."""
    for one in check.learn:
        if _drawn_as(run, one.path) not in numbers:
            used = run.lowered.used.get(one.path)
            known = used is not None and used.distribution.is_point
            yield one.path, "it is known exactly" if known else "nothing in this scenario reads it"
