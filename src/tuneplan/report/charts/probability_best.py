"""How often each strategy is best: as the budget grows, and as a point is worth more."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tuneplan.axes import Array
from tuneplan.report.charts import axes
from tuneplan.report.charts.canvas import panels
from tuneplan.report.charts.labels import BEHIND, Label, around, at_ends
from tuneplan.report.charts.looks import FAINT, INK, Looks
from tuneplan.report.charts.names import fitted
from tuneplan.report.charts.registry import NothingToDraw, Told, chart
from tuneplan.report.words import in_words, listed, share, usd
from tuneplan.study.frontier.acceptability import OverValue
from tuneplan.study.frontier.analysis import FrontierStudy
from tuneplan.study.frontier.budgets import OverBudget

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SEEN = 0.03
"""Chance that a strategy has to reach somewhere to be drawn."""
MOST_SWITCHES = 5
"""Switches that get words."""
ONE_PANEL, TWO_PANELS = 3.9, 6.3
"""Heights of the figure. [inch]"""


def _height(study: FrontierStudy) -> float:
    return TWO_PANELS if _has_budgets(study) and _has_values(study) else ONE_PANEL


@chart(question="How often is each strategy best, at which budget and at which value of a point?", of=("frontier",), height=_height)
def probability_best(study: FrontierStudy, *, ax: Axes, looks: Looks) -> Told:
    """Chance to be best against the budget and against the value of a point, the frontier underneath."""
    kinds = [kind for kind, has in ((_over_budget, _has_budgets(study)), (_over_value, _has_values(study))) if has]
    if not kinds:
        raise NothingToDraw("there is nothing to choose between, at any budget or value of a point")
    for kind, panel in zip(kinds, panels(ax, rows=len(kinds)), strict=True):
        kind(study, panel, looks)
    return Told(title=_title(study), alt=_alt(study), note=_note(study))


def _has_budgets(study: FrontierStudy) -> bool:
    over = study.over_budget
    return len(over.limit[over.limit > 0.0]) > 1 and bool(over.feasible.any()) and len(over.strategies) > 1


def _has_values(study: FrontierStudy) -> bool:
    return int(study.over_value.among.sum()) > 1 and study.is_a_choice


def _over_budget(study: FrontierStudy, panel: Axes, looks: Looks) -> None:
    """Where examples are planned anew for each budget, points; else steps, as a chance changes only where somebody becomes feasible."""
    over = study.over_budget
    kept = over.limit > 0.0
    x, best = over.limit[kept], over.best[kept]
    chances = np.where(over.feasible, over.probability_best, np.nan)[:, kept]
    panel.set_xscale("log")
    style = {"marker": "o", "markersize": 4.0} if over.planned else {"drawstyle": "steps-post"}
    _curves(panel, over.strategies, x, chances, best, looks, **style)
    turns = [(float(over.limit[place]), over.strategies[index]) for place, index in _turns(over)]
    _words(panel, [(at, f"{fitted(name)}\nfrom {usd(at)}", name) for at, name in turns], looks, x=x, chances=chances)
    _own(panel, study.options.budget, f"your budget {usd(study.options.budget)}", x)
    axes.money(panel.xaxis, f"budget for {listed(list(study.covers))}")
    axes.shares(panel.yaxis, "chance to be best", ticks=5)


def _over_value(study: FrontierStudy, panel: Axes, looks: Looks) -> None:
    over = study.over_value
    x, chances = over.value[1:], over.probability_best[:, 1:]
    panel.set_xscale("log")
    _curves(panel, over.strategies, x, chances, over.best[1:], looks)
    known = [each for each in over.switches if not each.too_close]
    _words(panel, [(each.value, f"{fitted(over.strategies[each.after])}\nfrom {usd(each.value)} a point", over.strategies[each.after]) for each in known], looks, x=x, chances=chances)
    _own(panel, study.own_value, f"your value {usd(study.own_value)}", x)
    axes.money(panel.xaxis, f"worth of a delivered point over {study.months:.3g} months", per="point")
    axes.shares(panel.yaxis, "chance to be best", ticks=5)


def _curves(panel: Axes, names: Sequence[str], x: Array, chances: Array, best: Array, looks: Looks, **style: object) -> None:
    """A line a strategy, and below them the one of whoever is best on average."""
    panel.set_ylim(-0.03, 1.06)
    edge = (float(x[-1]) / float(x[0])) ** 0.015
    panel.set_xlim(float(x[0]) / edge, float(x[-1]) * edge)
    of_best = np.where(best >= 0, chances[np.maximum(best, 0), np.arange(len(x))], np.nan)
    panel.plot(x, of_best, color=FAINT, linewidth=8.0, solid_capstyle="butt", zorder=1.0, label="_frontier", drawstyle=str(style.get("drawstyle", "default")))
    ends = []
    for row in _seen(chances):
        look, name = looks[names[row]], names[row]
        panel.plot(x, chances[row], color=look.colour, linestyle=look.line, label=name, zorder=2.0, **style)  # type: ignore[arg-type]
        last = np.flatnonzero(np.isfinite(chances[row]))[-1]
        ends.append(Label(text=fitted(name), x=float(x[last]), y=float(chances[row, last]), colour=look.colour))
    at_ends(panel, ends)


def _seen(chances: Array) -> list[int]:
    """Strategies whose chance is worth a line somewhere."""
    return [row for row in range(len(chances)) if np.isfinite(chances[row]).any() and float(np.nanmax(chances[row])) >= SEEN]


def _turns(over: OverBudget) -> list[tuple[int, int]]:
    """Where another strategy is recommended than at the budget below: place and index."""
    found, before = [], -1
    for place, index in enumerate(over.recommended.tolist()):
        if index not in (before, -1):
            found.append((place, index))
        before = index
    return found


def _words(panel: Axes, turns: Sequence[tuple[float, str, str]], looks: Looks, *, x: Array, chances: Array) -> None:
    """From where on who is the choice, in words beside a thin line."""
    turns = [each for each in turns if x[0] <= each[0] <= x[-1]][:MOST_SWITCHES]
    for at, _, name in turns:
        panel.axvline(at, color=looks[name].colour, linewidth=0.8, linestyle=(0, (1, 1.5)), zorder=0.6, label="_switch")
    lines = [(float(one), float(each)) for row in _seen(chances) for one, each in zip(x, chances[row], strict=True) if np.isfinite(each)]
    around(panel, [Label(text=said, x=at, y=0.5, colour=looks[name].colour, size=7.5) for at, said, name in turns], avoid=lines)


def _own(panel: Axes, value: float, said: str, x: Array) -> None:
    """The scenario's own budget or value as a line."""
    if math.isnan(value) or not x[0] <= value <= x[-1]:
        return
    panel.axvline(value, color=INK, linewidth=1.0, linestyle=(0, (5, 2)), zorder=0.8, label="_own")
    panel.annotate(
        said, (value, 1.0), xycoords=("data", "axes fraction"), xytext=(3.0, -1.0), textcoords="offset points", fontsize=7.5, color=INK, va="top", bbox=BEHIND, zorder=5.0,
    )  # fmt: skip


