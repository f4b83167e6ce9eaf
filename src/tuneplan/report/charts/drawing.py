"""Charts of a study: those asked for, or all that have something to show."""

from __future__ import annotations

from collections.abc import Iterable

from tuneplan.errors import UsageError
from tuneplan.evidence.findings import Findings
from tuneplan.report.charts import CHARTS
from tuneplan.report.charts.canvas import Drawn, draw
from tuneplan.report.charts.looks import Looks
from tuneplan.report.charts.registry import Chart, NothingToDraw, there
from tuneplan.report.words import draws, plain
from tuneplan.scenario.identity import fingerprint
from tuneplan.scenario.reading.complaints import advice, shown
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import AnyDesign
from tuneplan.study.run import Run
from tuneplan.version import __version__


def source_of(run: Run) -> str:
    """From what a chart was made: draws, seed, scenario, version."""
    return source_from(run.asked, run.design)


def source_from(scenario: Scenario, design: AnyDesign) -> str:
    """The same, of what no single run says."""
    return f"{plain(scenario.name)}: {draws(design.draws)}, seed {design.seed}, scenario {fingerprint(scenario)}, tuneplan {__version__}."


def looks_of(findings: Findings) -> Looks:
    """One look a strategy, in the order of the scenario."""
    return Looks.of(findings.run.scenario.strategies)


def charts_named(names: Iterable[str]) -> list[Chart]:
    """Charts by name; all where none is named.

    Raises
    ------
    UsageError
        No chart of that name; the nearest one is named.
    """
    asked = list(dict.fromkeys(names))
    unknown = [name for name in asked if name not in CHARTS]
    if unknown:
        raise UsageError("; ".join(f"no chart {shown(name)}{advice(name, tuple(CHARTS))}" for name in unknown))
    return [CHARTS[name] for name in asked or CHARTS]


def drawn(chart: Chart, findings: Findings, *, is_asked: bool = False) -> Drawn:
    """One chart of a study.

    Parameters
    ----------
    is_asked
        Whether somebody asked for this very chart, and waits for it.

    Raises
    ------
    NothingToDraw
        There is nothing to show, or it would take too long for a chart that nobody asked for.
    UsageError
        A chart that was asked for can't be made.
    """
    reason = "" if is_asked else chart.unasked(findings)
    if reason:
        raise NothingToDraw(reason)
    records = there(getattr(findings, name) for name in chart.of)
    return draw(chart, records, looks=looks_of(findings), source=source_of(findings.run))
