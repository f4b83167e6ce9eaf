"""Money: what each option costs, where it goes, and what counts against the budget."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tuneplan.evidence.findings import Findings
from tuneplan.report import plans, text
from tuneplan.report.document.blocks import Block, Paragraph, Section
from tuneplan.report.memo.pictures import Pictures
from tuneplan.report.memo.recommending import MOST_ROWS
from tuneplan.report.memo.wording import difference, money, tidied
from tuneplan.report.words import share, usd
from tuneplan.study.results import Verdict


def section(findings: Findings, pictures: Pictures) -> Section:
    """Cost in all, by component and over time; what each dollar above the budget would break."""
    verdict = findings.verdict
    blocks: list[Block] = [Paragraph(_in_short(verdict))]
    if len(verdict.results) > MOST_ROWS:
        blocks.append(tidied(text.overview(verdict), first="option"))
    blocks += pictures.of("cost-components", missed=True)
    blocks.append(tidied(text.components(verdict), first="option"))
    blocks += pictures.of("cumulative-cost")
    comparison = verdict.comparison
    if comparison is not None and any(comparison.in_usd.values()):
        blocks += [Paragraph(f"In cost, {comparison.best} less {comparison.second} comes to {difference(comparison.usd, 'USD')}; this is where that comes from:"), tidied(text.in_usd(comparison), title="Difference in cost, by line", head=("line", "mean", "90 %"))]
    blocks += [Paragraph(said) for said in _budget(findings)]
    if verdict.run.plans:
        blocks.append(tidied(plans.table(verdict), title="Examples to train on (of these bought), found before anybody knows how things turn out", first="option"))
        blocks += pictures.of("allocation")
        blocks += [Paragraph(said) for said in plans.remarks(verdict)]
    return Section(title="Money", anchor="money", blocks=tuple(blocks))


def _in_short(verdict: Verdict) -> str:
    """The cost of the recommended one and of the cheapest."""
    rows = [row for row in verdict.results if not row.misfit] or list(verdict.results)
    cheapest = min(rows, key=lambda row: row.cost.median)
    best = verdict.decision.best
    if best is None:
        return f"Cheapest is {cheapest.name}: {money(cheapest.cost)}, P50 (P10 to P90)."
    chosen = verdict.results[best]
    said = f"{chosen.name} costs {money(chosen.cost)}, P50 (P10 to P90)"
    if cheapest.name == chosen.name:
        return f"{said}; nothing costs less."
    return f"{said}; cheapest is {cheapest.name} with {money(cheapest.cost)}."


def _budget(findings: Findings) -> Iterator[str]:
    """How sure the budget is, and what is spent beyond it where it breaks."""
    verdict, exposure = findings.verdict, findings.exposure
    if math.isnan(verdict.limit):
        yield "No budget is set, so that cost decides only where options are level, or where points have a price."
    elif exposure is not None:
        said = f"{exposure.strategy} stays within {usd(verdict.limit)} in {share(1.0 - exposure.broken)} of draws"
        if exposure.overrun is None:
            yield f"{said}."
        else:
            over = exposure.overrun
            yield f"{said}. In the others it goes over by {usd(over.median)} (P10 to P90 {usd(over.p10)} to {usd(over.p90)})."
