"""Rows of a Gantt chart: a group a strategy, as fine as there is room for all of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tuneplan.study.schedule.records import Bar, StrategyDates

KINDS = ("data", "engineering", "training", "evaluation", "deployment")
"""Kinds of work, in the order in which a model meets them."""
REVIEW = "review"
"""The end of a piece of data in which all is labelled; told where each piece has a row of its own."""
LAUNCH = "launch"
HEAD, LANE, STRIP, AIR = 0.27, 0.157, 0.053, 0.07
"""Heights: of a group's first row, which holds its launches; of a row of work; of one of several kinds within a row, and of what lies between rows. [inch]"""
TALLEST = 5.6
"""Height of all rows from which they are told less finely: with title and caption a page of paper holds them. [inch]"""
ALL_WORK = "all work"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A row of work.

    Attributes
    ----------
    words
        What stands beside it.
    strips
        Pieces of work, one above the other where several kinds share a row.
    launches
        Days on which something of it is launched. [day]
    """

    words: str
    strips: tuple[tuple[Bar, ...], ...]
    launches: tuple[float, ...]

    @property
    def height(self) -> float:
        """[inch]"""
        return max(LANE, AIR + STRIP * len(self.strips))


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A strategy with its rows of work."""

    strategy: StrategyDates
    lanes: tuple[Lane, ...]

    @property
    def height(self) -> float:
        """[inch]"""
        return HEAD + sum(lane.height for lane in self.lanes)


def late_piece(strip: Sequence[Bar]) -> tuple[float, float]:
    """From when the last piece of a strip ends to when all of them have in nine of ten draws. [day]"""
    return max(bar.ends for bar in strip), max(bar.late for bar in strip)


def waits_of(lane: Lane, least: float) -> list[tuple[float, float]]:
    """Between which days nothing is done in a row that is one piece of work after another. [day]

    Parameters
    ----------
    least
        What is shorter is not told. [day]
    """
    if len(lane.strips) != 1:
        return []
    pieces = _joined(sorted(lane.strips[0], key=lambda bar: bar.begins))
    return [(before.ends, after.begins) for before, after in pairwise(pieces) if after.begins - before.ends >= least]


def groups_of(strategies: Sequence[StrategyDates]) -> tuple[Group, ...]:
    """All strategies, each piece of work in a row of its own, or together with others where there is no room for that."""
    found: tuple[Group, ...] = ()
    for row_of in LEVELS:
        found = tuple(Group(strategy=each, lanes=tuple(_lanes(each.bars, row_of))) for each in strategies)
        if sum(group.height for group in found) <= TALLEST:
            break
    return found


def _lanes(bars: Sequence[Bar], row_of: Callable[[Bar], str]) -> Iterable[Lane]:
    """Rows in the order in which their first piece is told; a row that would hold one alone keeps its own name."""
    rows: dict[str, list[Bar]] = {}
    for bar in bars:
        rows.setdefault(row_of(bar), []).append(bar)
    for name, held in rows.items():
        own = list(dict.fromkeys(bar.row for bar in held))
        work = [bar for bar in held if bar.kind != LAUNCH and math.isfinite(bar.begins)]
        strips = _by_kind(work) if len(own) > 1 else (tuple(work),)
        yield Lane(
            words=own[0] if len(own) == 1 else name.format(count=len(own)), strips=tuple(strip for strip in strips if strip),
            launches=tuple(bar.begins for bar in held if bar.kind == LAUNCH and math.isfinite(bar.begins)) if len(own) == 1 else (),
        )  # fmt: skip


def _by_kind(bars: Sequence[Bar]) -> tuple[tuple[Bar, ...], ...]:
    """A strip a kind, in which what goes on at the same time is one piece."""
    kinds = [kind for kind in KINDS if any(bar.kind == kind for bar in bars)]
    return tuple(tuple(_joined(sorted((bar for bar in bars if bar.kind == kind), key=lambda bar: bar.begins))) for kind in kinds)


def _joined(bars: Sequence[Bar]) -> list[Bar]:
    """Pieces of one kind, those that touch as one.

    >>> work = {"row": "a", "kind": "data"}
    >>> pieces = [Bar(begins=0.0, ends=2.0, late=3.0, **work), Bar(begins=1.0, ends=4.0, late=4.0, **work), Bar(begins=5.0, ends=6.0, late=9.0, **work)]
    >>> [(each.begins, each.ends, each.late) for each in _joined(pieces)]
    [(0.0, 4.0, 4.0), (5.0, 6.0, 9.0)]
    """
    found: list[Bar] = []
    for bar in bars:
        if found and bar.begins <= found[-1].ends:
            last = found.pop()
            bar = replace(last, ends=max(last.ends, bar.ends), late=max(last.late, bar.late))
        found.append(bar)
    return found


def _own(bar: Bar) -> str:
    return bar.row


def _data_together(bar: Bar) -> str:
    return "data, {count} tasks" if bar.kind in ("data", REVIEW) else bar.row


def _models_together(bar: Bar) -> str:
    named = _data_together(bar)
    return named if bar.kind in ("data", REVIEW) or named in ("set-up", "router") else "{count} models"


def _all_together(bar: Bar) -> str:
    return ALL_WORK


LEVELS: tuple[Callable[[Bar], str], ...] = (_own, _data_together, _models_together, _all_together)
"""Name of the row of a piece of work, the finest first."""
