"""How often each strategy is best: as the budget grows, and as a point is worth more."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tuneplan.axes import Array
from tuneplan.report.charts import axes
from tuneplan.report.charts.canvas import panels
from tuneplan.report.charts.labels import BEHIND, Label, along, around, at_ends
from tuneplan.report.charts.looks import FAINT, INK, Looks
from tuneplan.report.charts.names import fitted
from tuneplan.report.charts.registry import NothingToDraw, Told, chart
from tuneplan.report.tables import wrapped
from tuneplan.report.words import duration, in_words, listed, share, usd, usd_at_least
from tuneplan.study.frontier.acceptability import OverValue
from tuneplan.study.frontier.analysis import FrontierStudy
from tuneplan.study.verdict import enough_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SEEN = 0.03
"""Chance that a strategy has to reach somewhere to be drawn."""
MOST_SWITCHES = 5
"""Switches that get words."""
HEIGHT = 3.7
"""Of the figure: low enough to be printed as wide as a column. [inch]"""
NAME_LETTERS, AXIS_LETTERS = 15, 32
"""Letters of a line of a name and below an axis, so that two panels find room beside one another."""
HEIGHTS = (0.5, 0.72, 0.36)
"""Of the words at one upright line after another."""
PIECES = 20
"""Places along an upright line that words keep off."""


@chart(question="How often is each strategy best, at which budget and at which value of a point?", of=("frontier",), height=lambda study: HEIGHT)
def probability_best(study: FrontierStudy, *, ax: Axes, looks: Looks) -> Told:
    """Chance to be best against the budget and against the value of a point, whoever is the choice underneath."""
    if len(same := _all_the_same(study)) > 1:
        raise NothingToDraw(f"{listed(same)} are the same in cost and score")
    kinds = [kind for kind, has in ((_over_budget, _has_budgets(study)), (_over_value, _has_values(study))) if has]
    if not kinds:
        raise NothingToDraw("there is nothing to choose between, at any budget or value of a point")
    named: set[str] = set()
    places = panels(ax, columns=len(kinds), wspace=0.05)
    for kind, panel in reversed(list(zip(kinds, places, strict=True))):  # names stand once, at the right
        named |= kind(study, panel, looks, named)
    for panel in places[1:]:
        panel.set_ylabel("")
    return Told(title=_title(study), alt=_alt(study), note=_note(study))


def _all_the_same(study: FrontierStudy) -> list[str]:
    """Strategies that can be done, where all of them cost and deliver the same in every draw; else nobody."""
    options, rows = study.options, np.flatnonzero(study.options.limits.possible)
    is_same = all(np.allclose(each[rows], each[rows][:1], rtol=1e-9, atol=0.0) for each in (options.cost, options.points))
    return [options.strategies[row] for row in rows] if is_same else []


def _has_budgets(study: FrontierStudy) -> bool:
    over = study.over_budget
    return len(over.limit[over.limit > 0.0]) > 1 and bool(over.feasible.any()) and len(over.strategies) > 1


def _has_values(study: FrontierStudy) -> bool:
    return int(study.over_value.among.sum()) > 1 and study.is_a_choice


def _over_budget(study: FrontierStudy, panel: Axes, looks: Looks, named: set[str]) -> set[str]:
    """Where examples are planned anew for each budget, points; else steps, as a chance changes only where somebody becomes feasible."""
    over = study.over_budget
    kept = over.limit > 0.0
    x, path = over.limit[kept], over.recommended[kept]
    chances = np.where(over.feasible, over.probability_best, np.nan)[:, kept]
    panel.set_xscale("log")
    style = {"marker": "o", "markersize": 4.0} if over.planned else {"drawstyle": "steps-post"}
    names = _curves(panel, over.strategies, x, chances, path, looks, named, **style)
    said: list[Label] = []
    lines: list[tuple[float, str]] = []
    for at, name, words in _turns(study):
        is_start = at <= float(x[0])  # who leads where the axis starts took over somewhere before
        height = float(chances[over.strategies.index(name), 0]) if is_start else HEIGHTS[len(lines) % len(HEIGHTS)]
        said.append(Label(text=fitted(name, letters=NAME_LETTERS) + ("" if is_start else f"\n{words}"), x=at, y=height, colour=looks[name].colour, size=7.5))
        lines += [] if is_start else [(at, name)]
    _own(panel, study.options.budget, f"your budget\n{usd(study.options.budget)}", x)
    _words(panel, said, lines, looks, x=x, chances=chances)
    axes.money(panel.xaxis, _below(f"budget for {listed(list(study.covers))}"), ticks=4)
    axes.shares(panel.yaxis, "chance to be best", ticks=5)
    return names


def _over_value(study: FrontierStudy, panel: Axes, looks: Looks, named: set[str]) -> set[str]:
    over = study.over_value
    x, chances = over.value[1:], over.probability_best[:, 1:]
    panel.set_xscale("log")
    names = _curves(panel, over.strategies, x, chances, _path(over)[1:], looks, named)
    known = [(each.value, over.strategies[each.after]) for each in over.switches if not each.too_close and x[0] <= each.value <= x[-1]]
    _own(panel, study.own_value, f"your value\n{usd(study.own_value)}", x)
    said = [
        Label(text=f"{fitted(name, letters=NAME_LETTERS)}\nfrom {usd(at)} a point", x=at, y=HEIGHTS[place % len(HEIGHTS)], colour=looks[name].colour, size=7.5)
        for place, (at, name) in enumerate(known)
    ]  # fmt: skip
    _words(panel, said, known, looks, x=x, chances=chances)
    axes.money(panel.xaxis, _below(f"worth of a delivered point over {duration(study.months, 'month')}"), per="point", ticks=4)
    axes.shares(panel.yaxis, "chance to be best", ticks=5)
    return names


def _below(words: str) -> str:
    return "\n".join(wrapped(words, AXIS_LETTERS))


def _path(over: OverValue) -> Array:
    """Whoever is best on average, as far as draws can tell: where they can't, the cheaper one before stays. Index, ``(value,)``"""
    path = np.full(len(over.value), over.best[0])
    for each in over.switches:
        if not each.too_close:
            path[over.value >= each.value] = each.after
    return path


