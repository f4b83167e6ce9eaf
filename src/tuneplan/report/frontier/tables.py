"""Tables of ``simulate frontier``: standings, steps, what is best at which value and budget, rules."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import groupby

from tuneplan.report.tables import Table
from tuneplan.report.words import (
    duration,
    listed,
    points,
    share,
    signed_points,
    signed_usd,
    usd,
    usd_at_least,
)
from tuneplan.study.decision import Estimate
from tuneplan.study.frontier.analysis import FrontierStudy
from tuneplan.study.frontier.budgets import OverBudget
from tuneplan.study.frontier.rules import Choice

MOST_COLUMNS = 6
"""Strategies that get a column of their own."""
MOST_ROWS = 12
"""Budgets that get a row of their own."""
NONE = "-"


def shown(study: FrontierStudy) -> list[int]:
    """Strategies with a column of their own: those that are most often best at some value of a point, in their order."""
    chosen = {each.choice for each in study.choices} - {None}
    peak = {index: float(study.over_value.probability_best[index].max()) for index, part in enumerate(study.over_value.among) if part}
    ranked = sorted(peak, key=lambda index: (index not in chosen, -peak[index], study.standings[index].cost.mean))
    return sorted(ranked[:MOST_COLUMNS])


def amount(value: float, unit: str) -> str:
    """A number in the unit of the objective.

    >>> amount(1234.0, "USD"), amount(1.234, "point")
    ('$1.23k', '1.23')
    """
    return usd(value) if unit == "USD" else f"{value:.2f}"


def standings(study: FrontierStudy) -> Table:
    """One row a strategy, the cheapest first."""
    best = study.decision.best
    order = sorted(range(len(study.standings)), key=lambda index: (math.isnan(study.standings[index].cost.mean), study.standings[index].cost.mean))
    rows = []
    for index in order:
        row = study.standings[index]
        known = not math.isnan(row.cost.mean)
        rows.append((
            f"{'> ' if index == best else '  '}{row.name}", usd(row.cost.mean) if known else NONE,
            f"{usd(row.cost.low)} to {usd(row.cost.high)}" if known else NONE, points(row.points.mean) if known else NONE,
            f"{points(row.points.low)} to {points(row.points.high)}" if known else NONE, row.status,
            NONE if math.isnan(row.probability) else share(row.probability),
        ))  # fmt: skip
    head = ("", "mean cost", "90 %", "points", "90 %", "standing", "on frontier")
    return Table(title=f"Cost against quality, over {duration(study.months, 'month')}, the cheapest first", head=head, rows=tuple(rows))


def steps(study: FrontierStudy) -> Table | None:
    """Every strategy against the one that its standing comes from."""
    order = sorted((each for each in study.standings if each.against), key=lambda each: each.cost.mean)
    rows = []
    for row in order:
        assert row.dearer is not None
        assert row.better is not None
        rows.append((
            f"  {row.name} over {row.against}", signed_usd(row.dearer.mean), _band(row.dearer, signed_usd), signed_points(row.better.mean),
            _band(row.better, signed_points), NONE if row.price is None else usd(row.price.mean),
        ))  # fmt: skip
    head = ("", "dollars", "90 %", "points", "90 %", "USD a point")
    return Table(title="What the next step costs and brings, draw by draw", head=head, rows=tuple(rows)) if rows else None


def _band(each: Estimate, signed: Callable[[float], str]) -> str:
    return f"{signed(each.low)} to {signed(each.high)}"


def by_value(study: FrontierStudy) -> Table:
    """The acceptability frontier and curve at the values of a point where they turn."""
    over, columns = study.milestones, shown(study)
    switches = {each.value: each for each in study.over_value.switches if not each.too_close}
    rows = []
    for place, value in enumerate(over.value.tolist()):
        switch = switches.get(value)
        first = over.strategies[over.best[place]] + (" ?" if over.too_close[place] else "")
        if switch is not None:
            first = f"{over.strategies[switch.before]} or {over.strategies[switch.after]}"
        own = " (yours)" if value == study.own_value else ""
        chances = [over.probability_best[index, place] for index in columns]
        rest = [share(max(0.0, 1.0 - sum(chances)))] if _is_cut(study, columns) else []
        cells = [usd(value / study.months), first, *map(share, chances), *rest, usd(over.perfect_information[place])]
        rows.append((f"  {usd(value)}{own}", *cells))
    names = [study.options.strategies[index] for index in columns]
    head = ("  a point is worth", "a month", "best on average", *names, *(["others"] if _is_cut(study, columns) else []), "EVPI")
    return Table(title="By value of a point: best on average (acceptability frontier) and how often each is best (curve)", head=head, rows=tuple(rows))


def _is_cut(study: FrontierStudy, columns: list[int]) -> bool:
    return len(columns) < int(study.over_value.among.sum())


def by_budget(study: FrontierStudy) -> Table:
    """What is feasible and best where that changes; with planned examples, at each budget looked at."""
    over, title = study.over_budget, f"By budget for {listed(list(study.covers))}, kept with {share(study.options.limits.confidence)} confidence"
    unit = "USD" if over.unit == "USD" else "points"
    rows = [] if over.planned else _turning_rows(over)
    counted = over.planned or len(rows) > MOST_ROWS
    if counted:
        rows = _counting_rows(over)
        title += "" if len(rows) == len(over.limit) else f" ({len(rows)} of {len(over.limit)} budgets; JSON has all)"
    head = ("  budget", "feasible" if counted else "makes feasible", "recommended", f"expected, {unit}", "best in", "regret")
    return Table(title=title, head=head, rows=tuple(rows))


def _counting_rows(over: OverBudget) -> list[tuple[str, ...]]:
    """A row for each budget that was looked at, or for some of very many: how much is feasible, and what is best."""
    last, whole = len(over.limit) - 1, len(over.strategies)
    places = range(last + 1) if last < MOST_ROWS else sorted({round(last * step / (MOST_ROWS - 1)) for step in range(MOST_ROWS)})
    return [(f"  {usd(float(over.limit[place]))}", f"{int(over.feasible[:, place].sum())} of {whole}", *_verdict(over, place)) for place in places]


def _turning_rows(over: OverBudget) -> list[tuple[str, ...]]:
    """A row for each budget that makes something feasible, those that print alike together."""
    ends = sorted((each.limit, index) for index, each in enumerate(over.thresholds) if not math.isnan(each.limit))
    rows: list[tuple[str, ...]] = []
    if ends and ends[0][0] > 0.0:
        rows.append((f"  below {usd_at_least(ends[0][0])}", "nothing", NONE, NONE, NONE, NONE))
    for printed, group in groupby(ends, key=lambda end: usd_at_least(end[0])):
        together = list(group)
        place = int((over.limit == together[-1][0]).argmax())
        names = [over.strategies[index] for _, index in together]
        rows.append((f"  from {printed}", listed(names) if len(names) <= MOST_COLUMNS else f"{len(names)} strategies", *_verdict(over, place)))
    return rows


def _verdict(over: OverBudget, place: int) -> tuple[str, ...]:
    """Recommendation at one limit, its objective, its chance and its regret."""
    best = int(over.recommended[place])
    if best < 0:
        return NONE, NONE, NONE, NONE
    decision = over.decisions[place]
    note = " ?" if decision.too_close else " =" if decision.level else ""
    return (
        f"{over.strategies[best]}{note}", amount(over.expected[best, place], over.unit), share(over.probability_best[best, place]),
        amount(over.regret[best, place], over.unit),
    )  # fmt: skip


def rules(study: FrontierStudy) -> Table:
    """What each rule would choose, and by which numbers."""
    columns = shown(study)
    names = [study.options.strategies[index] for index in columns]
    unit = "USD" if study.options.unit == "USD" else "points"
    rows = [
        (f"  {each.title}", chosen(study, each), *(amount(each.value[index], study.options.unit) for index in columns))
        for each in study.choices
    ]
    title = f"Decision rules, each with its number for {study.options.name} in {unit}; of regrets the lowest is best"
    return Table(title=title, head=("", "chooses", *names), rows=tuple(rows))


def chosen(study: FrontierStudy, choice: Choice) -> str:
    """The choice of a rule, marked where others are level or can't be told from it."""
    if choice.choice is None:
        return "nothing"
    mark = "" if len(choice.tied) < 2 else " ?" if choice.too_close else " ="
    return f"{study.options.strategies[choice.choice]}{mark}"
