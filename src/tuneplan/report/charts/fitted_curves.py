"""Learning curves that were fitted: what was measured, and how they go on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tuneplan.report.charts import axes
from tuneplan.report.charts.labels import fitted
from tuneplan.report.charts.looks import COLOURS, INK, Looks
from tuneplan.report.charts.registry import Chart, NothingToDraw, Told
from tuneplan.report.charts.small_multiples import columns_of, grid, height_of, is_in_last_row, is_left
from tuneplan.report.words import magnitude, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tuneplan.evidence.curves.records import CurveFit

MOST = 20
"""Curves that there is room for."""
BAND = (0.1, 0.5, 0.9)
TOWARDS_ZERO = 3.0
"""The base as it is stands this many times left of the fewest examples, as a logarithm has no 0."""


def fitted_curves(*records: Sequence[CurveFit], ax: Axes, looks: Looks) -> Told:
    """A panel a curve: points as measured, the band of what would be measured at more examples."""
    (fits,) = records
    shown = fits[:MOST]
    if not any(len(each.at) for each in shown):
        raise NothingToDraw("nothing was carried on; say at how many examples")
    count = len(shown)
    for place, (panel, each) in enumerate(zip(grid(ax, count), shown, strict=True)):
        _curve(panel, each)
        panel.set_xscale("log")
        axes.counts(panel.xaxis, "examples" if is_in_last_row(place, count) else "", ticks=3 if columns_of(count) > 2 else 5)
        axes.counts(panel.yaxis, each.curve.scale.unit if is_left(place, count) else "", ticks=5)
        panel.set_title(fitted(each.curve.name, letters=54 // columns_of(count)), loc="left")
        panel.grid(axis="y")
    more = f" {len(fits) - MOST} more curves stand in .to_frame()." if len(fits) > MOST else ""
    return Told(title=_title(fits), alt=_alt(shown), note=f"Bands hold 80 % of what a new measurement would show; hollow at the left: the base as it is.{more}")


def _curve(panel: Axes, found: CurveFit) -> None:
    """Points with their errors, then the median and the band."""
    curve, colour = found.curve, COLOURS[0]
    trained = [curve.examples[place] for place in curve.trained]
    at = [count if count > 0.0 else min(trained or [1.0]) / TOWARDS_ZERO for count in curve.examples]
    errors = curve.errors or (0.0,) * len(at)
    for x, y, error, count in zip(at, curve.values, errors, curve.examples, strict=True):
        panel.errorbar([x], [y], yerr=[error or np.nan], fmt="o", color=INK, markerfacecolor="white" if count == 0.0 else INK, markersize=4.5, elinewidth=1.0, zorder=5)
    known = np.flatnonzero(found.told)
    if len(known):
        low, middle, high = np.quantile(found.values[:, known], BAND, axis=0)
        panel.fill_between(found.at[known], low, high, color=colour, alpha=0.18, linewidth=0.0)
        panel.plot(found.at[known], middle, color=colour, marker=".", label="carried on")
        panel.errorbar(found.at[known], middle, yerr=[middle - low, high - middle], fmt="none", ecolor=colour, elinewidth=1.2, capsize=3.0)


def _title(fits: Sequence[CurveFit]) -> str:
    if len(fits) == 1 and fits[0].told.any():
        return f"{plain(fits[0].curve.name)} carried on: {_end(fits[0])}"
    return f"{len(fits)} learning curve{'' if len(fits) == 1 else 's'}, carried on with 80 % bands"


def _end(found: CurveFit) -> str:
    place = int(np.flatnonzero(found.told)[-1])
    low, middle, high = (f"{each:.3g}" for each in np.quantile(found.values[:, place], BAND))
    return f"{found.curve.scale.unit} {middle} ({low} to {high}) at {magnitude(float(found.at[place]))} examples"


def _alt(fits: Sequence[CurveFit]) -> str:
    said = [f"{each.curve.name}: {_end(each) if each.told.any() else 'not carried on'}" for each in fits]
    return f"Measured points of learning curves and how they go on. {'; '.join(said)}."


FITTED_CURVES = Chart(name="fitted-curves", question="How does each curve go on?", of=(), draw=fitted_curves, height=lambda fits: height_of(min(MOST, len(fits))))
"""Of curves that somebody brought: a study has none."""
