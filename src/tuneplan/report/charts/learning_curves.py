"""Learning curves: what the examples of each task do for it, where the plan stands, what pilots measured."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tuneplan.report.charts import axes
from tuneplan.report.charts.labels import Label, at_ends, fitted
from tuneplan.report.charts.looks import INK, QUIET, Looks
from tuneplan.report.charts.registry import NothingToDraw, Told, chart
from tuneplan.report.charts.small_multiples import (
    columns_of,
    grid,
    height_of,
    is_in_last_row,
    is_left,
    is_lowest,
    is_right,
    shared,
)
from tuneplan.report.words import draws, listed, magnitude, points, signed_points
from tuneplan.study.apart import are_apart, stands_out
from tuneplan.study.learning_curves import LearningCurves, Line, TaskCurves

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LEVEL = 0.1
"""Points within which gains are told as one."""
MOST_TOLD = 3
"""Tasks whose gains the title gives one by one."""
ROOM = 0.06
"""Air above and below, as a share of what is shown."""


@chart(question="What would more examples of a task buy, and where does the plan stand?", of=("learning_curves",), height=lambda found: height_of(len(found.tasks)))
def learning_curves(found: LearningCurves, *, ax: Axes, looks: Looks) -> Told:
    """A panel a task: score against its own examples, every other task as planned."""
    if not found.tasks:
        raise NothingToDraw("no strategy is trained on examples of its own")
    count = len(found.tasks)
    heights = [_heights(found, each) for each in found.tasks]
    widths = [(math.log10(each.examples[0]), math.log10(each.examples[-1])) for each in found.tasks]
    of_all, along_all = shared(heights), shared(widths)
    for place, (panel, curves) in enumerate(zip(grid(ax, count), found.tasks, strict=True)):
        _lines(panel, found, curves, looks)
        _scales(panel, of_all or heights[place], along_all or widths[place], ticks=3 if columns_of(count) > 2 else 5)
        panel.set_title(fitted(curves.task, letters=54 // columns_of(count)), loc="left")
        panel.set_ylabel("score [point]" if is_left(place, count) else "")
        panel.set_xlabel("own examples" if is_in_last_row(place, count) else "")
        panel.tick_params(labelleft=is_left(place, count) or of_all is None, labelbottom=is_lowest(place, count) or along_all is None)
        if is_right(place, count):
            at_ends(panel, _ends(found, curves, looks))
    return Told(title=_title(found), alt=_alt(found), note=_note(found))


def _heights(found: LearningCurves, curves: TaskCurves) -> tuple[float, float]:
    """From the lowest to the highest that a panel shows, with some air."""
    shown = [curves.base, curves.ceiling, *(each.points for each in found.measured if each.task == curves.task)]
    for line in curves.lines:
        for each in line.points:
            shown += [each.p10, each.p90] if line.strategy in found.leading else [each.mean]
    low, high = min(shown), max(shown)
    air = ROOM * (high - low) or 1.0
    return low - air, high + air


def _lines(panel: Axes, found: LearningCurves, curves: TaskCurves, looks: Looks) -> None:
    for level, name in ((curves.base, "base"), (curves.ceiling, "ceiling")):
        panel.axhline(level, color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1, label=f"_{name}")
    for line in curves.lines:
        look, is_leading = looks[line.strategy], line.strategy in found.leading
        if is_leading and line.planned > 0.0:
            low, high = ([getattr(each, end) for each in line.points] for end in ("p10", "p90"))
            panel.fill_between(curves.examples, low, high, color=look.colour, alpha=0.12, linewidth=0.0, zorder=1.5, label=f"_band {line.strategy}")
            for edge in (low, high):
                panel.plot(curves.examples, edge, color=look.colour, linestyle=look.line, linewidth=0.5, alpha=0.6, zorder=1.6)
        panel.plot(
            curves.examples, [each.mean for each in line.points], color=look.colour, linestyle=look.line, linewidth=1.8 if is_leading else 1.2,
            zorder=3 if is_leading else 2, label=f"_{line.strategy}",
        )  # fmt: skip
        if line.planned > 0.0:
            here = curves.at(line.strategy, line.planned).mean
            panel.plot([line.planned], [here], look.mark, color=look.colour, markersize=6.5, markeredgecolor="white", zorder=5, label=f"_plan {line.strategy}")
    for each in (each for each in found.measured if each.task == curves.task):
        look_colour = looks[each.strategy].colour if any(line.strategy == each.strategy for line in curves.lines) else INK
        panel.errorbar(
            [each.examples], [each.points], yerr=[each.error], fmt="o", color=look_colour, markerfacecolor="white", markersize=4.5, markeredgewidth=1.2,
            elinewidth=1.0, zorder=6, label=f"_pilot {each.strategy}",
        )  # fmt: skip


def _scales(panel: Axes, height: tuple[float, float], along: tuple[float, float], *, ticks: int) -> None:
    panel.set_xscale("log")
    panel.set_xlim(10.0 ** along[0], 10.0 ** along[1])
    panel.set_ylim(*height)
    axes.counts(panel.xaxis, "", ticks=ticks)
    axes.points(panel.yaxis, "", ticks=5)
    panel.grid(axis="y")


def _ends(found: LearningCurves, curves: TaskCurves, looks: Looks) -> list[Label]:
    """Names at the ends of lines."""
    end = curves.examples[-1]
    named = [
        Label(text=fitted(line.strategy, letters=14), x=end, y=line.points[-1].mean, colour=looks[line.strategy].colour, size=7.5,
              weight="bold" if line.strategy in found.leading[:1] else "normal")
        for line in curves.lines
    ]  # fmt: skip
    return [*named, *(Label(text=name, x=end, y=level, colour=QUIET, size=7.5) for name, level in (("base", curves.base), ("ceiling", curves.ceiling)))]


def _title(found: LearningCurves) -> str:
    """What twice the examples would gain, task by task, or the least and the most; a task is named where it stands out."""
    leaders = listed(list(dict.fromkeys(each.leader for each in found.tasks)))
    gains = sorted(((each.doubled.mean, each.task) for each in found.tasks), reverse=True)
    if len(gains) <= MOST_TOLD:
        told = listed([f"{signed_points(gain)}{' points' if place == 0 else ''} on {task}" for place, (gain, task) in enumerate(gains)])
        return f"Twice the examples of a task would move {leaders} by {told}"
    (most, _), (least, _) = gains[0], gains[-1]
    if most - least < LEVEL or not are_apart([each.doubled for each in found.tasks]):
        return f"Twice the examples of a task would move {leaders} by about {signed_points(statistics.fmean(gain for gain, _ in gains))} points, whichever task it is"
    return f"Twice the examples of a task would move {leaders} by {signed_points(least)}{_where(found, min)} to {signed_points(most)} points{_where(found, max)}"


def _where(found: LearningCurves, pick: Callable[..., TaskCurves]) -> str:
    """The task that gains most or least, where simulation can tell it from all others."""
    one = pick(found.tasks, key=lambda each: each.doubled.mean)
    return f" ({one.task})" if stands_out(one.doubled, [each.doubled for each in found.tasks if each is not one]) else ""


def _alt(found: LearningCurves) -> str:
    """Every line in numbers: where it starts, where the plan stands, where it ends."""
    said = []
    for curves in found.tasks:
        first, last = (magnitude(curves.examples[place]) for place in (0, -1))
        lines = "; ".join(_said(curves, line) for line in curves.lines)
        said.append(f"{curves.task}, from {first} to {last} examples, base {points(curves.base)}, ceiling {points(curves.ceiling)}: {lines}.")
    return f"Mean score of each task against its own examples. {' '.join(said)}"


def _said(curves: TaskCurves, line: Line) -> str:
    first, last = line.points[0].mean, line.points[-1].mean
    if line.planned == 0.0:
        return f"{line.strategy} {points(first)}, not trained on it"
    here = curves.at(line.strategy, line.planned)
    return f"{line.strategy} {points(first)} to {points(last)}, {points(here.mean)} at {magnitude(line.planned)} as planned"


def _note(found: LearningCurves) -> str:
    banded = [name for name in found.leading if any(curves.line(name).planned > 0.0 for curves in found.tasks)]
    parts = [
        "Lines: mean score as examples of the task alone change, those of other tasks as planned; marks: the plan.",
        f"Bands: 80 %, of {listed(banded)}." if banded else "",
        "Dots with bars: your pilots and their standard errors, whatever was trained beside." if found.measured else "",
        _absent("strategy", "strategies", found.left_out), _absent("task", "tasks", found.tasks_left_out),
        f"On {draws(found.draws)} of their own.",
    ]
    return " ".join(part for part in parts if part)


def _absent(one: str, many: str, names: Sequence[str]) -> str:
    """What there was no room for."""
    if not names:
        return ""
    return f"Not shown: {listed(list(names)) if len(names) <= MOST_TOLD else f'{len(names)} more {many if len(names) > 1 else one}'}."