def _title(study: FrontierStudy) -> str:
    """How sure the recommendation is, and from which value on another one would be."""
    decision, names, over = study.decision, study.options.strategies, study.over_value
    known = [each for each in over.switches if not each.too_close]
    turn = f"{names[known[-1].after]} is best on average from {usd(known[-1].value)} a point on" if known else ""
    if decision.best is None:
        said = f"Nothing meets the limits{'' if math.isnan(study.options.budget) else f' at {usd(study.options.budget)}'}"
    else:
        chance = decision.probability_best[decision.best]
        at = "" if math.isnan(study.options.budget) else f" at {usd(study.options.budget)}"
        said = f"That {names[decision.best]} is best{at} has a chance of {share(chance)} ({in_words(chance)})"
    return f"{said}; {turn}" if turn else said


def _alt(study: FrontierStudy) -> str:
    said = []
    if _has_budgets(study):
        over = study.over_budget
        turns = [f"{over.strategies[index]} from {usd(float(over.limit[place]))}" for place, index in _turns(over)]
        said.append(f"Recommended as the budget grows from {usd(float(over.limit[over.limit > 0.0][0]))} to {usd(float(over.limit[-1]))}: {listed(turns) or 'nobody'}.")
    if _has_values(study):
        said.append(_alt_of_values(study.over_value))
    return f"Chance to be best. {' '.join(said)}"


def _alt_of_values(over: OverValue) -> str:
    """Who is best how often at the ends and the middle of the values looked at."""
    rows = []
    for place in (1, len(over.value) // 2, len(over.value) - 1):
        chances = sorted(((float(over.probability_best[row, place]), name) for row, name in enumerate(over.strategies) if over.among[row]), reverse=True)
        rows.append(f"at {usd(float(over.value[place]))} a point {', '.join(f'{name} {share(chance)}' for chance, name in chances[:3])}")
    return f"As a point is worth more: {'; '.join(rows)}."


def _note(study: FrontierStudy) -> str:
    said = ["Broad grey line: the best on average, and how often it is best."]
    if _has_budgets(study):
        said.append("Plans are made anew for each budget marked." if study.over_budget.planned else "Examples are given, so a budget changes only who is feasible.")
    if not study.is_feasible and _has_values(study):
        said.append("By value, all that can be done are compared, as nothing meets the limits.")
    seen = {study.over_value.strategies[row] for row in _seen(study.over_value.probability_best)} if _has_values(study) else set()
    seen |= {study.over_budget.strategies[row] for row in _seen(np.where(study.over_budget.feasible, study.over_budget.probability_best, np.nan))} if _has_budgets(study) else set()
    rare = [name for name in study.options.strategies if name not in seen and name not in study.misfits]
    said += [f"Never above {share(SEEN)}, so not drawn: {listed(rare)}."] if rare else []
    said += [f"Can't be done, so absent: {listed(list(study.misfits))}."] if study.misfits else []
    return " ".join(said)
