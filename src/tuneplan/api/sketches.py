"""Charts of what no study as it stands has: they are drawn where somebody asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tuneplan.api.plots import Sketch
from tuneplan.evidence.findings import Findings
from tuneplan.report.charts.drawing import looks_of, source_from, source_of
from tuneplan.report.charts.grid import SWEEP
from tuneplan.report.charts.looks import Looks
from tuneplan.report.charts.registry import CHARTS
from tuneplan.report.words import draws
from tuneplan.study.grid import Grid
from tuneplan.version import __version__

if TYPE_CHECKING:
    from tuneplan.evidence.curves.records import CurveFit
    from tuneplan.evidence.validation import Validation
    from tuneplan.study.breakeven.analysis import BreakEven
    from tuneplan.study.groupings.analysis import Groupings


def sketch_of_grid(found: Grid) -> Sketch:
    """The chart of a sweep."""
    looks = Looks.of(found.strategies)
    return Sketch(chart=SWEEP, records=lambda: [found], looks=looks, source=source_from(found.scenario, found.design))


def sketches_of_breakeven(found: BreakEven, findings: Findings) -> list[Sketch]:
    """The chart of one input turned."""
    from tuneplan.report.charts.break_even import BREAK_EVEN

    return [Sketch(chart=BREAK_EVEN, records=lambda: [found], looks=looks_of(findings), source=source_of(findings.run))]


def sketches_of_validation(found: Validation) -> list[Sketch]:
    """The chart of published cases."""

    def records() -> list[Any]:
        from tuneplan.evidence.predicted import as_csv, read_predictions

        return [read_predictions(as_csv(found))]

    source = f"{draws(found.design.draws)}, seed {found.design.seed}, tuneplan {__version__}."
    return [Sketch(chart=CHARTS["predicted-measured"], records=records, looks=Looks.of(()), source=source)]


def sketches_of_groupings(found: Groupings) -> list[Sketch]:
    """The chart of groupings, whichever study was asked."""
    source = source_from(found.scenario, found.design)
    return [Sketch(chart=CHARTS["groupings"], records=lambda: [found], looks=Looks.of(found.scenario.strategies), source=source)]


def sketches_of_curves(found: Sequence[CurveFit], seed: int) -> list[Sketch]:
    """The chart of fitted curves."""
    from tuneplan.report.charts.fitted_curves import FITTED_CURVES

    source = f"{len(found[0].values)} draws, seed {seed}, tuneplan {__version__}."
    return [Sketch(chart=FITTED_CURVES, records=lambda: [found], looks=Looks.of(()), source=source)]
