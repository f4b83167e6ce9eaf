"""Groupings: what each way to group the tasks into models costs and delivers, and the front of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tuneplan.report.charts import axes
from tuneplan.report.charts.labels import Label, around, fitted
from tuneplan.report.charts.looks import COLOURS, INK, Look, Looks
from tuneplan.report.charts.registry import NothingToDraw, Told, chart
from tuneplan.report.words import points, share, signed_points, signed_usd, usd
from tuneplan.study.groupings.analysis import Against, Groupings, Standing
from tuneplan.study.groupings.known import strategies_among

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tuneplan.evidence.findings import Findings

MOST_TASKS = 12
"""Tasks up to which groupings are looked at unasked: beyond, it may take minutes."""
ONE_MODEL, ONE_A_TASK = "#08306B", "#DCE9F6"
"""Shades of marks: the fewer models the darker."""
MISSED = COLOURS[1]
"""Edges of what breaks the limits."""
DARK = 0.55
"""Lightness of a mark below which print on it is white."""
LONGEST, LETTERS = 46, 22
"""Letters of a grouping that is named in full, and of one task where it is not."""
MOST_OF_FRONT, MOST_NAMED, APART = 5, 8, 0.04
"""Groupings of the front that are named beside the best, one model, and one a task; that are named with the best of the rest, which
stand at least so far from all named ones. [share of the range of cost or of points]"""


def _unasked(findings: Findings) -> str:
    tasks = len(findings.run.scenario.tasks)
    return f"looking at the groupings of {tasks} tasks takes long; --chart groupings draws it, simulate groupings says more" if tasks > MOST_TASKS else ""


@chart(question="Which tasks should share a model?", of=("groupings",), height=lambda found: 4.6, unasked=_unasked)
def groupings(found: Groupings, *, ax: Axes, looks: Looks) -> Told:
    """All groupings as dots, the leaders as marks with their number of models, those that are strategies as these look elsewhere."""
    if len(found.scenario.tasks) < 2:
        raise NothingToDraw("one task has one grouping")
    if all(each.points.low == each.points.high == 0.0 for each in found.against):
        raise NothingToDraw("every grouping delivers the same; simulate groupings --like STRATEGY looks at groupings on the examples of a strategy")
    front, known = _front(found), strategies_among(found.scenario, found.like)
    _cloud(ax, found)
    ax.plot([each.cost.mean for each in front], [each.points.mean for each in front], color=INK, linewidth=1.2, zorder=2, label="_front")
    named = _named(found, front)
    for each in found.standings:
        _mark(ax, found, each, look=looks.by_name.get(known.get(each.name, "")), is_named=each in named)
    ax.margins(0.09, 0.12)
    axes.logarithmic(ax.xaxis, [each.cost.mean for each in found.standings])
    axes.money(ax.xaxis, "mean cost over the horizon")
    axes.points(ax.yaxis, "mean delivered score")
    ax.grid(axis="y")
    labels = [Label(text=_name(found, each, known.get(each.name, "")), x=each.cost.mean, y=each.points.mean, weight="bold" if each.name == found.best else "normal") for each in named]
    options = found.searched.screen.options
    dots = zip(options.cost.mean(axis=1).tolist(), options.points.mean(axis=1).tolist(), strict=True)
    around(ax, labels, avoid=[*dots, *((each.cost.mean, each.points.mean) for each in found.standings)], gap=10.0)
    return Told(title=_title(found), alt=_alt(found, front), note=_note(found, front, is_all_named=len(named) == len(found.standings)))


def _front(found: Groupings) -> list[Standing]:
    """Those of the leading ones that no other beats in both, the cheapest first."""
    return [each for each in found.standings if each.frontier.status == "frontier"]


def _cloud(ax: Axes, found: Groupings) -> None:
    """All that were looked at, shaded by their number of models."""
    options = found.searched.screen.options
    shades = [_shade(found, max(grouping) + 1) for grouping in found.searched.screen.groupings]
    ax.scatter(options.cost.mean(axis=1), options.points.mean(axis=1), s=9, c=shades, edgecolors="#9AA7B5", linewidths=0.3, zorder=1, rasterized=len(shades) > 300, label="_all")


def _shade(found: Groupings, models: int) -> tuple[float, ...]:
    from matplotlib.colors import to_rgb

    way = _way(found, models)
    return tuple((1.0 - way) * dark + way * light for dark, light in zip(to_rgb(ONE_MODEL), to_rgb(ONE_A_TASK), strict=True))


def _way(found: Groupings, models: int) -> float:
    """How far from one model to one a task. [share]"""
    return (models - 1) / max(len(found.scenario.tasks) - 1, 1)


def _mark(ax: Axes, found: Groupings, each: Standing, *, look: Look | None, is_named: bool) -> None:
    """A mark, with the number of models in it where it is named; broken edges where it breaks the limits."""
    models, is_best = len(each.groups), each.name == found.best
    colour = _shade(found, models) if look is None else look.colour
    ax.scatter(
        [each.cost.mean], [each.points.mean], s=190 if is_best else 120 if is_named else 30, color=[colour], label=f"_{each.name}",
        marker="o" if look is None else look.mark, edgecolors=INK if each.allowed else MISSED, linewidths=2.2 if is_best else 0.9,
        linestyles="-" if each.allowed else (0, (1.5, 1.0)), zorder=5 if is_best else 4 if is_named else 3,
    )  # fmt: skip
    if is_named:
        ax.text(
            each.cost.mean, each.points.mean, str(models), ha="center", va="center_baseline", fontsize=7.5 if is_best else 6.5, zorder=6,
            color="white" if _is_dark(colour) else INK,
        )  # fmt: skip


def _is_dark(colour: Any) -> bool:
    """Whether white is read on it better than ink, by the lightness of sRGB."""
    from matplotlib.colors import to_rgb

    red, green, blue = to_rgb(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue < DARK


def _named(found: Groupings, front: list[Standing]) -> list[Standing]:
    """The best, one model, one a task, then the front, both ends first, then the best of the rest, where there is room between names."""
    by_name = {each.name: each for each in found.standings}
    ends = [front[0], front[-1], *front[1:-1]] if front else []
    rest = sorted(found.standings, key=lambda each: (not each.allowed, -each.objective.mean, each.name))
    names = dict.fromkeys((found.best, found.unified, found.specialists, *(each.name for each in ends[:MOST_OF_FRONT])))
    named = [by_name[name] for name in names]
    options = found.searched.screen.options
    wide, high = (float(np.ptp(each.mean(axis=1))) for each in (options.cost, options.points))
    for each in rest:
        is_free = all(abs(each.cost.mean - one.cost.mean) > APART * wide or abs(each.points.mean - one.points.mean) > APART * high for one in named)
        named += [each] if is_free and len(named) < MOST_NAMED else []
    return named


def _name(found: Groupings, each: Standing, strategy: str) -> str:
    """What a grouping is called in the chart: its groups where they are short enough, and the strategy that it is."""
    best = ("best: " if each.allowed else "nearest: ") if each.name == found.best else ""
    ends = {found.unified: "one model", found.specialists: "one model a task"}
    name = f"{best}{ends.get(each.name, shortened(each))}"
    said = f"{name} ({strategy})" if strategy else name
    return fitted(said, letters=28)


def shortened(each: Standing) -> str:
    """A grouping, with long groups counted; what stands alone keeps its name where there is room.

    >>> from types import SimpleNamespace
    >>> def told(*groups): return shortened(SimpleNamespace(name=" | ".join(" + ".join(group) for group in groups), groups=groups))
    >>> told(("a", "b"), ("c",)), told(("answers", "translation", "summaries", "mail"), ("complaints",))
    ('a + b | c', 'answers and 3 more | complaints')
    >>> told(("a" * 40, "b"), ("c" * 20,)), told(("a" * 40, "b"), ("c" * 60, "d"))
    ('2 tasks | cccccccccccccccccccc', '2 models: 2, 2 tasks')
    """
    if len(each.name) <= LONGEST:
        return each.name
    sizes = [len(group) for group in each.groups]
    first = [group[0] if len(group) == 1 else f"{group[0]} and {len(group) - 1} more" for group in each.groups]
    alone = [fitted(group[0], letters=LETTERS, lines=1) if len(group) == 1 else f"{len(group)} tasks" for group in each.groups] if 1 in sizes else []
    fitting = [said for said in map(" | ".join, (first, alone)) if 0 < len(said) <= LONGEST]
    return fitting[0] if fitting else f"{len(each.groups)} models: {', '.join(map(str, sizes))} tasks"


def _title(found: Groupings) -> str:
    """The best, and what it has over one model for all, else over one model a task."""
    best = next(each for each in found.standings if each.name == found.best)
    name = {found.unified: "one model for all tasks", found.specialists: "one model a task"}.get(found.best, shortened(best))
    lead = f"Best grouping: {name}" if best.allowed else f"No grouping keeps the limits; nearest is {name}"
    against, other = _rival(found)
    return f"{lead}; {_difference(against)} {other}"


def _rival(found: Groupings) -> tuple[Against, str]:
    """The one that the best is held against, and what it is called: one model for all, where it isn't that itself."""
    name = found.unified if found.best != found.unified else found.specialists
    return next(each for each in found.against if each.name == name), "one model for all" if name == found.unified else "one model a task"


