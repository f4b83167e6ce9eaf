"""``simulate run PATH``, or ``simulate PATH``: the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tuneplan.cli.options import of_a_run, of_a_scenario, of_every_command, opened, with_warnings, written_as
from tuneplan.cli.output import deliver, files_of, warn
from tuneplan.cli.terminal import paper_for
from tuneplan.errors import Problem, UsageError
from tuneplan.scenario.records import Place

if TYPE_CHECKING:
    from tuneplan.report.lines import Paper
    from tuneplan.study.results import Verdict

NOTHING_FEASIBLE = 4


@click.command("run", short_help="The verdict: which strategy, how sure, and why.")
@of_a_scenario
@of_a_run
@written_as("text", "json", "csv", "md")
@click.option("--ledger", is_flag=True, help="Add every number in use, with source and grade.")
@with_warnings
@of_every_command
def command(
    path: Path, changes: Sequence[str], scenario: str, draws: int | None, seed: int, form: str, output: Path | None,
    ledger: bool, strict: bool, quiet: bool,
) -> None:  # fmt: skip
    """Simulate a scenario and say which strategy to choose, how sure that is, and why.

    \b
    Exit codes: 0 done; 1 a bug; 2 wrong usage; 3 scenario invalid;
    4 nothing meets the limits; 5 a warning under --strict; 130 interrupted.
    """
    from tuneplan.study.design import DEFAULT_DRAWS, monte_carlo
    from tuneplan.study.run import run as simulate_scenario
    from tuneplan.study.verdict import verdict

    if ledger and form == "csv":
        raise UsageError("--ledger goes with text and md; json always holds the numbers, csv holds outputs alone")
    design = monte_carlo(DEFAULT_DRAWS if draws is None else draws, seed=seed)
    found, warnings = opened(path, changes=changes, scenario=scenario, strict=strict)
    result = verdict(simulate_scenario(found, design))
    deliver(_written(result, form, ledger=ledger, paper=paper_for(output, found.strategies)), output, sources=files_of(found))
    if not quiet:
        warn((*warnings, *_given_in_vain(result)))
    if result.decision.best is None:
        raise SystemExit(NOTHING_FEASIBLE)


def _given_in_vain(result: Verdict) -> Iterator[Problem]:
    """Numbers and words that the scenario gives and that nothing in it reads, but for what a caution tells already."""
    from tuneplan.scenario.time_cautions import given_in_vain
    from tuneplan.study.in_use import idle

    scenario = result.run.asked
    told = given_in_vain(scenario)
    for path in idle(result.run):
        if path not in told and not scenario.origins.get(path, "").startswith("like "):
            place = scenario.places.get(path, Place(file=scenario.file))
            yield Problem(message="given, but nothing in this scenario reads it", path=path, file=place.file, line=place.line, column=place.column)


def _written(result: Verdict, form: str, *, ledger: bool, paper: Paper) -> str:
    """The verdict in the form asked for; what writes the others is not loaded."""
    if form == "csv":
        from tuneplan.report.data import as_csv

        return as_csv(result)
    remedies = None
    if result.decision.best is None:
        from tuneplan.study.remedies.analysis import remedies_of

        remedies = remedies_of(result)
    if form == "json":
        from tuneplan.report.data import as_json

        return as_json(result, remedies)
    from tuneplan.report import text

    return text.as_markdown_text(result, ledger, remedies) if form == "md" else text.as_terminal_text(result, ledger, remedies, paper)
