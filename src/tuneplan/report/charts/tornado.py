"""A tornado: how far each input by itself moves the difference between the two leading strategies, and who wins there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tuneplan.report.charts.axes import money, points
from tuneplan.report.charts.input_names import in_plain_words, names_of
from tuneplan.report.charts.looks import FAINT, INK, QUIET, Looks
from tuneplan.report.charts.registry import NothingToDraw, Told, chart
from tuneplan.report.charts.rows import BAR, Rows
from tuneplan.report.flips import value_in_words, where
from tuneplan.report.words import in_words, listed, plain, share, signed_points, signed_usd
from tuneplan.study.decision import LEVEL
from tuneplan.study.sensitivity.analysis import Effect, Sensitivity
from tuneplan.study.sensitivity.switching import FEWEST
from tuneplan.study.sensitivity.tornado import End

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_ROWS = 10
"""Bars; of more inputs it is said how many."""
ROUNDING = 1e-9
"""Relative size of what is nothing but rounding."""
UNDER = 0.17
"""Room for what is said of the dashed line. [inch]"""
SMALL = 7.0
"""Size of the values at the ends of bars. [point of type]"""
LETTER = 0.013
"""Width of such a letter, as a share of that of the axes."""
HALVES = 0.23
"""Thickness of two bars, one above the other, each with its value beside it. [inch]"""
LUCKY = 0.01
"""Share of the variance from which it is told that an input acts through luck alone."""
NEAR = 1.5
"""Zero is shown where it lies within so many widths of all bars."""


def _height(found: Sensitivity) -> float:
    return 1.6 + max(_rows(_shown(found)).height, 0.8)


@chart(question="Which input, all else at its median, would change who wins?", of=("sensitivity",), height=_height)
def tornado(found: Sensitivity, *, ax: Axes, looks: Looks) -> Told:
    """Each input at both ends of its 90 % interval, all else at its median; coloured by who is recommended there."""
    shown = _shown(found)
    if not shown:
        raise NothingToDraw("no input moves the difference of the two leading strategies")
    rows = _rows(shown)
    _limits(found, shown, ax)
    for at, effect in zip(rows.centres, shown, strict=True):
        _bar(effect, found.nominal.difference, at, ax, looks)
        _switches(effect, found.nominal.difference, at, ax)
    _sides(found, ax, looks)
    rows.put_beside(ax, below=UNDER)
    label = f"{found.best} less {found.against}: {found.objective}"
    (money if found.unit == "USD" else points)(ax.xaxis, label)
    return Told(title=_title(found), alt=_alt(found, shown), note=_note(found, shown))


def _moving(found: Sensitivity) -> list[Effect]:
    """Inputs that move the difference by more than rounding, the longest bars first."""
    size = max(abs(found.nominal.difference), found.difference.high - found.difference.low)
    moving = [each for each in found.effects if _reach(each, found.nominal.difference) > ROUNDING * size]
    return sorted(moving, key=lambda each: (-_reach(each, found.nominal.difference), each.input.name))


def _shown(found: Sensitivity) -> list[Effect]:
    """The longest bars, those first at an end of which another is chosen, however short."""
    moving = _moving(found)
    turning = {each.input.name for each in _turning(found, moving)}
    first = sorted(moving, key=lambda each: each.input.name not in turning)
    kept = {each.input.name for each in first[:MOST_ROWS]}
    return [each for each in moving if each.input.name in kept]


def _rows(shown: Sequence[Effect]) -> Rows:
    names = names_of([each.input.label for each in shown])
    return Rows.of([_named(each, names[each.input.label]) for each in shown])


def _reach(effect: Effect, nominal: float) -> float:
    """Length of a bar, which holds what holds when nothing is moved."""
    ends = (effect.low.difference, effect.high.difference, nominal)
    return max(ends) - min(ends)


def _bars(effect: Effect, nominal: float) -> list[tuple[End, float, float, int]]:
    """Ends of an input, the lower one first, each with what its bar is above the middle of the row, its thickness, and the side on which its value
    stands: where both lie on one side, one bar above the other. [inch]"""
    ends = (effect.low, effect.high)
    lengths = [end.difference - nominal for end in ends]
    if lengths[0] * lengths[1] > 0.0:
        side = 1 if lengths[0] > 0.0 else -1
        return [(end, shift * HALVES / 4.0, HALVES / 2.0, side) for end, shift in zip(ends, (-1.0, 1.0), strict=True)]
    low_is_right = effect.low.difference > effect.high.difference
    return [(end, 0.0, BAR, 1 if (end is effect.low) == low_is_right else -1) for end in ends]


def _bar(effect: Effect, nominal: float, at: float, ax: Axes, looks: Looks) -> None:
    """From nominal to each end, the input's value typed where its bar ends."""
    for end, shift, thick, side in _bars(effect, nominal):
        look = looks[end.winner]
        ax.barh(
            at + shift, end.difference - nominal, left=nominal, height=thick, color=look.colour, hatch=look.hatch, edgecolor="white", linewidth=0.4,
        )  # fmt: skip
        ax.annotate(
            _value(effect, end), (end.difference, at + shift), xytext=(4 * side, 0), textcoords="offset points", ha="left" if side > 0 else "right",
            va="center_baseline", fontsize=SMALL, color=QUIET, annotation_clip=False, zorder=0.9,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4},
        )  # fmt: skip


