"""``simulate frontier PATH``: cost against quality, at every value of a point and every budget."""

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


@click.command("frontier", short_help="Cost against quality: what is best at which value of a point, and budget.")
@of_a_scenario
@of_a_run
@written_as(*FORMS)
@with_chart
@with_warnings
@of_every_command
def command(
    path: Path, changes: Sequence[str], scenario: str, draws: int | None, seed: int, form: str, output: Path | None, picture: Path | None,
    strict: bool, quiet: bool,
) -> None:  # fmt: skip
    """Weigh cost against quality: who is on the frontier, and what a step along it costs.

    Which strategy is best on average, and how often it is best, at each value of a point and, apart
    from that, at each budget; what other decision rules would choose, and why they disagree.

    \b
    Exit codes as of run: 4 when nothing meets the limits.
    """
    from tuneplan.study.design import DEFAULT_DRAWS, monte_carlo
    from tuneplan.study.frontier.analysis import frontier_study, planner
    from tuneplan.study.run import run

    design = monte_carlo(DEFAULT_DRAWS if draws is None else draws, seed=seed)
    found, warnings = opened(path, changes=changes, scenario=scenario, strict=strict)
    again, made = loader(path, changes=changes, scenario=scenario), run(found, design)
    study = frontier_study(made, planned=planner(found, again, design))
    from tuneplan.report import frontier

    content = written(
        form, page=lambda: frontier.page(study), content=lambda: frontier.content(study), rows=lambda: frontier.rows(study),
        paper=paper_for(output, found.strategies),
    )
    deliver(content, output, sources=files_of(found))
    deliver_chart(
        picture, "frontier", study, lambda: findings_from(made, again), output=output, sources=files_of(found)
    )
    if not quiet:
        warn(warnings)
    if not study.is_feasible:
        raise SystemExit(NOTHING_FEASIBLE)