def _curves(panel: Axes, names: Sequence[str], x: Array, chances: Array, path: Array, looks: Looks, named: set[str], **style: object) -> set[str]:
    """A line a strategy, and below them that of whoever is the choice; names at the ends of those that have none yet. Who is drawn."""
    panel.set_ylim(-0.03, 1.2)
    edge = (float(x[-1]) / float(x[0])) ** 0.02
    panel.set_xlim(float(x[0]) / edge, float(x[-1]) * edge)
    of_path = np.where(path >= 0, chances[np.maximum(path, 0), np.arange(len(x))], np.nan)
    panel.plot(x, of_path, color=FAINT, linewidth=8.0, solid_capstyle="butt", zorder=1.0, label="_frontier", drawstyle=str(style.get("drawstyle", "default")))
    ends = []
    for row in _seen(chances):
        look, name = looks[names[row]], names[row]
        panel.plot(x, chances[row], color=look.colour, linestyle=look.line, label=name, zorder=2.0, **style)  # type: ignore[arg-type]
        last = np.flatnonzero(np.isfinite(chances[row]))[-1]
        ends.append((name, Label(text=fitted(name, letters=NAME_LETTERS), x=float(x[last]), y=float(chances[row, last]), colour=look.colour)))
    at_ends(panel, [label for name, label in ends if name not in named])
    return {name for name, _ in ends}


def _seen(chances: Array) -> list[int]:
    """Strategies whose chance is worth a line somewhere."""
    return [row for row in range(len(chances)) if np.isfinite(chances[row]).any() and float(np.nanmax(chances[row])) >= SEEN]


