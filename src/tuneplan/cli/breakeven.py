"""``simulate breakeven PATH KEY [KEY2]``: at which value of an input the verdict turns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tuneplan.cli.analysis import FORMS, written
from tuneplan.cli.options import (
    keys_to_set,
    loader,
    of_a_run,
    of_a_scenario,
    of_every_command,
    opened,
    with_warnings,
    written_as,
)
from tuneplan.cli.output import deliver, files_of, warn
from tuneplan.cli.picture import deliver_drawn, with_chart
from tuneplan.cli.terminal import paper_for
from tuneplan.errors import UsageError

if TYPE_CHECKING:
    from tuneplan.report.charts.registry import Chart
    from tuneplan.report.lines import Paper
    from tuneplan.study.breakeven.analysis import BreakEven
    from tuneplan.study.breakeven.asked import Loader
    from tuneplan.study.breakeven.dial import Dial
    from tuneplan.study.breakeven.winners import WinnerMap
    from tuneplan.study.run import Run

MOST_KEYS = 2


@click.command("breakeven", short_help="At which value of an input the verdict turns.")
@of_a_scenario
@click.argument("keys", nargs=-1, required=True, metavar="KEY [KEY2]", shell_complete=keys_to_set)
@click.option("--from", "starts", multiple=True, metavar="VALUE", help="First value, as a scenario types it; a second time for KEY2.")
@click.option("--to", "ends", multiple=True, metavar="VALUE", help="Last value; a second time for KEY2.")
@click.option("--steps", type=int, default=None, metavar="N", help="Values to try (21; 9 by 9 for two keys).")
@of_a_run
@written_as(*FORMS)
@with_chart
@with_warnings
@of_every_command
def command(
    path: Path, keys: Sequence[str], changes: Sequence[str], scenario: str, starts: Sequence[str], ends: Sequence[str],
    steps: int | None, draws: int | None, seed: int, form: str, output: Path | None, picture: Path | None, strict: bool, quiet: bool,
) -> None:  # fmt: skip
    """Set an input to one value after another and say where the recommendation changes, and how sure it is.

    KEY is any number of the scenario, uncertain or not (gpu.price, budget.limit,
    tasks.email.traffic). With KEY2, a map of who is recommended at each pair of values.
    """
    from tuneplan.study.breakeven import analysis, winners
    from tuneplan.study.breakeven.dial import dial
    from tuneplan.study.design import monte_carlo
    from tuneplan.study.run import run

    if len(keys) > MOST_KEYS:
        raise UsageError(f"breakeven takes one key or two, not {len(keys)}")
    if len(set(keys)) < len(keys):
        raise UsageError(f"{keys[0]} is named twice; a map needs two keys")
    for flag, given in (("--from", starts), ("--to", ends)):
        if len(given) > len(keys):
            raise UsageError(f"{flag} is given {len(given)} times for {len(keys)} key{'s' if len(keys) > 1 else ''}")
    asked, warnings = opened(path, changes=changes, scenario=scenario, strict=strict)
    base = run(asked, monte_carlo(analysis.DEFAULT_DRAWS if draws is None else draws, seed=seed))
    usual = analysis.DEFAULT_STEPS if len(keys) == 1 else winners.DEFAULT_STEPS
    count = usual if steps is None else steps
    dials = [
        dial(base, key, start=start, end=end, steps=count)
        for key, start, end in zip(keys, _filled(starts, keys), _filled(ends, keys), strict=True)
    ]

    found = _found(base, loader(path, changes=changes, scenario=scenario), dials)
    deliver(_written(found, form, paper_for(output, asked.strategies)), output, sources=files_of(asked))
    if picture is not None:
        deliver_drawn(picture, _chart(found), [found], base, output=output, sources=files_of(asked))
    if not quiet:
        warn(warnings)


def _filled(given: Sequence[str], keys: Sequence[str]) -> list[str]:
    """One a key, empty where none was given."""
    return [*given, *[""] * (len(keys) - len(given))]


def _found(base: Run, load: Loader, dials: Sequence[Dial]) -> BreakEven | WinnerMap:
    """What comes of turning one input or two."""
    from tuneplan.study.breakeven.analysis import breakeven
    from tuneplan.study.breakeven.winners import winner_map

    return breakeven(base, load, dials[0]) if len(dials) == 1 else winner_map(base, load, *dials)


def _written(found: BreakEven | WinnerMap, form: str, paper: Paper) -> str:
    from tuneplan.report import breakeven as report
    from tuneplan.study.breakeven.winners import WinnerMap

    if isinstance(found, WinnerMap):
        return written(
            form, page=lambda: report.map_page(found), content=lambda: report.map_content(found), rows=lambda: list(report.map_rows(found)), paper=paper
        )
    return written(form, page=lambda: report.page(found), content=lambda: report.content(found), rows=lambda: list(report.rows(found)), paper=paper)


def _chart(found: BreakEven | WinnerMap) -> Chart:
    from tuneplan.report.charts import CHARTS
    from tuneplan.report.charts.break_even import BREAK_EVEN
    from tuneplan.study.breakeven.winners import WinnerMap

    return CHARTS["winner-map"] if isinstance(found, WinnerMap) else BREAK_EVEN
