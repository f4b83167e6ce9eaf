"""``simulate catalogue KIND``: what a scenario may name, with prices and their age."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tuneplan.cli.options import of_every_command, opened, written_as
from tuneplan.cli.output import deliver
from tuneplan.cli.terminal import paper_for
from tuneplan.errors import UsageError

if TYPE_CHECKING:
    from tuneplan.report.lines import Paper

KINDS = ("gpus", "models", "prices", "labels", "speeds")


@click.command("catalogue", short_help="GPUs, models, prices, with their age.")
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--of", "path", type=click.Path(path_type=Path), default=None, metavar="SCENARIO", help="Add the rows that a scenario brings.")
@click.option("--as-of", default=None, metavar="DATE", help="Day against which rows age (the scenario's, else today).")
@click.option("--sources", is_flag=True, help="Show every column, and where each row comes from.")
@written_as("text", "md", "csv", "json")
@of_every_command
def command(kind: str, path: Path | None, as_of: str | None, sources: bool, form: str, output: Path | None) -> None:
    """List GPUs, base models, prices, labels or speeds of the catalogue, with their age.

    A scenario may bring rows of its own: catalogue: {gpu_prices: [{gpu: ..., provider: ..., ...}]}.
    """
    own, said = ((), None) if path is None else _of_scenario(path)
    try:
        today = datetime.date.fromisoformat(as_of) if as_of is not None else said or datetime.date.today()
    except ValueError:
        raise UsageError(f'--as-of: "{as_of}" is not a date; write year-month-day, for example 2027-01-04') from None
    deliver(_written(kind, form, own=own, today=today, sources=sources, paper=paper_for(output)), output)


def _of_scenario(path: Path) -> tuple[tuple[object, ...], datetime.date | None]:
    """Rows that a scenario brings, and the day against which its prices age."""
    from tuneplan.scenario.cautions import date_of_prices

    scenario = opened(path)[0]
    return scenario.rows, date_of_prices(scenario)


def _written(kind: str, form: str, *, own: tuple[object, ...], today: datetime.date, sources: bool, paper: Paper) -> str:
    from tuneplan.report import facts
    from tuneplan.report.lines import titled
    from tuneplan.report.tables import as_text, with_markdown_title

    if form in ("json", "csv"):
        from tuneplan.report.data import plain_json, records_as_csv

        rows = list(facts.records(kind, own=own, today=today))  # type: ignore[arg-type]
        return plain_json(rows) if form == "json" else records_as_csv(rows)
    tables = facts.tables(kind, own=own, today=today, sources=sources or form == "md")  # type: ignore[arg-type]
    if form == "md":
        return "\n\n".join(map(with_markdown_title, tables)) + "\n"
    return "\n\n".join(f"{titled(table.title, paper)}\n\n{as_text(table, paper)}" for table in tables) + "\n"
