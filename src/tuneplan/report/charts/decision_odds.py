"""How sure the choice is: a hundred equally likely futures, and who is best in each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tuneplan.report.charts.canvas import panels
from tuneplan.report.charts.labels import fitted
from tuneplan.report.charts.looks import QUIET, Looks
from tuneplan.report.charts.registry import NothingToDraw, Told, chart
from tuneplan.report.words import often, points, share, usd
from tuneplan.study.odds import FUTURES, Odds
from tuneplan.study.sensitivity.switching import FEWEST

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIDE = 10
"""Squares of a row."""
EDGE = 0.06
"""White around a square, on each side."""
MOST_SAID = 5
"""Strategies that are told in words; the others are counted."""


@chart(question="How sure is the choice, and what if it is wrong?", of=("odds",), height=lambda found: 2.9)
def decision_odds(found: Odds, *, ax: Axes, looks: Looks) -> Told:
    """A square a future, in the colour of who is best in it; beside it what each gives up when it is not."""
    decision = found.decision
    if decision.best is None:
        raise NothingToDraw("nothing meets the limits")
    if sum(decision.allowed) < 2:
        raise NothingToDraw(f"no other strategy than {decision.strategies[decision.best]} meets the limits")
    if found.draws < FEWEST:
        raise NothingToDraw(f"chances are not to be told from so few draws: {FEWEST} at least")
    told = _told(found)
    if len(told) < 2:
        raise NothingToDraw("all strategies that meet the limits come out the same")
    squares, words = panels(ax, columns=2, width_ratios=[1.0, 1.75])
    _squares(found, squares, looks)
    _words(found, told, words, looks)
    best = decision.strategies[decision.best]
    sure = found.decision.probability_best[decision.best]
    short = found.given_up[decision.best]
    title = f"{best} comes out best {often(sure)}" + ("" if short is None else f"; else it falls {_amount(found, short.median)} short")
    said = "; ".join(f"{decision.strategies[row]}: best in {found.futures[row]} of {FUTURES}{_short(found, row)}" for row in told)
    return Told(title=title, alt=f"A hundred squares, one an equally likely future, in the colour of the strategy that is best in it. {said}.", note=_note(found))


def _told(found: Odds) -> list[int]:
    """The recommended first, then by their chances."""
    decision = found.decision
    rows = [row for row, allowed in enumerate(decision.allowed) if allowed and decision.same_as[row] == row]
    return sorted(rows, key=lambda row: (row != decision.best, -decision.probability_best[row]))


def _squares(found: Odds, ax: Axes, looks: Looks) -> None:
    """Column by column from the left, the recommended first; those of one strategy are one shape."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path
    from matplotlib.transforms import Affine2D

    start = 0
    for row in _told(found):
        places = range(start, start + found.futures[row])
        start += found.futures[row]
        corners = [(place // SIDE + EDGE, SIDE - 1 - place % SIDE + EDGE) for place in places]
        squares = [Path.unit_rectangle().transformed(Affine2D().scale(1.0 - 2.0 * EDGE).translate(*corner)) for corner in corners]
        if squares:
            look = looks[found.decision.strategies[row]]
            ax.add_patch(PathPatch(Path.make_compound_path(*squares), facecolor=look.colour, hatch=look.hatch, edgecolor="white", linewidth=0.0))
    ax.set_xlim(0, SIDE)
    ax.set_ylim(0, SIDE)
    ax.set_aspect("equal", anchor="W")
    ax.set_axis_off()


def _words(found: Odds, told: list[int], ax: Axes, looks: Looks) -> None:
    """Each strategy with its chance in words and what it gives up when it is not the best."""
    from matplotlib.patches import Rectangle

    ax.set_axis_off()
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    shown = told[:MOST_SAID]
    for at, row in zip(np.linspace(1.0, 0.0, len(shown) + 1)[:-1], shown, strict=True):
        name = found.decision.strategies[row]
        look = looks[name]
        step = 1.0 / len(shown)
        middle = float(at) - min(step, 0.25) / 2.0
        ax.add_patch(Rectangle((0.0, middle - 0.04), 0.045, 0.08, facecolor=look.colour, hatch=look.hatch, edgecolor="white", linewidth=0.0))
        chance = f"best {often(found.decision.probability_best[row])} ({share(found.decision.probability_best[row])})"
        ax.text(0.07, middle, f"{fitted(name, letters=40, lines=1)}: {chance}", va="bottom", fontsize=9, fontweight="bold" if row == found.decision.best else "normal")
        ax.text(0.07, middle - 0.015, _short(found, row).removeprefix(", ") or "never falls short", va="top", fontsize=8, color=QUIET)


def _short(found: Odds, row: int) -> str:
    """What it gives up in those futures in which it is not the best."""
    short = found.given_up[row]
    if short is None:
        return ""
    low = usd(short.p10) if found.decision.unit == "USD" else points(short.p10)
    return f", else {_amount(found, short.median)} short ({low} to {_amount(found, short.p90)})"


def _amount(found: Odds, value: float) -> str:
    return usd(value) if found.decision.unit == "USD" else f"{points(value)} points"


def _note(found: Odds) -> str:
    decision = found.decision
    said = [f"Each square is one of {FUTURES} equally likely futures. Short: median, and P10 to P90, of what is missed in {decision.objective} against the best of that future."]
    more = len(_told(found)) - MOST_SAID
    said += [f"{more} more meet the limits."] if more > 0 else []
    out = sum(not each for each in decision.allowed)
    said += [f"{out} that break{'s' if out == 1 else ''} the limits {'is' if out == 1 else 'are'} left out."] if out else []
    return " ".join(said)