def _value(effect: Effect, end: End) -> str:
    """A value with its unit; of what has none, which end it is."""
    if effect.input.quantity is None or np.isnan(end.value):
        return "all low" if end is effect.low else "all high"
    return value_in_words(end.value, effect.input.quantity.unit)


def _switches(effect: Effect, nominal: float, at: float, ax: Axes) -> None:
    """Where along the bar the recommendation flips."""
    if effect.input.quantity is None:
        return
    known = sorted({(effect.low.value, effect.low.difference), (effect.input.quantity.distribution.median, nominal), (effect.high.value, effect.high.difference)})
    values, heights = zip(*known, strict=True)
    for flip in effect.switches:
        if not flip.too_close and values[0] <= flip.value <= values[-1]:
            ax.plot([np.interp(flip.value, values, heights)], [at], "D", color="white", markeredgecolor=INK, markersize=5.0, zorder=5, label=f"{flip.path} {flip.value!r}")


def _named(effect: Effect, name: str) -> str:
    """The input, and below it where it flips the recommendation."""
    clear = [flip for flip in effect.switches if not flip.too_close]
    return "\n".join([name, *(f"◇ {flip.to} {where(flip)}" for flip in clear)])


def _limits(found: Sensitivity, shown: Sequence[Effect], ax: Axes) -> None:
    """Room for the bars, for zero where it is near, and for what is typed at the ends."""
    every = [found.nominal.difference, *(end.difference for each in shown for end in (each.low, each.high))]
    low, high = min(every), max(every)
    if low > 0.0 and low < NEAR * (high - low):
        low = 0.0
    if high < 0.0 and -high < NEAR * (high - low):
        high = 0.0
    letters = {
        side: max((len(_value(each, end)) for each in shown for end, _, _, on in _bars(each, found.nominal.difference) if on == side), default=0) + 2
        for side in (-1, 1)
    }  # fmt: skip
    left, right = (min(LETTER * letters[side], 0.3) for side in (-1, 1))
    span = (high - low) / (1.0 - left - right)
    ax.set_xlim(low - left * span, high + right * span)


def _sides(found: Sensitivity, ax: Axes, looks: Looks) -> None:
    """Zero, with who is better on either side of it; and the difference when nothing is moved."""
    low, high = ax.get_xlim()
    nominal = found.nominal.difference
    ax.axvline(nominal, color=QUIET, linestyle=(0, (3, 2)), linewidth=0.9, zorder=0)
    ax.annotate(
        f"all at their medians: {_signed(found, nominal)}", (nominal, 0), xycoords=ax.get_xaxis_transform(), xytext=(3, 2),
        textcoords="offset points", fontsize=SMALL, color=QUIET, va="bottom",
    )  # fmt: skip
    if low < 0.0 < high:
        ax.axvline(0.0, color=INK, linewidth=1.1, zorder=0)
    if found.unit == "point" and low < LEVEL and high > -LEVEL:
        ax.axvspan(max(-LEVEL, low), min(LEVEL, high), color=FAINT, alpha=0.45, linewidth=0, zorder=-1)
    for name, side, gap, text in ((found.against, "right", -5, "‹ {} better"), (found.best, "left", 5, "{} better ›")):
        at = min(max(0.0, low), high)
        if (side == "right" and at > low) or (side == "left" and at < high):
            ax.annotate(
                text.format(name), (at, 1.0), xycoords=ax.get_xaxis_transform(), xytext=(gap, 3), textcoords="offset points", ha=side,
                va="bottom", color=looks[name].colour, fontweight="bold", fontsize=8.5, annotation_clip=False,
            )  # fmt: skip
    ax.grid(axis="x", color=FAINT, linewidth=0.5)


