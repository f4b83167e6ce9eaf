"""A break-even: how sure each strategy is along one input, where the recommendation flips, how far it is ahead."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import numpy as np

from tuneplan.report.charts.axes import counts, money, points, shares
from tuneplan.report.charts.canvas import panels
from tuneplan.report.charts.input_names import in_plain_words
from tuneplan.report.charts.labels import Label, at_ends, fitted
from tuneplan.report.charts.looks import FAINT, INK, QUIET, Looks
from tuneplan.report.charts.registry import Chart, Draw, NothingToDraw, Told
from tuneplan.report.flips import value_in_words
from tuneplan.report.words import in_words, listed, signed_points, signed_usd
from tuneplan.study.breakeven.analysis import BreakEven
from tuneplan.study.breakeven.asked import Step
from tuneplan.study.decision import LEVEL
from tuneplan.study.sensitivity.odds_map import WIDE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NOBODY = "nothing"
"""Stands for the strategy where nothing meets the limits."""
STRIP = (1.02, 0.05)
"""Where the strip of the recommended begins above the upper panel, and how high it is. [share of the panel]"""
SMALL = 7.0
"""Size of the values at flips. [point of type]"""


def break_even(found: BreakEven, *, ax: Axes, looks: Looks) -> Told:
    """Chances to be best above, the lead of the subject below, flips as upright lines through both."""
    if len(found.now.strategies) < 2:
        raise NothingToDraw("there is one strategy only, so nothing breaks even")
    if not found.moves:
        raise NothingToDraw(f"{found.dial.key} moves nothing that is decided by")
    upper, lower = panels(ax, rows=2, height_ratios=[1.35, 1.0])
    values = np.array([step.value for step in found.steps])
    for panel in (upper, lower):
        if values[0] > 0.0 and values[-1] >= WIDE * values[0]:
            panel.set_xscale("log")
        panel.set_xlim(values[0], values[-1])
        _flips(found, panel, is_told=panel is upper)
    _chances(found, values, upper, looks)
    _strip(found, values, upper, looks)
    _lead(found, values, lower, looks)
    _dress(found, upper, lower)
    return Told(title=_title(found), alt=_alt(found), note=_note(found))


BREAK_EVEN = Chart(
    name="break-even", question="At which value does the recommendation flip?", of=(), draw=cast(Draw, break_even), height=lambda found: 5.4,
    unasked=lambda findings: "",
)  # fmt: skip
"""Drawn where a key is asked about: a study as it stands has none."""


def _chances(found: BreakEven, values: np.ndarray, ax: Axes, looks: Looks) -> None:
    """A line a strategy, broken where it breaks the limits."""
    ends = []
    for row, name in enumerate(found.now.strategies):
        chance = np.array([step.decision.probability_best[row] if step.decision.allowed[row] else np.nan for step in found.steps])
        known = np.flatnonzero(~np.isnan(chance))
        if not len(known) or found.now.same_as[row] != row:
            continue
        look = looks[name]
        ax.plot(values, chance, color=look.colour, linestyle=look.line, label=name)
        ax.plot(values, chance, look.mark, color=look.colour, markersize=3.5)
        ends.append(Label(text=fitted(name), x=float(values[known[-1]]), y=float(chance[known[-1]]), colour=look.colour))
    at_ends(ax, ends)
    ax.set_ylim(-0.03, 1.03)
    ax.axhline(0.5, color=FAINT, linewidth=0.8, zorder=0)


def _strip(found: BreakEven, values: np.ndarray, ax: Axes, looks: Looks) -> None:
    """Who is recommended, as a strip above the panel."""
    edges = [float(values[0]), *(flip.at.value for flip in found.flips), float(values[-1])]
    names = [found.steps[0].best, *(flip.after for flip in found.flips)]
    for name, start, end in zip(names, edges[:-1], edges[1:], strict=True):
        look = None if name is None else looks[name]
        ax.axvspan(
            start, end, ymin=STRIP[0], ymax=sum(STRIP), facecolor=FAINT if look is None else look.colour, hatch="" if look is None else look.hatch,
            edgecolor="white", linewidth=0.5, clip_on=False, label=f"recommended {name or NOBODY}",
        )  # fmt: skip
        if _share_between(ax, start, end) > 0.12:
            middle = math.sqrt(start * end) if ax.get_xscale() == "log" else (start + end) / 2.0
            ax.annotate(
                fitted(name or NOBODY, lines=1), (middle, sum(STRIP)), xycoords=ax.get_xaxis_transform(), xytext=(0, 2), textcoords="offset points", ha="center",
                va="bottom", fontsize=8, fontweight="bold", color=INK if look is None else look.colour, annotation_clip=False,
            )  # fmt: skip


def _share_between(ax: Axes, start: float, end: float) -> float:
    """How much of the width lies between two values."""
    low, left, right, high = ax.transScale.transform([(each, 0.0) for each in (ax.get_xlim()[0], start, end, ax.get_xlim()[1])])[:, 0]
    return float((right - left) / (high - low))


def _flips(found: BreakEven, ax: Axes, *, is_told: bool) -> None:
    """Upright lines, each with its value and, where it is known, its simulation error as a band."""
    for flip in found.flips:
        ax.axvline(flip.at.value, color=INK, linewidth=1.0, linestyle=(0, (4, 2)), zorder=1)
        if not math.isnan(flip.at.error) and flip.at.error > 0.0:
            ax.axvspan(flip.at.value - 2.0 * flip.at.error, flip.at.value + 2.0 * flip.at.error, color=FAINT, alpha=0.6, linewidth=0, zorder=0)
        if is_told:
            right = _share_between(ax, ax.get_xlim()[0], flip.at.value) > 0.75
            ax.annotate(
                value_in_words(flip.at.value, found.dial.unit), (flip.at.value, 0.0), xycoords=ax.get_xaxis_transform(), xytext=(-3 if right else 3, 4),
                textcoords="offset points", ha="right" if right else "left", fontsize=SMALL, zorder=6,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.85},
            )  # fmt: skip
    _now(found, ax, is_told=is_told)


def _now(found: BreakEven, ax: Axes, *, is_told: bool) -> None:
    """What the input is now: its 90 % interval as a line on the floor, its median as a mark."""
    if found.dial.quantity is None:
        return
    at = found.dial.quantity.distribution.median
    low, high = ax.get_xlim()
    if low <= at <= high:
        ax.plot([at], [0.0], "^", color=QUIET, markersize=6, transform=ax.get_xaxis_transform(), clip_on=False, zorder=7, label="now")


def _lead(found: BreakEven, values: np.ndarray, ax: Axes, looks: Looks) -> None:
    """What the subject is ahead of the best other by: median, P10 to P90."""
    look = looks[found.subject]
    leads = [step.lead for step in found.steps]
    ax.fill_between(values, [each.p10 for each in leads], [each.p90 for each in leads], color=look.colour, alpha=0.18, linewidth=0, label="P10 to P90")
    ax.plot(values, [each.mean for each in leads], color=look.colour, linestyle=look.line, label="mean")
    ax.axhline(0.0, color=INK, linewidth=1.0)
    if found.unit == "point":
        ax.axhspan(-LEVEL, LEVEL, color=FAINT, alpha=0.45, linewidth=0, zorder=-1)


def _dress(found: BreakEven, upper: Axes, lower: Axes) -> None:
    name, unit = in_plain_words(found.dial.key), found.dial.unit
    shares(upper.yaxis, "chance to be best")
    (money if found.unit == "USD" else points)(lower.yaxis, f"{fitted(found.subject, letters=18, lines=1)} ahead by", ticks=4)
    for panel in (upper, lower):
        (money if unit.split("/")[0] == "USD" else shares if unit == "share" else counts)(panel.xaxis, name)
    lower.set_xlabel(name if unit in ("share", "1", "yes_no") else f"{name} [{unit}]")
    upper.set_xlabel("")
    upper.tick_params(axis="x", which="both", labelbottom=False)
    upper.grid(axis="y", color=FAINT, linewidth=0.5)


def _title(found: BreakEven) -> str:
    name = in_plain_words(found.dial.key)
    if not found.flips:
        best = found.steps[0].best
        return f"{best} is recommended at every value of “{name}”" if best else f"Nothing meets the limits at any value of “{name}”"
    places = [value_in_words(flip.at.value, found.dial.unit) for flip in found.flips]
    if len(places) == 1:
        flip = found.flips[0]
        return f"{flip.before or NOBODY} up to {places[0]} of “{name}”, above it {flip.after or NOBODY}"
    return f"The recommendation flips {len(places)} times over “{name}”: at {listed(places[:3])}"


def _alt(found: BreakEven) -> str:
    ends = (found.steps[0], found.steps[-1])
    said = "; ".join(f"at {found.dial.text(step.value)} {_chances_at(step)}" for step in ends)
    flips = "; ".join(f"from {value_in_words(flip.at.value, found.dial.unit)} {flip.after or NOBODY}" for flip in found.flips)
    return f"Chance to be best over {in_plain_words(found.dial.key)}: {said}. Recommended: {found.steps[0].best or NOBODY}{f'; {flips}' if flips else ' throughout'}.{_leads(found, ends)}"


def _chances_at(step: Step) -> str:
    known = [(chance, name) for chance, name, allowed in zip(step.decision.probability_best, step.decision.strategies, step.decision.allowed, strict=True) if allowed]
    return ", ".join(f"{name} {in_words(chance)}" for chance, name in sorted(known, reverse=True)[:3]) or "nothing meets the limits"


def _leads(found: BreakEven, ends: Sequence[Step]) -> str:
    known = [step for step in ends if not math.isnan(step.lead.mean)]
    signed = signed_usd if found.unit == "USD" else lambda value: f"{signed_points(value)} points"
    return f" Lead of {found.subject}: {', '.join(f'{signed(step.lead.mean)} at {found.dial.text(step.value)}' for step in known)}." if known else ""


def _note(found: BreakEven) -> str:
    said = [f"The whole question was asked anew at each of {len(found.steps)} values, with the same draws. Strip: who is recommended. Below: mean lead of {found.subject} over the best other, with P10 to P90. ▲: as it stands."]
    said += ["Grey band: level."] if found.unit == "point" else []
    said += [f"{len(found.refused)} values are not allowed by the scenario."] if found.refused else []
    return " ".join(said)
