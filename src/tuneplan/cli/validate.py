"""``simulate validate [FILES]``: published measurements, predicted and compared."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tuneplan.cli.analysis import FORMS, written
from tuneplan.cli.options import debuggable, with_warnings
from tuneplan.cli.output import deliver, warn
from tuneplan.errors import UsageError

if TYPE_CHECKING:
    from tuneplan.evidence.validation import Validation

DRAWS = 1024
GRADES = ("measured", "fitted", "assumed", "declared")


@click.command("validate", short_help="How accurate is it: published cases, predicted.")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--by", default="", metavar="COLUMN", help="Tell cases apart further: paper, source, relation, base_model, method, ...")
@click.option("--ledger", is_flag=True, help="Print every default instead: value, interval, unit, source, grade, date.")
@click.option("--grade", "grades", multiple=True, type=click.Choice(GRADES), help="Of the ledger, those of this grade; may be repeated.")
@click.option("--draws", type=int, default=DRAWS, metavar="N", show_default=True, help="Monte Carlo draws a prediction.")
@click.option("--seed", type=int, default=0, metavar="N", show_default=True, help="Equal seeds give equal results.")
@click.option("--format", "form", type=click.Choice(FORMS), default=None, help="How to print (text); csv: a row a prediction.")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=None, metavar="FILE", help="Write to a file; FILE.csv: the predictions, the summary is printed.")
@with_warnings
@debuggable
def command(
    files: Sequence[Path], by: str, ledger: bool, grades: Sequence[str], draws: int, seed: int, form: str | None, output: Path | None, strict: bool, quiet: bool
) -> None:
    """Predict published cases from their inputs alone, and say how far off: the bundled ones, or those of FILES.

    A case file is CSV, one measurement a row; see the README for its columns.
    """
    if ledger or grades:
        if files or by:
            raise UsageError("--ledger lists defaults and reads no cases; leave out files and --by")
        return deliver(_ledger(form or "text", grades), output)
    from tuneplan.cli.options import refuse
    from tuneplan.evidence.cases import bundled_cases, read_cases
    from tuneplan.evidence.validation import validate
    from tuneplan.study.design import monte_carlo

    cases, warnings = read_cases(files) if files else (bundled_cases(), ())
    if strict:
        refuse(warnings)
    result = validate(cases, monte_carlo(draws, seed=seed), by=by, bundled=not files)
    as_predictions = form is None and output is not None and output.suffix == ".csv"
    if as_predictions:
        deliver(_written("csv", result), output, sources=files)
    deliver(_written(form or "text", result), None if as_predictions else output, sources=files)
    if not quiet:
        warn(warnings)
    return None


def _ledger(form: str, grades: Sequence[str]) -> str:
    from tuneplan.report import ledger_of_defaults as report

    found = report.known(grades)
    return written(form, page=lambda: report.page(found), content=lambda: report.content(found), rows=lambda: report.rows(found))


def _written(form: str, result: Validation) -> str:
    from tuneplan.report import validation as report

    return written(form, page=lambda: report.page(result), content=lambda: report.content(result), rows=lambda: report.rows(result))
