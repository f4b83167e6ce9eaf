"""``simulate groupings PATH``: which tasks should share a model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from tuneplan.cli.analysis import FORMS, written
from tuneplan.cli.options import (
    file_of,
    loader,
    of_a_run,
    of_a_scenario,
    of_every_command,
    opened,
    with_warnings,
    written_as,
)
from tuneplan.cli.output import deliver, files_of, warn
from tuneplan.cli.picture import deliver_chart, findings_from, with_chart
from tuneplan.cli.run import NOTHING_FEASIBLE
from tuneplan.cli.terminal import paper_for
from tuneplan.errors import TuneplanError, UsageError


def _strategies(context: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Strategies of the file, for shells that complete."""
    from tuneplan.scenario.load import load

    path = file_of(context)
    try:
        names = load(path).strategies if path is not None else ()
    except TuneplanError:
        return []
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


@click.command("groupings", short_help="Which tasks should share a model.")
@of_a_scenario
@click.option("--like", default="", metavar="STRATEGY", shell_complete=_strategies, help="Take its method, base, data and serving (those of the strategy with groups: search, else the scenario's own).")
@click.option("--top", type=int, default=8, metavar="N", show_default=True, help="Leaders to run again, beside the front.")
@of_a_run
@written_as(*FORMS)
@with_chart
@with_warnings
@of_every_command
def command(
    path: Path, like: str, top: int, changes: Sequence[str], scenario: str, draws: int | None, seed: int, form: str, output: Path | None, picture: Path | None,
    strict: bool, quiet: bool,
) -> None:  # fmt: skip
    """Look at every way to group the tasks into models, all of them up to 8 tasks, and say which is best.

    \b
    Exit codes: 0 done; 1 a bug; 2 wrong usage; 3 scenario invalid;
    4 nothing meets the limits; 5 a warning under --strict; 130 interrupted.
    """
    from tuneplan.report import groupings as report
    from tuneplan.study.design import DEFAULT_DRAWS, monte_carlo
    from tuneplan.study.groupings.analysis import MOST_TOP, groupings
    from tuneplan.study.run import run

    if not 1 <= top <= MOST_TOP:
        raise UsageError(f"--top: {top} is not a whole number from 1 to {MOST_TOP}")
    design = monte_carlo(DEFAULT_DRAWS if draws is None else draws, seed=seed)
    found, warnings = opened(path, changes=changes, scenario=scenario, strict=strict)
    result = groupings(found, design, like=like, top=top)
    deliver(
        written(form, page=lambda: report.page(result), content=lambda: report.content(result), rows=lambda: report.rows(result), paper=paper_for(output, found.strategies)),
        output, sources=files_of(found),
    )  # fmt: skip
    deliver_chart(
        picture, "groupings", result, lambda: findings_from(run(found, design), loader(path, changes=changes, scenario=scenario)), output=output,
        sources=files_of(found),
    )  # fmt: skip
    if not quiet:
        warn(warnings)
    if not any(each.allowed for each in result.standings):
        raise SystemExit(NOTHING_FEASIBLE)
