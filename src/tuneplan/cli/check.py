"""``simulate check PATH``: is it sound, and how is each number read?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tuneplan.cli.options import loader, of_a_scenario, of_every_command, refuse, with_warnings, written_as
from tuneplan.cli.output import deliver, files_of, warn
from tuneplan.cli.terminal import paper_for
from tuneplan.errors import ScenarioError

if TYPE_CHECKING:
    from tuneplan.scenario.records import Scenario
    from tuneplan.study.breakeven.asked import Loader
    from tuneplan.study.sweep.records import Space

INVALID = 3


@click.command("check", short_help="Is it sound, and how is each number read?")
@of_a_scenario
@written_as("text", "json")
@with_warnings
@of_every_command
def command(
    path: Path, changes: Sequence[str], scenario: str, form: str, output: Path | None, strict: bool, quiet: bool
) -> None:
    """Say whether a scenario is sound, and echo how each number was read.

    Nothing is run. Every set of overrides that the file declares is checked too, with --scenario as well:
    it says which one is echoed.
    """
    from tuneplan.scenario.load import load_sets
    from tuneplan.scenario.sets import with_every_set

    try:
        found, warnings = with_every_set(load_sets(path, overrides=changes, scenario=scenario))
        if strict:
            refuse(warnings)
        space = _space(found, loader(path, changes=changes, scenario=scenario))
    except ScenarioError as error:
        if form == "json":
            from tuneplan.report.data import plain_json

            deliver(plain_json({"sound": False, "errors": error.problems, "warnings": []}), output, sources=[path])
            raise SystemExit(INVALID) from None
        raise
    from tuneplan.report import interpretation
    from tuneplan.report.sweeping import in_words

    if form == "json":
        from tuneplan.report.data import plain_json

        deliver(plain_json(interpretation.as_data(found, warnings) | ({} if space is None else {"sweep": space.said()})), output, sources=files_of(found))
    else:
        told = [] if space is None else [in_words(space), *space.notes]
        deliver(interpretation.as_text(found, paper_for(output), further=told), output, sources=files_of(found))
    if not quiet:
        warn(warnings)


def _space(scenario: Scenario, load: Loader) -> Space | None:
    """The rows of the sweep that the scenario describes; None where it describes none."""
    if scenario.sweep is None:
        return None
    from tuneplan.study.sweep.asked import asked_of

    return asked_of((), scenario=scenario, load=load)
