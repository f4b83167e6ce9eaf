"""A memo of what stands already, until its content is written."""

from __future__ import annotations

from tuneplan.evidence.findings import Findings
from tuneplan.report import frontier, groupings, ledger, sensitivity, text, voi
from tuneplan.report.charts import CHARTS
from tuneplan.report.charts.drawing import drawn, source_of
from tuneplan.report.charts.registry import NothingToDraw
from tuneplan.report.document.blocks import (
    Block,
    Callout,
    Code,
    Document,
    Paragraph,
    Picture,
    Points,
    Section,
)
from tuneplan.report.page import Page


def memo_of(findings: Findings) -> Document:
    """What the text commands say, one after the other."""
    pictures: list[Block] = []
    for each in CHARTS.values():
        try:
            pictures.append(Picture(drawn(each, findings)))
        except NothingToDraw:
            continue
    verdict, asked = findings.verdict, findings.run.asked
    answer = frontier.page(findings.frontier)
    front = (
        Section(title="Recommendation", anchor="recommendation", blocks=(Callout(next(part for part in answer.parts if isinstance(part, str)), below=voi.answer(findings.information)),)),
        Section(title="Options", anchor="options", blocks=(text.overview(verdict),)),
        Section(title="Next steps", anchor="next", blocks=(Points(("Label the first thousand examples.", "Run a pilot on the two largest tasks.", "Decide again."), ordered=True),)),
    )  # fmt: skip
    sections = [
        Section(title="Cost and quality", anchor="money", blocks=(*_blocks(answer), *pictures)),
        Section(title="What to find out first", anchor="information", blocks=_blocks(voi.page(findings.information))),
        Section(title="Scores", anchor="capability", blocks=(text.scores(verdict), text.components(verdict))),
        Section(title="Assumptions", anchor="assumptions", blocks=(ledger.as_table(findings.run),)),
        Section(title="How to reproduce", anchor="reproduce", blocks=(Paragraph("give the same numbers.", strong="Equal seeds"), Code(f"simulate {asked.file} --seed 0"))),
    ]  # fmt: skip
    if findings.sensitivity is not None:
        sections.insert(1, Section(title="What it hangs on", anchor="sensitivity", blocks=_blocks(sensitivity.page(findings.sensitivity))))
    if len(asked.tasks) > 1:
        sections.insert(1, Section(title="Which tasks belong together", anchor="groupings", blocks=_blocks(groupings.page(findings.groupings))))
    return Document(title=asked.name, question="Should five tasks share one fine-tuned model, or have a model each?", front=front, sections=sections, provenance=source_of(findings.run))


def _blocks(page: Page) -> tuple[Block, ...]:
    return tuple(Paragraph(part) if isinstance(part, str) else part for part in page.parts)
