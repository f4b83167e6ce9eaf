"""What each strategy trains on: examples of every task, those owned apart from those bought, and what stopped the plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tuneplan.axes import Array
from tuneplan.report.charts import axes
from tuneplan.report.charts.canvas import panels
from tuneplan.report.charts.looks import FAINT, INK, QUIET, Looks
from tuneplan.report.charts.names import fitted, readable
from tuneplan.report.charts.registry import NothingToDraw, Told, chart
from tuneplan.report.words import listed, magnitude
from tuneplan.study.allocated import Allocation, Allocations
from tuneplan.study.results import Verdict

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW, REST, UPRIGHT_REST = 0.29, 1.9, 2.5
"""Height of a task's row, and of everything else, with names level and upright. [inch]"""
LEVEL_UP_TO = 5
"""Strategies up to which names stand level, with what stopped each plan below its column."""
BAR = 5.0
"""Thickness of a bar. [point of type]"""
THOUSAND = 1000.0
STANDS_OUT, ALIKE = 1.5, 1.1
"""How many times the next a task gets so that a title names it, and the most over the least of tasks that get the same."""
STOPS = {
    "budget": "stopped by\nthe budget", "caps": "stopped by\ndata.most", "no further gain": "more would\nnot help", "deadline": "stopped by\nthe deadline", "fixed costs": "fixed costs exceed\nthe budget",
    "minimum scores": "misses a\nminimum score", "time": "stopped by\nthe horizon", "": "as given",
}  # fmt: skip
"""What stops a plan, as of ``Plan.binding`` -> words below its column."""


def _height(study: Allocations, verdict: Verdict) -> float:
    return (REST if len(study.strategies) <= LEVEL_UP_TO else UPRIGHT_REST) + ROW * max(2, len(study.tasks))