def _turns(study: FrontierStudy) -> list[tuple[float, str, str]]:
    """Where another strategy is recommended than at the budget below: budget, who, in words.

    Where plans are made anew, a turn lies somewhere below the first budget that shows it; where nothing meets the
    limits, what would be enough is known from the draws at hand, and stands for the first one.
    """
    over, found, before = study.over_budget, [], -1
    enough = _enough(study)
    for place, index in enumerate(over.recommended.tolist()):
        if index not in (before, -1):
            at, name = float(over.limit[place]), over.strategies[index]
            least = enough.get(name, math.nan)
            if over.planned and before == -1 and place > 0 and float(over.limit[place - 1]) < least <= at:
                found.append((least, name, f"from {usd_at_least(least)}"))
            else:
                found.append((at, name, f"by {usd(at)}" if over.planned else f"from {usd_at_least(at)}"))
        before = index
    return found


def _enough(study: FrontierStudy) -> dict[str, float]:
    """Where nothing meets the limits: strategy -> the budget that would do. [USD]"""
    return {} if study.is_feasible else dict(zip(study.options.strategies, enough_for(study.options), strict=True))


def _words(panel: Axes, said: Sequence[Label], turns: Sequence[tuple[float, str]], looks: Looks, *, x: Array, chances: Array) -> None:
    """From where on who is the choice, in words beside a thin line."""
    for at, name in turns[:MOST_SWITCHES]:
        panel.axvline(at, color=looks[name].colour, linewidth=0.8, linestyle=(0, (1, 1.5)), zorder=0.6, label="_switch")
    curves = [place for row in _seen(chances) for place in along(x, chances[row], logs=(True, False))]
    upright = [(at, height) for at, _ in turns for height in np.linspace(0.0, 1.1, PIECES).tolist()]
    for each in around(panel, said[:MOST_SWITCHES], avoid=[*curves, *upright]):
        each.set_in_layout(False)  # they stay within the axes, which are not to give way


def _own(panel: Axes, value: float, said: str, x: Array) -> None:
    """The scenario's own budget or value as a line."""
    if math.isnan(value) or not x[0] <= value <= x[-1]:
        return
    panel.axvline(value, color=INK, linewidth=1.0, linestyle=(0, (5, 2)), zorder=0.8, label="_own")
    is_right = float(np.log(value / x[0])) > 0.55 * float(np.log(x[-1] / x[0]))
    made = panel.annotate(
        said, (value, 1.0), xycoords=("data", "axes fraction"), xytext=(-3.0 if is_right else 3.0, 0.0), textcoords="offset points", fontsize=7.5, color=INK,
        va="top", ha="right" if is_right else "left", bbox=BEHIND, zorder=5.0, linespacing=1.05,
    )  # fmt: skip
    made.set_in_layout(False)


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
        turns = [f"{name} {words}" for _, name, words in _turns(study)]
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
    said = ["Broad grey line: who is recommended at a budget, who is best on average at a value, and how often it is best."]
    if _has_values(study) and any(each.too_close for each in study.over_value.switches):
        said.append("Where draws can't tell two on average apart, it stays with the cheaper.")
    if _has_budgets(study):
        said.append("Plans are made anew for each budget marked, so a change lies below the first mark that shows it." if study.over_budget.planned else "Examples are given, so a budget changes only who is feasible.")
    if not study.is_feasible and _has_values(study):
        said.append("By value, all that can be done are compared, as nothing meets the limits.")
    seen = {study.over_value.strategies[row] for row in _seen(study.over_value.probability_best)} if _has_values(study) else set()
    seen |= {study.over_budget.strategies[row] for row in _seen(np.where(study.over_budget.feasible, study.over_budget.probability_best, np.nan))} if _has_budgets(study) else set()
    rare = [name for name in study.options.strategies if name not in seen and name not in study.misfits]
    said += [f"Never above {share(SEEN)}, so not drawn: {listed(rare)}."] if rare else []
    said += [f"Can't be done, so absent: {listed(list(study.misfits))}."] if study.misfits else []
    return " ".join(said)
