"""``simulate voi PATH``: what is worth finding out first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from tuneplan.cli.analysis import FORMS, written
from tuneplan.cli.options import (
    loader,
    of_a_long_run,
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


@click.command("voi", short_help="What is worth finding out first.")
@of_a_scenario
@of_a_long_run
@written_as(*FORMS)
@with_chart
@with_warnings
@of_every_command
def command(
    path: Path, changes: Sequence[str], scenario: str, draws: int, seed: int, form: str, output: Path | None, picture: Path | None,
    strict: bool, quiet: bool,
) -> None:  # fmt: skip
    """Say what it is worth to know more before choosing: everything (EVPI), each number and group (EVPPI).

    And which of the scenario's checks pays for its price and its days (EVSI), or that none does.
    """
    from tuneplan.report import voi as report
    from tuneplan.report import voi_data
    from tuneplan.study.design import monte_carlo
    from tuneplan.study.information.analysis import value_of_information
    from tuneplan.study.run import run

    design = monte_carlo(draws, seed=seed)
    found, warnings = opened(path, changes=changes, scenario=scenario, strict=strict)
    result = value_of_information(run(found, design))
    content = written(
        form, page=lambda: report.page(result), content=lambda: voi_data.content(result), rows=lambda: list(voi_data.rows(result)),
        paper=paper_for(output, found.strategies),
    )
    deliver(content, output, sources=files_of(found))
    deliver_chart(
        picture, "information", result, lambda: findings_from(result.run, loader(path, changes=changes, scenario=scenario)), output=output, sources=files_of(found)
    )
    if not quiet:
        warn(warnings)
    if result.decision.best is None:
        raise SystemExit(NOTHING_FEASIBLE)
