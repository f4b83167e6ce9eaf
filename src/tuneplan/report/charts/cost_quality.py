"""Cost against quality: clouds of draws, the frontier with its prices, the budget."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from tuneplan.report.charts import axes
from tuneplan.report.charts.labels import Label, around, at_ends, fitted
from tuneplan.report.charts.looks import INK, QUIET, Looks
from tuneplan.report.charts.registry import NothingToDraw, Told, chart
from tuneplan.report.tables import wrapped
from tuneplan.report.words import duration, listed, points, points_apart, share, usd
from tuneplan.scenario.schema import COMPONENTS
from tuneplan.study.frontier.analysis import FrontierStudy
from tuneplan.study.frontier.clouds import cloud
from tuneplan.study.frontier.cost_quality import FRONTIER, NOT_ALLOWED, NOT_POSSIBLE, Standing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ALL_DRAWS = 300
"""Draws shown in all, so that a file stays small."""
MOST_DRAWS = 60
"""Draws shown of one strategy."""
WORDS_UP_TO = 6
"""Places up to which each says what keeps it off the frontier, and what of it counts; beyond, the caption says it once."""
MOST_NAMED, MOST_STEPS, MOST_TWINS = 4, 2, 2
"""Names at one place; steps, and equals of one strategy, that the title tells."""
BUDGET_LETTERS = 28
"""Letters of a line beside the budget."""
PALE = 0.45
"""How strongly those are drawn that are off the frontier."""
SAMPLES = 41
"""Points of a step of the frontier that labels keep off."""


@chart(question="What does each strategy cost, and what does it deliver?", of=("frontier",), height=lambda study: 4.2)
def cost_quality(study: FrontierStudy, *, ax: Axes, looks: Looks) -> Told:
    """Clouds of draws, means on top, the frontier as a line with the price of each step."""
    rows = {each.name: index for index, each in enumerate(study.standings) if each.status != NOT_POSSIBLE}
    if not rows:
        raise NothingToDraw("no strategy can be done")
    groups = _alike([study.standings[index] for index in rows.values()])
    shown = [group[0] for group in groups]
    kept = sorted((each for each in shown if each.status == FRONTIER), key=lambda each: each.cost.mean)
    is_log = axes.logarithmic(ax.xaxis, [value for each in shown for value in (each.cost.low, each.cost.high, each.cost.mean)])
    for each in shown:
        _cloud(ax, study, each, row=rows[each.name], looks=looks, is_log=is_log, few=min(MOST_DRAWS, ALL_DRAWS // len(shown)))
    ax.plot([each.cost.mean for each in kept], [each.points.mean for each in kept], color=INK, linewidth=1.2, zorder=3.0, label="_frontier")
    ax.margins(0.06)
    _budget(ax, study, shown, looks)
    steps = _steps(kept, is_log=is_log)
    names = _names(study, groups, looks)
    first = sum(group[0].status == FRONTIER for group in groups) if len(groups) > WORDS_UP_TO else len(names)
    marks = [(each.cost.mean, each.points.mean) for each in shown]
    around(ax, [*names[:first], *(label for label, _ in steps)], avoid=[*marks, *(place for _, line in steps for place in line)])
    at_ends(ax, names[first:], led=True)
    axes.money(ax.xaxis, f"cost over {duration(study.months, 'month')}")
    axes.points(ax.yaxis, "delivered score")
    return Told(title=_title(study, kept), alt=_alt(study, kept), note=_note(study, len(shown)))


def _cloud(ax: Axes, study: FrontierStudy, each: Standing, *, row: int, looks: Looks, is_log: bool, few: int) -> None:
    """Rings and some draws of one strategy, and its mean."""
    look, strong = looks[each.name], each.status == FRONTIER
    found = cloud(study.options.cost[row], study.options.points[row], few=few, is_log=is_log)
    for ring, filled in zip(found.rings, (0.16, 0.07), strict=False):
        ax.fill(*ring, facecolor=look.colour, alpha=filled if strong else PALE * filled, linewidth=0.0, zorder=1.0)
        ax.plot(*ring, color=look.colour, alpha=0.55 if strong else 0.3, linewidth=0.6, zorder=1.1)
    ax.plot(*found.draws, linestyle="", marker=".", markersize=2.6, color=look.colour, alpha=0.45 if strong else 0.25, markeredgewidth=0.0, zorder=1.2)
    hollow = each.status == NOT_ALLOWED
    ax.plot(
        each.cost.mean, each.points.mean, look.mark, color=look.colour, markersize=7.0, zorder=4.0, label=each.name, alpha=1.0 if strong else 0.6,
        markerfacecolor="white" if hollow else look.colour, markeredgecolor=look.colour if hollow else "white", markeredgewidth=1.2 if hollow else 0.7,
    )  # fmt: skip


def _alike(standings: Sequence[Standing]) -> list[list[Standing]]:
    """Strategies that cost and deliver the same stand at one place, and share a mark."""
    groups: dict[tuple[str, str], list[Standing]] = {}
    for each in standings:
        groups.setdefault((f"{each.cost.mean:.9g}", f"{each.points.mean:.9g}"), []).append(each)
    return list(groups.values())


def _names(study: FrontierStudy, groups: Sequence[Sequence[Standing]], looks: Looks) -> list[Label]:
    """A label a place, the recommended one and the frontier's first; a few say what keeps them off the frontier."""
    best = "" if study.decision.best is None else study.decision.strategies[study.decision.best]
    made = []
    for group in sorted(groups, key=lambda group: (all(each.name != best for each in group), group[0].status != FRONTIER, group[0].cost.mean)):
        first, more = group[0], len(group) - MOST_NAMED
        names = [fitted(first.name), *(f"= {fitted(each.name)}" for each in group[1:MOST_NAMED]), *([f"= {more} more"] if more > 0 else [])]
        word = [first.status] if first.status != FRONTIER and len(groups) <= WORDS_UP_TO else []
        is_best = any(each.name == best for each in group)
        made.append(Label(
            text="\n".join([*names, *word]), x=first.cost.mean, y=first.points.mean, colour=looks[first.name].colour, weight="bold" if is_best else "normal",
        ))  # fmt: skip
    return made


