"""``simulate schedule PATH``: when it ships, and who waits for whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tuneplan.cli.analysis import FORMS, written
from tuneplan.cli.options import of_a_run, of_a_scenario, of_every_command, opened, with_warnings, written_as
from tuneplan.cli.output import deliver, files_of, warn
from tuneplan.cli.picture import are_one, deliver_drawn, with_chart
from tuneplan.cli.run import NOTHING_FEASIBLE
from tuneplan.cli.terminal import paper_for
from tuneplan.errors import UsageError
from tuneplan.study.schedule.records import MOST_JOBS, MOST_REPLAYED, REPLAYED

if TYPE_CHECKING:
    from tuneplan.study.run import Run
    from tuneplan.study.schedule.records import Schedule


@click.command("schedule", short_help="When it ships, how sure that is, and who waits for whom.")
@of_a_scenario
@of_a_run
@click.option("--replay", type=int, default=REPLAYED, metavar="N", show_default=True, help="More draws to replay event by event, beside the runs that are shown: both ways have to agree.")
@click.option("--events", type=click.Path(path_type=Path), default=None, metavar="FILE.csv", help="Write all that happens in the median run of each strategy.")
@click.option("--jobs", type=int, default=None, metavar="N", help="Processes that replay; one a core unless said.")
@written_as(*FORMS)
@with_chart
@with_warnings
@of_every_command
def command(
    path: Path, changes: Sequence[str], scenario: str, draws: int | None, seed: int, replay: int, events: Path | None, jobs: int | None, form: str,
    output: Path | None, picture: Path | None, strict: bool, quiet: bool,
) -> None:  # fmt: skip
    """Say when each strategy ships, how sure that is, who waits for whom, and what one more of each would change.

    Every draw is a project of its own: people label, review and leave, models queue for GPUs and engineers, a gate sends
    some back. Where launch dates do not count in the verdict, the same plan is simulated as if they did.

    \b
    Exit codes: 0 done; 1 a bug; 2 wrong usage; 3 scenario invalid;
    4 no strategy ever ships; 5 a warning under --strict; 130 interrupted.
    """
    from tuneplan.report import schedule as report
    from tuneplan.study.design import DEFAULT_DRAWS, monte_carlo
    from tuneplan.study.run import run
    from tuneplan.study.schedule.analysis import schedule
    from tuneplan.study.schedule.replayed import replayed

    _checked(replay, jobs, events, output, picture)
    design = monte_carlo(DEFAULT_DRAWS if draws is None else draws, seed=seed)
    found, warnings = opened(path, changes=changes, scenario=scenario, strict=strict)
    made = run(found, design, explained=False)
    result = schedule(made)
    again = replayed(made, result, first=replay, jobs=jobs) if result.strategies else None
    content = written(
        form, page=lambda: report.page(result, made.asked, again), content=lambda: report.content(result, made.asked, design, again),
        rows=lambda: list(report.rows(result)), paper=paper_for(output, found.strategies),
    )  # fmt: skip
    deliver(content, output, sources=files_of(found))
    if events is not None:
        _write_events(made, result, events, sources=files_of(found))
    if picture is not None:
        _draw(picture, result, made, output=output, sources=files_of(found))
    if not quiet:
        warn(warnings)
    if all(each.never == 1.0 for each in result.strategies):
        raise SystemExit(NOTHING_FEASIBLE)


def _checked(replay: int, jobs: int | None, events: Path | None, output: Path | None, picture: Path | None) -> None:
    """Refuse what can't be done before anything is simulated.

    Raises
    ------
    UsageError
        A number is out of range, or two results would go into one file.
    """
    if not 0 <= replay <= MOST_REPLAYED:
        raise UsageError(f"--replay: {replay} is not a whole number from 0 to {MOST_REPLAYED}")
    if jobs is not None and not 1 <= jobs <= MOST_JOBS:
        raise UsageError(f"--jobs: {jobs} is not a whole number from 1 to {MOST_JOBS}")
    if events is not None and str(events) == "-":
        raise UsageError("--events: give the name of a file; what is printed is the schedule")
    for name, other in (("--output", output), ("--chart", picture)):
        if events is not None and other is not None and are_one(events, other):
            raise UsageError(f"--events and {name}: {events} can't hold both; give one of them another name")
    if events is not None and events.suffix.lower() != ".csv":
        raise UsageError(f"--events: {events} does not end in .csv")


def _write_events(made: Run, found: Schedule, events: Path, *, sources: Iterable[Path | str]) -> None:
    """The log of each strategy's median run, whole or not at all."""
    from tuneplan.report.data import records_as_csv
    from tuneplan.report.files import write_whole
    from tuneplan.report.schedule import event_rows
    from tuneplan.study.schedule.replayed import events_of

    rows = list(event_rows(events_of(made, found), found.start))
    if not rows:
        return click.echo(f"{events}: not written, no strategy can be done", err=True)
    return write_whole(records_as_csv(rows).encode("utf-8", "backslashreplace"), events, sources=sources)


def _draw(picture: Path, found: Schedule, made: Run, *, output: Path | None, sources: Iterable[Path | str]) -> None:
    """The chart that shows a schedule."""
    from tuneplan.report.charts import CHARTS

    chart = next(each for each in CHARTS.values() if "schedule" in each.of)
    deliver_drawn(picture, chart, [found], made, output=output, sources=sources)
