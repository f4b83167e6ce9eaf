"""What varies most beside what is most worth knowing: shares of the variance, value of information, and the checks."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuneplan.report.charts.axes import money, points, shares
from tuneplan.report.charts.canvas import panels
from tuneplan.report.charts.input_names import in_plain_words, names_of
from tuneplan.report.charts.looks import FAINT, INK, QUIET, Looks
from tuneplan.report.charts.registry import NothingToDraw, Told, chart
from tuneplan.report.charts.rows import BAR, Rows
from tuneplan.report.voi import amount, signed
from tuneplan.report.words import share, usd
from tuneplan.study.decision import TOO_CLOSE
from tuneplan.study.information.analysis import Information
from tuneplan.study.information.checks import CheckWorth
from tuneplan.study.information.estimates import Worth
from tuneplan.study.sensitivity.analysis import Sensitivity
from tuneplan.study.sensitivity.indices import Indices

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LEADING, TELLING = 6, 3
"""Inputs in all, and how many of them at most for what they are worth though others make more of the variance."""
MOST_CHECKS = 4
SMALL = 7.0
"""Size of words within the panels. [point of type]"""
OTHERS, LUCK = "all other inputs together", "luck"
DARK, LIGHT = "#4D4D4D", "#BDBDBD"
"""Shares of the variance: alone, and together with others; no strategy has these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row.

    Attributes
    ----------
    shares
        Of the variance; None: not worked out for it alone.
    worth
        Of knowing it, or of the check; None: it can't be known.
    check
        Where the row is one.
    """

    name: str
    shares: Indices | None = None
    worth: Worth | None = None
    check: CheckWorth | None = None


def lines_of(sensitivity: Sensitivity, information: Information) -> list[Line]:
    """Inputs that lead in either, by their share of the variance; then what is left and luck, then the checks."""
    worth = {each.name: each.worth for each in information.quantities}
    total = {each.input.name: -math.inf if each.shares is None else each.shares.total_order.mean for each in sensitivity.effects}
    varying = [each for each in sensitivity.effects if total[each.input.name] > 0.0]
    known = {each.input.name for each in sensitivity.effects}
    telling = [each.name for each in information.quantities if each.worth.stands_out and each.name in known][:TELLING]
    kept = list(dict.fromkeys([*telling, *(each.input.name for each in varying)]))[:LEADING]
    shown = [each for each in sensitivity.effects if each.input.name in kept]
    names = names_of([each.input.label for each in shown])
    rows = [Line(name=names[each.input.label], shares=each.shares, worth=worth.get(each.input.name)) for each in shown]
    rows += [Line(name=OTHERS, shares=sensitivity.others)] if sensitivity.others is not None and all(each in shown for each in varying) else []
    rows += [Line(name=LUCK, shares=sensitivity.luck)] if sensitivity.luck is not None else []
    return rows + [Line(name=f"check: {each.check.name}", worth=each.worth, check=each) for each in information.checks[:MOST_CHECKS]]


def _height(sensitivity: Sensitivity, information: Information) -> float:
    return 1.75 + max(Rows.of([each.name for each in lines_of(sensitivity, information)]).height, 0.8)


@chart(question="What varies most, and what is worth finding out?", of=("sensitivity", "information"), height=_height)
def variance_and_information(sensitivity: Sensitivity, information: Information, *, ax: Axes, looks: Looks) -> Told:
    """Shares of the variance of the difference beside the value of knowing, row by row; the checks below."""
    if sensitivity.points == 0 or information.run.design.scrambles == 1:
        raise NothingToDraw("so few draws tell neither what makes the variance nor what is worth knowing")
    lines = lines_of(sensitivity, information)
    if all(each.shares is None or each.shares.total_order.mean <= 0.0 for each in lines):
        raise NothingToDraw("nothing moves the difference of the two leading strategies")
    rows = Rows.of([each.name for each in lines])
    left, right = panels(ax, columns=2)
    for at, line in zip(rows.centres, lines, strict=True):
        _shares(line, at, left)
        _worth(line, at, right, information)
    rows.put_beside(left)
    rows.put_beside(right)
    right.set_yticklabels([])
    _finish(left, right, information)
    _divide(lines, rows, (left, right))
    return Told(title=_title(sensitivity, information), alt=_alt(lines, sensitivity, information), note=_note(information))


def _shares(line: Line, at: float, ax: Axes) -> None:
    """Total order as a light bar with its interval and in figures, first order as a dark one within; of a check what it takes."""
    if line.check is not None:
        takes = f"takes {usd(line.check.check.cost)}, {line.check.check.days:g} day{'' if line.check.check.days == 1 else 's'}"
        ax.annotate(takes, (0.0, at), xytext=(4, 0), textcoords="offset points", va="center", fontsize=SMALL, color=QUIET)
        return
    if line.shares is None:
        ax.annotate("among all others", (0.0, at), xytext=(4, 0), textcoords="offset points", va="center", fontsize=SMALL, color=QUIET)
        return
    alone, total = line.shares.first_order, line.shares.total_order
    low, mean, high = (min(max(each, 0.0), 1.0) for each in (total.low, total.mean, total.high))  # noise may take an estimate beyond either end
    ax.barh(at, mean, height=BAR, color=LIGHT, label="with others")
    ax.barh(at, max(min(alone.mean, mean), 0.0), height=BAR, color=DARK, label="alone")
    ax.plot([low, high], [at, at], color=INK, linewidth=1.0)
    ax.annotate(share(mean), (max(mean, high), at), xytext=(4, 0), textcoords="offset points", va="center", fontsize=SMALL)


def _worth(line: Line, at: float, ax: Axes, information: Information) -> None:
    """Worth as a bar with twice its simulation error; of a check its net value as a mark."""
    if line.worth is None:
        said = "not one number" if line.name not in (OTHERS, LUCK) else "nobody can know it" if line.name == LUCK else ""
        ax.annotate(said, (0.0, at), xytext=(4, 0), textcoords="offset points", va="center", fontsize=SMALL, color=QUIET)
        return
    hidden = not line.worth.stands_out if line.check is None else line.worth.is_hidden
    ends = [line.worth.value]
    ax.barh(at, line.worth.value, height=BAR, color=FAINT if hidden else DARK)
    if line.worth.value > 0.0 and not hidden:
        ends.append(line.worth.value + TOO_CLOSE * line.worth.error)
        ax.plot([max(line.worth.value - TOO_CLOSE * line.worth.error, 0.0), ends[-1]], [at, at], color=INK, linewidth=1.0)
    said = "can’t be told from 0" if hidden else amount(line.worth.value, information)
    if line.check is not None and not math.isnan(line.check.net):
        pays = line.check.net > 0.0 and not line.check.is_close
        ax.plot([line.check.net], [at], "D", color=INK if pays else "white", markeredgecolor=INK, markersize=5, zorder=5, clip_on=False)
        ends.append(line.check.net)
        said = f"net {signed(line.check.net, information)}{' (too close)' if line.check.is_close else ''}"
    ax.annotate(said, (max(ends), at), xytext=(6, 0), textcoords="offset points", va="center", fontsize=SMALL, color=QUIET if hidden else INK)


def _finish(left: Axes, right: Axes, information: Information) -> None:
    """Scales with room for the words at the ends of bars, and what each panel shows."""
    for ax in (left, right):
        low, high = min(ax.dataLim.x0, 0.0), max(ax.dataLim.x1, 0.0)
        span = (high - low) or 1.0
        ax.set_xlim(low - (0.04 * span if low < 0.0 else 0.0), high + (0.45 if ax is left else 1.0) * span)
        ax.axvline(0.0, color=INK, linewidth=0.9)
        ax.grid(axis="x", color=FAINT, linewidth=0.5)
    shares(left.xaxis, "share of the variance", ticks=4)
    _up_to_all(left)
    (money if information.options.unit == "USD" else points)(right.xaxis, "worth of knowing it", ticks=4)
    left.set_title("Varies: alone (dark), in all (light)", fontsize=8.5)
    right.set_title("Is worth finding out", fontsize=8.5)


def _up_to_all(ax: Axes) -> None:
    """No tick beyond 100 %, where there is room for words alone."""
    ticks = [float(each) for each in ax.get_xticks() if each <= 1.0 + 1e-9]
    ax.set_xticks(ticks)
    ax.spines["bottom"].set_bounds(ax.get_xlim()[0], min(1.0, ax.get_xlim()[1]))


def _divide(lines: Sequence[Line], rows: Rows, axes: Sequence[Axes]) -> None:
    """A line above the checks."""
    first = next((place for place, each in enumerate(lines) if each.check is not None), 0)
    if first:
        for ax in axes:
            ax.axhline((rows.centres[first - 1] + rows.centres[first]) / 2.0, color=QUIET, linewidth=0.8, linestyle=(0, (3, 2)))


def _title(sensitivity: Sensitivity, information: Information) -> str:
    said: Callable[[str], str] = in_plain_words
    varies = next((said(each.input.label) for each in sensitivity.effects if each.shares is not None and each.shares.total_order.mean > 0.0), "")
    telling = next((said(each.name) for each in information.quantities if each.worth.stands_out), "")
    if not telling:
        return "No single number stands out as worth finding out"
    if telling == varies:
        return f"“{telling}” both varies most and is most worth knowing"
    return f"Most worth knowing is “{telling}”" + (f", though “{varies}” makes more of the variance" if varies else "")


def _alt(lines: Sequence[Line], sensitivity: Sensitivity, information: Information) -> str:
    rows = []
    for each in lines:
        name = each.name.replace("\n", " ")
        if each.check is not None:
            net = "" if math.isnan(each.check.net) else f", net {signed(each.check.net, information)}"
            rows.append(f"{name}: worth {amount(each.check.worth.value, information)}{net}")
            continue
        part = "" if each.shares is None else f" {share(min(max(each.shares.total_order.mean, 0.0), 1.0))} of the variance"
        rows.append(f"{name}:{part}{'' if each.worth is None else f', worth {amount(each.worth.value, information)}'}")
    return f"Variance of {sensitivity.best} less {sensitivity.against} and value of information. {'; '.join(rows)}."


def _note(information: Information) -> str:
    whole = amount(information.whole.value, information)
    said = [
        "Left: Sobol’ indices of the difference of the two leading, first order (dark) and total order (light; the figure, with its 90 % interval). Total ones count what "
        "inputs do together in each of them, so they may add up to more than 100 %; voi and the ledger tell shares of the first kind. "
        f"Right: EVPPI with twice its simulation error; knowing everything, luck included, is worth {whole} (EVPI)."
    ]
    if information.checks:
        net = "" if math.isnan(information.checks[0].net) else "; ◆ net of what it takes, ◇ where that does not pay or is too close to call"
        said.append(f"Checks: bar, what it is worth (EVSI){net}.")
    more = len(information.checks) - MOST_CHECKS
    said += [f"{more} more check{'s' if more > 1 else ''}."] if more > 0 else []
    return " ".join(said)
