"""Binding constraints: what stops the recommended option, and what a bit more of it would buy."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from tuneplan.evidence.findings import Findings
from tuneplan.report.document.blocks import Block, Paragraph, Section
from tuneplan.report.frontier import tables
from tuneplan.report.launches import deadline, is_a_limit, said_too_late, too_late
from tuneplan.report.memo.pictures import Pictures
from tuneplan.report.memo.wording import tidied
from tuneplan.report.tables import Table
from tuneplan.report.words import listed, share, signed_points, signed_usd, usd
from tuneplan.study.options import due_by
from tuneplan.study.planning import Plan

THOUSAND = 1000.0
STOPPED = {
    "budget": "the budget stops it from buying more examples",
    "caps": "it takes all examples that can be had (data.most)",
    "no further gain": "more examples would not be worth their price",
    "deadline": "more examples would ship after the deadline",
    "fixed costs": "what it costs before the first example is beyond the budget",
    "time": "with more examples it would not ship within the horizon as surely as asked",
    "minimum scores": "no plan reaches the minimum scores as surely as asked",
}
"""What binds a plan -> in words."""


def section(findings: Findings, pictures: Pictures) -> Section:
    """The budget and its shadow price, minimum scores, and what is best at other budgets."""
    blocks: list[Block] = [Paragraph(said) for said in (*_plan(findings), *_minimum(findings), *_due(findings), *_in_horizon(findings))]
    table = tables.by_budget(findings.frontier)
    if table.rows and not math.isnan(findings.verdict.limit):
        blocks.append(_nothing_at(findings) if (findings.frontier.over_budget.recommended < 0).all() else _own_marked(tidied(table), usd(findings.verdict.limit)))
    if not blocks:
        blocks = [Paragraph("Nothing binds: no budget and no minimum score is set.")]
    return Section(title="Binding constraints", anchor="limits", blocks=tuple(blocks))


def _nothing_at(findings: Findings) -> Paragraph:
    """That no budget which was looked at would do."""
    limits = findings.frontier.over_budget.limit
    return Paragraph(f"No budget that was looked at, up to {usd(float(limits.max()))}, makes anything feasible.")


def _own_marked(table: Table, own: str) -> Table:
    """Rows at which something changes, and that of the scenario's own budget, named as such."""
    last = len(table.rows) - 1
    kept = [
        (f"{row[0]} (yours)", *row[1:]) if row[0].removeprefix("from ") == own else row
        for place, row in enumerate(table.rows)
        if place in (0, last) or row[1:3] != table.rows[place - 1][1:3] or row[0].removeprefix("from ") == own
    ]  # fmt: skip
    return replace(table, rows=tuple(kept))


def _plan(findings: Findings) -> Iterator[str]:
    """What stops the plan of the recommended option, and what a thousand dollars more would bring."""
    decision, plans = findings.verdict.decision, findings.run.plans
    name = findings.verdict.nearest if decision.best is None else decision.strategies[decision.best]
    plan = plans.get(name)
    if plan is None:
        if name and not math.isnan(findings.verdict.limit):
            yield "Examples are given, so that more budget buys nothing by itself: it only makes more options feasible."
        return
    yield f"{name} spends {usd(plan.spend)}, at the confidence asked for: {STOPPED[plan.binding]}.{_more(findings, plan)}"


def _more(findings: Findings, plan: Plan) -> str:
    if plan.binding == "time":
        return " More budget would bring nothing; more annotators or a longer horizon would."
    if plan.shadow_price <= 0.0:
        return " More budget would bring nothing." if plan.is_feasible else ""
    more = THOUSAND * plan.shadow_price
    brings = signed_usd(more) if findings.verdict.decision.unit == "USD" else f"{signed_points(more)} points"
    return f" A thousand dollars more would bring {brings} (its shadow price, at the edge: less for each further thousand)."


def _minimum(findings: Findings) -> Iterator[str]:
    """Minimum scores, how surely they are met."""
    verdict = findings.verdict
    must = verdict.run.lowered.inputs["must"]
    asked = [request for row, request in enumerate(verdict.run.scenario.requests) if not np.isnan(must[0, 0, row]).all()]
    if not asked:
        if not math.isnan(verdict.limit) and due_by(verdict.run) != "deadline":
            yield f"No minimum score is set (score.must), so that nothing but money{' and time' if is_a_limit(verdict) else ''} is a limit."
        return
    met = [f"{row.name} {share(chance)}" for row, chance in zip(verdict.results, verdict.decision.probability_limits_met, strict=True)]
    yield f"Minimum scores are set for {listed(asked)}. All limits together are met by {listed(met)} of draws; {share(findings.options.limits.confidence)} is asked for."


def _due(findings: Findings) -> Iterator[str]:
    """A deadline that is a must, how surely it is kept."""
    launches = findings.verdict.launches
    if launches is None or due_by(findings.run) != "deadline":
        return
    met = [f"{each.name} {share(each.in_time)}" for each in launches.strategies]
    asked = share(findings.options.limits.confidence)
    yield f"All of it has to ship by {deadline(launches)} (deadline.must): {listed(met)} of draws do; {asked} is asked for."


def _in_horizon(findings: Findings) -> Iterator[str]:
    """That an option has to ship within the horizon, and which do not."""
    verdict = findings.verdict
    if not is_a_limit(verdict) or due_by(verdict.run) == "deadline":
        return
    asked, late = share(findings.options.limits.confidence), too_late(verdict)
    kept = f"Too late, and out for it: {said_too_late(late)} of draws. More people or a longer horizon would help." if late else "All options that can be done do."
    yield f"As points have no value here (tasks.*.value), nothing says what time is worth: an option has to ship within the horizon in {asked} of draws. {kept}"
