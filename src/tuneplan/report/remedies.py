"""Where nothing is feasible: what stands in the way, and the single changes that would clear it, in words."""

from __future__ import annotations

import math
import shlex
from collections.abc import Callable, Sequence
from typing import Any

from tuneplan.report.advice import recommendation
from tuneplan.report.data import provenance
from tuneplan.report.page import Page
from tuneplan.report.tables import Table
from tuneplan.report.words import listed, share, signed_points, signed_usd, usd_at_least
from tuneplan.study.remedies.analysis import Remedies
from tuneplan.study.remedies.trials import Remedy
from tuneplan.study.results import Verdict

MOST_LIMITS = 3
"""Limits that are shown one by one, those that are broken most."""
LEAST_CONFIDENCE = 0.5
"""Confidence below which a remedy is not told: whoever asks for less than even odds only repeats today's chance."""
MOST_SETS = 4
"""Changes of one remedy that are written out."""
Part = str | Table


def parts(remedies: Remedies) -> list[Part]:
    """For a report: what is broken how often, what would do, and how to try it."""
    told: list[Part] = [in_the_way(remedies)]
    best = cheapest(remedies)
    if not best:
        kinds = listed(without_use(remedies))
        return [*told, f"No single change of these would do: {kinds}.", *_untried(remedies)]
    notes = [
        "Each change by itself makes the strategy beside it feasible. First those that keep what is asked for, by the "
        "budget that they need, then by the points that they lose; then those that ask for less.",
        "Points and dollars are against the plan that is not feasible"
        + ("; requests of a task that is left out count as 0 points." if any(each.leave_out for each in best) else "."),
    ]
    return [*told, would_do(best), to_write(best), " ".join(notes), *_untried(remedies)]


def in_the_way(remedies: Remedies) -> Table:
    """A row a strategy: how often it breaks each limit."""
    worst: dict[str, float] = {}
    for row in remedies.broken:
        for name, broken in row.shares.items():
            worst[name] = max(worst.get(name, 0.0), broken)
    shown = sorted(worst, key=lambda name: -worst[name])[:MOST_LIMITS]
    rows = tuple(
        (
            f"  {row.strategy}", *(share(row.shares.get(name, 0.0)) for name in shown), "can't be done" if row.misfit else share(row.met),
            "none would do" if math.isnan(row.enough) else usd_at_least(row.enough),
        )
        for row in remedies.broken
    )  # fmt: skip
    more = f"; {len(worst) - len(shown)} more limits are broken less often" if len(worst) > len(shown) else ""
    return Table(title=f"Share of draws in which a limit is broken{more}", head=("", *shown, "all met", "budget needed"), rows=rows)


def cheapest(remedies: Remedies) -> list[Remedy]:
    """The first of each kind that is worth telling; of minimum scores the first of each."""
    best: dict[tuple[str, str], Remedy] = {}
    for remedy in remedies.found:
        if remedy.kind == "confidence" and _number(remedy) < LEAST_CONFIDENCE:
            continue
        key = remedy.changes[0].partition("=")[0] if remedy.kind == "must" else ""
        best.setdefault((remedy.kind, key), remedy)
    return list(best.values())


def without_use(remedies: Remedies) -> list[str]:
    """Kinds of changes of which none would do, in words."""
    found = {each.kind for each in remedies.found}
    return [NOUNS[kind] for kind in remedies.kinds if kind not in found]


def would_do(best: Sequence[Remedy]) -> Table:
    """A row a change."""
    rows = tuple(
        (
            f"  {said(each)}", each.strategy, usd_at_least(each.usd_asked) if each.usd_asked else "0", _signed(each.usd.mean, signed_usd),
            _signed(each.points.mean, signed_points),
        )
        for each in best
    )  # fmt: skip
    return Table(title="What would do, one change alone", head=("", "makes feasible", "more budget", "dollars", "points"), rows=rows)


def _signed(value: float, signed: Callable[[float], str]) -> str:
    return "-" if math.isnan(value) else "0" if value == 0.0 else signed(value)


def to_write(best: Sequence[Remedy]) -> Table:
    """How each change is tried."""
    return Table(title="To try one", head=("  change", "write"), rows=tuple((f"  {said(each)}", written(each)) for each in best), flowing=True)


