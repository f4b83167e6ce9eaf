"""Money: what each option costs, where it goes, and what counts against the budget."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from tuneplan.evidence.findings import Findings
from tuneplan.report import plans, text
from tuneplan.report.document.blocks import Block, Paragraph, Section
from tuneplan.report.memo.pictures import Pictures
from tuneplan.report.memo.recommending import MOST_ROWS
from tuneplan.report.memo.wording import difference, money_said, tidied
from tuneplan.report.splits import ALL, line_name, printed_usd
from tuneplan.report.tables import Table
from tuneplan.report.words import share, usd
from tuneplan.study.results import Verdict

MOST_BESIDE = 4
"""Options that fit beside one another on a page."""


def section(findings: Findings, pictures: Pictures) -> Section:
    """Cost in all, by component and over time; what each dollar above the budget would break."""
    verdict = findings.verdict
    blocks: list[Block] = [Paragraph(_in_short(verdict))]
    if len(verdict.results) > MOST_ROWS:
        blocks.append(tidied(text.overview(verdict), first="option"))
    blocks += [*pictures.of("cost-quality", missed=True), *pictures.of("cost-components")]
    blocks.append(_turned(tidied(text.components(verdict), first="component")))
    blocks += pictures.of("cumulative-cost")
    comparison = verdict.comparison
    if comparison is not None and any(comparison.in_usd.values()):
        parts = "; ".join(f"{line_name(name)} {part}" for name, part in printed_usd(comparison).items() if name != ALL)
        blocks.append(Paragraph(f"In cost, {comparison.best} less {comparison.second} comes to {difference(comparison.usd, 'USD')}. On average that is {parts}."))
    blocks += [Paragraph(said) for said in _budget(findings)]
    if verdict.run.plans:
        title = "Examples to train on (of these bought), found before anybody knows how things turn out"
        blocks += pictures.of("allocation") or [tidied(plans.table(verdict), title=title, first="option")]
        blocks += [Paragraph(said) for said in plans.remarks(verdict)]
    return Section(title="Money", anchor="money", blocks=tuple(blocks))


def _turned(table: Table) -> Table:
    """Components as rows, where so few options fit beside one another."""
    if len(table.rows) > MOST_BESIDE:
        return replace(table, head=("option", *table.head[1:]))
    columns = list(zip(table.head, *table.rows, strict=True))
    return replace(table, head=columns[0], rows=tuple(columns[1:]))


def _in_short(verdict: Verdict) -> str:
    """The cost of the recommended one and of the cheapest."""
    rows = [row for row in verdict.results if not row.misfit] or list(verdict.results)
    cheapest = min(rows, key=lambda row: row.cost.median)
    best = verdict.decision.best
    if best is None:
        return f"Cheapest is {cheapest.name}: {money_said(cheapest.cost)}."
    chosen = verdict.results[best]
    said = f"{chosen.name} costs {money_said(chosen.cost)}"
    if cheapest.name == chosen.name:
        return f"{said}; nothing costs less."
    return f"{said}; cheapest is {cheapest.name} with {money_said(cheapest.cost)}."


def _budget(findings: Findings) -> Iterator[str]:
    """How sure the budget is, and what is spent beyond it where it breaks."""
    verdict, exposure = findings.verdict, findings.stakes.exposure
    if math.isnan(verdict.limit):
        yield "No budget is set, so that cost decides only where options are level, or where points have a price."
    elif exposure is not None:
        said = f"{exposure.strategy} stays within {usd(verdict.limit)} in {share(1.0 - exposure.broken)} of draws"
        if exposure.overrun is None:
            yield f"{said}."
        else:
            over = exposure.overrun
            yield f"{said}. In the others it goes over by {money_said(over)}."
