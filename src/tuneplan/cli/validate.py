"""``simulate validate [FILES]``: published measurements, predicted and compared."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tuneplan.cli.analysis import FORMS, written
from tuneplan.cli.options import of_every_command, with_warnings
from tuneplan.cli.output import deliver, warn
from tuneplan.cli.terminal import paper_for
from tuneplan.errors import UsageError
from tuneplan.report.lines import PLAIN, Paper
from tuneplan.report.progress import progress

if TYPE_CHECKING:
    from tuneplan.evidence.cases import Case
    from tuneplan.study.design import Design

DRAWS, PILOT_DRAWS = 1024, 256
GRADES = ("measured", "fitted", "assumed", "declared")


@click.command("validate", short_help="How accurate is it: published cases, predicted.")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--by", default="", metavar="COLUMN", help="Tell cases apart further: paper, source, relation, base_model, method, ...")
@click.option("--pilots", default="", metavar="0,1,2,4", help="So many pairs of each paper teach the priors, the rest of it is predicted.")
@click.option("--repeats", type=click.IntRange(1, 1000), default=None, metavar="N", help="Random choices of pilots in each paper (5).")
@click.option("--ablate", is_flag=True, help="Switch off each part of the law in turn.")
@click.option("--ledger", is_flag=True, help="Print every default instead: value, interval, unit, source, grade, date.")
@click.option("--grade", "grades", multiple=True, type=click.Choice(GRADES), help="Of the ledger, those of this grade; may be repeated.")
@click.option("--draws", type=int, default=None, metavar="N", help="Monte Carlo draws a prediction (1024; 256 with --pilots).")
@click.option("--seed", type=int, default=0, metavar="N", show_default=True, help="Equal seeds give equal results.")
@click.option("--format", "form", type=click.Choice(FORMS), default=None, help="How to print (text); csv: a row a prediction.")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=None, metavar="FILE", help="Write to a file; FILE.csv: the predictions, and the summary is printed.")
@with_warnings
@of_every_command
def command(
    files: Sequence[Path], by: str, pilots: str, repeats: int | None, ablate: bool, ledger: bool, grades: Sequence[str], draws: int | None,
    seed: int, form: str | None, output: Path | None, strict: bool, quiet: bool,
) -> None:  # fmt: skip
    """Predict published cases from their inputs alone, and say how far off: the bundled ones, or those of FILES.

    A case file is CSV, one measurement a row; see the README for its columns.
    """
    asked = {"--pilots": bool(pilots), "--ablate": ablate, "--ledger": ledger or bool(grades), "--by": bool(by)}
    _one_of(asked, files=bool(files), repeats=repeats)
    if asked["--ledger"]:
        return deliver(_ledger(form or "text", grades, paper_for(output)), output)
    from tuneplan.cli.options import refuse
    from tuneplan.evidence.cases import bundled_cases, read_cases
    from tuneplan.evidence.costs.told import strange_cards
    from tuneplan.study.design import monte_carlo

    cases, warnings = read_cases(files) if files else (bundled_cases(), ())
    warnings = (*warnings, *strange_cards(cases))
    if strict:
        refuse(warnings)
    design = monte_carlo((PILOT_DRAWS if pilots else DRAWS) if draws is None else draws, seed=seed)
    if pilots:
        result, report = _with_pilots(cases, pilots, design, repeats)
    elif ablate:
        result, report = _ablated(cases, design)
    else:
        result, report = _validated(cases, design, by=by, bundled=not files)
    ending = "" if output is None else output.suffix.lower()
    as_predictions = form is None and ending == ".csv"
    form = form or {".json": "json", ".md": "md"}.get(ending)
    if as_predictions:
        deliver(_written("csv", result, report), output, sources=files)
    printed = None if as_predictions else output
    deliver(_written(form or "text", result, report, paper_for(printed)), printed, sources=files)
    if not quiet:
        warn(warnings)
    return None


def _one_of(asked: dict[str, bool], *, files: bool, repeats: int | None) -> None:
    """Refuse options that do not go together.

    Raises
    ------
    UsageError
        Two of them ask for different things.
    """
    given = [name for name, is_asked in asked.items() if is_asked]
    if len(given) > 1:
        raise UsageError(f"{' and '.join(given)} ask for different things; give one of them")
    if asked["--ledger"] and files:
        raise UsageError("--ledger lists defaults and reads no cases; leave out the files")
    if repeats is not None and not asked["--pilots"]:
        raise UsageError("--repeats says how often pilots are chosen; give --pilots too, for example --pilots 0,1,2,4")


def _validated(cases: Sequence[Case], design: Design, *, by: str, bundled: bool) -> tuple[Any, Any]:
    from tuneplan.evidence.validation import validate
    from tuneplan.report import validation as report

    with progress() as say:
        told = lambda kind, count: say(f"{kind.replace('_', ' ')}: {count} cases")  # noqa: E731
        return validate(cases, design, by=by, bundled=bundled, told=told), report


def _with_pilots(cases: Sequence[Case], pilots: str, design: Design, repeats: int | None) -> tuple[Any, Any]:
    from tuneplan.evidence.pilots import REPEATS, counts_of, with_pilots
    from tuneplan.report import pilots as report

    counts = counts_of(pilots)
    with progress() as say:
        told = lambda paper, repeat: say(f"{paper}, choice {repeat + 1}")  # noqa: E731
        return with_pilots(cases, counts, design, repeats=repeats or REPEATS, told=told), report


def _ablated(cases: Sequence[Case], design: Design) -> tuple[Any, Any]:
    from tuneplan.evidence.head_to_head.ablation import ablations
    from tuneplan.report import ablation as report

    with progress() as say:
        return ablations(cases, design, told=lambda part: say(f"without {part}")), report


def _ledger(form: str, grades: Sequence[str], paper: Paper) -> str:
    from tuneplan.report import ledger_of_defaults as report

    return _written(form, report.known(grades), report, paper)


def _written(form: str, result: Any, report: Any, paper: Paper = PLAIN) -> str:
    """A result in the words of its report: a module with ``page``, ``content`` and ``rows``."""
    return written(form, page=lambda: report.page(result), content=lambda: report.content(result), rows=lambda: report.rows(result), paper=paper)
