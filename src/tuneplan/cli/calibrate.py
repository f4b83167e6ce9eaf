"""``simulate calibrate PILOTS --scenario FILE``: the user's own pilot runs, learned from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tuneplan.cli.analysis import FORMS, written
from tuneplan.cli.options import of_every_command, opened, refuse, with_warnings
from tuneplan.cli.output import deliver, files_of, warn
from tuneplan.cli.terminal import paper_for
from tuneplan.errors import UsageError
from tuneplan.report.progress import progress

if TYPE_CHECKING:
    from tuneplan.scenario.records import Scenario

LEAST_DRAWS = 64
"""Draws below which neither intervals nor the worth of a further pilot mean anything."""
DRAWS_HELP = f"Monte Carlo draws, of the verdict before and after (4096; {LEAST_DRAWS} at least)."
OUTPUT_HELP = "Write what was learned to FILE, for a scenario to include; the report is printed as ever. -: print that file alone."


@click.command("calibrate", short_help="Learn from pilot runs of your own.")
@click.argument("pilots", type=click.Path(path_type=Path))
@click.option("--scenario", "path", type=click.Path(path_type=Path), required=True, metavar="FILE", help="The scenario that the pilots speak of.")
@click.option("--set", "changes", multiple=True, metavar="KEY=VALUE", help="Change one key, as in the file; may be repeated.")
@click.option("--draws", type=int, default=None, metavar="N", help=DRAWS_HELP)
@click.option("--seed", type=int, default=0, metavar="N", show_default=True, help="Equal seeds give equal results.")
@click.option("--format", "form", type=click.Choice(FORMS), default=FORMS[0], show_default=True, help="How to print the report.")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=None, metavar="FILE", help=OUTPUT_HELP)
@with_warnings
@of_every_command
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

    design = monte_carlo(DEFAULT_DRAWS if draws is None else draws, seed=seed)
    if design.draws < LEAST_DRAWS:
        raise UsageError(f"draws: {draws} are too few to say what pilots taught; give {LEAST_DRAWS} or more (4096 where --draws is left out)")
    scenario, cautions = opened(path, changes=changes, strict=strict)
    with progress() as say:
        read = read_pilots(pilots, scenario)
        if strict:
            refuse(read.warnings)
        found = calibrated_scenario(scenario, read, design, told=say)
    name, include = _names(output, path)
    content = written(
        form, page=lambda: report.page(found, written=name, include=include), content=lambda: calibration_data.content(found), rows=lambda: list(calibration_data.rows(found)),
        paper=paper_for(None, scenario.strategies),
    )
    if output is not None:
        deliver(report.as_include(found), output, sources={*_sources(scenario, output), pilots})
    if output is None or str(output) != "-":
        deliver(content, None)
    if not quiet:
        warn((*cautions, *read.warnings))


def _names(output: Path | None, path: Path) -> tuple[str, str]:
    """The file that is written, and how a scenario at ``path`` names it to include it; empty where there is none."""
    if output is None or str(output) == "-" or (output.exists() and not output.is_file()):
        return "", ""
    folder, target = path.parent.resolve(), output.resolve()
    return str(output), str(target.relative_to(folder)) if target.is_relative_to(folder) else ""


def _sources(scenario: Scenario, output: Path) -> set[str]:
    """Files that were read and are not to be written over: not the one that holds an earlier calibration and nothing else."""
    files = files_of(scenario)
    place = scenario.places.get("calibrated")
    if scenario.calibration is None or place is None or not output.is_file() or Path(place.file).resolve() != output.resolve():
        return files
    keys = [line for line in output.read_text(encoding="utf-8").splitlines() if line.strip() and line[0] not in " \t#"]
    return {file for file in files if file != place.file} if [key.partition(":")[0] for key in keys] == ["calibrated"] else files