def _has_level(found: Sensitivity, shown: Sequence[Effect]) -> bool:
    """Whether any end lies where a difference decides nothing."""
    return found.unit == "point" and any(abs(end.difference) < LEVEL for each in shown for end in (each.low, each.high))


def _signed(found: Sensitivity, value: float) -> str:
    return signed_usd(value) if found.unit == "USD" else f"{signed_points(value)} points"


def _turning(found: Sensitivity, shown: Sequence[Effect]) -> list[Effect]:
    """Inputs at an end of which another than the recommended one would be chosen."""
    return [each for each in shown if {each.low.winner, each.high.winner} != {found.nominal.winner}]


def _title(found: Sensitivity) -> str:
    """What a tornado can say: who is chosen with all else at its median. Whether one input turns the choice while all else is uncertain is another question."""
    turning = _turning(found, _moving(found))
    winner = found.nominal.winner
    first = "With all else at its median"
    if winner != found.best:
        first = f"With all at their medians {winner} is chosen, not {found.best}; so"
    if not turning:
        return f"{first}, {winner} stays the choice at both ends of every input"
    few = [f"“{in_plain_words(each.input.label)}”" for each in turning[:2]]
    if len(turning) <= 2:
        return f"{first}, {' or '.join(few)} would flip the choice of {winner}"
    return f"{first}, {len(turning)} inputs would each flip the choice of {winner}; first {listed(few)}"


def _alt(found: Sensitivity, shown: Sequence[Effect]) -> str:
    names = names_of([each.input.label for each in shown])
    rows = [
        f"{names[each.input.label].replace(chr(10), ' ')}: {_end(found, each, each.low)}, {_end(found, each, each.high)}" for each in shown
    ]  # fmt: skip
    return (
        f"Tornado of {found.best} less {found.against}, in {found.objective}. With every input at its median: {_signed(found, found.nominal.difference)}. "
        f"{'; '.join(rows)}."
    )


def _end(found: Sensitivity, effect: Effect, end: End) -> str:
    other = "" if end.winner == found.nominal.winner else f" ({end.winner} is chosen)"
    return f"{_signed(found, end.difference)} at {_value(effect, end)}{other}"


def _note(found: Sensitivity, shown: Sequence[Effect]) -> str:
    said = ["Each input at both ends of its 90 % interval, all others at their medians and without luck; the colour tells who is chosen there."]
    said += [f"In the grey band, {LEVEL:g} points to either side of 0, they are level, and the cheaper is chosen."] if _has_level(found, shown) else []
    others = {end.winner for each in shown for end in (each.low, each.high)} - {found.best, found.against}
    said += [f"Among them {listed(sorted(others))}."] if others else []
    decision = found.verdict.decision
    said += [] if decision.allowed[decision.strategies.index(found.against)] else [f"{found.against} breaks the limits, so it is chosen nowhere."]
    said += _alone(found)
    said += _lucky(found)
    more = len(_moving(found)) - len(shown)
    said += [f"{more} more input{'s move' if more > 1 else ' moves'} it too."] if more else []
    said += [f"{found.left_out} were not moved one by one."] if found.left_out else []
    return plain(" ".join(said))


def _alone(found: Sensitivity) -> list[str]:
    """What flips the choice by itself while all else stays uncertain: as ``run`` and the first page of a memo say it."""
    if sum(found.verdict.decision.allowed) < 2 or found.verdict.run.design.draws < FEWEST:
        return []
    flips = [flip for each in found.effects for flip in each.switches if not flip.too_close]
    if not flips:
        return ["With all else as uncertain as it is, no input flips the choice by itself."]
    return [f"◇: where it flips the choice by itself with all else as uncertain as it is ({'; '.join(f'{in_words(flip.probability)} beyond' for flip in flips[:3])})."]


def _lucky(found: Sensitivity) -> list[str]:
    """Inputs that make some of the variance and have no bar."""
    moving = {each.input.name for each in _moving(found)}
    still = [each for each in found.effects if each.input.name not in moving and each.shares is not None and each.shares.total_order.low > LUCKY]
    named = [f"“{in_plain_words(each.input.label)}” ({share(each.shares.total_order.mean)} of the variance)" for each in still[:2] if each.shares is not None]
    return [f"No bar, as {'it acts' if len(named) == 1 else 'they act'} through luck alone: {listed(named)}."] if named else []
