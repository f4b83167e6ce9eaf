"""``simulate memo PATH -o memo.html``: a document to decide by."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from tuneplan.cli.options import of_a_run, of_a_scenario, of_every_command, with_warnings
from tuneplan.cli.output import files_of, warn
from tuneplan.cli.run import NOTHING_FEASIBLE
from tuneplan.cli.study import findings_of
from tuneplan.report.progress import progress


@click.command("memo", short_help="A memo to decide by, as HTML, DOCX or Markdown.")
@of_a_scenario
@click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("memo.html"), show_default=True, metavar="FILE", help="Where to write; the ending tells the format: .html, .docx or .md.")
@of_a_run
@with_warnings
@of_every_command
def command(
    path: Path, changes: Sequence[str], scenario: str, output: Path, draws: int | None, seed: int, strict: bool, quiet: bool
) -> None:  # fmt: skip
    """Write a memo: page one is enough to decide, what follows says what it rests on, with charts.

    HTML is one file that needs no network and prints well; DOCX opens in Word and LibreOffice;
    Markdown has its charts in a folder beside it. An old memo stays until the new one is complete.

    Exit codes as of run: 4 when nothing meets the limits, which the memo then says.
    """
    from tuneplan.report.charts import CHARTS
    from tuneplan.report.document.writing import form_of
    from tuneplan.report.memo import write_memo

    form_of(output)
    with progress() as say:
        say("simulating")
        findings, warnings = findings_of(path, changes=changes, scenario=scenario, draws=draws, seed=seed, strict=strict)
        for name in dict.fromkeys(name for chart in CHARTS.values() for name in chart.of):
            say(f"working out: {name}")
            getattr(findings, name)
        say("drawing and writing")
        write_memo(findings, output, sources=files_of(findings.run.asked))
    click.echo(str(output))
    if not quiet:
        warn(warnings)
    if findings.verdict.decision.best is None:
        raise SystemExit(NOTHING_FEASIBLE)
