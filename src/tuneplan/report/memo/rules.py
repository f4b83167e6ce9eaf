"""Where decision rules disagree: what a more careful, or a bolder, reader would choose."""

from __future__ import annotations

from tuneplan.evidence.findings import Findings
from tuneplan.report.document.blocks import Block, Paragraph, Section
from tuneplan.report.frontier import tables, turns
from tuneplan.report.memo.pictures import Pictures
from tuneplan.report.memo.wording import tidied

READING = (
    "Expected value takes the best on average: right for whoever can bear the spread. Chance constraint looks at what can be promised, regret at what "
    "one would blame oneself for, CVaR at the average of the worst tenth of draws. After a name, = means level with another, ? too close to call: of those the cheapest is chosen, "
    "which may be another than the one with the best number."
)


def section(findings: Findings, pictures: Pictures) -> Section | None:
    """What each rule chooses and why they differ; left out where there is nothing to weigh."""
    study = findings.frontier
    if not study.is_a_choice or study.choices[0].choice is None:
        return None
    blocks: list[Block] = []
    if not study.is_feasible:
        blocks.append(Paragraph("Nothing meets the limits: here all that can be done is compared, as if there were none."))
    blocks += [Paragraph(said) for said in turns.of_rules(study)]
    blocks += [tidied(tables.rules(study), first="rule"), Paragraph(READING)]
    return Section(title="Where decision rules disagree", anchor="rules", blocks=tuple(blocks))
