"""``simulate fit CURVES.csv``: learning curves, fitted and carried on."""

from __future__ import annotations

from pathlib import Path

import click

from tuneplan.cli.analysis import FORMS, written
from tuneplan.cli.options import of_every_command, refuse, with_warnings
from tuneplan.cli.output import deliver, warn
from tuneplan.cli.terminal import paper_for
from tuneplan.report.progress import progress

AT = "10k,100k,1M"


@click.command("fit", short_help="Fit learning curves, and carry them on.")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--at", default=AT, metavar="N,N", show_default=True, help="Examples to which each curve is carried on.")
@click.option("--draws", type=click.IntRange(100, 20_000), default=1000, metavar="N", show_default=True, help="Draws behind each band.")
@click.option("--seed", type=click.IntRange(0), default=0, metavar="N", show_default=True, help="Equal seeds give equal results.")
@click.option("--format", "form", type=click.Choice((*FORMS, "yaml")), default="text", show_default=True, help="How to print; yaml: lines for a scenario.")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=None, metavar="FILE", help="Write to a file instead.")
@with_warnings
@of_every_command
def command(path: Path, at: str, draws: int, seed: int, form: str, output: Path | None, strict: bool, quiet: bool) -> None:
    """Fit the rectified law and the plain power law to each learning curve, with 80 % bands.

    PATH is CSV, one measured point a row: curve (or task and base_model), examples (0: the base as it is), loss or
    score; if you have them standard_error, score_span (1 unless said), higher_is_better (yes unless said).
    """
    from tuneplan.evidence.curves.fitting import fit
    from tuneplan.evidence.curves.numbers import examples_asked
    from tuneplan.evidence.curves.reading import read_curves
    from tuneplan.report import curves as report

    wanted = examples_asked(at)
    curves, warnings = read_curves(path)
    if strict:
        refuse(warnings)
    with progress() as say:
        fits = fit(curves, () if form == "yaml" else wanted, draws=draws, seed=seed, told=lambda done, every: say(f"curve {done + 1} of {every}"))
    if form == "yaml":
        text = report.as_scenario(fits, source=str(path))
    else:
        text = written(form, page=lambda: report.page(fits, seed=seed), content=lambda: report.content(fits, seed=seed), rows=lambda: report.rows(fits), paper=paper_for(output))
    deliver(text, output, sources=[path])
    if not quiet:
        warn(warnings)