@chart(question="How many examples of each task does each strategy train on, and what stops it from buying more?", of=("allocation", "verdict"), height=_height)
def allocation(study: Allocations, verdict: Verdict, *, ax: Axes, looks: Looks) -> Told:
    """A table of bars: tasks down, strategies across, an example equally wide everywhere."""
    if not study.strategies:
        raise NothingToDraw("no strategy that can be done trains anything")
    most = max(float(each.p90.max()) for each in study.strategies) or 1.0
    names = [fitted(task, letters=18) for task in study.tasks]
    is_level = len(study.strategies) <= LEVEL_UP_TO
    columns = len(study.strategies)
    for place, (each, panel) in enumerate(zip(study.strategies, panels(ax, columns=columns, wspace=0.03), strict=True)):
        _panel(panel, each, looks, most=most)
        _heading(panel, each, looks, is_level=is_level)
        panel.set_yticks(range(len(names)) if place == 0 else [], names if place == 0 else [])
        axes.counts(panel.xaxis, "examples" if is_level else "", ticks=max(1, 6 // columns))
        if columns > 2 * LEVEL_UP_TO:
            panel.set_xticks([0.0])
    return Told(title=_title(study, verdict), alt=_alt(study), note=_note(study, is_level=is_level))


def _panel(panel: Axes, each: Allocation, looks: Looks, *, most: float) -> None:
    """One strategy: owned examples in grey, bought ones in its colour after them, the sum above."""
    look, rows = looks[each.strategy], range(len(each.owned))
    panel.hlines(rows, 0.0, each.owned, color=QUIET, alpha=0.75, linewidth=0.45 * BAR, label="owned")
    panel.hlines(rows, each.owned, each.owned + each.bought, color=look.colour, alpha=0.85, linewidth=BAR, label="bought")
    for row, (owned, bought, low, high) in enumerate(zip(each.owned, each.bought, each.p10, each.p90, strict=True)):
        panel.annotate(
            _whole(owned + bought), (0.0, row), xytext=(0.5, 3.8), textcoords="offset points", fontsize=7, va="bottom", color=readable(look.colour) if owned + bought else QUIET,
        )  # fmt: skip
        if high > low:
            panel.plot([low, high], [row, row], color=INK, linewidth=0.8, label="_band")
    panel.set_xlim(0.0, 1.08 * most)
    panel.set_ylim(len(each.owned) - 0.6, -0.85)
    panel.tick_params(axis="y", length=0.0, labelcolor=INK)
    panel.tick_params(axis="x", labelsize=7, length=2.0)
    panel.spines["left"].set_color(FAINT)


def _heading(panel: Axes, each: Allocation, looks: Looks, *, is_level: bool) -> None:
    """The strategy's name above its column, with what stopped its plan; upright and alone where columns are narrow."""
    words = STOPS.get(each.stopped_by, each.stopped_by)
    if is_level:
        panel.annotate(words, (0.0, 1.0), xycoords="axes fraction", xytext=(0.0, 2.0), textcoords="offset points", ha="left", va="bottom", fontsize=7, color=QUIET)
    panel.annotate(
        fitted(each.strategy, letters=15), (0.0, 1.0), xycoords="axes fraction", xytext=(0.0, 4.0 + 9.0 * len(words.split("\n")) if is_level else 3.0),
        textcoords="offset points", ha="left", va="bottom", fontsize=8, weight="bold", color=readable(looks[each.strategy].colour), rotation=0.0 if is_level else 90.0,
    )  # fmt: skip


def _whole(count: float) -> str:
    """A count of examples: whole below a thousand, to three digits above.

    >>> _whole(5.0), _whole(4292.0)
    ('5', '4.29k')
    """
    return f"{count:.0f}" if count < THOUSAND else magnitude(count)


def _title(study: Allocations, verdict: Verdict) -> str:
    """What the recommended strategy trains on; where it trains nothing, so it is said, with what the first other would."""
    best = None if verdict.decision.best is None else verdict.decision.strategies[verdict.decision.best]
    each = next((each for each in study.strategies if each.strategy == best), study.strategies[0])
    whole, bought = float((each.owned + each.bought).sum()), float(each.bought.sum())
    first = f"{best} trains on nothing; " if best in study.untrained else ""
    paid = "all owned already" if bought == 0.0 else "all bought" if bought == whole else f"{_whole(bought)} of them bought"
    apart = f"; {_apart(study.tasks, each.owned + each.bought)}" if len(study.tasks) > 1 else ""
    return f"{first}{each.strategy} {'would train' if first else 'trains'} on {_whole(whole)} examples, {paid}{apart}"


def _apart(tasks: Sequence[str], counts: Array) -> str:
    """How examples spread over tasks: the one that stands out by name, else what a task gets, as small differences between plans are chance.

    >>> tasks = ("email", "qa", "summary")
    >>> _apart(tasks, np.array([900.0, 200.0, 300.0])), _apart(tasks, np.array([500.0, 510.0, 505.0]))
    ('email gets most (900)', 'about 505 a task')
    >>> _apart(tasks, np.array([500.0, 700.0, 600.0]))
    'about 600 a task (500 to 700)'
    """
    least, next_to_most, most = np.sort(counts)[[0, -2, -1]].tolist()
    if most > STANDS_OUT * next_to_most:
        return f"{tasks[int(counts.argmax())]} gets most ({_whole(most)})"
    spread = f" ({_whole(least)} to {_whole(most)})" if most > ALIKE * least else ""
    return f"about {_whole(float(np.median(counts)))} a task{spread}"


def _alt(study: Allocations) -> str:
    said = []
    for each in study.strategies:
        parts = [f"{task} {_whole(float(one + more))} ({_whole(float(more))} bought)" for task, one, more in zip(study.tasks, each.owned, each.bought, strict=True)]
        said.append(f"{each.strategy}: {', '.join(parts)}; {_stop(each)}")
    return f"Examples by task of each strategy that trains. {'. '.join(said)}."


def _stop(each: Allocation) -> str:
    words = STOPS.get(each.stopped_by, each.stopped_by).replace("\n", " ")
    return f"{words}, all that can be had of {listed(list(each.capped))}" if each.capped else words


def _note(study: Allocations, *, is_level: bool) -> str:
    said = ["Thin and grey: examples owned already; thick: those bought; the number is both together."]
    if any((each.p90 > each.p10).any() for each in study.strategies):
        said.append("Medians, with P10 to P90 as a line where a count is uncertain.")
    if not is_level:
        said.append(_stops(study.strategies))
    said += [f"Without training: {listed(list(study.untrained))}."] if study.untrained else []
    said += [f"Can't be done, so absent: {listed(list(study.misfits))}."] if study.misfits else []
    return " ".join(said)


def _stops(strategies: Sequence[Allocation]) -> str:
    """What stopped whom, one clause a reason."""
    groups: dict[str, list[str]] = {}
    for each in strategies:
        groups.setdefault(STOPS.get(each.stopped_by, each.stopped_by).replace("\n", " "), []).append(each.strategy)
    if list(groups) == [STOPS[""]]:
        return "Examples are given, not planned."
    return f"What stopped the plans: {'; '.join(f'{listed(names) if len(groups) > 1 else str(len(names))} {words}' for words, names in groups.items())}."
