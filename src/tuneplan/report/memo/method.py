"""Method and validation: what the figures are made of, how far they were off where somebody measured."""

from __future__ import annotations

from tuneplan.evidence.accuracy import Accuracy, accuracies_of
from tuneplan.evidence.findings import Findings
from tuneplan.report.document.blocks import Block, Paragraph, Points, Section
from tuneplan.report.memo.pictures import Pictures
from tuneplan.report.tables import Table
from tuneplan.report.words import share

NAMES = {
    "head_to_head": "one model against specialists, difference in score",
    "training_time": "training time",
    "training_memory": "memory of training",
    "serving": "tokens served a second",
    "learning_curve": "learning curves, loss at more examples",
}
"""Kind of case -> what was predicted, in words."""
BAND = 0.8
LIMITS = (
    "A score is that of the metric given: what users feel may be another thing.",
    "Only what tasks teach one another, tokens, money and chance are modelled: no change of the product or of its users within the horizon.",
    "Most published pairs are of few tasks and of bases up to 70B parameters; far beyond that nobody measured.",
    "Most of what decides is assumed where the ledger says so. Your own scores and prices count for more than any of it.",
)
"""What no reader should take from the figures."""


def section(findings: Findings, pictures: Pictures) -> Section:
    """The model in a paragraph, its accuracy by kind, its limits."""
    draws, accuracies = findings.run.design.draws, accuracies_of(findings.validated)
    blocks: list[Block] = [
        Paragraph(
            f"{'The one draw' if draws == 1 else f'Each of {draws} draws'} is one possible future: a value for every uncertain number, and luck. In each, every option is trained, scored, served and paid "
            "for by the same laws on the same values, so that options differ by what they are and by nothing else. A score grows with examples along a learning "
            "curve, from the base's own score towards a ceiling; examples of other tasks count in part, by how alike the tasks are; tasks in one model take something "
            "from one another; requests may reach the wrong model. Costs are examples, training, evaluation, people, serving and upkeep over the horizon."
            f"{_projects(findings)}"
        ),
        Paragraph(_decided(findings)),
        accuracy_table(accuracies),
        Paragraph(_in_short(accuracies)),
        *pictures.of("predicted-measured"),
        Paragraph("What to keep in mind:"),
        Points(LIMITS),
    ]
    return Section(title="Method and validation", anchor="method", blocks=tuple(blocks))


def _projects(findings: Findings) -> str:
    """How launch dates come about, where they count."""
    if findings.verdict.launches is None:
        return ""
    return (
        " The project of each option is simulated too: batches that people label, review and mend, runs that wait for GPUs, models that pass the gate or are sent back; value and "
        "serving begin at launch, and lateness costs."
    )


def _decided(findings: Findings) -> str:
    """The rule behind the recommendation."""
    confidence = share(findings.options.limits.confidence)
    what = "average net benefit" if findings.verdict.decision.unit == "USD" else "average delivered score"
    level = "" if findings.verdict.decision.unit == "USD" else ", or that lie within half a point of it, which a single training run can hide"
    return f"Recommended is the option with the highest {what} among those that keep every limit in {confidence} of draws. Of those that simulation can't tell from it{level}, it is the cheapest."


def accuracy_table(found: tuple[Accuracy, ...]) -> Table:
    """How far predictions were off, by kind."""
    rows = tuple(
        (
            NAMES.get(each.kind, each.kind.replace("_", " ")), str(each.cases), str(each.sources),
            f"{each.median_error:.2f} points" if each.unit == "point" else f"{100.0 * each.median_error:.1f} %", share(each.coverage),
        )
        for each in found
    )  # fmt: skip
    return Table(title="Published measurements, predicted from their inputs", head=("what", "cases", "sources", "median error", "in 80 % band"), rows=rows)


def _in_short(found: tuple[Accuracy, ...]) -> str:
    """What the table comes to, and who wins."""
    called = [each for each in found if each.winners == each.winners]
    right = "".join(f" Of pairs half a point apart or more the winner was called right in {share(each.winners)}." for each in called)
    low, high = min(each.coverage for each in found), max(each.coverage for each in found)
    return f"Bands that should hold {share(BAND)} of measurements hold {share(low)} to {share(high)}.{right} simulate validate prints every case, and simple rules beside it."
