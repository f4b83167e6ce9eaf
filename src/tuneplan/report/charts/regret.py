"""What the wrong choice would cost: expected regret of each strategy, and the least of it, what knowing would be worth."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from tuneplan.axes import Array
from tuneplan.report.charts import axes
from tuneplan.report.charts.labels import Label, along, around, at_ends
from tuneplan.report.charts.looks import FAINT, INK, QUIET, Looks
from tuneplan.report.charts.names import fitted, readable
from tuneplan.report.charts.registry import NothingToDraw, Told, chart
from tuneplan.report.words import amount, duration, listed, usd
from tuneplan.study.frontier.acceptability import OverValue
from tuneplan.study.frontier.analysis import FrontierStudy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW, REST = 0.32, 1.9
"""Height of a strategy's row where there is no axis of values, and of everything else. [inch]"""
CURVES = 4.1
"""Height with that axis. [inch]"""
SHOWN, SHOWN_OF_LEAST, SHOWN_AT_MOST = 300.0, 10.0, 1e5
"""Largest regret over the smallest shown, and the largest of the best on average over it; no more than the third."""
BELOW = 0.1
"""Where a regret of nothing goes: out of sight, a tenth of the least shown."""
BELOW_TOLD = 0.5
"""How far the axis goes on below the figure that the title gives, as a share of it."""
MOST_SWITCHES, AT_TOP = 4, 0.7
"""Switches that get words, and where these stand, as a share of the largest regret shown."""


def _height(study: FrontierStudy) -> float:
    return CURVES if _has_values(study) else REST + ROW * max(2, sum(study.decision.allowed))


@chart(question="What does the wrong choice cost on average, and what would it be worth to know better?", of=("frontier",), height=_height)
def regret(study: FrontierStudy, *, ax: Axes, looks: Looks) -> Told:
    """Regret against the value of a point; of each strategy at the scenario where no value makes a difference."""
    return _over_value(study, ax, looks) if _has_values(study) else _at_scenario(study, ax, looks)


def _has_values(study: FrontierStudy) -> bool:
    """Whether the value of a point makes a difference: it changes who is best, the scenario gives one, or nothing meets the limits."""
    turns = any(not each.too_close for each in study.over_value.switches) or not math.isnan(study.own_value) or not study.is_feasible
    return turns and int(study.over_value.among.sum()) > 1 and study.is_a_choice


def _over_value(study: FrontierStudy, ax: Axes, looks: Looks) -> Told:
    """Lines over the value of a point, both by powers of ten: regrets of the best and the worst are that far apart."""
    over = study.over_value
    x, least, rows = over.value[1:], over.perfect_information[1:], np.flatnonzero(over.among).tolist()
    top = float(over.regret[rows][:, 1:].max())
    told = _told_at(study)
    at, worth = float(study.milestones.value[told]), float(study.milestones.perfect_information[told])
    floor = max(min(top / SHOWN, float(least.max()) / SHOWN_OF_LEAST, *([BELOW_TOLD * worth] if worth > 0.0 else [])), top / SHOWN_AT_MOST)
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.fill_between(x, BELOW * floor, np.maximum(least, BELOW * floor), color=FAINT, linewidth=0.0, label="_perfect information")
    for row in rows:
        look = looks[over.strategies[row]]
        ax.plot(x, np.maximum(over.regret[row, 1:], BELOW * floor), color=look.colour, linestyle=look.line, label=over.strategies[row])
    ax.set_xlim(float(x[0]), float(x[-1]))
    ax.set_ylim(floor, 1.6 * top)
    at_ends(ax, [_end(x, np.maximum(over.regret[row, 1:], floor), over.strategies[row], looks) for row in rows])
    _evpi(ax, at, worth, study, floor)
    _marks(ax, study, x)
    axes.money(ax.xaxis, f"worth of a delivered point over {duration(study.months, 'month')}", per="point")
    axes.money(ax.yaxis, "expected regret")
    return Told(title=_title(study), alt=_alt(study), note=_note(study, floor))


def _end(x: Array, curve: Array, name: str, looks: Looks) -> Label:
    return Label(text=fitted(name), x=float(x[-1]), y=float(curve[-1]), colour=looks[name].colour)


def _evpi(ax: Axes, at: float, worth: float, study: FrontierStudy, floor: float) -> None:
    """What knowing would be worth at the value that the title speaks of: a dot on the edge of the grey area."""
    over = study.over_value
    if worth < floor or not over.value[1] <= at <= over.value[-1]:
        return
    ax.plot(at, worth, "o", color=INK, markersize=4.5, zorder=4.0, clip_on=False, label="_told")
    around(ax, [Label(text=f"EVPI {usd(worth)}\nat {usd(at)} a point", x=at, y=worth, size=7.5)], avoid=_curves(over))


