"""Capability: what each option scores, where that comes from, and what evidence can't call."""

from __future__ import annotations

from collections.abc import Iterator

from tuneplan.evidence.findings import Findings
from tuneplan.report import text
from tuneplan.report.document.blocks import Block, Paragraph, Section
from tuneplan.report.memo.pictures import Pictures
from tuneplan.report.memo.wording import difference, score, tidied
from tuneplan.report.remarks import about_capability, about_names, about_requests
from tuneplan.report.tables import Table
from tuneplan.report.words import signed_points
from tuneplan.study.exposure import Exposure
from tuneplan.study.results import Comparison, Verdict

PARTS = {
    "starting score": "the base before any training",
    "own data": "a task's own examples",
    "transfer and format": "what tasks lend one another",
    "interference and clash": "what tasks take from one another",
    "unseen requests": "those nobody trained for, against the base",
    "routing": "requests that reach the wrong model",
    "beyond the law": "what no law foresees",
}
"""Parts of a score -> what they mean."""


def section(findings: Findings, pictures: Pictures) -> Section:
    """Scores, their parts, curves, who helps whom, and what stays open."""
    verdict, comparison = findings.verdict, findings.verdict.comparison
    blocks: list[Block] = [Paragraph(_in_short(verdict)), tidied(text.scores(verdict), first="option")]
    if findings.stakes.exposure is not None and findings.stakes.exposure.parts:
        blocks.append(parts(findings.stakes.exposure, comparison))
    blocks += [*pictures.of("learning-curves"), *pictures.of("transfer-map"), *pictures.of("groupings")]
    if comparison is not None:
        blocks += [Paragraph(said) for said in _calls(comparison)]
    blocks += [Paragraph(said) for said in (*about_capability(verdict), *about_requests(verdict), *about_names(verdict))]
    return Section(title="Capability", anchor="capability", blocks=tuple(blocks))


def _in_short(verdict: Verdict) -> str:
    """Who delivers what on average."""
    rows = [row for row in verdict.results if not row.misfit] or list(verdict.results)
    first = max(rows, key=lambda row: row.delivered.mean)
    said = f"The average request gets most from {first.name}: {score(first.delivered)} points, mean (90 %)"
    best = verdict.decision.best
    if best is None or verdict.results[best].name == first.name:
        return f"{said}."
    return f"{said}; {verdict.results[best].name}, which is recommended, gets it {score(verdict.results[best].delivered)}."


def parts(exposure: Exposure, comparison: Comparison | None) -> Table:
    """What each part of the law brings the recommended option, and what it carries of the lead."""
    lead = {} if comparison is None else comparison.in_points
    head = ("part", f"{exposure.strategy}, points", "90 %", *([f"of lead over {comparison.second}"] if comparison is not None else []), "that is")
    rows = [
        (
            name, signed_points(each.mean), f"{signed_points(each.low)} to {signed_points(each.high)}",
            *([signed_points(lead[name])] if comparison is not None else []), PARTS.get(name, ""),
        )
        for name, each in exposure.parts.items()
        if each.low != each.high or each.mean != 0.0 or lead.get(name, 0.0) != 0.0
    ]  # fmt: skip
    return Table(title="What carries the score: parts that add up to the delivered points", head=head, rows=tuple(rows), flowing=True)


def _calls(comparison: Comparison) -> Iterator[str]:
    """Requests of which nobody can say which of the two leading options serves them better."""
    settled = [call for call in comparison.calls if not call.is_open and call.difference.low < call.difference.high]
    if settled:
        told = "; ".join(f"{call.request} {difference(call.difference, 'point')}" for call in settled)
        yield f"By kind of request, {comparison.best} less {comparison.second}: {told}."
