"""Predicted against measured: published cases, and whether their bands hold as many of them as they say."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tuneplan.evidence.predicted import Predicted, Predictions
from tuneplan.report.charts import axes
from tuneplan.report.charts.looks import COLOURS, QUIET, Looks
from tuneplan.report.charts.registry import NothingToDraw, Told, chart
from tuneplan.report.charts.small_multiples import columns_of, grid
from tuneplan.report.words import share

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KINDS = {
    "head_to_head": ("unified minus specialist", "point", False),
    "unified_then_specialise": ("unified first minus specialist", "point", False),
    "training_time": ("training speed", "token/s/GPU", True),
    "training_memory": ("training memory", "GB", True),
    "serving": ("serving speed", "token/s", True),
    "learning_curve": ("learning curves", "loss", True),
}
"""Kind -> what it is, its unit, and whether errors are shares of what was measured."""
HELD, MISSED = COLOURS[0], COLOURS[1]
FEW = 60
"""Cases up to which bands are drawn at full strength."""
ROOM = 0.04
AROUND, SQUARES = 1.1, {1: 4.0, 2: 3.0, 3: 2.5, 4: 2.0, 5: 1.8}
"""Height of title and caption; panels beside each other -> height of a row. [inch]"""


def _height(count: int) -> float:
    """Panels are about square. [inch]"""
    columns = columns_of(count)
    return AROUND + SQUARES[columns] * math.ceil(count / columns)


@chart(question="How far are predictions of published cases off?", of=("validated",), height=lambda found: _height(len(_kinds(found))))
def predicted_measured(found: Predictions, *, ax: Axes, looks: Looks) -> Told:
    """A panel a kind: each case where it was measured and predicted, its 80 % band, the line on which both are equal."""
    kinds = _kinds(found)
    if not kinds:
        raise NothingToDraw("no published cases come with the tool")
    columns = columns_of(len(kinds))
    for place, (panel, (kind, cases)) in enumerate(zip(grid(ax, len(kinds)), kinds.items(), strict=True)):
        what, unit, is_ratio = KINDS.get(kind, (kind.replace("_", " "), "", False))
        _cases(panel, cases, is_ratio=is_ratio)
        panel.set_title(f"{what}\n{_held(cases)}", loc="left")
        ticks = 3 if columns > 2 else 5
        for axis, label in ((panel.xaxis, "measured"), (panel.yaxis, "predicted" if place % columns == 0 else "")):
            axes.counts(axis, label, unit if label else "", ticks=ticks)
    return Told(title=_title(kinds), alt=_alt(kinds), note=_note(found))


def _kinds(found: Predictions) -> dict[str, list[Predicted]]:
    """Cases by kind, those that were predicted from their inputs alone."""
    kinds: dict[str, list[Predicted]] = {kind: [] for kind in KINDS}
    for each in found.cases:
        if each.is_from_inputs:
            kinds.setdefault(each.kind, []).append(each)
    return {kind: cases for kind, cases in kinds.items() if cases}


def _cases(panel: Axes, cases: Sequence[Predicted], *, is_ratio: bool) -> None:
    ends = [end for each in cases for end in (each.lower, each.upper, each.measured)]
    low, high = min(ends), max(ends)
    if is_ratio:
        low, high = low * (low / high) ** ROOM, high * (high / low) ** ROOM
        panel.set_xscale("log")
        panel.set_yscale("log")
    else:
        air = ROOM * (high - low) or 1.0
        low, high = low - air, high + air
    panel.plot([low, high], [low, high], color=QUIET, linewidth=0.9, zorder=1, label="_equal")
    strength = 0.5 if len(cases) <= FEW else max(0.12, 0.5 * FEW / len(cases))
    for is_inside, colour, mark in ((True, HELD, "o"), (False, MISSED, "D")):
        some = [each for each in cases if each.inside == is_inside]
        measured = [each.measured for each in some]
        across, along = [], []
        for each in some:  # one broken line: a path for each would swell a file of vectors
            across += [each.measured, each.measured, math.nan]
            along += [each.lower, each.upper, math.nan]
        panel.plot(across, along, color=colour, alpha=strength, linewidth=0.9, zorder=2, label="_bands")
        panel.plot(
            measured, [each.predicted for each in some], mark, color=colour, markersize=2.6 if is_inside else 3.2, markeredgewidth=0.6,
            markerfacecolor=colour if is_inside else "white", alpha=0.75 if is_inside else 1.0, linestyle="none", zorder=3, label=f"_{'inside' if is_inside else 'outside'}",
        )  # fmt: skip
    panel.set_xlim(low, high)
    panel.set_ylim(low, high)


def _held(cases: Sequence[Predicted]) -> str:
    return f"{share(_share(cases))} of {len(cases)} held"


def _share(cases: Sequence[Predicted]) -> float:
    """Share of what was measured that lies inside its band."""
    return sum(each.inside for each in cases) / len(cases)


def _title(kinds: dict[str, list[Predicted]]) -> str:
    every = [each for cases in kinds.values() for each in cases]
    return f"80 % bands hold {share(_share(every))} of {len(every)} published measurements from {_sources(every)} papers and projects"


def _sources(cases: Sequence[Predicted]) -> int:
    return len({each.source for each in cases})


def _alt(kinds: dict[str, list[Predicted]]) -> str:
    said = "; ".join(f"{KINDS.get(kind, (kind,))[0]}: {_held(cases)}, {_sources(cases)} sources" for kind, cases in kinds.items())
    return f"Predicted against measured, by kind, with the share of measurements that 80 % bands hold: {said}."


def _note(found: Predictions) -> str:
    return (
        f"Predicted from inputs alone, nothing fitted to the case (a learning curve: from its smaller amounts). Lines: 80 % bands; hollow: outside; "
        f"grey: predicted as measured. The same for every study, made by tuneplan {found.version} with {found.draws} draws, seed {found.seed}: simulate validate."
    )
