"""``simulate charts PATH -o DIR``: every chart as a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from tuneplan.cli.options import of_a_run, of_a_scenario, of_every_command, with_warnings
from tuneplan.cli.output import deliver, deliver_files, files_of, warn
from tuneplan.cli.run import NOTHING_FEASIBLE
from tuneplan.cli.study import findings_of
from tuneplan.cli.terminal import complain, paper_for
from tuneplan.errors import UsageError
from tuneplan.report.progress import progress

if TYPE_CHECKING:
    from tuneplan.report.charts.registry import Chart

FORMATS = ("png", "svg", "pdf")


def _names(context: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Charts, for shells that complete."""
    from tuneplan.report.charts import CHARTS

    return [CompletionItem(each.name, help=each.question) for each in CHARTS.values() if each.name.startswith(incomplete)]


@click.command("charts", short_help="Charts as PNG, SVG or PDF, each answering one question.")
@of_a_scenario
@click.option("--chart", "names", multiple=True, metavar="NAME", shell_complete=_names, help="Only this chart; may be repeated (all that have something to show).")
@click.option("--list", "is_list", is_flag=True, help="Name the charts and what each answers; draw nothing.")
@click.option("--format", "forms", default="png", show_default=True, metavar="png,svg,pdf", help="One format, or several with commas.")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("charts"), show_default=True, metavar="DIR", help="Folder to write to; made where it is missing.")
@of_a_run
@with_warnings
@of_every_command
def command(
    path: Path, changes: Sequence[str], scenario: str, names: Sequence[str], is_list: bool, forms: str, output: Path, draws: int | None, seed: int,
    strict: bool, quiet: bool,
) -> None:  # fmt: skip
    """Draw what a decision rests on, one file a chart, each with its draws, seed and scenario in the caption.

    Exit codes as of run: 4 when nothing meets the limits; charts are drawn all the same.
    """
    from tuneplan.report.charts.canvas import ready
    from tuneplan.report.charts.drawing import charts_named, drawn
    from tuneplan.report.charts.registry import NothingToDraw

    charts, kinds = charts_named(names), _formats(forms)
    if is_list:
        return deliver(_listed(charts), None)
    ready()
    findings, warnings = findings_of(path, changes=changes, scenario=scenario, draws=draws, seed=seed, strict=strict)
    made: dict[str, bytes] = {}
    left_out: list[str] = []
    without_font: set[str] = set()
    with progress() as say:
        for each in charts:
            say(f"drawing {each.name}")
            try:
                picture = drawn(each, findings, is_asked=bool(names))
            except NothingToDraw as reason:
                left_out.append(f"{each.name}: left out, {reason}")
                continue
            made |= {f"{each.name}.{kind}": picture.file(kind) for kind in kinds}
            without_font |= picture.without_font
    deliver_files(made, output, sources=files_of(findings.run.asked))
    for name in made:
        click.echo(str(output / name))
    if not quiet:
        warn(warnings)
        for line in left_out:
            complain(line)
        if without_font:
            complain(f"no font on this machine has {''.join(sorted(without_font)[:20])}: PNG and PDF show boxes; install one, such as Noto Sans, or take SVG")
    if findings.verdict.decision.best is None:
        raise SystemExit(NOTHING_FEASIBLE)
    return None


def _listed(charts: Sequence[Chart]) -> str:
    """Each chart and what it answers."""
    from tuneplan.report.layout import side_by_side

    wide = max(len(each.name) for each in charts)
    room = paper_for(None).room
    return "\n".join(line for each in charts for line in side_by_side(each.name, each.question, wide, room)) + "\n"


def _formats(text: str) -> list[str]:
    """Formats of a list with commas.

    Raises
    ------
    UsageError
        One of them is not known.
    """
    asked = [part.strip().lower() for part in text.split(",") if part.strip()]
    unknown = [part for part in asked if part not in FORMATS]
    if unknown or not asked:
        raise UsageError(f"--format: {', '.join(map(repr, unknown)) or 'nothing'} is none of {', '.join(FORMATS)}")
    return list(dict.fromkeys(asked))
