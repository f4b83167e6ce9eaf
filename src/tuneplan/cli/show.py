"""``simulate show PATH``: the scenario as it is in force."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from tuneplan.cli.options import of_a_scenario, of_every_command, opened, with_warnings
from tuneplan.cli.output import deliver, files_of, warn


@click.command("show", short_help="The scenario with everything carried out.")
@of_a_scenario
@click.option("--origin", is_flag=True, help="Say on each line where it comes from.")
@click.option("--given", is_flag=True, help="Leave out catalogue and defaults.")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=None, metavar="FILE", help="Write to a file instead.")
@with_warnings
@of_every_command
def command(
    path: Path, changes: Sequence[str], scenario: str, origin: bool, given: bool, output: Path | None, strict: bool, quiet: bool
) -> None:
    """Print a scenario with includes, copies, overrides, catalogue and defaults carried out.

    What is printed is a scenario file again.
    """
    from tuneplan.report.resolved import as_yaml
    from tuneplan.study.design import Nominal
    from tuneplan.study.run import run

    found, warnings = opened(path, changes=changes, scenario=scenario, strict=strict)
    deliver(as_yaml(run(found, Nominal()), origin=origin, given=given), output, sources=files_of(found))
    if not quiet:
        warn(warnings)
