"""One strategy against another, draw by draw, in words, as a table and as data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tuneplan.report.data import provenance
from tuneplan.report.page import Page
from tuneplan.report.tables import Table
from tuneplan.report.words import draws, in_words, share, signed_points, signed_usd
from tuneplan.study.decision import Estimate
from tuneplan.study.pairing import Pairing
from tuneplan.study.run import Run


def page(pair: Pairing, run: Run) -> Page:
    """What people read."""
    return Page(title=f"{pair.one} against {pair.other}, draw by draw", parts=(answer(pair), table(pair), f"{draws(run.design.draws)}, seed {run.design.seed}."))


def answer(pair: Pairing) -> str:
    """Who delivers more, who costs less, and how sure that is."""
    if pair.one == pair.other:
        return f"{pair.one} and {pair.other} are the same strategy."
    said = f"{_told(pair)}."
    if pair.unit == "USD" and not (pair.same_points and pair.same_cost):
        said += f" By {pair.name} it is ahead in {share(pair.better)} ({in_words(pair.better)})."
    broken = [name for name, allowed in zip((pair.one, pair.other), pair.allowed, strict=True) if not allowed]
    return said + "".join(f" {name} does not meet the limits." for name in dict.fromkeys(broken))


def _told(pair: Pairing) -> str:
    """Chances, where there is a difference."""
    one, other = pair.one, pair.other
    cheaper = f"costs less in {share(pair.less_cost)} of draws ({in_words(pair.less_cost)})"
    if pair.same_points and pair.same_cost:
        return f"{one} and {other} are the same in every draw, in what they deliver and in what they cost"
    if pair.same_points:
        return f"{one} and {other} deliver the same in every draw; {one} {cheaper}"
    more = f"{one} delivers more than {other} in {share(pair.more_points)} of draws ({in_words(pair.more_points)})"
    if pair.same_cost:
        return f"{more}; the two cost the same in every draw"
    return f"{more}, and costs less in {share(pair.less_cost)} ({in_words(pair.less_cost)})"


def table(pair: Pairing) -> Table:
    """A row a quantity."""
    rows = [_row("delivered score", pair.points, pair.more_points, signed_points), _row("cost", pair.cost, pair.less_cost, signed_usd)]
    if pair.unit == "USD":
        rows.append(_row(pair.name, pair.objective, pair.better, signed_usd))
    head = ("", "P50", "P10 to P90", "90 %", "better")
    return Table(title=f"{pair.one} less {pair.other} (points; USD over the horizon)", head=head, rows=tuple(rows))


def _row(name: str, each: Estimate, chance: float, signed: Callable[[float], str]) -> tuple[str, ...]:
    return name, signed(each.median), f"{signed(each.p10)} to {signed(each.p90)}", f"{signed(each.low)} to {signed(each.high)}", share(chance)


def content(pair: Pairing, run: Run) -> dict[str, Any]:
    """For JSON."""
    chances = dict.fromkeys(("more_points", "less_cost", "better"), "share")
    units = {"points": "point", "cost": "USD", "objective": pair.unit} | chances
    return {**provenance(run.asked, run.design), "units": units, "said": answer(pair), "difference": pair}


def rows(pair: Pairing) -> list[dict[str, Any]]:
    """A row a quantity: one less the other."""
    found = (("delivered score", "point", pair.points, pair.more_points), ("cost", "USD", pair.cost, pair.less_cost), (pair.name, pair.unit, pair.objective, pair.better))
    return [
        {
            "one": pair.one, "other": pair.other, "quantity": name, "unit": unit, "mean": each.mean, "p5": each.low, "p10": each.p10, "p50": each.median,
            "p90": each.p90, "p95": each.high, "simulation_error": each.error, "probability_better": chance,
        }
        for name, unit, each, chance in (found if pair.unit == "USD" else found[:2])
    ]  # fmt: skip