def written(remedy: Remedy) -> str:
    """The options of the command that make the change, or what to do with the file."""
    if remedy.leave_out:
        return f"take {remedy.leave_out} out of the file, and what names it"
    options = [f"--set {shlex.quote(change)}" for change in remedy.changes]
    more = len(options) - MOST_SETS
    return " ".join(options) if more <= 0 else f"{' '.join(options[:MOST_SETS])} and {more} more, which --format json lists"


def said(remedy: Remedy) -> str:
    """A change in words."""
    return WORDS[remedy.kind](remedy)


def _of_must(remedy: Remedy) -> str:
    return f"{remedy.changes[0].partition('=')[0]} {_number(remedy):.3g}"


def _number(remedy: Remedy) -> float:
    assert isinstance(remedy.value, float)
    return remedy.value


WORDS: dict[str, Callable[[Remedy], str]] = {
    "budget": lambda remedy: f"a limit of {usd_at_least(_number(remedy))}",
    "price": lambda remedy: f"examples {share(1.0 - _number(remedy))} cheaper",
    "examples": lambda remedy: f"{share(1.0 - _number(remedy))} fewer examples",
    "more examples": lambda remedy: f"{_number(remedy):.3g} times the examples",
    "method": lambda remedy: f"method {remedy.value}",
    "base": lambda remedy: f"base {remedy.value}",
    "task": lambda remedy: f"without {remedy.value}",
    "hands": lambda remedy: "somebody for every kind of work" if remedy.value == 1.0 else f"{remedy.value:.0f} times as many people and GPUs",
    "horizon": lambda remedy: f"a horizon of {remedy.value:.0f} months",
    "deadline": lambda remedy: f"a deadline of {remedy.value}",
    "must": _of_must,
    "confidence": lambda remedy: f"a confidence of {share(_number(remedy))}",
}
"""Kind of change -> how it is told."""
NOUNS = {
    "budget": "more budget", "price": "cheaper examples", "examples": "fewer examples", "more examples": "more examples",
    "method": "another method", "base": "a smaller base", "task": "one task fewer", "hands": "more people and GPUs", "horizon": "a longer horizon",
    "deadline": "a later deadline", "must": "a lower minimum score", "confidence": "a lower confidence",
}  # fmt: skip
"""Kind of change -> what it is."""


def _untried(remedies: Remedies) -> list[str]:
    """What there was no room to try, as the scenario is large."""
    if not remedies.untried:
        return []
    by_kind: dict[str, list[str]] = {}
    for kind, strategy in remedies.untried:
        by_kind.setdefault(kind, []).append(strategy)
    told = listed([f"{NOUNS[kind]} (for {listed(names)})" for kind, names in by_kind.items()])
    return [f"Not tried, as the scenario is large: {told}."]


# --- as an analysis of its own -------------------------------------------------------------------


def page(remedies: Remedies | None, verdict: Verdict) -> Page:
    """What people read; where something is feasible, that there is nothing to remedy."""
    name = verdict.run.asked.name
    if remedies is None:
        return Page(title=f"{name}: nothing to remedy", parts=(f"Something meets the limits. {recommendation(verdict)}",))
    return Page(title=f"{name}: what would make something feasible", parts=(recommendation(verdict), *parts(remedies)))


def content(remedies: Remedies | None, verdict: Verdict) -> dict[str, Any]:
    """For JSON."""
    return {**provenance(verdict.run.asked, verdict.run.design), "remedies": remedies}


def rows(remedies: Remedies | None) -> list[dict[str, Any]]:
    """A row a change: who becomes feasible, what is changed, what it asks for and costs."""
    return [
        {
            "strategy": each.strategy, "kind": each.kind, "change": said(each), "value": each.value, "unit": each.unit,
            "write": "; ".join(each.changes) or (f"leave out {each.leave_out}" if each.leave_out else ""), "lowers_what_is_asked": each.lowers,
            "usd_asked": each.usd_asked, "usd": each.usd.mean, "points": each.points.mean,
        }
        for each in (remedies.found if remedies is not None else ())
    ]  # fmt: skip
