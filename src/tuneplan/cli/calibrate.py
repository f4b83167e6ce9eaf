"""``simulate calibrate PILOTS --scenario FILE``: the user's own pilot runs, learned from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from tuneplan.cli.analysis import FORMS, written
from tuneplan.cli.options import debuggable, of_a_run, opened, refuse, with_warnings
from tuneplan.cli.output import deliver, files_of, warn


@click.command("calibrate", short_help="Learn from pilot runs of your own.")
@click.argument("pilots", type=click.Path(path_type=Path))
@click.option("--scenario", "path", type=click.Path(path_type=Path), required=True, metavar="FILE", help="The scenario that the pilots speak of.")
@click.option("--set", "changes", multiple=True, metavar="KEY=VALUE", help="Change one key, as in the file; may be repeated.")
@of_a_run
@click.option("--format", "form", type=click.Choice(FORMS), default=FORMS[0], show_default=True, help="How to print the report.")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=None, metavar="FILE", help="Write what was learned to a file that a scenario includes.")
@with_warnings
@debuggable
def command(
    pilots: Path, path: Path, changes: Sequence[str], draws: int | None, seed: int, form: str, output: Path | None, strict: bool, quiet: bool
) -> None:
    """Learn from pilot runs, say what moved, whether the verdict changed, and which pilot to run next.

    PILOTS is CSV, a measured run on one task a row: task, strategy or trained_together (tasks with + between
    them), examples, score; and where known base, standard_error, epochs, method, gpu_hours, tokens, cost,
    annotator_minutes, examples_TASK of tasks trained beside it.
    """
    from tuneplan.evidence.calibration.analysis import calibrated_scenario
    from tuneplan.evidence.calibration.variants import read_pilots
    from tuneplan.report import calibration as report
    from tuneplan.report import calibration_data
    from tuneplan.study.design import DEFAULT_DRAWS, monte_carlo

    scenario, cautions = opened(path, changes=changes, strict=strict)
    read = read_pilots(pilots, scenario)
    warnings = (*cautions, *read.warnings)
    if strict:
        refuse(read.warnings)
    found = calibrated_scenario(scenario, read, monte_carlo(DEFAULT_DRAWS if draws is None else draws, seed=seed))
    name = "" if output is None or str(output) == "-" else str(output)
    folder = path.parent.resolve()
    include = str(output.resolve().relative_to(folder)) if output is not None and output.resolve().is_relative_to(folder) else ""
    content = written(
        form, page=lambda: report.page(found, written=name, include=include), content=lambda: calibration_data.content(found), rows=lambda: list(calibration_data.rows(found))
    )
    if output is not None:
        deliver(report.as_include(found), output, sources={*files_of(scenario), pilots})
    if output is None or name:
        deliver(content, None)
    if not quiet:
        warn(warnings)
