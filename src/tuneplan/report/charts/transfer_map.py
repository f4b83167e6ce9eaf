"""Transfer map: what the examples of each task do for another in one model, against that one alone."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tuneplan.report.charts.labels import fitted
from tuneplan.report.charts.looks import FAINT, INK, QUIET, Looks
from tuneplan.report.charts.registry import NothingToDraw, Told, chart
from tuneplan.report.tables import width
from tuneplan.report.words import draws, in_words, listed, points_apart, signed_points
from tuneplan.scenario.lowering.pairs import MIX
from tuneplan.study.apart import are_apart, stands_out
from tuneplan.study.transfers import Effect, Transfers

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap

LOSS, NEITHER, GAIN = "#B35806", "#FFFFFF", "#2166AC"
"""Ends and middle of the scale: orange and blue, told apart by colour-blind people; the sign is printed."""
HARDEST = 0.6
"""How far towards an end colours go, so that print on them is read."""
NOTICED = 0.25
"""Points from which what one task does to another is worth a title."""
NONE = 0.005
"""Points below which 0 is printed, whose sign is no question."""
SURE = 0.95
"""Chance of a sign from which it is not doubted."""
LEAST_SCALE = 0.5
"""Points at which a scale ends at the least: nothing is painted as a gain that nobody would notice."""
FEW, SOME = 6, 12
"""Sources up to which chances are printed too; up to which every number is."""
WORTH_PRINTING = 0.05
"""Points below which a crowded map leaves a place blank."""
CELL, LEAST_CELL, AROUND, TURNED = 0.42, 0.27, 1.7, 0.8
"""Height of a row, of many rows, of what stands around them, and of names that stand on end. [inch]"""
OTHERS = "all others"
"""Column of all sources but a request's own; no task can be called so."""
Pair = tuple[str, str, Effect]


def _height(found: Transfers) -> float:
    rows = max(len(found.effects), 3)
    return AROUND + (0.0 if _is_upright(found) else TURNED) + rows * (CELL if rows <= FEW + 1 else LEAST_CELL)


@chart(question="Which tasks help or hurt each other inside one model?", of=("transfers",), height=_height)
def transfer_map(found: Transfers, *, ax: Axes, looks: Looks) -> Told:
    """A row a request, a column a source of examples, what the one gains from the other in print and colour."""
    if not found.strategy:
        raise NothingToDraw("no strategy trains a model on the examples of two tasks")
    pairs = list(_pairs(found))
    if not pairs:
        raise NothingToDraw(f"{found.strategy} trains no task beside another")
    most = _scale(found, pairs)
    beside = [effect.points.mean if effect is not None else float("nan") for effect in found.together]
    values = [[*(_value(found, request, source) for source in found.sources), others] for request, others in zip(found.requests, beside, strict=True)]
    ax.set_facecolor(FAINT)  # where nothing is painted
    ax.imshow(values, cmap=_colours(), vmin=-most, vmax=most, aspect="auto")
    for row, request in enumerate(found.requests):
        for column, source in enumerate((*found.sources, OTHERS)):
            effect = found.together[row] if source == OTHERS else found.effects[row][column]
            if effect is not None:
                _print(ax, effect, (row, column), sources=len(found.sources), is_own=request == source)
    _frame(ax, found)
    return Told(title=_title(found, pairs), alt=_alt(found, pairs), note=_note(found))


def _pairs(found: Transfers) -> Iterator[Pair]:
    """Request, source and effect, of sources other than its own."""
    for request, row in zip(found.requests, found.effects, strict=True):
        for source, effect in zip(found.sources, row, strict=True):
            if effect is not None and source != request:
                yield request, source, effect


def _of_tasks(found: Transfers, pairs: list[Pair]) -> list[Pair]:
    """Those on requests of tasks; all where there are none."""
    return [each for each in pairs if each[0] != found.requests[-1]] or pairs


def _scale(found: Transfers, pairs: list[Pair]) -> float:
    """Where colours end: at what happens to tasks, as training does far more to requests that nobody trained for. [point]"""
    shown = [each for _, _, each in _of_tasks(found, pairs)] + [each for each in found.together[:-1] if each is not None]
    return max(LEAST_SCALE, *(abs(each.points.mean) for each in shown))


def _value(found: Transfers, request: str, source: str) -> float:
    """What colours a place; NaN where nothing does: its own examples would outshine all others."""
    effect = found.effect(request, source)
    return float("nan") if effect is None or request == source else effect.points.mean


