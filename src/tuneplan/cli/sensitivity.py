"""``simulate sensitivity PATH``: which inputs move the verdict, and where they flip it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from tuneplan.cli.analysis import FORMS, written
from tuneplan.cli.options import (
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


@click.command("sensitivity", short_help="Which inputs move the verdict, and where they flip it.")
@of_a_scenario
@click.option("--against", default="", metavar="NAME", help="Strategy to take the difference with (the runner-up).")
@of_a_run
@written_as(*FORMS)
@with_chart
@with_warnings
@of_every_command
def command(
    path: Path, changes: Sequence[str], scenario: str, against: str, draws: int | None, seed: int, form: str,
    output: Path | None, picture: Path | None, strict: bool, quiet: bool,
) -> None:  # fmt: skip
    """Say what the difference between the recommended strategy and another hangs on.

    For each uncertain input: the difference at both ends of its 90 % interval, its shares of the
    variance (first- and total-order Sobol' indices), the value at which another strategy would be
    recommended and the chance of lying beyond, and who wins where it is low, middling or high.
    """
    from tuneplan.report import sensitivity as report
    from tuneplan.study.design import DEFAULT_DRAWS, monte_carlo
    from tuneplan.study.run import run
    from tuneplan.study.sensitivity.analysis import sensitivity
    from tuneplan.study.verdict import verdict

    design = monte_carlo(DEFAULT_DRAWS if draws is None else draws, seed=seed)
    asked, warnings = opened(path, changes=changes, scenario=scenario, strict=strict)
    result = verdict(run(asked, design, explained=picture is not None))  # charts may tell what carried it, the page does not
    found = sensitivity(result, against=against)
    paper = paper_for(output, asked.strategies)
    if found is None:
        text = written(
            form, page=lambda: report.nothing_to_take_apart(result), content=lambda: report.no_content(result), rows=lambda: [], paper=paper
        )
    else:
        text = written(
            form, page=lambda: report.page(found), content=lambda: report.content(found), rows=lambda: list(report.rows(found)), paper=paper
        )
    deliver(text, output, sources=files_of(asked))
    deliver_chart(
        picture, "sensitivity", found, lambda: findings_from(result.run, loader(path, changes=changes, scenario=scenario)), output=output, sources=files_of(asked)
    )
    if not quiet:
        warn(warnings)
    if result.decision.best is None:
        raise SystemExit(NOTHING_FEASIBLE)