def _marks(ax: Axes, study: FrontierStudy, x: Array) -> None:
    """The scenario's own value, and where the best on average changes, in words at the top."""
    top, over, said = ax.get_ylim()[1], study.over_value, []
    for each in [each for each in over.switches if not each.too_close and x[0] <= each.value <= x[-1]][:MOST_SWITCHES]:
        ax.axvline(each.value, color=QUIET, linewidth=0.8, linestyle=(0, (1, 1.5)), zorder=0.6, label="_switch")
        said.append(Label(text=f"{fitted(over.strategies[each.after])} best\nfrom {usd(each.value)}", x=each.value, y=AT_TOP * top, colour=QUIET, size=7.5))
    if x[0] <= study.own_value <= x[-1]:
        ax.axvline(study.own_value, color=INK, linewidth=1.0, linestyle=(0, (5, 2)), zorder=0.8, label="_own")
        said.append(Label(text=f"your value {usd(study.own_value)}", x=study.own_value, y=AT_TOP * top, size=7.5))
    around(ax, said, avoid=_curves(over))


def _curves(over: OverValue) -> list[tuple[float, float]]:
    """Places along the lines, close enough that no word fits between two."""
    lost = np.where(over.regret > 0.0, over.regret, np.nan)[:, 1:]
    return [place for row in np.flatnonzero(over.among) for place in along(over.value[1:], lost[row], logs=(True, True))]


def _at_scenario(study: FrontierStudy, ax: Axes, looks: Looks) -> Told:
    """A dot a strategy, in what is decided by."""
    decision = study.decision
    rows = [row for row, allowed in enumerate(decision.allowed) if allowed and math.isfinite(decision.regret[row])]
    if len(rows) < 2 or not study.is_a_choice:
        raise NothingToDraw("there is nothing to choose between")
    order = sorted(rows, key=lambda row: decision.regret[row])
    for place, row in enumerate(order):
        look, name = looks[decision.strategies[row]], decision.strategies[row]
        ax.hlines(place, 0.0, decision.regret[row], color=look.colour, linewidth=1.2, alpha=0.6)
        ax.plot(decision.regret[row], place, look.mark, color=look.colour, label=name)
        ax.annotate(
            amount(decision.regret[row], decision.unit), (decision.regret[row], place), xytext=(6.0, 0.0), textcoords="offset points", va="center", fontsize=8,
            color=readable(look.colour),
        )  # fmt: skip
    ax.set_yticks(range(len(order)), [fitted(decision.strategies[row]) for row in order])
    ax.set_ylim(len(order) - 0.5, -0.5)
    ax.set_xlim(0.0, 1.15 * max(decision.regret[row] for row in order) or 1.0)
    ax.tick_params(axis="y", length=0.0, labelcolor=INK)
    (axes.money if decision.unit == "USD" else axes.points)(ax.xaxis, "expected regret")
    said = "; ".join(f"{decision.strategies[row]} {amount(decision.regret[row], decision.unit)}" for row in order)
    first, second = (decision.strategies[row] for row in order[:2])
    title = f"Choosing {first} loses {amount(decision.regret[order[0]], decision.unit)} on average against knowing beforehand; {second} {amount(decision.regret[order[1]], decision.unit)}"
    return Told(title=title, alt=f"Expected regret of each strategy that meets the limits: {said}.", note=f"By {study.options.name}, as no value of a point changes the choice.")


def _told_at(study: FrontierStudy) -> int:
    """Place in the milestones of the value that a title speaks of: the scenario's own, else the first switch, else the middle."""
    known = [each.value for each in study.over_value.switches if not each.too_close]
    told = study.own_value if not math.isnan(study.own_value) else known[0] if known else study.milestones.value[len(study.milestones.value) // 2]
    return int(np.abs(study.milestones.value - told).argmin())


def _title(study: FrontierStudy) -> str:
    """The loss at the scenario's own value; else what knowing would be worth where the choice is hardest."""
    over, place = study.milestones, _told_at(study)
    at, worth = usd(float(over.value[place])), usd(float(over.perfect_information[place]))
    switch = next((each for each in study.over_value.switches if not each.too_close and each.value == over.value[place]), None)
    if switch is not None:
        return f"Where {over.strategies[switch.before]} and {over.strategies[switch.after]} are equally good, at {at} a point, knowing beforehand would be worth {worth}"
    best = over.strategies[int(over.best[place])]
    loss, other = min((float(over.regret[row, place]), over.strategies[row]) for row in np.flatnonzero(over.among).tolist() if row != over.best[place])
    return f"At {at} a point choosing {best} loses {worth} on average against knowing beforehand; {other} {usd(loss)}"


def _alt(study: FrontierStudy) -> str:
    over = study.milestones
    rows = []
    for place, value in enumerate(over.value.tolist()):
        parts = ", ".join(f"{over.strategies[row]} {usd(float(over.regret[row, place]))}" for row in np.flatnonzero(over.among).tolist())
        rows.append(f"at {usd(value)} a point: {parts}")
    return f"Expected regret of each strategy by value of a point. {'; '.join(rows)}."


def _note(study: FrontierStudy, floor: float) -> str:
    said = ["Regret: what is lost on average against choosing with hindsight, draw by draw. Grey: that of the best on average, so the most that knowing more can be worth (EVPI), which hangs on the value of a point."]
    said += [f"Regrets below {usd(floor)} are out of sight."] if bool((study.over_value.regret < floor).any()) else []
    if not study.is_feasible:
        said.append("All that can be done are compared, as nothing meets the limits.")
    outside = [name for name, among in zip(study.over_value.strategies, study.over_value.among.tolist(), strict=True) if not among]
    said += [f"Not compared, as they break the limits or can't be done: {listed(outside)}."] if outside else []
    return " ".join(said)