def _colours() -> Colormap:
    from matplotlib.colors import LinearSegmentedColormap, to_rgb

    ends = [tuple(1.0 - HARDEST * (1.0 - each) for each in to_rgb(end)) if end != NEITHER else to_rgb(end) for end in (LOSS, NEITHER, GAIN)]
    return LinearSegmentedColormap.from_list("transfer", ends)


def _print(ax: Axes, effect: Effect, place: tuple[int, int], *, sources: int, is_own: bool) -> None:
    """The number of a place, and below it the chance of its sign where that is doubted and there is room."""
    row, column = place
    mean = effect.points.mean
    if sources > SOME and (is_own or abs(mean) < WORTH_PRINTING):
        return
    colour = QUIET if is_own else INK
    text = signed_points(mean) if sources <= SOME else f"{mean:+.1f}"
    doubted = not is_own and sources <= FEW and abs(mean) >= NONE and _sign(effect) < SURE
    size = 9.0 if sources <= FEW else 7.5 if sources <= SOME else 5.5
    ax.text(column, row - (0.14 if doubted else 0.0), text, ha="center", va="center", fontsize=size, color=colour)
    if doubted:
        ax.text(column, row + 0.27, f"{round(10.0 * _sign(effect))} in 10", ha="center", va="center", fontsize=7.0, color=colour)


def _sign(effect: Effect) -> float:
    """Chance of the sign of the mean."""
    return effect.probability if effect.points.mean >= 0.0 else 1.0 - effect.probability


def _frame(ax: Axes, found: Transfers) -> None:
    """Names, and lines between places; unseen requests, and all others together, stand apart."""
    columns, rows, upright = _columns(found), len(found.requests), _is_upright(found)
    names = [fitted(each, letters=_letters(columns)) if upright else fitted(each, letters=16, lines=1) for each in columns]
    ax.set_xticks(range(len(columns)), names, rotation=0 if upright else 90)
    ax.set_yticks(range(rows), [fitted(each, letters=16, lines=2 if rows <= FEW + 1 else 1) for each in found.requests])
    ax.tick_params(length=0, labelsize=8.5 if len(found.sources) <= SOME else 7)
    ax.set_xlabel("examples of ...")
    ax.set_ylabel("... on requests of")
    for edge in range(len(columns) + 1):
        ax.axvline(edge - 0.5, color="white", linewidth=4.0 if edge == len(columns) - 1 else 1.0)
    for edge in range(rows + 1):
        ax.axhline(edge - 0.5, color="white", linewidth=4.0 if edge == rows - 1 else 1.0)
    ax.spines[:].set_visible(False)


def _columns(found: Transfers) -> list[str]:
    return [*map(named, found.sources), OTHERS]


