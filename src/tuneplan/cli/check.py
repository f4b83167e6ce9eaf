"""``simulate check PATH``: is it sound, and how is each number read?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tuneplan.cli.options import debuggable, of_a_scenario, refuse, with_warnings, written_as
from tuneplan.cli.output import deliver, files_of, warn
from tuneplan.cli.terminal import paper_for
from tuneplan.errors import NotAvailableYet, Problem, ScenarioError

if TYPE_CHECKING:
    from tuneplan.scenario.records import Scenario

INVALID = 3


@click.command("check", short_help="Is it sound, and how is each number read?")
@of_a_scenario
@written_as("text", "json")
@with_warnings
@debuggable
def command(
    path: Path, changes: Sequence[str], scenario: str, form: str, output: Path | None, strict: bool, quiet: bool
) -> None:
    """Say whether a scenario is sound, and echo how each number was read.

    Nothing is run. Every set of overrides that the file declares is checked too, with --scenario as well:
    it says which one is echoed.
    """
    try:
        found, warnings = with_every_set(path, changes, scenario)
        if strict:
            refuse(warnings)
    except ScenarioError as error:
        if form == "json":
            from tuneplan.report.data import plain_json

            deliver(plain_json({"sound": False, "errors": error.problems, "warnings": []}), output, sources=[path])
            raise SystemExit(INVALID) from None
        raise
    from tuneplan.report import interpretation

    if form == "json":
        from tuneplan.report.data import plain_json

        deliver(plain_json(interpretation.as_data(found, warnings)), output, sources=files_of(found))
    else:
        deliver(interpretation.as_text(found, paper_for(output)), output, sources=files_of(found))
    if not quiet:
        warn(warnings)


def with_every_set(path: Path, changes: Sequence[str], chosen: str) -> tuple[Scenario, tuple[Problem, ...]]:
    """The chosen scenario; the warnings of every set of overrides, each once.

    Raises
    ------
    ScenarioError
        What is wrong with any of them, each problem once.
    NotAvailableYet
        Nothing is wrong, but one of them uses keys of a later version.
    """
    from tuneplan.scenario.cautions import cautions
    from tuneplan.scenario.load import load_sets

    read: list[Scenario] = []
    wrong: dict[Problem, str] = {}
    later: dict[Problem, str] = {}
    warnings: dict[Problem, str] = {}
    for number, (name, one) in enumerate(load_sets(path, overrides=changes, scenario=chosen)):
        where = f" (in scenario {name})" if number else ""
        if isinstance(one, ScenarioError):
            _note(later if isinstance(one, NotAvailableYet) else wrong, one.problems, where)
        else:
            read.append(one)
            _note(warnings, cautions(one), where)
    if wrong:
        raise ScenarioError(_said(wrong))
    if later:
        raise NotAvailableYet(_said(later))
    return read[0], tuple(_said(warnings))


def _note(found: dict[Problem, str], problems: Sequence[Problem], where: str) -> None:
    """Keep in which set a problem came up first."""
    for problem in problems:
        found.setdefault(problem, where)


def _said(found: dict[Problem, str]) -> list[Problem]:
    return [replace(problem, message=problem.message + where) for problem, where in found.items()]
