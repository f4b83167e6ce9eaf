"""``simulate compare A B``: what changes from one scenario to another, and which inputs moved it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from tuneplan.cli.analysis import FORMS, written
from tuneplan.cli.options import of_a_run, of_a_scenario, of_every_command, opened, with_warnings, written_as
from tuneplan.cli.output import deliver, files_of, warn
from tuneplan.cli.terminal import paper_for
from tuneplan.errors import UsageError

ORDERS = ("file", "reverse")


@click.command("compare", short_help="What changes from one scenario to another, and why.")
@of_a_scenario
@click.argument("other", type=click.Path(path_type=Path), default=None, required=False)
@click.option("--of", default="", metavar="STRATEGY", help="Follow this strategy; else what each side recommends.")
@click.option("--order", type=click.Choice(ORDERS), default="file", show_default=True, help="Take changes in the order of the file, or last first.")
@of_a_run
@written_as(*FORMS)
@with_warnings
@of_every_command
def command(
    path: Path, other: Path | None, changes: Sequence[str], scenario: str, of: str, order: str, draws: int | None, seed: int, form: str,
    output: Path | None, strict: bool, quiet: bool,
) -> None:  # fmt: skip
    """Compare two scenario files, or one file with itself after a change.

    \b
    simulate compare a.yaml b.yaml                        B is the second file
    simulate compare a.yaml --set 'budget.limit=80k USD'  the same file, changed
    simulate compare a.yaml --scenario squeeze            one of its scenarios

    With two files, --set and --scenario hold for both. Both sides meet the same draws. The
    difference is split over the changed keys, one at a time in their order in B's file; the parts
    add up to the whole.
    """
    from tuneplan.report import comparing as report
    from tuneplan.study.comparing import compare
    from tuneplan.study.design import DEFAULT_DRAWS, monte_carlo

    if other is None and not changes and not scenario:
        raise UsageError("nothing to compare with: name a second file, or change this one, for example --set 'budget.limit=80k USD' or --scenario NAME")
    design = monte_carlo(DEFAULT_DRAWS if draws is None else draws, seed=seed)
    both = partial(opened, changes=changes, scenario=scenario, strict=strict)
    one, warnings = opened(path, strict=strict) if other is None else both(path)
    second, more = both(path if other is None else other)
    compared = compare(one, second, design, of=of, reverse=order == "reverse")
    text = written(form, page=lambda: report.page(compared), content=lambda: report.content(compared), rows=lambda: report.rows(compared), paper=paper_for(output, second.strategies))
    deliver(text, output, sources=files_of(one) | files_of(second))
    if not quiet:
        warn(dict.fromkeys((*warnings, *more)))