def _letters(columns: list[str]) -> int:
    """Letters that fit below a column."""
    return max(3, 56 // len(columns))


def _is_upright(found: Transfers) -> bool:
    """Whether every name of a column fits below it without breaking a word."""
    columns = _columns(found)
    return all(width(word) <= _letters(columns) for name in columns for word in name.split(" "))


def named(source: str) -> str:
    """A source of examples in words."""
    return "instruction mix" if source == MIX else source


def _title(found: Transfers, pairs: list[Pair]) -> str:
    """The largest gain and the largest loss, the larger first; what all others do together where none does much alone."""
    of_tasks = _of_tasks(found, pairs)
    gain, loss = (pick(of_tasks, key=lambda each: each[2].points.mean) for pick in (max, min))
    gains, loses = gain[2].points.mean >= WORTH_PRINTING, loss[2].points.mean <= -WORTH_PRINTING
    if max(abs(each.points.mean) for _, _, each in (gain, loss)) < NOTICED:
        return f"In {found.strategy} no task alone does much to another; {_together(found)}"
    if len(of_tasks) > 1 and not are_apart([each.points for _, _, each in of_tasks]):
        moved = _mean([each for _, _, each in of_tasks])
        return f"In {found.strategy} any task moves any other by about {moved} points; {_together(found, none='all others together by none')}"
    if not loses:
        return f"In {found.strategy} no task loses to another{_but(found, -1.0)}; {_told(gain, of_tasks)}"
    if not gains:
        return f"In {found.strategy} no task gains from another{_but(found, 1.0)}; {_told(loss, of_tasks)}"
    first, then = sorted((gain, loss), key=lambda each: -abs(each[2].points.mean))
    return f"In {found.strategy} {_told(first, of_tasks)}, {_told(then, of_tasks, unit='')}"


def _told(pair: Pair, others: list[Pair], *, unit: str = " points") -> str:
    """Who gains from whom or loses to whom, and whether nobody does so more: only where it stands out."""
    request, source, effect = pair
    is_gain = effect.points.mean > 0.0
    alike = [each.points for one, other, each in others if (one, other) != (request, source) and (each.points.mean > 0.0) == is_gain]
    most = " most" if stands_out(effect.points, alike) else ""
    return f"{request} {'gains' if is_gain else 'loses'}{most} {'from' if is_gain else 'to'} {named(source)} ({signed_points(effect.points.mean)}{unit})"


def _but(found: Transfers, sign: float) -> str:
    """Which task all others together move most in the direction in which no other alone does."""
    moved = [(sign * each.points.mean, request) for request, each in zip(found.requests[:-1], found.together, strict=False) if each is not None]
    most, task = max(moved, default=(0.0, ""))
    if most < WORTH_PRINTING:
        return ""
    return f" alone, but {task} {'from' if sign > 0.0 else 'to'} all others together ({signed_points(sign * most)} points)"


def _together(found: Transfers, *, none: str = "nor do all others together") -> str:
    """The least and the most that all others together do to a task; one number where simulation can't tell tasks apart."""
    moved = sorted(((each, request) for request, each in zip(found.requests[:-1], found.together, strict=False) if each is not None), key=lambda each: each[0].points.mean)
    effects = [each for each, _ in moved]
    if not moved or max(abs(each.points.mean) for each in effects) < WORTH_PRINTING:
        return none
    if len(moved) == 1:
        return f"all others together move {moved[0][1]} by {_mean(effects)} points"
    if not are_apart([each.points for each in effects]):
        return f"all others together move one by about {_mean(effects)} points"
    least, most = ((_mean([each]), _where(moved, each)) for each in (effects[0], effects[-1]))
    return f"all others together move tasks by {least[0]}{least[1]} to {most[0]} points{most[1]}"


def _where(moved: list[tuple[Effect, str]], one: Effect) -> str:
    """The task that is moved so, where simulation can tell it from all others."""
    others = [each.points for each, _ in moved if each is not one]
    return next(f" ({request})" for each, request in moved if each is one) if stands_out(one.points, others) else ""


def _mean(effects: list[Effect]) -> str:
    return signed_points(statistics.fmean(each.points.mean for each in effects))


def _alt(found: Transfers, pairs: list[Pair]) -> str:
    said = "; ".join(f"{request} from {named(source)} {signed_points(each.points.mean)} (sign {in_words(_sign(each))})" for request, source, each in pairs)
    whole = "; ".join(f"{request} {signed_points(each.points.mean)}" for request, each in zip(found.requests, found.together, strict=True) if each is not None)
    return (
        f"Points that requests gain where the examples of another task join their own in a model of {found.strategy}: {said}. "
        f"Where those of all other tasks do: {whole}."
    )


def _note(found: Transfers) -> str:
    most = _scale(found, list(_pairs(found)))
    parts = [
        _chosen(found),
        "Points that requests gain (blue) or lose (orange) where a task's examples join their own in one model, against a model of their own alone; "
        "unseen requests, which have none: against the base. What single tasks do does not add up to what all others do.",
        "Grey: a task's own examples alone, against the base.",
        f"Deepest colour: {points_apart(most)} points and more." if _is_beyond(found, most) else "",
        "Small print: the chance of the sign, where it is below 95 %." if len(found.sources) <= FEW else "",
        "No number: less than 0.05 points." if len(found.sources) > SOME else "",
        f"Not shown: {listed(list(found.left_out)) if len(found.left_out) <= FEW else f'{len(found.left_out)} more tasks'}." if found.left_out else "",
        f"On {draws(found.draws)} of their own.",
    ]
    return " ".join(part for part in parts if part)


def _chosen(found: Transfers) -> str:
    """Why another strategy than the recommended one is shown."""
    if not found.instead_of:
        return ""
    return f"Shown is {found.strategy}, as {found.instead_of}, which is recommended, trains no model on the examples of two tasks."


def _is_beyond(found: Transfers, most: float) -> bool:
    """Whether any number is larger than where colours end."""
    shown = [each for _, _, each in _pairs(found)] + [each for each in found.together if each is not None]
    return max(abs(each.points.mean) for each in shown) > most
