"""``--chart FILE`` of an analysis: the chart of what it found, beside what it prints."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from tuneplan.errors import UsageError
from tuneplan.report.files import write_whole

if TYPE_CHECKING:
    from tuneplan.evidence.findings import Findings
    from tuneplan.report.charts.looks import Looks
    from tuneplan.report.charts.registry import Chart
    from tuneplan.study.breakeven.asked import Loader
    from tuneplan.study.run import Run

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def with_chart(command: Decorated) -> Decorated:
    """Where to draw what was found: ``picture``. That it can be drawn, beside what ``-o`` names, is known before anything is run."""
    option = click.option(
        "--chart", "picture", type=click.Path(path_type=Path), default=None, metavar="FILE", callback=_checked,
        help="Draw it too: a file that ends in .png, .svg or .pdf.",
    )  # fmt: skip

    @wraps(command)
    def with_room_for_both(*given: Any, **named: Any) -> Any:
        _apart(named["picture"], named.get("output"))
        return command(*given, **named)

    return cast(Decorated, option(with_room_for_both))


def _apart(picture: Path | None, output: Path | str | None) -> None:
    """Make sure that the chart and the result are two files.

    Raises
    ------
    UsageError
        They are one.
    """
    if picture is not None and output is not None and are_one(picture, Path(output)):
        raise UsageError(f"--chart and --output: {picture} can't hold both the chart and the result; give one of them another name")


def are_one(picture: Path, output: Path) -> bool:
    """Whether two names are those of one file, as by a link."""
    try:
        return picture.resolve() == output.resolve() or (picture.exists() and output.exists() and picture.samefile(output))
    except (OSError, RuntimeError):  # what can't be followed is told of when it is written
        return False


def _checked(context: click.Context, param: click.Parameter, value: Path | None) -> Path | None:
    """A file that can be drawn.

    Raises
    ------
    UsageError
        Its name ends in another way, or matplotlib is not installed.
    """
    if value is None or context.resilient_parsing:
        return value
    from tuneplan.report.charts.canvas import FORMATS, ready

    if _form(value) not in FORMATS:
        raise UsageError(f"--chart: {value} does not end in {', '.join(f'.{each}' for each in FORMATS[:-1])} or .{FORMATS[-1]}")
    ready()
    return value


def _form(picture: Path) -> str:
    return picture.suffix.lower().removeprefix(".")


def findings_from(run: Run, load: Loader) -> Findings:
    """All that follows from a run that was made already."""
    from tuneplan.evidence.findings import Findings
    from tuneplan.study.verdict import verdict

    return Findings(verdict=verdict(run), load=load)


def deliver_chart(picture: Path | None, name: str, record: Any, findings: Callable[[], Findings], *, output: Path | None = None, sources: Iterable[Path | str] = ()) -> None:
    """Draw the first chart of a record into a file, or say on stderr why there is none.

    Parameters
    ----------
    name
        Of the record among findings.
    findings
        Where to take the other records of the chart from; made only if asked for.

    Raises
    ------
    UsageError
        As ``write_whole``.
    """
    if picture is None:
        return None
    from tuneplan.report.charts import CHARTS

    chart = next((each for each in CHARTS.values() if name in each.of), None)
    if chart is None:
        return click.echo(f"{picture}: not drawn, no chart shows this", err=True)
    whole = findings()
    records = [record if each == name else getattr(whole, each) for each in chart.of]
    return deliver_drawn(picture, chart, records, whole.run, output=output, sources=sources)


def deliver_drawn(picture: Path, chart: Chart, records: list[Any], run: Run, *, output: Path | None = None, sources: Iterable[Path | str] = ()) -> None:
    """The same with a chart and its records."""
    from tuneplan.report.charts.drawing import source_of
    from tuneplan.report.charts.looks import Looks

    taken = [] if output is None else [output]
    return deliver_looked(picture, chart, records, looks=Looks.of(run.scenario.strategies), source=source_of(run), sources=[*sources, *taken])


def deliver_looked(picture: Path, chart: Chart, records: list[Any], *, looks: Looks, source: str, sources: Iterable[Path | str] = ()) -> None:
    """The same with what strategies look like, and from what it was made."""
    from tuneplan.report.charts.canvas import draw
    from tuneplan.report.charts.registry import NothingToDraw, there

    try:
        drawn = draw(chart, there(records), looks=looks, source=source)
    except NothingToDraw as reason:
        return click.echo(f"{picture}: not drawn, {reason}", err=True)
    return write_whole(drawn.file(_form(picture)), picture, sources=sources)
