"""A verdict as data: JSON for programs, CSV for spreadsheets, rows for frames."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from tuneplan.report import launches, ledger
from tuneplan.report.advice import recommendation
from tuneplan.report.interpretation import choices
from tuneplan.report.known import entry
from tuneplan.report.remarks import remarks
from tuneplan.scenario.cautions import cautions
from tuneplan.scenario.identity import fingerprint
from tuneplan.scenario.inventory import of_equations, of_row
from tuneplan.scenario.records import Scenario
from tuneplan.study.decision import Estimate
from tuneplan.study.design import AnyDesign
from tuneplan.study.in_use import rows_in_use
from tuneplan.study.results import Verdict
from tuneplan.study.sensitivity.switching import switch_points
from tuneplan.study.sweep.csv_text import FORMULA_STARTS
from tuneplan.version import __version__

if TYPE_CHECKING:
    from tuneplan.study.remedies.analysis import Remedies

SCHEMA_VERSION = 1
"""Version of the JSON; raised when a reader of the old one would be misled."""
OBJECTIVE = "unit of the objective"
OF_INPUT = "unit of the input"
"""As the field ``unit`` beside it says."""
FIELDS: dict[str, tuple[str, ...]] = {
    "USD": (
        "strategies.cost", "strategies.components", "comparison.usd", "comparison.in_usd", "rivals.usd", "budget.limit",
        "binding.enough", "plans.spend", "plans.limit", "comparison.same_cost", "rivals.same_cost", "remedies.broken.enough",
        "remedies.found.usd_asked", "remedies.found.usd", "switch_points.saved",
    ),
    "point": (
        "strategies.scores", "strategies.delivered", "comparison.points", "comparison.in_points", "comparison.in_unseen",
        "comparison.calls.difference", "rivals.points", "framings.points", "remedies.found.points",
    ),
    "example": ("plans.examples", "plans.bought", "plans.starved.floor"),
    "USD/example": ("plans.toll",),
    "USD/point": ("strategies.frontier.usd_per_point",),
    "share": (
        "decision.probability_best", "decision.probability_in_budget", "decision.probability_limits_met",
        "comparison.points_probability", "comparison.usd_probability", "comparison.points_tied", "comparison.usd_tied", "comparison.calls.probability", "comparison.calls.tied",
        "rivals.probability", "rivals.usd_probability", "rivals.points_tied", "rivals.usd_tied", "switch_points.probability", "budget.confidence", "binding.broken_in_share_of_draws",
        "plans.confidence_error", "remedies.broken.shares", "remedies.broken.met", "remedies.found.extent",
    ),
    "as unit beside it says": (
        "remedies.found.value", *(f"{held}.{end}" for held in ("numbers", "catalogue_rows", "equations") for end in ("median", "low", "high")),
    ),
    OF_INPUT: ("switch_points.value", "switch_points.low", "switch_points.high", "switch_points.until"),
    OBJECTIVE: ("decision.expected", "decision.regret", "decision.margin", "plans.expected", "plans.gap", "plans.starved.loss", "switch_points.gain"),
    f"{OBJECTIVE}/USD": ("plans.shadow_price",),
}  # fmt: skip
"""Unit -> fields of the JSON that are in it, whole. Costs are over the horizon, points of a scale of 100, shares 0 to 1."""
COLUMNS = ("strategy", "quantity", "request", "component", "unit", "mean", "p5", "p10", "p50", "p90", "p95", "simulation_error")


def as_json(verdict: Verdict, remedies: Remedies | None = None) -> str:
    """The verdict with provenance, and what would make something feasible where that was looked for; numbers
    that are unknown or endless become null."""
    return plain_json({**_content(verdict), "remedies": remedies})


def plain_json(content: Any) -> str:
    """Records, tables and lists as JSON; numbers that are unknown or endless become null."""
    return json.dumps(_clean(content), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _content(verdict: Verdict) -> dict[str, Any]:
    run, decision = verdict.run, verdict.decision
    confidence = float(run.lowered.inputs["budget_confidence"].flat[0])
    best = None if decision.best is None else decision.strategies[decision.best]
    return {
        **provenance(run.asked, run.design),
        "units": units(decision.unit) | ({} if verdict.launches is None else launches.units("launches")),
        "recommended": best,
        "said": {"recommendation": recommendation(verdict), "remarks": remarks(verdict)},
        "decision": decision,
        "strategies": verdict.results,
        **({} if verdict.launches is None else {"launches": launches.content(verdict.launches)}),
        "comparison": verdict.comparison,
        "rivals": verdict.rivals,
        "framings": verdict.framings,
        "plans": tuple(run.plans.values()),
        "switch_points": switch_points(verdict),
        "budget": {"limit": verdict.limit, "covers": verdict.covers, "confidence": confidence},
        "binding": {
            "nearest": verdict.nearest,
            "broken_in_share_of_draws": verdict.binding,
            "enough": verdict.enough,
        },
        "outside_evidence": run.extrapolations,
        "numbers": ledger.numbers(run),
        "catalogue_rows": [entry(each) for table, row in rows_in_use(run) for each in of_row(table, row)],
        "equations": [entry(each) for each in of_equations()],
        "choices": choices(run.asked),
        "correlations": run.scenario.correlations,
        "given_but_not_in_use": ledger.idle(run),
        "warnings": cautions(run.asked),
    }


def provenance(scenario: Scenario, design: AnyDesign) -> dict[str, Any]:
    """From what a result was made: tool, scenario and draws; what every JSON starts with."""
    learned = scenario.calibration
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "tuneplan", "version": __version__},
        "scenario": {
            "name": scenario.name, "file": scenario.file, "chosen": scenario.chosen, "changes": scenario.changes, "hash": fingerprint(scenario),
            **({} if learned is None else {"calibrated": {"from": learned.file, "pilots": learned.pilots}}),
        },
        "design": {"draws": design.draws, "seed": design.seed, "scrambles": design.scrambles},
    }


def units(objective: str) -> dict[str, str]:
    """Field of the JSON -> unit of every number in it; list entries share their list's name.

    Parameters
    ----------
    objective
        Unit of what is decided by: ``point`` or ``USD``.

    >>> units("point")["strategies.cost"], units("USD")["decision.regret"]
    ('USD', 'USD')
    """
    return {field: unit.replace(OBJECTIVE, objective) for unit, names in FIELDS.items() for field in names}


def _clean(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _clean(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _clean(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [_clean(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def rows(verdict: Verdict) -> Iterator[dict[str, str | float]]:
    """One row an output: tidy, with its unit.

    Yields
    ------
    dict
        Keys are ``COLUMNS``.
    """
    for index, row in enumerate(verdict.results):
        yield _row(row.name, "cost", "", "all", "USD", row.cost)
        for component, cost in row.components.items():
            yield _row(row.name, "cost", "", component, "USD", cost)
        for request, score in row.scores.items():
            yield _row(row.name, "score", request, "", "point", score)
        yield _row(row.name, "delivered score", "", "", "point", row.delivered)
        decision = verdict.decision
        yield from _planned(verdict, row.name)
        yield from _launched(verdict, row.name)
        yield from _chances(row.name, {
            "probability in budget": decision.probability_in_budget[index],
            "probability limits met": decision.probability_limits_met[index],
            "probability best": decision.probability_best[index],
        })  # fmt: skip


def _planned(verdict: Verdict, strategy: str) -> Iterator[dict[str, str | float]]:
    """Examples that a plan found; they are decided, so they have no interval."""
    plan, blank = verdict.run.plans.get(strategy), float("nan")
    for quantity, counts in (("examples", plan.examples), ("examples bought", plan.bought)) if plan is not None else ():
        for task, count in counts.items():
            values = (strategy, quantity, task, "", "example", count, blank, blank, blank, blank, blank, blank)
            yield dict(zip(COLUMNS, values, strict=True))


def _launched(verdict: Verdict, strategy: str) -> Iterator[dict[str, str | float]]:
    """When a strategy ships, in days since the start; nothing where launch dates don't count."""
    launch = None if verdict.launches is None else verdict.launches.of(strategy)
    if launch is None:
        return
    for quantity, each in (("first launch", launch.first), ("full launch", launch.full), ("days late", launch.late)):
        yield _row(strategy, quantity, "", "", "day", each)
    yield from _chances(strategy, {"probability in time": launch.in_time, "probability never": launch.never})


