"""The decision memo: page one to decide by, then everything that it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tuneplan.evidence.findings import Findings
from tuneplan.report.charts.drawing import source_of
from tuneplan.report.document.blocks import Document, Section
from tuneplan.report.memo import (
    assumptions,
    capability,
    confidence,
    infeasible,
    limits,
    method,
    money,
    reproducing,
    risks,
    rules,
    schedule,
)
from tuneplan.report.memo.changing import changing, finding_out
from tuneplan.report.memo.next_steps import next_steps
from tuneplan.report.memo.pictures import Pictures
from tuneplan.report.memo.recommending import options, question_of, recommended
from tuneplan.report.words import plain

__all__ = ["FRONT", "INFEASIBLE", "SECTIONS", "memo_of", "write_memo"]

FRONT: tuple[Callable[[Findings], Section], ...] = (recommended, options, changing, finding_out, next_steps)
"""Page one."""
INFEASIBLE: tuple[Callable[[Findings], Section], ...] = (
    recommended, options, infeasible.what_breaks, infeasible.what_would_do, infeasible.next_steps,
)  # fmt: skip
"""Page one where nothing meets the limits."""
SECTIONS: tuple[Callable[[Findings, Pictures], Section | None], ...] = (
    money.section, confidence.section, capability.section, schedule.section, risks.section, limits.section, rules.section, assumptions.section, method.section,
    reproducing.section,
)  # fmt: skip
"""What follows, in this order; a section that has nothing to say is left out."""


def memo_of(findings: Findings, *, file: str = "memo.html") -> Document:
    """Everything that there is to say about a study, in reading order.

    Parameters
    ----------
    file
        Name under which it will be written, for the command that makes it again.

    Raises
    ------
    UsageError
        matplotlib is not installed.
    """
    run, pictures = findings.run, Pictures(findings=findings, file=file)
    feasible = findings.verdict.decision.best is not None
    return Document(
        title=plain(run.asked.name),
        question=plain(question_of(findings.verdict)),
        front=[part(findings) for part in (FRONT if feasible else INFEASIBLE)],
        sections=list(_sections(findings, pictures)),
        provenance=source_of(run),
    )


def write_memo(findings: Findings, path: Path, *, sources: Iterable[Path | str] = ()) -> None:
    """Write the memo, whole or not at all; the ending of the name tells the format.

    Parameters
    ----------
    path
        Ends in ``.html``, ``.docx`` or ``.md``.
    sources
        Files that must not be written over.

    Raises
    ------
    UsageError
        The ending is no format, a library is missing, or the file can't be written.
    """
    from tuneplan.report.document.writing import form_of, write

    form_of(path)
    write(memo_of(findings, file=path.name), path, sources=sources)


def _sections(findings: Findings, pictures: Pictures) -> Iterator[Section]:
    for part in SECTIONS:
        made = part(findings, pictures)
        if made is not None and made.blocks:
            yield made
