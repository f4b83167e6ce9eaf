"""``simulate sweep PATH``: the same question in thousands to billions of scenarios; ``--summary`` says what came of it."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from tuneplan.cli.analysis import FORMS, written
from tuneplan.cli.options import keys_to_set, of_a_scenario_or_none, of_every_command, opened, with_warnings
from tuneplan.cli.output import deliver, warn
from tuneplan.cli.picture import deliver_looked, with_chart
from tuneplan.cli.terminal import paper_for
from tuneplan.errors import TuneplanError, UsageError

if TYPE_CHECKING:
    from tuneplan.report.page import Page
    from tuneplan.scenario.records import Scenario
    from tuneplan.study.sweep.pace import Progress
    from tuneplan.study.sweep.sharing import Share
    from tuneplan.study.sweep.work import Sweep

MOST_JOBS = 256
INTERRUPTED = 130
LONG_S = 5.0
"""Seconds from which what a sweep will take is told before it starts."""


@click.command("sweep", short_help="Thousands to billions of scenarios, resumable; where does each strategy win?")
@of_a_scenario_or_none
@click.option("--sweep", "keys", multiple=True, metavar="KEY=VALUES", shell_complete=keys_to_set, help="Vary a key: a,b,c or LOW..HIGH:N or LOW..HIGH:log:N; may be repeated.")
@click.option("--row", "rows", multiple=True, metavar="KEY=VALUE,..", help="One row with these keys; may be repeated.")
@click.option("--table", type=click.Path(path_type=Path), default=None, metavar="FILE", help="Rows from a CSV or Parquet file, a column a key.")
@click.option("--mode", default="", metavar="MODE", help="grid (unless said), zip, list, sobol or lhs.")
@click.option("--points", type=int, default=None, metavar="N", help="Rows that sobol and lhs draw.")
@click.option("--draws", type=int, default=None, metavar="N", help="Draws of every row (256); 1: every number at its median.")
@click.option("--seed", type=int, default=None, metavar="N", help="Equal seeds give equal results (0).")
@click.option("--plans", default="", metavar="own|once", help="Examples left open: planned for each row (own), or once for all rows.")
@click.option("-o", "--output", type=click.Path(path_type=str), default=None, metavar="TARGET", help="Keep rows: FILE.csv, or a folder (or its URL) for Parquet.")
@click.option("--resume", is_flag=True, help="Go on with what TARGET holds; the bytes are those of a run that was never stopped.")
@click.option("--force", is_flag=True, help="Begin anew where TARGET holds a sweep.")
@click.option("--jobs", type=int, default=None, metavar="N", help="At work at the same time; one a core unless said.")
@click.option("--scheduler", default="", metavar="ADDRESS", help="Share blocks out over Dask: tcp://HOST:PORT, or local.")
@click.option("--summary", "kept_at", type=click.Path(path_type=str), default=None, metavar="TARGET", help="Tell what a kept sweep says; nothing is run.")
@click.option("--format", "form", type=click.Choice(FORMS), default=FORMS[0], show_default=True, help="How to print what the sweep says.")
@with_chart
@with_warnings
@of_every_command
def command(
    path: Path | None, changes: Sequence[str], scenario: str, keys: Sequence[str], rows: Sequence[str], table: Path | None, mode: str, points: int | None,
    draws: int | None, seed: int | None, plans: str, output: str | None, resume: bool, force: bool, jobs: int | None, scheduler: str, kept_at: str | None,
    form: str, picture: Path | None, strict: bool, quiet: bool,
) -> None:  # fmt: skip
    """Ask the same question in thousands to billions of scenarios, and say where each strategy wins.

    What is varied stands behind --sweep, --row or --table, else in the section sweep of the scenario. Rows are kept
    block by block: stopped at any moment, --resume goes on with the same bytes. Without -o nothing is kept, and what
    the rows say is printed.

    \b
    Exit codes: 0 done; 1 a bug; 2 wrong usage; 3 scenario invalid;
    5 a warning under --strict; 130 interrupted, what was kept stays.
    """
    if kept_at is not None:
        return _tell(kept_at, form, picture)
    if path is None:
        raise UsageError("name a scenario to sweep, or --summary TARGET to tell what a kept sweep says")
    jobs = _jobs(jobs)
    if output is not None and picture is not None:
        raise UsageError("--chart draws what a sweep says: give it to simulate sweep --summary TARGET, or leave -o away")
    if output is None and (resume or force):
        raise UsageError("--resume and --force go with -o TARGET, where rows are kept")
    asked, warnings = opened(path, changes=changes, scenario=scenario, strict=strict)
    if not quiet:
        warn(warnings)
    work = _work(asked, path, changes, scenario, keys=keys, rows=rows, table=table, mode=mode, points=points, draws=draws, seed=seed, plans=plans, jobs=jobs, quiet=quiet)
    with _target(output) as target:
        _keep(work, target, resume=resume, force=force, jobs=jobs, scheduler=scheduler, asked=asked, quiet=quiet, told=output is not None)
        if output is None:
            _tell(target, form, picture)


def _jobs(jobs: int | None) -> int:
    """How many are at work.

    Raises
    ------
    UsageError
        None, or more than make sense.
    """
    if jobs is None:
        return min(os.cpu_count() or 1, MOST_JOBS)
    if not 1 <= jobs <= MOST_JOBS:
        raise UsageError(f"--jobs: {jobs} is not a whole number from 1 to {MOST_JOBS}")
    return jobs


def _work(
    asked: Scenario, path: Path, changes: Sequence[str], scenario: str, *, keys: Sequence[str], rows: Sequence[str], table: Path | None, mode: str,
    points: int | None, draws: int | None, seed: int | None, plans: str, jobs: int, quiet: bool,
) -> Sweep:  # fmt: skip
    """All that is asked for, ready to be worked out."""
    from tuneplan.report.sweep.estimates import estimated
    from tuneplan.study.sweep.asked import asked_of
    from tuneplan.study.sweep.preparing import prepared
    from tuneplan.study.sweep.records import DRAWS_OF_A_ROW
    from tuneplan.study.sweep.source import source_of

    section = asked.sweep
    plans = plans or (section.plans if section is not None else "")
    chosen = next((each for each in (draws, section.draws if section is not None else None) if each is not None), DRAWS_OF_A_ROW)
    design_seed = next((each for each in (seed, section.seed if section is not None else None) if each is not None), 0)
    source = source_of(path, changes=changes, scenario=scenario)

    def said(count: int) -> str:
        return estimated(asked, count, draws=chosen, plans=plans, jobs=jobs)

    space = asked_of(keys, rows=rows, table=table, mode=mode, points=points, seed=seed, scenario=asked, load=source, estimate=said)
    if not quiet:
        for note in space.notes:
            click.echo(f"note: {note}", err=True)
    return prepared(source, space, draws=chosen, seed=design_seed, plans=plans)


@contextmanager
def _target(output: str | None) -> Iterator[str]:
    """Where rows are kept: as asked, else for as long as it takes to tell what they say."""
    if output is not None:
        yield output
        return
    with tempfile.TemporaryDirectory(prefix="tuneplan-") as folder:
        yield str(Path(folder) / "rows.csv")


def _keep(
    work: Sweep, target: str, *, resume: bool, force: bool, jobs: int, scheduler: str, asked: Scenario, quiet: bool, told: bool
) -> None:  # fmt: skip
    """Work it out, and say how far it is."""
    from tuneplan.report.progress import progress
    from tuneplan.report.sweep.estimates import estimated
    from tuneplan.report.sweep.progress import line, spaced, time_left
    from tuneplan.study.sweep.preparing import cases_in, seconds_of
    from tuneplan.study.sweep.storage import kept

    draws, plans, cases = work.cases.design.draws, work.cases.plans, cases_in(work)
    if not quiet and seconds_of(asked, work.rows, draws=draws, plans=plans, cases=cases) / jobs > LONG_S:
        apart = f", {spaced(cases)} of them scenarios of their own" if cases > 1 else ""
        takes = estimated(asked, work.rows, draws=draws, plans=plans, jobs=jobs, cases=cases)
        click.echo(f"{spaced(work.rows)} rows of {spaced(draws)} draw{'' if draws == 1 else 's'}{apart}: {takes}", err=True)
    now = [0]
    with progress() as say, _interrupted(target, now, told=told):
        found = kept(work, target, resume=resume, force=force, workers=jobs, told=_teller(say, line, now), share=_share(scheduler, work, jobs))
    if told:
        before = f", {spaced(found.rows_resumed)} of them before" if found.rows_resumed else ""
        was = "already whole" if found.was_complete else f"{spaced(found.rows)} rows in {time_left(found.seconds)}{before}"
        click.echo(f"{target}: {was}; simulate sweep --summary {target} tells what they say")


@contextmanager
def _interrupted(target: str, rows: Sequence[int], *, told: bool) -> Iterator[None]:
    """Say what is kept where somebody stops it; whoever asks twice does not wait for the blocks in work."""
    before = signal.getsignal(signal.SIGINT)
    is_ours = before is signal.default_int_handler and threading.current_thread() is threading.main_thread()
    if is_ours:
        signal.signal(signal.SIGINT, _stopping([]))
    try:
        yield
    except KeyboardInterrupt:
        if not told:
            raise
        click.echo(f"interrupted; {target} keeps {_safe(target, rows[0])} rows: --resume goes on with them", err=True)
        raise SystemExit(INTERRUPTED) from None
    finally:
        if is_ours:
            signal.signal(signal.SIGINT, before)


def _stopping(asked: list[int]) -> Callable[[int, FrameType | None], None]:
    """What an interruption does: the first ends after the blocks in work, the second at once."""

    def stop(number: int, frame: FrameType | None) -> None:
        if asked:
            os._exit(INTERRUPTED)
        asked.append(number)
        click.echo("stopping after the blocks in work; once more to stop at once", err=True)
        raise KeyboardInterrupt

    return stop


def _safe(target: str, told: int) -> int:
    """Rows that stand there: those of blocks that ended last were not told of yet."""
    from tuneplan.study.sweep.dataset import opened as dataset

    try:
        return max(told, dataset(target).rows)
    except TuneplanError:
        return told


def _teller(say: Callable[[str], None], line: Callable[[Progress], str], rows: list[int]) -> Callable[[Progress], None]:
    """What is said after each block; a warning stands by itself."""

    def told(now: Progress) -> None:
        rows[0] = now.rows_done
        if now.warning:
            click.echo(f"warning: {now.warning}", err=True)
        say(line(now))

    return told


def _share(scheduler: str, work: Sweep, jobs: int) -> Share | None:
    """How blocks are shared out; None: on this machine.

    Raises
    ------
    UsageError
        Dask is not installed, or nobody answers.
    """
    if not scheduler:
        return None
    from tuneplan.study.sweep.distributed import by_dask

    return by_dask(scheduler, workers=jobs, evaluations_of_a_block=work.rows_of_a_block * work.cases.design.draws)


def _tell(target: str, form: str, picture: Path | None) -> None:
    """What a kept sweep says; few rows themselves too."""
    from tuneplan.report import sweep as report
    from tuneplan.report.sweep.few import few
    from tuneplan.study.sweep.dataset import opened as dataset
    from tuneplan.study.sweep.summary import summary

    there = dataset(target)
    found, rows = summary(there), few(there)
    paper = paper_for(None, found.strategies)

    def page() -> Page:
        whole = report.page(found, paper)
        return whole if rows is None else replace(whole, parts=(rows, *whole.parts))

    content = written(form, page=page, content=lambda: report.content(found), rows=lambda: list(report.rows(found)), paper=paper)
    deliver(content if content.endswith("\n") else f"{content}\n", None)
    if picture is not None:
        from tuneplan.report.charts.looks import Looks
        from tuneplan.report.charts.sweep_map import SWEEP_MAP, source_of

        deliver_looked(picture, SWEEP_MAP, [found], looks=Looks.of(found.strategies), source=source_of(found))
