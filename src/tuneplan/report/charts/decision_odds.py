"""How sure the choice is: a hundred equally likely futures, and who is best in each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tuneplan.report.charts.canvas import panels
from tuneplan.report.charts.labels import fitted
from tuneplan.report.charts.looks import QUIET, Looks
from tuneplan.report.charts.registry import NothingToDraw, Told, chart
from tuneplan.report.words import listed, often, points, share, usd
from tuneplan.study.odds import FUTURES, Odds
from tuneplan.study.sensitivity.switching import FEWEST

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIDE = 10
"""Squares of a row."""
EDGE = 0.06
"""White around a square, on each side."""
MOST_SAID = 5
"""Strategies that are told by themselves; all others as one."""
OTHERS = "#C4C4C4"
"""Colour of those; no strategy has it."""
NAMED = 3
"""Of the others, by name."""


def _height(found: Odds) -> float:
    return 2.9 if len(_told(found)) <= MOST_SAID else 3.2


@chart(question="How sure is the choice, and what if it is wrong?", of=("odds",), height=_height)
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
    title = f"{best} is best {often(sure)}" + ("" if short is None else f"; else {_amount(found, short.median)} short (median)")
    said = "; ".join(f"{decision.strategies[row]}: best in {found.futures[row]} of {FUTURES}{_short(found, row)}" for row in told)
    grey = f"; grey: {_names_of_others(found)}" if len(told) > MOST_SAID else ""
    return Told(title=title, alt=f"A hundred squares, one an equally likely future, in the colour of the strategy that is best in it{grey}. {said}.", note=_note(found))


def _told(found: Odds) -> list[int]:
    """The recommended first, then by their chances."""
    decision = found.decision
    rows = [row for row, allowed in enumerate(decision.allowed) if allowed and decision.same_as[row] == row]
    return sorted(rows, key=lambda row: (row != decision.best, -decision.probability_best[row]))


def _squares(found: Odds, ax: Axes, looks: Looks) -> None:
    """Column by column from the left, the recommended first; those of one strategy are one shape, those of all who are not told by themselves another."""
    told, start = _told(found), 0
    for row in told[:MOST_SAID]:
        look = looks[found.decision.strategies[row]]
        start = _shape(start, found.futures[row], ax, facecolor=look.colour, hatch=look.hatch)
    _shape(start, sum(found.futures[row] for row in told[MOST_SAID:]), ax, facecolor=OTHERS)
    ax.set_xlim(0, SIDE)
    ax.set_ylim(0, SIDE)
    ax.set_aspect("equal", anchor="W")
    ax.set_axis_off()


def _shape(start: int, count: int, ax: Axes, **look: str) -> int:
    """So many squares from a place on, as one shape; the place after them."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path
    from matplotlib.transforms import Affine2D

    corners = [(place // SIDE + EDGE, SIDE - 1 - place % SIDE + EDGE) for place in range(start, start + count)]
    squares = [Path.unit_rectangle().transformed(Affine2D().scale(1.0 - 2.0 * EDGE).translate(*corner)) for corner in corners]
    if squares:
        ax.add_patch(PathPatch(Path.make_compound_path(*squares), edgecolor="white", linewidth=0.0, **look))
    return start + count


def _words(found: Odds, told: list[int], ax: Axes, looks: Looks) -> None:
    """Each strategy with its chance in words and what it gives up when it is not the best; the others as one, by name."""
    from matplotlib.patches import Rectangle

    ax.set_axis_off()
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    entries = [_entry(found, row, looks) for row in told[:MOST_SAID]]
    entries += [_entry_of_others(found, told)] if len(told) > MOST_SAID else []
    step = 1.0 / len(entries)
    for at, (look, first, second) in zip(np.linspace(1.0, 0.0, len(entries) + 1)[:-1].tolist(), entries, strict=True):
        middle = at - min(step, 0.25) / 2.0
        ax.add_patch(Rectangle((0.0, middle - 0.04), 0.045, 0.08, edgecolor="white", linewidth=0.0, **look))
        ax.text(0.07, middle, first, va="bottom", fontsize=9, fontweight="bold" if at == 1.0 else "normal")
        ax.text(0.07, middle - 0.015, second, va="top", fontsize=8, color=QUIET)


def _entry(found: Odds, row: int, looks: Looks) -> tuple[dict[str, Any], str, str]:
    """Look and lines of one strategy."""
    name = found.decision.strategies[row]
    chance = _chance(found.decision.probability_best[row])
    look = {"facecolor": looks[name].colour, "hatch": looks[name].hatch}
    return look, f"{fitted(name, letters=40, lines=1)}: {chance}", _short(found, row).removeprefix(", ") or "never falls short"


def _entry_of_others(found: Odds, told: list[int]) -> tuple[dict[str, Any], str, str]:
    """The same of all others together."""
    chance = sum(found.decision.probability_best[row] for row in told[MOST_SAID:])
    one = len(told) == MOST_SAID + 1
    return {"facecolor": OTHERS}, f"{'another' if one else f'one of {len(told) - MOST_SAID} others'}: {_chance(chance)}", _names_of_others(found)


def _names_of_others(found: Odds) -> str:
    """Who they are, the likeliest first."""
    names = [found.decision.strategies[row] for row in _told(found)[MOST_SAID:]]
    more = len(names) - NAMED
    return listed([*(fitted(name, letters=18, lines=1) for name in names[:NAMED]), *([f"{more} more"] if more > 0 else [])])


def _chance(value: float) -> str:
    return f"best {often(value)} ({share(value)})"


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
    out = sum(not each for each in decision.allowed)
    said += [f"{out} that break{'s' if out == 1 else ''} the limits {'is' if out == 1 else 'are'} left out."] if out else []
    return " ".join(said)