def _row(strategy: str, quantity: str, request: str, component: str, unit: str, each: Estimate) -> dict[str, str | float]:
    values = (strategy, quantity, request, component, unit, each.mean, each.low, each.p10, each.median, each.p90, each.high, each.error)
    return dict(zip(COLUMNS, values, strict=True))


def _chances(strategy: str, chances: Mapping[str, float]) -> Iterator[dict[str, str | float]]:
    blank = float("nan")
    for name, chance in chances.items():
        values = (strategy, name, "", "", "share", chance, blank, blank, blank, blank, blank, blank)
        yield dict(zip(COLUMNS, values, strict=True))


def as_csv(verdict: Verdict) -> str:
    """The rows as CSV; text that a spreadsheet would run as a formula gets a quote before it."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows(verdict):
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return text.getvalue()


def records_as_csv(records: Sequence[Mapping[str, Any]]) -> str:
    """Records as CSV, with every column that any of them has; a cell is never a formula."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(name for record in records for name in record)), lineterminator="\n")
    writer.writeheader()
    for record in records:
        writer.writerow({name: _cell(value) if isinstance(value, str | float) else value for name, value in record.items()})
    return text.getvalue()


def _cell(value: str | float) -> str | float:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA_STARTS) else value
    return "" if math.isnan(value) else value