def _steps(kept: Sequence[Standing], *, is_log: bool) -> list[tuple[Label, list[tuple[float, float]]]]:
    """The price of each step of the frontier at its middle, and points along it."""
    found = []
    for one, other in pairwise(kept):
        xs = (np.geomspace if is_log else np.linspace)(one.cost.mean, other.cost.mean, SAMPLES)
        ys = np.linspace(one.points.mean, other.points.mean, SAMPLES)
        if other.price is not None:
            said = f"{usd(other.price.mean)} a point"
            found.append((Label(text=said, x=float(xs[SAMPLES // 2]), y=float(ys[SAMPLES // 2]), size=7.5), list(zip(xs.tolist(), ys.tolist(), strict=True))))
    return found


def _budget(ax: Axes, study: FrontierStudy, shown: Sequence[Standing], looks: Looks) -> None:
    """The limit as a line, where there is one; where it covers only some costs, a tick for what of each strategy counts."""
    limit = study.options.budget
    if math.isnan(limit) or (limit <= 0.0 and ax.get_xscale() == "log"):
        return
    ax.axvline(limit, color=QUIET, linewidth=1.0, linestyle=(0, (4, 2)), zorder=0.5, label="_budget")
    low, high = (float(ax.transAxes.inverted().transform(ax.transData.transform((limit, 0.0)))[0]), 0.5)
    side, shift = ("left", 4.0) if low < high else ("right", -4.0)
    said = f"budget {usd(limit)}" + ("" if _covers_all(study) else f"\nfor {listed(list(study.covers))}")
    ax.annotate(
        "\n".join(row for line in said.split("\n") for row in wrapped(line, BUDGET_LETTERS)), (limit, 0.0), xycoords=("data", "axes fraction"),
        xytext=(shift, 4.0), textcoords="offset points", color=QUIET, fontsize=7, ha=side, va="bottom",
    )  # fmt: skip
    if _covers_all(study) or len(shown) > WORDS_UP_TO:
        return
    for each in shown:
        covered = study.options.covered[study.options.strategies.index(each.name)]
        counts = float(np.quantile(covered, study.options.limits.confidence))
        if counts > 0.0 or ax.get_xscale() == "linear":
            colour = looks[each.name].colour
            ax.plot([counts, each.cost.mean], [each.points.mean] * 2, color=colour, linewidth=0.9, linestyle=(0, (1, 1.5)), zorder=2.0, label="_covered")
            ax.plot(counts, each.points.mean, "|", color=colour, markersize=9.0, markeredgewidth=1.5, zorder=2.0, label="_covered")


def _covers_all(study: FrontierStudy) -> bool:
    """Whether the budget is for all that is paid: every component, or all but such as nothing is paid for."""
    return set(study.covers) >= set(COMPONENTS) or bool((study.options.covered == study.options.cost).all())


def _title(study: FrontierStudy, kept: Sequence[Standing]) -> str:
    if not kept:
        return "No strategy takes part"
    if not study.is_a_choice and len(names := _part(study)) > 1:
        return f"{listed(names)} are the same in cost and score, so take {'either' if len(names) == 2 else 'any'}: {points(kept[0].points.mean)} points for {usd(kept[0].cost.mean)} on average"
    first, *steps = kept
    if not steps and len(study.standings) > 1:
        among = "Within the limits " if any(each.status == NOT_ALLOWED for each in study.standings) else ""
        return f"{among}{_with_twins(study, first)} costs least and delivers most on average: {points(first.points.mean)} points for {usd(first.cost.mean)}"
    said = [_step(study, before, each) for before, each in pairwise(kept)]
    start = f"On average {_with_twins(study, first)} delivers {points(first.points.mean)} points for {usd(first.cost.mean)}"
    return "; ".join([start, *([listed(said[:MOST_STEPS])] if said else [])])


def _part(study: FrontierStudy) -> list[str]:
    """Names of those that are compared."""
    return [each.name for each in study.standings if each.status not in (NOT_ALLOWED, NOT_POSSIBLE)]


def _with_twins(study: FrontierStudy, each: Standing) -> str:
    """A name, with those that cost and deliver the same."""
    (group,) = [group for group in _alike([one for one in study.standings if one.status != NOT_POSSIBLE]) if each in group]
    twins = [one.name for one in group if one.name != each.name]
    if len(twins) > MOST_TWINS:
        return f"{each.name} ({len(twins)} others are the same)"
    return f"{each.name} (the same as {listed(twins)})" if twins else each.name


def _step(study: FrontierStudy, before: Standing, each: Standing) -> str:
    close = " (too close to call)" if each.too_close else ""
    price = "" if each.price is None else f" at {usd(each.price.mean)} each"
    return f"{_with_twins(study, each)} adds {points_apart(each.points.mean - before.points.mean)} points{price}{close}"


def _alt(study: FrontierStudy, kept: Sequence[Standing]) -> str:
    shown = sorted((each for each in study.standings if each.status != NOT_POSSIBLE), key=lambda each: each.cost.mean)
    said = "; ".join(
        f"{each.name}: {usd(each.cost.mean)} on average (P10-P90 {usd(each.cost.p10)} to {usd(each.cost.p90)}), {points(each.points.mean)} points "
        f"(P10-P90 {points(each.points.p10)} to {points(each.points.p90)}), {each.status}"
        for each in shown
    )
    limit = "" if math.isnan(study.options.budget) else f" The budget is {usd(study.options.budget)} for {listed(list(study.covers))}."
    return f"Cost against delivered score, the cheapest first. {said}. On the frontier: {listed([each.name for each in kept]) or 'nobody'}.{limit}"


def _note(study: FrontierStudy, places: int) -> str:
    """How to read it, who is absent."""
    said = ["Marks, and figures in the title, are means; rings hold 50 % and 90 % of draws."]
    if len({each.points.mean for each in study.standings if each.status == FRONTIER}) > 1:
        said.append("The line joins those that nothing beats on average, with the price of a point more.")
    if places > WORDS_UP_TO:
        said.append("Pale marks are dominated, hollow ones break the limits.")
    if not study.is_feasible:
        said.append(f"Nothing meets the limits with {share(study.options.limits.confidence)} confidence, so all that can be done are compared.")
    if not (math.isnan(study.options.budget) or _covers_all(study)):
        tick = f"; a tick shows what of each counts, kept in {share(study.options.limits.confidence)} of draws" if places <= WORDS_UP_TO else ""
        said.append(f"The axis holds all costs, the budget only some{tick}.")
    absent = [each.name for each in study.standings if each.status == NOT_POSSIBLE]
    said += [f"Can't be done, so absent: {listed(absent)}."] if absent else []
    return " ".join(said)
