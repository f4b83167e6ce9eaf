"""``simulate frontier`` as data: whole curves for charts in JSON, tidy rows for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tuneplan.report.data import provenance
from tuneplan.report.frontier.pages import said
from tuneplan.study.frontier.acceptability import OverValue
from tuneplan.study.frontier.analysis import FrontierStudy
from tuneplan.study.frontier.budgets import OverBudget

VALUE_UNIT, OBJECTIVE = "USD/point", "unit of the objective"
UNITS = {
    "USD/point": ("over_value.x", "over_value.switches.value", "over_value.switches.error", "standings.price", "standings.onward_price", "own_value"),
    "share": (
        "standings.probability", "over_value.chance_of_best_on_average", "over_value.strategies.probability_best",
        "over_value.strategies.probability_error", "over_budget.strategies.probability_best", "over_budget.strategies.probability_error",
        "confidence",
    ),
    "USD": (
        "standings.cost", "standings.dearer", "over_value.perfect_information", "over_value.perfect_information_error",
        "over_value.strategies.expected", "over_value.strategies.regret", "over_value.strategies.regret_error",
        "over_budget.x", "over_budget.thresholds.limit", "over_budget.thresholds.error", "budget",
    ),
    "point": ("standings.points", "standings.better"),
    "month": ("months",),
    OBJECTIVE: (
        "rules.value", "rules.error", "over_budget.strategies.expected", "over_budget.strategies.regret", "over_budget.strategies.regret_error",
    ),
}  # fmt: skip
"""Unit -> fields of the JSON that are in it, whole."""
CURVES = ("expected", "probability_best", "probability_error", "regret", "regret_error")
"""Curves of each strategy."""


def content(study: FrontierStudy) -> dict[str, Any]:
    """Everything with its units, curves as lists of x and y."""
    unit, decision = study.options.unit, study.decision
    return {
        **provenance(study.scenario, study.design),
        "units": {field: unit if name == OBJECTIVE else name for name, fields in UNITS.items() for field in fields},
        "recommended": None if decision.best is None else decision.strategies[decision.best],
        "said": said(study),
        "objective": {"name": study.options.name, "unit": unit},
        "budget": study.options.budget,
        "confidence": study.options.limits.confidence,
        "covers": study.covers,
        "months": study.months,
        "own_value": study.own_value,
        "compared": "strategies that meet the limits" if study.is_feasible else "strategies that can be done: none meets the limits",
        "standings": study.standings,
        "over_value": _over_value(study.over_value),
        "over_budget": _over_budget(study.over_budget),
        "rules": [_rule(study, index) for index in range(len(study.choices))],
    }


def _rule(study: FrontierStudy, index: int) -> dict[str, Any]:
    each, names = study.choices[index], study.options.strategies
    return {
        "rule": each.rule, "says": each.says, "better": each.better, "doc": each.doc,
        "value": dict(zip(names, each.value, strict=True)), "error": dict(zip(names, each.error, strict=True)),
        "first": _name(names, each.first), "choice": _name(names, each.choice), "tied": [names[tied] for tied in each.tied],
        "too_close": each.too_close,
    }  # fmt: skip


def _name(names: tuple[str, ...], index: int | None) -> str | None:
    return None if index is None or index < 0 else names[index]


def _over_value(over: OverValue) -> dict[str, Any]:
    return {
        "x": over.value.tolist(),
        "best_on_average": [_name(over.strategies, index) for index in over.best.tolist()],
        "too_close": over.too_close.tolist(),
        "chance_of_best_on_average": over.chance_of_best.tolist(),
        "most_often_best": [_name(over.strategies, index) for index in over.most_often.tolist()],
        "perfect_information": over.perfect_information.tolist(),
        "perfect_information_error": over.perfect_information_error.tolist(),
        "strategies": {name: _curves(over, index) for index, name in enumerate(over.strategies) if over.among[index]},
        "switches": [
            {"value": each.value, "error": each.error, "before": over.strategies[each.before], "after": over.strategies[each.after], "too_close": each.too_close}
            for each in over.switches
        ],
    }  # fmt: skip


def _over_budget(over: OverBudget) -> dict[str, Any]:
    return {
        "x": over.limit.tolist(),
        "planned_for_each_budget": over.planned,
        "best_on_average": [_name(over.strategies, index) for index in over.best.tolist()],
        "recommended": [_name(over.strategies, index) for index in over.recommended.tolist()],
        "too_close": [each.too_close for each in over.decisions],
        "level": [each.level for each in over.decisions],
        "strategies": {name: {"feasible": over.feasible[index].tolist(), **_curves(over, index)} for index, name in enumerate(over.strategies)},
        "thresholds": dict(zip(over.strategies, over.thresholds, strict=True)) if over.thresholds else {},
    }


def _curves(over: OverValue | OverBudget, index: int) -> dict[str, list[float]]:
    return {name: getattr(over, name)[index].tolist() for name in CURVES}


def rows(study: FrontierStudy) -> list[Mapping[str, Any]]:
    """One row a number: which analysis, at which value or budget, of which strategy."""
    return [*_standing_rows(study), *_curve_rows(study.over_value), *_curve_rows(study.over_budget), *_rule_rows(study)]


def _row(analysis: str, strategy: str, quantity: str, unit: str, mean: float, error: float, **more: Any) -> dict[str, Any]:
    blank = {"x": float("nan"), "x_unit": "", "low": float("nan"), "high": float("nan"), "note": ""}
    return {
        "analysis": analysis, "strategy": strategy, "quantity": quantity, "unit": unit, "mean": mean, "simulation_error": error,
        **{name: more.get(name, empty) for name, empty in blank.items()},
    }  # fmt: skip


def _standing_rows(study: FrontierStudy) -> Iterator[dict[str, Any]]:
    for each in study.standings:
        parts = (("cost", "USD", each.cost), ("delivered score", "point", each.points), ("cost over", "USD", each.dearer), ("points over", "point", each.better))
        for quantity, unit, found in parts:
            if found is not None:
                note = each.against if quantity.endswith("over") else each.status
                yield _row("standing", each.name, quantity, unit, found.mean, found.error, low=found.low, high=found.high, note=note)
        if each.price is not None:
            price = each.price
            yield _row("standing", each.name, "price over", VALUE_UNIT, price.mean, price.error, low=price.low, high=price.high, note=each.against)
        yield _row("standing", each.name, "probability on the frontier", "share", each.probability, each.probability_error, note=each.status)


def _curve_rows(over: OverValue | OverBudget) -> Iterator[dict[str, Any]]:
    """Acceptability and regret of each strategy; over the value and over the budget are different analyses."""
    valued = isinstance(over, OverValue)
    name, unit, x_unit = ("over value of a point", "USD", VALUE_UNIT) if valued else ("over budget", over.unit, "USD")  # type: ignore[union-attr]
    x = (over.value if isinstance(over, OverValue) else over.limit).tolist()
    for index, strategy in enumerate(over.strategies):
        for place, at in enumerate(x):
            chance, chance_error = float(over.probability_best[index, place]), float(over.probability_error[index, place])
            yield _row(name, strategy, "probability best", "share", chance, chance_error, x=at, x_unit=x_unit)
            regret, regret_error = float(over.regret[index, place]), float(over.regret_error[index, place])
            yield _row(name, strategy, "expected regret", unit, regret, regret_error, x=at, x_unit=x_unit)
    for place, at in enumerate(x):
        best = int(over.best[place])
        if best >= 0:
            chance, chance_error = float(over.probability_best[best, place]), float(over.probability_error[best, place])
            yield _row(name, over.strategies[best], "probability that the best on average is best", "share", chance, chance_error, x=at, x_unit=x_unit)


def _rule_rows(study: FrontierStudy) -> Iterator[dict[str, Any]]:
    for each in study.choices:
        for index, strategy in enumerate(study.options.strategies):
            note = "choice" if index == each.choice else ""
            yield _row("decision rule", strategy, each.rule, study.options.unit, each.value[index], each.error[index], note=note)