def _difference(each: Against) -> str:
    """Points and money beyond the other, paired."""
    close = " (too close to call)" if each.too_close else ""
    return f"{signed_points(each.points.mean)} points{close} and {signed_usd(each.usd.mean)} against"


def _alt(found: Groupings, front: list[Standing]) -> str:
    said = "; ".join(
        f"{each.name}: {usd(each.cost.mean)} (P10 to P90 {usd(each.cost.p10)} to {usd(each.cost.p90)}), {points(each.points.mean)} points, limits kept in {share(each.limits_met)}"
        for each in front
    )  # fmt: skip
    return f"Mean cost and delivered score of {len(found.searched.screen.groupings)} groupings; the front, the cheapest first: {said}."


def _note(found: Groupings, front: list[Standing], *, is_all_named: bool) -> str:
    against, other = _rival(found)
    parts = [
        f"Marks: leading groupings{', with their number of models' if is_all_named else '; those with a name hold their number of models'}",
        "line: the front" if len(front) > 1 else "",
        f"dots: {'all' if found.searched.complete else f'{len(found.searched.screen.groupings)}, found by a search,'} groupings"
        f"{f', under the words of {found.like}' if found.like else ''}, on draws of their own; the fewer models the darker.",
    ]
    broken = " Broken edges: it breaks the limits." if any(not each.allowed for each in found.standings) else ""
    return (
        f"{'; '.join(part for part in parts if part)}{broken} Differences are means on the same draws; against {other}, 90 %: "
        f"{signed_points(against.points.low)} to {signed_points(against.points.high)} points; P10 to P90: {signed_usd(against.usd.p10)} to {signed_usd(against.usd.p90)}."
    )
