"""A result as a notebook shows it."""

from __future__ import annotations

from collections.abc import Sequence

from tuneplan.api.plots import at_hand, html_of_sketch, sketch_of
from tuneplan.errors import Problem, TuneplanError
from tuneplan.evidence.findings import Findings
from tuneplan.report import notebook, text
from tuneplan.report.advice import recommendation
from tuneplan.report.asked import told
from tuneplan.report.charts.registry import CHARTS
from tuneplan.report.remarks import remarks
from tuneplan.report.remedies import parts as remedies_in_words
from tuneplan.report.tables import Table

CHART = "cost-quality"
"""The small chart of a verdict."""


def html_of(findings: Findings, warnings: Sequence[Problem] = ()) -> str:
    """The question, the answer, a table with bands, a chart; the rest folded away; what is worth a second look."""
    verdict = findings.verdict
    question = str(verdict.run.asked.setting("question", ""))
    remedies = findings.remedies
    pieces = [notebook.heading(verdict.run.asked.name)]
    pieces += [notebook.paragraph(question, "quiet")] if question else []
    pieces += [notebook.paragraph(recommendation(verdict), "answer"), notebook.of_table(text.overview(verdict))]
    pieces += [notebook.of_part(part) for part in remedies_in_words(remedies)] if remedies is not None else []
    pieces.append(_picture(findings))
    more: list[str | Table] = [*text.tables(verdict)[1:], *remarks(verdict)]
    pieces += [notebook.folded("Scores, costs, what carried it, remarks", more), notebook.paragraph(text.stats_line(verdict), "quiet")]
    pieces += [notebook.paragraph(said, "quiet")] if (said := told(warnings)) else []
    return notebook.fragment(*pieces)


def _picture(findings: Findings) -> str:
    try:
        return html_of_sketch(sketch_of(CHARTS[CHART], findings, at_hand(CHART, findings)))
    except TuneplanError:
        return ""
