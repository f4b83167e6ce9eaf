"""A grid of points in words, as a table and as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tuneplan.report.data import provenance
from tuneplan.report.page import Page
from tuneplan.report.tables import Table
from tuneplan.report.words import draws, in_words, points, usd
from tuneplan.study.grid import GRID, Grid, Point

MOST_ROWS = 30
"""Points that the table shows; all stand in the frame."""
NOTHING = "nothing"


def page(found: Grid) -> Page:
    """What people read: who is recommended how often, then point by point."""
    design = found.design
    parts: list[str | Table] = [answer(found), table(found)]
    if len(found.points) > MOST_ROWS:
        parts.append(f"{len(found.points) - MOST_ROWS} more points stand in .to_frame().")
    parts.append(f"{draws(design.draws)} a point, seed {design.seed}; every point meets the same draws.")
    return Page(title=f"{found.scenario.name}: {' and '.join(axis.key for axis in found.axes)}", parts=tuple(parts))


def answer(found: Grid) -> str:
    """Who is recommended at how many points."""
    counted, total = Counter(recommended(each) for each in found.points), len(found.points)
    known = [(name, count) for name, count in counted.most_common() if name]
    if not known:
        return f"Nothing meets the limits at {'the point' if total == 1 else f'any of {_points(total)}'}."
    said = [f"{known[0][0]} is recommended at {_of(known[0][1], total)}", *(f"{name} at {count}" for name, count in known[1:])]
    return ", ".join(said) + (f"; nothing meets the limits at {counted['']}." if counted[""] else ".")


def _of(count: int, total: int) -> str:
    if count == total > 1:
        return "both points" if total == 2 else f"all {_points(total)}"
    return f"{count} of {_points(total)}"


def _points(count: int) -> str:
    return f"{count} point{'' if count == 1 else 's'}"


def recommended(point: Point) -> str:
    """Who is recommended at a point; empty: nothing meets the limits."""
    best = point.decision.best
    return "" if best is None else point.decision.strategies[best]


def texts_at(found: Grid, point: Point) -> tuple[str, ...]:
    """The values of a point, as typed."""
    places = point.place if found.mode == GRID else point.place * len(found.axes)
    return tuple(axis.texts[place] for axis, place in zip(found.axes, places, strict=True))


def table(found: Grid) -> Table:
    """A row a point: its values, in one cell so that they stay together, who is recommended, how sure, what it costs and delivers."""
    rows = [(", ".join(texts_at(found, each)), *_answer(each)) for each in found.points[:MOST_ROWS]]
    head = (", ".join(axis.key for axis in found.axes), "recommended", "best in", "cost P50", "P10-P90", "delivered", "90 %")
    return Table(title="Point by point", head=head, rows=tuple(rows))


def _answer(point: Point) -> tuple[str, ...]:
    best = point.decision.best
    if best is None:
        return (NOTHING, *["-"] * 5)
    cost, delivered = point.cost[best], point.delivered[best]
    return (
        point.decision.strategies[best], in_words(point.decision.probability_best[best]), usd(cost.median), f"{usd(cost.p10)}-{usd(cost.p90)}",
        points(delivered.mean), f"{points(delivered.low)} to {points(delivered.high)}",
    )  # fmt: skip


def content(found: Grid) -> dict[str, Any]:
    """For JSON."""
    units = {"delivered": "point", "cost": "USD", "probability_best": "share", "probability_limits_met": "share", "regret": found.points[0].decision.unit}
    return {**provenance(found.scenario, found.design), "units": units, "said": answer(found), "mode": found.mode, "axes": found.axes, "points": found.points}


def rows(found: Grid) -> Iterator[dict[str, Any]]:
    """One row a point, strategy and quantity: tidy, with its unit, and whether the strategy meets the limits there."""
    for point in found.points:
        keys = dict(zip((axis.key for axis in found.axes), texts_at(found, point), strict=True))
        decision = point.decision
        for row, name in enumerate(decision.strategies):
            for quantity, unit, each in (("cost", "USD", point.cost[row]), ("delivered score", "point", point.delivered[row])):
                bands = {"p5": each.low, "p10": each.p10, "p50": each.median, "p90": each.p90, "p95": each.high, "simulation_error": each.error}
                yield {**keys, "strategy": name, "feasible": decision.allowed[row], "quantity": quantity, "unit": unit, "mean": each.mean, **bands}
            alone = {
                "probability best": (decision.probability_best[row], "share"), "probability limits met": (decision.probability_limits_met[row], "share"),
                "regret": (decision.regret[row], decision.unit), f"expected {decision.objective}": (decision.expected[row], decision.unit),
                "recommended": (float(row == decision.best), "yes_no"),
            }  # fmt: skip
            for quantity, (value, unit) in alone.items():
                yield {**keys, "strategy": name, "feasible": decision.allowed[row], "quantity": quantity, "unit": unit, "mean": value}

